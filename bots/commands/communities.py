"""``communautés``, ``communities``: lists the communities, the reader's own first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bots.card import Button, Card, Item, Items, phrase, strong
from bots.command import Command, Group
from bots.request import Request
from reseau.communities import reading
from reseau.communities.reading import CommunityLine
from reseau.exchange.notifications import CONSOLE
from reseau.finding import surroundings
from reseau.i18n import N_
from reseau.kinds import Privacy
from reseau.people import members

_MOST = 10
_MOST_BUTTONS = 3
_NEW = timedelta(days=7)  # how long a message counts as new
_MOST_NAMED = 3  # administrators to ask


def answer(request: Request) -> Card:
    """List the communities that the reader may know, filtered by the words of the line."""
    t = request.t
    places = reading.listed(request.tx, request.viewer, request.text, limit=_MOST + 1)
    if not places:
        return _none(request)
    mine = [place for place in places[:_MOST] if place.mine]
    others = [place for place in places[:_MOST] if not place.mine]
    new = surroundings.news(request.tx, request.viewer, [place.id for place in places[:_MOST]], request.tx.now - _NEW)
    lists = ((t("Yours"), mine), (t("Others"), others))
    return Card(
        title=t("Communities about “{text}”", text=request.text) if request.text else t("Communities"),
        blocks=tuple(
            Items(tuple(_item(request, place, new) for place in group), head) for head, group in lists if group
        ),
        buttons=_joins(request, others),
        footer=t("There are more: add a word to find one.") if len(places) > _MOST else "",
    )


def _item(request: Request, place: CommunityLine, news: Mapping[int, int]) -> Item:
    t = request.t
    facts = []
    if place.members is not None:
        facts.append(t.plural("{count} member", "{count} members", place.members))
    if new := news.get(place.id, 0):
        facts.append(t.plural("{count} new message", "{count} new messages", new))
    if place.privacy is not Privacy.OPEN:
        facts.append(t("for its members only"))
    purpose = place.purpose.strip().partition("\n")[0]
    text = phrase(strong(place.name), f"— {purpose}" if purpose else "")
    # Its button says “Show”: looking is not joining.
    return Item(text, reason=" · ".join(facts), line=request.to_type("communities", place.name))


def _joins(request: Request, others: list[CommunityLine]) -> tuple[Button, ...]:
    open_places = [place for place in others if place.privacy is Privacy.OPEN][:_MOST_BUTTONS]
    t = request.t
    return tuple(request.button(t("Join “{name}”", name=place.name), "join", f"#{place.slug}") for place in open_places)


def _none(request: Request) -> Card:
    t = request.t
    if request.text:
        return Card(
            title=t("No community here is about “{text}”.", text=request.text),
            buttons=(
                request.button(t("All the communities"), "communities"),
                request.button(t("Search"), "search", f": {request.text}"),
            ),
        )
    return Card(
        title=t("There is no community open to you yet."),
        buttons=(request.button(t("Help"), "help"),),
        footer=_who_opens(request),
    )


def _who_opens(request: Request) -> str:
    """Return whom to ask for the first communities, or at the console the command that opens them."""
    t = request.t
    if request.viewer.administrator and request.platform == CONSOLE:
        return t("To open the first ones: reseau kit list")
    names = members.administrators(request.tx, _MOST_NAMED)
    if names:
        return t("Ask {names} to open the first ones.", names=", ".join(names))
    return t("Whoever installed the network opens the first ones.")


command = Command(
    id="communities",
    forms={
        "fr": ("communautés", "groupes", "commu", "mes communautés", "c"),
        "en": ("communities", "groups", "my communities", "c"),
    },
    group=Group.COMMUNITIES,
    summary=N_("Lists the communities, yours first. Add a word to find those about a subject."),
    examples={"fr": "communautés vélo", "en": "communities cycling"},
    answer=answer,
    rank=10,
    nouns=(
        "communauté",
        "groupe",
        "community",
        "group",
        "channels",
        "canaux",
        "salons",
    ),
)
