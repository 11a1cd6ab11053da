"""Brings in: sources, the seed-record form, the loader, starter kits and the demonstration company."""
