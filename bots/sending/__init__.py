"""Sending: what is queued goes out in order, and what became of it is noted."""
