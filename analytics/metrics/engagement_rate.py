"""Taux d'engagement: who reacted or did more during the period, of the activated: G / A."""

from __future__ import annotations

import ibis.expr.types as ir
import pandas as pd

from analytics.metric import SEGMENTS, Metric, Subject
from analytics.metrics.active_members import part, whole
from analytics.tables import ENGAGING, Ground
from reseau.i18n import N_


def _days(ground: Ground) -> ir.Table:
    acts = ground.acts
    return acts.filter(acts.verb.isin(ENGAGING)).select("person", "day").distinct()


def measure(ground: Ground) -> pd.DataFrame:
    """The whole organisation; the figure of a block is the catalogue's 28 days."""
    staff = ground.counted(ground.spans)
    return whole(ground.frame(part(ground, staff.filter(staff.activated_day <= staff.end), _days(ground))))


def people(ground: Ground) -> pd.DataFrame:
    """The same by combination of segments, block by block."""
    staff = ground.counted(ground.blocks)
    found = ground.frame(part(ground, staff.filter(staff.activated_day <= staff.end), _days(ground), SEGMENTS))
    return found.drop(columns=["gone", "left"])


metric = Metric(
    name="engagement_rate",
    title=N_("Engagement rate"),
    method=N_(
        "Activated employees who published, replied, reacted, thanked somebody or accepted an answer during the "
        "period, divided by the employees activated by its end. Reading, following and joining are not counted."
    ),
    denominator=N_("Employees activated by the end of the period, of those who are counted in it"),
    unit="share",
    better="up",
    subject=Subject.PEOPLE,
    measure=measure,
    people=people,
    target=0.4,
    target_grain="4w",
    within="activation_rate",
)
