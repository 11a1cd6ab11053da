"""The courier: cards reach those they are for and nobody else, posts go out once, and errors say what to do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, TypeVar

import pytest
from pydantic import SecretStr

from bots.arrival import Where
from bots.card import Button, Card
from bots.platform import Address, Answer, Audience, DoubtError, LaterError, Named, Post, RefusedError
from bots.platforms.slack.api import Api
from bots.platforms.slack.blocks import of_answer, of_post
from bots.platforms.slack.courier import EVENT_TYPE, SlackCourier
from bots.platforms.slack.events import SEEN_BY_ALL
from bots.platforms.slack.names import Names
from reseau.people.accounts import Standing
from tests import looped
from tests.simulators.slack import BOT_TOKEN, TEAM, Workspace

T = TypeVar("T")
HOME = Where("C01GENERAL")
CARD = Answer(Card("Bonjour", buttons=(Button("Aide", "aide"),)))
PUBLIC = Answer(CARD.card, private=False)
POST = Post("post-1", "Élodie Martin", "Bonjour à tous", "https://photos.exemple.fr/1.png", "Question Q12")
LONG = Post("post-2", "Élodie Martin", "mot " * 9000)
PARTS = len(of_post(LONG))


def carry(
    workspace: Workspace,
    work: Callable[[SlackCourier], Awaitable[T]],
    names: Names | None = None,
    patience: float = 20.0,
) -> T:
    """Let a courier do something."""

    async def whole() -> T:
        courier = SlackCourier(Api(SecretStr(BOT_TOKEN), f"{workspace.url}/api/", patience), names or Names())
        try:
            return await work(courier)
        finally:
            await courier.close()

    return looped.run(whole())


# -- people ------------------------------------------------------------------------------------------------------------


def test_an_account_is_what_slack_says_now(workspace: Workspace) -> None:
    account = carry(workspace, lambda courier: courier.account(TEAM, "U01ELODIE", HOME))

    assert (account.name, account.email, account.job) == ("Élodie Martin", "elodie@exemple.fr", "Acheteuse")
    assert (account.standing, account.language, account.tenant) == (Standing.HOME, "fr-FR", TEAM)


def test_the_address_of_a_guest_or_a_partner_is_never_told(workspace: Workspace) -> None:
    guest = carry(workspace, lambda courier: courier.account(TEAM, "U03GUEST", HOME))
    partner = carry(workspace, lambda courier: courier.account(TEAM, "U04PARTNER", HOME))

    assert (guest.standing, guest.email) == (Standing.GUEST, "")
    assert (partner.standing, partner.email) == (Standing.OUTSIDE, "")


def test_somebody_unknown_is_refused(workspace: Workspace) -> None:
    with pytest.raises(RefusedError, match="user_not_found"):
        carry(workspace, lambda courier: courier.account(TEAM, "U0NOBODY", HOME))


def test_a_public_channel_is_for_everybody_and_a_closed_one_for_its_people(workspace: Workspace) -> None:
    names = Names()
    public = carry(workspace, lambda courier: courier.audience(TEAM, HOME), names)
    closed = carry(workspace, lambda courier: courier.audience(TEAM, Where("G02CLOSED")), names)

    assert (public.name, public.everybody, public.outsiders) == ("général", True, False)
    assert public.people == ("U01ELODIE", "U02MARC")  # the bot is left out
    assert (closed.name, closed.everybody, closed.people) == ("direction", False, ("U01ELODIE",))
    assert names.places == {"C01GENERAL": "général"}  # the name of a closed channel stays there


def test_an_account_that_was_closed_and_opened_anew_reads_again(workspace: Workspace) -> None:
    names = Names()
    names.learn({"id": "U01ELODIE", "name": "elodie", "deleted": True})
    closed = carry(workspace, lambda courier: courier.audience(TEAM, Where("G02CLOSED")), names)
    assert closed.people == ("U01ELODIE",)


def test_a_channel_shared_with_another_organisation_has_outsiders(workspace: Workspace) -> None:
    for number, flag in enumerate(("is_ext_shared", "is_pending_ext_shared")):
        workspace.add_channel(f"C1{number}", "partenaires", ("U01ELODIE", "U04PARTNER"), **{flag: True})

    first = carry(workspace, lambda courier: courier.audience(TEAM, Where("C10")))
    second = carry(workspace, lambda courier: courier.audience(TEAM, Where("C11")))

    assert (first.outsiders, second.outsiders) == (True, True)


def test_a_large_channel_is_read_page_by_page_with_few_questions(workspace: Workspace) -> None:
    people = tuple(f"U{number:05d}" for number in range(250))
    for person in people:
        workspace.add_user(person, f"Personne {person}", is_bot=person == "U00007")
    workspace.add_channel("C03BIG", "tous", people)
    workspace.page = 100

    audience = carry(workspace, lambda courier: courier.audience(TEAM, Where("C03BIG")))

    assert audience.people == tuple(person for person in people if person != "U00007")
    assert len(workspace.calls) < 10


def test_it_is_told_what_everybody_is_in_a_channel_and_closed_accounts_read_nothing(workspace: Workspace) -> None:
    workspace.add_user("U06LEFT", "Partie", deleted=True)
    workspace.add_channel("C04", "projet", ("U01ELODIE", "U03GUEST", "U06LEFT", "U07UNTOLD"))
    names = Names()

    for _ in range(2):  # the second time from memory
        audience = carry(workspace, lambda courier: courier.audience(TEAM, Where("C04")), names)
        assert audience.people == ("U01ELODIE", "U03GUEST", "U07UNTOLD")
        standings = {account.native_id: account.standing for account in audience.accounts}
        assert standings == {"U01ELODIE": Standing.HOME, "U03GUEST": Standing.GUEST}


def test_a_list_of_people_waits_between_its_pages_and_is_read_to_its_end(workspace: Workspace) -> None:
    people = tuple(f"U{number:05d}" for number in range(30))
    for person in people:
        workspace.add_user(person, f"Personne {person}")
    workspace.add_channel("C03BIG", "tous", people)
    workspace.page = 10

    class Hesitant(Api):
        """Asks to wait before each page but the first."""

        asked: ClassVar[set[object]] = set()

        async def read(self, method: str, **params: Any) -> dict[str, Any]:
            page = params.get("cursor")
            if page and page not in self.asked:
                self.asked.add(page)
                raise LaterError(0.01)
            return await super().read(method, **params)

    async def reading(courier: SlackCourier) -> Audience:
        courier.api = Hesitant(SecretStr(BOT_TOKEN), f"{workspace.url}/api/")
        return await courier.audience(TEAM, Where("C03BIG"))

    assert carry(workspace, reading).people == people


# -- cards -------------------------------------------------------------------------------------------------------------


def test_a_card_goes_where_slack_wants_the_answer(workspace: Workspace) -> None:
    to = Address(TEAM, HOME, "U01ELODIE", workspace.response_url())

    carry(workspace, lambda courier: courier.show(CARD, to))

    (response,) = workspace.responses[to.answer_at.rpartition("/")[2]]
    assert (response["response_type"], response["replace_original"], response["text"]) == (
        "ephemeral",
        False,
        "Bonjour",
    )
    assert response["blocks"][-1]["elements"][0]["value"] == "aide"
    assert workspace.calls == []


def test_a_public_card_says_so_to_the_address(workspace: Workspace) -> None:
    to = Address(TEAM, HOME, "U01ELODIE", workspace.response_url())

    carry(workspace, lambda courier: courier.show(PUBLIC, to))

    assert workspace.responses[to.answer_at.rpartition("/")[2]][0]["response_type"] == "in_channel"


def test_a_card_takes_the_place_of_a_private_one_and_never_of_one_that_all_see(workspace: Workspace) -> None:
    answer = Answer(CARD.card, replaces=True)
    for mark, replaced in (("", True), (SEEN_BY_ALL, False)):
        url = workspace.response_url()
        to = Address(TEAM, HOME, "U01ELODIE", url + mark, "1.000001")

        carry(workspace, lambda courier, to=to: courier.show(answer, to))  # type: ignore[misc]

        (response,) = workspace.responses[url.rpartition("/")[2]]
        assert (response["replace_original"], response["response_type"]) == (replaced, "ephemeral")


def test_a_used_address_leaves_a_card_for_one_person_in_the_same_thread(workspace: Workspace) -> None:
    to = Address(TEAM, Where("C01GENERAL", "1.000001"), "U01ELODIE", f"{workspace.url}/hooks/used")

    message = carry(workspace, lambda courier: courier.show(CARD, to))

    (seen,) = workspace.ephemerals
    assert message
    assert (seen["channel"], seen["user"], seen["thread_ts"]) == ("C01GENERAL", "U01ELODIE", "1.000001")


def test_a_card_for_somebody_who_left_the_channel_goes_to_the_personal_chat(workspace: Workspace) -> None:
    carry(workspace, lambda courier: courier.show(CARD, Address(TEAM, Where("G02CLOSED"), "U02MARC")))

    assert workspace.messages["G02CLOSED"] == []
    assert workspace.texts("DU02MARC") == ["Bonjour"]


def test_a_private_card_for_nobody_is_not_shown(workspace: Workspace) -> None:
    with pytest.raises(RefusedError):
        carry(workspace, lambda courier: courier.show(CARD, Address(TEAM, HOME)))

    assert workspace.calls == []


def test_a_card_in_the_personal_chat_stays_and_can_be_replaced(workspace: Workspace) -> None:
    chat = Where("", personal=True)

    async def twice(courier: SlackCourier) -> tuple[str, str]:
        first = await courier.show(CARD, Address(TEAM, chat, "U01ELODIE"))
        place = Where("DU01ELODIE", personal=True)
        other = Answer(Card("Merci"), replaces=True)
        return first, await courier.show(other, Address(TEAM, place, "U01ELODIE", message=first))

    first, second = carry(workspace, twice)

    assert first == second
    assert workspace.texts("DU01ELODIE") == ["Merci"]


def test_a_card_that_is_gone_is_shown_anew(workspace: Workspace) -> None:
    place = Where("DU01ELODIE", personal=True)
    to = Address(TEAM, place, "U01ELODIE", message="1.000001")

    carry(workspace, lambda courier: courier.show(Answer(Card("Merci"), replaces=True), to))

    assert workspace.texts("DU01ELODIE") == ["Merci"]


# -- posts -------------------------------------------------------------------------------------------------------------


def test_a_post_carries_its_author_and_its_key(workspace: Workspace) -> None:
    (ts,) = carry(workspace, lambda courier: courier.post(POST, Address(TEAM, Where("C01GENERAL", "1.000001"))))

    (message,) = workspace.messages["C01GENERAL"]
    assert (message["ts"], message["thread_ts"]) == (ts, "1.000001")
    assert (message["username"], message["icon_url"]) == (POST.author, POST.photo_url)
    assert message["metadata"] == {"event_type": EVENT_TYPE, "event_payload": {"key": "post-1", "part": 1}}


def test_a_long_post_goes_out_in_parts_and_is_found_by_its_key(workspace: Workspace) -> None:
    since = time.time()
    parts = carry(workspace, lambda courier: courier.post(LONG, Address(TEAM, HOME)))

    assert len(parts) == PARTS > 2
    assert list(parts) == [message["ts"] for message in workspace.messages["C01GENERAL"]]
    assert carry(workspace, lambda courier: courier.posted("post-2", Address(TEAM, HOME), since)) == parts
    assert carry(workspace, lambda courier: courier.posted("post-3", Address(TEAM, HOME), since)) == ()
    assert carry(workspace, lambda courier: courier.posted("post-2", Address(TEAM, HOME), since + 60)) == ()


def test_a_post_in_a_thread_is_found_there(workspace: Workspace) -> None:
    root = carry(workspace, lambda courier: courier.post(POST, Address(TEAM, HOME)))[0]
    address = Address(TEAM, Where("C01GENERAL", root))
    reply = Post("post-9", "Marc", "Oui")

    parts = carry(workspace, lambda courier: courier.post(reply, address))

    assert carry(workspace, lambda courier: courier.posted("post-9", address, 0)) == parts


def test_a_post_is_found_on_a_later_page_of_the_history(workspace: Workspace) -> None:
    parts = carry(workspace, lambda courier: courier.post(POST, Address(TEAM, HOME)))
    workspace.messages["C01GENERAL"] += [{"ts": workspace.stamp(), "text": "x"} for _ in range(5)]
    workspace.page = 2

    assert carry(workspace, lambda courier: courier.posted("post-1", Address(TEAM, HOME), 0)) == parts


def test_an_edit_changes_what_is_there(workspace: Workspace) -> None:
    to = Address(TEAM, HOME)
    parts = carry(workspace, lambda courier: courier.post(POST, to))

    now = carry(workspace, lambda courier: courier.edit(parts, Post("post-1", POST.author, "Bonsoir"), to))

    assert now == parts
    assert workspace.texts("C01GENERAL") == ["Bonsoir"]


def test_an_edit_takes_parts_away_or_adds_them_in_the_thread_and_never_twice(workspace: Workspace) -> None:
    to, short = Address(TEAM, HOME), Post("post-2", "Élodie Martin", "court")
    parts = carry(workspace, lambda courier: courier.post(LONG, to))

    fewer = carry(workspace, lambda courier: courier.edit(parts, short, to))
    more = carry(workspace, lambda courier: courier.edit(fewer, LONG, to))
    # The answer to the edit was lost, so it is made again with the parts that were known.
    again = carry(workspace, lambda courier: courier.edit(fewer, LONG, to))

    assert fewer == parts[:1]
    assert (len(more), again) == (PARTS, more)
    messages = workspace.messages["C01GENERAL"]
    assert [message.get("thread_ts") for message in messages] == [None, *[fewer[0]] * (PARTS - 1)]


def test_what_is_taken_away_already_is_no_error(workspace: Workspace) -> None:
    to = Address(TEAM, HOME)
    parts = carry(workspace, lambda courier: courier.post(LONG, to))

    carry(workspace, lambda courier: courier.remove(parts, to))
    carry(workspace, lambda courier: courier.remove(parts, to))

    assert workspace.messages["C01GENERAL"] == []


# -- errors ------------------------------------------------------------------------------------------------------------


def test_slack_asks_to_wait_and_says_how_long(workspace: Workspace) -> None:
    workspace.fail("chat.postMessage", "later", 7)

    with pytest.raises(LaterError) as later:
        carry(workspace, lambda courier: courier.post(POST, Address(TEAM, HOME)))

    assert later.value.seconds == 7
    assert workspace.messages["C01GENERAL"] == []


def test_a_pause_between_the_parts_of_a_post_sends_none_of_them_twice(workspace: Workspace) -> None:
    async def part_way(courier: SlackCourier) -> tuple[str, ...]:
        sending = asyncio.create_task(courier.post(LONG, Address(TEAM, HOME)))
        while not workspace.messages["C01GENERAL"]:
            await asyncio.sleep(0)
        workspace.fail("chat.postMessage", "later", 1)
        return await sending

    parts = carry(workspace, part_way)

    assert len(parts) == len(workspace.messages["C01GENERAL"]) == PARTS


@pytest.mark.parametrize("name", ["invalid_auth", "token_revoked", "missing_scope"])
def test_what_an_administrator_can_mend_waits(workspace: Workspace, name: str) -> None:
    workspace.fail("chat.postMessage", "error", name)

    with pytest.raises(LaterError, match=name):
        carry(workspace, lambda courier: courier.post(POST, Address(TEAM, HOME)))


@pytest.mark.parametrize("name", ["is_archived", "not_in_channel", "msg_too_long", "invalid_blocks"])
def test_what_slack_never_takes_is_refused_by_its_name(workspace: Workspace, name: str) -> None:
    workspace.fail("chat.postMessage", "error", name)

    with pytest.raises(RefusedError, match=name):
        carry(workspace, lambda courier: courier.post(POST, Address(TEAM, HOME)))


@pytest.mark.parametrize(("kind", "value"), [("status", 502), ("status", 503), ("error", "internal_error")])
def test_a_failure_on_slacks_side_leaves_a_doubt(workspace: Workspace, kind: str, value: object) -> None:
    workspace.fail("chat.postMessage", kind, value)

    with pytest.raises(DoubtError):
        carry(workspace, lambda courier: courier.post(POST, Address(TEAM, HOME)))


def test_an_answer_that_never_comes_leaves_a_doubt_and_the_post_is_found(workspace: Workspace) -> None:
    workspace.fail("chat.postMessage", "lost", 1.5)
    since = time.time()

    with pytest.raises(DoubtError):
        carry(workspace, lambda courier: courier.post(POST, Address(TEAM, HOME)), patience=0.5)

    (message,) = workspace.messages["C01GENERAL"]
    assert carry(workspace, lambda courier: courier.posted("post-1", Address(TEAM, HOME), since)) == (message["ts"],)


def test_a_question_that_fails_is_asked_later(workspace: Workspace) -> None:
    workspace.fail("users.info", "status", 500)

    with pytest.raises(LaterError):
        carry(workspace, lambda courier: courier.account(TEAM, "U01ELODIE", HOME))


def test_nobody_listening_means_later_and_not_perhaps() -> None:
    nowhere = Workspace(url="http://127.0.0.1:9")

    with pytest.raises(LaterError):
        carry(nowhere, lambda courier: courier.post(POST, Address(TEAM, HOME)))


def test_errors_tell_neither_the_token_nor_what_was_sent(workspace: Workspace) -> None:
    sentences = []
    for kind, value in (("error", "invalid_blocks"), ("later", 1), ("status", 500), ("error", "invalid_auth")):
        workspace.fail("chat.postMessage", kind, value)
        with pytest.raises((LaterError, RefusedError, DoubtError)) as error:
            carry(workspace, lambda courier: courier.post(POST, Address(TEAM, HOME)))
        sentences.append(f"{error.value!r} {error.value.__cause__!r}")

    assert not [text for text in sentences if BOT_TOKEN in text or "Bonjour" in text]


def test_a_preview_is_over_where_its_answer_is_for_everybody(workspace: Workspace) -> None:
    for mark, over in (("", True), (SEEN_BY_ALL, False)):
        url = workspace.response_url()
        answer = Answer(PUBLIC.card, private=False, replaces=True)
        to = Address(TEAM, HOME, "U01ELODIE", url + mark, "1.000001")

        carry(workspace, lambda courier, to=to, answer=answer: courier.show(answer, to))  # type: ignore[misc]

        first, *more = workspace.responses[url.rpartition("/")[2]]
        assert (first["response_type"], first["replace_original"]) == ("in_channel", False)
        assert more == ([{"delete_original": True}] if over else [])


def test_somebody_who_is_named_on_a_card_is_mentioned_by_slack() -> None:
    blocks = of_answer(Answer(PUBLIC.card, False, named=(Named("U02ANA", "Ana Roux"),)))

    assert blocks[1]["text"]["text"] == "<@U02ANA>"


def test_a_preview_stands_below_an_address_of_a_message_that_is_there(workspace: Workspace) -> None:
    address = "https://rse.example.org/contents/Q12"
    ts = carry(workspace, lambda courier: courier.show(PUBLIC, Address(TEAM, HOME)))
    to = Address(TEAM, HOME, message=ts)

    carry(workspace, lambda courier: courier.unfold({address: Card("Q12 · Bancs d’essai")}, to))
    unfurl = workspace.called("chat.unfurl")[0]["unfurls"][address]
    assert "Q12 · Bancs d’essai" in str(unfurl["blocks"])
    with pytest.raises(RefusedError):
        carry(workspace, lambda courier: courier.unfold({address: CARD.card}, Address(TEAM, HOME, message="1.2")))
