"""Teams on this machine: announces its keys, issues tokens, takes messages, and calls us as Teams does.

Everything it hears is remembered; faults are ordered beforehand (``faults``). Loopback only.
"""

from __future__ import annotations

import asyncio
import http.client
import itertools
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal
from urllib.parse import parse_qs, unquote

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.served import served

APP, SECRET, TENANT = "11111111-1111-1111-1111-111111111111", "teams-secret", "22222222-2222-2222-2222-222222222222"
ISSUER = "https://api.botframework.com"
US = f"28:{APP}"
CHANNEL, CHAT = "19:channel@thread.tacv2", "a:personal"
ANA = {
    "id": "29:ana",
    "aadObjectId": "aaaaaaaa-0000-4000-8000-000000000001",
    "name": "Ana Costa",
    "email": "Ana.Costa@Example.com",
    "userPrincipalName": "ana.costa@example.com",
    "tenantId": TENANT,
    "userRole": "user",
}
Activity = dict[str, Any]


@cache
def private_key(number: int) -> rsa.RSAPrivateKey:
    """The keys that are signed with; made once, for making one takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True)
class Call:
    """A call that was made to Teams."""

    method: str
    path: str
    query: str
    token: str
    body: Any

    @property
    def what(self) -> str:
        return f"{self.method} {self.path}" + (f"?{self.query}" if self.query else "")


@dataclass
class Fault:
    """An error at the next call whose method and path hold ``at``.

    ``hang``: the connection ends without an answer and nothing is done; ``after``: the same, and it was done.
    """

    at: str = ""
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    code: str = "ServiceError"
    kind: Literal["answer", "hang", "after"] = "answer"
    seconds: float = 30


class TeamsSimulator:
    """Microsoft's side of everything."""

    def __init__(self) -> None:
        self.url = ""
        self.key = 0
        self.announced = [0]
        self.endorsements: list[str] = ["msteams", "webchat"]
        self.openid_is_down = False
        self.looks = 0  # how often the keys were asked for
        self.tokens = 0
        self.token_seconds = 3600
        self.token_answer: tuple[int, dict[str, Any]] | None = None
        self.token_delay = 0.0
        self.calls: list[Call] = []
        self.messages: dict[str, Any] = {}
        self.places: dict[str, str] = {}  # conversations by the ids of their messages
        self.members: dict[str, list[dict[str, Any]]] = {CHANNEL: [ANA], CHAT: [ANA]}
        self.page = 500
        self.takes_targeted = True
        self.knows_lasting_ids = True
        self.faults: list[Fault] = []
        self._ids = itertools.count(1795304834775)

    # -- settings of a test --------------------------------------------------------------------------------------------

    @property
    def openid_url(self) -> str:
        return f"{self.url}/.well-known/openidconfiguration"

    @property
    def token_url(self) -> str:
        return f"{self.url}/{{tenant}}/oauth2/v2.0/token"

    def settings(self, **others: Any) -> dict[str, Any]:
        """The settings of an installation that talks to this Teams."""
        return {
            "teams_app_id": APP,
            "teams_app_password": SECRET,
            "teams_tenant_id": TENANT,
            "teams_openid_url": self.openid_url,
            "teams_token_url": self.token_url,
            **others,
        }

    def rotate(self) -> None:
        """Sign with a new key from now on, and announce no other."""
        self.key += 1
        self.announced = [self.key]

    def done(self, method: str = "", path: str = "") -> list[Call]:
        """The calls whose method and path hold these words."""
        return [call for call in self.calls if method in call.method and path in call.path]

    def message(self, text: str = "aide", *, where: str = CHAT, **others: Any) -> Activity:
        """A message as Teams sends it: in Ana's own chat, or in a channel."""
        number = str(next(self._ids))
        personal = not where.startswith("19:")
        thread = "" if personal else f";messageid={number}"
        return {
            "type": "message",
            "id": number,
            "timestamp": "2026-11-20T09:30:00.1234567Z",
            "channelId": "msteams",
            "serviceUrl": self.url,
            "from": {"id": ANA["id"], "name": ANA["name"], "aadObjectId": ANA["aadObjectId"]},
            "conversation": {"id": where + thread, "conversationType": "personal" if personal else "channel"},
            "recipient": {"id": US, "name": "RSE"},
            "textFormat": "plain",
            "text": text,
            "locale": "fr-FR",
            "entities": [{"type": "clientInfo", "locale": "fr-FR"}],
            "channelData": {"tenant": {"id": TENANT}},
        } | others

    def sign(self, *, key: int | None = None, name: str = "", **claims: Any) -> str:
        """A token as Teams signs it, for our app; ``claims`` replace its own, and None takes one away."""
        now = int(time.time())
        claims_ = {"iss": ISSUER, "aud": APP, "serviceurl": self.url, "nbf": now - 5, "iat": now - 5, "exp": now + 3600}
        claims_ = {claim: value for claim, value in (claims_ | claims).items() if value is not None}
        number = self.key if key is None else key
        return jwt.encode(claims_, private_key(number), algorithm="RS256", headers={"kid": name or f"key-{number}"})

    def tell(self, door: str, activity: Any, header: str | None = None, *, timeout: float = 15) -> tuple[int, str]:
        """Call our endpoint once: status and body of the response."""
        host = door.removeprefix("http://").partition("/")[0]
        connection = http.client.HTTPConnection(host, timeout=timeout)
        headers = {"Content-Type": "application/json; charset=utf-8"}
        token = f"Bearer {self.sign()}" if header is None else header
        if token:
            headers["Authorization"] = token
        body = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
        try:
            connection.request("POST", "/api/messages", body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def insist(self, door: str, activity: Activity, *, wait: float = 15, most: int = 5) -> list[int]:
        """Send until 200, as Teams does: again when ``wait`` seconds have passed without it. Returns every status."""
        seen: list[int] = []
        while len(seen) < most:
            began = time.monotonic()
            try:
                seen.append(self.tell(door, activity, timeout=wait)[0])
            except OSError:
                seen.append(0)
            if seen[-1] == 200:
                break
            time.sleep(max(0.0, began + wait - time.monotonic()))
        return seen

    # -- its services --------------------------------------------------------------------------------------------------

    def app(self) -> Starlette:
        place = "/v3/conversations/{conversation}"
        return Starlette(
            routes=[
                Route("/.well-known/openidconfiguration", self._openid),
                Route("/keys", self._keys),
                Route("/{tenant}/oauth2/v2.0/token", self._token, methods=["POST"]),
                Route("/v3/conversations", self._connector, methods=["POST"]),
                Route(f"{place}/activities", self._connector, methods=["POST"]),
                Route(f"{place}/activities/{{message}}", self._connector, methods=["POST", "PUT", "DELETE"]),
                Route(f"{place}/members/{{person}}", self._connector),
                Route(f"{place}/pagedmembers", self._connector),
                Route("/v3/teams/{team}", self._connector),
                Route("/v3/teams/{team}/conversations", self._connector),
            ]
        )

    async def _openid(self, request: Request) -> Response:
        self.looks += 1
        if self.openid_is_down:
            return Response(status_code=503)
        return JSONResponse({"issuer": ISSUER, "jwks_uri": f"{self.url}/keys"})

    async def _keys(self, request: Request) -> Response:
        return JSONResponse({"keys": [self._announcement(number) for number in self.announced]})

    def _announcement(self, number: int) -> dict[str, Any]:
        key = RSAAlgorithm.to_jwk(private_key(number).public_key(), as_dict=True)
        return {**key, "kid": f"key-{number}", "use": "sig", "endorsements": self.endorsements}

    async def _token(self, request: Request) -> Response:
        self.tokens += 1
        number = self.tokens
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        await asyncio.sleep(self.token_delay)
        if self.token_answer is not None:
            return JSONResponse(self.token_answer[1], self.token_answer[0])
        if form.get("client_secret") != SECRET:
            description = "AADSTS7000215: Invalid client secret provided."
            return JSONResponse({"error": "invalid_client", "error_description": description}, 401)
        response = {"access_token": f"outbound-{number}", "expires_in": self.token_seconds, "token_type": "Bearer"}
        return JSONResponse(response)

    async def _connector(self, request: Request) -> Response:
        body = await request.body()
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        path = unquote(request.scope["path"])
        call = Call(request.method, path, request.url.query, token, json.loads(body) if body else None)
        fault = next((fault for fault in self.faults if fault.at in call.what), None)
        if fault is not None:
            self.faults.remove(fault)
            if fault.kind == "answer":
                self.calls.append(call)
                return JSONResponse({"error": {"code": fault.code}}, fault.status, fault.headers)
            if fault.kind == "hang":
                await asyncio.sleep(fault.seconds)
                return Response(status_code=500)
        self.calls.append(call)
        answer = self._answer(call, request.path_params)
        if fault is not None:
            await asyncio.sleep(fault.seconds)
        return answer

    def _answer(self, call: Call, names: dict[str, str]) -> Response:
        if call.path.startswith("/v3/teams/"):
            channels = [{"id": "team"}, {"id": CHANNEL, "name": "Annonces"}]
            response: dict[str, Any] = (
                {"conversations": channels} if "conversations" in call.path else {"name": "Équipe"}
            )
            return JSONResponse(response)
        if call.path == "/v3/conversations":
            return JSONResponse({"id": f"a:with-{call.body['members'][0]['id']}"}, 201)
        conversation = names["conversation"].partition(";")[0]
        if "members" in call.path:
            return self._roster(call, conversation, names.get("person", ""))
        if "isTargetedActivity=true" in call.query and not self.takes_targeted:
            return JSONResponse({"error": {"code": "BadArgument"}}, 400)
        if call.method == "POST":
            number = str(next(self._ids))
            self.messages[number] = call.body
            self.places[number] = names["conversation"]
            return JSONResponse({"id": number}, 201)
        return self._change(call, names["message"])

    def _change(self, call: Call, message: str) -> Response:
        if message not in self.messages:
            return JSONResponse({"error": {"code": "ActivityNotFoundInConversation"}}, 404)
        if call.method == "PUT":
            self.messages[message] = call.body
            return JSONResponse({"id": message})
        del self.messages[message]
        return Response(status_code=200)

    def _roster(self, call: Call, conversation: str, person: str) -> Response:
        members = self.members.get(conversation, [])
        if person:
            names = ("id", "aadObjectId") if self.knows_lasting_ids else ("id",)
            matching = [member for member in members if person in [member.get(name) for name in names]]
            gone = {"error": {"code": "MemberNotFoundInConversation"}}
            return JSONResponse(matching[0]) if matching else JSONResponse(gone, 404)
        query = parse_qs(call.query)
        start = int(query.get("continuationToken", ["0"])[0])
        response: dict[str, Any] = {"members": members[start : start + self.page]}
        if start + self.page < len(members):
            response["continuationToken"] = str(start + self.page)
        return JSONResponse(response)


@contextmanager
def teams_simulator() -> Iterator[TeamsSimulator]:
    """Teams, served on a free port until the block ends."""
    simulator = TeamsSimulator()
    with served(simulator.app()) as address:
        simulator.url = address.url
        yield simulator
