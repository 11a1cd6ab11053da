"""The manifest of our Slack app."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from bots.command import all_commands
from bots.menu import ManifestError
from bots.platforms.slack.manifest import EVENTS, SCOPES, manifest, slash_command
from bots.speech.parser import Understood, parse
from reseau.settings import Settings, load_settings
from tests.bots.schemas import SLACK_LIMITS, refused

# The scopes that Slack requires for each event, from its reference of events.
NEEDED = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "reaction_added": {"reactions:read"},
    "reaction_removed": {"reactions:read"},
    "team_join": {"users:read"},
    "user_change": {"users:read"},
}


def settings(**chosen: Any) -> Settings:
    return load_settings(**chosen)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("http", [False, True])
def test_it_keeps_to_the_limits_of_slack(language: str, http: bool) -> None:
    made = manifest(settings(language=language, public_url="https://rse.example.org"), http=http)

    assert refused(SLACK_LIMITS, made) == []


def test_what_is_over_a_limit_is_seen() -> None:
    made = manifest(settings())
    made["display_information"]["name"] = "N" * 36
    made["features"]["slash_commands"] *= 51
    made["features"]["shortcuts"] *= 2
    made["features"]["workflow_steps"] = []
    made["settings"]["socket_mode_enabled"] = False

    text = " ".join(refused(SLACK_LIMITS, made))

    assert "/display_information/name must NOT have more than 35 characters" in text
    assert "/features/slash_commands must NOT have more than 50 items" in text
    assert "/features/shortcuts must NOT have more than 10 items" in text
    assert "/features must NOT have additional properties" in text
    assert "/settings/interactivity must have required property 'request_url'" in text


def test_socket_mode_names_no_address() -> None:
    made = manifest(settings(public_url="https://rse.example.org"))

    assert made["settings"]["socket_mode_enabled"] is True
    assert "https://rse.example.org" not in str(made)
    assert made["features"]["unfurl_domains"] == ["rse.example.org"]


def test_over_http_slack_calls_one_address_for_everything() -> None:
    made = manifest(settings(public_url="https://rse.example.org/"), http=True)

    address = "https://rse.example.org/slack/events"
    assert made["settings"]["socket_mode_enabled"] is False
    assert made["settings"]["event_subscriptions"]["request_url"] == address
    assert made["settings"]["interactivity"]["request_url"] == address
    assert made["settings"]["interactivity"]["message_menu_options_url"] == address
    assert made["features"]["slash_commands"][0]["url"] == address


@pytest.mark.parametrize("address", ["", "http://rse.example.org", "ftp://rse.example.org"])
def test_slack_calls_nothing_but_https(address: str) -> None:
    with pytest.raises(ManifestError) as refusal:
        manifest(settings(public_url=address), http=True)

    assert refusal.value.code == "E_PUBLIC_URL"


@pytest.mark.parametrize(
    ("word", "command"),
    [
        ("rse", "/rse"),
        ("Réseau Dupont", "/reseau-dupont"),
        ("/L’Œuvre & Cie", "/l-oeuvre-cie"),
        ("N" * 35, "/" + "n" * 31),
    ],
)
def test_the_command_is_the_setting_as_slack_can_take_it(word: str, command: str) -> None:
    assert slash_command(settings(command=word)) == command
    assert refused(SLACK_LIMITS, manifest(settings(command=word))) == []


@pytest.mark.parametrize("name", ["Réseau", "Réseau Dupont", "网络"])
def test_the_command_stays_whatever_the_network_is_called(name: str) -> None:
    made = manifest(settings(name=name))

    assert made["features"]["bot_user"]["display_name"] == name
    assert made["features"]["slash_commands"][0]["command"] == "/rse"
    assert refused(SLACK_LIMITS, made) == []


@pytest.mark.parametrize(
    ("setting", "value", "code"), [("name", "N" * 36, "E_NAME_LONG"), ("command", "网络", "E_COMMAND")]
)
def test_what_slack_would_refuse_is_refused_first(setting: str, value: str, code: str) -> None:
    with pytest.raises(ManifestError) as refusal:
        manifest(settings(**{setting: value}))

    assert refusal.value.code == code
    assert value in str(refusal.value)


def test_every_event_that_is_asked_for_may_be_told() -> None:
    assert set(EVENTS) == set(NEEDED)
    assert [event for event in EVENTS if not NEEDED[event] <= set(SCOPES)] == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_hint_names_verbs_that_are_understood(language: str) -> None:
    hint = manifest(settings(language=language))["features"]["slash_commands"][0]["usage_hint"]
    understood = [parse(word, all_commands()) for word in hint.split(" | ")]

    assert len(understood) == 10
    assert all(isinstance(command, Understood) for command in understood)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_shortcuts_and_prompts_are_of_verbs_that_are_there(language: str) -> None:
    features = manifest(settings(language=language))["features"]
    prompts = [parse(prompt["message"], all_commands()) for prompt in features["agent_view"]["suggested_prompts"]]
    without = manifest(settings(), commands=[verb for verb in all_commands() if verb.id != "idea"])["features"]

    named = [prompt.command.id for prompt in prompts if isinstance(prompt, Understood)]
    assert named == ["feed", "ask", "expert", "idea"]
    verbs = {command.id for command in all_commands() if command.form is not None}
    assert {shortcut["callback_id"].partition("_")[2] for shortcut in features["shortcuts"]} <= verbs
    assert [entry["type"] for entry in features["shortcuts"]].count("global") == 3
    assert not [entry for entry in without["shortcuts"] if "idea" in entry["callback_id"]]


def test_a_new_verb_is_in_the_text_and_a_hidden_one_is_not() -> None:
    some = all_commands()[0]
    verbs = (replace(some, id="polish", forms={"fr": ("cirer",), "en": ("polish",)}), replace(some, hidden=True))

    text = manifest(settings(language="en"), commands=verbs)["display_information"]["long_description"]

    assert re.findall(r"^• ([^:]+):", text, re.MULTILINE) == ["polish"]
