"""Deliveries to linked channels, queued with each change, for every channel but the one it comes from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from reseau.acting import Acting
from reseau.activity import Trace
from reseau.channels import links
from reseau.channels.links import Link
from reseau.exchange import outbox
from reseau.exchange.outbox import Delivery
from reseau.kinds import Origin
from reseau.store.moments import to_micros
from reseau.store.transaction import Transaction

TOPIC = "mirror"
READERS = "readers"
REMOVE = "remove"
REACT = "react"
MOVE = "move"
_TURN = 10  # minutes


def published(tx: Transaction, traces: Sequence[Trace], acting: Acting) -> None:
    """Queue new contents. Imported contents are not queued."""
    if acting.origin is not Origin.SEEDED:
        _queue(tx, [(trace.content_id or 0, trace.community_id, 1) for trace in traces], "create", acting)


def edited(tx: Transaction, content_id: int, community_id: int | None, rev: int, acting: Acting) -> None:
    """Queue an edit; the newest text is sent."""
    if acting.origin is not Origin.SEEDED:
        _queue(tx, [(content_id, community_id, rev)], "edit", acting)


def withdrawn(tx: Transaction, content_id: int, community_id: int | None, rev: int, acting: Acting) -> None:
    """Queue the removal of a revision; the content may be restored, and be removed again."""
    if acting.origin is not Origin.SEEDED:
        _queue(tx, [(content_id, community_id, rev)], REMOVE, acting)


def brought_back(tx: Transaction, content_id: int, community_id: int | None, rev: int, acting: Acting) -> None:
    """Queue a restored content. It is posted again if it was removed."""
    if acting.origin is not Origin.SEEDED:
        _queue(tx, [(content_id, community_id, rev)], "create", acting)


def moved(tx: Transaction, content_id: int, places: Collection[int | None], rev: int, acting: Acting) -> None:
    """Queue that a content moved to another community or another thread: our copies follow.

    Args:
        places: its former and its present community.
    """
    if acting.origin is not Origin.SEEDED:
        _queue(tx, [(content_id, place, rev) for place in dict.fromkeys(places)], MOVE, acting)


def reacted(tx: Transaction, content_id: int, community_id: int | None, acting: Acting) -> None:
    """Queue that a content has other reactions now; when it is sent, those that there are then are shown."""
    if acting.origin is not Origin.SEEDED:
        _queue(tx, [(content_id, community_id, to_micros(tx.now))], REACT, acting)


def reacted_since(tx: Transaction, link: Link, content_id: int, delivery_id: int) -> int:
    """The newest delivery of a content's reactions to a channel that was queued after another; 0 if there was none."""
    return outbox.newest_after(tx, conversation(link), f"{TOPIC}:{link.id}:{content_id}:{REACT}:", delivery_id)


def narrowed(tx: Transaction, community_ids: Collection[int]) -> None:
    """Queue a check of the readers of the channels of communities that someone may no longer read.

    Nothing is sent there before that check passes, whether it was written before or after.
    """
    doubted(tx, links.of_communities(tx, community_ids), str(to_micros(tx.now)))


def lessened(tx: Transaction, member_ids: Collection[int]) -> None:
    """Queue the same for all that these members may have read: they left the company, or are guests now."""
    doubted(tx, links.read_by(tx, member_ids), str(to_micros(tx.now)))


def doubted(tx: Transaction, due: Sequence[Link], key: str) -> None:
    """Queue a check of the readers of linked channels, once for each ``key``."""
    if due:
        outbox.queue(
            tx,
            [Delivery(f"{READERS}:{link.id}:{key}", READERS, conversation(link), {"link": link.id}) for link in due],
        )


def look_again(tx: Transaction) -> None:
    """Queue a check of the linked channels whose turn it is: called every ten minutes, it checks each once an hour.

    Readers are checked before anything is sent anyway; this is for channels where nothing is sent.
    """
    turn = tx.now.minute // _TURN
    due = [link for link in links.listed(tx) if not link.reason and link.id % (60 // _TURN) == turn]
    doubted(tx, due, f"{tx.now:%Y-%m-%dT%H}")


def newest(tx: Transaction, link: Link, texts: Iterable[tuple[int, int]]) -> int:
    """Return the id of the newest delivery to a channel of these texts, each given as (content id, revision).

    It is 0 if none was queued: they have not changed since they were first sent.
    """
    changed = [(content_id, rev) for content_id, rev in texts if rev > 1]
    return outbox.newest_of(tx, [_key(link, *content, act) for content in changed for act in ("edit", "create", MOVE)])


def _key(link: Link, content_id: int, rev: int, act: str) -> str:
    return f"{TOPIC}:{link.id}:{content_id}:{act}:{rev}"


def _queue(tx: Transaction, changes: Iterable[tuple[int, int | None, int]], act: str, acting: Acting) -> None:
    placed = [(content_id, place, rev) for content_id, place, rev in changes if place is not None]
    # Withdrawn contents leave channels of paused links, too: that shows nothing to anyone.
    targets = links.of_communities(tx, {place for _, place, _ in placed}, resting=act in (REMOVE, MOVE))
    deliveries = [
        Delivery(
            dedupe_key=_key(link, content_id, rev, act),
            topic=TOPIC,
            ordering_key=conversation(link),
            payload={"content": content_id, "link": link.id, "act": act},
        )
        for content_id, place, rev in placed
        for link in targets
        if link.community_id == place and link.id != acting.link_id
    ]
    if deliveries:
        outbox.queue(tx, deliveries)


def conversation(link: Link) -> str:
    """Return the ordering key of the deliveries to a linked channel."""
    return str(link.channel_key)
