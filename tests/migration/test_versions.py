"""Of two versions of a message, a name or a place the newer one stays, from any origin and in any order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bots.arrival import Changed, Message, Removed, Where
from bots.mirror import receive
from bots.platforms.slack.names import Names
from bots.platforms.slack.writing import markdown
from reseau import keys, provenance
from reseau.acting import Acting
from reseau.channels import links
from reseau.channels.links import Link, NewLink
from reseau.communities import belonging, opening
from reseau.communities.belonging import Joining
from reseau.communities.opening import NewCommunity
from reseau.contents.changing import Edit, edit
from reseau.keys import ChannelKey
from reseau.kinds import CommunityKind, Privacy
from reseau.network import Network
from reseau.people import members
from reseau.people.members import NewMember
from reseau.store import Transaction
from reseau.store.tables import community, content, member, revision
from tests.migration.conftest import Bring
from tests.migration.export import Export, channel, message, user

FIRST, SECOND, LATER = "1709550000.000100", "1709550060.000100", "1709553600.000000"
LEA, HUGO = user("U1", "Léa Martin", team_id="T1"), user("U2", "Hugo Petit", team_id="T1")
CONSOLE = Acting("console")

MESSAGES = [
    message(FIRST, "U1", "On charge à 9 h"),
    message("1709550001.000100", "U2", "l’*essai* du quai"),
    message(
        "1709550002.000100", "U2", "Le plan", files=[{"id": "F1", "title": "Quai nord", "name": "q.pdf", "size": 3}]
    ),
    message("1709550003.000100", "U1", "pose un jour", subtype="me_message"),
    message("1709550004.000100", "U1", "- un\n- deux\nmerci :tada:"),
    message(
        "1709550005.000100",
        "U2",
        "*gra*s",
        blocks=[
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "text", "text": "gra", "style": {"bold": True}},
                            {"type": "text", "text": "s"},
                        ],
                    }
                ],
            }
        ],
    ),
]


class Live:
    """A channel linked to a community, in which both people of the export write."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.names = Names()
        with network.store.write() as tx:
            ids = members.add(tx, [NewMember("Léa Martin"), NewMember("Hugo Petit")], CONSOLE)
            self.members = dict(zip(("U1", "U2"), ids, strict=True))
            for account, id_ in self.members.items():
                provenance.enter(tx, keys.slack_person(account), "person", id_)
                self.names.learn({"id": account, "real_name": "Léa Martin" if account == "U1" else "Hugo Petit"})
            new = NewCommunity("general", CommunityKind.FUNCTIONAL, Privacy.OPEN, created_by=ids[0])
            (place,) = opening.add(tx, [new], CONSOLE)
            provenance.enter(tx, keys.slack_place("C1"), "place", place)
            belonging.join(tx, [Joining(place, id_) for id_ in ids], CONSOLE)
            links.add(tx, NewLink(place, "slack", "T1", "C1", "general", ids[0]))

    def says(self, message: dict[str, Any]) -> None:
        at = datetime.fromtimestamp(float(message["ts"]), UTC)
        text = markdown(message, self.names)
        arrival = Message(message["user"], Where("C1"), message["ts"], text, at)
        self._do(lambda tx, link: receive.new_message(tx, link, arrival, self.members[message["user"]]))

    def changes(self, ts: str, text: str, at: str) -> None:
        changed = Changed("U1", Where("C1"), ts, text, int(float(at) * 1_000_000))
        self._do(lambda tx, link: receive.changed(tx, link, changed, self.members["U1"]))

    def deletes(self, ts: str) -> None:
        self._do(lambda tx, link: receive.removed(tx, link, Removed(Where("C1"), ts, 0)))

    def _do(self, act: Callable[[Transaction, Link], str]) -> None:
        with self.network.store.write() as tx:
            link = links.of_channel(tx, ChannelKey("slack", "T1", "C1"))
            assert link is not None
            assert act(tx, link) == ""


