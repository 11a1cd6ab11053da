"""Intake: events are kept, then acted upon, one conversation at a time."""
