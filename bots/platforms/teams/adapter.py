"""Bot Framework's adapter, with our own authentication, answers and limits of time.

The library processes every activity (``CloudAdapterBase`` runs the turn, ``ActivityHandler`` dispatches by kind);
authentication is ours, through the interface that it offers. Its own implementation fetches keys and tokens with
blocking calls, answers 500 to forged tokens, and builds two clients for each activity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from botbuilder.core import ActivityHandler, CloudAdapterBase, InvokeResponse, TurnContext
from botbuilder.schema import Activity, ChannelAccount, ConversationAccount
from botframework.connector.auth import (
    AuthenticateRequestResult,
    BotFrameworkAuthentication,
    ClaimsIdentity,
    ConnectorFactory,
)
from msrest.universal_http.requests import ClientRetryPolicy

from bots.arrival import Arrival, Line
from bots.markup.fitting import beside
from bots.platform import Answer, Reception
from bots.platforms.teams import dialogs
from bots.platforms.teams.activities import Reading
from bots.platforms.teams.adaptive import of_answer
from bots.platforms.teams.connector import Connector
from bots.platforms.teams.places import may_send
from bots.platforms.teams.signing import CHANNEL, SigningKeys
from reseau.foreign import dicts, word
from reseau.i18n import N_, Words, known_language
from reseau.settings import Settings

WITHIN = 8.0  # seconds for the answer to a card's own action, of the ten or so that Teams waits
_CARD = "application/vnd.microsoft.card.adaptive"
_MESSAGE = "application/vnd.microsoft.activity.message"
_LATER = N_("This takes a little longer: the answer follows.")

# msrest looks 999 numbers up in a list of 501 for each policy; a set makes that free.
ClientRetryPolicy.safe_codes = frozenset(ClientRetryPolicy.safe_codes)  # type: ignore[assignment]


class _Connectors(ConnectorFactory):  # type: ignore[misc]
    """Returns the one connector for every activity."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector

    async def create(self, service_url: str, audience: str | None = None) -> Connector:
        return self._connector


class Authentication(BotFrameworkAuthentication):  # type: ignore[misc]
    """Accepts requests that Teams signed for our app, and no others.

    Args:
        settings: the app's id; without it, and with the development setting, every request passes.
        keys: Teams' signing keys.
        connector: for what is sent.
    """

    def __init__(self, settings: Settings, keys: SigningKeys, connector: Connector) -> None:
        self._settings = settings
        self._keys = keys
        self._connectors = _Connectors(connector)

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        """Authenticate an activity.

        Raises:
            PermissionError: the request is not from Teams.
            bots.platforms.teams.signing.UnknownKeysError: the signing keys cannot be read now.
        """
        service = activity.service_url
        if not service or not may_send(service, self._settings):
            raise PermissionError("no address to answer at")
        if activity.channel_id != CHANNEL:  # other channels of Azure let people choose who they are
            raise PermissionError("not from Teams")
        claims: dict[str, Any] = {}
        if self._settings.teams_app_id:
            claims = await self._keys.claims(auth_header, self._settings.teams_app_id)
            if claims.get("serviceurl", claims.get("serviceUrl")) != service:
                raise PermissionError("another service")
        result = AuthenticateRequestResult()
        result.claims_identity = ClaimsIdentity(claims, True)
        result.audience = self._keys.issuer
        result.connector_factory = self._connectors
        return result

    async def authenticate_streaming_request(self, auth_header: str, channel_id_header: str) -> None:
        """Streaming is not offered."""
        raise PermissionError("no streaming")

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:
        return self._connectors

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:
        """Signing in by a card is not offered, so there is no client for it."""
        return


class Adapter(CloudAdapterBase):  # type: ignore[misc]
    """Bot Framework's adapter, unchanged."""


class Turn(ActivityHandler):  # type: ignore[misc]
    """One activity on its way to the reception.

    Args:
        reading: the activity.
        reception: stores arrivals.
        language: for people whose language is unknown.
        name: of the network, above cards in dialogs.
    """

    def __init__(self, reading: Reading, reception: Reception, language: str, name: str = "") -> None:
        self._reading = reading
        self._reception = reception
        self._language = language
        self._name = name

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        await self._keep(self._reading.message)

    async def on_message_update_activity(self, turn_context: TurnContext) -> None:
        await self._keep(self._reading.update)

    async def on_message_delete_activity(self, turn_context: TurnContext) -> None:
        await self._keep(self._reading.deletion)

    async def on_message_reaction_activity(self, turn_context: TurnContext) -> None:
        await self._keep(self._reading.reactions)

    async def on_conversation_update_activity(self, turn_context: TurnContext) -> None:
        await self._keep(self._reading.members)

    async def on_invoke_activity(self, turn_context: TurnContext) -> InvokeResponse:
        """Answer a card's own action with a card, and a dialog with a form or a card; refuse anything else."""
        name = word(self._reading.activity, "name")
        if name == "adaptiveCard/action":
            for arrival in self._reading.press():
                answer = await self._reception.answer(arrival, within=WITHIN)
                return InvokeResponse(status=200, body=self._body(arrival, answer))
        if name in ("task/fetch", "composeExtension/fetchTask"):
            for arrival in self._reading.begun():
                return InvokeResponse(status=200, body=await self._dialog(arrival))
        if name in ("task/submit", "composeExtension/submitAction"):
            for arrival in self._reading.sent():
                return InvokeResponse(status=200, body=await self._dialog(arrival))
        return InvokeResponse(status=501)

    async def _dialog(self, arrival: Arrival) -> dict[str, Any]:
        """The content of the dialog: a form, or the card that answers an action."""
        line = arrival.body
        assert isinstance(line, Line)
        filled = line.filled
        about, name = filled.about if filled is not None else "", word(self._reading.activity, "name")
        sent = filled is not None and name.endswith(("submit", "submitAction"))
        sheet = None if sent else await self._reception.sheet(arrival)
        if sheet is None:
            answer = await self._reception.answer(arrival, within=WITHIN)
            if answer is None:
                return dialogs.ended(self._later())
            if answer.sheet is None:
                return dialogs.dialog(self._name, of_answer(answer))
            sheet = answer.sheet
        return dialogs.dialog(sheet.title, dialogs.card(sheet, about))

    def _later(self) -> str:
        return Words(known_language(word(self._reading.activity, "locale"), self._language))(_LATER)

    async def _keep(self, read: Callable[[], Iterable[Arrival]]) -> None:
        for arrival in await beside(lambda: list(read()), self._reading.texts()):
            await self._reception.receive(arrival)

    def _body(self, arrival: Arrival, answer: Answer | None) -> dict[str, Any]:
        if answer is not None:
            return {"statusCode": 200, "type": _CARD, "value": of_answer(answer)}
        return {"statusCode": 200, "type": _MESSAGE, "value": self._later()}


def activity_of(activity: Mapping[str, Any]) -> Activity:
    """The fields of an activity that the library needs.

    Its own parser takes 0.4 ms for the whole and fails on unusual dates; we read the rest ourselves.
    """
    who, whom, where = activity.get("from"), activity.get("recipient"), activity.get("conversation")
    return Activity(
        type=word(activity, "type"),
        id=word(activity, "id"),
        name=word(activity, "name"),
        channel_id=word(activity, "channelId"),
        service_url=word(activity, "serviceUrl"),
        from_property=ChannelAccount(id=word(who, "id")),
        recipient=ChannelAccount(id=word(whom, "id")),
        conversation=ConversationAccount(id=word(where, "id")),
        members_added=[ChannelAccount(id=word(member, "id")) for member in dicts(activity.get("membersAdded"))],
    )