def posts(network: Network) -> list[tuple[Any, ...]]:
    columns = (content.c.text, content.c.rev, content.c.edited_at, content.c.deleted_at)
    with network.store.read() as tx:
        rows = tx.execute(select(*columns).order_by(content.c.created_at, content.c.id))
        return [tuple(row) for row in rows]


def edited(text: str, at: str = LATER) -> dict[str, Any]:
    return message(FIRST, "U1", text, edited={"user": "U1", "ts": at})


def exported(
    *messages: dict[str, Any], name: str = "general", people: tuple[dict[str, Any], ...] = (LEA, HUGO)
) -> Export:
    export = Export(*people)
    export.put("channels.json", [channel("C1", name, ["U1", "U2"])])
    return export.day(*messages, folder=name)


def test_live_messages_and_their_exported_copies_are_the_same(network: Network, bring: Bring, tmp_path: Path) -> None:
    live = Live(network)
    for sent in MESSAGES:
        live.says(sent)
    before = posts(network)
    counts = bring(exported(*MESSAGES).zip(tmp_path)).tally

    assert counts.get("unchanged", "post") == len(MESSAGES)
    assert not counts.get("updated", "post")
    assert posts(network) == before


@pytest.mark.parametrize("live_first", [True, False])
def test_a_message_reads_the_same_live_and_imported(
    network: Network, bring: Bring, tmp_path: Path, live_first: bool
) -> None:
    live = Live(network)
    expected = [markdown(message, live.names) for message in MESSAGES]
    if live_first:
        live.says(MESSAGES[0])
    bring(exported(*MESSAGES).zip(tmp_path))

    assert [text for text, *_ in posts(network)] == expected


def test_an_older_export_takes_back_no_live_edit_and_no_live_deletion(
    network: Network, bring: Bring, tmp_path: Path
) -> None:
    live = Live(network)
    live.says(MESSAGES[0])
    live.says(MESSAGES[1])
    live.changes(FIRST, "On charge à **10 h**", LATER)
    live.deletes("1709550001.000100")
    before = posts(network)
    counts = bring(exported(*MESSAGES[:2]).zip(tmp_path)).tally

    assert posts(network) == before
    assert counts.get("unchanged", "post") == 2


def test_an_edit_that_only_the_export_knows_reaches_a_live_message(
    network: Network, bring: Bring, tmp_path: Path
) -> None:
    Live(network).says(MESSAGES[0])
    counts = bring(exported(edited("On charge à *11 h*")).zip(tmp_path)).tally

    assert counts.get("updated", "post") == 1
    ((text, rev, at, _),) = posts(network)
    assert (text, rev, at) == ("On charge à **11 h**", 2, datetime.fromtimestamp(float(LATER), UTC))


def test_the_older_export_brought_in_again_changes_nothing(network: Network, bring: Bring, tmp_path: Path) -> None:
    old = exported(message(FIRST, "U1", "à 9 h"), name="cour").zip(tmp_path, "old.zip")
    new = exported(edited("à 10 h"), message(SECOND, "U2", "ok"), name="quai", people=(user("U1", "Léa Brun"), HUGO))
    expected = (["Hugo Petit", "Léa Brun"], ["quai"], [("à 10 h", True), ("ok", False)])
    for path in (old, new.zip(tmp_path, "new.zip")):
        bring(path)
    assert stored(network) == expected

    bring(old)
    assert stored(network) == expected


def test_the_older_export_brought_in_last_changes_nothing(network: Network, bring: Bring, tmp_path: Path) -> None:
    old = exported(message(FIRST, "U1", "à 9 h"), message("1709550030.000100", "U2", "avant"), name="cour")
    new = exported(edited("à 10 h"), message(SECOND, "U2", "ok"), name="quai", people=(user("U1", "Léa Brun"), HUGO))
    bring(new.zip(tmp_path, "new.zip"))
    counts = bring(old.zip(tmp_path, "old.zip")).tally

    assert stored(network) == (
        ["Hugo Petit", "Léa Brun"],
        ["quai"],
        [("à 10 h", True), ("avant", False), ("ok", False)],
    )
    assert counts.warnings["post_older"] == 1
    assert counts.warnings["record_older"] == 2


