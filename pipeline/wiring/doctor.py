"""The doctor's round, check by check."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from pipeline import digest, doctor
from pipeline.clock import LiveClock
from pipeline.doctor import Finding
from pipeline.settings import Settings
from pipeline.wiring.line import client
from pipeline.wiring.room import LOAD_ROOM, enabled, load_room
from pipeline.workers import Workers


async def diagnose(settings: Settings, *, offline: bool) -> AsyncIterator[Finding]:
    """What the doctor finds, check by check."""
    yield doctor.of_program()
    sources = list(enabled(settings).values())
    load_room(settings)
    yield Finding("well", "configuration", f"{len(sources)} sources from {settings.directories[-1]}")
    yield doctor.of_contact(settings.contact)
    for finding in await asyncio.to_thread(doctor.of_database, settings.database, settings.service.least_free_mb):
        yield finding
    yield await doctor.of_workers(lambda: Workers(1, digest.prepare, (LOAD_ROOM, settings)))
    if not offline:
        async with client(settings, sources, LiveClock()) as network:
            async for finding in doctor.of_sources(network, sources):
                yield finding
