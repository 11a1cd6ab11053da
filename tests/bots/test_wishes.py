"""Polite sentences, other forms of a verb, negations, names alone: the verb that is meant, or a question."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from bots.command import all_commands
from bots.speech.parser import Everyday, Numbered, Understood, Wished, parse
from reseau.people import members
from reseau.people.members import NewMember
from tests.bots.company import CONSOLE, Company, card_text, labels, spaced

COMMANDS = all_commands()
CHANGED = ("content", "thanks", "follow", "membership", "profile_item")


def meant(line: str) -> str:
    """The verb that is done, or with a question mark the one that is proposed; else what kind of line it is."""
    parsed = parse(line, COMMANDS)
    match parsed:
        case Understood(command):
            return command.id
        case Wished(understood):
            return f"{understood.command.id}?"
        case Numbered(code):
            return code
        case Everyday(sense):
            return sense.value
        case _:
            return "sentence"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        # Polite words before a verb that only shows something: it is done.
        ("bonsoir, pourriez-vous me dire qui gère les clés ?", "expert"),
        ("hello, can you tell me who knows about paint", "expert"),
        ("Merci de chercher le plan de charge", "search"),
        ("svp montrez-moi mon fil", "show"),
        ("je cherche le plan de charge", "search"),
        ("je cherche quelqu’un qui connaît la peinture", "expert"),
        ("la fiche de Ana", "profile"),
        ("j’aimerais voir la question 12", "show"),
        # A verb with a preview shows it, if the words name the verb plainly.
        ("je voudrais publier dans Veille : le zinc baisse", "post"),
        ("could I please ask in Veille: who has the drill?", "ask"),
        ("j’ai une idée : un potager", "idea"),
        ("publiez dans Veille : le zinc baisse", "post"),
        # What acts at once is proposed.
        ("est-ce que je pourrais rejoindre Vélo ?", "join?"),
        ("I would like to leave Veille please", "leave?"),
        ("je souhaite suivre Ana", "follow?"),
        ("je voudrais répondre à Q11 : volontiers", "answer?"),
        ("rejoignez Vélo", "join?"),
        ("répondez Q11 volontiers", "answer?"),
        ("on voudrait publier un livre", "post?"),
        # Said not to be wished.
        ("je ne veux plus suivre Ana", "unfollow?"),
        ("I don't want to follow Ana anymore", "unfollow?"),
        ("arrête de suivre Ana", "unfollow?"),
        ("ne publiez surtout pas cela", "sentence"),
        ("publie pas ça", "sentence"),
        ("don't post that", "sentence"),
        ("je ne veux pas quitter Veille", "sentence"),
        ("pas de réponse à Q11", "sentence"),
        # A question how it is done is for help.
        ("comment publier une idée ?", "help"),
        ("how do I join a community?", "help"),
        ("comment publier un livre chez un grand éditeur parisien ?", "sentence"),
        # Words that are something else.
        ("suis en retard", "sentence"),
        ("re: réunion de mardi", "sentence"),
        ("réponse attendue mardi", "sentence"),
        ("la réponse de Paul était juste", "sentence"),
        ("le fil rouge du projet", "sentence"),
        ("qu’est-ce qui s’est passé ?", "sentence"),
        ("rse, fil", "feed"),
        ('"fil"', "feed"),
        ("`aide`", "help"),
        ("parle-moi en anglais", "language"),
        ("in english please", "language"),
        ("parle de ton projet", "sentence"),
        # Numbers as people say them.
        ("Q 12", "Q12"),
        ("q n°12", "Q12"),
        ("la question 12 svp", "Q12"),
        ("idée 3", "I3"),
        ("I 100% agree", "sentence"),
        ("question 12% de remise ?", "ask"),
        ("re Q12 volontiers", "answer?"),
        # Several small words are small.
        ("ok merci bcp", "thanks"),
        ("non merci", "thanks"),
        ("ouiiii", "small"),
        ("bien reçu, parfait", "small"),
        ("???", "help"),
    ],
)
def test_a_sentence_means_a_verb_or_is_one(line: str, expected: str) -> None:
    assert meant(line) == expected


BEFORE = st.sampled_from(
    """
    bonjour svp je voudrais pouvez-vous me dire est-ce que puis-je j'aimerais on please could you I want to help me the
    la une ne pas plus don't comment how merci de
    """.split()
)
ACTING = st.sampled_from(
    [
        *("rejoindre Vélo", "quitter Veille", "suivre Ana", "join Vélo", "répondre Q11 oui", "merci Ana pour le plan"),
        *("rejoignez Vélo", "réponds Q11 oui", "annulez Q12", "retenez Q12", "remercier Ana pour le plan"),
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(BEFORE, min_size=1, max_size=5), ACTING)
@example(["the", "bonjour", "svp"], "suivre Ana")
def test_who_wishes_or_asks_is_asked_back_before_anything_is_done(here: Company, before: list[str], act: str) -> None:
    plain = {"bonjour", "svp", "please"}
    rows = here.rows(*CHANGED)
    line = f"{' '.join(before)} {act}"
    if set(before) <= plain or line.startswith("merci de merci"):
        return
    card = here.ask(line)

    assert here.rows(*CHANGED) == rows, line
    assert not card.done


def test_what_is_proposed_is_one_press_away(here: Company) -> None:
    card = here.ask("est-ce que je peux rejoindre le groupe Vélo ?")

    assert spaced(card.title) == "Vouliez-vous : « rejoindre le groupe Vélo » ?"
    assert spaced(here.press(card, "Rejoindre le groupe Vélo").title) == "Vous êtes maintenant dans « Vélo »."


@pytest.mark.parametrize(
    "line", ["je veux suivre la procédure", "nous devons quitter la salle", "tu peux rejoindre le bus"]
)
def test_nothing_is_proposed_that_is_about_nothing_of_ours(here: Company, line: str) -> None:
    card = here.ask(line)

    assert card.title == "Je n’ai pas compris."
    assert "Demander au réseau" in labels(card)


@pytest.mark.parametrize(
    "line", ["je ne veux pas publier ça", "ne rejoins surtout pas Vélo", "don't publish that text"]
)
def test_what_is_said_not_to_be_wished_is_never_proposed(here: Company, line: str) -> None:
    assert labels(here.ask(line)) == ["Chercher ces mots", "Demander au réseau", "Aide"]


@pytest.mark.parametrize(
    "line",
    [
        "merci de fermer la porte",
        "merci de me rappeler demain",
        "merci Ana de fermer la porte",
        "merci Ana, tu viens ?",
    ],
)
def test_a_request_that_says_thanks_thanks_nobody(here: Company, line: str) -> None:
    before = here.rows(*CHANGED)

    assert not here.ask(line).done
    assert here.rows(*CHANGED) == before


def test_thanks_for_what_is_done_are_thanks(here: Company) -> None:
    assert here.ask("merci Ana de m’avoir aidée").done
    assert here.ask("merci Ana 🙏").error == "E_REASON_MISSING"
    assert spaced(here.ask("merci pour votre retour").title) == "Avec plaisir !"
    assert spaced(here.ask("thanks to all of you").title) == "Avec plaisir !"


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("Ana Roux", "Ana Roux"),
        ("ana ?", "Ana Roux"),
        ("@ana", "Ana Roux"),
        ("voir la fiche d’Ana", "Ana Roux"),
        ("voir Ana svp", "Ana Roux"),
        ("show me Ana Roux's profile", "Ana Roux"),
        ("c qui Ana ?", "Ana Roux"),
        ("tell me who Ana is", "Ana Roux"),
        ("profil de Madame Roux, merci", "Ana Roux"),
        ("voir mon profil", "Votre fiche, Léa Petit"),
        ("profil moi", "Votre fiche, Léa Petit"),
        ("voir les communautés", "Communautés"),
        ("voir Veille", "Communautés sur « Veille »"),
        ("fil d’hier", "Votre fil depuis"),
        ("quoi de neuf depuis hier ?", "Votre fil depuis"),
    ],
)
def test_a_name_or_another_verb_behind_a_verb_is_shown(here: Company, line: str, title: str) -> None:
    assert spaced(here.ask(line).title).startswith(title)


def test_voir_of_a_sentence_is_a_sentence(here: Company) -> None:
    assert here.ask("voir avec le chef demain").title == "Je n’ai pas compris."


@pytest.mark.parametrize("line", ["12", "#12", "n° 12", "voir 12"])
def test_a_number_without_its_letter_is_looked_for(here: Company, line: str) -> None:
    assert "Voir Q12" in labels(here.ask(line))


@pytest.mark.parametrize("line", ["xyzzy", "karlsson", "😂", "14h30", "…", "12/05"])
def test_no_line_ends_at_a_wall(here: Company, line: str) -> None:
    assert len(labels(here.ask(line))) >= 3


@pytest.mark.parametrize(
    ("line", "proposed"),
    [
        ("suivre Ana et Franck Morel", ["Ana Roux (Soudeuse)", "Franck Morel"]),
        ("merci à Ana & Franck pour le plan", ["Ana Roux (Soudeuse)", "Franck Morel"]),
        ("rejoindre Veille et Vélo", ["Veille", "Vélo"]),
        ("profil F. Morel de la direction", []),
        ("profil A. Rouxx", ["Ana Roux (Soudeuse)"]),
        ("profil anaroux", ["Ana Roux (Soudeuse)"]),
        ("profil Ana soudeuse", ["Ana Roux (Soudeuse)"]),
        ("profil soudeur", ["Ana Roux (Soudeuse)"]),
        ("profil Lae Petit", ["Léa Petit (Acheteuse, Lyon)"]),
    ],
)
def test_several_names_initials_jobs_and_gaps_propose_who_is_meant(
    here: Company, line: str, proposed: list[str]
) -> None:
    assert labels(here.ask(line))[: len(proposed)] == proposed


def test_letters_within_a_name_are_not_that_name(here: Company) -> None:
    with here.network.store.write() as tx:
        members.add(tx, [NewMember("Antoine Blanchet"), NewMember("王小明")], CONSOLE)

    for line in ("merci toi pour le plan", "suivre anche", "merci elle pour le plan", "quitter eill"):
        assert not here.ask(line).done
    assert here.ask("profil blan").title == "Antoine Blanchet"
    assert here.ask("profil 小明").title == "王小明"


@pytest.mark.parametrize("word", ["soudeur", "soudeuses", "soudeurs", "ACHETEUR", "acheteurs"])
def test_a_job_is_found_in_each_of_its_forms(here: Company, word: str) -> None:
    assert "Ana Roux" in card_text(here.ask(f"chercher {word}")) or "Léa Petit" in card_text(
        here.ask(f"chercher {word}")
    )
