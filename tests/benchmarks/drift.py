"""How soon a changed layout raises an alarm, how often an unchanged one does, and what becomes of the texts meanwhile.

    python -m tests.benchmarks.drift                  # all of it, some minutes
    python -m tests.benchmarks.drift --normal 200 --only "body in JSON" --show

Every case page that a profile reads gives a stream of articles (`tests.varied`): normal ones, then ten of each change
(`tests.relaid`).  The exit code is 1 if a bar is missed.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline import drift
from pipeline.errors import ArticleError
from pipeline.model import Article, Source
from pipeline.normalise.registers import Registers
from pipeline.normalise.times import parse_time
from pipeline.parse import dom
from pipeline.settings import Settings, load_registers, load_sources
from tests.relaid import CHANGES
from tests.varied import OPTIONAL, CasePage, case_pages, likeness, read, spoken, vary, vocabulary

CASES = Path(__file__).parents[1] / "cases"
PACKAGED = Path(__file__).parents[2] / "config"
LEARNT, CHANGED, NORMAL = 30, 10, 12_000
RIGHT = 0.95
# A newsroom's evening: so often what is optional comes and goes, for as long as it lasts.
TURNS, OMITTED = 0.15, 0.3


@dataclass(slots=True)
class Outcome:
    """Of one kind of change: streams that it broke, after how many articles each alarmed, bodies that stayed right."""

    alarms: dict[str, int | None] = field(default_factory=dict)
    unbroken: list[str] = field(default_factory=list)
    right: int = 0
    bodies: int = 0
    wrong: dict[str, list[float]] = field(default_factory=dict)

    @property
    def late(self) -> list[str]:
        return [name for name, after in self.alarms.items() if after is None]


@dataclass(slots=True)
class Stream:
    """The articles of one case page, one after another."""

    page: CasePage
    words: Sequence[str]
    registers: Registers
    chance: random.Random = field(init=False)
    missing: set[str] = field(default_factory=set)
    number: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.name)

    @property
    def name(self) -> str:
        return f"{self.page.source.id}/{self.page.name}"

    def normal(self) -> tuple[drift.Look, Article]:
        """The next article as the site prints it."""
        for name in OPTIONAL:
            if self.chance.random() < TURNS:
                self.missing ^= {name} if self.chance.random() < OMITTED or name in self.missing else set()
        self.number += 1
        return self.look(*vary(self.page, self.number, self.words, without=self.missing))

    def changed(self, change: str, turn: int, number: int) -> tuple[drift.Look | None, str, str, bool]:
        """An article after a change: its look, its text as read and as it should be, and whether it is another page."""
        root, headline = vary(self.page, 100_000 + number, self.words)
        _, before = self.look(root, headline)
        if not CHANGES[change](self.page, root, turn):
            return None, "", "", False
        try:
            look, after = self.look(root, headline)
        except ArticleError:
            return drift.Look({drift.FITS: False}), "", before.body, True
        return look, after.body, before.body, True

    def look(self, root: dom.Element, headline: str) -> tuple[drift.Look, Article]:
        """A page as the line sees it."""
        source = self.page.source
        extract, article = read(source, self.page.url, root, headline, self.registers)
        zone = ZoneInfo(source.timezone)
        is_time = lambda raw: parse_time(raw, zone, near=article.first_seen_at) is not None  # noqa: E731
        return drift.look_of(extract, article, is_time), article


def packaged() -> tuple[list[Source], Registers]:
    """The packaged sources and registers."""
    settings = Settings(directories=(PACKAGED,))
    return list(load_sources(settings)), Registers.from_data(load_registers(settings))


def streams(sources: Sequence[Source], registers: Registers) -> Iterator[Stream]:
    """A stream for each case page that a profile reads."""
    pages = [page for source in sources for page in case_pages(source, CASES / source.id)]
    words = vocabulary(pages)
    for page in pages:
        yield Stream(page, words[spoken(page)], registers)


def learnt(stream: Stream, many: int) -> tuple[drift.Past, list[str]]:
    """The past after so many normal articles, and the alarms they raised."""
    past, false = drift.Past(), list[str]()
    for number in range(many):
        look, _ = stream.normal()
        was = past.lost
        past = drift.after(past, look, number, "0")
        if past.lost and not was:
            false.append(f"{stream.name} at {number}: {drift.told(past)}")
    return past, false


def try_change(stream: Stream, past: drift.Past, change: str, turn: int, outcome: Outcome) -> None:
    """Ten articles after a change."""
    raised: int | None = None
    is_broken = False
    for number in range(CHANGED):
        look, body, wanted, is_changed = stream.changed(change, turn, number)
        if not is_changed or look is None:
            return
        past = drift.after(past, look, 10_000 + number, "0")
        is_broken |= any(
            not value for name, value in look.signs.items() if name in drift.HARD and past.signs[name].had > 1
        )
        is_broken |= look.form is not None and past.signs[drift.DATE_FORM].recent.endswith(drift.MISSED)
        raised = number + 1 if past.lost and raised is None else raised
        like = likeness(body, wanted)
        outcome.bodies += 1
        outcome.right += like >= RIGHT
        if like < RIGHT:
            outcome.wrong.setdefault(stream.name, []).append(round(like, 2))
    if is_broken:
        outcome.alarms[stream.name] = raised
    else:
        outcome.unbroken.append(stream.name)


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.benchmarks.drift", description=__doc__)
    parser.add_argument("--normal", type=int, default=NORMAL, help="normal articles over all streams")
    parser.add_argument("--only", action="append", choices=[*CHANGES])
    parser.add_argument("--source", action="append")
    parser.add_argument("--show", action="store_true", help="name each stream")
    told = parser.parse_args()
    found = [one for one in streams(*packaged()) if not told.source or one.page.source.id in told.source]
    each = max(LEARNT, -(-told.normal // len(found)))
    pasts, false = {}, list[str]()
    for stream in found:
        pasts[stream.name], more = learnt(stream, each)
        false += more
    print(f"{len(found)} streams of {len({one.page.source.id for one in found})} sources")
    print(f"normal articles {each * len(found)}: {len(false)} false alarms")
    for line in false:
        print(f"    {line}")
    is_missed = bool(false)
    for change in told.only or CHANGES:
        outcome = Outcome()
        for turn, stream in enumerate(found):
            try_change(stream, pasts[stream.name], change, turn, outcome)
        sources = {name.partition("/")[0] for name in outcome.alarms}
        after = sorted(one for one in outcome.alarms.values() if one)
        share = outcome.right / max(1, outcome.bodies)
        is_missed |= bool(outcome.late) or share < 0.9 or len(sources) < 20
        print(
            f"{change}: {len(outcome.alarms)} layouts of {len(sources)} sources broke, {len(after)} alarmed, the last"
            f" after {after[-1] if after else '-'} articles; {len(outcome.unbroken)} unbroken;"
            f" {share:.1%} of {outcome.bodies} bodies right"
        )
        if told.show:
            print(f"    late: {outcome.late}\n    unbroken: {outcome.unbroken}\n    wrong: {outcome.wrong}")
    return int(is_missed)


if __name__ == "__main__":
    sys.exit(main())
