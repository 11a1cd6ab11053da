"""``liens``, ``links``: lists the links between channels and communities."""

from __future__ import annotations

from bots.card import Card, Item, Items, Text, phrase, strong
from bots.command import Command, Group, Role
from bots.mirror import readers
from bots.platform import title_of
from bots.request import Request, called
from reseau.channels import links, mirroring
from reseau.channels.links import Link
from reseau.communities import reading
from reseau.exchange import outbox
from reseau.i18n import N_

_RESTING = N_("paused")
_AT_REST = {
    "E_LINK_OUTSIDERS": N_("paused: people of other organisations are in the channel"),
    "E_LINK_WIDE": N_("paused: everybody can read the channel"),
    "E_LINK_STRANGERS": N_("paused: somebody in the channel may not read the community"),
    "E_LINK_UNSEEN": N_("paused: the platform does not say who reads the channel"),
}


def answer(request: Request) -> Card:
    """List the links, without those of communities that this person may not know."""
    t = request.t
    readable = [
        link
        for link in links.listed(request.tx)
        if reading.get(request.tx, request.viewer, link.community_id) is not None
    ]
    if not readable:
        name = t("community")
        text = t(
            "To link one, type “{line}” in the channel.",
            line=called(f"@{request.settings.name}", request.to_type("link", name)),
        )
        return Card(t("No channel is linked yet."), (Text(text),))
    title = t.plural("{count} channel is linked.", "{count} channels are linked.", len(readable))
    return Card(title, (Items(tuple(_item(request, link) for link in readable)),))


def _item(request: Request, link: Link) -> Item:
    t = request.t
    state = t("working since {date}", date=t.date(link.created_at))
    if link.reason:
        state = t(_AT_REST.get(link.reason, _RESTING))
    elif held := outbox.held(request.tx, mirroring.conversation(link), readers.WAITING):
        state = t.plural(
            "on hold: the platform has not said yet who reads the channel; {count} message waits",
            "on hold: the platform has not said yet who reads the channel; {count} messages wait",
            held,
        )
    return Item(phrase(strong(link.community), f"↔ {link.name} ({title_of(link.platform)})"), reason=state)


command = Command(
    id="links",
    forms={"fr": ("liens",), "en": ("links",)},
    group=Group.COMMUNITIES,
    summary=N_("Shows which channels of Slack and Teams are linked to which communities."),
    examples={"fr": "liens", "en": "links"},
    answer=answer,
    rank=80,
    role=Role.ADMINISTRATOR,
)
