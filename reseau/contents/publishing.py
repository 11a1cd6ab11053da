"""Contents: publishing, editing and withdrawing what members write.

One write path for a chat line and for a million imported messages: a change is a batch, one change a batch of one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import compress, count, repeat
from typing import Any, NamedTuple

from sqlalchemy import select, update

from reseau import access, activity
from reseau.acting import Acting
from reseau.activity import Trace
from reseau.channels import mirroring
from reseau.communities import reading
from reseau.contents import tags
from reseau.errors import ReseauError
from reseau.exchange import notifications
from reseau.i18n import N_
from reseau.kinds import CODE_LETTERS, REPLY_KINDS, ContentKind, ContentState, Origin, Privacy, Verb
from reseau.search import analysis, index
from reseau.search.index import Entry
from reseau.store.moments import to_micros
from reseau.store.prepared import Prepared, given_many
from reseau.store.tables import community, content, placement, revision, thread
from reseau.store.transaction import Transaction

LONGEST_TEXT = 200_000  # characters; a long minute has 30,000
LONGEST_TITLE = 300


class NewContent(NamedTuple):
    """Something to publish.

    Attributes:
        community_id: where it starts; ``None`` is the author's own wall. A reply goes where its thread is.
        root_id: for a reply, the content that started the thread, published by an earlier call.
        language: ``fr`` or ``en``; ``None`` finds out, the community's on a tie.
        tags: besides the hashtags of the text.
    """

    kind: ContentKind
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


class Published(NamedTuple):
    """What became of a :class:`NewContent`. Replies have no code, people name them by their thread's."""

    id: int
    root_id: int
    code: str | None


@dataclass(slots=True)
class Edit:
    """A new text (and title) for a content, by its author."""

    content_id: int
    member_id: int
    text: str
    title: str | None = None
    at: datetime | None = None


@dataclass(slots=True)
class Withdrawal:
    """Somebody takes back what he or she wrote."""

    content_id: int
    member_id: int
    at: datetime | None = None


@dataclass(slots=True)
class Acceptance:
    """The asker (or an animateur) says which answer helped."""

    question_id: int
    answer_id: int
    member_id: int
    at: datetime | None = None


class ContentError(ReseauError):
    """A content cannot be published or changed as asked."""


@dataclass(slots=True)
class _Root:
    """What a reply needs to know of its thread."""

    id: int
    kind: str
    author_id: int
    community_id: int | None
    language: str


@dataclass(slots=True)
class _Space:
    """What a content needs to know of its community."""

    language: str
    series: str
    open: bool


_ROW = (
    *("id", "code", "kind", "author_id", "community_id", "root_id", "parent_id", "title", "text", "language", "state"),
    *("rev", "created_at", "edited_at", "deleted_at", "origin", "platform"),
)
_WALL = _Space("fr", "", True)
_PUBLISHED, _REPLIED, _SHOWN = Verb.PUBLISHED, Verb.REPLIED, ContentState.PUBLISHED  # slow to ask of an enumeration
_WORDS: dict[str, str] = {one: one.value for one in (*ContentKind, *ContentState)}


def publish(tx: Transaction, batch: Sequence[NewContent], acting: Acting) -> list[Published]:
    """Publish contents: rows, threads, placements, codes, tags, search and traces, in one go.

    Rights are checked for what people do, here or in a linked channel; an import brings what was already said.

    Raises:
        ContentError: a text is missing or too long, or a reply's thread is not there.
        reseau.access.ClosedError, reseau.access.NotMemberError: the author may not write there.
    """
    if not batch:
        return []
    writing = _Writing(tx, batch, acting)
    writing.write()
    return list(map(_published, zip(writing.ids, writing.root_ids, writing.codes, strict=True)))


