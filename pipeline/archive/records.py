"""Cuts a web archive file (plain, gzip per record, gzip as a whole) into records, each of bounded size.

warcio's own reader is made for archives that one trusts: a bad gzip member ends its file silently, a file gzipped as a
whole stops it, an endless header line fills the memory.  So the cutting is ours, what is in a record is warcio's.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from pipeline.errors import StoreError

CHUNK = 64 * 1024
HEAD_LIMIT = 64 * 1024
MAGIC = b"WARC/"
MEMBER_MAGIC = b"\x1f\x8b\x08"
# Enough of a member to see whether a record begins in it.
TRIAL = 1024
BLANK = b"\r\n"
# `Content-Length: 1572`
LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
# `WARC-Type: response`
TYPE = re.compile(rb"^warc-type:[ \t]*([a-z]{1,20})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Record:
    """One record.  `offset` is where in the file it can be entered, `inner` how many decoded bytes further it begins.

    `kind` is its WARC-Type, `head` its named fields, `size` the length of its content; `block` is the content, None
    where it is larger than the limit or was not asked for.
    """

    offset: int
    inner: int
    kind: str
    head: bytes
    size: int
    block: bytes | None


class Damaged(Exception):
    """The record at hand can't be read; the next may be."""


def records(file: BinaryIO, *, kinds: Collection[str], limit: int) -> Iterator[Record | None]:
    """The records of the file, in order, with the content of the named kinds; None for each damaged place.

    Raises:
        StoreError: the file is no web archive at all.
    """
    reader = _open(file)
    while True:
        try:
            record = _next(reader, kinds, limit)
        except Damaged:
            yield None
            reader.recover()
            continue
        if record is None:
            return
        yield record


def record_at(file: BinaryIO, offset: int, inner: int = 0, *, limit: int) -> Record:
    """The record that begins `inner` decoded bytes after `offset`, where the file can be entered.

    Raises:
        StoreError: there is none (any more).
    """
    file.seek(offset)
    reader = _reader(file)
    try:
        reader.enter(inner)
        record = _next(reader, None, limit)
    except Damaged as error:
        raise StoreError(f"a web archive changed while it was read (offset {offset}); run the replay again") from error
    if record is None:
        raise StoreError(f"a web archive shrank while it was read (offset {offset}); run the replay again")
    return record


def _next(reader: _Reader, kinds: Collection[str] | None, limit: int) -> Record | None:
    """The next record, with its content if it is of these kinds (None: any)."""
    if not reader.begin():
        return None
    offset, inner = reader.place()
    head = _head(reader)
    length, kind = LENGTH.search(head), TYPE.search(head)
    if length is None or kind is None:
        raise Damaged("the head says no length or no type")
    size, name = int(length[1]), kind[1].decode("ascii").lower()
    wanted = (kinds is None or name in kinds) and size <= limit
    block = reader.block(size) if wanted else None
    if not wanted:
        reader.skip(size)
    reader.end()
    return Record(offset, inner, name, head, size, block)


def _head(reader: _Reader) -> bytes:
    head = bytearray(reader.line(HEAD_LIMIT))
    if not head.startswith(MAGIC):
        raise Damaged("no record begins here")
    while True:
        line = reader.line(HEAD_LIMIT - len(head))
        if not line.endswith(b"\n"):
            raise Damaged("the head is cut short, or endless")
        if not line.strip(BLANK):
            return bytes(head)
        head += line


def _open(file: BinaryIO) -> _Reader:
    start = file.read(len(MAGIC))
    file.seek(0)
    if start != MAGIC and not start.startswith(MEMBER_MAGIC[:2]):
        raise StoreError("it is not a web archive (neither WARC nor gzip); give a .warc or .warc.gz file")
    return _reader(file)


def _reader(file: BinaryIO) -> _Reader:
    start = file.tell()
    packed = file.read(2) == MEMBER_MAGIC[:2]
    file.seek(start)
    return _PackedReader(file) if packed else _Reader(file)


