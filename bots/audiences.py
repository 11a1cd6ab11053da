"""Who reads a channel, as members: asked of the platform, so that a link can be checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bots.arrival import Where
from bots.platform import Audience, Courier, RefusedError
from reseau import accounts, identities
from reseau.accounts import Account
from reseau.links import Readers
from reseau.store import Transaction
from reseau.store.grouping import Grouping

_MOST_ASKED = 200  # one by one, of people nobody here knows yet; beyond, they count as unknown


async def read(courier: Courier, writing: Grouping, join: str, platform: str, tenant: str, where: Where) -> Audience:
    """Who reads a channel now; people whom only the platform knows are recognised where they are members.

    Args:
        join: who may become a member at first contact, as the setting says.
    """
    audience = await courier.audience(tenant, where)
    if audience.everybody or audience.outsiders:
        return audience
    unknown = await writing.write(lambda tx: _unknown(tx, platform, tenant, audience))
    met = await _met(courier, tenant, where, audience, unknown)
    colleagues = await writing.write(lambda tx: _colleagues(tx, met, join)) if met else ()
    return replace(audience, colleagues=colleagues)


async def _met(
    courier: Courier, tenant: str, where: Where, audience: Audience, unknown: Sequence[str]
) -> list[Account]:
    """The accounts of people; those of whom the platform said nothing yet are asked for."""
    told = {one.native_id: one for one in audience.accounts}
    met = [told[person] for person in unknown if person in told]
    for person in [one for one in unknown if one not in told][:_MOST_ASKED]:
        try:
            met.append(await courier.account(tenant, person, where))
        except RefusedError:
            continue
    return met


def _colleagues(tx: Transaction, met: Sequence[Account], join: str) -> tuple[str, ...]:
    """Recognise who is a member; of the others, those who become one by coming."""
    strangers = [one for one in met if accounts.recognise(tx, one) is None]
    return tuple(one.native_id for one in strangers if accounts.would_join(tx, one, join))


def _unknown(tx: Transaction, platform: str, tenant: str, audience: Audience) -> list[str]:
    return [one for one in audience.people if identities.member_of(tx, platform, tenant, one) is None]


def readers(tx: Transaction, platform: str, tenant: str, audience: Audience) -> Readers:
    """The readers of a channel as the network's rules want them."""
    found = {one: identities.member_of(tx, platform, tenant, one) for one in audience.people}
    known = [member_id for member_id in found.values() if member_id is not None]
    unknown = {one for one, member_id in found.items() if member_id is None}
    colleagues = unknown.intersection(audience.colleagues)
    return Readers(audience.everybody, audience.outsiders, known, len(unknown - colleagues), len(colleagues))
