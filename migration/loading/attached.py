"""Attachments of posts: reactions, files and tags."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from migration.loading import ledger
from migration.loading.ledger import Entry
from migration.loading.state import IMPORT, RunState
from migration.reading.records import File, Reaction, Tag
from reseau.contents import files, reactions, tags
from reseau.contents.files import NewFile
from reseau.contents.reactions import NewReaction
from reseau.kinds import TagSource
from reseau.store.transaction import Transaction

Attached = TypeVar("Attached", Reaction, File, Tag)


class Attachments:
    """Writes attachments, given the ids of the posts by key."""

    def __init__(self, state: RunState, tx: Transaction, posts: dict[str, int]) -> None:
        self._state, self._tx, self._posts = state, tx, posts

    def _fresh(self, kind: str, records: Sequence[Attached], entries: dict[str, Entry]) -> list[Attached]:
        """Return the new records whose post was imported; a record whose post is missing waits for it."""
        fresh: dict[str, Attached] = {}
        unchanged = 0
        posts = self._posts
        for record in records:
            key, post = record.key, record.post
            if key in entries or key in fresh:
                unchanged += 1
            elif post in posts:
                fresh[key] = record
            else:
                self._state.wait(post, record)
        self._state.tally.add("unchanged", kind, unchanged)
        return list(fresh.values())

    def _enter(self, kind: str, rows: Iterable[tuple[str, int]]) -> None:
        ledger.enter(self._tx, kind, self._state.run_id, [(key, id_, 0) for key, id_ in rows])

    def react(self, records: Sequence[Reaction]) -> None:
        """Write reactions; one without a moment gets the moment of its post."""
        state, posts = self._state, self._posts
        state.meet(self._tx, {reaction.person for reaction in records})
        fresh = self._fresh("reaction", records, ledger.find(self._tx, [reaction.key for reaction in records]))
        batch = [
            NewReaction(posts[reaction.post], state.people[reaction.person], reaction.emoji, reaction.at)
            for reaction in fresh
        ]
        new = reactions.react(self._tx, batch, IMPORT)
        self._enter("reaction", [(reaction.key, posts[reaction.post]) for reaction in fresh])
        state.tally.add("inserted", "reaction", new)
        state.tally.add("unchanged", "reaction", len(fresh) - new)

    def attach(self, records: Sequence[File]) -> None:
        """Write files and attach them to their posts; a file that several posts carry is written once."""
        state, tx = self._state, self._tx
        state.meet(tx, {file.owner for file in records})
        entries = ledger.find(tx, {key for file in records for key in (file.key, file.file)})
        fresh = self._fresh("file", records, entries)
        rows = {file.file: entries[file.file].object_id for file in fresh if file.file in entries}
        new = {file.file: file for file in fresh if file.file not in rows}
        ids = files.add(tx, [self._new(file) for file in new.values()], IMPORT)
        added = dict(zip(new, ids, strict=True))
        rows.update(added)
        files.attach(tx, [(self._posts[file.post], rows[file.file]) for file in fresh], IMPORT)
        self._enter("file", added.items())
        self._enter("attachment", [(file.key, rows[file.file]) for file in fresh if file.key != file.file])
        state.tally.add("inserted", "file", len(fresh))

    def _new(self, file: File) -> NewFile:
        owner = self._state.people.get(file.owner)
        locator, sha256 = file.locator or None, file.sha256 or None
        return NewFile(file.name, file.media_type, file.size, sha256, locator, file.available, owner, file.created)

    def tag(self, records: Sequence[Tag]) -> None:
        """Tag posts."""
        fresh = self._fresh("tag", records, ledger.find(self._tx, [tag.key for tag in records]))
        tags.add(self._tx, [(self._posts[tag.post], tag.label) for tag in fresh], TagSource.IMPORT)
        self._enter("tag", [(tag.key, self._posts[tag.post]) for tag in fresh])
        self._state.tally.add("inserted", "tag", len(fresh))
