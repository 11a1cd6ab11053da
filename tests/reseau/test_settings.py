"""Settings: their origins, and the sentences about invalid ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reseau.i18n import Words
from reseau.settings import SettingsError, default_language, load_settings, setting_names
from reseau.settings.errors import misspelt

ENGLISH, FRENCH = Words("en"), Words("fr")
NUMBER, TEXT = "whole number", "between straight quotes"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "reseau.toml"


def refusal() -> str:
    with pytest.raises(SettingsError) as error:
        load_settings()
    in_french = FRENCH(error.value.message, **error.value.values)
    assert in_french != ENGLISH(error.value.message, **error.value.values)
    return ENGLISH(error.value.message, **error.value.values)


def test_a_setting_comes_from_the_environment_before_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('name = "Le Fil"\nk = 12\n', encoding="utf-8")
    monkeypatch.setenv("RESEAU_K", "15")
    settings = load_settings()

    assert (settings.name, settings.k) == ("Le Fil", 15)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("RESEAU_K", "4", "at least 5"),
        ("RESEAU_HTTP_PORT", "70000", "at most 65535"),
        ("RESEAU_HTTP_PORT", "x", NUMBER),
        ("RESEAU_TIMEZONE", "Paris", "Europe/Paris"),
        ("RESEAU_ACCESS_TOKEN", "short", "at least 16 characters"),
        ("RESEAU_LANGUAGE", "de", "one of: fr, en"),
        ("RESEAU_TEAMS_TARGETED", "perhaps", "true or false"),
    ],
)
def test_a_wrong_variable_is_named_and_its_value_is_not_shown(
    name: str, value: str, expected: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    sentence = refusal()

    assert name in sentence
    assert expected in sentence
    assert f" {value}" not in sentence.replace(expected, "")


@pytest.mark.parametrize(
    ("line", "name", "expected"),
    [
        ('k = "douze"', "k", NUMBER),
        ("k = 12.5", "k", NUMBER),
        ("k = 3", "k", "at least 5"),
        ("name = 3", "name", TEXT),
        ("SLACK_BOT_TOKEN = 3", "SLACK_BOT_TOKEN", TEXT),
        ('teams_targeted = "perhaps"', "teams_targeted", "true or false"),
        ('timezone = "Paris"', "timezone", "Europe/Paris"),
        ('langage = "en"', "langage", "Did you mean language?"),
        ("http_prot = 8051", "http_prot", "Did you mean http_port?"),
        ('RESEAU_NAME = "Le Fil"', "RESEAU_NAME", "Did you mean name?"),
        ('slack_bot_tokens = "xoxb-1"', "slack_bot_tokens", "Did you mean slack_bot_token?"),
        ("zzz = 1", "zzz", "There is no setting zzz."),
    ],
)
def test_a_wrong_line_of_the_file_is_named_as_it_was_typed(line: str, name: str, expected: str, file: Path) -> None:
    file.write_text(line + "\n", encoding="utf-8")
    sentence = refusal()

    assert name in re.findall(r"\w+", sentence)
    assert expected in sentence
    assert "RESEAU_" not in sentence.replace(name, "")


@pytest.mark.parametrize("text", ["name = ", "name = Le Fil", "k = 10\nk = 12", "name = « Le Fil »"])
def test_an_unreadable_settings_file_is_a_sentence(text: str, file: Path) -> None:
    file.write_text(text, encoding="utf-8")
    sentence = refusal()

    assert "reseau.toml" in sentence
    assert "each name may appear once" in sentence


@pytest.mark.parametrize(
    ("variable", "near"),
    [
        ("RESEAU_HTTP_PROT", "RESEAU_HTTP_PORT"),
        ("RESEAU_ZZZ", ""),
        ("SLACK_BOT_TOKENS", "SLACK_BOT_TOKEN"),
        ("MicrosoftAppID", "MicrosoftAppId"),
    ],
)
def test_a_misspelt_variable_is_found(variable: str, near: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "1")

    assert (variable, near) in list(misspelt(setting_names()))


@pytest.mark.parametrize("variable", ["RESEAU_HTTP_PORT", "RESEAU_SLACK_BOT_TOKEN", "SLACK_CLI_HOME", "PORT"])
def test_a_right_variable_and_those_of_others_are_left_alone(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "1")

    assert variable not in dict(misspelt(setting_names()))


def test_a_network_that_nobody_named_is_called_by_a_name_that_means_nothing_else(file: Path) -> None:
    settings = load_settings()

    assert (settings.name, settings.command) == ("Réseau", "rse")
    assert set(settings.roots) == {"Réseau", "rse"}
    assert set(load_settings(name="Le Fil", command="fil").roots) == {"rse", "Le Fil", "fil"}


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "C.UTF-8"}, "fr"),
        ({"LANG": "de_DE"}, "fr"),
        ({"LANG": "en_GB", "LC_ALL": "fr_CA.UTF-8"}, "fr"),
        ({"LANG": "fr_FR", "LC_MESSAGES": "en_US"}, "en"),
        ({"LANG": "en_GB", "LC_ALL": ""}, "en"),
    ],
)
def test_english_is_the_default_on_an_english_machine(
    file: Path, monkeypatch: pytest.MonkeyPatch, locale: dict[str, str], language: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "RESEAU_LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in locale.items():
        monkeypatch.setenv(name, value)

    assert (load_settings().language, default_language()) == (language, language)
    file.write_text('language = "fr"\n', encoding="utf-8")
    assert (load_settings().language, default_language()) == ("fr", "fr")
    assert load_settings(language="en").language == "en"


def test_errors_are_in_the_language_of_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESEAU_LANGUAGE", raising=False)
    assert default_language() == "fr"
    file.write_text('language = "en"\nk = 3\n', encoding="utf-8")
    assert default_language() == "en"
    monkeypatch.setenv("RESEAU_LANGUAGE", "fr")
    assert default_language() == "fr"


def test_the_demonstration_never_touches_the_store_of_an_installation(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path, store="postgresql://prod/network", demo=True)

    assert settings.store_url == f"sqlite:///{tmp_path}/demo/reseau.db"


def test_a_wrong_token_is_named_as_its_platform_names_it(file: Path) -> None:
    with pytest.raises(SettingsError, match=r" SLACK_BOT_TOKEN ") as refused:
        load_settings(SLACK_BOT_TOKEN=3)

    assert "RESEAU_" not in str(refused.value)
