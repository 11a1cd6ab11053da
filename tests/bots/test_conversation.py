"""Conversations go on: missing words, previews that ended, cards for everyone, notices."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bots.answers.handling import Handler
from bots.arrival import Line, Where
from bots.card import Card, words
from bots.platform import Answer, Channel, Incoming, RefusedError
from reseau.acting import Acting
from reseau.channels import links
from reseau.channels.links import NewLink
from reseau.keys import ChannelKey, EventKey
from reseau.kinds import MemberStatus
from reseau.people import applicants, identities, members
from reseau.people.accounts import Account, Standing
from reseau.people.identities import NewIdentity
from reseau.people.members import NewMember
from reseau.store import tables
from tests import looped
from tests.bots.company import Company, card_text as read, labels, spaced
from tests.bots.memory import TENANT, MemoryCourier, Room, chat_message, room

SLACK = Acting("slack")
Story = Callable[[Room], Awaitable[None]]


@pytest.fixture
def met(anywhere: Company) -> Company:
    """The company with accounts on Slack, Léa on Teams too; nothing is linked."""
    with anywhere.network.store.write() as tx:
        slack = {"lea": "ULEA", "ana": "UANA", "franck": "UFRANCK"}
        accounts = [NewIdentity(anywhere.people[who], "slack", TENANT, id_, "email") for who, id_ in slack.items()]
        identities.add(tx, [*accounts, NewIdentity(anywhere.people["lea"], "teams", TENANT, "TLEA", "email")], SLACK)
    return anywhere


def run(company: Company, story: Story, slack: MemoryCourier | None = None) -> None:
    async def telling() -> None:
        async with room(company.network, slack) as bot:
            await story(bot)

    looped.run(telling())


def link(company: Company, platform: str = "slack", conversation: str = "C9") -> None:
    with company.network.store.write() as tx:
        new = NewLink(company.places["veille"], platform, TENANT, conversation, "veille", company.people["franck"])
        links.add(tx, new)


def notices(bot: Room, person: str = "ULEA") -> list[str]:
    """The titles of a person's notices, in their own chat."""
    sent = [*bot.slack.shown, *bot.teams.shown]
    return [spaced(answer.card.title) for answer, to in sent if to.person == person and " vous a " in answer.card.title]


async def press(bot: Room, answer: Answer, label: str, person: str = "ULEA", conversation: str = "D1") -> Answer:
    """Press a button of a card in its place."""
    line = next(button.line for button in answer.card.buttons if button.label == label)
    before = len(bot.slack.shown)
    where = Where(conversation, personal=conversation.startswith("D"))
    await bot.tell(Line(person, where, line, message="card", pressed=True))
    return bot.slack.shown[before][0]


def texts(company: Company) -> list[str]:
    with company.network.store.read() as tx:
        alive = select(tables.content.c.text).where(tables.content.c.deleted_at.is_(None))
        return list(tx.execute(alive.order_by(tables.content.c.id)).scalars())


# -- notices to the asker ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("linked", [(), ("slack",), ("teams",), ("slack", "teams")])
def test_who_asked_by_a_line_is_told_of_the_answer_once_wherever_the_community_is_linked(
    met: Company, linked: tuple[str, ...]
) -> None:
    for platform in linked:
        link(met, platform)

    async def story(bot: Room) -> None:
        await bot.ask("répondre Q12 moi aussi", "UANA")
        assert notices(bot) + notices(bot, "TLEA") == [
            "Ana Roux vous a répondu : Q12, « Qui a déjà posé des bancs d’essai ? #soudure »"
        ]

    run(met, story)


def test_who_wrote_the_message_in_the_channel_is_told_by_the_platform_alone(met: Company) -> None:
    link(met)

    async def story(bot: Room) -> None:
        await bot.tell(chat_message("Qui connaît un traducteur ?", "m1"))
        await bot.tell(chat_message("moi", "m2", "UANA", thread="m1"))
        assert notices(bot) == []

    run(met, story)


def test_an_answer_in_the_thread_of_our_own_message_is_told(met: Company) -> None:
    link(met)

    async def story(bot: Room) -> None:
        await bot.ask("répondre Q12 d’abord", "ULEA")  # brings the question into the channel
        question = next(iter(bot.slack.messages))
        await bot.tell(chat_message("moi", "m2", "UANA", thread=question))
        assert len(notices(bot)) == 1

    run(met, story)


