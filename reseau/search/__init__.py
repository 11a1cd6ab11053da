"""Search: contents, documents and people, ranked the same on SQLite and PostgreSQL (``lookup.find`` asks)."""
