"""Lists for attention: communities that are quiet or have nobody in charge, and unanswered questions.

A short list beside the cubes. It is about communities and the role that someone accepted in them, never about people:
it has no names and no numbers of people, only one word for each community. Secret communities are left out, and only
questions that everyone may read are counted.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

import ibis
import pandas as pd

from analytics.files import put_json
from analytics.metrics.living_communities import living
from analytics.periods import monday
from analytics.published.reading import Attention, Charge, Question, Standing, Waiting, attention_file
from analytics.tables import CONTRIBUTING, Tables
from reseau.contents.kinds.question import QUESTION
from reseau.kinds import Privacy, Verb

LOOK_BACK = timedelta(days=27)  # before the last day, as in the figures of communities and animateurs
NEWEST = 3  # unanswered questions that are listed for a community


def note(tables: Tables, folder: Path) -> None:
    """Write the list into a data folder, replacing the earlier one."""
    attention_now = attention(tables)
    value = asdict(attention_now) | {
        "until": attention_now.until.isoformat() if attention_now.until else None,
        "waiting": [_raw(waiting) for waiting in attention_now.waiting],
    }
    put_json(value, attention_file(folder))


def _raw(waiting: Waiting) -> dict[str, object]:
    return {
        "community": waiting.community,
        "count": waiting.count,
        "oldest": waiting.oldest.content,
        "since": waiting.oldest.since.isoformat(),
        "newest": [{"content": question.content, "since": question.since.isoformat()} for question in waiting.newest],
    }


def attention(tables: Tables) -> Attention:
    """Return the list, according to the facts and the directory as they are now.

    Communities are examined over the 28 days that end with the last whole week, like their figures. There are none
    before the network is 28 days old. Questions are examined up to now.
    """
    sunday, launch = monday(tables.today) - timedelta(days=1), tables.calendar.launch
    if launch is None:
        return Attention(None, (), ())
    old_enough = launch <= sunday - LOOK_BACK
    return Attention(sunday, _communities(tables, sunday) if old_enough else (), _waiting(tables))


def _communities(tables: Tables, end: date) -> tuple[Standing, ...]:
    places = tables.frame(tables.listed_communities.select("community", "opened_day", "archived_day"))
    in_use = places.loc[(places["opened_day"] <= end) & places["archived_day"].isna()]
    in_charge, wrote = _in_charge(tables), _wrote(tables, end)
    ends = ibis.memtable(pd.DataFrame({"end": [end]})).mutate(end=ibis._.end.cast("date"))
    alive = set(tables.frame(living(tables, ends))["community"])
    return tuple(
        Standing(
            str(place["community"]),
            _charge(in_charge.get(place["community"], {}), wrote.get(place["community"], set()), end),
            quiet=place["community"] not in alive and place["opened_day"] <= end - LOOK_BACK,
        )
        for place in in_use.sort_values("community").to_dict("records")
    )


def _in_charge(tables: Tables) -> dict[int, dict[str, date]]:
    """Return the day on which each person in charge took the role, by community; leavers are not in charge."""
    roles = tables.animateurs.inner_join(tables.people.select("person", "left_on"), "person")
    today = tables.today
    held = roles.filter(
        roles.since_day <= today,
        roles.until_day.isnull() | (roles.until_day >= today),
        roles.left_on.isnull() | (roles.left_on > today),
    )
    first = held.group_by(["community", "person"]).aggregate(since=held.since_day.min())
    in_charge: dict[int, dict[str, date]] = {}
    for row in tables.frame(first).to_dict("records"):
        in_charge.setdefault(row["community"], {})[row["person"]] = row["since"]
    return in_charge


def _wrote(tables: Tables, end: date) -> dict[int, set[str]]:
    """Return the people who wrote in each community during the 28 days that end with a day."""
    acts = tables.acts
    recent = acts.filter(acts.verb.isin(CONTRIBUTING), acts.day <= end, acts.day >= end - LOOK_BACK)
    writers: dict[int, set[str]] = {}
    for row in tables.frame(recent.select("community", "person").distinct()).to_dict("records"):
        writers.setdefault(row["community"], set()).add(row["person"])
    return writers


def _charge(in_charge: dict[str, date], wrote: set[str], end: date) -> Charge:
    """Return how a community is looked after. Nobody is called silent before they have had the role for four weeks."""
    if not in_charge:
        return Charge.NOBODY
    silent = [person for person, since in in_charge.items() if person not in wrote and since <= end - LOOK_BACK]
    if len(silent) == len(in_charge):
        return Charge.SILENT
    if len(in_charge) == 1:
        return Charge.ALONE
    return Charge.SECOND_SILENT if len(in_charge) - len(silent) < 2 else Charge.COVERED


def _waiting(tables: Tables) -> tuple[Waiting, ...]:
    """Return the questions of open communities to which nobody but the asker has replied, by community."""
    acts, places = tables.acts, tables.communities
    open_places = places.filter(places.privacy == Privacy.OPEN, places.archived_day.isnull()).select("community")
    questions = acts.filter(acts.verb == Verb.PUBLISHED, acts.kind == QUESTION.name).semi_join(open_places, "community")
    questions = questions.select("community", "day", "at", root=questions.content, asker=questions.person)
    replies = acts.filter(acts.verb == Verb.REPLIED).select("root", replied_by=acts.person)
    answered = questions.inner_join(replies, "root")
    answered = answered.filter(answered.replied_by != answered.asker).select("root").distinct()
    unanswered = tables.frame(questions.anti_join(answered, "root").select("community", "day", "at", "root"))
    unanswered = unanswered.sort_values(["at", "root"])
    waiting = [_waiting_in(str(place), group) for place, group in unanswered.groupby("community", sort=True)]
    return tuple(sorted(waiting, key=lambda waiting: (-waiting.count, waiting.oldest.since, waiting.community)))


def _waiting_in(place: str, unanswered: pd.DataFrame) -> Waiting:
    """Return the questions of one community from rows that are sorted from the oldest."""
    questions = [Question(int(row["root"]), row["day"]) for row in unanswered.to_dict("records")]
    return Waiting(place, len(questions), questions[0], tuple(questions[: -NEWEST - 1 : -1]))
