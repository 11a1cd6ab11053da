"""Opening the Slack platform: its routes and its background tasks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bots.platform import Reception
from bots.platforms.slack.app import App
from bots.platforms.slack.courier import SlackCourier
from bots.platforms.slack.door import Door
from bots.platforms.slack.home import Home
from bots.platforms.slack.names import Names
from bots.platforms.slack.socketmode import SocketMode
from reseau.services import Opened
from reseau.settings import Settings


def opened(settings: Settings, reception: Reception, names: Names, courier: SlackCourier, path: str) -> Opened:
    """Open events over HTTP if there is a signing secret, Socket Mode if there is an app token.

    Args:
        settings: with at least one of the two.
        reception: stores arrivals.
        names: of people and channels.
        courier: whose connections the doors use, and close at the end.
        path: of the door.
    """
    home = Home(courier.api)
    app = App(reception, home, names, settings.language, courier.api)
    secret, token = settings.slack_signing_secret, settings.slack_app_token
    socket = SocketMode(token, settings.slack_api_url, app.dispatch) if token else None

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(courier.close)
            await stack.enter_async_context(home.running())
            if socket is not None:
                await stack.enter_async_context(socket.running())
            yield

    return Opened({path: Door(secret, app.dispatch)} if secret else {}, running)
