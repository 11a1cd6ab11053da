"""Classes of notices: the one table that decides who is notified of what, whatever the platform.

Every class waits for the working hours of the person (``reseau/hours.py``) unless the person asked for it at any hour.
Nobody is told twice of the same news: the class that stands higher in the table takes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from reseau.i18n import N_


class Notice(StrEnum):
    """A class of personal notices. The name is also the topic of the delivery."""

    MENTION = "mention"
    REPLY = "reply"
    FOLLOWED = "followed"
    CALL = "call"
    ASKED = "asked"
    EXPERTISE = "expertise"
    ACCEPTED = "accepted"
    THANKS = "thanks"
    REACTION = "reaction"
    PERSON = "person"
    COMMUNITY = "community"
    ROLE = "role"
    APPLICANT = "applicant"


class Cadence(StrEnum):
    """When a class is sent: at any hour, within working hours, in the summary of the day or of the week, or never."""

    ALWAYS = "always"
    NOW = "now"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class NoticeClass:
    """A row of the table.

    Attributes:
        title: the class as people choose it, marked by ``N_``.
        reaches: whom it reaches, for ``docs/mirror.md``.
        default: its cadence while a person has chosen none.
        by_thread: whether further notices of one thread are gathered for a while.
        only_read: whether nothing is queued for it: summaries read what is new when they are made, so that a post in a
            community of a hundred thousand costs no more than another.
    """

    title: str
    reaches: str
    default: Cadence = Cadence.NOW
    by_thread: bool = False
    only_read: bool = False

    @property
    def cadences(self) -> tuple[Cadence, ...]:
        """Return the cadences that a person may choose."""
        return (Cadence.DAILY, Cadence.WEEKLY, Cadence.NEVER) if self.only_read else tuple(Cadence)


CLASSES: Mapping[Notice, NoticeClass] = {
    Notice.MENTION: NoticeClass(N_("Somebody mentions you"), "whoever a text names", by_thread=True),
    Notice.REPLY: NoticeClass(N_("A reply to what you wrote"), "whoever began the thread", by_thread=True),
    Notice.FOLLOWED: NoticeClass(
        N_("A reply in a thread that you follow"), "those who follow the thread", by_thread=True
    ),
    Notice.CALL: NoticeClass(
        N_("Somebody calls everybody in your community"), "the members of the community", by_thread=True
    ),
    Notice.ASKED: NoticeClass(
        N_("A question that you may be able to answer"), "two people at a time, after four hours without an answer"
    ),
    Notice.EXPERTISE: NoticeClass(
        N_("New questions on what you know"), "the five people who know most, ten times a week", Cadence.DAILY
    ),
    Notice.ACCEPTED: NoticeClass(N_("Your answer helped"), "whoever wrote the answer"),
    Notice.THANKS: NoticeClass(N_("Somebody thanks you"), "whoever is thanked"),
    Notice.REACTION: NoticeClass(
        N_("Reactions to what you wrote, several together"), "the author, a quarter of an hour after the first"
    ),
    Notice.PERSON: NoticeClass(
        N_("New from people whom you follow"), "those who follow the author", Cadence.DAILY, only_read=True
    ),
    Notice.COMMUNITY: NoticeClass(
        N_("New in your communities and tags"),
        "members and followers of the community, followers of the tag",
        Cadence.WEEKLY,
        only_read=True,
    ),
    Notice.ROLE: NoticeClass(N_("You are given a role"), "whoever is given it"),
    Notice.APPLICANT: NoticeClass(N_("Somebody waits to be let in"), "the administrators"),
}
