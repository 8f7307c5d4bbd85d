"""Faults of the exchange: connections that break or stand still, headers and bodies that are no HTTP (F1–F42).

What goes wrong before the first byte of a request, a refused connection or a certificate, is in `tls.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from tests.hostile.talk import CHUNK, LONGEST, Fault, Table, Talk, fault, head, whole

TABLE: Table = {}
MEGABYTE = 1024 * 1024


@fault(TABLE, 2, "timeout")
async def silence(talk: Talk) -> None:
    await talk.silence()


@fault(TABLE, 3, "network", "cut-short", "protocol")
async def reset_before_a_word(talk: Talk) -> None:
    talk.reset()


@fault(TABLE, 4, "network", "cut-short", "protocol")
async def reset_within_the_body(talk: Talk) -> None:
    answer = whole(talk.served.body, *talk.typed())
    await talk.send(answer[: len(answer) - talk.draw.randrange(1, max(2, len(talk.served.body)))])
    talk.reset()


@fault(TABLE, 4, "network", "cut-short", "protocol", name="reset-within-the-head")
async def reset_within_the_head(talk: Talk) -> None:
    await talk.send(head(200, *talk.typed())[: talk.draw.randrange(1, 30)])
    talk.reset()


# Headers


@fault(TABLE, 13, "timeout")
async def drip_header(talk: Talk) -> None:
    await talk.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    await talk.drip(b"a")


@fault(TABLE, 14, "protocol", "too-large")
async def a_line_of_50_megabytes(talk: Talk) -> None:
    await talk.send(b"HTTP/1.1 200 OK\r\nX-Long: ")
    for _ in range(50):
        await talk.send(b"a" * MEGABYTE)
    await talk.send(b"\r\n\r\n")


@fault(TABLE, 15, "protocol", "too-large")
async def two_hundred_thousand_headers(talk: Talk) -> None:
    await talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n")
    for begin in range(0, 200_000, 1000):
        await talk.send(b"".join(b"X-%d: a\r\n" % number for number in range(begin, begin + 1000)))
    await talk.send(b"\r\n")


@fault(TABLE, 16, "timeout", "protocol", "whole")
async def a_flood_of_1xx(talk: Talk) -> None:
    for _ in range(100):
        await talk.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 1000)
    await talk.answer()


@fault(TABLE, 17, "timeout")
async def drip_1xx(talk: Talk) -> None:
    await talk.drip(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")


@fault(TABLE, 18, "protocol")
async def two_lengths(talk: Talk) -> None:
    await talk.send(head(200, f"Content-Length: {len(talk.served.body)}", "Content-Length: 3") + talk.served.body)


@fault(TABLE, 18, "whole", "protocol", name="the-same-length-twice")
async def the_same_length_twice(talk: Talk) -> None:
    length = f"Content-Length: {len(talk.served.body)}"
    await talk.send(head(200, length, length, *talk.typed()) + talk.served.body)


@fault(TABLE, 19, "protocol")
async def a_length_below_nothing(talk: Talk) -> None:
    await talk.send(head(200, "Content-Length: -1") + talk.served.body)


@fault(TABLE, 19, "protocol", "too-large", name="a-length-of-400-digits")
async def a_length_of_400_digits(talk: Talk) -> None:
    await talk.send(head(200, f"Content-Length: {'9' * 400}") + talk.served.body)


@fault(TABLE, 20, "protocol", "whole", "other")
async def length_and_chunks(talk: Talk) -> None:
    body = chunked([talk.served.body])
    await talk.send(head(200, "Content-Length: 5", "Transfer-Encoding: chunked", *talk.typed()) + body)


@fault(TABLE, 21, "protocol")
async def a_null_in_a_header(talk: Talk) -> None:
    await talk.answer(None, "X-Null: a\0b")


@fault(TABLE, 22, "whole")
async def letters_beyond_ascii_in_a_header(talk: Talk) -> None:
    await talk.answer(None, "X-Place: 평양", "Server: Нева")


@fault(TABLE, 23, "whole", "protocol")
async def bare_line_feeds(talk: Talk) -> None:
    lines = f"HTTP/1.1 200 OK\nContent-Length: {len(talk.served.body)}\n\n"
    await talk.send(lines.encode() + talk.served.body)


@fault(TABLE, 24, "protocol")
async def no_status_line(talk: Talk) -> None:
    await talk.send(b"<html>hello</html>\r\n\r\n")


@fault(TABLE, 24, "protocol", name="a-status-of-five-digits")
async def a_status_of_five_digits(talk: Talk) -> None:
    await talk.send(b"HTTP/1.1 20000 OK\r\nContent-Length: 0\r\n\r\n")


@fault(TABLE, 25, "protocol")
async def http_0_9(talk: Talk) -> None:
    await talk.send(talk.served.body)


@fault(TABLE, 26, "999", "protocol")
async def status_999(talk: Talk) -> None:
    await talk.answer(b"Request denied", status=999)


@fault(TABLE, 27, "too-large", "protocol")
async def two_thousand_cookies(talk: Talk) -> None:
    await talk.answer(None, *(f"Set-Cookie: c{number}={'v' * 40}; Path=/" for number in range(2000)))


@fault(TABLE, 28, "whole")
async def a_date_that_lies(talk: Talk) -> None:
    said = ("Mon, 01 Jan 0001 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "yesterday")
    await talk.answer(None, f"Date: {talk.draw.choice(said)}", "Age: -5", "Expires: 0")


# Bodies


@fault(TABLE, 29, "timeout")
async def drip_body(talk: Talk) -> None:
    await talk.send(head(200, "Content-Length: 4000000", *talk.typed()))
    await talk.drip(b"a")


@fault(TABLE, 30, "timeout", "too-large")
async def endless_chunks(talk: Talk) -> None:
    await talk.send(head(200, "Transfer-Encoding: chunked", *talk.typed()))
    await endless(talk, b"%x\r\n%s\r\n" % (CHUNK, b"a" * CHUNK))


@fault(TABLE, 31, "timeout", "too-large")
async def endless_without_length(talk: Talk) -> None:
    await talk.send(head(200, "Connection: close", *talk.typed()))
    await endless(talk, b"a" * CHUNK)


@fault(TABLE, 32, "cut-short")
async def a_body_that_is_short(talk: Talk) -> None:
    length = len(talk.served.body) + talk.draw.randrange(1, 100)
    await talk.send(head(200, f"Content-Length: {length}", *talk.typed()) + talk.served.body)


@fault(TABLE, 33, "whole", "protocol")
async def a_body_that_is_long(talk: Talk) -> None:
    """What is over would be taken for the answer to the next request."""
    poison = whole(b"<h1>Poison</h1>", "Content-Type: text/html")
    await talk.send(whole(talk.served.body, *talk.typed()) + poison)


@fault(TABLE, 34, "protocol", "cut-short")
async def a_chunk_of_no_size(talk: Talk) -> None:
    said = talk.draw.choice((b"xyz", b"-5", b"", b"5;" + b"a" * 70_000, b"0x10", b"ffffffffffffffffff"))
    body = said + b"\r\n" + talk.served.body + b"\r\n0\r\n\r\n"
    await talk.send(head(200, "Transfer-Encoding: chunked", *talk.typed()) + body)


@fault(TABLE, 35, "cut-short", "protocol")
async def a_chunk_that_is_cut(talk: Talk) -> None:
    body = chunked([talk.served.body])
    await talk.send(head(200, "Transfer-Encoding: chunked") + body[: -talk.draw.randrange(3, 60)])


@fault(TABLE, 35, "cut-short", "protocol", name="chunks-without-an-end")
async def chunks_without_an_end(talk: Talk) -> None:
    await talk.send(head(200, "Transfer-Encoding: chunked") + chunked([talk.served.body])[: -len(b"0\r\n\r\n")])


@fault(TABLE, 36, "other")
async def nothing_at_all(talk: Talk) -> None:
    await talk.answer(b"")


@fault(TABLE, 37, "304", "protocol")
async def not_modified_with_a_body(talk: Talk) -> None:
    await talk.answer(b"<h1>This is no body</h1>" * 40, status=304)


@fault(TABLE, 38, "304", "protocol")
async def not_modified_though_nobody_asked(talk: Talk) -> None:
    await talk.send(head(304))


@fault(TABLE, 39, "206")
async def a_part_that_nobody_asked_for(talk: Talk) -> None:
    size = len(talk.served.body)
    await talk.answer(talk.served.body[:100], f"Content-Range: bytes 0-99/{size}", status=206)


@fault(TABLE, 40, "too-large")
async def one_line_of_100_megabytes(talk: Talk) -> None:
    await talk.send(head(200, f"Content-Length: {100 * MEGABYTE}", *talk.typed()))
    for _ in range(100):
        await talk.send(b"a" * MEGABYTE)


@fault(TABLE, 41, "other")
async def nulls(talk: Talk) -> None:
    await talk.answer(b"\0".join(talk.served.body[at : at + 9] for at in range(0, len(talk.served.body), 9)))


@fault(TABLE, 42, "whole", "protocol")
async def garbage_before_the_next_answer(talk: Talk) -> None:
    await talk.answer()
    await talk.send(b"\r\n\r\n\0\xff garbage")


def chunked(pieces: Iterable[bytes]) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


async def endless(talk: Talk, piece: bytes) -> None:
    """The same piece until the other side has gone."""
    async with asyncio.timeout(LONGEST):
        while True:
            await talk.send(piece)


__all__ = ["TABLE", "Fault", "chunked"]
