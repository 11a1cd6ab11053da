"""Bolt's application: it passes Slack's requests to the reception, and responds in time."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from typing import Any

import orjson
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bots.answers import refusals
from bots.arrival import Arrival
from bots.platform import Answer, LaterError, Reception
from bots.platforms.slack.api import Api
from bots.platforms.slack.blocks import of_answer, plain
from bots.platforms.slack.events import Events
from bots.platforms.slack.forms import Forms
from bots.platforms.slack.home import Home
from bots.platforms.slack.names import Names
from reseau import logs
from reseau.foreign import word
from reseau.i18n import Words

_log = logs.get("slack")
_WITHIN = 2.4  # seconds after which a command is acknowledged, with or without its answer; Slack waits for three
_INTERACTIONS = ("block_actions", "view_submission", "shortcut", "message_action", "block_suggestion")
_LONG = 8_000  # bytes; a longer body is read in another thread
_JSON: dict[str, str | Sequence[str]] = {"content-type": ["application/json;charset=utf-8"]}


class UnreceivedError(Exception):
    """The reception could not keep an arrival: Slack has to send it again."""


class _Arrivals(AsyncMiddleware):
    """A middleware before all of Bolt's own, which handles the requests that become arrivals.

    Bolt's listeners would answer the same; each of them costs a request a set of arguments, whether it is meant or not,
    and Bolt looks only every ten milliseconds whether one has answered.
    """

    def __init__(self, take: Callable[[dict[str, Any]], Awaitable[BoltResponse | None]]) -> None:
        self._take = take

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002
    ) -> BoltResponse | None:
        return await self._take(req.body) or await next()


class App:
    """Answers Slack's requests, over HTTP or a socket.

    Args:
        reception: takes the arrivals in.
        home: knows the home workspace.
        names: of people and channels.
        language: of an answer when the reception itself is out of order.
        api: opens forms; without it their questions are asked in the conversation.
    """

    def __init__(self, reception: Reception, home: Home, names: Names, language: str, api: Api | None = None) -> None:
        self._reception, self._home, self._names, self._language = reception, home, names, language
        self._forms = Forms(reception, api, names, language)
        self._events: Events | None = None
        self._bolt = self._made()

    def _made(self) -> AsyncApp:
        """A Bolt app with the features we do not use (signatures, OAuth, functions, assistants) switched off."""

        async def authorized() -> AuthorizeResult:
            return AuthorizeResult(enterprise_id=None, team_id=None)

        logger = logging.getLogger("slack_bolt")
        level = logger.level
        logger.setLevel(logging.ERROR)  # Bolt finds a token in the environment, and warns that it will not use it
        bolt = AsyncApp(
            name="reseau",
            logger=logger,
            client=AsyncWebClient(),
            authorize=authorized,
            before_authorize=_Arrivals(self._taken),
            process_before_response=True,
            raise_error_for_unhandled_request=True,
            request_verification_enabled=False,
            ssl_check_enabled=False,
            ignoring_self_events_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        logger.setLevel(level)
        bolt.error(self._broken)
        return bolt

    async def dispatch(self, body: dict[str, Any]) -> BoltResponse:
        """Handle a request of Slack's; never raises.

        Returns:
            200 with the answer that Slack shows, 400 for malformed requests, 503 if Slack has to repeat it.
        """
        if body.get("type") == "app_rate_limited":
            _log.warning("slack holds events back", until=str(body.get("minute_rate_limited", "")))
        try:
            # The body is parsed already, over HTTP as over a socket: Bolt calls that socket mode.
            return await self._bolt.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
        except Exception as error:  # noqa: BLE001  (Bolt does not validate requests; Slack never sends those that break it)
            return _malformed(error)

    # -- what Bolt calls -----------------------------------------------------------------------------------------------

    async def _taken(self, body: dict[str, Any]) -> BoltResponse | None:
        """Handle a request that becomes an arrival; ``None`` if it is for Bolt itself."""
        try:
            if "command" in body:
                return await self._command(body)
            if body.get("type") == "event_callback":
                return await self._event(body)
            if body.get("type") in _INTERACTIONS:
                return await self._interaction(body)
        except (UnreceivedError, LaterError):
            return BoltResponse(status=503, body="")
        return None

    async def _event(self, body: dict[str, Any]) -> BoltResponse:
        """Something that happened; the Home tab is filled while it opens."""
        if (opening := (await self._reader()).home(body)) is not None:
            await self._forms.publish_home(opening)
            return BoltResponse(status=200, body="")
        return await self._received(await self._read(body))

    async def _interaction(self, body: dict[str, Any]) -> BoltResponse | None:
        """A button, a shortcut or a form; ``None`` if it is for Bolt itself."""
        reader, team = await self._reader(), await self._home.team()
        if body.get("type") == "view_submission":
            sent = self._forms.filled(body, team)
            return None if sent is None else await self._forms.submitted(sent)
        if body.get("type") == "block_suggestion":
            return await self._forms.suggested(body, team)
        arrival = reader.press(body) if body.get("type") == "block_actions" else self._forms.shortcut(body, team)
        if arrival is not None and await self._forms.opened(body, arrival):
            return BoltResponse(status=200, body="")
        return await self._received(arrival)

    async def _command(self, body: dict[str, Any]) -> BoltResponse:
        """The answer to a command as its acknowledgement; empty if it takes longer and the courier sends it."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + _WITHIN
        try:
            reader = await self._reader()
            arrival = await _beside(body, lambda: reader.command(body))
            if arrival is None:
                return BoltResponse(status=400, body="")
            # A verb alone may lack its words; with a word more it hardly ever does.
            if len(word(body, "text").split()) == 1 and await self._forms.opened(body, arrival):
                return BoltResponse(status=200, body="")
            answer = await self._reception.answer(arrival, deadline - clock())
        except Exception as error:  # noqa: BLE001  (the person gets the words back)
            return self._unavailable(word(body, "text"), error)
        return BoltResponse(status=200, body="") if answer is None else _acknowledged(answer)

    async def _broken(self, error: Exception) -> BoltResponse:
        """Bolt's error handler: a request without a listener is not an error."""
        if isinstance(error, BoltUnhandledRequestError):
            return BoltResponse(status=200, body="")
        return _malformed(error)

    # -- to the reception ----------------------------------------------------------------------------------------------

    async def _received(self, arrival: Arrival | None) -> BoltResponse:
        if arrival is not None:
            try:
                await self._reception.receive(arrival)
            except Exception as error:  # noqa: BLE001  (Slack keeps the event and sends it again)
                _log.error("arrival not kept", error=type(error).__name__)
                raise UnreceivedError from None
        return BoltResponse(status=200, body="")

    def _unavailable(self, line: str, error: Exception) -> BoltResponse:
        reference = secrets.token_hex(4)
        _log.error("line not answered", reference=reference, error=type(error).__name__)
        card = refusals.unavailable(line, Words(self._language), reference)
        return _acknowledged(Answer(card, language=self._language))

    async def _read(self, body: dict[str, Any]) -> Arrival | None:
        """The arrival of an event. If reading it fails, it would fail again, so Slack need not repeat it."""
        reader = await self._reader()
        try:
            return await _beside(body, lambda: reader.arrival(body))
        except Exception as error:  # noqa: BLE001  (the other events go on)
            _log.error("event lost", key=word(body, "event_id"), error=type(error).__name__)
            return None

    async def _reader(self) -> Events:
        """The reader of the home workspace's events.

        Raises:
            LaterError: Slack has not named the workspace yet.
        """
        if self._events is None:
            self._events = Events(await self._home.team(), self._names, self._language)
        return self._events


async def _beside(body: dict[str, Any], read: Callable[[], Arrival | None]) -> Arrival | None:
    """Read a request at once, or in a thread if it is so long that others would wait."""
    return await asyncio.to_thread(read) if _is_long(body) else read()


def _is_long(body: dict[str, Any]) -> bool:
    try:
        return len(orjson.dumps(body)) > _LONG
    except (TypeError, ValueError):  # deeper than anything that Slack sends
        return True


def _malformed(error: Exception) -> BoltResponse:
    _log.warning("request refused", reason="malformed", error=type(error).__name__)
    return BoltResponse(status=400, body="")


def _acknowledged(answer: Answer) -> BoltResponse:
    return BoltResponse(status=200, body=_response_body(answer), headers=_JSON)


@lru_cache(maxsize=64)  # help, menus and refusals are the same for everyone
def _response_body(answer: Answer) -> str:
    message = {
        "response_type": "ephemeral" if answer.private else "in_channel",
        "text": plain(answer),
        "blocks": of_answer(answer),
    }
    return orjson.dumps(message).decode()
