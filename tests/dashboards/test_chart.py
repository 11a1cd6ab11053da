"""A chart and its table say the same, and a chart loads nothing from other hosts."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from dash import dcc, html
from hypothesis import given, strategies as st
from plotly.graph_objects import Figure

from dashboards.drawing.chart import CONFIG, Chart, Series, draw, figure, labels, numbers
from dashboards.sections import adoption, contributions
from reseau.i18n import Words
from tests.dashboards.company import HEADCOUNT, LAST, Company
from tests.dashboards.conftest import Visiting
from tests.dashboards.spoken import parts, rows, spoken

WORDS = ("masqué", "hidden", "moins de 10", "fewer than 10")
QUERIES = ("?period=week", "?period=4-weeks", "?period=12-weeks", "?period=launch")


def charts(visit: Visiting, query: str, language: str) -> list[Chart]:
    here = visit(query, language)
    drawn = [adoption.curve(here), contributions.weekly(here)]
    return [chart for chart in drawn if chart is not None]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("query", QUERIES)
def test_the_table_twin_holds_every_point_of_its_chart(visit: Visiting, query: str, language: str) -> None:
    for chart in charts(visit, query, language):
        here = visit(query, language)
        drawn = figure(chart, here.t)
        heading, *lines = rows(numbers(chart, here.t))

        assert heading[1:] == [trace["name"] for trace in drawn["data"]]
        assert len(lines) == len(drawn["data"][0]["x"])
        twin = [line[1:] for line in reversed(lines)]
        points = [list(point) for point in zip(*(trace["text"] for trace in drawn["data"]), strict=True)]
        assert twin == [[spoken(text) for text in point] for point in points]
        written = [["masqué" if y is None else y for y in trace["y"]] for trace in drawn["data"]]
        assert [[spoken(chart.write(y)) for y in series if isinstance(y, float)] for series in written] == [
            [line[at] for line in twin if line[at] not in WORDS] for at in range(len(written))
        ]


def test_a_figure_is_one_that_plotly_knows(visit: Visiting) -> None:
    for chart in charts(visit, "?period=launch", "fr"):
        drawn: dict[str, Any] = figure(chart, visit().t)
        drawn["layout"]["xaxis"].pop("unifiedhovertitle", None)
        parsed = Figure(json.loads(json.dumps(drawn)))

        assert len(parsed.data) == len(chart.series)


def test_a_hidden_point_is_a_gap_and_a_word_never_a_zero(visit: Visiting, lumen: Company) -> None:
    lumen.hide("active_members", "complement", end=LAST, grain="week")
    chart = adoption.curve(visit("?langue=fr"))

    assert chart is not None
    assert chart.series[1].values[-1] is None
    assert rows(numbers(chart, visit("?langue=fr").t))[1][2] == "masqué"
    assert figure(chart, visit("?langue=fr").t)["data"][1]["text"][-1] == "masqué"


def test_a_range_is_a_box_in_the_figure_and_words_in_its_table(visit: Visiting, lumen: Company) -> None:
    lumen.blur("activation_curve", "complement", 0.7, 0.72, end=LAST)
    lumen.blur("active_members", "k", 0, 9, end=LAST, grain="week")
    here = visit("?langue=fr")
    chart = adoption.curve(here)

    assert chart is not None
    assert rows(numbers(chart, here.t))[1][1:] == ["de 70 % à 72 %", "moins de 10"]
    boxes = [shape for shape in figure(chart, here.t)["layout"]["shapes"] if shape.get("opacity")]
    assert [(box["y0"], box["y1"]) for box in boxes][-1:] == [(0, 9 / HEADCOUNT)]
    assert (0.7, 0.72) in [(box["y0"], box["y1"]) for box in boxes]
    assert "montré par une fourchette" in spoken(draw(chart, html.Div(), here.t)[0])


@pytest.mark.parametrize("query", QUERIES)
def test_the_bars_are_the_published_totals_of_whole_weeks(visit: Visiting, lumen: Company, query: str) -> None:
    chart = contributions.weekly(visit(query))

    assert chart is not None
    totals = {cell.start: cell.value for cell in lumen.cells("contributions", "week")}
    assert list(chart.series[0].values) == [totals[day] for day in chart.days]


def test_a_week_of_few_people_has_a_label_instead_of_a_bar(visit: Visiting, lumen: Company) -> None:
    lumen.hide("contributions", "k", end=LAST, grain="week")
    lumen.hide("contributions", "dominance", end=LAST - timedelta(days=7), grain="week")
    chart = contributions.weekly(visit("?periode=semaine"))

    assert chart is not None
    assert [line[1] for line in rows(numbers(chart, visit().t))[1:3]] == ["moins de 10 personnes", "masqué"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_chart_has_a_text_alternative(visit: Visiting, language: str) -> None:
    here = visit("", language)
    for chart in charts(visit, "", language):
        boxes = [
            component
            for component in parts(draw(chart, html.Div(), here.t))
            if getattr(component, "role", None) == "img"
        ]

        assert [getattr(box, "aria-label", "") for box in boxes] == [chart.summary]
        assert any(letter.isdigit() for letter in chart.summary)


def test_lines_differ_by_more_than_their_colour(visit: Visiting) -> None:
    chart = adoption.curve(visit())

    assert chart is not None
    traces = figure(chart, visit().t)["data"]
    for key in (("line", "dash"), ("marker", "symbol"), ("line", "color")):
        assert len({trace[key[0]][key[1]] for trace in traces}) == len(traces)


def test_no_chart_offers_to_send_itself_anywhere(visit: Visiting) -> None:
    here = visit()
    for chart in charts(visit, "", "fr"):
        graphs = [component for component in parts(draw(chart, html.Div(), here.t)) if isinstance(component, dcc.Graph)]
        assert [getattr(graph, "config", None) for graph in graphs] == [CONFIG]
    assert (CONFIG["displayModeBar"], CONFIG["showSendToCloud"], CONFIG["displaylogo"]) == (False, False, False)


def test_a_share_never_goes_past_the_whole(visit: Visiting, lumen: Company) -> None:
    for row in lumen.rows["activation_curve"]:
        row.update(numerator=row["denominator"], value=1.0)
    chart = adoption.curve(visit())

    assert chart is not None
    axis = figure(chart, visit().t)["layout"]["yaxis"]
    assert axis["range"][1] <= 1.04
    assert max(axis["tickvals"]) == 1


def axes(values: Sequence[float | None], unit: str, language: str = "fr") -> tuple[list[float], list[str]]:
    """Return the ticks of the y axis of a chart of these values, and their labels."""
    t, first = Words(language), date(2025, 12, 1)
    days = tuple(first + timedelta(days=n) for n in range(len(values)))
    ceiling = 1 if unit == "share" else None
    chart = Chart("c", "lines", "", "", days, (Series("s", tuple(values)),), unit, str, ceiling=ceiling)
    axis = figure(chart, t)["layout"]["yaxis"]
    return axis["tickvals"], axis["ticktext"]


def meant(label: str, unit: str) -> float:
    """Return the value of a label in any language."""
    number = float(re.sub(r"[^0-9,.]", "", label.replace("\u202f", "")).replace(",", ".") or 0)
    return number / 100 if unit == "share" else number


@given(st.lists(st.floats(1e-5, 1), min_size=1, max_size=8))
def test_each_label_of_a_share_has_its_own_value(values: list[float]) -> None:
    ticks, written = axes(values, "share")

    assert len(set(written)) == len(ticks) > 2
    assert [meant(label, "share") for label in written] == pytest.approx(ticks, abs=1e-12)


@given(st.lists(st.integers(0, 900), min_size=1, max_size=8))
def test_each_label_of_a_count_is_a_whole_number_of_its_own(values: list[int]) -> None:
    ticks, written = axes([float(value) for value in values], "count", "fr")

    assert len(set(written)) == len(ticks)
    assert all(tick == int(tick) for tick in ticks)
    assert [meant(label, "count") for label in written] == ticks


def test_an_axis_of_one_person_in_seventy_reads_like_any_other() -> None:
    assert [label.replace("\u202f", " ") for label in axes([1 / 70], "share")[1]] == [
        "0,0 %",
        "0,5 %",
        "1,0 %",
        "1,5 %",
    ]
    assert labels([0, 0.0025, 0.005], "share", Words("en")) == ["0.00%", "0.25%", "0.50%"]


def test_the_first_day_of_an_axis_and_of_each_year_says_the_year(visit: Visiting) -> None:
    t, first = Words("en"), date(2025, 12, 28)
    days = tuple(first + timedelta(days=7 * n) for n in range(3))
    drawn = figure(Chart("c", "lines", "", "", days, (Series("s", (1.0, 2.0, 3.0)),), "count", str), t)

    assert drawn["layout"]["xaxis"]["ticktext"] == ["28 Dec<br>2025", "4 Jan<br>2026", "11 Jan"]


def test_the_legend_of_a_curve_says_which_day_its_values_are_of(visit: Visiting) -> None:
    here = visit("?langue=en")
    chart = adoption.curve(here)

    assert chart is not None
    assert "On 15 November 2026:" in spoken(draw(chart, html.Div(), here.t)[0])
