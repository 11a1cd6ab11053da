"""Taux d'activation: who has made a first contact of their own, of all employees (F1 1: A / E)."""

from __future__ import annotations

import ibis.expr.types as ir
import pandas as pd

from analytics.ground import Ground
from analytics.metric import SEGMENTS, Metric, Subject
from reseau.i18n import N_


def _counted(staff: ir.Table, by: tuple[str, ...]) -> ir.Table:
    activated = staff.activated_day.notnull() & (staff.activated_day <= staff.end)
    return staff.group_by(["grain", "start", "end", *by]).aggregate(
        numerator=activated.sum().coalesce(0), denominator=staff.count()
    )


def measure(ground: Ground) -> pd.DataFrame:
    """The whole organisation, at each period's end."""
    cells = ground.frame(_counted(ground.employees(ground.spans), ()))
    return cells.assign(segment_kind="", segment="", n=cells["denominator"])


def people(ground: Ground) -> pd.DataFrame:
    """The same by combination of segments."""
    return ground.frame(_counted(ground.segmented, SEGMENTS))


metric = Metric(
    name="activation_rate",
    title=N_("Activation rate"),
    method=N_(
        "Employees who have made a first contact of their own with the network by the end of the period, divided by "
        "all employees of the directory on that day. An account made by somebody else does not count."
    ),
    denominator=N_("All employees of the directory on the last day of the period"),
    unit="share",
    better="up",
    subject=Subject.PEOPLE,
    measure=measure,
    people=people,
    target=0.45,
)
