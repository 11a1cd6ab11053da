"""Answers to lines that cannot be done: private, two sentences at most, one next step, the text given back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from bots.answers import asking, smalltalk
from bots.answers.named import people, places
from bots.card import Button, Card, Quote, Style
from bots.command import Command, Role
from bots.markup.fitting import shortened
from bots.request import RefusalError, Request, verb
from bots.speech import everyday, grammar, wishes
from bots.speech.everyday import Sense
from bots.speech.parser import Everyday, Parsed, Understood, Unknown, Wished, behind_verb
from reseau.contents import threads
from reseau.contents.content_type import starting_types
from reseau.errors import ReseauError
from reseau.folding import fold
from reseau.i18n import N_, Words
from reseau.people import members
from reseau.people.members import Member
from reseau.store import Transaction

_LONGEST_WORD = 40
_SENTENCE = 3  # words; fewer are a mistyped verb
_SHORT_FORM = 3  # letters; « moi » in a sentence names no verb
_MOST_NAMED = 2
_MOST_ADMINISTRATORS = 3


def refused(error: ReseauError, line: str, t: Words, commands: Sequence[Command]) -> Card:
    """The card of something that the network or a command refused."""
    buttons = error.buttons if isinstance(error, RefusalError) else ()
    if not buttons and error.code == "E_PRIVATE_GONE":
        buttons = (Button(t("Search"), verb(commands, "search", t)),)
    return Card(
        title=error.sentence(t),
        blocks=_given_back(error.typed if isinstance(error, RefusalError) and error.typed else line),
        buttons=buttons or (Button(t("Help"), verb(commands, "help", t)),),
        error=error.code,
    )


def unknown(request: Request, parsed: Unknown) -> Card:
    """The first word is not a verb: propose the nearest verbs or people, and try none of them."""
    if person := _called(request, parsed):
        return _about_person(request, person)
    code, is_question = grammar.number(parsed.word), grammar.is_question(parsed.line)
    if code:
        return _about_number(request, code, parsed.line)
    if _DIGITS.fullmatch(parsed.line) or not _LETTER.search(parsed.line):
        return _wordless(request, parsed.line)
    if not parsed.near and not is_question and _is_sentence(parsed):
        return not_understood(request, parsed.line)
    return _with_the_nearest(request, parsed, is_question=is_question)


def _is_sentence(parsed: Unknown) -> bool:
    """Whether a line is a sentence: several words, or a first one that sentences begin with."""
    begins = everyday.begins_sentences(fold(parsed.word).partition("'")[0])
    return len(parsed.line.split()) >= _SENTENCE or len(parsed.word) == 1 or begins or _is_link(parsed)


def _with_the_nearest(request: Request, parsed: Unknown, *, is_question: bool) -> Card:
    t = request.t
    buttons = [Button(verb.name(t.language), verb.name(t.language) + parsed.rest) for verb in parsed.near]
    word = parsed.word
    if not parsed.near and " " in parsed.line.strip() and (nearly := people.nearly_called(request, parsed.line)):
        word = parsed.line.strip()
        buttons = [request.button(person.name, "profile", f"@{person.handle}") for person in nearly]
    sentence = t("I don’t know “{word}”.", word=shortened(word, _LONGEST_WORD))
    if buttons:
        verbs = ", ".join(t("“{verb}”", verb=button.label) for button in buttons)
        sentence += " " + t("Did you mean: {verbs}?", verbs=verbs)
    more = _asking(request, parsed.line) if is_question or not buttons else ()
    return Card(
        title=sentence,
        blocks=_given_back(request.line),
        buttons=(*buttons, *more, _help(request)),
        error="E_UNKNOWN_VERB",
    )


_LETTER = re.compile(r"[^\W\d_]")  # a letter
_DIGITS = re.compile(r"\s*(?:#|n\s?[°ºo]\s*)?\s*(\d{1,9})\s*[.!?]*", re.IGNORECASE)


def _wordless(request: Request, line: str) -> Card:
    """An emoji, punctuation or digits alone; a number without its letter may belong to several contents."""
    digits = _DIGITS.fullmatch(line)
    codes = numbered(request, digits.group(1)) if digits else []
    if not codes:
        return smalltalk.answered(request, Everyday(Sense.SMALL, line))
    t = request.t
    return Card(
        title=t("What would you like to do with {code}?", code=digits.group(1) if digits else line),
        blocks=_given_back(request.line),
        buttons=(*(request.button(t("Show {code}", code=code), "show", code) for code in codes), _help(request)),
        error="E_UNKNOWN_VERB",
    )


def numbered(request: Request, digits: str) -> list[str]:
    """The codes with this number that the person may read, whatever their letter: questions first."""
    codes = (f"{content_type.letter}{int(digits)}" for content_type in starting_types())
    contents = (threads.get(request.tx, request.viewer, code) for code in codes)
    return [content.code for content in contents if content is not None and content.code][:_MOST_NUMBERED]


_MOST_NUMBERED = 3


def _help(request: Request) -> Button:
    return request.button(request.t("Help"), "help")


def wished(request: Request, parsed: Wished) -> Card:
    """Propose a verb that a sentence may ask for, with its subject if there is one."""
    t, meant = request.t, parsed.meant
    is_question = grammar.is_question(parsed.line)
    if not _is_likely(request, parsed):
        return wondered(request, parsed.line) if is_question else not_understood(request, parsed.line)
    name = meant.command.name(t.language)
    line = f"{name} {behind_verb(meant)}".strip()
    words = shortened(line, _LONGEST_WISH).rstrip("?!. \u00a0\u202f")
    return Card(
        title=t("Did you mean: {verbs}?", verbs=t("“{verb}”", verb=words)),
        blocks=_given_back(request.line),
        buttons=(
            Button(_capital(words), line, Style.PRIMARY),
            request.button(t("Search for these words"), "search", f": {request.words.strip()}"),
            request.button(t("Ask the network"), "ask", f": {parsed.line}"),
            request.button(t("Help"), "help"),
        ),
        footer=t("Nothing has been posted."),
        error="E_UNKNOWN_VERB",
    )


_LONGEST_WISH = 60


def _is_likely(request: Request, parsed: Wished) -> bool:
    """Whether the object of a verb exists: « je veux suivre la procédure » names nothing here."""
    text = parsed.meant.arguments.text
    about_place = places.matching(request, text) or places.near(request, text, lambda slug: slug) if text else []
    about_person = people.matching(request, text) or people.near(request, text) if text else []
    match parsed.meant.command.id:
        case "join" | "leave":
            return not text or bool(about_place)
        case "follow" | "unfollow":
            marked = text[:1] in ("@", "#") or bool(grammar.first_number(text)[0])
            return not text or marked or bool(about_place) or bool(about_person)
        case "thanks":
            who = grammar.without_small_words(_REASON.split(text, maxsplit=1)[0])
            return not text or bool(people.matching(request, who) or people.near(request, who))
        case "cancel" | "withdraw":
            about = fold(text).split()[-1:] if len(text.split()) <= _LONGEST_SUBJECT else []
            return not text or bool(grammar.first_number(text)[0]) or bool(_MINE & set(about))
        case "answer" | "accept" | "edit" | "hide" | "report" | "reopen" | "remove" | "move" | "merge":
            return any(grammar.number(word.strip(":,.")) for word in text.split()[:_LONGEST_SUBJECT])
        case _:
            return True


_MINE = frozenset(
    "ca cela it that this message question idee idea reponse answer post comment commentaire publication svp".split()
)
_LONGEST_SUBJECT = 6  # words
_REASON = re.compile(r"\s+(?:pour|for)\s+|\s*:", re.IGNORECASE)


def _about_number(request: Request, code: str, line: str) -> Card:
    """Ask what to do with a number and words that follow it: an answer to it, or no verb's act."""
    t = request.t
    return Card(
        title=t("What would you like to do with {code}?", code=code),
        blocks=_given_back(request.line),
        buttons=(
            request.button(t("Answer {code}", code=code), "answer", line),
            request.button(t("Show {code}", code=code), "show", code),
            request.button(t("Help"), "help"),
        ),
        footer=t("Nothing has been posted."),
        error="E_UNKNOWN_VERB",
    )


