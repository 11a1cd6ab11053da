"""Cards for a whole channel: they are in the company's language, and have no button to withdraw anything."""

from __future__ import annotations

from dataclasses import replace

from bots.card import Card, Field, Shared, Visibility
from bots.request import Request
from reseau.communities import reading
from reseau.i18n import Words
from reseau.kinds import Privacy


def visibility(request: Request, community_id: int | None) -> Visibility:
    """Return who may see the card of a new content: the place where it was typed may not be the place it went to.

    What is on a wall or in an open community may appear in the conversation; the rest is for its author.
    """
    place = reading.get(request.tx, request.viewer, community_id) if community_id is not None else None
    is_open = community_id is None or (place is not None and place.privacy is Privacy.OPEN and not place.conversation)
    return Visibility.PUBLIC if is_open else Visibility.PRIVATE


def is_announced(request: Request, community_id: int | None, *, mirrored: bool = True) -> bool:
    """Whether the channel of a line is shown a card of the new content.

    Args:
        community_id: where it was written, none is a wall.
        mirrored: whether it is a content, which a linked channel shows by itself.
    """
    channel = request.channel
    if channel is None or (mirrored and channel.community_id is not None):
        return False
    return visibility(request, community_id) is Visibility.PUBLIC


def announcement(request: Request, community_id: int | None, *, mirrored: bool = True) -> tuple[Field, ...]:
    """Return the preview's field about the card that the channel will be shown, if any."""
    if not is_announced(request, community_id, mirrored=mirrored):
        return ()
    t, name = request.t, request.channel.name if request.channel is not None else ""
    where = t("a card in #{channel}, for everybody there", channel=name) if name else t("a card for everybody here")
    return (Field(t("In the channel"), where),)


def of_company(request: Request) -> Request:
    """The request as if the company itself had asked: in its language, for people of any language."""
    return replace(request, t=Words(request.settings.language, request.settings.zone))


def shared(request: Request, card: Card, named: int | None = None) -> Shared:
    """A card for the channel of a line; ``named`` is the id of a member to be mentioned in it."""
    assert request.channel is not None
    return Shared(replace(card, visibility=Visibility.PUBLIC), request.channel.where, named)
