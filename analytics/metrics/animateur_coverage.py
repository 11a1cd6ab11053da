"""Couverture: communities with at least two active animateurs, of those in use."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from analytics.metric import Metric
from analytics.shapes import OF_COMMUNITIES, share_of_communities
from analytics.tables import CONTRIBUTING, Tables
from reseau.i18n import N_

ACTIVE = 2
LOOK_BACK = 27  # days before the last one


def covered(tables: Tables, ends: ir.Table) -> ir.Table:
    """Return the communities in which enough people in charge wrote during 28 days: ``end``, ``community``."""
    acts, roles = tables.acts, tables.animateurs
    written = acts.filter(acts.verb.isin(CONTRIBUTING)).select("community", "person", "day").distinct()
    in_charge = roles.inner_join(written, ["community", "person"])
    active = ends.inner_join(
        in_charge,
        [
            in_charge.since_day <= ends.end,
            (in_charge.until_day.isnull()) | (in_charge.until_day >= ends.end),
            in_charge.day <= ends.end,
            in_charge.day >= ends.end - ibis.interval(days=LOOK_BACK),
        ],
    )
    counted = active.group_by(["end", "community"]).aggregate(people=active.person.nunique())
    return counted.filter(counted.people >= ACTIVE).select("end", "community")


metric = Metric(
    name="animateur_coverage",
    title=N_("Coverage by animateurs"),
    method=N_(
        "Communities with at least 2 people in charge (animateur, deputy or sponsor) who each wrote something there "
        "over the four weeks, divided by the communities in use. Personal and secret "
        "communities are left out."
    ),
    denominator=N_("Communities opened and not archived on the last day of the period"),
    better="up",
    shape=share_of_communities(covered),
    made_of=OF_COMMUNITIES,
    target=1.0,
)
