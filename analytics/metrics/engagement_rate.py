"""Taux d'engagement: the share of activated people who at least reacted during the period: G / A."""

from __future__ import annotations

import ibis.expr.types as ir

from analytics.metric import Metric, plural
from analytics.shapes import share_of_people
from analytics.tables import ENGAGING, Tables
from reseau.i18n import N_


def engaging(tables: Tables) -> ir.Table:
    """Return what people did for others to see: a reaction or more."""
    return tables.acts.filter(tables.acts.verb.isin(ENGAGING))


metric = Metric(
    name="engagement_rate",
    title=N_("Engagement rate"),
    method=N_(
        "Activated employees who published, replied, reacted, thanked somebody or accepted an answer during the "
        "period, divided by the employees activated by its end. Reading, following and joining are not counted."
    ),
    denominator=N_("Employees activated by the end of the period, of those who are counted in it"),
    better="up",
    shape=share_of_people(engaging),
    made_of=plural("{count} activated profile out of {whole}", "{count} activated profiles out of {whole}"),
    target=0.4,
    target_grain="4w",
    within="activation_rate",
)
