"""Help, profiles, following, communities, the feed, search and experts."""

from __future__ import annotations

import pytest

from bots.card import Field, Fields, Items, Quote, words
from reseau.acting import Acting
from reseau.people import members
from reseau.people.members import MemberChange, NewMember
from tests.bots.company import CLOSED_WORD, CONSOLE, Company, card_text, labels, spaced


def codes(here: Company, line: str, who: str = "lea") -> list[str]:
    """The numbers that a card lists."""
    blocks = here.ask(line, who).blocks
    return [item.code for block in blocks if isinstance(block, Items) for item in block.items]


def sheet(here: Company, line: str, who: str = "lea") -> dict[str, str]:
    """The lines of the profile sheet that a card shows."""
    blocks = here.ask(line, who).blocks
    pairs = [field for block in blocks if isinstance(block, Fields) for field in block.fields]
    return {pair.label: pair.value for pair in pairs}


# -- help --------------------------------------------------------------------------------------------------------------


def test_help_begins_with_three_whole_lines_in_few_words(here: Company) -> None:
    card = here.ask("aide")

    assert "- `demander dans Veille : qui connaît un bon traducteur ?`" in card_text(card)
    assert len(card_text(card).split()) <= 65
    assert "confirmer" not in card_text(card)


def test_help_has_all_the_words_in_five_groups_behind_a_button(here: Company) -> None:
    assert "retenir" not in card_text(here.ask("aide"))
    everything = here.press(here.ask("aide"), "Tous les mots")
    groups = next(block for block in everything.blocks if isinstance(block, Fields))
    assert len(groups.fields) == 5
    assert "retenir" in card_text(everything)


def test_a_line_of_the_profile_without_its_colon_is_explained(here: Company) -> None:
    card = here.ask("profil métier comptable")

    assert card.error == "E_LINE"
    assert "profil expertise : soudure, Python" in card_text(card)
    assert "outils" in card_text(card)


@pytest.mark.parametrize("line", ["aide idée", "aide IDEE", "help idea", "? idea", "aide proposer", "aide idée ?"])
def test_help_of_a_verb_has_an_example_and_other_words(here: Company, line: str) -> None:
    card = here.ask(line)

    assert card.title == "idée"
    assert Fields((Field("Exemple", "idée : mutualiser les bancs d’essai"),)) in card.blocks
    assert "proposer" in card_text(card)


def test_help_searches_in_help(here: Company) -> None:
    assert "expert" in card_text(here.ask("aide collègues"))
    nothing = here.ask("aide zygomatique")
    assert labels(nothing) == ["Tous les mots", "Chercher dans le réseau"]


# -- profiles ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line", ["profil @ana", "profil ana", "profil Ana Roux", 'profil "ana roux"', "profil ana@example.org", "p @ANA"]
)
def test_a_profile_is_found_by_whatever_names_the_person(here: Company, line: str) -> None:
    assert here.ask(line).title == "Ana Roux"


def test_a_profile_shows_what_people_share_and_wrote(here: Company) -> None:
    card = here.ask("profil @ana")

    assert sheet(here, "profil @ana")["En commun"] == "Veille"
    assert "Soudeuse" in card_text(card)
    assert "soudure" in card_text(card)
    assert "suivi par 0 personne · suit 0 personne · 0 merci reçu" in card_text(card)
    assert labels(card) == ["Suivre", "Remercier"]
    here.press(card, "Suivre")
    assert labels(here.ask("profil @ana")) == ["Ne plus suivre", "Remercier"]


@pytest.mark.parametrize(
    ("line", "label", "value"),
    [
        ("profil expertise : soudure ; Python", "Compétences", "soudure, Python"),
        ("profil compétences : soudure, python, SOUDURE", "Compétences", "soudure, python"),
        ("profile skills: welding\nPython", "Compétences", "welding, Python"),
        ("profil Centres d’intérêt : vélo", "Centres d’intérêt", "vélo"),
        ("profil outils : Excel", "Outils", "Excel"),
        ("profil demandez-moi : les tarifs", "Demandez-moi", "les tarifs"),
        ("profile ask me about: prices", "Demandez-moi", "prices"),
        ("profil projets : Alpha", "Projets", "Alpha"),
        ("profil bio : J’achète, je vends", "En quelques mots", "J’achète, je vends"),
        ("profil téléphone : 01 23", "Téléphone", "01 23"),
    ],
)
def test_a_line_of_the_own_sheet_is_written_from_the_chat(here: Company, line: str, label: str, value: str) -> None:
    assert here.ask(line).done
    assert sheet(here, "profil")[label] == value


def test_what_somebody_says_to_know_is_found_at_once(anywhere: Company) -> None:
    anywhere.ask("profil expertise : brasage")

    assert "Léa Petit" in card_text(anywhere.ask("chercher brasage", "ana"))
    assert "Léa Petit" in card_text(anywhere.ask("expert brasage", "ana"))


