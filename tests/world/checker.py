"""Holds a database against the ledger of the world that filled it.

Two questions are asked of each story.  Is in the database what was served: one article, its last text, a revision for
each further text, `withdrawn` and `restored` where the pages said so?  And was all served that a service should have
asked for: the story by its feed's longest interval, an edit by the next scheduled read of its page?  What the world's
end cut off is not asked for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from pipeline.model import Change
from pipeline.store import open_store
from pipeline.store.read import Query
from tests.world import oracle
from tests.world.hosts import HOSTS, HOUR, SOURCES
from tests.world.ledger import Asked
from tests.world.plan import AGES, World
from tests.world.script import Told, next_read, script

IN_FLIGHT = 3.0  # seconds of real time in which what was served may not be stored yet, or was lost with a kill
AN_HOUR = timedelta(minutes=59)  # between the two looks that prove a withdrawal; timers are a little early
CLOCK_ERROR = timedelta(milliseconds=10)
SHOWN_PROBLEMS = 30
EDITS = ("revised", "corrected")
KINDS = {"feed": "feed", "listing": "feed", "page": "page", "robots": "robots", "other": "other"}


@dataclass(slots=True)
class Report:
    """What was found: `counts` by name, `problems` a sentence each, `requests` by (source, kind): ours, the oracle's.

    `delays` are seconds from publication to the first request for the page.
    """

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    requests: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    delays: list[float] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether all that happened arrived, once and right, and no host was treated rudely."""
        return not self.problems

    def ratio(self, kind: str | None = None, source: str | None = None) -> float:
        """Our requests to the oracle's, of a kind, of a source, or in all."""
        chosen = [pair for (of, what), pair in self.requests.items() if kind in (None, what) and source in (None, of)]
        return sum(ours for ours, _ in chosen) / max(1, sum(its for _, its in chosen))

    def lines(self) -> Iterator[str]:
        """The report as a table."""
        for name, count in sorted(self.counts.items()):
            yield f"{name:<34} {count:>8}"
        delays = sorted(self.delays)
        for name, part in (("delay of first sight, median", 0.5), ("delay of first sight, p95", 0.95)):
            yield f"{name:<34} {delays[int(len(delays) * part)] / 60 if delays else 0:>6.1f} m"
        yield f"\n{'requests':<12} {'kind':<8} {'ours':>8} {'oracle':>8} {'ratio':>7}"
        for (source, what), (ours, its) in self.requests.items():
            yield f"{source:<12} {what:<8} {ours:>8} {its:>8} {self.ratio(what, source):>7.2f}"
        whole: tuple[str | None, ...] = (*sorted(set(KINDS.values())), None)
        for kind in whole:
            chosen = [pair for (_, of), pair in self.requests.items() if kind in (None, of)]
            ours, its = sum(pair[0] for pair in chosen), sum(pair[1] for pair in chosen)
            yield f"{'all':<12} {kind or 'all':<8} {ours:>8} {its:>8} {self.ratio(kind):>7.2f}"
        yield f"\n{len(self.problems)} problems" if self.problems else "\nno problem"
        yield from self.problems[:SHOWN_PROBLEMS]


@dataclass(frozen=True, slots=True)
class Stored:
    """What a database says of an article: its record, and how often each kind of change was told of it."""

    record: Mapping[str, Any]
    changes: Counter[str]


def read_database(url: str) -> tuple[list[dict[str, Any]], list[Change]]:
    """All records and all changes of a database."""
    store = open_store(url, create=False)
    try:
        with store.read() as reader:
            records = list(reader.query(Query()))
            changes: list[Change] = []
            while more := reader.changes(changes[-1].seq if changes else 0):
                changes += more
        return records, changes
    finally:
        store.close()


