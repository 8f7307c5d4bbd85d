"""How the CPU of a page grows with its size: synthetic pages in the shapes that are dear to one tool or another."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from pipeline.examine import examine_here
from pipeline.model import Page

MB = 1_000_000
SIZES = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
SPAN = 4  # times the size, over which growth is judged
STEEPEST = 1.3  # the power of the size with which the CPU may grow: 1 is linear, 2 quadratic
LEAST = 50.0  # ms; below, the fixed cost of any page hides the growth
LONGEST = 10_000.0  # ms of CPU; the service ends a worker then
SURE = 1_000.0  # ms; one measurement is enough
REPEATS = 3

SENTENCE = "The ferry between the two banks of the river was back at work on day {0}, the master of pier {0} said. "
STORY = "".join(f"<p>{SENTENCE.format(number)}</p>" for number in range(6))
HEAD = (
    "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>Ferry resumes - Example News</title>"
    "<meta property='article:published_time' content='2024-09-03T12:00:00Z'>{0}</head><body><h1>Ferry resumes</h1>"
)
TAIL = "</body></html>"

Times = Sequence[tuple[float, float]]  # sizes in MB and milliseconds


def _page(size: int, piece: Callable[[int], str], before: str = STORY, after: str = "", head: str = "") -> str:
    """A page of so many bytes: the pieces are repeated between what stands before and after them."""
    room = size - len(HEAD) - len(before) - len(after)
    pieces, length = [], 0
    for number in itertools.count():
        if length >= room:
            break
        pieces.append(piece(number))
        length += len(pieces[-1])
    return HEAD.format(head) + before + "".join(pieces) + after + TAIL


def _paragraphs(size: int) -> str:
    return _page(size, lambda n: f"<p>{SENTENCE.format(n) * 3}</p>\n", "<article>", "</article>")


def _one_paragraph(size: int) -> str:
    return _page(size, lambda n: SENTENCE.format(n) + "<b>Ferries</b> ", "<article><p>", "</p></article>")


def _lines(size: int) -> str:
    return _page(size, lambda n: SENTENCE.format(n) + "<br><br>", "<div class='text'>", "</div>")


def _nested(size: int) -> str:
    return _page(size, lambda n: f"<div class='level'><p>{SENTENCE.format(n)}</p>")


def _towers(size: int) -> str:
    return _page(size, lambda n: "<div>" * 100 + f"<p>{SENTENCE.format(n)}</p>" + "</div>" * 100)


def _links(size: int) -> str:
    link = "<li><a href='/news/{0}.html'>Ferry {0} is back at work</a></li>"
    return _page(size, link.format, STORY + "<ul>", "</ul>")


def _attributes(size: int) -> str:
    return _page(size, lambda n: f"<div {' '.join(f'data-a{k}=value{n}' for k in range(30))}>{n}</div>")


def _long_attribute(size: int) -> str:
    return _page(size, lambda n: f"author by byline {n} ", STORY + "<div class='", "'>end</div>")


def _json_blocks(size: int) -> str:
    def block(n: int) -> str:
        thing = {"@type": "NewsArticle", "headline": f"Ferry {n}", "author": [{"name": f"Ann {k}"} for k in range(20)]}
        return f"<script type='application/ld+json'>{json.dumps(thing)}</script>"

    return _page(size, block)


def _one_script(size: int) -> str:
    thing = '{{"by":"Ann {0}","datePublished":"2024-09-03"}},'
    return _page(size, thing.format, STORY + "<script>x=[", "]</script>")


def _metas(size: int) -> str:
    return _page(size, lambda n: f"<meta name='keywords' content='ferry {n}, river {n}'>")


def _tables(size: int) -> str:
    return _page(size, lambda n: f"<tr><td>{n}</td><td>{SENTENCE.format(n)}</td></tr>", STORY + "<table>", "</table>")


def _misnested(size: int) -> str:
    return _page(size, lambda n: f"<p><b><i>{SENTENCE.format(n)}</b>")


def _same(size: int) -> str:
    return _page(size, lambda n: f"<div class='text'><p>{SENTENCE.format(1)}</p></div>")


def _dates(size: int) -> str:
    def dates(n: int) -> str:
        return f"<time datetime='2024-09-{n % 28 + 1:02}'>{n}</time><span class='date'>{n % 28 + 1}.9.2024</span>"

    return _page(size, dates)


SHAPES: Mapping[str, Callable[[int], str]] = {
    "paragraphs": _paragraphs,
    "one paragraph": _one_paragraph,
    "lines": _lines,
    "nested": _nested,
    "towers": _towers,
    "links": _links,
    "attributes": _attributes,
    "long attribute": _long_attribute,
    "json-ld blocks": _json_blocks,
    "one script": _one_script,
    "metas": _metas,
    "tables": _tables,
    "misnested": _misnested,
    "same text": _same,
    "dates": _dates,
}


def grown(shape: str) -> list[tuple[float, float]]:
    """Milliseconds of CPU of the pages of a shape by their size in MB, up to the first that takes too long.

    Only the last can be one of these.
    """
    times: list[tuple[float, float]] = []
    for size in SIZES:
        body = SHAPES[shape](int(size * MB)).encode()
        page = Page(f"https://example.test/{shape.replace(' ', '-')}", 200, body, datetime.now(UTC))
        times.append((size, _least(page)))
        if times[-1][1] > LONGEST:
            break
    return times


def _least(page: Page) -> float:
    """The best time of a few, unless the first is long enough to be sure."""
    least = examine_here(page, None).cpu_ms
    return least if least > SURE else min(least, *(examine_here(page, None).cpu_ms for _ in range(REPEATS)))


def steepest(times: Times) -> float:
    """The greatest power of the size with which the CPU grew, over pages of which one is SPAN times as large."""
    by_size = dict(times)
    spans = [(by_size[size], by_size[size * SPAN]) for size in by_size if size * SPAN in by_size]
    return max((math.log(large / max(small, 0.01), SPAN) for small, large in spans if large > LEAST), default=0.0)


def trouble(times: Times) -> str | None:
    """What is wrong with the growth of a shape."""
    if times[-1][1] > LONGEST:
        return f"{times[-1][1] / 1000:.0f} s for {times[-1][0]:g} MB"
    power = steepest(times)
    return f"grows with the power {power:.2f}" if power > STEEPEST else None


def growth_lines(shapes: Mapping[str, Times]) -> Iterator[str]:
    """Milliseconds a MB, a shape a line."""
    yield f"{'CPU ms a MB':<18}" + "".join(f"{f'{size:g} MB':>9}" for size in SIZES)
    for shape, times in shapes.items():
        cells = "".join(f"{ms / size:>9.0f}" for size, ms in times) + " " * 9 * (len(SIZES) - len(times))
        told = trouble(times)
        yield f"{shape:<18}{cells}" + (f"  ◀ {told}" if told else "")
