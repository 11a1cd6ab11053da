"""Forms: the lines that open them, their first values for a person, and the way from their values to the verb."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bots.answers.named import people, places
from bots.arrival import Filled
from bots.card import Button, Card, Quote
from bots.command import Command
from bots.form import MOST_CHOICES, NONE, Among, Blank, Choice, Entry, Form, Kind, Sheet
from bots.request import Arguments, RefusalError, Request
from bots.speech.parser import Parsed, Understood
from reseau import access
from reseau.communities import reading
from reseau.communities.reading import CommunityLine
from reseau.contents import drafts
from reseau.errors import ReseauError
from reseau.i18n import N_, Words
from reseau.kinds import Privacy
from reseau.markup.locator import without_secrets_in
from reseau.markup.markdown import typed
from reseau.people import identities

#: The entry that a refusal concerns, by its kind or else by its name.
_ABOUT_KIND: Mapping[Kind, frozenset[str]] = {
    Kind.COMMUNITY: frozenset(
        "E_NO_COMMUNITY E_SEVERAL_COMMUNITIES E_NOT_MEMBER E_AUDIENCE_EMPTY E_PLACE_MISSING".split()
    ),
    Kind.PERSON: frozenset("E_NO_MEMBER E_SEVERAL_MEMBERS".split()),
}
_ABOUT_NAME: Mapping[str, frozenset[str]] = {
    "number": frozenset("E_PRIVATE_GONE E_NUMBER_MISSING E_NO_APPLICANT E_NO_ANSWER E_NOT_QUESTION".split()),
    "text": frozenset("E_TEXT_MISSING E_REASON_MISSING E_TOO_LONG E_NO_MEMBER E_SEVERAL_MEMBERS".split()),
}


#: Verbs that people say alone without meaning them: « merci ».
_SAID_ALONE = ("thanks",)


@dataclass(frozen=True, slots=True)
class Fault:
    """An error of an entry, in a sentence marked by ``N_``."""

    entry: str
    message: str
    values: Mapping[str, object]


class FaultyError(ReseauError):
    """Entries of a form are missing or too long. The first fault is the sentence of the error."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("E_FORM", faults[0].message, **faults[0].values)
        self.faults = tuple(faults)


class NextStepError(ReseauError):
    """A step of a form is filled in, and the next one follows."""

    def __init__(self) -> None:
        super().__init__("E_NEXT_STEP", N_("Please fill in the next step of the form, too."))


# -- a line that opens a form ----------------------------------------------------------------------------------------


def begun(parsed: Parsed) -> Mapping[str, str] | None:
    """Return the entries that a line fills in the form of its verb; empty if the line is complete and opens no form."""
    if not isinstance(parsed, Understood) or parsed.command.form is None:
        return None
    values = parsed.command.fill(parsed.arguments)
    return values if values is not None and parsed.command.form.lacks(values) else None


def opened(request: Request, parsed: Parsed) -> Sheet | None:
    """The form that a line opens, with the values that the line gives."""
    values = begun(parsed)
    if values is None or not isinstance(parsed, Understood):
        return None
    if not request.pressed and parsed.command.id in _SAID_ALONE and not any(values.values()):
        return None
    return sheet(replace(request, command=parsed.command, arguments=parsed.arguments), values)


def opened_with(request: Request, filled: Filled) -> Sheet | None:
    """The form of a verb that was opened from a message or a menu, with some values.

    Nothing where every entry is filled in and nothing is written, or where the person may not use the verb.
    """
    command = of(filled, request.commands)
    if command is None or command.form is None:
        return None
    if not command.writes and all(filled.values.get(entry.name) for entry in command.form.entries):
        return None
    return sheet(replace(request, command=command), filled.values)


def opener(command: Command, t: Words) -> str:
    """The line that opens the empty form of a verb."""
    behind = command.form.opener.get(t.language, "") if command.form is not None else ""
    return " ".join(part for part in (command.name(t.language), behind) if part)


# -- a form for a person ---------------------------------------------------------------------------------------------


