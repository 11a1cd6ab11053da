"""The shapes that most metrics have: a share of people, a number of people, a share of communities, a volume.

A metric says what is its own (who did something, which communities, what was done); the shape makes the cells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ibis
import ibis.expr.types as ir
import pandas as pd

from analytics.metric import SEGMENTS, Shape, Subject, plural
from analytics.periods import Grain, Period
from analytics.tables import Ground

Days = Callable[[Ground], ir.Table]  # columns ``person`` and ``day``
Acts = Callable[[Ground], ir.Table]  # one row for each thing that was done, with ``person`` and ``day``
Communities = Callable[[Ground, ir.Table], ir.Table]  # from a table of ``end`` to one of ``end`` and ``community``

#: What a share of communities is made of.
OF_COMMUNITIES = plural("{count} community out of {whole}", "{count} communities out of {whole}")

_PERIOD = ["grain", "start", "end"]
_WINDOWS = {Grain.WEEK.value: "7d", Grain.FOUR_WEEKS.value: "28d"}


# -- people


def growing_share(reached: Days, *, by_segment: bool = False) -> Shape:
    """A share of all employees that only grows: who has reached something by the end of a period.

    Args:
        reached: the day on which each person reached it.
        by_segment: whether it is cut by segment too, block by block.
    """

    def measure(ground: Ground) -> pd.DataFrame:
        staff = _everybody(ground, ground.weeks)
        active = _active(ground, staff, ground.acts).select(*_PERIOD, first="numerator")
        cells = ground.frame(_reached(staff, reached(ground))).merge(ground.frame(active), on=_PERIOD)
        return cells.assign(segment_kind="", segment="", n=cells["denominator"])

    def people(ground: Ground) -> pd.DataFrame:
        return ground.frame(_reached(ground.counted(ground.blocks), reached(ground), SEGMENTS))

    return Shape(Subject.PEOPLE, "share", measure, people if by_segment else None, grows=True)


def share_of_people(did: Days) -> Shape:
    """A share of the activated employees: who did something during a week or a block; by segment too.

    A metric of this shape lies ``within`` the one that counts the activated.

    Args:
        did: the days on which people did it.
    """

    def activated(ground: Ground, periods: ir.Table) -> ir.Table:
        staff = ground.counted(periods)
        return staff.mutate(among=(staff.activated_day <= staff.end).fill_null(False))

    def measure(ground: Ground) -> pd.DataFrame:
        return _organisation(ground.frame(_active(ground, activated(ground, ground.spans), did(ground))))

    def people(ground: Ground) -> pd.DataFrame:
        cells = ground.frame(_active(ground, activated(ground, ground.blocks), did(ground), SEGMENTS))
        return cells.loc[cells["denominator"] > 0].drop(columns=["gone", "left"])

    return Shape(Subject.PEOPLE, "share", measure, people)


def number_of_people(did: Days) -> Shape:
    """A number of distinct employees who did something during a week or a block, filed by the window looked back over.

    A metric of this shape lies ``within`` the one that counts the activated.

    Args:
        did: the days on which people did it.
    """

    def measure(ground: Ground) -> pd.DataFrame:
        cells = _organisation(ground.frame(_active(ground, _everybody(ground, ground.spans), did(ground))))
        windows = cells["grain"].map(_WINDOWS)
        return cells.assign(segment_kind="window", segment=windows, denominator=float("nan"))

    return Shape(Subject.POPULATION, "count", measure, looks_back=True)


def _everybody(ground: Ground, periods: ir.Table) -> ir.Table:
    return ground.counted(periods).mutate(among=ibis.literal(True))


def _reached(staff: ir.Table, reached: ir.Table, by: tuple[str, ...] = ()) -> ir.Table:
    """How many of some counted people have reached something by the end of each period, and how many they are."""
    marked = staff.left_join(reached.select("person", reached_day=reached.day), "person")
    return marked.group_by([*_PERIOD, *by]).aggregate(
        numerator=(marked.reached_day <= marked.end).sum().coalesce(0), denominator=marked.count()
    )


def _active(ground: Ground, staff: ir.Table, days: ir.Table, by: tuple[str, ...] = ()) -> ir.Table:
    """How many of some counted people did something in each period, with what the k-floor asks of those who left.

    Args:
        ground: whose periods.
        staff: the roster of each period, with ``among``: whether the person is one of those who are asked about.
        days: ``person`` and ``day`` of what was done.
        by: further columns to count by.

    Returns:
        ``numerator``, ``denominator`` (those who are asked about), and of the whole roster, because everyone knows
        who left and nobody whether they had activated: ``gone`` (who left before the period) and ``left`` (by its end).
    """
    days = days.select("person", "day").distinct()
    did = ground.during(days, ground.spans).select(*_PERIOD, "person").distinct().mutate(did=1)
    marked = staff.left_join(did, [*_PERIOD, "person"])
    return marked.group_by([*_PERIOD, *by]).aggregate(
        numerator=marked.did.sum(where=marked.among).coalesce(0),
        denominator=marked.among.sum().coalesce(0),
        gone=marked.gone.sum().coalesce(0),
        left=marked.left.sum().coalesce(0),
    )


def _organisation(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells of the organisation, with ``first`` and ``second``: who had left before a period, and by its end."""
    cells = cells.rename(columns={"gone": "first", "left": "second"})
    return cells.assign(segment_kind="", segment="", n=cells["denominator"])


