"""Taux d'engagement: who reacted or did more during the period, of the activated (F1 2: G / A)."""

from __future__ import annotations

import ibis.expr.types as ir
import pandas as pd

from analytics.ground import ENGAGING, Ground
from analytics.metric import SEGMENTS, Metric, Subject
from reseau.i18n import N_


def _engaged(ground: Ground) -> ir.Table:
    acts = ground.acts
    days = acts.filter(acts.verb.isin(ENGAGING)).select("person", "day").distinct()
    return ground.during(days, ground.spans).select("grain", "start", "end", "person").distinct()


def _counted(ground: Ground, staff: ir.Table, by: tuple[str, ...]) -> ir.Table:
    activated = staff.filter(staff.activated_day <= staff.end)
    marked = activated.left_join(_engaged(ground).mutate(engaged=1), ["grain", "start", "end", "person"])
    return marked.group_by(["grain", "start", "end", *by]).aggregate(
        numerator=marked.engaged.sum().coalesce(0), denominator=marked.count()
    )


def measure(ground: Ground) -> pd.DataFrame:
    """The whole organisation, each period by itself; the figure of four weeks is the catalogue's 28 days."""
    cells = ground.frame(_counted(ground, ground.employees(ground.spans), ()))
    return cells.assign(segment_kind="", segment="", n=cells["denominator"])


def people(ground: Ground) -> pd.DataFrame:
    """The same by combination of segments."""
    return ground.frame(_counted(ground, ground.segmented, SEGMENTS))


metric = Metric(
    name="engagement_rate",
    title=N_("Engagement rate"),
    method=N_(
        "Activated employees who published, replied, reacted, thanked somebody or accepted an answer during the "
        "period, divided by the employees activated by its end. Reading, following and joining are not counted."
    ),
    denominator=N_("Employees activated by the end of the period"),
    unit="share",
    better="up",
    subject=Subject.PEOPLE,
    measure=measure,
    people=people,
    target=0.4,
    target_grain="4w",
    within="activation_rate",
)
