"""A second, slow calculation of the figures, in plain Python, from the rows of ``activity`` and of the directory.

It shares nothing with ``analytics`` but the definitions of ``docs/metrics.md``: no engine, no frame, no pseudonym.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, select

from reseau.network import Network
from reseau.store.tables import activity, animateur, community, member

WRITES = ("published", "replied")
NOBODY = ("bot", "placeholder", "operator")
ENGAGES = (*WRITES, "reacted", "thanked", "accepted")
Row = Any
Span = tuple[str, date, date]  # grain, first and last day
Key = tuple[str, date, date, str, str]  # span, segment kind, segment
Figure = dict[str, float]
#: After these a content counts no longer, unless it is restored.
ENDS = ("deleted", "removed", "merged")


@dataclass
class Company:
    """All rows of the store that figures are counted from."""

    network: Network
    now: datetime

    def __post_init__(self) -> None:
        self._days: dict[datetime, date] = {}
        with self.network.store.read() as tx:

            def rows(table: Table) -> list[Row]:
                return list(tx.execute(select(table).order_by(table.c.id)))

            self.rows, self.people = rows(activity), {row.id: row for row in rows(member)}
            self.places, self.roles = {row.id: row for row in rows(community)}, rows(animateur)
        self.today = self.day(self.now)
        lasting = {row.content_id: row.verb for row in self.rows if row.verb in (*ENDS, "restored")}
        self.deleted = {content_id for content_id, verb in lasting.items() if verb in ENDS}
        self.activated = {who: day for who in self.people if (day := self._activated(who)) is not None}
        self.launch = self._launch()
        self.acts = [row for row in self.rows if self._counts(row)]

    def day(self, moment: datetime) -> date:
        if moment not in self._days:
            self._days[moment] = moment.astimezone(self.network.settings.zone).date()
        return self._days[moment]

    def is_countable(self, who: int | None) -> bool:
        """Whether a member may ever be counted."""
        if who is None:
            return False
        row = self.people[who]
        return row.status not in ("bot", "placeholder", "operator") and not (
            row.status == "left" and row.left_on is None
        )

    def gone(self, who: int, day: date) -> bool:
        left = self.people[who].left_on
        return left is not None and left <= day

    def employees(self, day: date) -> set[int]:
        return {
            who
            for who, row in self.people.items()
            if row.kind == "employee"
            and self.is_countable(who)
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
        own = [row for row in self.rows if self.is_countable(row.member_id) and row.origin != "seeded"]
        own = [row for row in own if row.verb != "noted"]
        first = [row for row in own if row.origin == "native" and row.verb == "activated"]
        return min((self.day(row.at) for row in first or own), default=None)

    def _counts(self, row: Row) -> bool:
        day = self.day(row.at)
        return (
            row.origin != "seeded"
            and row.verb != "noted"
            and self.is_countable(row.member_id)
            and not self.gone(row.member_id, day)
            and self.launch is not None
            and self.launch <= day <= self.today
            and self.managed(row.community_id)
            and not (row.verb in WRITES and row.content_id in self.deleted)
        )

    def during(self, first: date, last: date, *verbs: str) -> list[Row]:
        return [row for row in self.acts if first <= self.day(row.at) <= last and (not verbs or row.verb in verbs)]

    def weeks(self) -> list[Span]:
        return self._side_by_side("week", 7)

    def blocks(self) -> list[Span]:
        return self._side_by_side("4w", 28)

    def _side_by_side(self, grain: str, days: int) -> list[Span]:
        start, blocks = self.first, []
        while start + timedelta(days=days) <= self.today:
            blocks.append((grain, start, start + timedelta(days=days - 1)))
            start += timedelta(days=days)
        return blocks

    @property
    def first(self) -> date:
        assert self.launch is not None
        return self.launch - timedelta(days=self.launch.weekday())

    def roster(self, day: date) -> set[int]:
        """Return those who are counted on a day: the roster of its block, which changes only by k people or more."""
        k = self.network.settings.k
        start, counted = self.first, self.employees(self.first)
        while start + timedelta(days=28) <= day:
            start += timedelta(days=28)
            now = self.employees(start)
            counted = now if len(counted) < 2 * k or len(now ^ counted) >= k else counted
        return counted


def activation_rate(company: Company) -> dict[Key, Figure]:
    return {(*span, "", ""): _activation(company, span) for span in company.weeks()}


activation_curve = activation_rate


def _activation(company: Company, span: Span) -> Figure:
    staff = company.roster(span[2])
    active = staff & {row.member_id for row in company.during(span[1], span[2])}
    activated = _activated(company, staff, span[2])
    return {"numerator": len(activated), "denominator": len(staff), "n": len(staff), "first": len(active)}


def _activated(company: Company, staff: set[int], day: date) -> set[int]:
    return {who for who in staff if who in company.activated and company.activated[who] <= day}


def _gone(company: Company, base: set[int], span: Span) -> Figure:
    return {
        "first": sum(company.gone(who, span[1]) for who in base),
        "second": sum(company.gone(who, span[2]) for who in base),
    }


def engagement_rate(company: Company) -> dict[Key, Figure]:
    figures: dict[Key, Figure] = {}
    for span in [*company.weeks(), *company.blocks()]:
        base = _activated(company, company.roster(span[2]), span[2])
        engaged = {row.member_id for row in company.during(span[1], span[2], *ENGAGES)}
        figure: Figure = {"numerator": len(base & engaged), "denominator": len(base), "n": len(base)}
        figures[(*span, "", "")] = figure | _gone(company, company.roster(span[2]), span)
    return figures


Combination = tuple[str | None, ...]  # department, site, country, job
Segmented = dict[tuple[str, date, date, Combination], tuple[int, int]]  # numerator and denominator


def segments(company: Company, metric: str) -> Segmented:
    """Return the numerators and denominators of each block by combination of segments."""
    figures: Segmented = {}
    for span in company.blocks():
        base = company.roster(span[2])
        counted = _activated(company, base, span[2])
        if metric == "engagement_rate":
            base, counted = counted, counted & {row.member_id for row in company.during(span[1], span[2], *ENGAGES)}
        for combination in {_combination(company, who) for who in base}:
            inside = {who for who in base if _combination(company, who) == combination}
            figures[(*span, combination)] = (len(inside & counted), len(inside))
    return figures


def _combination(company: Company, who: int) -> Combination:
    row = company.people[who]
    return row.department, row.site, row.country, row.job


def active_members(company: Company) -> dict[Key, Figure]:
    figures: dict[Key, Figure] = {}
    for span in [*company.weeks(), *company.blocks()]:
        base = company.roster(span[2])
        active = base & {row.member_id for row in company.during(span[1], span[2])}
        figure: Figure = {"numerator": len(active), "n": len(base)}
        figures[(*span, "window", "7d" if span[0] == "week" else "28d")] = figure | _gone(company, base, span)
    return figures


def contributions(company: Company) -> dict[Key, Figure]:
    return {(*span, "", ""): _volume(company, span, [*WRITES, "reacted"]) for span in company.weeks()}


def kinds(company: Company, span: Span) -> Counter[str]:
    rows = company.during(span[1], span[2], *WRITES, "reacted")
    return Counter("reaction" if row.verb == "reacted" else row.kind for row in rows)


def _volume(company: Company, span: Span, verbs: list[str]) -> Figure:
    """Return the volume, the number of activated people of the roster behind it, and the two largest shares."""
    authors = [row.member_id for row in company.during(span[1], span[2], *verbs)]
    counted = _activated(company, company.roster(span[2]), span[2])
    most = [count for _, count in Counter(authors).most_common(2)] + [0, 0]
    return {"numerator": len(authors), "n": len(counted & set(authors)), "first": most[0], "second": most[1]}


def living_communities(company: Company) -> dict[Key, Figure]:
    authors = {row.content_id: row.member_id for row in company.rows if row.verb == "published"}

    def lives(place: int, day: date) -> bool:
        rows = [row for row in company.during(day - timedelta(27), day, *WRITES) if row.community_id == place]
        others = [row.target_id or authors.get(row.root_id) for row in rows]
        exchanges = [
            row.verb == "replied" and o is not None and o != row.member_id for row, o in zip(rows, others, strict=True)
        ]
        return len({row.member_id for row in rows}) >= 3 and any(exchanges)

    return _by_place(company, lives)


def animateur_coverage(company: Company) -> dict[Key, Figure]:
    def covered(place: int, day: date) -> bool:
        rows = [row for row in company.during(day - timedelta(27), day, *WRITES) if row.community_id == place]
        wrote = {row.member_id for row in rows}
        return len({role.member_id for role in _held(company, place, day, day)} & wrote) >= 2

    return _by_place(company, covered)


def _by_place(company: Company, which: Callable[[int, date], bool]) -> dict[Key, Figure]:
    figures: dict[Key, Figure] = {}
    for span in company.blocks():
        places = company.in_use(span[2])
        if places:
            count = sum(which(place, span[2]) for place in places)
            figures[(*span, "", "")] = {"numerator": count, "denominator": len(places), "n": len(places)}
    return figures


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
    figures: dict[Key, Figure] = {}
    for span in company.weeks():
        inside = {key: week for key, week in weeks.items() if span[1] <= key[1] <= span[2] and week[0]}
        for name in {"", *(str(place) for place, _ in inside)}:
            chosen = [week for key, week in inside.items() if name in ("", str(key[0]))]
            if chosen:
                people = {who for week in chosen for who in week[0]}
                figure: Figure = {"numerator": sum(w[1] for w in chosen), "denominator": len(chosen), "n": len(people)}
                figures[(*span, "community" if name else "", name)] = figure
    return figures


def _mondays(company: Company) -> list[date]:
    return [start for _, start, _ in company.weeks()]


def _week(company: Company, place: int, start: date) -> tuple[set[int], bool]:
    """Return the animateurs of a place in a week, and whether one of them wrote there while in charge."""
    row, end = company.places[place], start + timedelta(days=6)
    if not company.managed(place) or row.privacy == "secret" or company.day(row.created_at) > end:
        return set(), False
    if row.archived_at and company.day(row.archived_at) <= start:
        return set(), False
    held = [role for role in _held(company, place, start, end) if company.is_countable(role.member_id)]
    acts = [act for act in company.during(start, end, *WRITES) if act.community_id == place]
    present = any(
        act.member_id == role.member_id and role in _held(company, place, company.day(act.at), company.day(act.at))
        for act in acts
        for role in held
    )
    return {role.member_id for role in held}, present


def answered_72h(company: Company) -> dict[Key, Figure]:
    questions = [row for row in company.acts if row.verb == "published" and row.kind == "question"]
    figures: dict[Key, Figure] = {}
    waiting: date | None = None
    for grain, start, end in company.blocks():
        if end + timedelta(days=3) >= company.today:
            break
        waiting = waiting or start
        rows = [row for row in questions if waiting <= company.day(row.at) <= end and _shown(company, row)]
        if len(rows) < 20 or len(_askers(company, rows)) < company.network.settings.k:
            continue
        cohort = [_wait(company, row) for row in rows]
        counts = {"numerator": sum(a and h <= 72 for h, a in cohort), "denominator": len(cohort), "n": len(cohort)}
        figures[grain, waiting, end, "", ""] = {**counts, "value": 1 - _surviving(cohort)}
        waiting = None
    return figures


def _askers(company: Company, rows: list[Row]) -> set[int]:
    """Return the authors of questions who are counted in the question's block."""
    blocks = [(block[1], block[2]) for block in company.blocks()]
    ends = [next(end for start, end in blocks if start <= company.day(row.at) <= end) for row in rows]
    counted = {end: _activated(company, company.roster(end), end) for end in set(ends)}
    return {row.member_id for row, end in zip(rows, ends, strict=True) if row.member_id in counted[end]}


def _shown(company: Company, question: Row) -> bool:
    """Whether the contributions of the question's week are shown: k people wrote, and no one or two wrote most."""
    first = company.day(question.at) - timedelta(company.day(question.at).weekday())
    week = _volume(company, ("week", first, first + timedelta(6)), [*WRITES, "reacted"])
    most, both = week["first"], week["first"] + week["second"]
    enough = week["n"] >= company.network.settings.k
    return enough and most <= week["numerator"] / 2 and both <= week["numerator"] * 3 / 4


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
    """Return Kaplan and Meier's product over the moments of answers up to 72 hours."""
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
