"""Teams as a plug of the platforms."""

from __future__ import annotations

import subprocess
import sys

from bots.platform import PLATFORMS, Platform

HEAVY = ("botbuilder", "botframework", "msrest", "msal", "aiohttp", "jwt")


def test_teams_is_a_platform() -> None:
    teams = PLATFORMS["teams"]

    assert isinstance(teams, Platform)
    assert (teams.name, teams.title) == ("teams", "Microsoft Teams")


def test_its_libraries_are_loaded_only_when_it_is_opened() -> None:
    code = f"import sys, bots.platforms.teams as t; print([m for m in {HEAVY!r} if m in sys.modules], t.platform.name)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert result == "[] teams\n"
