"""Requests that a browser sends: the fields of a form, and a check that a page of ours sent it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import ClientDisconnect, Request

from reseau.i18n import N_

LARGEST = 256 * 1024  # bytes; the longest text of ours is shorter
SECONDS = 10.0
IN_PAGE = "x-reseau-in-page"  # the header of a page that shows the answer within itself


class UnreadableError(Exception):
    """A form that is too large or too slow.

    Attributes:
        sentence: marked by ``N_``.
    """

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, without spaces around them.

    Attributes:
        in_page: whether the page that sent it shows the answer within itself.
    """

    fields: Mapping[str, str]
    in_page: bool = False

    def get(self, name: str) -> str:
        """A field; empty if it is missing."""
        return self.fields.get(name, "").strip()


async def read_form(request: Request) -> Form:
    """Read the form of a request.

    Raises:
        UnreadableError: it is too large, or too slow in coming.
    """
    parts, size = [], 0
    try:
        async with asyncio.timeout(SECONDS):
            async for part in request.stream():
                size += len(part)
                if size > LARGEST:
                    raise UnreadableError(413, N_("This text is too long to be sent."))
                parts.append(part)
    except (TimeoutError, ClientDisconnect):  # whoever has gone reads no answer; the log needs none of it
        raise UnreadableError(408, N_("The text did not arrive in time. Please send it again.")) from None
    text = b"".join(parts).decode("utf-8", "replace")
    try:
        fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=50))
    except ValueError:
        fields = {}
    return Form(fields, in_page=IN_PAGE in request.headers)


def is_foreign(request: Request, public_url: str) -> bool:
    """Whether the browser marks a form as coming from another site."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("origin")
    if origin is None:
        return False
    ours = {request.headers.get("host", ""), urlsplit(public_url).netloc}  # a proxy may call us by another name
    try:
        return urlsplit(origin).netloc not in ours - {""}
    except ValueError:  # no browser sends what is no address
        return True
