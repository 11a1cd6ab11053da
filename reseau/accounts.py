"""Accounts meet their members: who somebody on Slack or Teams is here.

An account is joined to a member by a verified e-mail of the home organisation, by an administrator, by an import that
an administrator ran, or by sign-in; never by an e-mail that another organisation vouches for.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """What somebody is in the home workspace or tenant."""

    HOME = "home"  # a full member of it
    GUEST = "guest"  # let in by it, with fewer rights
    OUTSIDE = "outside"  # of another workspace or tenant
    BOT = "bot"
    GONE = "gone"  # the account was closed


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody as a platform knows him or her.

    Attributes:
        platform: ``slack``, ``teams``.
        tenant: the home workspace or tenant.
        native_id: the platform's lasting id of the account.
        standing: what the account is there, by the platform's own word.
        name: as the platform shows it.
        email: as the platform verified it; empty where it tells none.
        key: of the same person in exports of this platform (``reseau/keys.py``), empty where there are none.
        photo_url, language, timezone, job: as the platform knows them, empty where it does not.
    """

    platform: str
    tenant: str
    native_id: str
    standing: str
    name: str = ""
    email: str = ""
    key: str = ""
    photo_url: str = ""
    language: str = ""
    timezone: str = ""
    job: str = ""
