"""How `config/places.tsv` is made; no part of newswire, and run by hand when GeoNames or our own list has changed."""
