"""The notices that each person wants: one choice for each class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from reseau.i18n import N_
from reseau.store.prepared import Prepared, parameter
from reseau.store.tables import preference
from reseau.store.transaction import Transaction


class Notice(StrEnum):
    """A class of personal notices. The name is also the topic of the delivery."""

    MENTION = "mention"
    REPLY = "reply"
    FOLLOWED = "followed"
    ASKED = "asked"
    ACCEPTED = "accepted"
    THANKS = "thanks"
    REACTION = "reaction"
    APPLICANT = "applicant"


#: Each class as people choose it.
TITLES: Mapping[Notice, str] = {
    Notice.MENTION: N_("Somebody mentions you"),
    Notice.REPLY: N_("A reply to what you wrote"),
    Notice.FOLLOWED: N_("A reply in a thread that you follow"),
    Notice.ASKED: N_("A question that you may be able to answer"),
    Notice.ACCEPTED: N_("Your answer helped"),
    Notice.THANKS: N_("Somebody thanks you"),
    Notice.REACTION: N_("Reactions to what you wrote, several together"),
    Notice.APPLICANT: N_("Somebody waits to be let in"),
}


class Cadence(StrEnum):
    """When a notice is sent."""

    NOW = "now"
    NEVER = "never"


@dataclass(slots=True)
class _Row:
    member_id: int
    notice: Notice
    cadence: Cadence


def chosen(tx: Transaction, member_id: int) -> dict[Notice, Cadence]:
    """A person's choice for every class; at once where nothing was chosen."""
    choices = dict.fromkeys(Notice, Cadence.NOW)
    for row in tx.execute(select(preference.c.notice, preference.c.cadence).where(preference.c.member_id == member_id)):
        if row.notice in choices:  # a class that a later version knows is not ours to read
            choices[Notice(row.notice)] = Cadence(row.cadence)
    return choices


def wants(tx: Transaction, member_id: int, notice: Notice) -> bool:
    """Whether a person gets a class of notices at all."""
    row = _CHOSEN.first(tx, member_id=member_id, notice=notice)
    return row is None or row.cadence != Cadence.NEVER


_CHOSEN = Prepared(
    select(preference.c.cadence).where(
        preference.c.member_id == parameter("member_id"), preference.c.notice == parameter("notice")
    )
)


def choose(tx: Transaction, member_id: int, notice: Notice, cadence: Cadence) -> None:
    """Note a choice in place of the one before."""
    same = (preference.c.member_id == member_id) & (preference.c.notice == notice)
    tx.execute(preference.delete().where(same))
    tx.insert(preference, [_Row(member_id, notice, cadence)])
