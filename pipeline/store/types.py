"""Column types that read and write alike on SQLite and PostgreSQL."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Dialect, Integer, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.types import TypeDecorator, TypeEngine

from pipeline.errors import StoreError

# PostgreSQL refuses NUL in text and JSON, and neither database can encode half a surrogate pair ("\ud83d" in JSON-LD).
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Microseconds always, so that text order is time order on SQLite.
INSTANT = "%Y-%m-%dT%H:%M:%S.%fZ"

# Four names and a time fit into one row of a PostgreSQL index.
NAME_BYTES = 640

Key = BigInteger().with_variant(Integer(), "sqlite")
Bytes = LargeBinary()


def storable(value: Any) -> Any:
    """The value without what no database can hold, at any depth."""
    if isinstance(value, str):
        return UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [storable(item) for item in value]
    return value


@contextmanager
def whole() -> Iterator[None]:
    """What can't be read back as it was written is damage: it is told as such, and no bug."""
    try:
        yield
    except UNREADABLE as error:
        raise damage(error) from error


UNREADABLE = (ValueError, TypeError, KeyError, AttributeError)


def damage(error: Exception) -> StoreError:
    """What is told of a value that can't be read back."""
    return StoreError(
        f"the database is damaged: a value in it can't be read ({str(error)[:200]}); stop what writes to it,"
        " run: newswire db check, and restore a backup"
    )


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime; a naive one is a bug and refused.  RFC 3339 text on SQLite, timestamptz on PostgreSQL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(TIMESTAMP(timezone=True) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone reached the store: {value!r}")
        value = value.astimezone(UTC)
        # strftime("%Y") drops leading zeros below year 1000 on glibc; the line refuses such years long before.
        return value if dialect.name == "postgresql" else value.strftime(INSTANT)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        try:  # for each of hundreds of values a context manager takes longer than this
            return (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(UTC)
        except UNREADABLE as error:
            raise damage(error) from error


class Printed(TypeDecorator[str]):
    """Text that came from outside, made storable."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        return storable(value)


class Named(TypeDecorator[str]):
    """Printed text that is a key.  A long one is cut and told apart by the hash of the whole.

    PostgreSQL's indexes take 2,704 bytes a row, and hostile feeds print guids and addresses of any length.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else named(value)


def named(text: str) -> str:
    """The text as a `Named` column keeps it; the same again for what it kept."""
    storable_text = UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    data = storable_text.encode()
    if len(data) <= NAME_BYTES:
        return storable_text
    digest = hashlib.sha256(data).hexdigest()
    return f"{data[: NAME_BYTES - 65].decode(errors='ignore')}#{digest}"


class Json(TypeDecorator[Any]):
    """JSON text on SQLite, jsonb on PostgreSQL; None is SQL NULL."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(
            JSONB(none_as_null=True) if dialect.name == "postgresql" else JSON(none_as_null=True)
        )

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return storable(value)
