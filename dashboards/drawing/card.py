"""Cards: one figure each, with its target, its movement, its interval and how it is calculated."""

from __future__ import annotations

from datetime import date

from dash import html
from dash.development.base_component import Component

from analytics.cell import Shown
from analytics.metric import Subject
from analytics.periods import Grain
from dashboards.drawing.parts import aria, method, say
from dashboards.drawing.wording import amount, dated, difference, lived, movement, shown, why
from dashboards.figures.cells import Cell
from dashboards.figures.presets import of_grain as preset_of
from dashboards.figures.reading import Reading, first_day, page_period
from dashboards.figures.visit import Visit
from reseau.i18n import N_, Words

_EDGE = 0.993  # keeps the tick of a target of 100 % inside its bar
_WINDOWS = {"week": N_("measured over 7 days"), "4w": N_("measured over 4 weeks")}


def card(reading: Reading, visit: Visit, like: str = "") -> Component:
    """Return a figure of the whole organisation as a card. Its anchor is the metric's name.

    Args:
        reading: the figure.
        visit: the visit of the page.
        like: the title of an earlier card that has no number for the same reason; empty if there is none.
    """
    t, measure, now = visit.t, reading.measure, reading.now
    figure = shown(now, measure.unit, t, visit.k)
    css = "figure-value" if now is not None and now.shown is Shown.VALUE else "figure-value words"
    return html.Article(
        [
            html.Div(html.H3(t(measure.title)), className="card-head"),
            say(figure, css=css),
            say(
                t("For the same reason as “{figure}”.", figure=like) if like else context(reading, visit), css="context"
            ),
            say(change(reading, visit), css="change"),
            aim(reading, t),
            method(t(measure.method), t(measure.title), t),
        ],
        id=measure.name,
        className="card",
    )


def context(reading: Reading, visit: Visit) -> str:
    """Return the parts of the figure and its interval, or the reason why it is not shown."""
    t, now = visit.t, reading.now
    if now is None:
        return _expected(reading, visit)
    if now.shown is not Shown.VALUE:
        return " · ".join(part for part in (why(now, t, visit.k), _dates(reading, visit)) if part)
    parts = [_made_of(reading, visit), _interval(reading, t), _dates(reading, visit)]
    return " · ".join(part for part in parts if part)


def _expected(reading: Reading, visit: Visit) -> str:
    """Return when a figure that does not exist yet will come, and what it needs."""
    t, measure = visit.t, reading.measure
    in_blocks = measure.shape.grain is Grain.FOUR_WEEKS
    day = first_day(visit, 4 if in_blocks else 1, measure.shape.lag)
    expected = day is not None and day > visit.today
    if measure.needs:
        needs = t(measure.needs)
        if day is None or not expected:
            return t("It appears once there is enough to count: {needs}.", needs=needs)
        return t("It appears on {day} at the earliest, with {needs}.", day=dated(day, t), needs=needs)
    if day is None or not expected:
        return why(None, t, visit.k)
    if in_blocks:
        return t("Counted four weeks at a time: the first figure comes on {day}.", day=dated(day, t))
    return t("The first figure comes on {day}.", day=dated(day, t))


def _made_of(reading: Reading, visit: Visit) -> str:
    """Return the counts behind the figure, or the window that it looks back over."""
    t, now, measure = visit.t, reading.now, reading.measure
    if now is None:
        return ""
    if measure.looks_back:
        return t(_WINDOWS.get(reading.grain, _WINDOWS["4w"]))
    counted = now.denominator if measure.subject is Subject.ITEMS else now.numerator
    if measure.made_of is None or counted is None or now.denominator is None:
        return ""
    return t.plural(*measure.made_of, round(counted), whole=t.number(round(now.denominator)))


def _interval(reading: Reading, t: Words) -> str:
    if reading.interval is None:
        return ""
    low, high = (amount(value, reading.measure.unit, t) for value in reading.interval)
    return t("margin of error: {low} to {high}", low=low.rstrip("%\N{NARROW NO-BREAK SPACE}"), high=high)


def _dates(reading: Reading, visit: Visit) -> str:
    """Return the dates of a figure if its period is not the page's."""
    page = page_period(visit)
    if reading.now is None or (page and (page.start, page.end) == _both(reading.now)):
        return ""
    return lived(reading.now.start, reading.now.end, visit)


def _both(cell: Cell) -> tuple[date, date]:
    return (cell.start, cell.end)


def change(reading: Reading, visit: Visit) -> Component | str:
    """Return the movement since the equal period before, with the earlier value; colour only underlines its sign."""
    t, now, before, unit = visit.t, reading.now, reading.before, reading.measure.unit
    if now is None or now.shown is Shown.HIDDEN:
        return ""
    if before is None:
        return t("No earlier period to compare with") if visit.address.period.against else ""
    if before.value is None or now.value is None:
        return t("{figure} before", figure=shown(before, unit, t, visit.k))
    moved = movement(now, before, unit)
    unsure = moved != 0 and reading.unsure
    better = (moved > 0) == (reading.measure.better == "up")
    tone = "flat" if moved == 0 or unsure else "good" if better else "bad"
    explanation = t("within the margin of error") if unsure else _earlier(reading, before.value, before.n, visit)
    return html.Span([html.Strong(difference(now, before, unit, t), className=f"delta {tone}"), " · ", explanation])


def _earlier(reading: Reading, value: float, n: int, visit: Visit) -> str:
    """Return the earlier figure, with the length of its period if that is not the page's."""
    t, figure = visit.t, amount(value, reading.measure.unit, visit.t, n)
    if reading.before is not None and reading.grain == "4w" != visit.address.period.grain:
        weeks = reading.before.days // 7
        return t.plural("{figure} in the week before", "{figure} in the {count} weeks before", weeks, figure=figure)
    return t("{figure} before", figure=figure)


def aim(reading: Reading, t: Words) -> Component:
    """Return the target as a sentence, with a thin bar for those who see it."""
    target, now, unit = reading.target, reading.now, reading.measure.unit
    if target is None:
        other = preset_of(reading.measure.target_grain) if reading.measure.target is not None else None
        words = t("Its target is for another period: {period}", period=t(other.tab)) if other else t("No target set")
        return say(words, css="aim none")
    goal = amount(target, unit, t)
    words = t("Target {target}: reached", target=goal) if reading.reached else t("Target {target}", target=goal)
    value = now.value if now is not None else None
    return html.Div([_gauge(value, target) if value is not None else "", say(words)], className="aim")


def _gauge(value: float, target: float) -> Component:
    """Return a bar with a tick at the target. Its full length is 100 %, or the target if that is larger."""
    whole = max(1.0, target) if value <= 1 else max(value, target)
    return html.Div(
        [
            html.Span(className="fill", style={"width": f"{min(value / whole, 1) * 100:.1f}%"}),
            html.Span(className="tick", style={"left": f"{min(target / whole, _EDGE) * 100:.1f}%"}),
        ],
        className="gauge",
        **aria(hidden="true"),
    )