def test_an_emptied_line_is_gone_and_a_long_one_is_refused(here: Company) -> None:
    here.ask("profil bio : bonjour")
    assert here.ask("profil bio :").done
    assert "En quelques mots" not in sheet(here, "profil")
    assert here.ask("profil bio : " + "x" * 1001).error == "E_TOO_LONG"


def test_nobody_is_written_to_but_oneself(here: Company) -> None:
    here.ask("profil @ana expertise : poterie")

    assert "poterie" not in card_text(here.ask("profil @ana"))


def test_a_guest_sees_people_of_shared_communities_without_their_contacts(here: Company) -> None:
    assert here.ask("profil @nina", "guy").error == "E_NO_MEMBER"
    card = here.ask("profil @franck", "guy")
    assert card.title == "Franck Morel"
    assert "+33 1 23 45 67 89" not in card_text(card)
    assert "+33 1 23 45 67 89" in card_text(here.ask("profil @franck"))


def test_several_people_are_proposed(here: Company) -> None:
    with here.network.store.write() as tx:
        members.add(tx, [NewMember("Anaïs Blanc")], Acting("console"))
    card = here.ask("suivre an")

    assert card.error == "E_SEVERAL_MEMBERS"
    ana = next(label for label in labels(card) if label.startswith("Ana Roux"))
    assert here.press(card, ana).title == "Vous suivez maintenant Ana Roux."


# -- following ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("suivre @ana", "Ana Roux"),
        ("suivre Ana Roux", "Ana Roux"),
        ("suivre #veille", "« Veille »"),
        ("suivre Veille", "« Veille »"),
        ("suivre « Appels d’offres »", "« Appels d'offres »"),
        ("suivre Q1", "Q1"),
        ("suivre #soudure", "#soudure"),
        ("follow #Tout-neuf", "#Tout-neuf"),
    ],
)
def test_people_communities_threads_and_tags_can_be_followed_and_no_longer(here: Company, line: str, name: str) -> None:
    card = here.ask(line)
    assert spaced(card.title) == f"Vous suivez maintenant {name}."
    assert card.done
    again = here.ask(line)
    assert spaced(again.title) == f"Vous suivez déjà {name}."
    assert not again.done
    assert spaced(here.press(card, "Ne plus suivre").title) == f"Vous ne suivez plus {name}."
    assert spaced(here.press(card, "Ne plus suivre").title) == f"Vous ne suiviez pas {name}."


def test_following_is_one_way(here: Company) -> None:
    here.ask("suivre @ana")

    assert "suivi par 0 personne" in card_text(here.ask("profil"))
    assert "suivi par 1 personne" in card_text(here.ask("profil @ana"))


def test_nobody_follows_oneself(here: Company) -> None:
    assert here.ask("suivre @lea").error == "E_FOLLOW_SELF"


# -- communities -------------------------------------------------------------------------------------------------------


def test_communities_are_listed_with_the_own_ones_first(here: Company) -> None:
    card = here.ask("communautés")
    mine, others = [block for block in card.blocks if isinstance(block, Items)]

    assert (mine.heading, others.heading) == ("Les vôtres", "Les autres")
    assert [item.text.split("**")[1] for item in mine.items] == ["Veille"]
    assert {item.text.split("**")[1] for item in others.items} == {"Appels d'offres", "Direction", "Vélo"}
    assert "Rachat" not in card_text(card)
    assert here.press(card, labels(card)[0]).done


def test_communities_are_found_by_a_word_of_name_or_purpose(here: Company) -> None:
    assert "Veille" in card_text(here.ask("communautés autres"))
    assert spaced(here.ask("communautés zzz").title) == "Aucune communauté ne parle de « zzz »."


def test_joining_and_leaving(anywhere: Company) -> None:
    joined = anywhere.ask("rejoindre velo")
    assert spaced(joined.title) == "Vous êtes maintenant dans « Vélo »."
    assert joined.done
    assert not anywhere.ask('join "Vélo"').done
    left = anywhere.ask("quitter #velo")
    assert left.done
    assert anywhere.press(left, "Revenir").done
    assert anywhere.ask("quitter Appels d’offres").title.startswith("Vous n’étiez pas")


def test_whoever_joins_late_finds_what_was_written_before(anywhere: Company) -> None:
    card = anywhere.ask("publier dans Vélo : le parking couvert ouvre lundi", "ana")
    code = anywhere.press(card, "Publier", "ana").code
    anywhere.ask("rejoindre Vélo")

    assert code in codes(anywhere, "fil")
    assert code in codes(anywhere, "chercher parking")


@pytest.mark.parametrize("word", ["communauté", "communautés", "groupe", "groupes", "community", "group", "groups"])
def test_every_word_for_a_community_lists_them(here: Company, word: str) -> None:
    assert here.ask(word).title in ("Communautés", "Communities")


def test_a_private_community_is_entered_by_its_members_word_alone(here: Company) -> None:
    card = here.ask("rejoindre Direction")

    assert card.error == "E_NOT_MEMBER"
    assert here.rows("membership") == {"membership": 6}


