"""Linked channels: who reads them is looked at before anything goes there, and nobody writes through them elsewhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from bots.arrival import AccountChanged, Entered, Where
from bots.card import words
from bots.platform import Audience, DoubtError, LaterError, RefusedError
from reseau.acting import Acting
from reseau.channels import links, mirroring
from reseau.channels.links import NewLink
from reseau.communities import belonging, opening
from reseau.communities.belonging import Joining
from reseau.communities.opening import CommunityChange
from reseau.contents import changing, publishing
from reseau.contents.changing import Edit
from reseau.contents.kinds.comment import COMMENT
from reseau.contents.kinds.discussion import DISCUSSION
from reseau.contents.publishing import NewContent
from reseau.keys import ChannelKey
from reseau.kinds import MemberKind, MemberStatus, Privacy
from reseau.people import identities, members
from reseau.people.accounts import Account, Standing
from reseau.people.identities import NewIdentity
from reseau.people.members import MemberChange, NewMember
from reseau.store import Transaction, tables
from tests import looped
from tests.bots.company import Company
from tests.bots.memory import TENANT, MemoryCourier, Room, changed, chat_message, removed, room

SLACK, IMPORT = Acting("slack"), Acting("import")
PEOPLE = ("UFRANCK", "ULEA", "UANA")
#: A channel of some people, and the community behind it.
CLOSED = Audience("direction", False, False, PEOPLE)
EVERYBODY = Audience("direction", True, False, PEOPLE)


def run(company: Company, story: Callable[[Room], Awaitable[None]], audience: Audience = CLOSED) -> None:
    """Tell a story around « Direction », private, with Franck, Léa and Ana, linked to the channel C1 of Slack."""
    with company.network.store.write() as tx:
        inside = [Joining(company.places["direction"], company.people[who]) for who in ("lea", "ana")]
        belonging.join(tx, inside, SLACK)
        links.add(tx, NewLink(company.places["direction"], "slack", TENANT, "C1", "x", company.people["franck"]))

    async def telling() -> None:
        async with room(company.network, MemoryCourier(audiences={"C1": audience})) as bot:
            await bot.rest()
            await story(bot)

    looped.run(telling())


def write(company: Company, text: str, place: str = "direction", who: str = "franck") -> int:
    """Someone writes in the community, elsewhere than in the channel."""
    with company.network.store.write() as tx:
        new = NewContent(DISCUSSION, company.people[who], text, company.places[place])
        return publishing.publish(tx, [new], Acting("console"))[0].id


def resting(company: Company, conversation: str = "C1") -> str:
    with company.network.store.read() as tx:
        link = links.of_channel(tx, ChannelKey("slack", TENANT, conversation))
        assert link is not None
        return link.reason


def notes(company: Company, state: str = "dead") -> list[str]:
    """Return the outbox's notes on deliveries that were not sent."""
    with company.network.store.read() as tx:
        order = tables.outbox.c.ordering_key.startswith("slack:")
        return list(tx.execute(select(tables.outbox.c.error).where(order, tables.outbox.c.state == state)).scalars())


def remarks(company: Company) -> list[str]:
    with company.network.store.read() as tx:
        return list(tx.execute(select(tables.inbox.c.reason).where(tables.inbox.c.state == "ignored")).scalars())


# -- towards a channel ------------------------------------------------------------------------------------------------


def left(company: Company, bot: Room, tx: Transaction) -> None:
    members.change(tx, [MemberChange(company.people["lea"], {"status": MemberStatus.LEFT})], IMPORT)


def no_member(company: Company, bot: Room, tx: Transaction) -> None:
    belonging.leave(tx, [Joining(company.places["direction"], company.people["lea"])], SLACK)


def public(company: Company, bot: Room, tx: Transaction) -> None:
    bot.slack.audiences["C1"] = EVERYBODY


def shared(company: Company, bot: Room, tx: Transaction) -> None:
    bot.slack.audiences["C1"] = Audience("direction", False, True, PEOPLE)


def stranger(company: Company, bot: Room, tx: Transaction) -> None:
    bot.slack.accounts["U404"] = Account("slack", TENANT, "U404", Standing.GUEST, "Invité")
    bot.slack.audiences["C1"] = Audience("direction", False, False, (*PEOPLE, "U404"))


