"""The next actions that the figures suggest, and the animateurs' row, which names nobody."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pytest

from analytics.published.reading import Attention, Question, Waiting
from dashboards.sections.actions import actions
from dashboards.sections.attention import Places
from dashboards.sections.sponsors import presences, row, unnamed
from reseau.i18n import Words
from tests.dashboards.company import COMMUNITIES, FRESH, Company
from tests.dashboards.conftest import Visiting
from tests.dashboards.spoken import spoken


def sentences(visit: Visiting, language: str = "en") -> list[str]:
    return [action.what for action in actions(visit("", language))]


def test_the_most_pressing_actions_come_first(visit: Visiting) -> None:
    assert sentences(visit) == [
        "Have 2 questions answered",
        "Call the animateurs of Sécurité au poste",
        "Find an animateur for Bienvenue and 1 other community",
    ]


def test_when_every_target_is_reached_there_is_still_something_worth_doing(visit: Visiting, lumen: Company) -> None:
    lumen.lists = Attention()
    for cells in lumen.rows.values():
        for cell in cells:
            cell["value"] = cell["value"] if math.isnan(cell["value"]) else max(cell["value"], 1)
            cell["numerator"] = cell["denominator"]

    assert sentences(visit) == ["Share what works", "Thank the animateurs", "Collect two stories"]


def test_old_figures_are_the_first_thing_to_mend(visit: Visiting, lumen: Company) -> None:
    lumen.about = replace(FRESH, until=date(2026, 11, 3))

    assert sentences(visit)[0] == "Bring the figures up to date"
    assert "3 November 2026" in actions(visit("", "en"))[0].why


def test_people_to_welcome_are_counted_up_to_the_target(visit: Visiting, lumen: Company) -> None:
    lumen.targets["activation_rate"] = 0.9
    lumen.rows["animateur_presence"] = lumen.rows["animateur_coverage"] = []
    lumen.lists = Attention()

    assert "Welcome 54 more people" in sentences(visit)
    assert "Accueillir encore 54 personnes" in sentences(visit, "fr")


def test_hidden_figures_suggest_nothing(visit: Visiting, lumen: Company) -> None:
    for name in lumen.rows:
        lumen.hide(name)
    lumen.lists = Attention()

    assert sentences(visit) == ["Share what works"]


@pytest.mark.parametrize("query", ["?period=week", "?period=12-weeks", "?period=launch"])
def test_what_to_do_does_not_depend_on_the_period_that_is_looked_at(visit: Visiting, query: str) -> None:
    assert actions(visit(query, "en")) == actions(visit("", "en"))


def test_advice_names_communities_and_links_to_their_list(visit: Visiting) -> None:
    from dashboards.pages.overview import page
    from tests.dashboards.spoken import by_id

    drawn = page.draw(visit("?langue=en"))
    assert spoken(by_id(drawn, "waiting")).startswith(
        "Questions that wait for an answer Écoconception Q14 since 12 November 2026 Écoconception Q12 since 3 November"
    )
    assert "The newest is Q14 since 12 November 2026, in “Écoconception”" in actions(visit("", "en"))[0].why
    assert spoken(by_id(drawn, "nobody")) == "Nobody is in charge Bienvenue 1 more is not open to everybody."
    assert spoken(by_id(drawn, "alone")).endswith("Maintenance prédictive Projet Atlas")
    assert spoken(by_id(drawn, "quiet")).endswith("Projet Atlas")


def test_of_many_questions_the_newest_come_first_and_the_others_are_counted(visit: Visiting, lumen: Company) -> None:
    from dashboards.sections.attention import lists
    from tests.dashboards.spoken import by_id

    old = Question(1, date(2025, 12, 1))
    lately = [Question(number, date(2026, 11, number)) for number in range(9, 4, -1)]
    lumen.lists = Attention(
        waiting=(Waiting("3", 38, old, tuple(lately[1:4])), Waiting("2", 2, lately[4], (lately[0], lately[4])))
    )
    here = replace(visit("", "en"), codes={number: f"Q{number}" for number in range(1, 10)})
    action, first = actions(here)[0], lists(here)

    assert action.what == "Have 3 questions answered"
    assert action.why.startswith("The newest is Q9 since 9 November 2026, in “Bienvenue”. 37 older ones wait too.")
    assert first is not None
    assert spoken(by_id(first, "waiting")).startswith(
        "Questions that wait for an answer Bienvenue Q9 since 9 November 2026 Écoconception Q8 since 8 November 2026 "
        "Écoconception Q7 since 7 November 2026 37 older ones, by community "
        "Écoconception 36 questions, the oldest is Q1 since 1 December 2025 Bienvenue Q5 since 5 November 2026"
    )


def test_a_question_that_not_everybody_reads_any_more_has_no_code(visit: Visiting) -> None:
    here = replace(visit("", "en"), codes={})

    assert "The newest is since 12 November 2026" in actions(here)[0].why


def test_while_no_question_waits_the_advice_is_to_answer_sooner(visit: Visiting, lumen: Company) -> None:
    lumen.lists = Attention()

    assert "Answer questions sooner" in sentences(visit)
    assert not [sentence for sentence in sentences(visit) if "wait" in sentence]


def test_no_thanks_are_suggested_without_animateurs(visit: Visiting, lumen: Company) -> None:
    lumen.lists, lumen.rows = Attention(), {"living_communities": lumen.rows["living_communities"]}

    assert sentences(visit) == ["Share what works", "Collect two stories"]


def test_every_action_leads_to_a_figure_of_the_page(visit: Visiting) -> None:
    from dashboards.pages.overview import page
    from tests.dashboards.spoken import by_id

    here = visit()
    drawn = page.draw(here)
    for action in actions(here):
        assert by_id(drawn, action.anchor)


def test_communities_are_in_alphabetical_order(visit: Visiting) -> None:
    names = [presence.name for presence in presences(visit())]

    assert names == [
        "Achats responsables",
        "Bienvenue",
        "Data et tableurs",
        "Écoconception",
        "Maintenance prédictive",
        "Projet Atlas",
        "Qualité fournisseurs",
        "Sécurité au poste",
        "Vélo et covoiturage",
    ]


def test_a_community_that_is_not_open_to_everybody_has_no_name_here(visit: Visiting) -> None:
    text = spoken(row(visit("?langue=fr")))

    assert unnamed(visit()) == 2
    assert "2 de plus ne sont pas ouvertes à tous." in text
    assert all(name in text for name in COMMUNITIES.values())


def test_an_unknown_week_is_not_an_absence(visit: Visiting, lumen: Company) -> None:
    lumen.hide("animateur_presence", segment="7")
    silent = next(presence for presence in presences(visit()) if presence.name == "Sécurité au poste")

    assert (silent.present, silent.counted, silent.silent) == (0, 0, False)


@pytest.mark.parametrize(("language", "words"), [("fr", "11 semaines sur 12"), ("en", "11 weeks out of 12")])
def test_presence_has_words_too(visit: Visiting, language: str, words: str) -> None:
    assert words in spoken(row(visit("", language)))


def test_communities_that_may_not_be_named_are_not_others_of_nothing() -> None:
    assert Places((), 1).few(Words("fr")) == "1 communauté qui n’est pas ouverte à tous"
    assert Places((), 2).few(Words("en")) == "2 communities not open to everybody"
    assert Places(("Bienvenue",), 1).few(Words("en")) == "Bienvenue and 1 other community"
