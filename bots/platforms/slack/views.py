"""Forms on Slack: a modal of Block Kit, within every limit of Slack's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from bots.arrival import Line, Where
from bots.form import Blank, Choice, Kind, Sheet
from bots.markup.fitting import Element, shortened
from bots.markup.mrkdwn import unmarked, unparsed
from bots.platform import Answer
from bots.platforms.slack.blocks import of_answer
from reseau.foreign import part, word
from reseau.i18n import N_, Words
from reseau.markup.visible import one_line

CALLBACK = "form"
FIELD = "value"  # the action of every field; a block is named like its entry
_TITLE = 24
_LABEL = 75
_FIELD_LABEL = 200
_HINT = 150
_NOTE = 1000
_MOST = 3000  # characters of a field
_MOST_OPTIONS = 100
_VALUE = 150
_METADATA = 3000
_CANCEL = N_("Cancel")


@dataclass(frozen=True, slots=True)
class Begun:
    """The place where a form was opened, which a modal does not carry by itself.

    Attributes:
        verb: its id.
        step: of the form.
        where: the conversation.
        answer_at: the address for an answer there, empty if there is none.
        about: the message that it was opened from.
    """

    verb: str
    step: int
    where: Where
    answer_at: str = ""
    about: str = ""


def view(sheet: Sheet, line: Line) -> Element:
    """The modal of a form that a line opened."""
    t = Words(sheet.language)
    notes = [*([_section(sheet.intro)] if sheet.intro else []), *([_small(sheet.note)] if sheet.note else [])]
    fields = [element for blank in sheet.blanks for element in _field(blank)]
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": _plain(sheet.title, _TITLE),
        "submit": _plain(sheet.submit, _TITLE),
        "close": _plain(t(_CANCEL), _TITLE),
        "private_metadata": _metadata(sheet, line),
        "blocks": [*notes, *fields],
    }


def home(answer: Answer) -> Element:
    """The Home tab: a card, as a page of the app's own."""
    return {"type": "home", "callback_id": "home", "blocks": of_answer(answer)}


def begun(modal: Mapping[str, Any]) -> Begun | None:
    """Return the place where a submitted form was opened; ``None`` for a modal that is none of our forms."""
    if word(modal, "callback_id") != CALLBACK:
        return None
    try:
        metadata = orjson.loads(word(modal, "private_metadata"))
        return Begun(
            metadata["verb"],
            int(metadata["step"]),
            Where(**metadata["where"]),
            metadata["answer_at"],
            metadata["about"],
        )
    except (ValueError, TypeError, KeyError):
        return None


def values(modal: Mapping[str, Any], person: Callable[[str], str]) -> dict[str, str]:
    """Return the submitted values, by entry.

    Args:
        modal: as it was sent.
        person: makes a reference of the id of a person who was picked from Slack's own list.
    """
    state = part(part(modal, "state"), "values")
    return {name: _value(part(part(state, name), FIELD), person) for name in map(str, state)}


def _value(field: Mapping[str, Any], person: Callable[[str], str]) -> str:
    if picked := word(field, "selected_user"):
        return person(picked)
    chosen = word(part(field, "selected_option"), "value")
    return chosen or word(field, "selected_date") or word(field, "value")


def options(choices: Sequence[Choice]) -> list[Element]:
    """Choices as Slack's options."""
    fitting = [choice for choice in choices if 0 < len(choice.value) <= _VALUE]
    return [{"text": _plain(choice.label, _LABEL), "value": choice.value} for choice in fitting[:_MOST_OPTIONS]]


def _metadata(sheet: Sheet, line: Line) -> str:
    where = {"conversation": line.where.conversation, "thread": line.where.thread, "personal": line.where.personal}
    kept: dict[str, Any] = {
        "verb": sheet.verb,
        "step": sheet.step,
        "where": where,
        "answer_at": line.answer_at,
        "about": line.filled.about if line.filled is not None else "",
    }
    metadata = orjson.dumps(kept).decode()
    if len(metadata) <= _METADATA:
        return metadata
    return orjson.dumps(kept | {"answer_at": ""}).decode()  # then the answer goes the courier's own way


def _field(blank: Blank) -> list[Element]:
    """An entry, with its errors below."""
    field: Element = {
        "type": "input",
        "block_id": blank.entry.name,
        "optional": not blank.entry.required,
        "label": _plain(blank.label, _FIELD_LABEL),
        "element": _element(blank) | {"action_id": FIELD},
    }
    if blank.hint:
        field["hint"] = _plain(blank.hint, _HINT)
    return [field, *([_small(f"⚠️ {blank.fault}")] if blank.fault else [])]


def _element(blank: Blank) -> Element:
    match blank.entry.kind:
        case Kind.CHOICE | Kind.COMMUNITY:
            return _select(blank)
        case Kind.PERSON if not blank.value or blank.account:
            return {"type": "users_select"} | ({"initial_user": blank.account} if blank.account else {})
        case Kind.DATE:
            return {"type": "datepicker"} | ({"initial_date": blank.value} if blank.value else {})
        case _:
            return _input(blank)


def _select(blank: Blank) -> Element:
    """A list to choose from; if it may be incomplete, Slack asks for choices while somebody types."""
    chosen = [choice for choice in blank.choices if choice.value == blank.value]
    initial = {"initial_option": offered[0]} if (offered := options(chosen)) else {}
    listed = options(blank.choices)
    if len(blank.choices) >= _MOST_OPTIONS:
        return {"type": "external_select", "min_query_length": 0, **initial}
    return {"type": "static_select", "options": listed, **initial} if listed else _input(blank)


def _input(blank: Blank) -> Element:
    most = min(blank.entry.longest, _MOST)
    field: Element = {"type": "plain_text_input", "multiline": blank.entry.kind is Kind.LONG, "max_length": most}
    return field | ({"initial_value": shortened(blank.value, most)} if blank.value.strip() else {})


def _section(text: str) -> Element:
    return {"type": "section", "text": {"type": "mrkdwn", "text": _marked(text), "verbatim": True}}


def _small(text: str) -> Element:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": _marked(text), "verbatim": True}]}


def _marked(text: str) -> str:
    return unmarked(shortened(one_line(text), _NOTE)) or "…"


def _plain(text: str, most: int) -> Element:
    return {"type": "plain_text", "text": shortened(unparsed(one_line(text)), most).strip() or "…", "emoji": False}
