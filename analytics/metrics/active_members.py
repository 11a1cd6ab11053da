"""QUH, QUM: distinct employees with any trace in a week, and in a block of four."""

from __future__ import annotations

import ibis.expr.types as ir
import pandas as pd

from analytics.metric import Metric, Subject
from analytics.periods import Grain
from analytics.tables import Ground
from reseau.i18n import N_

WINDOWS = {Grain.WEEK.value: "7d", Grain.FOUR_WEEKS.value: "28d"}
_PERIOD = ["grain", "start", "end"]


def part(ground: Ground, staff: ir.Table, days: ir.Table, by: tuple[str, ...] = ()) -> ir.Table:
    """How many of some counted people did something in each period, with what the k-floor asks of those who left.

    Args:
        ground: whose periods.
        staff: who is counted in which period (:meth:`Ground.counted`).
        days: ``person`` and ``day`` of what was done, each once.
        by: further columns to count by.

    Returns:
        ``numerator``, ``denominator`` (the counted people), ``gone`` (those of them who left before the period) and
        ``left`` (those who had left by its end).
    """
    did = ground.during(days, ground.spans).select(*_PERIOD, "person").distinct().mutate(did=1)
    marked = staff.left_join(did, [*_PERIOD, "person"])
    return marked.group_by([*_PERIOD, *by]).aggregate(
        numerator=marked.did.sum().coalesce(0),
        denominator=marked.count(),
        gone=marked.gone.sum().coalesce(0),
        left=marked.left.sum().coalesce(0),
    )


def whole(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells of the organisation, with ``first`` and ``second``: who had left before a period, and by its end."""
    cells = cells.rename(columns={"gone": "first", "left": "second"})
    return cells.assign(segment_kind="", segment="", n=cells["denominator"])


def measure(ground: Ground) -> pd.DataFrame:
    """Weeks and blocks; ``n`` is the people who are counted."""
    days = ground.acts.select("person", "day").distinct()
    cells = whole(ground.frame(part(ground, ground.counted(ground.spans), days)))
    windows = cells["grain"].map(WINDOWS)
    return cells.assign(segment_kind="window", segment=windows, denominator=float("nan"))


metric = Metric(
    name="active_members",
    title=N_("Active members"),
    method=N_(
        "Distinct employees who left any trace of their own (a command, a message, a reaction, a follow…) in the week, "
        "or in the four weeks. What people merely read in Slack or Teams cannot be seen, so these are the measured "
        "active members, fewer than the real ones."
    ),
    denominator=N_("None: a number of people, of all employees who are counted"),
    unit="count",
    better="up",
    subject=Subject.POPULATION,
    measure=measure,
    within="activation_rate",
)
