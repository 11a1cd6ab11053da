"""From a line to a verb: both languages at once, never acting on a guess."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from bots.command import Command, Options
from bots.request import Arguments
from bots.speech import everyday, grammar, wishes
from bots.speech.everyday import Sense
from reseau.folding import fold, slug
from reseau.search.spelling import distance

_MOST_PROPOSALS = 3
_SHORTEST_PREFIX = 3
_SURELY_TYPED = 5
_SENTENCE = 4  # words; a short word that begins so many is seldom a mistyped verb
_MOST_ROOTS = 2  # of our names before a line: « @RSE /rse aide »
_MOST_WORDS = 4  # of a verb: « Trouver un expert » is three
_LONGEST_VERB = 200  # characters, marks included; a longer word is neither a verb nor a misspelt one


@dataclass(frozen=True, slots=True)
class Understood:
    """A verb and its arguments."""

    command: Command
    arguments: Arguments
    line: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """The first word is not a verb; up to three verbs may have been meant."""

    word: str
    line: str
    near: tuple[Command, ...]

    @property
    def rest(self) -> str:
        """Return the arguments for the same line with another verb."""
        return self.line[len(self.word) :]


@dataclass(frozen=True, slots=True)
class Wondered:
    """No verb, but a question mark."""

    line: str


@dataclass(frozen=True, slots=True)
class Wished:
    """A verb that a sentence may ask for: « puis-je rejoindre Veille ? ». It is proposed, not done.

    Attributes:
        meant: the verb, with the line that does it.
        line: the whole sentence.
    """

    meant: Understood
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


Parsed = Understood | Wished | Unknown | Wondered | Everyday | Numbered | Nothing


def parse(line: str, commands: Sequence[Command], roots: Sequence[str] = ("rse",)) -> Parsed:
    """Parse a line, among the verbs this person may use. Never raises, for any text.

    Args:
        line: as typed, platform escapes already resolved.
        commands: the verbs that may be used.
        roots: names that may precede a verb, as ``/rse`` or ``@RSE``.
    """
    bare = grammar.out_of_quotes(without_root(line, roots))
    if not bare:
        return Nothing()
    if code := grammar.number_alone(bare):
        return Numbered(code)
    table = _table(tuple(commands))
    bare = _without_slash(bare, table)
    if named := _language_alone(bare, commands) or _everyday(bare, commands, table):
        return named
    exact = _exact(bare, table)
    if exact is not None and not _leads_to_another(exact.verb):
        return _said_or_wished(exact, bare, wishing=False)
    if meant := _wished(bare, commands, table, roots):
        return meant
    return exact.verb if exact is not None else _guessed(bare, commands)


@dataclass(frozen=True, slots=True)
class _Exact:
    """A verb that a line begins with, and whether it is only heard: a form of it that is never shown."""

    verb: Understood
    heard: bool


def _exact(line: str, table: Mapping[str, _Form]) -> _Exact | None:
    for head, rest in _heads(line):
        form = table.get(fold(head))
        if form is not None and _counts(fold(head), form, rest):
            return _Exact(understood(form.command, rest, line), form.heard)
    return None


def _leads_to_another(exact: Understood) -> bool:
    """Whether the rest may begin with a verb: « bonjour, montre-moi le fil », « merci de chercher la marge »."""
    if exact.arguments.verbatim:
        return False
    text = exact.arguments.text
    polite = exact.command.id == "thanks" and fold(text).startswith(("de ", "d'", "pour "))
    return bool(text) and (exact.command.id == "greet" or polite)


def _guessed(line: str, commands: Sequence[Command]) -> Parsed:
    """A line that no verb begins: an abbreviated or misspelt verb, a question, or a sentence."""
    word = _first_word(line)
    is_question = grammar.is_question(line)
    command = _begun(word, commands, is_question=is_question)
    if command is not None and not wishes.is_negated(line[len(word) :]):
        return understood(command, line[len(word) :], line)
    near = _nearest(word, commands) if command is None and _may_be_mistyped(word, line, is_question=is_question) else ()
    return Wondered(line) if is_question and not near else Unknown(word, line, near)


def _wished(
    line: str, commands: Sequence[Command], table: Mapping[str, _Form], roots: Sequence[str]
) -> Understood | Wished | Numbered | None:
    """Return the verb behind polite or small words; ``None`` if the line is only a sentence."""
    for beginning in wishes.beginnings(line, [fold(root) for root in roots]):
        if code := "" if beginning.negated else grammar.number_alone(beginning.rest):
            return Numbered(code)
        exact = _exact(beginning.rest, table)
        if exact is None or exact.verb.command.hidden:
            continue
        if beginning.negated:
            return _unwished(exact.verb, line, commands)
        if beginning.manner:
            return _how(exact.verb, line, commands)
        if beginning.noun and not _fits_noun(exact.verb):
            continue
        return _said_or_wished(exact, line, wishing=beginning.wishing)
    return None


def _said_or_wished(exact: _Exact, line: str, *, wishing: bool) -> Understood | Wished:
    """A wish for a verb that acts at once is only proposed; a verb that shows or previews something is done.

    A form that is only heard is a wish too: nothing is done but by a verb that was typed as one.
    """
    verb, arguments = exact.verb, exact.verb.arguments
    if verb.command.id == "help" and wishing:
        return replace(verb, arguments=Arguments())
    text = arguments.text.strip(" ?!.…")
    plainly = not wishing or arguments.verbatim or bool(arguments.options)
    acts = verb.command.traced and not (verb.command.previews and plainly)
    if not acts or not (wishing or exact.heard):
        return verb
    if not text and verb.command.id != "cancel":  # which needs no word to act
        return replace(verb, arguments=replace(arguments, text=""))
    return Wished(_by_name(verb), line)


def _by_name(verb: Understood) -> Understood:
    """The verb with a line by its own name, whatever form of it was typed."""
    behind = behind_verb(verb)
    line = f"{verb.command.name('fr')} {behind}".strip()
    return Understood(verb.command, verb.arguments, line)


def behind_verb(verb: Understood) -> str:
    """Return the text typed after a verb, its colon included."""
    words = list(re.finditer(r"[^\s:]+", verb.line[:_LONGEST_VERB]))
    forms = {fold(form) for form in (*verb.command.all_forms(), *verb.command.heard, *verb.command.nouns)}
    for count in range(min(len(words), _MOST_WORDS), 0, -1):
        head = verb.line[: words[count - 1].end()]
        if fold(head).rstrip("?!.,;") in forms:
            return verb.line[words[count - 1].end() :].strip()
    return verb.line[words[0].end() :].strip() if words else ""


#: Verbs whose name is a noun that a name may follow: « la fiche d’Ana ».
_NAMED_BY_NOUN = frozenset(("profile", "expert"))
_LONGEST_HOW = 5  # words behind a verb; a longer question is about something else


def _fits_noun(exact: Understood) -> bool:
    """Whether a noun after an article is still the verb: « une idée : … », « mon fil », but not « le fil rouge »."""
    arguments = exact.arguments
    return exact.command.id in _NAMED_BY_NOUN or arguments.verbatim or not arguments.text


def _how(exact: Understood, line: str, commands: Sequence[Command]) -> Understood | None:
    """« Comment publier une idée ? » is the help of a verb."""
    helping = next((command for command in commands if command.id == "help"), None)
    if helping is None or len(exact.arguments.text.split()) > _LONGEST_HOW:
        return None
    about = "" if exact.command is helping else exact.command.name("fr")
    return Understood(helping, Arguments(about), line)


def _unwished(exact: Understood, line: str, commands: Sequence[Command]) -> Wished | None:
    """Propose to unfollow for a negated wish to follow; propose nothing for any other negated verb."""
    opposite = next((command for command in commands if command.id == "unfollow"), None)
    if opposite is None or exact.command.id not in ("follow", "unfollow") or not exact.arguments.text:
        return None
    text = re.sub(r"\s+anymore\b.*", "", exact.arguments.text, flags=re.IGNORECASE)
    name = opposite.name("fr")
    return Wished(understood(opposite, f" {text}", f"{name} {text}"), line)


_EVERYDAY_VERBS = {Sense.HELP: "help", Sense.THANKS: "thanks", Sense.TAKE_BACK: "cancel"}


def _everyday(line: str, commands: Sequence[Command], table: Mapping[str, _Form]) -> Understood | Everyday | None:
    """An everyday sentence: a call for help is the verb itself, without a word more."""
    sense = everyday.sense_of(line)
    if sense is None or _about_verb(line, table):
        return None
    verb_id = _EVERYDAY_VERBS.get(sense, "")
    command = next((verb for verb in commands if verb.id == verb_id), None)
    if command is not None:
        return Understood(command, Arguments(), line)
    return None if verb_id else Everyday(sense, line)


def _about_verb(line: str, table: Mapping[str, _Form]) -> bool:
    """Whether « aide merci » asks for the help of a verb; « aide moi » is a call for help."""
    first, *rest = line.split(maxsplit=1)
    form = table.get(fold(first))
    about = fold("".join(rest).strip(" ?!."))
    return form is not None and form.command.id == "help" and about in table.keys() - _EVERYDAY_FORMS


#: Forms of verbs that are words of everyday sentences too, beside all those of one letter; a dash begins a list.
_EVERYDAY_FORMS = frozenset({"moi", "me", "-"})
#: Words that are a verb only before its arguments: « re: réunion » is not an answer, « suis en retard » not a follow.
_NEED_OBJECT = frozenset({"re", "suis"})
_LINE_NAME = 4  # words before a colon: « moi compétences : soudure »


def _counts(form: str, verb_form: _Form, rest: str) -> bool:
    """Whether a form is meant as the verb; an everyday word is one only if the rest cannot be a sentence.

    So it is alone, before a colon, or before a number or someone after an ``@``: « c est quoi » is not a verb.
    """
    letter = len(form) == 1 and form.isalpha()
    if verb_form.heard and wishes.is_negated(rest):
        return False
    if not letter and not verb_form.noun and form not in _EVERYDAY_FORMS:
        return True
    words = rest.split(maxsplit=_LINE_NAME)
    if form in _NEED_OBJECT and not grammar.first_number(rest.lstrip(": "))[0] and rest.strip()[:1] not in ("@", "#"):
        return False
    if not "".join(words).strip("?!.,;") or words[0].startswith(":"):
        return True
    first = words[0].rstrip(".,;:!?")
    if grammar.first_number(rest)[0] or (first[0:1] == "@" and len(first) > 1):
        return True
    if form == "-":
        return first[0:1] == "#" and len(first) > 1
    if verb_form.noun:
        return form in _NEED_OBJECT
    return not letter and any(":" in word for word in words[:_LINE_NAME])


def _may_be_mistyped(word: str, line: str, *, is_question: bool) -> bool:
    """Whether a first word may be a verb with a slip: seldom that of a question or sentence, and never a short one."""
    if len(word) > _LONGEST_VERB or everyday.begins_sentences(fold(word)):
        return False
    return len(word) >= _SURELY_TYPED or not (is_question or len(line.split(maxsplit=_SENTENCE)) >= _SENTENCE)


def _without_slash(line: str, table: Mapping[str, _Form]) -> str:
    """« /aide » and « !aide » are « aide »; such a sign before anything but a verb stays."""
    rest = line[1:].lstrip() if line.startswith(_SIGNS) else ""
    return rest if any(fold(head) in table for head, _ in _heads(rest)) else line


_SIGNS = ("/", "!", "\\", ">", "•", "*")
_SPOKEN_LANGUAGE = re.compile(
    r"(?:(?:parle[rz]?|speak|talk|switch|change[rz]?|passe[rz]?|repond[se]?[rz]?|reponde[rz]|answer|reply|mets|mettre)"
    r"(?:[ -](?:moi|me|toi|nous|us|vous))? )?(?:(?:en|in|to|into|la langue en|the language to) )?([a-z]+)"
)


def _language_alone(line: str, commands: Sequence[Command]) -> Understood | None:
    """The name of a language alone switches to it: a person who cannot read the other one types just that."""
    spoken = _SPOKEN_LANGUAGE.fullmatch(fold(everyday.without_courtesies_behind(line).strip(" .!?")))
    name = spoken.group(1) if spoken else ""
    if len(name) < _SURELY_TYPED or name not in grammar.LANGUAGE_WORDS:
        return None
    return next((understood(command, name, line) for command in commands if command.id == "language"), None)


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
    """Return the end of our name in a line that begins with ``@Réseau Dupont`` or ``/reseau-dupont``; else 0."""
    names = (fold(root), slug(root))
    for count in {len(root.split()), 1}:
        words = line.split(maxsplit=count)
        if fold(" ".join(words[:count])[1:]).rstrip(":, ") in names:
            return len(line) - len("".join(words[count:]))
    return 0


@dataclass(frozen=True, slots=True)
class _Form:
    """A form of a verb.

    Attributes:
        heard: whether it is never shown.
        noun: whether it is a word that sentences begin with, too.
    """

    command: Command
    heard: bool = False
    noun: bool = False


@lru_cache(maxsize=64)
def _table(commands: tuple[Command, ...]) -> dict[str, _Form]:
    table: dict[str, _Form] = {}
    for command in commands:
        for form in command.all_forms():
            table.setdefault(fold(form), _Form(command))
    for command in commands:
        for form in command.heard:
            table.setdefault(fold(form), _Form(command, heard=True))
        for form in command.nouns:
            table.setdefault(fold(form), _Form(command, heard=True, noun=True))
    return table


def _heads(line: str) -> Iterator[tuple[str, str]]:
    """The first words of a line that may be a verb, most words first, each with the rest."""
    words = list(re.finditer(r"[^\s:]+", line.split("\n", maxsplit=1)[0]))[:_MOST_WORDS]
    for count in range(len(words), 0, -1):
        if words[count - 1].end() - words[0].start() > _LONGEST_VERB:
            continue
        if all(line[a.end() : b.start()].isspace() for a, b in pairwise(words[:count])):
            head, rest = line[words[0].start() : words[count - 1].end()], line[words[count - 1].end() :]
            yield head, rest
            # « suivre? Ana » and « what’s new? » are the verb; « ? » alone was handled above.
            if (bare := head.rstrip("?!.,;")) != head and (count == 1 or not rest.strip()):
                yield bare, rest


def _first_word(line: str) -> str:
    word = re.match(r"[^\s:]+", line)
    return word.group() if word else line.split(maxsplit=1)[0]


def _begun(word: str, commands: Sequence[Command], *, is_question: bool) -> Command | None:
    """The only verb that a word of three letters or more begins.

    In a question only the verbs' own names count: « Que pensez-vous… ? » is no « question ».
    """
    folded = fold(word) if len(word) <= _LONGEST_VERB else ""
    if len(folded) < _SHORTEST_PREFIX or everyday.begins_sentences(folded):
        return None
    candidates = [command for command in commands if _begins(folded, command)]
    if len(candidates) != 1:
        return None
    names = [fold(forms[0]) for forms in candidates[0].forms.values()]
    return candidates[0] if not is_question or any(name.startswith(folded) for name in names) else None


def _begins(folded: str, command: Command) -> bool:
    # Hidden verbs are not shortened: « hel » is help, not hello. Nor do they shorten several words to
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
    ranked.sort(key=lambda candidate: candidate[:2])
    return tuple(command for _, _, command in ranked[:_MOST_PROPOSALS])


_FAR = 9


def _nearness(word: str, form: str) -> int:
    """0 for a beginning shared by several verbs, else the distance; ``_FAR`` if it is too large for a slip.

    A slip in every four letters is near; in a word of three, only two letters that changed places.
    """
    if len(word) >= _SHORTEST_PREFIX and form.startswith(word):
        return 0
    longest = max(len(word), len(form))
    if min(len(word), len(form)) < _SHORTEST_PREFIX or abs(len(word) - len(form)) > longest // 4:
        return _FAR
    if longest == _SHORTEST_PREFIX:
        return 1 if sorted(word) == sorted(form) and distance(word, form) == 1 else _FAR
    slips = distance(word, form)
    return slips if slips <= longest // 4 else _FAR
