"""Settings of an installation: environment over ``reseau.toml`` over defaults, read once at the start."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from reseau.i18n import LANGUAGES, N_, known_language
from reseau.settings.errors import SETTINGS_FILE as SETTINGS_FILE, SettingsError as SettingsError, in_file, refused

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _own_name(name: str, description: str) -> Any:
    """Declare a setting under the name that its platform uses; our own name is accepted too."""
    field = name.lower() if name.isupper() else _FIELDS[name]
    return Field(None, validation_alias=AliasChoices(name, f"RESEAU_{field.upper()}", field), description=description)


_FIELDS = {
    "MicrosoftAppId": "teams_app_id",
    "MicrosoftAppPassword": "teams_app_password",
    "MicrosoftAppTenantId": "teams_tenant_id",
}


class Settings(BaseSettings):
    """All settings, validated. A wrong one is reported in a sentence (:class:`SettingsError`)."""

    model_config = SettingsConfigDict(
        env_prefix="RESEAU_",
        toml_file=SETTINGS_FILE,
        frozen=True,
        extra="forbid",
        env_ignore_empty=True,
        populate_by_name=True,
    )

    data: Path = Field(Path("var"), description="Folder that holds everything the installation writes.")
    store: str = Field("", repr=False, description="SQLAlchemy URL of the store; empty: SQLite in the data folder.")
    name: str = Field("Réseau", description="The network's name as people see it.")
    command: str = Field("rse", description="The command that stands before a verb in Slack, without its slash.")
    language: Literal["fr", "en"] = Field(
        default_factory=lambda: language_of_machine(), description="Language of whoever has not chosen one."
    )
    timezone: str = Field("Europe/Paris", description="Time zone of days and weeks.")
    public_url: str = Field("", description="Address that people and platforms reach the server at, https://…")
    join: Literal["open", "directory"] = Field("open", description="Who may become a member at first contact.")
    http_host: str = Field("127.0.0.1", description="Address the server listens on.")
    http_port: int = Field(8050, ge=0, le=65535, description="Port the server listens on.")
    access_token: SecretStr | None = Field(
        None, min_length=16, description="Token that opens the dashboard; needed beyond loopback."
    )
    analytics_engine: Literal["", "duckdb"] = Field(
        "", description="What counts: DuckDB over the facts, in this version nothing else."
    )
    k: int = Field(10, ge=5, description="Smallest group a figure may describe; never under 5.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much the log says.")
    log_format: Literal["text", "json"] = Field("text", description="Lines for people or for machines.")
    slack_bot_token: SecretStr | None = _own_name("SLACK_BOT_TOKEN", "Slack's token of the app (xoxb-…).")
    slack_app_token: SecretStr | None = _own_name("SLACK_APP_TOKEN", "Slack's token for Socket Mode (xapp-…).")
    slack_signing_secret: SecretStr | None = _own_name("SLACK_SIGNING_SECRET", "Slack's secret for events over HTTP.")
    slack_api_url: str = Field("https://slack.com/api/", description="Slack's Web API; another one only for tests.")
    teams_app_id: str | None = _own_name("MicrosoftAppId", "The id of the app in Entra, for Teams.")
    teams_app_password: SecretStr | None = _own_name("MicrosoftAppPassword", "The secret of the same app.")
    teams_tenant_id: str | None = _own_name("MicrosoftAppTenantId", "The id of the home tenant.")
    teams_openid_url: str = Field(
        "https://login.botframework.com/v1/.well-known/openidconfiguration",
        description="Where Teams' signing keys are announced; other clouds have another address.",
    )
    teams_token_url: str = Field(
        "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
        description="Where the token for sending to Teams comes from; other clouds have another address.",
    )
    teams_targeted: bool = Field(
        True, description="Answer one person inside a channel, seen by nobody else; else in that person's own chat."
    )
    teams_dev_unauthenticated: bool = Field(
        False, description="Let anybody on this machine speak as Teams, to try the bot with a local client."
    )
    demo: bool = Field(False, description="Work on the demonstration company.")

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        if value not in _time_zones():
            raise PydanticCustomError("time_zone", "no time zone")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def folder(self) -> Path:
        """The data folder in use; the demonstration has its own."""
        return self.data / "demo" if self.demo else self.data

    @property
    def store_url(self) -> str:
        """The SQLAlchemy URL in use. The demonstration never touches the store of an installation."""
        if self.store and not self.demo:
            return self.store
        return f"sqlite:///{self.folder / 'reseau.db'}"

    @property
    def roots(self) -> tuple[str, ...]:
        """The words that may precede a verb, after @ or /: the network's name, its command, and ``rse``."""
        return ("rse", self.name, self.command)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def beyond_loopback(self) -> bool:
        return self.http_host not in _LOOPBACK


@cache
def _time_zones() -> frozenset[str]:
    """Return the names of all time zones; the system's folder of them is walked once."""
    return frozenset(available_timezones())


def load_settings(**overrides: Any) -> Settings:
    """Load the settings of this process; ``overrides`` (from the command line) win.

    Raises:
        SettingsError: a setting is wrong; the sentence names it without showing a secret.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise refused(error, setting_names()) from None
    except (OSError, ValueError) as error:
        sentence = N_(
            "The file {file} cannot be read: {reason}. Each line is a name, =, and a value; a text needs "
            "straight quotes, and each name may appear once."
        )
        raise SettingsError("E_SETTINGS_FILE", sentence, file=SETTINGS_FILE, reason=str(error)) from None


def setting_names() -> set[str]:
    """Return every name under which a setting may be given, without the prefix of environment variables."""
    aliases = [getattr(field.validation_alias, "choices", ()) for field in Settings.model_fields.values()]
    return set(Settings.model_fields) | {str(alias) for choices in aliases for alias in choices}


def default_language() -> str:
    """Return the language of messages before the settings are read."""
    wish = os.environ.get("RESEAU_LANGUAGE") or str(in_file().get("language", ""))
    return wish if wish in LANGUAGES else language_of_machine()


def language_of_machine() -> Literal["fr", "en"]:
    """Return English if the locale (``LC_ALL``, ``LC_MESSAGES``, ``LANG``) is English, else French."""
    locale = next((value for name in _LOCALE if (value := os.environ.get(name))), "")
    return "en" if known_language(locale) == "en" else "fr"


_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set counts, as POSIX says
