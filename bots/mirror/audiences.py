"""Readers of a channel, as members: listed by the platform, so that a link can be checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bots.arrival import Where
from bots.platform import Audience, Courier, RefusedError
from reseau.channels.links import Readers
from reseau.keys import ChannelKey
from reseau.people import accounts, identities, members
from reseau.people.accounts import Account, Standing
from reseau.store import Transaction
from reseau.store.grouping import Grouping

_MOST_ASKED = 200  # unknown people asked about one by one; the others count as unknown

#: The audience of a channel about which nothing is known: anyone.
ANYBODY = Audience("", everybody=True, outsiders=True, people=())


async def read(courier: Courier, writing: Grouping, join: str, channel: ChannelKey, where: Where) -> Audience:
    """Return the readers of a channel; people known only to the platform are recognised if they are members.

    Args:
        join: who may become a member at first contact, as the setting says.

    Raises:
        bots.platform.LaterError, bots.platform.RefusedError, bots.platform.DoubtError: the platform does not say.
    """
    audience = await courier.audience(channel.tenant, where)
    if audience.outsiders:
        return audience
    unknown = await writing.write(lambda tx: _unknown(tx, channel, audience))
    met = await _met(courier, channel.tenant, where, audience, unknown)
    # A channel open to every full member of the organisation: each of them has the same rights as all of them.
    joining = "open" if audience.everybody else join
    colleagues = await writing.write(lambda tx: accounts.newcomers(tx, met, joining)) if met else ()
    return replace(audience, colleagues=tuple(colleagues))


async def _met(
    courier: Courier, tenant: str, where: Where, audience: Audience, unknown: Sequence[str]
) -> list[Account]:
    """The accounts of people; the platform is asked for those that it did not list."""
    accounts_by_id = {account.native_id: account for account in audience.accounts}
    met = [accounts_by_id[person] for person in unknown if person in accounts_by_id]
    for person in [id_ for id_ in unknown if id_ not in accounts_by_id][:_MOST_ASKED]:
        try:
            met.append(await courier.account(tenant, person, where))
        except RefusedError:
            continue
    return met


def _unknown(tx: Transaction, channel: ChannelKey, audience: Audience) -> list[str]:
    """The ids of readers who are not members; what the platform says about the members is applied to them."""
    member_ids = identities.members_of(tx, channel.platform, channel.tenant, audience.people)
    strangers = members.placeholders(tx, member_ids.values())
    for account in audience.accounts:
        member_id = member_ids.get(account.native_id)
        if member_id is not None and (account.standing != Standing.HOME or member_id in strangers):
            accounts.complete(tx, member_id, account)
    return [person for person in audience.people if person not in member_ids]


def readers(tx: Transaction, channel: ChannelKey, audience: Audience) -> Readers:
    """The readers of a channel, in the form that the network's rules need."""
    member_ids = identities.members_of(tx, channel.platform, channel.tenant, audience.people)
    unknown = set(audience.people) - member_ids.keys()
    colleagues = unknown.intersection(audience.colleagues)
    return Readers(
        audience.everybody, audience.outsiders, set(member_ids.values()), len(unknown - colleagues), len(colleagues)
    )
