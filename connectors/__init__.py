"""Agencies: how each one's pages are read.  `load` gives the connector that a source names."""

from __future__ import annotations

import importlib
from typing import cast

from pipeline.connector import Connector
from pipeline.errors import ConfigError
from pipeline.model import Source


def load(source: Source) -> Connector:
    """The connector of a source: its `connector` is `module:Class`, of this package or any other, called with it.

    Raises:
        ConfigError: there is no such module or class, or it is no connector.
    """
    module_name, _, class_name = source.connector.partition(":")
    try:
        kind = getattr(importlib.import_module(module_name), class_name)
    except (ImportError, AttributeError, ValueError) as error:
        message = f"source {source.id}: connector {source.connector!r} can't be loaded ({error})"
        raise ConfigError(f"{message}; install its package, or correct the path") from error
    if not callable(kind) or not callable(getattr(kind, "read", None)) or not callable(getattr(kind, "extract", None)):
        raise ConfigError(f"source {source.id}: {source.connector!r} is no connector, it lacks `read` or `extract`")
    return cast(Connector, kind(source))
