"""Posts of a source become contents: threads first, then their replies, a whole batch at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import Enum
from functools import partial
from itertools import repeat
from operator import itemgetter

from sqlalchemy import select

from migration.loading import ledger
from migration.loading.ledger import Known
from migration.loading.state import IMPORT, Desk
from migration.reading.records import Link, Note, Post
from reseau.contents import publishing, versions
from reseau.contents.publishing import LONGEST_TEXT, LONGEST_TITLE, Edit, NewContent, Withdrawal
from reseau.contents.versions import Version
from reseau.errors import ReseauError
from reseau.i18n import LANGUAGES, N_
from reseau.kinds import REPLY_KINDS, ContentKind, ContentState
from reseau.markup.markdown import SCHEME
from reseau.provenance import LIVE
from reseau.store.prepared import Prepared, given_many
from reseau.store.tables import content
from reseau.store.transaction import Transaction

#: Said in place of the post that started a thread, when only its replies were kept.
ROOT_GONE = N_("The message that started this thread was no longer there.")
_STARTS: dict[str, ContentKind] = {kind.value: kind for kind in ContentKind if kind not in REPLY_KINDS}
_REPLIES: dict[str, ContentKind] = {kind.value: kind for kind in REPLY_KINDS}
_DISCUSSION, _COMMENT = ContentKind.DISCUSSION, ContentKind.COMMENT
_LANGUAGES = {language: language for language in LANGUAGES}
_new_content = partial(tuple.__new__, NewContent)  # from its values, in half the time of a call
# The same as asking for the fields by name, with less work: an import asks for millions.
_key = itemgetter(Post._fields.index("key"))
_looked_at = itemgetter(*map(Post._fields.index, ("key", "text", "title", "root")))


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
        own, places, authors, answered = _named(posts)
        desk.meet(tx, authors)
        desk.find_places(tx, places)
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
    ) -> tuple[dict[str, Post], dict[str, Post], list[tuple[Post, int, Known]]]:
        """Threads and replies that are new here, and posts that say something else than before; the rest is counted."""
        starts: dict[str, Post] = {}
        replies: dict[str, Post] = {}
        changed: list[tuple[Post, int, Known]] = []
        fingerprint = ledger.fingerprint
        for post in posts:
            key, text, title, root = _looked_at(post)
            known = found.get(key)
            if known is None and key not in starts and key not in replies:
                if text.strip() or title.strip():
                    (replies if root else starts)[key] = post
                else:
                    self._refuse(post, "text_missing")
            elif known is None or self._twice(post, known):
                self._desk.note("record_twice", post.where, key)
                self._count("unchanged", post)
            elif known.fingerprint == fingerprint(post):
                self._count("unchanged", post)
            else:
                changed.append((post, fingerprint(post), known))
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
        wanted = sorted(set(ids.values()).difference(roots))
        for start in range(0, len(wanted), 900):
            roots.update(_ROOTS.rows(self._tx, wanted=wanted[start : start + 900]))
        return {key: roots[id_] for key, id_ in ids.items() if id_ in roots}

    def _publish(self, posts: list[Post]) -> None:
        if not posts:
            return
        made = publishing.publish(self._tx, self._new(posts), IMPORT)
        keys, ids = list(map(_key, posts)), [one.id for one in made]
        self.known.update(zip(keys, ids, strict=True))
        for kind, count in Counter(map(self._kind, posts)).items():
            self._desk.tally.add("inserted", kind, count)
        said = map(ledger.fingerprint, posts)  # only now: texts that were written are encoded already
        ledger.enter(self._tx, "post", self._desk.run_id, list(zip(keys, ids, said, strict=True)))

    def _new(self, posts: Sequence[Post]) -> list[NewContent]:
        """Posts as contents, either all of them threads or all replies; a field of all of them after the other."""
        desk, known = self._desk, self.known
        _, place, author, text, created, root, _, kind, title, parent, edited, deleted, *others = zip(
            *posts, strict=True
        )
        language, tags, _, _ = others
        texts = list(map(self._text, posts)) if self._links else text
        if max(map(len, texts)) > LONGEST_TEXT or max(map(len, title)) > LONGEST_TITLE:
            texts, title = self._cut(posts, texts), tuple(one[:LONGEST_TITLE] for one in title)
        kinds, usual = (_REPLIES, _COMMENT) if root[0] else (_STARTS, _DISCUSSION)
        columns = (
            map(kinds.get, kind, repeat(usual)),
            map(desk.people.__getitem__, author),
            texts,
            [desk.places[one] if one else None for one in place],
            title,
            [known[one] if one else None for one in root],
            map(known.get, parent),
            map(_LANGUAGES.get, language),
            created,
            edited,
            deleted,
            repeat(ContentState.PUBLISHED),
            tags,
        )
        return list(map(_new_content, zip(*columns, strict=False)))

    def _cut(self, posts: Sequence[Post], texts: Sequence[str]) -> list[str]:
        """Texts as long as they may be; posts whose text or title are longer are noted."""
        for post, text in zip(posts, texts, strict=True):
            if len(text) > LONGEST_TEXT or len(post.title) > LONGEST_TITLE:
                self._desk.note("text_cut", post.where, post.key)
        return [text[:LONGEST_TEXT] for text in texts]

    # -- changed posts -------------------------------------------------------------------------------------------------

    def _change(self, changed: list[tuple[Post, int, Known]]) -> None:
        desk, tx = self._desk, self._tx
        if not changed:
            return
        touched = ledger.edited_since(tx, [known for _, _, known in changed if known.run_id != LIVE])
        here = versions.of(tx, [known.object_id for _, _, known in changed])
        for post, said, known in changed:
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
            ledger.change(tx, desk.run_id, [(post.key, said)])
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
            publishing.withdraw(self._tx, [Withdrawal(content_id, author, post.deleted)], IMPORT)
            return
        at = post.edited or self._desk.began
        new = Edit(content_id, author, self._text(post)[:LONGEST_TEXT], post.title[:LONGEST_TITLE], at)
        publishing.edit(self._tx, [new], IMPORT)

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


def _named(posts: Sequence[Post]) -> tuple[set[str], set[str], set[str], set[str]]:
    """The keys that posts name: their own, those of places, of authors, and of the posts that they answer."""
    if not posts:
        return set(), set(), set(), set()
    key, place, author, _, _, root, _, _, _, parent, *_ = zip(*posts, strict=True)
    return set(key), set(place), set(author), {*root, *parent}


_ROOTS = Prepared(select(content.c.id, content.c.root_id).where(content.c.id.in_(given_many("wanted"))))


def relinked(text: str, link: Link) -> str:
    """A text with the address of a link made a neutral reference."""
    for left, right in (("(", ")"), ("<", ">")):
        text = text.replace(f"{left}{link.url}{right}", f"{left}{SCHEME}{link.target}{right}")
    return text
