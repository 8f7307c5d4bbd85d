"""Hosts are asked one at a time, with a rest between."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from pipeline.clock import LiveClock
from pipeline.fetch.manners import MANY_HOSTS, HostPace, retry_after
from tests.clocks import SleepersClock

NOW = datetime(2021, 7, 7, 12, tzinfo=UTC)


def turns(hosts: list[str], pace: float, works: float = 0.0) -> list[tuple[str, float, float]]:
    """Ask for all turns at once; when each began and ended."""
    clock = SleepersClock()
    taken = []

    async def take(manners: HostPace, host: str) -> None:
        async with manners.turn(host):
            began = clock.seconds()
            await clock.sleep(works)
            taken.append((host, began, clock.seconds()))

    async def all_of_them() -> None:
        manners = HostPace(pace, clock)
        await asyncio.gather(*(take(manners, host) for host in hosts))

    asyncio.run(all_of_them())
    return taken


def test_a_host_rests_between_two_requests() -> None:
    taken = turns(["tass.com"] * 4, pace=1.0, works=0.5)
    for (_, _, ended), (_, began, _) in pairwise(taken):
        assert began >= ended + 1.0


def test_other_hosts_do_not_wait() -> None:
    assert [began for _, began, _ in turns(["tass.com", "yna.co.kr", "kcna.kp"], pace=60.0)] == [1000.0] * 3


def test_without_pace_there_is_still_one_at_a_time() -> None:
    taken = turns(["tass.com"] * 3, pace=0.0, works=2.0)
    assert [began for _, began, _ in taken] == [1000.0, 1002.0, 1004.0]


def test_a_failed_turn_counts_and_frees_the_host() -> None:
    clock = SleepersClock()

    async def fail_and_try_again() -> float:
        manners = HostPace(5.0, clock)
        with pytest.raises(ValueError, match="broken"):
            async with manners.turn("tass.com"):
                raise ValueError("broken")
        async with manners.turn("tass.com"):
            return clock.seconds()

    assert asyncio.run(fail_and_try_again()) == 1005.0


def test_a_cancelled_wait_gives_up_its_place() -> None:
    async def cancel_the_second() -> None:
        manners = HostPace(0.0, LiveClock())
        async with manners.turn("tass.com"):
            waiting = asyncio.create_task(manners.turn("tass.com").__aenter__())
            await asyncio.sleep(0)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        async with asyncio.timeout(5), manners.turn("tass.com"):
            pass

    asyncio.run(cancel_the_second())


def test_rested_hosts_are_forgotten() -> None:
    clock = SleepersClock()

    async def visit_many() -> int:
        manners = HostPace(1.0, clock)
        for number in range(5 * MANY_HOSTS):
            async with manners.turn(f"{number}.example"):
                clock.pass_by(1)
        return len(manners._hosts)

    assert asyncio.run(visit_many()) <= MANY_HOSTS + 1


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(seconds=120)),
        (" 3600 ", timedelta(hours=1)),
        ("0", timedelta(minutes=1)),
        ("9" * 5000, timedelta(hours=24)),
        ("Wed, 07 Jul 2021 12:30:00 GMT", timedelta(minutes=30)),
        ("Wed, 07 Jul 2021 11:00:00 GMT", timedelta(minutes=1)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", timedelta(hours=24)),
        ("Wed, 07 Jul 2021 12:30:00 -0000", timedelta(minutes=30)),
        (None, None),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("Wed, 99 Jul 2021 12:30:00 GMT", None),
        ("Fri, 31 Dec 99999999999 23:59:59 GMT", None),
        ("x" * 100_000, None),
        ("٣", None),
    ],
)
def test_retry_after_is_understood_within_bounds(value: str | None, wait: timedelta | None) -> None:
    assert retry_after(value, NOW) == wait
