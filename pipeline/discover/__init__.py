"""A site that nobody configured yet: its feeds, language, zone, addresses and layout, out of a few of its pages."""
