"""Whom and what a line names: people, communities, subjects."""