def check(
    world: World,
    asked: Sequence[Asked],
    records: Sequence[Mapping[str, Any]],
    changes: Sequence[Change],
    *,
    until: datetime | None = None,
    kills: Sequence[datetime] = (),
    rereads: bool = True,
) -> Report:
    """The report.  `until` is when the service was told to stop (virtual, else the world's end), `kills` when it was
    killed.  Requests are counted up to the world's end.

    Without `rereads` nothing is asked for that only a service sees, which reads pages again.
    """
    until = until or world.end
    stories = [story for story in script(world) if story.at < until]
    report = Report()
    stored = _stored(report, stories, records, changes)
    pages: dict[str, list[Asked]] = defaultdict(list)
    for line in asked:
        if line.kind == "page" and line.story:
            pages[line.story].append(line)
    for story in stories:
        trial = _Trial(world, report, story, pages[story.id], until, tuple(kills))
        trial.hold(stored.get(story.id, []), rereads=rereads)
    _manners(world, report, asked)
    _feed_of_changes(report, records, changes)
    _requests(world, report, stories, asked, min(until, world.end))
    return report


@dataclass(frozen=True, slots=True)
class _Trial:
    """One story: what was served of it, against what is stored."""

    world: World
    report: Report
    story: Told
    lines: Sequence[Asked]
    until: datetime
    kills: tuple[datetime, ...]

    def hold(self, stored: Sequence[Stored], *, rereads: bool) -> None:
        self.report.counts["stories published"] += 1
        if self.lines and self.story.at >= self.world.start:
            self.report.delays.append((self.lines[0].began - self.story.at).total_seconds())
        if len(stored) > 1:
            self._say(f"stored {len(stored)} times, as {[one.record['id'] for one in stored]}")
        elif not stored:
            self._absent(rereads)
        else:
            self._text(stored[0])
            self._revisions(stored[0])
            self._withdrawal(stored[0])
        if rereads:
            self._edits_seen()
            self._withdrawal_seen()

    def _absent(self, rereads: bool) -> None:
        sighted = max(self.story.at, self.world.start) + self.story.host.latest_sight(self.world)
        if any(line.status == 200 and self._is_settled(line.ended) for line in self.lines):
            self._say("its page was served, but it is not stored")
        elif not rereads and self.story.is_gone(self.until):
            self.report.counts["stories gone before they were asked for"] += 1
        elif sighted + 2 * self.world.slack < self.until:
            self._say(f"never asked for, though published {self.story.at}")
        else:
            self.report.counts["stories too young to be stored"] += 1

    def _text(self, stored: Stored) -> None:
        self.report.counts["stories stored"] += 1
        shown = self._shown()
        if not shown:
            self.report.counts["stories whose page was never served"] += 1
            return
        # The last one may not have been stored yet when the service was stopped.
        may_be = shown[-1:] if self._is_settled(shown[-1][0]) else shown
        texts = [self.story.versions[number - 1] for _, number in may_be]
        if not any(_is_text(stored.record, one.headline, one.body) for one in texts):
            self._say(f"article {stored.record['id']} is not the text of version {shown[-1][1]}, which was served last")

    def _revisions(self, stored: Stored) -> None:
        """One for each further text that was served; a kill may have swallowed what was served just before."""
        shown = self._shown()
        sure = {number for at, number in shown if self._is_settled(at)}
        told = sum(stored.changes[kind] for kind in EDITS)
        self.report.counts["edits stored"] += told
        most = max(0, len({number for _, number in shown}) - 1)
        least = max(0, len(sure) - 1)
        if not least <= told <= most:
            self._say(f"{told} revisions, but {len({number for _, number in shown})} texts were served")

    def _withdrawal(self, stored: Stored) -> None:
        told, back = stored.changes["withdrawn"], stored.changes["restored"]
        self.report.counts["withdrawals stored"] += told
        self.report.counts["returns stored"] += back
        proofs = [self._is_proved(path, surely=True) for path in self._paths_had()]
        missing = [line for line in self._missing() if line.version]
        if told > bool(missing) or (proofs and all(proofs) and not told):
            self._say(f"withdrawn {told} times; {sum(proofs)} of {len(proofs)} pages were missing twice, an hour apart")
        seen_back = self._seen_back()
        if back > bool(told and seen_back) or (told and not back and any(map(self._is_settled, seen_back))):
            self._say(f"restored {back} times; its page came back at {self.story.back_at}")

    def _edits_seen(self) -> None:
        """Each edit that stood long enough to be read was."""
        if not self.lines:
            return
        shown = {number for _, number in self._shown()}
        events = [at for at, _, _ in self.story.events()]
        for number, version in enumerate(self.story.versions, 1):
            over = min([self.until, *(at for at in events if at > version.at)])
            if version.at <= self.lines[0].began:
                continue
            self.report.counts["edits made after first sight"] += 1
            due = self._announced_by(version.at) if version.announced else self._read_by(version.at)
            if number in shown:
                self.report.counts["edits served"] += 1
            elif due is None or due >= over:
                self.report.counts["edits the world ended upon"] += 1
            else:
                what = "announced" if version.announced else "silent"
                self._say(f"the edit of {version.at} ({what}) was never read")

    def _withdrawal_seen(self) -> None:
        gone_at, back_at = self.story.gone_at, self.story.back_at
        if not self.lines or gone_at is None or gone_at >= self.until or gone_at < self.lines[0].began:
            return
        self.report.counts["withdrawals made"] += 1
        due = self._read_by(gone_at)
        missing = self._missing()
        confirmed = due + HOUR + 2 * self.world.slack if due else None
        proved = any(self._is_proved(path, surely=False) for path in self._paths_had())
        if confirmed and confirmed < min(self.until, back_at or self.until) and not proved:
            self._say(f"withdrawn at {gone_at}, but not asked for twice by {confirmed}")
        if back_at is None or back_at >= self.until or not proved:
            return
        self.report.counts["returns made after a withdrawal was seen"] += 1
        look = next((at for at in (missing[0].began - self.world.slack + age for age in AGES) if at >= back_at), None)
        came = any(line.began >= back_at for line in self.lines)
        if look and look + 2 * self.world.slack < self.until and not came:
            self._say(f"back since {back_at}, but never asked for again")

    def _shown(self) -> list[tuple[datetime, int]]:
        """The texts that were served: when, and which version."""
        return [(line.ended, line.version) for line in self.lines if line.status == 200 and line.version]

    def _missing(self) -> list[Asked]:
        return [line for line in self.lines if line.status in (404, 410)]

    def _seen_back(self) -> list[datetime]:
        """When its page was served again after it had been missing."""
        back_at = self.story.back_at
        return [line.ended for line in self.lines if back_at and line.began >= back_at and line.status in (200, 304)]

    def _paths_had(self) -> set[str]:
        """Its addresses that gave a page once, and so can be missed."""
        return {_path(line) for line in self.lines if line.status == 200}

    def _is_proved(self, path: str, *, surely: bool) -> bool:
        """Whether a page was missing twice, an hour apart; `surely` if that is stored as well."""
        had = next((line.ended for line in self.lines if line.status == 200 and _path(line) == path), None)
        # What was gone before it was ever read can't be withdrawn: it was never had.
        lines = [line for line in self._missing() if _path(line) == path and had and line.began > had]
        times = [line.began for line in lines if not surely or self._is_settled(line.ended)]
        return bool(times) and times[-1] - times[0] >= AN_HOUR

    def _read_by(self, at: datetime) -> datetime | None:
        """When the page is to have been read again after a time; None: no read is left.  We were seen a bit before."""
        due = next_read(self.lines[0].began - self.world.slack, at)
        return due + 2 * self.world.slack if due else None

    def _announced_by(self, at: datetime) -> datetime:
        return at + 1.5 * self.story.host.latest_sight(self.world) + self.world.slack

    def _is_settled(self, at: datetime) -> bool:
        """Whether what was served then is surely stored: neither the end nor a kill came soon after."""
        soon = at + timedelta(seconds=IN_FLIGHT * self.world.rate)
        return not any(at <= kill <= soon for kill in (*self.kills, self.until))

    def _say(self, what: str) -> None:
        self.report.problems.append(f"{self.story.host.source} {self.story.id} {self.story.paths[0]}: {what}")


