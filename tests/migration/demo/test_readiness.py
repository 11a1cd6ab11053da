"""The demonstration is always ready: any command fills it, and it stays recent after weeks without use."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from migration.demo.filling import PEOPLE, SEED, Filled, NotEmptyError, Size, fill, filled, notice_of
from migration.demo.readiness import make, ready, today
from migration.demo.renewal import renew
from reseau.acting import Acting
from reseau.cli import main
from reseau.communities import opening
from reseau.communities.opening import NewCommunity
from reseau.contents import publishing
from reseau.contents.kinds.answer import ANSWER
from reseau.contents.kinds.question import QUESTION
from reseau.contents.publishing import NewContent
from reseau.i18n import Words
from reseau.kinds import CommunityKind
from reseau.network import Network, get_notice, set_notice
from reseau.settings import load_settings
from reseau.store import open_store
from reseau.store.moments import now
from reseau.store.tables import activity, content, member, thread
from reseau.store.transaction import Transaction
from tests.ground.tree import ROOT


@pytest.fixture
def demonstration(tmp_path: Path, sqlite_template: Path) -> Iterator[Network]:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "reseau.db").write_bytes(sqlite_template.read_bytes())
    settings = load_settings(data=tmp_path, demo=True)
    network = Network(settings, open_store(settings.store_url))
    yield network
    network.store.close()


def left_alone(network: Network, days: int) -> date:
    """Fill a small demonstration ``days`` days ago, and return the day on which it ends."""
    until = today(network) - timedelta(days=days)
    fill(network, Size(7, 22, until))
    with network.store.write() as tx:
        set_notice(tx, "demonstration", notice_of("Fontarive", 7, 22, until, follows_today=True))
    return until


def times(tx: Transaction) -> dict[int, datetime]:
    """Return the moment of each content."""
    return {row.id: row.created_at for row in tx.execute(select(content.c.id, content.c.created_at))}


def newest_act(tx: Transaction) -> datetime:
    moments: list[datetime] = [row.at for row in tx.execute(select(activity.c.at))]
    return max(moments)


def first_hired(tx: Transaction) -> date:
    days: list[date] = [row.hired_on for row in tx.execute(select(member.c.hired_on))]
    return min(days)


def demonstration_of(network: Network) -> Filled | None:
    with network.store.read() as tx:
        return filled(tx)


def test_an_empty_demonstration_is_filled_and_standard_output_stays_the_commands(
    demonstration: Network, capsys: pytest.CaptureFixture[str]
) -> None:
    ready(demonstration, people=22)

    printed = capsys.readouterr()
    demonstration_ = demonstration_of(demonstration)
    assert demonstration_ is not None
    assert (demonstration_.people, demonstration_.until) == (22, today(demonstration))
    assert (demonstration.settings.folder / "analytics" / "cubes" / "freshness.json").exists()
    assert printed.out == ""
    assert "22" in printed.err
    ready(demonstration)
    assert capsys.readouterr().err == ""


def test_a_program_that_starts_during_a_filling_uses_its_result(demonstration: Network) -> None:
    until = left_alone(demonstration, 0)

    make(demonstration, Size(7, 25, until), Words("fr"))

    demo = demonstration_of(demonstration)
    assert demo is not None
    assert demo.people == 22


def test_a_demonstration_is_never_made_among_something_else(demonstration: Network) -> None:
    with demonstration.store.write() as tx:
        opening.add(tx, [NewCommunity("Achats", CommunityKind.PRACTICE)], Acting("console"))

    with pytest.raises(NotEmptyError):
        make(demonstration, Size(7, 22, today(demonstration)), Words("fr"))


def test_what_somebody_put_there_is_left_alone(demonstration: Network) -> None:
    with demonstration.store.write() as tx:
        opening.add(tx, [NewCommunity("Achats", CommunityKind.PRACTICE)], Acting("console"))
    ready(demonstration)

    assert demonstration_of(demonstration) is None


def test_one_left_for_four_weeks_is_alive_again(demonstration: Network) -> None:
    until = left_alone(demonstration, 31)
    with demonstration.store.read() as tx:
        newest, eldest = newest_act(tx), first_hired(tx)
        before = times(tx)
        launch = get_notice(tx, "launch")
    (demonstration.settings.folder / "analytics").mkdir()

    assert renew(demonstration, today(demonstration)) == 4

    demonstration_, weeks = demonstration_of(demonstration), timedelta(weeks=4)
    assert demonstration_ is not None
    assert demonstration_.until == until + weeks
    assert isinstance(launch, dict)
    with demonstration.store.read() as tx:
        assert (newest_act(tx), first_hired(tx)) == (newest + weeks, eldest + weeks)
        assert times(tx) == {key: at + weeks for key, at in before.items()}
        assert get_notice(tx, "launch") == {"day": (date.fromisoformat(launch["day"]) + weeks).isoformat()}
    assert not (demonstration.settings.folder / "analytics").exists()
    assert renew(demonstration, today(demonstration)) == 0


def test_a_visitors_reply_stays_after_its_question_and_never_in_the_future(demonstration: Network) -> None:
    left_alone(demonstration, 30)
    with demonstration.store.write() as tx:
        question = tx.execute(
            select(content.c.id, content.c.author_id)
            .where(content.c.kind == QUESTION.name)
            .order_by(content.c.created_at.desc())
        ).first()
        assert question is not None
        answer = NewContent(
            ANSWER, question.author_id, "Oui.", root_id=question.id, created_at=now() - timedelta(days=1)
        )
        (written,) = publishing.publish(tx, [answer], Acting("console"))
    renew(demonstration, today(demonstration))

    with demonstration.store.read() as tx:
        at = times(tx)
        last = tx.execute(select(thread.c.last_at).where(thread.c.root_id == question.id)).scalar_one()
    assert at[question.id] <= at[written.id] <= now()
    assert last == at[written.id]


@pytest.mark.parametrize("days", [0, 3, 6])
def test_one_that_was_left_for_some_days_is_as_it_was(demonstration: Network, days: int) -> None:
    left_alone(demonstration, days)

    assert renew(demonstration, today(demonstration)) == 0


def test_one_that_was_made_for_a_day_of_somebodys_choice_stays_there(demonstration: Network) -> None:
    fill(demonstration, Size(7, 22, date(2026, 6, 19)))

    assert renew(demonstration, datetime(2027, 1, 1, tzinfo=UTC).date()) == 0


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """Fill the demonstration at full size, as a newcomer sees it."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "demo").mkdir()
    (folder / "demo" / "reseau.db").write_bytes(sqlite_template.read_bytes())
    settings = load_settings(data=folder, demo=True)
    network = Network(settings, open_store(settings.store_url))
    fill(network, Size(SEED, PEOPLE, today(network)))
    network.store.close()
    return folder


@pytest.mark.parametrize(("name", "language"), [("README.md", "en"), ("README.fr.md", "fr")])
def test_every_line_of_a_readme_is_answered_on_the_demonstration(
    whole: Path, name: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    block = re.search(r"```text\n(.*?)```", (ROOT / name).read_text("utf-8"), re.DOTALL)
    assert block is not None
    lines = block[1].splitlines()
    assert len(lines) == 6
    for line in lines:
        main(["--data", str(whole), "--demo", "--language", language, "chat", "--json", *line.split()])
        card = json.loads(capsys.readouterr().out)
        assert not card["error"], (line, card)
        assert card["blocks"], (line, card)
        assert not card["title"].startswith(NOTHING), (line, card["title"])


NOTHING = ("Nothing", "Nobody", "Rien", "Personne")
