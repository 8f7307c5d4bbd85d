#!/usr/bin/env python3
"""Runs the steps of the Dockerfile by hand, in a Debian root, where there is no container engine (Linux, as root).

    debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates bookworm base
    tests/container/prove.py base

Every stage gets a copy of the base and runs its instructions there.  Then the image is tried as it will be used: as
its user, with its variables, a read-only root, /tmp and /data to write to: the demo, a query, a backup, and the service
with its health check and its stop signal.  `--with PATH` shows a file or directory of this machine to the steps, such
as pip's configuration where packages come from a mirror; variables that begin with PIP_ or SSL_ are handed on.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path

from dockerfile import Stage, expand, health_command, read  # type: ignore[import-not-found]  # beside this script

CHECKOUT = Path(__file__).parents[2]
# What the base image of Docker has set, and what the steps may rely on.
BASE_PATH = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
STOP_SECONDS = 5
HEALTHY_SECONDS = 60


class Root:
    """A stage under construction: a directory to chroot into, its variables, working directory and user."""

    def __init__(self, directory: Path, shown: Sequence[Path]) -> None:
        self.directory = directory
        self.shown = shown
        self.variables = {"PATH": BASE_PATH}
        self.workdir = "/"
        self.user = "0:0"

    def command(self, words: Sequence[str], *, is_image: bool = False, data: Path | None = None) -> list[str]:
        """The command line that runs these words in the root; as an image: read-only, as its user."""
        root = shlex.quote(str(self.directory))
        steps = [f"mount --rbind {root} {root}", f"mount -t proc proc {root}/proc", f"mount --rbind /dev {root}/dev"]
        if is_image:
            steps += [f"mount -o remount,bind,ro {root}", f"mount -t tmpfs tmpfs {root}/tmp"]
            steps += [f"mount --bind {shlex.quote(str(data))} {root}/data"]
        else:
            steps += [f"mount --bind {shlex.quote(str(path))} {root}{shlex.quote(str(path))}" for path in self.shown]
        uid, _, gid = self.user.partition(":")
        user = f"setpriv --reuid={uid} --regid={gid} --clear-groups --no-new-privs" if is_image else ""
        variables = " ".join(shlex.quote(f"{name}={value}") for name, value in self._environment(is_image).items())
        inside = f'cd {shlex.quote(self.workdir)} && exec env -i {variables} {user} "$@"'
        script = " && ".join([*steps, f"exec chroot {root} sh -c {shlex.quote(inside)} sh {shlex.join(words)}"])
        return ["unshare", "--mount", "--propagation", "private", "sh", "-c", script]

    def _environment(self, is_image: bool) -> dict[str, str]:
        handed = {} if is_image else {n: v for n, v in os.environ.items() if n.startswith(("PIP_", "SSL_", "HOME"))}
        return {**handed, **self.variables}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", type=Path, help="the Debian root; it is copied, not changed")
    parser.add_argument("--with", dest="shown", type=Path, action="append", default=[], metavar="PATH")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newswire-image-") as name:
        roots: dict[str | None, Root] = {}
        for number, stage in enumerate(read(CHECKOUT / "Dockerfile")):
            root = make_root(arguments.base, Path(name) / f"stage-{number}", arguments.shown)
            build(stage, root, roots)
            roots[stage.name] = root
        prove(stage, root, Path(name) / "data")
    print("proved: every step of the Dockerfile, and the image as it is used")


def make_root(base: Path, directory: Path, shown: Sequence[Path]) -> Root:
    """A copy of the base, with what Docker's Python image has and Debian has not: a command `python`."""
    subprocess.run(["cp", "--archive", "--reflink=auto", f"{base}/.", directory], check=True)
    python = directory / "usr/local/bin/python"
    if not python.exists():
        python.symlink_to("/usr/bin/python3")
    for path in shown:
        place = Path(f"{directory}{path}")
        if path.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch()
    return Root(directory, shown)


def build(stage: Stage, root: Root, before: dict[str | None, Root]) -> None:
    """Do what the instructions say."""
    print(f"== FROM {stage.base} AS {stage.name or 'the image'}", flush=True)
    for one in stage.instructions:
        print(f"== {one.name} {one.rest[:110]}", flush=True)
        match one.name:
            case "RUN":
                words = one.words() if one.is_exec() else ["sh", "-c", one.rest]
                subprocess.run(root.command(words), check=True, stdout=subprocess.DEVNULL)
            case "COPY":
                *sources, target = one.words()
                copy(sources, inside(root, target), before[one.flags["from"]] if "from" in one.flags else None)
            case "ENV":
                for word in one.words():
                    name, _, value = word.partition("=")
                    root.variables[name] = expand(value, root.variables)
            case "WORKDIR":
                root.workdir = one.rest
                inside(root, "").mkdir(parents=True, exist_ok=True)
            case "USER":
                root.user = one.rest
            case "VOLUME" | "STOPSIGNAL" | "HEALTHCHECK" | "ENTRYPOINT" | "CMD" | "LABEL":
                pass
            case _:
                raise SystemExit(f"{one.name} is not known here; teach tests/container/prove.py what it does")


