"""Microsoft Teams: an endpoint for its events, a courier for our messages. Bot Framework stays in this folder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bots.platform import Courier, Missing, Reception
from reseau.errors import ReseauError
from reseau.i18n import N_
from reseau.network import Network
from reseau.services import Opened
from reseau.settings import Settings

if TYPE_CHECKING:
    from bots.platforms.teams.connector import Connector
    from bots.platforms.teams.people import People
    from bots.platforms.teams.wire import Wire

DOOR = "/api/messages"
_BEYOND = N_(
    "RESEAU_TEAMS_DEV_UNAUTHENTICATED would let anybody who reaches this server speak as Teams, and it listens beyond "
    "this machine. Remove the setting, or set RESEAU_HTTP_HOST to 127.0.0.1."
)
_PUBLIC = N_(
    "RESEAU_TEAMS_DEV_UNAUTHENTICATED would let anybody who reaches this server speak as Teams, and a public address "
    "is set. Remove the setting, or RESEAU_PUBLIC_URL."
)
_BOTH = N_(
    "RESEAU_TEAMS_DEV_UNAUTHENTICATED lets anybody on this machine speak as Teams, and an app is set. "
    "Remove the setting, or MicrosoftAppId."
)


class Teams:
    """The platform. Its parts are loaded when it is opened: its library takes half a second."""

    name = "teams"
    title = "Microsoft Teams"

    def __init__(self) -> None:
        self._people: dict[str, People] = {}

    def configured(self, settings: Settings) -> bool:
        """Whether an app is named, or development mode is set; the demonstration never connects."""
        return not settings.demo and bool(settings.teams_app_id or settings.teams_dev_unauthenticated)

    def open(self, network: Network, reception: Reception) -> Opened | None:
        """The endpoint, and the connections that are open meanwhile.

        Raises:
            ReseauError: the settings name half an app, or would let in anyone.
        """
        settings = network.settings
        if not self.configured(settings):
            _check_silent(settings)
            return None
        _check(settings)
        from bots.platforms.teams.door import Door
        from bots.platforms.teams.places import Places
        from bots.platforms.teams.signing import SigningKeys
        from bots.platforms.teams.wire import Wire

        wire = Wire()
        keys = SigningKeys(settings.teams_openid_url, wire)
        connector = _connector(settings, wire)
        door = Door(settings, reception, keys, connector, Places(network), self._known(network))

        @asynccontextmanager
        async def running() -> AsyncIterator[None]:
            try:
                if settings.teams_app_id:
                    await keys.look()
                yield
            finally:
                await wire.close()

        return Opened({DOOR: door}, running)

    def courier(self, network: Network) -> Courier | None:
        """Return the courier for cards and posts to Teams."""
        settings = network.settings
        if not self.configured(settings):
            return None
        _check(settings)
        from bots.platforms.teams.courier import TeamsCourier
        from bots.platforms.teams.places import Places
        from bots.platforms.teams.wire import Wire

        wire = Wire()
        return TeamsCourier(settings, wire, _connector(settings, wire), Places(network), self._known(network))

    async def missing(self, network: Network) -> Sequence[Missing]:
        """Return the steps still to be done in Entra, in Azure and here."""
        try:
            _check(network.settings)
        except ReseauError as error:
            if error.code == "E_TEAMS_DEVELOPMENT":
                return [Missing(error.message, "", error.values)]
        from bots.platforms.teams.setup import missing

        return await missing(network.settings)

    def _known(self, network: Network) -> People:
        from bots.platforms.teams.people import People

        return self._people.setdefault(network.store.address, People())


def _connector(settings: Settings, wire: Wire) -> Connector:
    from bots.platforms.teams.connector import Connector
    from bots.platforms.teams.token import AppToken

    return Connector(settings, wire, AppToken(settings, wire) if settings.teams_app_id else None)


def _check(settings: Settings) -> None:
    if settings.teams_dev_unauthenticated:
        for wrong, sentence in (
            (settings.beyond_loopback, _BEYOND),
            (bool(settings.public_url), _PUBLIC),
            (bool(settings.teams_app_id), _BOTH),
        ):
            if wrong:
                raise ReseauError("E_TEAMS_DEVELOPMENT", sentence)
    elif settings.teams_app_password is None:
        raise ReseauError(
            "E_TEAMS_SECRET",
            N_(
                "MicrosoftAppId is set and MicrosoftAppPassword is not. Copy the secret from Entra admin centre → "
                "App registrations → your app → Certificates & secrets, or remove the id."
            ),
        )
    elif not settings.teams_tenant_id:
        raise ReseauError(
            "E_TEAMS_TENANT",
            N_(
                "The home tenant is not set (MicrosoftAppTenantId), so nobody could be recognised as a colleague. "
                "reseau doctor teams says where it is."
            ),
        )
    else:
        from bots.platforms.teams.setup import forms

        for wrong_form in forms(settings):
            raise ReseauError("E_TEAMS_FORM", wrong_form.what, **wrong_form.values)


def _check_silent(settings: Settings) -> None:
    """Refuse to start without Teams if some of its settings are there."""
    half = {
        "MicrosoftAppPassword": settings.teams_app_password is not None,
        "MicrosoftAppTenantId": bool(settings.teams_tenant_id),
    }
    for name in [] if settings.demo else [name for name, is_set in half.items() if is_set]:
        raise ReseauError(
            "E_TEAMS_ID",
            N_(
                "{name} is set but MicrosoftAppId is not, so nobody could be answered in Teams. Set it too, or remove "
                "the other. reseau doctor teams says where it is."
            ),
            name=name,
        )


platform = Teams()
