"""The home workspace and our own account in it, asked from Slack once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from bots.platform import LaterError, RefusedError
from bots.platforms.slack.api import Api
from reseau import logs

_log = logs.get("slack")
_PAUSE = 5.0  # seconds between two failed requests
_PATIENCE = 1.5  # seconds that a caller waits: Slack itself waits three seconds for us


@dataclass(frozen=True, slots=True)
class Team:
    """The workspace that the token belongs to.

    Attributes:
        id: of the workspace, ``T…``.
        user: our own user in it.
        bot: our own bot id, which messages carry.
    """

    id: str
    user: str
    bot: str


class Home:
    """Holds the home workspace, once Slack has named it."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._team: Team | None = None
        self._asking: asyncio.Task[Team | None] | None = None
        self._not_before = 0.0

    async def team(self) -> Team:
        """The home workspace.

        Raises:
            LaterError: Slack has not named it yet.
        """
        if self._team is not None:
            return self._team
        if self._asking is None or self._asking.done():
            pause = self._not_before - time.monotonic()
            if pause > 0:
                raise LaterError(pause, "the home workspace is not known yet")
            self._asking = asyncio.create_task(self._ask())
        # A caller may give up; the request goes on for the next caller.
        await asyncio.wait((self._asking,), timeout=_PATIENCE)
        team = self._asking.result() if self._asking.done() else None
        if team is None:
            raise LaterError(_PAUSE, "the home workspace is not known yet")
        return team

    async def _ask(self) -> Team | None:
        try:
            response = await self._api.read("auth.test")
        except (LaterError, RefusedError) as error:
            self._not_before = time.monotonic() + _PAUSE
            _log.warning("home workspace unknown", reason=str(error))
            return None
        self._team = Team(
            str(response.get("team_id", "")), str(response.get("user_id", "")), str(response.get("bot_id", ""))
        )
        _log.info("home workspace known", team=self._team.id)
        return self._team

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Ask in the background until Slack has answered."""
        asking = asyncio.create_task(self._until_known())
        try:
            yield
        finally:
            for task in (asking, self._asking):
                if task is not None and not task.done():
                    task.cancel()
                    with suppress(asyncio.CancelledError):
                        await task

    async def _until_known(self) -> None:
        while True:
            try:
                await self.team()
            except LaterError as error:
                await asyncio.sleep(error.seconds)
            else:
                return
