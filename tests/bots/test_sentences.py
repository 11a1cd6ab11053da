"""Sentences as people type them: without a verb, calls for help, small words, misspelt names."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from bots.card import Quote, words
from bots.command import all_commands
from bots.speech.parser import Numbered, Understood, Unknown, parse
from reseau.communities import belonging, opening
from reseau.communities.belonging import Joining
from reseau.communities.opening import NewCommunity
from reseau.folding import fold
from reseau.kinds import CommunityKind, MemberKind, Privacy
from reseau.people import members
from reseau.people.members import MemberChange, NewMember
from tests.bots.company import CONSOLE, Company, card_text, labels, spaced

COMMANDS = all_commands()
WRITTEN = ("content", "thanks", "draft", "follow", "membership", "profile_item")


def verb(line: str, roots: tuple[str, ...] = ("rse",)) -> str:
    parsed = parse(line, COMMANDS, roots)
    return parsed.command.id if isinstance(parsed, Understood) else type(parsed).__name__


# -- letters that are words ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "I think that the oven is broken",
        "I am late",
        "i suppose",
        "I 100% agree",
        "c est la vie",
        "c quoi ce bruit",
        "C était mieux avant",
        "s il te plait quelqu’un a les clés",
        "p tit déjeuner à neuf heures",
        "r des nouvelles de Lyon",
        "h un peu de patience",
        "q es to",
        "moi je viens en train",
        "me too",
        "- du pain\n- du beurre",
        "mes chaussures sont usées",
        "que du bonheur",
        "cher collègue, à demain",
        "this is great",
        "c'est super",
        "new printer arrived",
        "can you see it",
    ],
)
def test_a_sentence_that_begins_with_a_short_word_is_a_sentence(line: str) -> None:
    assert isinstance(parse(line, COMMANDS), Unknown), verb(line)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("r Q12 oui", "answer"),
        ("R q12, oui", "answer"),
        ("p @ana", "profile"),
        ("i : des vélos", "idea"),
        ("I: bikes", "idea"),
        ("q: qui sait ?", "ask"),
        ("s : marge", "search"),
        ("c", "communities"),
        ("h ?", "help"),
        ("p", "profile"),
        ("moi", "profile"),
        ("moi compétences : soudure", "profile"),
        ("- @ana", "unfollow"),
        ("- #veille", "unfollow"),
        ("+ Veille", "follow"),
    ],
)
def test_a_short_word_is_a_verb_alone_and_before_a_colon_a_number_or_somebody(line: str, expected: str) -> None:
    assert verb(line) == expected


LETTERS = sorted(
    {form for command in COMMANDS for form in map(fold, command.all_forms()) if len(form) == 1 and form.isalpha()}
    | set("abcdefghijklmnopqrstuvwxyz")
)
EVERYDAY_WORDS = st.sampled_from(
    "le la un une je tu il nous vous avec pour dans sans très bien demain hier réunion atelier question idée répondre"
    " publier merci the a we you they with for in without very well tomorrow meeting workshop question idea answer post"
    " thanks 3 100% oui non ? ! , … l’usine c’est don’t it’s".split()
)


@given(st.sampled_from(LETTERS), st.booleans(), st.lists(EVERYDAY_WORDS, min_size=1, max_size=9))
@example("a", False, ["il", "répondre", "le"])
@example("a", False, ["oui", "répondre", "le"])
def test_no_sentence_that_begins_with_a_letter_is_taken_for_a_verb(letter: str, capital: bool, rest: list[str]) -> None:
    line = " ".join([letter.upper() if capital else letter, *rest])
    parsed = parse(line, COMMANDS)
    marks_alone = not "".join(rest).strip("?!,…")

    # « a idea » is a verb after an article: the bot asks for its words, or shows its preview.
    previewed = isinstance(parsed, Understood) and (not parsed.arguments.text or parsed.command.previews)
    assert marks_alone or previewed or not isinstance(parsed, Understood) or parsed.command.id == "help", line


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(EVERYDAY_WORDS, min_size=1, max_size=12))
def test_no_everyday_sentence_ever_publishes_anything(here: Company, sentence: list[str]) -> None:
    published = ("content", "thanks", "follow", "membership")
    before = here.rows(*published)
    card = here.ask(" ".join(sentence))

    assert not card.done
    assert here.rows(*published) == before


# -- help, questions, small words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        *("aide moi", "Aide-moi !", "aidez-moi svp", "à l’aide", "À l'aide !!", "svp aide", "au secours", "help me"),
        *(
            "please help",
            "Help please!",
            "can you help me?",
            "j’ai besoin d’aide",
            "I need some help",
            "tu peux m'aider ?",
        ),
        *(
            "que peux-tu faire ?",
            "Que pouvez-vous faire",
            "comment ça marche ?",
            "comment ca fonctionne",
            "c'est quoi ?",
        ),
        *("what can you do?", "how does this work?", "How do I use this?", "what is this", "tu fais quoi ?", "menu"),
        *("bonjour, à quoi ça sert ?", "je suis perdu", "I'm lost", "qui es-tu ?", "mode d’emploi"),
    ],
)
def test_whoever_asks_for_help_in_a_human_way_gets_help(here: Company, line: str) -> None:
    card = here.ask(line)

    assert (card.title, card.error) == ("Ce que vous pouvez faire ici", "")


@pytest.mark.parametrize("line", ["aide merci", "help hello", "aide moi à porter un meuble", "aide publier"])
def test_help_about_something_is_not_a_call_for_help(here: Company, line: str) -> None:
    assert here.ask(line).title != "Ce que vous pouvez faire ici"


@pytest.mark.parametrize(
    "line", ["I have a question", "j’ai une question", "J'aurais une petite question svp", "can I ask a question?"]
)
def test_whoever_has_a_question_is_led_to_asking_it(here: Company, line: str) -> None:
    before = here.rows(*WRITTEN)
    card = here.ask(line)

    assert spaced(card.title) == "Que voulez-vous demander ?"
    assert labels(card) == ["Poser une question", "Aide"]
    assert here.rows(*WRITTEN) == before


@pytest.mark.parametrize(
    "line", ["oui", "Non.", "ok", "test", "please", "svp !", "yes", "d’accord", "🎉", ":+1:", "+1", "up", ";)"]
)
def test_a_small_word_is_guessed_into_no_verb(here: Company, line: str) -> None:
    before = here.rows(*WRITTEN)
    card = here.ask(line)

    assert card.title == "C’est noté. Rien n’attendait de réponse de votre part."
    assert labels(card)[0] == "Aide"
    assert here.rows(*WRITTEN) == before


def test_people_learn_what_is_known_about_them_and_whom_to_ask(here: Company) -> None:
    with here.network.store.write() as tx:
        members.change(tx, [MemberChange(here.people["franck"], {"email": "franck@example.org"})], CONSOLE)
    for line in ("mes données", "My personal data", "que savez-vous de moi ?", "RGPD", "supprimer mes données"):
        card = here.ask(line)
        assert card.title == "Vos données sont à vous."
        assert "Franck" in card_text(card)
        assert labels(card) == ["Ma fiche", "Aide"]


@pytest.mark.parametrize(
    "line", ["merci", "merci bcp", "Merci beaucoup !", "merci 🙏", "thanks!", "thank you so much", "merci à tous :)"]
)
def test_thanks_to_nobody_in_particular_are_answered_warmly(here: Company, line: str) -> None:
    card = here.ask(line)

    assert (spaced(card.title), card.error) == ("Avec plaisir !", "")


@pytest.mark.parametrize("line", ["thank you Ana", "merci beaucoup Ana", "merci bcp à Ana", "thanks a lot, Ana Roux"])
def test_thanks_with_a_name_are_for_that_person(here: Company, line: str) -> None:
    card = here.ask(line)

    assert card.error == "E_REASON_MISSING"
    assert "Ana Roux" in card.title
    assert here.ask(f"{line} pour le plan").done


def test_the_first_word_of_a_verb_of_several_words_is_no_verb_by_itself() -> None:
    for line in ("c'est super", "mes clés", "this works", "ne viens pas"):
        parsed = parse(line, COMMANDS)
        assert isinstance(parsed, Unknown)
        assert parsed.near == ()


@pytest.mark.parametrize(
    "word", ["oui", "vie", "mal", "test", "stop", "please", "quand", "pasta", "tester", "moins", "finir", "voisin"]
)
def test_no_verb_is_proposed_for_a_word_that_is_not_near_it(word: str) -> None:
    parsed = parse(f"{word} bla bla bla", COMMANDS)

    assert isinstance(parsed, Unknown)
    assert parsed.near == ()


# -- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "proposed", "then"),
    [
        ("rejoindre Veile", "Veille", "Vous êtes déjà dans « Veille »."),
        ("suivre veile", "Veille", "Vous suivez maintenant « Veille »."),
        ("publier dans Veilel : bonjour", "Veille", "Votre message, avant publication"),
        ("profil anna", "Ana Roux (Soudeuse)", "Ana Roux"),
        ("qui est Anna Roux ?", "Ana Roux (Soudeuse)", "Ana Roux"),
        ("suivre Anna Rouz", "Ana Roux (Soudeuse)", "Vous suivez maintenant Ana Roux."),
        ("merci à Anna pour le plan", "Ana Roux (Soudeuse)", "Votre merci à Ana Roux est parti."),
    ],
)
def test_a_name_with_a_slip_proposes_what_was_meant(here: Company, line: str, proposed: str, then: str) -> None:
    card = here.ask(line)

    assert card.error in ("E_NO_COMMUNITY", "E_NO_MEMBER")
    assert "Vouliez-vous" in card.title
    assert labels(card)[0] == proposed
    assert spaced(here.press(card, proposed).title) == then


def test_what_one_may_not_know_is_never_proposed(here: Company) -> None:
    with here.network.store.write() as tx:
        (place,) = opening.add(tx, [NewCommunity("Zircon", CommunityKind.PROJECT, Privacy.SECRET)], CONSOLE)
        (guest,) = members.add(tx, [NewMember("Zirkan Aldo", kind=MemberKind.PARTNER)], CONSOLE)
        belonging.join(tx, [Joining(place, guest), Joining(place, here.people["franck"])], CONSOLE)

    for line in ("rejoindre Zircom", "suivre Zircom", "profil Zirkam", "suivre Zirkam Aldo", "qui est Zirkan Aldo ?"):
        assert "Zircon" not in words(here.ask(line))
        assert "Zirkan Aldo" not in " ".join(labels(here.ask(line)))
    assert "Zircon" in labels(here.ask("rejoindre Zircom", "franck"))
    assert "Zirkan Aldo" in labels(here.ask("profil Zirkam", "franck"))


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("rejoindre la communauté Vélo", "Vous êtes maintenant dans « Vélo »."),
        ("entrer dans Vélo", "Vous êtes maintenant dans « Vélo »."),
        ("join the community Vélo", "Vous êtes maintenant dans « Vélo »."),
        ("rejoindre le canal #velo", "Vous êtes maintenant dans « Vélo »."),
        ("suivre la communauté Veille", "Vous suivez maintenant « Veille »."),
        ("fiche de Ana", "Ana Roux"),
        ("profil d’Ana Roux", "Ana Roux"),
        ("suivre à Ana", "Vous suivez maintenant Ana Roux."),
        ("qui est Ana ?", "Ana Roux"),
        ("who is Ana Roux?", "Ana Roux"),
        ("c’est qui Ana ?", "Ana Roux"),
        ("répondre à Q11 oui", "Votre réponse à Q11 est publiée."),
        ("reply to question Q11: yes", "Votre réponse à Q11 est publiée."),
        ("suivre la question Q11", "Vous suivez maintenant Q11."),
    ],
)
def test_small_words_before_a_name_are_passed_over(here: Company, line: str, title: str) -> None:
    assert spaced(here.ask(line).title) == title


def test_a_name_that_begins_with_a_small_word_is_kept(here: Company) -> None:
    with here.network.store.write() as tx:
        opening.add(tx, [NewCommunity("La Vélo", CommunityKind.INTEREST)], CONSOLE)
        members.add(tx, [NewMember("De Roux")], CONSOLE)

    assert spaced(here.ask("rejoindre la Vélo").title) == "Vous êtes maintenant dans « La Vélo »."
    assert here.ask("profil de roux").title == "De Roux"


@pytest.mark.parametrize(
    ("line", "subject"),
    [
        ("qui connait la soudure ?", "soudure"),
        ("qui sait souder l’inox ?", "souder l’inox"),
        ("qui gère les badges ?", "badges"),
        ("qui s’y connaît en soudure ?", "soudure"),
        ("who knows about welding?", "welding"),
        ("expert l’inox", "inox"),
        ("expert en", "en"),
    ],
)
def test_the_subject_of_a_question_stands_without_its_verb(here: Company, line: str, subject: str) -> None:
    assert spaced(here.ask(line).title).endswith(f"« {subject} »") or f"« {subject} »." in spaced(here.ask(line).title)


@pytest.mark.parametrize(
    ("line", "question"),
    [
        ("who can help me with welding", "who can help me with welding"),
        ("je voudrais savoir qui sait souder l’inox", "qui sait souder l’inox"),
        ("expert en zinguerie", "en zinguerie"),
    ],
)
def test_a_question_for_somebody_who_knows_is_asked_whole(here: Company, line: str, question: str) -> None:
    ask = next(button for button in here.ask(line).buttons if button.label == "Demander au réseau")

    assert ask.line == f"demander : {question}"


@pytest.mark.parametrize("line", ["Q11 ?", "q11.", "Q11 !", "Q11\N{NO-BREAK SPACE}?"])
def test_a_number_with_a_mark_is_that_number(line: str) -> None:
    assert parse(line, COMMANDS) == Numbered("Q11")


def test_a_number_with_words_asks_what_to_do_with_it(here: Company) -> None:
    card = here.ask("Q12 tout à fait")

    assert spaced(card.title) == "Que voulez-vous faire de Q12 ?"
    assert labels(card) == ["Répondre à Q12", "Voir Q12", "Aide"]


def test_the_only_answer_is_kept_without_its_number(here: Company) -> None:
    card = here.ask("retenir Q12")
    assert card.done
    assert "Ana Roux" in card.title

    here.ask("répondre Q12 merci à vous")
    assert here.ask("retenir Q12").done  # one's own is no answer to oneself
    here.ask("répondre Q12 moi aussi", "franck")
    assert here.ask("retenir Q12").error == "E_NUMBER_MISSING"


def test_a_community_before_a_colon_is_where_it_goes_unless_a_colon_comes_first(here: Company) -> None:
    assert "Dans « Veille »" in card_text(here.ask("publier Veille : bonjour à tous"))
    assert "Dans « Vélo »" in card_text(here.ask("demander Vélo : qui vient ?"))
    assert Quote("Veille : bonjour à tous", "Léa Petit") in here.ask("publier : Veille : bonjour à tous").blocks
    assert "Sur votre mur" in card_text(here.ask("publier Direction : bonjour à tous"))
    posted = here.press(here.ask("publier Veille : bonjour à tous"), "Publier")
    assert "Dans « Veille »" in card_text(posted)
    assert "> bonjour" not in card_text(posted)


def test_taking_back_something_that_was_not_posted_takes_back_nothing(here: Company) -> None:
    posted = here.ask("publier bonjour", confirmed=True)

    assert here.ask("annuler la réunion de lundi").error == "E_NOTHING_TO_UNDO"
    assert here.ask("annuler aGoneToken").error == "E_NOTHING_TO_UNDO"
    assert here.ask("annuler mon message").code == posted.code


# -- our own name ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("RSE (essai) [v2]*", "@RSE (essai) [v2]* fil"),
        ("RSE (essai) [v2]*", "@rse (ESSAI)  [v2]*, fil"),
        ("RSE (essai) [v2]*", "/rse-essai-v2 fil"),
        ("Réseau Dupont", "@Réseau Dupont fil"),
        ("Réseau Dupont", "@reseau dupont : fil"),
        ("Réseau Dupont", "/reseau-dupont fil"),
        ("Réseau Dupont", "@Réseau Dupont @RSE fil"),
    ],
)
def test_our_name_may_have_several_words_and_signs(name: str, line: str) -> None:
    assert verb(line, ("rse", name)) == "feed"


def test_our_name_is_left_out_at_the_console_too(here: Company) -> None:
    card = here.ask(f"@{here.network.settings.name} fil")

    assert card.title == "Votre fil"


def test_a_guest_is_helped_as_well(here: Company) -> None:
    for line in ("aide moi", "oui", "mes données", "j'ai une question", "qui est Ana ?"):
        card = here.ask(line, "guy")
        assert card.error in ("", "E_UNKNOWN_VERB")
