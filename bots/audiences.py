"""Who reads a channel, as members: asked of the platform, so that a link can be checked."""

from __future__ import annotations

from bots.arrival import Where
from bots.platform import Audience, Courier, RefusedError
from reseau import accounts, identities
from reseau.links import Readers
from reseau.store import Transaction
from reseau.store.grouping import Grouping

_MOST_ASKED = 200  # people nobody here knows yet; beyond, they count as unknown


async def read(courier: Courier, writing: Grouping, platform: str, tenant: str, where: Where) -> Audience:
    """Who reads a channel now; people whom only the platform knows are recognised where they are members."""
    audience = await courier.audience(tenant, where)
    if audience.everybody or audience.outsiders:
        return audience
    unknown = await writing.write(lambda tx: _unknown(tx, platform, tenant, audience))
    for person in unknown[:_MOST_ASKED]:
        try:
            account = await courier.account(tenant, person, where)
        except RefusedError:
            continue
        await writing.write(lambda tx, account=account: accounts.recognise(tx, account))  # type: ignore[misc]
    return audience


def _unknown(tx: Transaction, platform: str, tenant: str, audience: Audience) -> list[str]:
    return [one for one in audience.people if identities.member_of(tx, platform, tenant, one) is None]


def readers(tx: Transaction, platform: str, tenant: str, audience: Audience) -> Readers:
    """The readers of a channel as the network's rules want them."""
    found = [identities.member_of(tx, platform, tenant, one) for one in audience.people]
    known = [one for one in found if one is not None]
    return Readers(audience.everybody, audience.outsiders, known, len(found) - len(known))
