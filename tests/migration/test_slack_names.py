"""A person has the same name in an export and in live messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from bots.platforms.slack.names import Names
from migration.reading.records import Person
from tests.migration.conftest import Read
from tests.migration.export import Export, user

SENT = [
    user("U1", "Léa Martin", display_name="lea"),
    user("U1", "Ana &amp; Hugo &lt;RH&gt;"),
    user("U1", "Léa   Martin"),
    user("U1", "Léa\u0007 \u202eMartin"),
    user("U1", "x", display_name="  "),
    user("USLACKBOT", "slackbot"),
]


@pytest.mark.parametrize("sent", SENT, ids=str)
def test_a_person_is_called_the_same_live_and_in_an_export(tmp_path: Path, read: Read, sent: dict[str, object]) -> None:
    live = Names()
    live.learn(sent)

    records = read(Export(sent).zip(tmp_path))

    person = next(record for record in records if isinstance(record, Person))
    assert person.name == live.people[str(sent["id"])]
