"""``relier``, ``link``: links this channel and a community, so that messages in one appear in the other."""

from __future__ import annotations

from bots.answers import examples
from bots.answers.forms import entries
from bots.answers.named import places
from bots.card import Card, Field, Fields, Text, Visibility
from bots.command import Command, Group, Role
from bots.form import Among
from bots.mirror import audiences
from bots.platform import Audience, Channel
from bots.request import RefusalError, Request, called
from reseau import access
from reseau.channels import links
from reseau.channels.links import NewLink
from reseau.communities import reading
from reseau.communities.reading import Community
from reseau.i18n import N_


def answer(request: Request) -> Card:
    """Link the channel, if all its readers may read the community."""
    t = request.t
    channel, audience = _channel(request)
    if not request.text.strip():
        raise RefusalError(
            "E_TEXT_MISSING",
            N_("To which community do you want to link this channel? Example: {example}"),
            request.button(t("See the communities"), "communities"),
            example=examples.here(request),
        )
    place = places.single(request, request.text, lambda slug: request.to_type("link", slug))
    if not access.may_read_community(request.tx, request.viewer, place.id):
        raise RefusalError("E_NOT_MEMBER", N_("“{community}” is for its members only."), community=place.name)
    links.check(request.tx, place.id, audiences.readers(request.tx, request.channel_key(channel.where), audience))
    again = _woken(request, channel, place)
    if not again:
        links.add(
            request.tx,
            NewLink(
                place.id,
                request.platform,
                request.tenant,
                channel.where.conversation,
                audience.name,
                request.me.id,
                channel.where.service,
            ),
        )
    return _done(request, place)


def _channel(request: Request) -> tuple[Channel, Audience]:
    channel = request.channel
    if channel is None or channel.audience is None:
        raise RefusalError(
            "E_NO_CHANNEL",
            N_("Type this in the channel itself, in Slack or in Teams: {line}"),
            request.button(request.t("See the links"), "links"),
            line=called(f"@{request.settings.name}", request.line.strip()),
        )
    return channel, channel.audience


def _woken(request: Request, channel: Channel, place: Community) -> bool:
    """Resume a paused link, whose readers fit now; return whether there was one."""
    link = links.of_channel(request.tx, request.channel_key(channel.where))
    if link is None or link.community_id != place.id or not link.reason:
        return False
    links.rest(request.tx, link.id, "")
    return True


def _done(request: Request, place: Community) -> Card:
    """Return the card for the whole channel, since people must know who reads them."""
    t = request.t
    reached = reading.audience(request.tx, place.id)
    people = t.plural("{count} person of the network can read it", "{count} people of the network can read it", reached)
    return Card(
        title=t("This channel is now linked to “{community}”.", community=place.name),
        blocks=(
            Text(t("What is written here also appears in the community, under your names, and the other way round.")),
            Text(t("What programs and workflows post stays where it is.")),
            Fields((Field(t("Audience"), people),)),
        ),
        footer=t("To end it, an administrator types “{line}” here.", line=request.typed("unlink")),
        visibility=Visibility.PUBLIC,
        done=True,
    )


command = Command(
    id="link",
    forms={"fr": ("relier", "lier"), "en": ("link",)},
    group=Group.COMMUNITIES,
    summary=N_("Links this channel to a community: what is written in one appears in the other."),
    examples={"fr": "relier Veille", "en": "link Veille"},
    answer=answer,
    form=entries.community(N_("Link this channel"), N_("Link"), Among.WRITABLE),
    rank=60,
    role=Role.ADMINISTRATOR,
    to_channel=True,
    needs_audience=True,
)
