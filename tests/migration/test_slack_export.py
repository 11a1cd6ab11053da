"""The records that the Slack source reads from complete, unusual and damaged exports."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from migration.reading.bundle import open_bundle
from migration.reading.reach import END
from migration.reading.records import Activity, File, Link, Membership, Note, Person, Place, Post, Reaction, Record
from migration.reading.source import SOURCES, Options, UnknownSourceError, detect, plan, recognise
from migration.sources.slack_export import source
from migration.sources.slack_export.decoding import decode
from migration.sources.slack_export.messages import moment
from reseau import keys
from reseau.i18n import LANGUAGES, Words
from tests.migration.conftest import Read
from tests.migration.export import GENERAL, HUGO, LEA, Export, channel, message, user

RecordT = TypeVar("RecordT")


def of(records: list[Record], form: type[RecordT]) -> list[RecordT]:
    return [record for record in records if isinstance(record, form)]


def codes(records: list[Record]) -> list[str]:
    return [note.code for note in of(records, Note)]


@given(st.integers(0, 10**11 - 1) | st.integers(0, 2**32 + 10), st.integers(0, 999_999))
def test_a_moment_is_exact_to_the_microsecond(seconds: int, micros: int) -> None:
    expected = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds, microseconds=micros)

    assert moment(f"{seconds}.{micros:06}") == (expected if expected < END else None)


@given(
    st.text(alphabet="0123456789.٣²-+_eE %/", max_size=20)
    | st.from_regex(r"[0-9 _-]{1,12}\.[0-9 ]{1,7}", fullmatch=True)
)
def test_a_valid_ts_is_part_of_the_key_unchanged(ts: str) -> None:
    if moment(ts) is not None:
        assert keys.slack_post_at("C1", ts) == keys.slack_post("C1", ts)


def test_a_message_becomes_a_post_under_slacks_own_id(tmp_path: Path, read: Read) -> None:
    export = Export().day(
        message("1709550000.000123", "U1", "*Bonjour* <@U2>", edited={"user": "U1", "ts": "1709550060.000000"})
    )

    (post,) = of(read(export.zip(tmp_path)), Post)

    assert post.key == "slack/-/post/C1/1709550000.000123"
    assert (post.place, post.author) == ("slack/-/place/C1", "slack/-/person/U1")
    assert post.text == "**Bonjour** [@Hugo Petit](reseau:slack/-/person/U2)"
    assert post.created == datetime(2024, 3, 4, 11, 0, 0, 123, tzinfo=UTC)
    assert post.edited == datetime(2024, 3, 4, 11, 1, tzinfo=UTC)
    assert post.where == "general/2024-03-04.json"


def test_people_are_called_as_slack_shows_them(tmp_path: Path, read: Read) -> None:
    people = of(
        read(
            Export(
                user("U1", "Léa Martin", display_name="lea", email=" Lea@Exemple.fr "),
                user("U2", "Parti", deleted=True),
                user("U3", "Invitée", is_restricted=True, title="Avocate &amp; associée"),
                user("U4", "Veilleur", is_bot=True, bot_id="B4"),
            ).zip(tmp_path)
        ),
        Person,
    )

    assert [(person.name, person.status, person.kind) for person in people] == [
        ("lea", "invited", "employee"),
        ("Parti", "left", "employee"),
        ("Invitée", "invited", "partner"),
        ("Veilleur", "bot", "employee"),
    ]
    assert people[0].email == "Lea@Exemple.fr"
    assert people[2].job == "Avocate & associée"


def test_bots_write_under_their_own_name(tmp_path: Path, read: Read) -> None:
    card = [{"fallback": "Veille", "text": "Du neuf"}]
    records = read(
        Export()
        .day(
            message("1709550000.000001", None, "", subtype="bot_message", bot_id="B3", attachments=card),
            message("1709550000.000002", None, "dit", subtype="bot_message", bot_id="B9", username="Alerte RSS"),
        )
        .zip(tmp_path)
    )

    assert [(post.author, post.text) for post in of(records, Post)] == [
        ("slack/-/person/U3", "Du neuf"),
        ("slack/-/person/B9:Alerte%20RSS", "dit"),
    ]
    assert [(person.name, person.status) for person in of(records, Person) if person.placeholder] == [
        ("Alerte RSS", "bot")
    ]


def test_replies_name_their_thread_and_a_broadcast_is_one_reply(tmp_path: Path, read: Read) -> None:
    root = "1709550000.000001"
    records = read(
        Export()
        .day(message(root, "U1", "question", thread_ts=root, reply_count=2))
        .day(
            message("1709650000.000001", "U2", "réponse", thread_ts=root, parent_user_id="U1"),
            message("1709650000.000002", "U2", "à tous", thread_ts=root, subtype="thread_broadcast", root={"ts": root}),
            day="2024-03-05",
        )
        .zip(tmp_path)
    )
    posts = of(records, Post)

    assert [(post.text, post.root) for post in posts] == [
        ("question", ""),
        ("réponse", posts[0].key),
        ("à tous", posts[0].key),
    ]
    assert posts[1].root_author == "slack/-/person/U1"


def test_system_entries_become_activity_and_keep_their_replies(tmp_path: Path, read: Read) -> None:
    records = read(
        Export()
        .day(
            message("1709550000.000001", "U1", "<@U1> has joined the channel", subtype="channel_join"),
            message("1709550000.000002", "U1", "sujet", subtype="channel_topic"),
            message("1709550000.000003", "U2", "arrive", subtype="channel_join", thread_ts="1709550000.000003"),
            message("1709550000.000004", "U1", "bienvenue", thread_ts="1709550000.000003"),
        )
        .zip(tmp_path)
    )

    assert [activity.what for activity in of(records, Activity)] == ["channel_join", "channel_topic", "channel_join"]
    assert [(post.text, post.placeholder) for post in of(records, Post)] == [("arrive", True), ("bienvenue", False)]
    joined = {membership.person: membership.joined for membership in of(records, Membership)}
    assert joined["slack/-/person/U1"] == datetime(2024, 3, 4, 11, 0, 0, 1, tzinfo=UTC)


def test_private_places_and_direct_messages_come_only_when_asked_for(tmp_path: Path, read: Read) -> None:
    export = Export().day(message("1709550000.000001", "U1", "ouvert"))
    export.put("groups.json", [channel("G1", "comite", ["U1"])])
    export.put("mpims.json", [channel("G2", "mpdm-lea--hugo-1", ["U1", "U2"])])
    export.put("dms.json", [{"id": "D1", "created": 1, "members": ["U1", "U1"]}])
    for folder in ("comite", "mpdm-lea--hugo-1", "D1"):
        export.day(message("1709550000.000002", "U1", f"dans {folder}"), folder=folder)
    path = export.zip(tmp_path)

    assert [place.name for place in of(read(path), Place)] == ["general"]
    assert [post.text for post in of(read(path), Post)] == ["ouvert"]
    assert "comite" not in repr(read(path))
    assert [place.privacy for place in of(read(path, "private"), Place)] == ["open", "secret"]
    everything = read(path, "private,direct")
    assert [(place.name, place.conversation) for place in of(everything, Place)][2:] == [
        ("Léa Martin, Hugo Petit", True),
        ("Léa Martin", True),
    ]
    assert of(everything, Place)[3].created is None
    assert len(of(everything, Post)) == 4


def test_reactions_name_their_people_once(tmp_path: Path, read: Read) -> None:
    reactions = [{"name": "wave::skin-tone-3", "users": ["U1", "U2", "U1"], "count": 9}, {"users": ["U1"]}]
    records = read(Export().day(message("1709550000.000001", "U1", "x", reactions=reactions)).zip(tmp_path))

    assert [(reaction.emoji, reaction.person[-2:]) for reaction in of(records, Reaction)] == [
        ("wave::skin-tone-3", "U1"),
        ("wave::skin-tone-3", "U2"),
    ]
    assert codes(records) == ["reaction_unreadable"]


GONE = "un fichier qui n’est plus visible"


def test_files_are_known_without_their_secrets(tmp_path: Path, read: Read) -> None:
    url = "https://files.slack.com/f/cr.docx?t=xoxe-SECRET"
    hosted = {"id": "F1", "name": "cr.docx", "mimetype": "application/x", "size": 12, "user": "U1", "url_private": url}
    export = Export().day(
        message("1709550000.000001", "U1", "", files=[hosted, {"id": "F2", "mode": "tombstone"}]),
        message("1709550000.000002", "U1", "encore", files=[hosted]),
        message(
            "1709550000.000003", None, "", subtype="file_comment", comment={"comment": "vu", "user": "U2"}, file=hosted
        ),
    )
    records = read(export.put("__uploads/F2/x.bin", b"1").zip(tmp_path))
    files = of(records, File)

    assert "SECRET" not in repr(records)
    assert [(file.name, file.available, file.size) for file in files[:2]] == [
        ("cr.docx", True, 12),
        (GONE, False, None),
    ]
    assert files[0].locator == "https://files.slack.com/f/cr.docx"
    assert files[1].locator == "export:__uploads/F2/x.bin"
    assert files[0].file == files[2].file
    assert files[0].key != files[2].key
    assert [(post.text, post.author[-2:]) for post in of(records, Post)] == [
        (f"📎 cr.docx\n📎 {GONE}", "U1"),
        ("encore\n\n📎 cr.docx", "U1"),
        ("vu\n\n📎 cr.docx", "U2"),
    ]


def test_links_to_messages_are_noticed(tmp_path: Path, read: Read) -> None:
    url = "https://equipe.slack.com/archives/C1/p1709550000000001"
    text = f"vu <{url}|là> et <{url}?thread_ts=1709550000.000001&amp;cid=C1>"
    links = of(read(Export().day(message("1709550009.000001", "U1", text)).zip(tmp_path)), Link)

    assert {link.target for link in links} == {"slack/-/post/C1/1709550000.000001"}
    assert [link.url for link in links] == [url, f"{url}?thread_ts=1709550000.000001&cid=C1"]


def test_people_in_no_list_become_placeholders_with_the_name_they_had(tmp_path: Path, read: Read) -> None:
    records = read(
        Export()
        .day(
            message("1709550000.000001", "W9", "bonjour", user_profile={"real_name": "Ana Autre", "display_name": ""}),
            message("1709550000.000002", "W9", "encore", reactions=[{"name": "+1", "users": ["W8"]}]),
            message("1709550000.000003", None, "qui ?"),
        )
        .zip(tmp_path)
    )
    strangers = [person for person in of(records, Person) if person.placeholder]

    assert [(person.name, person.status) for person in strangers] == [
        ("Ana Autre", "placeholder"),
        ("W8", "placeholder"),
        ("UNKNOWN@C1", "placeholder"),
    ]
    assert codes(records) == ["person_unlisted"] * 3


def test_what_is_broken_is_named_and_the_rest_is_kept(tmp_path: Path, read: Read) -> None:
    first, second = message("1709550000.000001", "U1", "avant"), message("1709550000.000002", "U1", "coupé ici")
    export = (
        Export().day(first, second).day(first, {"type": "message", "text": "sans moment"}, "rien", day="2024-03-05")
    )
    export.put(
        "general/2024-03-06.json", json.dumps([message("1709550000.000003", "U1", "gardé"), second]).encode()[:-20]
    )
    export.put(
        "general/2024-03-07.json", b"\xef\xbb\xbf" + json.dumps([message("1709550000.000004", "U1", "BOM")]).encode()
    )
    latin = '[{"user":"U1","text":"\xe9t\xe9","ts":"1709550000.000005"}]'.encode("latin-1")
    export.put("general/2024-03-08.json", latin)
    export.put("general/2024-03-09.json", {}).put("general/2024-03-10.json", b"null")
    export.day(message("1709550000.000006", "U00", "faute"), day="2024-03-11")
    records = read(export.zip(tmp_path))

    assert [post.text for post in of(records, Post)] == ["avant", "coupé ici", "gardé", "BOM", "été"]
    assert codes(records) == [
        *("message_twice", "message_without_ts", "not_a_message", "cut_file", "latin1", "not_a_list", "not_a_list"),
        "export_bug_skipped",
    ]


def test_a_folder_in_no_list_is_kept_closed_and_archived(tmp_path: Path, read: Read) -> None:
    export = Export().day(message("1709550000.000001", "U1", "x"), folder="hors-liste")
    export.day(message("1709550000.000001", "U1", "secret"), folder="D0123456789")
    records = read(export.zip(tmp_path))
    places = of(records, Place)

    assert [(place.name, place.privacy, place.archived is not None) for place in places] == [
        ("general", "open", False),
        ("hors-liste", "secret", True),
    ]
    assert set(codes(records)) == {*("channel_without_messages", "folder_direct_unlisted", "folder_unlisted")}
    assert "secret" not in repr(of(records, Post))


def test_a_folder_may_be_named_by_the_channels_id(tmp_path: Path, read: Read) -> None:
    export = Export().put("channels.json", [channel("C7", "ventes")])
    records = read(export.day(message("1709550000.000001", "U1", "x"), folder="C7").folder(tmp_path))

    assert [place.name for place in of(records, Place)] == ["ventes"]
    assert of(records, Post)[0].place == "slack/-/place/C7"


def test_detection_reads_names_alone(tmp_path: Path) -> None:
    with open_bundle(Export().zip(tmp_path)) as bundle:
        assert [name for name, _ in detect(bundle)] == ["slack_export"]
        assert recognise(bundle) is source
    (tmp_path / "notes.txt").write_text("rien")
    with open_bundle(tmp_path / "notes.txt") as bundle, pytest.raises(UnknownSourceError, match=r"notes\.txt") as told:
        recognise(bundle)
    for t in map(Words, LANGUAGES):
        assert [name for name in SOURCES if t(SOURCES[name].title) not in told.value.sentence(t)] == []


def test_a_plan_counts_the_records_of_a_run(tmp_path: Path) -> None:
    path = Export().day(message("1709550000.000001", "U1", "x"), message("1709550000.000002", "W1", "y")).zip(tmp_path)
    with open_bundle(path) as bundle:
        report = plan(source, bundle, Options())

    assert dict(report.counts) == {"person": 3, "placeholder": 1, "place": 1, "post": 2, "membership": 2}
    assert dict(report.places) == {"open": 1}


@pytest.mark.parametrize(
    ("data", "items", "wrong"),
    [
        (b'[1, {"a": 2}]', [1, {"a": 2}], []),
        (b'[{"a": 1}, {"a": "x', [{"a": 1}], ["cut_file"]),
        (b"", [], ["cut_file", "not_a_list"]),
        (b'"texte"', [], ["not_a_list"]),
        (b'["\\ud83d\\ude00 \\ud83d"]', ["😀 \ufffd"], []),
        (b'["a\\u0000b"]', ["ab"], []),
        (b"[" * 100_000, [], ["cut_file"]),
        (b"[1, 2][3]", [1, 2, 3], []),
        ('[{"a": "été"}, {"a": "'.encode() + b'\xff"}]', [{"a": "été"}, {"a": "ÿ"}], ["latin1"]),
        ('[{"a": "éé'.encode() + b'\xff"}]', [{"a": "éé\ufffd"}], ["damaged_text"]),
        ('[{"a": "é"}]'.encode("utf-16"), [{"a": "é"}], []),
    ],
)
def test_what_can_be_saved_of_a_file_is_saved(data: bytes, items: list[object], wrong: list[str]) -> None:
    decoded, faults = decode(data)

    assert decoded == items
    assert [fault.code for fault in faults] == wrong


VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.none(), max_size=1)
FIELDS = (
    "ts user text subtype thread_ts parent_user_id edited reactions files file attachments blocks bot_id username "
    "user_profile comment".split()
)
ODD = st.dictionaries(st.sampled_from(FIELDS), VALUES | st.lists(st.dictionaries(st.sampled_from(FIELDS), VALUES)))


@given(st.lists(ODD | VALUES, max_size=5))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_shape_of_message_stops_the_reading(tmp_path: Path, read: Read, messages: list[object]) -> None:
    valid = [
        {"ts": f"170955000{number}.000001", **message}
        for number, message in enumerate(messages)
        if isinstance(message, dict)
    ]
    for good, number in zip(valid, range(9), strict=False):
        good["ts"] = f"170955000{number}.000001"
    export = Export().put("general/2024-03-04.json", [*messages, *valid, message("1709551111.000001", "U1", "fin")])
    records = read(export.folder(tmp_path))

    assert of(records, Post)[-1].text == "fin"


def test_the_builder_makes_the_people_and_places_that_tests_expect(tmp_path: Path, read: Read) -> None:
    records = read(Export().day(message("1709550000.000001", "U1", "x")).zip(tmp_path))

    assert [person.name for person in of(records, Person)][:2] == ["Léa Martin", "Hugo Petit"]
    assert (LEA["id"], HUGO["id"], GENERAL["id"]) == ("U1", "U2", "C1")


def test_a_closed_channel_is_named_nowhere_else_even_when_it_is_brought_in(tmp_path: Path, read: Read) -> None:
    secret = channel("G1", "licenciements-2026", ["U1"])
    link = "<https://acme.slack.com/archives/G1/p1709540000000100>"
    export = Export(LEA)
    export.put("groups.json", [secret])
    named = "<#G1|licenciements-2026>"
    export.day(message("1709540001.000100", "U1", f"voir <#G1> ou {named} et {link} `{named}`"))
    export.day(message("1709540000.000100", "U1", "entre nous"), folder="licenciements-2026")
    records = read(export.zip(tmp_path), "private")
    texts = [record.text for record in records if isinstance(record, Post) and "voir" in record.text]

    assert len(texts) == 1
    assert "licenciements" not in texts[0]
    assert not [record for record in records if isinstance(record, Link)]


def test_an_odd_day_and_an_endless_size_stop_nothing(tmp_path: Path, read: Read) -> None:
    export = Export(LEA)
    huge = {"id": "F1", "name": "plan.pdf", "size": 10**30}
    export.day(message("1709540001.000100", "U1", "voici", files=[huge]))
    export.put("inconnu/2023-99-99.json", [message("1709540002.000100", "U1", "hors calendrier")])
    records = read(export.zip(tmp_path))

    assert [record.size for record in records if isinstance(record, File)] == [None]
    assert {record.text for record in records if isinstance(record, Post)} == {
        "voici\n\n📎 plan.pdf",
        "hors calendrier",
    }


def test_who_speaks_is_the_name_on_the_message_and_nobody_is_of_one_workspace(tmp_path: Path, read: Read) -> None:
    def bot(ts: str, **more: object) -> dict[str, object]:
        return message(ts, None, "dit", subtype="bot_message", **more)

    messages = [
        bot("1709550000.000001", bot_id="B7", username="Zoé (irc)"),
        bot("1709550000.000002", bot_id="B7", username="Yann (irc)"),
        bot("1709550000.000003", bot_id="B7", username="Zoé (irc)"),
        bot("1709550000.000004", bot_id="B8", username="Fours", bot_profile={"name": "Fours"}),
        bot("1709550000.000005", bot_id="B3", username="Veilleur"),
        bot("1709550000.000006", username="usine"),
        message("1709550000.000007", None, "dit"),
        message("1709550000.000008", "USLACKBOT", "Reminder: relancer"),
    ]
    people = [user("U3", "Veilleur", bot_id="B3", is_bot=True, team_id="T5")]
    records = read(Export(*people).day(*messages).zip(tmp_path))
    names = {person.key: person.name for person in of(records, Person)}
    authors = [post.author for post in of(records, Post)]

    assert [names[key] for key in authors[:6]] == ["Zoé (irc)", "Yann (irc)", "Zoé (irc)", "Fours", "Veilleur", "usine"]
    assert authors[0] == authors[2] != authors[1]
    assert authors[3:5] == ["slack/-/person/B8", "slack/-/person/U3"]
    assert authors[6] == "slack/-/person/UNKNOWN@T5"
    assert names[authors[7]] == "Slackbot"


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ({"subtype": "channel_canvas_updated", "text": "<@U1> updated the canvas: notes"}, None),
        ({"subtype": "app_conversation_join", "text": "<@U1> has joined the conversation"}, None),
        ({"subtype": "list_shared_anew", "text": "<@U1> did something new"}, None),
        ({"subtype": "document_mention", "text": ""}, None),
        ({"subtype": "message_changed", "message": {"text": "neuf"}, "previous_message": {"text": "à oublier"}}, None),
        ({"subtype": "message_deleted", "hidden": True, "previous_message": {"text": "à oublier"}}, None),
        ({"text": ""}, None),
        ({"subtype": "sung", "text": "un air de quai"}, "un air de quai"),
        ({"subtype": "thread_broadcast", "text": "à tous"}, "à tous"),
        ({"text": "", "thread_ts": "1709550000.000001"}, "Ce message ne contient rien qui puisse être montré ici."),
    ],
)
def test_what_happened_is_nobodys_post_and_words_of_new_kinds_are_kept(
    tmp_path: Path, read: Read, entry: dict[str, object], text: str | None
) -> None:
    records = read(Export().day({"ts": "1709550000.000001", "user": "U1", **entry}).zip(tmp_path))

    assert [post.text for post in of(records, Post)] == ([] if text is None else [text])
    if text is None:
        assert of(records, Activity) or {"log_skipped", "message_wordless"} & set(codes(records))
    assert "à oublier" not in repr(records)


def test_a_forwarded_message_leads_to_its_own_and_brings_its_files(tmp_path: Path, read: Read) -> None:
    shared = {
        "is_share": True,
        "author_name": "Hugo",
        "text": "le bon",
        "from_url": "https://acme.slack.com/archives/C1/p1709550000000001",
        "files": [{"id": "F8", "name": "bon.pdf", "url_private": "https://files.slack.com/bon.pdf?t=xoxe-1-SECRET"}],
    }
    export = Export().day(
        message("1709550000.000001", "U2", "le bon"), message("1709550001.000001", "U1", "à voir", attachments=[shared])
    )
    records = read(export.zip(tmp_path))

    assert [(link.target, link.post) for link in of(records, Link)] == [
        ("slack/-/post/C1/1709550000.000001", "slack/-/post/C1/1709550001.000001")
    ]
    assert [(file.name, file.locator) for file in of(records, File)] == [("bon.pdf", "https://files.slack.com/bon.pdf")]
    assert "> le bon\n>\n> 📎 bon.pdf" in of(records, Post)[1].text


def test_a_thread_without_its_start_has_the_author_that_its_replies_name(tmp_path: Path, read: Read) -> None:
    reply = message("1709550001.000001", "U1", "oui", thread_ts="1709550000.000001", parent_user_id="U9")

    assert of(read(Export().day(reply).zip(tmp_path)), Post)[0].root_author == "slack/-/person/U9"
