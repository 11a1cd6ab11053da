"""The address that Slack calls over HTTP: only requests signed by Slack pass, and malformed ones are refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

import orjson
from pydantic import SecretStr
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

from reseau import logs
from reseau.services import Receive, Scope, Send

_log = logs.get("slack")
_LARGEST = 1_000_000
_MOST_FIELDS = 100
_TEXT = b"text/plain;charset=utf-8"

Dispatch = Callable[[dict[str, Any]], Awaitable[BoltResponse]]


class _RefusedRequest(Exception):  # noqa: N818  (an answer, and no error of ours)
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class Door:
    """An ASGI application for events, commands and buttons.

    Args:
        secret: the signing secret that only Slack and we know.
        dispatch: handles a request.
    """

    def __init__(self, secret: SecretStr, dispatch: Dispatch) -> None:
        self._verifier = SignatureVerifier(secret.get_secret_value())
        self._dispatch = dispatch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            answer = await self._dispatch(await self._opened(scope, receive))
            body, kind = answer.body.encode(), answer.first_headers().get("content-type", "").encode() or _TEXT
            await _send(send, answer.status, body, kind)
        except _RefusedRequest as refused:
            # The reason is one of ours; the request is never repeated, neither here nor in the log.
            _log.warning("request refused", status=refused.status, reason=refused.reason)
            await _send(send, refused.status, refused.reason.encode(), _TEXT)

    async def _opened(self, scope: Scope, receive: Receive) -> dict[str, Any]:
        """Return Slack's payload after its signature was checked."""
        if scope["method"] != "POST":
            raise _RefusedRequest(405, "only POST")
        headers: dict[bytes, bytes] = dict(reversed(scope["headers"]))  # of a header sent twice, the first
        body = await _read(receive, headers.get(b"content-length", b""))
        self._verify(headers, body)
        return _parsed(body)

    def _verify(self, headers: dict[bytes, bytes], body: bytes) -> None:
        stamp = headers.get(b"x-slack-request-timestamp", b"")
        signature = headers.get(b"x-slack-signature", b"")
        if not stamp or not signature:
            raise _RefusedRequest(401, "no signature")
        # The verifier expects a number as stamp and ASCII as signature, and raises on anything else.
        if not (stamp.isdigit() and len(stamp) < 16 and signature.isascii()):
            raise _RefusedRequest(401, "malformed signature")
        try:
            valid = self._verifier.is_valid(body, stamp.decode("ascii"), signature.decode("ascii"))
        except UnicodeDecodeError:
            valid = False
        if not valid:
            raise _RefusedRequest(401, "forged or stale signature")


async def _read(receive: Receive, length: bytes) -> bytes:
    if length.isdigit() and int(length[:20]) > _LARGEST:
        raise _RefusedRequest(413, "too large")
    chunks, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _RefusedRequest(400, "cut off")
        chunk = message.get("body", b"")
        chunks.append(chunk)
        size += len(chunk)
        if size > _LARGEST:
            raise _RefusedRequest(413, "too large")
        if not message.get("more_body"):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _parsed(body: bytes) -> dict[str, Any]:
    """Events are JSON, commands a form, and buttons JSON in a form."""
    try:
        if body[:1] == b"{":
            payload = orjson.loads(body)
        else:
            form = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"))
            payload = orjson.loads(form["payload"]) if "payload" in form else form
    except ValueError:
        raise _RefusedRequest(400, "unreadable") from None
    if not isinstance(payload, dict) or not ("type" in payload or "command" in payload):
        raise _RefusedRequest(400, "unreadable")
    return payload


async def _send(send: Send, status: int, body: bytes, kind: bytes) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    if status == 405:
        headers.append((b"allow", b"POST"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
