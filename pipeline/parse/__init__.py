"""Bytes of feeds and listings to entries: charset, RSS, HTML listings, sitemaps, JSON.  Pure."""
