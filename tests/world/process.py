"""Starts the processes of a world, and ends them: its server, and a service that reads it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.loopback import skip_without
from tests.world.configuration import write_configuration
from tests.world.hosts import HOSTS
from tests.world.plan import World

CHECKOUT = Path(__file__).parents[2]
GRACE = 10.0  # seconds to end when asked to


@dataclass(frozen=True, slots=True)
class Place:
    """The files of a world at work."""

    directory: Path

    @property
    def world(self) -> Path:
        return self.directory / "world.json"

    @property
    def ledger(self) -> Path:
        return self.directory / "ledger.jsonl"

    @property
    def configuration(self) -> Path:
        return self.directory / "config"

    @property
    def log(self) -> Path:
        return self.directory / "service.log"


@contextmanager
def serving(world: World, place: Place) -> Iterator[World]:
    """A server of the world in a process of its own, with the configuration written; the world with port and begun."""
    world.write(place.world)
    command = [sys.executable, "-m", "tests.world.server", str(place.world), str(place.ledger)]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            if process.stdout.readline() != "ready\n":
                raise RuntimeError("the server of the world did not start; what it says stands above")
            world = World.read(place.world)
            write_configuration(place.configuration, world)
            yield world
        finally:
            end(process)


def start_service(world: World, place: Place, database: str) -> subprocess.Popen[bytes]:
    """A service on the world's configuration and clock; what it logs is added to a file."""
    numbers = [world.start.isoformat(), str(world.rate), repr(world.begun)]
    command = [sys.executable, "-m", "tests.world.service", str(place.configuration), database, *numbers]
    with place.log.open("ab") as log:
        # A session of its own, so that its workers can be found and ended with it.
        return subprocess.Popen(command, cwd=CHECKOUT, stdout=log, stderr=log, start_new_session=True)


def end(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> int:
    """Ask a process to end, and make it; its exit code."""
    process.terminate()
    try:
        return process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def needs_loopback() -> None:
    """Skip a test where only 127.0.0.1 is a loopback address, which is everywhere but on Linux."""
    skip_without(*(host.address for host in HOSTS))