def _is_text(record: Mapping[str, Any], headline: str, body: Iterable[str]) -> bool:
    return bool(record["headline_raw"] == headline and record["body"] == "\n".join(body))


def _path(line: Asked) -> str:
    return line.path.partition("?")[0]


def _stored(
    report: Report, stories: Iterable[Told], records: Iterable[Mapping[str, Any]], changes: Iterable[Change]
) -> dict[str, list[Stored]]:
    """The articles by story."""
    at_address = {(story.host.address, path): story.id for story in stories for path in story.paths}
    told: dict[int, Counter[str]] = defaultdict(Counter)
    for change in changes:
        told[change.id][change.change] += 1
    found: dict[str, list[Stored]] = defaultdict(list)
    for record in records:
        parts = [urlsplit(url) for url in record["urls"]]
        of = {at_address.get((part.hostname or "", part.path)) for part in parts}
        if len(of) != 1 or None in of:
            report.problems.append(f"article {record['id']} {record['urls']}: of {len(of)} stories, or of none")
        for one in of:
            if one is not None:
                found[one].append(Stored(record, told[record["id"]]))
    return found


def _manners(world: World, report: Report, served: Iterable[Asked]) -> None:
    """No two requests to a host at once, nor within its pace, nor while it wants to be left alone."""
    by_host: dict[str, list[Asked]] = defaultdict(list)
    for line in served:
        by_host[line.host].append(line)
    delays = {host.address: host.crawl_delay(world) for host in HOSTS}
    for address, lines in by_host.items():
        lines.sort(key=lambda line: line.began)
        pace = timedelta(seconds=world.pace_seconds)
        crawl = timedelta(seconds=delays[address])
        parked_until = world.opening
        for before, line in pairwise(lines):
            rest = line.began - before.ended
            if before.retry_after:
                parked_until = max(parked_until, before.ended + timedelta(seconds=before.retry_after))
            if rest < timedelta(0):
                report.problems.append(f"{address}: {line.path} was asked for while {before.path} was being served")
            elif rest < pace - CLOCK_ERROR:
                report.problems.append(f"{address}: {line.path} was asked for {rest} after {before.path}")
            elif line.kind == "page" and rest < crawl - CLOCK_ERROR:
                report.problems.append(f"{address}: {line.path} was asked for {rest} after, within Crawl-delay {crawl}")
            if line.began < parked_until - timedelta(seconds=2):
                report.problems.append(f"{address}: {line.path} was asked for at {line.began}, before Retry-After")
    report.counts["hosts asked"] += len(by_host)
    report.counts["429 answers"] += sum(line.status == 429 for lines in by_host.values() for line in lines)
    report.counts["304 answers"] += sum(line.status == 304 for lines in by_host.values() for line in lines)


