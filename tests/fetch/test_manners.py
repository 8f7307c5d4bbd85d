"""Hosts are asked one at a time, with a rest between."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from pipeline.clock import LiveClock
from pipeline.fetch.manners import MANY_HOSTS, MANY_RESTS, HostPace, retry_after
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


def test_a_cancelled_rest_passes_the_turn_on() -> None:
    """Both while it rests and in the moment in which the turn is handed to it."""

    async def cancel_some() -> list[int]:
        manners = HostPace(0.01, LiveClock())
        taken: list[int] = []

        async def take(number: int) -> None:
            async with manners.turn("tass.com"):
                taken.append(number)

        async with manners.turn("tass.com"):
            waiting = [asyncio.create_task(take(number)) for number in range(6)]
            await asyncio.sleep(0)
            waiting[1].cancel()
        waiting[0].cancel()  # its turn has come, but it has not run yet
        await asyncio.sleep(0.001)
        waiting[2].cancel()  # it rests
        async with asyncio.timeout(5):
            await asyncio.gather(*waiting, return_exceptions=True)
        return taken

    assert asyncio.run(cancel_some()) == [3, 4, 5]


def test_a_wall_clock_that_is_set_back_makes_no_host_rest_longer() -> None:
    clock = SleepersClock()

    async def set_back() -> float:
        manners = HostPace(5.0, clock)
        async with manners.turn("tass.com"):
            clock.move(clock.now() - timedelta(hours=1))
        begun = clock.seconds()
        async with manners.turn("tass.com"):
            return clock.seconds() - begun

    assert asyncio.run(set_back()) == 5.0


def test_a_host_with_a_longer_rest_of_its_own_has_it_from_the_last_turn_on() -> None:
    clock = SleepersClock()

    async def visit() -> list[float]:
        manners, times = HostPace(2.0, clock), []
        for rest in (0.0, 7.0, 7.0, 1.0):
            manners.lengthen("tass.com", rest)
            async with manners.turn("tass.com"):
                times.append(clock.seconds())
        manners.lengthen("kcna.kp", 30.0)
        async with manners.turn("yna.co.kr"):
            times.append(clock.seconds())
        return times

    assert asyncio.run(visit()) == [1000.0, 1007.0, 1014.0, 1016.0, 1016.0]


def test_a_sleep_that_ends_early_is_no_short_rest() -> None:
    class Impatient(SleepersClock):
        async def sleep(self, seconds: float) -> None:
            await super().sleep(seconds / 2 if seconds > 0.01 else seconds)

    clock = Impatient()

    async def visit() -> float:
        manners = HostPace(5.0, clock)
        for _ in range(2):
            async with manners.turn("tass.com"):
                pass
        return clock.seconds()

    assert asyncio.run(visit()) >= 1005.0


def test_rests_of_their_own_are_known_for_so_many_hosts() -> None:
    manners = HostPace(1.0, SleepersClock())
    for number in range(2 * MANY_RESTS):
        manners.lengthen(f"{number}.example", 9.0)
    assert len(manners._rests) == MANY_RESTS


def test_many_hosts_at_rest_cost_no_more_each() -> None:
    clock = SleepersClock()

    async def visit(many: int) -> float:
        manners = HostPace(3600.0, clock)
        begun = time.process_time()
        for number in range(many):
            async with manners.turn(f"{number}.example"):
                pass
        return time.process_time() - begun

    few, lots = asyncio.run(visit(2_000)), asyncio.run(visit(16_000))
    # Each turn that rebuilt the table of all hosts would take minutes.
    assert lots < 8 * 3 * few + 2.0


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
