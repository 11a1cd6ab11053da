"""Lines of people who have used Slack or Teams for years and have not read our help."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from bots.answers.handling import Handler
from bots.arrival import Where
from bots.card import Card, words
from bots.platform import OWN_CHAT, Channel, Incoming
from reseau.contents import publishing
from reseau.contents.kinds.question import QUESTION
from reseau.contents.publishing import NewContent
from reseau.keys import EventKey
from tests.bots.company import CONSOLE, Company, card_text, labels, spaced

_keys = count(1)
WRITTEN = ("content", "thanks", "follow", "membership")


def typed(here: Company, line: str, *, who: str = "lea", language: str = "fr", pressed: bool = False) -> Card:
    """Return the answer to a line in a person's personal chat."""
    incoming = Incoming(here.people[who], line, EventKey("slack", "", f"hour-{next(_keys)}"), language=language)
    return Handler(here.network).answer(replace(incoming, conversation=OWN_CHAT, pressed=pressed))


# -- an answer to a preview --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("yes", ["oui", "Oui !", "ok", "vas-y", "d’accord", "publie", "yes", "go ahead", "Post it."])
def test_a_yes_to_a_preview_posts_it_once(anywhere: Company, yes: str) -> None:
    preview = typed(anywhere, "demander : qui a un plan de la halle ?")
    assert spaced(typed(anywhere, yes).title) == "Votre question Q13 est posée."

    assert not typed(anywhere, yes).done
    assert spaced(typed(anywhere, preview.buttons[0].line, pressed=True).title) == "C’est déjà publié : Q13."


@pytest.mark.parametrize("no", ["non", "Non merci", "annule", "annuler", "laisse tomber", "no", "never mind", "nvm"])
def test_a_no_to_a_preview_gives_it_up_and_takes_nothing_else_back(here: Company, no: str) -> None:
    typed(here, "demander : qui a un plan de la halle ?")
    typed(here, "oui")
    before = here.rows(*WRITTEN)
    preview = typed(here, "demander : et un plan de la cave ?")

    assert typed(here, no).title == "C’est abandonné. Rien n’a été publié."
    assert here.rows(*WRITTEN) == before
    assert typed(here, preview.buttons[0].line, pressed=True).error == "E_EXPIRED"


@pytest.mark.parametrize("between", ["fil", "qui connaît la soudure ?", "merci !"])
def test_a_yes_that_comes_after_something_else_posts_nothing(here: Company, between: str) -> None:
    typed(here, "demander : qui a un plan de la halle ?")
    typed(here, between)
    before = here.rows(*WRITTEN)

    typed(here, "oui")
    assert here.rows(*WRITTEN) == before


def test_a_yes_in_another_conversation_posts_nothing(here: Company) -> None:
    typed(here, "demander : qui a un plan de la halle ?")
    before = here.rows(*WRITTEN)
    event = EventKey("slack", "", "elsewhere")
    elsewhere = Incoming(here.people["lea"], "oui", event, conversation="C5", channel=Channel(Where("C5")))

    Handler(here.network).answer(elsewhere)
    assert here.rows(*WRITTEN) == before


@pytest.mark.parametrize(
    "correction",
    [
        "non je voulais dire qui a un plan de la cave ?",
        "Oups, je voulais dire : qui a un plan de la cave ?",
        "plutôt qui a un plan de la cave ?",
        "Sorry, I meant qui a un plan de la cave ?",
        "actually I mean: qui a un plan de la cave ?",
    ],
)
def test_a_correction_of_a_preview_is_shown_in_its_place(here: Company, correction: str) -> None:
    first = typed(here, "demander dans Veille : qui a un plan de la halle ?")
    second = typed(here, correction)

    assert second.title == first.title
    assert "qui a un plan de la cave ?" in card_text(second)
    assert "« Veille »" in card_text(second)
    assert typed(here, first.buttons[0].line, pressed=True).error == "E_EXPIRED"
    assert spaced(typed(here, "oui").title) == "Votre question Q13 est posée."


def test_cancel_takes_the_newest_thing_a_preview_too(anywhere: Company) -> None:
    typed(anywhere, "demander : qui a un plan de la halle ?")
    typed(anywhere, "oui")
    typed(anywhere, "demander : et un plan de la cave ?")
    typed(anywhere, "fil")

    with anywhere.network.store.read() as tx:
        held = tx.now
    anywhere.network.store.clock = lambda: held
    assert typed(anywhere, "annuler").title == "C’est abandonné. Rien n’a été publié."
    assert spaced(typed(anywhere, "annuler").title) == "Votre question Q13 est annulée : plus personne ne la voit."


