"""A made-up company for the dashboard's tests: plausible cubes, in the columns of ``analytics.published.reading``."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from analytics.metric import METRICS, Metric
from analytics.published.reading import Attention, Charge, Freshness, Question, Standing, Waiting
from dashboards.figures.cells import Cell, from_rows

TODAY = date(2026, 11, 20)  # a Friday: the current week has no figures
LAUNCH = date(2026, 2, 2)  # a Monday
HEADCOUNT = 412
BUILT_AT = datetime(2026, 11, 20, 5, 12, tzinfo=UTC)
GRAINS = {"week": 7, "4w": 28, "12w": 84}
LAST = date(2026, 11, 15)  # the last Sunday
LAST_BLOCK = date(2026, 11, 8)
COMMUNITIES = {
    "1": "Achats responsables",
    "2": "Bienvenue",
    "3": "Écoconception",
    "4": "Maintenance prédictive",
    "5": "Projet Atlas",
    "6": "Qualité fournisseurs",
    "7": "Sécurité au poste",
    "8": "Data et tableurs",
    "9": "Vélo et covoiturage",
}
KINDS = {
    "discussion": 18,
    "question": 13,
    "idea": 4,
    "document": 6,
    "other": 3,
    "answer": 27,
    "comment": 31,
    "reaction": 74,
}
Row = dict[str, Any]


#: The freshness of the cubes.
FRESH = Freshness(BUILT_AT, until=date(2026, 11, 19), k=10, seeded=186, launch=LAUNCH)


@dataclass
class Company:
    """A source of figures in memory, which a test may change."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    about: Freshness = FRESH
    targets: dict[str, float | None] = field(default_factory=dict)
    lists: Attention = field(default_factory=Attention)

    def measure(self, name: str) -> Metric:
        metric = METRICS[name]
        return replace(metric, target=self.targets[name]) if name in self.targets else metric

    def cells(self, name: str, grain: str, segment_kind: str = "") -> list[Cell]:
        cells = [r for r in self.rows.get(name, []) if (r["grain"], r["segment_kind"]) == (grain, segment_kind)]
        return from_rows(cells)

    def state(self) -> Freshness:
        return self.about

    def attention(self) -> Attention:
        return self.lists

    def hide(self, name: str, reason: str = "k", **where: object) -> None:
        """Hide the cells of a metric that have these values."""
        for row in self.rows[name]:
            if all(row[key] == value for key, value in where.items()):
                nothing = dict.fromkeys(("value", "numerator", "low", "high"), math.nan)
                row.update(nothing, shown="hidden", reason=reason)

    def blur(self, name: str, reason: str, low: float, high: float, **where: object) -> None:
        """Show the cells of a metric that have these values as a range."""
        for row in self.rows[name]:
            if all(row[key] == value for key, value in where.items()):
                row.update(numerator=math.nan, value=math.nan, low=low, high=high, shown="band", reason=reason)


def company() -> Company:
    """Return a company nine months after its launch, with most figures below their target and some above."""
    return Company({name: [dict(row) for row in rows] for name, rows in _rows().items()}, lists=_lists())


def _lists() -> Attention:
    """Return a list with silent animateurs, a community without any, two with only one, and a private community."""
    charges = {"1": Charge.COVERED, "2": Charge.NOBODY, "4": Charge.ALONE, "5": Charge.ALONE, "7": Charge.SILENT}
    standings = [Standing(community, charge, quiet=community == "5") for community, charge in charges.items()]
    closed = Standing("30", Charge.NOBODY, quiet=False)
    newest, oldest = Question(14, date(2026, 11, 12)), Question(12, date(2026, 11, 3))
    return Attention(date(2026, 11, 15), (*standings, closed), (Waiting("3", 2, oldest, (newest, oldest)),))


@cache
def _rows() -> dict[str, list[Row]]:
    return {name: list(make()) for name, make in _MAKERS.items()}


def nobody() -> Company:
    """Return a company with cubes and no members."""
    return Company(about=replace(FRESH, seeded=0, launch=None))


def young() -> Company:
    """Return a network three days old: no week is over, so nothing is published."""
    return Company(about=replace(FRESH, launch=date(2026, 11, 17)), lists=Attention(waiting=_lists().waiting))


def weeks_old(count: int) -> Company:
    """Return the same company with its first weeks only."""
    last, young_company = LAUNCH + timedelta(weeks=count), company()
    for name, cells in young_company.rows.items():
        young_company.rows[name] = [row for row in cells if row["end"] < last and row["grain"] != "launch"]
    young_company.about = replace(FRESH, until=last - timedelta(days=1))
    return young_company


def before_the_first_build() -> Company:
    """Return a company whose cubes were never built."""
    return Company(about=replace(FRESH, built_at=None, until=None, seeded=0))


def write_cubes(rows: dict[str, list[Row]], folder: Path) -> None:
    """Write the cubes of a data folder."""
    cubes = folder / "analytics" / "cubes"
    cubes.mkdir(parents=True)
    for name, cells in rows.items():
        pd.DataFrame(cells).to_parquet(cubes / f"{name}.parquet")
    about = {
        "built_at": BUILT_AT.isoformat(),
        "until": "2026-11-19",
        "k": 10,
        "seeded": 186,
        "launch": LAUNCH.isoformat(),
    }
    (cubes / "freshness.json").write_text(json.dumps(about), encoding="utf-8")


