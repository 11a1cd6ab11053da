"""The pages: their contents, read through the gate; templates decide how they look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bots.answers import examples, profiles, reacting
from bots.answers.excerpts import first_line, headline
from bots.answers.forms import filling
from bots.answers.named.people import shared
from bots.answers.reasons import REASONS
from bots.card import Card, Items, as_json, from_json
from bots.form import Sheet
from bots.markup.fitting import shortened
from bots.platforms.web.drawing import drawn
from bots.platforms.web.leading import leads
from bots.platforms.web.visit import Visit
from reseau import access
from reseau.communities import reading
from reseau.contents import changing, reactions, thanks, threads
from reseau.contents.reactions import Gathered
from reseau.contents.threads import Content
from reseau.exchange import kept, waiting
from reseau.finding import feed as feeds, listing, lookup
from reseau.kinds import FollowKind, MemberStatus
from reseau.people import follows, members
from reseau.people.members import Member
from reseau.settings.addresses import Addresses
from reseau.store.tables import member

_FEED, _LIST = 15, 20  # threads on one page
_REPLIES, _FOUND, _NOTICES = 200, 10, 20
_HEAD, _EXCERPT = 140, 280  # characters
_AHEAD = timedelta(days=7)  # within which working hours come, unless somebody is away


@dataclass(frozen=True, slots=True)
class Page:
    """A page that is ready to be drawn.

    Attributes:
        template: its file.
        values: what the template uses.
        used: the verb that does the same, empty if none does: reading a page is using the network.
        headers: what the answer says besides.
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    used: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def html(self, visit: Visit) -> str:
        """The page for a visit."""
        return drawn(self.template, visit.t, visit=visit, now=visit.tx.now, **self.values)


#: What cannot be read and what does not exist look the same.
Nowhere = Page("lost.html")


@dataclass(frozen=True, slots=True)
class Line:
    """A content in a list.

    Attributes:
        head: its title or first words.
        more: further words, if any.
        reason: why it is shown; empty if the list says it.
    """

    content: Content
    author: Member
    head: str
    more: str
    reason: str = ""
    liked: str = ""


def feed(visit: Visit, asked: Mapping[str, str]) -> Page:
    """Show the news around the reader; ``before`` leads to older ones."""
    entries = feeds.read(visit.tx, visit.viewer, _FEED, before=_moment(asked.get("before", "")))
    reasons = {entry.content.id: visit.t(REASONS[entry.reason], source=entry.source) for entry in entries}
    lines = _lines(visit, [entry.content for entry in entries], reasons)
    mine = [place for place in reading.listed(visit.tx, visit.viewer, limit=_LIST) if place.mine]
    older = entries[-1].content.last_at.isoformat() if len(entries) == _FEED else ""
    values = {"lines": lines, "mine": mine, "older": older, "later": bool(asked.get("before"))}
    values["waits"] = _waits(visit)
    return Page("feed.html", values, "feed")