class _Writing:
    """A batch on its way into every table. It goes by columns, with less work for each content than row after row."""

    def __init__(self, tx: Transaction, batch: Sequence[NewContent], acting: Acting) -> None:
        self.tx, self.acting = tx, acting
        self.kinds, self.authors, self.texts, places, self.titles, asked, self.parents, *others = zip(
            *batch, strict=True
        )
        languages, created, edited, deleted, self.states, self.labels = others
        _check_texts(self.texts, self.titles)
        _check_replies(self.kinds, asked)
        roots = _roots(tx, set(asked) - {None})
        self.roots = list(map(roots.get, asked))
        self.places = [one.community_id if one else place for one, place in zip(self.roots, places, strict=True)]
        if acting.origin is not Origin.SEEDED:
            access.check_posts(tx, set(zip(self.authors, self.places, strict=True)))
        self.spaces = list(map(_spaces(tx, self.places).__getitem__, self.places))
        self.ids = tx.ids(content, len(batch))
        self.root_ids = [root or id_ for root, id_ in zip(asked, self.ids, strict=True)]
        self.codes = _codes(tx, self.kinds, self.spaces)
        self.at = _micros(created, to_micros(tx.now))
        self.edited, self.deleted = _micros(edited), _micros(deleted)
        self.alive = [gone is None and state is _SHOWN for gone, state in zip(deleted, self.states, strict=True)]
        readings = [
            analysis.reading(f"{title}\n{text}" if title else text, root.language if root else space.language, language)
            for title, text, root, space, language in zip(
                self.titles, self.texts, self.roots, self.spaces, languages, strict=True
            )
        ]
        self.languages, self.terms = zip(*readings, strict=True)

    def write(self) -> None:
        tx = self.tx
        kinds, states = list(map(_WORDS.__getitem__, self.kinds)), list(map(_WORDS.__getitem__, self.states))
        origin, platform = repeat(str(self.acting.origin)), repeat(self.acting.platform)
        rows = (self.ids, self.codes, kinds, self.authors, self.places, self.root_ids, self.parents, self.titles)
        more = (self.texts, self.languages, states, repeat(1), self.at, self.edited, self.deleted, origin, platform)
        tx.insert_columns(content, _ROW, (*rows, *more))
        self._write_threads()
        index.add(tx, self._entries())
        tagged = zip(self.ids, self.texts, self.labels, self.alive, strict=True)
        tags.from_texts(
            tx, [(id_, text, more) for id_, text, more, alive in tagged if alive and (more or "#" in text)], self.acting
        )
        columns = self._traces(kinds)
        activity.append_columns(tx, columns, self.acting)
        if self.acting.origin is not Origin.SEEDED:  # what an import brings is nobody's news
            traces = list(map(Trace._make, zip(*columns, strict=True)))
            notifications.replies(tx, traces, self.acting)
            mirroring.published(tx, traces, self.acting)

    def _write_threads(self) -> None:
        """Start threads, place them, and count replies into theirs."""
        tx = self.tx
        every = zip(self.ids, self.places, self.at, self.authors, self.roots, self.alive, strict=True)
        starts: list[tuple[int, int | None, int, int]] = []
        replies: dict[int, list[tuple[int, int, _Root]]] = defaultdict(list)
        for id_, place, at, author, root, alive in every:
            if root is None:
                starts.append((id_, place, at, author))
            elif alive:
                replies[root.id].append((at, author, root))
        tx.insert(thread, ("root_id", "last_at"), [(id_, at) for id_, _, at, _ in starts])
        placed = [one for one in starts if one[1] is not None]
        tx.insert(placement, ("content_id", "community_id", "last_at", "placed_by"), placed)
        _advance(tx, replies)

    def _entries(self) -> list[Entry]:
        is_open = [space.open for space in self.spaces]
        return list(map(_entry, compress(zip(self.ids, is_open, self.terms, strict=True), self.alive)))

    def _traces(self, kinds: list[str]) -> tuple[Sequence[Any], ...]:
        """What is noted of the batch: the fields of :class:`reseau.activity.Trace`."""
        verbs = [_REPLIED if root else _PUBLISHED for root in self.roots]
        targets = [root.author_id if root else None for root in self.roots]
        return self.at, self.authors, verbs, kinds, self.ids, self.root_ids, self.places, targets


