"""Two small made-up exports, a clean one and a dirty one, whose records were counted by hand."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from migration.reading.source import SOURCES
from reseau.network import Network
from reseau.store import open_store
from reseau.store.tables import content
from tests import samples
from tests.migration.conftest import Bring, brought
from tests.migration.dump import dump
from tests.migration.export import Export, channel, message, user
from tests.migration.sample import DATA, sample

WHOLE = sample("slack_export")
ASKED = "1709542800.000100"


def texts(network: Network) -> list[str]:
    with network.store.read() as tx:
        return list(tx.execute(select(content.c.text)).scalars())


def dirty(folder: Path) -> Path:
    """Write an export with every known defect, once or twice each."""
    people = [
        user("U1", "Léa Fontaine", email="lea@exemple.fr"),
        user("U2", "Léa F.", email="LEA@exemple.fr"),
        user("U3", "Hugo Marchand"),
    ]
    export = Export(*people)
    export.put("channels.json", [channel("C1", "general", ["U1", "U3"]), channel("C2", "jamais-ouvert")])
    export.put("groups.json", [channel("G1", "comite", ["U1"])])
    export.day(
        message("1709550000.000001", "U1", "Bonjour"),
        message("1709550000.000001", "U1", "Bonjour"),
        {"type": "message", "text": "sans moment", "user": "U1"},
        message("1709550001.000001", "U0NOBODY", "Qui suis-je ?"),
        message("1709550002.000001", "U3", "Réponse à rien", thread_ts="1709540000.000001", parent_user_id="U1"),
    )
    latin = json.dumps([message("1709636400.000001", "U3", "Déjà l’été")], ensure_ascii=False).encode("cp1252")
    cut = json.dumps([message(f"170972280{second}.000001", "U3", "Coupé court") for second in range(3)]).encode()
    export.put("general/2024-03-05.json", latin).put("general/2024-03-06.json", cut[:-40])
    marked = "\ufeff" + json.dumps([message("1709809200.000001", "U1", "Avec une marque")])
    export.put("general/2024-03-07.json", marked.encode())
    export.put("general/2024-03-08.json", {"ok": False}).put("general/2024-03-09.json", b"null")
    export.day(message("1709550009.000001", "U1", "Le budget"), folder="comite")
    export.day(message("1709550010.000001", "U3", "Un salon oublié"), folder="oublie")
    return export.put("../general/2024-03-10.json", []).zip(folder, "dirty.zip")


def test_the_whole_sample_yields_its_counts(bring: Bring) -> None:
    counts = bring(WHOLE, "private,direct").tally.as_dict()

    assert counts["inserted"] == {
        "activity": 3,
        "file": 3,
        "link": 2,
        "membership": 13,
        "person": 5,
        "place": 6,
        "post": 20,
        "reaction": 5,
    }
    assert counts["refused"] == counts["warnings"] == {}


def test_the_samples_of_the_project_are_read_as_they_are_expected(capsys: pytest.CaptureFixture[str]) -> None:
    assert samples.main(DATA) == 0
    assert f"{len(SOURCES)} read, 0 of them differ; 0 wait for a source" in capsys.readouterr().out


def test_a_sample_that_yields_something_else_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(WHOLE, tmp_path / "whole")
    (tmp_path / "notes.txt").write_text("rien")
    expected = {**json.loads((DATA / "expected.json").read_text())["slack_export/sample"], "messages": 24}
    (tmp_path / "whole.expected.json").write_text(json.dumps(expected))
    (tmp_path / "notes.txt.expected.json").write_text("{}")

    assert samples.main(tmp_path) == 1
    said_of_it = capsys.readouterr().out
    assert "messages: 24 expected, 23 found" in said_of_it
    assert "1 read, 1 of them differ; 1 wait for a source" in said_of_it


def test_when_something_was_edited_and_when_it_was_deleted_are_kept_apart(network: Network, bring: Bring) -> None:
    bring(WHOLE)
    with network.store.read() as tx:
        columns = (content.c.text, content.c.edited_at, content.c.deleted_at)
        marked = content.c.edited_at.is_not(None) | content.c.deleted_at.is_not(None)
        rows = [tuple(row) for row in tx.execute(select(*columns).where(marked).order_by(content.c.created_at))]

    assert rows == [
        ("Le plan est ici\n\n📎 plan.pdf", datetime(2024, 3, 4, 9, 7, 40, tzinfo=UTC), None),
        ("This message was deleted.", None, datetime(2024, 3, 4, 9, 10, 0, 700, tzinfo=UTC)),
        ("Les pales arrivent jeudi", datetime(2024, 3, 4, 10, 1, tzinfo=UTC), None),
    ]


def test_everything_that_is_wrong_with_an_export_is_named(bring: Bring, tmp_path: Path) -> None:
    counts = bring(dirty(tmp_path), "private").tally.as_dict()

    assert counts["inserted"] == {
        "membership": 3,
        "person": 2,
        "place": 4,
        "placeholder": 2,  # an unknown author, and the missing start of a thread
        "post": 9,
    }
    assert counts["refused"] == {"entry": 2, "post": 2}
    assert counts["warnings"] == {
        "channel_without_messages": 1,
        "cut_file": 1,
        "folder_unlisted": 1,
        "latin1": 1,
        "message_twice": 1,
        "message_without_ts": 1,
        "not_a_list": 2,
        "person_matched": 1,
        "person_unlisted": 1,
        "root_missing": 1,
        "unsafe_name": 1,
    }


def test_by_default_private_places_and_direct_messages_stay_out(network: Network, bring: Bring) -> None:
    first, second = (bring(WHOLE).tally.as_dict() for _ in range(2))

    assert first["inserted"]["place"] == 3
    assert first["inserted"]["post"] == second["unchanged"]["post"] == 15
    assert second["inserted"] == second["updated"] == {}
    assert not [text for text in texts(network) if "devis" in text or "entre nous" in text]


def test_bringing_in_the_rest_later_gives_the_same_network(tmp_path: Path, network: Network, bring: Bring) -> None:
    bring(WHOLE)
    counts = bring(WHOLE, "private,direct").tally.as_dict()
    at_once = Network(network.settings, open_store(f"sqlite:///{tmp_path / 'at-once.db'}"))
    brought(at_once, WHOLE, "private,direct")
    with network.store.read() as tx, at_once.store.read() as other:
        later, together = dump(tx), dump(other)
    at_once.store.close()

    assert counts["inserted"] == {"membership": 7, "place": 3, "post": 5, "reaction": 1}
    assert later == together


def test_nothing_is_written_outside_the_data_folder(tmp_path: Path, network: Network) -> None:
    export = dirty(tmp_path)
    before = {*tmp_path.iterdir(), *tmp_path.parent.iterdir(), *WHOLE.rglob("*")}
    for path in (export, WHOLE):
        brought(network, path)

    assert {*tmp_path.iterdir(), *tmp_path.parent.iterdir(), *WHOLE.rglob("*")} - before <= {tmp_path / "import.lock"}
    assert not list(tmp_path.rglob("*.json"))
