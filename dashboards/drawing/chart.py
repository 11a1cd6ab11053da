"""Charts: the same values drawn twice, as a figure for the eye and as a table for everyone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Any, cast

from dash import dcc, html
from dash.development.base_component import Component

from dashboards.drawing.parts import aria, table, twin
from dashboards.drawing.wording import dated
from reseau.i18n import Words

#: Okabe and Ito's colours with a contrast of 3:1 on white. Each has a dash and a marker as well, since nothing may
#: depend on colour alone.
INK = "#1b2733"
MUTED = "#5b6875"
GRID = "#e6eaee"
ACCENT = "#0f5f9a"
STYLES = (
    {"colour": "#0072B2", "dash": "solid", "symbol": "circle"},
    {"colour": "#D55E00", "dash": "dash", "symbol": "diamond"},
    {"colour": "#008060", "dash": "dot", "symbol": "square"},
    {"colour": "#7d8994", "dash": "dashdot", "symbol": "x"},
)
FONT = "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', Arial, sans-serif"

_FINEST = 8  # decimals of an axis

#: Nothing is sent anywhere: no toolbar, no link to a cloud, no logo.
CONFIG = {
    "displayModeBar": False,
    "showSendToCloud": False,
    "displaylogo": False,
    "modeBarButtonsToRemove": ["sendChartToCloud"],
    "scrollZoom": False,
    "doubleClick": False,
    "responsive": True,
}


@dataclass(frozen=True, slots=True)
class Series:
    """A named series of values, one for each day of its chart; ``None`` if no number is shown.

    Attributes:
        ranges: for each day, the edges of its range or ``None``; empty if the series has no ranges.
        words: for each day, the text in place of a missing value; if empty, the text is “hidden”.
    """

    label: str
    values: tuple[float | None, ...]
    ranges: tuple[tuple[float, float] | None, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """The content of a chart.

    Attributes:
        id: its anchor on the page.
        kind: ``lines`` or ``bars`` (stacked).
        title: the heading above it, in the reader's language.
        summary: its text for people who do not see it.
        days: the x axis; for bars, the first day of each week.
        series: at most four.
        unit: the unit of the axis, ``share`` or ``count``.
        write: returns the text of a value.
        target: the level of the target, drawn as a line, and its name.
        span: the chosen period, which is shaded.
        ceiling: the highest possible value (1 for shares of a whole).
    """

    id: str
    kind: str
    title: str
    summary: str
    days: tuple[date, ...]
    series: tuple[Series, ...]
    unit: str
    write: Callable[[float], str]
    target: tuple[float, str] | None = None
    span: tuple[date, date] | None = None
    ceiling: float | None = None


def draw(chart: Chart, explanation: Component, t: Words) -> list[Component]:
    """Return the legend, the figure, its table and the explanation of how it is calculated."""
    graph = dcc.Graph(figure=figure(chart, t), config=cast(Any, CONFIG), className="graph", responsive=True)
    return [
        legend(chart, t),
        html.Div(graph, role="img", className="figure", **aria(label=chart.summary)),
        html.Div(
            [twin(t("See these figures as a table"), numbers(chart, t), chart.title), explanation], className="notes"
        ),
    ]


def legend(chart: Chart, t: Words) -> Component:
    """Return the names of the series with their latest values, so that nobody needs to match colours."""
    entries = []
    if chart.kind == "lines" and chart.days:
        entries.append(html.Li(t("On {day}:", day=dated(chart.days[-1], t))))
    for index, series in enumerate(chart.series):
        entries.append(
            html.Li(
                [
                    html.Span(className=f"key {chart.kind} s{index}", **aria(hidden="true")),
                    html.Span(series.label),
                    html.Strong(_written(chart, series, -1, t)) if chart.days and chart.kind == "lines" else "",
                ]
            )
        )
    if any(any(series.ranges) for series in chart.series):
        entries.append(html.Li([html.Span(className="key range", **aria(hidden="true")), t("shown as a range")]))
    if chart.span:
        entries.append(html.Li([html.Span(className="key span", **aria(hidden="true")), t("period chosen")]))
    return html.Ul(entries, className="legend")


def numbers(chart: Chart, t: Words) -> Component:
    """Return the table of every point of the chart, newest first."""
    rows = []
    for index in reversed(range(len(chart.days))):
        day = chart.days[index]
        name = dated(day, t)
        if chart.kind == "bars":
            name = t("week from {day}", day=name)
        rows.append([name, *(_written(chart, series, index, t) for series in chart.series)])
    return table([t("Date"), *(series.label for series in chart.series)], rows, chart.title)


def figure(chart: Chart, t: Words) -> dict[str, Any]:
    """Return the figure for plotly as a plain mapping, which is quick to make and needs no plotly on the server."""
    trace = _line if chart.kind == "lines" else _bar
    traces = [trace(chart, index, t) for index in range(len(chart.series))]
    return {"data": traces, "layout": _layout(chart, t)}


def _line(chart: Chart, index: int, t: Words) -> dict[str, Any]:
    style, series = STYLES[index], chart.series[index]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": series.label,
        "x": [day.isoformat() for day in chart.days],
        "y": list(series.values),
        "line": {"color": style["colour"], "dash": style["dash"], "width": 2.5},
        "marker": {"symbol": style["symbol"], "size": 7, "color": style["colour"], "maxdisplayed": 9},
        "fill": "tozeroy" if index == 0 else "none",
        "fillcolor": "rgba(0,114,178,0.08)",
        "text": [_written(chart, series, at, t) for at in range(len(series.values))],
        "hovertemplate": "%{fullData.name} %{text}<extra></extra>",
    }


def _bar(chart: Chart, index: int, t: Words) -> dict[str, Any]:
    style, series = STYLES[index], chart.series[index]
    return {
        "type": "bar",
        "name": series.label,
        "x": [day.isoformat() for day in chart.days],
        "y": list(series.values),
        "marker": {
            "color": style["colour"],
            "line": {"color": "#ffffff", "width": 1},
            "pattern": {
                "shape": ("", ".", "\\", "")[index],
                "fillmode": "overlay",
                "fgcolor": "rgba(255,255,255,0.4)",
                "size": 6,
                "solidity": 0.16,
            },
        },
        "text": [_written(chart, series, at, t) for at in range(len(series.values))],
        "textposition": "none",
        "hovertemplate": "%{fullData.name} %{text}<extra></extra>",
    }


def _written(chart: Chart, series: Series, index: int, t: Words) -> str:
    """Return the text of a point, the same in the figure, in its legend and in its table."""
    value = series.values[index]
    if value is not None:
        return chart.write(value)
    return series.words[index] if series.words else t("hidden")


def _hover_title(chart: Chart, t: Words) -> str:
    """Return the title of the box over a day or a week."""
    day = "%{x|%d/%m/%Y}"
    return t("week from {day}", day=day) if chart.kind == "bars" else day


def _layout(chart: Chart, t: Words) -> dict[str, Any]:
    top = _top(chart)
    days, ticks = _named(chart.days), _ticks(top, chart.unit)
    return {
        "font": {"family": FONT, "size": 13, "color": INK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 52, "r": 16, "t": 12, "b": 46},
        "showlegend": False,
        "barmode": "stack",
        "bargap": 0.3,
        "hovermode": "x unified",
        "hoverlabel": {"bgcolor": "#ffffff", "bordercolor": GRID, "font": {"color": INK, "family": FONT}},
        "dragmode": False,
        "xaxis": {
            "type": "date",
            "fixedrange": True,
            **_reach(chart),
            "showgrid": False,
            "linecolor": "#8b96a1",
            "tickvals": [day.isoformat() for day in days],
            "ticktext": _named_days(days, t),
            "tickangle": 0,
            "unifiedhovertitle": {"text": _hover_title(chart, t)},
        },
        "yaxis": {
            "fixedrange": True,
            "range": [0, top],
            "gridcolor": GRID,
            "zeroline": False,
            "tickvals": ticks,
            "ticktext": labels(ticks, chart.unit, t),
            "tickfont": {"color": MUTED},
        },
        "shapes": _shapes(chart, top),
        "annotations": _notes(chart, top),
    }


def _reach(chart: Chart) -> dict[str, Any]:
    """Return the range of the x axis: from the first to the last day of a curve, even without numbers."""
    if chart.kind != "lines":
        return {}
    margin = timedelta(days=4)
    return {"range": [(chart.days[0] - margin).isoformat(), (chart.days[-1] + margin).isoformat()]}


def _top(chart: Chart) -> float:
    """Return the top of the y axis: above the highest value, and above the target if that is near enough to compare."""
    columns = zip(*(series.values for series in chart.series), strict=True)
    pick = sum if chart.kind == "bars" else max
    edges = [edge[1] for series in chart.series for edge in series.ranges if edge]
    highest = max((*(pick(value or 0 for value in column) for column in columns), *edges), default=0) or 1
    if chart.target and chart.target[0] <= highest * 2.5:
        highest = max(highest, chart.target[0])
    top = highest * 1.12
    return min(top, chart.ceiling * 1.04) if chart.ceiling else top


def _ticks(top: float, unit: str) -> list[float]:
    """Return four to six round values from zero to the top of the axis; counts are whole numbers."""
    raw, size = top / 5, 1.0
    while size > raw:
        size /= 10
    while size * 10 <= raw:
        size *= 10
    step = next(size * times for times in (1, 2, 2.5, 5, 10) if size * times >= raw)
    if unit != "share":
        step = max(1, ceil(step))
    return [round(step * index, 10) for index in range(int(top / step) + 1)]


def labels(ticks: Sequence[float], unit: str, t: Words) -> list[str]:
    """Return the texts of the values of an axis, with as many decimals as any of them needs."""
    if unit == "share":
        return [t.percent(value, _decimals(ticks, 100)) for value in ticks]
    return [t.number(round(value, _decimals(ticks, 1))) for value in ticks]


def _decimals(ticks: Sequence[float], scale: int) -> int:
    """Return the fewest decimals that show each of these values (times ``scale``) exactly."""
    return next(
        (digits for digits in range(_FINEST) if all(abs(round(v * scale, digits) - v * scale) < 1e-9 for v in ticks)),
        _FINEST,
    )


def _named_days(days: Sequence[date], t: Words) -> list[str]:
    """Return the texts of the days of an axis; each year is named at its first day."""
    years = [None, *(day.year for day in days)]
    return [
        dated(day, t, "d MMM") if day.year == before else f"{dated(day, t, 'd MMM')}<br>{day.year}"
        for day, before in zip(days, years, strict=False)
    ]


def _named(days: tuple[date, ...]) -> list[date]:
    """Return the days to name on the axis: at most five, evenly spaced and clear of the right edge, or all of six."""
    if len(days) <= 6:
        return list(days)
    step = -(-len(days) // 4)
    return [day for index, day in enumerate(days) if index % step == 0]


def _shapes(chart: Chart, top: float) -> list[dict[str, Any]]:
    shapes: list[dict[str, Any]] = []
    if chart.span:
        start, end = max(chart.span[0], chart.days[0]), min(chart.span[1], chart.days[-1])
        edges = {"x0": start.isoformat(), "x1": (end + timedelta(days=1)).isoformat(), "y0": 0, "y1": 1}
        fill = {"fillcolor": "rgba(15,95,154,0.07)", "line": {"width": 0}, "layer": "below"}
        shapes.append({"type": "rect", "xref": "x", "yref": "paper", **edges, **fill})
    shapes += [
        _range(day, edges, index)
        for index, series in enumerate(chart.series)
        for day, edges in zip(chart.days, series.ranges, strict=False)
        if edges
    ]
    if chart.target and chart.target[0] <= top:
        level = {"x0": 0, "x1": 1, "y0": chart.target[0], "y1": chart.target[0]}
        line = {"color": MUTED, "width": 1.5, "dash": "longdash"}
        shapes.append({"type": "line", "xref": "paper", "yref": "y", **level, "line": line})
    return shapes


def _range(day: date, edges: tuple[float, float], index: int) -> dict[str, Any]:
    """Return a range as a box over its week, in the colour of its series."""
    half, colour = timedelta(days=3), STYLES[index]["colour"]
    box = {"x0": (day - half).isoformat(), "x1": (day + half).isoformat(), "y0": edges[0], "y1": edges[1]}
    line = {"color": colour, "width": 1, "dash": "dot"}
    return {"type": "rect", "xref": "x", "yref": "y", **box, "fillcolor": colour, "opacity": 0.3, "line": line}


def _notes(chart: Chart, top: float) -> list[dict[str, Any]]:
    """Return the target's name on its line, at the left, where curves are low."""
    if not chart.target or chart.target[0] > top:
        return []
    position = {"xref": "paper", "x": 0, "xanchor": "left", "yref": "y", "y": chart.target[0], "yanchor": "bottom"}
    return [{**position, "text": chart.target[1], "showarrow": False, "font": {"color": MUTED, "size": 12}}]
