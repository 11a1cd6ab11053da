"""The figures counted a second time: from the rows of ``activity`` and of the directory, in plain Python, slowly.

Nothing here is shared with ``analytics``: no engine, no frame, no pseudonym; only the definitions of docs/metrics.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, select

from reseau.network import Network
from reseau.store.tables import activity, animateur, community, member

WRITES = ("published", "replied")
ENGAGES = (*WRITES, "reacted", "thanked", "accepted")
Row = Any
Span = tuple[str, date, date]  # grain, first and last day
Key = tuple[str, date, date, str, str]  # span, segment kind, segment
Figure = dict[str, float]


@dataclass
class Company:
    """Everything that was written down, as the store gives it."""

    network: Network
    now: datetime

    def __post_init__(self) -> None:
        self._days: dict[datetime, date] = {}
        with self.network.store.read() as tx:

            def rows(table: Table) -> list[Row]:
                return list(tx.execute(select(table)))

            self.rows, self.people = rows(activity), {row.id: row for row in rows(member)}
            self.places, self.roles = {row.id: row for row in rows(community)}, rows(animateur)
        self.today = self.day(self.now)
        self.deleted = {row.content_id for row in self.rows if row.verb == "deleted"}
        self.activated = {who: day for who in self.people if (day := self._activated(who)) is not None}
        self.launch = self._launch()
        self.acts = [row for row in self.rows if self._counts(row)]

    def day(self, moment: datetime) -> date:
        if moment not in self._days:
            self._days[moment] = moment.astimezone(self.network.settings.zone).date()
        return self._days[moment]

    def known(self, who: int | None) -> bool:
        """Somebody who may ever count."""
        if who is None:
            return False
        row = self.people[who]
        return row.status not in ("bot", "placeholder") and not (row.status == "left" and row.left_on is None)

    def gone(self, who: int, day: date) -> bool:
        left = self.people[who].left_on
        return left is not None and left <= day

    def employees(self, day: date) -> set[int]:
        return {
            who
            for who, row in self.people.items()
            if row.kind == "employee"
            and self.known(who)
            and not self.gone(who, day)
            and not (row.hired_on and row.hired_on > day)
        }

    def in_use(self, day: date) -> set[int]:
        return {
            place
            for place, row in self.places.items()
            if self.managed(place)
            and row.privacy != "secret"
            and self.day(row.created_at) <= day
            and not (row.archived_at and self.day(row.archived_at) <= day)
        }

    def managed(self, place: int | None) -> bool:
        return place is None or not (self.places[place].personal or self.places[place].conversation)

    def _activated(self, who: int) -> date | None:
        own = [row for row in self.rows if row.verb == "activated" and row.member_id == who]
        if own:
            return min((self.day(row.at) for row in own if row.origin != "seeded"), default=None)
        moment = self.people[who].activated_at
        return self.day(moment) if moment else None

    def _launch(self) -> date | None:
        own = [row for row in self.rows if row.member_id and row.origin != "seeded" and row.verb != "noted"]
        first = [row for row in own if row.origin == "native" and row.verb == "activated"]
        return min((self.day(row.at) for row in first or own), default=None)

    def _counts(self, row: Row) -> bool:
        day = self.day(row.at)
        return (
            row.origin != "seeded"
            and row.verb != "noted"
            and self.known(row.member_id)
            and not self.gone(row.member_id, day)
            and self.launch is not None
            and self.launch <= day <= self.today
            and self.managed(row.community_id)
            and not (row.verb in WRITES and row.content_id in self.deleted)
        )

    def during(self, first: date, last: date, *verbs: str) -> list[Row]:
        return [row for row in self.acts if first <= self.day(row.at) <= last and (not verbs or row.verb in verbs)]

    def days(self) -> list[date]:
        assert self.launch is not None
        return [self.launch + timedelta(days=n) for n in range((self.today - self.launch).days + 1)]

    def spans(self) -> Iterator[Span]:
        assert self.launch is not None
        first = self.launch - timedelta(days=self.launch.weekday())
        last_sunday = self.today - timedelta(days=self.today.isoweekday())
        for grain, weeks in (("week", 1), ("4w", 4), ("12w", 12)):
            sunday = first + timedelta(days=6)
            while sunday - timedelta(days=6) <= self.today:
                yield grain, sunday - timedelta(days=7 * weeks - 1), sunday
                sunday += timedelta(days=7)
        yield "launch", self.launch, last_sunday if last_sunday >= self.launch else self.today


def activation_rate(company: Company) -> dict[Key, Figure]:
    return {(*span, "", ""): _activation(company, span[2]) for span in company.spans()}


def activation_curve(company: Company) -> dict[Key, Figure]:
    return {("day", day, day, "", ""): _activation(company, day) for day in company.days()}


def _activation(company: Company, day: date) -> Figure:
    staff = company.employees(day)
    return {"numerator": len(_activated(company, staff, day)), "denominator": len(staff), "n": len(staff)}


def _activated(company: Company, staff: set[int], day: date) -> set[int]:
    return {who for who in staff if who in company.activated and company.activated[who] <= day}


def engagement_rate(company: Company) -> dict[Key, Figure]:
    found: dict[Key, Figure] = {}
    for span in company.spans():
        activated = _activated(company, company.employees(span[2]), span[2])
        engaged = {row.member_id for row in company.during(span[1], span[2], *ENGAGES)}
        found[(*span, "", "")] = {
            "numerator": len(activated & engaged),
            "denominator": len(activated),
            "n": len(activated),
        }
    return found


Combination = tuple[str | None, ...]  # department, site, country, job
Segmented = dict[tuple[str, date, date, Combination], tuple[int, int]]  # how many of them, and people


def segments(company: Company, metric: str) -> Segmented:
    """Employees of frozen months by combination of segments, for a store whose facts were built once, today."""
    found: Segmented = {}
    for span in company.spans():
        if span[2] >= company.today:
            continue
        first = span[2].replace(day=1)
        frozen = company.today if first == company.today.replace(day=1) else first
        base = company.employees(frozen)
        if metric == "engagement_rate":
            base = _activated(company, base, span[2])
            them = base & {row.member_id for row in company.during(span[1], span[2], *ENGAGES)}
        else:
            them = _activated(company, base, span[2])
        for combination in {_combination(company, who) for who in base}:
            inside = {who for who in base if _combination(company, who) == combination}
            found[(*span, combination)] = (len(inside & them), len(inside))
    return found


def _combination(company: Company, who: int) -> Combination:
    row = company.people[who]
    return row.department, row.site, row.country, row.job


def active_members(company: Company) -> dict[Key, Figure]:
    found: dict[Key, Figure] = {}
    for day in company.days():
        there = sum(company.known(who) and not company.gone(who, day) for who in company.people)
        for length in (1, 7, 28):
            seen = {row.member_id for row in company.during(day - timedelta(days=length - 1), day)}
            still = [who for who in seen if not company.gone(who, day)]
            found["day", day, day, "window", f"{length}d"] = {"numerator": len(still), "n": there}
    return found


def contributions(company: Company) -> dict[Key, Figure]:
    found: dict[Key, Figure] = {}
    for span in company.spans():
        rows = company.during(span[1], span[2], *WRITES, "reacted")
        by_kind: dict[str, list[int]] = defaultdict(list)
        for row in rows:
            by_kind["reaction" if row.verb == "reacted" else row.kind].append(row.member_id)
        found[(*span, "", "")] = _volume([row.member_id for row in rows])
        found.update({(*span, "kind", kind): _volume(who) for kind, who in by_kind.items()})
    return found


def _volume(who: list[int]) -> Figure:
    most = [count for _, count in Counter(who).most_common(2)] + [0, 0]
    return {"numerator": len(who), "n": len(set(who)), "first": most[0], "second": most[1]}


def living_communities(company: Company) -> dict[Key, Figure]:
    authors = {row.content_id: row.member_id for row in company.rows if row.verb == "published"}

    def lives(place: int, day: date) -> bool:
        rows = [row for row in company.during(day - timedelta(27), day, *WRITES) if row.community_id == place]
        others = [row.target_id or authors.get(row.root_id) for row in rows]
        met = [
            row.verb == "replied" and o is not None and o != row.member_id for row, o in zip(rows, others, strict=True)
        ]
        return len({row.member_id for row in rows}) >= 3 and any(met)

    return _by_place(company, lives)


def animateur_coverage(company: Company) -> dict[Key, Figure]:
    def covered(place: int, day: date) -> bool:
        rows = [row for row in company.during(day - timedelta(27), day, *WRITES) if row.community_id == place]
        wrote = {row.member_id for row in rows}
        return len({role.member_id for role in _held(company, place, day, day)} & wrote) >= 2

    return _by_place(company, covered)


def _by_place(company: Company, which: Callable[[int, date], bool]) -> dict[Key, Figure]:
    found: dict[Key, Figure] = {}
    for span in company.spans():
        places = company.in_use(span[2])
        if places:
            yes = sum(which(place, span[2]) for place in places)
            found[(*span, "", "")] = {"numerator": yes, "denominator": len(places), "n": len(places)}
    return found


def _held(company: Company, place: int, first: date, last: date) -> list[Row]:
    return [
        role
        for role in company.roles
        if role.community_id == place
        and company.day(role.since) <= last
        and not (role.until and company.day(role.until) < first)
    ]


def animateur_presence(company: Company) -> dict[Key, Figure]:
    weeks = {(place, start): _week(company, place, start) for place in company.places for start in _mondays(company)}
    found: dict[Key, Figure] = {}
    for span in company.spans():
        first = span[1] - timedelta(days=span[1].weekday())
        inside = {key: week for key, week in weeks.items() if first <= key[1] <= span[2] and week[0]}
        for name in {"", *(str(place) for place, _ in inside)}:
            chosen = [week for key, week in inside.items() if name in ("", str(key[0]))]
            if chosen:
                charge = {who for week in chosen for who in week[0]}
                figure: Figure = {"numerator": sum(w[1] for w in chosen), "denominator": len(chosen), "n": len(charge)}
                found[(*span, "community" if name else "", name)] = figure
    return found


def _mondays(company: Company) -> list[date]:
    return [start for grain, start, _ in company.spans() if grain == "week"]


def _week(company: Company, place: int, start: date) -> tuple[set[int], bool]:
    """Who was in charge of a place in a week, and whether one of them wrote there while in charge."""
    row, end = company.places[place], start + timedelta(days=6)
    if not company.managed(place) or row.privacy == "secret" or company.day(row.created_at) > end:
        return set(), False
    if row.archived_at and company.day(row.archived_at) <= start:
        return set(), False
    held = [role for role in _held(company, place, start, end) if company.known(role.member_id)]
    acts = [act for act in company.during(start, end, *WRITES) if act.community_id == place]
    present = any(
        act.member_id == role.member_id and role in _held(company, place, company.day(act.at), company.day(act.at))
        for act in acts
        for role in held
    )
    return {role.member_id for role in held}, present


def answered_72h(company: Company) -> dict[Key, Figure]:
    waits = [
        (company.day(row.at), *_wait(company, row))
        for row in company.acts
        if row.verb == "published" and row.kind == "question"
    ]
    found: dict[Key, Figure] = {}
    for span in company.spans():
        cohort = [(hours, answered) for day, hours, answered in waits if span[1] <= day <= span[2]]
        figure: Figure = {
            "numerator": sum(a and h <= 72 for h, a in cohort),
            "denominator": len(cohort),
            "n": len(cohort),
        }
        found[(*span, "", "")] = {**figure, "value": 1 - _surviving(cohort)} if cohort else figure
    return found


def _wait(company: Company, question: Row) -> tuple[float, bool]:
    replies = [
        row.at
        for row in company.acts
        if row.verb == "replied"
        and row.root_id == question.content_id
        and row.member_id != question.member_id
        and row.at >= question.at
    ]
    end = min(replies, default=company.now)
    return max(0.0, (end - question.at).total_seconds() / 3600), bool(replies)


def _surviving(cohort: list[tuple[float, bool]]) -> float:
    """Kaplan and Meier's product over the moments of answers up to 72 hours."""
    share = 1.0
    for moment in sorted({hours for hours, answered in cohort if answered and hours <= 72}):
        at_risk = sum(hours >= moment for hours, _ in cohort)
        share *= 1 - sum(answered and hours == moment for hours, answered in cohort) / at_risk
    return share


RECOUNTS: dict[str, Callable[[Company], dict[Key, Figure]]] = {
    "activation_curve": activation_curve,
    "activation_rate": activation_rate,
    "active_members": active_members,
    "animateur_coverage": animateur_coverage,
    "animateur_presence": animateur_presence,
    "answered_72h": answered_72h,
    "contributions": contributions,
    "engagement_rate": engagement_rate,
    "living_communities": living_communities,
}
