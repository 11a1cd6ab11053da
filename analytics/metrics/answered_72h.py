"""Questions answered within 72 hours: 1 - S(72 h), where S is the Kaplan-Meier survival of "nobody has answered"."""

from __future__ import annotations

import warnings
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
from scipy.stats import CensoredData, ecdf

from analytics.cell import Shown
from analytics.metric import RAW, Metric, Shape, Subject, plural
from analytics.periods import Grain, Period, monday
from analytics.privacy.rules import LEAST, wilson
from analytics.tables import Tables
from reseau.contents.kinds.question import QUESTION
from reseau.i18n import N_
from reseau.kinds import Verb

HOURS = 72.0
LAG = timedelta(days=3)  # until the last question of a period is 72 hours old


def waits(tables: Tables) -> pd.DataFrame:
    """Return every question: the ``day`` it was asked, its ``asker``, the ``hours`` it waited, and ``answered``.

    Unanswered questions are still waiting; statistically, they are censored.
    """
    acts = tables.acts
    questions = acts.filter(acts.verb == Verb.PUBLISHED, acts.kind == QUESTION.name)
    questions = questions.select("day", asked_at=questions.at, asker=questions.person, root=questions.content)
    replies = acts.filter(acts.verb == Verb.REPLIED).select("root", "at", "person")
    answers = questions.inner_join(replies, "root")
    answers = answers.filter(answers.person != answers.asker, answers.at >= answers.asked_at)
    first = answers.group_by("root").aggregate(answered_at=answers.at.min())
    frame = tables.frame(questions.left_join(first, "root").select("day", "root", "asker", "asked_at", "answered_at"))
    answered = frame["answered_at"].notna()
    ends = frame["answered_at"].where(answered, pd.Timestamp(tables.now))
    hours = (ends - frame["asked_at"]).dt.total_seconds() / 3600
    return pd.DataFrame(
        {"day": frame["day"], "asker": frame["asker"], "hours": hours.clip(lower=0), "answered": answered}
    )


def _cell(period: Period, cohort: pd.DataFrame) -> dict[str, object]:
    cell = {"grain": period.grain.value, "start": period.start, "end": period.end, "segment_kind": "", "segment": ""}
    in_time = cohort["answered"] & (cohort["hours"] <= HOURS)
    share, low, high = answered_share(cohort) if len(cohort) else (float("nan"),) * 3
    counts = {"numerator": int(in_time.sum()), "denominator": len(cohort), "n": len(cohort)}
    return {**cell, **counts, "value": share, "low": low, "high": high}


def answered_share(cohort: pd.DataFrame) -> tuple[float, float, float]:
    """Return 1 - S(72 h) and its 95 % interval (log-log, Kalbfleisch & Prentice).

    A question that has waited for less than 72 hours counts for as long as it has waited, and is neither a success
    nor a failure; a mean over the answered ones alone would look better than the truth.
    """
    sample = CensoredData.right_censored(cohort["hours"].to_numpy(float), ~cohort["answered"].to_numpy(bool))
    waiting = ecdf(sample).sf
    share = 1 - _at_72h(waiting)
    if not 0 < share < 1:  # the log-log interval has no meaning at the edges
        return share, *wilson(round(share * len(cohort)), len(cohort))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # nor has it at other hours of the same curve
        between = waiting.confidence_interval(method="log-log")
    return share, 1 - _at_72h(between.high), 1 - _at_72h(between.low)


def _at_72h(curve: Any) -> float:  # the type stubs declare the bounds of an interval as numbers, but they are curves
    return float(curve.evaluate([HOURS])[0])


def _weeks_shown(tables: Tables) -> set[date]:
    """Return the Mondays of the weeks whose contributions are shown.

    Questions are contributions: if those of a hidden week were counted here, subtraction would reveal them.
    """
    cells = tables.record.read("contributions").cells
    weeks = cells.loc[(cells["grain"] == Grain.WEEK.value) & (cells["segment_kind"] == "")]
    return set(weeks.loc[weeks["shown"] == Shown.VALUE, "start"])


def _counted(tables: Tables) -> dict[date, set[str]]:
    """Return the activated people of each block's roster, by its last day; other askers do not count towards k."""
    staff = tables.counted(tables.blocks)
    rows = tables.frame(staff.filter(staff.activated_day <= staff.end).select("end", "person"))
    return {end: set(rows.loc[rows["end"] == end, "person"]) for end in set(rows["end"])}


def _askers(cohort: pd.DataFrame, blocks: list[Period], counted: dict[date, set[str]]) -> int:
    """Return the number of counted people who asked in the blocks of a cohort."""
    askers: set[str] = set()
    for block in blocks:
        inside = cohort.loc[cohort["day"].between(block.start, block.end), "asker"]
        askers |= set(inside) & counted.get(block.end, set())
    return len(askers)


def measure(tables: Tables) -> pd.DataFrame:
    """Measure each block that ended at least three days ago; a block with few questions is counted with the next."""
    published, questions, counted = _weeks_shown(tables), waits(tables), _counted(tables)
    questions = questions.loc[[monday(day) in published for day in questions["day"]]]
    cells: list[dict[str, object]] = []
    reached = tables.record.read("answered_72h").published_until.get(Grain.FOUR_WEEKS)
    together: list[Period] = []
    for block in tables.calendar.blocks():
        if block.end + LAG >= tables.today or (reached and block.end <= reached):
            continue
        together.append(block)
        period = replace(block, start=together[0].start)
        cohort = questions.loc[questions["day"].between(period.start, period.end)]
        if len(cohort) >= LEAST and _askers(cohort, together, counted) >= tables.settings.k:
            cells.append(_cell(period, cohort))
            together = []
    return pd.DataFrame(cells, columns=[*RAW, "value", "low", "high"])


metric = Metric(
    name="answered_72h",
    title=N_("Questions answered within 72 hours"),
    method=N_(
        "Share of the questions asked during the period that get a first reply from somebody else within 72 hours, "
        "nights and weekends included. Questions that are still waiting count for the time they have waited "
        "(Kaplan-Meier); deleted questions and replies are left out, and so are weeks whose contributions are hidden. "
        "Four weeks of fewer than 20 questions are counted together with the next."
    ),
    denominator=N_("Questions asked during the period"),
    better="up",
    shape=Shape(Subject.ITEMS, "share", measure, grain=Grain.FOUR_WEEKS, lag=LAG),
    made_of=plural("{count} question asked", "{count} questions asked"),
    needs=N_("at least 20 questions, asked by enough people"),
    target=0.8,
    target_grain="4w",
    within="contributions",
)
