"""Courbe d'adoption: activated employees, day by day since launch (F1 7, without its forecast)."""

from __future__ import annotations

import pandas as pd

from analytics.ground import Ground
from analytics.metric import Metric, Subject
from reseau.i18n import N_


def measure(ground: Ground) -> pd.DataFrame:
    """A and E on every day from the launch to today."""
    staff = ground.employees(ground.periods(ground.calendar.days()))
    activated = staff.activated_day.notnull() & (staff.activated_day <= staff.end)
    cells = ground.frame(
        staff.group_by(["grain", "start", "end"]).aggregate(
            numerator=activated.sum().coalesce(0), denominator=staff.count()
        )
    )
    return cells.assign(segment_kind="", segment="", n=cells["denominator"])


metric = Metric(
    name="activation_curve",
    title=N_("Adoption curve"),
    method=N_(
        "For every day since the launch: employees who have made a first contact of their own by that day, and all "
        "employees of the directory on that day."
    ),
    denominator=N_("All employees of the directory on that day"),
    unit="share",
    better="up",
    subject=Subject.PEOPLE,
    measure=measure,
)
