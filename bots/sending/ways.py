"""Ways to a person: the accounts that a notice may go to, the best first, and only one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bots.arrival import Where
from bots.card import Card
from bots.platform import Address, Answer, Courier, RefusedError
from reseau import activity
from reseau.contents import threads
from reseau.exchange import notifications
from reseau.exchange.notices import Notice
from reseau.i18n import Words, known_language
from reseau.keys import AccountKey
from reseau.kinds import PRESENT
from reseau.people import attention, contacts, members, preferences
from reseau.people.members import Member
from reseau.people.timing import zone_of
from reseau.settings import Settings
from reseau.store import Transaction

_PAGES = "web"


@dataclass(frozen=True, slots=True)
class Way:
    """A platform, and the address of a person's own chat with the bot there."""

    platform: str
    to: Address


@dataclass(frozen=True, slots=True)
class Letter:
    """A card for a person, and the ways to send it by."""

    card: Card
    language: str
    ways: Sequence[Way]


def reader(tx: Transaction, member_id: int) -> Member | None:
    """The person of a notice; nobody once that person has left."""
    to = members.known(tx, member_id)
    return to if to is not None and to.status in PRESENT else None


def words(to: Member, settings: Settings) -> Words:
    """The words of a person, in the person's own time."""
    return Words(known_language(to.language, settings.language), zone_of(to, settings.zone))


def accounts(tx: Transaction, to: Member, notice: Notice | None, root_id: int = 0) -> list[AccountKey]:
    """The person's accounts: the chosen platform, the thread's own, then the last one used."""
    reached = notifications.accounts(tx, [to.id]).get(to.id, [])
    if len(reached) < 2:
        return reached
    chosen = [preferences.platform(tx, to.id, notice) if notice else "", attention.of(tx, to.id).platform]
    order = [*chosen, threads.platform_of(tx, root_id), *activity.last_platforms(tx, to.id)]
    rank = {platform: order.index(platform) for platform in order}
    return sorted(reached, key=lambda key: (_is_unseen(key, chosen), rank.get(key.platform, len(order))))


def _is_unseen(key: AccountKey, chosen: Sequence[str]) -> bool:
    """Whether an account is only a page that must be opened: a chat tool is preferred, unless the person chose so."""
    return key.platform == _PAGES and key.platform not in chosen


def of(tx: Transaction, keys: Sequence[AccountKey]) -> list[Way]:
    """The ways to some accounts."""
    return [Way(key.platform, _address(tx, key)) for key in keys]


def _address(tx: Transaction, account: AccountKey) -> Address:
    reached = contacts.get(tx, account)
    where = Where(reached.conversation if reached else "", "", True, reached.service if reached else "")
    return Address(account.tenant, where, account.native_id)


async def send(letter: Letter, couriers: Mapping[str, Courier]) -> None:
    """Show a card by the first way that takes it.

    Raises:
        bots.platform.RefusedError: none of them does.
        bots.platform.LaterError, bots.platform.DoubtError: as the courier says.
    """
    refused = RefusedError("no platform of this person is configured")
    for way in letter.ways:
        courier = couriers.get(way.platform)
        if courier is None:
            continue
        try:
            await courier.show(Answer(letter.card, True, False, letter.language), way.to)
        except RefusedError as error:
            refused = error
        else:
            return
    raise refused
