"""Activity besides writing: people read, search, react, thank and follow each other."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from migration.demo import calendar
from migration.demo.cast import ANYONE, Cast
from migration.demo.company import Person
from migration.demo.contents import Pen
from migration.demo.happenings import Followed, Reaction, Reply, Thanks, Thread, Use, Year
from migration.demo.story import Story
from reseau.kinds import FollowKind

_COMMANDS = ("feed", "search", "expert", "communities", "profile", "help")
_WEIGHTS = (60, 18, 6, 5, 5, 6)
_LOOKS = 1.4  # mean number of uses in a week of presence
_EMOJI = ("thumbsup", "clap", "heart", "bulb", "tada", "eyes")
_EMOJI_WEIGHTS = (50, 14, 12, 12, 6, 6)
_THANKED = 0.3  # share of answered questions after which the asker thanks
_FULL_SIZE = 320  # people; the written numbers of reactions are meant for a company of this size


class Habits:
    """The acts of a year that leave hardly any text."""

    def __init__(self, random: Random, story: Story, year: Year, cast: Cast, pen: Pen) -> None:
        self._random, self._story, self._year = random, story, year
        self._cast, self._pen = cast, pen
        self._last = datetime.combine(year.end, time(0), UTC) - timedelta(hours=2)

    def look(self, week: int) -> None:
        """Let the people present in a week read their feed, search, and look for experts."""
        first = self._year.first_day + timedelta(weeks=week)
        days = min(7, (self._year.end - first).days)
        for person in self._cast.presence.present(week) if days > 0 else ():
            liveliness = 0.5 + min(1.5, person.taste)
            for _ in range(1 + self._poisson(_LOOKS * liveliness)):
                day = calendar.some_day(self._random, first, days)
                self._look(person, calendar.some_moment(self._random, day, ZoneInfo(person.site.timezone)))

    def _look(self, person: Person, at: datetime) -> None:
        # On days with few people, such as in August, most uses are dropped instead of moved.
        if self._random.random() > calendar.weight(at.date()) and calendar.is_working(at.date()):
            return
        if person.here(at.date()) and self._year.activated[person] < at:
            command = self._random.choices(_COMMANDS, _WEIGHTS)[0]
            self._year.uses.append(Use(person, at, command))

    def react(self, thread: Thread, full_size_count: int | None = None) -> None:
        """Let readers react to a thread; ``full_size_count`` is their number in a company of full size."""
        mean = 2.2 if full_size_count is None else float(full_size_count)
        count = round(mean * min(1.0, len(self._year.people) / _FULL_SIZE)) if full_size_count else self._poisson(mean)
        place = self._story.places[thread.place]
        for _ in range(0 if thread.seeded else count):
            after = calendar.after_working(thread.at, self._random.lognormvariate(5, 1), ZoneInfo("Europe/Paris"))
            at = after + timedelta(seconds=self._random.randint(0, 59))
            person = self._cast.improvised(ANYONE, place, at, {thread.author}) if at < self._last else None
            reply = self._about(thread, at)
            if person is not None and (reply is None or reply.author is not person):
                emoji = self._random.choices(_EMOJI, _EMOJI_WEIGHTS)[0]
                thread.reactions.append(Reaction(person, at, emoji, reply))

    def _about(self, thread: Thread, at: datetime) -> Reply | None:
        earlier = [reply for reply in thread.replies if reply.at < at]
        return self._random.choice(earlier) if earlier and self._random.random() < 0.35 else None

    def thank(self, thread: Thread) -> None:
        """Let some askers thank the person who answered."""
        helpful = [reply for reply in thread.replies if reply.author is not thread.author]
        if thread.seeded or not helpful or not thread.kind.answerable:
            return
        reply = next((answer for answer in helpful if answer.accepted_at), helpful[0])
        at = thread.last_at + timedelta(minutes=self._random.randint(2, 600))
        if self._random.random() < _THANKED and at < self._last and thread.author.here(at.date()):
            reason = self._pen.slots()(self._random.choice(self._story.thanks[thread.language]))
            thread.thanks.append(Thanks(thread.author, at, reason[0].lower() + reason[1:], reply))

    def follow(self) -> None:
        """Let people follow those whom they met in threads, and some tags."""
        tags = sorted({tag for thread in self._year.threads for tag in thread.tags})
        acquaintances = self._acquaintances()
        for person, first in self._year.activated.items():
            colleagues = sorted(acquaintances.get(person, ()), key=lambda colleague: colleague.number)
            for colleague in colleagues[: self._poisson(2.4)]:
                self._follow(person, first, FollowKind.MEMBER, colleague)
            for tag in self._random.sample(tags, min(len(tags), self._poisson(0.5))):
                self._follow(person, first, FollowKind.TAG, tag)

    def _acquaintances(self) -> dict[Person, set[Person]]:
        acquaintances: dict[Person, set[Person]] = {}
        for thread in self._year.threads:
            for reply in thread.replies if not thread.seeded else ():
                if reply.author is not thread.author:
                    acquaintances.setdefault(thread.author, set()).add(reply.author)
                    acquaintances.setdefault(reply.author, set()).add(thread.author)
        return acquaintances

    def _follow(self, person: Person, first: datetime, kind: FollowKind, target: Person | str) -> None:
        first = max(first, datetime.combine(self._year.first_day, time(0), UTC))
        day = (first + timedelta(days=self._random.expovariate(1 / 40))).date()
        at = calendar.some_moment(self._random, calendar.working_day(day), ZoneInfo(person.site.timezone))
        hired = target.hired_on if isinstance(target, Person) else first.date()
        if first < at < self._last and person.here(at.date()) and hired < at.date():
            self._year.follows.append(Followed(person, at, kind, target))

    def _poisson(self, mean: float) -> int:
        """Return a small Poisson number, by counting exponential waits (Knuth)."""
        count, remaining = 0, mean
        while (remaining := remaining - self._random.expovariate(1)) > 0:
            count += 1
        return count
