"""From a linked channel to its community: new messages, edits and deletions, each applied once.

Everything runs in the caller's transaction. A message is known by where it stands (``copy``) and by its lasting key
(``provenance``), so live events, second deliveries and an import of the same channel meet in one content.
"""

from __future__ import annotations

from bots.arrival import Changed, Message, Reacted, Removed
from reseau import access, keys, provenance
from reseau.access import ClosedError, NotMemberError
from reseau.acting import Acting
from reseau.channels import copies
from reseau.channels.copies import Copy
from reseau.channels.links import Link, LinkError
from reseau.contents import changing, publishing, reactions, threads
from reseau.contents.changing import Edit, Withdrawal
from reseau.contents.kinds.discussion import DISCUSSION
from reseau.contents.publishing import NewContent
from reseau.contents.reactions import NewReaction
from reseau.errors import ReseauError
from reseau.exchange import inbox
from reseau.i18n import N_
from reseau.keys import EventKey
from reseau.kinds import Origin
from reseau.store import Transaction
from reseau.store.moments import from_micros

#: What the inbox notes of a message that belongs to an earlier link of its channel.
ELSEWHERE = "of another community, to which the channel was linked before"
THREAD = N_("This thread began before the channel was linked: write outside of it to be read in the community.")


class StaysError(Exception):
    """A message stays in its channel: it may not be carried into the community.

    Args:
        reason: what the inbox notes.
        refusal: the reason, as its author may read it; ``None`` if it was copied before the link.
    """

    def __init__(self, reason: str, refusal: ReseauError | None = None) -> None:
        super().__init__(reason)
        self.reason, self.refusal = reason, refusal


def new_message(tx: Transaction, link: Link, message: Message, member_id: int, *, back: bool = False) -> str:
    """Publish a new message; returns why nothing was done, empty when something was.

    Args:
        back: whether it was taken away before it came, and is there again.

    Raises:
        StaysError: the author may not write there.
    """
    if copies.at(tx, link.id, message.message) is not None:
        return "echo"
    if not back and _gone(tx, link, message.message):
        return "deleted before it came"
    key = keys.post(link.platform, link.conversation, message.message)
    content_id = provenance.object_of(tx, key, "post")
    if content_id is not None and _is_elsewhere(tx, link, content_id):
        raise StaysError(ELSEWHERE)
    if content_id is None:
        content_id = _published(tx, link, message, member_id)
        provenance.enter(tx, key, "post", content_id)
    copies.add(tx, [Copy(content_id, link.id, 0, message.message, 1, written=True)])
    return ""


def _published(tx: Transaction, link: Link, message: Message, member_id: int) -> int:
    root_id = _root(tx, link, message.where.thread) if message.where.thread else None
    new = NewContent(
        DISCUSSION if root_id is None else threads.kind_of(tx, root_id).reply_type,
        member_id,
        message.text,
        community_id=link.community_id if root_id is None else None,
        root_id=root_id,
        created_at=min(message.at, tx.now),
    )
    try:
        return publishing.publish(tx, [new], _acting(link))[0].id
    except (ClosedError, NotMemberError) as error:
        raise StaysError(f"the author may not write there: {error.code}", error) from None


def _root(tx: Transaction, link: Link, native_id: str) -> int | None:
    """The content that a thread of the channel began with; ``None`` if it began before the link.

    Raises:
        StaysError: it began when the channel was linked to another community. What is said there is said to its
            readers, and reaches neither that community, where the link has ended, nor this one.
    """
    copy = copies.at(tx, link.id, native_id)
    key = keys.post(link.platform, link.conversation, native_id)
    content_id = copy.content_id if copy is not None else provenance.object_of(tx, key, "post")
    if content_id is None:
        content_id = copies.once_at(tx, link.channel_key, native_id)
    if content_id is None:
        return None
    if _is_elsewhere(tx, link, content_id):
        raise StaysError(ELSEWHERE, LinkError("E_THREAD_ELSEWHERE", THREAD))
    return threads.root_of(tx, content_id)


def _is_elsewhere(tx: Transaction, link: Link, content_id: int) -> bool:
    """Whether a content of this channel is of another community, to which the channel was linked before."""
    return threads.place_of(tx, content_id) != link.community_id


def changed(tx: Transaction, link: Link, message: Changed, member_id: int) -> str:
    """Apply the new text of a message; publish a message that never arrived.

    Raises:
        StaysError: the author may not write there any more.
    """
    copy = copies.at(tx, link.id, message.message)
    at = from_micros(message.version)
    if copy is None:
        new = Message(message.person, message.where, message.message, message.text, at)
        return new_message(tx, link, new, member_id, back=message.back)
    if not copy.written:
        return "our own copy"
    if _is_elsewhere(tx, link, copy.content_id):
        raise StaysError(ELSEWHERE)
    if message.back:
        changing.bring_back(tx, [Withdrawal(copy.content_id, member_id, min(at, tx.now))], _acting(link))
    if threads.edited_since(tx, copy.content_id, at):
        return "older than what is known"
    try:
        access.check_posts(tx, {(member_id, link.community_id)})
    except (ClosedError, NotMemberError) as error:
        raise StaysError(f"the author may not write there: {error.code}", error) from None
    try:
        changing.edit(tx, [Edit(copy.content_id, member_id, message.text, at=min(at, tx.now))], _acting(link))
    except ClosedError:
        return "deleted meanwhile"
    return ""


def removed(tx: Transaction, link: Link, message: Removed) -> str:
    """Withdraw the content of a deleted message. Deleting one of our own copies withdraws nothing."""
    copy = copies.at(tx, link.id, message.message)
    if copy is None:
        _bury(tx, link, message.message)
        return "not known"
    if not copy.written:
        return "our own copy"
    if _is_elsewhere(tx, link, copy.content_id):
        return ELSEWHERE
    try:
        author_id = threads.author_of(tx, copy.content_id)
        changing.withdraw(tx, [Withdrawal(copy.content_id, author_id)], _acting(link))
    except ClosedError:
        return "deleted already"
    return ""


def reacted(tx: Transaction, link: Link, reaction: Reacted, member_id: int) -> str:
    """Note a reaction to a message of the channel, or that it was taken back; why nothing was done, if nothing was."""
    copy = copies.at(tx, link.id, reaction.message)
    key = keys.post(link.platform, link.conversation, reaction.message)
    content_id = copy.content_id if copy is not None else provenance.object_of(tx, key, "post")
    if content_id is None:
        return "not known"
    if _is_elsewhere(tx, link, content_id):
        return ELSEWHERE
    if threads.get(tx, access.viewer(tx, member_id), content_id) is None:
        return "may not be read by whoever reacts"
    change = reactions.unreact if reaction.back else reactions.react
    changed = change(tx, [NewReaction(content_id, member_id, reaction.emoji)], _acting(link))
    return "" if changed else "known already"


def _acting(link: Link) -> Acting:
    return Acting(link.platform, Origin.MIRRORED, link.id)


def _bury(tx: Transaction, link: Link, native_id: str) -> None:
    """Remember that a message was deleted, in case it still arrives."""
    inbox.once(tx, _grave(link, native_id), "gone")


def _gone(tx: Transaction, link: Link, native_id: str) -> bool:
    return inbox.is_kept(tx, _grave(link, native_id))


def _grave(link: Link, native_id: str) -> EventKey:
    return EventKey(link.platform, link.tenant, f"gone:{link.conversation}:{native_id}")
