"""Forms on Teams: dialogs of Adaptive Cards 1.5, opened by a card's button or from the menu of a message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import orjson

from bots import shortcuts
from bots.answers.forms import filling
from bots.arrival import Filled
from bots.command import all_commands
from bots.form import Blank, Kind, Sheet
from bots.markup.cardtext import literal
from bots.markup.fitting import Element, shortened
from bots.platforms.teams.text import Speech, lasting, mentioned
from bots.speech.parser import parse
from reseau import keys
from reseau.foreign import dicts, part, word
from reseau.i18n import N_, Words
from reseau.markup.markdown import reference
from reseau.markup.visible import one_line

VERSION = "1.5"
MOST_BYTES = 27_000  # as it is counted here, without spaces; Teams takes 28 KB
_SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
_CARD = "application/vnd.microsoft.card.adaptive"
_FETCH = {"msteams": {"type": "task/fetch"}}
_TITLE, _LABEL, _HINT, _NOTE = 64, 100, 200, 1000
_MISSING = N_("Please fill this in.")


@lru_cache(maxsize=2048)  # many cards share the same buttons
def opens(line: str) -> bool:
    """Whether the line of a button lacks words that a form asks for."""
    return filling.begun(parse(line, all_commands())) is not None


def data(line: str) -> dict[str, Any]:
    """Return the data that a button sends: its line, and a request for its form if it has one."""
    return {"line": line, **(_FETCH if opens(line) else {})}


def card(sheet: Sheet, about: str = "") -> Element:
    """The card of a form.

    Args:
        sheet: the form for its reader.
        about: the message that it was opened from, empty if there is none.
    """
    while len(orjson.dumps(drawn := _card(sheet, about))) > MOST_BYTES and any(blank.choices for blank in sheet.blanks):
        sheet = replace(sheet, blanks=tuple(_with_fewer_choices(blank) for blank in sheet.blanks))
    return drawn


def _with_fewer_choices(blank: Blank) -> Blank:
    """Keep the first choices and the chosen one."""
    first = blank.choices[: len(blank.choices) * 3 // 4]
    chosen = [choice for choice in blank.choices if choice.value == blank.value and choice not in first]
    return replace(blank, choices=(*chosen, *first))


def _card(sheet: Sheet, about: str) -> Element:
    t = Words(sheet.language)
    notes = [_text(text) for text in (sheet.intro, sheet.note) if text]
    fields = [element for blank in sheet.blanks for element in _field(blank, t)]
    form = {"verb": sheet.verb, "step": sheet.step, "about": about}
    return {
        "type": "AdaptiveCard",
        "$schema": _SCHEMA,
        "version": VERSION,
        "lang": sheet.language,
        "fallbackText": shortened(sheet.title, _TITLE).strip() or "…",
        "body": [*notes, *fields],
        "actions": [
            {
                "type": "Action.Submit",
                "title": shortened(one_line(sheet.submit), _LABEL).strip() or "…",
                "style": "positive",
                "data": {"form": form},
            }
        ],
    }


def dialog(title: str, content: Element) -> dict[str, Any]:
    """Return the answer to Teams that shows a card in a dialog."""
    value = {
        "title": shortened(one_line(title), _TITLE),
        "width": "medium",
        "height": "medium",
        "card": {"contentType": _CARD, "content": content},
    }
    return {"task": {"type": "continue", "value": value}}


def ended(sentence: str) -> dict[str, Any]:
    """Return the answer to Teams that shows a sentence instead of a dialog."""
    return {"task": {"type": "message", "value": sentence}}


def filled(value: Any) -> Filled | None:
    """Return the form that a dialog sends, or ``None`` if it is not one of ours."""
    data = part(value, "data")
    form = part(data, "form")
    verb, step = word(form, "verb"), form.get("step")
    if not verb or not isinstance(step, int):
        return None
    values = {name: content for name, content in data.items() if isinstance(content, str)}
    return Filled(verb, values, max(0, min(step, 1)), word(form, "about"))


def shortcut(value: Any, person: str, ids: Mapping[str, str]) -> Filled | None:
    """The form of a shortcut from the menu of a message, or from the box in which messages are written.

    Args:
        value: the value of the invoke.
        person: the lasting id of the person who opens the form.
        ids: the lasting ids of accounts, by the ids that Teams' chats use.
    """
    opened_shortcut = shortcuts.named(word(value, "commandId"))
    if opened_shortcut is None:
        return None
    message = part(value, "messagePayload")
    return Filled(
        opened_shortcut.verb,
        shortcuts.values(opened_shortcut, _source(message, person, ids)),
        about=word(message, "id"),
    )


def _source(message: Mapping[str, Any], person: str, ids: Mapping[str, str]) -> shortcuts.Source:
    body, author = part(message, "body"), part(part(message, "from"), "user")
    entities = [
        {
            "type": "mention",
            "text": f"<at>{word(named, 'mentionText')}</at>",
            "mentioned": {
                "id": word(part(part(named, "mentioned"), "user"), "id"),
                "aadObjectId": word(part(part(named, "mentioned"), "user"), "id"),
                "name": word(named, "mentionText"),
            },
        }
        for named in dicts(message.get("mentions"))
    ]
    html = word(body, "contentType") == "html"
    activity = {"text": word(body, "content"), "textFormat": "xml" if html else "plain", "entities": entities}
    text = Speech(activity, mentioned(activity, ids), "").markdown()
    id_ = lasting(word(author, "id"), word(author, "id"), ids)
    named_so = reference(f"@{word(author, 'displayName') or id_}", keys.teams_person(id_)) if id_ else ""
    return shortcuts.Source(text, named_so, own=bool(id_) and id_ == person)


def _field(blank: Blank, t: Words) -> list[Element]:
    """Return an entry with its fault or its hint below."""
    field: Element = {
        "id": blank.entry.name,
        "label": shortened(one_line(blank.label), _LABEL),
        **_input(blank),
    }
    if blank.entry.required:
        field |= {"isRequired": True, "errorMessage": t(_MISSING)}
    if blank.fault:
        return [field, {**_text(blank.fault), "color": "Attention", "spacing": "None"}]
    return [field, *([{**_text(blank.hint, _HINT), "size": "Small", "spacing": "None"}] if blank.hint else [])]


def _input(blank: Blank) -> Element:
    match blank.entry.kind:
        case Kind.CHOICE | Kind.COMMUNITY if blank.choices:
            choices = [{"title": shortened(one_line(c.label), _LABEL), "value": c.value} for c in blank.choices]
            chosen = {"value": blank.value} if blank.value in {choice.value for choice in blank.choices} else {}
            return {"type": "Input.ChoiceSet", "style": "filtered", "choices": choices, **chosen}
        case Kind.DATE:
            return {"type": "Input.Date"} | ({"value": blank.value} if blank.value else {})
        case _:
            most, long = blank.entry.longest, blank.entry.kind is Kind.LONG
            text: Element = {"type": "Input.Text", "isMultiline": long, "maxLength": most}
            return text | ({"value": shortened(blank.value, most)} if blank.value.strip() else {})


def _text(text: str, most: int = _NOTE) -> Element:
    return {
        "type": "TextBlock",
        "text": literal(shortened(one_line(text), most)) or "…",
        "wrap": True,
        "isSubtle": True,
    }