def test_a_link_that_rests_tells_nobody_so_we_do(met: Company) -> None:
    link(met)

    async def story(bot: Room) -> None:
        await bot.tell(chat_message("Qui connaît un traducteur ?", "m1"))
        with met.network.store.write() as tx:
            link_ = links.of_channel(tx, ChannelKey("slack", TENANT, "C9"))
            assert link_ is not None
            links.rest(tx, link_.id, "E_LINK_UNSEEN")
        await bot.ask("répondre D1 moi", "UANA")
        assert len(notices(bot)) == 1

    run(met, story)


def test_the_notice_lets_one_answer_and_say_that_it_helped(met: Company) -> None:
    async def story(bot: Room) -> None:
        await bot.ask("répondre Q12 moi aussi", "UANA")
        card = bot.slack.shown[-1][0].card
        assert labels(card) == ["La réponse 2 m’a aidé", "Voir Q12", "Répondre", "Moins de ces avis"]
        answer = await bot.ask(card.buttons[0].line)
        assert answer.card.done
        notice, to = bot.slack.shown[-1]
        assert (spaced(notice.card.title), to.person) == ("Léa Petit a retenu votre réponse à Q12.", "UANA")

    run(met, story)


def test_an_account_that_refuses_is_passed_by(met: Company) -> None:
    async def story(bot: Room) -> None:
        met.ask("répondre Q12 moi aussi", "ana")
        bot.slack.failures = [RefusedError("account_inactive")]
        await bot.rest()
        assert len(notices(bot, "TLEA")) == 1

    run(met, story)


def test_whoever_runs_the_network_is_told_once_that_somebody_waits(met: Company) -> None:
    with met.network.store.write() as tx:
        for _ in range(2):
            applicants.note(tx, Account("slack", TENANT, "UZOE", Standing.GUEST, "Zoé Dehors"))

    async def story(bot: Room) -> None:
        await bot.rest()
        titles = [answer.card.title for answer, to in bot.slack.shown if to.person == "UFRANCK"]
        assert titles == ["Zoé Dehors demande à entrer et attend."]

    run(met, story)


# -- a preview that is over --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["Publier", "Abandonner"])
def test_a_preview_in_the_own_chat_becomes_what_it_led_to(met: Company, label: str) -> None:
    async def story(bot: Room) -> None:
        preview = await bot.ask("publier bonjour")
        assert (await press(bot, preview, label)).replaces

    run(met, story)


def test_a_preview_in_a_channel_is_over_for_its_author_while_everybody_is_told(met: Company) -> None:
    async def story(bot: Room) -> None:
        preview = await bot.ask("idée : des vélos de service", conversation="C5")
        own = await press(bot, preview, preview.card.buttons[0].label, conversation="C5")
        assert (own.private, own.replaces) == (True, True)
        assert "Annuler" in labels(own.card)

        shared, to = bot.slack.shown[-1]
        assert (shared.private, shared.replaces, to.person, to.where.conversation) == (False, False, "", "C5")
        assert spaced(shared.card.title) == "Léa Petit propose une idée · I1"
        assert labels(shared.card) == ["Voir I1", "Répondre"]
        assert "otre" not in words(shared.card)

        again = await press(bot, preview, preview.card.buttons[0].label, conversation="C5")
        assert spaced(again.card.title) == "C’est déjà publié : I1."
        assert again.replaces

    run(met, story)


def test_a_preview_of_a_channel_confirmed_elsewhere_tells_the_channel(met: Company) -> None:
    async def story(bot: Room) -> None:
        preview = await bot.ask("demander : qui connaît un traducteur ?", conversation="C5")
        await press(bot, preview, preview.card.buttons[0].label, conversation="D1")
        assert bot.slack.shown[-1][1].where.conversation == "C5"

    run(met, story)


def test_a_preview_says_that_the_channel_will_be_told(here: Company) -> None:
    card = typed_in(here, "publier bonjour", Channel(Where("C5"), name="général"))

    assert "une carte dans #général, pour tous ceux qui y sont" in read(card)
    assert "Dans le canal" not in read(here.ask("publier bonjour"))


def test_what_not_everybody_may_read_is_not_shared(here: Company) -> None:
    card = typed_in(here, "répondre Q1 oui", Channel(Where("C5")), "franck")
    closed = typed_in(here, f"répondre {here.closed[0]} oui", Channel(Where("C5")), "franck")

    assert card.shared is not None
    assert closed.shared is None