# A named tuple from its values, in half the time of a call.
_published, _entry = partial(tuple.__new__, Published), partial(tuple.__new__, Entry)


def _micros(moments: Sequence[datetime | None], missing: int | None = None) -> list[int | None]:
    return [missing if one is None else to_micros(one) for one in moments] if any(moments) else [missing] * len(moments)


def _check_texts(texts: Sequence[str], titles: Sequence[str]) -> None:
    if not all(map(str.strip, texts)) and not all(map(str.strip, map(str.__add__, texts, titles))):
        raise ContentError("E_TEXT_MISSING", N_("The text is missing."))
    for found, most in ((max(map(len, texts)), LONGEST_TEXT), (max(map(len, titles)), LONGEST_TITLE)):
        if found > most:
            raise ContentError(
                "E_TOO_LONG", N_("The text has {count} characters, the most is {most}."), count=found, most=most
            )


def _check_replies(kinds: Sequence[ContentKind], root_ids: Sequence[int | None]) -> None:
    if [kind in REPLY_KINDS for kind in kinds] != [root is not None for root in root_ids]:
        raise ContentError("E_REPLY", N_("A reply needs the thread that it answers, and only a reply has one."))


def _roots(tx: Transaction, root_ids: set[int]) -> dict[int, _Root]:
    found: dict[int, _Root] = {}
    wanted = sorted(root_ids)
    for start in range(0, len(wanted), 900):
        rows = _ROOTS.rows(tx, wanted=wanted[start : start + 900])
        found.update((row[0], _Root(*row)) for row in rows)
    if len(found) < len(wanted):
        raise access.ClosedError
    return found


_ROOTS = Prepared(
    select(content.c.id, content.c.kind, content.c.author_id, content.c.community_id, content.c.language).where(
        content.c.id.in_(given_many("wanted")), content.c.root_id == content.c.id
    )
)


def _spaces(tx: Transaction, places: Iterable[int | None]) -> dict[int | None, _Space]:
    """What contents need to know of communities and, under ``None``, of their authors' walls."""
    found: dict[int | None, _Space] = {None: _WALL}
    wanted = sorted({place for place in places if place is not None})
    for start in range(0, len(wanted), 900):
        for row in _SPACES.rows(tx, wanted=wanted[start : start + 900]):
            is_open = row.privacy == Privacy.OPEN and not row.conversation
            found[row.id] = _Space(row.language, row.series, is_open)
    if len(found) <= len(wanted):
        raise access.ClosedError
    return found


_SPACES = Prepared(
    select(
        community.c.id, community.c.language, community.c.series, community.c.privacy, community.c.conversation
    ).where(community.c.id.in_(given_many("wanted")))
)


def _codes(tx: Transaction, kinds: Sequence[ContentKind], spaces: Sequence[_Space]) -> list[str | None]:
    """``Q12`` in the open series, ``Q3-k7fpx`` in a community's own where not everybody reads."""
    series = [
        None if kind in REPLY_KINDS else (CODE_LETTERS[kind], space.series)
        for kind, space in zip(kinds, spaces, strict=True)
    ]
    wanted = Counter(filter(None, series))
    codes = {
        (letter, suffix): map(
            f"{letter}%d-{suffix}".__mod__ if suffix else f"{letter}%d".__mod__,
            count(tx.numbers(f"code:{letter}:{suffix}", many)),
        )
        for (letter, suffix), many in sorted(wanted.items())
    }
    return [None if one is None else next(codes[one]) for one in series]


