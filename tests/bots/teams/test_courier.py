"""The courier posts to Teams, and handles each of its answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, TypeVar

import pytest

from bots.arrival import Where
from bots.card import Card, Text
from bots.platform import Address, Answer, Courier, DoubtError, LaterError, Named, Post, RefusedError
from bots.platforms.teams import Teams, _connector, adaptive, platform
from bots.platforms.teams.account import standing
from bots.platforms.teams.people import People
from bots.platforms.teams.places import Places
from bots.platforms.teams.wire import Wire
from reseau.errors import ReseauError
from reseau.network import Network
from reseau.people.accounts import Standing
from tests import looped
from tests.bots.teams.conftest import Networks
from tests.simulators.teams import ANA, APP, CHANNEL, CHAT, TENANT, Fault, TeamsSimulator

T = TypeVar("T")
ANAS = ANA["aadObjectId"]
PRIVATE = Answer(Card("Rien que pour vous", (Text("**secret**"),)))
PUBLIC = Answer(Card("Pour tous"), private=False)
POST = Post("k1", "Léa Martin", "Bonjour à **tous**", label="Question Q12")


def where(microsoft: TeamsSimulator, conversation: str = CHANNEL, thread: str = "") -> Where:
    return Where(conversation, thread, personal=conversation == CHAT, service=microsoft.url)


def to(microsoft: TeamsSimulator, conversation: str = CHANNEL, thread: str = "", **others: Any) -> Address:
    return Address(TENANT, where(microsoft, conversation, thread), **{"person": ANAS, **others})


@asynccontextmanager
async def carried(network: Network, service: str = "") -> AsyncIterator[Courier]:
    """The courier; ``service`` has given its address to the endpoint before."""
    if service:
        await Places(network).remember(TENANT, service)
    courier = Teams().courier(network)  # a new one, without any remembered people
    assert courier is not None
    try:
        yield courier
    finally:
        await courier.close()


Run = Callable[[Callable[[Courier], Awaitable[T]]], T]


@pytest.fixture
def run(teams_network: Network, microsoft: TeamsSimulator) -> Run[Any]:
    """Do something with a courier that knows its Teams."""

    async def inside(what: Callable[[Courier], Awaitable[T]]) -> T:
        async with carried(teams_network, microsoft.url) as courier:
            return await what(courier)

    return lambda what: looped.run(inside(what))


# -- answers -----------------------------------------------------------------------------------------------------------


def test_an_answer_in_a_personal_chat_is_a_card_with_a_summary(microsoft: TeamsSimulator, run: Run[str]) -> None:
    output = run(lambda courier: courier.show(PRIVATE, to(microsoft, CHAT)))

    (call,) = microsoft.calls
    assert call.what == f"POST /v3/conversations/{CHAT}/activities"
    assert call.token == "outbound-1"
    assert output in microsoft.messages
    (attachment,) = call.body["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attachment["content"]["type"] == "AdaptiveCard"
    assert "Rien que pour vous" in call.body["summary"]
    assert "text" not in call.body


def test_a_private_answer_in_a_channel_is_seen_by_one_person(microsoft: TeamsSimulator, run: Run[str]) -> None:
    run(lambda courier: courier.show(PRIVATE, to(microsoft, thread="5")))

    call = microsoft.done("POST", "activities")[0]
    assert call.what == f"POST /v3/conversations/{CHANNEL};messageid=5/activities?isTargetedActivity=true"
    assert call.body["recipient"] == {"id": "29:ana", "isTargeted": True}


def test_where_teams_knows_no_such_thing_the_answer_goes_to_the_own_chat(
    microsoft: TeamsSimulator, run: Run[str]
) -> None:
    microsoft.takes_targeted = False

    run(lambda courier: courier.show(PRIVATE, to(microsoft)))

    (opened,) = [call for call in microsoft.calls if call.path == "/v3/conversations"]
    assert opened.body["members"] == [{"id": "29:ana"}]
    assert opened.body["bot"] == {"id": f"28:{APP}"}
    assert opened.body["channelData"] == {"tenant": {"id": TENANT}}
    assert microsoft.calls[-1].what == "POST /v3/conversations/a:with-29:ana/activities"
    public = [call for call in microsoft.done("POST", CHANNEL) if "isTargeted" not in call.query]
    assert public == []


def test_the_setting_keeps_private_answers_out_of_channels(microsoft: TeamsSimulator, network_with: Networks) -> None:
    async def shown() -> None:
        async with carried(network_with(**microsoft.settings(teams_targeted=False)), microsoft.url) as courier:
            await courier.show(PRIVATE, to(microsoft))
            await courier.show(PRIVATE, to(microsoft))

    looped.run(shown())

    assert microsoft.done("POST", CHANNEL) == []
    assert len([call for call in microsoft.calls if call.path == "/v3/conversations"]) == 1


def test_a_private_answer_never_takes_the_place_of_a_card_that_all_can_see(
    microsoft: TeamsSimulator, run: Run[str]
) -> None:
    microsoft.messages["9"] = "seen by all"
    replacing = Answer(PRIVATE.card, private=True, replaces=True)

    run(lambda courier: courier.show(replacing, to(microsoft, message="9")))

    assert microsoft.messages["9"] == "seen by all"
    assert microsoft.done("PUT") == []


def test_a_whisper_can_become_another_whisper(microsoft: TeamsSimulator, run: Run[tuple[str, str]]) -> None:
    async def twice(courier: Courier) -> tuple[str, str]:
        first = await courier.show(PRIVATE, to(microsoft))
        replacing = Answer(PRIVATE.card, private=True, replaces=True)
        return first, await courier.show(replacing, to(microsoft, message=first))

    first, second = run(twice)

    assert first == second
    (call,) = microsoft.done("PUT")
    assert call.query == "isTargetedActivity=true"
    assert call.body["recipient"]["isTargeted"] is True


def test_a_public_answer_stands_in_its_thread(microsoft: TeamsSimulator, run: Run[str]) -> None:
    run(lambda courier: courier.show(PUBLIC, to(microsoft, thread="5")))

    assert microsoft.calls[0].what == f"POST /v3/conversations/{CHANNEL};messageid=5/activities"


def test_an_answer_takes_the_place_of_the_card_that_was_pressed(microsoft: TeamsSimulator, run: Run[str]) -> None:
    microsoft.messages["9"] = "the old card"
    replacing = Answer(PRIVATE.card, replaces=True)

    assert run(lambda courier: courier.show(replacing, to(microsoft, CHAT, message="9"))) == "9"
    assert microsoft.messages["9"]["attachments"]


def test_a_card_that_teams_has_lost_is_posted_anew(microsoft: TeamsSimulator, run: Run[str]) -> None:
    replacing = Answer(PRIVATE.card, replaces=True)

    output = run(lambda courier: courier.show(replacing, to(microsoft, CHAT, message="gone")))

    assert output in microsoft.messages
    assert [call.method for call in microsoft.calls] == ["PUT", "POST"]


# -- posts -------------------------------------------------------------------------------------------------------------


def test_a_post_begins_a_thread_is_edited_and_taken_away(microsoft: TeamsSimulator, run: Run[Any]) -> None:
    async def lived(courier: Courier) -> tuple[tuple[str, ...], tuple[str, ...]]:
        parts = await courier.post(POST, to(microsoft))
        edited = await courier.edit(parts, Post("k1", "Léa Martin", "Mieux"), to(microsoft))
        assert "Mieux" in str(microsoft.messages[parts[0]])
        await courier.remove(parts, to(microsoft))
        await courier.remove(parts, to(microsoft))
        return parts, edited

    parts, edited = run(lived)

    assert parts == edited
    assert microsoft.messages == {}
    assert [call.method for call in microsoft.calls] == ["POST", "PUT", "DELETE", "DELETE"]
    assert microsoft.calls[0].what == f"POST /v3/conversations/{CHANNEL}/activities"


def test_a_reply_is_posted_in_its_thread(microsoft: TeamsSimulator, run: Run[Any]) -> None:
    run(lambda courier: courier.post(POST, to(microsoft, thread="5")))

    assert microsoft.calls[0].what == f"POST /v3/conversations/{CHANNEL};messageid=5/activities"


def test_nothing_can_be_read_back(microsoft: TeamsSimulator, run: Run[Any]) -> None:
    assert run(lambda courier: courier.posted("k1", to(microsoft), 0)) == ()
    assert microsoft.calls == []


# -- who is there ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lasting", [True, False])
def test_a_colleague_is_at_home(lasting: bool, microsoft: TeamsSimulator, run: Run[Any]) -> None:
    microsoft.knows_lasting_ids = lasting

    account = run(lambda courier: courier.account(TENANT, ANAS, where(microsoft)))

    assert (account.standing, account.native_id, account.tenant) == (Standing.HOME, ANAS, TENANT)
    assert (account.name, account.email) == ("Ana Costa", "ana.costa@example.com")
    assert account.key == f"teams/-/person/{ANAS}"


@pytest.mark.parametrize(
    ("change", "standing"),
    [
        ({"tenantId": "elsewhere"}, Standing.OUTSIDE),
        ({"tenantId": None}, Standing.OUTSIDE),
        ({"userRole": "guest"}, Standing.GUEST),
        ({"userRole": "anonymous"}, Standing.GUEST),
        ({"userPrincipalName": "ana_else.example#EXT#@example.com"}, Standing.GUEST),
    ],
)
def test_an_address_of_somebody_who_is_not_at_home_is_not_believed(
    change: dict[str, Any], standing: Standing, microsoft: TeamsSimulator, run: Run[Any]
) -> None:
    microsoft.members[CHANNEL] = [{**ANA, **change}]

    account = run(lambda courier: courier.account(TENANT, ANAS, where(microsoft)))

    assert (account.standing, account.email) == (standing, "")


def test_a_bot_is_a_bot(microsoft: TeamsSimulator, run: Run[Any]) -> None:
    assert run(lambda courier: courier.account(TENANT, "28:x", where(microsoft))).standing == Standing.BOT


def test_without_a_home_tenant_nobody_is_at_home_so_nothing_opens(
    microsoft: TeamsSimulator, network_with: Networks
) -> None:
    network = network_with(**microsoft.settings(teams_tenant_id=None))

    with pytest.raises(ReseauError, match="MicrosoftAppTenantId"):
        platform.courier(network)
    assert standing(ANA, network.settings) == Standing.OUTSIDE


def test_an_audience_is_read_page_by_page(microsoft: TeamsSimulator, run: Run[Any], teams_network: Network) -> None:
    microsoft.page = 2
    others = [{**ANA, "id": f"29:{n}", "aadObjectId": f"id-{n}"} for n in range(4)]
    microsoft.members[CHANNEL] = [*others, {"id": "28:bot"}]
    looped.run(Places(teams_network).remember(TENANT, microsoft.url, CHANNEL, "team"))

    audience = run(lambda courier: courier.audience(TENANT, where(microsoft)))

    assert audience.people == ("id-0", "id-1", "id-2", "id-3")
    assert (audience.name, audience.everybody, audience.outsiders) == ("Annonces", False, False)
    assert len(microsoft.done("GET", "pagedmembers")) == 3


def test_a_guest_makes_an_audience_of_outsiders(microsoft: TeamsSimulator, run: Run[Any]) -> None:
    microsoft.members[CHANNEL] = [ANA, {**ANA, "id": "29:g", "aadObjectId": "g", "userRole": "guest"}]

    assert run(lambda courier: courier.audience(TENANT, where(microsoft))).outsiders


# -- token addresses --------------------------------------------------------------------------------------------------


def test_a_token_goes_only_to_an_address_that_teams_told(microsoft: TeamsSimulator, teams_network: Network) -> None:
    async def asked() -> None:
        async with carried(teams_network) as courier:
            await courier.show(PUBLIC, to(microsoft))

    with pytest.raises(LaterError, match="not told its address"):
        looped.run(asked())
    assert microsoft.calls == []
    assert microsoft.tokens == 0


def test_another_address_than_those_told_is_replaced_by_the_last_one(microsoft: TeamsSimulator, run: Run[str]) -> None:
    elsewhere = Address(TENANT, Where(CHANNEL, service="https://elsewhere.example/"))
    nowhere = Address(TENANT, Where(CHANNEL))

    run(lambda courier: courier.show(PUBLIC, elsewhere))
    run(lambda courier: courier.show(PUBLIC, nowhere))

    assert len(microsoft.messages) == 2


def test_addresses_are_found_again_after_a_restart(teams_network: Network) -> None:
    async def told() -> str:
        places = Places(teams_network)
        await places.remember(TENANT, "https://one.example/")
        await places.remember(TENANT, "https://two.example/", CHANNEL, "team")
        await places.remember("other", "https://three.example/")
        await places.remember(TENANT, "https://two.example/")
        fresh = Places(teams_network)
        assert await fresh.service(TENANT, "https://one.example/") == "https://one.example/"
        assert await fresh.team(CHANNEL) == "team"
        with pytest.raises(LaterError):
            await fresh.service("nobody", "https://one.example/")
        return await fresh.service(TENANT, "https://three.example/")

    assert looped.run(told()) == "https://two.example/"


# -- errors -----------------------------------------------------------------------------------------------------------


def show(microsoft: TeamsSimulator) -> Callable[[Courier], Awaitable[str]]:
    return lambda courier: courier.show(PUBLIC, to(microsoft))


@pytest.mark.parametrize("status", [408, 412, 429, 502, 503, 504])
def test_teams_may_ask_to_wait(status: int, microsoft: TeamsSimulator, run: Run[str]) -> None:
    microsoft.faults = [Fault("POST", status)]

    with pytest.raises(LaterError) as later:
        run(show(microsoft))
    assert 1 <= later.value.seconds <= 5


def test_it_says_how_long(microsoft: TeamsSimulator, run: Run[str]) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=90))
    for header, least, most in (("7", 7, 7), (date, 60, 91), ("soon", 1, 5), ("99999999", 3600, 3600)):
        microsoft.faults = [Fault("POST", 429, {"Retry-After": header})]
        with pytest.raises(LaterError) as later:
            run(show(microsoft))
        assert least <= later.value.seconds <= most


def test_what_teams_will_never_take_is_refused_with_its_word_for_it(microsoft: TeamsSimulator, run: Run[str]) -> None:
    microsoft.faults = [Fault("POST", 413, code="MessageSizeTooBig")]

    with pytest.raises(RefusedError, match="413 MessageSizeTooBig"):
        run(show(microsoft))


def test_an_app_that_is_not_installed_is_said_to_be_that(microsoft: TeamsSimulator, run: Run[str]) -> None:
    microsoft.faults = [Fault("POST", 403, code="BotNotInConversationRoster")]

    with pytest.raises(RefusedError, match=r"BotNotInConversationRoster: the app is not installed there"):
        run(show(microsoft))


def test_a_sentence_of_teams_is_not_repeated(microsoft: TeamsSimulator, run: Run[str]) -> None:
    microsoft.faults = [Fault("POST", 400, code="the text “mon secret” is bad")]

    with pytest.raises(RefusedError) as refused:
        run(show(microsoft))
    assert "secret" not in str(refused.value)


def test_a_failure_after_sending_leaves_a_doubt(microsoft: TeamsSimulator, run: Run[str]) -> None:
    microsoft.faults = [Fault("POST", 500)]

    with pytest.raises(DoubtError):
        run(show(microsoft))


@pytest.mark.parametrize("kind", ["hang", "after"])
def test_no_answer_after_sending_leaves_a_doubt(kind: Any, microsoft: TeamsSimulator, teams_network: Network) -> None:
    microsoft.faults = [Fault("POST", kind=kind, seconds=1), Fault("PUT", kind=kind, seconds=1)]

    async def said() -> None:
        wire = Wire(answering=0.3)
        connector = _connector(teams_network.settings, wire)
        try:
            with pytest.raises(DoubtError):
                await connector.send(microsoft.url, CHANNEL, {"type": "message"})
            with pytest.raises(LaterError):  # to say it once more changes nothing
                await connector.update(microsoft.url, CHANNEL, "1", {"type": "message"})
        finally:
            await wire.close()

    looped.run(said())
    assert len(microsoft.messages) == (1 if kind == "after" else 0)


def test_an_address_where_nobody_is_can_be_tried_later(teams_network: Network) -> None:
    async def said() -> None:
        async with carried(teams_network, "http://127.0.0.1:9/") as courier:
            await courier.show(PUBLIC, Address(TENANT, Where(CHANNEL)))

    with pytest.raises(LaterError):
        looped.run(said())


# -- our own token -----------------------------------------------------------------------------------------------------


def test_one_token_serves_all(microsoft: TeamsSimulator, run: Run[Any]) -> None:
    microsoft.token_delay = 0.1

    async def many(courier: Courier) -> None:
        await asyncio.gather(*(courier.show(PUBLIC, to(microsoft)) for _ in range(20)))

    run(many)

    assert microsoft.tokens == 1
    assert len(microsoft.messages) == 20


def test_a_token_is_renewed_before_it_ends(microsoft: TeamsSimulator, run: Run[Any]) -> None:
    microsoft.token_seconds = 200  # less than it is renewed ahead

    async def two(courier: Courier) -> None:
        await courier.show(PUBLIC, to(microsoft))
        await courier.show(PUBLIC, to(microsoft))
        microsoft.token_answer = (503, {})  # Entra fails: the last one opens until its end
        await courier.show(PUBLIC, to(microsoft))

    run(two)

    assert [call.token for call in microsoft.calls] == ["outbound-1", "outbound-2", "outbound-2"]


def test_a_token_that_teams_takes_no_more_is_replaced(microsoft: TeamsSimulator, run: Run[Any]) -> None:
    microsoft.faults = [Fault("POST", 401)]

    run(show(microsoft))

    assert [call.token for call in microsoft.calls] == ["outbound-1", "outbound-2"]


def test_without_a_token_nothing_is_lost(microsoft: TeamsSimulator, run: Run[Any]) -> None:
    description = "AADSTS7000222: The provided client secret keys are expired."
    microsoft.token_answer = (401, {"error": "invalid_client", "error_description": description})

    with pytest.raises(LaterError, match="AADSTS7000222"):
        run(show(microsoft))
    assert microsoft.calls == []


def test_people_who_were_forgotten_are_asked_for_again() -> None:
    people = People()
    for number in range(50_010):
        people.remember(f"29:{number}", f"id-{number}")

    assert people.chat("id-50009") == "29:50009"
    assert people.chat("id-0") == "id-0"
    assert len(people.lasting) == 50_000


@pytest.mark.parametrize("pressed", [False, True])
def test_who_asks_among_others_sees_there_that_the_answer_is_private(
    microsoft: TeamsSimulator, network_with: Networks, pressed: bool
) -> None:
    answer = Answer(PRIVATE.card, pressed=pressed)

    async def shown() -> None:
        async with carried(network_with(**microsoft.settings(teams_targeted=False)), microsoft.url) as courier:
            await courier.show(answer, to(microsoft, message="9"))

    looped.run(shown())

    texts = [call.body["text"] for call in microsoft.done("POST", CHANNEL)]
    assert texts == ([] if pressed else ["Je vous ai répondu en privé."])


def test_somebody_who_is_named_on_a_card_is_mentioned_by_teams() -> None:
    card = adaptive.of_answer(Answer(PUBLIC.card, False, named=(Named("aad-1", "Ana <at>Roux*"),)))

    (entity,) = card["msteams"]["entities"]
    assert entity["mentioned"]["id"] == "aad-1"
    assert entity["text"] in card["body"][1]["text"]
    assert "<at>" not in entity["mentioned"]["name"]