# -- requested words ---------------------------------------------------------------------------------------------------


def test_the_verb_said_again_is_no_part_of_the_words(here: Company) -> None:
    typed(here, "répondre Q1")
    preview = typed(here, "répondre à l’accueil, bâtiment B")

    assert "répondre à l’accueil" not in card_text(preview)
    assert "à l’accueil, bâtiment B" in card_text(preview)
    assert not any("Non, je voulais" in spaced(label) for label in labels(preview))


def test_a_name_that_is_asked_for_swallows_no_sentence(here: Company) -> None:
    typed(here, "suivre")
    assert typed(here, "arrête de m’envoyer ça").title == "C’est vous qui choisissez ce que je vous écris."
    typed(here, "suivre")
    assert "question pour le réseau" in card_text(typed(here, "la cantine est ouverte ?"))


def test_a_name_that_nobody_has_leaves_a_way_out(here: Company) -> None:
    typed(here, "suivre")
    refused = typed(here, "Zébulon")
    assert labels(refused)[-1] == "Laisser tomber"
    assert typed(here, "Ana Roux").done

    typed(here, "suivre")
    way_out = typed(here, "Zébulon").buttons[-1]
    assert spaced(typed(here, way_out.line, pressed=True).title).startswith("D’accord, n’en parlons plus")


def test_follow_within_a_thread_is_about_that_thread(here: Company) -> None:
    followed = here.ask("suivre", thread="Q3")
    assert followed.done
    assert "Q3" in followed.title
    assert here.ask("ne plus suivre", thread="Q3").done


# -- sentences that no verb answers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        *("stop", "arrête de m’envoyer ça", "comment je me désabonne", "désactive les notifications", "unsubscribe"),
        *(
            "je ne veux plus de messages",
            "je ne veux plus être dérangée",
            "ne m’écris plus",
            "plus de notifs svp",
            "me désabonner",
            "chut",
        ),
        *("stop sending me this", "please stop messaging me", "notifications off", "mute", "how do I unsubscribe?"),
        *("don’t message me", "turn off notifications", "how can I opt out", "leave me alone"),
    ],
)
def test_who_wants_quiet_learns_when_we_write_and_how_to_mute(here: Company, line: str) -> None:
    before = here.rows(*WRITTEN)
    card = typed(here, line)

    assert card.title == "C’est vous qui choisissez ce que je vous écris."
    assert "sourdine dans Slack" in card_text(card)
    assert "réglages tout non" in card_text(card)
    assert here.rows(*WRITTEN) == before


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("je ne veux pas être prévenue des réactions", "réglages réactions non"),
        ("Ne me préviens plus quand on me remercie", "réglages mercis non"),
        ("arrête de me prévenir des réactions !", "réglages réactions non"),
        ("je voudrais ne plus être prévenu des réponses", "réglages réponses non"),
        ("je ne veux plus qu’on me prévienne des mentions, merci", "réglages mentions non"),
        ("couper les réactions", "réglages réactions non"),
        ("I don’t want to be told about reactions", "réglages réactions non"),
        ("don't tell me when somebody thanks me", "réglages mercis non"),
        ("please stop telling me about replies", "réglages réponses non"),
        ("mute mentions", "réglages mentions non"),
        ("turn reactions off", "réglages réactions non"),
    ],
)
def test_who_wants_to_hear_less_of_something_switches_it_off_by_a_press(here: Company, line: str, offered: str) -> None:
    card = typed(here, line)

    assert not card.done
    assert [button.line for button in card.buttons[:2]] == [offered, "réglages"]
    assert here.ask(offered, "ana").done


@pytest.mark.parametrize(
    "line", ["don’t tell Karim about the party", "je ne veux pas de soudure", "stop telling jokes"]
)
def test_what_others_are_not_to_hear_is_no_wish_for_quiet(here: Company, line: str) -> None:
    assert "choisissez ce que je" not in typed(here, line).title


def test_the_console_has_nothing_to_mute(here: Company) -> None:
    line = Incoming(here.people["ana"], "plus de notifications", EventKey("console", "", f"hour-{next(_keys)}"))
    card = Handler(here.network).answer(line)

    assert "réglages tout non" in card_text(card)
    assert "sourdine" not in card_text(card)


