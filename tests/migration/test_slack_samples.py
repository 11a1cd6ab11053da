"""The samples of Slack exports yield what their expectations say.

With everything included, posts + system entries (``activity``) are the export's messages, reactions are the people
named by reactions, files the files that messages carry. By default private places and direct messages are left out.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reseau.network import Network
from tests.migration.conftest import Bring, brought
from tests.migration.dump import dump

REAL = ("slack-export-viewer-2016.zip", "slackdump-2025.zip", "zulip-2018.zip")
MADE = "synthetic-dirty.zip"


def expected(shared: Path, name: str) -> dict[str, Any]:
    samples = shared / "samples"
    if name == MADE:
        return dict(json.loads((samples / "slack-export" / f"{MADE}.expected.json").read_text()))
    return dict(json.loads((samples / "expected.json").read_text())[f"slack-export/{name}"])


@pytest.mark.parametrize("name", REAL)
def test_a_real_export_yields_its_counts(shared: Path, bring: Bring, name: str) -> None:
    wanted = expected(shared, name)
    path = shared / "samples" / "slack-export" / name
    counts = bring(path, "private,direct").tally.as_dict()
    inserted = counts["inserted"]

    assert inserted["post"] + inserted["activity"] == wanted["messages"]
    assert inserted["person"] == wanted["users"]
    assert inserted["place"] == wanted["channels"]
    assert inserted.get("reaction", 0) == wanted["reactions_count"]
    assert inserted["file"] == wanted["files"]
    assert counts["refused"] == {}
    assert bring(path, "private,direct").tally.as_dict()["inserted"] == {}


def test_the_made_export_yields_its_counts(shared: Path, bring: Bring) -> None:
    wanted = expected(shared, MADE)
    counts = bring(shared / "samples" / "slack-export" / MADE, "private,direct").tally.as_dict()
    inserted = counts["inserted"]
    listed = sum(wanted[kind] for kind in ("channels", "private_channels", "mpims", "dms"))

    assert inserted["post"] + inserted["activity"] == wanted["messages"]
    assert inserted["activity"] == wanted["by_subtype"]["channel_join"] + wanted["by_subtype"]["channel_topic"]
    assert counts["read"]["person"] == wanted["users"]
    assert counts["unchanged"]["person"] == wanted["dirt"]["emails_differing_by_case_only"]
    assert inserted["place"] == listed + wanted["dirt"]["folders_not_listed"]
    assert inserted["reaction"] == wanted["reactions_by_named_users"]
    assert inserted["file"] == wanted["files"]
    assert counts["refused"] == {
        "post": wanted["dirt"]["messages_without_ts"] + wanted["dirt"]["truncated_files"],
        "entry": wanted["dirt"]["not_a_list_files"],
    }


def test_the_made_export_names_everything_that_is_wrong_with_it(shared: Path, sqlite_network: Network) -> None:
    wanted = expected(shared, MADE)
    dirt = wanted["dirt"]
    warnings = brought(sqlite_network, shared / "samples" / "slack-export" / MADE).tally.as_dict()["warnings"]

    assert warnings == {
        "channel_without_messages": dirt["channels_without_folder"],
        "cut_file": dirt["truncated_files"],
        "folder_unlisted": dirt["folders_not_listed"],
        "latin1": dirt["latin1_files"],
        "message_twice": 1,  # the other double stands behind the cut
        "message_without_ts": dirt["messages_without_ts"],
        "not_a_list": dirt["not_a_list_files"],
        "person_matched": dirt["emails_differing_by_case_only"],
        "person_unlisted": len(wanted["unknown_authors"]),
        "root_missing": dirt["orphan_replies"],
        "unsafe_name": dirt["path_traversal_entries"],
    }


def test_by_default_private_places_and_direct_messages_stay_out(shared: Path, bring: Bring) -> None:
    path = shared / "samples" / "slack-export" / MADE
    first, second = (bring(path).tally.as_dict() for _ in range(2))

    assert first["inserted"]["post"] == 1_409
    assert second["inserted"] == second["updated"] == {}
    assert second["unchanged"]["post"] == 1_409


def test_bringing_in_the_rest_later_gives_the_same_network(shared: Path, tmp_path: Path, network: Network) -> None:
    path = shared / "samples" / "slack-export" / MADE
    brought(network, path)
    counts = brought(network, path, "private,direct").tally.as_dict()

    assert counts["inserted"] == {"activity": 1, "file": 3, "membership": 9, "place": 4, "post": 38, "reaction": 3}
    with network.store.read() as tx:
        assert len(dump(tx)) > 5_000


def test_nothing_is_written_outside_the_data_folder(shared: Path, tmp_path: Path, network: Network) -> None:
    samples = shared / "samples" / "slack-export"
    before = {*samples.iterdir(), *tmp_path.parent.iterdir()}
    brought(network, samples / MADE)

    assert {*samples.iterdir(), *tmp_path.parent.iterdir()} == before
    assert not list(tmp_path.rglob("*.json"))
