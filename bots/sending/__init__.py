"""Sending: deliveries go out in order, and their results are stored."""
