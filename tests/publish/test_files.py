"""A file is there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.errors import PublishError
from pipeline.publish.files import whole_file


def test_a_file_takes_its_name_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    with whole_file(path) as file:
        file.write(b"all")
        assert not path.exists()
    assert path.read_bytes() == b"all"
    assert os.listdir(tmp_path) == ["export.jsonl"]


def test_an_error_leaves_the_older_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    path.write_bytes(b"older")

    def fail_midway() -> None:
        with whole_file(path) as file:
            file.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_midway()
    assert path.read_bytes() == b"older"
    assert os.listdir(tmp_path) == ["export.jsonl"]


def test_a_new_file_has_the_rights_of_any_new_file_and_an_older_one_keeps_its_own(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    (tmp_path / "own").touch(mode=0o640)
    (tmp_path / "own").chmod(0o640)
    for name in ("new", "own"):
        with whole_file(tmp_path / name) as file:
            file.write(b"x")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "plain").stat().st_mode
    assert (tmp_path / "own").stat().st_mode & 0o777 == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"older")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with whole_file(tmp_path / "link") as file:
        file.write(b"newer")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"newer"


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with whole_file(path) as file:
        file.write(b"all")
    assert os.read(reader, 10) == b"all"
    assert path.is_fifo()
    os.close(reader)


@pytest.mark.parametrize("name", ["nowhere/export.jsonl", "."])
def test_what_is_no_place_for_a_file_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(PublishError, match="nothing was written there"), whole_file(tmp_path / name):
        pass


def test_a_file_that_is_to_be_new_takes_nobodys_place(tmp_path: Path) -> None:
    """Two processes may add one source at the same time: the second is told, the first one's file stays."""

    def write() -> None:
        with whole_file(tmp_path / "wire.toml", anew=True) as file:
            (tmp_path / "wire.toml").write_bytes(b"first")
            file.write(b"second")

    with pytest.raises(PublishError, match="exists"):
        write()
    assert (tmp_path / "wire.toml").read_bytes() == b"first"
    assert os.listdir(tmp_path) == ["wire.toml"]
