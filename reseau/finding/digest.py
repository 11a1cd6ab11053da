"""A person's news, by thread: the notices that wait, and changes around what the person follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select

from reseau import access
from reseau.access import Viewer
from reseau.communities import reading
from reseau.contents import reactions, thanks, threads
from reseau.contents.reactions import Gathered
from reseau.contents.threads import Content
from reseau.exchange import notifications, waiting
from reseau.exchange.notices import Cadence, Notice
from reseau.exchange.waiting import Waiting
from reseau.finding import feed
from reseau.finding.feed import Reason
from reseau.hours import last_opening
from reseau.people import members, preferences
from reseau.people.attention import Attention
from reseau.store.moments import from_micros
from reseau.store.prepared import parts
from reseau.store.tables import content
from reseau.store.transaction import Transaction

_MOST_READ = 30  # threads of a feed, of which those that only the reader moved are left out
_MOST_REACTED = 10
_LONGEST = timedelta(days=31)  # no summary goes back further
_WEEK = timedelta(days=7)
_OF_PEOPLE = frozenset({Reason.FOLLOWED_MEMBER})
_OF_PLACES = frozenset({Reason.MY_COMMUNITY, Reason.FOLLOWED_COMMUNITY, Reason.FOLLOWED_TAG, Reason.ASKED_OF_ALL})


@dataclass(frozen=True, slots=True)
class Period:
    """The moments from which a summary covers each cadence.

    Attributes:
        daily, weekly: the beginning for the classes of that cadence; ``None`` leaves them out.
        asked: whether the person asked for it: it then includes notices that wait for their hours.
    """

    daily: datetime
    weekly: datetime | None
    asked: bool = False


@dataclass(slots=True)
class Entry:
    """A thread, and why the reader learns of it.

    Attributes:
        causes: the number of notices of each class.
        people: names of those who caused them, without repetition.
        new: replies by others, if the thread was found in the feed.
        source: the person, community or tag that it was found by.
    """

    content: Content
    causes: Counter[Notice] = field(default_factory=Counter)
    people: dict[str, None] = field(default_factory=dict)
    new: int = 0
    source: str = ""
    liked: Gathered | None = None


@dataclass(frozen=True, slots=True)
class Thanked:
    """Thanks that the reader received."""

    giver: str
    reason: str


@dataclass(frozen=True, slots=True)
class Digest:
    """A person's news; false if there is none.

    Attributes:
        entries: by thread: those that concern the reader personally first, then the latest.
        others: notices about no thread, such as roles.
        ended: the waiting notices that are now shown, or void.
    """

    entries: tuple[Entry, ...]
    thanks: tuple[Thanked, ...]
    others: tuple[Waiting, ...]
    ended: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.entries or self.thanks or self.others)


def period(noted: Attention, now: datetime, zone: ZoneInfo, *, weekly: bool, asked: bool = False) -> Period:
    """Return the news for a person's next summary: since the last one ended, else of the last working day or week."""
    daily = max(noted.daily_at or last_opening(now, zone), now - _LONGEST)
    return Period(daily, max(noted.weekly_at or now - _WEEK, now - _LONGEST) if weekly else None, asked)


def absence(noted: Attention, now: datetime, since: datetime) -> Period:
    """Return the news for the summary after an absence that began at ``since``: all of it, once."""
    begin = max(since, noted.daily_at or since, now - _LONGEST)
    return Period(begin, begin)


def read(tx: Transaction, member_id: int, when: Period) -> Digest:
    """Read the news of a period for a person, through the gate."""
    who = access.viewer(tx, member_id)
    chosen = preferences.chosen(tx, member_id)
    rows = [row for row in waiting.of(tx, member_id) if when.asked or row.due_at is None]
    unwanted = [row.id for row in rows if chosen[row.notice] is Cadence.NEVER]
    later = (Cadence.NEVER,) if when.weekly is not None else (Cadence.NEVER, Cadence.WEEKLY)
    held = [row for row in rows if chosen[row.notice] not in later]
    gathering = _Gathering(tx, who)
    gathering.take(held)
    for notice, reasons in ((Notice.PERSON, _OF_PEOPLE), (Notice.COMMUNITY, _OF_PLACES)):
        since = when.daily if chosen[notice] is Cadence.DAILY else when.weekly
        if since is not None and (when.asked or chosen[notice] is not Cadence.NEVER):
            gathering.take_feed(notice, reasons, since)
    return gathering.digest([*unwanted, *(row.id for row in held)])


def gathered(tx: Transaction, member_id: int, rows: Sequence[Waiting]) -> Digest:
    """Read what some notices that waited tell a person, through the gate."""
    gathering = _Gathering(tx, access.viewer(tx, member_id))
    gathering.take(rows)
    return gathering.digest([row.id for row in rows])


