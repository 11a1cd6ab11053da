"""The loader, which writes seed records through the network's own functions, a batch in one transaction.

Records that refer to missing ones are stored in ``import_pending`` until the end of the run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from sqlalchemy import delete, select

from migration.loading import ledger, people, places
from migration.loading.attached import Attachments
from migration.loading.posts import ROOT_GONE, Posts, relinked
from migration.loading.state import IMPORT, RunState
from migration.loading.tally import Tally
from migration.reading import lines, reach
from migration.reading.records import (
    Activity,
    Document,
    Event,
    Feed,
    File,
    Link,
    Membership,
    Note,
    Person,
    Place,
    Post,
    Reaction,
    Record,
    Tag,
)
from reseau.contents import changing, publishing
from reseau.contents.kinds.discussion import DISCUSSION
from reseau.i18n import Words
from reseau.store.tables import content, import_note, import_pending
from reseau.store.transaction import Transaction

RecordT = TypeVar("RecordT")
LONGEST_DETAIL = 400


class Loader:
    """Writes the records of one run.

    Args:
        run_id: the id of the run, to which every entry of the ledger belongs.
        tally: counts the outcomes.
        words: the language of the network, for the few words that an import adds.
    """

    def __init__(self, tx: Transaction, run_id: int, tally: Tally, words: Words) -> None:
        people, places = ledger.ids(tx, "person"), ledger.ids(tx, "place")
        self.state = RunState(run_id, tally, words, people, places, ages=ledger.ages(tx))

    def load(self, tx: Transaction, records: Sequence[Record]) -> None:
        """Write a batch of records in any order."""
        by_form: dict[type[Record], list[Any]] = defaultdict(list)
        for record in records:
            by_form[type(record)].append(record)

        state = self.state

        def of(form: type[RecordT]) -> list[RecordT]:
            group = by_form.get(cast(type[Record], form), [])
            return cast(list[RecordT], reach.within(group, state.notes))

        for note in of(Note):
            state.notes.append(note)
        for feed in of(Feed):
            state.refuse(feed, "feed_not_yet", feed.where, feed.url)
        people.write(state, tx, of(Person))
        places.write(state, tx, of(Place))
        kinds, posts = _as_posts(of(Document), of(Event), of(Post))
        if not all(post.author for post in posts):  # an unknown author gets a placeholder, so that the text is kept
            posts = [post if post.author else replace(post, author=_unknown_author(post.key)) for post in posts]
        self._write_posts(tx, posts, kinds, of(Link), of(Reaction), of(File), of(Tag))
        places.write_memberships(state, tx, of(Membership))
        places.write_activity(state, tx, of(Activity))
        self._put_aside(tx)
        self._write_notes(tx)

    def _write_posts(
        self,
        tx: Transaction,
        posts: list[Post],
        kinds: dict[str, str],
        links: list[Link],
        reactions: list[Reaction],
        files: list[File],
        tags: list[Tag],
    ) -> None:
        if not (posts or links or reactions or files or tags):
            return
        writer = Posts(self.state, tx, kinds)
        named = {reaction.post for reaction in reactions}
        named.update(file.post for file in files)
        named.update(tag.post for tag in tags)
        writer.write(posts, links, named)
        attachments = Attachments(self.state, tx, writer.ids)
        if reactions:
            attachments.react(reactions)
        if files:
            attachments.attach(files)
        if tags:
            attachments.tag(tags)

    # -- notes and pending records -------------------------------------------------------------------------------------

    def _write_notes(self, tx: Transaction) -> None:
        notes, self.state.notes = self.state.notes, []
        for note in notes:
            self.state.tally.note(note)
        rows = [_NoteRow(note.code, _storable(note.where), _storable(note.detail)) for note in notes]
        tx.insert(import_note, rows, run_id=self.state.run_id)

    def _put_aside(self, tx: Transaction) -> None:
        waiting, self.state.waiting = self.state.waiting, []
        if waiting:
            ids = tx.ids(import_pending, len(waiting))
            rows = [
                {"id": id_, "run_id": self.state.run_id, "awaits": awaits, "record": lines.to_object(record)}
                for id_, (awaits, record) in zip(ids, waiting, strict=True)
            ]
            tx.execute(import_pending.insert(), rows)

    def settle(self, tx: Transaction, limit: int) -> int:
        """Settle some pending records, replies first, since others may wait for them; return how many.

        A thread whose first post never came gets a placeholder. A reaction, file or tag without a post is refused. A
        link without a target keeps its address.
        """
        waiting = self._waiting(tx, limit)
        if not waiting:
            return 0
        replies = [record for _, record in waiting if isinstance(record, Post)]
        if replies:
            waiting = [entry for entry in waiting if isinstance(entry[1], Post)]
            self._settle_replies(tx, replies)
        else:
            self._settle_others(tx, [record for _, record in waiting])
        tx.execute(delete(import_pending).where(import_pending.c.id.in_([id_ for id_, _ in waiting])))
        self._write_notes(tx)
        return len(waiting)

    def give_up(self, tx: Transaction, error: Exception) -> None:
        """Refuse the first pending record, which cannot be settled."""
        ((id_, record),) = self._waiting(tx, 1)
        code, where = "record_refused", getattr(record, "where", "")
        self.state.refuse(record, code, where, f"{getattr(record, 'key', '')}: {type(error).__name__}")
        tx.execute(delete(import_pending).where(import_pending.c.id == id_))
        self._write_notes(tx)

    def _waiting(self, tx: Transaction, limit: int) -> list[tuple[int, Record]]:
        own = import_pending.c.run_id == self.state.run_id
        columns = select(import_pending.c.id, import_pending.c.record).where(own)
        is_post = import_pending.c.record["record"].as_string() == "post"
        rows = tx.execute(columns.where(is_post).order_by(import_pending.c.id).limit(limit)).all()
        rows = rows or tx.execute(columns.order_by(import_pending.c.id).limit(limit)).all()
        return [(row.id, lines.from_object(row.record)) for row in rows]

    def _settle_replies(self, tx: Transaction, replies: list[Post]) -> None:
        entries = ledger.find(tx, {post.root for post in replies})
        orphans = {post.root: post for post in reversed(replies) if post.root not in entries}
        if orphans:
            self._place_roots(tx, orphans)
        Posts(self.state, tx).write(replies)
        for _, record in self.state.waiting:  # the row of its thread is gone, so it can never be written
            self.state.refuse(record, "root_missing", getattr(record, "where", ""), getattr(record, "key", ""))
        self.state.waiting = []

    def _place_roots(self, tx: Transaction, orphans: dict[str, Post]) -> None:
        """Write a placeholder for each thread whose first post never came."""
        state = self.state
        text = state.words(ROOT_GONE)
        roots = [
            Post(key, post.place, post.root_author or _unknown_author(key), text, post.created, where=post.where)
            for key, post in orphans.items()
        ]
        state.meet(tx, [post.author for post in roots])
        state.find_places(tx, {post.place for post in roots})
        new = [
            publishing.NewContent(
                DISCUSSION,
                state.people[root.author],
                root.text,
                state.places[root.place] if root.place else None,
                created_at=root.created,
            )
            for root in roots
        ]
        threads = publishing.publish(tx, new, IMPORT)
        rows = [(root.key, thread.id, 0) for root, thread in zip(roots, threads, strict=True)]
        ledger.enter(tx, "post", state.run_id, rows)
        state.tally.add("inserted", "placeholder", len(rows))
        for root in roots:
            state.note("root_missing", root.where, root.key)

    def _settle_others(self, tx: Transaction, records: list[Record]) -> None:
        by_form: dict[type[Record], list[Any]] = defaultdict(list)
        named = {record.post for record in records if isinstance(record, Reaction | File | Tag | Link)}
        named.update(record.target for record in records if isinstance(record, Link))
        ids = {key: entry.object_id for key, entry in ledger.find(tx, named).items()}
        for record in records:
            if isinstance(record, Reaction | File | Tag) and record.post not in ids:
                self.state.refuse(record, "target_missing", record.where, record.post)
            else:
                by_form[type(record)].append(record)
        attachments = Attachments(self.state, tx, ids)
        attachments.react(by_form[Reaction])
        attachments.attach(by_form[File])
        attachments.tag(by_form[Tag])
        for link in by_form[Link]:
            self._relink(tx, link, ids)

    def _relink(self, tx: Transaction, link: Link, ids: dict[str, int]) -> None:
        """Rewrite a link whose target came later than its post."""
        state = self.state
        if link.post not in ids or link.target not in ids:
            state.note("link_unresolved", link.where, link.url)
            state.tally.add("unchanged", "link")
            return
        text = tx.execute(select(content.c.text).where(content.c.id == ids[link.post])).scalar_one()
        changing.relink(tx, [(ids[link.post], relinked(text, link))])
        state.tally.add("inserted", "link")


def _as_posts(documents: list[Document], events: list[Event], posts: list[Post]) -> tuple[dict[str, str], list[Post]]:
    """Return documents and events as posts, before the posts, and the kind of record that each of them was."""
    if not documents and not events:
        return {}, posts
    written = [_document(record) for record in documents] + [_event(record) for record in events]
    kinds = {record.key: "document" for record in documents} | {record.key: "event" for record in events}
    return kinds, [*written, *posts]


def _document(document: Document) -> Post:
    kind = "article" if document.kind == "article" else "document"
    written = Post(
        document.key, document.place, document.author, document.text, document.created, kind=kind, title=document.title
    )
    return replace(
        written, edited=document.edited, language=document.language, tags=document.tags, where=document.where
    )


def _event(event: Event) -> Post:
    span = event.starts.isoformat(" ", "minutes") + (f" – {event.ends.isoformat(' ', 'minutes')}" if event.ends else "")
    text = "\n\n".join(filter(None, (span, event.location, event.text)))
    created = event.created or event.starts
    return Post(
        event.key, event.place, event.author, text, created, kind="announcement", title=event.title, where=event.where
    )


def _unknown_author(key: str) -> str:
    """Return the key of a post's unknown author: one unknown person for each place in the post's key."""
    system, instance, _, *id_ = key.split("/") if key.count("/") > 1 else ("seed", "-", "post", key)
    return "/".join((system, instance, "person", f"UNKNOWN@{id_[0]}" if len(id_) > 1 else "UNKNOWN"))


@dataclass(slots=True)
class _NoteRow:
    """A row of ``import_note``."""

    code: str
    place: str
    detail: str


def _storable(text: str) -> str:
    return text[:LONGEST_DETAIL].encode("utf-8", "replace").decode().replace("\x00", "")
