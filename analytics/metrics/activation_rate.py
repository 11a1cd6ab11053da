"""Activation rate: the share of employees who have made a first contact of their own."""

from __future__ import annotations

import ibis.expr.types as ir

from analytics.metric import Metric, plural
from analytics.shapes import growing_share
from analytics.tables import Tables
from reseau.i18n import N_


def activations(tables: Tables) -> ir.Table:
    """Return the day of each person's first contact."""
    return tables.activations.select("person", day="activated_day")


metric = Metric(
    name="activation_rate",
    title=N_("Activation rate"),
    method=N_(
        "Employees who have made a first contact of their own with the network by the end of the period, divided by "
        "all employees who are counted in it. An account made by somebody else does not count. People who join or "
        "leave are counted from the next four weeks on, and only together with others."
    ),
    denominator=N_("All employees who are counted in the four weeks that the period ends in"),
    better="up",
    shape=growing_share(activations, by_segment=True),
    made_of=plural("{count} person out of {whole}", "{count} people out of {whole}"),
    target=0.45,
)
