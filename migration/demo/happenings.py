"""The events of the demonstration's year, before they are written to a store. All moments are UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from migration.demo.company import Person
from reseau.contents.content_type import ContentType
from reseau.kinds import AnimateurRole, FollowKind


@dataclass(slots=True, eq=False)
class Reply:
    """An answer or a comment."""

    author: Person
    at: datetime
    text: str
    accepted_at: datetime | None = None


class Reaction(NamedTuple):
    """An emoji on a thread's first content or, if ``reply`` is given, on that reply."""

    person: Person
    at: datetime
    emoji: str
    reply: Reply | None


class Thanks(NamedTuple):
    """A thank-you for a reply."""

    giver: Person
    at: datetime
    reason: str
    reply: Reply


@dataclass(slots=True, eq=False)
class Thread:
    """A thread.

    Attributes:
        place: the key of its community.
        alone: whether it is a question that nobody answers.
        hosted: the number of welcoming replies by animateurs and sponsors.
    """

    place: str
    kind: ContentType
    author: Person
    at: datetime
    title: str
    text: str
    tags: tuple[str, ...]
    language: str
    seeded: bool = False
    alone: bool = False
    hosted: int = 0
    replies: list[Reply] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    thanks: list[Thanks] = field(default_factory=list)

    @property
    def last_at(self) -> datetime:
        return self.replies[-1].at if self.replies else self.at


@dataclass(frozen=True, slots=True)
class Role:
    """An animateur or sponsor of a community; ``style`` as in :class:`migration.demo.story.Duty`."""

    place: str
    person: Person
    role: AnimateurRole
    since: datetime
    style: str
    fades: int


class Use(NamedTuple):
    """The use of a verb that leaves no content."""

    person: Person
    at: datetime
    command: str


class Followed(NamedTuple):
    """The beginning of a follow; ``target`` is a person or a tag."""

    person: Person
    at: datetime
    kind: FollowKind
    target: Person | str


@dataclass(slots=True)
class Year:
    """Everything that happened, from the directory's import to the last evening."""

    first_day: date
    days: int
    people: list[Person]
    opened: dict[str, datetime] = field(default_factory=dict)
    activated: dict[Person, datetime] = field(default_factory=dict)
    joined: dict[tuple[str, Person], datetime] = field(default_factory=dict)
    roles: list[Role] = field(default_factory=list)
    threads: list[Thread] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    follows: list[Followed] = field(default_factory=list)

    @property
    def end(self) -> date:
        """The day after the last one."""
        return self.first_day + timedelta(days=self.days)

    def week(self, day: date) -> int:
        """The number of a day's week since the opening; negative before it."""
        return (day - self.first_day).days // 7
