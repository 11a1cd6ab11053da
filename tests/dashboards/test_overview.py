"""The first page: five figures that explain themselves, and something useful to read when there is nothing to count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from dash import html

from analytics.metric import METRICS
from dashboards.drawing.frame import framed
from dashboards.figures.places import Readiness
from dashboards.pages.overview import page
from tests.dashboards import company
from tests.dashboards.company import Company
from tests.dashboards.conftest import Visiting
from tests.dashboards.spoken import by_id, of_class, parts, rows, spoken, texts

CARDS = ("activation_rate", "engagement_rate", "active_members", "answered_72h", "living_communities")


def test_the_five_cards_say_value_movement_target_and_method(visit: Visiting) -> None:
    here = visit("?langue=en")
    drawn = page.draw(here)

    assert [getattr(card, "id", "") for card in of_class(drawn, "card")][:5] == list(CARDS)
    text = spoken(by_id(drawn, "activation_rate"))
    assert "77% 317 people out of 412" in text
    assert "stable · 77% before" in text
    assert "Target 45%: reached" in text
    for name in CARDS:
        assert METRICS[name].method in spoken(by_id(drawn, name))


def test_a_figure_of_a_sample_shows_its_interval_and_doubts_a_movement_inside_it(visit: Visiting) -> None:
    text = spoken(by_id(page.draw(visit("?langue=en")), "answered_72h"))

    assert "83 questions asked · margin of error: 52 to 74%" in text
    assert "−10 points · within the margin of error" in text


def test_a_hidden_earlier_figure_is_explained(visit: Visiting, lumen: Company) -> None:
    lumen.hide("answered_72h", "small", end=date(2026, 10, 11), grain="4w")

    assert "too few cases before" in spoken(by_id(page.draw(visit("?langue=en")), "answered_72h"))


def test_a_share_of_everybody_in_a_large_company_has_no_interval(visit: Visiting, lumen: Company) -> None:
    for row in lumen.rows["activation_rate"]:
        row.update(low=0.7, high=0.85)

    assert "margin" not in spoken(by_id(page.draw(visit("?langue=en")), "activation_rate"))
    for row in lumen.rows["activation_rate"]:
        row.update(n=60)
    assert "margin of error: 70 to 85%" in spoken(by_id(page.draw(visit("?langue=en")), "activation_rate"))


def test_a_hidden_card_shows_its_limit_and_reason(visit: Visiting, lumen: Company) -> None:
    lumen.hide("engagement_rate")
    words = spoken(by_id(page.draw(visit("?langue=fr")), "engagement_rate"))

    assert "moins de 10" in words
    assert "pour que personne ne soit reconnu" in words
    assert not any(text in ("0", "0 %") for text in map(spoken, texts(by_id(page.draw(visit()), "engagement_rate"))))


def test_the_active_members_are_counted_in_the_window_of_the_period(visit: Visiting) -> None:
    week, month = (
        spoken(by_id(page.draw(visit(query)), "active_members")) for query in ("?period=week", "?period=4-weeks")
    )
    assert "mesurés sur 7 jours" in week
    assert "mesurés sur 4 semaines" in month


def test_the_week_looked_at_is_named_with_the_one_before(visit: Visiting) -> None:
    text = spoken(of_class(page.draw(visit("?period=week", "en")), "eyebrow"))

    assert text == "One week, from 9 to 15 November 2026, compared with the week before Link to these figures"


def test_a_figure_with_a_lag_shows_its_own_dates(visit: Visiting, lumen: Company) -> None:
    rows = lumen.rows["answered_72h"]
    lumen.rows["answered_72h"] = [row for row in rows if row["end"] < date(2026, 11, 8)]
    text = spoken(by_id(page.draw(visit("", "en")), "answered_72h"))

    assert "from 14 September to 11 October 2026" in text


def test_since_the_launch_there_is_nothing_to_compare_with(visit: Visiting) -> None:
    drawn = page.draw(visit("?periode=lancement"))

    changes = of_class(of_class(drawn, "cards"), "change")
    assert [spoken(change) for change in changes] == [""] * 5


def test_kinds_are_named_counted_and_compared(visit: Visiting) -> None:
    drawn = page.draw(visit("?langue=en"))
    heading, *lines = rows(of_class(drawn, "kinds")[0])

    assert heading == ["Kind", "Number", "Before"]
    assert len(lines) == len(company.KINDS)
    counts = [int(line[1]) for line in lines]
    assert counts == sorted(counts, reverse=True)
    assert lines[0][0] == "Reactions"


def test_a_hidden_kind_is_never_a_zero(visit: Visiting, lumen: Company) -> None:
    lumen.hide("contributions", "dominance", segment="idea")
    _, *lines = rows(of_class(page.draw(visit("?langue=fr")), "kinds")[0])

    assert [line[1:] for line in lines if line[0] == "Idées"] == [["masqué", "masqué"]]
    lumen.hide("contributions", "k", segment="idea")
    _, *lines = rows(of_class(page.draw(visit("?langue=fr")), "kinds")[0])
    assert [line[1:] for line in lines if line[0] == "Idées"] == [["moins de 10 personnes", "moins de 10 personnes"]]


@pytest.mark.parametrize(
    ("source", "title", "command"),
    [
        (company.nobody, "Le réseau est prêt ; personne n’est encore entré.", "reseau kit list"),
        (company.before_the_first_build, "Les chiffres n’ont pas encore été calculés.", "reseau facts build"),
    ],
)
def test_an_empty_network_says_what_to_do_and_shows_no_zero(
    visit: Visiting, source: Callable[[], Company], title: str, command: str
) -> None:
    here = visit("?langue=fr", source=source())
    drawn = page.draw(here)

    assert spoken([component for component in parts(drawn) if isinstance(component, html.H1)]) == title
    assert command in texts(drawn)
    assert "0" not in spoken(drawn)
    assert len([component for component in parts(drawn) if isinstance(component, html.Li)]) == 3
    assert "moins de 0" not in spoken(framed(page, drawn, here))


def test_a_filled_network_ticks_its_finished_steps_and_counts_the_expected_people(visit: Visiting) -> None:
    ready = Readiness(communities=True, contents=True, expected=77)
    drawn = page.draw(replace(visit("?langue=fr", source=company.nobody()), readiness=ready))
    few = page.draw(replace(visit("?langue=fr", source=company.nobody()), readiness=replace(ready, expected=9)))

    assert spoken(of_class(drawn, "opening")).startswith("77 personnes sont attendues, aucune n’est encore entrée.")
    assert [spoken(component).count("Fait") for component in of_class(drawn, "steps")] == [2]
    assert len(of_class(drawn, "done")) == 2
    assert spoken(of_class(few, "opening")).startswith("Le réseau est prêt")


def test_twelve_weeks_say_that_active_members_are_those_of_their_last_four_weeks(visit: Visiting) -> None:
    text = spoken(by_id(page.draw(visit("?periode=12-semaines")), "active_members"))

    assert "mesurés sur 4 semaines · du 14 septembre au 11 octobre 2026" in text
    assert "dans les 4 semaines d’avant" in text


def test_the_frame_says_freshness_threshold_exclusions_and_what_is_seeded(visit: Visiting) -> None:
    here = visit("?langue=fr")
    text = spoken(by_id(framed(page, [], here), "about"))

    assert "Chiffres jusqu’au 15 novembre 2026, dernière semaine entière ; calculs du 20 nov. 2026" in text
    assert "publié une seule fois" in text
    assert "au moins 10 de chaque côté" in text
    assert "additionne les semaines montrées" in text
    assert "« Moins de 10 »" in text.replace("\xa0", " ")
    assert "les robots" in text
    assert "186 éléments importés" in text
    assert "La présence des animateurs fait exception" in text
    assert "inventée" not in text


def test_a_complaint_about_the_address_is_shown_above_the_figures(visit: Visiting) -> None:
    here = visit("?periode=banane")

    assert "banane" in spoken(of_class(framed(page, [], here), "notice"))


@pytest.mark.parametrize(("query", "says"), [("?period=week", False), ("?period=4-weeks", True), ("", True)])
def test_a_target_of_four_weeks_judges_no_other_period(visit: Visiting, query: str, says: bool) -> None:
    text = spoken(by_id(page.draw(visit(query, "en")), "engagement_rate"))

    assert ("Target 40%" in text) is says
    assert ("Its target is for another period: 4 weeks" in text) is not says


def test_a_share_that_depends_on_no_period_has_its_target_over_every_period(visit: Visiting) -> None:
    for query in ("?period=week", "?period=launch"):
        assert "Target 45%" in spoken(by_id(page.draw(visit(query, "en")), "activation_rate"))


def test_a_period_does_not_begin_before_the_launch_nor_compare_itself_with_what_came_before(
    visit: Visiting, lumen: Company
) -> None:
    lumen.about = replace(company.FRESH, launch=date(2026, 11, 4))
    drawn = page.draw(visit("?period=4-weeks", "en"))

    assert "4 weeks, from 4 to 8 November 2026, since the launch" in spoken(of_class(drawn, "eyebrow"))
    assert "No earlier period to compare with" in spoken(by_id(drawn, "activation_rate"))


def test_one_person_and_one_community_are_in_the_singular(visit: Visiting, lumen: Company) -> None:
    for name in ("activation_rate", "living_communities", "animateur_coverage"):
        for row in lumen.rows[name]:
            row.update(numerator=1, value=1 / row["denominator"])
    drawn = page.draw(visit("?langue=fr"))

    assert "1 personne sur 412" in spoken(by_id(drawn, "activation_rate"))
    assert "1 communauté sur 34" in spoken(by_id(drawn, "living_communities"))
    assert "1 communauté sur 34" in spoken(by_id(drawn, "animateur_coverage"))


def test_the_welcome_shows_the_configured_way_in_and_the_opening_day(visit: Visiting) -> None:
    empty = company.nobody()
    assert "Slack ou Teams" in spoken(page.draw(visit("?langue=fr", source=empty)))
    assert "prochaine version" not in spoken(page.draw(visit("?langue=fr", source=empty)))

    empty.about = replace(company.FRESH, launch=date(2027, 1, 5), seeded=0)
    assert "The network opens on 5 January 2027." in spoken(page.draw(visit("", "en", source=empty)))


def test_names_keep_their_own_direction(visit: Visiting) -> None:
    names = [component for component in parts(page.draw(visit())) if spoken(component) == "Achats responsables"]

    assert [getattr(name, "dir", None) for name in names if isinstance(name, html.Span)] == ["auto"]


def test_before_the_first_week_is_over_the_page_says_when_figures_come(visit: Visiting) -> None:
    source = company.young()
    drawn = page.draw(visit("?langue=fr", source=source))

    text = spoken(of_class(drawn, "opening"))
    assert text.startswith("Le réseau est ouvert depuis le 17 novembre 2026.")
    assert "les premiers paraîtront le lundi 23 novembre 2026" in text
    assert "Q14" in spoken(by_id(drawn, "waiting"))
    assert of_class(drawn, "card") == []

    source.about = replace(source.about, until=date(2026, 11, 15))
    late = replace(visit("?langue=fr", source=source), today=date(2026, 11, 24))
    assert "reseau facts build" in spoken(of_class(page.draw(late), "opening"))


@pytest.mark.parametrize("slug", ["semaine", "4-semaines", "12-semaines", "lancement"])
@pytest.mark.parametrize("weeks", [1, 3, 4, 11, 13])
def test_no_card_of_a_young_network_is_empty_without_a_reason(visit: Visiting, slug: str, weeks: int) -> None:
    here = replace(
        visit(f"?langue=fr&periode={slug}", source=company.weeks_old(weeks)),
        today=company.LAUNCH + timedelta(weeks=weeks),
    )
    drawn = page.draw(here)

    cards = of_class(drawn, "card")
    assert len(cards) == 7
    assert all(spoken(of_class(card, "figure-value")) for card in cards)
    worded = [card for card in cards if of_class(card, "words")]
    assert all(spoken(of_class(text, "context")) for text in worded)
    kinds = spoken(by_id(drawn, "kinds"))
    assert ("premiers chiffres le 2 mars 2026" in kinds) is (weeks < 4)


def test_a_tab_without_figures_shows_when_they_begin_and_its_days(visit: Visiting) -> None:
    here = replace(visit("?period=12-weeks", "en", source=company.weeks_old(5)), today=date(2026, 3, 9))

    opening = spoken(of_class(page.draw(here), "opening"))
    assert opening.startswith("4 weeks, from 2 February to 1 March 2026")
    assert "Figures over 12 weeks begin on 27 April 2026." in opening


def test_a_figure_by_four_weeks_says_its_days_beside_those_of_a_week(visit: Visiting) -> None:
    drawn = page.draw(visit("?period=week", "en"))

    assert "from 12 October to 8 November 2026" in spoken(by_id(drawn, "living_communities"))
    assert "from 12 October to 8 November 2026" in spoken(by_id(drawn, "kinds"))
    assert "Target 80%" in spoken(by_id(drawn, "answered_72h"))


def test_since_the_launch_kinds_end_with_the_last_four_weeks(visit: Visiting) -> None:
    text = spoken(by_id(page.draw(visit("?period=launch", "en")), "kinds"))

    assert "from 2 February to 8 November 2026" in text
    assert text.index("Other kinds") > text.index("Ideas")


@pytest.mark.parametrize(
    ("reason", "low", "high", "title", "figure"),
    [
        ("k", 0, 9 / 412, "Moins de 10 personnes sur 412 ont activé leur profil.", "moins de 10"),
        ("homogeneous", 403 / 412, 1, "Sur 412 personnes, toutes sauf moins de 10", "tous sauf moins de 10"),
        ("complement", 300 / 412, 309 / 412, "Entre 300 et 309 personnes sur 412", "de 73 % à 75 %"),
    ],
)
def test_an_activation_range_is_in_the_title_and_the_card(
    visit: Visiting, lumen: Company, reason: str, low: float, high: float, title: str, figure: str
) -> None:
    lumen.blur("activation_rate", reason, low, high)
    drawn = page.draw(visit("?langue=fr"))

    assert title in spoken(of_class(drawn, "opening"))
    assert figure in spoken(by_id(drawn, "activation_rate"))
    assert ("atteint" in spoken(by_id(drawn, "activation_rate"))) is (reason != "k")


def test_cards_hidden_for_the_same_reason_explain_it_once(visit: Visiting, lumen: Company) -> None:
    for name in CARDS:
        lumen.hide(name)
    contexts = [spoken(of_class(by_id(page.draw(visit("?langue=fr")), name), "context")) for name in CARDS]

    assert "moins de 10 personnes" in contexts[0]
    assert all("Pour la même raison que « Taux d’activation »." in text.replace("\xa0", " ") for text in contexts[1:])