def cell(
    metric: str,
    grain: str,
    start: date,
    end: date,
    numerator: float = math.nan,
    denominator: float = math.nan,
    value: float = math.nan,
    **more: Any,
) -> Row:
    """Return a row of a cube."""
    n = 0 if math.isnan(denominator) else int(denominator)
    period = {"metric": metric, "grain": grain, "start": start, "end": end, "complete": True}
    figures = {"numerator": numerator, "denominator": denominator, "value": value, "low": math.nan, "high": math.nan}
    return {**period, "segment_kind": "", "segment": "", **figures, "n": n, "shown": "value", "reason": "", **more}


def activated(day: date) -> int:
    """Return the number of profiles activated by a day: an S-shaped curve up to three hundred."""
    age = (day - LAUNCH).days
    return round(318 / (1 + math.exp(-(age - 95) / 32)))


def active(day: date, window: int) -> int:
    """Return the number of people active in a window that ends on a day, with a dip in August."""
    share = {7: 0.47, 28: 0.66}[window]
    summer = 0.55 if day.month == 8 else 1
    return round(activated(day) * share * summer * (1 + 0.05 * math.sin((day - LAUNCH).days / 17)))


def spans() -> Iterator[tuple[str, date, date]]:
    """Yield every period of every grain, as ``analytics.periods`` makes them."""
    for grain, length in GRAINS.items():
        start = LAUNCH
        while start + timedelta(days=length) <= TODAY:
            yield grain, start, start + timedelta(days=length - 1)
            start += timedelta(days=length)
    yield "launch", LAUNCH, LAST


def of(*grains: str) -> Iterator[tuple[str, date, date]]:
    """Yield the periods of some grains."""
    return (span for span in spans() if span[0] in grains)


def _activation() -> Iterator[Row]:
    for grain, start, end in spans():
        count = activated(min(end, TODAY))
        yield cell("activation_rate", grain, start, end, count, HEADCOUNT, count / HEADCOUNT)


def _engagement() -> Iterator[Row]:
    for grain, start, end in of("week", "4w"):
        base, count = activated(min(end, TODAY)), round(active(min(end, TODAY), 28) * 0.71)
        if base >= 10:
            yield cell("engagement_rate", grain, start, end, count, base, count / base)


def _active() -> Iterator[Row]:
    few = {"numerator": math.nan, "value": math.nan, "low": 0.0, "high": 9.0, "shown": "band", "reason": "k"}
    for grain, start, end in of("week", "4w"):
        count = active(end, GRAINS[grain])
        more = {"segment_kind": "window", "segment": f"{GRAINS[grain]}d", "n": HEADCOUNT}
        row = cell("active_members", grain, start, end, count, math.nan, count, **more)
        yield row if count >= 10 else row | few


def _answered() -> Iterator[Row]:
    questions = 83
    for grain, start, end in of("4w"):
        value = 0.68 + 0.05 * math.sin(end.toordinal() / 9)
        margin = 1 / math.sqrt(questions)
        more = {"low": value - margin, "high": value + margin}
        yield cell("answered_72h", grain, start, end, round(questions * value), questions, value, **more)


def _living() -> Iterator[Row]:
    for grain, start, end in of("4w"):
        alive = min(27, 9 + (end - LAUNCH).days // 14)
        yield cell("living_communities", grain, start, end, alive, 34, alive / 34)


def _contributions() -> Iterator[Row]:
    for grain, start, end in spans():
        total = 0
        for index, (kind, usual) in enumerate(KINDS.items()):
            until = LAST_BLOCK if grain == "launch" else end  # kinds are published by block only
            count = _done(index, usual, start, until)
            if count and grain != "week":
                more = {"segment_kind": "kind", "segment": kind, "n": 10}
                yield cell("contributions", grain, start, end, count, math.nan, count, **more)
            total += _done(index, usual, start, end)
        yield cell("contributions", grain, start, end, total, math.nan, total, n=10)


def _done(index: int, usual: int, start: date, end: date) -> int:
    """Return the number of contributions of a kind in some complete weeks."""
    sundays = [start + timedelta(days=6 + 7 * n) for n in range(((end - start).days + 1) // 7)]
    pace = {sunday: activated(sunday) / 318 * (0.4 if sunday.month == 8 else 1) for sunday in sundays}
    return sum(round(usual * pace[day] * (1 + 0.18 * math.sin(day.toordinal() / 11 + index))) for day in sundays)


def _presence() -> Iterator[Row]:
    for grain, start, end in spans():
        share = min(0.9, 0.55 + (end - LAUNCH).days / 1400)
        yield cell("animateur_presence", grain, start, end, round(share * 60), 60, share)
        for community in [*map(int, COMMUNITIES), 30, 31]:
            present = community != 7 and (end.toordinal() // 7 * (community + 3)) % 7 > community % 4 - 1
            more = {"segment_kind": "community", "segment": str(community)}
            if grain == "week":
                yield cell("animateur_presence", grain, start, end, float(present), 1, float(present), **more)


def _coverage() -> Iterator[Row]:
    for grain, start, end in of("4w"):
        yield cell("animateur_coverage", grain, start, end, 17, 34, 0.5)


def _curve() -> Iterator[Row]:
    for grain, start, end in of("week"):
        count = activated(end)
        yield cell("activation_curve", grain, start, end, count, HEADCOUNT, count / HEADCOUNT)


_MAKERS = {
    "activation_rate": _activation,
    "engagement_rate": _engagement,
    "active_members": _active,
    "answered_72h": _answered,
    "living_communities": _living,
    "contributions": _contributions,
    "animateur_presence": _presence,
    "animateur_coverage": _coverage,
    "activation_curve": _curve,
}
