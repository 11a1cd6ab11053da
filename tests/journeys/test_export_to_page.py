"""A Slack export is imported, people talk about it, and the page counts their acts and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from analytics.publishing.cubes import publish
from bots.card import Card
from bots.tools import conversation
from dashboards.entry.app import drawn
from dashboards.figures.source import Published
from reseau import cli
from reseau.acting import Acting
from reseau.network import Network, open_network
from reseau.people import members
from reseau.people.members import NewMember
from reseau.settings import load_settings
from tests.dashboards.spoken import spoken
from tests.migration.export import Export, message, user
from tests.migration.sample import sample

SILENT = 12  # people of the directory who never come
REPLYING = 10  # of the others who answer the question as well


@contextmanager
def opened(data: Path) -> Iterator[Network]:
    network = open_network(load_settings(data=data))
    yield network
    network.store.close()


def command(*arguments: str) -> int:
    """Run one command line of ``reseau``; returns its exit code."""
    try:
        cli.main(list(arguments))
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def own_export(folder: Path) -> Path:
    """The smallest workspace in which people talk."""
    export = Export(user("U1", "rhea"), user("U2", "iago"))
    export.day(
        message("1709540000.000100", "U1", "How does the new channel work?"),
        message("1709540100.000200", "U2", "Read the welcome note", thread_ts="1709540000.000100"),
    )
    return export.zip(folder)


def company(network: Network, count: int = 40) -> list[str]:
    """People of the directory, hired long ago; returns their handles."""
    hired = (datetime.now(UTC) - timedelta(days=400)).date()
    with network.store.write() as tx:
        ids = members.add(
            tx, [NewMember(f"Personne {number}", hired_on=hired) for number in range(count)], Acting("directory")
        )
        return [members.get(tx, id_).handle for id_ in ids]


def talk(network: Network, who: str, line: str) -> Card:
    return conversation.begin(network, who, confirmed=True).say(line)


def life(network: Network, handles: list[str], word: str) -> None:
    """Use the network as people do after the export was imported: find, follow, ask, answer, thank, read."""
    ana, bob, *others = handles[:-SILENT]
    results = talk(network, ana, f"chercher {word}")
    code = next(item.code for block in results.blocks for item in getattr(block, "items", ()) if item.code)
    assert code.startswith("D")
    assert talk(network, ana, f"suivre {code}").done
    card = talk(network, ana, "demander Qui peut relire le guide de soudure avant jeudi ?")
    assert card.code.startswith("Q")
    assert talk(network, bob, f"répondre {card.code} Moi, je le relis demain").done
    assert talk(network, ana, f"merci @{bob} pour la relecture du guide").done
    for number, other in enumerate(others):
        talk(network, other, f"répondre {card.code} Moi aussi" if number < REPLYING else "fil")


def counted(network: Network) -> dict[str, Any]:
    """The figures of the page, counted from the rows by SQL, without the package ``analytics``."""
    questions = {
        "activated": """SELECT count(DISTINCT a.member_id) FROM activity a JOIN member m ON m.id = a.member_id
            WHERE a.verb = 'activated' AND a.origin <> 'seeded' AND m.kind = 'employee' AND m.status = 'active'""",
        "staff": "SELECT count(*) FROM member WHERE kind = 'employee' AND status IN ('active', 'invited')",
        "engaged": """SELECT count(DISTINCT a.member_id) FROM activity a JOIN member m ON m.id = a.member_id
            WHERE a.origin <> 'seeded' AND a.verb IN ('published', 'replied', 'reacted', 'thanked', 'accepted')
            AND m.kind = 'employee' AND m.status = 'active'""",
        "active": "SELECT count(DISTINCT member_id) FROM activity WHERE origin <> 'seeded' AND member_id IS NOT NULL",
        "seeded": "SELECT count(*) FROM activity WHERE origin = 'seeded'",
    }
    with network.store.read() as tx:
        return {name: tx.execute(text(sql)).scalar_one() for name, sql in questions.items()}


def published(network: Network, metric: str, grain: str) -> dict[str, Any]:
    from analytics.published import reading

    cells = reading.cells(network.settings.folder, metric, grain)
    return dict(cells.iloc[-1])


def follow_through(data: Path, export: Path, word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("--data", str(data), "migrate", "run", str(export), "--json") == 0
    brought = json.loads(capsys.readouterr().out)
    assert brought["inserted"]["post"] > 0
    with opened(data) as network:
        life(network, company(network), word)
        figures = counted(network)
    assert command("--data", str(data), "facts", "build") == 0
    later = datetime.now(UTC) + timedelta(days=8)  # the week is over
    with opened(data) as network:
        young = spoken(drawn(network, Published(data), "/pilotage/", "?periode=lancement", datetime.now(UTC)))
        publish(network, at=later)
        activation = published(network, "activation_rate", "launch")
        engagement = published(network, "engagement_rate", "week")
        page = spoken(drawn(network, Published(data), "/pilotage/", "?periode=lancement", later))

    assert figures["activated"] == 40 - SILENT
    assert (activation["numerator"], activation["denominator"]) == (figures["activated"], figures["staff"])
    assert (
        (engagement["numerator"], engagement["denominator"]) == (figures["engaged"], figures["activated"]) == (12, 28)
    )
    assert "Le réseau est ouvert depuis" in young
    assert f"{figures['activated']} personnes sur {figures['staff']}" in page
    assert f"{figures['seeded']} " in page


def test_our_own_export_becomes_a_network_that_people_talk_in_and_a_page_that_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    follow_through(tmp_path / "data", own_export(tmp_path), "channel", capsys)


def test_a_whole_workspace_does_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    follow_through(tmp_path / "data", sample("slack_export"), "pales", capsys)
