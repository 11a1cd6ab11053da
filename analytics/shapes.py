"""The shapes that most metrics have: a share of people, a number of people, a share of communities, a volume.

A metric only selects the people, communities or acts that it is about; the shape makes the cells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ibis
import ibis.expr.types as ir
import pandas as pd

from analytics.cell import SEGMENTS
from analytics.metric import Shape, Subject, plural
from analytics.periods import Grain, Period
from analytics.tables import Tables

Days = Callable[[Tables], ir.Table]  # columns ``person`` and ``day``
Acts = Callable[[Tables], ir.Table]  # one row for each act, with ``person`` and ``day``
Communities = Callable[[Tables, ir.Table], ir.Table]  # from a table of ``end`` to one of ``end`` and ``community``

#: The sentence below a share of communities.
OF_COMMUNITIES = plural("{count} community out of {whole}", "{count} communities out of {whole}")

_PERIOD = ["grain", "start", "end"]
_WINDOWS = {Grain.WEEK.value: "7d", Grain.FOUR_WEEKS.value: "28d"}


# -- people


def growing_share(reached: Days, *, by_segment: bool = False) -> Shape:
    """Return the shape of a share that only grows: the employees who have reached something by the end of a period.

    Args:
        reached: selects the day on which each person reached it.
        by_segment: whether each block is also cut by segment.
    """

    def measure(tables: Tables) -> pd.DataFrame:
        staff = _everybody(tables, tables.weeks)
        active = _active(tables, staff, tables.acts).select(*_PERIOD, first="numerator")
        cells = tables.frame(_reached(staff, reached(tables))).merge(tables.frame(active), on=_PERIOD)
        return cells.assign(segment_kind="", segment="", n=cells["denominator"])

    def people(tables: Tables) -> pd.DataFrame:
        return tables.frame(_reached(tables.counted(tables.blocks), reached(tables), SEGMENTS))

    return Shape(Subject.PEOPLE, "share", measure, people if by_segment else None, grows=True)


def share_of_people(did: Days) -> Shape:
    """Return the shape of a share of activated employees: those who did something during a week or a block.

    Blocks are also cut by segment. A metric of this shape lies ``within`` the one that counts activated employees.

    Args:
        did: selects the days on which people did it.
    """

    def activated(tables: Tables, periods: ir.Table) -> ir.Table:
        staff = tables.counted(periods)
        return staff.mutate(among=(staff.activated_day <= staff.end).fill_null(False))

    def measure(tables: Tables) -> pd.DataFrame:
        return _organisation(tables.frame(_active(tables, activated(tables, tables.spans), did(tables))))

    def people(tables: Tables) -> pd.DataFrame:
        cells = tables.frame(_active(tables, activated(tables, tables.blocks), did(tables), SEGMENTS))
        return cells.loc[cells["denominator"] > 0].drop(columns=["gone", "left"])

    return Shape(Subject.PEOPLE, "share", measure, people)


def number_of_people(did: Days) -> Shape:
    """Return the shape of a number of distinct employees who did something during a week or a block.

    The window looked back over is the segment. A metric of this shape lies ``within`` the one that counts activated
    employees.

    Args:
        did: selects the days on which people did it.
    """

    def measure(tables: Tables) -> pd.DataFrame:
        cells = _organisation(tables.frame(_active(tables, _everybody(tables, tables.spans), did(tables))))
        windows = cells["grain"].map(_WINDOWS)
        return cells.assign(segment_kind="window", segment=windows, denominator=float("nan"))

    return Shape(Subject.POPULATION, "count", measure, looks_back=True)


def _everybody(tables: Tables, periods: ir.Table) -> ir.Table:
    return tables.counted(periods).mutate(among=ibis.literal(True))


def _reached(staff: ir.Table, reached: ir.Table, by: tuple[str, ...] = ()) -> ir.Table:
    """Count the people who have reached something by the end of each period, and all people of its roster."""
    marked = staff.left_join(reached.select("person", reached_day=reached.day), "person")
    return marked.group_by([*_PERIOD, *by]).aggregate(
        numerator=(marked.reached_day <= marked.end).sum().coalesce(0), denominator=marked.count()
    )


def _active(tables: Tables, staff: ir.Table, days: ir.Table, by: tuple[str, ...] = ()) -> ir.Table:
    """Count the people who did something in each period, and the leavers whom the k-floor needs to know.

    Args:
        tables: the tables with the periods.
        staff: the roster of each period, with ``among``: whether the person belongs to the denominator.
        days: ``person`` and ``day`` of the acts.
        by: further columns to count by.

    Returns:
        ``numerator`` and ``denominator``, and two counts of the whole roster: ``gone`` (had left before the period) and
        ``left`` (had left by its end). Everyone knows who left, but not whether they had activated.
    """
    days = days.select("person", "day").distinct()
    did = tables.during(days, tables.spans).select(*_PERIOD, "person").distinct().mutate(did=1)
    marked = staff.left_join(did, [*_PERIOD, "person"])
    return marked.group_by([*_PERIOD, *by]).aggregate(
        numerator=marked.did.sum(where=marked.among).coalesce(0),
        denominator=marked.among.sum().coalesce(0),
        gone=marked.gone.sum().coalesce(0),
        left=marked.left.sum().coalesce(0),
    )


def _organisation(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells of the organisation; ``first`` and ``second`` count the people ``gone`` and ``left``."""
    cells = cells.rename(columns={"gone": "first", "left": "second"})
    return cells.assign(segment_kind="", segment="", n=cells["denominator"])


