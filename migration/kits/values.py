"""The values of a company for the placeholders of a kit. None may be missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from migration.kits.document import LARGEST, parsed
from migration.kits.kit import PLACEHOLDER, Kit, Placeholder
from reseau.errors import ReseauError
from reseau.i18n import N_
from reseau.settings import Settings
from reseau.terminal import printable

#: The placeholders that the installation fills itself: the network's name, and the smallest group of figures.
AUTOMATIC = ("reseau", "seuil")


class ValuesError(ReseauError):
    """The values given do not fill the kit."""


def automatic(settings: Settings) -> dict[str, str]:
    """Return the values of the automatic placeholders."""
    return dict(zip(AUTOMATIC, (settings.name, str(settings.k)), strict=True))


def read_values(pairs: Iterable[str], file: Path | None = None) -> dict[str, str]:
    """Return the values of ``name=value`` pairs and of a YAML file; a pair wins.

    Raises:
        ValuesError: a pair has no ``=``, or the file is not a list of ``name: value`` lines.
    """
    values = _of_file(file) if file is not None else {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise ValuesError(
                "E_KIT_SET",
                N_("“{pair}” is not a value; write it as name=value, for example {example}."),
                pair=pair,
                example='--set entreprise="Ateliers Martin"',
            )
        values[name.strip()] = value.strip()
    return values


def _of_file(file: Path) -> dict[str, str]:
    values = parsed(_text(file), file.name, as_typed=True) or {}
    if not isinstance(values, dict) or any(isinstance(value, dict | list) for value in values.values()):
        raise ValuesError(
            "E_KIT_VALUES_FORM",
            N_("The file {file} should hold lines such as “name: value”."),
            file=printable(file.name),
        )
    return {str(name): _typed(str(value)) for name, value in values.items()}


def _typed(value: str) -> str:
    """Return a value as it was typed; YAML's null is empty."""
    value = value.encode("utf-8", "replace").decode().strip()
    return "" if value in ("~", "null") else value


def _text(file: Path) -> str:
    try:
        with file.open(encoding="utf-8-sig") as opened:
            return opened.read(LARGEST + 1)
    except UnicodeDecodeError:
        sentence = N_("The file {file} is not in UTF-8: save it as UTF-8 and try again.")
    except PermissionError:
        sentence = N_("This account may not read the file {file}.")
    except IsADirectoryError:
        sentence = N_("{file} is a folder: name the YAML file in it.")
    except (OSError, ValueError):
        sentence = N_("There is no file {file}: name the YAML file that holds your values.")
    raise ValuesError("E_KIT_VALUES", sentence, file=printable(file.name or str(file), 80))


def check(kit: Kit, values: Mapping[str, str], language: str) -> None:
    """Check that values fill every placeholder of a kit and no others.

    Args:
        kit: the kit with the placeholders.
        values: the values, by the name of the placeholder.
        language: the language of the error.

    Raises:
        ValuesError: a placeholder is not filled, or the kit does not have it; the sentence says which.
    """
    names = {placeholder.name for placeholder in kit.placeholders}
    unknown = sorted(set(values) - names - set(AUTOMATIC))
    if unknown:
        raise ValuesError(
            "E_KIT_UNKNOWN_VALUE",
            N_("The kit “{kit}” has no place for {names}; what it asks for is: {known}."),
            kit=kit.name,
            names=", ".join(unknown),
            known=", ".join(placeholder.name for placeholder in kit.placeholders),
        )
    missing = [placeholder for placeholder in kit.placeholders if not _filled(values.get(placeholder.name, ""))]
    if missing:
        raise ValuesError(
            "E_KIT_UNFILLED",
            N_(
                "Nothing was published, because some words are still to be filled in: {missing}. "
                "Give each one, for example {example}, or put them in a YAML file and name it with --values."
            ),
            missing="; ".join(f"{placeholder.name} ({placeholder.meaning[language]})" for placeholder in missing),
            example=_example(missing[0]),
        )


def _filled(value: str) -> bool:
    return bool(value.strip()) and not PLACEHOLDER.search(value)


def _example(placeholder: Placeholder) -> str:
    return f'--set {placeholder.name}="{placeholder.example}"'


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its placeholders filled; ``values`` were checked before."""
    return PLACEHOLDER.sub(lambda match: values[match[1]], text)
