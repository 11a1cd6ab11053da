"""The sentence of a note: its source's own or a shared one, and never an error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from migration.loading.run import Run
from migration.loading.tally import Tally
from migration.reading.records import Note
from migration.reading.source import SOURCES
from migration.report.notes import SHARED, sentence
from migration.report.report import make, summary
from reseau.i18n import Words
from reseau.network import Network
from tests.migration.conftest import brought

CARNET = """
from migration.reading.records import Note
from migration.reading.source import Detection
from reseau.i18n import N_

class Carnet:
    name = "carnet"
    title = N_("Notebook")
    notes = {"page_torn": N_("A page of the notebook is torn: its other half was read.")}

    def detect(self, bundle):
        return Detection(80, N_("It is a notebook.")) if "carnet.txt" in bundle.names else Detection(0, "")

    def read(self, bundle, options):
        yield Note("page_torn", "carnet.txt", "page 3")
        yield Note("page_unknown", "carnet.txt", "page 4")

source = Carnet()
"""
FRENCH = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "A page of the notebook is torn: its other half was read."
msgstr "Une page du carnet est déchirée : l’autre moitié a été lue."
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Install another distribution that registers a source and its French catalogue."""
    site = tmp_path / "site"
    info = site / "reseau_carnet-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: reseau-carnet\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[reseau.sources]\ncarnet = reseau_carnet:source\n[reseau.catalogues]\ncarnet = reseau_carnet\n"
    )
    (site / "reseau_carnet" / "locale").mkdir(parents=True)
    (site / "reseau_carnet" / "__init__.py").write_text(CARNET)
    (site / "reseau_carnet" / "locale" / "fr.po").write_text(FRENCH)
    return site


@pytest.mark.parametrize(
    ("language", "torn"),
    [
        ("fr", "Une page du carnet est déchirée : l’autre moitié a été lue."),
        ("en", "A page of the notebook is torn: its other half was read."),
    ],
)
def test_another_package_brings_its_own_sentences(package: Path, tmp_path: Path, language: str, torn: str) -> None:
    (tmp_path / "carnet").mkdir()
    (tmp_path / "carnet" / "carnet.txt").write_text("page 1")
    folders = str(tmp_path / "data"), str(tmp_path / "carnet")
    command = [sys.executable, "-m", "reseau", "--data", folders[0], "migrate", "plan", folders[1]]
    environment = {**os.environ, "PYTHONPATH": str(package), "RESEAU_LANGUAGE": language}
    output = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    assert f"! 1 × {torn}" in output
    assert "! 1 × page_unknown" in output


@pytest.mark.parametrize("source", [*SOURCES, "a package that is gone"])
def test_a_code_without_a_sentence_is_shown_as_it_is(source: str) -> None:
    t = Words("en")

    assert sentence(t, "never_heard_of", source) == "never_heard_of"
    assert sentence(t, "entry_locked", source) == SHARED["entry_locked"]


def test_seed_records_may_hold_the_notes_of_any_source() -> None:
    t = Words("en")

    assert sentence(t, "message_twice", "seed_records") == SOURCES["slack_export"].notes["message_twice"]


def test_a_code_that_somebody_made_up_commands_no_terminal() -> None:
    tally = Tally()
    tally.note(Note("\x1b[31mred"))
    run = Run(1, "seed_records", "a.jsonl", {}, datetime(2026, 1, 2, tzinfo=UTC), None, 0, tally)

    assert "\x1b" not in summary(Words("fr"), run)


def test_a_report_names_losses_first(sqlite_network: Network, tmp_path: Path) -> None:
    notes = [{"record": "note", "code": f"kept_{number}"} for number in range(3)]
    notes += [{"record": "note", "code": "leaf_lost", "refused": "post"}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, notes)))
    run = brought(sqlite_network, tmp_path / "a.jsonl")
    with sqlite_network.store.read() as tx:
        report = make(tx, run)

    assert [code for code, _, _ in report.notes] == ["leaf_lost", "kept_0", "kept_1", "kept_2"]
    assert "losses" not in report.as_dict()
