"""How an article came to be, as events in the order of time; and why an address is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from pipeline.record import instant
from pipeline.store.trace import Rows, Trace

COLUMNS = ("at", "what", "source", "url", "text", "facts")
# What happens at one moment happens in this order; what has no time of its own comes last.
ORDER = (
    "listed", "asked", "answered", "quarantined", "version", "relinked", "key", "original", "link", "linked", "story",
    "notice", "left-out", "request", "parked", "paused", "no-article",
)  # fmt: skip
UNTIMED = datetime.max.replace(tzinfo=UTC)
HASH_SHOWN = 12
RESPONSE_STATES = {
    "new": "not worked yet",
    "done": "worked",
    "quarantined": "put into quarantine",
    "pruned": "its body was deleted by db prune",
}

Row = Mapping[str, Any]
Event = dict[str, Any]


def events(trace: Trace) -> list[Event]:
    """The events of a trace, the earliest first: `at` (None: it has no time), `what`, `source`, `url`, `text`, `facts`.

    `facts` are the stored values that the text tells; instants are RFC 3339 in UTC.
    """
    return sorted(_events(trace), key=_place)


def _events(trace: Trace) -> Iterator[Event]:
    yield from map(_listed, trace.sightings)
    for request in trace.requests:
        yield from _asked(request)
    yield from map(_answered, trace.responses)
    yield from map(_quarantined, trace.quarantined)
    if trace.article is None:
        yield _event("no-article", None, {}, _why_none(trace))
    else:
        yield from _of_article(trace, trace.article)
    yield from _left_out(trace)
    for host in trace.parked:
        yield _event("parked", None, host, f"{host['host']} is left alone until {_time(host['until'])}: {host['why']}")
    for source in trace.paused:
        told = f"{source['source']} is stopped since {_time(source['at'])}; go on with: newswire source resume"
        yield _event("paused", None, source, told)


def _of_article(trace: Trace, article: Row) -> Iterator[Event]:
    """What the store made of what it got."""
    answers = {one["id"]: one for one in trace.responses}
    stored = {one["seq"]: one["at"] for one in trace.changes}
    for version in trace.versions:
        answer = answers.get(version["response_id"])
        yield _version(version, article, answer, stored.get(version["seq"]))
    yield from (_relinked(one) for one in trace.changes if one["change"] == "relinked")
    yield from map(_key, trace.keys)
    yield _original(article)
    for one in trace.links:
        yield _event("link", None, one, f"{one['kind']} of {_other(one)}: {_evidence(one)}")
    for one in trace.linked:
        yield _event("linked", None, one, f"has a {one['kind']} in {_other(one)}: {_evidence(one)}")
    yield _story(trace, article)
    for one in trace.notices:
        told = f"is a kill notice for {one['kind']} {one['value']}: what comes under it later is withdrawn"
        yield _event("notice", None, one, told)


# What was seen and fetched


def _listed(row: Row) -> Event:
    section = f", section {row['section']}" if row["section"] else ""
    guid = f", guid {row['guid']}" if row["guid"] else ""
    headline = f" as “{row['headline']}”" if row["headline"] else ""
    told = f"in {row['feed']}{section}{headline}{guid}; last seen there {_time(row['last_seen_at'])}"
    return _event("listed", row["first_seen_at"], row, told)


def _asked(row: Row) -> Iterator[Event]:
    """When a request was made, and how it stands now."""
    if row["asked_at"] is not None:
        of = f" for {row['feed']}" if row["feed"] and row["feed"] != row["url"] else ""
        yield _event("asked", row["asked_at"], row, f"its {row['kind']} is to be fetched{of}")
    yield _event("request", None, row, f"{row['kind']}: {'; '.join(_standing(row))}")


def _standing(row: Row) -> Iterator[str]:
    if row["checked_at"] is not None:
        yield f"last asked for {_time(row['checked_at'])}"
    if row["gone_at"] is not None:
        yield f"missing since {_time(row['gone_at'])}"
    if row["attempts"]:
        yield f"failed attempts in a row: {row['attempts']}"
    if row["error"]:
        yield f"last error: {row['error']}"
    if row["state"] == "waiting":
        yield f"due {_time(row['due_at'])}" if row["due_at"] else "waits"
    else:
        yield "no longer listed, so not asked for" if row["state"] == "retired" else "not to be asked for again"


def _answered(row: Row) -> Event:
    size = f"{row['size']} bytes, sha256 {row['sha256'][:HASH_SHOWN]}…" if row["size"] is not None else "no body kept"
    moved = f", led to {row['final_url']}" if row["final_url"] not in (None, row["url"]) else ""
    where = ", out of an archive" if row["captured"] else ""
    state = RESPONSE_STATES.get(row["state"], row["state"])
    told = f"{row['status']}, {size}{moved}{where}; {state} (response {row['id']})"
    return _event("answered", row["fetched_at"], row, told)


def _quarantined(row: Row) -> Event:
    told = f"number {row['id']} ({row['state']}), {row['stage']}: {row['error']}: {row['message']}"
    return _event("quarantined", row["at"], row, told)


# What became of it


def _version(row: Row, article: Row, answer: Row | None, at: datetime | None) -> Event:
    method = row["extraction"]["method"]
    by = " ".join(filter(None, (method, row["extraction"].get("profile"))))
    flat = {name: value for name, value in row.items() if name != "extraction"}
    own = {"source": article["source"], **flat, "method": method, "extraction_version": row["extraction"]["version"]}
    current = ", the current one" if row["revision"] == article["revision"] else ""
    told = f"{row['revision']} {row['change']}, change {row['seq']}{current}: “{row['headline']}”"
    # The clock of a replay stands at the capture of the feed, which may come before that of the page.
    since = max(row["fetched_at"], at or row["fetched_at"])
    return _event("version", since, own, f"{told}, {_origin(row, answer)}, by {by}, {row['completeness']}")


def _origin(row: Row, answer: Row | None) -> str:
    """What a version was made of."""
    if row["change"] == "withdrawn" and "kill" in row["signals"] and row["response_id"] is None:
        return f"because a kill notice of {_time(row['fetched_at'])} names it"
    if row["response_id"] is None:
        return f"from what its feed or record says, as of {_time(row['fetched_at'])}"
    if row["change"] == "withdrawn" and answer and answer["status"] != 200:
        return f"because its page is gone ({answer['status']}, response {row['response_id']})"
    return f"from the page of {_time(row['fetched_at'])} (response {row['response_id']})"


def _relinked(row: Row) -> Event:
    return _event("relinked", row["at"], row, f"its links or its story changed, change {row['seq']}")


def _key(row: Row) -> Event:
    scope = f" in {row['scope']}" if row["scope"] else ""
    word = "address" if row["kind"] == "url" else row["kind"]
    return _event("key", None, row, f"what comes with {word} {row['value']}{scope} is this article")


def _original(article: Row) -> Event:
    """What it was held against and found to be."""
    names = ("duplicate_of", "update_of", "original")
    said = (("a copy of", "duplicate_of"), ("a version of", "update_of"), ("all of it goes back to", "original"))
    told = [f"{word} {article[name]}" for word, name in said if article[name] is not None]
    own = {name: article[name] for name in ("source", "url", *names)}
    return _event("original", None, own, ", ".join(told) or "no copy and no version of another article that is stored")


def _story(trace: Trace, article: Row) -> Event:
    story, own = article["story"], {name: article[name] for name in ("source", "url", "story", "original")}
    if story is None:
        return _event("story", None, own, "in none: no other stored article was found to tell of the same event")
    told = f"in story {story} of {trace.members} articles, {_how_joined(article)}"
    return _event("story", None, {**own, "articles": trace.members}, told)


def _how_joined(article: Row) -> str:
    """By what an article came into its story: the rules of `grouping`."""
    if article["id"] == article["story"]:
        return "which began with it"
    if article["original"] is not None:
        return f"with its original, {article['original']}"
    return "by the rare words, numbers and places that it has in common with articles there"


def _other(row: Row) -> str:
    return f"{row['id']} ({row['source']}, “{row['headline']}”)"


def _evidence(row: Row) -> str:
    return f"{row['why']} (score {row['score']:.2f}, {row['method']})"


def _left_out(trace: Trace) -> Iterator[Event]:
    for count, what in ((trace.unsaid, "earlier answers"), (trace.unlinked, "further articles that link to it")):
        if count:
            yield _event("left-out", None, {"count": count}, f"{count} {what}")


# Why there is no article


def _why_none(trace: Trace) -> str:
    """Why an address that something is known of is no article: what stands most in its way."""
    listed = "" if trace.sightings else "no feed lists it; "
    held = [one for one in trace.quarantined if one["state"] == "held"]
    if held:
        return f"{listed}it is in quarantine; see: newswire quarantine show {held[-1]['id']}"
    pages = [one for one in trace.requests if one["kind"] == "page"]
    if pages:
        return f"{listed}{_why_no_page(pages[0], trace.responses)}"
    if trace.requests:
        return f"it is a {trace.requests[0]['kind']}, whose entries become articles"
    if trace.sightings:
        # Of a backup only what a gap may have swallowed is asked for; of a feed whose addresses all changed, nothing.
        return "it is listed, but its page was not asked for: by a backup feed, or as an old entry under a new address"
    return f"{listed}it was in quarantine and given up or tried again"


def _why_no_page(row: Row, responses: Rows) -> str:
    if row["error"]:
        again = f"is tried again {_time(row['due_at'])}" if row["due_at"] else "is not tried again"
        return f"its page could not be had and {again}: {row['error']}"
    if any(one["state"] == "new" for one in responses if one["request_id"] == row["id"]):
        return "its page is here and not worked yet; the next ingest does it"
    if row["checked_at"] is None:
        return f"its page was not asked for yet; it is due {_time(row['due_at'])}" if row["due_at"] else "it is not due"
    return "its page was read, and gave no article of this address"


# All of them


def _event(what: str, at: datetime | None, row: Row, text: str) -> Event:
    facts = {name: instant(value) if isinstance(value, datetime) else value for name, value in row.items()}
    source, url = facts.pop("source", None), facts.pop("url", None)
    return {"at": instant(at) if at else None, "what": what, "source": source, "url": url, "text": text, "facts": facts}


def _place(event: Event) -> tuple[datetime, int, str, str]:
    # As text an instant with a fraction comes before one without.
    at = datetime.fromisoformat(event["at"]) if event["at"] else UNTIMED
    return at, ORDER.index(event["what"]), event["source"] or "", event["text"]


def _time(at: datetime) -> str:
    return f"{instant(at)[:16].replace('T', ' ')} UTC"
