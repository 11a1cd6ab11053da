"""Stores that an earlier version filled are repaired when this version opens them."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import select, text

from analytics.facts.facts import build
from migration.loading.run import runs
from migration.report import report
from reseau import access
from reseau.acting import Acting
from reseau.communities import opening, reading
from reseau.communities.opening import NewCommunity
from reseau.contents import threads
from reseau.finding import experts, feed
from reseau.finding.lookup import find
from reseau.kinds import CommunityKind, FollowKind, Privacy
from reseau.network import Network
from reseau.people import follows, members
from reseau.people.follows import NewFollow
from reseau.store import Store, schema
from reseau.store.tables import community, content, follow, membership, thread
from tests.migration.conftest import Bring
from tests.migration.export import Export, channel, message

REVISION = "0005"


def reopen(store: Store) -> None:
    """Repeat the last revisions on a store, as opening an older store does."""
    revision = ScriptDirectory.from_config(schema.config()).get_revision(REVISION)
    with store.engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        connection.execute(text("DROP INDEX ix_provenance_person"))
        revision.module.upgrade()


def imported(bring: Bring, tmp_path: Path) -> None:
    export = Export().day(message("1709550000.000001", "U1", "bonjour la fibre"))
    export.put("groups.json", [channel("G1", "rachat", ["U1"])])
    bring(export.day(message("1709550001.000001", "U1", "chut"), folder="rachat").zip(tmp_path), "private")


def test_private_channels_that_an_import_opened_to_all_eyes_are_hidden(
    network: Network, bring: Bring, tmp_path: Path
) -> None:
    imported(bring, tmp_path)
    with network.store.write() as tx:
        (own,) = opening.add(tx, [NewCommunity("Achats", CommunityKind.PRACTICE, Privacy.PRIVATE)], Acting("console"))
        lea, hugo = (members.find(tx, name)[0].id for name in ("Léa Martin", "Hugo Petit"))
        place = tx.execute(select(community.c.id).where(community.c.name == "rachat")).scalar_one()
        tx.execute(text("UPDATE community SET privacy = 'private', slug = 'rachat' WHERE name = 'rachat'"))
        following = [NewFollow(person, FollowKind.COMMUNITY, where) for person in (lea, hugo) for where in (place, own)]
        follows.follow(tx, following, Acting("console"))
    reopen(network.store)
    with network.store.read() as tx:
        rows = {row.name: row for row in tx.execute(select(community))}
        left = {tuple(row) for row in tx.execute(select(follow.c.member_id, follow.c.target_id))}
        listed = [community.name for community in reading.listed(tx, access.viewer(tx, hugo))]
        readable = access.may_read_community(tx, access.viewer(tx, lea), place)

    assert rows["rachat"].privacy == Privacy.SECRET
    assert rows["rachat"].slug != "rachat"
    assert rows["rachat"].slug.startswith("rachat-")
    assert rows["Achats"].privacy == Privacy.PRIVATE
    assert left == {(lea, place), (lea, own), (hugo, own)}
    assert sorted(listed) == ["Achats", "general"]
    assert readable


@pytest.mark.parametrize("micros", [9_000_000_000_000_000_000, -9_000_000_000_000_000_000, 100_000_000_000_000_000])
def test_moments_that_cannot_be_read_back_are_replaced(
    network: Network, bring: Bring, tmp_path: Path, micros: int
) -> None:
    imported(bring, tmp_path)
    with network.store.write() as tx:
        for table, columns in {
            "content": ("created_at", "edited_at"),
            "thread": ("last_at",),
            "placement": ("last_at",),
            "activity": ("at",),
            "community": ("created_at",),
            "membership": ("joined_at",),
        }.items():
            for column in columns:
                tx.execute(text(f"UPDATE {table} SET {column} = :micros"), {"micros": micros})
    reopen(network.store)
    with network.store.read() as tx:
        moments = list(tx.execute(select(content.c.created_at)).scalars())
        moments += list(tx.execute(select(thread.c.last_at)).scalars())
        moments += list(tx.execute(select(membership.c.joined_at)).scalars())
        edited = set(tx.execute(select(content.c.edited_at)).scalars())

    assert {moment.year for moment in moments} == {network.store.clock().year}
    assert edited == {None}


def test_a_leaving_that_never_comes_is_none(network: Network, bring: Bring, tmp_path: Path) -> None:
    imported(bring, tmp_path)
    with network.store.write() as tx:
        tx.execute(text("UPDATE membership SET left_at = 253402300799000000"))
        tx.execute(text("UPDATE content SET deleted_at = -62135596800000000"))
    reopen(network.store)
    with network.store.read() as tx:
        left = set(tx.execute(select(membership.c.left_at)).scalars())
        deleted = set(tx.execute(select(content.c.deleted_at)).scalars())

    assert left == {None}
    assert None not in deleted


@pytest.mark.parametrize("micros", [9_000_000_000_000_000_000, -9_000_000_000_000_000_000])
def test_a_row_with_a_moment_beyond_the_calendar_troubles_no_list(
    network: Network, bring: Bring, tmp_path: Path, micros: int
) -> None:
    imported(bring, tmp_path)
    with network.store.write() as tx:
        tx.execute(text("UPDATE content SET created_at = :micros WHERE text = 'bonjour la fibre'"), {"micros": micros})
        for table, column in (("thread", "last_at"), ("placement", "last_at"), ("activity", "at")):
            tx.execute(text(f"UPDATE {table} SET {column} = :micros"), {"micros": micros})
    built = build(network)
    with network.store.read() as tx:
        last = report.make(tx, runs(tx)[0])
        lea = members.find(tx, "Léa Martin")[0].id
        viewer = access.viewer(tx, lea)
        items = feed.read(tx, viewer)
        hugo = members.find(tx, "Hugo Petit")[0].id
        ranked = experts.rank(tx, access.viewer(tx, hugo), "fibre")
        recent = threads.recent_of(tx, viewer, lea)
        matches = find(tx, viewer, "fibre")
        root = tx.execute(select(content.c.id).where(content.c.text == "bonjour la fibre")).scalar_one()
        read = threads.read(tx, viewer, root)

    assert built.rows > 0
    assert sum(count for _, count in last.months) == 2
    assert "bonjour la fibre" in [record.content.text for record in items]
    assert "bonjour la fibre" in [record.text for record in recent]
    assert [record.member.id for record in ranked] == [lea]
    assert "fibre" in repr(matches)
    assert read.root is not None
    assert read.root.created_at.astimezone(network.settings.zone).year in (1, 9999)
