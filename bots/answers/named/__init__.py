"""People, communities and subjects that a line names."""
