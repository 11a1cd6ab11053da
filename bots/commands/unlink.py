"""``délier``, ``unlink``: ends the link between a channel and its community."""

from __future__ import annotations

from bots.card import Card, Text, Visibility
from bots.command import Command, Group, Role
from bots.request import RefusalError, Request
from bots.speech import grammar
from reseau.channels import links
from reseau.channels.links import Link
from reseau.communities import reading
from reseau.folding import fold
from reseau.i18n import N_


def answer(request: Request) -> Card:
    """End the link of the channel. Its messages stay."""
    t, channel = request.t, request.channel
    link = None
    if channel is not None:
        link = links.of_channel(request.tx, request.channel_key(channel.where))
    if link is None or not _is_meant(request, link):
        raise RefusalError(
            "E_NO_LINK",
            N_("This channel is not linked. Type this in the channel that you want to unlink."),
            request.button(t("See the links"), "links"),
        )
    links.end(request.tx, link.id)
    return Card(
        title=t("This channel is no longer linked to a community."),  # readers here may not know which one
        blocks=(Text(t("What was written stays where it is.")),),
        visibility=Visibility.PUBLIC,
        done=True,
    )


def _is_meant(request: Request, link: Link) -> bool:
    """Whether the line names no community, or the linked one, if this person may know it."""
    named = fold(grammar.unquoted(request.text))
    place = reading.get(request.tx, request.viewer, link.community_id)
    return not named or (place is not None and named == fold(place.name))


command = Command(
    id="unlink",
    forms={"fr": ("délier",), "en": ("unlink",)},
    group=Group.COMMUNITIES,
    summary=N_("Ends the link between this channel and its community."),
    examples={"fr": "délier", "en": "unlink"},
    answer=answer,
    rank=70,
    role=Role.ADMINISTRATOR,
    to_channel=True,
)