# -- communities


def share_of_communities(which: Communities) -> Shape:
    """A share of the communities in use on the last day of each block.

    Args:
        which: those that count, for each of some last days; those not in use may be among them.
    """

    def measure(ground: Ground) -> pd.DataFrame:
        blocks, places = ground.blocks.select(*_PERIOD), ground.spoken_of
        in_use = blocks.inner_join(
            places,
            [places.opened_day <= blocks.end, (places.archived_day.isnull()) | (places.archived_day > blocks.end)],
        )
        counting = which(ground, blocks.select("end").distinct()).mutate(counts=1)
        marked = in_use.left_join(counting, ["end", "community"])
        cells = ground.frame(
            marked.group_by(_PERIOD).aggregate(numerator=marked.counts.sum().coalesce(0), denominator=marked.count())
        )
        return cells.assign(segment_kind="", segment="", n=cells["denominator"])

    return Shape(Subject.COMMUNITIES, "share", measure, grain=Grain.FOUR_WEEKS)


# -- volumes


def volume(acts: Acts, *, by_kind: bool = False) -> Shape:
    """How much was done in each week, by anyone; longer periods add up the weeks that are shown.

    A metric of this shape lies ``within`` the one that counts the activated.

    Args:
        acts: what was done.
        by_kind: whether it is also published by ``kind``, a column of ``acts``, over the shown weeks of each block.
    """

    def measure(ground: Ground) -> pd.DataFrame:
        cells = ground.frame(_amounts(_by_person(ground, acts(ground), ground.weeks)))
        every = ground.frame(ground.weeks.select(*_PERIOD))
        total = every.merge(cells, how="left").fillna(dict.fromkeys(("numerator", "n", "first", "second"), 0))
        return total.assign(segment_kind="", segment="", denominator=float("nan"))

    def parts(ground: Ground, weeks: Sequence[Period]) -> pd.DataFrame:
        done = acts(ground)
        named = done.select("person", "day", segment=done.kind)
        return ground.frame(_by_person(ground, named, ground.periods(weeks), ("segment",)))

    return Shape(Subject.VOLUME, "count", measure, parts=parts if by_kind else None)


def _by_person(ground: Ground, acts: ir.Table, periods: ir.Table, by: tuple[str, ...] = ()) -> ir.Table:
    """How much each person did in each period: ``done``; ``counted`` is 1 for the activated people of the roster.

    Others, guests and those who came meanwhile, may do something too. They open no cell: whoever knows how many of
    the roster were engaged would learn what the others did.
    """
    during = ground.during(acts.select("person", "day", *by), periods)
    each = during.group_by([*_PERIOD, *by, "person"]).aggregate(done=during.count())
    staff = ground.counted(periods)
    roster = staff.filter(staff.activated_day <= staff.end).select(*_PERIOD, "person").mutate(counted=1)
    marked = each.left_join(roster, [*_PERIOD, "person"])
    return marked.select(*_PERIOD, *by, "person", "done", counted=marked.counted.coalesce(0))


def _amounts(each: ir.Table) -> ir.Table:
    """Totals, the counted people behind them, and what the two who did most did, for the rule of dominance."""
    order = ibis.window(group_by=_PERIOD, order_by=[each.done.desc(), each.person])
    ranked = each.mutate(rank=ibis.row_number().over(order))
    return ranked.group_by(_PERIOD).aggregate(
        numerator=ranked.done.sum(),
        n=ranked.counted.sum(),
        first=ranked.done.sum(where=ranked["rank"] == 0),
        second=ranked.done.sum(where=ranked["rank"] == 1).coalesce(0),
    )
