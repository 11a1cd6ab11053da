"""Views on Slack: forms, opened by a button, a command or a shortcut, their submission, and the Home tab."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from slack_bolt.response import BoltResponse

from bots import shortcuts
from bots.arrival import Arrival, Filled, Line, Where
from bots.form import Choice, Sheet
from bots.platform import DoubtError, LaterError, Reception, RefusedError
from bots.platforms.slack import views
from bots.platforms.slack.api import Api
from bots.platforms.slack.home import Team
from bots.platforms.slack.names import Names
from bots.platforms.slack.writing import markdown
from reseau import keys, logs
from reseau.foreign import part, word
from reseau.i18n import N_, Words
from reseau.keys import EventKey
from reseau.markup.markdown import reference
from reseau.markup.visible import one_line

_log = logs.get("slack")
_WITHIN = 2.4  # seconds; Slack waits for three
_ERROR = 2000
_OUT_OF_ORDER = N_("This cannot be done right now. Your words are still here: please send the form again in a moment.")

Fields = Mapping[str, Any]


class Forms:
    """Opens the forms of one workspace, and takes them back.

    Args:
        reception: finds the form of a line, and submits forms.
        api: opens modals; without it none can be opened.
        names: of people.
        language: for sentences when the reception itself fails, and for texts.
    """

    def __init__(self, reception: Reception, api: Api | None, names: Names, language: str) -> None:
        self._reception, self._api, self._names, self._language = reception, api, names, language

    async def opened(self, body: Fields, arrival: Arrival) -> bool:
        """Open the form of a line, if it has one; false: the line is to be received as it is."""
        trigger, line = word(body, "trigger_id"), arrival.body
        if self._api is None or not trigger or not isinstance(line, Line):
            return False
        try:
            async with asyncio.timeout(_WITHIN):
                sheet = await self._reception.sheet(arrival)
                if sheet is None:
                    return False
                await self._api.write("views.open", trigger_id=trigger, view=views.view(sheet, line))
        except (LaterError, RefusedError, DoubtError, TimeoutError) as error:
            _log.warning("form not opened", reason=str(error) or type(error).__name__)
            return False
        except Exception as error:  # noqa: BLE001  (the line is answered without its form)
            _log.error("form not opened", error=type(error).__name__)
            return False
        return True

    async def publish_home(self, arrival: Arrival) -> None:
        """Fill the Home tab of a person; a slow answer goes into the chat with us. Never raises."""
        line = arrival.body
        if self._api is None or not isinstance(line, Line):
            return
        try:
            answer = await self._reception.answer(arrival, _WITHIN)
            if answer is not None:
                async with asyncio.timeout(_WITHIN):
                    await self._api.write("views.publish", user_id=line.person, view=views.home(answer))
        except Exception as error:  # noqa: BLE001  (the tab keeps what it shows)
            _log.warning("home not shown", reason=type(error).__name__)

    def shortcut(self, body: Fields, team: Team) -> Arrival | None:
        """The arrival of a shortcut, from a message or from anywhere; ``None`` for one that is not ours."""
        shortcut = shortcuts.named(word(body, "callback_id"))
        person, trigger = word(part(body, "user"), "id"), word(body, "trigger_id")
        if shortcut is None or not (person and trigger):
            return None
        message, channel = part(body, "message"), word(part(body, "channel"), "id")
        stamp = word(message, "ts") or word(body, "message_ts")
        filled = Filled(shortcut.verb, shortcuts.values(shortcut, self._source(message, person)), about=stamp)
        where = Where(channel, word(message, "thread_ts")) if channel else Where("", personal=True)
        line = Line(person, where, "", pressed=True, answer_at=word(body, "response_url"), filled=filled)
        return Arrival(EventKey("slack", team.id, f"shortcut:{trigger}"), line)

    def _source(self, message: Fields, person: str) -> shortcuts.Source:
        if not message:
            return shortcuts.Source("")
        author = word(message, "user")
        named = self._reference(author) if author else ""
        return shortcuts.Source(markdown(message, self._names, self._language), named, own=author == person)

    def _reference(self, person: str) -> str:
        return reference(f"@{self._names.people.get(person, person)}", keys.slack_person(person))

    def filled(self, body: Fields, team: Team) -> Arrival | None:
        """The arrival of a modal that was sent; ``None`` for one that is not ours."""
        modal = part(body, "view")
        begun, person = views.begun(modal), word(part(body, "user"), "id")
        sending = word(body, "trigger_id") or f"{word(modal, 'id')}:{word(modal, 'hash')}"
        if begun is None or not person or sending == ":":
            return None
        filled = Filled(begun.verb, views.values(modal, self._reference), begun.step, begun.about)
        line = Line(person, begun.where, "", pressed=True, answer_at=begun.answer_at, filled=filled)
        return Arrival(EventKey("slack", team.id, f"form:{sending}"), line)

    async def suggested(self, body: Fields, team: Team) -> BoltResponse:
        """The choices for the letters typed so far."""
        modal = part(body, "view")
        begun, person = views.begun(modal), word(part(body, "user"), "id")
        choices: Sequence[Choice] = ()
        if begun is not None and person:
            line = Line(person, begun.where, "", filled=Filled(begun.verb, {}, begun.step))
            arrival = Arrival(EventKey("slack", team.id, "choices"), line)
            choices = await self._reception.choices(arrival, word(body, "block_id"), word(body, "value"))
        return _json({"options": views.options(choices)})

    async def submitted(self, arrival: Arrival) -> BoltResponse:
        """Submit a modal: it closes, or shows an error beside each field, or its next step."""
        line = arrival.body
        assert isinstance(line, Line)
        assert line.filled is not None
        try:
            sheet = await self._reception.submit(arrival, _WITHIN)
        except Exception as error:  # noqa: BLE001  (the form stays open with all that was typed)
            _log.error("form not taken", reference=secrets.token_hex(4), error=type(error).__name__)
            first = next(iter(line.filled.values), "")
            return _json({"response_action": "errors", "errors": {first: Words(self._language)(_OUT_OF_ORDER)}})
        if sheet is None:
            return BoltResponse(status=200, body="")
        return _json(_again(sheet, line, line.filled))


def _again(sheet: Sheet, line: Line, filled: Filled) -> dict[str, Any]:
    faults = {name: one_line(fault)[:_ERROR] for name, fault in sheet.faults.items() if name in filled.values}
    if faults and sheet.step == filled.step:
        return {"response_action": "errors", "errors": faults}
    return {"response_action": "update", "view": views.view(sheet, line)}


def _json(content: Mapping[str, Any]) -> BoltResponse:
    headers = {"content-type": ["application/json;charset=utf-8"]}
    return BoltResponse(status=200, body=orjson.dumps(content).decode(), headers=headers)  # type: ignore[arg-type]