@pytest.mark.parametrize(
    "line",
    [
        *("où est ma question ?", "mes questions", "qui a répondu ?", "quelqu’un a répondu ?", "des nouvelles ?"),
        *("qui m’a répondu", "j’ai des réponses ?", "any answers?", "any update?", "where’s my question?"),
        *("did anyone answer?", "has anyone replied to my question", "show me my posts", "who answered?"),
    ],
)
def test_who_looks_for_an_own_question_is_shown_it_with_its_replies(here: Company, line: str) -> None:
    card = typed(here, line)
    assert card.title == "Ce que vous avez publié"
    assert "1 réponse" in card_text(card)
    assert spaced(labels(card)[0]) == "Voir Q12"


def test_who_posted_nothing_or_only_looked_at_a_preview_is_told_so(here: Company) -> None:
    typed(here, "demander : qui a un plan de la halle ?", who="nina")
    card = typed(here, "où est ma question ?", who="nina")
    assert "Vous n’avez encore rien publié." in card_text(card)
    assert "n’est pas encore publié" in card_text(card)


def test_an_own_question_shows_nothing_of_others(here: Company) -> None:
    with here.network.store.write() as tx:
        publishing.publish(tx, [NewContent(QUESTION, here.people["franck"], "Un secret ?")], CONSOLE)
    assert "Un secret" not in card_text(typed(here, "mes questions"))


@pytest.mark.parametrize("line", ["supprime ma question", "delete my question", "efface mon message"])
def test_who_wants_a_fresh_post_deleted_takes_it_back(here: Company, line: str) -> None:
    typed(here, "demander : qui a un plan de la halle ?")
    typed(here, "oui")
    assert "plus personne ne la voit" in card_text(typed(here, line))


@pytest.mark.parametrize("line", ["@ana tu es là ?", "@ana on se voit à midi"])
def test_who_speaks_to_a_colleague_learns_that_only_we_read_it(here: Company, line: str) -> None:
    card = typed(here, line)
    assert spaced(card.title) == "Je suis seul à lire ceci : Ana Roux ne le voit pas."
    assert labels(card)[:2] == ["Voir Ana Roux", "Remercier Ana Roux"]


def test_an_address_alone_is_no_unknown_word(here: Company) -> None:
    card = typed(here, "https://intranet.example.org/x/12345")
    assert "https »" not in spaced(card.title)
    assert "Demander au réseau" in labels(card)


@pytest.mark.parametrize("line", ["🙏", "👍👍", ":tada: :tada:", "+1", ":)", "up", "nvm", "lol"])
def test_a_sign_is_answered_kindly_and_offers_no_search_for_it(here: Company, line: str) -> None:
    card = typed(here, line)
    assert card.title == "C’est noté. Rien n’attendait de réponse de votre part."
    assert "Chercher ces mots" not in labels(card)


# -- cards -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "what"), [("fr", "toute l’entreprise"), ("en", "the whole company")])
def test_whoever_comes_and_whoever_asks_what_this_is_reads_it_in_one_sentence(
    here: Company, language: str, what: str
) -> None:
    assert what in words(typed(here, "c’est quoi ce truc ?", language=language))
    assert what in words(typed(here, "hello", who="nina", language=language))


def test_looking_at_a_community_joins_none(here: Company) -> None:
    (listed,) = [block for block in typed(here, "communautés").blocks if "Vélo" in str(block)]
    line = next(item.line for item in listed.items if "Vélo" in item.text)  # type: ignore[union-attr]
    before = here.rows("membership")
    card = typed(here, line, pressed=True)
    assert here.rows("membership") == before
    assert [spaced(label) for label in labels(card)] == ["Rejoindre « Vélo »"]


def test_a_card_for_a_channel_says_how_it_is_answered(here: Company) -> None:
    channel = Channel(Where("C5"), name="général")
    event = EventKey("slack", "", "k-shared")
    incoming = Incoming(here.people["lea"], "demander : où sont les badges ?", event, channel=channel)
    shared = Handler(here.network).answer(replace(incoming, confirmed=False))
    posted = Handler(here.network).answer(
        replace(incoming, line=shared.buttons[0].line, event=replace(event, native_id="k-posted"), pressed=True)
    )
    assert posted.shared is not None
    assert "Répondez par le bouton" in posted.shared.card.footer


def test_the_verb_inside_a_sentence_is_offered_with_what_it_would_do(here: Company) -> None:
    assert labels(typed(here, "bonjour je veux suivre @ana"))[0] == "Suivre @ana"
