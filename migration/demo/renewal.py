"""Renewal of an old demonstration: its year is moved by whole weeks, so that it ends near today."""

from __future__ import annotations

import shutil
from datetime import date, timedelta

from sqlalchemy import BigInteger, bindparam, case, null, select, type_coerce

from migration.demo.filling import LAUNCH, NOTICE, filled, notice_of
from reseau.network import Network, get_notice, set_notice
from reseau.store.moments import Moment, now, to_micros
from reseau.store.tables import member, metadata, notice
from reseau.store.transaction import Transaction

_WEEK = timedelta(weeks=1)
#: Folders of figures, which are made anew for the moved year.
_FIGURES = ("analytics", "published")


def renew(network: Network, today: date) -> int:
    """Move the year of a demonstration that ended a week ago or more, together with what visitors wrote in it.

    Returns:
        The number of weeks by which it was moved, after which figures must be made again; 0 if it was not moved.
    """
    with network.store.write() as tx:
        demonstration = filled(tx)
        if demonstration is None or not demonstration.follows_today:
            return 0
        weeks = (today - demonstration.until) // _WEEK
        if weeks < 1:
            return 0
        for folder in _FIGURES:
            shutil.rmtree(network.settings.folder / folder, ignore_errors=True)
        _move(tx, weeks * _WEEK)
        until = demonstration.until + weeks * _WEEK
        launch = get_notice(tx, LAUNCH)
        tx.execute(notice.delete().where(notice.c.name.not_in((NOTICE, LAUNCH))))  # other notes are about the old year
        set_notice(
            tx,
            NOTICE,
            notice_of(demonstration.name, demonstration.seed, demonstration.people, until, follows_today=True),
        )
        if isinstance(launch, dict):
            day = date.fromisoformat(str(launch["day"])) + weeks * _WEEK
            set_notice(tx, LAUNCH, {"day": day.isoformat()})
    return weeks


def _move(tx: Transaction, by: timedelta) -> None:
    """Move every moment and every day of the store; no moment is moved beyond now or past a later one."""
    present, step = to_micros(now()), by // timedelta(microseconds=1)
    for table in metadata.sorted_tables:
        moments = [column for column in table.c if isinstance(column.type, Moment)]
        if not moments:
            continue
        moved = {}
        for column in moments:
            micros = type_coerce(column, BigInteger)
            later = case(
                (column.is_(null()), null()),
                (micros + step <= present, micros + step),
                (micros <= present, present),
                else_=micros,
            )
            moved[column.name] = type_coerce(later, BigInteger)
        tx.execute(table.update().values({name: type_coerce(value, Moment) for name, value in moved.items()}))
    _move_days(tx, by)


def _move_days(tx: Transaction, by: timedelta) -> None:
    """Move the days on which people were hired and left."""
    rows = tx.execute(select(member.c.id, member.c.hired_on, member.c.left_on)).all()
    days = [
        {
            "moved_id": row.id,
            "hired_on": row.hired_on and row.hired_on + by,
            "left_on": row.left_on and row.left_on + by,
        }
        for row in rows
        if row.hired_on or row.left_on
    ]
    if days:
        tx.execute(member.update().where(member.c.id == bindparam("moved_id")), days)
