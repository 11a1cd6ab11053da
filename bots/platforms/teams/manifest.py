"""The app that Teams is given: a zip with the manifest, its two pictures and its words in each language."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version as version_of
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from bots import shortcuts
from bots.command import Command, all_commands
from bots.menu import ManifestError, first_sentence, fitting, menu, presentation
from bots.platforms.teams import icons
from reseau.i18n import LANGUAGES, N_, Words
from reseau.settings import Settings

#: What lets the app read what is said in a team, for linked channels; the owner of each team is asked.
CHANNEL_MESSAGES = "ChannelMessage.Read.Group"

_MOST_NAME, _MOST_FULL_NAME, _MOST_TEXT, _MOST_DEVELOPER = 30, 100, 4000, 32
# What the oldest form takes, so that one list suits every tenant.
_MOST_VERBS, _MOST_TITLE, _MOST_WHAT = 10, 32, 128
_COLOUR = "#0F5F9A"
_SAME_MOMENT = (1980, 1, 1, 0, 0, 0)  # the oldest date of the zip format, so that the same settings make the same bytes


class Form(StrEnum):
    """The versions of Microsoft's manifest that can be made.

    The older is for tenants that refuse the newer; it has no answers in a channel that one person alone sees.
    """

    NEW = "1.29"
    OLD = "1.20"


@dataclass(frozen=True, slots=True)
class Publisher:
    """The publisher of the app, as Teams shows it; empty fields are filled from the settings.

    Attributes:
        name: of the company or team.
        privacy_url: of the page about stored data.
        terms_url: of the charter.
    """

    name: str = ""
    privacy_url: str = ""
    terms_url: str = ""


def package(
    settings: Settings,
    publisher: Publisher | None = None,
    *,
    form: Form = Form.NEW,
    channels: bool = True,
    commands: Sequence[Command] | None = None,
) -> bytes:
    """The zip to upload to Teams.

    Args:
        settings: the network's name, the public address, the app's id and the language.
        publisher: who gives the app to people.
        form: the version of the manifest.
        channels: whether it may read messages in channels, which linked channels need.
        commands: the verbs, all there are when not given.

    Raises:
        bots.menu.ManifestError: a setting is missing, or Teams would refuse it.
    """
    verbs = all_commands() if commands is None else commands
    files: dict[str, str | bytes] = {
        "manifest.json": _json(manifest(settings, publisher, form=form, channels=channels, commands=verbs)),
        "color.png": icons.colour(),
        "outline.png": icons.outline(),
        **{
            f"{language}.json": _json(localisation(settings, language, form=form, commands=verbs))
            for language in LANGUAGES
        },
    }
    archive_bytes = io.BytesIO()
    with zipfile.ZipFile(archive_bytes, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _SAME_MOMENT), content, zipfile.ZIP_DEFLATED)
    return archive_bytes.getvalue()


def manifest(
    settings: Settings,
    publisher: Publisher | None = None,
    *,
    form: Form = Form.NEW,
    channels: bool = True,
    commands: Sequence[Command] | None = None,
) -> dict[str, Any]:
    """The manifest itself; arguments and refusals are those of :func:`package`."""
    verbs = all_commands() if commands is None else commands
    t = Words(settings.language, settings.zone)
    publisher = publisher or Publisher()
    app, site = _app_id(settings), _site(settings)
    return {
        "$schema": f"https://developer.microsoft.com/en-us/json-schemas/teams/v{form}/MicrosoftTeams.schema.json",
        "manifestVersion": form.value,
        "version": version_of("reseau"),
        "id": app,
        "developer": {
            "name": fitting(publisher.name or settings.name, _MOST_DEVELOPER),
            "websiteUrl": site,
            "privacyUrl": publisher.privacy_url or site,
            "termsOfUseUrl": publisher.terms_url or site,
        },
        "name": {"short": fitting(settings.name, _MOST_NAME), "full": _full_name(settings, t)},
        "description": {"short": _short(t), "full": presentation(verbs, t, _MOST_TEXT)},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": _COLOUR,
        "localizationInfo": _languages(settings),
        "bots": [_bot(app, verbs, t, form)],
        "composeExtensions": [
            {"botId": app, "commands": [_action(shortcut, t) for shortcut in shortcuts.offered(verbs)]}
        ],
        "validDomains": [urlsplit(site).hostname],
        # What an app may ask of a team is tied to its id; the address is required, and unused.
        "webApplicationInfo": {"id": app, "resource": site},
        **({"authorization": _authorization()} if channels else {}),
    }


def localisation(
    settings: Settings, language: str, *, form: Form = Form.NEW, commands: Sequence[Command] | None = None
) -> dict[str, str]:
    """The words of the manifest in one language, by their place in it."""
    verbs = all_commands() if commands is None else commands
    t = Words(language, settings.zone)
    titles = {
        f"bots[0].commandLists[{list_}].commands[{place}].{name}": value
        for list_ in range(len(_LISTS))
        for place, entry in enumerate(_entries(verbs, t))
        for name, value in entry.items()
    }
    actions = {
        f"composeExtensions[0].commands[{place}].{name}": _action(shortcut, t)[name]
        for place, shortcut in enumerate(shortcuts.offered(verbs))
        for name in ("title", "description")
    }
    return {
        "$schema": f"https://developer.microsoft.com/en-us/json-schemas/teams/v{form}/"
        "MicrosoftTeams.Localization.schema.json",
        "name.short": fitting(settings.name, _MOST_NAME),
        "name.full": _full_name(settings, t),
        "description.short": _short(t),
        "description.full": presentation(verbs, t, _MOST_TEXT),
        **titles,
        **actions,
    }


_LISTS: Sequence[Mapping[str, list[str]]] = (
    {"scopes": ["team", "groupChat"], "triggers": ["mention", "slash"]},
    {"scopes": ["personal"]},
)


def _bot(app: str, verbs: Sequence[Command], t: Words, form: Form) -> dict[str, Any]:
    new = form is Form.NEW
    return {
        "botId": app,
        "scopes": ["personal", "team", "groupChat"],
        "supportsFiles": False,
        "isNotificationOnly": False,
        **({"supportsTargetedMessages": True} if new else {}),
        "commandLists": [
            {**{key: commands[key] for key in commands if new or key != "triggers"}, "commands": _entries(verbs, t)}
            for commands in _LISTS
        ],
    }


def _action(shortcut: shortcuts.Shortcut, t: Words) -> dict[str, Any]:
    """A form in the menu of a message, or beside the box in which messages are written."""
    return {
        "id": shortcut.id,
        "type": "action",
        "title": t(shortcut.title),
        "description": t(shortcut.what),
        "context": ["message"] if shortcut.on_message else ["compose", "commandBox"],
        "fetchTask": True,
    }


def _entries(verbs: Sequence[Command], t: Words) -> list[dict[str, str]]:
    """The verbs of the menu; Teams sends a title as if the person had typed it, so it is the verb's own name."""
    return [
        {
            "title": _title(verb, t.language),
            "description": first_sentence(t(verb.summary), _MOST_WHAT),
        }
        for verb in menu(verbs, _MOST_VERBS)
    ]


