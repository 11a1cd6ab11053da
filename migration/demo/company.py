"""The people of the demonstration company: their departments, sites, jobs, managers and dates."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from migration.demo.story import Company, Department, Site
from reseau.folding import slug

NEWCOMERS, LEAVERS = 0.09, 0.035  # shares of the headcount over the year
_LONGEST_STAY = 9000  # days
_COUNTRY_NAMES = {"Maroc": "ma"}


@dataclass(slots=True, eq=False)
class Person:
    """A present or past employee. ``number`` counts from 0; ``manager`` is the number of another person."""

    number: int
    first: str
    name: str
    email: str
    department: Department
    site: Site
    job: str
    level: str
    head: bool
    hired_on: date
    left_on: date | None = None
    manager: int | None = None
    platform: str = "teams"
    taste: float = 0.0  # contributions in an ordinary week; readers have nearly none
    sheet: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def reader(self) -> bool:
        """Whether the person hardly ever writes."""
        return self.taste < 2 * _READING

    def here(self, day: date) -> bool:
        """Whether the person is employed on a day."""
        return self.hired_on <= day and (self.left_on is None or day < self.left_on)


def people(random: Random, company: Company, count: int, first_day: date, days: int) -> list[Person]:
    """Return the ``count`` people who are employed at some time of the year that begins on ``first_day``.

    Heads come first in their department and stay the whole year.
    """
    names = _Names(random, company)
    staff: list[Person] = []
    for department, size in _sizes(company, count):
        for rank in range(size):
            staff.append(_person(random, company, names, department, rank, len(staff)))
    _date_stays(random, staff, first_day, days)
    _find_managers(staff)
    for person in staff:
        _give_character(random, company, person)
    return staff


def _sizes(company: Company, count: int) -> list[tuple[Department, int]]:
    """Return headcounts by the method of largest remainders, with at least one person in each department."""
    total = sum(department.share for department in company.departments.values())
    ideal = {key: max(1.0, count * department.share / total) for key, department in company.departments.items()}
    sizes = {key: int(size) for key, size in ideal.items()}
    by_remainder = sorted(ideal, key=lambda key: ideal[key] - sizes[key], reverse=True)
    for key in by_remainder[: max(0, count - sum(sizes.values()))]:
        sizes[key] += 1
    return [(company.departments[key], size) for key, size in sizes.items()]


class _Names:
    """Draws unique names that fit the country."""

    def __init__(self, random: Random, company: Company) -> None:
        self._random, self._company = random, company
        self._taken: set[str] = set()
        self._firsts: Counter[str] = Counter()

    def draw(self, site: Site, first: str | None) -> tuple[str, str]:
        origin = _COUNTRY_NAMES.get(site.country, site.language)
        while True:
            first_name = first or self._rarest(self._company.first[origin])
            last = self._random.choice(self._company.last[origin])
            if slug(f"{first_name} {last}") not in self._taken:
                self._taken.add(slug(f"{first_name} {last}"))
                self._firsts[first_name] += 1
                return first_name, last

    def _rarest(self, firsts: tuple[str, ...]) -> str:
        return min(self._random.sample(firsts, 4), key=lambda first: self._firsts[first])


def _person(random: Random, company: Company, names: _Names, department: Department, rank: int, number: int) -> Person:
    job, level = _job(random, company, department, rank)
    head = rank == 0
    site = company.sites[
        next(iter(department.sites)) if head else random.choices(*zip(*department.sites.items(), strict=True))[0]
    ]
    if job in company.first_names:
        site = company.sites["angers"]
    first, last = names.draw(site, company.first_names.get(job))
    email = f"{slug(first)}.{slug(last)}@{company.domain}"
    return Person(number, first, f"{first} {last}", email, department, site, job, level, head, date.min)


def _job(random: Random, company: Company, department: Department, rank: int) -> tuple[str, str]:
    """Return a job: the head's for the first rank, then those that only one person has, then others by weight."""
    single = [job for job in department.jobs[1:] if job[0] in company.first_names]
    if rank <= len(single):
        return ([department.jobs[0], *single][rank])[:2]
    others = [job for job in department.jobs[1:] if job not in single]
    return random.choices(others, [job[2] for job in others])[0][:2]


def _date_stays(random: Random, staff: list[Person], first_day: date, days: int) -> None:
    ordinary = [person for person in staff if not person.head]
    moving = random.sample(ordinary, round(len(staff) * (NEWCOMERS + LEAVERS)))
    leavers = round(len(staff) * LEAVERS)
    for person in staff:
        person.hired_on = first_day - timedelta(days=60 + int(random.random() ** 1.6 * _LONGEST_STAY))
    for person in moving[:leavers]:
        person.left_on = first_day + timedelta(days=random.randrange(40, days - 10))
    for person in moving[leavers:]:
        hired = first_day + timedelta(days=random.randrange(10, days - 5))
        person.hired_on = hired - timedelta(days=hired.weekday())  # people begin on a Monday


def _find_managers(staff: list[Person]) -> None:
    """Set managers: a team leader of the site for workers, the department's head for others, the first for heads."""
    heads = {person.department.key: person for person in staff if person.head}
    leaders = {person.site.key: person for person in staff if person.job == "Chef d’équipe" and person.left_on is None}
    top = staff[0]
    for person in staff:
        if person is top:
            continue
        boss = heads[person.department.key] if not person.head else top
        if person.level == "Ouvrier" and person.site.key in leaders:
            boss = leaders[person.site.key]
        person.manager = boss.number if boss is not person else top.number


_READING = 0.004  # the taste of a reader
_READERS = 0.55  # share of people who read and hardly ever write; surveys say up to 60 %


def _give_character(random: Random, company: Company, person: Person) -> None:
    person.platform = "slack" if random.random() < person.department.slack else "teams"
    reader = random.random() < _READERS and not person.head
    person.taste = _READING if reader else max(0.05, min(6.0, random.lognormvariate(-1.0, 1.4)))
    english = company.expertise_en.get(person.department.key, ())
    skills = english if person.site.language == "en" and english else company.expertise[person.department.key]
    if random.random() < 0.75:
        person.sheet["expertise"] = tuple(random.sample(skills, min(len(skills), random.randint(2, 4))))
    if random.random() < 0.45:
        person.sheet["interest"] = tuple(random.sample(company.interests, random.randint(1, 3)))
    if random.random() < 0.25:
        person.sheet["tool"] = tuple(random.sample(company.tools, random.randint(1, 2)))
    if random.random() < 0.3 and person.site.language == "fr":
        person.sheet["ask_me"] = (random.choice(company.ask_me),)
