"""A page to what is printed on it: by profile, declared metadata, a generic extractor, the feed.  Pure."""
