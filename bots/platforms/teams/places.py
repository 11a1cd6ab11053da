"""Teams' service addresses and the teams of channels, kept in the store across restarts.

A token goes to an address that came in an authenticated activity, and to no other: these are the ones.
"""

from __future__ import annotations

import asyncio
from typing import Any

from bots.platform import LaterError
from bots.platforms.teams.wire import is_safe
from reseau.network import Network, get_notice, set_notice
from reseau.settings import Settings

_NOTICE = "teams-places"
_KEPT = 20  # addresses of one tenant: Teams uses one or two


def may_send(url: str, settings: Settings) -> bool:
    """Whether something may be sent to a service: it is encrypted, or on this machine in a trial."""
    local = settings.teams_dev_unauthenticated or not settings.teams_openid_url.startswith("https:")
    return is_safe(url, loopback=local)


class Places:
    """Known addresses; in the store, so that every process of an installation has them."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._services: dict[str, list[str]] = {}  # by tenant, the last one first
        self._teams: dict[str, str] = {}  # of channels

    async def remember(self, tenant: str, service: str, channel: str = "", team: str = "") -> None:
        """Store what an authenticated activity reveals; known facts cost nothing."""
        services = self._services.get(tenant, [])
        if service in services and (not team or self._teams.get(channel) == team):
            if services[0] != service:
                services.remove(service)
                services.insert(0, service)
            return
        await asyncio.to_thread(self._write, tenant, service, channel, team)

    async def service(self, tenant: str, wish: str) -> str:
        """The service address to use: the requested one if Teams has sent it before, else the tenant's last.

        Raises:
            LaterError: none is known until a person of the tenant writes to the bot.
        """
        if not self._found(tenant, wish):
            await asyncio.to_thread(self._read)
        address = self._found(tenant, wish) or next(iter(self._services.get(tenant, [])), "")
        if not address or not may_send(address, self._network.settings):
            raise LaterError(60, "Teams has not told its address for this tenant yet")
        return address

    async def team(self, channel: str) -> str:
        """The team that a channel belongs to; empty if Teams has not named it."""
        if channel not in self._teams:
            await asyncio.to_thread(self._read)
        return self._teams.get(channel, "")

    def _found(self, tenant: str, wish: str) -> str:
        return wish if wish and wish in self._services.get(tenant, []) else ""

    def _read(self) -> None:
        with self._network.store.read() as tx:
            self._take(get_notice(tx, _NOTICE))

    def _write(self, tenant: str, service: str, channel: str, team: str) -> None:
        with self._network.store.write() as tx:
            self._take(get_notice(tx, _NOTICE))
            mine = [address for address in self._services.get(tenant, []) if address != service]
            self._services[tenant] = [service, *mine][:_KEPT]
            if team:
                self._teams[channel] = team
            set_notice(tx, _NOTICE, {"services": self._services, "teams": self._teams})

    def _take(self, noted: Any) -> None:
        if isinstance(noted, dict):
            self._services = {tenant: list(services) for tenant, services in noted["services"].items()}
            self._teams = dict(noted["teams"])
