"""Contributions par nature: contents by kind, and reactions."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from analytics.metric import Metric
from analytics.shapes import volume
from analytics.tables import CONTRIBUTING, Tables
from reseau.i18n import N_
from reseau.kinds import Verb

REACTION = "reaction"  # beside the content kinds


def contributions(tables: Tables) -> ir.Table:
    """Return every content that was written, with its kind, and every reaction."""
    acts = tables.acts.filter(tables.acts.verb.isin([*CONTRIBUTING, Verb.REACTED]))
    return acts.mutate(kind=ibis.ifelse(acts.verb == Verb.REACTED, REACTION, acts.kind))


metric = Metric(
    name="contributions",
    title=N_("Contributions"),
    method=N_(
        "What people wrote during the period (discussions, questions, answers, comments, ideas, documents, articles, "
        "announcements) and the reactions they gave, week by week. Longer periods add up the weeks that are shown. By "
        "kind, four weeks are taken together, and kinds of few people too. A message copied to another tool is counted "
        "once; what came with an import, and what had been deleted by then, is not counted."
    ),
    denominator=N_("None: a number of contributions"),
    better="up",
    shape=volume(contributions, by_kind=True),
    within="activation_rate",
)