def sheet(request: Request, values: Mapping[str, str], step: int = 0, faults: Mapping[str, str] | None = None) -> Sheet:
    """A step of the form of the request's verb.

    Args:
        request: its person and its place.
        values: its first values; those of a refused form are added if it has the same subject.
        step: its number, from 0.
        faults: sentences about entries, by name.
    """
    form = request.command.form
    assert form is not None
    t, faults = request.t, faults or {}
    defaults = request.command.known(request, values)
    draft = drafts.form(request.tx, request.me.id, request.command.id)
    same = all(draft.get(name, value) == value for name, value in values.items() if value.strip())
    begins = {**defaults.values, **(draft if same else {}), **{name: value for name, value in values.items() if value}}
    return Sheet(
        verb=request.command.id,
        title=t(form.title),
        submit=t(form.submit) if step + 1 == len(form.steps) else t("Next"),
        blanks=tuple(
            _blank(request, entry, begins.get(entry.name, ""), faults.get(entry.name, "")) for entry in form.steps[step]
        ),
        language=t.language,
        intro=t(form.intro) if form.intro else "",
        note=defaults.note,
        step=step,
        steps=len(form.steps),
    )


def _blank(request: Request, entry: Entry, value: str, fault: str) -> Blank:
    t = request.t
    blank = Blank(entry, t(entry.label), t(entry.hint) if entry.hint else "", value, fault=fault)
    match entry.kind:
        case Kind.COMMUNITY:
            return _community(request, blank)
        case Kind.PERSON:
            return _person(request, blank)
        case Kind.CHOICE:
            return replace(blank, choices=tuple(Choice(choice.value, t(choice.label)) for choice in entry.choices))
        case _:
            return blank


def _community(request: Request, blank: Blank) -> Blank:
    """The communities that this person may choose; the one that was named, or that the channel is linked to, first."""
    offered = choices(request, blank.entry)
    named = places.matching(request, blank.value) if blank.value.strip() else []
    value = f"#{named[0].slug}" if len(named) == 1 else ""
    if not value and not blank.value and blank.entry.name == "in":
        value = _linked(request)
    if value and value not in {choice.value for choice in offered}:
        place = reading.find(request.tx, request.viewer, value)
        offered = (*(Choice(value, found.name) for found in place[:1]), *offered)
        value = value if place else ""
    if not blank.entry.required and request.viewer.internal:
        offered = (Choice(NONE, request.t("None")), *offered)
    return replace(blank, value=value, choices=offered[:MOST_CHOICES])


def choices(request: Request, entry: Entry, text: str = "") -> tuple[Choice, ...]:
    """The communities that a person may choose for an entry, if their names contain a text."""
    listed = reading.listed(request.tx, request.viewer, text, limit=MOST_CHOICES, counted=False)
    return tuple(Choice(f"#{place.slug}", place.name) for place in listed if _is_offered(request, entry.among, place))


def offered(request: Request, filled: Filled, name: str, text: str) -> tuple[Choice, ...]:
    """Return the choices for an entry of a form, while the person types."""
    command = of(filled, request.commands)
    entries = command.form.entries if command is not None and command.form is not None else ()
    entry = next((entry for entry in entries if entry.name == name and entry.kind is Kind.COMMUNITY), None)
    return () if entry is None else choices(request, entry, text)


def _is_offered(request: Request, among: Among, place: CommunityLine) -> bool:
    match among:
        case Among.MINE:
            return place.mine
        case Among.OTHERS:
            return not place.mine
        case Among.WRITABLE:
            return place.mine or (request.viewer.internal and place.privacy is Privacy.OPEN)


def _linked(request: Request) -> str:
    linked = request.channel.community_id if request.channel is not None else None
    place = reading.get(request.tx, request.viewer, linked) if linked is not None else None
    return f"#{place.slug}" if place is not None and access.may_post(request.tx, request.viewer, place.id) else ""


def _person(request: Request, blank: Blank) -> Blank:
    named = people.matching(request, blank.value) if blank.value.strip() else []
    if len(named) != 1:
        return blank
    account = identities.on(request.tx, named[0].id, request.platform, request.tenant)
    return replace(blank, value=f"@{named[0].handle}", account=account)


# -- a form that was filled in ---------------------------------------------------------------------------------------


def understood(filled: Filled, commands: Sequence[Command], kept: Mapping[str, str], t: Words) -> Understood:
    """The verb of a form with its values, each in its place.

    Args:
        filled: the submitted form.
        commands: the verbs that this person may use.
        kept: the values of the earlier step.

    Raises:
        FaultyError: something is missing or too long.
        NextStepError: the form has a further step.
        RefusalError: the person may not use the verb.
    """
    command = of(filled, commands)
    if command is None or command.form is None:
        raise RefusalError("E_FORM_GONE", N_("This form is not open to you."))
    values = told(command.form, filled, kept)
    faults = [fault for step in command.form.steps[: filled.step + 1] for fault in _faults(step, values)]
    if faults:
        raise FaultyError(faults)
    if filled.step + 1 < len(command.form.steps):
        raise NextStepError
    written = {**values, "text": _as_markdown(values["text"])} if command.writes and "text" in values else values
    return Understood(command, arguments(written), _line(command, values, t))


