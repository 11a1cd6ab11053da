"""What hangs on posts: reactions, files, tags."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from migration.loading import ledger
from migration.loading.ledger import Known
from migration.loading.state import IMPORT, Desk
from migration.reading.records import File, Reaction, Tag
from reseau.contents import files, reactions, tags
from reseau.contents.files import NewFile
from reseau.contents.reactions import NewReaction
from reseau.kinds import TagSource
from reseau.store.transaction import Transaction

Hanging = TypeVar("Hanging", Reaction, File, Tag)


class Hangings:
    """Writes what hangs on posts, given the ids of those posts by key."""

    def __init__(self, desk: Desk, tx: Transaction, posts: dict[str, int]) -> None:
        self._desk, self._tx, self._posts = desk, tx, posts

    def _fresh(self, kind: str, records: Sequence[Hanging], known: dict[str, Known]) -> list[Hanging]:
        """Records that are new and whose post is here; those whose post is not here yet wait for it."""
        fresh: dict[str, Hanging] = {}
        unchanged = 0
        posts = self._posts
        for one in records:
            key, post = one.key, one.post
            if key in known or key in fresh:
                unchanged += 1
            elif post in posts:
                fresh[key] = one
            else:
                self._desk.wait(post, one)
        self._desk.tally.add("unchanged", kind, unchanged)
        return list(fresh.values())

    def _enter(self, kind: str, rows: Iterable[tuple[str, int]]) -> None:
        ledger.enter(self._tx, kind, self._desk.run_id, [(key, id_, 0) for key, id_ in rows])

    def react(self, records: Sequence[Reaction]) -> None:
        """Note reactions, at the post's moment where the source knows no other."""
        desk, posts = self._desk, self._posts
        desk.meet(self._tx, {one.person for one in records})
        fresh = self._fresh("reaction", records, ledger.find(self._tx, [one.key for one in records]))
        batch = [NewReaction(posts[one.post], desk.people[one.person], one.emoji, one.at) for one in fresh]
        new = reactions.react(self._tx, batch, IMPORT)
        self._enter("reaction", [(one.key, posts[one.post]) for one in fresh])
        desk.tally.add("inserted", "reaction", new)
        desk.tally.add("unchanged", "reaction", len(fresh) - new)

    def attach(self, records: Sequence[File]) -> None:
        """Note files and put them to their posts; a file that several posts carry is noted once."""
        desk, tx = self._desk, self._tx
        desk.meet(tx, {one.owner for one in records})
        known = ledger.find(tx, {key for one in records for key in (one.key, one.file)})
        fresh = self._fresh("file", records, known)
        rows = {one.file: known[one.file].object_id for one in fresh if one.file in known}
        new = {one.file: one for one in fresh if one.file not in rows}
        ids = files.add(tx, [self._new(one) for one in new.values()], IMPORT)
        made = dict(zip(new, ids, strict=True))
        rows.update(made)
        files.attach(tx, [(self._posts[one.post], rows[one.file]) for one in fresh], IMPORT)
        self._enter("file", made.items())
        self._enter("attachment", [(one.key, rows[one.file]) for one in fresh if one.key != one.file])
        desk.tally.add("inserted", "file", len(fresh))

    def _new(self, one: File) -> NewFile:
        owner = self._desk.people.get(one.owner)
        locator, sha256 = one.locator or None, one.sha256 or None
        return NewFile(one.name, one.media_type, one.size, sha256, locator, one.available, owner, one.created)

    def tag(self, records: Sequence[Tag]) -> None:
        """File posts under words."""
        fresh = self._fresh("tag", records, ledger.find(self._tx, [one.key for one in records]))
        tags.add(self._tx, [(self._posts[one.post], one.label) for one in fresh], TagSource.IMPORT)
        self._enter("tag", [(one.key, self._posts[one.post]) for one in fresh])
        self._desk.tally.add("inserted", "tag", len(fresh))
