"""Forms of verbs: their descriptions, the lines that open them, and the delivery of their values to the verb."""