def _is_link(parsed: Unknown) -> bool:
    """Whether a line begins with an address: « https » is not a mistyped verb."""
    return fold(parsed.word) in ("http", "https", "<http", "<https") and parsed.rest.startswith("://")


def _called(request: Request, parsed: Unknown) -> Member | None:
    """The person addressed at the beginning of a line: « @ana », « @ana tu es là ? »."""
    if len(parsed.word) < _SHORT_FORM or not parsed.word.startswith("@"):
        return None
    fitting = people.matching(request, parsed.word.rstrip(".,;!?"))
    return fitting[0] if len(fitting) == 1 else None


def _about_person(request: Request, person: Member) -> Card:
    """Offer acts with a colleague whom the line addresses: that person does not read it."""
    t, handle = request.t, f"@{person.handle}"
    return Card(
        title=t("Only I read this, not {name}.", name=person.name),
        blocks=_given_back(request.line),
        buttons=(
            request.button(t("Show {name}", name=person.name), "profile", handle),
            request.button(t("Thank {name}", name=person.name), "thanks", handle),
            request.button(t("Help"), "help"),
        ),
        footer=t("Nothing has been posted."),
        error="E_UNKNOWN_VERB",
    )


def not_understood(request: Request, line: str) -> Card:
    """A plain sentence: searching, asking and the verbs that it names are proposed, none is tried."""
    t = request.t
    line, plain = asking.without_correction(line), asking.without_correction(request.words.strip())
    return Card(
        title=t("I did not understand."),
        blocks=_given_back(request.line),
        buttons=(
            *_named(request, line),
            request.button(t("Search for these words"), "search", f": {plain}"),
            request.button(t("Ask the network"), "ask", f": {line}"),
            request.button(t("Help"), "help"),
        ),
        footer=t("Nothing has been posted."),
        error="E_UNKNOWN_VERB",
    )


