"""robots.txt as RFC 9309 has it: asked for once, kept for a day, obeyed for pages and listings.

What it says is read by protego, and this is the only module that knows it.
"""

from __future__ import annotations

import asyncio
import math
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

from protego import Protego

from pipeline.clock import Clock
from pipeline.errors import FetchError
from pipeline.fetch.guard import SCHEME_PORTS, shown
from pipeline.fetch.manners import retry_after
from pipeline.model import Page, RobotsFile

# The response to a GET, redirects followed, whatever its status.
Read = Callable[[str], Awaitable[Page]]

# RFC 9309, 2.5: at least so much has to be read.
LONGEST_TEXT = 500 * 1024
# RFC 9309, 2.4: not to be used for more than a day.
LONGEST_KEPT = timedelta(hours=24)
SHORTEST_KEPT = timedelta(hours=1)
MAX_AGE = re.compile(r'(?:^|[\s,])max-age\s*=\s*"?([0-9]{1,9})', re.IGNORECASE)
FIRST_WAIT = timedelta(minutes=5)
LAST_WAIT = timedelta(hours=1)
# RFC 9309, 2.3.1.4: what can't be reached for so long may be taken for absent.
TAKEN_FOR_ABSENT = timedelta(days=30)
LONGEST_DELAY = 30.0
NO_RULES = "User-agent: *\nAllow: /\n"
NOT_FOUND = 404
TOO_MANY_REQUESTS = 429
UNREACHABLE = 0
# What befalls robots.txt on the way and would befall the page as well: that says more than "robots".
ON_THE_WAY = frozenset({"dns", "refused", "tls"})
# robots.txt that is nowhere: in a circle of redirects, or led out of what may be asked.
NOWHERE = frozenset({"redirect", "guard", "url"})
# Rules take up to 37 times the room of their text in memory (measured: protego 0.7, 500 KB of wildcards, 18 MB).
MANY_ORIGINS = 2000
MUCH_TEXT = 4 * 1024 * 1024
# Beyond this, reading takes long enough (5 ms) to be done beside the loop.
LONG_TEXT = 16 * 1024
# A line that names a crawler, in every spelling that protego takes for one.
AGENT_LINE = re.compile(r"\s*user[\s-]*agent(?:\s*:|\s)\s*([^#]*)", re.IGNORECASE)
# The name of a crawler up to its version; ours holds no `%`.
PRODUCT = re.compile(r"[^\s/*]+|\*(?=\s|$)")
SOMEBODY = "User-agent: %"


class Memory(Protocol):
    """Remembers robots.txt beyond this process.  What it raises reaches whoever asked for the page."""

    async def load(self, origin: str) -> RobotsFile | None: ...

    async def save(self, origin: str, known: RobotsFile) -> None: ...


class Robots:
    """Says whether a page may be read, asking its origin's robots.txt where that is not known.

    `token` is the word that robots.txt knows us by, `read` fetches over the network.
    """

    def __init__(self, token: str, clock: Clock, read: Read, memory: Memory | None = None) -> None:
        self._token = token
        self._clock = clock
        self._read = read
        self._memory = memory
        self._origins: OrderedDict[str, _Origin] = OrderedDict()
        self._size = 0

    async def check(self, url: str, sent: str) -> float:
        """The seconds that crawlers are asked to leave between two requests, 0 to 30.

        `url` is the page's address as it was found, `sent` as its server will read it.

        Raises:
            FetchError: the page must not be read, or not until robots.txt can be had again (kind `robots`); or its
                server can't be reached (kind `dns`, `refused` or `tls`, as it would be for the page).
        """
        origin = origin_of(sent)
        one = await self._known(origin)
        if one.rules is None:
            raise _undefined(url, origin, one)
        if not await one.rules.allow(sent):
            raise FetchError(
                f"{shown(url)}: robots.txt of {shown(origin)} does not allow it for {self._token}; only its publisher"
                " can give leave",
                kind="robots",
                transient=False,
            )
        return one.rules.delay

    async def _known(self, origin: str) -> _Origin:
        one = self._origins.setdefault(origin, _Origin())
        self._origins.move_to_end(origin)
        if not one.is_fresh(self._clock.now()):
            async with one.lock:
                if not one.is_fresh(self._clock.now()):  # another page may have waited for it as well
                    await self._refresh(origin, one)
        return one

    async def _refresh(self, origin: str, one: _Origin) -> None:
        if one.file is None and self._memory is not None:
            remembered = await self._memory.load(origin)
            if remembered is not None:
                await self._learn(one, remembered)
            if one.is_fresh(self._clock.now()):
                return
        file = await self._asked(origin, one)
        await self._learn(one, file)
        if self._memory is not None:
            await self._memory.save(origin, file)

    async def _asked(self, origin: str, one: _Origin) -> RobotsFile:
        """What the server says now; where it can't be had, what it said last."""
        try:
            page = await self._read(f"{origin}/robots.txt")
        except FetchError as error:
            if error.kind not in NOWHERE:
                return self._unreachable(one, error)
            one.had()
            return RobotsFile(self._clock.now(), self._clock.now() + SHORTEST_KEPT, NOT_FOUND, NO_RULES)
        if not (200 <= page.status < 300 or 400 <= page.status < 500) or page.status == TOO_MANY_REQUESTS:
            refused = FetchError(f"the server answered {page.status}", kind="robots")
            return self._unreachable(one, refused, retry_after(page.header("retry-after"), page.fetched_at))
        one.had()
        text = _rules_in(page.body) if page.status < 300 else NO_RULES
        return RobotsFile(page.fetched_at, page.fetched_at + _kept(page), page.status, text)

    def _unreachable(self, one: _Origin, error: FetchError, wanted: timedelta | None = None) -> RobotsFile:
        """The file as it was, to be asked for again; its time is then when it was first missed."""
        now, wait = self._clock.now(), one.missed(error)
        until = now + max(wait, wanted or wait)
        if one.file is None:
            return RobotsFile(now, until, UNREACHABLE, "")
        since = min(one.file.fetched_at, now) if one.file.status == UNREACHABLE else now
        return RobotsFile(since, until, UNREACHABLE, one.file.text)

    async def _learn(self, one: _Origin, file: RobotsFile) -> None:
        is_absent = file.status == UNREACHABLE and self._clock.now() - file.fetched_at >= TAKEN_FOR_ABSENT
        one.rules = await _parsed(NO_RULES if is_absent else file.text, self._token)
        self._size += len(file.text) - (len(one.file.text) if one.file else 0)
        one.file = file
        self._forget()

    def _forget(self) -> None:
        """Forget the origins that were asked about longest ago; one that is being learnt stays."""
        for origin, one in list(self._origins.items()):
            if len(self._origins) <= MANY_ORIGINS and self._size <= MUCH_TEXT:
                return
            if not one.lock.locked():
                del self._origins[origin]
                self._size -= len(one.file.text) if one.file else 0


