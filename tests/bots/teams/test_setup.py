"""The checkup of Teams names each missing step."""

from __future__ import annotations

from typing import Any

import pytest

from bots.platform import Missing
from bots.platforms.teams import platform
from reseau.i18n import LANGUAGES, Words
from tests import looped
from tests.bots.teams.conftest import Networks
from tests.simulators.teams import TeamsSimulator

PUBLIC = {"public_url": "https://rse.example.org"}


def sentences(steps: list[Missing], language: str = "en") -> list[str]:
    t = Words(language)
    return [t(step.what, **step.values) + " " + t(step.how, **step.values) for step in steps]


def missing(networks: Networks, **settings: Any) -> list[Missing]:
    return list(looped.run(platform.missing(networks(**settings))))


def test_nothing_is_missing_where_all_is_set(network_with: Networks, microsoft: TeamsSimulator) -> None:
    assert missing(network_with, **microsoft.settings(**PUBLIC)) == []


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"teams_app_password": None}, ["MicrosoftAppPassword", "Certificates & secrets"]),
        ({"teams_tenant_id": None}, ["MicrosoftAppTenantId", "Overview"]),
        ({"public_url": ""}, ["RESEAU_PUBLIC_URL", "Messaging endpoint", "/api/messages"]),
        ({"teams_app_password": "wrong"}, ["secret is wrong", "AADSTS7000215"]),
        ({"teams_openid_url": "http://127.0.0.1:9/"}, ["signing keys", "http://127.0.0.1:9/"]),
        ({"teams_token_url": "http://127.0.0.1:9/"}, ["does not answer", "http://127.0.0.1:9/"]),
    ],
)
def test_what_is_missing_is_said_with_where_to_click(
    settings: dict[str, Any], words: list[str], network_with: Networks, microsoft: TeamsSimulator
) -> None:
    steps = missing(network_with, **{**microsoft.settings(**PUBLIC), **settings})

    (sentence,) = sentences(steps)
    assert [word for word in words if word not in sentence] == []
    assert steps[0].fatal
    for language in LANGUAGES:
        assert sentences(steps, language)


@pytest.mark.parametrize("name", ["teams_app_id", "teams_tenant_id"])
def test_an_id_that_is_none_is_said_without_asking_entra(
    name: str, network_with: Networks, microsoft: TeamsSimulator
) -> None:
    settings = {**microsoft.settings(**PUBLIC), "teams_token_url": "http://127.0.0.1:9/", name: "rse.example.org"}

    (sentence,) = sentences(missing(network_with, **settings))
    assert "00000000-0000-0000-0000-000000000000" in sentence
    assert "rse.example.org" not in sentence


def test_the_tenant_stands_in_the_address_that_gives_no_token(
    network_with: Networks, microsoft: TeamsSimulator
) -> None:
    settings = {**microsoft.settings(**PUBLIC), "teams_token_url": "http://127.0.0.1:9/{tenant}/token"}

    (sentence,) = sentences(missing(network_with, **settings))
    assert f"http://127.0.0.1:9/{settings['teams_tenant_id']}/token" in sentence


def test_development_beside_an_app_is_refused_before_anything_else(
    network_with: Networks, microsoft: TeamsSimulator
) -> None:
    (sentence,) = sentences(missing(network_with, **microsoft.settings(teams_dev_unauthenticated=True)))

    assert "MicrosoftAppId" in sentence


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("AADSTS700016", "MicrosoftAppId"),
        ("AADSTS7000222", "has expired"),
        ("AADSTS90002", "tenant"),
        ("AADSTS99999", "refuses"),
        ("<b>", "refuses"),
    ],
)
def test_entra_s_answer_says_which_value_is_wrong(
    code: str, name: str, network_with: Networks, microsoft: TeamsSimulator
) -> None:
    microsoft.token_answer = (400, {"error": "unauthorized_client", "error_description": f"{code}: <b>long</b> story"})

    (sentence,) = sentences(missing(network_with, **microsoft.settings(**PUBLIC)))
    assert name in sentence
    assert "<b>" not in sentence


def test_without_an_app_the_first_step_is_to_make_one(network_with: Networks) -> None:
    (sentence,) = sentences(missing(network_with))

    assert "App registrations → New registration" in sentence


def test_development_mode_is_named_and_works(network_with: Networks) -> None:
    (steps,) = missing(network_with, teams_dev_unauthenticated=True)

    assert not steps.fatal
    assert "Development mode" in sentences([steps])[0]
