"""What the service shows of itself over HTTP: `/health` for machines that restart it, `/metrics` for Prometheus.

On the loopback unless told otherwise, and there for local callers only: a page in somebody's browser that has its own
name resolved to 127.0.0.1 (DNS rebinding) is told by its Host header.  Labels are ids of configured sources and words
of ours, so that no feed can make a new series.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from pipeline.cadence import is_dormant
from pipeline.errors import ConfigError
from pipeline.ingest import Log
from pipeline.record import instant
from pipeline.watch import Watch

# Counts of the line (see `tally`) and the metrics they are told as.
COUNTERS = {
    "polled": "polls of feeds",
    "failed_polls": "polls that failed",
    "new": "articles that were new",
    "duplicate": "articles that were copies, or known under another address",
    "revised": "revisions of articles",
    "same": "entries and pages that were as before",
    "withdrawn": "articles whose page is gone",
    "restored": "articles whose page is back",
    "pages": "article pages read",
    "unfitted": "article pages that fit no profile",
    "refused": "article pages that were refused",
    "blocked": "article pages that were no article",
    "missing": "article pages found missing",
    "gaps": "polls that had nothing in common with the one before",
    "quarantined": "things put into quarantine",
}
MISDIRECTED = 421
# A service that has not judged itself for so many minutes hangs.
STALE_MINUTES = 10.0


@asynccontextmanager
async def monitored(address: str, watch: Watch, log: Log) -> AsyncIterator[None]:
    """Serve `/health` and `/metrics` on `HOST:PORT` within the block.

    Raises:
        ConfigError: the address can't be listened on.
    """
    host, _, port = address.rpartition(":")
    application = web.Application(middlewares=[_local_callers(host.strip("[]"))])
    application.router.add_get("/health", lambda request: _health(watch, request))
    application.router.add_get("/metrics", lambda request: _metrics(watch, request))
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        try:
            site = web.TCPSite(runner, host.strip("[]"), int(port))
            await site.start()
        except OSError as error:
            raise ConfigError(
                f"service.listen: {address} can't be listened on ({error.strerror or error});"
                " is another newswire running? Set another address, or port 0 for any"
            ) from error
        log("listening", address=address)
        yield
    finally:
        await runner.cleanup()


def _local_callers(listening_at: str) -> Middleware:
    """Refuses what was not meant for us, where only this machine is to ask."""

    @web.middleware
    async def refuse_strangers(request: web.Request, handler: Handler) -> web.StreamResponse:
        if _is_loopback(listening_at) and not _is_loopback(_name_of(request.headers.get("Host", ""))):
            return web.Response(status=MISDIRECTED, text="ask for it at 127.0.0.1 or localhost\n")
        return await handler(request)

    return refuse_strangers


def _name_of(authority: str) -> str:
    """The host of `HOST:PORT` or `[HOST]:PORT`."""
    bracketed = authority.startswith("[")
    return authority[1:].partition("]")[0] if bracketed else authority.partition(":")[0]


def _is_loopback(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name.lower().rstrip(".") == "localhost"


async def _health(watch: Watch, _request: web.Request) -> web.Response:
    """200 while it works, 503 when it does not: a database that is away, or a service that hangs."""
    is_well, told = health_of(watch)
    return web.json_response(told, status=200 if is_well else 503)


async def _metrics(watch: Watch, _request: web.Request) -> web.Response:
    registry = CollectorRegistry()
    registry.register(_Collected(watch))
    return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


def health_of(watch: Watch) -> tuple[bool, dict[str, Any]]:
    """Whether the service does its work, and what there is to say: alarms are the sources', not its own."""
    troubles = watch.troubles(STALE_MINUTES)
    alarms = [
        {"alarm": alarm.kind, "source": alarm.source or None, "about": alarm.about or None, "text": alarm.text,
         "since": instant(alarm.since) if alarm.since else None, "notice": alarm.is_notice}
        for alarm in watch.alarms
    ]  # fmt: skip
    judged = instant(watch.told_at) if watch.told_at else None
    return not troubles, {"ok": not troubles, "troubles": troubles, "judged_at": judged, "alarms": alarms}


class _Collected:
    """The metrics of one moment."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def collect(self) -> Iterable[Metric]:
        watch = self._watch
        for what, text in COUNTERS.items():
            counter = CounterMetricFamily(f"newswire_{what}", f"Since the start: {text}.", labels=["source"])
            for source in watch.sources:
                counter.add_metric([source.id], watch.totals[source.id, what])
            yield counter
        yield self._alarms()
        yield from self._feeds()
        yield from self._work()

    def _alarms(self) -> Metric:
        gauge = GaugeMetricFamily("newswire_alarms", "Alarms that are raised now.", labels=["alarm", "source"])
        known = {source.id for source in self._watch.sources}
        raised: dict[tuple[str, str], int] = {}
        for alarm in self._watch.alarms:
            key = (alarm.kind, alarm.source if alarm.source in known else "")
            raised[key] = raised.get(key, 0) + 1
        for (kind, source), many in raised.items():
            gauge.add_metric([kind, source], many)
        return gauge

    def _feeds(self) -> Iterable[Metric]:
        now = self._watch.line.clock.now()
        failing = GaugeMetricFamily("newswire_failing_feeds", "Feeds whose last poll failed.", labels=["source"])
        dormant = GaugeMetricFamily("newswire_dormant_feeds", "Feeds that are only probed.", labels=["source"])
        newest = GaugeMetricFamily(
            "newswire_last_new_timestamp_seconds", "When a feed last had a new entry.", labels=["source"]
        )
        for source in self._watch.sources:
            feeds = [feed.past for feed in self._watch.feeds if feed.source == source.id]
            failing.add_metric([source.id], sum(past.failing_since is not None for past in feeds))
            dormant.add_metric([source.id], sum(is_dormant(past, now) for past in feeds))
            times = [past.new_at.timestamp() for past in feeds if past.new_at]
            if times:
                newest.add_metric([source.id], max(times))
        return failing, dormant, newest

    def _work(self) -> Iterable[Metric]:
        dispatch = self._watch.dispatch
        if dispatch is not None:
            yield GaugeMetricFamily("newswire_busy_hosts", "Hosts at work now.", value=len(dispatch.busy))
            yield GaugeMetricFamily("newswire_paused", "1 while nothing is fetched.", value=int(dispatch.is_paused))
            yield CounterMetricFamily("newswire_requests", "Requests worked since the start.", value=dispatch.done)
