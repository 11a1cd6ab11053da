"""Activities of Teams become arrivals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, strategies as st

from bots.arrival import Arrival, Body, Changed, Entered, Line, Message, Removed, from_payload, to_payload
from bots.platforms.teams.activities import Reading
from bots.platforms.teams.adapter import activity_of
from reseau import keys
from reseau.keys import EventKey
from tests.simulators.teams import ANA, CHANNEL, TENANT, US, TeamsSimulator

AT_US = {"type": "mention", "mentioned": {"id": US, "name": "RSE"}, "text": "<at>RSE</at>"}
LEA = {"type": "mention", "mentioned": {"id": "29:lea", "name": "Léa Martin"}, "text": "<at>Léa Martin</at>"}
LEAS = "bbbbbbbb-0000-4000-8000-000000000002"
KNOWN = {"29:lea": LEAS}
microsoft = TeamsSimulator()
microsoft.url = "https://smba.example/emea/"


def read(activity: Mapping[str, Any], kind: str = "message") -> list[Arrival]:
    return list(getattr(Reading(activity, KNOWN), kind)())


def body(activity: Mapping[str, Any], kind: str = "message") -> Body:
    (arrival,) = read(activity, kind)
    assert from_payload(arrival.kind, to_payload(arrival.body)) == arrival.body
    return arrival.body


def html(content: str) -> list[dict[str, str]]:
    return [{"contentType": "text/html", "content": content}]


def test_a_personal_message_is_a_line() -> None:
    activity = microsoft.message("aide")

    (arrival,) = read(activity)

    assert arrival.event == EventKey("teams", TENANT, activity["id"])
    line = arrival.body
    assert isinstance(line, Line)
    assert (line.person, line.text, line.language, line.message) == (
        ANA["aadObjectId"],
        "aide",
        "fr-FR",
        activity["id"],
    )
    assert line.where.personal
    assert line.where.service == microsoft.url
    assert line.where.thread == ""


def test_a_mention_in_a_channel_is_a_line_without_our_name() -> None:
    activity = microsoft.message("<at>RSE</at>&nbsp;merci <at>Léa Martin</at> pour 2*3*4", where=CHANNEL)

    line = body({**activity, "entities": [AT_US, LEA]})

    assert isinstance(line, Line)
    assert line.text == f"merci [@Léa Martin](reseau:{keys.teams_person(LEAS)}) pour 2\\*3\\*4"
    assert line.words == f"merci [@Léa Martin](reseau:{keys.teams_person(LEAS)}) pour 2*3*4"
    assert (line.where.conversation, line.where.thread) == (CHANNEL, activity["id"])
    assert not line.where.personal


def test_people_are_known_by_id_and_not_by_the_name_that_is_shown() -> None:
    other = {"type": "mention", "mentioned": {"id": "8:orgid:abc", "name": "Léa Martin"}, "text": "<at>Léa</at>"}
    content = '<p><at id="1">Léa</at> et <at id="0">Léa Martin</at> et <at id="9">Inconnue</at></p>'

    line = body(microsoft.message(entities=[LEA, other], attachments=html(content)))

    assert isinstance(line, Line)
    first, second = keys.teams_person("abc"), keys.teams_person(LEAS)
    assert line.text == f"[@Léa](reseau:{first}) et [@Léa Martin](reseau:{second}) et @Inconnue"


def test_a_line_stays_as_typed_unless_it_was_given_a_form() -> None:
    plain = body(microsoft.message("x", attachments=html("<p>chercher a*b*c [x](y) &lt;b&gt;</p>")))
    formatted = body(microsoft.message("x", attachments=html("<p>publier <b>gras</b></p><ul><li>un</li></ul>")))

    assert isinstance(plain, Line)
    assert isinstance(formatted, Line)
    assert plain.text == "chercher a\\*b\\*c [x](y) <b>"
    assert plain.words == "chercher a*b*c [x](y) <b>"
    assert formatted.text == "publier **gras**\n\n- un"


def test_a_pressed_button_is_the_line_it_stands_for() -> None:
    activity = microsoft.message(value={"line": "fil", "else": 1}, replyToId="42")
    del activity["text"]

    line = body(activity)

    assert isinstance(line, Line)
    assert (line.text, line.message, line.pressed) == ("fil", "42", True)


def test_what_people_write_to_each_other_is_said() -> None:
    activity = microsoft.message("2*3*4 <script>", where=CHANNEL)

    message = body(activity)

    assert isinstance(message, Message)
    assert message.text == "2\\*3\\*4 \\<script>"
    assert message.at == datetime(2026, 11, 20, 9, 30, 0, 123456, UTC)
    assert (message.message, message.where.thread) == (activity["id"], "")


SENTENCE = "Demain 9 h, <at>RSE</at> le dira aussi"


def test_a_sentence_that_names_us_is_said_to_the_others_and_asks_us_aside() -> None:
    message, bodies = (record.body for record in read(microsoft.message(SENTENCE, where=CHANNEL, entities=[AT_US])))

    assert isinstance(message, Message)
    assert message.text == "Demain 9 h, @RSE le dira aussi"
    assert isinstance(bodies, Line)
    assert bodies.aside
    assert bodies.text == "Demain 9 h,  le dira aussi"


def test_a_command_that_is_edited_is_no_message_to_the_others() -> None:
    activity = microsoft.message(
        "<at>RSE</at> fil", where=CHANNEL, entities=[AT_US], channelData={"eventType": "editMessage"}
    )

    assert read(activity, "update") == []


FILE = {"contentType": "reference", "name": "plan_2*.pdf", "contentUrl": "https://x.example/p"}
FORWARDED = {
    "contentType": "forwardedMessageReference",
    "content": '{"messagePreview": "<p>le *hall* ferme</p>", "messageSender": {"user": {"displayName": "Ana R*"}}}',
}
POLL = {
    "contentType": "application/vnd.microsoft.card.adaptive",
    "content": {"type": "AdaptiveCard", "body": [{"type": "TextBlock", "text": "Qui vient [ici](x) ?"}]},
}


@pytest.mark.parametrize(
    ("content", "others", "text"),
    [
        ("", [], "📎 une pièce jointe"),
        ('<p><attachment id="3"></attachment></p>', [FILE], "📎 plan\\_2\\*.pdf"),
        ("<p>le plan</p>", [FILE, FILE], "le plan\n\n📎 plan\\_2\\*.pdf"),
        ("", [{"contentType": "image/png"}], "🖼️ une image"),
        ("", [{"contentType": "image/png", "name": "hall.png"}], "📎 hall.png"),
        ('<p><img src="https://graph.example/x"></p>', [], "🖼️ une image"),
        ("", [POLL], "🗂️ Qui vient ici ?"),
        ("", [{"contentType": "application/vnd.microsoft.card.hero", "content": "{"}], "🗂️ une carte"),
        ("<p>pour info</p>", [FORWARDED], "pour info\n\n↪️ Ana R\\*\n\n> le \\*hall\\* ferme"),
        ("", [{"contentType": "x/y", "content": 3}], "📎 une pièce jointe"),
    ],
)
def test_a_message_without_words_says_what_it_was(content: str, others: list[dict[str, Any]], text: str) -> None:
    activity = microsoft.message("", where=CHANNEL, attachments=[*html(content), *others])
    edited = {**activity, "channelData": {"eventType": "editMessage"}}

    bodies, changed = body(activity), body(edited, "update")

    assert isinstance(bodies, Message)
    assert isinstance(changed, Changed)
    assert bodies.text.strip() == changed.text.strip() == text


def test_a_message_of_nothing_at_all_is_nothing_and_one_edited_to_nothing_is_empty() -> None:
    activity = microsoft.message(" ", where=CHANNEL)
    changed = body({**activity, "channelData": {"eventType": "editMessage"}}, "update")

    assert read(activity) == []
    assert isinstance(changed, Changed)
    assert changed.text == "…"


@pytest.mark.parametrize("content", ["idée :\n- un\n- deux\nVoilà", "idée :\n1. un\n2. deux\nVoilà"])
def test_what_follows_a_typed_list_stands_below_it(content: str) -> None:
    line = body(microsoft.message(content))
    message = body(microsoft.message(content, where=CHANNEL))

    assert isinstance(line, Line)
    assert isinstance(message, Message)
    assert line.text.endswith("deux\n\nVoilà")
    assert message.text.endswith("deux\n\nVoilà")


def test_a_reply_stands_in_its_thread() -> None:
    activity = microsoft.message("oui", where=CHANNEL, conversation={"id": f"{CHANNEL};messageid=5"})

    message = body(activity)

    assert isinstance(message, Message)
    assert (message.where.conversation, message.where.thread) == (CHANNEL, "5")


@pytest.mark.parametrize("event", ["editMessage", "undeleteMessage"])
def test_a_message_with_another_text_is_changed(event: str) -> None:
    activity = microsoft.message("mieux", where=CHANNEL, type="messageUpdate", channelData={"eventType": event})
    later = {**activity, "timestamp": "2026-11-20T09:31:00Z"}

    (first,), (second,) = read(activity, "update"), read(later, "update")

    assert isinstance(first.body, Changed)
    assert isinstance(second.body, Changed)
    assert (first.body.text, first.body.message) == ("mieux", activity["id"])
    assert first.body.version < second.body.version
    assert first.event.native_id != second.event.native_id
    assert first.event.native_id.startswith(f"{activity['id']}:{event}:")
    assert read(activity, "update")[0].event.native_id == first.event.native_id


def test_a_message_that_was_taken_away_is_removed() -> None:
    activity = microsoft.message(where=CHANNEL, type="messageDelete", channelData={"eventType": "softDeleteMessage"})

    removed = body(activity, "deletion")

    assert isinstance(removed, Removed)
    assert (removed.message, removed.where.conversation) == (activity["id"], CHANNEL)


def test_who_enters_a_channel_has_entered_and_we_have_not() -> None:
    added = [{"id": US}, {"id": "29:lea"}, {"id": "29:x", "aadObjectId": "cc"}, {"id": "28:other"}, {}]
    arrivals = read(microsoft.message(where=CHANNEL, membersAdded=added), "members")

    assert [arrival.body.person for arrival in arrivals if isinstance(arrival.body, Entered)] == [LEAS, "cc"]
    assert len({arrival.event.native_id for arrival in arrivals}) == 2


def test_a_new_chat_with_us_is_greeted_by_an_empty_line() -> None:
    line = body(microsoft.message(membersAdded=[{"id": US}]), "members")

    assert isinstance(line, Line)
    assert (line.text, line.message, line.person) == ("", "", ANA["aadObjectId"])


def test_our_own_messages_are_no_news() -> None:
    ours = microsoft.message(where=CHANNEL) | {"from": {"id": US}}

    assert read(ours) == []
    assert read({**ours, "channelData": {"eventType": "editMessage"}}, "update") == []
    assert read(microsoft.message(membersAdded=[{"id": US}]) | {"from": {"id": US}}, "members") == []


def test_an_activity_without_an_id_has_a_key_of_its_own_words() -> None:
    activity = microsoft.message("aide")
    del activity["id"]

    assert read(activity)[0].event.native_id == read(dict(activity))[0].event.native_id
    assert read(activity)[0].event.native_id != read({**activity, "text": "autre"})[0].event.native_id


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = ["from", "recipient", "conversation", "entities", "attachments", "channelData", "value", "membersAdded"]
NAMES += ["text", "textFormat", "timestamp", "id", "locale", "serviceUrl", "replyToId", "type"]


@given(st.dictionaries(st.sampled_from(NAMES), JSON, max_size=6), st.booleans())
def test_whatever_comes_in_is_read_without_an_error(others: dict[str, Any], channel: bool) -> None:
    activity = microsoft.message(where=CHANNEL if channel else "a:personal") | others

    activity_of(activity)
    for kind in ("message", "update", "deletion", "members", "press"):
        for arrival in read(
            {**activity, "channelData": activity.get("channelData") or {"eventType": "editMessage"}}, kind
        ):
            assert from_payload(arrival.kind, to_payload(arrival.body)) == arrival.body
    Reading(activity, {}).strangers()


def said_of(content: str, *others: dict[str, Any], **more: Any) -> str:
    message = body(microsoft.message("", where=CHANNEL, attachments=[*html(content), *others], **more))
    assert isinstance(message, Message)
    return message.text.strip()


def card(*body_: object, **more: object) -> dict[str, Any]:
    content = {"type": "AdaptiveCard", "body": [*body_], **more}
    return {"contentType": "application/vnd.microsoft.card.adaptive", "content": content}


def test_a_pasted_picture_is_a_picture_and_no_word() -> None:
    pasted = '<img alt="image" itemtype="http://schema.skype.com/AMSImage" src="https://graph.example/x">'

    assert said_of(pasted) == "🖼️ une image"
    assert said_of(f"<p>regarde</p>{pasted}", {"contentType": "image/*"}) == "regarde\n\n🖼️ une image"


def test_a_quotation_that_only_the_attachment_holds_stands_before_the_answer() -> None:
    reference = {
        "contentType": "messageReference",
        "content": '{"messagePreview": "Le hall ferme", "messageSender": {"user": {"displayName": "Ana R*"}}}',
    }

    assert said_of("<attachment id=1></attachment><p>non</p>", reference) == "> **Ana R\\***\n>\n> Le hall ferme\n\nnon"
    assert said_of("<blockquote>Le hall ferme</blockquote><p>non</p>", reference) == "> Le hall ferme\n\nnon"


def test_a_forwarded_message_is_whole_and_names_who_wrote_it() -> None:
    content = {
        "messagePreview": "Il faut…",
        "originalMessageContent": "<p>Il faut :</p><ul><li>un</li></ul><p>Merci</p>",
        "originalMessageSender": {"application": {"displayName": "Veilleur"}},
    }

    text = said_of("", {"contentType": "forwardedMessageReference", "content": content})

    assert text == "↪️ Veilleur\n\n> Il faut :\n>\n> - un\n>\n> Merci"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (card({"type": "FactSet", "facts": [{"title": "Client", "value": "Dupont"}]}), "🗂️ Client : Dupont"),
        (card({"type": "RichTextBlock", "inlines": ["Panne au **hall**"]}), "🗂️ Panne au hall"),
        (card({"type": "Image", "url": "x", "altText": "le plan"}), "🗂️ le plan"),
        (card(fallbackText="Mettez Teams à jour"), "🗂️ Mettez Teams à jour"),
        (
            card({"type": "TextBlock", "text": "[banque](https://x.example)"}),
            "🗂️ banque (https\\://x.example)",
        ),
        (
            {"contentType": "application/vnd.microsoft.teams.card.o365connector", "content": {"title": "Panne"}},
            "🗂️ Panne",
        ),
        (
            {
                "contentType": "application/vnd.microsoft.card.codesnippet",
                "content": {"lines": [{"textRuns": [{"text": "ls"}]}, {"textRuns": [{"text": "pwd"}]}]},
            },
            "```\nls\npwd\n```",
        ),
    ],
)
def test_a_card_says_its_first_words(text: dict[str, Any], words: str) -> None:
    assert said_of("", text) == words


def test_a_tag_of_many_people_is_nobody() -> None:
    entity = {
        "type": "mention",
        "text": "<at>Ventes</at>",
        "mentioned": {"id": "VGFn", "name": "Ventes", "type": "tag"},
    }
    general = {
        "type": "mention",
        "text": "<at>Général</at>",
        "mentioned": {"id": "19:x@thread.tacv2", "name": "Général"},
    }
    activity = microsoft.message(
        "",
        where=CHANNEL,
        entities=[entity, general],
        attachments=html('<at id="0">Ventes</at> <at id="1">Général</at>'),
    )

    message = body(activity)

    assert isinstance(message, Message)
    assert message.text == "@Ventes @Général"
    assert Reading(activity, {}).strangers() == []
