"""From end to end with Microsoft's own client, in development mode."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from bots.arrival import Arrival, Body, Changed, Entered, Line, Message, Removed
from bots.card import Button, Card
from bots.platform import Address, Answer, Courier, Post, RefusedError
from bots.platforms.teams import Teams
from bots.platforms.teams.courier import TeamsCourier
from reseau import keys
from reseau.network import Network
from reseau.people.accounts import Account, Standing
from reseau.settings import load_settings
from reseau.store import open_store
from tests import looped
from tests.bots.teams.receptions import MemoryReception, application
from tests.served import served
from tests.simulators.playground import CHANNEL, CHAT, PEOPLE, TENANT, Playground, playground, until

CARD = Answer(Card("Bonjour Ana", buttons=(Button("Mon fil", "fil"),)), private=False)


@dataclass
class Talk:
    """Everything at once: the client, our endpoint, and a reception that answers each line by a courier.

    Attributes:
        shown: the ids of the cards that were shown.
    """

    client: Playground
    reception: MemoryReception
    courier: Courier
    shown: list[str] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)

    async def answer(self, arrival: Arrival) -> None:
        if isinstance(arrival.body, Line):
            try:
                to = Address(arrival.event.tenant, arrival.body.where, person=arrival.body.person)
                self.shown.append(await self.courier.show(CARD, to))
            except BaseException as error:
                self.errors.append(error)
                raise

    def bodies(self, kind: type[Body], count: int) -> list[Any]:
        """Wait for so many entries of a kind, and return them."""
        until(lambda: len([body for body in self.reception.bodies if isinstance(body, kind)]) >= count, f"no {kind}")
        return [body for body in self.reception.bodies if isinstance(body, kind)]


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    folder = tmp_path_factory.mktemp("playground")
    store = open_store(f"sqlite:///{folder / 'reseau.db'}")
    network = Network(load_settings(data=folder, teams_dev_unauthenticated=True), store)
    teams = Teams()
    reception = MemoryReception()
    opened, courier = teams.open(network, reception), teams.courier(network)
    assert opened is not None
    assert courier is not None
    with served(application(opened, closing=courier.close)) as address, playground(folder, address.url) as client:
        talk = Talk(client, reception, courier)
        reception.then = talk.answer
        yield talk
    store.close()


def carry(talk: Talk, what: Callable[[Courier], Any]) -> Any:
    """Do something with a courier of one's own, in a loop of one's own."""
    assert isinstance(talk.courier, TeamsCourier)
    mine = Teams()
    network = talk.courier._places._network

    async def inside() -> Any:
        courier = mine.courier(network)
        assert courier is not None
        try:
            return await what(courier)
        finally:
            await courier.close()

    return looped.run(inside())


def lines(talk: Talk, text: str) -> list[Line]:
    until(
        lambda: any(isinstance(body, Line) and body.text == text for body in talk.reception.bodies), f"no line {text}"
    )
    return [body for body in talk.reception.bodies if isinstance(body, Line) and body.text == text]


def channel(talk: Talk) -> Address:
    talk.client.say("<at>RSE</at> ici", CHANNEL, [{"mentioned": {"id": "bot-id"}, "text": "<at>RSE</at>"}])
    where = lines(talk, "ici")[0].where
    return Address(TENANT, where)


def test_a_personal_message_is_answered_and_its_button_pressed(talk: Talk) -> None:
    talk.client.say("aide moi")

    (line,) = lines(talk, "aide moi")
    assert line.person == PEOPLE[0]["aadObjectId"]
    assert line.where.personal
    assert line.where.service == talk.client.service
    until(lambda: bool(talk.shown), f"no card: {talk.errors}")
    talk.client.press(talk.shown[0], {"line": "fil"})

    (pressed,) = lines(talk, "fil")
    assert (pressed.pressed, pressed.message) == (True, talk.shown[0])


def test_a_mention_in_a_channel_names_people_by_their_lasting_id(talk: Talk) -> None:
    mentions = [
        {"mentioned": {"id": "bot-id"}, "text": "<at>RSE</at>"},
        {"mentioned": {"id": "user-id-1"}, "text": "<at>Léa Martin</at>"},
    ]
    talk.client.say("<at>RSE</at> merci <at>Léa Martin</at>", CHANNEL, mentions)

    # The client sends only the id in chats; the endpoint asked it for the person.
    (line,) = lines(talk, f"merci [@Léa Martin](reseau:{keys.teams_person(PEOPLE[1]['aadObjectId'])})")
    assert line.where.conversation == CHANNEL
    assert line.where.thread
    assert not line.where.personal


def activity(talk: Talk, **others: Any) -> dict[str, Any]:
    """Return a channel message as Teams sends it if an owner allowed that; the client cannot."""
    activity = talk.client.template("channelCreated", CHANNEL)
    data = {"tenant": {"id": TENANT}, "channel": {"id": CHANNEL}, "team": {"id": "team-id"}}
    conversation = {"id": f"{CHANNEL};messageid=7000", "conversationType": "channel", "isGroup": True}
    return {**activity, "conversation": conversation, "id": "7001", "textFormat": "plain", "channelData": data} | others


def test_what_people_tell_each_other_is_told_changed_and_removed(talk: Talk) -> None:
    talk.client.custom(activity(talk, type="message", text="bonjour à tous"))
    (messages,) = talk.bodies(Message, 1)
    changed_data = {"tenant": {"id": TENANT}, "eventType": "editMessage"}
    talk.client.custom(activity(talk, type="messageUpdate", text="bonjour à toutes", channelData=changed_data))
    (changed,) = talk.bodies(Changed, 1)
    removed_data = {"tenant": {"id": TENANT}, "eventType": "softDeleteMessage"}
    talk.client.custom(activity(talk, type="messageDelete", channelData=removed_data))
    (removed,) = talk.bodies(Removed, 1)

    assert (messages.text, messages.message, messages.where.thread) == ("bonjour à tous", "7001", "7000")
    assert (changed.text, changed.message) == ("bonjour à toutes", "7001")
    assert removed.message == "7001"
    assert removed.version >= changed.version


def test_a_new_chat_is_greeted_and_a_new_member_has_entered(talk: Talk) -> None:
    talk.client.custom(talk.client.template("botAdded", CHAT))
    talk.client.custom(talk.client.template("userAdded", "team-id"))

    assert lines(talk, "")[0].where.personal
    assert talk.bodies(Entered, 1)[0].person == PEOPLE[0]["aadObjectId"]


def test_a_post_is_posted_and_edited_and_cannot_be_taken_away_here(talk: Talk) -> None:
    to = channel(talk)
    post = Post("k", "Léa Martin", "Une question", label="Question Q12")
    root = Address(TENANT, to.where.__class__(CHANNEL, service=to.where.service))

    async def lived(courier: Courier) -> tuple[str, ...]:
        parts = await courier.post(post, root)
        reply = await courier.post(post, Address(TENANT, to.where.__class__(CHANNEL, parts[0])))
        assert reply[0] != parts[0]
        assert await courier.edit(parts, post, root) == parts
        with pytest.raises(RefusedError, match="501"):  # the client cannot, Teams can
            await courier.remove(parts, root)
        return parts

    assert all(carry(talk, lived))


def test_who_people_are_and_who_reads_a_channel(talk: Talk) -> None:
    to = channel(talk)

    async def asked(courier: Courier) -> tuple[Account, tuple[str, ...], str]:
        account = await courier.account(TENANT, PEOPLE[1]["aadObjectId"], to.where)
        audience = await courier.audience(TENANT, to.where)
        return account, audience.people, audience.name

    account, people, name = carry(talk, asked)

    assert (account.standing, account.name, account.email) == (Standing.HOME, "Léa Martin", "léa.martin@exemple.fr")
    assert set(people) == {person["aadObjectId"] for person in PEOPLE}
    assert name == "Annonces"


def test_a_private_answer_in_a_channel_goes_to_the_own_chat(talk: Talk) -> None:
    to = channel(talk)
    private = Answer(Card("Rien que pour vous"))
    address = Address(TENANT, to.where, person=PEOPLE[0]["aadObjectId"])

    async def shown(courier: Courier) -> str:
        message = await courier.show(private, address)
        replacing = Answer(Card("Autre chose"), replaces=True)
        chat = to.where.__class__(CHAT, personal=True, service=to.where.service)
        assert await courier.show(replacing, Address(TENANT, chat, message=message)) == message
        return message

    assert carry(talk, shown)