def _named(request: Request, line: str) -> tuple[Button, ...]:
    """The verbs inside a sentence as whole words, each with the rest of the sentence."""
    if wishes.negates(line):
        return ()  # a negated verb is never proposed
    words = [
        _Word(word.end(), fold(word.group().strip(".,;:!?"))) for word in islice(_WORDS.finditer(line), _MOST_READ)
    ]
    named = {}
    for command in request.commands:
        names = [forms[0] for forms in command.forms.values()]
        likely = [form for form in command.all_forms() if form in names or len(form) > _SHORT_FORM]
        ends = [end for form in likely if (end := _after(words, form))]
        if ends and not command.hidden:
            rest_of_line = command.name(request.t.language) + line[max(ends) :]
            named[command.id] = Button(_capital(shortened(rest_of_line, _LONGEST_WORD)), rest_of_line)
    return tuple(named.values())[:_MOST_NAMED]


def _capital(line: str) -> str:
    return line[:1].upper() + line[1:]


_WORDS = re.compile(r"\S+")
_MOST_READ = 60  # words of a sentence that are looked at for a verb


class _Word(NamedTuple):
    end: int
    folded: str


def _after(words: Sequence[_Word], form: str) -> int:
    """Return the position where a verb's form ends in a line; 0 if it is absent or begins the line."""
    form_words = fold(form).split()
    for start in range(1, len(words) - len(form_words) + 1):
        if [word.folded for word in words[start : start + len(form_words)]] == form_words:
            return words[start + len(form_words) - 1].end
    return 0


def wondered(request: Request, line: str) -> Card:
    """No verb, but a question: asking and searching are proposed, nothing is posted."""
    if code := grammar.number(line.split(maxsplit=1)[0].rstrip(":,")):
        return _about_number(request, code, line)
    t = request.t
    first = line.split(maxsplit=1)[0]
    if person := _called(request, Unknown(first, line, ())):
        return _about_person(request, person)
    return Card(
        title=t("Is this a question for the network?"),
        blocks=_given_back(line),
        buttons=_asking(request, line),
        footer=t("Nothing has been posted."),
    )


def _asking(request: Request, line: str) -> tuple[Button, ...]:
    # The colon says that all of it is text, even when it begins like an option.
    return (
        request.button(request.t("Ask the question"), "ask", f": {line}", style=Style.PRIMARY),
        request.button(request.t("Search"), "search", f": {request.words.strip()}"),
        request.button(request.t("Who knows?"), "expert", f": {request.words.strip()}"),
    )


def unavailable(line: str, t: Words, reference: str) -> Card:
    """The store does not answer, or an unexpected error occurred."""
    return Card(
        title=t("The service is not available. Your text is below, reference {reference}.", reference=reference),
        blocks=_given_back(line),
        buttons=(Button(t("Try again"), line.strip()),) if line.strip() else (),
        footer="E_STORE",
        error="E_STORE",
    )


def _given_back(line: str) -> tuple[Quote, ...]:
    return (Quote(line.strip()),) if line.strip() else ()


def check_reserved(tx: Transaction, parsed: Parsed) -> None:
    """Say so when a line begins with a verb that this person may not use, and whom to ask."""
    if not isinstance(parsed, Understood) or parsed.command.role is not Role.ADMINISTRATOR:
        return
    verb, names = parsed.line.split(maxsplit=1)[0], members.administrators(tx, _MOST_ADMINISTRATORS)
    if names:
        raise RefusalError(
            "E_PERMISSION",
            N_("“{verb}” is for the administrators of the network. Ask {names}."),
            verb=verb,
            names=", ".join(names),
        )
    raise RefusalError(
        "E_PERMISSION",
        N_(
            "“{verb}” is for the administrators of the network, and none is named yet. Ask the person who installed it."
        ),
        verb=verb,
    )
