"""The animateurs, sponsors and members of the communities."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from migration.demo import calendar
from migration.demo.company import Person
from migration.demo.happenings import Role, Year
from migration.demo.story import Duty, Place, Story
from reseau.kinds import AnimateurRole, Privacy

_PREPARED = timedelta(days=30)  # communities are opened so long before the network
_PATIENCE = 16  # mean days between the first contact and joining a fitting community


def open_places(year: Year, story: Story) -> None:
    """Set when each community was opened."""
    launch = datetime.combine(year.first_day, time(7), UTC)
    for place in story.places.values():
        late = place.pulse == "late"
        year.opened[place.key] = launch + timedelta(weeks=place.opens) if late else launch - _PREPARED


def appoint(random: Random, year: Year, story: Story) -> None:
    """Choose animateurs and sponsors, a different person for each duty as long as there are enough."""
    taken: set[Person] = set()
    for place in story.places.values():
        for role, duties in ((AnimateurRole.ANIMATEUR, place.animateurs), (AnimateurRole.SPONSOR, place.sponsors)):
            for duty in duties:
                person = _fitting(random, year, duty, role, taken)
                taken.add(person)
                since = year.opened[place.key] + timedelta(days=1)
                year.roles.append(Role(place.key, person, role, since, duty.style, duty.fades))
                year.joined[place.key, person] = since


def _fitting(random: Random, year: Year, duty: Duty, role: AnimateurRole, taken: set[Person]) -> Person:
    """Return the head of the department for a sponsor, else someone else of it, on the right site if possible."""
    staff = [person for person in year.people if person.hired_on < year.first_day and person.left_on is None]
    colleagues = [person for person in staff if person.department.key == duty.department]
    if role is AnimateurRole.SPONSOR:
        return next(person for person in colleagues if person.head)
    local = [person for person in colleagues if person.site.key == duty.site]
    for pool in (local, colleagues, staff):
        free = [person for person in pool if person not in taken and not person.head]
        if free:
            best = "Animateur du réseau"
            return next((person for person in free if person.job == best), None) or random.choice(free)
    return colleagues[0]


def join(random: Random, year: Year, story: Story) -> None:
    """Set who joins which community, and when; animateurs and sponsors have joined already."""
    animateurs = {role.person for role in year.roles if role.role is AnimateurRole.ANIMATEUR}
    for place in story.places.values():
        for person, first in year.activated.items():
            if (place.key, person) in year.joined or not _wants(random, place, person, animateurs):
                continue
            at = _later(random, year, place, person, first)
            if at.date() < year.end and person.here(at.date()):
                year.joined[place.key, person] = at


def _wants(random: Random, place: Place, person: Person, animateurs: set[Person]) -> bool:
    if place.who.get("animateurs"):
        return person in animateurs
    if "everyone_share" in place.who:
        return random.random() < float(place.who["everyone_share"])
    return fits(place, person) and random.random() < float(place.who.get("share", 1))


def fits(place: Place, person: Person) -> bool:
    """Whether a community is meant for someone."""
    who = place.who
    return bool(
        place.for_everybody
        or "everyone_share" in who
        or person.department.key in who.get("departments", ())
        or person.site.key in who.get("sites", ())
        or person.job in who.get("jobs", ())
        or person.level in who.get("levels", ())
        or (who.get("heads") and person.head)
    )


def may_enter(place: Place, person: Person) -> bool:
    """Whether someone can join a community: an open one, or one that is meant for the person."""
    return place.privacy is Privacy.OPEN or fits(place, person)


def _later(random: Random, year: Year, place: Place, person: Person, first: datetime) -> datetime:
    start = max(first, year.opened[place.key])
    if place.for_everybody and start == first:
        return first + timedelta(seconds=30)
    day = calendar.working_day((start + timedelta(days=1 + random.expovariate(1 / _PATIENCE))).date())
    at = calendar.some_moment(random, day, ZoneInfo(person.site.timezone))
    return at if at > start else start + timedelta(minutes=random.randint(1, 600))
