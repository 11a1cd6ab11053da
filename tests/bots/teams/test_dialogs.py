"""Forms on Teams: dialogs that Teams accepts, opened from cards and from menus, and their submission."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import orjson
import pytest
from playwright.sync_api import BrowserContext

from bots.arrival import Line
from bots.form import Blank, Choice, Entry, Kind, Sheet
from bots.platform import Answer
from bots.platforms.teams import adaptive, dialogs, platform
from bots.platforms.teams.activities import Reading
from bots.room import open_bots
from reseau import access
from reseau.acting import Acting
from reseau.channels import copies, links
from reseau.channels.copies import Copy
from reseau.channels.links import NewLink
from reseau.contents import threads
from reseau.keys import ChannelKey
from reseau.network import Network
from reseau.people import identities
from reseau.people.identities import NewIdentity
from reseau.settings import load_settings
from tests.bots import adaptivecards, blockkit
from tests.bots.company import Company
from tests.bots.filled import WITH_FORM, opened
from tests.bots.renderers import teams_faults, teams_page
from tests.simulators.opened import running
from tests.simulators.teams import ANA, CHANNEL, CHAT, TENANT, TeamsSimulator

LONG = "Très long, « oui » *vraiment* <at>tous</at> " * 200
OTHER = "bbbbbbbb-0000-4000-8000-000000000002"


@dataclass(frozen=True)
class Shop:
    """The company with an endpoint that Teams calls; Léa uses it."""

    here: Company
    microsoft: TeamsSimulator
    address: str

    def invoke(self, name: str, value: dict[str, Any], where: str = CHAT) -> dict[str, Any]:
        """Return our response to an invoke of Teams."""
        activity = self.microsoft.message("", where=where) | {"type": "invoke", "name": name, "value": value}
        activity["id"] = f"invoke-{activity['id']}"
        status, body = self.microsoft.tell(self.address, activity)
        assert status == 200
        answer: dict[str, Any] = orjson.loads(body)
        return answer

    def fetch(self, line: str) -> dict[str, Any]:
        """The card of the dialog that a button opens."""
        return content(self.invoke("task/fetch", {"data": {"line": line, "msteams": {"type": "task/fetch"}}}))

    def send(self, card: dict[str, Any], **values: str) -> dict[str, Any]:
        """The card that answers a form after its fields were overwritten."""
        held = {element["id"]: element.get("value", "") for element in blockkit.elements(card) if "id" in element}
        return content(self.invoke("task/submit", {"data": {**card["actions"][0]["data"], **held, **values}}))


def content(answer: dict[str, Any]) -> dict[str, Any]:
    assert answer["task"]["type"] == "continue"
    card: dict[str, Any] = answer["task"]["value"]["card"]["content"]
    assert adaptivecards.faults(card) == []
    return card


def words(card: dict[str, Any]) -> str:
    return " ".join(str(element.get("text", "")) for element in blockkit.elements(card))


@pytest.fixture
def shop(here: Company, microsoft: TeamsSimulator) -> Iterator[Shop]:
    with here.network.store.write() as tx:
        accounts = (("lea", ANA["aadObjectId"]), ("ana", OTHER))
        new = [NewIdentity(here.people[who], "teams", TENANT, str(id_), "email") for who, id_ in accounts]
        identities.add(tx, new, Acting("teams"))
        links.add(tx, NewLink(here.places["veille"], "teams", TENANT, CHANNEL, "veille", here.people["franck"]))
    settings = load_settings(data=here.network.settings.data, **microsoft.settings())
    service = open_bots(Network(settings, here.network.store), [platform])
    assert service is not None
    with running(service) as address:
        yield Shop(here, microsoft, f"{address.url}/api/messages")


@pytest.mark.browser
def test_every_form_is_a_card_that_microsofts_renderer_takes_however_long_its_texts_are(
    here: Company, browser: BrowserContext
) -> None:
    cards = []
    for command in WITH_FORM:
        behind = command.form.opener.get("fr", "") if command.form is not None else ""
        sheet = opened(here, f"{command.name('fr')} {behind}", "franck", "link")
        assert sheet is not None, command.id
        blanks = tuple(
            replace(blank, value=blank.value or LONG, fault=LONG, hint=LONG, label=LONG) for blank in sheet.blanks
        )
        long = replace(sheet, blanks=blanks, note=LONG, intro=LONG, title=LONG, submit=LONG)
        cards += [dialogs.card(sheet), dialogs.card(long, "12")]
    kinds = (
        Blank(Entry("a", "", Kind.CHOICE), "A", value="2", choices=(Choice("1", "Un"), Choice("2", "Deux"))),
        Blank(Entry("b", "", Kind.DATE), "B", value="2026-02-03"),
        Blank(
            Entry("e", "", Kind.COMMUNITY),
            "E",
            choices=tuple(Choice(f"#{n}" + "y" * 100, "é" * 90) for n in range(100)),
        ),
    )
    cards.append(dialogs.card(Sheet("ask", "T", "S", kinds)))
    page = teams_page(browser)
    refused = teams_faults(page, cards)
    page.close()

    assert [fault for faults in refused for fault in faults] == []
    assert [fault for card in cards for fault in adaptivecards.faults(card)] == []


def test_a_button_that_needs_words_asks_for_its_dialog_and_no_other_does(here: Company) -> None:
    card = adaptive.of_answer(Answer(here.ask("voir Q12", "ana")))
    data = {
        element["title"]: element["data"] for element in blockkit.elements(card) if element["type"] == "Action.Submit"
    }

    assert data["Répondre"] == {"line": "répondre Q12", "msteams": {"type": "task/fetch"}}
    assert data["Suivre"] == {"line": "suivre Q12"}


def test_a_dialog_shows_what_is_wrong_at_its_field_and_then_the_card(shop: Shop) -> None:
    form = shop.fetch("répondre Q12")
    again = shop.send(form, number="Q999", text="oui")
    done = shop.send(again, number="Q12", text="dans Veille : oui, en 2024")

    assert "bancs d’essai" in words(form)
    held = {element["id"]: element["value"] for element in blockkit.elements(again) if "id" in element}
    assert held == {"number": "Q999", "text": "oui"}
    assert any(element.get("color") == "Attention" for element in blockkit.elements(again))
    assert "Votre réponse à Q12" in words(done)
    assert "dans Veille" in words(done)


def test_a_button_of_a_card_in_a_dialog_goes_on_there(shop: Shop) -> None:
    preview = shop.send(shop.fetch("publier"), text="Bonjour", tag="cuivre")
    publish = next(e for e in blockkit.elements(preview) if e["type"] == "Action.Submit")

    posted = content(shop.invoke("task/submit", {"data": publish["data"]}))

    assert "Rien n’est encore publié" in words(preview)
    assert "est publié" in words(posted)
    assert shop.here.rows("content")["content"] == 16


def test_the_menu_of_a_message_begins_a_form_with_its_text_and_its_author(shop: Shop) -> None:
    message = {
        "id": "1700000000001",
        "body": {"contentType": "html", "content": "<div>Qui a <strong>le plan</strong> ?</div>"},
        "from": {"user": {"id": OTHER, "displayName": "Ana Roux", "userIdentityType": "aadUser"}},
    }

    def begun(command: str) -> dict[str, Any]:
        value = {"commandId": command, "commandContext": "message", "messagePayload": message}
        return shop.invoke("composeExtension/fetchTask", value, CHANNEL)

    asked, thanked = content(begun("message_ask")), content(begun("message_thanks"))
    fields = {
        element["id"]: element.get("value", "")
        for card in (asked, thanked)
        for element in blockkit.elements(card)
        if "id" in element
    }

    assert fields["person"] == "@ana"
    assert fields["in"] == "#veille"
    text = next(element["value"] for element in blockkit.elements(asked) if element.get("id") == "text")
    assert text.startswith("Qui a **le plan** ?")
    assert "@ana" in text
    sent = {
        "data": {**thanked["actions"][0]["data"], "person": "@ana", "text": "le plan"},
        "commandId": "message_thanks",
    }
    assert "Ana Roux" in words(content(shop.invoke("composeExtension/submitAction", sent, CHANNEL)))


def test_this_is_the_answer_marks_a_reply_that_we_know(shop: Shop) -> None:
    with shop.here.network.store.write() as tx:
        viewer = access.viewer(tx, shop.here.people["lea"])
        question = threads.get(tx, viewer, "Q12")
        link = links.of_channel(tx, ChannelKey("teams", TENANT, CHANNEL))
        assert question is not None
        assert link is not None
        reply = threads.read(tx, viewer, question.id).replies[0]
        copies.add(tx, [Copy(reply.id, link.id, 0, "1700000000005", 1, written=True)])
    value = {"commandId": "message_accept", "messagePayload": {"id": "1700000000005", "body": {"content": "Moi"}}}

    card = content(shop.invoke("composeExtension/fetchTask", value, CHANNEL))

    assert "Q12" in words(card)
    assert "Ana Roux" in words(card)


def test_a_menu_in_a_chat_of_others_is_answered_to_the_person_alone(microsoft: TeamsSimulator) -> None:
    value = {"commandId": "global_ask", "commandContext": "compose"}
    others = {"id": "19:a_b@unq.gbl.spaces", "conversationType": "personal"}
    used = microsoft.message("") | {"name": "composeExtension/fetchTask", "value": value, "conversation": others}
    pressed = microsoft.message("", where=CHANNEL) | {"name": "task/fetch", "value": {"data": {"line": "demander"}}}

    (there,), (here,) = (list(Reading(activity, {}).begun()) for activity in (used, pressed))

    assert isinstance(there.body, Line)
    assert (there.body.where.conversation, there.body.where.personal) == ("", True)
    assert isinstance(here.body, Line)
    assert here.body.where.conversation == CHANNEL


def test_what_no_form_is_behind_is_not_offered(shop: Shop) -> None:
    activity = shop.microsoft.message("") | {"type": "invoke", "name": "task/submit", "value": {"data": {"form": 7}}}

    assert shop.microsoft.tell(shop.address, activity)[0] == 501
    assert dialogs.filled({"data": {"form": {"verb": "ask", "step": "1"}}}) is None
    assert dialogs.shortcut({"commandId": "other"}, "", {}) is None
