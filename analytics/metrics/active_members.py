"""QUH, QUM: distinct employees with any trace in a week, and in a block of four."""

from __future__ import annotations

import ibis.expr.types as ir

from analytics.metric import Metric
from analytics.shapes import number_of_people
from analytics.tables import Tables
from reseau.i18n import N_


def all_acts(tables: Tables) -> ir.Table:
    """Return everything that people did."""
    return tables.acts


metric = Metric(
    name="active_members",
    title=N_("Active members"),
    method=N_(
        "Distinct employees who left any trace of their own (a command, a message, a reaction, a follow…) in the week, "
        "or in the four weeks. What people merely read in Slack or Teams cannot be seen, so these are the measured "
        "active members, fewer than the real ones."
    ),
    denominator=N_("None: a number of people, of all employees who are counted"),
    better="up",
    shape=number_of_people(all_acts),
    within="activation_rate",
)
