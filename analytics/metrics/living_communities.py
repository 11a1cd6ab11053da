"""Communautés vivantes: communities in which enough people wrote, and answered each other, during 28 days."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from analytics.metric import Metric
from analytics.shapes import OF_COMMUNITIES, share_of_communities
from analytics.tables import CONTRIBUTING, Tables
from reseau.i18n import N_
from reseau.kinds import Verb

CONTRIBUTORS = 3
LOOK_BACK = 27  # days before the last one


def living(tables: Tables, ends: ir.Table) -> ir.Table:
    """Return the communities that are living on each last day: ``end``, ``community``."""
    acts, roots = tables.acts, _authors(tables)
    written = acts.filter(acts.verb.isin(CONTRIBUTING), acts.community.notnull()).left_join(roots, "root")
    other = written.target.coalesce(written.author)
    answers = (written.verb == Verb.REPLIED) & other.notnull() & (other != written.person)
    each = written.select("day", "community", "person", answers=answers)
    recent = ends.inner_join(each, [each.day <= ends.end, each.day >= ends.end - ibis.interval(days=LOOK_BACK)])
    counted = recent.group_by(["end", "community"]).aggregate(
        people=recent.person.nunique(), answers=recent.answers.sum()
    )
    return counted.filter(counted.people >= CONTRIBUTORS, counted.answers >= 1).select("end", "community")


def _authors(tables: Tables) -> ir.Table:
    """Return the author of each thread. Seeded ones count: a reply to a seeded question is a reply to someone."""
    started = tables.facts.filter(tables.facts.verb == Verb.PUBLISHED, tables.facts.content.notnull())
    return started.group_by(root=started.content).aggregate(author=started.person.min())


metric = Metric(
    name="living_communities",
    title=N_("Living communities"),
    method=N_(
        "Communities in which, over the four weeks, at least 3 people wrote something and at "
        "least one person replied to another, divided by the communities in use. Personal and secret communities are "
        "left out."
    ),
    denominator=N_("Communities opened and not archived on the last day of the period"),
    better="up",
    shape=share_of_communities(living),
    made_of=OF_COMMUNITIES,
    target=0.5,
)
