"""Forms: how a verb describes one, which line opens it, and how what was filled in reaches the verb."""
