"""The endpoint that Teams calls, ``/api/messages``. An activity is on the disk before Teams gets its receipt."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

import orjson

from bots.platform import LaterError, Reception, RefusedError
from bots.platforms.teams.activities import Reading
from bots.platforms.teams.adapter import Adapter, Authentication, Turn, activity_of
from bots.platforms.teams.connector import Connector
from bots.platforms.teams.people import People
from bots.platforms.teams.places import Places
from bots.platforms.teams.signing import SigningKeys, UnknownKeysError
from bots.platforms.teams.text import lasting
from bots.platforms.teams.wire import is_loopback
from reseau import logs
from reseau.foreign import dicts, part, word
from reseau.services import Receive, Scope, Send
from reseau.settings import Settings

LARGEST = 1_000_000  # bytes of an activity; Teams' own limit is a tenth of it
_ASKING = 3.0  # seconds to ask for unknown accounts
_MOST_STRANGERS = 10
_log = logs.get("teams")


class _NoActivityError(Exception):
    """The request is not an activity; ``status`` is the response's."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Door:
    """Takes activities in.

    Args:
        settings: who may speak.
        reception: stores arrivals.
        keys: Teams' signing keys.
        connector: asks Teams for accounts.
        places: where Teams can be reached.
        people: the ids of accounts.
    """

    def __init__(
        self,
        settings: Settings,
        reception: Reception,
        keys: SigningKeys,
        connector: Connector,
        places: Places,
        people: People,
    ) -> None:
        self._settings = settings
        self._reception = reception
        self._connector = connector
        self._places = places
        self._people = people
        self._authentication = Authentication(settings, keys, connector)
        self._adapter = Adapter(self._authentication)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI): 200 once it is kept, 503 when it could not be and Teams must send it again."""
        if scope["type"] != "http":
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        status, body = 200, b""
        try:
            self._may_enter(scope, headers)
            activity = _activity(await _body(headers, receive))
            status, body = await self._take(activity, headers.get("authorization", ""))
        except _NoActivityError as error:
            status = error.status
        except PermissionError as error:
            status = 401
            _log.warning("refused", status=status, reason=str(error))
        except UnknownKeysError:
            status = 503
            _log.warning("not taken", status=status, reason="signing keys cannot be read")
        except Exception as error:  # noqa: BLE001  (Teams sends it again)
            status = 503
            _log.error("not taken", status=status, reason=type(error).__name__)
        await _answer(send, status, body)

    def _may_enter(self, scope: Scope, headers: Mapping[str, str]) -> None:
        if scope["method"] != "POST":
            raise _NoActivityError(405)
        if self._settings.teams_app_id:
            if not headers.get("authorization"):
                raise PermissionError("no token")
            return
        # Requests carry no proof here: only programs of this machine may come in, and no page in its browser.
        peer = (scope.get("client") or ("",))[0]
        host = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
        if not is_loopback(peer) or not is_loopback(host) or "origin" in headers:
            raise PermissionError("not from this machine")

    async def _take(self, body: Mapping[str, Any], header: str) -> tuple[int, bytes]:
        activity = activity_of(body)
        believed = await self._authentication.authenticate_request(activity, header)
        reading = Reading(body, self._people.lasting)
        await self._learn(reading)
        turn = Turn(reading, self._reception, self._settings.language, self._settings.name)
        response = await self._adapter.process_activity(believed, activity, turn.on_turn)
        if response is None:
            return 200, b""
        return int(response.status), b"" if response.body is None else orjson.dumps(response.body)

    async def _learn(self, reading: Reading) -> None:
        """Store the address of Teams and the people, before the message that names them is kept."""
        activity = reading.activity
        data = activity.get("channelData")
        channel, team = word(part(data, "channel"), "id"), word(part(data, "team"), "id")
        await self._places.remember(reading.tenant, reading.service, channel or reading.where.conversation, team)
        for who in (activity.get("from"), *dicts(activity.get("membersAdded"))):
            self._people.remember(word(who, "id"), lasting("", word(who, "aadObjectId"), {}))
        strangers = reading.strangers()[:_MOST_STRANGERS]
        if strangers:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_ASKING):
                    await asyncio.gather(*(self._ask(reading, who) for who in strangers))

    async def _ask(self, reading: Reading, stranger: str) -> None:
        """Ask Teams for the account of a person who is mentioned by the chat's id alone."""
        with contextlib.suppress(LaterError, RefusedError):
            member = await self._connector.member(reading.service, reading.where.conversation, stranger)
            self._people.remember(stranger, word(member, "aadObjectId") or word(member, "objectId"))


async def _body(headers: Mapping[str, str], receive: Receive) -> bytes:
    announced = headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > LARGEST:
        raise _NoActivityError(413)
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _NoActivityError(400)
        body += message.get("body", b"")
        if len(body) > LARGEST:
            raise _NoActivityError(413)
        if not message.get("more_body", False):
            return bytes(body)


def _activity(body: bytes) -> Mapping[str, Any]:
    try:
        activity = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise _NoActivityError(400) from None
    if not isinstance(activity, dict) or not word(activity, "type"):
        raise _NoActivityError(400)
    return activity


async def _answer(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-length", str(len(body)).encode())]
    if body:
        headers.append((b"content-type", b"application/json"))
    if status == 405:
        headers.append((b"allow", b"POST"))
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
