"""A process is watched through /proc, and what grows is told from what only varies."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.world.watch import Sample, after_warm_up, descendants, identity, is_alive, sample, slope

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc here, which Linux has")


def test_a_running_process_is_sampled_with_its_children_until_it_ends() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        one = identity(child.pid)
        assert child.pid in descendants(os.getpid())
        assert is_alive(one)
        found = sample(os.getpid(), 3)
        assert found.polls == 3
        assert found.tree > found.rss > 1
        assert min(found.threads, found.descriptors, found.children) >= 1
        assert child.stdin is not None
        child.stdin.close()
        child.wait()
        assert not is_alive(one)


def test_the_slope_is_that_of_the_line() -> None:
    assert slope([(0, 5.0), (1, 7.0), (2, 9.0)]) == pytest.approx(2.0)
    assert slope([(0, 5.0), (1, 6.0), (2, 5.0), (3, 6.0), (4, 5.0)]) == pytest.approx(0.0)
    assert slope([(1, 5.0)]) == 0.0


def test_samples_of_the_warm_up_are_left_out() -> None:
    samples = [Sample(polls, 1, 1, 1, 1, 1) for polls in range(0, 1001, 100)]
    assert [one.polls for one in after_warm_up(samples)] == [300, 400, 500, 600, 700, 800, 900, 1000]