def origin_of(url: str) -> str:
    """Scheme, host and port of a checked address, as robots.txt is known by: `https://tass.com`, `http://[::1]:8080`."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    is_default = parts.port in (None, SCHEME_PORTS.get(parts.scheme))
    return f"{parts.scheme}://{host}" + ("" if is_default else f":{parts.port}")


def token_of(user_agent: str) -> str:
    """The word that robots.txt knows us by: what stands before the version (`newswire` of `newswire/0.1.0`)."""
    words = user_agent.partition("/")[0].split()
    return words[-1] if words else "*"


@dataclass(slots=True, eq=False)
class _Origin:
    """What is known of one origin.  `rules` is None where robots.txt was never had; `error` says why it can't be."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    file: RobotsFile | None = None
    rules: _Rules | None = None
    error: FetchError | None = None
    wait: timedelta = FIRST_WAIT

    def is_fresh(self, now: datetime) -> bool:
        # A file of the future shows that the clock was set back: it would stay for who knows how long.
        return self.file is not None and self.file.fetched_at <= now < self.file.until

    def had(self) -> None:
        self.error, self.wait = None, FIRST_WAIT

    def missed(self, error: FetchError) -> timedelta:
        """Note the error; how long to wait before the file is asked for again."""
        wait = self.wait
        self.error, self.wait = error, min(2 * wait, LAST_WAIT)
        return wait


class _Rules:
    """A robots.txt, read for one crawler.  Much text is read in a thread, so that nobody waits for it."""

    def __init__(self, text: str, token: str) -> None:
        self._token = token
        self._is_long = len(text) > LONG_TEXT
        self._parsed = Protego.parse(_concerning(text, token))
        self.delay = _delay(self._parsed.crawl_delay(token))

    async def allow(self, url: str) -> bool:
        if self._is_long:
            return await asyncio.to_thread(self._parsed.can_fetch, url, self._token)
        return self._parsed.can_fetch(url, self._token)


async def _parsed(text: str, token: str) -> _Rules | None:
    if not text:
        return None
    return await asyncio.to_thread(_Rules, text, token) if len(text) > LONG_TEXT else _Rules(text, token)


def _concerning(text: str, token: str) -> str:
    """The text with all other crawlers called by one name.

    protego keeps every rule once for each crawler of its group: 2,000 crawlers with 20,000 rules took 52 s and 3 GB.
    """
    return "\n".join(_renamed(line, token.lower()) for line in text.splitlines())


def _renamed(line: str, token: str) -> str:
    found = AGENT_LINE.match(line)
    if found is None:
        return line
    product = PRODUCT.match(found[1].lower())
    return f"User-agent: {product[0]}" if product and product[0] in ("*", token) else SOMEBODY


def _rules_in(body: bytes) -> str:
    """The text of a robots.txt that was served.  Never empty: that is for one that was never had."""
    text = body[:LONGEST_TEXT].decode("utf-8-sig", "replace")
    if len(body) > LONGEST_TEXT:
        text = text.rpartition("\n")[0]  # half a rule may say more than the whole
    is_html = text.lstrip().startswith("<")
    return NO_RULES if is_html or not text else text


def _kept(page: Page) -> timedelta:
    """How long the server lets its robots.txt be used, between an hour and a day."""
    said = MAX_AGE.search(page.header("cache-control") or "")
    return max(SHORTEST_KEPT, min(timedelta(seconds=int(said[1])), LONGEST_KEPT)) if said else LONGEST_KEPT


def _delay(said: float | None) -> float:
    return 0.0 if said is None or math.isnan(said) else max(0.0, min(said, LONGEST_DELAY))


def _undefined(url: str, origin: str, one: _Origin) -> FetchError:
    kind = one.error.kind if one.error and one.error.kind in ON_THE_WAY else "robots"
    why = f" ({one.error})" if one.error else ""
    again = f"; it is asked for again at {one.file.until:%H:%M} UTC" if one.file else ""
    return FetchError(
        f"{shown(url)}: robots.txt of {shown(origin)} can't be had, so nothing there may be read{why}{again}", kind=kind
    )
