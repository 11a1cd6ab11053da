"""The choice of speakers by department, job or role, among the people present."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from random import Random

from migration.demo.arrival import Presence
from migration.demo.belonging import may_enter
from migration.demo.company import Person
from migration.demo.happenings import Year
from migration.demo.story import Place, Story
from reseau.kinds import AnimateurRole, Privacy

AUTHOR, ANYONE = "auteur", "anyone"
_ROLES = {"animateur": AnimateurRole.ANIMATEUR, "sponsor": AnimateurRole.SPONSOR}
_SHY = 0.004  # the weight of someone who never writes


class Cast:
    """Everyone who may speak in the demonstration's year."""

    def __init__(self, random: Random, story: Story, year: Year, presence: Presence) -> None:
        self._random, self._story, self._year, self.presence = random, story, year, presence
        self._turns: Counter[Person] = Counter()
        self._mood: dict[Person, float] = {}

    def written(
        self, by: str, place: Place, at: datetime, but: Collection[Person] = (), *, seeded: bool = False
    ) -> Person:
        """Return the speaker of a written line: the best fit, who joins the network in time if needed.

        Seeded contents were prepared by the launch team, so they do not activate their authors.
        """
        day = at.date()

        def may_speak(person: Person) -> bool:
            return person.here(day) and person not in but and (may_enter(place, person) or self._inside(place, person))

        def effort(person: Person) -> tuple[bool, bool, bool, int]:
            activated = self._year.activated.get(person, at) < at
            return (not activated, not self.presence.here(person, day), person.reader, self._turns[person])

        for pool in self._pools(by, place, self._year.people):
            matches = [person for person in pool if may_speak(person)]
            if matches:
                self._random.shuffle(matches)
                chosen = min(matches, key=effort)
                if seeded:
                    before = at - timedelta(hours=1)
                    self._year.joined[place.key, chosen] = min(
                        before, self._year.joined.get((place.key, chosen), before)
                    )
                else:
                    self._bring(chosen, place, at)
                return chosen
        return self._role_holder(place)

    def improvised(
        self, by: str, place: Place, at: datetime, but: Collection[Person] = (), *, strictly: bool = True
    ) -> Person | None:
        """Return the speaker of a template's line: someone present who belongs to the community or joins an open one.

        Nobody speaks for a department or a role of others, unless ``strictly`` is false.
        """
        day = at.date()
        present = [
            person
            for person in self.presence.present(self._year.week(day))
            if person not in but and person.here(day) and self._year.activated[person] < at
        ]
        inside = [person for person in present if self._year.joined.get((place.key, person), at) < at]
        pools = self._pools(by, place, inside)
        if by != ANYONE and strictly:
            pools.pop()
        if place.privacy is Privacy.OPEN and by != ANYONE and by not in _ROLES:
            pools.insert(1, self._pools(by, place, present)[0])
        for pool in pools:
            if pool:
                chosen = self._random.choices(pool, [self._weight(person) for person in pool])[0]
                self._bring(chosen, place, at)
                return chosen
        return None

    def encourage(self, person: Person, factor: float) -> None:
        """Make someone write more or less from now on."""
        self._mood[person] = self._mood.get(person, 1.0) * factor

    def first_time(self, person: Person) -> bool:
        """Whether someone has spoken at most once."""
        return self._turns[person] <= 1

    def _weight(self, person: Person) -> float:
        return _SHY + person.taste * self._mood.get(person, 1.0) / (1 + 0.02 * self._turns[person])

    def _pools(self, by: str, place: Place, people: Iterable[Person]) -> list[list[Person]]:
        """Return groups of people, the best fit first: job or department and site, then without the site, then all."""
        what, _, site = by.partition("@")
        everybody = list(people)
        if what in _ROLES:
            holders = {
                holding.person
                for holding in self._year.roles
                if holding.place == place.key and holding.role is _ROLES[what]
            }
            return [[person for person in everybody if person in holders], everybody]
        fitting = [person for person in everybody if _is(what)(person)]
        if what not in self._story.company.departments and what != ANYONE:
            home = self._home(what)
            fitting = fitting or [person for person in everybody if person.department.key == home]
        local = [person for person in fitting if person.site.key == site] if site else fitting
        return [local, fitting, everybody]

    def _home(self, job: str) -> str:
        departments = self._story.company.departments.values()
        return next(
            department.key for department in departments if any(job == other_job[0] for other_job in department.jobs)
        )

    def _inside(self, place: Place, person: Person) -> bool:
        return (place.key, person) in self._year.joined

    def _role_holder(self, place: Place) -> Person:
        return next(role.person for role in self._year.roles if role.place == place.key)

    def _bring(self, person: Person, place: Place, at: datetime) -> None:
        """Activate a speaker, and add the speaker to the community, before a moment."""
        year, before = self._year, at - timedelta(minutes=self._random.randint(5, 200))
        self._turns[person] += 1
        if before < year.activated.get(person, at):
            year.activated[person] = before
        self.presence.wake(person, at.date())
        self.presence.wake(person, before.date())
        if year.joined.get((place.key, person), at) >= before:
            year.joined[place.key, person] = before + timedelta(minutes=2)


def _is(what: str) -> Callable[[Person], bool]:
    return lambda person: what in (ANYONE, person.department.key, person.job)
