"""All links and stories again from the stored articles, with today's rules.

First every article is made findable, by its words too, then each is related to those before it, in the order of their
times, then each is put into a story, in the same order: whatever the order they once came in, the result is the same.
Links that do not change are not written.  Stories are begun anew, and are not whole before the end; an interrupted one
is run again, and tells what changed since before the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.clock import Clock
from pipeline.digest import event_terms
from pipeline.grouping import Grouping
from pipeline.model import Source
from pipeline.normalise.registers import Registers
from pipeline.relating import Relating
from pipeline.store import Store, TextRow

# Articles to a transaction: others want to write, too.
PORTION = 200


@dataclass(frozen=True, slots=True)
class Regrouped:
    """How many articles were looked at, and how many of them have other links or another story now."""

    articles: int
    relinked: int
    stories: int


def regroup(
    store: Store, sources: Mapping[str, Source], registers: Registers, clock: Clock, told: Callable[[int], None]
) -> Regrouped:
    """Work out all links and stories anew; `told` hears of so many articles more.

    Raises:
        StoreError: the database said no; what was done stays.
    """
    relating = Relating(sources)
    with store.write(clock.now()) as tx:
        tx.relations.index.sweep()
    with store.read() as reader:
        numbers = reader.in_order()
    for portion in _portions(numbers):
        with store.write(clock.now()) as tx:
            for number in portion:
                relating.index(tx, number)
                tx.articles.reindex(number)
    changed: set[int] = set()
    for portion in _portions(numbers):
        with store.write(clock.now()) as tx:
            changed.update(*(relating.again(tx, number) for number in portion))
    with store.write(clock.now()) as tx:
        # Those that came meanwhile as well: nobody else writes now.
        with store.read() as reader:
            numbers = reader.in_order()
        before = tx.stories.restart(tx.relations.others())
        tx.relations.drop_others()
    for portion in _portions(numbers):
        with store.write(clock.now()) as tx:
            texts = {row.id: row for row in tx.relations.texts(portion)}
            for number in portion:
                Grouping(quietly=True).again(tx, number, _terms(texts[number], registers))
        told(len(portion))
    with store.write(clock.now()) as tx:
        now = tx.stories.all()
        had = before.stories
        moved = {number for number in had.keys() | now.keys() if had.get(number) != now.get(number)}
        moved |= {number for number, _ in before.links ^ tx.relations.others()}
        # Who was told of a change meanwhile may have read a story that was half made.
        moved |= tx.stories.told_since(before.seq)
        for number in sorted(moved):
            tx.articles.relinked(number)
        tx.stories.done()
    return Regrouped(len(numbers), len(changed | moved), len(set(now.values())))


def _terms(row: TextRow, registers: Registers) -> bytes:
    dateline = row.dateline["text"] if row.dateline else ""
    return event_terms(row.headline, dateline, "\n".join(filter(None, (row.lead, row.body))), registers)


def _portions(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), PORTION):
        yield numbers[start : start + PORTION]