def _advance(tx: Transaction, replies: dict[int, list[tuple[int, int, _Root]]]) -> None:
    """Count replies into their threads, and move the threads up where they are placed."""
    if not replies:
        return
    moved, answered = [], []
    for root_id, some in replies.items():
        newest = max(at for at, _, _ in some)
        moved.append((len(some), newest, newest, root_id))
        others = [at for at, author, root in some if author != root.author_id and root.kind == ContentKind.QUESTION]
        if others:
            answered.append((min(others), root_id, min(others)))
    tx.many(_MOVE_THREAD, moved)
    tx.many(_MOVE_PLACEMENT, [(newest, root_id, newest) for _, newest, _, root_id in moved])
    tx.many(_ANSWER, answered)


_MOVE_THREAD = (
    "UPDATE thread SET replies = replies + ?, last_at = CASE WHEN last_at < ? THEN ? ELSE last_at END WHERE root_id = ?"
)
_MOVE_PLACEMENT = "UPDATE placement SET last_at = ? WHERE content_id = ? AND last_at < ?"
_ANSWER = "UPDATE thread SET answered_at = ? WHERE root_id = ? AND (answered_at IS NULL OR answered_at > ?)"


def edit(tx: Transaction, batch: Sequence[Edit], acting: Acting) -> int:
    """Give contents a new text; the old one is kept as a revision. Returns how many differed.

    Raises:
        ContentError: the text is missing.
        reseau.access.ClosedError: the content is gone, or somebody else wrote it.
    """
    changed = 0
    for one in batch:
        old = _own(tx, one.content_id, one.member_id, acting)
        title = old.title if one.title is None else one.title
        if not one.text.strip() and not title.strip():
            raise ContentError("E_TEXT_MISSING", N_("The text is missing."))
        if (title, one.text) == (old.title, old.text):
            continue
        at = one.at or tx.now
        index.remove(tx, index.indexed(tx, [one.content_id]))
        tx.execute(
            revision.insert().values(
                id=tx.ids(revision, 1)[0],
                content_id=one.content_id,
                rev=old.rev,
                title=old.title,
                text=old.text,
                replaced_by=one.member_id,
                replaced_at=at,
            )
        )
        tx.execute(
            update(content)
            .where(content.c.id == one.content_id)
            .values(title=title, text=one.text, rev=old.rev + 1, edited_at=at)
        )
        index.add(tx, index.indexed(tx, [one.content_id]))
        _note(tx, one.member_id, Verb.EDITED, old, at, acting)
        mirroring.edited(tx, one.content_id, old.community_id, old.rev + 1, acting)
        changed += 1
    return changed


def relink(tx: Transaction, batch: Sequence[tuple[int, str]]) -> None:
    """Give contents (ids) texts that differ in the addresses of their links alone, as an import finds out.

    No word changes, so it is no edit: no revision, no trace, nothing to search anew.
    """
    tx.many("UPDATE content SET text = ? WHERE id = ?", [(text, content_id) for content_id, text in batch])


def withdraw(tx: Transaction, batch: Sequence[Withdrawal], acting: Acting) -> int:
    """Take contents back: they are kept, marked deleted, and seen by nobody. Returns how many were there.

    What others replied to a thread stays theirs, and stays readable.

    Raises:
        reseau.access.ClosedError: the content is gone already, or somebody else wrote it.
    """
    for one in batch:
        old = _own(tx, one.content_id, one.member_id, acting)
        at = one.at or tx.now
        index.remove(tx, index.indexed(tx, [one.content_id]))
        tx.execute(update(content).where(content.c.id == one.content_id).values(deleted_at=at))
        if old.root_id != old.id:
            tx.execute(update(thread).where(thread.c.root_id == old.root_id).values(replies=thread.c.replies - 1))
            _ask_again(tx, old.root_id)
        _note(tx, one.member_id, Verb.DELETED, old, at, acting)
        mirroring.withdrawn(tx, one.content_id, old.community_id, old.rev, acting)
    return len(batch)


