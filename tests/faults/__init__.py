"""Faults done to a real installation, one after the other: what is lost, what is said, what mends it."""
