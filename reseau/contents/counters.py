"""The counters of a thread, counted anew from its contents when something leaves it or comes back."""

from __future__ import annotations

from sqlalchemy import func, select, update

from reseau.contents.content_type import type_of
from reseau.kinds import ContentState
from reseau.store.tables import content, reaction, thread
from reseau.store.transaction import Transaction


def recount(tx: Transaction, root_id: int) -> None:
    """Count the replies and reactions of a thread; a kept answer that is gone is kept no longer.

    The first answer to a question is that of another member, since it was last reopened.
    """
    root = tx.execute(
        select(content.c.kind, content.c.author_id, thread.c.accepted_id, thread.c.reopened_at)
        .join_from(content, thread, thread.c.root_id == content.c.id)
        .where(content.c.id == root_id)
    ).one()
    alive = (
        (content.c.root_id == root_id)
        & (content.c.id != root_id)
        & content.c.deleted_at.is_(None)
        & (content.c.state == ContentState.PUBLISHED)
    )
    reactions = select(func.count()).select_from(reaction.join(content)).where(content.c.root_id == root_id)
    values = {
        "replies": select(func.count()).select_from(content).where(alive).scalar_subquery(),
        "reactions": reactions.scalar_subquery(),
        "accepted_id": select(content.c.id).where(alive, content.c.id == root.accepted_id).scalar_subquery(),
    }
    if type_of(root.kind).answerable:
        answers = select(func.min(content.c.created_at)).where(alive, content.c.author_id != root.author_id)
        if root.reopened_at is not None:
            answers = answers.where(content.c.created_at > root.reopened_at)
        values["answered_at"] = answers.scalar_subquery()
    tx.execute(update(thread).where(thread.c.root_id == root_id).values(values))
