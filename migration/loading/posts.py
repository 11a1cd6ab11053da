"""Posts of a source become contents: threads first, then their replies, a whole batch at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import Enum

from sqlalchemy import select

from migration.loading import ledger
from migration.loading.ledger import Known
from migration.loading.state import IMPORT, Desk
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
from reseau.store.prepared import Prepared, given_many
from reseau.store.tables import content
from reseau.store.transaction import Transaction

#: Said in place of the post that started a thread, when only its replies were kept.
ROOT_GONE = N_("The message that started this thread was no longer there.")


class _Way(Enum):
    """What becomes of a post that is here and says something else in the source; a value is the note's code."""

    SAME = ""
    TOUCHED = "post_kept"
    OLDER = "post_older"
    FILL = "fill"
    REREAD = "reread"
    EDIT = "edit"


_KEPT = (_Way.SAME, _Way.TOUCHED, _Way.OLDER)


class Posts:
    """Writes the posts of one batch.

    Attributes:
        known: ids of contents by key: those of this batch that are here by now, and those that it names.
        kinds: for posts that came as another kind of record, that kind.
    """

    def __init__(self, desk: Desk, tx: Transaction, kinds: dict[str, str] | None = None) -> None:
        self.known: dict[str, int] = {}
        self._desk, self._tx = desk, tx
        self._kinds = kinds or {}
        self._links: dict[str, list[Link]] = {}
        self._own: set[str] = set()
        self._started: set[int] = set()

    def write(self, posts: Sequence[Post], links: Sequence[Link] = (), named: Iterable[str] = ()) -> None:
        """Publish what is new, edit what changed at the source and not here.

        Args:
            links: links in the texts of these or of earlier posts.
            named: further keys of posts that the batch speaks of.
        """
        desk, tx = self._desk, self._tx
        own = {post.key for post in posts}
        answered = {key for post in posts for key in (post.root, post.parent)}
        desk.meet(tx, {post.author for post in posts})
        desk.find_places(tx, {post.place for post in posts})
        self._own = own
        wanted = own.union(named, answered, [one.target for one in links])
        wanted.discard("")
        found = ledger.find(tx, wanted.union(one.post for one in links))
        self.known = {key: one.object_id for key, one in found.items()}
        for one in links:
            self._links.setdefault(one.post, []).append(one)
        starts, replies, changed = self._sorted(posts, found)
        self._publish(list(starts.values()))
        self._started = set(map(self.known.__getitem__, starts))
        self._publish(self._threaded(list(replies.values())))
        self._change(changed)
        if links:
            waiting = {record.key for _, record in desk.waiting if isinstance(record, Post)}
            self._follow_up(links, {*starts, *replies} - waiting, own)

    def _sorted(
        self, posts: Sequence[Post], found: dict[str, Known]
    ) -> tuple[dict[str, Post], dict[str, Post], list[tuple[Post, Known]]]:
        """Threads and replies that are new here, and posts that say something else than before; the rest is counted."""
        starts: dict[str, Post] = {}
        replies: dict[str, Post] = {}
        changed: list[tuple[Post, Known]] = []
        for post in posts:
            known = found.get(post.key)
            if known is None and post.key not in starts and post.key not in replies:
                if post.text.strip() or post.title.strip():
                    (replies if post.root else starts)[post.key] = post
                else:
                    self._refuse(post, "text_missing")
            elif known is None or self._twice(post, known):
                self._desk.note("record_twice", post.where, post.key)
                self._count("unchanged", post)
            elif ledger.is_unchanged(known, post):
                self._count("unchanged", post)
            else:
                changed.append((post, known))
        return starts, replies, changed

    def _twice(self, post: Post, known: Known) -> bool:
        """Whether this run brought the key already; a placeholder (fingerprint 0) may still be filled."""
        return known.run_id == self._desk.run_id and known.fingerprint != 0

    def _count(self, outcome: str, post: Post) -> None:
        self._desk.tally.add(outcome, self._kind(post))

    def _kind(self, post: Post) -> str:
        return "placeholder" if post.placeholder else self._kinds.get(post.key, "post")

    def _refuse(self, post: Post, code: str, detail: str = "") -> None:
        self._desk.notes.append(Note(code, post.where, detail or post.key, self._kind(post)))

    # -- new posts -----------------------------------------------------------------------------------------------------

    def _threaded(self, replies: list[Post]) -> list[Post]:
        """Replies whose thread is here; the others wait for it."""
        roots = self._roots({post.root for post in replies})
        ready = []
        for post in replies:
            root = post.root
            if root in roots:
                self.known[root] = roots[root]
                ready.append(post)
            else:
                self._desk.wait(root, post)
        return ready

    def _roots(self, keys: set[str]) -> dict[str, int]:
        """The ids of threads by the key that replies give; one that names a reply means that reply's thread."""
        ids = {key: self.known[key] for key in keys if key in self.known}
        roots = {id_: id_ for id_ in self._started}
        rows = _ROOTS.rows(self._tx, wanted=sorted(set(ids.values()).difference(roots)))
        roots.update((row.id, row.root_id) for row in rows)
        return {key: roots[id_] for key, id_ in ids.items() if id_ in roots}

    def _publish(self, posts: list[Post]) -> None:
        if not posts:
            return
        published = publishing.publish(self._tx, [self._new(post) for post in posts], IMPORT)
        ids = {post.key: content.id for post, content in zip(posts, published, strict=True)}
        self.known.update(ids)
        for kind, count in Counter(map(self._kind, posts)).items():
            self._desk.tally.add("inserted", kind, count)
        rows = [(post.key, ids[post.key], ledger.fingerprint(post)) for post in posts]
        ledger.enter(self._tx, "post", self._desk.run_id, rows)

    def _new(self, post: Post) -> NewContent:
        """A post as a content. One that is too long is cut, and noted."""
        desk = self._desk
        text, title = self._text(post), post.title
        if len(text) > LONGEST_TEXT or len(title) > LONGEST_TITLE:
            desk.note("text_cut", post.where, post.key)
            text, title = text[:LONGEST_TEXT], title[:LONGEST_TITLE]
        return NewContent(
            kind=_kind(post),
            author_id=desk.people[post.author],
            text=text,
            community_id=desk.places[post.place] if post.place else None,
            title=title,
            root_id=self.known[post.root] if post.root else None,
            parent_id=self.known.get(post.parent),
            language=post.language if post.language in LANGUAGES else None,
            created_at=post.created,
            edited_at=post.edited,
            deleted_at=post.deleted,
            tags=post.tags,
        )

    # -- changed posts -------------------------------------------------------------------------------------------------

    def _change(self, changed: list[tuple[Post, Known]]) -> None:
        desk, tx = self._desk, self._tx
        if not changed:
            return
        touched = ledger.edited_since(tx, [known for _, known in changed if known.run_id != LIVE])
        here = versions.of(tx, [known.object_id for _, known in changed])
        for post, known in changed:
            version = here[known.object_id]
            way = self._way(post, known, version, touched)
            if way in _KEPT:
                if way is not _Way.SAME:
                    desk.note(way.value, post.where, post.key)
                self._count("unchanged", post)
                continue
            try:
                self._write(way, post, known.object_id)
            except ReseauError as error:
                self._refuse(post, "post_unchangeable", f"{post.key}: {error.code}")
                continue
            ledger.change(tx, desk.run_id, [(post.key, ledger.fingerprint(post))])
            self._count("updated", post)

    def _way(self, post: Post, known: Known, here: Version, touched: set[int]) -> _Way:
        """What to do with a post that says something else than what is here: the newer version stays or comes."""
        source, ours = post.edited or post.created, here.edited or here.created
        if known.run_id == LIVE:
            newer = (post.deleted is not None and here.deleted is None) or (post.edited is not None and source > ours)
            return _Way.EDIT if newer and here.deleted is None else _Way.SAME
        if known.object_id in touched:
            return _Way.TOUCHED
        if not known.fingerprint:
            return _Way.FILL
        if (self._desk.dated and source < ours) or self._desk.is_older(known):
            return _Way.OLDER
        # Without another moment it is the same version, read better or naming people anew.
        same = self._desk.dated and source == ours and post.deleted is None
        return _Way.REREAD if same else _Way.EDIT

    def _write(self, way: _Way, post: Post, content_id: int) -> None:
        text, title = self._text(post)[:LONGEST_TEXT], post.title[:LONGEST_TITLE]
        if way is _Way.REREAD:
            versions.reread(self._tx, content_id, text, title)
            return
        if way is _Way.FILL:
            author = self._desk.people[post.author]
            versions.fill(self._tx, content_id, author, text, title, post.created, post.edited)
            if post.deleted is None:
                return
        self._edit(post, content_id)

    def _edit(self, post: Post, content_id: int) -> None:
        author = self._desk.people[post.author]
        if post.deleted is not None:
            changing.withdraw(self._tx, [Withdrawal(content_id, author, post.deleted)], IMPORT)
            return
        at = post.edited or self._desk.began
        new = Edit(content_id, author, self._text(post)[:LONGEST_TEXT], post.title[:LONGEST_TITLE], at)
        changing.edit(self._tx, [new], IMPORT)

    # -- links ---------------------------------------------------------------------------------------------------------

    def _text(self, post: Post) -> str:
        """The post's text, its links to other posts made neutral where those are here."""
        text = post.text
        for one in self._links.get(post.key, ()):
            if one.target in self.known or one.target in self._own:
                text = relinked(text, one)
        return text

    def _follow_up(self, links: Sequence[Link], fresh: set[str], own: set[str]) -> None:
        """Count links that are done; those whose target may still come wait for it."""
        for one in links:
            if one.post in fresh and (one.target in self.known or one.target in own):
                self._desk.tally.add("inserted", "link")
            elif one.post in fresh or one.post not in own:
                self._desk.wait(one.target, one)
            else:
                self._desk.tally.add("unchanged", "link")


def _kind(post: Post) -> ContentType:
    """What a post becomes; a word that names no kind becomes the usual one."""
    usual = COMMENT if post.root else DISCUSSION
    named = all_types().get(post.kind, usual)
    return named if named.is_reply == usual.is_reply else usual


_ROOTS = Prepared(select(content.c.id, content.c.root_id).where(content.c.id.in_(given_many("wanted"))))


def relinked(text: str, link: Link) -> str:
    """A text with the address of a link made a neutral reference."""
    for left, right in (("(", ")"), ("<", ">")):
        text = text.replace(f"{left}{link.url}{right}", f"{left}{SCHEME}{link.target}{right}")
    return text
