"""From a linked channel to its community: new messages, edits and deletions, each applied once.

Everything runs in the caller's transaction. A message is known by where it stands (``copy``) and by its lasting key
(``provenance``), so live events, second deliveries and an import of the same channel meet in one content.
"""

from __future__ import annotations

from bots.arrival import Changed, Removed, Said
from reseau import contents, copies, inbox, keys, provenance, threads
from reseau.access import ClosedError
from reseau.acting import Acting
from reseau.contents import Edit, NewContent, Withdrawal
from reseau.copies import Copy
from reseau.kinds import ContentKind, Origin
from reseau.links import Link
from reseau.store import Transaction
from reseau.store.moments import from_micros


def said(tx: Transaction, link: Link, message: Said, member_id: int, *, back: bool = False) -> str:
    """Publish a new message; returns why nothing was done, empty when something was.

    Args:
        back: whether it was taken away before it came, and is there again.
    """
    if copies.at(tx, link.id, message.message) is not None:
        return "echo"
    if not back and _gone(tx, link, message.message):
        return "deleted before it came"
    key = keys.post(link.platform, link.conversation, message.message)
    known = provenance.object_of(tx, key, "post")
    if known is None:
        known = _published(tx, link, message, member_id)
        provenance.enter(tx, key, "post", known)
    copies.add(tx, [Copy(known, link.id, 0, message.message, 1, written=True)])
    return ""


def _published(tx: Transaction, link: Link, message: Said, member_id: int) -> int:
    root_id = _root(tx, link, message.where.thread) if message.where.thread else None
    kind = ContentKind.DISCUSSION
    if root_id is not None:
        kind = ContentKind.ANSWER if threads.kind_of(tx, root_id) is ContentKind.QUESTION else ContentKind.COMMENT
    new = NewContent(
        kind,
        member_id,
        message.text,
        community_id=link.community_id if root_id is None else None,
        root_id=root_id,
        created_at=min(message.at, tx.now),
    )
    return contents.publish(tx, [new], _acting(link))[0].id


def _root(tx: Transaction, link: Link, native_id: str) -> int | None:
    """The content that a thread of the channel began with; nothing where it began before the link."""
    copy = copies.at(tx, link.id, native_id)
    key = keys.post(link.platform, link.conversation, native_id)
    content_id = copy.content_id if copy is not None else provenance.object_of(tx, key, "post")
    return None if content_id is None else threads.root_of(tx, content_id)


def changed(tx: Transaction, link: Link, message: Changed, member_id: int) -> str:
    """Give a message its new text; one that never came is published as it is now."""
    copy = copies.at(tx, link.id, message.message)
    at = from_micros(message.version)
    if copy is None:
        new = Said(message.person, message.where, message.message, message.text, at)
        return said(tx, link, new, member_id, back=message.back)
    if not copy.written:
        return "our own copy"
    if message.back:
        contents.bring_back(tx, [Withdrawal(copy.content_id, member_id, min(at, tx.now))], _acting(link))
    if threads.edited_since(tx, copy.content_id, at):
        return "older than what is known"
    try:
        contents.edit(tx, [Edit(copy.content_id, member_id, message.text, at=min(at, tx.now))], _acting(link))
    except ClosedError:
        return "deleted meanwhile"
    return ""


def removed(tx: Transaction, link: Link, message: Removed) -> str:
    """Take a message back. One of ours that somebody deletes leaves the content where it is: it is not theirs."""
    copy = copies.at(tx, link.id, message.message)
    if copy is None:
        _bury(tx, link, message.message)
        return "not known"
    if not copy.written:
        return "our own copy"
    try:
        author_id = threads.author_of(tx, copy.content_id)
        contents.withdraw(tx, [Withdrawal(copy.content_id, author_id)], _acting(link))
    except ClosedError:
        return "deleted already"
    return ""


def _acting(link: Link) -> Acting:
    return Acting(link.platform, Origin.MIRRORED, link.id)


def _bury(tx: Transaction, link: Link, native_id: str) -> None:
    """Remember that a message is gone, should it still come."""
    inbox.once(tx, link.platform, link.tenant, _grave(link, native_id), "gone")


def _gone(tx: Transaction, link: Link, native_id: str) -> bool:
    return inbox.known(tx, link.platform, link.tenant, _grave(link, native_id))


def _grave(link: Link, native_id: str) -> str:
    return f"gone:{link.conversation}:{native_id}"
