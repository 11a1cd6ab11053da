"""Addresses of the pages: every content, person, community and tag has one that lasts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from reseau.settings import Settings


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of pages.

    Attributes:
        base: what stands before the path, ``https://rse.example.org``; empty for paths within the same server.
    """

    base: str = ""

    @property
    def home(self) -> str:
        """The feed of the person who opens it."""
        return f"{self.base}/"

    @property
    def communities(self) -> str:
        return f"{self.base}/communities"

    @property
    def chat(self) -> str:
        return f"{self.base}/chat"

    def content(self, code: str) -> str:
        """A content with its thread, by its code."""
        return f"{self.base}/contents/{_part(code)}"

    def person(self, handle: str) -> str:
        return f"{self.base}/people/{_part(handle)}"

    def community(self, slug: str) -> str:
        return f"{self.base}/communities/{_part(slug)}"

    def tag(self, label: str) -> str:
        return f"{self.base}/tags/{_part(label)}"

    def search(self, words: str) -> str:
        return f"{self.base}/search?q={quote(words, safe='')}"

    def link(self, token: str) -> str:
        """Return the address at which a link from the bot opens a session."""
        return f"{self.base}/link/{_part(token)}"


def _part(text: str) -> str:
    return quote(text, safe="")


def addresses(settings: Settings) -> Addresses | None:
    """Return the addresses as people elsewhere open them; ``None`` if the server's public name is not set.

    A server that only this machine reaches is called by its own host and port.
    """
    if settings.public_url:
        return Addresses(settings.public_url.rstrip("/"))
    if settings.beyond_loopback:
        return None
    host = f"[{settings.http_host}]" if ":" in settings.http_host else settings.http_host
    return Addresses(f"http://{host}:{settings.http_port}")


def names_this_machine(host: str) -> bool:
    """Whether a ``Host`` header calls this machine by its own name; anything that is not exactly one does not."""
    return _THIS_MACHINE.fullmatch(host) is not None


_THIS_MACHINE = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?", re.IGNORECASE)
