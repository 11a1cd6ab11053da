"""Answers: one line in, one card out, and what verbs share to write them."""
