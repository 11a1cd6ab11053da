"""Arrivals are stored, then handled once: lines, accounts, linked channels, and what a crash leaves."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bots.arrival import AccountChanged, Entered, Where, to_payload
from bots.card import Card, words
from bots.command import Command, Group
from bots.platform import Address, Answer, Audience, DoubtError, LaterError, RefusedError
from bots.request import Request
from bots.sending import messages
from bots.sending.delivery import Bell, Delivering
from bots.sending.messages import CardSender
from bots.sending.queues import Queues
from reseau.acting import Acting
from reseau.channels import copies, links
from reseau.communities import belonging, opening
from reseau.communities.belonging import Joining
from reseau.communities.opening import CommunityChange
from reseau.contents import publishing
from reseau.contents.kinds.discussion import DISCUSSION
from reseau.contents.publishing import NewContent
from reseau.exchange import inbox, outbox
from reseau.keys import AccountKey, ChannelKey, EventKey
from reseau.kinds import MemberStatus, Privacy
from reseau.network import Network
from reseau.people import identities, members
from reseau.people.accounts import Account, Standing
from reseau.people.members import NewMember
from reseau.store import tables
from tests import looped
from tests.bots.company import Company, spaced
from tests.bots.memory import TENANT, MemoryCourier, Room, changed, chat_message, removed, room, typed

SLACK = Acting("slack")


def run(
    company: Company,
    story: Callable[[Room], Awaitable[None]],
    slack: MemoryCourier | None = None,
    commands: tuple[Command, ...] = (),
) -> None:
    async def telling() -> None:
        async with room(company.network, slack, commands) as bot:
            await story(bot)

    looped.run(telling())


def home(person: str, **fields: str) -> Account:
    return Account("slack", TENANT, person, Standing.HOME, **{"name": "Zoé Neuve", **fields})


def texts(company: Company) -> list[str]:
    with company.network.store.read() as tx:
        alive = select(tables.content.c.text).where(tables.content.c.deleted_at.is_(None))
        return list(tx.execute(alive.order_by(tables.content.c.id)).scalars())


def states(network: Network) -> list[tuple[str, str]]:
    with network.store.read() as tx:
        rows = tx.execute(select(tables.inbox.c.state, tables.inbox.c.reason).where(tables.inbox.c.platform == "slack"))
        return [(row.state, row.reason) for row in rows]


# -- lines and accounts ------------------------------------------------------------------------------------------------


def test_a_line_is_answered_in_the_acknowledgement_and_once(linked: Company) -> None:
    async def story(bot: Room) -> None:
        line = bot.arrival(typed("publier dans Veille : bonjour à tous"), key="slash-1")
        first = await bot.receiving.answer(line, 5)
        again = await bot.receiving.answer(line, 5)

        assert first is not None
        assert again is not None
        assert first.card.buttons[0].label == "Publier"
        assert again.card.title == "C’est déjà fait."
        assert bot.slack.shown == []

    run(linked, story)


@pytest.mark.parametrize("person", ["ULEA", "UNEW"])
def test_a_store_that_is_slow_holds_no_acknowledgement_back_and_the_card_follows(linked: Company, person: str) -> None:
    slack = MemoryCourier(accounts={"UNEW": home("UNEW")})

    async def story(bot: Room) -> None:
        writing = asyncio.ensure_future(bot.writing.write(lambda _tx: time.sleep(0.3)))
        await asyncio.sleep(0)
        start = time.monotonic()
        answer = await bot.receiving.answer(bot.arrival(typed("aide", person, "C5")), 0.05)
        waited = time.monotonic() - start
        await writing
        await bot.rest()

        assert answer is None
        assert waited < 0.25
        ((_, to),) = bot.slack.shown
        assert (to.person, to.where.conversation) == (person, "C5")

    run(linked, story, slack)


def test_a_line_that_breaks_after_its_acknowledgement_says_so_once(linked: Company) -> None:
    def breaks(request: Request) -> Card:
        raise ZeroDivisionError

    forms = {"fr": ("casser",), "en": ("break",)}
    breaking = Command("break", forms, Group.READ, "Breaks.", {"fr": "casser", "en": "break"}, breaks)

    async def story(bot: Room) -> None:
        writing = asyncio.ensure_future(bot.writing.write(lambda _tx: time.sleep(0.1)))
        await asyncio.sleep(0)
        assert await bot.receiving.answer(bot.arrival(typed("casser", conversation="C5")), 0.02) is None
        await writing
        await bot.rest()

        ((answer, _),) = bot.slack.shown
        assert "casser" in words(answer.card)
        assert answer.private

    run(linked, story, commands=(breaking,))


def test_a_full_member_whom_nobody_knows_becomes_a_member_at_first_contact(anywhere: Company) -> None:
    slack = MemoryCourier(
        accounts={"UZOE": home("UZOE", email="zoe@example.org", timezone="Europe/Lisbon", language="en-GB")}
    )

    async def story(bot: Room) -> None:
        answer = await bot.ask("aide", "UZOE")
        assert "Welcome, Zoé Neuve!" in answer.card.title
        await bot.ask("fil", "UZOE")

    run(anywhere, story, slack)
    with anywhere.network.store.read() as tx:
        person = members.find(tx, "zoe@example.org")[0]
    assert (person.timezone, person.language, person.status) == ("Europe/Lisbon", "en", MemberStatus.ACTIVE)
    assert slack.calls.count("account UZOE") == 1


def test_a_verified_e_mail_finds_the_member(anywhere: Company) -> None:
    slack = MemoryCourier(accounts={"U7": home("U7", email="Lea@example.org", photo_url="https://example.org/lea.png")})

    async def story(bot: Room) -> None:
        await bot.ask("fil", "U7")

    run(anywhere, story, slack)
    with anywhere.network.store.read() as tx:
        assert identities.member_of(tx, AccountKey("slack", TENANT, "U7")) == anywhere.people["lea"]
        assert members.get(tx, anywhere.people["lea"]).photo_url == "https://example.org/lea.png"


@pytest.mark.parametrize("standing", [Standing.GUEST, Standing.OUTSIDE, Standing.BOT, Standing.GONE])
def test_a_guest_is_never_let_in_by_an_e_mail_and_is_told_whom_to_ask(anywhere: Company, standing: Standing) -> None:
    account = Account("slack", TENANT, "U7", standing, "Léa", "lea@example.org")
    slack = MemoryCourier(accounts={"U7": account})
    before = anywhere.rows("member", "identity", "activity")

    async def story(bot: Room) -> None:
        answer = await bot.ask("publier : bonjour", "U7")
        assert answer.card.error == "E_NOT_ADMITTED"
        assert answer.private
        assert "Franck Morel" in words(answer.card)

    run(anywhere, story, slack)
    assert anywhere.rows("member", "identity", "activity") == before
    assert states(anywhere.network) == [("ignored", "not admitted")]


def test_where_only_the_directory_counts_a_colleague_is_told_so(anywhere: Company) -> None:
    strict = anywhere.network.settings.model_copy(update={"join": "directory"})
    company = Company(Network(strict, anywhere.network.store), people=anywhere.people, places=anywhere.places)
    slack = MemoryCourier(accounts={"UZOE": home("UZOE"), "U7": home("U7", email="lea@example.org")})

    async def story(bot: Room) -> None:
        assert (await bot.ask("aide", "UZOE")).card.error == "E_NOT_ADMITTED"
        assert (await bot.ask("aide", "U7")).card.error == ""

    run(company, story, slack)


def test_a_closed_account_ends_what_its_member_may_read(linked: Company) -> None:
    async def story(bot: Room) -> None:
        await bot.tell(AccountChanged(Account("slack", TENANT, "UANA", Standing.GONE)))
        assert (await bot.ask("fil", "UANA")).card.error == "E_NO_MEMBER"

    run(linked, story)


def test_people_who_are_mentioned_are_found_whatever_they_are_called_there(linked: Company) -> None:
    async def story(bot: Room) -> None:
        answer = await bot.ask("suivre [@Ana de Slack](reseau:slack/-/person/UANA)")
        assert spaced(answer.card.title) == "Vous suivez maintenant Ana Roux."

    run(linked, story)


def test_in_a_linked_channel_what_is_published_goes_to_its_community(linked: Company) -> None:
    async def story(bot: Room) -> None:
        preview = await bot.ask("publier bonjour la veille", conversation="C9")
        assert "Veille" in words(preview.card)
        # The button may be pressed in another conversation.
        done = await bot.ask(preview.card.buttons[0].line, conversation="D1")
        assert "Veille" in words(done.card)
        assert bot.slack.texts() == ["bonjour la veille"]

    run(linked, story)


# -- linked channels ---------------------------------------------------------------------------------------------------


def test_a_message_stands_in_the_community_and_in_the_other_channel_in_its_thread(linked: Company) -> None:
    async def story(bot: Room) -> None:
        await bot.tell(chat_message("Le cuivre monte", "m1"))
        await bot.tell(chat_message("oui, **beaucoup**", "m2", "UANA", thread="m1"))
        root, reply = bot.teams.messages.values()

        assert (root.post.author, root.post.text) == ("Léa Petit", "Le cuivre monte")
        assert (reply.post.author, reply.to.where.thread) == ("Ana Roux", root.id)
        assert bot.slack.messages == {}

        await bot.tell(chat_message("et l’étain ?", "t1", "UANA", thread=root.id), "teams")
        (from_teams,) = bot.slack.messages.values()
        assert from_teams.to.where.thread == "m1"

    run(linked, story)
    assert texts(linked)[-3:] == ["Le cuivre monte", "oui, **beaucoup**", "et l’étain ?"]


def test_half_an_emoji_takes_no_message_away(linked: Company) -> None:
    async def story(bot: Room) -> None:
        await bot.tell(chat_message("Coupé \ud83d", "m1"))
        assert bot.teams.texts() == ["Coupé \ufffd"]
        await bot.tell(changed("Recoupé \udc4d", "m1", 1_800_000_000_000_000))
        await bot.tell(typed("profil Ana \ud83d"))
        assert bot.teams.texts() == ["Recoupé \ufffd"]

    run(linked, story)
    assert texts(linked)[-1] == "Recoupé \ufffd"


def test_an_edit_and_a_deletion_follow(linked: Company) -> None:
    async def story(bot: Room) -> None:
        await bot.tell(chat_message("Le cuivre monte", "m1"))
        await bot.tell(changed("Le cuivre baisse", "m1", 1_800_000_000_000_000))
        assert bot.teams.texts() == ["Le cuivre baisse"]
        await bot.tell(changed("trop tard", "m1", 1_700_000_000_000_000))
        assert bot.teams.texts() == ["Le cuivre baisse"]
        await bot.tell(removed("m1"))
        assert bot.teams.texts() == []

    run(linked, story)
    assert "Le cuivre baisse" not in texts(linked)


def test_a_message_that_its_author_brings_back_is_back_everywhere(linked: Company) -> None:
    back = replace(changed("Le cuivre monte", "t1", 1_800_000_000_000_000), back=True)

    async def story(bot: Room) -> None:
        await bot.tell(chat_message("Le cuivre monte", "t1"), "teams")
        await bot.tell(chat_message("oui", "t2", "UANA", thread="t1"), "teams")
        await bot.tell(removed("t1"), "teams")
        await bot.tell(removed("t2"), "teams")
        assert bot.slack.texts() == []
        await bot.tell(back, "teams")
        assert bot.slack.texts() == ["Le cuivre monte"]
        await bot.tell(replace(changed("oui", "t2", 1_800_000_000_000_001, "UANA"), back=True), "teams")
        (root, reply) = bot.slack.messages.values()
        assert reply.to.where.thread == root.id
        await bot.tell(changed("Le cuivre baisse", "t1", 1_800_000_000_000_002), "teams")
        assert bot.slack.texts() == ["Le cuivre baisse", "oui"]
        await bot.tell(removed("t1"), "teams")
        assert bot.slack.texts() == ["oui"]

    run(linked, story)
    assert texts(linked)[-1] == "oui"


def test_a_message_brought_back_before_its_removal_went_out_stays_where_it_is(linked: Company) -> None:
    async def story(bot: Room) -> None:
        await bot.tell(chat_message("Le cuivre monte", "t1"), "teams")
        await bot.receiving.receive(bot.arrival(removed("t1"), "teams"))
        await bot.receiving.receive(
            bot.arrival(replace(changed("Le cuivre monte", "t1", 1_800_000_000_000_000), back=True), "teams")
        )
        await bot.rest()
        assert bot.slack.texts() == ["Le cuivre monte"]
        assert [call for call in bot.slack.calls if call.startswith("remove")] == []

    run(linked, story)


def test_a_message_brought_back_that_never_came_is_published(linked: Company) -> None:
    async def story(bot: Room) -> None:
        await bot.tell(removed("t1"), "teams")
        await bot.tell(replace(changed("Le cuivre monte", "t1", 1_800_000_000_000_000), back=True), "teams")
        assert bot.slack.texts() == ["Le cuivre monte"]

    run(linked, story)


@pytest.mark.parametrize("text", [" ", "x" * (publishing.LONGEST_TEXT + 1)])
def test_a_message_that_cannot_be_taken_holds_nobody_and_its_author_is_told_once(linked: Company, text: str) -> None:
    async def story(bot: Room) -> None:
        start = time.monotonic()
        await bot.receiving.receive(bot.arrival(chat_message(text, "m1")))
        await bot.tell(chat_message("la suite", "m2"))

        assert bot.teams.texts() == ["la suite"]
        assert time.monotonic() - start < 2  # five tries take more than seven seconds
        ((answer, to),) = bot.slack.shown
        assert answer.private
        assert to.person == "ULEA"
        assert "reste dans ce canal" in answer.card.title

    run(linked, story)
    assert ("failed", "ContentError") in states(linked.network)


def test_a_sentence_that_names_us_is_answered_only_where_it_asks_something_that_nobody_else_reads(
    linked: Company,
) -> None:
    aside = replace(typed("demain 9 h, le dira aussi", conversation="C9"), aside=True)

    async def story(bot: Room) -> None:
        assert not await bot.tell(aside)
        assert bot.slack.shown == []
        assert not await bot.tell(replace(aside, where=Where("C5")))
        await bot.tell(replace(aside, where=Where("C5"), text="on dit quoi à, qui connaît la soudure ?"))
        assert len(bot.slack.shown) == 1

    run(linked, story)


def test_a_verb_that_writes_nothing_takes_the_plain_words(linked: Company) -> None:
    async def story(bot: Room) -> None:
        line = typed(r"profil outils : <http://draw.io>, gcc\_arm\*, **Alpha**")
        await bot.tell(replace(line, words="profil outils : draw.io, gcc_arm*, Alpha"))
        answer, _ = bot.slack.shown[-1]
        assert "draw.io, gcc_arm*, Alpha" in words(answer.card)

    run(linked, story)


def test_a_verb_that_writes_takes_the_form_too(linked: Company) -> None:
    async def story(bot: Room) -> None:
        line = replace(typed("idée : **mutualiser** tout"), words="idée : mutualiser tout")
        await bot.tell(line)
        answer, _ = bot.slack.shown[-1]
        await bot.tell(typed(answer.card.buttons[0].line))

    run(linked, story)
    assert texts(linked)[-1] == "**mutualiser** tout"


def test_a_second_delivery_changes_nothing(linked: Company) -> None:
    async def story(bot: Room) -> None:
        assert await bot.tell(chat_message("Le cuivre monte", "m1"), key="Ev1")
        before = linked.rows("content", "copy", "activity", "outbox", "inbox")
        assert not await bot.tell(chat_message("Le cuivre monte", "m1"), key="Ev1")
        assert linked.rows("content", "copy", "activity", "outbox", "inbox") == before
        await bot.tell(chat_message("Le cuivre monte", "m1"), key="Ev2")  # the same message under another name
        assert linked.rows("content", "copy")["content"] == before["content"]
        assert len(bot.teams.messages) == 1

    run(linked, story)


def test_what_comes_out_of_order_converges(linked: Company) -> None:
    async def story(bot: Room) -> None:
        await bot.tell(changed("corrigé", "m1", 1_800_000_000_000_000))
        await bot.tell(chat_message("faux", "m1"))
        await bot.tell(removed("m2"))
        await bot.tell(chat_message("supprimé avant de venir", "m2"))
        assert bot.teams.texts() == ["corrigé"]

    run(linked, story)
    assert texts(linked)[-1] == "corrigé"


def test_our_own_messages_come_back_as_nothing(linked: Company) -> None:
    async def story(bot: Room) -> None:
        await bot.tell(chat_message("Le cuivre monte", "m1"))
        (ours,) = bot.teams.messages.values()
        before = linked.rows("content", "outbox")
        await bot.tell(chat_message("Léa Petit : Le cuivre monte", ours.id, "UANA"), "teams")
        await bot.tell(changed("défiguré", ours.id, 1_800_000_000_000_000, "UANA"), "teams")
        await bot.tell(removed(ours.id), "teams")
        assert linked.rows("content", "outbox") == before

    run(linked, story)


def test_a_channel_that_is_not_linked_is_none_of_our_business(linked: Company) -> None:
    before = linked.rows("inbox", "content")

    async def story(bot: Room) -> None:
        assert not await bot.tell(chat_message("entre nous", "m1", conversation="C5"))

    run(linked, story)
    assert linked.rows("inbox", "content") == before


def test_what_was_said_is_forgotten_once_it_is_applied(linked: Company) -> None:
    async def story(bot: Room) -> None:
        await bot.tell(chat_message("Le cuivre monte", "m1"))

    run(linked, story)
    with linked.network.store.read() as tx:
        assert set(tx.execute(select(tables.inbox.c.payload)).scalars()) == {None}


def test_a_question_before_the_link_is_posted_when_somebody_answers(linked: Company) -> None:
    async def story(bot: Room) -> None:
        answer = await bot.ask("répondre Q12 moi aussi", "UANA")
        assert answer.card.done
        question, reply = bot.slack.messages.values()
        assert spaced(question.post.label) == "Question Q12"
        assert reply.to.where.thread == question.id

    run(linked, story)


def test_an_administrator_links_a_channel_and_it_works_at_once(linked: Company) -> None:
    everybody = Audience("général", everybody=True, outsiders=False, people=("ULEA",))
    slack = MemoryCourier(audiences={"C1": everybody})

    async def story(bot: Room) -> None:
        assert (await bot.ask("relier Vélo", conversation="C1")).card.error == "E_PERMISSION"
        answer = await bot.ask("relier Vélo", "UFRANCK", "C1")
        assert spaced(answer.card.title) == "Ce canal est maintenant relié à « Vélo »."
        assert not answer.private
        await bot.tell(chat_message("en selle", "m1", conversation="C1"))
        assert "général" in words((await bot.ask("liens", "UFRANCK")).card)
        assert (await bot.ask("délier", "UFRANCK", "C1")).card.done
        assert not await bot.tell(chat_message("plus ici", "m2", conversation="C1"))

    run(linked, story, slack)
    assert texts(linked)[-1] == "en selle"


@pytest.mark.parametrize(
    ("place", "audience", "code"),
    [
        ("Direction", Audience("x", everybody=True, outsiders=False, people=("UFRANCK",)), "E_LINK_WIDE"),
        ("Direction", Audience("x", everybody=False, outsiders=False, people=("UFRANCK", "ULEA")), "E_LINK_STRANGERS"),
        ("Direction", Audience("x", everybody=False, outsiders=False, people=("UFRANCK",)), ""),
        ("Vélo", Audience("x", everybody=False, outsiders=True, people=("UFRANCK",)), "E_LINK_OUTSIDERS"),
        ("Vélo", Audience("x", everybody=False, outsiders=False, people=("UFRANCK", "U404")), "E_LINK_STRANGERS"),
        ("Vélo", Audience("x", everybody=False, outsiders=False, people=("UFRANCK", "ULEA")), ""),
        ("Vélo", Audience("x", everybody=False, outsiders=False, people=("UFRANCK", "UNEW")), ""),
        ("Vélo", Audience("x", False, False, ("UFRANCK", "UNEW"), (Account("slack", TENANT, "UNEW", "home"),)), ""),
        ("Direction", Audience("x", everybody=False, outsiders=False, people=("UFRANCK", "UNEW")), "E_LINK_STRANGERS"),
        ("Vélo", Audience("x", everybody=False, outsiders=False, people=("UFRANCK", "ULEFT")), "E_LINK_STRANGERS"),
    ],
)
def test_nobody_reads_in_a_channel_what_the_community_does_not_show(
    linked: Company, place: str, audience: Audience, code: str
) -> None:
    guest = Account("slack", TENANT, "U404", Standing.GUEST, "Invité")
    left = home("ULEFT", email="left@example.org")
    slack = MemoryCourier(audiences={"C1": audience}, accounts={"U404": guest, "UNEW": home("UNEW"), "ULEFT": left})
    with linked.network.store.write() as tx:
        members.add(tx, [NewMember("Parti", email="left@example.org", status=MemberStatus.LEFT)], SLACK)

    async def story(bot: Room) -> None:
        assert (await bot.ask(f"relier {place}", "UFRANCK", "C1")).card.error == code
        readers = {account.native_id for account in audience.accounts}
        assert not [call for call in bot.slack.calls if call.startswith("account") and call.split()[1] in readers]

    run(linked, story, slack)


@pytest.mark.parametrize(("join", "error"), [("open", ""), ("directory", "E_LINK_STRANGERS")])
def test_a_colleague_whom_nobody_knows_yet_rests_no_link_where_coming_is_joining(
    linked: Company, join: str, error: str
) -> None:
    linked.network = Network(linked.network.settings.model_copy(update={"join": join}), linked.network.store)
    inside = Audience("veille", everybody=False, outsiders=False, people=("ULEA", "UNEW"))
    slack = MemoryCourier(audiences={"C9": inside}, accounts={"UNEW": home("UNEW")})

    async def story(bot: Room) -> None:
        await bot.tell(Entered("UNEW", Where("C9")))
        assert [answer.card.error for answer, _ in bot.slack.shown] == ([error] if error else [])

    run(linked, story, slack)


def test_a_link_rests_when_somebody_comes_in_who_may_not_read(linked: Company) -> None:
    guest = Account("slack", TENANT, "U404", Standing.GUEST, "Invité")
    inside = Audience("veille", everybody=False, outsiders=False, people=("ULEA", "U404"))
    slack = MemoryCourier(audiences={"C9": inside}, accounts={"U404": guest})

    async def story(bot: Room) -> None:
        await bot.tell(Entered("U404", Where("C9")))
        answer, to = bot.slack.shown[-1]
        assert (answer.card.error, answer.private, to.where.conversation) == ("E_LINK_STRANGERS", False, "C9")
        before = linked.rows("content", "outbox")
        await bot.tell(chat_message("ne sort pas", "m1"))
        await bot.tell(chat_message("n’entre pas", "t1"), "teams")
        assert bot.slack.messages == {}
        assert linked.rows("content")["content"] == before["content"] + 1

    run(linked, story, slack)


@pytest.mark.parametrize(
    ("failing", "reason"),
    [([], "E_LINK_STRANGERS"), ([LaterError(0.0)], "E_LINK_STRANGERS"), ([RefusedError("not there")], "E_LINK_UNSEEN")],
)
def test_a_link_rests_when_somebody_leaves_the_community_and_not_the_channel(
    linked: Company, failing: list[Exception | None], reason: str
) -> None:
    direction = linked.places["direction"]
    with linked.network.store.write() as tx:
        belonging.join(tx, [Joining(direction, linked.people["lea"])], SLACK)
    slack = MemoryCourier(audiences={"C1": Audience("direction", False, False, ("UFRANCK", "ULEA"))})

    async def story(bot: Room) -> None:
        assert (await bot.ask("relier Direction", "UFRANCK", "C1")).card.done
        await bot.tell(chat_message("entre nous", "m1", "UFRANCK", "C1"))
        bot.slack.unsaid = list(failing)
        after = NewContent(DISCUSSION, linked.people["franck"], "sans Léa", direction)
        with linked.network.store.write() as tx:  # waits until the readers are known
            belonging.leave(tx, [Joining(direction, linked.people["lea"])], SLACK)
            publishing.publish(tx, [after], Acting("teams"))
        await bot.rest()
        answer, to = bot.slack.shown[-1]
        assert (answer.card.error, answer.private, to.where.conversation) == (reason, False, "C1")
        assert bot.slack.messages == {}
        text = words((await bot.ask("liens", "UFRANCK")).card)
        assert "suspendu" in text

    run(linked, story, slack)


def test_a_link_goes_on_when_somebody_leaves_the_channel_too(linked: Company) -> None:
    slack = MemoryCourier(audiences={"C9": Audience("veille", False, False, ("UFRANCK",))})
    teams = Audience("veille", False, False, ("UANA", "UFRANCK"))

    async def story(bot: Room) -> None:
        bot.teams.audiences["C9"] = teams
        assert (await bot.ask("quitter Veille")).card.done
        assert bot.slack.calls.count("audience C9") == 1
        await bot.tell(chat_message("toujours là", "t1", "UANA"), "teams")
        assert bot.slack.texts() == ["toujours là"]

    run(linked, story, slack)


def test_a_link_rests_when_its_community_closes_and_everybody_reads_the_channel(linked: Company) -> None:
    everybody = Audience("général", everybody=True, outsiders=False, people=())
    slack = MemoryCourier(audiences={"C1": everybody})

    async def story(bot: Room) -> None:
        assert (await bot.ask("relier Vélo", "UFRANCK", "C1")).card.done
        with linked.network.store.write() as tx:
            opening.change(tx, [CommunityChange(linked.places["velo"], {"privacy": Privacy.PRIVATE})], SLACK)
        await bot.rest()
        assert bot.slack.shown[-1][0].card.error == "E_LINK_WIDE"

    run(linked, story, slack)


# -- delivery ----------------------------------------------------------------------------------------------------------


def test_a_platform_that_asks_to_wait_gets_it_later_and_in_order(linked: Company) -> None:
    async def story(bot: Room) -> None:
        bot.teams.failures = [LaterError(0.0)]
        await bot.tell(chat_message("un", "m1"))
        await bot.tell(chat_message("deux", "m2"))
        assert bot.teams.texts() == ["un", "deux"]

    run(linked, story)


def test_what_may_have_gone_out_is_looked_for_before_it_is_sent_again(linked: Company) -> None:
    store = linked.network.store
    clock = store.clock

    async def story(bot: Room) -> None:
        bot.teams.failures, bot.teams.lost = [DoubtError()], True
        await bot.tell(chat_message("un", "m1"))
        store.clock = lambda: clock() + timedelta(seconds=2.1)  # the pause after a doubt
        await bot.rest()
        assert bot.teams.texts() == ["un"]
        assert any(call.startswith("found") for call in bot.teams.calls)
        await bot.tell(changed("un, corrigé", "m1", 1_800_000_000_000_000))
        assert bot.teams.texts() == ["un, corrigé"]

    run(linked, story)


def test_a_doubt_outlives_a_platform_that_asks_to_wait(linked: Company) -> None:
    moments = [datetime.now(UTC) + timedelta(seconds=60 * number) for number in range(4)]
    at = 0
    linked.network.store.clock = lambda: moments[at]

    async def story(bot: Room) -> None:
        nonlocal at
        bot.teams.failures, bot.teams.lost = [DoubtError(), LaterError(1), LaterError(1)], True
        await bot.tell(chat_message("un", "m1"))
        for number in range(1, 4):
            at = number
            await bot.rest()
        calls = [call for call in bot.teams.calls if call.startswith(("found", "post"))]
        assert calls == ["post un", *[calls[1]] * 3]
        assert calls[1].startswith("found")
        assert bot.teams.texts() == ["un"]

    run(linked, story)


def test_what_a_platform_refuses_stops_nothing_else_and_says_why(linked: Company) -> None:
    async def story(bot: Room) -> None:
        bot.teams.failures = [RefusedError("msg_too_long")]
        await bot.tell(chat_message("un", "m1"))
        await bot.tell(chat_message("deux", "m2"))
        assert bot.teams.texts() == ["deux"]

    run(linked, story)
    with linked.network.store.read() as tx:
        refused = select(tables.outbox.c.error).where(
            tables.outbox.c.state == "dead", tables.outbox.c.ordering_key.startswith("teams:")
        )
        assert list(tx.execute(refused).scalars()) == ["msg_too_long"]


def test_somebody_who_is_answered_or_thanked_is_told_in_person(linked: Company) -> None:
    with linked.network.store.write() as tx:
        links.end(tx, 2)
        links.end(tx, 3)

    async def story(bot: Room) -> None:
        await bot.ask("répondre Q12 moi aussi", "UANA")
        assert spaced(bot.slack.shown[-1][0].card.title).startswith("Ana Roux vous a répondu : Q12")
        await bot.ask("merci @lea pour son aide avec les bancs", "UANA")
        assert bot.slack.shown[-1][0].card.title == "Ana Roux vous remercie\N{NO-BREAK SPACE}:"
        assert bot.slack.shown[-1][1].person == "ULEA"

    run(linked, story)


# -- after a crash ----------------------------------------------------------------------------------------------------


def test_what_was_kept_and_not_acted_upon_is_taken_up_once(linked: Company) -> None:
    async def story(bot: Room) -> None:
        arrival = bot.arrival(chat_message("avant la panne", "m1"))
        payload = to_payload(arrival.body)
        assert await bot.writing.write(lambda tx: inbox.keep(tx, arrival.event, arrival.kind, payload))
        assert await bot.receiving.take_up() == 1
        await bot.rest()
        assert bot.teams.texts() == ["avant la panne"]
        assert await bot.receiving.take_up() == 0

    run(linked, story)


def test_a_copy_is_known_by_its_place_whoever_looks(linked: Company) -> None:
    async def story(bot: Room) -> None:
        await bot.tell(chat_message("Le cuivre monte", "m1"))
        (messages,) = bot.teams.messages
        with linked.network.store.read() as tx:
            slack, teams = (links.of_channel(tx, ChannelKey(name, TENANT, "C9")) for name in ("slack", "teams"))
            assert slack is not None
            assert teams is not None
            here, copy = copies.at(tx, slack.id, "m1"), copies.at(tx, teams.id, messages)
        assert here is not None
        assert copy is not None
        assert (here.content_id, here.written, copy.written) == (copy.content_id, True, False)

    run(linked, story)


def test_a_long_absence_is_taken_up_to_the_last_event(linked: Company) -> None:
    with linked.network.store.write() as tx:
        for number in range(1100):
            body = to_payload(chat_message(f"n{number}", f"m{number}"))
            inbox.keep(tx, EventKey("slack", TENANT, f"event-{number}"), "said", body)
        with_kind = tx.execute(select(tables.inbox.c.kind).distinct()).scalars().all()
    assert with_kind == ["said"]

    async def story(bot: Room) -> None:
        assert await bot.receiving.take_up() == 1100

    run(linked, story)
    assert set(states(linked.network)) == {("applied", "")}


def test_an_event_that_waits_for_others_is_never_put_aside(linked: Company) -> None:
    class Hesitant(MemoryCourier):
        """Asks to wait seven times, longer than an event of its own fault is tried, and is away for a moment once."""

        asked = 0

        async def account(self, tenant: str, person: str, where: Where) -> Account:
            self.asked += 1
            if self.asked <= 7:
                raise LaterError(0.001)
            return await super().account(tenant, person, where)

    slack = Hesitant(accounts={"UNEW": home("UNEW")})

    async def story(bot: Room) -> None:
        await bot.tell(typed("aide", "UNEW"))
        assert len(bot.slack.shown) == 1

    run(linked, story, slack)
    assert states(linked.network) == [("applied", "")]


def test_what_one_service_queues_wakes_every_other_that_delivers_from_the_same_store(linked: Company) -> None:
    async def story(bot: Room) -> None:
        bell = Bell()
        worker = Delivering(linked.network, bot.writing, {"slack": bot.slack}, {messages.TOPIC: CardSender()}, bell)
        bots = Delivering(linked.network, bot.writing, {}, {}, bell)
        working = asyncio.create_task(worker.run())
        await asyncio.sleep(0.1)  # it has looked, and waits for half a second
        to = Address(TENANT, Where("C1"), "ULEA")
        start = time.monotonic()
        await bot.writing.write(
            lambda tx: outbox.queue(tx, [messages.delivery("slack", Answer(Card("Bonjour")), to, "k1")])
        )
        bots.wake()
        while not bot.slack.shown and time.monotonic() - start < 5:
            await asyncio.sleep(0.01)
        waited = time.monotonic() - start
        working.cancel()
        await worker.settle()

        assert waited < 0.35

    run(linked, story)


def test_a_piece_that_breaks_does_not_stop_its_queue() -> None:
    done: list[int] = []

    async def breaking() -> None:
        raise OSError("the disk is full")

    async def working() -> None:
        done.append(1)

    async def story() -> None:
        lanes = Queues()
        lanes.put("a", breaking)
        lanes.put("a", working)
        await lanes.settle()
        lanes.put("a", working)
        await lanes.settle()

    looped.run(story())
    assert done == [1, 1]


def test_an_event_that_cannot_be_read_is_put_aside(anywhere: Company) -> None:
    with anywhere.network.store.write() as tx:
        inbox.keep(tx, EventKey("slack", TENANT, "old"), "forgotten", {"x": 1})

    async def story(bot: Room) -> None:
        await bot.receiving.take_up()

    run(anywhere, story)
    assert states(anywhere.network) == [("failed", "cannot be read")]
