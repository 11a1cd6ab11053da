"""Reactions: received from linked channels, given by a line, counted once a person, shown to permitted readers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import select

from bots.arrival import Reacted, Where, from_payload, to_payload
from bots.card import words
from bots.platform import Audience, Post
from bots.platforms.slack import blocks
from bots.platforms.slack.events import Events
from bots.platforms.slack.home import Team
from bots.platforms.slack.names import Names
from bots.platforms.teams import adaptive, reacted
from bots.platforms.teams.activities import Reading
from reseau.access import viewer
from reseau.acting import Acting
from reseau.channels import links
from reseau.communities import belonging
from reseau.communities.belonging import Joining
from reseau.contents import publishing, reactions, threads
from reseau.contents.kinds.discussion import DISCUSSION
from reseau.contents.publishing import NewContent
from reseau.contents.reactions import NewReaction
from reseau.keys import ChannelKey
from reseau.people.accounts import Account, Standing
from reseau.store import Transaction, tables
from tests import looped
from tests.bots.company import Company
from tests.bots.memory import TENANT, MemoryCourier, Room, chat_message, room

NOBODY_NEW = Audience("veille", False, False, ("ULEA", "UANA", "UFRANCK"))


def run(company: Company, story: Callable[[Room], Awaitable[None]]) -> None:
    async def telling() -> None:
        async with room(company.network, MemoryCourier(audiences={"C9": NOBODY_NEW})) as bot:
            bot.teams.audiences["C9"] = NOBODY_NEW
            await story(bot)

    looped.run(telling())


def reaction(message: str, person: str = "UANA", emoji: str = "+1", *, back: bool = False) -> Reacted:
    return Reacted(person, Where("C9"), message, emoji, back)


def noted(company: Company) -> list[tuple[str, str]]:
    """Return the reactions and their authors, in order."""
    with company.network.store.read() as tx:
        rows = tx.execute(
            select(tables.member.c.handle, tables.reaction.c.emoji)
            .join_from(tables.reaction, tables.member)
            .order_by(tables.reaction.c.id)
        )
        return [(row.handle, row.emoji) for row in rows][len(BEFORE) :]


#: What the company brings along, for the example of the verb that takes a reaction back.
BEFORE = (("lea", "tada"),)


def pump(tx: Transaction) -> int:
    """The content that the message of the channel became."""
    return int(
        tx.execute(select(tables.content.c.id).where(tables.content.c.text == "La pompe est réparée.")).scalar_one()
    )


def lines(courier: MemoryCourier) -> list[str]:
    return [message.post.reactions for message in courier.messages.values()]


# -- through linked channels -------------------------------------------------------------------------------------------


def test_a_reaction_in_one_channel_is_read_on_the_copy_in_the_other(linked: Company) -> None:
    async def story(bot: Room) -> None:
        await bot.tell(chat_message("La pompe est réparée.", "1.1"))
        await bot.tell(reaction("1.1"))
        await bot.tell(reaction("1.1", "UFRANCK", "tada"))

        assert noted(linked) == [("ana", "+1"), ("franck", "tada")]
        assert lines(bot.teams) == ["👍 🎉 Ana Roux, Franck Morel"]
        assert bot.slack.messages == {}, "people see each other’s reactions where they gave them"

    run(linked, story)


def test_a_reaction_to_a_copy_reaches_the_content_and_leaves_the_copy_when_it_is_taken_back(linked: Company) -> None:
    async def story(bot: Room) -> None:
        await bot.tell(chat_message("La pompe est réparée.", "1.1"))
        (copy,) = bot.teams.messages
        await bot.tell(reaction(copy, "UANA", "heart"), "teams")
        await bot.tell(reaction("1.1", "UFRANCK"))
        assert lines(bot.teams) == ["❤️ 👍 Ana Roux, Franck Morel"]

        await bot.tell(reaction(copy, "UANA", "heart", back=True), "teams")
        await bot.tell(reaction("1.1", "UFRANCK", back=True))

        assert noted(linked) == []
        assert lines(bot.teams) == [""]

    run(linked, story)


def test_a_person_is_counted_once_whatever_platform_and_however_often(linked: Company) -> None:
    async def story(bot: Room) -> None:
        await bot.tell(chat_message("La pompe est réparée.", "1.1"))
        (copy,) = bot.teams.messages
        await bot.tell(reaction("1.1"))
        await bot.tell(reaction(copy), "teams")
        await bot.tell(reaction("1.1", emoji="tada"))
        with linked.network.store.read() as tx:
            newest = tx.execute(select(tables.content.c.id).order_by(tables.content.c.id.desc()).limit(1)).scalar_one()
            gathered = reactions.gathered(tx, [newest], viewer(tx, linked.people["lea"]))[newest]

        assert (gathered.people, gathered.emoji, gathered.names) == (1, ("👍", "🎉"), ("Ana Roux",))

    run(linked, story)


def test_many_reactions_at_once_change_the_copy_once(linked: Company) -> None:
    async def story(bot: Room) -> None:
        await bot.tell(chat_message("La pompe est réparée.", "1.1"))
        for emoji in ("+1", "tada", "heart", "rocket", "eyes"):
            await bot.receiving.receive(bot.arrival(reaction("1.1", "UANA", emoji)))
            await bot.receiving.settle()
        await bot.rest()

        assert [call for call in bot.teams.calls if call.startswith("edit")] == ["edit La pompe est réparée."]
        assert lines(bot.teams) == ["👍 🎉 ❤️ 🚀 👀 Ana Roux"]

    run(linked, story)


def test_a_name_goes_to_a_channel_only_while_its_readers_are_right(linked: Company) -> None:
    async def story(bot: Room) -> None:
        await bot.tell(chat_message("La pompe est réparée.", "1.1"))
        bot.teams.audiences["C9"] = Audience("veille", False, True, NOBODY_NEW.people)
        await bot.tell(reaction("1.1"))

        assert noted(linked) == [("ana", "+1")]
        assert lines(bot.teams) == [""]
        with linked.network.store.read() as tx:
            link = links.of_channel(tx, ChannelKey("teams", TENANT, "C9"))
        assert link is not None
        assert link.reason == "E_LINK_OUTSIDERS"

    run(linked, story)


def test_a_name_that_comes_while_a_look_is_taken_waits_for_the_next(linked: Company) -> None:
    async def story(bot: Room) -> None:
        await bot.tell(chat_message("La pompe est réparée.", "1.1"))

        def meanwhile() -> None:
            bot.teams.audiences["C9"] = Audience("veille", False, True, NOBODY_NEW.people)
            with linked.network.store.write() as tx:
                reactions.react(tx, [NewReaction(pump(tx), linked.people["franck"], "eyes")], Acting("console"))

        bot.teams.meanwhile = meanwhile
        await bot.tell(reaction("1.1"))

        assert "Franck" not in " ".join(lines(bot.teams))

    run(linked, story)


def test_a_channel_names_those_who_belong_to_its_community_and_counts_the_others(linked: Company) -> None:
    """Guests who belong to it read there: they know nobody else of the company."""

    async def story(one: Room) -> None:
        await one.tell(chat_message("La pompe est réparée.", "1.1"))
        await one.tell(reaction("1.1"))
        with linked.network.store.write() as tx:
            reactions.react(tx, [NewReaction(pump(tx), linked.people["nina"], "+1")], Acting("console"))
        await one.rest()

        assert lines(one.teams) == ["👍 Ana Roux et 1 autre"]

    run(linked, story)


def test_a_channel_without_guests_names_everyone_who_reacts(linked: Company) -> None:
    with linked.network.store.write() as tx:
        belonging.leave(tx, [Joining(linked.places["veille"], linked.people["guy"])], Acting("console"))

    async def story(one: Room) -> None:
        await one.tell(chat_message("La pompe est réparée.", "1.1"))
        with linked.network.store.write() as tx:
            reactions.react(tx, [NewReaction(pump(tx), linked.people["nina"], "+1")], Acting("console"))
        await one.rest()

        assert lines(one.teams) == ["👍 Nina Neuf"]

    run(linked, story)


def test_who_may_not_read_a_content_does_not_react_to_it(linked: Company) -> None:
    async def story(bot: Room) -> None:
        bot.slack.accounts["U404"] = Account("slack", TENANT, "U404", Standing.GUEST, "Invité")
        await bot.tell(chat_message("La pompe est réparée.", "1.1"))
        await bot.tell(reaction("1.1", "U404"))

        assert noted(linked) == []

    run(linked, story)


def test_a_colleague_who_is_not_known_yet_reacts_once_the_platform_says_who_it_is(linked: Company) -> None:
    async def story(bot: Room) -> None:
        bot.slack.accounts["UZOE"] = Account(
            "slack", TENANT, "UZOE", Standing.HOME, "Zoé Blanc", email="zoe@example.org"
        )
        await bot.tell(chat_message("La pompe est réparée.", "1.1"))
        await bot.tell(reaction("1.1", "UZOE"))

        assert [emoji for _, emoji in noted(linked)] == ["+1"]

    run(linked, story)


def test_reactions_to_what_nobody_knows_do_nothing(linked: Company) -> None:
    async def story(bot: Room) -> None:
        await bot.tell(reaction("7.7"))
        await bot.tell(Reacted("UANA", Where("C404"), "1.1", "+1"))

        assert noted(linked) == []

    run(linked, story)


# -- by a line ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "emoji"),
    [
        ("aimer Q12", "+1"),
        ("j’aime Q12", "+1"),
        ("like the question Q12", "+1"),
        ("aimer Q12 🎉", "🎉"),
        ("réagir Q12 :tada:", "tada"),
        ("réagir Q12 avec :TADA:", "tada"),
        ("react Q12 with tada", "tada"),
        ("like Q12 👩‍🔬", "👩‍🔬"),
    ],
)
def test_a_line_reacts_with_a_thumb_or_the_emoji_that_it_names(here: Company, line: str, emoji: str) -> None:
    card = here.ask(line, "ana")

    assert card.done
    assert noted(here) == [("ana", emoji)]


def test_a_reply_is_named_by_its_place(here: Company) -> None:
    card = here.ask("aimer Q12 1", "franck")

    assert "Ana Roux" in words(card)
    assert "👍 1" in words(here.ask("voir Q12", "franck"))
    here.press(card, "Retirer", "franck")
    assert noted(here) == []


@pytest.mark.parametrize("line", ["j’aime bien votre idée", "i like trains", "aimer lire", "réagir à chaud"])
def test_a_sentence_that_begins_as_the_verb_is_no_reaction(here: Company, line: str) -> None:
    card = here.ask(line, "ana")

    assert not card.done
    assert noted(here) == []


@pytest.mark.parametrize("line", ["aimer Q12 beaucoup", "aimer Q12 :nobodys_own:", "aimer Q12 ???x", "aimer Q12 9"])
def test_what_is_no_emoji_and_no_reply_is_said(here: Company, line: str) -> None:
    card = here.ask(line, "ana")

    assert card.error in ("E_EMOJI", "E_NUMBER_MISSING")
    assert noted(here) == []


def test_what_is_closed_is_gone_for_whoever_may_not_read_it(here: Company) -> None:
    with here.network.store.read() as tx:
        closed = tx.execute(
            select(tables.content.c.code).where(tables.content.c.community_id == here.places["direction"])
        ).scalars()
        codes = [code for code in closed if code]
    assert codes
    for code in codes:
        assert here.ask(f"aimer {code}", "lea").error == "E_PRIVATE_GONE"
        assert here.ask(f"ne plus aimer {code}", "lea").error == "E_PRIVATE_GONE"


def test_reactions_are_taken_back_whatever_they_were(here: Company) -> None:
    here.ask("aimer Q12", "ana")
    here.ask("aimer Q12 🎉", "ana")

    assert here.ask("ne plus aimer Q12", "ana").done
    assert noted(here) == []
    assert here.ask("unlike Q12", "ana").error == "E_NOTHING_TO_UNDO"


def test_the_same_reaction_twice_says_that_it_is_there(here: Company) -> None:
    here.ask("aimer Q12", "ana")
    again = here.ask("aimer Q12", "ana")

    assert "déjà" in again.title
    assert not again.done
    assert noted(here) == [("ana", "+1")]


def test_a_thread_and_the_feed_show_who_reacted(here: Company) -> None:
    for who in ("ana", "franck", "guy"):
        here.ask("aimer Q12", who)

    assert "👍 🎉 Léa Petit, Ana Roux, Franck Morel et 1 autre" in words(here.ask("voir Q12", "lea"))
    assert "👍 🎉 4" in words(here.ask("fil", "lea"))


def test_people_whom_a_reader_may_not_know_are_counted_and_not_named(here: Company) -> None:
    with here.network.store.write() as tx:
        q12 = threads.get(tx, viewer(tx, here.people["lea"]), "Q12")
        assert q12 is not None
        reactions.react(tx, [NewReaction(q12.id, here.people["nina"], "+1")], Acting("console"))

    card = words(here.ask("voir Q12", "guy"))
    assert "Nina" not in card
    assert "et 1 autre" in card
    assert "Nina Neuf" in words(here.ask("voir Q12", "ana"))


def test_what_is_taken_away_is_not_liked(here: Company) -> None:
    with here.network.store.write() as tx:
        wall = NewContent(DISCUSSION, here.people["ana"], "Éphémère")
        published = publishing.publish(tx, [wall], Acting("console"))[0]
    here.ask(f"annuler {published.code}", "ana")

    assert here.ask(f"aimer {published.code}", "lea").error == "E_PRIVATE_GONE"


# -- as platforms tell it ----------------------------------------------------------------------------------------------


def slack(**event: Any) -> Reacted | None:
    payload = {
        "type": "reaction_added",
        "user": "UANA",
        "reaction": "+1",
        "item": {"type": "message", "channel": "C9", "ts": "1.1"},
        "event_ts": "2.2",
    } | event
    arrival = Events(Team("T1", "UBOT", "BBOT"), Names()).arrival({"event_id": "Ev1", "event": payload})
    body = arrival.body if arrival is not None else None
    assert body is None or isinstance(body, Reacted)
    return body


def test_slack_tells_who_reacted_to_which_message() -> None:
    assert slack() == Reacted("UANA", Where("C9"), "1.1", "+1")
    assert slack(type="reaction_removed", reaction="wave::skin-tone-3") == Reacted(
        "UANA", Where("C9"), "1.1", "wave::skin-tone-3", back=True
    )


@pytest.mark.parametrize(
    "event",
    [
        {"user": "UBOT"},
        {"user": 7},
        {"reaction": ""},
        {"reaction": "a b"},
        {"reaction": "a](https://x.example"},
        {"reaction": "x" * 200},
        {"item": {"type": "file", "file": "F1"}},
        {"item": "C9"},
        {"item": {"type": "message", "channel": "D1", "ts": "1.1"}},
    ],
)
def test_what_slack_tells_of_anything_else_is_none(event: Mapping[str, Any]) -> None:
    assert slack(**event) is None


def teams(**more: Any) -> list[Reacted]:
    activity = {
        "type": "messageReaction",
        "id": "a1",
        "from": {"id": "29:ana", "aadObjectId": "UANA"},
        "recipient": {"id": "28:us"},
        "conversation": {"id": "C9;messageid=17", "conversationType": "channel"},
        "replyToId": "18",
        "reactionsAdded": [{"type": "like"}, {"type": "1f389_partypopper"}, {"type": "no such"}, "x"],
        "reactionsRemoved": [{"type": "heart"}],
    } | more
    return [arrival.body for arrival in Reading(activity, {}).reactions() if isinstance(arrival.body, Reacted)]


def test_teams_tells_of_several_reactions_at_once() -> None:
    where = Where("C9", "17")
    assert teams() == [
        Reacted("UANA", where, "18", "+1"),
        Reacted("UANA", where, "18", "🎉"),
        Reacted("UANA", where, "18", "heart", back=True),
    ]
    assert teams(replyToId="") == teams(**{"from": {"id": "28:us"}}) == teams(reactionsAdded=7, reactionsRemoved=None)


@given(st.text(max_size=30))
def test_whatever_teams_calls_a_reaction_it_is_an_emoji_or_none(kind: str) -> None:
    emoji = reacted.emoji_of(kind)

    assert emoji == "" or reactions.shown(emoji)
    assert not any(sign.isascii() and sign.isalnum() for sign in reactions.shown(emoji).strip(":")) or emoji == ""


def test_a_reaction_is_kept_as_it_came() -> None:
    body = Reacted("UANA", Where("C9", "1.0"), "1.1", "tada", back=True)

    assert from_payload("reacted", to_payload(body)) == body


@pytest.mark.parametrize("name", ["<!channel>", "*gras* _x_", "[a](https://x.example)", "Léa\nRoux", "\u202eLéa"])
def test_names_of_those_who_reacted_are_plain_text_on_both_platforms(name: str) -> None:
    post = Post("key", "Léa", "Bonjour", reactions=f"👍 {name}")
    slack_text = blocks.of_post(post)[-1][-1]["elements"][0]["text"]
    teams_text = adaptive.of_post(post)[-1]["body"][-1]["text"]

    assert "<!channel>" not in slack_text
    assert "[a](" not in teams_text
    assert not any(sign in slack_text + teams_text for sign in "\n\u202e")
