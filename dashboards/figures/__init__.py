"""Figures: what pages read, and for which period."""
