"""The connections that go out: one session for everything, kept open, with time limits."""

from __future__ import annotations

from functools import cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from yarl import URL

CONNECTING = 5.0  # seconds to open a connection
ANSWERING = 12.0  # seconds for the whole of a call: Teams itself waits 15 for us


class Wire:
    """The shared session. It is opened by the first call, in the loop that runs then, and closed by :meth:`close`."""

    def __init__(self, answering: float = ANSWERING) -> None:
        self._timeout = aiohttp.ClientTimeout(total=answering, connect=CONNECTING, sock_connect=CONNECTING)
        self._session: aiohttp.ClientSession | None = None

    def call(self, method: str, url: str, **options: Any) -> Any:
        """A request, to be entered (``async with``); redirections are not followed, for they would carry our token."""
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=200, limit_per_host=0, keepalive_timeout=30, ttl_dns_cache=300)
            self._session = aiohttp.ClientSession(connector=connector, timeout=self._timeout)
        parts = urlsplit(url)
        proxy = _proxy(parts.scheme, parts.hostname or "")
        return self._session.request(
            method, URL(url, encoded=True), allow_redirects=False, proxy=proxy or None, **options
        )

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()
            self._session = None


@cache
def _proxy(scheme: str, host: str) -> str:
    """The proxy that the machine's settings name for a host: read once, for it costs more than the call."""
    if is_loopback(host) or proxy_bypass(host):
        return ""
    return getproxies().get(scheme, "")


def is_loopback(host: str) -> bool:
    """Whether a name means this machine and no other."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_safe(url: str, *, loopback: bool = False) -> bool:
    """Whether a secret may be sent to an address: encrypted, or (if that is allowed) on this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if not host or parts.username or parts.password:
        return False
    return parts.scheme == "https" or (loopback and parts.scheme == "http" and is_loopback(host))
