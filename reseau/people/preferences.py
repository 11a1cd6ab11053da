"""The notices that each person wants: a cadence and perhaps a platform for each class."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from reseau.exchange.notices import CLASSES, Cadence as Cadence, Notice as Notice
from reseau.store.prepared import Prepared, parameter
from reseau.store.tables import preference
from reseau.store.transaction import Transaction


@dataclass(slots=True)
class _Row:
    member_id: int
    notice: Notice
    cadence: Cadence
    platform: str


def chosen(tx: Transaction, member_id: int) -> dict[Notice, Cadence]:
    """A person's cadence for every class; the table's default if the person chose none."""
    choices = {notice: row.default for notice, row in CLASSES.items()}
    for row in tx.execute(select(preference.c.notice, preference.c.cadence).where(preference.c.member_id == member_id)):
        if row.notice in choices:  # a class that a later version knows is not ours to read
            choices[Notice(row.notice)] = Cadence(row.cadence)
    return choices


def cadence(tx: Transaction, member_id: int, notice: Notice) -> Cadence:
    """A person's cadence for a class."""
    row = _CHOSEN.first(tx, member_id=member_id, notice=notice)
    return CLASSES[notice].default if row is None else Cadence(row.cadence)


def wants(tx: Transaction, member_id: int, notice: Notice) -> bool:
    """Whether a person gets a class of notices at all."""
    return cadence(tx, member_id, notice) is not Cadence.NEVER


def platform(tx: Transaction, member_id: int, notice: Notice) -> str:
    """The platform that a person chose for a class; empty if the class follows the general choice."""
    row = _CHOSEN.first(tx, member_id=member_id, notice=notice)
    return "" if row is None else str(row.platform)


_CHOSEN = Prepared(
    select(preference.c.cadence, preference.c.platform).where(
        preference.c.member_id == parameter("member_id"), preference.c.notice == parameter("notice")
    )
)


def choose(tx: Transaction, member_id: int, notice: Notice, cadence: Cadence) -> None:
    """Note a cadence in place of the one before."""
    _note(tx, _Row(member_id, notice, cadence, platform(tx, member_id, notice)))


def choose_platform(tx: Transaction, member_id: int, notice: Notice, name: str) -> None:
    """Store the platform for a class; an empty name follows the general choice."""
    _note(tx, _Row(member_id, notice, cadence(tx, member_id, notice), name))


def _note(tx: Transaction, row: _Row) -> None:
    same = (preference.c.member_id == row.member_id) & (preference.c.notice == row.notice)
    tx.execute(preference.delete().where(same))
    tx.insert(preference, [row])
