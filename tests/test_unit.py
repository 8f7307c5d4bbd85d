"""The unit file of systemd: what it runs, where it writes, and what it may not do."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

UNIT = Path(__file__).parent.parent / "docs" / "newswire.service"
EXPOSURE = 2.0  # of 10, by systemd's own count; 1.4 with version 252


@pytest.fixture(scope="module")
def service() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment]  # systemd's names have capitals
    parser.read(UNIT, encoding="utf-8")
    return parser["Service"]


def test_it_runs_the_service_and_starts_it_again(service: configparser.SectionProxy) -> None:
    assert service["ExecStart"].endswith("/newswire run")
    assert service["ExecReload"] == "/bin/kill -HUP $MAINPID"
    assert (service["Restart"], service["TimeoutStopSec"]) == ("always", "10")


def test_it_writes_to_its_own_directory_alone(service: configparser.SectionProxy) -> None:
    assert (service["DynamicUser"], service["ProtectSystem"], service["NoNewPrivileges"]) == ("yes", "strict", "yes")
    assert service["StateDirectory"] == "newswire"
    assert "NEWSWIRE_DATABASE=sqlite:///%S/newswire/newswire.db" in service["Environment"]


def test_workers_may_limit_themselves(service: configparser.SectionProxy) -> None:
    """They set limits of their own, which systemd's group @resources would forbid."""
    assert "@resources" not in UNIT.read_text(encoding="utf-8").replace("so @resources stays", "")


def test_systemd_finds_no_mistake_and_little_to_attack(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze")
    unit = tmp_path / UNIT.name
    # It looks whether the program is there.
    written = UNIT.read_text(encoding="utf-8").replace("/usr/local/newswire/bin/newswire", shutil.which("true") or "")
    unit.write_text(written, encoding="utf-8")
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stderr) == (0, "")
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE * 10:.0f}", str(unit)]
    rated = subprocess.run(command, capture_output=True, text=True, check=False)
    assert rated.returncode == 0, rated.stdout[-500:]
