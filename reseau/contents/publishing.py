"""Publishing what members write.

There is one write path for a chat line and for a million imported messages: a single change is a batch of one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from sqlalchemy import case, or_, select, update

from reseau import access, activity
from reseau.acting import Acting
from reseau.activity import Trace
from reseau.channels import mirroring
from reseau.communities import reading
from reseau.contents import calls, mentions, tags
from reseau.contents.content_type import Authors, ContentType, type_of
from reseau.contents.mentions import Mentioned
from reseau.errors import ReseauError
from reseau.exchange import notifications
from reseau.i18n import N_
from reseau.kinds import ContentState, Origin, Privacy, Verb
from reseau.search import analysis, index
from reseau.search.index import Entry
from reseau.store.prepared import Prepared, parameter, parameters
from reseau.store.tables import community, content, placement, thread
from reseau.store.transaction import Transaction

LONGEST_TEXT = 200_000  # characters; a long minute has 30,000
LONGEST_TITLE = 300


@dataclass(slots=True)
class NewContent:
    """A content to publish.

    Attributes:
        community_id: its community; ``None`` is the author's wall. A reply belongs to its thread's community.
        root_id: for a reply, the content that started the thread, published by an earlier call.
        language: ``fr`` or ``en``; ``None`` detects it, and takes the community's in case of a tie.
        tags: tags besides the hashtags of the text.
    """

    kind: ContentType
    author_id: int
    text: str
    community_id: int | None = None
    title: str = ""
    root_id: int | None = None
    parent_id: int | None = None
    language: str | None = None
    created_at: datetime | None = None
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    state: ContentState = ContentState.PUBLISHED
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """A published content. Replies have no code: people name them by their thread's."""

    id: int
    root_id: int
    code: str | None


class ContentError(ReseauError):
    """A content cannot be published or changed as asked."""


@dataclass(slots=True)
class _Root:
    """The thread of a reply, as far as publishing needs it."""

    id: int
    kind: ContentType
    author_id: int
    community_id: int | None
    language: str
    created_at: datetime


@dataclass(slots=True)
class _Reply:
    """A reply that its thread counts."""

    at: datetime
    author_id: int
    root: _Root

    @property
    def answers(self) -> bool:
        """Whether it answers a question of another member."""
        return self.author_id != self.root.author_id and self.root.kind.answerable


@dataclass(slots=True)
class _Row:
    """A row of the table of contents."""

    id: int
    code: str | None
    kind: str
    author_id: int
    community_id: int | None
    root_id: int
    parent_id: int | None
    title: str
    text: str
    language: str
    state: ContentState
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None


@dataclass(slots=True)
class _Thread:
    root_id: int
    last_at: datetime


@dataclass(slots=True)
class _Placement:
    content_id: int
    community_id: int
    last_at: datetime
    placed_by: int


@dataclass(slots=True)
class _Space:
    """The community of a content, as far as publishing needs it."""

    language: str
    series: str
    open: bool


_WALL = _Space("fr", "", True)


def publish(tx: Transaction, batch: Sequence[NewContent], acting: Acting) -> list[Published]:
    """Publish contents, with their threads, placements, codes, tags, index entries and traces.

    Rights are checked for what people write here or in a linked channel, not for imports.

    Raises:
        ContentError: a text is missing or too long, or a reply names no thread.
        reseau.contents.calls.CallError: it calls everybody, and the author may not.
        reseau.access.ClosedError, reseau.access.NotMemberError: the author may not write there, or a thread is gone.
    """
    if not batch:
        return []
    for new in batch:
        _check(new)
    roots = _roots(tx, {new.root_id for new in batch if new.root_id is not None})
    places = [_place(new, roots) for new in batch]
    if acting.origin is not Origin.SEEDED:
        access.check_posts(tx, {(new.author_id, place) for new, place in zip(batch, places, strict=True)})
    if acting.origin is Origin.NATIVE:
        _check_types(tx, batch, roots)
    spaces = _spaces(tx, places)
    codes = _codes(tx, batch, [spaces[place] for place in places])
    writing = _Writing(tx, acting)
    for id_, new, place, code in zip(tx.ids(content, len(batch)), batch, places, codes, strict=True):
        writing.take(id_, new, place, code, spaces[place], roots.get(new.root_id))
    writing.write()
    return [Published(row.id, row.root_id, row.code) for row in writing.rows]


def _place(new: NewContent, roots: Mapping[int | None, _Root]) -> int | None:
    """Return the community of a new content; a reply belongs to its thread's community."""
    return new.community_id if new.root_id is None else roots[new.root_id].community_id


