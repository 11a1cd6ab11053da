"""What deserves attention: communities without anyone in charge, or quiet, and questions that wait.

A short list beside the cubes. It speaks of communities and of the role that someone accepted in them, never of people:
no name, no number of persons, one word a community. Secret communities are not in it; questions are counted where
everyone may read them, and nowhere else.
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
from analytics.tables import CONTRIBUTING, Ground
from reseau.contents.kinds.question import QUESTION
from reseau.kinds import Privacy, Verb

LOOK_BACK = timedelta(days=27)  # before the last day, as in the figures of communities and animateurs
NEWEST = 3  # waiting questions that a community names


def note(ground: Ground, folder: Path) -> None:
    """Write the list of a data folder, replacing the earlier one."""
    attention_now = attention(ground)
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


def attention(ground: Ground) -> Attention:
    """The list as the facts and the directory have it now.

    Communities are examined over the 28 days that end with the last whole week, like their figures; there are none
    before the network is 28 days old. Questions are examined up to now.
    """
    sunday, launch = monday(ground.today) - timedelta(days=1), ground.calendar.launch
    if launch is None:
        return Attention(None, (), ())
    lived = launch <= sunday - LOOK_BACK
    return Attention(sunday, _communities(ground, sunday) if lived else (), _waiting(ground))


def _communities(ground: Ground, end: date) -> tuple[Standing, ...]:
    places = ground.frame(ground.spoken_of.select("community", "opened_day", "archived_day"))
    in_use = places.loc[(places["opened_day"] <= end) & places["archived_day"].isna()]
    in_charge, wrote = _in_charge(ground), _wrote(ground, end)
    ends = ibis.memtable(pd.DataFrame({"end": [end]})).mutate(end=ibis._.end.cast("date"))
    alive = set(ground.frame(living(ground, ends))["community"])
    return tuple(
        Standing(
            str(place["community"]),
            _charge(in_charge.get(place["community"], {}), wrote.get(place["community"], set()), end),
            quiet=place["community"] not in alive and place["opened_day"] <= end - LOOK_BACK,
        )
        for place in in_use.sort_values("community").to_dict("records")
    )


def _in_charge(ground: Ground) -> dict[int, dict[str, date]]:
    """Who is in charge where today, and since when; whoever left the company is not."""
    roles = ground.animateurs.inner_join(ground.people.select("person", "left_on"), "person")
    today = ground.today
    held = roles.filter(
        roles.since_day <= today,
        roles.until_day.isnull() | (roles.until_day >= today),
        roles.left_on.isnull() | (roles.left_on > today),
    )
    first = held.group_by(["community", "person"]).aggregate(since=held.since_day.min())
    in_charge: dict[int, dict[str, date]] = {}
    for row in ground.frame(first).to_dict("records"):
        in_charge.setdefault(row["community"], {})[row["person"]] = row["since"]
    return in_charge


def _wrote(ground: Ground, end: date) -> dict[int, set[str]]:
    """Who wrote where in the 28 days that end with a day."""
    acts = ground.acts
    recent = acts.filter(acts.verb.isin(CONTRIBUTING), acts.day <= end, acts.day >= end - LOOK_BACK)
    writers: dict[int, set[str]] = {}
    for row in ground.frame(recent.select("community", "person").distinct()).to_dict("records"):
        writers.setdefault(row["community"], set()).add(row["person"])
    return writers


def _charge(in_charge: dict[str, date], wrote: set[str], end: date) -> Charge:
    """How a community is looked after. Someone in charge for less than four weeks is not called silent."""
    if not in_charge:
        return Charge.NOBODY
    silent = [who for who, since in in_charge.items() if who not in wrote and since <= end - LOOK_BACK]
    if len(silent) == len(in_charge):
        return Charge.SILENT
    if len(in_charge) == 1:
        return Charge.ALONE
    return Charge.SECOND_SILENT if len(in_charge) - len(silent) < 2 else Charge.COVERED


def _waiting(ground: Ground) -> tuple[Waiting, ...]:
    """The questions of open communities to which nobody but the asker has replied, by community."""
    acts, places = ground.acts, ground.communities
    open_places = places.filter(places.privacy == Privacy.OPEN, places.archived_day.isnull()).select("community")
    questions = acts.filter(acts.verb == Verb.PUBLISHED, acts.kind == QUESTION.name).semi_join(open_places, "community")
    questions = questions.select("community", "day", "at", root=questions.content, asker=questions.person)
    replies = acts.filter(acts.verb == Verb.REPLIED).select("root", replied_by=acts.person)
    answered = questions.inner_join(replies, "root")
    answered = answered.filter(answered.replied_by != answered.asker).select("root").distinct()
    left = ground.frame(questions.anti_join(answered, "root").select("community", "day", "at", "root"))
    left = left.sort_values(["at", "root"])
    waiting = [_of_community(str(place), group) for place, group in left.groupby("community", sort=True)]
    return tuple(sorted(waiting, key=lambda waiting: (-waiting.count, waiting.oldest.since, waiting.community)))


def _of_community(place: str, left: pd.DataFrame) -> Waiting:
    """The questions of one community, given oldest first."""
    questions = [Question(int(row["root"]), row["day"]) for row in left.to_dict("records")]
    return Waiting(place, len(questions), questions[0], tuple(questions[: -NEWEST - 1 : -1]))