class _Gathering:
    """A digest in the making."""

    def __init__(self, tx: Transaction, who: Viewer) -> None:
        self._tx, self._who = tx, who
        self._entries: dict[int, Entry] = {}
        self._thanks: list[Thanked] = []
        self._others: list[Waiting] = []

    def take(self, rows: Sequence[Waiting]) -> None:
        """Add notices, each once; subjects that are gone or closed meanwhile are left out."""
        tx, who = self._tx, self._who
        named = {int(row.payload[name]) for row in rows for name in ("content", "root") if row.payload.get(name)}
        contents = threads.get_all(tx, who, named)
        people = members.get_all(tx, {int(row.payload["by"]) for row in rows if row.payload.get("by")})
        seen: set[tuple[Notice, int]] = set()
        for row in rows:
            by = people.get(int(row.payload.get("by") or 0))
            if row.notice is Notice.REACTION:
                self._take_reactions(row)
            elif row.notice is Notice.THANKS:
                self._take_thanks(row, by.name if by else "")
            elif row.root_id is None:
                self._others.append(row)
            elif (found := self._subject(row, contents)) is not None and (row.notice, found.id) not in seen:
                seen.add((row.notice, found.id))
                entry = self._entry(contents[found.root_id])
                entry.causes[row.notice] += 1
                if by is not None:
                    entry.people[by.name] = None

    def take_feed(self, notice: Notice, reasons: Collection[Reason], since: datetime) -> None:
        """Add threads that others moved since a moment."""
        items = feed.read(self._tx, self._who, _MOST_READ, since=since, only=reasons)
        by_others = moved(self._tx, self._who, [item.content.id for item in items], since)
        for item in items:
            if item.content.id in by_others and item.content.last_at >= since:
                entry = self._entry(item.content)
                entry.causes[notice] += 1
                entry.new, entry.source = by_others[item.content.id], item.source

    def digest(self, ended: Sequence[int]) -> Digest:
        """Return the gathered threads, in their order."""
        order = list(Notice)
        newest = sorted(self._entries.values(), key=lambda entry: entry.content.last_at, reverse=True)
        newest.sort(key=lambda entry: min(order.index(notice) for notice in entry.causes))
        return Digest(tuple(newest), tuple(self._thanks), tuple(self._others), tuple(ended))

    def _entry(self, root: Content) -> Entry:
        return self._entries.setdefault(root.id, Entry(root))

    def _take_reactions(self, row: Waiting) -> None:
        tx, who = self._tx, self._who
        assert who.member_id is not None
        since = from_micros(int(row.payload["since"]))
        mine = threads.get_all(tx, who, reactions.reacted_since(tx, who.member_id, since, _MOST_REACTED))
        roots = threads.get_all(tx, who, [item.root_id for item in mine.values()])
        for id_, liked in reactions.gathered(tx, mine, who).items():
            if mine[id_].root_id in roots:
                entry = self._entry(roots[mine[id_].root_id])
                entry.causes[Notice.REACTION] = 1
                entry.liked = liked

    def _subject(self, row: Waiting, contents: Mapping[int, Content]) -> Content | None:
        """The content of a notice, if it is still current and the reader did not get it otherwise."""
        subject, root = contents.get(int(row.payload.get("content") or 0)), contents.get(row.root_id or 0)
        if subject is None or root is None:
            return None
        if row.notice is Notice.ACCEPTED and root.accepted_id != subject.id:
            return None
        if row.notice in (Notice.ASKED, Notice.EXPERTISE) and root.answered_at is not None:
            return None
        asked = row.notice is Notice.EXPERTISE and notifications.was_asked(self._tx, root.id, int(row.payload["to"]))
        return None if asked else subject

    def _take_thanks(self, row: Waiting, giver: str) -> None:
        reason = thanks.reason_of(self._tx, int(row.payload.get("thanks") or 0))
        if reason is not None and giver:
            self._thanks.append(Thanked(giver, reason))


def moved(tx: Transaction, who: Viewer, root_ids: Sequence[int], since: datetime) -> dict[int, int]:
    """The threads in which others wrote after a moment, with how many replies."""
    replies: dict[int, int] = {}
    for part in parts(root_ids):
        counts = (
            select(content.c.root_id, func.sum(case((content.c.id == content.c.root_id, 0), else_=1)).label("replies"))
            .where(
                content.c.root_id.in_(part),
                content.c.author_id != who.member_id,
                content.c.created_at > since,
                access.readable_contents(who),
            )
            .group_by(content.c.root_id)
        )
        replies.update((row.root_id, int(row.replies)) for row in tx.execute(counts))
    return replies


def community_name(tx: Transaction, member_id: int, community_id: int) -> str:
    """The name of a community, if a person may know of it."""
    place = reading.get(tx, access.viewer(tx, member_id), community_id)
    return "" if place is None else place.name
