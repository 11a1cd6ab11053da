"""``page``: gives the link that opens one's own page in a browser."""

from __future__ import annotations

from bots.card import Card, Markdown, Text
from bots.command import Command, Group
from bots.request import RefusalError, Request
from bots.speech import grammar
from reseau.contents import threads
from reseau.i18n import N_
from reseau.people import sessions
from reseau.settings.addresses import Addresses, addresses

_MINUTES = int(sessions.LINK_LASTS.total_seconds() // 60)
_PAGES = "web"  # the platform on which a page is open already


def answer(request: Request) -> Card:
    """A personal link to the pages; with a number, it leads to that content."""
    t = request.t
    if request.platform == _PAGES:
        return Card(t("You are on your page already."), buttons=(request.button(t("My feed"), "feed"),))
    pages = addresses(request.settings)
    if pages is None:
        raise RefusalError(
            "E_NO_ADDRESS",
            N_("The pages have no address yet. Whoever runs the network sets it: RESEAU_PUBLIC_URL"),
            request.button(t("My feed"), "feed"),
        )
    code, _ = grammar.first_number(request.text)
    content = threads.get(request.tx, request.viewer, code) if code else None
    to = Addresses().content(content.code) if content is not None else ""
    link = pages.link(sessions.give_link(request.tx, request.me.id)) + (f"?to={to}" if to else "")
    return Card(
        title=t("Your page is ready: the same network, in your browser."),
        blocks=(Text(Markdown(f"[{t('Open my page')}]({link})")),),
        footer=t("This link is for you alone. It opens once, within {minutes} minutes.", minutes=_MINUTES),
    )


command = Command(
    id="page",
    forms={"fr": ("page", "ma page", "web"), "en": ("page", "my page", "web")},
    group=Group.MINE,
    summary=N_("Gives you a link to your page: the network in your browser, for you alone."),
    examples={"fr": "page", "en": "page"},
    answer=answer,
    rank=40,
)
