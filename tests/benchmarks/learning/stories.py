"""Learn what makes two articles one event: `python -m tests.benchmarks.learning.stories [--write]`.

Learns from the labelled events in `$NEWSWIRE_SHARED/bench/dedup` how alike two articles on one event are.  Prints how
well events are found by weights that saw none of them (five folds), each article put to the story it fits best, in the
order of the file and in orders drawn by lot; and how well those of our own articles in five languages are that were not
looked at while the rules for them were made.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path

import numpy as np

from pipeline.dedup import story
from pipeline.dedup.story import Profile
from pipeline.normalise.mapped import places_in
from pipeline.normalise.registers import Registers
from pipeline.settings import Settings, load_places, load_registers
from tests.benchmarks.extraction.sets import benches
from tests.benchmarks.learning.copies import NOW, agreement, fitted

FOLDS, ORDERS = 5, 4
LANGUAGES = Path(__file__).parents[2] / "cases" / "stories" / "languages.tsv"
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Told:
    """An article and the event it tells (None: not judged)."""

    event: str | None
    headline: str
    body: str
    language: str
    at: datetime = NOW


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.learning.stories", description=__doc__)
    parser.add_argument("--write", action="store_true", help="learn from all events and write weights and words")
    asked = parser.parse_args()
    told = load_dev()
    profiles = profiles_of(told)
    judged = [number for number, one in enumerate(told) if one.event and one.language == "en"]
    pairs, table, right = compared(told, profiles, judged)
    tell("English, unseen events", told, judged, unseen(told, pairs, table, right))
    weights = fitted(table, right)
    tell("English, all events", told, judged, dict(zip(pairs, table @ weights[:-1] + weights[-1], strict=True)))
    if asked.write:
        model = {name: round(float(weight), 3) for name, weight in zip(("words", "base"), weights, strict=True)}
        story.WEIGHTS.write_text(json.dumps(model, indent=0) + "\n", encoding="utf-8")
        story._weights.cache_clear()
    abroad()
    return 0


def load_dev() -> list[Told]:
    lines = (benches().parent / "dedup" / "dev.jsonl").open(encoding="utf-8")
    return [Told(one["story_cluster"], one["title"], one["text"], one["lang"]) for one in map(json.loads, lines)]


def load_languages() -> list[Told]:
    """Our own articles in five languages."""
    found = []
    for line in LANGUAGES.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            event, hours, language, _, headline, body = line.split("\t")
            found.append(Told(event, headline, body, language, NOW + timedelta(hours=float(hours))))
    return found


def profiles_of(told: Sequence[Told]) -> list[Profile]:
    """The profiles of articles, each weighed by what came before it and itself."""
    registers = Registers.from_data(load_registers(Settings()), load_places(Settings()))
    counted: Counter[int] = Counter()
    found = []
    for number, one in enumerate(told):
        named = places_in(f"{one.headline}\n{one.body}", registers.places)
        places = {place.id: place.kind == "country" for place in named}
        packed = story.terms(one.headline, one.body, places.items())
        counted.update(story.hashes(packed))
        found.append(story.profile(number, one.at, one.language, story.weighed(packed, counted, number + 1)))
    return found


def compared(
    told: Sequence[Told], profiles: Sequence[Profile], judged: Sequence[int]
) -> tuple[list[Pair], np.ndarray, np.ndarray]:
    pairs = list(combinations(judged, 2))
    columns = []
    for at, number in enumerate(judged[:-1]):
        columns.append(story.compared(profiles[number], [profiles[other] for other in judged[at + 1 :]])[0])
    table = np.concatenate(columns)[:, None]
    right = np.array([told[one].event == told[other].event for one, other in pairs], dtype=float)
    return pairs, table, right


def unseen(told: Sequence[Told], pairs: Sequence[Pair], table: np.ndarray, right: np.ndarray) -> dict[Pair, float]:
    """Scores of pairs by weights that were learnt from pairs of other events alone."""
    events = {event: number % FOLDS for number, event in enumerate(sorted({one.event for one in told if one.event}))}
    folds = np.array([[events[told[at].event or ""] for at in pair] for pair in pairs])
    scores = np.zeros(len(pairs))
    for fold in range(FOLDS):
        weights = fitted(table[(folds != fold).all(1)], right[(folds != fold).all(1)])
        mine = folds[:, 0] == fold
        scores[mine] = table[mine] @ weights[:-1] + weights[-1]
    return dict(zip(pairs, scores.tolist(), strict=True))


def tell(title: str, told: Sequence[Told], judged: Sequence[int], scores: Mapping[Pair, float]) -> None:
    """Print the agreement of stories with events, in the order of the file and in others."""

    def score(one: int, other: int) -> float | None:
        return scores[min(one, other), max(one, other)]

    draw = random.Random(5)
    orders = [list(judged), *(draw.sample(judged, len(judged)) for _ in range(ORDERS))]
    results = [f1_of(told, order, score) for order in orders]
    (precision, recall, f1), others = results[0], [one[2] for one in results[1:]]
    rest = statistics.fmean(others)
    print(f"{title:26} precision {precision:.3f} recall {recall:.3f} F1 {f1:.3f}; other orders {rest:.3f}")


def f1_of(
    told: Sequence[Told], order: Sequence[int], score: Callable[[int, int], float | None], only: set[str] | None = None
) -> tuple[float, float, float]:
    """Precision, recall and F1 of pairs, of the events named."""
    stories = grouped(order, score)
    wanted = [number for number in order if only is None or told[number].event in only]
    precision, recall = agreement([told[number].event or "" for number in wanted], [stories[one] for one in wanted])
    return precision, recall, 2 * precision * recall / (precision + recall or 1.0)


def grouped(order: Sequence[int], score: Callable[[int, int], float | None]) -> dict[int, int]:
    """Each article's story, when each goes to the one it fits best."""
    stories: list[list[int]] = []
    found: dict[int, int] = {}
    for number in order:
        fits = []
        for place, members in enumerate(stories):
            likenesses = [value for one in members if (value := score(number, one)) is not None]
            if likenesses and (fit := story.story_score(likenesses)) > 0:
                fits.append((fit, place))
        place = max(fits)[1] if fits else len(stories)
        if place == len(stories):
            stories.append([])
        stories[place].append(number)
        found[number] = place
    return found


def abroad() -> None:
    """Print how well our own articles in five languages are put together: of events looked at, and of the others."""
    told = load_languages()
    profiles = profiles_of(told)
    events = list(dict.fromkeys(one.event or "" for one in told))

    def score(one: int, other: int) -> float | None:
        return story.likeness(profiles[one], profiles[other])

    for title, only in (("looked at", events[::2]), ("kept back", events[1::2])):
        precision, recall, f1 = f1_of(told, range(len(told)), score, set(only))
        print(f"five languages, {title:10} precision {precision:.3f} recall {recall:.3f} F1 {f1:.3f}")


if __name__ == "__main__":
    sys.exit(main())