def bring_back(tx: Transaction, batch: Sequence[Withdrawal], acting: Acting) -> int:
    """Contents that were taken back are there again, as they were. Returns how many were gone."""
    back = 0
    for one in batch:
        row = tx.execute(
            select(content).where(content.c.id == one.content_id, content.c.deleted_at.is_not(None))
        ).first()
        if row is None or row.author_id != one.member_id:
            continue
        at = one.at or tx.now
        tx.execute(update(content).where(content.c.id == row.id).values(deleted_at=None, rev=row.rev + 1))
        index.add(tx, index.indexed(tx, [row.id]))
        if row.root_id != row.id:
            tx.execute(update(thread).where(thread.c.root_id == row.root_id).values(replies=thread.c.replies + 1))
            _ask_again(tx, row.root_id)
        _note(tx, one.member_id, Verb.EDITED, row, at, acting)
        mirroring.brought_back(tx, row.id, row.community_id, row.rev + 1, acting)
        back += 1
    return back


def _ask_again(tx: Transaction, root_id: int) -> None:
    """Find a question's first answer anew, after one was taken back."""
    root = tx.execute(select(content.c.kind, content.c.author_id).where(content.c.id == root_id)).one()
    if root.kind != ContentKind.QUESTION:
        return
    first = (
        select(content.c.created_at)
        .where(
            content.c.root_id == root_id,
            content.c.id != root_id,
            content.c.author_id != root.author_id,
            content.c.deleted_at.is_(None),
        )
        .order_by(content.c.created_at)
        .limit(1)
    )
    tx.execute(update(thread).where(thread.c.root_id == root_id).values(answered_at=first.scalar_subquery()))


def accept(tx: Transaction, batch: Sequence[Acceptance], acting: Acting) -> None:
    """Mark the answer that helped; the asker says so, or an animateur of the community.

    Raises:
        ContentError: somebody else says so.
        reseau.access.ClosedError: question or answer are not there, or do not belong together.
    """
    for one in batch:
        answer = tx.execute(
            select(content.c.id, content.c.root_id, content.c.community_id, content.c.kind, content.c.author_id).where(
                content.c.id == one.answer_id, content.c.root_id == one.question_id, content.c.deleted_at.is_(None)
            )
        ).first()
        if answer is None or answer.id == one.question_id:
            raise access.ClosedError
        if acting.origin is Origin.NATIVE and not _may_accept(tx, one, answer.community_id):
            raise ContentError("E_PERMISSION", N_("Only whoever asked, or an animateur, can say which answer helped."))
        tx.execute(update(thread).where(thread.c.root_id == one.question_id).values(accepted_id=one.answer_id))
        at = one.at or tx.now
        _note(tx, one.member_id, Verb.ACCEPTED, answer, at, acting)
        told = Trace(to_micros(at), one.member_id, Verb.ACCEPTED, answer.kind, answer.id, answer.root_id)
        notifications.accepted(tx, told._replace(target_id=answer.author_id), acting)


def _may_accept(tx: Transaction, one: Acceptance, community_id: int | None) -> bool:
    asked = select(content.c.id).where(content.c.id == one.question_id, content.c.author_id == one.member_id)
    if tx.execute(asked).first():
        return True
    return community_id is not None and one.member_id in {id_ for id_, _ in reading.animateurs(tx, community_id)}


def _own(tx: Transaction, content_id: int, member_id: int, acting: Acting) -> Any:
    row = tx.execute(select(content).where(content.c.id == content_id, content.c.deleted_at.is_(None))).first()
    if row is None or (row.author_id != member_id and acting.origin is Origin.NATIVE):
        raise access.ClosedError
    return row


def _note(tx: Transaction, member_id: int, verb: Verb, row: Any, at: datetime, acting: Acting) -> None:
    trace = Trace(to_micros(at), member_id, verb, row.kind, row.id, row.root_id, row.community_id)
    activity.append(tx, [trace], acting)
