"""A set of web archives as if it were the network, at its own times.

Only addresses, times, hashes and places of the captures are held in memory; a page is read again when it is asked for.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import BinaryIO
from urllib.parse import urljoin

from pipeline.archive.warc import Capture, Originals, Revisit, Tally, read_page, scan, write_warc
from pipeline.clock import Clock
from pipeline.errors import FetchError, StoreError
from pipeline.model import Page, Request

BODY_LIMIT = 16 * 1024 * 1024
REDIRECTS = 5
REDIRECT_STATUS = frozenset({301, 302, 303, 307, 308})
NOT_FOUND = 404
NOT_MODIFIED = 304
# `https://tass.com`, `https://tass.com?lang=en`: without the path that every server takes for `/`
NO_PATH = re.compile(r"(https?://[^/?#]+)(?=\?|$)", re.IGNORECASE)
# The place of what was copied out of an archive, instead of a file's number.
SPOOL = -1


@dataclass(frozen=True, slots=True)
class CaptureKey:
    """A capture is known by address, time and hash of its body.  `file` and `offset` are where the archive keeps it."""

    url: str
    fetched_at: datetime
    digest: str
    file: int = field(default=SPOOL, compare=False)
    offset: int = field(default=0, compare=False)


class Archive:
    """The captures of a set of WARC files.  Close it, or use it in a `with`.

    `tally` counts what was damaged, too large or a revisit of nothing.  Captures of one address at one time are in the
    order of the files; the same capture twice counts once.

    Raises:
        StoreError: a file can't be read, or is no web archive.
    """

    def __init__(self, paths: Sequence[Path], *, limit: int = BODY_LIMIT) -> None:
        self.tally = Tally()
        self._limit = limit
        self._files: dict[int, BinaryIO] = {}
        self._captures: dict[str, tuple[CaptureKey, ...]] = {}
        self._paths = tuple(paths)
        try:
            self._index()
        except BaseException:  # Ctrl-C too: nobody has this archive yet who could close it
            self.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the files; pages can't be read any more."""
        while self._files:
            self._files.popitem()[1].close()

    def urls(self) -> Iterable[str]:
        """The addresses that are held, each once."""
        return self._captures.keys()

    def captures_of(self, url: str) -> tuple[CaptureKey, ...]:
        """The captures of an address, by time."""
        return self._captures.get(same_address(url), ())

    def answer(self, url: str, clock: datetime, until: datetime | None) -> CaptureKey | None:
        """The capture that answers a request for `url` when it is `clock`.

        The first from the clock on and before `until` (the next capture of the same feed; None: no end), else the
        latest before the clock, else the earliest after it; None if the address isn't held.
        """
        captures = self.captures_of(url)
        next_one = bisect_left(captures, clock, key=lambda capture: capture.fetched_at)
        if next_one < len(captures) and (until is None or captures[next_one].fetched_at < until):
            return captures[next_one]
        return captures[max(next_one - 1, 0)] if captures else None

    def page(self, key: CaptureKey) -> Page:
        """The page of a capture.

        Raises:
            StoreError: the archive was changed or removed while in use.
        """
        return read_page(self._file(key.file), key.offset, limit=self._limit)

    def _index(self) -> None:
        """Read all files once.  A revisit may come before what it refers to, so these are resolved last."""
        found: dict[str, dict[CaptureKey, None]] = {}
        originals, waiting = Originals[CaptureKey](), list[Revisit]()
        for file, capture in self._scan():
            if isinstance(capture, Revisit):
                waiting.append(capture)
                continue
            if not _says_nothing(capture.page):
                key = self._keep(file, capture)
                originals.add(capture, key)
                found.setdefault(key.url, {}).setdefault(key)
        for key in self._resolve(waiting, originals):
            found.setdefault(key.url, {}).setdefault(key)
        self._captures = {url: tuple(sorted(keys, key=lambda key: key.fetched_at)) for url, keys in found.items()}

    def _scan(self) -> Iterator[tuple[int, Capture | Revisit]]:
        for number, path in enumerate(self._paths):
            for found in scan(path, limit=self._limit, tally=self.tally):
                yield number, found

    def _keep(self, file: int, capture: Capture) -> CaptureKey:
        """The key of a capture; one in the midst of a gzip member, which can't be entered there, is copied out."""
        url, at = same_address(capture.page.url), capture.page.fetched_at
        if capture.inner:
            return CaptureKey(url, at, capture.digest, SPOOL, self._spool(capture.page))
        return CaptureKey(url, at, capture.digest, file, capture.offset)

    def _resolve(self, waiting: Iterable[Revisit], originals: Originals[CaptureKey]) -> Iterator[CaptureKey]:
        for revisit in waiting:
            if (original := originals.find(revisit)) is None:
                self.tally.unresolved += 1
                continue
            page = revisit.of(self.page(original))
            yield CaptureKey(same_address(page.url), page.fetched_at, original.digest, SPOOL, self._spool(page))

    def _spool(self, page: Page) -> int:
        try:
            file = self._file(SPOOL)
            offset = file.seek(0, 2)
            write_warc(file, [page])
        except OSError as error:
            raise StoreError(f"no room for temporary files ({error.strerror}); set TMPDIR to a larger disk") from error
        return offset

    def _file(self, number: int) -> BinaryIO:
        if number not in self._files:
            self._files[number] = TemporaryFile() if number == SPOOL else self._open(self._paths[number])  # noqa: SIM115
        return self._files[number]

    def _open(self, path: Path) -> BinaryIO:
        try:
            return path.open("rb")
        except OSError as error:
            raise StoreError(f"{path}: can't be read ({error.strerror}); check the path") from error


class ReplayNetwork:
    """An archive as the network: what it holds at the clock's time, a 404 for what it doesn't hold.

    `until` is where the time that the clock stands for ends: the next capture of the feed that is being worked.
    """

    def __init__(self, archive: Archive, clock: Clock) -> None:
        self.until: datetime | None = None
        self._archive = archive
        self._clock = clock

    async def get(self, request: Request) -> Page:
        """The capture that answers, redirects followed within the archive.

        Raises:
            FetchError: the archive's redirects don't end.
        """
        url = request.url
        for _ in range(REDIRECTS + 1):
            key = self._archive.answer(url, self._clock.now(), self.until)
            if key is None:
                return Page(request.url, NOT_FOUND, b"", self._clock.now(), absent=True)
            page = self._archive.page(key)
            target = _target(page)
            if target is None:
                redirected = None if url == request.url else url
                return replace(page, url=request.url, final_url=page.final_url or redirected)
            url = same_address(target)
        message = f"{request.url}: more than {REDIRECTS} redirects in the archive; leave it out"
        raise FetchError(message, kind="redirect", transient=False)


def same_address(url: str) -> str:
    """The address without its fragment, an empty path written as `/`; nothing else is taken to be the same."""
    return NO_PATH.sub(r"\1/", url.partition("#")[0])


def _says_nothing(page: Page) -> bool:
    """A 304 says "as before", and a redirect to itself (a site that sets a cookie first) "ask again"."""
    return page.status == NOT_MODIFIED or same_address(_target(page) or "") == same_address(page.url)


def _target(page: Page) -> str | None:
    """Where a redirect leads; None for any other page."""
    location = page.header("location")
    if page.status not in REDIRECT_STATUS or not location:
        return None
    try:
        return urljoin(page.url, location)
    except ValueError:
        return None
