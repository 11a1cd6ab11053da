"""Forms: the lines that open them, their first values, their way to the verb, and their faults."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings, strategies as st

from bots.answers.forms import filling as filled
from bots.answers.handling import Handler
from bots.arrival import Filled, Line, Where, from_payload, to_payload
from bots.card import Card
from bots.command import Command, all_commands
from bots.form import MOST_ENTRIES, MOST_STEPS, NONE, Kind
from bots.platforms.console import Console, Look
from bots.tools.conversation import Conversation
from reseau import access
from reseau.contents import threads
from reseau.i18n import LANGUAGES, Words
from reseau.markup.markdown import typed as written
from tests import looped
from tests.bots.company import Company, card_text, labels, spaced
from tests.bots.filled import WITH_FORM, fill, filling, opened, values, without_tokens
from tests.bots.memory import room, typed

_MOST_LABEL = 24  # characters of a title and a button of Slack's

every_form = pytest.mark.parametrize("command", WITH_FORM, ids=lambda command: command.id)


@every_form
def test_a_form_fits_every_platform(command: Command) -> None:
    form = command.form
    assert form is not None
    entries = list(form.entries)

    assert 1 <= len(form.steps) <= MOST_STEPS
    assert all(1 <= len(step) <= MOST_ENTRIES for step in form.steps)
    assert len({entry.name for entry in entries}) == len(entries)
    for language in LANGUAGES:
        t = Words(language)
        assert len(t(form.title)) <= _MOST_LABEL
        assert len(t(form.submit)) <= _MOST_LABEL
        assert all(t(entry.label).strip() for entry in entries)


@pytest.mark.parametrize("language", LANGUAGES)
@every_form
def test_a_form_filled_with_the_words_of_a_line_gives_its_card(here: Company, command: Command, language: str) -> None:
    line, told = filling(command, language)
    if command.id == "profile":  # the form has every line of the profile, a line has one
        del told["bio"]

    turn = fill(here, command.id, told)
    assert turn.sheet is None
    assert turn.card.error in ("", "E_SIMILAR_FOUND")
    if not turn.card.done:  # what is done once is compared at every door, in tests/journeys
        assert without_tokens(staying(turn.card)) == without_tokens(staying(for_everybody(here, line)))


EVERYBODY = ("Plutôt pour tout le monde", "For everybody instead")


def for_everybody(here: Company, line: str) -> Card:
    """The card of a line, in no community if it names none: a form that names none has asked for it."""
    card = here.ask(line)
    everybody = next((label for label in labels(card) if spaced(label) in EVERYBODY), "")
    return here.press(card, everybody) if everybody else card


def staying(card: Card) -> Card:
    """The card without the buttons that take it to another place."""
    buttons = (button for button in card.buttons if not button.label.startswith(("Plutôt dans", "In “")))
    return replace(card, buttons=tuple(buttons))


def test_words_that_look_like_options_stay_text_through_preview_and_confirmation(here: Company) -> None:
    text = "dans Veille : on parle de tag:cuivre, en français, dans Direction\npublier pour Ana"

    preview = fill(here, "post", {"text": text, "in": "", "tag": "prix, #métaux"}).card
    posted = here.press(preview, "Publier")

    with here.network.store.read() as tx:
        content = threads.get(tx, access.viewer(tx, here.people["lea"]), posted.code)
    assert content is not None
    assert content.text == text
    assert content.community_id is None
    assert "Sur votre mur" in card_text(preview)


@settings(max_examples=15)
@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=80).filter(lambda text: text.strip())
)
def test_whatever_is_written_in_a_form_is_what_the_verb_is_told(text: str) -> None:
    understood = filled.understood(Filled("ask", {"text": text, "in": text[:50]}), all_commands(), {}, Words("fr"))

    assert understood.arguments.text == written(text.strip())
    assert understood.arguments.option("in") == text[:50].strip()
    assert not understood.arguments.options.keys() - {"in"}


def test_what_is_missing_or_wrong_comes_back_to_its_entry_with_all_that_was_typed(here: Company) -> None:
    missing = fill(here, "thanks", {"person": "", "text": "le plan"})
    unknown = fill(here, "ask", {"text": "Qui a un plan ?", "in": "#nulle-part"})
    closed = fill(here, "answer", {"number": "Q999", "text": "oui"})
    long = fill(here, "ask", {"text": "a" * 3001})

    assert missing.sheet is not None
    assert set(missing.sheet.faults) == {"person"}
    assert values(missing.sheet) == {"text": "le plan"}
    assert unknown.sheet is not None
    assert "nulle-part" in unknown.sheet.faults["in"]
    assert values(unknown.sheet) == {"text": "Qui a un plan ?"}
    assert closed.sheet is not None
    assert set(closed.sheet.faults) == {"number"}
    assert long.sheet is not None
    assert "3000" in long.sheet.faults["text"]
    assert not {turn.card.error for turn in (missing, unknown, closed, long)} & {""}


def test_a_refused_form_is_kept_for_a_day_and_forgotten_once_it_is_done(here: Company) -> None:
    held = here.network.store.clock()
    fill(here, "answer", {"number": "Q999", "text": "oui, en 2024"})

    again, other = opened(here, "répondre"), opened(here, "répondre Q12")
    here.network.store.clock = lambda: held + timedelta(hours=25)
    late = opened(here, "répondre")
    here.network.store.clock = lambda: held
    fill(here, "answer", {"number": "Q12", "text": "oui, en 2024"})
    done = opened(here, "répondre")

    assert again is not None
    assert values(again) == {"number": "Q999", "text": "oui, en 2024"}
    assert other is not None
    assert values(other) == {"number": "Q12"}  # it is about something else
    assert late is not None
    assert values(late) == {}
    assert done is not None
    assert values(done) == {}


def test_a_line_without_its_words_opens_the_form_and_a_whole_line_does_not(here: Company) -> None:
    answer, thanks, profile = opened(here, "répondre Q12"), opened(here, "merci @ana"), opened(here, "profil modifier")

    assert answer is not None
    assert "bancs d’essai" in spaced(answer.note)
    assert thanks is not None
    assert values(thanks) == {"person": "@ana"}
    assert profile is not None
    assert profile.steps == 2
    assert opened(here, "demander dans Veille :") is not None
    for whole in (
        "répondre Q12 oui",
        "merci Q12",
        "merci @ana pour le plan",
        "profil",
        "profil @ana",
        "fil",
        "voir Q12",
    ):
        assert opened(here, whole) is None, whole


def test_a_form_offers_no_community_that_the_person_may_not_choose(here: Company) -> None:
    def offered(line: str, who: str, channel: str = "") -> list[str]:
        sheet = opened(here, line, who, channel)
        assert sheet is not None
        blanks = [blank for blank in sheet.blanks if blank.entry.kind is Kind.COMMUNITY]
        return [choice.value for blank in blanks for choice in blank.choices if choice.value != NONE]

    assert set(offered("demander", "lea")) == {"#veille", "#velo", "#appels-d-offres"}
    assert len(offered("demander", "franck")) == 5
    assert offered("demander", "guy") == ["#veille"]
    assert offered("quitter", "lea") == ["#veille"]
    assert "#veille" not in offered("rejoindre", "lea")
    sheet = opened(here, "répondre " + here.closed[0])
    assert sheet is not None
    assert not sheet.note


def test_the_words_that_open_a_form_show_its_button_where_none_can_be_opened(here: Company) -> None:
    profile, edit = here.ask("profil modifier"), here.ask("profile edit", language="en")
    waiting = here.ask("admettre quelqu’un", "franck")

    assert profile.title == here.ask("profil").title
    assert "Compléter mon profil" in labels(profile)
    assert not edit.error
    assert not waiting.error
    assert "Ève Morin" in card_text(waiting)


def test_a_profile_is_filled_in_two_steps(here: Company) -> None:
    first = fill(here, "profile", {"expertise": "cuivre", "tool": "Excel"}, step=0)
    assert first.sheet is not None
    assert first.sheet.step == 1
    assert first.sheet.submit == "Enregistrer"
    sheet = opened(here, "profil modifier")
    assert sheet is not None
    assert sheet.submit == "Suivant"
    assert not first.sheet.faults

    second = fill(here, "profile", {"bio": "Dix ans d’achats"}, step=1).card

    assert second.done
    assert all(words in card_text(second) for words in ("cuivre", "Excel", "Dix ans d’achats"))
    emptied = fill(here, "profile", {"expertise": ""}, step=1).card
    assert "cuivre" not in card_text(emptied)


def test_a_form_waits_in_the_inbox_as_a_line_does() -> None:
    line = Line("U1", Where("D1", personal=True), "", filled=Filled("ask", {"text": "Qui ?"}, about="12.5"))

    assert from_payload("line", to_payload(line)) == line


def test_the_courier_carries_the_card_of_a_form_and_its_faults_go_back(linked: Company) -> None:
    def form(**values: str) -> Line:
        filled = Filled("thanks", values)
        return Line("ULEA", Where("D1", personal=True), "", pressed=True, filled=filled)

    async def story() -> None:
        async with room(linked.network) as bot:
            faulty = await bot.receiving.submit(bot.arrival(form(person="", text="le plan")), 5.0)
            count = len(bot.slack.shown)
            reference = "[@Ana](reseau:slack/-/person/UANA)"
            done = await bot.receiving.submit(bot.arrival(form(person=reference, text="le plan \ud83d")), 5.0)
            await bot.rest()

            assert faulty is not None
            assert set(faulty.faults) == {"person"}
            assert count == 0
            assert done is None
            answer, to = bot.slack.shown[0]
            assert "Ana Roux" in answer.card.title
            assert answer.card.done
            assert "le plan \N{REPLACEMENT CHARACTER}" in card_text(answer.card)  # half an emoji, cut at a limit
            assert to.where.conversation == "D1"
            assert not answer.replaces
            sheet = await bot.receiving.sheet(bot.arrival(typed("merci @ana")))
            assert sheet is not None
            assert sheet.blanks[0].account == "UANA"

    looped.run(story())


def test_no_community_is_a_choice_even_in_a_linked_channel(linked: Company) -> None:
    def form(**values: str) -> Line:
        return Line("ULEA", Where("C9"), "", pressed=True, filled=Filled("post", {"text": "Bonjour", **values}))

    async def story() -> None:
        async with room(linked.network) as bot:
            sheet = await bot.receiving.sheet(bot.arrival(replace(form(), filled=None, text="publier")))
            for place in (NONE, "#veille"):
                await bot.receiving.submit(bot.arrival(form(**{"in": place})), 5.0)
            await bot.rest()

            assert sheet is not None
            assert values(sheet) == {"in": "#veille"}
            assert (sheet.blanks[1].choices[0].value, sheet.blanks[1].choices[0].label) == (NONE, "Aucune")
            first, second = (card_text(answer.card) for answer, _ in bot.slack.shown)
            assert "Sur votre mur" in first
            assert "Dans « Veille »" in second

    looped.run(story())


def test_a_verb_that_is_not_open_to_somebody_has_no_form_for_them(here: Company) -> None:
    refused = fill(here, "link", {"text": "#veille"}, "lea")

    assert opened(here, "relier") is None
    assert refused.card.error == "E_FORM_GONE"
    assert refused.sheet is None
    assert labels(refused.card)


def at_console(here: Company) -> tuple[Conversation, io.StringIO]:
    out = io.StringIO()
    console = Console(out, Look(language="fr"))
    return Conversation(Handler(here.network), here.people["lea"], console, name="here", fills=True), out


def test_the_console_asks_one_entry_after_the_other_and_skips_what_may_be_empty(here: Company) -> None:
    talk, out = at_console(here)

    first = talk.say("demander")
    again = talk.say("")
    second = talk.say("dans quel atelier : Lyon ?")
    talk.say("1")
    preview = talk.say("")
    posted = talk.say("1")

    assert "Votre question" in first.title
    assert "Il manque" in card_text(again)
    assert "Communauté" in second.title
    assert "Veille" in card_text(second)
    assert "Dans « Veille »" in card_text(preview)
    assert posted.done
    assert "dans quel atelier : Lyon ?" in spaced(out.getvalue())


def test_the_console_asks_again_for_what_is_wrong_and_a_word_gives_up(here: Company) -> None:
    talk, _ = at_console(here)

    polite = talk.say("merci")
    talk.say("merci @ana")
    talk.say("quelqu’un d’ailleurs")
    talk.say("le plan")
    wrong = talk.say("")
    done = talk.say("@ana")
    talk.say("merci @ana")
    given_up = talk.say("annuler")
    feed = talk.say("fil")

    assert polite.title.startswith("Avec plaisir")
    assert "quelqu’un d’ailleurs" in card_text(wrong)
    assert done.done
    assert "le plan" in card_text(done)
    assert "Rien n’a été publié" in given_up.title
    assert feed.title


def test_the_console_asks_the_second_step_too(here: Company) -> None:
    talk, _ = at_console(here)
    talk.say("profil modifier")
    for line in ("cuivre", "", "", "", "Excel", "Dix ans d’achats"):
        talk.say(line)

    profile = talk.say("")

    assert profile.done
    assert all(words in card_text(profile) for words in ("cuivre", "Excel", "Dix ans d’achats"))
