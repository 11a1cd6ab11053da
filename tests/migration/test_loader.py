"""Runs write each record once and in order, can be resumed, and never overwrite what members did here."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from migration.loading import run as runs
from migration.loading.run import BusyError, last_of, unfinished
from migration.reading.bundle import open_bundle
from migration.reading.source import Options, recognise
from reseau import access
from reseau.acting import Acting
from reseau.communities import belonging, reading
from reseau.communities.belonging import Joining
from reseau.contents import changing, publishing, threads
from reseau.contents.changing import Edit
from reseau.finding.lookup import find
from reseau.kinds import MemberKind, MemberStatus, Verb
from reseau.network import Network
from reseau.people import members
from reseau.people.members import NewMember
from reseau.store.tables import (
    activity,
    attachment,
    community,
    content,
    file,
    import_pending,
    member,
    membership,
    reaction,
)
from tests.migration.conftest import Bring, brought
from tests.migration.dump import dump
from tests.migration.export import LEA, Export, channel, message, user
from tests.migration.sample import sample

ROOT = "1709550000.000001"


def texts(network: Network) -> list[str]:
    with network.store.read() as tx:
        return list(tx.execute(select(content.c.text).order_by(content.c.created_at, content.c.id)).scalars())


def dumped(network: Network) -> list[str]:
    with network.store.read() as tx:
        return dump(tx)


def small() -> Export:
    hosted = {"id": "F1", "name": "cr.docx", "size": 12, "user": "U1", "url_private": "https://exemple.fr/cr.docx"}
    return Export().day(
        message(
            ROOT, "U1", "Qui connaît la fibre optique ?", thread_ts=ROOT, reactions=[{"name": "+1", "users": ["U2"]}]
        ),
        message("1709550001.000001", "U2", "Moi, un peu", thread_ts=ROOT),
        message("1709550002.000001", "U2", "<@U2> arrive", subtype="channel_join"),
        message("1709550003.000001", "U2", "compte-rendu", files=[hosted]),
        message("1709550004.000001", "W7", "bonjour de loin"),
    )


def test_a_run_fills_the_network_and_a_second_adds_nothing(network: Network, bring: Bring, tmp_path: Path) -> None:
    path = small().zip(tmp_path)
    first = bring(path).tally.as_dict()
    lines = dumped(network)
    second = bring(path).tally.as_dict()

    assert first["inserted"] == {
        "activity": 1,
        "file": 1,
        "membership": 2,
        "person": 3,
        "place": 1,
        "placeholder": 1,
        "post": 4,
        "reaction": 1,
    }
    assert first["read"] == first["inserted"]
    assert second["inserted"] == second["updated"] == second["refused"] == {}
    assert second["unchanged"] == first["inserted"]
    assert dumped(network) == lines


def test_a_place_that_no_list_names_is_hidden_and_closed(network: Network, bring: Bring, tmp_path: Path) -> None:
    post = {"record": "post", "key": "wiki/-/post/p", "place": "wiki/-/place/Salle%20B", "author": "wiki/-/person/ana"}
    record = {**post, "text": "entre ces murs", "created": "2024-03-04T09:00:00+01:00"}
    (tmp_path / "a.jsonl").write_text(json.dumps(record))
    counts = bring(tmp_path / "a.jsonl").tally
    with network.store.write() as tx:
        (stranger,) = members.add(tx, [NewMember("Zoé")], Acting("console"))
        (place,) = tx.execute(select(community)).all()
        readable = select(content.c.text).where(access.readable_contents(access.viewer(tx, stranger)))
        texts = tx.execute(readable).scalars().all()
        listed = reading.listed(tx, access.viewer(tx, stranger))

    assert (place.name, place.privacy, place.archived_at is not None) == ("Salle B", "secret", True)
    assert texts == []
    assert "Salle B" not in repr(listed)
    assert counts.warnings["place_unlisted"] == 1


@pytest.mark.parametrize("privacy", ["pubic", "", "OPEN", "public"])
def test_a_place_with_unknown_readers_is_closed(sqlite_network: Network, tmp_path: Path, privacy: str) -> None:
    place = {"record": "place", "key": "wiki/-/place/a", "name": "Atelier", "privacy": privacy}
    (tmp_path / "a.jsonl").write_text(json.dumps(place))
    brought(sqlite_network, tmp_path / "a.jsonl", "private")
    with sqlite_network.store.read() as tx:
        assert tx.execute(select(community.c.privacy)).scalar_one() == "secret"


@pytest.mark.parametrize("kind", ["employe", "", "EMPLOYEE"])
def test_somebody_of_an_unknown_kind_reads_no_more_than_a_guest(
    sqlite_network: Network, tmp_path: Path, kind: str
) -> None:
    person = {"record": "person", "key": "wiki/-/person/ana", "name": "Ana", "kind": kind}
    (tmp_path / "a.jsonl").write_text(json.dumps(person))
    brought(sqlite_network, tmp_path / "a.jsonl")
    with sqlite_network.store.read() as tx:
        assert tx.execute(select(member.c.kind)).scalar_one() == "partner"


def test_somebody_who_left_a_closed_place_at_the_source_does_not_read_it_here(network: Network, bring: Bring) -> None:
    bring(sample("seed_records"), "private")
    with network.store.read() as tx:
        (hugo,) = members.find(tx, "Hugo Marchand")
        place = tx.execute(select(community.c.id).where(community.c.name == "Achats")).scalar_one()
        left_at = tx.execute(select(membership.c.left_at).where(membership.c.member_id == hugo.id)).scalar_one()

        assert left_at == datetime(2024, 3, 20, 17, tzinfo=UTC)
        assert not access.may_read_community(tx, access.viewer(tx, hugo.id), place)


def test_a_file_keeps_its_owner_and_a_reaction_its_moment(network: Network, bring: Bring) -> None:
    bring(sample("seed_records"))
    with network.store.read() as tx:
        (lea,) = members.find(tx, "Léa Fontaine")
        assert tx.execute(select(file.c.owner_id)).scalar_one() == lea.id
        assert tx.execute(select(reaction.c.at)).scalar_one() == datetime(2024, 3, 4, 8, 12, tzinfo=UTC)


def test_a_place_that_was_closed_once_is_opened_by_no_later_import(
    network: Network, bring: Bring, tmp_path: Path
) -> None:
    place = {"record": "place", "key": "wiki/-/place/a", "name": "Atelier", "language": "en"}
    opened = {}
    for number, privacy in enumerate(("open", "secret", "open")):
        path = tmp_path / f"{number}.jsonl"
        path.write_text(json.dumps({**place, "privacy": privacy, "purpose": str(number)}))
        bring(path, "private")
        with network.store.read() as tx:
            row = tx.execute(select(community.c.purpose, community.c.privacy, community.c.language)).one()
        opened[row.purpose] = (row.privacy, row.language)

    assert opened == {"0": ("open", "en"), "1": ("secret", "en"), "2": ("secret", "en")}


def test_a_meeting_is_dated_by_when_it_was_announced(network: Network, bring: Bring) -> None:
    bring(sample("seed_records"))
    with network.store.read() as tx:
        row = tx.execute(select(content.c.text, content.c.created_at).where(content.c.title == "Inventaire")).one()

    assert row.created_at == datetime(2024, 3, 4, 17, 5, tzinfo=UTC)
    assert "2024-03-08" in row.text


def test_a_post_keeps_the_language_that_its_source_names(network: Network, bring: Bring, tmp_path: Path) -> None:
    post = {
        "record": "post",
        "key": "wiki/-/post/a",
        "place": "",
        "author": "wiki/-/person/ana",
        "text": "Rendez-vous !",
    }
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({**post, "language": "en", "created": "2024-03-04T09:00:00Z"}))
    bring(path)
    with network.store.read() as tx:
        assert tx.execute(select(content.c.language)).scalar_one() == "en"


def test_when_a_post_was_edited_and_when_it_was_withdrawn_are_kept_apart(
    network: Network, bring: Bring, tmp_path: Path
) -> None:
    post = {"record": "post", "author": "wiki/-/person/ana", "created": "2024-03-04T09:00:00Z"}
    lines = [
        {**post, "key": "wiki/-/post/a", "place": "", "text": "édité", "edited": "2024-03-05T09:00:00Z"},
        {**post, "key": "wiki/-/post/b", "place": "", "text": "retiré", "deleted": "2024-03-06T09:00:00Z"},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)))
    bring(tmp_path / "a.jsonl")
    with network.store.read() as tx:
        columns = (content.c.text, content.c.edited_at, content.c.deleted_at)
        moments = {row.text: (row.edited_at, row.deleted_at) for row in tx.execute(select(*columns))}

    assert moments == {
        "édité": (datetime(2024, 3, 5, 9, tzinfo=UTC), None),
        "retiré": (None, datetime(2024, 3, 6, 9, tzinfo=UTC)),
    }


def test_a_person_with_a_known_id_only_is_named_by_it(
    bring_sqlite: Bring, sqlite_network: Network, tmp_path: Path
) -> None:
    bring_sqlite(small().zip(tmp_path))
    with sqlite_network.store.read() as tx:
        names = set(tx.execute(select(member.c.name)).scalars())

    assert "Personne inconnue (W7)" in names
    assert "W7" not in names


def test_the_number_of_read_records_is_the_sum_of_all_outcomes(bring_sqlite: Bring, tmp_path: Path) -> None:
    export = small().day({"type": "message", "text": "sans moment"}, day="2024-03-05")
    counts = bring_sqlite(export.zip(tmp_path)).tally.as_dict()

    assert counts["refused"] == {"post": 1}
    for kind, read in counts["read"].items():
        assert read == sum(counts[outcome].get(kind, 0) for outcome in ("inserted", "updated", "unchanged", "refused"))


def test_imported_contents_are_found_and_read_as_threads(network: Network, bring: Bring, tmp_path: Path) -> None:
    bring(small().zip(tmp_path))
    with network.store.read() as tx:
        (lea,) = members.find(tx, "lea@exemple.fr")
        viewer = access.viewer(tx, lea.id)
        matches = find(tx, viewer, "fibre optique")
        root = tx.execute(select(content.c.id).where(content.c.text.contains("fibre"))).scalar_one()
        thread = threads.read(tx, viewer, root)

    assert "fibre optique" in repr(matches)
    assert thread is not None
    assert [reply.text for reply in thread.replies] == ["Moi, un peu"]
    assert lea.activated_at is None


def test_nothing_seeded_counts_as_something_that_people_did(network: Network, bring: Bring, tmp_path: Path) -> None:
    bring(small().zip(tmp_path))
    with network.store.read() as tx:
        origins = set(tx.execute(select(activity.c.origin)).scalars())
        noted = tx.execute(select(activity.c.kind).where(activity.c.verb == Verb.NOTED)).scalars().all()

    assert origins == {"seeded"}
    assert noted == ["channel_join"]


def test_replies_may_come_before_their_thread_and_in_other_batches(
    network: Network, bring: Bring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "BATCH", 3)
    export = Export().day(message("1709550001.000001", "U2", "réponse", thread_ts=ROOT), day="2024-03-03")
    export.day(message(ROOT, "U1", "question", thread_ts=ROOT))
    counts = bring(export.zip(tmp_path)).tally.as_dict()

    assert counts["inserted"]["post"] == 2
    assert "root_missing" not in counts["warnings"]
    with network.store.read() as tx:
        roots = {row.text: row.root_id for row in tx.execute(select(content.c.text, content.c.root_id))}
        assert tx.execute(select(import_pending)).first() is None
    assert roots["réponse"] == roots["question"]


def test_orphans_are_kept_under_a_placeholder_that_the_true_start_fills_later(
    network: Network, bring: Bring, tmp_path: Path
) -> None:
    reply = message("1709550001.000001", "U2", "réponse", thread_ts=ROOT, parent_user_id="U1")
    counts = bring(Export().day(reply).zip(tmp_path)).tally.as_dict()

    assert counts["warnings"]["root_missing"] == 1
    assert counts["inserted"]["post"] == 1
    assert texts(network) == ["Le message qui ouvrait ce fil n’était plus là.", "réponse"]

    again = bring(Export().day(message(ROOT, "U1", "le vrai début"), reply).zip(tmp_path, "later.zip")).tally.as_dict()

    assert again["updated"] == {"post": 1}
    assert sorted(texts(network)) == ["le vrai début", "réponse"]


def test_people_are_recognised_by_their_e_mail_whatever_its_case(
    network: Network, bring: Bring, tmp_path: Path
) -> None:
    with network.store.write() as tx:
        (ids,) = members.add(tx, [NewMember("Léa M.", email="lea@exemple.fr", job="Acheteuse")], Acting("console"))
    export = Export(user("U1", "Lea", email="LEA@Exemple.FR"), user("U2", "Lea bis", email="Lea@exemple.fr"))
    counts = bring(export.day(message(ROOT, "U1", "x"), message("1709550001.000001", "U2", "y")).zip(tmp_path)).tally

    assert counts.as_dict()["unchanged"]["person"] == 2
    assert counts.warnings["person_matched"] == 2
    with network.store.read() as tx:
        assert set(tx.execute(select(content.c.author_id)).scalars()) == {ids}
        assert members.get(tx, ids).name == "Léa M."


def test_a_change_at_the_source_is_brought_in_unless_people_changed_it_here(
    network: Network, bring: Bring, tmp_path: Path
) -> None:
    def export(first: str, second: str) -> Export:
        return Export().day(message(ROOT, "U1", first), message("1709550001.000001", "U1", second))

    bring(export("un", "deux").zip(tmp_path, "1.zip"))
    with network.store.write() as tx:
        mine = tx.execute(select(content.c.id, content.c.author_id).where(content.c.text == "deux")).one()
        changing.edit(tx, [Edit(mine.id, mine.author_id, "deux, corrigé ici")], Acting("console"))
    counts = bring(export("un, changé", "deux, changé").zip(tmp_path, "2.zip")).tally.as_dict()

    assert texts(network) == ["un, changé", "deux, corrigé ici"]
    assert counts["updated"] == {"post": 1}
    assert counts["warnings"]["post_kept"] == 1


def test_people_who_joined_by_themselves_keep_their_own_profile(network: Network, bring: Bring, tmp_path: Path) -> None:
    bring(Export(user("U1", "Avant"), user("U2", "Hugo")).zip(tmp_path, "1.zip"))
    with network.store.write() as tx:
        members.activate(tx, [members.find(tx, "Avant")[0].id], Acting("console"))
    counts = bring(Export(user("U1", "Après"), user("U2", "Hugo P.", title="Chef")).zip(tmp_path, "2.zip")).tally

    assert counts.get("updated", "person") == 1
    with network.store.read() as tx:
        people = {row.name: row.job for row in tx.execute(select(member.c.name, member.c.job))}
    assert people == {"Avant": None, "Hugo P.": "Chef", "U1": None} or people == {"Avant": None, "Hugo P.": "Chef"}


def test_somebody_who_left_a_community_here_is_not_brought_back(network: Network, bring: Bring, tmp_path: Path) -> None:
    path = small().zip(tmp_path)
    bring(path)
    with network.store.write() as tx:
        row = tx.execute(select(membership.c.community_id, membership.c.member_id)).first()
        assert row is not None
        belonging.leave(tx, [Joining(row.community_id, row.member_id)], Acting("console"))
    counts = bring(path).tally.as_dict()

    assert counts["inserted"] == {}
    with network.store.read() as tx:
        assert len(tx.execute(select(membership.c.id).where(membership.c.left_at.is_(None))).all()) == 1


def test_direct_messages_are_read_by_those_in_them_alone(network: Network, bring: Bring, tmp_path: Path) -> None:
    export = small().put("dms.json", [{"id": "D1", "created": 1_700_000_000, "members": ["U1", "U2"]}])
    export.day(message("1709550009.000001", "U1", "entre nous, la fusion"), folder="D1")
    bring(export.put("users.json", [LEA, user("U2", "Hugo"), user("U5", "Zoé")]).zip(tmp_path), "direct")
    seen = {}
    with network.store.read() as tx:
        for name in ("Léa Martin", "Hugo", "Zoé"):
            viewer = access.viewer(tx, members.find(tx, name)[0].id)
            readable = select(content.c.text).where(access.readable_contents(viewer))
            seen[name] = "entre nous, la fusion" in tx.execute(readable).scalars().all()

    assert seen == {"Léa Martin": True, "Hugo": True, "Zoé": False}


def test_guests_bots_and_people_who_left_are_known_as_such(network: Network, bring: Bring, tmp_path: Path) -> None:
    people = [
        user("U1", "Invitée", is_restricted=True),
        user("U2", "Robot", is_bot=True),
        user("U3", "Parti", deleted=True),
    ]
    bring(Export(*people).put("channels.json", [channel("C1", "secteur-banque")]).zip(tmp_path))
    with network.store.read() as tx:
        members_ = {row.name: (row.kind, row.status) for row in tx.execute(select(member))}
        kinds = set(tx.execute(select(community.c.kind)).scalars())

    assert members_["Invitée"] == (MemberKind.PARTNER, MemberStatus.INVITED)
    assert members_["Robot"][1] == MemberStatus.BOT
    assert members_["Parti"][1] == MemberStatus.LEFT
    assert kinds == {"sector"}


def test_links_between_messages_lead_to_imported_contents(network: Network, bring: Bring, tmp_path: Path) -> None:
    address = "https://equipe.slack.com/archives/C1/p"
    export = Export().day(
        message("1709550000.000001", "U1", f"voir <{address}1709550002000001|plus bas>"),
        message("1709550002.000001", "U1", f"voir <{address}1709550000000001>"),
        message("1709550003.000001", "U1", f"voir <{address}1609550000000001|ailleurs>"),
    )
    counts = bring(export.zip(tmp_path)).tally.as_dict()

    assert texts(network) == [
        "voir [plus bas](reseau:slack/-/post/C1/1709550002.000001)",
        "voir <reseau:slack/-/post/C1/1709550000.000001>",
        f"voir [ailleurs]({address}1609550000000001)",
    ]
    assert counts["inserted"]["link"] == 2
    assert counts["unchanged"]["link"] == 1
    assert counts["warnings"]["link_unresolved"] == 1


def test_a_link_that_comes_batches_before_its_target_is_rewritten_at_the_end(
    network: Network, bring: Bring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "BATCH", 1)
    address = "https://equipe.slack.com/archives/C1/p1709550002000001"
    export = Export().day(message(ROOT, "U1", f"voir <{address}>"), message("1709550002.000001", "U1", "cible"))
    path = export.zip(tmp_path)
    bring(path)

    assert texts(network)[0] == "voir <reseau:slack/-/post/C1/1709550002.000001>"
    assert bring(path).tally.as_dict()["updated"] == {}


def test_a_file_that_two_posts_carry_is_one_file(network: Network, bring: Bring, tmp_path: Path) -> None:
    file = {"id": "F1", "name": "plan.pdf"}
    export = Export().day(
        message(ROOT, "U1", "a", files=[file]), message("1709550001.000001", "U1", "b", files=[file, {"id": "F2"}])
    )
    counts = bring(export.zip(tmp_path)).tally.as_dict()

    assert counts["inserted"]["file"] == 3
    with network.store.read() as tx:
        assert len(tx.execute(select(attachment)).all()) == 3
        assert len(set(tx.execute(select(attachment.c.file_id)).scalars())) == 2


def test_a_text_longer_than_a_post_is_cut_and_noted(sqlite_network: Network, tmp_path: Path) -> None:
    path = Export().day(message(ROOT, "U1", "mot " * 60_000)).zip(tmp_path)
    counts = brought(sqlite_network, path).tally

    assert counts.warnings["text_cut"] == 1
    assert len(texts(sqlite_network)[0]) == publishing.LONGEST_TEXT


def test_only_one_run_goes_at_a_time(sqlite_network: Network, tmp_path: Path) -> None:
    path = small().zip(tmp_path)

    def again(count: int, entry: str) -> None:
        brought(sqlite_network, path)

    with open_bundle(path) as bundle, pytest.raises(BusyError):
        runs.run(
            sqlite_network,
            recognise(bundle),
            bundle,
            Options(),
            again,
        )


def test_a_run_that_stopped_goes_on_from_its_checkpoint(
    sqlite_network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "BATCH", 4)
    path = small().zip(tmp_path)

    def stop(count: int, entry: str) -> None:
        if count >= 8:
            raise KeyboardInterrupt

    with open_bundle(path) as bundle:
        with pytest.raises(KeyboardInterrupt):
            runs.run(sqlite_network, recognise(bundle), bundle, Options(), stop)
        with sqlite_network.store.read() as tx:
            cut_off = unfinished(tx, "slack_export", bundle.fingerprint, Options())
        assert cut_off is not None
        assert cut_off.position == 8
        done = runs.run(sqlite_network, recognise(bundle), bundle, Options())
        with sqlite_network.store.read() as tx:
            assert last_of(tx, bundle.fingerprint) == done

    assert done.id == cut_off.id
    assert done.finished_at is not None
    assert done.finished_at - done.started_at < timedelta(minutes=5)
    assert done.tally.as_dict()["inserted"]["post"] == 4
    assert done.started_at.tzinfo == UTC
    assert done.started_at < datetime.now(UTC)
    assert json.dumps(done.tally.as_dict())
