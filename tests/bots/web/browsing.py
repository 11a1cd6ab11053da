"""A browser without a window: it keeps cookies, reads forms, and sends them as a browser would."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from bots.platforms.web.site import COOKIE, Site
from reseau.markup.html import Element, tree
from reseau.network import Network
from reseau.people import sessions
from reseau.services import Scope
from tests import looped

#: What differs from one drawing of a page to the next, or from one session to the next.
DRAWN = re.compile(r'(name="(?:event|form)" value=")[^"]*"')


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer: its status, its headers by small letters, and its page."""

    status: int
    headers: Mapping[str, str]
    page: str

    @property
    def plain(self) -> str:
        """The page without the tokens that each drawing makes anew."""
        return DRAWN.sub(r'\1"', self.page)

    @property
    def tree(self) -> Element:
        return tree(self.page)

    def elements(self, tag: str) -> list[Element]:
        """The tags of a kind, in their order."""
        return [element for element in _in_order(self.tree) if element.tag == tag]

    def fields(self, **which: str) -> dict[str, str]:
        """The fields of the first form that has all of these, with their values."""
        for form in self.elements("form"):
            fields = {
                element.attributes["name"]: element.attributes.get("value", "")
                for element in form.elements()
                if element.tag == "input" and "name" in element.attributes
            }
            if which.items() <= fields.items():
                return fields
        raise AssertionError(f"no form with {which} in {self.page}")


def _in_order(element: Element) -> Iterator[Element]:
    for child in element.children:
        if isinstance(child, Element):
            yield child
            yield from _in_order(child)


@dataclass
class Browser:
    """One browser.

    Attributes:
        host: what it calls the server.
        client: the address that it comes from.
        headers: what it says besides at every request.
    """

    site: Site
    cookies: dict[str, str] = field(default_factory=dict)
    host: str = "127.0.0.1:8050"
    client: str = "127.0.0.1"
    headers: dict[str, str] = field(default_factory=lambda: {"accept-language": "fr"})

    def get(self, path: str, **headers: str) -> Shown:
        return self._ask("GET", path, b"", headers)

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Shown:
        """Send a form; headers are given with underscores."""
        sent = {"content_type": "application/x-www-form-urlencoded", "origin": f"http://{self.host}", **headers}
        return self._ask("POST", path, urlencode(fields).encode(), sent)

    def say(self, line: str, back: str = "/chat", **headers: str) -> Shown:
        """Type a line in the chat."""
        fields = self.get("/chat").fields(back="/chat")
        return self.post("/say", {**fields, "line": line, "label": "", "pressed": "", "back": back}, **headers)

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Shown:
        return looped.run(self._asked(method, path, body, headers))

    async def _asked(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Shown:
        sent = {"host": self.host, **self.headers, **{name.replace("_", "-"): text for name, text in headers.items()}}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        way, _, query = path.partition("?")
        scope: Scope = {
            "type": "http",
            "method": method,
            "path": way,
            "raw_path": way.encode(),
            "query_string": query.encode(),
            "scheme": "http",
            "headers": [(name.encode(), text.encode("utf-8", "replace")) for name, text in sent.items()],
            "client": (self.client, 4000),
            "server": ("127.0.0.1", 8050),
            "root_path": "",
        }
        messages: list[Mapping[str, object]] = []

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: object) -> None:
            messages.append(message)  # type: ignore[arg-type]

        await self.site(scope, receive, send)
        return self._shown(messages)

    def _shown(self, messages: list[Mapping[str, object]]) -> Shown:
        raw: list[tuple[bytes, bytes]] = messages[0]["headers"]  # type: ignore[assignment]
        headers = {name.decode(): text.decode() for name, text in raw}
        for morsel in SimpleCookie(headers.get("set-cookie", "")).values():
            self.cookies[morsel.key] = morsel.value
            if not morsel.value:
                del self.cookies[morsel.key]
        page = b"".join(message.get("body", b"") for message in messages[1:])  # type: ignore[misc]
        return Shown(int(messages[0]["status"]), headers, page.decode())  # type: ignore[call-overload]


def browsing(network: Network, member_id: int | None = None) -> Browser:
    """A browser, in which a member has a session."""
    browser = Browser(Site(network))
    if member_id is not None:
        with network.store.write() as tx:
            browser.cookies[COOKIE] = sessions.open_session(tx, member_id)
    return browser
