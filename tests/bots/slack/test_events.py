"""Events of Slack, written after its documentation, as arrivals."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, strategies as st

from bots.arrival import (
    AccountChanged,
    Body,
    Changed,
    Entered,
    Line,
    Message,
    Pointed,
    Removed,
    Where,
    from_payload,
    to_payload,
)
from bots.markup import tree
from bots.markup.wording import typed_words
from bots.platforms.slack import writing
from bots.platforms.slack.events import SEEN_BY_ALL, Events
from bots.platforms.slack.home import Team
from bots.platforms.slack.names import Names
from reseau.keys import EventKey
from reseau.markup.markdown import reference
from reseau.people.accounts import Standing

TEAM = Team("T01HOME", "U0BOT", "B0BOT")
HOME = "C01GENERAL"
Fields = dict[str, Any]


@pytest.fixture
def names() -> Names:
    names = Names()
    names.learn({"id": "U02MARC", "profile": {"real_name": "Marc Petit"}})
    names.learn_place("C05OPEN", "ventes")
    return names


def envelope(event: Fields, **more: Any) -> Fields:
    return {
        "type": "event_callback",
        "team_id": "T01HOME",
        "api_app_id": "A01APP",
        "event_id": "Ev01",
        "event_time": 1700000000,
        "event": event,
        **more,
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("profil outils : <http://draw.io|draw.io>, <http://asp.net|ASP.NET>", "profil outils : draw.io, ASP.NET"),
        ("profil outils : gcc_arm*, 2*3, &lt;tag&gt;, `awk`", "profil outils : gcc_arm*, 2*3, <tag>, awk"),
        ("profil projets : le *super* projet _Alpha_", "profil projets : le super projet Alpha"),
        ("chercher <https://example.org/a_b>", "chercher https://example.org/a_b"),
        ("merci <@U02MARC> pour *tout*", f"merci {reference('@Marc Petit', 'slack/T01HOME/U02MARC')} pour tout"),
    ],
)
def test_a_line_has_its_plain_words_as_typed(text: str, words: str, names: Names) -> None:
    line = read(message(text=text, channel="D1", channel_type="im"), names)

    assert isinstance(line, Line)
    assert re.sub(r"reseau:[^)]*", "", line.words or line.text) == re.sub(r"reseau:[^)]*", "", words)


def test_a_formatted_line_has_its_plain_words_too(names: Names) -> None:
    link = {"type": "link", "url": "http://asp.net", "text": "ASP.NET"}
    elements = [{"type": "text", "text": "expert "}, link, {"type": "text", "text": " 2*3", "style": {"bold": True}}]
    rich = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}]
    line = read(message(text="x", channel="D1", channel_type="im", blocks=rich), names)

    assert isinstance(line, Line)
    assert line.words == "expert ASP.NET 2*3"


def test_a_mention_within_a_sentence_is_heard_aside() -> None:
    within = read(message(type="app_mention", text="demain, <@U0BOT> le dira"))
    first = read(message(type="app_mention", text="<@U0BOT> fil"))

    assert isinstance(within, Line)
    assert isinstance(first, Line)
    assert (within.aside, first.aside) == (True, False)


def message(**more: Any) -> Fields:
    event = {"type": "message", "user": "U01ELODIE", "channel": HOME, "channel_type": "channel", "text": "bonjour"}
    return {**event, "ts": "1700000000.000100", "event_ts": "1700000000.000100", "team": "T01HOME", **more}


def read(event: Fields, names: Names | None = None) -> Body | None:
    arrival = Events(TEAM, names or Names()).arrival(envelope(event))
    return arrival.body if arrival else None


def changed(before: Fields, after: Fields) -> Fields:
    event = {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "channel": HOME,
        "channel_type": "channel",
    }
    bare = {"channel", "channel_type", "event_ts"}
    old, new = ({k: v for k, v in part.items() if k not in bare} for part in (before, after))
    return {
        **event,
        "message": new,
        "previous_message": old,
        "ts": "1700000500.000200",
        "event_ts": "1700000500.000200",
    }


def test_a_message_in_a_channel_is_said() -> None:
    arrival = Events(TEAM, Names()).arrival(envelope(message()))

    assert arrival is not None
    assert arrival.event == EventKey("slack", "T01HOME", "Ev01")
    at = datetime(2023, 11, 14, 22, 13, 20, 100, tzinfo=UTC)
    assert arrival.body == Message("U01ELODIE", Where(HOME), "1700000000.000100", "bonjour", at)


def test_escapes_are_decoded_once() -> None:
    arrival = read(message(text="1 &lt; 2 &amp; 3 &gt; 2, &amp;lt; stays"))

    assert isinstance(arrival, Message)
    assert arrival.text == "1 < 2 & 3 > 2, \\&lt; stays"


def test_people_and_channels_become_references(names: Names) -> None:
    arrival = read(
        message(text="<@U02MARC>, <@U09NEW|nadia> et <@U08UNKNOWN> dans <#C05OPEN>, <#C06|achats>, <#G7|>"), names
    )

    assert isinstance(arrival, Message)
    assert reference("@Marc Petit", "slack/-/person/U02MARC") in arrival.text
    assert reference("@nadia", "slack/-/person/U09NEW") in arrival.text
    assert reference("@U08UNKNOWN", "slack/-/person/U08UNKNOWN") in arrival.text
    assert reference("#ventes", "slack/-/place/C05OPEN") in arrival.text
    assert reference("#achats", "slack/-/place/C06") in arrival.text
    assert arrival.text.endswith("#…")


def test_calls_to_everybody_call_nobody() -> None:
    arrival = read(message(text="<!channel> <!here> <!subteam^S1|@ventes>"))

    assert isinstance(arrival, Message)
    assert arrival.text == "@channel @here @ventes"


def test_rich_text_wins_over_text(names: Names) -> None:
    elements = [
        {"type": "text", "text": "Voir "},
        {"type": "text", "text": "ceci", "style": {"bold": True}},
        {"type": "text", "text": " avec "},
        {"type": "user", "user_id": "U02MARC"},
    ]
    block = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}

    arrival = read(message(text="Voir *ceci* avec <@U02MARC>, en texte", blocks=[block]), names)

    assert isinstance(arrival, Message)
    assert arrival.text == "Voir **ceci** avec [@Marc Petit](reseau:slack/-/person/U02MARC)"


def test_files_come_with_their_names_below_the_text() -> None:
    files = [
        {"id": "F1", "title": "Plan *final*.pdf"},
        {"id": "F2", "name": "a.png"},
        {"id": "F3", "mode": "tombstone"},
    ]

    arrival = read(message(subtype="file_share", text="le plan", files=files))
    alone = read(message(subtype="file_share", text="", files=files[1:2]))

    assert isinstance(arrival, Message)
    assert arrival.text == "le plan\n\n📎 Plan \\*final\\*.pdf\n📎 a.png\n📎 un fichier qui n’est plus visible"
    assert isinstance(alone, Message)
    assert alone.text == "📎 a.png"


def test_addresses_of_ours_in_a_message_are_pointed_at_once_it_stands() -> None:
    shared = {
        "type": "link_shared",
        "user": "U01ELODIE",
        "channel": "C01GENERAL",
        "message_ts": "1700000000.000001",
        "links": [{"domain": "rse.example.org", "url": "https://rse.example.org/contents/Q1"}, 3, {"url": None}],
    }

    pointed = read(shared)
    assert isinstance(pointed, Pointed)
    assert (pointed.message, pointed.addresses) == ("1700000000.000001", ("https://rse.example.org/contents/Q1",))
    assert read(shared | {"source": "composer", "channel": "COMPOSER"}) is None
    assert read(shared | {"links": "x"}) is None


def test_a_reply_stands_in_its_thread_and_the_root_outside_of_any() -> None:
    reply = read(message(thread_ts="1600000000.000100"))
    root = read(message(thread_ts="1700000000.000100"))

    assert isinstance(reply, Message)
    assert isinstance(root, Message)
    assert (reply.where.thread, root.where.thread) == ("1600000000.000100", "")


def test_a_reply_shown_in_the_channel_too_is_said_once_in_its_thread() -> None:
    reply = message(subtype="thread_broadcast", thread_ts="1600000000.000100", root={"ts": "1600000000.000100"})

    arrival = read(reply)

    assert isinstance(arrival, Message)
    assert arrival.where == Where(HOME, "1600000000.000100")
    assert read(changed(reply, reply)) is None  # Slack tells of the same once more, as a change without an edit


def test_an_edit_grows_the_version() -> None:
    after = message(text="bonsoir", edited={"user": "U01ELODIE", "ts": "1700000100.000005"})

    assert read(changed(message(), after)) == Changed(
        "U01ELODIE", Where(HOME), "1700000000.000100", "bonsoir", 1_700_000_100_000_005
    )


def test_a_link_preview_is_no_edit() -> None:
    preview = {"attachments": [{"from_url": "https://example.org", "title": "Example", "id": 1}]}
    edited = {"edited": {"user": "U01ELODIE", "ts": "1700000100.000005"}}

    assert read(changed(message(), message(**preview))) is None
    assert read(changed(message(), message(**preview, text="bonjour, autrement écrit par Slack"))) is None
    assert read(changed(message(**edited), message(**edited, **preview))) is None


def test_an_edit_that_leaves_the_text_is_none() -> None:
    assert read(changed(message(), message(edited={"user": "U01ELODIE", "ts": "1700000100.000005"}))) is None


def test_a_deleted_message_is_removed() -> None:
    event = {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "channel": HOME,
        "channel_type": "channel",
    }
    event |= {"deleted_ts": "1700000000.000100", "previous_message": message(thread_ts="1600000000.000100")}

    removed = read({**event, "ts": "1700000900.000300", "event_ts": "1700000900.000300"})

    assert removed == Removed(Where(HOME, "1600000000.000100"), "1700000000.000100", 1_700_000_900_000_300)


def test_a_deleted_root_whose_replies_stay_is_removed() -> None:
    tombstone = message(subtype="tombstone", user="USLACKBOT", text="This message was deleted.")

    assert read(changed(message(), tombstone)) == Removed(Where(HOME), "1700000000.000100", 1_700_000_500_000_200)


@pytest.mark.parametrize(
    "own",
    [{"user": "U0BOT"}, {"bot_id": "B0BOT", "user": "U01ELODIE"}, {"app_id": "A01APP"}, {"subtype": "bot_message"}],
    ids="user bot app subtype".split(),
)
def test_what_we_posted_ourselves_is_dropped(own: Fields) -> None:
    ours = message(**own)
    edited = message(**own, edited={"user": "U0BOT", "ts": "1700000100.000005"}) | {"text": "autre"}

    assert read(ours) is None
    assert read(changed(ours, edited)) is None


@pytest.mark.parametrize(
    "subtype", "channel_join channel_leave channel_topic channel_name pinned_item reminder_add unknown".split()
)
def test_slacks_own_entries_are_dropped(subtype: str) -> None:
    assert read(message(subtype=subtype)) is None


def test_a_mention_is_a_line_and_its_message_is_not_said_as_well() -> None:
    mention = message(text="<@U0BOT> demander Qui connaît <@U02MARC|marc> ?", thread_ts="1600000000.000100")

    line = read(mention | {"type": "app_mention"})

    assert line == Line(
        "U01ELODIE",
        Where(HOME, "1600000000.000100"),
        "demander Qui connaît [@marc](reseau:slack/-/person/U02MARC) ?",
        "1700000000.000100",
    )
    assert read(mention) is None


def test_a_mention_told_again_after_an_edit_has_the_same_key() -> None:
    mention = message(text="<@U0BOT> aide") | {"type": "app_mention"}
    events = Events(TEAM, Names())

    first = events.arrival(envelope(mention))
    again = events.arrival(envelope(mention | {"edited": {"ts": "1700000100.000005"}}, event_id="Ev02"))

    assert first is not None
    assert again is not None
    assert first.event.native_id == again.event.native_id


def test_programs_do_not_command_us() -> None:
    assert read(message(text="<@U0BOT> aide", bot_id="B9OTHER") | {"type": "app_mention"}) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("<@U0BOT>", ""),
        ("  <@U0BOT>: aide", "aide"),
        ("<@U0BOT|rse>, aide", "aide"),
        ("bonjour <@U0BOT> !", "bonjour !"),
        ("<@U0BOT> suivre <mailto:ana@exemple.fr|ana@exemple.fr>", "suivre ana@exemple.fr"),
        ("<@U0BOT> publier <https://exemple.fr/a?b=1&amp;c=2>", "publier <https://exemple.fr/a?b=1&c=2>"),
        ("<@U0BOT> publier deux\nlignes", "publier deux\nlignes"),
    ],
)
def test_our_name_is_taken_out_of_a_line(text: str, line: str) -> None:
    body = read(message(text=text) | {"type": "app_mention"})

    assert isinstance(body, Line)
    assert body.text == line


def test_a_personal_message_is_a_line_and_changes_of_it_are_none() -> None:
    line = message(channel="D0PERSONAL", channel_type="im", text="aide")
    after = line | {"text": "autre", "edited": {"ts": "1700000100.000005"}}

    assert read(line) == Line("U01ELODIE", Where("D0PERSONAL", personal=True), "aide", "1700000000.000100")
    assert read(changed(line, after) | {"channel": "D0PERSONAL", "channel_type": "im"}) is None


def test_somebody_of_another_workspace_is_passed_on_under_the_home_workspace() -> None:
    wrapped = envelope(message(user="U04PARTNER", user_team="T09OTHER", source_team="T09OTHER"), team_id="T09OTHER")

    arrival = Events(TEAM, Names()).arrival(wrapped)

    assert arrival is not None
    assert isinstance(arrival.body, Message)
    assert (arrival.event.tenant, arrival.body.person) == ("T01HOME", "U04PARTNER")


def test_somebody_comes_into_a_channel() -> None:
    event = {
        "type": "member_joined_channel",
        "user": "U02MARC",
        "channel": HOME,
        "channel_type": "C",
        "team": "T01HOME",
    }

    assert read(event) == Entered("U02MARC", Where(HOME))
    assert read(event | {"user": "U0BOT"}) is None


def user(**more: Any) -> Fields:
    profile = {"real_name": "Nadia Noël", "email": "nadia@exemple.fr", "image_192": "https://a/192", "title": "Achats"}
    return {"id": "U05NADIA", "team_id": "T01HOME", "tz": "Europe/Paris", "locale": "fr-FR", "profile": profile, **more}


def test_what_becomes_known_of_somebody_is_told_and_remembered() -> None:
    names = Names()

    change = read({"type": "user_change", "user": user()}, names)

    assert isinstance(change, AccountChanged)
    account = change.account
    assert (account.platform, account.tenant, account.native_id) == ("slack", "T01HOME", "U05NADIA")
    assert (account.name, account.email, account.standing) == ("Nadia Noël", "nadia@exemple.fr", Standing.HOME)
    assert (account.key, account.photo_url) == ("slack/-/person/U05NADIA", "https://a/192")
    assert (account.timezone, account.language, account.job) == ("Europe/Paris", "fr-FR", "Achats")
    assert names.people["U05NADIA"] == "Nadia Noël"


@pytest.mark.parametrize(
    ("more", "standing"),
    [
        ({"deleted": True}, Standing.GONE),
        ({"is_bot": True}, Standing.BOT),
        ({"is_restricted": True}, Standing.GUEST),
        ({"is_ultra_restricted": True}, Standing.GUEST),
        ({"is_stranger": True}, Standing.OUTSIDE),
        ({"team_id": "T09OTHER"}, Standing.OUTSIDE),
        ({"team_id": "T09OTHER", "is_restricted": True}, Standing.OUTSIDE),
        ({"team_id": "T02SISTER", "enterprise_user": {"teams": ["T01HOME"]}}, Standing.HOME),
    ],
)
def test_only_full_members_of_the_home_workspace_bring_their_address(more: Fields, standing: Standing) -> None:
    arrival = read({"type": "team_join", "user": user(**more)})

    assert isinstance(arrival, AccountChanged)
    assert arrival.account.standing == standing
    assert bool(arrival.account.email) == (standing == Standing.HOME)


def test_a_button_is_the_line_that_it_stands_for() -> None:
    body = press()

    first, again = Events(TEAM, Names()).press(body), Events(TEAM, Names()).press(json.loads(json.dumps(body)))

    assert first is not None
    assert first == again
    assert isinstance(first.body, Line)
    assert (first.body.text, first.body.pressed, first.body.message) == ("aide <b>", True, "1700000000.000100")
    assert first.body.where == Where(HOME, "1600000000.000100")
    assert first.body.answer_at == "https://hooks.slack.com/actions/1" + SEEN_BY_ALL


def test_a_button_pressed_twice_is_two_lines() -> None:
    first, second = Events(TEAM, Names()).press(press()), Events(TEAM, Names()).press(press(action_ts="1700000011.5"))

    assert first is not None
    assert second is not None
    assert first.event.native_id != second.event.native_id


def test_a_button_in_a_card_for_one_person_keeps_its_address() -> None:
    arrival = Events(TEAM, Names()).press(press() | {"container": {"channel_id": HOME, "is_ephemeral": True}})

    assert arrival is not None
    assert isinstance(arrival.body, Line)
    assert arrival.body.answer_at == "https://hooks.slack.com/actions/1"


def test_a_button_that_opens_an_address_is_nothing_to_do() -> None:
    assert Events(TEAM, Names()).press(press(value="")) is None


def press(**more: Any) -> Fields:
    action = {"type": "button", "action_id": "line:0", "value": "aide <b>", "action_ts": "1700000010.5", **more}
    container = {"type": "message", "message_ts": "1700000000.000100", "channel_id": HOME, "is_ephemeral": False}
    return {
        "type": "block_actions",
        "user": {"id": "U01ELODIE", "team_id": "T01HOME"},
        "container": container | {"thread_ts": "1600000000.000100"},
        "channel": {"id": HOME, "name": "général"},
        "response_url": "https://hooks.slack.com/actions/1",
        "trigger_id": "1.2.3",
        "actions": [action],
    }


WILD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30) | st.sampled_from(["U01", HOME, "1.000001", "im"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    "user channel text ts thread_ts subtype edited message previous_message blocks attachments files bot_id app_id "
    "channel_type deleted_ts event_ts id profile type elements hidden".split()
)
EVENTS = st.builds(
    lambda kind, subtype, more: {**more, "type": kind, "subtype": subtype},
    st.sampled_from("message app_mention member_joined_channel user_change team_join other".split()),
    st.sampled_from(["", "message_changed", "message_deleted", "file_share", "thread_broadcast", "bot_message"]),
    st.dictionaries(FIELDS, WILD | st.dictionaries(FIELDS, WILD, max_size=6), max_size=10),
)


@given(EVENTS | WILD, WILD)
def test_no_event_raises_and_what_it_gives_can_wait_in_the_inbox(event: object, named: object) -> None:
    arrival = Events(TEAM, Names()).arrival({"type": "event_callback", "event": event, "event_id": named})

    if arrival is not None:
        payload = json.loads(json.dumps(to_payload(arrival.body)))
        assert arrival.event.native_id
        assert from_payload(arrival.kind, payload) == arrival.body


@given(st.dictionaries(FIELDS | st.sampled_from("actions container response_url user_id channel_id".split()), WILD))
def test_no_command_and_no_button_raises(body: Fields) -> None:
    arrivals = [Events(TEAM, Names()).command(body), Events(TEAM, Names()).press(body)]

    assert all(arrival is None or arrival.event.native_id for arrival in arrivals)


def test_who_opens_our_chat_is_greeted_once_however_often_it_is_opened() -> None:
    opened = {"type": "app_home_opened", "user": "U01ELODIE", "channel": "D01", "tab": "messages"}
    events = Events(TEAM, Names())
    first = events.arrival(envelope(opened, event_id="Ev1"))
    again = events.arrival(envelope(opened, event_id="Ev2"))

    assert first is not None
    assert again is not None
    assert first.body == Line("U01ELODIE", Where("D01", personal=True), "", opening=True)
    assert first.event.native_id == again.event.native_id
    assert events.arrival(envelope({**opened, "tab": "home"})) is None


@given(st.from_regex(r"[\w ’'?!,.*>#-]{1,30}", fullmatch=True))
def test_a_line_that_is_not_read_as_markdown_would_say_the_same_if_it_were(text: str) -> None:
    markdown, words = writing.spoken({"text": text}, Names(), "U0BOT")

    assert (words or markdown) == typed_words(tree.read(markdown))