# -- communities


def share_of_communities(which: Communities) -> Shape:
    """Return the shape of a share of the communities in use on the last day of each block.

    Args:
        which: selects the communities that count on each last day; they need not be in use.
    """

    def measure(tables: Tables) -> pd.DataFrame:
        blocks, places = tables.blocks.select(*_PERIOD), tables.listed_communities
        in_use = blocks.inner_join(
            places,
            [places.opened_day <= blocks.end, (places.archived_day.isnull()) | (places.archived_day > blocks.end)],
        )
        counting = which(tables, blocks.select("end").distinct()).mutate(counts=1)
        marked = in_use.left_join(counting, ["end", "community"])
        cells = tables.frame(
            marked.group_by(_PERIOD).aggregate(numerator=marked.counts.sum().coalesce(0), denominator=marked.count())
        )
        return cells.assign(segment_kind="", segment="", n=cells["denominator"])

    return Shape(Subject.COMMUNITIES, "share", measure, grain=Grain.FOUR_WEEKS)


# -- volumes


def volume(acts: Acts, *, by_kind: bool = False) -> Shape:
    """Return the shape of a number of acts in each week; longer periods add up the weeks that are shown.

    A metric of this shape lies ``within`` the one that counts activated employees.

    Args:
        acts: selects the acts.
        by_kind: whether it is also published by ``kind``, a column of ``acts``, over the shown weeks of each block.
    """

    def measure(tables: Tables) -> pd.DataFrame:
        cells = tables.frame(_amounts(_by_person(tables, acts(tables), tables.weeks)))
        every = tables.frame(tables.weeks.select(*_PERIOD))
        total = every.merge(cells, how="left").fillna(dict.fromkeys(("numerator", "n", "first", "second"), 0))
        return total.assign(segment_kind="", segment="", denominator=float("nan"))

    def parts(tables: Tables, weeks: Sequence[Period]) -> pd.DataFrame:
        done = acts(tables)
        named = done.select("person", "day", segment=done.kind)
        return tables.frame(_by_person(tables, named, tables.periods(weeks), ("segment",)))

    return Shape(Subject.VOLUME, "count", measure, parts=parts if by_kind else None)


def _by_person(tables: Tables, acts: ir.Table, periods: ir.Table, by: tuple[str, ...] = ()) -> ir.Table:
    """Count the acts of each person in each period: ``done``; ``counted`` is 1 for activated people of the roster.

    Guests and recent newcomers act too, but they do not help a cell to be shown: a reader who knows how many people of
    the roster were engaged would learn what the others did.
    """
    during = tables.during(acts.select("person", "day", *by), periods)
    each = during.group_by([*_PERIOD, *by, "person"]).aggregate(done=during.count())
    staff = tables.counted(periods)
    roster = staff.filter(staff.activated_day <= staff.end).select(*_PERIOD, "person").mutate(counted=1)
    marked = each.left_join(roster, [*_PERIOD, "person"])
    return marked.select(*_PERIOD, *by, "person", "done", counted=marked.counted.coalesce(0))


def _amounts(each: ir.Table) -> ir.Table:
    """Return the totals, the counted people behind them, and the two largest contributions for the dominance rule."""
    order = ibis.window(group_by=_PERIOD, order_by=[each.done.desc(), each.person])
    ranked = each.mutate(rank=ibis.row_number().over(order))
    return ranked.group_by(_PERIOD).aggregate(
        numerator=ranked.done.sum(),
        n=ranked.counted.sum(),
        first=ranked.done.sum(where=ranked["rank"] == 0),
        second=ranked.done.sum(where=ranked["rank"] == 1).coalesce(0),
    )