def test_a_card_for_everybody_speaks_the_companys_language(here: Company) -> None:
    card = typed_in(here, "répondre Q1 yes", Channel(Where("C5")), language="en")

    assert card.title == "Your answer to Q1 is posted."
    assert card.shared is not None
    assert spaced(card.shared.card.title).startswith("Léa Petit répond à Q1 : ")


# -- thanks ------------------------------------------------------------------------------------------------------------


def test_thanks_in_a_channel_are_shown_first_and_name_the_person(met: Company) -> None:
    async def story(bot: Room) -> None:
        preview = await bot.ask("merci @ana pour l’article", conversation="C5")
        assert not preview.card.done
        await press(bot, preview, "Remercier", conversation="C5")
        (shared, _) = next(item for item in reversed(bot.slack.shown) if not item[0].private)
        assert shared.card.title == "Léa Petit remercie Ana Roux"
        assert [one_.person for one_ in shared.named] == ["UANA"]

    run(met, story)
    assert met.rows("thanks")["thanks"] == 1


@pytest.mark.parametrize("line", ["annuler", "annuler merci"])
def test_thanks_are_taken_back_within_ten_minutes(anywhere: Company, line: str) -> None:
    card = anywhere.ask("merci @ana pour l’article")
    assert labels(card) == ["Fiche", "Annuler"]

    assert anywhere.ask(line).done
    assert anywhere.rows("thanks")["thanks"] == 0
    assert anywhere.press(card, "Annuler").error == "E_NOTHING_TO_UNDO"


def test_thanks_stay_after_ten_minutes(here: Company) -> None:
    card = here.ask("merci @ana pour l’article")
    later = here.network.store.clock() + timedelta(minutes=11)
    here.network.store.clock = lambda: later

    assert here.press(card, "Annuler").error == "E_UNDO_LATE"


def test_nobody_is_told_of_thanks_that_were_taken_back(met: Company) -> None:
    met.ask("merci @ana pour l’article")
    met.ask("annuler merci")

    async def story(bot: Room) -> None:
        await bot.rest()
        assert bot.slack.shown == []

    run(met, story)


def test_a_program_is_not_thanked(here: Company) -> None:
    with here.network.store.write() as tx:
        members.add(tx, [NewMember("RSE", "rse", status=MemberStatus.BOT)], SLACK)

    assert here.ask("merci @rse pour tout").error in ("E_THANKS_PROGRAM", "E_NO_MEMBER")
    assert here.rows("thanks")["thanks"] == 0


# -- words that are asked for ------------------------------------------------------------------------------------------


def typed_in(
    company: Company,
    line: str,
    channel: Channel | None = None,
    who: str = "lea",
    conversation: str = "own chat",
    language: str = "",
) -> Card:
    """Return the answer to a line in a conversation where another may follow."""
    key = f"typed-{company.rows('inbox')['inbox']}-{line}"
    incoming = Incoming(
        company.people[who],
        line,
        EventKey("slack", TENANT, key),
        language,
        channel=channel,
        conversation=channel.where.conversation if channel else conversation,
    )
    return Handler(company.network, company.commands).answer(incoming)


@pytest.mark.parametrize(
    ("line", "question", "said_next", "title"),
    [
        ("répondre Q1", "Que voulez-vous répondre à Q1 ?", "Demander à Paul, du service achats", "Votre réponse à Q1"),
        ("demander", "Que voulez-vous demander ?", "à qui est ce vélo", "Votre question"),
        ("idée", "Quelle est votre idée ?", "des vélos de service", "Votre idée"),
        ("publier dans Veille :", "Que voulez-vous publier ?", "le cuivre monte", "Votre message"),
        ("merci @ana", "Pourquoi remerciez-vous Ana Roux ?", "l’article sur le cuivre", "Votre merci à Ana Roux"),
    ],
)
def test_a_verb_without_its_words_asks_and_takes_the_next_message(
    anywhere: Company, line: str, question: str, said_next: str, title: str
) -> None:
    before = texts(anywhere)
    card = typed_in(anywhere, line)
    assert (spaced(card.title), card.error) == (question, "")

    preview = typed_in(anywhere, said_next)
    assert spaced(preview.title).startswith(title)
    assert said_next in words(preview)
    assert texts(anywhere) == before
    assert typed_in(anywhere, preview.buttons[0].line).done


