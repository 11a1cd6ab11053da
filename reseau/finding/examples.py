"""People who show what the network is for each kind of person, for a visitor of the demonstration."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, select, true

from reseau.kinds import AnimateurRole, MemberKind, MemberStatus
from reseau.store.tables import animateur, community, content, member
from reseau.store.transaction import Transaction


class Example(StrEnum):
    """A kind of person whose place is worth a look."""

    EMPLOYEE = "employee"
    NEWCOMER = "newcomer"
    ANIMATEUR = "animateur"
    SPONSOR = "sponsor"
    ADMINISTRATOR = "administrator"


def of_each(tx: Transaction, language: str) -> dict[Example, int]:
    """Return the id of one employee of each kind, rather one who reads the language; a kind without any is left out."""
    leading = select(animateur.c.member_id).where(animateur.c.until.is_(None))
    ordinary = member.c.id.not_in(leading) & member.c.administrator.is_(False)
    active = member.c.status == MemberStatus.ACTIVE
    statements: Mapping[Example, Select[tuple[int]]] = {
        Example.EMPLOYEE: _busiest(active & ordinary, language),
        Example.NEWCOMER: _first((member.c.status == MemberStatus.INVITED) & ordinary, language),
        Example.ANIMATEUR: _first(
            active & _role(AnimateurRole.ANIMATEUR) & member.c.administrator.is_(False), language
        ),
        Example.SPONSOR: _first(active & _role(AnimateurRole.SPONSOR), language),
        Example.ADMINISTRATOR: _first(active & member.c.administrator.is_(True), language),
    }
    ids = {example: tx.execute(statement.limit(1)).scalar() for example, statement in statements.items()}
    return {example: id_ for example, id_ in ids.items() if id_ is not None}


def _role(role: AnimateurRole) -> ColumnElement[bool]:
    holders = (
        select(animateur.c.member_id)
        .join(community, community.c.id == animateur.c.community_id)
        .where(animateur.c.role == role, animateur.c.until.is_(None), community.c.archived_at.is_(None))
    )
    return member.c.id.in_(holders)


def _first(condition: ColumnElement[bool], language: str) -> Select[tuple[int]]:
    return (
        select(member.c.id)
        .where(condition, member.c.kind == MemberKind.EMPLOYEE)
        .order_by((member.c.language == language).desc(), member.c.folded_name, member.c.id)
    )


def _busiest(condition: ColumnElement[bool], language: str) -> Select[tuple[int]]:
    """Return the people who write most, so that there is something to see."""
    contents = select(func.count()).where(content.c.author_id == member.c.id, true()).scalar_subquery()
    return (
        select(member.c.id)
        .where(condition, member.c.kind == MemberKind.EMPLOYEE)
        .order_by((member.c.language == language).desc(), contents.desc(), member.c.id)
    )