def stored(network: Network) -> tuple[list[str], list[str], list[tuple[str, bool]]]:
    with network.store.read() as tx:
        people = sorted(tx.execute(select(member.c.name)).scalars())
        places = sorted(tx.execute(select(community.c.name)).scalars())
    return people, places, [(text, at is not None) for text, _, at, _ in posts(network)]


def test_a_better_reading_of_the_same_version_is_no_edit(network: Network, bring: Bring, tmp_path: Path) -> None:
    bring(exported(message(FIRST, "U1", "salut <@U2>")).zip(tmp_path, "1.zip"))
    renamed = exported(
        message(FIRST, "U1", "salut <@U2>"), message(SECOND, "U2", "oui"), people=(LEA, user("U2", "Hugo Roy"))
    )
    bring(renamed.zip(tmp_path, "2.zip"))

    assert posts(network)[0][:3] == ("salut [@Hugo Roy](reseau:slack/-/person/U2)", 1, None)
    with network.store.read() as tx:
        assert tx.execute(select(revision)).first() is None


def test_what_somebody_edited_here_stays(network: Network, bring: Bring, tmp_path: Path) -> None:
    bring(exported(message(FIRST, "U1", "à 9 h")).zip(tmp_path, "1.zip"))
    with network.store.write() as tx:
        mine = tx.execute(select(content.c.id, content.c.author_id)).one()
        edit(tx, [Edit(mine.id, mine.author_id, "à midi")], CONSOLE)
    counts = bring(exported(edited("à 10 h")).zip(tmp_path, "2.zip")).tally

    assert posts(network)[0][0] == "à midi"
    assert counts.warnings["post_kept"] == 1


def test_a_placeholder_takes_the_author_and_the_moment_of_the_real_content(
    network: Network, bring: Bring, tmp_path: Path
) -> None:
    start = "1709540000.000100"
    reply = message(SECOND, "U2", "d’accord", thread_ts=start, parent_user_id="U9")
    bring(exported(reply).zip(tmp_path, "1.zip"))
    ana = user("U9", "Ana Costa")
    bring(exported(message(start, "U9", "On ferme ?"), reply, people=(LEA, HUGO, ana)).zip(tmp_path, "2.zip"))

    with network.store.read() as tx:
        joined = content.join(member, member.c.id == content.c.author_id)
        columns = (member.c.name, content.c.text, content.c.created_at, content.c.edited_at, content.c.rev)
        first = tx.execute(select(*columns).select_from(joined).order_by(content.c.created_at)).first()
    at = datetime.fromtimestamp(float(start), UTC).replace(microsecond=100)
    assert first is not None
    assert tuple(first) == ("Ana Costa", "On ferme ?", at, None, 1)


@pytest.mark.parametrize("apart", [False, True])
def test_strangers_get_the_name_that_a_later_message_tells(
    network: Network, bring: Bring, tmp_path: Path, apart: bool
) -> None:
    first = message(FIRST, "U7", "bonjour")
    if apart:
        bring(exported(first).zip(tmp_path, "1.zip"))
    later = message(SECOND, "U7", "encore", user_profile={"real_name": "Nour Haddad"})
    for _ in range(2):
        bring(exported(first, later).zip(tmp_path, "2.zip"))
        with network.store.read() as tx:
            joined = content.join(member, member.c.id == content.c.author_id)
            names = tx.execute(select(member.c.name).select_from(joined)).scalars().all()
        assert names == ["Nour Haddad"] * 2


def test_a_stale_copy_in_a_later_export_puts_nothing_back(network: Network, bring: Bring, tmp_path: Path) -> None:
    bring(exported(edited("à 10 h")).zip(tmp_path, "1.zip"))
    bring(
        exported(message(FIRST, "U1", "à 9 h"), message("1709557200.000100", "U2", "plus tard")).zip(tmp_path, "2.zip")
    )

    assert [text for text, *_ in posts(network)] == ["à 10 h", "plus tard"]
