"""The threads of the year: written ones at their place in time, and everyday ones from templates."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from migration.demo import calendar
from migration.demo.cast import AUTHOR, Cast
from migration.demo.company import Person
from migration.demo.happenings import Reply, Thread, Year
from migration.demo.story import Line, Place, Script, Story
from migration.demo.wording import Slots
from reseau.contents.content_type import ContentType

UNANSWERED = 0.19  # share of questions that nobody answers
_QUICK, _SLOW, _QUICK_SHARE = 40, 540, 0.6  # median minutes of two kinds of replies, and a share; our own guess
_ACCEPTED = 0.6
_TRIES = 6


class Pen:
    """Writes threads into a year, never with the same words twice in one community."""

    def __init__(self, random: Random, story: Story, year: Year, cast: Cast) -> None:
        self._random, self._story, self._year, self._cast = random, story, year, cast
        self._texts: defaultdict[str, set[str]] = defaultdict(set)
        self._templates = {
            key: [template for template in story.templates if key in template.places] for key in story.places
        }
        self._used: Counter[str] = Counter()
        self._last = datetime.combine(year.end, time(0), UTC) - timedelta(hours=2)

    # -- written threads -----------------------------------------------------------------------------------------------

    def written(self, script: Script) -> None:
        """Add a written thread and its replies at its place in time."""
        place = self._story.places[script.places[0]]
        at = self._moment(script)
        author = self._cast.written(script.by, place, at, seeded=script.seeded)
        thread = self._thread(script, place, author, at, script.title, script.text)
        for line in script.replies:
            self._reply_as_written(thread, place, line)
        self._year.threads.append(thread)

    def _moment(self, script: Script) -> datetime:
        zone = ZoneInfo("Europe/Paris")
        if script.seeded:
            day = calendar.working_day(self._year.first_day - timedelta(days=self._random.randint(3, 20)))
        else:
            day = calendar.working_day(self._year.end - timedelta(days=max(1, script.ago or 1)))
        # Early in the day, to leave time for replies.
        at = datetime.combine(day, time(self._random.randint(8, 13), self._random.randint(0, 59)), zone)
        return at.astimezone(UTC) + timedelta(seconds=self._random.randint(0, 59))

    def _reply_as_written(self, thread: Thread, place: Place, line: Line) -> None:
        at = self._soon(thread, quickly=True)
        if at > self._last:
            at = thread.last_at + timedelta(minutes=self._random.randint(4, 25))
        if line.by == AUTHOR:
            author = thread.author
        else:
            last_speakers = {thread.author, *(reply.author for reply in thread.replies[-1:])}
            author = self._cast.written(line.by, place, at, last_speakers, seeded=thread.seeded)
        text = self._slots()(line.text, **self._names(thread, author))
        thread.replies.append(Reply(author, at, text))
        self._texts[place.key].add(text)
        if line.accepted:
            thread.replies[-1].accepted_at = at + timedelta(minutes=self._random.randint(5, 50))

    # -- everyday threads ----------------------------------------------------------------------------------------------

    def everyday(self, place: Place, week: int, by: Person | None = None) -> Thread | None:
        """Write a thread of a week from one of the community's templates; return ``None`` if nobody can begin one."""
        at = self._in_week(week)
        rarest = sorted(
            self._templates[place.key], key=lambda template: (self._used[template.title], self._random.random())
        )
        for script in rarest[:_TRIES]:
            author = by or self._cast.improvised(script.by, place, at)
            wording = author and self._wording(script, place, author)
            if author and wording:
                slots, title, text = wording
                self._used[script.title] += 1
                thread = self._thread(script, place, author, at, title, text)
                thread.alone = script.kind.answerable and self._leave_alone()
                if not thread.alone:
                    self._converse(thread, script, place, slots)
                self._year.threads.append(thread)
                return thread
        return None

    def _in_week(self, week: int) -> datetime:
        first = self._year.first_day + timedelta(weeks=week)
        days = min(7, (self._year.end - first).days)
        return calendar.some_moment(
            self._random, calendar.some_day(self._random, first, days), ZoneInfo("Europe/Paris")
        )

    def _wording(self, script: Script, place: Place, author: Person) -> tuple[Slots, str, str] | None:
        for _ in range(_TRIES):
            slots = self._slots()
            title, text = slots(script.title), slots(script.text, auteur=author.first)
            if not {title, text} & self._texts[place.key]:
                self._texts[place.key] |= {title, text}
                return slots, title, text
        return None

    def _leave_alone(self) -> bool:
        """Whether a question stays unanswered; the share of such questions is near that of real networks."""
        questions = [thread for thread in self._year.threads if thread.kind.answerable and not thread.seeded]
        alone = sum(thread.alone or not thread.replies for thread in questions)
        return alone < UNANSWERED * (len(questions) + 1) and self._random.random() < 0.7

    def _converse(self, thread: Thread, script: Script, place: Place, slots: Slots) -> None:
        count = min(len(script.replies), self._how_many(thread.kind))
        chosen = sorted(self._random.sample(range(len(script.replies)), count))
        for line in (script.replies[index] for index in chosen):
            self._improvise(thread, place, line, slots)
        if thread.kind.answerable and not thread.replies:
            self._improvise(thread, place, script.replies[0], slots, strictly=False)
        others = [reply for reply in thread.replies if reply.author is not thread.author]
        if others and len(thread.replies) < 4 and self._random.random() < 0.3:
            line = Line(AUTHOR, self._random.choice(self._story.closings[thread.language]))
            self._improvise(thread, place, line, slots)
        if thread.kind.answerable and others and self._random.random() < _ACCEPTED:
            self._random.choice(others[:2]).accepted_at = thread.last_at + timedelta(
                minutes=self._random.randint(3, 90)
            )

    def _how_many(self, kind: ContentType) -> int:
        if kind.answerable:
            return 1 + self._random.choice((0, 0, 1, 1, 2))
        return self._random.choice((0, 1, 1, 2, 2, 3))

    def _improvise(self, thread: Thread, place: Place, line: Line, slots: Slots, *, strictly: bool = True) -> None:
        own = line.by == AUTHOR
        if own and not any(reply.author is not thread.author for reply in thread.replies):
            return  # nobody thanks before being answered
        at = self._soon(thread)
        if at > self._last:
            return
        last = thread.replies[-1].author if thread.replies else thread.author
        author = (
            thread.author
            if own
            else self._cast.improvised(line.by, place, at, {thread.author, last}, strictly=strictly)
        )
        if author is not None:
            self._say(thread, author, at, slots(line.text, **self._names(thread, author)))

    def host(self, thread: Thread, host: Person, at: datetime) -> bool:
        """Have an animateur or sponsor reply to a thread; return whether they did."""
        solved = any(reply.accepted_at for reply in thread.replies)
        kind = "question" if thread.kind.answerable and not solved else "other"
        lines = self._story.hosting[f"{thread.language} {kind}"]
        rarest = sorted(lines, key=lambda line: (self._used[f"{thread.place} {line}"], self._random.random()))
        for line in rarest[:_TRIES] if at > thread.last_at else ():
            if self._say(thread, host, at, self._slots()(line, **self._names(thread, host))):
                self._used[f"{thread.place} {line}"] += 1
                thread.hosted += 1
                return True
        return False

    def _say(self, thread: Thread, author: Person, at: datetime, text: str) -> bool:
        if text in self._texts[thread.place]:
            return False
        self._texts[thread.place].add(text)
        thread.replies.append(Reply(author, at, text))
        return True

    # -- parts ---------------------------------------------------------------------------------------------------------

    def slots(self) -> Slots:
        """Return the words for one more text."""
        return self._slots()

    def _slots(self) -> Slots:
        return Slots(self._random, self._story.slots)

    def _thread(self, script: Script, place: Place, author: Person, at: datetime, title: str, text: str) -> Thread:
        self._texts[place.key] |= {title, text}
        return Thread(
            place=place.key,
            kind=script.kind,
            author=author,
            at=at,
            title=title,
            text=text,
            tags=script.tags,
            language=script.language or place.language,
            seeded=script.seeded,
        )

    def _names(self, thread: Thread, speaker: Person) -> dict[str, str]:
        before = [reply.author for reply in thread.replies if reply.author is not speaker]
        return {"auteur": thread.author.first, "avant": (before[-1] if before else thread.author).first}

    def _soon(self, thread: Thread, *, quickly: bool = False) -> datetime:
        median = _QUICK if quickly or self._random.random() < _QUICK_SHARE else _SLOW
        minutes = median * self._random.lognormvariate(0, 0.8)
        return calendar.after_working(thread.last_at, minutes, ZoneInfo(thread.author.site.timezone)) + timedelta(
            seconds=self._random.randint(1, 59)
        )
