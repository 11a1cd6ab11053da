"""Missing steps before Teams works, and where to click."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bots.platform import LaterError, Missing
from bots.platforms.teams.signing import SigningKeys, UnknownKeysError
from bots.platforms.teams.token import AppToken, TokenRefusedError
from bots.platforms.teams.wire import Wire
from reseau.i18n import N_
from reseau.settings import Settings

_ID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_PROMPT = 6.0  # seconds: a person waits for the answer

_NO_ID = Missing(
    N_("The app’s id for Teams is not set (MicrosoftAppId)."),
    N_(
        "Entra admin centre (entra.microsoft.com) → App registrations → New registration, "
        "then copy “Application (client) ID” into MicrosoftAppId."
    ),
)
_NO_PASSWORD = Missing(
    N_("The app’s secret for Teams is not set (MicrosoftAppPassword)."),
    N_(
        "Entra admin centre → App registrations → your app → Certificates & secrets → New client secret, "
        "then copy its “Value” (not its ID) into MicrosoftAppPassword."
    ),
)
_NO_TENANT = Missing(
    N_("The home tenant is not set (MicrosoftAppTenantId): nobody can be recognised as a colleague."),
    N_(
        "Entra admin centre → App registrations → your app → Overview, "
        "then copy “Directory (tenant) ID” into MicrosoftAppTenantId."
    ),
)
_NO_URL = Missing(
    N_("The public address is not set (RESEAU_PUBLIC_URL); Teams reaches us by https alone."),
    N_(
        "Set RESEAU_PUBLIC_URL to the https address of this server, then Azure portal → your Azure Bot → "
        "Configuration → Messaging endpoint: that address followed by /api/messages."
    ),
)
_NO_KEYS = N_("The signing keys of Teams cannot be read at {url}.")
_NO_KEYS_HOW = N_("Let this server reach that address (firewall, proxy), or correct RESEAU_TEAMS_OPENID_URL.")
_DEVELOPMENT = Missing(
    N_("Development mode is on: anybody on this machine may speak as Teams."),
    N_("For people to use it, remove RESEAU_TEAMS_DEV_UNAUTHENTICATED and set MicrosoftAppId."),
    fatal=False,
)
_UNREACHED = N_("Entra does not answer the question for a token.")
_UNREACHED_HOW = N_("Let this server reach {url} (firewall, proxy), then try again.")
_REFUSED = {
    "id": (
        N_("Entra does not know the app’s id in this tenant ({code})."),
        N_(
            "Compare MicrosoftAppId and MicrosoftAppTenantId with Entra admin centre → App registrations → "
            "your app → Overview."
        ),
    ),
    "secret": (
        N_("The app’s secret is wrong ({code})."),
        N_(
            "Entra admin centre → App registrations → your app → Certificates & secrets: make a new client secret "
            "and copy its “Value”, not its ID, into MicrosoftAppPassword."
        ),
    ),
    "expired": (
        N_("The app’s secret has expired ({code})."),
        N_(
            "Entra admin centre → App registrations → your app → Certificates & secrets → New client secret, "
            "then put its “Value” into MicrosoftAppPassword and restart."
        ),
    ),
    "tenant": (
        N_("Entra does not know the tenant ({code})."),
        N_(
            "Copy “Directory (tenant) ID” from Entra admin centre → App registrations → your app → Overview "
            "into MicrosoftAppTenantId."
        ),
    ),
    "": (
        N_("Entra refuses a token for the app ({code})."),
        N_(
            "Compare MicrosoftAppId, MicrosoftAppPassword and MicrosoftAppTenantId with Entra admin centre → "
            "App registrations → your app."
        ),
    ),
}


async def missing(settings: Settings) -> list[Missing]:
    """Return the missing steps; ask Microsoft whether the keys can be read and the app's values are right."""
    if settings.teams_dev_unauthenticated and not settings.teams_app_id:
        return [_DEVELOPMENT]
    if not settings.teams_app_id:
        return [_NO_ID]
    lacking = list(forms(settings))
    if lacking:
        return lacking
    if settings.teams_app_password is None:
        lacking.append(_NO_PASSWORD)
    if not settings.teams_tenant_id:
        lacking.append(_NO_TENANT)
    wire = Wire(_PROMPT)
    try:
        if settings.teams_app_password is not None:
            lacking.extend(await _token(settings, wire))
        lacking.extend(await _keys(settings, wire))
    finally:
        await wire.close()
    if not settings.public_url:  # the general checkup reports an address that Teams cannot reach
        lacking.append(_NO_URL)
    return lacking


def forms(settings: Settings) -> Iterator[Missing]:
    """Malformed ids, found without asking Entra."""
    for name, value, how in (
        ("MicrosoftAppId", settings.teams_app_id, _NO_ID.how),
        ("MicrosoftAppTenantId", settings.teams_tenant_id, _NO_TENANT.how),
    ):
        if value and not _ID.fullmatch(value):
            sentence = N_("{name} is not an id, which has the form 00000000-0000-0000-0000-000000000000.")
            yield Missing(sentence, how, {"name": name})


async def _token(settings: Settings, wire: Wire) -> list[Missing]:
    try:
        await AppToken(settings, wire).bearer()
    except TokenRefusedError as refused:
        what, how = _REFUSED[refused.part]
        return [Missing(what, how, {"code": refused.code})]
    except LaterError:
        return [Missing(_UNREACHED, _UNREACHED_HOW, {"url": _token_url(settings)})]
    return []


def _token_url(settings: Settings) -> str:
    return settings.teams_token_url.replace("{tenant}", settings.teams_tenant_id or "common")


async def _keys(settings: Settings, wire: Wire) -> list[Missing]:
    try:
        await SigningKeys(settings.teams_openid_url, wire).key("")
    except UnknownKeysError:
        return [Missing(_NO_KEYS, _NO_KEYS_HOW, {"url": settings.teams_openid_url})]
    return []
