"""Errors in settings: one sentence, with the name that was typed.

pydantic's own sentences are meant for programmers, and only in English.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from reseau.errors import ReseauError
from reseau.i18n import N_

SETTINGS_FILE = "reseau.toml"
_PREFIX = "RESEAU_"
_NUMBER = N_("The setting {name} must be a whole number.")
_SWITCH = N_("The setting {name} must be true or false.")
_SHORT = N_("The setting {name} must have at least {min_length} characters.")
_SENTENCES = {
    "literal_error": N_("The setting {name} must be one of: {choices}."),
    "int_parsing": _NUMBER,
    "int_type": _NUMBER,
    "int_from_float": _NUMBER,
    "bool_parsing": _SWITCH,
    "bool_type": _SWITCH,
    "greater_than_equal": N_("The setting {name} must be at least {ge}."),
    "less_than_equal": N_("The setting {name} must be at most {le}."),
    "too_short": _SHORT,
    "string_too_short": _SHORT,
    "string_type": N_("The setting {name} must be a text between straight quotes."),
    "time_zone": N_("The setting {name} is not a time zone; an example is Europe/Paris."),
}


class SettingsError(ReseauError):
    """A setting has a value that cannot be used."""


def refused(error: ValidationError, names: Collection[str]) -> SettingsError:
    """Return the first error of a validation, without its value.

    Args:
        error: the error of pydantic.
        names: all names of settings that are accepted.
    """
    first = error.errors(include_input=False, include_url=False)[0]
    location = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return unknown(location, names)
    name = _typed(location, names)
    sentence = _SENTENCES.get(first["type"])
    if sentence is None:
        reason = first["msg"].rstrip(".")
        return SettingsError("E_SETTING", N_("The setting {name} cannot be used: {reason}."), name=name, reason=reason)
    limits: Mapping[str, Any] = first.get("ctx", {})
    choices = str(limits.get("expected", "")).replace(" or ", ", ").replace("'", "")
    bounds = {key: limits[key] for key in ("ge", "le", "min_length") if key in limits}
    return SettingsError("E_SETTING", sentence, name=name, **({"choices": choices} if choices else {}), **bounds)


def unknown(name: str, names: Collection[str]) -> SettingsError:
    """Return the error for an unknown setting, with the name that was probably meant."""
    near = nearest(name, names)
    if near:
        sentence = N_("There is no setting {name}. Did you mean {near}?")
        return SettingsError("E_SETTING_UNKNOWN", sentence, name=name, near=near)
    return SettingsError("E_SETTING_UNKNOWN", N_("There is no setting {name}."), name=name)


def nearest(name: str, names: Collection[str]) -> str:
    """Return the name of a setting that a name resembles, in the same form; empty if there is none."""
    lowered = name.lower()
    bare = lowered.removeprefix(_PREFIX.lower())
    if bare != lowered and bare in names:
        return bare  # the name of the variable, in the file
    plain = {setting.lower(): setting for setting in sorted(names) if setting.isupper() == name.isupper()}
    matches = get_close_matches(lowered, plain, 1, 0.8)
    return plain[matches[0]] if matches else ""


def misspelt(names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield environment variables that resemble settings, with the name that each resembles."""
    variables = {f"{_PREFIX}{setting.upper()}" for setting in names if not setting.startswith(_PREFIX)} | set(names)
    platforms = {setting for setting in names if setting.startswith(("SLACK_", "Microsoft"))}
    for name in sorted(set(os.environ) - variables):
        if name.startswith(_PREFIX):
            yield name, nearest(name, variables)
        elif name.startswith(("SLACK_", "Microsoft")) and (near := nearest(name, platforms)):
            yield name, near


def in_file() -> dict[str, Any]:
    """Return the values of the settings file; none if it cannot be read."""
    try:
        return tomllib.loads(Path(SETTINGS_FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def _typed(location: str, names: Collection[str]) -> str:
    """Return the name under which a setting was given."""
    variable = location if f"{_PREFIX}{location.upper()}" in names or location.startswith("Microsoft") else ""
    variable = variable or f"{_PREFIX}{location.upper()}"
    return location if variable not in os.environ and location in in_file() else variable
