"""The sources of imports: one file for each, which offers ``source`` (``reading/source.py``)."""
