"""Présence des animateurs: weeks in which animateurs contributed at least once to their community."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pandas as pd

from analytics.metric import Metric, Shape, Subject
from analytics.tables import CONTRIBUTING, Tables
from reseau.i18n import N_

_WEEK = ["week", "community"]


def _in_role(tables: Tables, weeks: ir.Table) -> ir.Table:
    """Return the people with a role in a community in use, week by week, with the role's first and last day."""
    places = tables.listed_communities.select("community", "opened_day", "archived_day")
    roles = tables.animateurs.inner_join(places, "community").inner_join(tables.people.select("person"), "person")
    held = weeks.inner_join(
        roles,
        [
            roles.since_day <= weeks.week_end,
            (roles.until_day.isnull()) | (roles.until_day >= weeks.week),
            roles.opened_day <= weeks.week_end,
            (roles.archived_day.isnull()) | (roles.archived_day > weeks.week),
        ],
    )
    return held.select(*_WEEK, "person", "week_end", "since_day", "until_day")


def _presence(tables: Tables, held: ir.Table) -> ir.Table:
    """Return the weeks of communities in which someone with a role contributed."""
    acts = tables.acts
    written = acts.filter(acts.verb.isin(CONTRIBUTING)).select("community", "person", "day").distinct()
    matched = held.inner_join(written, ["community", "person"])
    within = (matched.day >= matched.week) & (matched.day <= matched.week_end)
    in_role = (matched.day >= matched.since_day) & (matched.until_day.isnull() | (matched.day <= matched.until_day))
    return matched.filter(within & in_role).select(*_WEEK).distinct()


def _by_period(tables: Tables, weeks: ir.Table, by: tuple[str, ...]) -> ir.Table:
    held = _in_role(tables, weeks)
    present = _presence(tables, held).mutate(present=1)
    each = held.select(*_WEEK, "person").left_join(present, _WEEK).drop("week_right", "community_right")
    spans = tables.weeks.select("grain", "start", "end")
    laid = each.inner_join(spans, [each.week == spans.start])
    present_in = ibis.ifelse(laid.present.notnull(), laid.community, None)
    return laid.group_by(["grain", "start", "end", *by]).aggregate(
        numerator=present_in.nunique(), denominator=laid.community.nunique(), n=laid.person.nunique()
    )


def measure(tables: Tables) -> pd.DataFrame:
    """Measure the whole and each community; ``n`` is the number of animateurs."""
    weeks = tables.weeks
    weeks = weeks.select(week=weeks.start, week_end=weeks.end)
    total = tables.frame(_by_period(tables, weeks, ())).assign(segment_kind="", segment="")
    each = tables.frame(_by_period(tables, weeks, ("community",)))
    each = each.assign(segment_kind="community", segment=each["community"].astype(str)).drop(columns="community")
    return pd.concat([total, each], ignore_index=True)


metric = Metric(
    name="animateur_presence",
    title=N_("Presence of animateurs"),
    method=N_(
        "Weeks in which at least one person in charge of a community (animateur, deputy or sponsor) wrote something in "
        "it, divided by the weeks in which it had somebody in charge. It is about a role that was accepted, never "
        "about a person, and is never a ranking."
    ),
    denominator=N_("Weeks of communities that have somebody in charge"),
    better="up",
    shape=Shape(Subject.ROLE, "share", measure),
    target=0.75,
    target_grain="4w",
)
