"""The pages: one file each, found by its name."""