def refused(company: Company, bot: Room, tx: Transaction) -> None:
    bot.slack.unsaid = [RefusedError("channel_not_found")]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (left, "E_LINK_STRANGERS"),
        (no_member, "E_LINK_STRANGERS"),
        (public, "E_LINK_WIDE"),
        (shared, "E_LINK_OUTSIDERS"),
        (stranger, "E_LINK_STRANGERS"),
        (refused, "E_LINK_UNSEEN"),
    ],
)
def test_nothing_goes_to_a_channel_whose_readers_are_not_right_any_more(
    linked: Company, change: Callable[[Company, Room, Transaction], None], reason: str
) -> None:
    async def story(bot: Room) -> None:
        write(linked, "avant")
        await bot.rest()
        assert bot.slack.texts() == ["avant"]
        with linked.network.store.write() as tx:
            change(linked, bot, tx)
        write(linked, "après")
        write(linked, "encore")
        await bot.rest()
        assert bot.slack.texts() == ["avant"]
        assert resting(linked) == reason
        # The outbox lists each delivery with its reason; the channel gets a card without the community's name.
        assert notes(linked) == [f"the link rests: {reason}"] * 2
        ((answer, to),) = bot.slack.shown
        assert (to.where.conversation, answer.private, answer.card.error) == ("C1", False, reason)
        assert "Direction" not in words(answer.card)

    run(linked, story)


@pytest.mark.parametrize("where", ["directory", "account"])
def test_an_employee_who_becomes_a_guest_reads_no_open_community_in_a_channel(linked: Company, where: str) -> None:
    async def story(bot: Room) -> None:
        bot.slack.audiences["C9"] = Audience("vélo", False, False, PEOPLE)
        with linked.network.store.write() as tx:
            links.end(
                tx, next(link.id for link in links.listed(tx) if link.platform == "slack" and link.name == "veille")
            )
            links.add(tx, NewLink(linked.places["velo"], "slack", TENANT, "C9", "v", linked.people["franck"]))
        if where == "directory":
            with linked.network.store.write() as tx:
                members.change(tx, [MemberChange(linked.people["lea"], {"kind": MemberKind.PARTNER})], IMPORT)
            await bot.rest()
        else:
            await bot.tell(AccountChanged(Account("slack", TENANT, "ULEA", Standing.GUEST)))
        assert resting(linked, "C9") == "E_LINK_STRANGERS"  # at once, whether something is written or not
        write(linked, "en selle", "velo")
        await bot.rest()
        assert bot.slack.texts() == []

    run(linked, story)


@pytest.mark.parametrize("silence", [LaterError(7200.0), DoubtError("no answer"), TimeoutError()])
def test_what_waits_for_a_platform_that_does_not_say_who_reads_is_sent_later(
    linked: Company, silence: Exception
) -> None:
    store = linked.network.store
    started = store.clock()

    async def story(bot: Room) -> None:
        bot.slack.unsaid = [silence]
        write(linked, "un")
        write(linked, "deux")
        await bot.rest()
        assert bot.slack.texts() == []
        assert resting(linked) == ""
        assert "2 messages sont retenus" in words((await bot.ask("liens", "UFRANCK")).card)
        store.clock = lambda: started.replace(year=started.year + 1)
        await bot.rest()
        assert bot.slack.texts() == ["un", "deux"]

    run(linked, story)


def test_one_look_serves_a_burst_and_a_doubt_in_between_is_heeded(linked: Company) -> None:
    async def story(bot: Room) -> None:
        for number in range(5):
            write(linked, f"n{number}")
        await bot.rest()
        assert bot.slack.calls.count("audience C1") == 1
        for number in range(5, 10):
            write(linked, f"n{number}")
        await bot.delivering.once()
        await bot.delivering.settle()
        stranger(linked, bot, None)  # type: ignore[arg-type]
        await bot.receiving.receive(bot.arrival(Entered("U404", Where("C1"))))
        await bot.rest()
        # What was written before the stranger came does not go out afterwards either.
        assert bot.slack.texts() == [f"n{number}" for number in range(6)]

    run(linked, story)


def test_a_look_says_nothing_of_what_is_written_while_it_is_taken(linked: Company) -> None:
    async def story(bot: Room) -> None:
        def meanwhile() -> None:
            stranger(linked, bot, None)  # type: ignore[arg-type]
            write(linked, "après")

        write(linked, "avant")
        bot.slack.meanwhile = meanwhile
        await bot.rest()
        assert bot.slack.texts() == ["avant"]
        assert resting(linked) == "E_LINK_STRANGERS"

    run(linked, story)


def test_nothing_goes_to_a_channel_whose_link_rests_by_the_end_of_a_look(linked: Company) -> None:
    async def story(bot: Room) -> None:
        def meanwhile() -> None:
            with linked.network.store.write() as tx:
                link = links.of_channel(tx, ChannelKey("slack", TENANT, "C1"))
                assert link is not None
                links.rest(tx, link.id, "E_LINK_WIDE")

        write(linked, "avant")
        bot.slack.meanwhile = meanwhile
        await bot.rest()
        assert bot.slack.texts() == []
        assert resting(linked) == "E_LINK_WIDE"

    run(linked, story)


