"""Speech: a line becomes a verb and its words. Pure functions: nothing here reads the store."""
