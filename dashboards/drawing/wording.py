"""Figures in words: numbers in the reader's language, and a sentence if there is no number."""

from __future__ import annotations

from datetime import date

from analytics.cell import Reason, Shown
from dashboards.figures.cells import Cell
from dashboards.figures.visit import Visit
from reseau.i18n import N_, Words

_HIDDEN = {
    Reason.K: N_("fewer than {k}"),
    Reason.COMPLEMENT: N_("hidden"),
    Reason.DOMINANCE: N_("hidden"),
    Reason.SMALL: N_("too few cases"),
}
_WHY_HIDDEN = {
    Reason.K: N_("Groups of fewer than {k} people are not shown, so that nobody can be recognised."),
    Reason.COMPLEMENT: N_("This figure would give away a neighbouring one that is hidden, so it is hidden too."),
    Reason.DOMINANCE: N_("One or two people make most of this figure, so it is hidden."),
    Reason.SMALL: N_("There are too few cases for this figure to mean anything yet."),
}
_WHY_RANGE = {
    Reason.K: N_("How many they are is not said, so that nobody can be recognised."),
    Reason.HOMOGENEOUS: N_("Nearly everybody: those who are missing are fewer than {k}, and are not counted out."),
    Reason.COMPLEMENT: N_("Shown as a range, so that nobody can be recognised."),
}
_FINE_FROM = 1000  # people; in smaller groups, one person is a tenth of a point or more, so shares have no decimal


def amount(value: float, unit: str, t: Words, n: int = 0) -> str:
    """Return ``78 %``, ``1 204`` or ``5 h``; small shares of at least a thousand people have one decimal."""
    if unit == "share":
        return t.percent(value, digits(value, n))
    if unit == "hours":
        return t("{hours} h", hours=t.number(round(value)))
    return t.number(round(value))


def digits(share: float, n: int) -> int:
    """Return the number of decimals of a share of ``n`` people."""
    return 1 if n >= _FINE_FROM and share < 0.1 else 0


def absent(cell: Cell, t: Words, k: int) -> str:
    """Return the text in place of a hidden volume: that too few people are behind it, or that it is hidden."""
    return t("fewer than {k} people", k=k) if cell.reason is Reason.K and k else t("hidden")


def shown(cell: Cell | None, unit: str, t: Words, k: int) -> str:
    """Return the text of a cell; a hidden one says so and never looks like a zero."""
    if cell is None:
        return t("not measured yet")
    if cell.shown is Shown.VALUE and cell.value is not None:
        return amount(cell.value, unit, t, cell.n)
    if cell.shown is Shown.BAND:
        return band(cell, unit, t, k)
    return t(_HIDDEN.get(cell.reason, _HIDDEN[Reason.K]), k=k)


def why(cell: Cell | None, t: Words, k: int) -> str:
    """Return the sentence under a figure that is not shown; empty if it is shown."""
    if cell is None:
        return t("This figure appears as soon as there is something to count.")
    if cell.shown is Shown.VALUE:
        return ""
    if cell.shown is Shown.BAND:
        return t(_WHY_RANGE.get(cell.reason, _WHY_RANGE[Reason.COMPLEMENT]), k=k)
    return t(_WHY_HIDDEN.get(cell.reason, _WHY_HIDDEN[Reason.K]), k=k)


def band(cell: Cell, unit: str, t: Words, k: int) -> str:
    """Return a range in words: ``fewer than 10``, ``all but fewer than 10``, ``over 95 %`` or ``5 % to 20 %``."""
    low, high = cell.low, cell.high
    if cell.reason is Reason.K:
        return t("fewer than {k}", k=k)
    if cell.reason is Reason.HOMOGENEOUS and cell.denominator and (1 - (low or 0)) * cell.denominator < k - 0.5:
        return t("all but fewer than {k}", k=k)
    if low is not None and high is not None and low > 0 and high < (1 if unit == "share" else high + 1):
        return t("{low} to {high}", low=amount(low, unit, t), high=amount(high, unit, t))
    if high is not None and (low is None or low <= 0):
        return t("under {high}", high=amount(high, unit, t))
    if low is not None:
        return t("over {low}", low=amount(low, unit, t))
    return t("a range")


def difference(now: Cell, before: Cell, unit: str, t: Words) -> str:
    """Return how far a figure moved: ``+3 points``, ``−12``, or ``stable`` if the shown numbers are equal."""
    if now.value is None or before.value is None:
        return ""
    moved = movement(now, before, unit)
    if moved == 0:
        return t("stable")
    size = t.number(abs(moved))
    if unit == "share":
        size = t.plural("{count} point", "{count} points", 1 if abs(moved) < 2 else 2, points=size, count=size)
    if unit == "hours":
        size = t("{hours} h", hours=size)
    return ("+" if moved > 0 else "\N{MINUS SIGN}") + size


def movement(now: Cell, before: Cell, unit: str) -> float:
    """Return the signed difference of two figures as they are shown, in points, counts or hours."""
    if now.value is None or before.value is None:
        return 0
    if unit != "share":
        return round(now.value) - round(before.value)
    after, earlier = (round(cell * 100, digits(cell, n)) for cell, n in ((now.value, now.n), (before.value, before.n)))
    return round(after - earlier, 1)


def lived(start: date, end: date, visit: Visit) -> str:
    """Return the days of a period, without those before the launch."""
    t, launch = visit.t, visit.source.state().launch
    if launch is None or launch <= start or launch > end:
        return span(start, end, t)
    return t("{days}, since the launch", days=span(launch, end, t))


def dated(day: date, t: Words, form: str = "long") -> str:
    """Return a date in words. The first of a month is ``1er`` in French."""
    return t.date(day, form)


def span(start: date, end: date, t: Words) -> str:
    """Return ``du 9 au 15 novembre 2026``, ``from 9 to 15 November 2026``."""
    if start == end:
        return t("on {day}", day=dated(start, t))
    if (start.year, start.month) == (end.year, end.month):
        return t("from {first} to {last}", first=dated(start, t).split()[0], last=dated(end, t))
    if start.year == end.year:
        return t("from {first} to {last}", first=dated(start, t).rsplit(" ", 1)[0], last=dated(end, t))
    return t("from {first} to {last}", first=dated(start, t), last=dated(end, t))