def test_an_edit_is_held_back_and_a_deletion_goes_out_whoever_reads(linked: Company) -> None:
    async def story(bot: Room) -> None:
        first, second = write(linked, "un"), write(linked, "deux")
        await bot.rest()
        with linked.network.store.write() as tx:
            public(linked, bot, tx)
            franck = linked.people["franck"]
            changing.edit(tx, [changing.Edit(first, franck, "un, plus secret")], Acting("console"))
            changing.withdraw(tx, [changing.Withdrawal(second, franck)], Acting("console"))
        await bot.rest()
        assert resting(linked) == "E_LINK_WIDE"
        assert bot.slack.texts() == ["un"]
        with linked.network.store.write() as tx:
            changing.withdraw(tx, [changing.Withdrawal(first, franck)], Acting("console"))
        await bot.rest()
        assert bot.slack.texts() == []

    run(linked, story)


@pytest.mark.parametrize("edited", ["the message", "what it answers"])
def test_a_message_that_waits_takes_newer_words_along_only_after_a_look_of_their_own(
    linked: Company, edited: str
) -> None:
    async def story(bot: Room) -> None:
        id_ = write(linked, "premier", "veille", "lea")
        if edited == "what it answers":
            with linked.network.store.write() as tx:
                reply = NewContent(COMMENT, linked.people["ana"], "oui", root_id=id_)
                publishing.publish(tx, [reply], SLACK)
        # The readers are right, and Slack asks to wait a little, whatever is posted first.
        bot.slack.failures = [LaterError(30.0) for _ in range(2 if edited == "what it answers" else 1)]
        await bot.delivering.once()
        await bot.delivering.settle()
        with linked.network.store.write() as tx:
            changing.edit(tx, [Edit(id_, linked.people["lea"], "second")], SLACK)
        bot.slack.audiences["C9"] = Audience("veille", False, True, PEOPLE)  # and Slack sends no event
        later = linked.network.store.clock() + timedelta(minutes=1)
        linked.network.store.clock = lambda: later
        await bot.rest()
        assert bot.slack.texts() == []
        assert resting(linked, "C9") == "E_LINK_OUTSIDERS"

    run(linked, story)


def test_each_channel_is_looked_at_within_an_hour_where_nothing_is_written(linked: Company) -> None:
    store = linked.network.store
    midnight = store.clock().replace(hour=0, minute=0, second=0, microsecond=0)

    async def story(bot: Room) -> None:
        public(linked, bot, None)  # type: ignore[arg-type]
        for minute in range(0, 60, 5):
            store.clock = lambda minute=minute: midnight.replace(minute=minute)  # type: ignore[misc]
            await bot.writing.write(mirroring.look_again)
            await bot.rest()
        assert bot.slack.calls.count("audience C1") == 1
        assert bot.slack.calls.count("audience C9") == 1
        assert resting(linked) == "E_LINK_WIDE"

    run(linked, story)


@pytest.mark.parametrize(
    ("standing", "belongs", "works"),
    [(Standing.HOME, False, True), (Standing.GUEST, False, False), (Standing.GUEST, True, True)],
)
def test_a_guest_reads_in_a_channel_for_everybody_only_what_he_or_she_belongs_to(
    linked: Company, standing: Standing, belongs: bool, works: bool
) -> None:
    async def story(bot: Room) -> None:
        bot.slack.audiences["C9"] = Audience("veille", True, False, ("UFRANCK", "UGUY"))
        bot.slack.accounts["UGUY"] = Account("slack", TENANT, "UGUY", standing, "Guy Dupont")
        if belongs:
            with linked.network.store.write() as tx:
                proof = NewIdentity(linked.people["guy"], "slack", TENANT, "UGUY", identities.ADMINISTRATOR)
                identities.add(tx, [proof], SLACK)
        write(linked, "le cuivre monte", "veille")
        await bot.rest()
        assert bot.slack.texts() == (["le cuivre monte"] if works else [])

    run(linked, story)


