"""Contributions par nature: what was written, by kind, and reactions."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
import pandas as pd

from analytics.metric import Metric, Subject
from analytics.periods import Period
from analytics.tables import CONTRIBUTING, Ground
from reseau.i18n import N_
from reseau.kinds import Verb

REACTION = "reaction"  # beside the content kinds


def _contributions(ground: Ground) -> ir.Table:
    """How much each person did of each kind, day by day."""
    acts = ground.acts.filter(ground.acts.verb.isin([*CONTRIBUTING, Verb.REACTED]))
    kind = ibis.ifelse(acts.verb == Verb.REACTED, REACTION, acts.kind)
    named = acts.select("day", "person", segment=kind)
    return named.group_by(["day", "person", "segment"]).aggregate(done=named.count())


def _by_person(done: ir.Table, by: tuple[str, ...]) -> ir.Table:
    return done.group_by(["grain", "start", "end", *by, "person"]).aggregate(done=done.done.sum())


def _cells(each: ir.Table) -> ir.Table:
    """Totals, people behind them, and what the first and the second person did, for the rule of dominance."""
    keys = ["grain", "start", "end"]
    order = ibis.window(group_by=keys, order_by=[each.done.desc(), each.person])
    ranked = each.mutate(rank=ibis.row_number().over(order))
    return ranked.group_by(keys).aggregate(
        numerator=ranked.done.sum(),
        n=ranked.count(),
        first=ranked.done.sum(where=ranked["rank"] == 0),
        second=ranked.done.sum(where=ranked["rank"] == 1).coalesce(0),
    )


def measure(ground: Ground) -> pd.DataFrame:
    """The total of every week."""
    done = ground.during(_contributions(ground), ground.weeks)
    cells = ground.frame(_cells(_by_person(done, ())))
    every = ground.frame(ground.weeks.select("grain", "start", "end"))
    total = every.merge(cells, how="left").fillna(dict.fromkeys(("numerator", "n", "first", "second"), 0))
    return total.assign(segment_kind="", segment="", denominator=float("nan"))


def parts(ground: Ground, weeks: Sequence[Period]) -> pd.DataFrame:
    """What each person did of each kind in some weeks, as one part of the block that they lie in."""
    done = ground.during(_contributions(ground), ground.periods(weeks))
    return ground.frame(_by_person(done, ("segment",)))


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
    unit="count",
    better="up",
    subject=Subject.VOLUME,
    measure=measure,
    parts=parts,
)
