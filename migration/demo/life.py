"""A year of the company's life on the network, simulated week by week from a seed, without a store."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from zoneinfo import ZoneInfo

from migration.demo import arrival, belonging, calendar
from migration.demo.arrival import Presence
from migration.demo.cast import Cast
from migration.demo.company import people
from migration.demo.contents import Pen
from migration.demo.habits import Habits
from migration.demo.happenings import Role, Thread, Year
from migration.demo.story import Place, Story, story
from reseau.kinds import AnimateurRole

DAYS = 364
_WEEKS = DAYS // 7
_PER_PERSON = 1.5  # everyday threads in the year
_FADING = 6  # weeks over which a dying community falls silent
_PRESENT = {"present": 0.92, "regular": 0.55, "fading": 0.85, "silent": 0.04}  # chance of a reply in a week
_RECENT = timedelta(days=9)
_WELCOMES = 2  # replies of animateurs and sponsors in one thread
_ANSWERED, _LEFT_ALONE = 1.25, 0.8  # the effect of a first reply, or of none, on a newcomer (Joyce and Kraut 2006)


def live(seed: int, count: int, until: date) -> Year:
    """Return the year that ends on the evening before ``until``.

    Args:
        seed: the seed; the same seed, size and day give the same year.
        count: the number of people who are employed at some time of the year, at least 20.
        until: the day after the last one.
    """
    random, tale = Random(f"{seed} {count} {until.isoformat()}"), story()
    first_day = until - timedelta(days=DAYS)
    # The same people on any day: guides name some of them.
    year = Year(first_day, DAYS, people(Random(f"{seed} {count}"), tale.company, count, first_day, DAYS))
    belonging.open_places(year, tale)
    belonging.appoint(random, year, tale)
    arrival.activate(random, year)
    belonging.join(random, year, tale)
    _Life(random, tale, year).run()
    year.threads.sort(key=lambda thread: (thread.at, thread.place))
    return year


class _Life:
    """The weeks of one year."""

    def __init__(self, random: Random, tale: Story, year: Year) -> None:
        self._random, self._story, self._year = random, tale, year
        self._cast = Cast(random, tale, year, Presence(random, year))
        self._pen = Pen(random, tale, year, self._cast)
        self._habits = Habits(random, tale, year, self._cast, self._pen)
        self._due = {key: random.random() for key in tale.places}  # threads, by community
        self._newest: dict[str, list[Thread]] = {key: [] for key in tale.places}

    def run(self) -> None:
        for script in self._story.written:
            self._pen.written(script)
            self._habits.react(self._year.threads[-1], script.reactions)
            self._habits.thank(self._year.threads[-1])
        for thread in self._year.threads:
            self._newest[thread.place].append(thread)
        for week in range(_WEEKS):
            self._week(week)
        self._habits.follow()

    def _week(self, week: int) -> None:
        for place in self._story.places.values():
            self._due[place.key] += self._pace(place, week)
            while self._due[place.key] >= 1:
                self._due[place.key] -= 1
                self._begin(place, week)
        for role in self._year.roles:
            self._host(role, week)
        self._habits.look(week)

    def _pace(self, place: Place, week: int) -> float:
        """Return the number of threads that begin in a community in a week."""
        total_weight = sum(place.weight for place in self._story.places.values())
        usual = _PER_PERSON * len(self._year.people) * place.weight / total_weight / _WEEKS
        activated = sum(self._year.week(at.date()) <= week for at in self._year.activated.values())
        season = sum(calendar.weight(self._year.first_day + timedelta(weeks=week, days=day)) for day in range(7)) / 5.2
        share = 0.25 if week >= _WEEKS - 2 else 1.0  # the last two weeks are mostly written
        growth = 0.75 + 0.45 * activated / max(1, len(self._year.activated))
        return usual * season * share * _pulse(place, week) * growth

    def _begin(self, place: Place, week: int) -> None:
        thread = self._pen.everyday(place, week)
        if thread is not None:
            self._newest[place.key].append(thread)
            self._habits.react(thread)
            self._habits.thank(thread)
            if self._cast.first_time(thread.author):
                self._cast.encourage(thread.author, _ANSWERED if thread.replies else _LEFT_ALONE)

    def _host(self, role: Role, week: int) -> None:
        """Let an animateur or sponsor reply to a thread this week, unless they have taken part already."""
        place = self._story.places[role.place]
        keen = _PRESENT[role.style] * (0.7 if role.role is AnimateurRole.SPONSOR else 1.0)
        lively = _pulse(place, week) > 0 and week < role.fades
        if not lively or self._random.random() > keen:
            return
        first = self._year.first_day + timedelta(weeks=week)
        day = calendar.working_day(calendar.some_day(self._random, first, 7))
        at = calendar.some_moment(self._random, day, ZoneInfo(role.person.site.timezone))
        if not self._may_speak(role, day) or at <= self._year.joined[place.key, role.person]:
            return
        open_now = [thread for thread in self._newest[place.key] if thread.at < at <= thread.at + _RECENT]
        if any(_took_part(thread, role) for thread in open_now):
            return
        candidates = [
            thread for thread in open_now if not thread.alone and thread.hosted < _WELCOMES and thread.last_at < at
        ]
        if candidates:
            self._pen.host(min(candidates, key=lambda thread: (thread.hosted, len(thread.replies))), role.person, at)

    def _may_speak(self, role: Role, day: date) -> bool:
        return self._year.first_day <= day < self._year.end and self._year.activated[role.person].date() < day


def _took_part(thread: Thread, role: Role) -> bool:
    return thread.author is role.person or any(reply.author is role.person for reply in thread.replies)


def _pulse(place: Place, week: int) -> float:
    """Return the liveliness of a community in a week; 1 is ordinary."""
    if place.pulse == "growing":
        return 0.6 + 0.8 * week / _WEEKS
    if place.pulse == "late":
        return 1.3 if week >= place.opens else 0.0
    if place.pulse == "dying":
        return max(0.0, min(1.0, (place.until - week) / _FADING)) * 1.6
    return 1.0
