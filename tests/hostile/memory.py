"""How much memory this process has and once had, in MB; Linux."""

from __future__ import annotations

from pathlib import Path

STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def resident() -> float:
    """What it has now."""
    return _of("VmRSS")


def peak() -> float:
    """The most it ever had since the last `forget_peak`."""
    return _of("VmHWM")


def forget_peak() -> None:
    """Begin anew with `peak`."""
    RESET.write_text("5")


def _of(name: str) -> float:
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1]) / 1024
