"""The Dockerfile says what an image must say; that its steps work is proved by `prove.py`, which needs root."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]


def load(name: str) -> ModuleType:
    """A script of this directory as a module."""
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


dockerfile = load("dockerfile")
STAGES = dockerfile.read(CHECKOUT / "Dockerfile")
IMAGE = STAGES[-1]


def test_what_builds_the_image_is_not_in_it() -> None:
    assert [stage.name for stage in STAGES] == ["builder", None]
    copies = [one for one in IMAGE.instructions if one.name == "COPY"]
    assert [one.flags for one in copies] == [{"from": "builder"}]


def test_it_runs_as_a_user_of_a_fixed_number_on_a_volume_of_its_own() -> None:
    uid, gid = IMAGE.last("USER").rest.split(":")
    assert int(uid) == int(gid) >= 10_000
    assert IMAGE.last("VOLUME").words() == ["/data"]
    directory = next(one for one in IMAGE.instructions if "install --directory" in one.rest)
    assert f"--owner={uid} --group={gid} /data" in directory.rest


def test_it_starts_the_service_without_a_shell_and_is_stopped_by_its_signal() -> None:
    assert IMAGE.last("ENTRYPOINT").words() == ["newswire"]
    assert IMAGE.last("CMD").words() == ["run"]
    assert IMAGE.last("ENTRYPOINT").is_exec()
    assert IMAGE.last("CMD").is_exec()
    assert IMAGE.last("STOPSIGNAL").rest == "SIGTERM"


def test_its_health_is_asked_without_a_shell() -> None:
    words = dockerfile.health_command(IMAGE)
    assert words[:2] == ["python", "-c"]
    assert "http://127.0.0.1:8642/health" in words[2]
    compile(words[2], "HEALTHCHECK", "exec")
    assert "--timeout=" in IMAGE.last("HEALTHCHECK").rest or "timeout" in IMAGE.last("HEALTHCHECK").flags


def test_its_database_is_on_the_volume() -> None:
    assert "NEWSWIRE_DATABASE=sqlite:////data/newswire.db" in [
        word for one in IMAGE.instructions if one.name == "ENV" for word in one.words()
    ]


def test_every_name_that_the_context_lets_through_is_there() -> None:
    lines = (CHECKOUT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    wanted = [line[1:] for line in lines if line.startswith("!")]
    assert wanted
    assert [name for name in wanted if not list(CHECKOUT.glob(name))] == []


@pytest.mark.parametrize(
    ("written", "words"), [('["a", "b c"]', ["a", "b c"]), ("a 'b c'", ["a", "b c"]), ("--from=x /a /b", ["/a", "/b"])]
)
def test_arguments_are_read_in_both_forms(tmp_path: Path, written: str, words: list[str]) -> None:
    (tmp_path / "Dockerfile").write_text(f"# head\nFROM base AS x\nCOPY {written}\n")
    (stage,) = dockerfile.read(tmp_path / "Dockerfile")
    assert stage.last("COPY").words() == words
