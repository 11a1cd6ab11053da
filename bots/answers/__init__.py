"""Answers: from a line to a card, and the shared parts of the verbs."""
