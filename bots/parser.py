"""From a line to a verb: both languages at once, never acting on a guess."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from bots import everyday, grammar
from bots.command import Command, Options
from bots.everyday import Sense
from reseau.folding import fold, slug
from reseau.spelling import distance

_MOST_PROPOSALS = 3
_SHORTEST_PREFIX = 3
_SURELY_TYPED = 5
_SENTENCE = 4  # words; a short word that begins so many is seldom a mistyped verb
_MOST_ROOTS = 2  # of our names before a line: « @RSE /rse aide »
_MOST_WORDS = 4  # of a verb: « Trouver un expert » is three
_LONGEST_VERB = 100  # characters, its marks included: what is longer is none, nor a slip of one


@dataclass(frozen=True, slots=True)
class Arguments:
    """What follows a verb.

    Attributes:
        text: the free text, exactly as typed but for the white space around it.
        options: the values of each option named, in order.
        verbatim: whether a colon at the very beginning said that all of it is text.
    """

    text: str = ""
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    verbatim: bool = False

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
class Everyday:
    """A sentence of everyday talk that no verb answers."""

    sense: Sense
    line: str


@dataclass(frozen=True, slots=True)
class Numbered:
    """Nothing but the number of a content."""

    code: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """An empty line."""


Parsed = Understood | Unknown | Wondered | Everyday | Numbered | Nothing


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
    if code := grammar.number(bare.rstrip("?!., \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}")):
        return Numbered(code)
    forms = _forms(tuple(commands))
    bare = _without_slash(bare, forms)
    if named := _language_alone(bare, commands) or _everyday(bare, commands, forms):
        return named
    for head, rest in _heads(bare):
        if (command := forms.get(fold(head))) and _counts(fold(head), rest):
            return understood(command, rest, bare)
    word = _first_word(bare)
    asked = grammar.is_question(bare)
    begun = _begun(word, commands, asked=asked)
    if begun is not None:
        return understood(begun, bare[len(word) :], bare)
    near = _nearest(word, commands) if _may_be_mistyped(word, bare, asked=asked) else ()
    return Wondered(bare) if asked and not near else Unknown(word, bare, near)


_EVERYDAY_VERBS = {Sense.HELP: "help", Sense.THANKS: "thanks"}


def _everyday(line: str, commands: Sequence[Command], forms: Mapping[str, Command]) -> Understood | Everyday | None:
    """An everyday sentence: a call for help is the verb itself, without a word more."""
    sense = everyday.sense_of(line)
    if sense is None or _about_verb(line, forms):
        return None
    wanted = _EVERYDAY_VERBS.get(sense, "")
    command = next((one for one in commands if one.id == wanted), None)
    if command is not None:
        return Understood(command, Arguments(), line)
    return None if wanted else Everyday(sense, line)


def _about_verb(line: str, forms: Mapping[str, Command]) -> bool:
    """Whether « aide merci » asks for the help of a verb; « aide moi » is a call for help."""
    first, *rest = line.split(maxsplit=1)
    command = forms.get(fold(first))
    about = fold("".join(rest).strip(" ?!."))
    return command is not None and command.id == "help" and about in forms.keys() - _EVERYDAY_FORMS


#: Forms of verbs that are words of everyday sentences too, beside all those of one letter; a dash begins a list.
_EVERYDAY_FORMS = frozenset({"moi", "me", "-"})
_LINE_NAME = 4  # words before a colon: « moi compétences : soudure »


def _counts(form: str, rest: str) -> bool:
    """Whether a form is meant as the verb; one that is an everyday word only where what follows cannot be a sentence.

    So it is alone, before a colon, or before a number or somebody after an ``@``: « c est quoi » is no verb.
    """
    letter = len(form) == 1 and form.isalpha()
    if not letter and form not in _EVERYDAY_FORMS:
        return True
    words = rest.split(maxsplit=_LINE_NAME)
    if not "".join(words).strip("?!.,;") or words[0].startswith(":"):
        return True
    first = words[0].rstrip(".,;:!?")
    if grammar.number(first) or (first[0:1] == "@" and len(first) > 1):
        return True
    if form == "-":
        return first[0:1] == "#" and len(first) > 1
    return not letter and any(":" in word for word in words[:_LINE_NAME])


def _may_be_mistyped(word: str, line: str, *, asked: bool) -> bool:
    """Whether a first word may be a verb with a slip: seldom that of a question or sentence, and never a short one."""
    if len(word) > _LONGEST_VERB or everyday.begins_sentences(fold(word)):
        return False
    return len(word) >= _SURELY_TYPED or not (asked or len(line.split(maxsplit=_SENTENCE)) >= _SENTENCE)


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
    return Understood(command, Arguments(text, values, rest.lstrip().startswith(":")), line)


def without_root(line: str, roots: Sequence[str]) -> str:
    """The line without ``/rse`` or ``@RSE`` before it and white space around it; a name may have several words."""
    bare = line.strip()
    for _ in range(_MOST_ROOTS):
        end = max((_root_end(bare, root) for root in roots), default=0) if bare[:1] in ("/", "@") else 0
        if not end:
            break
        bare = bare[end:].lstrip(_AFTER_ROOT)
    return bare


_AFTER_ROOT = " :,\n\t\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"


def _root_end(line: str, root: str) -> int:
    """Where our name ends in a line that begins with ``@Réseau Dupont`` or ``/reseau-dupont``; 0 where it does not."""
    names = (fold(root), slug(root))
    for count in {len(root.split()), 1}:
        words = line.split(maxsplit=count)
        if fold(" ".join(words[:count])[1:]).rstrip(":, ") in names:
            return len(line) - len("".join(words[count:]))
    return 0


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
        if words[count - 1].end() - words[0].start() > _LONGEST_VERB:
            continue
        if all(line[a.end() : b.start()].isspace() for a, b in pairwise(words[:count])):
            yield line[words[0].start() : words[count - 1].end()], line[words[count - 1].end() :]
    # « suivre? » and « aide ! » are the verb; « ? » alone was found above.
    if words and words[0].end() <= _LONGEST_VERB and (bare := words[0].group().rstrip("?!.,;")) != words[0].group():
        yield bare, line[words[0].end() :]


def _first_word(line: str) -> str:
    word = re.match(r"[^\s:]+", line)
    return word.group() if word else line.split(maxsplit=1)[0]


def _begun(word: str, commands: Sequence[Command], *, asked: bool) -> Command | None:
    """The only verb that a word of three letters or more begins.

    In a question only the verbs' own names count: « Que pensez-vous… ? » is no « question ».
    """
    folded = fold(word) if len(word) <= _LONGEST_VERB else ""
    if len(folded) < _SHORTEST_PREFIX or everyday.begins_sentences(folded):
        return None
    begun = [one for one in commands if _begins(folded, one)]
    if len(begun) != 1:
        return None
    names = [fold(forms[0]) for forms in begun[0].forms.values()]
    return begun[0] if not asked or any(name.startswith(folded) for name in names) else None


def _begins(folded: str, command: Command) -> bool:
    # What is hidden is no verb that people shorten: « hel » is help, not hello. Nor do they shorten several words to
    # the first of them: « mes » is not « mes communautés ».
    if command.hidden:
        return False
    return any(fold(form).startswith(folded) for form in command.all_forms() if " " not in form)


def _nearest(word: str, commands: Sequence[Command]) -> tuple[Command, ...]:
    folded = fold(word)
    ranked = []
    for order, command in enumerate(commands):
        if command.hidden:
            continue
        nearest = min((_nearness(folded, fold(form)) for form in command.all_forms() if " " not in form), default=_FAR)
        if nearest < _FAR:
            ranked.append((nearest, order, command))
    ranked.sort(key=lambda one: one[:2])
    return tuple(command for _, _, command in ranked[:_MOST_PROPOSALS])


_FAR = 9


def _nearness(word: str, form: str) -> int:
    """0 for a beginning shared by several verbs, else the distance, ``_FAR`` when that is too far to be meant.

    A slip in every four letters is near; in a word of three, only two letters that changed places.
    """
    if len(word) >= _SHORTEST_PREFIX and form.startswith(word):
        return 0
    longest = max(len(word), len(form))
    if min(len(word), len(form)) < _SHORTEST_PREFIX or abs(len(word) - len(form)) > longest // 4:
        return _FAR
    if longest == _SHORTEST_PREFIX:
        return 1 if sorted(word) == sorted(form) and distance(word, form) == 1 else _FAR
    found = distance(word, form)
    return found if found <= longest // 4 else _FAR