def _as_markdown(text: str) -> str:
    """A typed text, read like a message: stars within words are no marks, secrets are left out."""
    return typed(without_secrets_in(text))


def of(filled: Filled, commands: Sequence[Command]) -> Command | None:
    """The verb of a form, if this person may use it."""
    return next((command for command in commands if command.id == filled.verb), None)


def told(form: Form, filled: Filled, kept: Mapping[str, str]) -> Mapping[str, str]:
    """The values of a form, with those of an earlier step; values of unknown entries are left out."""
    values = {**(kept if filled.step else {}), **filled.values}
    entered = {entry.name: values[entry.name].strip() for entry in form.entries if entry.name in values}
    chosen = {entry.name for entry in form.entries if entry.kind in (Kind.CHOICE, Kind.COMMUNITY)}
    return {name: "" if value == NONE and name in chosen else value for name, value in entered.items()}


def arguments(values: Mapping[str, str]) -> Arguments:
    """Return the value that the verb receives; one entry may hold several tags."""
    options = {name: (value,) for name, value in values.items() if name not in ("text", "tag") and value}
    tags = tuple(tag for part in values.get("tag", "").split(",") if (tag := part.strip().lstrip("#").strip()))
    return Arguments(values.get("text", ""), {**options, **({"tag": tags} if tags else {})}, True, True)


def _faults(step: Sequence[Entry], values: Mapping[str, str]) -> list[Fault]:
    faults = []
    for entry in step:
        value = values.get(entry.name, "")
        if entry.required and not value:
            faults.append(Fault(entry.name, N_("Please fill this in."), {}))
        elif len(value) > entry.longest and entry.kind in (Kind.SHORT, Kind.LONG):
            too_long = N_("{count} characters: there is room for {most}.")
            faults.append(Fault(entry.name, too_long, {"count": len(value), "most": entry.longest}))
        elif entry.kind is Kind.CHOICE and value and value not in {choice.value for choice in entry.choices}:
            faults.append(Fault(entry.name, N_("Please choose one of the list."), {}))
    return faults


def _line(command: Command, values: Mapping[str, str], t: Words) -> str:
    """The form as a line that people read if it is given back. It is never parsed again."""
    named = [value for name, value in values.items() if name != "text" and value]
    behind = [*named, *([f": {values['text']}"] if values.get("text") and named else [values.get("text", "")])]
    return " ".join(part for part in (command.name(t.language), *behind) if part)


def faults(form: Form, error: ReseauError, t: Words) -> Mapping[str, str]:
    """Return the parts of an error that concern entries of a form, by name; empty if it concerns none."""
    if isinstance(error, FaultyError):
        return {fault.entry: t(fault.message, **fault.values) for fault in error.faults}
    by_kind = (entry for entry in form.entries if error.code in _ABOUT_KIND.get(entry.kind, ()))
    by_name = (entry for entry in form.entries if error.code in _ABOUT_NAME.get(entry.name, ()))
    entry = next(by_kind, None) or next(by_name, None)
    return {} if entry is None else {entry.name: error.sentence(t)}


def refused(request: Request, filled: Filled, error: ReseauError, card: Card) -> tuple[Card, Sheet | None]:
    """Keep the values; return the form with its faults, or a button that opens it if there are none.

    Args:
        request: its person and its place.
        filled: the submitted form.
        error: the reason of the refusal.
        card: the error's card, if the form cannot be shown again.
    """
    command, t = of(filled, request.commands), request.t
    if command is None or command.form is None:
        return card, None
    form, request = command.form, replace(request, command=command)
    earlier = drafts.form(request.tx, request.me.id, command.id) if filled.step else {}
    values = told(form, filled, earlier)
    drafts.keep_form(request.tx, request.me.id, command.id, values)
    faulty = faults(form, error, t)
    again = Button(t("Back to the form"), opener(command, t))
    card = replace(card, blocks=(Quote(values["text"]),) if values.get("text") else (), buttons=(again, *card.buttons))
    if not faulty and not isinstance(error, NextStepError):
        return card, None
    step = _step(form, faulty, filled, error)
    return card, sheet(request, values, step, faulty)


def _step(form: Form, faulty: Mapping[str, str], filled: Filled, error: ReseauError) -> int:
    """The step to show again: that of the first fault, or the one that follows."""
    if isinstance(error, NextStepError):
        return filled.step + 1
    return next((n for n, step in enumerate(form.steps) if any(entry.name in faulty for entry in step)), filled.step)
