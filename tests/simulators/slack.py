"""Slack on this machine: a Web API that remembers, and a workspace whose people talk, press and edit.

Written after Slack's documentation. It can misbehave as Slack does: ask to wait (429), fail, lose the answer to what it
has done, forget a ``response_url``, and send an event again when it was not acknowledged.
"""

from __future__ import annotations

import http.client
import itertools
import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.served import served

TEAM, APP, BOT_USER, BOT = "T01HOME", "A01APP", "U0BOT", "B0BOT"
BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-simulated", "xapp-simulated", "a-signing-secret"
Fields = dict[str, Any]


@dataclass
class Fault:
    """Errors at the next calls of a method: ``kind`` is later, error, status or lost."""

    kind: str
    value: Any
    times: int


@dataclass(frozen=True)
class Sent:
    """Our response to a request, and the responses to Slack's attempts before it."""

    status: int
    text: str
    statuses: tuple[int, ...]

    @property
    def json(self) -> Fields:
        content: Fields = json.loads(self.text) if self.text.startswith("{") else {}
        return content


@dataclass
class Workspace:
    """The state of a Slack workspace. The methods that end in ``_`` are the Web API's, named like there."""

    door: str = ""
    url: str = ""
    users: dict[str, Fields] = field(default_factory=dict)
    channels: dict[str, Fields] = field(default_factory=dict)
    messages: dict[str, list[Fields]] = field(default_factory=lambda: defaultdict(list))
    ephemerals: list[Fields] = field(default_factory=list)
    responses: dict[str, list[Fields]] = field(default_factory=dict)
    calls: list[tuple[str, Fields]] = field(default_factory=list)
    scopes: str = ""
    faults: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    tokens: tuple[str, ...] = (BOT_TOKEN, APP_TOKEN)
    page: int = 1000
    views: list[Fields] = field(default_factory=list)
    homes: dict[str, Fields] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()
        self.add_user(BOT_USER, "reseau", is_bot=True)

    # -- state ---------------------------------------------------------------------------------------------------------

    def add_user(self, user: str, name: str, **more: Any) -> Fields:
        """Someone, of the home workspace unless ``team_id`` says otherwise."""
        profile = {"real_name": name, "display_name": "", **more.pop("profile", {})}
        self.users[user] = {
            "id": user,
            "team_id": TEAM,
            "name": name.lower(),
            "deleted": False,
            "is_bot": False,
            "is_restricted": False,
            "is_ultra_restricted": False,
            "tz": "Europe/Paris",
            "profile": profile,
            **more,
        }
        return self.users[user]

    def add_channel(self, channel: str, name: str, members: tuple[str, ...], **more: Any) -> Fields:
        """A channel; ``is_private``, ``is_ext_shared`` and the like as Slack calls them."""
        self.channels[channel] = {"id": channel, "name": name, "is_channel": True, "members": list(members), **more}
        return self.channels[channel]

    def stamp(self) -> str:
        """The next ``ts``: unique, and now."""
        return f"{int(time.time())}.{next(self._numbers):06d}"

    def texts(self, channel: str) -> list[str]:
        return [message["text"] for message in self.messages[channel]]

    def called(self, method: str) -> list[Fields]:
        """Return the parameters of each call of a method."""
        return [params for name, params in self.calls if name == method]

    # -- errors --------------------------------------------------------------------------------------------------------

    def fail(self, method: str, kind: str, value: Any, times: int = 1) -> None:
        """Let the next calls go wrong.

        Args:
            method: of the Web API, or ``response_url``.
            kind: ``later`` (429, so many seconds), ``error`` (of that name), ``status`` (of HTTP), or ``lost`` (done,
                and the answer comes after so many seconds, or never).
            value: of the kind.
            times: how often.
        """
        self.faults[method].append(Fault(kind, value, times))

    def fault(self, method: str) -> Fault | None:
        with self._lock:
            waiting = self.faults[method]
            if not waiting:
                return None
            waiting[0].times -= 1
            return waiting[0] if waiting[0].times else waiting.pop(0)

    # -- people's acts -------------------------------------------------------------------------------------------------

    def say(self, user: str, channel: str, text: str, **more: Any) -> Sent:
        """Someone writes a message; Slack sends its event, and another for a mention if there is one."""
        message = {"type": "message", "user": user, "text": text, "ts": self.stamp(), "team": TEAM, **more}
        self.messages[channel].append(message)
        kind = "im" if channel.startswith("D") else "channel"
        sent = self.event({**message, "channel": channel, "event_ts": message["ts"], "channel_type": kind})
        if f"<@{BOT_USER}>" in text and kind != "im":
            self.event({**message, "type": "app_mention", "channel": channel, "event_ts": message["ts"]})
        return sent

    def edit(self, channel: str, ts: str, text: str) -> Sent:
        """The author changes a message."""
        message = self.message(channel, ts)
        before, now = dict(message), self.stamp()
        message.update(text=text, edited={"user": message["user"], "ts": now})
        return self.event(
            {
                "type": "message",
                "subtype": "message_changed",
                "hidden": True,
                "channel": channel,
                "channel_type": "channel",
                "message": dict(message),
                "previous_message": before,
                "ts": now,
                "event_ts": now,
            }
        )

    def delete(self, channel: str, ts: str) -> Sent:
        """The author takes a message away."""
        message, now = self.message(channel, ts), self.stamp()
        self.messages[channel].remove(message)
        return self.event(
            {
                "type": "message",
                "subtype": "message_deleted",
                "hidden": True,
                "channel": channel,
                "channel_type": "channel",
                "deleted_ts": ts,
                "previous_message": message,
                "ts": now,
                "event_ts": now,
            }
        )

    def message(self, channel: str, ts: str) -> Fields:
        return next(message for message in self.messages[channel] if message["ts"] == ts)

    def command(self, user: str, channel: str, text: str, name: str = "/rse") -> Sent:
        """Someone types a slash command."""
        return self.form(
            {
                "token": "deprecated",
                "team_id": TEAM,
                "team_domain": "exemple",
                "channel_id": channel,
                "channel_name": str(self.channels.get(channel, {}).get("name", "directmessage")),
                "user_id": user,
                "user_name": "somebody",
                "command": name,
                "text": text,
                "api_app_id": APP,
                "response_url": self.response_url(),
                "trigger_id": f"{next(self._numbers)}.1.abc",
            }
        )

    def press(self, user: str, channel: str, ts: str, value: str, *, ephemeral: bool = False, **more: Any) -> Sent:
        """Someone presses a button of a card of ours."""
        payload = {
            "type": "block_actions",
            "user": {"id": user, "team_id": TEAM},
            "api_app_id": APP,
            "team": {"id": TEAM},
            "container": {
                "type": "message",
                "message_ts": ts,
                "channel_id": channel,
                "is_ephemeral": ephemeral,
                **more,
            },
            "channel": {"id": channel, "name": "x"},
            "trigger_id": f"{next(self._numbers)}.2.abc",
            "response_url": self.response_url(),
            "actions": [
                {"type": "button", "action_id": "line:0", "block_id": "b", "value": value, "action_ts": self.stamp()}
            ],
        }
        return self.form({"payload": json.dumps(payload)})

    def send_form(self, user: str, values: Fields, view: Fields | None = None) -> Sent:
        """Fill in the open modal, or a given one, and send it; people are ids after ``@``."""
        view = view or self.views[-1]
        state = {
            block["block_id"]: {block["element"]["action_id"]: _state(block["element"], values.get(block["block_id"]))}
            for block in view["blocks"]
            if block["type"] == "input"
        }
        payload = {
            "type": "view_submission",
            "user": {"id": user, "team_id": TEAM},
            "team": {"id": TEAM},
            "api_app_id": APP,
            "trigger_id": f"{next(self._numbers)}.3.abc",
            "view": {**view, "id": "V1", "hash": "1.h", "state": {"values": state}},
            "response_urls": [],
        }
        return self.form({"payload": json.dumps(payload)})

    def suggest(self, user: str, block: str, typed: str, view: Fields | None = None) -> Sent:
        """Someone types into a list of the modal that is open."""
        payload = {
            "type": "block_suggestion",
            "user": {"id": user, "team_id": TEAM},
            "team": {"id": TEAM},
            "block_id": block,
            "action_id": "value",
            "value": typed,
            "view": view or self.views[-1],
        }
        return self.form({"payload": json.dumps(payload)})

    def shortcut(self, user: str, callback: str, channel: str = "", ts: str = "") -> Sent:
        """Someone takes a shortcut, on a message if one is named."""
        payload: Fields = {
            "type": "message_action" if ts else "shortcut",
            "callback_id": callback,
            "user": {"id": user, "team_id": TEAM},
            "team": {"id": TEAM},
            "trigger_id": f"{next(self._numbers)}.4.abc",
            "action_ts": self.stamp(),
        }
        if ts:
            message = self.message(channel, ts)
            payload |= {"channel": {"id": channel, "name": "x"}, "message": message, "message_ts": ts}
            payload["response_url"] = self.response_url()
        return self.form({"payload": json.dumps(payload)})

    def response_url(self) -> str:
        name = f"response-{next(self._numbers)}"
        self.responses[name] = []
        return f"{self.url}/hooks/{name}"

    # -- calls to us ---------------------------------------------------------------------------------------------------

    def event(self, event: Fields, event_id: str = "", attempts: int = 4) -> Sent:
        """Tell of an event, again when it is not acknowledged: as Slack does, without Slack's pauses."""
        body = json.dumps(self.envelope(event, event_id), ensure_ascii=False).encode()
        statuses: list[int] = []
        text = ""
        for number in range(attempts):
            retry = {"x-slack-retry-num": str(number), "x-slack-retry-reason": "http_error"} if number else {}
            status, text = self.post(body, "application/json", retry)
            statuses.append(status)
            if status == 200:
                break
        return Sent(statuses[-1], text, tuple(statuses))

    def envelope(self, event: Fields, event_id: str = "") -> Fields:
        return {
            "token": "deprecated",
            "team_id": TEAM,
            "api_app_id": APP,
            "event": event,
            "type": "event_callback",
            "event_id": event_id or f"Ev{next(self._numbers)}",
            "event_time": int(time.time()),
            "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
            "is_ext_shared_channel": False,
        }

    def form(self, values: Fields) -> Sent:
        """Send a form, once: commands and buttons are not sent again."""
        status, text = self.post(urlencode(values).encode(), "application/x-www-form-urlencoded")
        return Sent(status, text, (status,))

    def post(self, body: bytes, kind: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
        """Send something signed; ``headers`` may take the place of the signature."""
        return post(self.door, body, {"content-type": kind, **signed(body), **(headers or {})})


def signed(body: bytes, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """Slack's headers for a body."""
    stamp = str(int(time.time() if at is None else at))
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": signature or ""}


def post(url: str, body: bytes | Iterator[bytes], headers: dict[str, str], method: str = "POST") -> tuple[int, str]:
    """One request, and its answer's status and text."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=20)
    try:
        connection.request(method, parts.path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def _state(element: Fields, value: str | None) -> Fields:
    """Return the value of a field: what it holds, or what it began with."""
    kind = element["type"]
    match kind:
        case "users_select":
            picked = element.get("initial_user") if value is None else value.removeprefix("@")
            return {"type": kind, "selected_user": picked or None}
        case "static_select" | "external_select":
            chosen = {"value": value} if value else element.get("initial_option") if value is None else None
            return {"type": kind, "selected_option": chosen}
        case "datepicker":
            return {"type": kind, "selected_date": element.get("initial_date") if value is None else value}
        case _:
            return {"type": kind, "value": element.get("initial_value") if value is None else value}


class WebApi:
    """The methods of Slack's Web API that we call."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def call(self, method: str, params: Fields) -> Fields:
        """Return the response of a method, ``ok`` and all."""
        method_ = getattr(self, method.replace(".", "_"), None)
        if method_ is None:
            return {"ok": False, "error": "unknown_method"}
        answer: Fields | str = method_(params)
        return {"ok": False, "error": answer} if isinstance(answer, str) else {"ok": True, **answer}

    def auth_test(self, _params: Fields) -> Fields:
        return {"team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT, "team": "Exemple", "user": "reseau"}

    def apps_connections_open(self, _params: Fields) -> Fields:
        return {"url": "wss://nowhere.invalid"}

    def users_info(self, params: Fields) -> Fields | str:
        user = self._workspace.users.get(params.get("user", ""))
        if user is None:
            return "user_not_found"
        return {"user": {**user, "locale": user.get("locale", "fr-FR")} if params.get("include_locale") else user}

    def users_list(self, params: Fields) -> Fields:
        return self._paged("members", list(self._workspace.users.values()), params)

    def conversations_info(self, params: Fields) -> Fields | str:
        channel = self._workspace.channels.get(params["channel"])
        return {"channel": {k: v for k, v in channel.items() if k != "members"}} if channel else "channel_not_found"

    def conversations_members(self, params: Fields) -> Fields | str:
        channel = self._workspace.channels.get(params["channel"])
        return self._paged("members", channel["members"], params) if channel else "channel_not_found"

    def conversations_open(self, params: Fields) -> Fields | str:
        user = params.get("users", "")
        if user not in self._workspace.users:
            return "user_not_found"
        return {"channel": {"id": f"D{user}"}}

    def conversations_history(self, params: Fields) -> Fields | str:
        if not self._known(params["channel"]):
            return "channel_not_found"
        messages = [message for message in self._workspace.messages[params["channel"]] if not message.get("thread_ts")]
        return self._paged("messages", self._since(messages, params)[::-1], params)

    def conversations_replies(self, params: Fields) -> Fields | str:
        messages = self._workspace.messages[params["channel"]]
        thread = [message for message in messages if params["ts"] in (message["ts"], message.get("thread_ts"))]
        return self._paged("messages", self._since(thread, params), params) if thread else "thread_not_found"

    def views_open(self, params: Fields) -> Fields | str:
        if not params.get("trigger_id"):
            return "invalid_trigger_id"
        self._workspace.views.append(params["view"])
        return {"view": {"id": "V1", **params["view"]}}

    def views_publish(self, params: Fields) -> Fields | str:
        if params.get("user_id") not in self._workspace.users:
            return "user_not_found"
        self._workspace.homes[params["user_id"]] = params["view"]
        return {"view": {"id": "V0", **params["view"]}}

    def chat_unfurl(self, params: Fields) -> Fields | str:
        standing = {message["ts"] for message in self._workspace.messages[params["channel"]]}
        if params["ts"] not in standing:
            return "cannot_find_message"
        return {} if all(unfurl["blocks"] for unfurl in params["unfurls"].values()) else "missing_unfurls"

    def chat_postMessage(self, params: Fields) -> Fields | str:  # noqa: N802  (Slack's name)
        channel = params["channel"]
        if not self._known(channel):
            return "channel_not_found"
        if self._workspace.channels.get(channel, {}).get("is_archived"):
            return "is_archived"
        message = {"type": "message", "user": BOT_USER, "bot_id": BOT, "app_id": APP, "ts": self._workspace.stamp()}
        message |= {name: value for name, value in params.items() if name != "channel"}
        self._workspace.messages[channel].append(message)
        return {"channel": channel, "ts": message["ts"], "message": message}

    def chat_postEphemeral(self, params: Fields) -> Fields | str:  # noqa: N802  (Slack's name)
        members = self._workspace.channels.get(params["channel"], {}).get("members", [])
        if params["user"] not in members:
            return "user_not_in_channel"
        self._workspace.ephemerals.append(params)
        return {"message_ts": self._workspace.stamp()}

    def chat_update(self, params: Fields) -> Fields | str:
        for message in self._workspace.messages[params["channel"]]:
            if message["ts"] == params["ts"]:
                if message.get("bot_id") != BOT:
                    return "cant_update_message"
                message.update({k: v for k, v in params.items() if k != "channel"})
                return {"channel": params["channel"], "ts": params["ts"], "text": params.get("text", "")}
        return "message_not_found"

    def chat_delete(self, params: Fields) -> Fields | str:
        messages = self._workspace.messages[params["channel"]]
        for message in messages:
            if message["ts"] == params["ts"]:
                messages.remove(message)
                return {"channel": params["channel"], "ts": params["ts"]}
        return "message_not_found"

    def _known(self, channel: str) -> bool:
        return channel in self._workspace.channels or channel.startswith("D")

    def _since(self, messages: list[Fields], params: Fields) -> list[Fields]:
        since = [message for message in messages if float(message["ts"]) > float(params.get("oldest", 0))]
        if params.get("include_all_metadata") != "true":
            return [{k: v for k, v in message.items() if k != "metadata"} for message in since]
        return since

    def _paged(self, name: str, items: list[Any], params: Fields) -> Fields:
        start = int(params.get("cursor") or 0)
        end = start + min(int(params.get("limit") or 100), self._workspace.page)
        return {name: items[start:end], "response_metadata": {"next_cursor": str(end) if end < len(items) else ""}}


def application(simulated: Callable[[], Workspace]) -> Starlette:
    """The Web API and the addresses for answers, as Slack serves them, of whatever workspace is there."""

    async def called(request: Request) -> Response:
        workspace = simulated()
        api = WebApi(workspace)
        method, params = request.path_params["method"], await _params(request)
        workspace.calls.append((method, params))
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        fault = workspace.fault(method)
        if fault is not None and fault.kind != "lost":
            return _wrong(fault)
        if token not in workspace.tokens:
            return JSONResponse({"ok": False, "error": "invalid_auth"})
        answer = api.call(method, params)
        if fault is not None:
            await run_in_threadpool(time.sleep, fault.value)
        return JSONResponse(answer, headers={"x-oauth-scopes": workspace.scopes} if workspace.scopes else {})

    async def responded(request: Request) -> Response:
        workspace = simulated()
        name = request.path_params["name"]
        fault = workspace.fault("response_url")
        if fault is not None:
            return _wrong(fault)
        if name not in workspace.responses or len(workspace.responses[name]) >= 5:
            return JSONResponse({"ok": False, "error": "used_url"}, 404)
        workspace.responses[name].append(await request.json())
        return PlainTextResponse("ok")

    return Starlette(
        routes=[
            Route("/api/{method}", called, methods=["GET", "POST"]),
            Route("/hooks/{name}", responded, methods=["POST"]),
        ]
    )


def _wrong(fault: Fault) -> Response:
    if fault.kind == "later":
        return JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(fault.value)})
    if fault.kind == "status":
        return PlainTextResponse("<html>upstream</html>", fault.value, media_type="text/html")
    return JSONResponse({"ok": False, "error": fault.value})


async def _params(request: Request) -> Fields:
    params: Fields = dict(request.query_params)
    if request.method == "POST":
        body = await request.body()
        if "json" in request.headers.get("content-type", ""):
            params |= json.loads(body)
        else:
            params |= dict(parse_qsl(body.decode(), keep_blank_values=True))
    return params


@contextmanager
def simulated() -> Iterator[Workspace]:
    """A workspace, served until the block ends; the caller sets ``door`` to our address."""
    workspace = Workspace()
    with served(application(lambda: workspace)) as address:
        workspace.url = address.url
        yield workspace
