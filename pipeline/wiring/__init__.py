"""Puts the real parts together: the only room that knows every other one and the connectors."""
