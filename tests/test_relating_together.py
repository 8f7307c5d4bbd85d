"""Several processes bring one story at the same moment: it has one original, on both databases.

The control does the same without the lock that a transaction begins with: each looks first, and stores then.  It must
fail, or the test would prove nothing.
"""

from __future__ import annotations

import multiprocessing
import random
from collections import Counter
from multiprocessing.synchronize import Barrier

import pytest

from pipeline.dedup.fingerprint import fingerprint
from pipeline.dedup.link import WINDOW
from pipeline.digest import Observed
from pipeline.filing import Filing
from pipeline.model import Article, Extraction, Link
from pipeline.store import Key, Store, open_store
from pipeline.store.read import Query
from pipeline.tally import Tally
from tests.wire import START

PROCESSES = 4
STORIES, STORIES_OF_CONTROL = 150, 25
WORDS = ("harbour", "ferry", "mole", "barge", "quay", "storm", "island", "crew", "mayor", "bridge", "timber", "salt")


def observed(story: int, process: int) -> Observed:
    """The story as one process brings it: under an address of its own, by a source of its own, cut at the end."""
    words = random.Random(story)
    own = [f"{word}{story}" for word in WORDS]
    sentences = [f"{' '.join(words.choices(own, k=11)).capitalize()}." for _ in range(12)]
    headline = f"Story {story} of {' and '.join(words.sample(WORDS, 3))}"
    article = Article(
        source=f"wire{process}",
        url=f"https://wire{process}.test/{story}",
        headline=headline,
        headline_raw=headline,
        body="\n".join(sentences[: 12 - process]),
        first_seen_at=START,
        fetched_at=START,
        sort_at=START,
        completeness="full",
        extraction=Extraction("profile", "1", 1.0),
    )
    return Observed(article, fingerprint(article, None), article.url, None)


def bring(url: str, process: int, barrier: Barrier, *, locked: bool) -> None:
    store = open_store(url)
    for story in range(STORIES if locked else STORIES_OF_CONTROL):
        one = observed(story, process)
        barrier.wait(60)
        if locked:
            with store.write(START) as tx:
                Filing({}, Tally()).take(tx, one)
        else:
            _look_and_store(store, one, barrier)
    store.close()


def _look_and_store(store: Store, one: Observed, barrier: Barrier) -> None:
    with store.write(START) as tx:
        found = tx.relations.index.near(one.fingerprint.keys, START, WINDOW, besides=0)
    barrier.wait(60)
    with store.write(START) as tx:
        number = tx.articles.create(one.article, one.fingerprint, None)
        tx.articles.know_by(number, one.article.source, [Key("url", "", one.url_key)], None)
        tx.relations.index.remember(number, one.fingerprint.keys, START)
        if found:
            first = min(found)
            tx.relations.derive(number, [Link("duplicate", first, 1.0, "", "")])
            tx.relations.stand(number, first, first, None)


def originals(url: str, *, locked: bool) -> Counter[str]:
    """How many articles that are copies of none each story has, after all processes are done."""
    open_store(url).close()
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(PROCESSES)
    workers = [
        context.Process(target=bring, args=(url, process, barrier), kwargs={"locked": locked})
        for process in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(300)
    assert [worker.exitcode for worker in workers] == [0] * PROCESSES
    store = open_store(url)
    with store.read() as reader:
        records = list(reader.query(Query()))
    store.close()
    return Counter(record["headline"] for record in records if record["duplicate_of"] is None)


@pytest.mark.parametrize("locked", [True, False], ids=["as it is", "control without the lock"])
def test_one_story_from_four_processes_has_one_original(database_url: str, locked: bool) -> None:
    found = originals(database_url, locked=locked)
    if locked:
        assert found == dict.fromkeys(found, 1)
        assert len(found) == STORIES
    else:
        assert found == dict.fromkeys(found, PROCESSES)
        assert len(found) == STORIES_OF_CONTROL
