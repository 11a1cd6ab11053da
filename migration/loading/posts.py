"""Posts of a source become contents: threads first, then their replies, a whole batch at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import Enum

from sqlalchemy import select

from migration.loading import ledger
from migration.loading.ledger import Entry
from migration.loading.state import IMPORT, RunState
from migration.reading.records import Link, Note, Post
from reseau.contents import changing, publishing, versions
from reseau.contents.changing import Edit, Withdrawal
from reseau.contents.content_type import ContentType, all_types
from reseau.contents.kinds.comment import COMMENT
from reseau.contents.kinds.discussion import DISCUSSION
from reseau.contents.publishing import LONGEST_TEXT, LONGEST_TITLE, NewContent
from reseau.contents.versions import Version
from reseau.errors import ReseauError
from reseau.i18n import LANGUAGES, N_
from reseau.markup.markdown import SCHEME
from reseau.provenance import LIVE
from reseau.store.prepared import Prepared, parameters
from reseau.store.tables import content
from reseau.store.transaction import Transaction

#: The text of a placeholder for the first post of a thread of which only replies were kept.
ROOT_GONE = N_("The message that started this thread was no longer there.")


class _Decision(Enum):
    """The treatment of a post whose record changed. Its value is the code of the note."""

    SAME = ""
    EDITED_HERE = "post_kept"
    OLDER = "post_older"
    FILL = "fill"
    REREAD = "reread"
    EDIT = "edit"


_UNCHANGED = (_Decision.SAME, _Decision.EDITED_HERE, _Decision.OLDER)


class Posts:
    """Writes the posts of one batch.

    Attributes:
        ids: the ids of contents, by key: the written ones of this batch, and those that it names.

    Args:
        state: the state of the run.
        tx: the transaction of the batch.
        kinds: the kinds of records, by key, for posts that were documents or events.
    """

    def __init__(self, state: RunState, tx: Transaction, kinds: dict[str, str] | None = None) -> None:
        self.ids: dict[str, int] = {}
        self._state, self._tx = state, tx
        self._kinds = kinds or {}
        self._links: dict[str, list[Link]] = {}
        self._own: set[str] = set()
        self._started: set[int] = set()

    def write(self, posts: Sequence[Post], links: Sequence[Link] = (), named: Iterable[str] = ()) -> None:
        """Publish new posts, and edit those that changed at the source and not here.

        Args:
            posts: the posts of the batch.
            links: links in the texts of these or of earlier posts.
            named: keys of further posts that the batch names.
        """
        state, tx = self._state, self._tx
        own = {post.key for post in posts}
        answered = {key for post in posts for key in (post.root, post.parent)}
        state.meet(tx, {post.author for post in posts})
        state.find_places(tx, {post.place for post in posts})
        self._own = own
        needed = own.union(named, answered, [link.target for link in links])
        needed.discard("")
        entries = ledger.find(tx, needed.union(link.post for link in links))
        self.ids = {key: entry.object_id for key, entry in entries.items()}
        for link in links:
            self._links.setdefault(link.post, []).append(link)
        starts, replies, changed = self._sorted(posts, entries)
        self._publish(list(starts.values()))
        self._started = set(map(self.ids.__getitem__, starts))
        self._publish(self._threaded(list(replies.values())))
        self._change(changed)
        if links:
            waiting = {record.key for _, record in state.waiting if isinstance(record, Post)}
            self._follow_up(links, {*starts, *replies} - waiting, own)

    def _sorted(
        self, posts: Sequence[Post], entries: dict[str, Entry]
    ) -> tuple[dict[str, Post], dict[str, Post], list[tuple[Post, Entry]]]:
        """Return new threads, new replies and changed posts. The others are only counted."""
        starts: dict[str, Post] = {}
        replies: dict[str, Post] = {}
        changed: list[tuple[Post, Entry]] = []
        for post in posts:
            entry = entries.get(post.key)
            if entry is None and post.key not in starts and post.key not in replies:
                if post.text.strip() or post.title.strip():
                    (replies if post.root else starts)[post.key] = post
                else:
                    self._refuse(post, "text_missing")
            elif entry is None or self._twice(post, entry):
                self._state.note("record_twice", post.where, post.key)
                self._count("unchanged", post)
            elif ledger.is_unchanged(entry, post):
                self._count("unchanged", post)
            else:
                changed.append((post, entry))
        return starts, replies, changed

    def _twice(self, post: Post, entry: Entry) -> bool:
        """Whether this run wrote the key already; a placeholder (fingerprint 0) may still be filled."""
        return entry.run_id == self._state.run_id and entry.fingerprint != 0

    def _count(self, outcome: str, post: Post) -> None:
        self._state.tally.add(outcome, self._kind(post))

    def _kind(self, post: Post) -> str:
        return "placeholder" if post.placeholder else self._kinds.get(post.key, "post")

    def _refuse(self, post: Post, code: str, detail: str = "") -> None:
        self._state.notes.append(Note(code, post.where, detail or post.key, self._kind(post)))

    # -- new posts -----------------------------------------------------------------------------------------------------

    def _threaded(self, replies: list[Post]) -> list[Post]:
        """Return the replies whose thread is written. The others must wait for it."""
        roots = self._roots({post.root for post in replies})
        ready = []
        for post in replies:
            root = post.root
            if root in roots:
                self.ids[root] = roots[root]
                ready.append(post)
            else:
                self._state.wait(root, post)
        return ready

    def _roots(self, keys: set[str]) -> dict[str, int]:
        """Return the ids of threads by key; the key of a reply gives the thread of that reply."""
        ids = {key: self.ids[key] for key in keys if key in self.ids}
        roots = {id_: id_ for id_ in self._started}
        rows = _ROOTS.rows(self._tx, content_ids=sorted(set(ids.values()).difference(roots)))
        roots.update((row.id, row.root_id) for row in rows)
        return {key: roots[id_] for key, id_ in ids.items() if id_ in roots}

    def _publish(self, posts: list[Post]) -> None:
        if not posts:
            return
        published = publishing.publish(self._tx, [self._new(post) for post in posts], IMPORT)
        ids = {post.key: content.id for post, content in zip(posts, published, strict=True)}
        self.ids.update(ids)
        for kind, count in Counter(map(self._kind, posts)).items():
            self._state.tally.add("inserted", kind, count)
        rows = [(post.key, ids[post.key], ledger.fingerprint(post)) for post in posts]
        ledger.enter(self._tx, "post", self._state.run_id, rows)

    def _new(self, post: Post) -> NewContent:
        """Return a post as a content; a text that is too long is cut with a note."""
        state = self._state
        text, title = self._text(post), post.title
        if len(text) > LONGEST_TEXT or len(title) > LONGEST_TITLE:
            state.note("text_cut", post.where, post.key)
            text, title = text[:LONGEST_TEXT], title[:LONGEST_TITLE]
        return NewContent(
            kind=_kind(post),
            author_id=state.people[post.author],
            text=text,
            community_id=state.places[post.place] if post.place else None,
            title=title,
            root_id=self.ids[post.root] if post.root else None,
            parent_id=self.ids.get(post.parent),
            language=post.language if post.language in LANGUAGES else None,
            created_at=post.created,
            edited_at=post.edited,
            deleted_at=post.deleted,
            tags=post.tags,
        )

    # -- changed posts -------------------------------------------------------------------------------------------------

    def _change(self, changed: list[tuple[Post, Entry]]) -> None:
        state, tx = self._state, self._tx
        if not changed:
            return
        edited_here = ledger.edited_since(tx, [entry for _, entry in changed if entry.run_id != LIVE])
        present = versions.of(tx, [entry.object_id for _, entry in changed])
        for post, entry in changed:
            version = present[entry.object_id]
            decision = self._decide(post, entry, version, edited_here)
            if decision in _UNCHANGED:
                if decision is not _Decision.SAME:
                    state.note(decision.value, post.where, post.key)
                self._count("unchanged", post)
                continue
            try:
                self._write(decision, post, entry.object_id)
            except ReseauError as error:
                self._refuse(post, "post_unchangeable", f"{post.key}: {error.code}")
                continue
            ledger.change(tx, state.run_id, [(post.key, ledger.fingerprint(post))])
            self._count("updated", post)

    def _decide(self, post: Post, entry: Entry, present: Version, edited_here: set[int]) -> _Decision:
        """Decide what to do with a changed post: the newer version wins."""
        source, ours = post.edited or post.created, present.edited or present.created
        if entry.run_id == LIVE:
            newer = (post.deleted is not None and present.deleted is None) or (
                post.edited is not None and source > ours
            )
            return _Decision.EDIT if newer and present.deleted is None else _Decision.SAME
        if entry.object_id in edited_here:
            return _Decision.EDITED_HERE
        if not entry.fingerprint:
            return _Decision.FILL
        if (self._state.dated and source < ours) or self._state.is_older(entry):
            return _Decision.OLDER
        # If the moments are equal, it is the same version, which was read better or with new names of people.
        is_same_version = self._state.dated and source == ours and post.deleted is None
        return _Decision.REREAD if is_same_version else _Decision.EDIT

    def _write(self, decision: _Decision, post: Post, content_id: int) -> None:
        text, title = self._text(post)[:LONGEST_TEXT], post.title[:LONGEST_TITLE]
        if decision is _Decision.REREAD:
            versions.reread(self._tx, content_id, text, title)
            return
        if decision is _Decision.FILL:
            author = self._state.people[post.author]
            versions.fill(self._tx, content_id, author, text, title, post.created, post.edited)
            if post.deleted is None:
                return
        self._edit(post, content_id)

    def _edit(self, post: Post, content_id: int) -> None:
        author = self._state.people[post.author]
        if post.deleted is not None:
            changing.withdraw(self._tx, [Withdrawal(content_id, author, post.deleted)], IMPORT)
            return
        at = post.edited or self._state.began
        new = Edit(content_id, author, self._text(post)[:LONGEST_TEXT], post.title[:LONGEST_TITLE], at)
        changing.edit(self._tx, [new], IMPORT)

    # -- links ---------------------------------------------------------------------------------------------------------

    def _text(self, post: Post) -> str:
        """Return the text of a post; links to imported posts become neutral references."""
        text = post.text
        for link in self._links.get(post.key, ()):
            if link.target in self.ids or link.target in self._own:
                text = relinked(text, link)
        return text

    def _follow_up(self, links: Sequence[Link], fresh: set[str], own: set[str]) -> None:
        """Count links that were rewritten, and keep those whose target may still come."""
        for link in links:
            if link.post in fresh and (link.target in self.ids or link.target in own):
                self._state.tally.add("inserted", "link")
            elif link.post in fresh or link.post not in own:
                self._state.wait(link.target, link)
            else:
                self._state.tally.add("unchanged", "link")


def _kind(post: Post) -> ContentType:
    """Return the content type of a post; an unknown or unsuitable name gives the usual one."""
    usual = COMMENT if post.root else DISCUSSION
    content_type = all_types().get(post.kind, usual)
    return content_type if content_type.is_reply == usual.is_reply else usual


_ROOTS = Prepared(select(content.c.id, content.c.root_id).where(content.c.id.in_(parameters("content_ids"))))


def relinked(text: str, link: Link) -> str:
    """Return a text with the address of a link replaced by a neutral reference."""
    for left, right in (("(", ")"), ("<", ">")):
        text = text.replace(f"{left}{link.url}{right}", f"{left}{SCHEME}{link.target}{right}")
    return text
