"""Snapshots of people with their segments, communities and animateurs, to join with the facts; pseudonyms, no names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
from sqlalchemy import select

from analytics.facts.pseudonyms import Pseudonyms
from analytics.files import analytics_folder, put_table
from reseau.kinds import MemberStatus
from reseau.network import Network
from reseau.settings import Settings
from reseau.store.tables import animateur, community, member
from reseau.store.transaction import Transaction

PEOPLE = pa.schema(
    [
        ("person", pa.string()),
        ("kind", pa.string()),
        ("status", pa.string()),
        ("department", pa.string()),
        ("site", pa.string()),
        ("country", pa.string()),
        ("job", pa.string()),
        ("level", pa.string()),
        ("hired_on", pa.date32()),
        ("left_on", pa.date32()),
        ("activated_day", pa.date32()),
    ]
)
COMMUNITIES = pa.schema(
    [
        ("community", pa.int64()),
        ("kind", pa.string()),
        ("privacy", pa.string()),
        ("personal", pa.bool_()),
        ("conversation", pa.bool_()),
        ("opened_day", pa.date32()),
        ("archived_day", pa.date32()),
    ]
)
ANIMATEURS = pa.schema(
    [
        ("community", pa.int64()),
        ("person", pa.string()),
        ("role", pa.string()),
        ("since_day", pa.date32()),
        ("until_day", pa.date32()),  # the last day in the role
    ]
)

Row = Sequence[object]


def people_file(folder: Path) -> Path:
    """Return the file of the people snapshot in a data folder."""
    return analytics_folder(folder) / "people.parquet"


def communities_file(folder: Path) -> Path:
    """Return the file of the communities snapshot in a data folder."""
    return analytics_folder(folder) / "communities.parquet"


def animateurs_file(folder: Path) -> Path:
    """Return the file of the animateurs snapshot in a data folder."""
    return analytics_folder(folder) / "animateurs.parquet"


def snapshot(network: Network, names: Pseudonyms) -> None:
    """Write the three snapshots from the store as it is now, with local days of the settings' time zone."""
    folder = network.settings.folder
    with network.store.read() as tx:
        tables = {
            people_file(folder): _table(PEOPLE, _people(tx, names, network.settings)),
            communities_file(folder): _table(COMMUNITIES, _communities(tx, network.settings)),
            animateurs_file(folder): _table(ANIMATEURS, _animateurs(tx, names, network.settings)),
        }
    for file, table in tables.items():
        put_table(table, file)


def _table(schema: pa.Schema, rows: Iterable[Row]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.Table.from_arrays([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)


def _day(settings: Settings, moment: datetime | None) -> date | None:
    return moment.astimezone(settings.zone).date() if moment is not None else None


def _people(tx: Transaction, names: Pseudonyms, settings: Settings) -> list[Row]:
    c = member.c
    attributes = (c.kind, c.status, c.department, c.site, c.country, c.job, c.level, c.hired_on, c.left_on)
    company = select(c.id, *attributes, c.activated_at).where(c.status != MemberStatus.OPERATOR)
    rows = tx.execute(company.order_by(c.id)).all()
    people = names.of(row[0] for row in rows)
    return [(person, *row[1:-1], _day(settings, row[-1])) for person, row in zip(people, rows, strict=True)]


def _communities(tx: Transaction, settings: Settings) -> list[Row]:
    c = community.c
    statement = select(c.id, c.kind, c.privacy, c.personal, c.conversation, c.created_at, c.archived_at).order_by(c.id)
    return [
        (*row[:-2], _day(settings, row.created_at), _day(settings, row.archived_at)) for row in tx.execute(statement)
    ]


def _animateurs(tx: Transaction, names: Pseudonyms, settings: Settings) -> list[Row]:
    c = animateur.c
    rows = tx.execute(select(c.community_id, c.member_id, c.role, c.since, c.until).order_by(c.id)).all()
    people = names.of(row.member_id for row in rows)
    return [
        (row.community_id, person, row.role, _day(settings, row.since), _day(settings, row.until))
        for person, row in zip(people, rows, strict=True)
    ]