class _Writing:
    """A batch that is being written into every table."""

    def __init__(self, tx: Transaction, acting: Acting) -> None:
        self.tx, self.acting = tx, acting
        self.rows: list[_Row] = []
        self._starts: list[_Thread] = []
        self._placed: list[_Placement] = []
        self._replies: dict[int, list[_Reply]] = defaultdict(list)
        self._entries: list[Entry] = []
        self._tagged: list[tuple[int, str, tuple[str, ...]]] = []
        self._traces: list[Trace] = []

    def take(
        self, id_: int, new: NewContent, place: int | None, code: str | None, space: _Space, root: _Root | None
    ) -> None:
        """Add one content to the batch."""
        at = new.created_at or self.tx.now
        usual = root.language if root else space.language
        body = f"{new.title}\n{new.text}" if new.title else new.text
        language, terms = analysis.reading(body, usual, new.language)
        self.rows.append(
            _Row(
                id=id_,
                code=code,
                kind=new.kind.name,
                author_id=new.author_id,
                community_id=place,
                root_id=new.root_id or id_,
                parent_id=new.parent_id,
                title=new.title,
                text=new.text,
                language=language,
                state=new.state,
                created_at=at,
                edited_at=new.edited_at,
                deleted_at=new.deleted_at,
            )
        )
        alive = new.deleted_at is None and new.state is ContentState.PUBLISHED
        if root is None:
            self._start(id_, new, place, at)
        elif alive:
            self._replies[root.id].append(_Reply(at, new.author_id, root))
        if alive:
            self._entries.append(Entry(id_, space.open, terms))
            if new.tags or "#" in new.text:
                self._tagged.append((id_, new.text, new.tags))
        self._trace(id_, new, place, at, root)

    def _start(self, id_: int, new: NewContent, place: int | None, at: datetime) -> None:
        self._starts.append(_Thread(id_, at))
        if place is not None:
            self._placed.append(_Placement(id_, place, at, new.author_id))

    def _trace(self, id_: int, new: NewContent, place: int | None, at: datetime, root: _Root | None) -> None:
        self._traces.append(
            Trace(
                at=at,
                member_id=new.author_id,
                verb=Verb.REPLIED if root else Verb.PUBLISHED,
                kind=new.kind.name,
                content_id=id_,
                root_id=new.root_id or id_,
                community_id=place,
                target_id=root.author_id if root else None,
            )
        )

    def write(self) -> None:
        """Write the batch."""
        tx, acting = self.tx, self.acting
        tx.insert(content, self.rows, rev=1, origin=acting.origin, platform=acting.platform)
        tx.insert(thread, self._starts)
        tx.insert(placement, self._placed)
        _advance(tx, self._replies)
        index.add(tx, self._entries)
        tags.from_texts(tx, self._tagged, acting)
        activity.append(tx, self._traces, acting)
        if acting.origin is not Origin.SEEDED:  # imported contents are not announced
            texts = {row.id: f"{row.title}\n{row.text}" for row in self.rows if row.deleted_at is None}
            asked = {row.id: row.created_at for row in self.rows if not row.deleted_at and type_of(row.kind).answerable}
            notifications.unanswered(tx, asked, acting)
            notifications.published(tx, self._traces, _called(mentions.mentioned(tx, texts), acting), acting)
            mirroring.published(tx, self._traces, acting)
        if acting.origin is Origin.NATIVE:  # in a channel, the platform itself notifies everybody
            for row in self.rows:
                if row.root_id == row.id and row.deleted_at is None and calls.is_called(f"{row.title}\n{row.text}"):
                    calls.check(tx, row.community_id, row.author_id)
                    notifications.calling(tx, row.id, row.author_id, row.community_id)


def _called(mentioned: Mapping[int, Mentioned], acting: Acting) -> dict[int, frozenset[int]]:
    """The mentioned members to notify: a platform itself notifies those in its own mentions."""
    if acting.origin is Origin.MIRRORED:
        return {id_: people.by_handle for id_, people in mentioned.items()}
    return {id_: people.by_handle | people.by_platform for id_, people in mentioned.items()}


def _check(new: NewContent) -> None:
    if not new.text.strip() and not new.title.strip():
        raise ContentError("E_TEXT_MISSING", N_("The text is missing."))
    for words, most in ((new.text, LONGEST_TEXT), (new.title, LONGEST_TITLE)):
        if len(words) > most:
            raise ContentError(
                "E_TOO_LONG", N_("The text has {count} characters, the most is {most}."), count=len(words), most=most
            )
    if (new.kind.is_reply) != (new.root_id is not None):
        raise ContentError("E_REPLY", N_("A reply needs the thread that it answers, and only a reply has one."))


