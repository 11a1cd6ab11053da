"""Forms on Slack: modals that Slack accepts, opened from buttons, commands and shortcuts, and their submission."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bots.arrival import Line, Where
from bots.form import Blank, Choice, Entry, Kind, Sheet
from bots.platforms.slack import views
from bots.platforms.slack.adapter import Slack
from bots.room import open_bots
from reseau import access
from reseau.acting import Acting
from reseau.channels import copies, links
from reseau.channels.copies import Copy
from reseau.channels.links import NewLink
from reseau.communities import belonging
from reseau.communities.belonging import Appointment
from reseau.contents import threads
from reseau.keys import ChannelKey
from reseau.network import Network
from reseau.people import identities
from reseau.people.identities import NewIdentity
from reseau.settings import load_settings
from tests.bots import blockkit
from tests.bots.company import Company
from tests.bots.filled import WITH_FORM, opened
from tests.bots.slack.conftest import Place
from tests.simulators.opened import running
from tests.simulators.playground import until
from tests.simulators.slack import BOT_TOKEN, BOT_USER, SECRET, TEAM, Sent, Workspace

LONG = "Très long, « oui » *vraiment* <!channel> & <@U1> " * 200


@dataclass(frozen=True)
class Shop:
    """The company with an endpoint that Slack calls."""

    here: Company
    slack: Workspace

    def fields(self) -> dict[str, Any]:
        """The fields of the modal that was opened last, by entry."""
        fields = (block for block in self.slack.views[-1]["blocks"] if block["type"] == "input")
        return {block["block_id"]: block["element"] for block in fields}

    def said(self) -> list[str]:
        """Everything that is shown to somebody, in words."""
        answers = [card for cards in self.slack.responses.values() for card in cards]
        posted = [message for messages in self.slack.messages.values() for message in messages if message.get("bot_id")]
        return [str(payload["text"]) for payload in (*answers, *self.slack.ephemerals, *posted)]


@pytest.fixture
def shop(here: Company, slack_place: Place) -> Iterator[Shop]:
    slack = slack_place.workspace = Workspace(url=slack_place.url)
    for user, handle in (("ULEA", "lea"), ("UANA", "ana"), ("UFRANCK", "franck")):
        slack.add_user(user, handle.title(), profile={"email": f"{handle}@example.org"})
    slack.add_channel("C9", "veille", ("ULEA", "UANA", BOT_USER))
    with here.network.store.write() as tx:
        people = (("lea", "ULEA"), ("ana", "UANA"))
        accounts = [NewIdentity(here.people[who], "slack", TEAM, id_, "email") for who, id_ in people]
        identities.add(tx, accounts, Acting("slack"))
        links.add(tx, NewLink(here.places["veille"], "slack", TEAM, "C9", "veille", here.people["franck"]))
    settings = load_settings(
        data=here.network.settings.data,
        slack_bot_token=BOT_TOKEN,
        slack_signing_secret=SECRET,
        slack_api_url=f"{slack.url}/api/",
    )
    service = open_bots(Network(settings, here.network.store), [Slack()])
    assert service is not None
    with running(service) as address:
        slack.door = f"{address.url}/slack/events"
        yield Shop(here, slack)


def closed(sent: Sent) -> bool:
    return (sent.status, sent.text) == (200, "")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_form_is_a_modal_that_slack_takes_however_long_its_texts_are(here: Company, language: str) -> None:
    line = Line("U1", Where("C1" * 20, "1.2"), "", answer_at="https://hooks.slack.com/" + "a" * 5000)
    for command in WITH_FORM:
        behind = command.form.opener.get(language, "") if command.form is not None else ""
        sheet = opened(here, f"{command.name(language)} {behind}", "franck", "link")
        assert sheet is not None, command.id
        blanks = [
            replace(blank, value=blank.value or LONG, fault=LONG, hint=LONG, label=LONG) for blank in sheet.blanks
        ]
        long = replace(sheet, blanks=tuple(blanks), note=LONG, intro=LONG, title=LONG, submit=LONG)
        for drawn in (sheet, long):
            assert blockkit.modal_faults(views.view(drawn, line)) == [], command.id


def test_every_kind_of_entry_has_its_field() -> None:
    kinds = [
        Blank(Entry("a", "", Kind.CHOICE), "A", value="2", choices=(Choice("1", "Un"), Choice("2", "Deux"))),
        Blank(Entry("b", "", Kind.DATE), "B", value="2026-02-03"),
        Blank(Entry("c", "", Kind.PERSON), "C", value="@ana"),
        Blank(Entry("d", "", Kind.PERSON), "D", value="@ana", account="UANA"),
        Blank(Entry("e", "", Kind.COMMUNITY), "E", choices=tuple(Choice(f"#{n}", "x") for n in range(100))),
        Blank(Entry("f", "", Kind.COMMUNITY), "F"),
    ]
    view = views.view(Sheet("ask", "T", "S", tuple(kinds)), Line("U1", Where("C1"), ""))

    assert blockkit.modal_faults(view) == []
    assert [block["element"]["type"] for block in view["blocks"]] == [
        *("static_select", "datepicker", "plain_text_input", "users_select", "external_select", "plain_text_input"),
    ]


def test_a_button_that_needs_words_opens_their_form_and_the_card_comes_where_it_was_pressed(shop: Shop) -> None:
    ts = shop.slack.stamp()
    assert closed(shop.slack.press("ULEA", "C9", ts, "répondre Q12", ephemeral=True))
    assert shop.fields()["number"]["initial_value"] == "Q12"
    assert not shop.said()  # nothing is asked in the channel

    missing = shop.slack.send_form("ULEA", {"text": "oui", "number": "Q999"})
    assert missing.json["response_action"] == "errors"
    assert set(missing.json["errors"]) == {"number"}
    assert not shop.said()

    assert closed(shop.slack.send_form("ULEA", {"text": "dans Veille : oui, en 2024"}))
    until(lambda: any("Votre réponse à Q12" in message for message in shop.said()), "no card came")
    assert any("dans Veille : oui, en 2024" in message for message in shop.said())
    assert [name for name in shop.slack.responses if shop.slack.responses[name]]  # at the address of the press


def test_a_verb_alone_opens_its_form_and_a_verb_that_needs_none_is_answered(shop: Shop) -> None:
    asked = shop.slack.command("ULEA", "C9", "demander")
    feed = shop.slack.command("ULEA", "C9", "fil")

    assert closed(asked)
    assert shop.slack.views[-1]["title"]["text"] == "Poser une question"
    assert shop.fields()["in"]["initial_option"]["value"] == "#veille"  # the community of the channel
    assert feed.json["blocks"]


def test_a_form_that_cannot_be_opened_is_asked_for_in_the_conversation(shop: Shop) -> None:
    shop.slack.fail("views.open", "error", "expired_trigger_id")

    shop.slack.press("ULEA", "DULEA", shop.slack.stamp(), "demander")

    until(lambda: any("Que voulez-vous demander" in message for message in shop.said()), "nothing was asked")
    asked = blockkit.elements(shop.slack.messages["DULEA"])
    assert "Ouvrir le formulaire" in [element["text"]["text"] for element in asked if element["type"] == "button"]


def test_a_form_of_somebody_whom_slack_has_to_name_first_is_kept_and_answered(shop: Shop) -> None:
    shop.slack.press("ULEA", "DULEA", shop.slack.stamp(), "demander")
    view = shop.slack.views[-1]

    assert closed(shop.slack.send_form("UFRANCK", {"text": "Qui a le plan de Brest ?"}, view))
    until(lambda: any("plan de Brest" in message for message in shop.said()), "the form was lost")
    shop.slack.press("UANA", "DUANA", shop.slack.stamp(), "demander")
    shop.slack.fail("views.open", "lost", 4.0)  # Slack takes it, and says so too late
    shop.slack.press("UANA", "DUANA", shop.slack.stamp(), "idée")
    until(lambda: any("Quelle est votre idée" in message for message in shop.said()), "nothing was asked")


def test_a_person_is_picked_from_slacks_own_list_and_the_profile_has_two_steps(shop: Shop) -> None:
    shop.slack.press("ULEA", "DULEA", shop.slack.stamp(), "merci")
    assert shop.fields()["person"]["type"] == "users_select"
    assert closed(shop.slack.send_form("ULEA", {"person": "@UANA", "text": "le plan"}))
    until(lambda: any("Ana Roux" in message for message in shop.said()), "nobody was thanked")

    shop.slack.press("ULEA", "DULEA", shop.slack.stamp(), "profil modifier")
    second = shop.slack.send_form("ULEA", {"expertise": "cuivre"})
    assert second.json["response_action"] == "update"
    view = second.json["view"]
    assert blockkit.modal_faults(view) == []
    assert closed(shop.slack.send_form("ULEA", {"bio": "Dix ans"}, view))
    until(
        lambda: any("cuivre" in message and "Dix ans" in message for message in shop.said()), "the profile is not there"
    )


def test_a_list_that_is_not_whole_is_searched_while_somebody_types(shop: Shop) -> None:
    shop.slack.press("ULEA", "DULEA", shop.slack.stamp(), "demander")

    suggestions = shop.slack.suggest("ULEA", "in", "vélo")
    closed_ones = shop.slack.suggest("ULEA", "in", "direction")

    assert [option["value"] for option in suggestions.json["options"]] == ["#velo"]
    assert closed_ones.json["options"] == []


def test_shortcuts_on_messages_begin_the_form_with_the_text_and_the_author(shop: Shop) -> None:
    shop.slack.say("UANA", "C9", "Qui a *le plan* de Lyon ?")
    ts = shop.slack.messages["C9"][-1]["ts"]

    assert closed(shop.slack.shortcut("ULEA", "message_ask", "C9", ts))
    text = shop.fields()["text"]["initial_value"]
    assert closed(shop.slack.shortcut("ULEA", "message_thanks", "C9", ts))
    thanked = shop.fields()["person"]["initial_user"]
    assert closed(shop.slack.shortcut("ULEA", "global_search"))

    assert "**le plan**" in text
    assert "@ana" in text
    assert thanked == "UANA"
    assert shop.slack.views[-1]["title"]["text"] == "Chercher"


def test_this_is_the_answer_marks_a_reply_that_we_know_and_asks_which_one_else(shop: Shop) -> None:
    with shop.here.network.store.write() as tx:
        viewer = access.viewer(tx, shop.here.people["lea"])
        question = threads.get(tx, viewer, "Q12")
        assert question is not None
        reply = threads.read(tx, viewer, question.id).replies[0]
        link = links.of_channel(tx, ChannelKey("slack", TEAM, "C9"))
        assert link is not None
        copies.add(tx, [Copy(reply.id, link.id, 0, "1700000000.000500", 1, written=True)])
    shop.slack.messages["C9"].append({"type": "message", "user": "UANA", "text": "Moi", "ts": "1700000000.000500"})

    shop.slack.shortcut("ULEA", "message_accept", "C9", "1700000000.000500")
    until(lambda: any("Q12" in message for message in shop.said()), "the answer was not kept")

    shop.slack.say("UANA", "C9", "autre chose")
    assert closed(shop.slack.shortcut("ULEA", "message_accept", "C9", shop.slack.messages["C9"][-1]["ts"]))
    assert set(shop.fields()) == {"number", "place"}


def test_the_home_tab_shows_the_feed_the_open_questions_and_the_next_step(shop: Shop) -> None:
    with shop.here.network.store.write() as tx:
        belonging.appoint(tx, [Appointment(shop.here.places["veille"], shop.here.people["lea"])], Acting("console"))
    shop.slack.event({"type": "app_home_opened", "tab": "home", "user": "ULEA", "channel": "DULEA"})
    until(lambda: "ULEA" in shop.slack.homes, "the tab is empty")

    view = shop.slack.homes["ULEA"]
    text = json.dumps(view, ensure_ascii=False)
    assert blockkit.modal_faults(view) == []
    for words in ("Bonjour Léa", "Votre fil", "Vos questions ouvertes", "Q12", "En attente d’une réponse", "Q11"):
        assert words in text
    assert "Compléter mon profil" in text
    assert not shop.said()  # the chat stays empty

    button = next(e for e in blockkit.elements(view) if e.get("value") == "demander")
    pressed = {
        "type": "block_actions",
        "user": {"id": "ULEA"},
        "trigger_id": "1.9",
        "container": {"type": "view", "view_id": "V0"},
        "actions": [{**button, "action_ts": "1.1"}],
    }
    assert closed(shop.slack.form({"payload": json.dumps(pressed)}))
    assert closed(shop.slack.send_form("ULEA", {"text": "Qui a le plan de Brest ?"}))
    until(lambda: any("plan de Brest" in message for message in shop.said()), "the preview is not in the chat")


def test_a_modal_of_somebody_else_is_none_of_ours(shop: Shop) -> None:
    foreign = {"type": "modal", "callback_id": "form", "private_metadata": json.dumps({"verb": 1}), "blocks": []}

    assert shop.slack.send_form("ULEA", {}, foreign).status == 200
    assert views.begun({"callback_id": "form", "private_metadata": "[]"}) is None