def _feed_of_changes(report: Report, records: Iterable[Mapping[str, Any]], changes: Sequence[Change]) -> None:
    """Gapless, and of each article one `created` and its current revision."""
    if [change.seq for change in changes] != list(range(1, len(changes) + 1)):
        report.problems.append("the change feed has gaps, or is out of order")
    if len({change.epoch for change in changes}) > 1:
        report.problems.append("the change feed is of more than one epoch")
    created = Counter(change.id for change in changes if change.change == "created")
    newest = {change.id: change.revision for change in sorted(changes, key=lambda change: change.revision)}
    for record in records:
        if created[record["id"]] != 1:
            report.problems.append(f"article {record['id']} was created {created[record['id']]} times")
        if newest.get(record["id"]) != record["revision"]:
            report.problems.append(f"article {record['id']}: no change tells its revision {record['revision']}")
    report.counts["changes"] = len(changes)


def _requests(world: World, report: Report, stories: Sequence[Told], served: Iterable[Asked], until: datetime) -> None:
    of_host = {host.address: host.source for host in HOSTS}
    ours = Counter((of_host[line.host], KINDS[line.kind]) for line in served if world.start <= line.began < until)
    best = oracle.requests(world, stories, until)
    ranks = {source: number for number, source in enumerate(SOURCES)}
    for key in sorted({*ours, *best}, key=lambda key: (ranks[key[0]], key[1])):
        report.requests[key] = (ours[key], best.get(key, 0))