def _title(verb: Command, language: str) -> str:
    name = verb.name(language).capitalize()
    if len(name) > _MOST_TITLE:
        raise ManifestError(
            "E_TITLE_LONG",
            N_("The verb “{name}” is longer than the {most} characters that Teams shows."),
            name=name,
            most=_MOST_TITLE,
        )
    return name


def _full_name(settings: Settings, t: Words) -> str:
    return t("{name}, the company’s social network", name=settings.name)[:_MOST_FULL_NAME]


def _short(t: Words) -> str:
    return t("Ask, share, find who knows, without leaving Teams.")


def _languages(settings: Settings) -> dict[str, Any]:
    return {
        "defaultLanguageTag": settings.language,
        "defaultLanguageFile": f"{settings.language}.json",
        "additionalLanguages": [
            {"languageTag": language, "file": f"{language}.json"}
            for language in LANGUAGES
            if language != settings.language
        ],
    }


def _authorization() -> dict[str, Any]:
    return {"permissions": {"resourceSpecific": [{"name": CHANNEL_MESSAGES, "type": "Application"}]}}


def _app_id(settings: Settings) -> str:
    try:
        return str(UUID(settings.teams_app_id or ""))
    except ValueError:
        raise ManifestError(
            "E_APP_ID",
            N_(
                "Set MicrosoftAppId first: the app’s id in Entra, 36 characters such as "
                "11111111-2222-4333-8444-555555555555. It is on the app’s first page there."
            ),
        ) from None


def _site(settings: Settings) -> str:
    address = urlsplit(settings.public_url)
    if address.scheme != "https" or not address.hostname:
        raise ManifestError(
            "E_TEAMS_URL",
            N_("Teams needs an address that begins with https://: set it first, as RESEAU_PUBLIC_URL."),
        )
    return settings.public_url.rstrip("/") + "/"


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