def inside(root: Root, path: str) -> Path:
    """Where a path of the stage is on this machine."""
    return Path(os.path.normpath(f"{root.directory}/{os.path.join(root.workdir, path).lstrip('/')}"))


def copy(sources: Sequence[str], target: Path, stage: Root | None) -> None:
    """COPY out of the checkout, without what .dockerignore keeps out, or out of an earlier stage."""
    for source in sources:
        if stage is not None:
            shutil.copytree(f"{stage.directory}{source}", target, symlinks=True, dirs_exist_ok=True)
            continue
        for path in context():
            place = target / path
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / path, place)


def context() -> Iterator[Path]:
    """The files of the checkout that .dockerignore lets through; the last pattern that fits decides."""
    lines = (CHECKOUT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    for path in sorted(CHECKOUT.rglob("*")):
        relative = path.relative_to(CHECKOUT)
        if path.is_file() and ".git" not in relative.parts and not is_ignored(relative, patterns):
            yield relative


def is_ignored(path: Path, patterns: Sequence[str]) -> bool:
    """Whether a file, or a directory that it is in, is kept out."""
    ignored = False
    places = [path, *path.parents][:-1]
    for pattern in patterns:
        wanted = pattern.removeprefix("!")
        if any(fnmatch(str(place), wanted) or fnmatch(f"/{place}", wanted.replace("**", "*")) for place in places):
            ignored = not pattern.startswith("!")
    return ignored


def prove(stage: Stage, root: Root, data: Path) -> None:
    """Use the image: read-only, as its user, with a volume."""
    shutil.copytree(f"{root.directory}/data", data)
    uid, gid = map(int, root.user.split(":"))
    os.chown(data, uid, gid)

    def run(*words: str) -> str:
        print(f"== {shlex.join(words)[:110]}", flush=True)
        command = root.command(words, is_image=True, data=data)
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"exit code {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
        return done.stdout

    entry = stage.last("ENTRYPOINT")
    assert entry is not None
    newswire = entry.words()
    assert run("id", "-u").strip() == str(uid)
    run("sh", "-c", "for place in / /usr /usr/local/newswire /etc; do ! touch $place/x 2>&- || exit 1; done")
    run(*newswire, "--version")
    run(*newswire, "demo")
    assert run(*newswire, "query", "--database", "sqlite:////data/newswire-demo.db", "-o", "jsonl").count("\n") == 20
    run(*newswire, "db", "backup", "/data/copy.db", "--database", "sqlite:////data/newswire-demo.db")
    run(*newswire, "db", "check", "--database", "sqlite:////data/copy.db")
    run(*newswire, "db", "init")
    assert (data / "newswire.db").stat().st_uid == uid
    if subprocess.run(root.command([*newswire, "run", "--help"]), check=False, capture_output=True).returncode:
        print("-- there is no `newswire run` yet: health check and stop signal are not tried")
        return
    with service(stage, root, data, newswire) as process:
        there = ["nsenter", f"--net=/proc/{process}/ns/net"]
        until_healthy(there, root.command(health_command(stage), is_image=True, data=data))


@contextmanager
def service(stage: Stage, root: Root, data: Path, newswire: Sequence[str]) -> Iterator[int]:
    """ENTRYPOINT and CMD at work (its process number); stopped by the image's signal, in time and with exit code 0."""
    command, stop = stage.last("CMD"), stage.last("STOPSIGNAL")
    assert command is not None
    assert stop is not None
    words = [*newswire, *command.words()]
    command_line = root.command(words, is_image=True, data=data)
    print(f"== {shlex.join(words)}", flush=True)
    # The agencies are not to be asked by a test: a configuration without any.
    sources = data / "config" / "sources"
    sources.mkdir(parents=True)
    (data / "config" / "newswire.toml").touch()
    for path in (CHECKOUT / "config" / "sources").glob("*.toml"):
        (sources / path.name).write_text(path.read_text(encoding="utf-8").replace("\n", "\nenabled = false\n", 1))
    # A network of its own, as a container has: nobody else answers there.
    process = subprocess.Popen(["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", *command_line])
    try:
        yield process.pid
        begun = time.monotonic()
        # unshare, sh, chroot, env and setpriv each became the next: it is one process.
        process.send_signal(getattr(signal, stop.rest))
        code = process.wait(STOP_SECONDS)
        print(f"-- {stop.rest}: exit code {code} after {time.monotonic() - begun:.1f} s")
        assert code == 0
    finally:
        process.kill()


def until_healthy(there: Sequence[str], command: Sequence[str]) -> None:
    """Ask as the engine does, in the network of the service."""
    end = time.monotonic() + HEALTHY_SECONDS
    while time.monotonic() < end:
        if subprocess.run([*there, *command], check=False, capture_output=True).returncode == 0:
            print("-- healthy", flush=True)
            return
        time.sleep(1)
    raise SystemExit(f"not healthy after {HEALTHY_SECONDS} s")


if __name__ == "__main__":
    main()