def _check_types(tx: Transaction, batch: Sequence[NewContent], roots: Mapping[int | None, _Root]) -> None:
    """Check the rules of content types: who may publish, and until when threads accept replies."""
    for new in batch:
        root = roots.get(new.root_id)
        if root is not None and root.kind.open_for is not None and tx.now > root.created_at + root.kind.open_for:
            raise ContentError("E_REPLIES_CLOSED", N_("This takes no more replies: its time is over."))
        reserved = new.kind.authors is Authors.ANIMATEURS
        if reserved and not (new.community_id and reading.animates(tx, new.community_id, new.author_id)):
            raise ContentError("E_PERMISSION", N_("Only an animateur of the community can publish this."))


def _roots(tx: Transaction, root_ids: set[int]) -> dict[int | None, _Root]:
    roots: dict[int | None, _Root] = {
        row.id: _Root(row.id, type_of(row.kind), row.author_id, row.community_id, row.language, row.created_at)
        for row in _ROOTS.rows(tx, wanted=sorted(root_ids))
    }
    if len(roots) < len(root_ids):
        raise access.ClosedError
    return roots


_ROOTS = Prepared(
    select(
        content.c.id,
        content.c.kind,
        content.c.author_id,
        content.c.community_id,
        content.c.language,
        content.c.created_at,
    ).where(content.c.id.in_(parameters("wanted")), content.c.root_id == content.c.id)
)


def _spaces(tx: Transaction, places: Iterable[int | None]) -> dict[int | None, _Space]:
    """Return communities by id and, under ``None``, the wall."""
    spaces: dict[int | None, _Space] = {None: _WALL}
    ids = sorted({place for place in places if place is not None})
    for row in _SPACES.rows(tx, wanted=ids):
        is_open = row.privacy == Privacy.OPEN and not row.conversation
        spaces[row.id] = _Space(row.language, row.series, is_open)
    if len(spaces) <= len(ids):
        raise access.ClosedError
    return spaces


_SPACES = Prepared(
    select(
        community.c.id, community.c.language, community.c.series, community.c.privacy, community.c.conversation
    ).where(community.c.id.in_(parameters("wanted")))
)


def _codes(tx: Transaction, batch: Sequence[NewContent], spaces: Sequence[_Space]) -> list[str | None]:
    """Number contents: ``Q12`` in the open series, ``Q3-k7fpx`` in that of a closed community; replies have none."""
    series = [
        None if new.kind.is_reply else (new.kind.letter, space.series) for new, space in zip(batch, spaces, strict=True)
    ]
    counts = Counter(filter(None, series))
    codes = {
        (letter, suffix): _numbered(letter, suffix, tx.numbers(f"code:{letter}:{suffix}", many))
        for (letter, suffix), many in sorted(counts.items())
    }
    return [None if key is None else next(codes[key]) for key in series]


def next_code(tx: Transaction, kind: ContentType, series: str) -> str:
    """Return a new code of a series, for a content that moves into it."""
    return next(_numbered(kind.letter, series, tx.numbers(f"code:{kind.letter}:{series}")))


def _numbered(letter: str, suffix: str, first: int) -> Iterator[str]:
    for number in count(first):
        yield f"{letter}{number}-{suffix}" if suffix else f"{letter}{number}"


def _advance(tx: Transaction, replies: Mapping[int, Sequence[_Reply]]) -> None:
    """Count replies in their threads, and move those threads up in their communities."""
    moved, answered = [], []
    for root_id, group in replies.items():
        moved.append({"root": root_id, "more": len(group), "newest": max(reply.at for reply in group)})
        answers = [reply.at for reply in group if reply.answers]
        if answers:
            answered.append({"root": root_id, "first": min(answers)})
    _MOVE_THREAD.each(tx, moved)
    _MOVE_PLACEMENT.each(tx, [{"root": move["root"], "newest": move["newest"]} for move in moved])
    _ANSWER.each(tx, answered)


_NEWEST = parameter("newest", thread.c.last_at)
_MOVE_THREAD = Prepared(
    update(thread)
    .where(thread.c.root_id == parameter("root"))
    .values(
        replies=thread.c.replies + parameter("more"),
        last_at=case((thread.c.last_at < _NEWEST, _NEWEST), else_=thread.c.last_at),
    )
)
_MOVE_PLACEMENT = Prepared(
    update(placement)
    .where(placement.c.content_id == parameter("root"), placement.c.last_at < parameter("newest"))
    .values(last_at=parameter("newest"))
)
_FIRST = parameter("first", thread.c.answered_at)
_ANSWER = Prepared(
    update(thread)
    .where(
        thread.c.root_id == parameter("root"),
        or_(thread.c.answered_at.is_(None), thread.c.answered_at > _FIRST),
        or_(thread.c.reopened_at.is_(None), thread.c.reopened_at < _FIRST),
    )
    .values(answered_at=_FIRST)
)
