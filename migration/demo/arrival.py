"""When people join the network: activation in waves, site by site, then weeks of presence and of silence."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from migration.demo import calendar
from migration.demo.company import Person
from migration.demo.happenings import Role, Year

# The Bass model of diffusion, by day and within a site: few people begin by themselves, most because colleagues did. On
# the shop floor, fewer people join.
_ALONE, _CONTAGION = 0.014, 0.085
_MARKET = {"Ouvrier": 0.42}
_OTHERS = 0.66
_HEAD_START = 7  # days before the opening in which animateurs and sponsors try it out
_LEAVING_SOON, _LEAVING_LATER, _COMING_BACK = 0.09, 0.03, 0.06  # weekly


def activate(random: Random, year: Year) -> None:
    """Set when each person makes the first contact; some never do."""
    for person in {role.person: None for role in year.roles}:
        day = calendar.some_day(random, year.first_day - timedelta(days=_HEAD_START), _HEAD_START)
        year.activated[person] = _moment(random, person, day)
    interested = [person for person in year.people if person not in year.activated and _would_join(random, person)]
    sites: dict[str, list[Person]] = defaultdict(list)
    for person in interested:
        if person.hired_on <= year.first_day + timedelta(weeks=_wave(person)):
            sites[f"{person.site.key}{_wave(person)}"].append(person)
        else:
            _activate_newcomer(random, year, person)
    for colleagues in sites.values():
        _spread(random, year, colleagues)


def _would_join(random: Random, person: Person) -> bool:
    return random.random() < _MARKET.get(person.level, _OTHERS)


def _wave(person: Person) -> int:
    """Return the week in which a person is invited; head office follows a week after its pilot departments."""
    if person.site.wave:
        return person.site.wave
    return 0 if person.department.key in ("direction", "numerique", "communication", "humain") else 1


def _activate_newcomer(random: Random, year: Year, person: Person) -> None:
    day = calendar.some_day(random, person.hired_on, 18)
    if day < year.end and person.here(day):
        year.activated[person] = _moment(random, person, day)


def _spread(random: Random, year: Year, outside: list[Person]) -> None:
    total, activated = len(outside), 0
    for step in range(7 * _wave(outside[0]), year.days):
        day = year.first_day + timedelta(days=step)
        chance = (_ALONE + _CONTAGION * activated / total) * calendar.weight(day)
        newcomers = [person for person in outside if person.here(day) and random.random() < chance]
        for person in newcomers:
            outside.remove(person)
            year.activated[person] = _moment(random, person, day)
        activated += len(newcomers)
        if not outside:
            return


def _moment(random: Random, person: Person, day: date) -> datetime:
    return calendar.some_moment(random, day, ZoneInfo(person.site.timezone))


class Presence:
    """The weeks in which people look at the network at all. People go quiet, and some come back."""

    def __init__(self, random: Random, year: Year) -> None:
        self._random, self._year = random, year
        self._present: defaultdict[int, dict[Person, None]] = defaultdict(dict)  # by week, in a fixed order
        duties: dict[Person, Role] = {role.person: role for role in year.roles}
        for person in year.activated:
            for week in sorted(self._walk(person, duties.get(person))):
                self._present[week][person] = None

    def _walk(self, person: Person, duty: Role | None) -> set[int]:
        first = max(0, self._year.week(self._year.activated[person].date()))
        weeks, present = set(), True
        for week in range(first, self._year.days // 7 + 1):
            bound = duty is not None and duty.style != "silent" and week < duty.fades
            if present and not bound:
                present = self._random.random() >= (_LEAVING_SOON if week - first < 4 else _LEAVING_LATER)
            elif not present:
                present = self._random.random() < _COMING_BACK
            if present or bound:
                weeks.add(week)
        return weeks

    def wake(self, person: Person, day: date) -> None:
        """Make someone present in the week of a day, because a written thread needs the person then."""
        self._present[self._year.week(day)][person] = None

    def here(self, person: Person, day: date) -> bool:
        """Whether someone is employed on a day and looks at the network in its week."""
        return person.here(day) and person in self._present[self._year.week(day)]

    def present(self, week: int) -> list[Person]:
        """Return everyone who looks at the network in a week."""
        return list(self._present[week])
