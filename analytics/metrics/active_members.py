"""QUJ, QUH, QUM: distinct people with any trace in the 1, 7 and 28 days that end with each day (F1 11)."""

from __future__ import annotations

from datetime import date
from itertools import accumulate

import ibis
import ibis.expr.types as ir
import pandas as pd

from analytics.ground import Ground
from analytics.metric import Metric, Subject
from reseau.i18n import N_

WINDOWS = (1, 7, 28)


def _changes(ground: Ground, length: int) -> ir.Table:
    """By how many the people in the window change, day by day.

    Every active day of a person keeps them in the window for ``length`` days or until the next one: +1 on that day,
    -1 when it lapses. Running sums of these are the distinct people of every day, after one pass over person-days.
    """
    days = ground.acts.select("person", "day", "left_on").distinct()
    following = days.day.lead().over(ibis.window(group_by=days.person, order_by=days.day))
    spells = days.mutate(lapse=ibis.least(days.day + ibis.interval(days=length), following, days.left_on))
    come = spells.select(day=spells.day, change=ibis.literal(1))
    go = spells.select(day=spells.lapse.cast("date"), change=ibis.literal(-1))
    both = come.union(go)
    return both.group_by("day").aggregate(change=both.change.sum())


def _window(ground: Ground, days: list[date], length: int) -> pd.DataFrame:
    changes = ground.frame(_changes(ground, length))
    by_day = dict(zip(changes["day"], changes["change"], strict=True))
    running = list(accumulate(by_day.get(day, 0) for day in days))
    return pd.DataFrame({"start": days, "end": days, "segment": f"{length}d", "numerator": running})


def _population(ground: Ground) -> ir.Table:
    days, people = ground.periods(ground.calendar.days()), ground.people.select("person", "left_on")
    there = days.inner_join(people, (people.left_on.isnull()) | (people.left_on > days.start))
    return there.group_by("start").aggregate(n=there.count())


def measure(ground: Ground) -> pd.DataFrame:
    """One row for every day and window; ``n`` is the people who could have been active."""
    days = [period.start for period in ground.calendar.days()]
    cells = pd.concat([_window(ground, days, length) for length in WINDOWS], ignore_index=True)
    population = ground.frame(_population(ground)).set_index("start")["n"]
    n = cells["start"].map(population).fillna(0)
    return cells.assign(grain="day", segment_kind="window", denominator=float("nan"), n=n)


metric = Metric(
    name="active_members",
    title=N_("Active members"),
    method=N_(
        "Distinct people who left any trace of their own (a command, a message, a reaction, a follow…) in the last 1, "
        "7 or 28 days. What people merely read in Slack or Teams cannot be seen, so these are the measured active "
        "members, fewer than the real ones."
    ),
    denominator=N_("None: a number of people, in the whole organisation"),
    unit="count",
    better="up",
    subject=Subject.POPULATION,
    measure=measure,
)
