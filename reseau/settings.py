"""What the owner of an installation can set: environment over ``reseau.toml`` over defaults, read once at the door."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from reseau.errors import ReseauError
from reseau.i18n import LANGUAGES, N_

SETTINGS_FILE = "reseau.toml"


class Settings(BaseSettings):
    """Every setting, checked. A wrong value is named in one sentence (:class:`SettingsError`)."""

    model_config = SettingsConfigDict(
        env_prefix="RESEAU_", toml_file=SETTINGS_FILE, frozen=True, extra="forbid", env_ignore_empty=True
    )

    data: Path = Field(Path("var"), description="Folder that holds everything the installation writes.")
    store: str = Field("", repr=False, description="SQLAlchemy URL of the store; empty: SQLite in the data folder.")
    name: str = Field("RSE", description="The network's name as people see it.")
    language: Literal["fr", "en"] = Field("fr", description="Language of whoever has not chosen one.")
    timezone: str = Field("Europe/Paris", description="Time zone of days and weeks.")
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
    demo: bool = Field(False, description="Work on the demonstration company.")

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value} is not a time zone; an example is Europe/Paris")
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
        """The data folder in use: the demonstration lives in one of its own."""
        return self.data / "demo" if self.demo else self.data

    @property
    def store_url(self) -> str:
        """The SQLAlchemy URL in use. The demonstration never touches the store of an installation."""
        if self.store and not self.demo:
            return self.store
        return f"sqlite:///{self.folder / 'reseau.db'}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def beyond_loopback(self) -> bool:
        return self.http_host not in ("127.0.0.1", "localhost", "::1")


class SettingsError(ReseauError):
    """A setting has a value that cannot be used."""


def load_settings(**overrides: Any) -> Settings:
    """The settings of this process; ``overrides`` (from the command line) win.

    Raises:
        SettingsError: names the first wrong setting and what is expected, without showing a secret.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        name = f"RESEAU_{where.upper()}"
        raise SettingsError(
            "E_SETTING", N_("The setting {name} cannot be used: {reason}."), name=name, reason=first["msg"].rstrip(".")
        ) from None
    except (OSError, ValueError) as error:
        raise SettingsError(
            "E_SETTINGS_FILE", N_("The file {file} cannot be read: {reason}."), file=SETTINGS_FILE, reason=str(error)
        ) from None


def default_language() -> str:
    """The language of messages that come before any setting is read."""
    wish = os.environ.get("RESEAU_LANGUAGE", "fr")
    return wish if wish in LANGUAGES else "fr"