def content(visit: Visit, asked: Mapping[str, str]) -> Page:
    """A content with its thread, and its buttons."""
    tx, viewer = visit.tx, visit.viewer
    root = threads.get(tx, viewer, asked["code"])
    if root is None or root.is_reply:
        return Nowhere
    replies = threads.read(tx, viewer, root.id, limit=_REPLIES).replies
    liked = reactions.gathered(tx, [root.id, *(reply.id for reply in replies)], viewer)
    people = members.get_all(tx, {root.author_id, *(reply.author_id for reply in replies)})
    place = reading.get(tx, viewer, root.community_id) if root.community_id is not None else None
    author = people[root.author_id]
    values = {
        "root": root,
        "author": author,
        "place": place,
        "title": _title(root),
        "liked": _liked(visit, liked.get(root.id)),
        "likes": reactions.reacted_to(tx, [root.id, *(reply.id for reply in replies)], visit.me.id),
        "follows_it": root.id in follows.followed(tx, visit.me.id, FollowKind.CONTENT),
        "thankable": author.id != visit.me.id and author.status is not MemberStatus.BOT,
        "replies": [
            Reply(
                number,
                reply,
                people[reply.author_id],
                reply.id == root.accepted_id,
                _liked(visit, liked.get(reply.id)),
            )
            for number, reply in enumerate(replies, root.replies - len(replies) + 1)
        ],
        "hidden": max(0, root.replies - len(replies)),
        "keeps": root.kind.answerable and root.accepted_id is None and changing.may_accept(tx, root.id, visit.me.id),
        "writes": root.community_id is None or access.may_post(tx, viewer, root.community_id),
        "here": asked["code"],
    }
    return Page("content.html", values, "show")


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply with its place in the thread; ``kept`` marks the answer that helped."""

    number: int
    content: Content
    author: Member
    kept: bool
    liked: str


def person(visit: Visit, asked: Mapping[str, str]) -> Page:
    """A profile, and the newest that this person wrote."""
    tx = visit.tx
    called = access.knowable_people(visit.viewer) & (member.c.handle == asked["handle"])
    them = next(iter(members.find(tx, f"@{asked['handle']}", 1, among=called)), None)
    if them is None:
        return Nowhere
    request = visit.request("profile")
    followers, following = follows.counts(tx, visit.viewer, them.id)
    values = {
        "person": them,
        "fields": profiles.fields(request, them),
        "mine": them.id == visit.me.id,
        "opener": filling.opener(request.command, visit.t),
        "shared": shared(request, them) if them.id != visit.me.id else [],
        "follows_them": them.id in follows.followed(tx, visit.me.id, FollowKind.MEMBER),
        "present": them.status not in (MemberStatus.LEFT, MemberStatus.BOT, MemberStatus.PLACEHOLDER),
        "followers": followers,
        "following": following,
        "thanked": thanks.received(tx, visit.viewer, them.id),
        "lines": _lines(visit, threads.recent_of(tx, visit.viewer, them.id, limit=_FOUND)),
    }
    return Page("person.html", values, "profile")


def communities(visit: Visit, asked: Mapping[str, str]) -> Page:
    """The communities that the reader may know, their own first."""
    words = asked.get("q", "").strip()
    places = reading.listed(visit.tx, visit.viewer, words, limit=200)
    values = {
        "words": words,
        "mine": [place for place in places if place.mine],
        "others": [place for place in places if not place.mine],
    }
    return Page("communities.html", values, "communities")


def community(visit: Visit, asked: Mapping[str, str]) -> Page:
    """A community: its purpose, its animateurs, its news."""
    tx, viewer = visit.tx, visit.viewer
    fitting = reading.find(tx, viewer, asked["slug"])
    place = next((place for place in fitting if place.slug == asked["slug"]), None)
    if place is None:
        return Nowhere
    readable = access.may_read_community(tx, viewer, place.id)
    roles = reading.animateurs(tx, place.id)
    knowable = access.may_know(tx, viewer, [id_ for id_, _ in roles])
    people = members.get_all(tx, knowable)
    mine = place.id in set(tx.execute(access.my_communities(viewer)).scalars())
    values = {
        "place": place,
        "readable": readable,
        "mine": mine,
        "follows_it": place.id in follows.followed(tx, visit.me.id, FollowKind.COMMUNITY),
        "writes": access.may_post(tx, viewer, place.id),
        "animateurs": [(people[id_], role) for id_, role in roles if id_ in people],
        "readers": reading.audience(tx, place.id) if readable else 0,
        "lines": _lines(visit, listing.of_community(tx, viewer, place.id, _LIST)) if readable else [],
    }
    return Page("community.html", values, "communities")


def tag(visit: Visit, asked: Mapping[str, str]) -> Page:
    """The threads under a tag; one that nothing readable bears does not exist."""
    tagged = listing.of_tag(visit.tx, visit.viewer, asked["label"], _LIST)
    if tagged is None:
        return Nowhere
    follows_it = tagged.id in follows.followed(visit.tx, visit.me.id, FollowKind.TAG)
    return Page("tag.html", {"tag": tagged, "lines": _lines(visit, tagged.contents), "follows_it": follows_it})


def search(visit: Visit, asked: Mapping[str, str]) -> Page:
    """Contents, documents and people that fit some words."""
    words = asked.get("q", "").strip()
    results = lookup.find(visit.tx, visit.viewer, words, limit=_FOUND) if words else None
    values = {
        "words": words,
        "found": results,
        "contents": _lines(visit, [hit.content for hit in results.contents]) if results else [],
        "documents": _lines(visit, [hit.content for hit in results.documents]) if results else [],
    }
    return Page("search.html", values, "search" if words else "")


def chat(visit: Visit, asked: Mapping[str, str]) -> Page:
    """The conversation with the network: a greeting, recent notices, and a line to type."""
    greeting = visit.request("greet").command.answer(visit.request("greet"))
    values = {
        "greeting": as_json(greeting),
        "notices": _notices(visit),
        "waits": _waits(visit),
        "last": kept.last(visit.tx, visit.me.id),
        "line": asked.get("line", "")[:2000],
        "examples": _examples(visit),
    }
    return Page("chat.html", values)


def news(visit: Visit, asked: Mapping[str, str]) -> Page:
    """Return the notices that the reader got since another one, for an open chat."""
    after = asked.get("after", "")
    seen = int(after) if after.isdecimal() and len(after) < 18 else 0
    last = kept.last(visit.tx, visit.me.id)
    return Page("news.html", {"notices": _notices(visit, seen)}, headers={"x-reseau-last": str(last)})


@dataclass(frozen=True, slots=True)
class Place:
    """Return the page that a line was sent from, which shows its answer.

    Attributes:
        back: the path of the page.
        into: the part of it that shows answers.
        whole: whether the answer is a page of its own.
    """

    back: str
    into: str = "said"
    whole: bool = True

    @property
    def chatting(self) -> bool:
        return self.back.startswith(Addresses().chat)


def said(visit: Visit, card: Card, line: str, place: Place) -> Page:
    """The answer to a line: a whole page, or the card alone for a page that shows it within itself."""
    lead = {} if place.chatting else leads(visit, card)
    values = {"card": as_json(card), "line": line, "lead": lead, "sheet": None, **_placed(place)}
    return Page("said.html" if place.whole else "card.html", values)


def form(visit: Visit, sheet: Sheet, line: str, place: Place) -> Page:
    """A form to fill in, in the place of an answer."""
    values = {"sheet": sheet, "line": line, "card": None, **_placed(place)}
    return Page("said.html" if place.whole else "sheet.html", values)


def _placed(place: Place) -> Mapping[str, Any]:
    return {"back": place.back, "into": place.into, "chatting": place.chatting}


def _examples(visit: Visit) -> Sequence[str]:
    """Lines that show how one talks here."""
    expert = visit.request("expert")
    lines = {verb: visit.line(verb) for verb in ("help", "feed", "communities", "settings")}
    return [lines["help"], lines["feed"], examples.own(expert, expert.command), lines["communities"], lines["settings"]]


def _notices(visit: Visit, after: int = 0) -> list[Mapping[str, Any]]:
    """Notices as they were sent, but for what is about what the reader may no longer read."""
    notices = kept.of(visit.tx, visit.me.id, after, _NOTICES)
    cards = ((notice, _open(visit, from_json(notice.card))) for notice in notices)
    return [{"card": as_json(card), "at": notice.at} for notice, card in cards if card is not None]


def _open(visit: Visit, card: Card) -> Card | None:
    """A card without the lines about what the reader may not read; nothing where it is about that alone."""

    def closed(code: str) -> bool:
        return threads.code_of(code) is not None and threads.get(visit.tx, visit.viewer, code) is None

    if closed(card.code):
        return None
    blocks = [
        replace(block, items=tuple(item for item in block.items if not closed(item.code)))
        if isinstance(block, Items)
        else block
        for block in card.blocks
    ]
    left = tuple(block for block in blocks if not isinstance(block, Items) or block.items)
    return replace(card, blocks=left) if left or not card.blocks else None


def _waits(visit: Visit) -> datetime | None:
    """When the next notice comes that waits for the reader's hours; what they may not read any more never comes."""
    tx = visit.tx
    notices = waiting.of(tx, visit.me.id, tx.now + _AHEAD, _NOTICES)
    readable = threads.get_all(tx, visit.viewer, {notice.root_id for notice in notices if notice.root_id is not None})
    moments = [notice.due_at for notice in notices if notice.root_id is None or notice.root_id in readable]
    return min((moment for moment in moments if moment is not None and moment > tx.now), default=None)


def _lines(visit: Visit, contents: Sequence[Content], reasons: Mapping[int, str] | None = None) -> list[Line]:
    people = members.get_all(visit.tx, {content.author_id for content in contents})
    liked = reactions.gathered(visit.tx, [content.id for content in contents], visit.viewer)
    return [
        Line(
            content,
            people[content.author_id],
            headline(content, _HEAD),
            _more(content),
            (reasons or {}).get(content.id, ""),
            reacting.brief(liked[content.id]) if content.id in liked else "",
        )
        for content in contents
    ]


def _more(content: Content) -> str:
    """Return the text below the headline, shortened: all of it if the headline is a title, else the rest."""
    words = first_line(content.text)
    if content.title.strip():
        return shortened(words, _EXCERPT)
    head = headline(content, _HEAD).removesuffix("…").rstrip()
    rest = words.removeprefix(head).strip() if words != head else ""
    return "… " + shortened(rest, _EXCERPT) if rest else ""


def _title(root: Content) -> str:
    return root.title if root.title.strip() else headline(root, 90)


def _liked(visit: Visit, gathered: Gathered | None) -> str:
    return reacting.line(gathered, visit.t) if gathered is not None else ""


def _moment(typed: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
