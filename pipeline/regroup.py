"""All links again from the stored articles, with today's rules.

First every article is made findable, then each is related to those before it, in the order of their times: whatever the
order they once came in, the links are the same.  What does not change is not written, so it may be interrupted, run
again, and run beside the service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.clock import Clock
from pipeline.model import Source
from pipeline.relating import Relating
from pipeline.store import Store

# Articles to a transaction: others want to write, too.
PORTION = 200


@dataclass(frozen=True, slots=True)
class Regrouped:
    """How many articles were looked at, and how many of them have other links now."""

    articles: int
    relinked: int


def regroup(store: Store, sources: Mapping[str, Source], clock: Clock, told: Callable[[int], None]) -> Regrouped:
    """Work out all links anew; `told` hears of so many articles more.

    Raises:
        StoreError: the database said no; what was done stays.
    """
    relating = Relating(sources)
    with store.read() as reader:
        numbers = reader.in_order()
    for portion in _portions(numbers):
        with store.write(clock.now()) as tx:
            for number in portion:
                relating.index(tx, number)
    relinked: set[int] = set()
    for portion in _portions(numbers):
        with store.write(clock.now()) as tx:
            relinked.update(*(relating.again(tx, number) for number in portion))
        told(len(portion))
    return Regrouped(len(numbers), len(relinked))


def _portions(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), PORTION):
        yield numbers[start : start + PORTION]
