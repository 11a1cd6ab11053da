"""Whom a text is for: the place that it goes to, and people with some attributes."""
