"""The instructions of a Dockerfile, by stage."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Instruction:
    """One instruction with joined lines: ``RUN`` and ``apt-get update && …``."""

    name: str
    value: str


@dataclass
class Stage:
    """The instructions between one ``FROM`` and the next.

    Attributes:
        base: the image after ``FROM``, with its arguments filled in.
        name: the name after ``AS``, empty if there is none.
    """

    base: str
    name: str
    instructions: list[Instruction] = field(default_factory=list)

    def all(self, name: str) -> list[str]:
        """Return the values of all instructions of a name, in order."""
        return [instruction.value for instruction in self.instructions if instruction.name == name]


def stages(text: str) -> list[Stage]:
    """Return the stages of a Dockerfile, in order."""
    arguments: dict[str, str] = {}
    stages_: list[Stage] = []
    for instruction in _instructions(text):
        if instruction.name == "FROM":
            image, _, name = re.sub(r"\$\{(\w+)\}", lambda match: arguments[match[1]], instruction.value).partition(
                " AS "
            )
            stages_.append(Stage(image, name))
        elif stages_:
            stages_[-1].instructions.append(instruction)
        elif instruction.name == "ARG":
            key, _, value = instruction.value.partition("=")
            arguments[key] = value
    return stages_


def _instructions(text: str) -> Iterator[Instruction]:
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        if line.strip():
            name, _, value = line.strip().partition(" ")
            yield Instruction(name.upper(), value.strip())
