"""Missing steps before Slack works, and where to click; checked by calling Slack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import aiohttp
from pydantic import SecretStr

from bots.platform import Missing
from bots.platforms.slack.manifest import SCOPES
from reseau.i18n import N_
from reseau.settings import Settings

_TIMEOUT = aiohttp.ClientTimeout(total=10)
_SILENT = N_("Slack does not answer at {url}.")
_NETWORK = N_("Check that this machine may reach Slack (proxy, firewall), and RESEAU_SLACK_API_URL if it is set.")


async def missing(settings: Settings) -> Sequence[Missing]:
    """Return the steps still to be done; empty if none is left."""
    if settings.slack_bot_token is None:
        return [
            Missing(
                N_("Slack has no token."),
                N_(
                    "On api.slack.com/apps, open your app, then OAuth & Permissions → Install to workspace, and set "
                    "SLACK_BOT_TOKEN to the “Bot User OAuth Token” (xoxb-…)."
                ),
            )
        ]
    lacking = list(forms(settings))
    if lacking:
        return lacking  # Slack would refuse them, and name another reason
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        lacking.append(_no_way_in())
    folder = _folder(settings)
    # A company's proxy leads to Slack, and never to the address of a test.
    proxied = folder.startswith("https:")
    async with aiohttp.ClientSession(timeout=_TIMEOUT, base_url=folder, trust_env=proxied) as session:
        lacking += await _bot(session, settings.slack_bot_token, settings)
        if settings.slack_app_token is not None:
            lacking += await _socket(session, settings.slack_app_token, settings)
    return lacking


def forms(settings: Settings) -> Iterator[Missing]:
    """Tokens whose form is wrong, which needs no call to Slack."""
    for name, token, begins in (
        ("SLACK_BOT_TOKEN", settings.slack_bot_token, "xoxb-"),
        ("SLACK_APP_TOKEN", settings.slack_app_token, "xapp-"),
    ):
        value = token.get_secret_value() if token is not None else begins
        if not value.startswith(begins):
            yield Missing(
                N_("{name} does not begin with {begins}: it is another token."),
                N_("Check whether SLACK_BOT_TOKEN (xoxb-…) and SLACK_APP_TOKEN (xapp-…) are swapped."),
                {"name": name, "begins": begins},
            )
        elif not value.isascii() or not value.isprintable() or " " in value:
            yield Missing(
                N_("{name} holds a space or a character that no token has."),
                N_("Copy it again, whole, with Slack’s own button “Copy”."),
                {"name": name},
            )


def _no_way_in() -> Missing:
    return Missing(
        N_("Slack has no way to reach us: neither an app token nor a signing secret."),
        N_(
            "On api.slack.com/apps, open your app: either Socket Mode → Enable, with an app-level token for "
            "SLACK_APP_TOKEN, or Basic Information → App Credentials → Signing Secret for SLACK_SIGNING_SECRET."
        ),
    )


async def _bot(session: aiohttp.ClientSession, token: SecretStr, settings: Settings) -> list[Missing]:
    response, headers = await _ask(session, "auth.test", token)
    if response is None:
        return [_silent(settings)]
    if response.get("ok") is not True:
        return [
            Missing(
                N_("Slack refuses the token of SLACK_BOT_TOKEN ({reason})."),
                N_(
                    "On api.slack.com/apps, open your app, then OAuth & Permissions → Reinstall to workspace, and copy "
                    "the “Bot User OAuth Token” (xoxb-…) again."
                ),
                {"reason": _reason(response)},
            )
        ]
    granted = headers.get("x-oauth-scopes")
    if granted is None:
        return []
    scopes = {scope.strip() for scope in granted.split(",")}
    lacking = [scope for scope in SCOPES if scope not in scopes]
    if not lacking:
        return []
    return [
        Missing(
            N_("The app has no right to: {scopes}."),
            N_(
                "On api.slack.com/apps, open your app, then OAuth & Permissions → Scopes → Bot Token Scopes: add them, "
                "and reinstall the app to the workspace."
            ),
            {"scopes": ", ".join(lacking)},
        )
    ]


async def _socket(session: aiohttp.ClientSession, token: SecretStr, settings: Settings) -> list[Missing]:
    response, _ = await _ask(session, "apps.connections.open", token)
    if response is None:
        return [_silent(settings)]
    if response.get("ok") is True:
        return []
    return [
        Missing(
            N_("Slack refuses the token of SLACK_APP_TOKEN ({reason})."),
            N_(
                "On api.slack.com/apps, open your app: Socket Mode → Enable, then Basic Information → App-Level Tokens "
                "→ a token with the scope connections:write (xapp-…)."
            ),
            {"reason": _reason(response)},
        )
    ]


async def _ask(
    session: aiohttp.ClientSession, method: str, token: SecretStr
) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """Slack's response and its headers, or ``None`` if it does not answer."""
    headers = {"Authorization": f"Bearer {token.get_secret_value()}"}
    try:
        async with session.post(method, headers=headers) as answer:
            response = await answer.json(content_type=None)
            return (response if isinstance(response, dict) else None), {k.lower(): v for k, v in answer.headers.items()}
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return None, {}


def _silent(settings: Settings) -> Missing:
    return Missing(_SILENT, _NETWORK, {"url": settings.slack_api_url})


def _reason(response: dict[str, Any]) -> str:
    return str(response.get("error") or "?")


def _folder(settings: Settings) -> str:
    return settings.slack_api_url if settings.slack_api_url.endswith("/") else f"{settings.slack_api_url}/"
