"""Taux d'activation: who has made a first contact of their own, of all employees: A / E."""

from __future__ import annotations

import ibis.expr.types as ir
import pandas as pd

from analytics.metric import SEGMENTS, Metric, Subject
from analytics.metrics.active_members import part
from analytics.tables import Ground
from reseau.i18n import N_


def counted(staff: ir.Table, by: tuple[str, ...] = ()) -> ir.Table:
    """How many of those who are counted had activated by each period's end, and how many they are."""
    activated = staff.activated_day.notnull() & (staff.activated_day <= staff.end)
    return staff.group_by(["grain", "start", "end", *by]).aggregate(
        numerator=activated.sum().coalesce(0), denominator=staff.count()
    )


def whole(ground: Ground) -> pd.DataFrame:
    """The organisation's weeks; ``first`` is how many of those who are counted did anything in each."""
    staff = ground.counted(ground.weeks)
    days = ground.acts.select("person", "day").distinct()
    active = part(ground, staff, days).select("grain", "start", "end", first="numerator")
    cells = ground.frame(counted(staff)).merge(ground.frame(active), on=["grain", "start", "end"])
    return cells.assign(segment_kind="", segment="", n=cells["denominator"])


def measure(ground: Ground) -> pd.DataFrame:
    """The whole organisation, week by week."""
    return whole(ground)


def people(ground: Ground) -> pd.DataFrame:
    """The same by combination of segments, block by block."""
    return ground.frame(counted(ground.counted(ground.blocks), SEGMENTS))


metric = Metric(
    name="activation_rate",
    title=N_("Activation rate"),
    method=N_(
        "Employees who have made a first contact of their own with the network by the end of the period, divided by "
        "all employees who are counted in it. An account made by somebody else does not count. Who joins or leaves is "
        "counted so from the next four weeks on, and together with others."
    ),
    denominator=N_("All employees who are counted in the four weeks that the period ends in"),
    unit="share",
    better="up",
    subject=Subject.PEOPLE,
    measure=measure,
    people=people,
    target=0.45,
)
