"""The manifest of the Slack app: its name, its permissions, its events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from bots import shortcuts
from bots.command import Command, all_commands
from bots.menu import ManifestError, fitting, menu, presentation, root
from bots.platforms.slack.adapter import EVENTS as DOOR
from reseau.i18n import N_, Words
from reseau.settings import Settings

#: What the app may do. The guides say why for each, and a test compares.
SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:read",
    "chat:write",
    "chat:write.customize",
    "commands",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "reactions:read",
    "users:read",
    "users:read.email",
)

#: The events that Slack sends.
EVENTS = (
    "app_home_opened",
    "app_mention",
    "member_joined_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "reaction_added",
    "reaction_removed",
    "team_join",
    "user_change",
)

#: What Slack wants before it tells of addresses of ours, and shows what stands behind them.
_UNFOLDING_SCOPES = ("links:read", "links:write")
_MOST_NAME, _MOST_ROOT, _MOST_TEXT, _MOST_HINT = 35, 31, 4000, 10
_COLOUR = "#0f5f9a"


def slash_command(settings: Settings) -> str:
    """The command that people type, such as ``/rse``.

    Raises:
        bots.menu.ManifestError: none can be made of the setting.
    """
    return "/" + root(settings.command, _MOST_ROOT)


def manifest(settings: Settings, *, http: bool = False, commands: Sequence[Command] | None = None) -> dict[str, Any]:
    """The manifest of the app, to be pasted into Slack's page for new apps.

    Args:
        settings: the network's name, the language of texts, and with ``http`` the public address.
        http: whether Slack calls us over HTTPS; else the app opens a socket to Slack, and no port is open here.
        commands: the verbs, all there are when not given.

    Raises:
        bots.menu.ManifestError: a name that Slack would refuse, or no address for Slack to call.
    """
    verbs = all_commands() if commands is None else commands
    t = Words(settings.language, settings.zone)
    address = {"request_url": _address(settings)} if http else {}
    domain = urlsplit(settings.public_url).hostname or ""
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": fitting(settings.name, _MOST_NAME),
            "description": t("The company’s social network: ask, share, find who knows, without leaving Slack."),
            "long_description": presentation(verbs, t, _MOST_TEXT),
            "background_color": _COLOUR,
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": settings.name, "always_online": True},
            "agent_view": _agent(verbs, t),
            "shortcuts": [_shortcut(shortcut, t) for shortcut in shortcuts.offered(verbs)],
            "slash_commands": [_command(settings, verbs, t, address)],
            **({"unfurl_domains": [domain]} if domain else {}),
        },
        "oauth_config": {"scopes": {"bot": [*SCOPES, *(_UNFOLDING_SCOPES if domain else ())]}},
        "settings": {
            "event_subscriptions": {**address, "bot_events": [*EVENTS, *(("link_shared",) if domain else ())]},
            "interactivity": {"is_enabled": True, **address, **_choices(address)},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not http,
            "token_rotation_enabled": False,
        },
    }


def _agent(verbs: Sequence[Command], t: Words) -> dict[str, Any]:
    """Return the verbs that Slack proposes in the chat with us, as people type them."""
    ids = ("feed", "ask", "expert", "idea")
    by_id = {verb.id: verb for verb in verbs}
    prompts = [by_id[id_].name(t.language).capitalize() for id_ in ids if id_ in by_id]
    return {
        "agent_description": t("Ask, find who knows, propose an idea, find a document again."),
        "suggested_prompts": [{"title": prompt, "message": prompt} for prompt in prompts],
    }


def _shortcut(shortcut: shortcuts.Shortcut, t: Words) -> dict[str, str]:
    return {
        "name": t(shortcut.title),
        "type": "message" if shortcut.on_message else "global",
        "callback_id": shortcut.id,
        "description": t(shortcut.what),
    }


def _choices(address: Mapping[str, str]) -> dict[str, str]:
    """Return the address that Slack asks for the choices of a long list while somebody types."""
    return {"message_menu_options_url": address["request_url"]} if address else {}


def _command(settings: Settings, verbs: Sequence[Command], t: Words, address: Mapping[str, str]) -> dict[str, Any]:
    return {
        "command": slash_command(settings),
        "description": t("Ask, search, share: a word, then what it is about"),
        "usage_hint": " | ".join(verb.name(t.language) for verb in menu(verbs, _MOST_HINT)),
        "should_escape": True,  # people and channels arrive as ids, which a changed name cannot mislead
        **({"url": address["request_url"]} if address else {}),
    }


def _address(settings: Settings) -> str:
    if not settings.public_url.startswith("https://"):
        raise ManifestError(
            "E_PUBLIC_URL",
            N_(
                "Slack calls an address that begins with https://: set it as RESEAU_PUBLIC_URL, or leave out --http, "
                "for Socket Mode needs no address."
            ),
        )
    return settings.public_url.rstrip("/") + DOOR
