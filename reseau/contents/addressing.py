"""Addressees of a question: people with some attributes. Its readers stay the same, and the addressees see it first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select

from reseau import access
from reseau.access import Viewer
from reseau.store.tables import audience, content, member
from reseau.store.transaction import Transaction

_READ = 100  # audiences that a feed looks at, the newest
FIELDS = ("job", "department", "site", "country", "kind")


@dataclass(frozen=True, slots=True)
class Attribute:
    """A value of a field of the directory, as the directory writes it: the site Lyon."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Audience:
    """People who have, for each word of a label, one of some attributes.

    Attributes:
        label: as its author wrote it: « les commerciaux du Sud ».
        criteria: for each telling word, the attributes that it may mean.
    """

    label: str
    criteria: tuple[tuple[Attribute, ...], ...]

    @property
    def clause(self) -> ColumnElement[bool]:
        """A clause on ``member``: who belongs to the audience."""
        return and_(*(or_(*_fitting(options)) for options in self.criteria))


def _fitting(options: Sequence[Attribute]) -> list[ColumnElement[bool]]:
    values: dict[str, list[str]] = {}
    for attribute in options:
        values.setdefault(attribute.field, []).append(attribute.value)
    return [member.c[field].in_(of_field) for field, of_field in values.items()]


def address(tx: Transaction, content_id: int, chosen: Audience) -> None:
    """Store the addressees of a new question."""
    criteria = [[[attribute.field, attribute.value] for attribute in options] for options in chosen.criteria]
    tx.execute(audience.insert().values(content_id=content_id, label=chosen.label, criteria=criteria))


def addressed_to(tx: Transaction, who: Viewer, since: datetime) -> Mapping[int, str]:
    """Return the questions since a moment that are for a viewer and that the viewer may read, with their labels."""
    me = tx.execute(select(*(member.c[field] for field in FIELDS)).where(member.c.id == who.member_id)).first()
    if me is None:
        return {}
    newest = (
        select(audience.c.content_id, audience.c.label, audience.c.criteria)
        .join(content, content.c.id == audience.c.content_id)
        .where(content.c.author_id != who.member_id, content.c.created_at >= since, access.readable_contents(who))
        .order_by(audience.c.content_id.desc())
        .limit(_READ)
    )
    mine = me._mapping
    return {
        row.content_id: row.label
        for row in tx.execute(newest)
        if all(any(mine[field] == value for field, value in options) for options in row.criteria)
    }


def label_of(tx: Transaction, content_id: int) -> str:
    """Return the audience of a question as its author wrote it; empty if it has none."""
    return str(tx.execute(select(audience.c.label).where(audience.c.content_id == content_id)).scalar() or "")
