"""The chat of the pages as a door: typing a line there, and reading a card."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bots.card import as_json
from bots.platform import Answer
from bots.platforms.web.drawing import drawn
from reseau.i18n import Words
from reseau.markup.html import Element, tree
from reseau.network import Network
from reseau.people import members
from reseau.store.moments import now
from tests.bots.web.browsing import DRAWN, browsing

_TYPED = re.compile(r'^<p class="mine".*?</p>\n?', re.DOTALL)
_TAGS = {
    *"article h3 h4 div p span ul ol li dl dt dd figure figcaption blockquote form input button a strong em s".split(),
    *"code pre br hr table tr th td bdi".split(),
}


@dataclass(frozen=True, slots=True)
class NoSession:
    """Nobody in particular: what forms hold of a session."""

    form_key: str = ""


@dataclass(frozen=True, slots=True)
class WebDoor:
    """The pages, in the browser of the person who types."""

    network: Network
    language: str

    def ask(self, who: str, line: str) -> Mapping[str, Any]:
        """Type a line in the chat; the card that appears there."""
        with self.network.store.read() as tx:
            member_id = members.find(tx, f"@{who}")[0].id
        browser = browsing(self.network, member_id)
        browser.headers["accept-language"] = self.language
        return {"html": _TYPED.sub("", browser.say(line, x_reseau_in_page="1").plain)}


def drawing(answer: Answer) -> Mapping[str, Any]:
    """A card as the chat draws it."""
    values = {"card": as_json(answer.card), "line": "", "back": "/chat", "into": "said", "chatting": True, "lead": {}}
    page = drawn("card.html", Words(answer.language), visit=NoSession(), now=now(), **values)
    return {"html": DRAWN.sub(r'\1"', page)}


def faults(drawing: Mapping[str, Any]) -> Sequence[str]:
    """Return what a card must not hold: other tags than ours, handlers, addresses that do something."""
    elements: list[Element] = list(tree(drawing["html"]).elements())
    forbidden = [f"a tag <{element.tag}>" for element in elements if element.tag not in _TAGS]
    for element in elements:
        forbidden += [f"a handler {name}" for name in element.attributes if name.startswith("on")]
        href = element.attributes.get("href", "/")
        forbidden += [] if re.match(r"/(?!/)|https?://|mailto:|tel:", href) else [f"an address {href}"]
    return forbidden
