"""Names of communities that a page may show: those every internal member may read, through the read gate."""

from __future__ import annotations

from sqlalchemy import select

from reseau.access import Viewer, readable_communities
from reseau.store.tables import community
from reseau.store.transaction import Transaction

#: An employee who belongs nowhere: sees what is open and nothing else.
EVERYBODY = Viewer(0, internal=True)


def open_names(tx: Transaction) -> dict[str, str]:
    """The names of the open communities that are nobody's own, by the text of their id."""
    rows = tx.execute(
        select(community.c.id, community.c.name).where(
            community.c.id.in_(readable_communities(EVERYBODY)), community.c.personal.is_(False)
        )
    )
    return {str(row.id): row.name for row in rows}