def test_a_colleague_of_an_import_is_no_stranger_once_the_platform_vouches_for_him(linked: Company) -> None:
    with linked.network.store.write() as tx:
        stub = NewMember("U77", status=MemberStatus.PLACEHOLDER, kind=MemberKind.PARTNER)
        (member_id,) = members.add(tx, [stub], IMPORT)
        identities.add(tx, [NewIdentity(member_id, "slack", TENANT, "U77", "import")], IMPORT)
        opening.change(tx, [CommunityChange(linked.places["velo"], {"privacy": Privacy.OPEN})], IMPORT)
        links.add(tx, NewLink(linked.places["velo"], "slack", TENANT, "C2", "v", linked.people["franck"]))

    async def story(bot: Room) -> None:
        account = Account("slack", TENANT, "U77", Standing.HOME, "Karim Benali")
        bot.slack.audiences["C2"] = Audience("vélo", False, False, (*PEOPLE, "U77"), (account,))
        write(linked, "en selle", "velo")
        await bot.rest()
        assert bot.slack.texts() == ["en selle"]

    run(linked, story)


# -- from a channel ---------------------------------------------------------------------------------------------------


def relinked(company: Company, tx: Transaction) -> None:
    """The channel is linked to a community that is open, and no longer to the private one; Léa is out of that."""
    old = links.of_channel(tx, ChannelKey("slack", TENANT, "C1"))
    assert old is not None
    links.end(tx, old.id)
    links.add(tx, NewLink(company.places["velo"], "slack", TENANT, "C1", "x", company.people["franck"]))
    belonging.leave(tx, [Joining(company.places["direction"], company.people["lea"])], SLACK)


def test_an_old_thread_leads_into_no_community_that_the_channel_was_linked_to_before(linked: Company) -> None:
    async def story(bot: Room) -> None:
        await bot.tell(chat_message("entre nous", "m1", "UFRANCK", "C1"))
        write(linked, "de la console")
        await bot.rest()
        (ours,) = bot.slack.messages
        await bot.tell(chat_message("à moi", "m2", "ULEA", "C1"))
        with linked.network.store.write() as tx:
            relinked(linked, tx)
        before = linked.rows("content", "revision")
        for message, thread in (("r1", "m1"), ("r2", ours), ("r3", "m1")):
            await bot.tell(chat_message("je m’invite", message, "ULEA", "C1", thread))
        await bot.tell(changed("corrigé", "m2", 1_800_000_000_000_000, "ULEA", "C1"))
        await bot.tell(changed("encore", "m2", 1_900_000_000_000_000, "ULEA", "C1"))
        await bot.tell(removed("m2", "C1"))
        assert linked.rows("content", "revision") == before
        with linked.network.store.read() as tx:
            texts = select(tables.content.c.text).where(tables.content.c.deleted_at.is_(None))
            assert "à moi" in tx.execute(texts).scalars().all()
        assert len([remark for remark in remarks(linked) if "linked before" in remark]) == 5
        # The author gets one private notice for each thread.
        refusals = [(answer.private, to.person) for answer, to in bot.slack.shown if answer.card.error]
        assert refusals == [(True, "ULEA")] * 2
        await bot.tell(chat_message("en selle", "m3", "ULEA", "C1"))
        assert linked.rows("content")["content"] == before["content"] + 1

    run(linked, story)


def test_who_may_not_write_in_a_community_does_not_through_its_channel(linked: Company) -> None:
    async def story(bot: Room) -> None:
        await bot.tell(chat_message("entre nous", "m1", "ULEA", "C1"))
        with linked.network.store.write() as tx:
            no_member(linked, bot, tx)  # the platform has not been asked since
        before = linked.rows("content", "revision")
        for number in range(3):
            arrival = bot.arrival(chat_message("je reste", f"m2{number}", "ULEA", "C1"))
            await bot.receiving.receive(arrival)
        await bot.receiving.receive(bot.arrival(changed("corrigé", "m1", 1_800_000_000_000_000, "ULEA", "C1")))
        await bot.receiving.settle()
        assert linked.rows("content", "revision") == before
        await bot.rest()
        answers = [answer for answer, to in bot.slack.shown if to.person == "ULEA"]
        assert len(answers) == 1
        assert "Direction" not in words(answers[0].card)

    run(linked, story)


def test_nobody_learns_the_name_of_a_secret_community_from_its_link(linked: Company) -> None:
    with linked.network.store.write() as tx:
        members.change(tx, [MemberChange(linked.people["ana"], {"administrator": True})], IMPORT)
        links.add(tx, NewLink(linked.places["rachat"], "slack", TENANT, "C3", "r", linked.people["franck"]))

    async def story(bot: Room) -> None:
        for line in ("relier Vélo", "délier Rachat", "délier Rachats", "liens", "délier"):
            assert "rachat" not in words((await bot.ask(line, "UANA", "C3")).card).replace(line, "").lower()

    run(linked, story)
