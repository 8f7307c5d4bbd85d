"""Fuzz everything that reads what others wrote: parsers, extractors, the whole digest of a page.

Documents (ours, the case pages, the recorded ones where they are there, and the shapes that broke other tools) are
mutated by lot and put through each door.  A failure is any exception but the room's own errors, CPU beyond a bound
that is proportional to the size, or a result that is not clean text of the page within bounds.  An input is known by
its number: `--replay N` with the same --base and --only makes it again.  The exit code is 1 if one failed.
"""

from __future__ import annotations

import argparse
import collections
import faulthandler
import sys
import time
import warnings
from pathlib import Path

from tests.benchmarks.fuzz.run import Failure, made, tried
from tests.benchmarks.fuzz.targets import TARGETS

HANG = 120.0  # seconds after which an input is given up with a traceback; its number is in the last line


def main() -> int:
    asked = _arguments().parse_args()
    warnings.simplefilter("ignore")
    if asked.replay is not None:
        return _replayed(asked)
    began = time.monotonic()
    many: collections.Counter[str] = collections.Counter()
    failures: dict[tuple[str, str], Failure] = {}
    for number in range(asked.start, asked.start + asked.inputs):
        if time.monotonic() - began > asked.seconds:
            break
        one = made(number, asked.base, asked.only, own_only=asked.own)
        _now(asked, number)
        failure = tried(one)
        many[one.target] += 1
        if failure and (one.target, _kind(failure)) not in failures:
            failures[one.target, _kind(failure)] = failure
            _told(failure, asked.directory)
    faulthandler.cancel_dump_traceback_later()
    print(f"{many.total()} inputs in {time.monotonic() - began:.0f} s, {len(failures)} kinds of failure")
    print("  ".join(f"{name} {many[name]}" for name in TARGETS if many[name]))
    return 1 if failures else 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.fuzz", description=__doc__)
    add = parser.add_argument
    add("--inputs", type=int, default=1_000_000, metavar="N")
    add("--seconds", type=float, default=600.0, metavar="N", help="stop after so long")
    add("--base", type=int, default=0, metavar="N", help="the seed of all")
    add("--start", type=int, default=0, metavar="N", help="the number of the first input")
    add("--own", action="store_true", help="start from our own documents alone")
    add("--only", action="append", default=[], choices=tuple(TARGETS), help="this door; may be given again")
    add("--replay", type=int, metavar="N", help="only the input of this number, and what goes wrong with it")
    add("--directory", type=Path, metavar="DIR", help="write the inputs that fail here")
    return parser


def _replayed(asked: argparse.Namespace) -> int:
    one = made(asked.replay, asked.base, asked.only, own_only=asked.own)
    print(f"{one.target}: {one.seed}, {len(one.body)} bytes")
    failure = tried(one)
    if failure is None:
        print("nothing is wrong with it")
        return 0
    _told(failure, asked.directory)
    return 1


def _now(asked: argparse.Namespace, number: int) -> None:
    """A hang inside a regular expression can't be interrupted: its number is written down before it is tried."""
    faulthandler.dump_traceback_later(HANG, exit=True)
    if asked.directory:
        asked.directory.mkdir(parents=True, exist_ok=True)
        (asked.directory / "now").write_text(str(number))


def _kind(failure: Failure) -> str:
    """Failures of one kind are told once: those with the same last line, or the same beginning of the sentence."""
    return failure.what.strip().rsplit("\n", 1)[-1][:25] + "".join(failure.what.split("\n")[-4:-2])[:90]


def _told(failure: Failure, directory: Path | None) -> None:
    one = failure.input
    print(f"input {one.number} ({one.target}, {one.seed}, {len(one.body)} bytes): {failure.what.strip()}\n", flush=True)
    if directory:
        directory.mkdir(parents=True, exist_ok=True)
        (directory / f"{one.target}-{one.number}").write_bytes(one.body)


if __name__ == "__main__":
    sys.exit(main())
