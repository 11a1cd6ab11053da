"""The checkup asks Slack which steps are missing and says where to click; it refuses contradictory settings."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest

from bots.platform import PLATFORMS, Missing, Platform
from bots.platforms.slack.adapter import Slack
from bots.platforms.slack.manifest import SCOPES
from reseau.errors import ReseauError
from reseau.i18n import Words
from reseau.network import Network
from reseau.settings import Settings
from tests import looped
from tests.simulators.reception import MemoryReception
from tests.simulators.slack import APP_TOKEN, BOT_TOKEN, SECRET, Workspace

FRENCH = Words("fr")


def network(like: Network, **values: Any) -> Network:
    return Network(Settings(data=like.settings.data, **values), like.store)


def ask(network_: Network) -> Sequence[Missing]:
    return looped.run(Slack().missing(network_))


def in_french(missing: Missing) -> str:
    return f"{FRENCH(missing.what, **missing.values)} {FRENCH(missing.how, **missing.values)}"


def test_slack_keeps_the_port_of_platforms() -> None:
    assert isinstance(PLATFORMS["slack"], Platform)
    assert PLATFORMS["slack"].name == "slack"


def test_slack_loads_its_libraries_only_when_a_door_is_opened() -> None:
    code = "import sys; from bots.platform import PLATFORMS; PLATFORMS['slack']; print(*sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert "bots.platforms.slack.adapter" in loaded
    assert not {"slack_bolt", "slack_sdk", "aiohttp"} & set(loaded)


def test_without_a_token_and_in_a_demonstration_nothing_opens(sqlite_network: Network) -> None:
    bare = network(sqlite_network)
    demo = network(sqlite_network, slack_bot_token=BOT_TOKEN, slack_signing_secret=SECRET, demo=True)

    for installation in (bare, demo):
        assert Slack().open(installation, MemoryReception()) is None
        assert Slack().courier(installation) is None
    assert not Slack().configured(bare.settings)


def test_a_token_without_a_way_in_is_refused_in_a_sentence(sqlite_network: Network) -> None:
    with pytest.raises(ReseauError) as error:
        Slack().open(network(sqlite_network, slack_bot_token=BOT_TOKEN), MemoryReception())

    assert error.value.code == "E_SLACK_WAY"
    assert "SLACK_APP_TOKEN" in error.value.sentence(FRENCH)


def test_a_door_opens_for_a_secret_and_a_connection_for_an_app_token(sqlite_network: Network) -> None:
    http = Slack().open(
        network(sqlite_network, slack_bot_token=BOT_TOKEN, slack_signing_secret=SECRET), MemoryReception()
    )
    socket = Slack().open(
        network(sqlite_network, slack_bot_token=BOT_TOKEN, slack_app_token=APP_TOKEN), MemoryReception()
    )

    assert http is not None
    assert socket is not None
    assert (list(http.doors), list(socket.doors)) == (["/slack/events"], [])
    assert socket.running is not None


def test_nothing_is_missing_where_everything_is_there(slack_network: Network, workspace: Workspace) -> None:
    workspace.scopes = ",".join((*SCOPES, "files:read"))

    assert ask(slack_network) == []


def test_a_missing_token_is_said_with_where_to_find_it(sqlite_network: Network) -> None:
    (missing,) = ask(network(sqlite_network))

    assert "Slack n’a pas de jeton" in in_french(missing)
    assert "OAuth & Permissions" in in_french(missing)


def test_a_revoked_token_is_said(slack_network: Network, workspace: Workspace) -> None:
    workspace.tokens = ()

    (missing,) = ask(slack_network)

    assert "invalid_auth" in in_french(missing)
    assert BOT_TOKEN not in in_french(missing)


def test_missing_rights_are_named(slack_network: Network, workspace: Workspace) -> None:
    workspace.scopes = ",".join(scope for scope in SCOPES if scope not in ("im:write", "users:read.email"))

    (missing,) = ask(slack_network)

    assert "im:write, users:read.email" in in_french(missing)
    assert "channels:read" not in in_french(missing)


def test_neither_secret_nor_app_token_is_said(sqlite_network: Network, workspace: Workspace) -> None:
    installation = network(sqlite_network, slack_bot_token=BOT_TOKEN, slack_api_url=f"{workspace.url}/api/")

    (missing,) = ask(installation)

    assert "SLACK_SIGNING_SECRET" in in_french(missing)


def test_an_app_token_that_slack_refuses_is_said(sqlite_network: Network, workspace: Workspace) -> None:
    url = f"{workspace.url}/api"  # without its last slash
    right = network(sqlite_network, slack_bot_token=BOT_TOKEN, slack_app_token=APP_TOKEN, slack_api_url=url)
    wrong = network(sqlite_network, slack_bot_token=BOT_TOKEN, slack_app_token="xapp-other", slack_api_url=url)

    assert ask(right) == []
    (missing,) = ask(wrong)
    assert "SLACK_APP_TOKEN" in in_french(missing)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"slack_bot_token": APP_TOKEN, "slack_app_token": APP_TOKEN}, ["SLACK_BOT_TOKEN", "xoxb-"]),
        ({"slack_bot_token": BOT_TOKEN, "slack_app_token": BOT_TOKEN}, ["SLACK_APP_TOKEN", "xapp-"]),
        ({"slack_bot_token": "xoxb-… 1", "slack_app_token": APP_TOKEN}, ["SLACK_BOT_TOKEN", "Copy"]),
    ],
)
def test_a_token_that_cannot_be_one_is_said_without_asking_slack(
    values: dict[str, str], words: list[str], sqlite_network: Network
) -> None:
    installation = network(sqlite_network, slack_api_url="http://127.0.0.1:9/api/", **values)

    (missing,) = ask(installation)

    assert [word for word in words if word not in in_french(missing)] == []
    assert not any(value in in_french(missing) for value in values.values())
    with pytest.raises(ReseauError, match=words[0]) as error:
        Slack().open(installation, MemoryReception())
    assert error.value.code == "E_SLACK_FORM"


def test_a_way_in_without_a_token_is_refused_at_the_start(sqlite_network: Network) -> None:
    installation = network(sqlite_network, slack_signing_secret=SECRET)

    with pytest.raises(ReseauError, match="SLACK_BOT_TOKEN") as error:
        Slack().open(installation, MemoryReception())

    assert error.value.code == "E_SLACK_TOKEN"


def test_slack_that_does_not_answer_is_said(sqlite_network: Network) -> None:
    url = "http://127.0.0.1:9/api/"
    installation = network(sqlite_network, slack_bot_token=BOT_TOKEN, slack_signing_secret=SECRET, slack_api_url=url)

    (missing,) = ask(installation)

    assert url in in_french(missing)
