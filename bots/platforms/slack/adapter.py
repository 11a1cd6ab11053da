"""Slack as a platform: ``bots.platform.Platform``. Slack's libraries load only when the platform is opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bots.platform import Courier, Missing, Reception
from bots.platforms.slack.names import Names
from reseau.errors import ReseauError
from reseau.i18n import N_
from reseau.network import Network
from reseau.services import Opened
from reseau.settings import Settings

if TYPE_CHECKING:
    from bots.platforms.slack.courier import SlackCourier

EVENTS = "/slack/events"


class Slack:
    """One workspace, as the settings name it."""

    name = "slack"
    title = "Slack"

    def __init__(self) -> None:
        self._names = Names()

    def configured(self, settings: Settings) -> bool:
        return settings.slack_bot_token is not None

    def calling(self, settings: Settings, *, thread: bool) -> str:
        """The command; in a thread Slack takes none, so there our name is."""
        from bots.menu import ManifestError
        from bots.platforms.slack.manifest import slash_command

        try:
            return f"@{settings.name}" if thread else slash_command(settings)
        except ManifestError:
            return f"@{settings.name}"

    def open(self, network: Network, reception: Reception) -> Opened | None:
        """The endpoint for events over HTTP, Socket Mode, or both; ``None`` without a token and in a demonstration.

        Raises:
            reseau.errors.ReseauError: there is a token, and no way for Slack to reach us; or a way, and no token;
                or a token that cannot be one.
        """
        settings = network.settings
        courier = self._courier(settings)
        if courier is None:
            _check_token(settings)
            return None
        if settings.slack_app_token is None and settings.slack_signing_secret is None:
            raise ReseauError(
                "E_SLACK_WAY",
                N_(
                    "Slack has a token and no way in. Set SLACK_APP_TOKEN (Socket Mode, no open port) or "
                    "SLACK_SIGNING_SECRET (events over HTTP)."
                ),
            )
        from bots.platforms.slack.opening import opened
        from bots.platforms.slack.setup import forms

        for wrong in forms(settings):
            raise ReseauError("E_SLACK_FORM", wrong.what, **wrong.values)
        return opened(settings, reception, self._names, courier, EVENTS)

    def courier(self, network: Network) -> Courier | None:
        return self._courier(network.settings)

    def _courier(self, settings: Settings) -> SlackCourier | None:
        # A demonstration never talks to a real workspace.
        if settings.demo or settings.slack_bot_token is None:
            return None
        from bots.platforms.slack.api import Api
        from bots.platforms.slack.courier import SlackCourier

        return SlackCourier(Api(settings.slack_bot_token, settings.slack_api_url), self._names)

    async def missing(self, network: Network) -> Sequence[Missing]:
        from bots.platforms.slack import setup

        return await setup.missing(network.settings)


def _check_token(settings: Settings) -> None:
    if not settings.demo and (settings.slack_app_token is not None or settings.slack_signing_secret is not None):
        raise ReseauError(
            "E_SLACK_TOKEN",
            N_(
                "Slack can reach us but has given us no token: set SLACK_BOT_TOKEN, or remove SLACK_APP_TOKEN and "
                "SLACK_SIGNING_SECRET. reseau doctor slack says where it is."
            ),
        )
