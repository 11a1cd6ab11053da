"""Présence des animateurs: weeks with at least one contribution of theirs in their community."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pandas as pd

from analytics.metric import Metric, Shape, Subject
from analytics.tables import CONTRIBUTING, Ground
from reseau.i18n import N_

_WEEK = ["week", "community"]


def _in_role(ground: Ground, weeks: ir.Table) -> ir.Table:
    """Who holds a role in a community in use, week by week, with the role's first and last day."""
    places = ground.spoken_of.select("community", "opened_day", "archived_day")
    roles = ground.animateurs.inner_join(places, "community").inner_join(ground.people.select("person"), "person")
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


def _presence(ground: Ground, held: ir.Table) -> ir.Table:
    """Weeks of communities in which someone in the role contributed there."""
    acts = ground.acts
    done = acts.filter(acts.verb.isin(CONTRIBUTING)).select("community", "person", "day").distinct()
    matched = held.inner_join(done, ["community", "person"])
    within = (matched.day >= matched.week) & (matched.day <= matched.week_end)
    in_role = (matched.day >= matched.since_day) & (matched.until_day.isnull() | (matched.day <= matched.until_day))
    return matched.filter(within & in_role).select(*_WEEK).distinct()


def _by_period(ground: Ground, weeks: ir.Table, by: tuple[str, ...]) -> ir.Table:
    held = _in_role(ground, weeks)
    present = _presence(ground, held).mutate(present=1)
    each = held.select(*_WEEK, "person").left_join(present, _WEEK).drop("week_right", "community_right")
    spans = ground.weeks.select("grain", "start", "end")
    laid = each.inner_join(spans, [each.week == spans.start])
    present_in = ibis.ifelse(laid.present.notnull(), laid.community, None)
    return laid.group_by(["grain", "start", "end", *by]).aggregate(
        numerator=present_in.nunique(), denominator=laid.community.nunique(), n=laid.person.nunique()
    )


def measure(ground: Ground) -> pd.DataFrame:
    """The whole, and community by community; ``n`` is the animateurs behind it."""
    weeks = ground.weeks
    weeks = weeks.select(week=weeks.start, week_end=weeks.end)
    total = ground.frame(_by_period(ground, weeks, ())).assign(segment_kind="", segment="")
    each = ground.frame(_by_period(ground, weeks, ("community",)))
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
