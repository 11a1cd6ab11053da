"""``fil``, ``feed``: news from the communities, people and subjects that the reader follows."""

from __future__ import annotations

from collections.abc import Sequence

from bots.answers import reacting
from bots.answers.excerpts import item
from bots.answers.named import days
from bots.answers.reasons import REASONS
from bots.card import Card, Items
from bots.command import Command, Group, Options
from bots.request import Request, called
from bots.speech.dates import moment_of
from reseau.contents import reactions
from reseau.contents.reactions import Gathered
from reseau.finding import digest, feed
from reseau.finding.feed import FeedItem
from reseau.i18n import N_
from reseau.people import attention

_MOST = 10  # threads on one screen


def answer(request: Request) -> Card:
    """Ten threads at most, the most recently active first, each with the reason it is listed."""
    t = request.t
    since, before = (days.moment(request, request.arguments.option(name)) for name in ("since", "before"))
    since = since or (moment_of(request.text, request.tx.now, t.timezone) if request.text else None)
    entries = feed.read(request.tx, request.viewer, _MOST, since=since, before=before)
    if not entries:
        return _nothing(request, since is not None or before is not None)
    blocks = _all(request, entries) if since or before else _since_last_visit(request, entries)
    return Card(
        title=t("Your feed since {day}", day=t.date(since)) if since else t("Your feed"),
        blocks=blocks,
        buttons=(
            request.button(t("Show {code}", code=entries[0].content.code), "show", entries[0].content.code),
            request.button(t("Communities"), "communities"),
        ),
        footer=t("Type {code}, for example, to read it.", code=called(request.calling, entries[0].content.code)),
    )


def _all(request: Request, entries: Sequence[FeedItem], heading: str = "") -> tuple[Items, ...]:
    if not entries:
        return ()
    liked = reactions.gathered(request.tx, [entry.content.id for entry in entries], request.viewer)
    items = (item(request, entry.content, _reason(request, entry, liked.get(entry.content.id))) for entry in entries)
    return (Items(tuple(items), heading),)


def _since_last_visit(request: Request, entries: Sequence[FeedItem]) -> tuple[Items, ...]:
    """Put the threads that moved since the last look above the rest; a first look shows all alike."""
    tx, t = request.tx, request.t
    last = attention.of(tx, request.me.id).visited_at
    attention.visit(tx, request.me.id)
    moved = digest.moved(tx, request.viewer, [entry.content.id for entry in entries], last) if last else {}
    new = [entry for entry in entries if entry.content.id in moved]
    if last is None or not new:
        return _all(request, entries)
    earlier = _all(request, [entry for entry in entries if entry not in new], t("Earlier"))
    return (*_all(request, new, t("New since your last visit, {ago}", ago=t.ago(tx.now - last))), *earlier)


def _reason(request: Request, entry: FeedItem, liked: Gathered | None) -> str:
    t = request.t
    reasons = [t(REASONS[entry.reason], source=entry.source)]
    if replies := entry.content.replies:
        reasons.append(t.plural("{count} reply", "{count} replies", replies))
    if liked is not None:
        reasons.append(reacting.brief(liked))
    return " · ".join(reasons)


def _nothing(request: Request, narrowed: bool) -> Card:
    t = request.t
    if narrowed:
        return Card(title=t("Nothing happened in that time."), buttons=(request.button(t("My feed"), "feed"),))
    return Card(
        title=t("Your feed is still empty: join a community to fill it."),
        buttons=(request.button(t("Communities"), "communities"),),
    )


command = Command(
    id="feed",
    forms={
        "fr": ("fil", "actu", "actualités", "quoideneuf", "quoi de neuf", "mon fil"),
        "en": ("feed", "news", "what's new", "my feed"),
    },
    group=Group.READ,
    summary=N_("Shows what is new in your communities and around what you follow, the latest first."),
    examples={"fr": "fil depuis lundi", "en": "feed since monday"},
    answer=answer,
    rank=10,
    heard=(
        "whats new",
        "what is new",
        "quoi de 9",
        "actus",
    ),
    takes=frozenset({"since", "before"}),
    options=Options.ANYWHERE,
)