def test_a_secret_community_cannot_be_told_from_one_that_is_not_there(here: Company) -> None:
    for verb in ("rejoindre", "quitter"):
        secret, nowhere = here.ask(f"{verb} Rachat"), here.ask(f"{verb} Rachax")
        assert secret.title.replace("Rachat", "") == nowhere.title.replace("Rachax", "")
        assert labels(secret) == labels(nowhere)


# -- the feed ----------------------------------------------------------------------------------------------------------


def test_the_feed_has_ten_threads_each_with_its_reason(anywhere: Company) -> None:
    card = anywhere.ask("fil")

    assert codes(anywhere, "fil")[:2] == ["Q12", "Q11"]
    assert len(codes(anywhere, "fil")) == 10
    assert "votre communauté" in card_text(card)
    assert anywhere.press(card, "Voir Q12").code == "Q12"


def test_two_people_have_two_feeds(here: Company) -> None:
    here.ask("publier sur mon mur", "franck", confirmed=True)
    here.ask("suivre @franck", "lea")

    assert "vous suivez Franck Morel" in card_text(here.ask("fil"))
    assert "Franck" not in card_text(here.ask("fil", "ana"))


def test_the_feed_since_a_day(here: Company) -> None:
    assert codes(here, "fil depuis hier")[0] == "Q12"
    assert here.ask("fil avant hier").title == "Rien n’a bougé pendant cette période."
    assert here.ask("feed since monday").error == ""
    assert here.ask("fil depuis toujours").error == "E_DATE"


def test_an_empty_feed_says_what_fills_it(here: Company) -> None:
    here.ask("quitter Veille", "guy")

    assert here.ask("fil", "guy").title.startswith("Votre fil est encore vide")


# -- search and experts ------------------------------------------------------------------------------------------------


def test_search_finds_contents_and_people(anywhere: Company) -> None:
    assert "Q12" in codes(anywhere, "chercher bancs d'essai")
    assert "Ana Roux" in card_text(anywhere.ask("chercher soudure"))


def test_finding_nothing_proposes_to_ask(here: Company) -> None:
    card = here.ask("chercher zygomatique")

    assert spaced(card.title) == "Rien trouvé sur « zygomatique »."
    preview = here.press(card, "Demander au réseau")
    assert Quote("zygomatique", "Léa Petit") in preview.blocks


@pytest.mark.parametrize("who", ["lea", "guy"])
def test_nothing_closed_is_found(here: Company, who: str) -> None:
    assert here.ask(f"chercher {CLOSED_WORD}", who).blocks == ()
    assert here.ask(f"expert {CLOSED_WORD}", who).blocks == ()
    assert CLOSED_WORD in words(here.ask(f"chercher {CLOSED_WORD}", "franck"))


def test_experts_come_with_their_evidence(anywhere: Company) -> None:
    card = anywhere.ask("expert soudure")

    assert "Ana Roux" in card_text(card)
    assert "sa fiche dit : soudure" in card_text(card)
    assert anywhere.press(card, "Ana Roux").title == "Ana Roux"
    anywhere.ask("répondre Q12 : nos bancs d’essai viennent de Lyon", "ana")
    assert "1 réponse · a écrit dans Q12" in card_text(anywhere.ask("qui connaît les bancs d’essai ?"))


def test_a_whole_question_to_experts_can_be_asked_as_it_is(here: Company) -> None:
    card = here.ask("qui joue du basson ?")

    preview = here.press(card, "Demander au réseau")
    assert Quote("qui joue du basson ?", "Léa Petit") in preview.blocks


# -- a thread ----------------------------------------------------------------------------------------------------------


def test_a_thread_shows_its_replies_and_what_can_be_done(here: Company) -> None:
    card = here.ask("voir Q12", "ana")

    assert card.code == "Q12"
    assert "Qui a déjà posé des bancs d’essai ?" in card.title
    assert "Moi, à **Lyon**, en 2024." in card_text(card)
    assert labels(card) == ["Répondre", "J’aime", "Suivre", "Remercier", "Signaler"]


def test_only_the_newest_replies_of_a_long_thread_are_shown(here: Company) -> None:
    for n in range(12):
        here.ask(f"répondre Q1 réponse {n}")
    card = here.ask("Q1")

    assert spaced(card.footer) == "2 réponses plus anciennes ne sont pas montrées."
    assert "réponse 11" in card_text(card)
    assert "réponse 1\n" not in card_text(card)
    assert codes(here, "Q1") == [str(n) for n in range(3, 13)]


def test_grade_and_position_change_nothing(here: Company) -> None:
    for line in ("aide", "chercher cuivre", "communautés", "publier dans Veille : bonjour"):
        with here.network.store.write() as tx:
            members.change(tx, [MemberChange(here.people["lea"], {"level": "1", "job": "Stagiaire"})], CONSOLE)
        low = here.ask(line)
        with here.network.store.write() as tx:
            members.change(tx, [MemberChange(here.people["lea"], {"level": "99", "job": "Présidente"})], CONSOLE)
        assert words(here.ask(line)) == words(low)
