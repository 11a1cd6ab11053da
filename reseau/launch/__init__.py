"""The launch day: the first day that figures count from."""
