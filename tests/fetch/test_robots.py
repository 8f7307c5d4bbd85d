"""robots.txt is asked for once, obeyed for pages and listings, and kept; trouble with it is not taken for leave."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import pytest

from pipeline.clock import LiveClock
from pipeline.errors import FetchError
from pipeline.fetch.client import Limits
from pipeline.fetch.robots import (
    LONGEST_DELAY,
    MANY_ORIGINS,
    MUCH_TEXT,
    NO_RULES,
    UNREACHABLE,
    Robots,
    origin_of,
    token_of,
)
from pipeline.model import Page, RequestKind, RobotsFile
from tests.clocks import NOON, SleepersClock
from tests.fetch.loopback import Answer, Wire, client_for, listening, ok, redirect, request

ORIGIN = "https://wire.test"
FORBIDDING = "User-agent: *\nDisallow: /private\n"


class Server:
    """Origins whose robots.txt are set by hand; the last one set holds."""

    def __init__(self, clock: SleepersClock) -> None:
        self.clock = clock
        self.said: dict[str, tuple[int, bytes, tuple[tuple[str, str], ...]] | FetchError] = {}
        self.asked: list[str] = []

    def says(self, text: str | bytes, *, status: int = 200, **headers: str) -> None:
        body = text.encode() if isinstance(text, str) else text
        pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        self.said[f"{ORIGIN}/robots.txt"] = (status, body, pairs)

    def fails(self, kind: str) -> None:
        self.said[f"{ORIGIN}/robots.txt"] = FetchError("no answer", kind=kind)

    async def read(self, url: str) -> Page:
        self.asked.append(url)
        await asyncio.sleep(0)
        said = self.said.get(url, (404, b"", ()))
        if isinstance(said, FetchError):
            raise said
        return Page(url, said[0], said[1], self.clock.now(), said[2])


class Notebook:
    """A memory that outlives the process."""

    def __init__(self) -> None:
        self.files: dict[str, RobotsFile] = {}

    async def load(self, origin: str) -> RobotsFile | None:
        return self.files.get(origin)

    async def save(self, origin: str, known: RobotsFile) -> None:
        self.files[origin] = known


@pytest.fixture
def clock() -> SleepersClock:
    return SleepersClock()


@pytest.fixture
def server(clock: SleepersClock) -> Server:
    return Server(clock)


@pytest.fixture
def robots(server: Server) -> Robots:
    return Robots("newswire", server.clock, server.read)


def check(robots: Robots, path: str = "/a", origin: str = ORIGIN) -> float:
    return asyncio.run(robots.check(origin + path, origin + path))


def refused(robots: Robots, path: str = "/a", origin: str = ORIGIN) -> FetchError:
    with pytest.raises(FetchError) as caught:
        check(robots, path, origin)
    assert str(caught.value).startswith(origin + path)
    return caught.value


def test_what_is_not_allowed_is_refused_for_good(robots: Robots, server: Server) -> None:
    server.says(FORBIDDING)
    check(robots, "/public")
    error = refused(robots, "/private/a")
    assert (error.kind, error.transient) == ("robots", False)
    assert f"robots.txt of {ORIGIN} does not allow it for newswire" in str(error)
    assert server.asked == [f"{ORIGIN}/robots.txt"]


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("User-agent: *\nDisallow: /\n\nUser-agent: newswire\nAllow: /\n", True),
        ("User-agent: *\nAllow: /\n\nUser-agent: NewsWire/2.0\nDisallow: /\n", False),
        ("User-agent: other\nUser-agent: newswire\nUser-agent: third\nDisallow: /\n", False),
        ("User-agent: other\nDisallow: /\n", True),
        ("User-agent: news\nDisallow: /\n", True),
        ("User-agent: newswire-images\nDisallow: /\n", True),
        ("User-agent: *\nDisallow: /\nAllow: /a$\n", True),
        ("User-agent: *\nDisallow: /*a\n", False),
        ("User-agent: *\nDisallow: /%61\n", False),
        ("\ufeffUser-agent: *\r\nDisallow: /a\r\n", False),
        ("# nothing\n\nUser-agent: *\nDisallow:\n", True),
        ("Disallow: /\n", True),
        ("", True),
        ("<!DOCTYPE html>\n<html>\nUser-agent: *\nDisallow: /\n</html>", True),
        ("User-agent: *\nDisallow: /\udce9\n", True),
        ("User-agent: *\x00\nDisallow: /a\n", True),
    ],
)
def test_the_group_for_us_decides_and_else_the_one_for_all(
    robots: Robots, server: Server, text: str, allowed: bool
) -> None:
    server.says(text.encode("utf-8", "surrogateescape"))
    if allowed:
        check(robots)
    else:
        assert refused(robots).kind == "robots"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_without_robots_txt_everything_may_be_read(robots: Robots, server: Server, status: int) -> None:
    server.says("User-agent: *\nDisallow: /\n", status=status)
    check(robots)


@pytest.mark.parametrize("kind", ["redirect", "guard"])
def test_robots_txt_that_leads_nowhere_is_none(robots: Robots, server: Server, kind: str) -> None:
    server.fails(kind)
    check(robots)


@pytest.mark.parametrize("status", [429, 500, 503, 304, 999])
def test_nothing_may_be_read_until_robots_txt_can_be_had(robots: Robots, server: Server, status: int) -> None:
    server.says("", status=status)
    error = refused(robots)
    assert (error.kind, error.transient) == ("robots", True)
    assert f"the server answered {status}" in str(error)
    server.says(FORBIDDING)
    refused(robots)
    server.clock.pass_by(301)
    check(robots)


@pytest.mark.parametrize(
    ("kind", "shown"), [("timeout", "robots"), ("cut-short", "robots"), ("dns", "dns"), ("refused", "refused")]
)
def test_a_server_that_cannot_be_reached_is_told_as_it_would_be_for_the_page(
    robots: Robots, server: Server, kind: str, shown: str
) -> None:
    server.fails(kind)
    error = refused(robots)
    assert (error.kind, error.transient) == (shown, True)


def test_an_unreachable_robots_txt_is_asked_for_after_5_minutes_then_twice_as_long_up_to_an_hour(
    robots: Robots, server: Server
) -> None:
    server.says("", status=503)
    times = []
    for minute in range(6 * 60):
        before = len(server.asked)
        refused(robots)
        if len(server.asked) > before:
            times.append(minute)
        server.clock.pass_by(60)
    assert times == [0, 5, 15, 35, 75, 135, 195, 255, 315]


def test_an_hour_is_asked_for_and_given(robots: Robots, server: Server) -> None:
    server.says("", status=429, retry_after="7200")
    refused(robots)
    server.clock.pass_by(7100)
    refused(robots)
    assert len(server.asked) == 1


def test_the_older_copy_is_used_while_robots_txt_cannot_be_had(robots: Robots, server: Server) -> None:
    server.says(FORBIDDING)
    check(robots)
    server.says("", status=503)
    for _ in range(20):
        server.clock.pass_by(86_400)
        check(robots)
        assert refused(robots, "/private").transient is False


def test_after_30_days_unreachable_robots_txt_is_taken_for_absent(robots: Robots, server: Server) -> None:
    server.says("", status=503)
    for _ in range(30):
        refused(robots)
        server.clock.pass_by(86_400)
    check(robots)
    server.says("User-agent: *\nDisallow: /\n")
    server.clock.pass_by(3600)
    assert refused(robots).transient is False


@pytest.mark.parametrize(
    ("cache_control", "hours"),
    [(None, 24), ("max-age=7200", 2), ("public, Max-Age = 60", 1), ("max-age=999999999", 24), ("no-store", 24),
     ("s-maxage=7200", 24), ("max-age=" + "9" * 5000, 24), ("max-age=x", 24)],
)  # fmt: skip
def test_it_is_kept_for_a_day_or_as_its_server_says(
    robots: Robots, server: Server, cache_control: str | None, hours: int
) -> None:
    server.says("", cache_control=cache_control or "")
    check(robots)
    server.clock.pass_by(hours * 3600 - 1)
    check(robots)
    assert len(server.asked) == 1
    server.clock.pass_by(1)
    check(robots)
    assert len(server.asked) == 2


def test_a_clock_that_is_set_back_keeps_no_copy_for_years(robots: Robots, server: Server) -> None:
    server.says("")
    check(robots)
    server.says(FORBIDDING)
    server.clock.move(NOON - timedelta(days=400))
    assert refused(robots, "/private").transient is False


@pytest.mark.parametrize(
    ("said", "delay"),
    [("5", 5.0), ("0.5", 0.5), ("0", 0.0), ("-5", 0.0), ("3600", LONGEST_DELAY), ("inf", 0.0), ("nan", 0.0),
     ("soon", 0.0), ("9" * 300, LONGEST_DELAY)],
)  # fmt: skip
def test_crawl_delay_is_read_within_bounds(robots: Robots, server: Server, said: str, delay: float) -> None:
    server.says(f"User-agent: *\nCrawl-delay: {said}\n")
    assert check(robots) == delay


def test_many_pages_wait_for_one_request(robots: Robots, server: Server) -> None:
    server.says(FORBIDDING)

    async def ask() -> list[object]:
        urls = [f"{ORIGIN}/{'private' if number % 2 else 'public'}/{number}" for number in range(100)]
        return await asyncio.gather(*(robots.check(url, url) for url in urls), return_exceptions=True)

    found = asyncio.run(ask())
    assert len(server.asked) == 1
    assert [isinstance(one, FetchError) for one in found] == [False, True] * 50


def test_when_the_page_that_asks_is_cancelled_the_next_one_asks(robots: Robots, server: Server) -> None:
    async def ask() -> None:
        first, second = (asyncio.create_task(robots.check(f"{ORIGIN}/a", f"{ORIGIN}/a")) for _ in range(2))
        while not server.asked:
            await asyncio.sleep(0)
        first.cancel()
        await second
        with pytest.raises(asyncio.CancelledError):
            await first

    asyncio.run(ask())
    assert len(server.asked) == 2


def test_what_is_remembered_is_not_asked_for_again(server: Server) -> None:
    notebook = Notebook()
    server.says(FORBIDDING)
    check(Robots("newswire", server.clock, server.read, notebook))
    again = Robots("newswire", server.clock, server.read, notebook)
    refused(again, "/private")
    assert len(server.asked) == 1
    assert notebook.files == {ORIGIN: RobotsFile(NOON, NOON + timedelta(days=1), 200, FORBIDDING)}


def test_an_old_copy_is_remembered_for_when_the_server_is_down(server: Server) -> None:
    notebook = Notebook()
    server.says("", status=404)
    check(Robots("newswire", server.clock, server.read, notebook))
    server.clock.pass_by(400 * 86_400)
    server.says("", status=503)
    check(Robots("newswire", server.clock, server.read, notebook))
    now = server.clock.now()
    assert notebook.files == {ORIGIN: RobotsFile(now, now + timedelta(minutes=5), UNREACHABLE, NO_RULES)}
    check(Robots("newswire", server.clock, server.read, notebook))
    assert len(server.asked) == 2


def test_only_so_many_origins_and_so_much_text_are_known_at_once(robots: Robots, server: Server) -> None:
    async def visit(many: int, text: bytes) -> int:
        for number in range(many):
            origin = f"https://{number}.test"
            server.said[f"{origin}/robots.txt"] = (200, text, ())
            await robots.check(f"{origin}/", f"{origin}/")
        return len(robots._origins)

    assert asyncio.run(visit(MANY_ORIGINS + 100, b"User-agent: *\n")) == MANY_ORIGINS
    server.clock.pass_by(86_400)
    large = b"User-agent: *\n" + b"#" * 400_000
    assert asyncio.run(visit(30, large)) <= MUCH_TEXT // len(large)
    assert robots._size == sum(len(one.file.text) for one in robots._origins.values() if one.file)


AGENTS = "".join(f"User-agent: {number}\n" for number in range(2000))
HOSTILE = {
    "rules": "User-agent: *\n" + "".join(f"Disallow: /{number}\n" for number in range(60_000)),
    "wildcards": "User-agent: *\n" + "".join(f"Disallow: /*a*{number}\n" for number in range(60_000)),
    "a line of wildcards": "User-agent: *\nDisallow: /" + "*a" * 300_000,
    "a line": "a" * 600_000,
    "nulls": "\0" * 600_000,
    "blanks": " " * 600_000,
    "user agent, half": "user " * 120_000,
    "agents and rules": AGENTS + "Disallow: /x\n" * 40_000,
    "agents without colon and rules": AGENTS.replace(":", "") + "Disallow: /x\n" * 40_000,
    "agents twice": "".join(f"User-agent: {number}\n" for number in range(15_000)) * 2,
    "escapes": "User-agent: *\n" + "".join(f"Disallow: /%{number % 256:02x}é\n" for number in range(60_000)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_robots_txt_costs_little(robots: Robots, server: Server, name: str) -> None:
    server.says(HOSTILE[name])
    begun = time.process_time()
    check(robots, "/politics/" + "a" * 1000)
    # 0.3 s at most here; twice that leaves room for a slow machine, and a quadratic one takes 50 s.
    assert time.process_time() - begun < 0.6


def test_a_rule_that_is_cut_in_half_is_no_rule(robots: Robots, server: Server) -> None:
    start = "User-agent: *\n"
    server.says(start + "#" * (500 * 1024 - len(start) - len("\nDisallow: /")) + "\nDisallow: /private\n")
    check(robots)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://TASS.com:443/a?b", "https://tass.com"),
        ("http://tass.com:443/", "http://tass.com:443"),
        ("http://user:word@tass.com/", "http://tass.com"),
        ("http://[::1]:8080/a", "http://[::1]:8080"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize(
    ("user_agent", "token"),
    [
        ("newswire/0.1.0 (+https://example.org/)", "newswire"),
        ("newswire", "newswire"),
        ("The Wire/2", "Wire"),
        ("/", "*"),
    ],
)
def test_the_token_is_the_word_before_the_version(user_agent: str, token: str) -> None:
    assert token_of(user_agent) == token


# Over the network


def visit(
    answers: Mapping[str, Answer], path: str = "/a", kind: RequestKind = "page", **settings: object
) -> tuple[Page | FetchError, Wire]:
    """Ask one server for a path of it."""

    async def run() -> tuple[Page | FetchError, Wire]:
        async with listening(answers) as wire, client_for(wire, **settings) as client, asyncio.timeout(20):
            try:
                return await client.get(request(f"http://127.0.0.1:{wire.port}{path}", kind)), wire
            except FetchError as error:
                return error, wire

    return asyncio.run(run())


def paths(wire: Wire) -> list[str]:
    return [head.split(" ")[1] for head in wire.asked]


@pytest.mark.parametrize("kind", ["page", "listing"])
def test_pages_and_listings_are_not_asked_for_against_robots_txt(kind: RequestKind) -> None:
    found, wire = visit({"/robots.txt": ok(FORBIDDING.encode()), "/private": ok()}, "/private", kind)
    assert isinstance(found, FetchError)
    assert (found.kind, found.transient) == ("robots", False)
    assert paths(wire) == ["/robots.txt"]
    assert (wire.header("user-agent"), wire.header("host")) == ("newswire/test", f"127.0.0.1:{wire.port}")


def test_a_feed_is_read_as_it_was_configured() -> None:
    found, wire = visit({"/robots.txt": ok(b"User-agent: *\nDisallow: /\n"), "/rss": ok()}, "/rss", "feed")
    assert isinstance(found, Page)
    assert paths(wire) == ["/rss"]


@pytest.mark.parametrize(
    "path",
    ["/public/../private/a", "/public/%2e%2e/private/a", "/public/.%2E/private/a", "/%70rivate/a", "/./private/a"],
)
def test_no_spelling_of_a_path_gets_past(path: str) -> None:
    found, wire = visit({"/robots.txt": ok(FORBIDDING.encode())}, path)
    assert isinstance(found, FetchError)
    assert (found.kind, paths(wire)) == ("robots", ["/robots.txt"])


def test_a_redirect_is_checked_where_it_leads() -> None:
    answers = {"/robots.txt": ok(FORBIDDING.encode()), "/a": redirect("/private/b"), "/private/b": ok()}
    found, wire = visit(answers)
    assert isinstance(found, FetchError)
    assert f":{wire.port}/a leads to http://127.0.0.1:{wire.port}/private/b: robots.txt of" in str(found)
    assert paths(wire) == ["/robots.txt", "/a"]


def test_a_redirect_to_another_origin_asks_for_its_robots_txt() -> None:
    async def run() -> tuple[Wire, Wire]:
        async with listening({"/robots.txt": ok(FORBIDDING.encode())}) as other, listening({}) as wire:
            wire.answers = {"/a": redirect(f"http://127.0.0.1:{other.port}/private")}
            async with client_for(wire, ports=[wire.port, other.port]) as client:
                with pytest.raises(FetchError) as caught:
                    await client.get(request(f"http://127.0.0.1:{wire.port}/a"))
            assert caught.value.kind == "robots"
            return wire, other

    wire, other = asyncio.run(run())
    assert (paths(wire), paths(other)) == (["/a"], ["/robots.txt"])


def test_robots_txt_may_be_redirected_five_times_and_no_further() -> None:
    hops: dict[str, Answer] = {"/robots.txt": redirect("/1"), "/a": ok(), "/6": ok(FORBIDDING.encode())}
    hops |= {f"/{hop}": redirect(f"/{hop + 1}") for hop in range(1, 6)}
    found, _ = visit({**hops, "/private": ok()}, "/private")
    assert isinstance(found, Page)
    found, _ = visit({**hops, "/5": ok(FORBIDDING.encode())}, "/private")
    assert isinstance(found, FetchError)


def test_robots_txt_may_not_lead_out_of_bounds() -> None:
    found, wire = visit({"/robots.txt": redirect("http://10.0.0.1/robots.txt"), "/a": ok()})
    assert isinstance(found, Page)
    assert paths(wire) == ["/robots.txt", "/a"]


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /private\n")
    while True:
        writer.write(b"# and so on\n" * 5000)
        await writer.drain()


LONG = FORBIDDING.encode() + b"# and so on\n" * 100_000


@pytest.mark.parametrize(
    "answer", [endless, ok(LONG), ok(gzip.compress(LONG), "Content-Encoding: gzip")], ids=["endless", "long", "gzip"]
)
def test_a_long_robots_txt_is_cut_and_obeyed(answer: Answer) -> None:
    for path, kind in (("/private", FetchError), ("/a", Page)):
        found, _ = visit({"/robots.txt": answer, "/a": ok()}, path)
        assert isinstance(found, kind)


def test_a_silent_robots_txt_ends_at_its_own_deadline() -> None:
    async def silence(writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            await asyncio.sleep(0.02)

    found, wire = visit({"/robots.txt": silence, "/a": ok()}, limits=Limits(total_robots=0.2, read=10))
    assert isinstance(found, FetchError)
    assert (found.kind, found.transient) == ("robots", True)
    assert paths(wire) == ["/robots.txt"]


def timed(times: list[tuple[float, str]], path: str, answer: bytes, now: Callable[[], float]) -> Answer:
    async def answering(writer: asyncio.StreamWriter) -> None:
        times.append((now(), path))
        writer.write(answer)
        await writer.drain()

    return answering


def test_crawl_delay_lengthens_the_pace_of_its_host_for_all_that_ask() -> None:
    clock = SleepersClock()
    times: list[tuple[float, str]] = []
    text = b"User-agent: *\nCrawl-delay: 7\n"
    answers = {"/robots.txt": timed(times, "robots", ok(text), clock.seconds)}
    answers |= {path: timed(times, path, ok(), clock.seconds) for path in ("/a", "/b", "/rss")}

    async def run() -> None:
        async with listening(answers) as wire, client_for(wire, clock=clock, pace_seconds=1) as client:
            root = f"http://127.0.0.1:{wire.port}"
            await client.get(request(f"{root}/a"))
            await client.get(request(f"{root}/rss", "feed"))
            await client.get(request(f"{root}/b"))

    asyncio.run(run())
    assert [path for _, path in times] == ["robots", "/a", "/rss", "/b"]
    assert [at - times[0][0] for at, _ in times] == [0, 7, 14, 21]


def test_other_tasks_run_while_a_hostile_robots_txt_is_read() -> None:
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.001)
            beats += 1

    async def read(url: str) -> Page:
        return Page(url, 200, HOSTILE["wildcards"].encode(), datetime.now(NOON.tzinfo))

    async def run() -> int:
        beating = asyncio.create_task(beat())
        await Robots("newswire", LiveClock(), read).check(f"{ORIGIN}/a", f"{ORIGIN}/a")
        beating.cancel()
        return beats

    assert asyncio.run(run()) >= 5
