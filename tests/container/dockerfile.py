"""Reads a Dockerfile as far as ours goes: stages of instructions, arguments in shell or exec form, variables."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

CONTINUED = re.compile(r"\\\s*\n")
VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
FLAG = re.compile(r"--([a-z-]+)=(\S+)\s+")


@dataclass(frozen=True, slots=True)
class Instruction:
    """One line: `RUN`, its flags (`--from=builder`), and what follows as written."""

    name: str
    flags: Mapping[str, str]
    rest: str

    def words(self) -> list[str]:
        """The arguments: a JSON array as it is, else split as a shell does."""
        return [str(word) for word in json.loads(self.rest)] if self.is_exec() else shlex.split(self.rest)

    def is_exec(self) -> bool:
        """Whether it is in exec form, which needs no shell."""
        return self.rest.startswith("[")


@dataclass(slots=True)
class Stage:
    """What stands between one FROM and the next."""

    base: str
    name: str | None
    instructions: list[Instruction] = field(default_factory=list)

    def last(self, name: str) -> Instruction | None:
        """The instruction of this name that holds."""
        return next((one for one in reversed(self.instructions) if one.name == name), None)


def read(path: Path) -> list[Stage]:
    """The stages of a Dockerfile, in order."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
    stages: list[Stage] = []
    for line in filter(None, map(str.strip, CONTINUED.sub(" ", "\n".join(lines)).splitlines())):
        name, _, rest = line.partition(" ")
        if name == "FROM":
            base, *alias = rest.split()
            stages.append(Stage(base, alias[1] if alias else None))
        else:
            stages[-1].instructions.append(_instruction(name, rest.strip()))
    return stages


def expand(text: str, variables: Mapping[str, str]) -> str:
    """The text with `$NAME` and `${NAME}` filled in."""
    return VARIABLE.sub(lambda found: variables.get(found[1] or found[2], ""), text)


def health_command(stage: Stage) -> list[str]:
    """What the HEALTHCHECK runs."""
    check = stage.last("HEALTHCHECK")
    assert check is not None
    return Instruction("CMD", {}, check.rest.removeprefix("CMD").strip()).words()


def _instruction(name: str, rest: str) -> Instruction:
    flags: dict[str, str] = {}
    while found := FLAG.match(rest):
        flags[found[1]] = found[2]
        rest = rest[found.end() :]
    return Instruction(name, flags, rest)
