"""Cards in a channel show only what everyone there may read, and no number counts closed contents."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bots.card import words
from bots.platform import Address, Answer, Audience, DoubtError, LaterError, RefusedError
from reseau.acting import Acting
from reseau.channels import links
from reseau.contents import publishing, thanks
from reseau.contents.kinds.discussion import DISCUSSION
from reseau.contents.publishing import NewContent
from reseau.contents.thanks import NewThanks
from reseau.kinds import MemberStatus
from reseau.people import members
from reseau.people.accounts import Account, Standing
from reseau.people.members import MemberChange
from tests import looped
from tests.bots.company import Company
from tests.bots.memory import TENANT, MemoryCourier, Room, room

CONSOLE = Acting("console")
INSIDE = ("UFRANCK", "ULEA", "UANA")
GUEST = Account("slack", TENANT, "U404", Standing.GUEST, "Invité")


def run(company: Company, story: Callable[[Room], Awaitable[None]], audience: Audience) -> None:
    async def telling() -> None:
        async with room(company.network, MemoryCourier(accounts={"U404": GUEST}, audiences={"C5": audience})) as bot:
            await story(bot)

    looped.run(telling())


@pytest.mark.parametrize("line", ["répondre Q1 sept euros", "merci Q1", "publier : bonjour", "idée : un potager"])
@pytest.mark.parametrize(
    ("audience", "private"),
    [
        (Audience("projet", False, False, INSIDE), False),
        (Audience("général", True, False, INSIDE), False),
        (Audience("projet", False, True, INSIDE), True),
        (Audience("projet", False, False, (*INSIDE, "U404")), True),
        (Audience("général", True, False, (*INSIDE, "U404")), True),
        (Audience("projet", False, False, (*INSIDE, "UGONE")), True),
    ],
)
def test_a_card_stands_in_a_channel_only_where_everybody_may_read_what_is_open(
    linked: Company, line: str, audience: Audience, private: bool
) -> None:
    async def story(bot: Room) -> None:
        bot.slack.accounts["UGONE"] = Account("slack", TENANT, "UGONE", Standing.GONE)
        answer = await bot.ask(line, "ULEA", "C5")
        if answer.card.buttons and not answer.card.done:  # the preview is for its author, wherever it is
            assert answer.private
            answer = await bot.ask(answer.card.buttons[0].line, "ULEA", "C5")
        assert answer.card.done
        assert answer.private, "the author's own card takes back"
        await bot.rest()
        assert (shown_to_all(bot) == []) is private

    run(linked, story, audience)


def shown_to_all(bot: Room) -> list[str]:
    """The cards in the channel that were for everyone."""
    return [answer.card.title for answer, to in bot.slack.shown if not answer.private and to.where.conversation == "C5"]


@pytest.mark.parametrize("silence", [RefusedError("not_in_channel"), LaterError(3600), DoubtError()])
def test_where_the_platform_does_not_say_who_reads_the_card_is_for_who_asked_and_at_once(
    linked: Company, silence: Exception
) -> None:
    async def story(bot: Room) -> None:
        preview = await bot.ask("merci Q1", "ULEA", "C5")
        bot.slack.unsaid = [silence]
        answer = await bot.ask(preview.card.buttons[0].line, "ULEA", "C5")
        assert answer.card.done
        assert answer.private
        await bot.rest()
        assert shown_to_all(bot) == []

    run(linked, story, Audience("projet", False, False, INSIDE))


def test_the_button_that_takes_a_reply_back_tells_nothing_of_what_is_closed(linked: Company) -> None:
    first = linked.ask("répondre Q1 sept euros", confirmed=True)
    with linked.network.store.write() as tx:
        secret = [NewContent(DISCUSSION, linked.people["franck"], f"n{n}", linked.places["rachat"]) for n in range(15)]
        publishing.publish(tx, secret, CONSOLE)
    second = linked.ask("répondre Q1 huit euros", confirmed=True)
    lines = [next(b.line for b in card.buttons if b.label == "Annuler") for card in (first, second)]
    assert lines == ["annuler Q1 1", "annuler Q1 2"]

    # Each button takes back its own reply, in any order, and nothing of anyone else.
    assert linked.ask(lines[0], "ana").error == "E_NOTHING_TO_UNDO"
    assert "sept euros" in words(linked.ask(lines[0]))
    assert linked.ask(lines[0]).error == "E_NOTHING_TO_UNDO"
    assert "huit euros" in words(linked.ask(lines[1]))
    assert linked.ask("annuler 1").error == "E_NOTHING_TO_UNDO"


def test_the_key_of_a_post_says_neither_which_content_nor_which_link_it_is(linked: Company) -> None:
    async def story(bot: Room) -> None:
        await bot.ask("répondre Q12 moi aussi", "UANA")
        keys = [message.post.key for message in (*bot.slack.messages.values(), *bot.teams.messages.values())]
        assert len(set(keys)) == len(keys) == 4
        assert all(len(key) == 30 and ":" not in key for key in keys)

    run(linked, story, Audience("projet", False, False, INSIDE))


# -- notices -----------------------------------------------------------------------------------------------------------


def thank(company: Company, reason: str) -> None:
    with company.network.store.write() as tx:
        thanks.thank(tx, [NewThanks(company.people["ana"], company.people["lea"], reason)], CONSOLE)


@pytest.mark.parametrize("queued", ["before", "after"])
def test_who_left_is_told_of_nothing_any_more(linked: Company, queued: str) -> None:
    async def story(bot: Room) -> None:
        if queued == "before":
            thank(linked, "tout")
        with linked.network.store.write() as tx:
            members.change(tx, [MemberChange(linked.people["lea"], {"status": MemberStatus.LEFT})], CONSOLE)
        if queued == "after":
            thank(linked, "tout")
            linked.ask("répondre Q12 moi aussi", "ana", confirmed=True)
        await bot.rest()
        assert [to for _, to in bot.slack.shown if to.person == "ULEA"] == []

    run(linked, story, Audience("projet", False, False, INSIDE))


@pytest.mark.parametrize("kind", ["thanks", "replies"])
def test_many_notices_at_once_are_told_together_and_hold_up_no_other(linked: Company, kind: str) -> None:
    store = linked.network.store
    started = store.clock()
    with store.write() as tx:
        for link in links.listed(tx):
            links.end(tx, link.id)

    async def story(bot: Room) -> None:
        for number in range(100):
            if kind == "thanks":
                thank(linked, f"la chose {number}")
            else:
                linked.ask(f"répondre Q12 oui {number}", "ana", confirmed=True)
        await bot.rest()
        answers = [answer for answer, to in bot.slack.shown if to.person == "ULEA"]
        alone = 5 if kind == "thanks" else 1  # replies of one thread are gathered from the second on
        assert len(answers) == alone
        if kind == "thanks":  # another kind goes out at once
            linked.ask("répondre Q12 moi aussi", "ana", confirmed=True)
        else:
            thank(linked, "tout")
        await bot.rest()
        assert len([to for _, to in bot.slack.shown if to.person == "ULEA"]) == alone + 1
        store.clock = lambda: started + timedelta(hours=2)
        await bot.rest()
        last, _ = [(answer, to) for answer, to in bot.slack.shown if to.person == "ULEA"][-1]
        assert str(100 - alone) in words(last.card)
        assert len([to for _, to in bot.slack.shown if to.person == "ULEA"]) == alone + 2

    run(linked, story, Audience("projet", False, False, INSIDE))


def test_an_administrator_who_links_a_channel_is_told_that_programs_are_not_carried(linked: Company) -> None:
    async def story(bot: Room) -> None:
        answer = await bot.ask("relier Vélo", "UFRANCK", "C5")
        assert not answer.private
        assert "programmes" in words(answer.card)
        assert (await bot.ask("délier", "UFRANCK", "C5")).private is False

    run(linked, story, Audience("projet", False, False, INSIDE))


def test_what_is_written_in_a_closed_place_is_told_to_its_author_alone(linked: Company) -> None:
    async def story(bot: Room) -> None:
        answer = await bot.ask("publier dans Rachat : entre nous", "UFRANCK", "C5")
        answer = await bot.ask(answer.card.buttons[0].line, "UFRANCK", "C5")
        assert answer.card.done
        assert answer.private

    run(linked, story, Audience("général", True, False, INSIDE))


@pytest.mark.parametrize("line", ["merci Q1", "publier : bonjour", "idée : un potager"])
@pytest.mark.parametrize("platform", ["slack", "teams"])
@pytest.mark.parametrize("pressed_in", ["D1", "C6"])
def test_what_is_confirmed_elsewhere_is_shown_to_a_channel_only_if_everybody_there_may_read_it(
    linked: Company, line: str, platform: str, pressed_in: str
) -> None:
    async def story(bot: Room) -> None:
        courier = bot.slack if platform == "slack" else bot.teams
        courier.audiences = {"C5": OURS, "C6": OURS}
        previews = [await bot.ask(line, "ULEA", "C5", platform) for _ in range(2)]
        confirmed = await bot.ask(previews[0].card.buttons[0].line, "ULEA", pressed_in, platform)
        assert confirmed.card.done
        await bot.rest()
        assert len(told_to_all(courier.shown, "C5")) == 1

        courier.audiences["C5"] = Audience("projet", False, True, INSIDE)
        confirmed = await bot.ask(previews[1].card.buttons[0].line, "ULEA", pressed_in, platform)
        assert confirmed.card.done
        await bot.rest()
        assert len(told_to_all(courier.shown, "C5")) == 1
        assert told_to_all(courier.shown, pressed_in) == []

    run(linked, story, OURS)


OURS = Audience("projet", False, False, INSIDE)


def told_to_all(sent: list[tuple[Answer, Address]], conversation: str) -> list[str]:
    """The cards in a channel that were for everyone."""
    return [answer.card.title for answer, to in sent if not answer.private and to.where.conversation == conversation]


def test_the_button_that_takes_thanks_back_tells_nothing_of_what_others_gave(linked: Company) -> None:
    first = linked.ask("merci @ana : le devis", confirmed=True)
    with linked.network.store.write() as tx:
        people, secret = linked.people, linked.places["rachat"]
        hidden = [NewThanks(people["franck"], people["nina"], f"n{n}", None, secret) for n in range(15)]
        thanks.thank(tx, hidden, CONSOLE)
    second = linked.ask("merci @ana : le café", confirmed=True)
    lines = [next(b.line for b in card.buttons if b.label == "Annuler") for card in (first, second)]
    numbers = [int(line.rpartition(" ")[2]) for line in lines]
    assert numbers[1] - numbers[0] != 16
    assert not {1, 17} & set(numbers)

    # Each button takes back its own thanks, in any order, and nothing of anyone else.
    assert linked.ask(lines[0], "ana").error == "E_NOTHING_TO_UNDO"
    assert "le devis" in words(linked.ask(lines[0]))
    assert linked.ask(lines[0]).error == "E_NOTHING_TO_UNDO"
    assert "le café" in words(linked.ask(lines[1]))


def test_nobody_is_found_by_a_number_that_counts_everybody(linked: Company) -> None:
    for member_id in linked.people.values():
        assert linked.ask(f"profil {member_id}").error == "E_NO_MEMBER"
