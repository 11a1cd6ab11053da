"""From a line to a verb: both languages at once, never acting on a guess."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from bots import grammar
from bots.command import Command, Options
from reseau.folding import fold

_MOST_PROPOSALS = 3
_SHORTEST_PREFIX = 3
_SURELY_TYPED = 5
_MOST_WORDS = 4  # of a verb: « Trouver un expert » is three


@dataclass(frozen=True, slots=True)
class Arguments:
    """What follows a verb.

    Attributes:
        text: the free text, exactly as typed but for the white space around it.
        options: the values of each option named, in order.
    """

    text: str = ""
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def option(self, name: str) -> str:
        """The last value given for an option, empty when there is none."""
        return self.options.get(name, ("",))[-1]


@dataclass(frozen=True, slots=True)
class Understood:
    """A verb and what it is about."""

    command: Command
    arguments: Arguments
    line: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A first word that is no verb, with up to three verbs that may have been meant; perhaps it begins a question."""

    word: str
    line: str
    near: tuple[Command, ...]

    @property
    def rest(self) -> str:
        """What follows the word, for the same line with another verb."""
        return self.line[len(self.word) :]


@dataclass(frozen=True, slots=True)
class Wondered:
    """No verb, but a question mark."""

    line: str


@dataclass(frozen=True, slots=True)
class Numbered:
    """Nothing but the number of a content."""

    code: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """An empty line."""


Parsed = Understood | Unknown | Wondered | Numbered | Nothing


def parse(line: str, commands: Sequence[Command], roots: Sequence[str] = ("rse",)) -> Parsed:
    """What a line asks for, among the verbs this person may use. Never raises, whatever is typed.

    Args:
        line: as typed, platform escapes already resolved.
        commands: the verbs that may be used.
        roots: names that may stand before a verb, as ``/rse`` or ``@RSE``.
    """
    bare = without_root(line, roots)
    if not bare:
        return Nothing()
    if code := grammar.number(bare):
        return Numbered(code)
    forms = _forms(tuple(commands))
    bare = _without_slash(bare, forms)
    if named := _language_alone(bare, commands):
        return named
    for head, rest in _heads(bare):
        if command := forms.get(fold(head)):
            return understood(command, rest, bare)
    word = _first_word(bare)
    asked = grammar.is_question(bare)
    begun = _begun(word, commands, asked=asked)
    if begun is not None:
        return understood(begun, bare[len(word) :], bare)
    # The first word of a question is seldom a mistyped verb, and a short one never surely is.
    near = _nearest(word, commands) if not asked or len(word) >= _SURELY_TYPED else ()
    return Wondered(bare) if asked and not near else Unknown(word, bare, near)


def _without_slash(line: str, forms: Mapping[str, Command]) -> str:
    """« /aide » is « aide »; a slash before anything but a verb stays."""
    rest = line[1:].lstrip() if line.startswith("/") else ""
    return rest if any(fold(head) in forms for head, _ in _heads(rest)) else line


def _language_alone(line: str, commands: Sequence[Command]) -> Understood | None:
    """The name of a language and nothing else asks to be answered in it: who cannot read the other types just that."""
    said = fold(line.strip(" .!"))
    if len(said) < _SURELY_TYPED or said not in grammar.LANGUAGE_WORDS:
        return None
    return next((understood(one, said, line) for one in commands if one.id == "language"), None)


def understood(command: Command, rest: str, line: str) -> Understood:
    """A verb with its options and text parted."""
    split = grammar.split_first if command.options is Options.FIRST else grammar.split_anywhere
    options, text = split(rest, command.takes)
    values: dict[str, tuple[str, ...]] = {}
    for option in options:
        values[option.name] = (*values.get(option.name, ()), option.value)
    return Understood(command, Arguments(text, values), line)


def without_root(line: str, roots: Sequence[str]) -> str:
    """The line without ``/rse`` or ``@RSE`` before it and white space around it."""
    bare = line.strip()
    first = bare.split(maxsplit=1)
    if first and first[0][:1] in "/@" and fold(first[0][1:]).rstrip(":,") in {fold(root) for root in roots}:
        return bare[len(first[0]) :].strip()
    return bare


@lru_cache(maxsize=64)
def _forms(commands: tuple[Command, ...]) -> dict[str, Command]:
    forms: dict[str, Command] = {}
    for command in commands:
        for form in command.all_forms():
            forms.setdefault(fold(form), command)
    return forms


def _heads(line: str) -> Iterator[tuple[str, str]]:
    """The first words of a line that may be a verb, most words first, each with what follows it."""
    words = list(re.finditer(r"[^\s:]+", line.split("\n", maxsplit=1)[0]))[:_MOST_WORDS]
    for count in range(len(words), 0, -1):
        if all(line[a.end() : b.start()].isspace() for a, b in pairwise(words[:count])):
            yield line[words[0].start() : words[count - 1].end()], line[words[count - 1].end() :]
    # « suivre? » and « aide ! » are the verb; « ? » alone was found above.
    if words and (bare := words[0].group().rstrip("?!.,;")) != words[0].group():
        yield bare, line[words[0].end() :]


def _first_word(line: str) -> str:
    word = re.match(r"[^\s:]+", line)
    return word.group() if word else line.split(maxsplit=1)[0]


def _begun(word: str, commands: Sequence[Command], *, asked: bool) -> Command | None:
    """The only verb that a word of three letters or more begins.

    In a question only the verbs' own names count: « Que pensez-vous… ? » is no « question ».
    """
    folded = fold(word)
    if len(folded) < _SHORTEST_PREFIX:
        return None
    begun = [one for one in commands if _begins(folded, one)]
    if len(begun) != 1:
        return None
    names = [fold(forms[0]) for forms in begun[0].forms.values()]
    return begun[0] if not asked or any(name.startswith(folded) for name in names) else None


def _begins(folded: str, command: Command) -> bool:
    # What is hidden is no verb that people shorten: « hel » is help, not hello.
    return not command.hidden and any(fold(form).startswith(folded) for form in command.all_forms())


def _nearest(word: str, commands: Sequence[Command]) -> tuple[Command, ...]:
    folded = fold(word)
    ranked = []
    for order, command in enumerate(commands):
        if command.hidden:
            continue
        nearest = min(_nearness(folded, fold(form)) for form in command.all_forms())
        if nearest < _FAR:
            ranked.append((nearest, order, command))
    ranked.sort(key=lambda one: one[:2])
    return tuple(command for _, _, command in ranked[:_MOST_PROPOSALS])


_FAR = 9


def _nearness(word: str, form: str) -> int:
    """0 for a beginning shared by several verbs, else the distance, ``_FAR`` when that is too far to be meant."""
    if len(word) >= _SHORTEST_PREFIX and form.startswith(word):
        return 0
    most = 2 if min(len(word), len(form)) > _SHORTEST_PREFIX else 1
    if len(form) < _SHORTEST_PREFIX or abs(len(word) - len(form)) > most:
        return _FAR
    found = distance(word, form)
    return found if found <= most else _FAR


def distance(left: str, right: str) -> int:
    """Letters to add, drop, change or swap with their neighbour to make one word of the other.

    Optimal string alignment, the restricted form of Damerau (1964) and Levenshtein (1966).
    """
    before: list[int] = []
    last = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]
