"""The demonstration in a store: complete, the same for a seed, labelled, and never mixed with real data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from migration.demo import cli, figures
from migration.demo.filling import NotEmptyError, Size, fill, filled
from reseau import access
from reseau.acting import SYSTEM
from reseau.communities import opening
from reseau.communities.opening import NewCommunity
from reseau.errors import ReseauError
from reseau.finding import feed
from reseau.keys import AccountKey
from reseau.kinds import CommunityKind, Privacy
from reseau.network import Network, get_notice, open_network, set_notice
from reseau.people import members
from reseau.settings import load_settings
from reseau.store import Store, open_store
from reseau.store.tables import (
    activity,
    animateur,
    community,
    content,
    follow,
    member,
    membership,
    outbox,
    placement,
    profile_item,
    reaction,
    tagging,
    thanks,
    thread,
)
from tests.ground.typography import faults

UNTIL = date(2026, 6, 19)
SMALL = Size(seed=7, people=40, until=UNTIL)


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Network]:
    """A small demonstration that no test changes."""
    network = empty(tmp_path_factory.mktemp("demonstration"), sqlite_template)
    fill(network, SMALL)
    yield network
    network.store.close()


def empty(folder: Path, template: Path) -> Network:
    (folder / "reseau.db").write_bytes(template.read_bytes())
    return Network(load_settings(data=folder), open_store(f"sqlite:///{folder / 'reseau.db'}"))


def rows(store: Store, statement: Any) -> list[Any]:
    with store.read() as tx:
        return list(tx.execute(statement))


def dump(store: Store) -> list[Any]:
    """Return all rows of a demonstration without random values: the series and slugs of closed places."""
    tables = (
        member,
        membership,
        animateur,
        placement,
        reaction,
        thanks,
        follow,
        tagging,
        thread,
        profile_item,
        activity,
    )
    chance = {"code", "series", "slug"}
    columns = [[column for column in table.c if column.name not in chance] for table in (*tables, community, content)]
    return [tuple(row) for some in columns for row in rows(store, select(*some).order_by(*some[:2]))]


def test_the_same_seed_fills_the_same_store(tmp_path: Path, sqlite_template: Path) -> None:
    stores = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        network = empty(tmp_path / name, sqlite_template)
        fill(network, Size(5, 25, UNTIL))
        stores.append(dump(network.store))
        network.store.close()

    assert len(stores[0]) > 1000
    assert stores[0] == stores[1]


def test_both_engines_hold_a_demonstration(network: Network) -> None:
    fill(network, Size(5, 22, UNTIL))

    assert rows(network.store, select(func.count()).select_from(content))[0][0] > 250
    with network.store.read() as tx:
        assert filled(tx) is not None


def test_it_says_that_it_is_a_demonstration(demonstration: Network) -> None:
    with demonstration.store.read() as tx:
        notice = filled(tx)
        launch = get_notice(tx, "launch")

    assert notice is not None
    assert (notice.name, notice.seed, notice.people, notice.until) == ("Fontarive", 7, 40, UNTIL)
    assert launch == {"day": "2025-06-20"}


def test_it_has_the_six_kinds_and_the_three_privacies(demonstration: Network) -> None:
    communities = rows(demonstration.store, select(community.c.kind, community.c.privacy, community.c.language))

    assert {kind for kind, _, _ in communities} == set(CommunityKind)
    assert Counter(privacy for _, privacy, _ in communities)[Privacy.SECRET] == 1
    assert {privacy for _, privacy, _ in communities} == set(Privacy)
    assert {language for _, _, language in communities} == {"fr", "en"}


def test_every_community_has_an_animateur_and_something_to_read(demonstration: Network) -> None:
    everywhere = {row.id for row in rows(demonstration.store, select(community.c.id))}

    assert {row[0] for row in rows(demonstration.store, select(animateur.c.community_id))} == everywhere
    assert {row[0] for row in rows(demonstration.store, select(content.c.community_id))} == everywhere


def test_every_kind_of_content_is_there_in_both_languages(demonstration: Network) -> None:
    contents = rows(demonstration.store, select(content.c.kind, content.c.language))

    assert {kind for kind, _ in contents} >= set(
        "discussion question idea document article announcement answer comment".split()
    )
    languages = Counter(language for _, language in contents)
    assert languages["fr"] > 4 * languages["en"] > 80


def test_prepared_rows_are_never_taken_for_activity(demonstration: Network) -> None:
    opening = datetime(2025, 6, 20, tzinfo=UTC)
    for row in rows(
        demonstration.store, select(activity.c.origin, activity.c.verb, activity.c.at, activity.c.platform)
    ):
        assert row.origin in ("native", "seeded")
        if row.origin == "native":
            assert row.platform in ("slack", "teams")
            assert row.at >= opening or row.verb == "activated"
    before = rows(demonstration.store, select(content.c.origin).where(content.c.created_at < opening))
    assert {row.origin for row in before} == {"seeded"}
    after = rows(demonstration.store, select(content.c.origin).where(content.c.created_at >= opening))
    assert {row.origin for row in after} == {"native"}


def test_nothing_happens_in_the_future_and_nobody_is_notified_of_the_past(demonstration: Network) -> None:
    last = rows(demonstration.store, select(func.max(activity.c.at)))[0][0]

    assert (
        datetime(2026, 6, 12, tzinfo=UTC)
        < datetime.fromtimestamp(as_seconds(last), UTC)
        < datetime(2026, 6, 19, tzinfo=UTC)
    )
    assert rows(demonstration.store, select(outbox.c.id)) == []


def as_seconds(moment: object) -> float:
    return moment.timestamp() if isinstance(moment, datetime) else float(str(moment)) / 1e6


def test_its_texts_are_complete_and_well_typeset(demonstration: Network) -> None:
    for row in rows(demonstration.store, select(content.c.title, content.c.text, content.c.language)):
        text = f"{row.title}\n{row.text}".strip()
        assert "{" not in text
        assert "  " not in text
        assert text[0].isupper() or not text[0].isalpha(), text
        if row.language == "fr":
            assert [(text, fault) for line in text.replace("**", "").splitlines() for fault in faults(line)] == []


def test_no_community_reads_like_a_copy_of_itself(demonstration: Network) -> None:
    by_community: dict[int, list[str]] = {}
    for row in rows(demonstration.store, select(content.c.community_id, content.c.title, content.c.text)):
        by_community.setdefault(row.community_id, []).extend(text for text in (row.title, row.text) if text)

    for texts in by_community.values():
        assert [text for text, number in Counter(texts).items() if number > 1] == []


def test_the_console_uses_a_member_with_a_feed(demonstration: Network) -> None:
    from reseau.people import identities

    with demonstration.store.read() as tx:
        for account, language in (("local", "fr"), ("local-en", "en")):
            member_id = identities.member_of(tx, AccountKey("console", "", account))
            assert member_id is not None
            assert members.get(tx, member_id).activated_at is not None
            assert members.get(tx, member_id).language == language
            assert len(feed.read(tx, access.viewer(tx, member_id), limit=10)) == 10


# -- conditions for filling --------------------------------------------------------------------------------------------


def test_a_store_with_something_else_in_it_is_left_alone(sqlite_network: Network) -> None:
    with sqlite_network.store.write() as tx:
        opening.add(tx, [NewCommunity("Achats", CommunityKind.PRACTICE)], SYSTEM)

    with pytest.raises(NotEmptyError, match="not empty"):
        fill(sqlite_network, SMALL)
    assert rows(sqlite_network.store, select(member.c.id)) == []


def test_an_interrupted_filling_leaves_nothing_behind(sqlite_network: Network) -> None:
    def stop(share: float) -> None:
        if share > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill(sqlite_network, Size(7, 22, UNTIL), stop)

    with sqlite_network.store.read() as tx:
        assert filled(tx) is None
    assert rows(sqlite_network.store, select(member.c.id)) == []
    fill(sqlite_network, Size(7, 22, UNTIL))


def test_too_few_people_are_refused(sqlite_network: Network) -> None:
    with pytest.raises(ReseauError, match="at least 20"):
        fill(sqlite_network, Size(7, 3, UNTIL))


# -- the command -------------------------------------------------------------------------------------------------------


def test_the_command_keeps_existing_data_and_suggests_the_next_step(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path)
    network = open_network(settings.model_copy(update={"demo": True}), inhabited=False)
    fill(network, Size(7, 22, UNTIL))
    with network.store.write() as tx:
        set_notice(tx, figures.NOTICE, figures.mark(network, tx))
    network.store.close()

    done = CliRunner().invoke(typer_app(), ["--no-serve", "--seed", "8"], obj=settings)

    assert done.exit_code == 0, done.output
    assert "Fontarive" in done.output
    assert "--fresh" in done.output
    assert "http://127.0.0.1:8050/" not in done.output  # it serves nothing
    assert "--demo chat" in done.output
    assert not (tmp_path / "reseau.db").exists()


def typer_app() -> Any:
    import typer

    app = typer.Typer()
    app.command()(cli.demo)
    return app