class _Reader:
    """A plain archive as lines and blocks.  `_buffer[_position:]` is what is read but not yet taken."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._buffer = b""
        self._position = 0
        self._taken = file.tell()

    def begin(self) -> bool:
        """Go to the next record, past blank lines; False at the end of the file."""
        while self._ready() or self._enter():
            if not self._drop_blanks():
                return True
        return False

    def enter(self, inner: int) -> None:
        """Go to what begins `inner` decoded bytes after the place at which the file was opened."""
        if self._ready() or self._enter():
            self.skip(inner)

    def place(self) -> tuple[int, int]:
        """Where the record that begins here can be entered, and how many decoded bytes further it begins."""
        return self._taken, 0

    def line(self, limit: int) -> bytes:
        """The next line with its end, cut at the limit or where the file or the record ends."""
        parts: list[bytes] = []
        while limit > 0 and self._ready_inside():
            end = self._buffer.find(b"\n", self._position, self._position + limit)
            part = self._take(limit if end < 0 else end + 1 - self._position)
            parts.append(part)
            limit -= len(part)
            if end >= 0:
                break
        return b"".join(parts)

    def block(self, size: int) -> bytes:
        """The next `size` bytes."""
        return b"".join(self._pieces(size))

    def skip(self, size: int) -> None:
        """Pass over `size` bytes."""
        for _ in self._pieces(size):
            pass

    def end(self) -> None:
        """Check that the record is over, and take the blank lines after it (at the end of a member: its checksum)."""
        if self._ready() and self._buffer[self._position] not in BLANK:
            raise Damaged("the record is longer than it says")
        while self._ready() and self._drop_blanks():
            pass

    def recover(self) -> None:
        """Go to the next line at which a record begins."""
        while self._ready() or self._enter():
            if len(self._buffer) - self._position < len(MAGIC):
                self._buffer, self._position = self._buffer[self._position :] + self._read(), 0
            if self._buffer.startswith(MAGIC, self._position):
                return
            self.line(CHUNK)

    def _pieces(self, size: int) -> Iterator[bytes]:
        self._check(size)
        while size > 0:
            if not self._ready_inside():
                raise Damaged("the record is cut short")
            piece = self._take(size)
            size -= len(piece)
            yield piece

    def _check(self, size: int) -> None:
        """Refuse a length that the rest of the file can't hold, before it swallows the records that follow."""
        here = self._file.tell()
        rest = self._file.seek(0, 2) - here + len(self._buffer) - self._position
        self._file.seek(here)
        if size > rest:
            raise Damaged("the record says that it is longer than the file")

    def _take(self, size: int) -> bytes:
        piece = self._buffer[self._position : self._position + size]
        self._position += len(piece)
        self._taken += len(piece)
        return piece

    def _drop_blanks(self) -> bool:
        """Take the blank bytes that are read; True if nothing else is."""
        rest = self._buffer[self._position :].lstrip(BLANK)
        self._take(len(self._buffer) - self._position - len(rest))
        return not rest

    def _ready_inside(self) -> bool:
        """Something of this record is there to be taken."""
        return self._ready()

    def _ready(self) -> bool:
        if self._position >= len(self._buffer):
            self._buffer, self._position = self._read(), 0
        return bool(self._buffer)

    def _read(self) -> bytes:
        return self._file.read(CHUNK)

    def _enter(self) -> bool:
        return False


class _PackedReader(_Reader):
    """A gzipped archive: most often a member a record, sometimes one member for all, or members cut anywhere.

    A record never reaches into a member that begins with one: where a length is too large, that saves the next.
    """

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)
        self._raw = b""
        self._inflater: zlib._Decompress | None = None
        self._member = file.tell()
        self._member_start = self._taken
        self._broken = False

    def place(self) -> tuple[int, int]:
        return self._member, self._taken - self._member_start

    def recover(self) -> None:
        """Go to the next record: a line of this member, or, where its bytes are bad, a later member."""
        if not self._broken:
            try:
                return super().recover()
            except Damaged:
                pass
        return self._find_member()

    def _check(self, size: int) -> None:
        pass  # what a member holds is known at its end

    def _ready_inside(self) -> bool:
        return self._ready() or (self._enter() and not self._buffer.startswith(MAGIC))

    def _read(self) -> bytes:
        """The next bytes of this member; b"" at its end, where zlib has compared its checksum."""
        piece = b""
        while self._inflater is not None and not piece:
            self._raw = self._raw or self._file.read(CHUNK)
            piece = self._inflate(self._inflater)
        return piece

    def _inflate(self, inflater: zlib._Decompress) -> bytes:
        self._broken = not self._raw
        try:
            piece = inflater.decompress(self._raw, CHUNK)
        except zlib.error:
            self._broken = True
        if self._broken:
            self._inflater = None
            raise Damaged("the gzip member is bad or cut short")
        self._raw = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
        if inflater.eof:
            self._inflater = None
        return piece

    def _enter(self) -> bool:
        """Begin the member that follows this one; False at the end of the file."""
        self._raw = self._raw or self._file.read(CHUNK)
        if not self._raw:
            return False
        self._start(self._file.tell() - len(self._raw))
        while len(self._buffer) < len(MAGIC) and (piece := self._read()):
            self._buffer += piece
        return True

    def _start(self, member: int) -> None:
        self._inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self._member, self._member_start = member, self._taken
        self._buffer, self._position, self._broken = b"", 0, False

    def _find_member(self) -> None:
        """Go to the next member that begins with a record, else to the end of the file."""
        position = self._member + 1
        self._raw, self._inflater, self._buffer, self._position, self._broken = b"", None, b"", 0, False
        while window := self._window(position):
            for match in re.finditer(re.escape(MEMBER_MAGIC), window):
                if match.start() < CHUNK and _begins_record(window[match.start() : match.start() + TRIAL]):
                    self._file.seek(position + match.start())
                    return
            position += CHUNK

    def _window(self, position: int) -> bytes:
        self._file.seek(position)
        return self._file.read(CHUNK + TRIAL)


def _begins_record(data: bytes) -> bool:
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(data, len(MAGIC)) == MAGIC
    except zlib.error:
        return False
