"""What content can be brought in from: one file a source, each offering ``source`` (``reading/source.py``)."""
