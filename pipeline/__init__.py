"""newswire, a multi-source news wire.  Read `ingest.py` first: the line, from a due request to a stored article."""

__version__ = "0.1.0"