def test_a_question_for_words_takes_one_message_and_no_more(here: Company) -> None:
    typed_in(here, "demander")
    typed_in(here, "qui connaît un traducteur")

    assert typed_in(here, "il fait beau à Lyon").error == "E_UNKNOWN_VERB"


@pytest.mark.parametrize("line", ["fil", "voir Q1", "publier : bonjour", "suivre @ana", "Q3", "/fil"])
def test_a_verb_with_what_belongs_to_it_is_no_answer(here: Company, line: str) -> None:
    typed_in(here, "répondre Q1")
    card = typed_in(here, line)

    assert "Votre réponse à Q1" not in spaced(card.title)
    assert typed_in(here, "il fait beau à Lyon").error == "E_UNKNOWN_VERB"


@pytest.mark.parametrize("line", ["annuler", "Laisse tomber", "never mind"])
def test_giving_up_takes_nothing_else_back(here: Company, line: str) -> None:
    here.ask("répondre Q1 je sais")
    before = texts(here)
    typed_in(here, "demander")

    assert spaced(typed_in(here, line).title) == "D’accord, n’en parlons plus. Rien n’a été publié."
    assert texts(here) == before


def test_the_button_that_gives_up_takes_nothing_else_back(here: Company) -> None:
    here.ask("répondre Q1 je sais")
    before = texts(here)
    card = typed_in(here, "demander")

    line = next(button.line for button in card.buttons if button.label == "Laisser tomber")
    assert not typed_in(here, line).done
    assert texts(here) == before


def test_words_are_waited_for_a_quarter_of_an_hour_and_in_one_conversation(here: Company) -> None:
    channel = Channel(Where("C5"))
    typed_in(here, "répondre Q1")
    assert typed_in(here, "oui, tout à fait d’accord", channel).error == "E_UNKNOWN_VERB"

    typed_in(here, "répondre Q1", channel)
    assert spaced(typed_in(here, "oui, tout à fait d’accord", channel).title).startswith("Votre réponse à Q1")

    typed_in(here, "répondre Q1")
    with here.network.store.write() as tx:
        tx.execute(update(tables.awaited).values(expires_at=tx.now - timedelta(seconds=1)))
    assert typed_in(here, "oui, tout à fait d’accord").error == "E_UNKNOWN_VERB"


def test_words_that_begin_like_a_verb_offer_the_verb_too(here: Company) -> None:
    typed_in(here, "répondre Q1")
    preview = typed_in(here, "Demander à Paul, du service achats")

    assert spaced(labels(preview)[-1]) == "Non, je voulais « demander »"
    assert spaced(typed_in(here, preview.buttons[-1].line).title).startswith("Votre question")


# -- prefixes of a line -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("platform", "where", "before"),
    [("slack", Where("C5"), "/rse "), ("slack", Where("C5", "171.1"), "@Réseau "), ("teams", Where("C5"), "@Réseau ")],
)
@pytest.mark.parametrize("line", ["aide", "profil", "aide publier", "fil", "profil métier soudeuse"])
def test_what_is_to_be_typed_in_a_channel_stands_behind_our_name(
    here: Company, platform: str, where: Where, before: str, line: str
) -> None:
    incoming = Incoming(
        here.people["lea"], line, EventKey(platform, "", "k"), channel=Channel(where), conversation="C5"
    )
    card = Handler(here.network, here.commands).answer(incoming)

    assert before in read(card)
    assert not any(button.line.startswith(before) for button in card.buttons)


def test_examples_are_of_the_readers_own_company(here: Company) -> None:
    with here.network.store.write() as tx:
        tx.execute(update(tables.community).where(tables.community.c.slug == "veille").values(name="Achats et ventes"))

    card = here.ask("aide publier")
    assert "publier dans “Achats et ventes” :" in read(card)


@pytest.mark.parametrize("who", ["lea", "guy", "franck"])
def test_every_line_that_help_shows_works_when_it_is_typed(here: Company, who: str) -> None:
    card = here.ask("aide", who).blocks[1]
    lines = [line.strip("- `") for line in card.markdown.splitlines() if line.startswith("- ")]  # type: ignore[union-attr]

    assert len(lines) == 3
    assert [
        here.ask(line, who).error for line in lines if here.ask(line, who).error not in ("", "E_SIMILAR_FOUND")
    ] == []
