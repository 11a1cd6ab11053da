"""Untrusted YAML documents: they are read in bounded time, or refused in a sentence that names the line."""

from __future__ import annotations

from typing import Any

import yaml

from reseau.errors import ReseauError
from reseau.i18n import N_
from reseau.terminal import printable

LARGEST = 1_000_000  # characters
_DEEPEST = 20
_OPENINGS = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_CLOSINGS = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


class DocumentError(ReseauError):
    """A text cannot be read as a YAML document."""


def parsed(text: str, name: str, *, as_typed: bool = False) -> Any:
    """Return the contents of a document.

    Args:
        text: the text of the document.
        name: the name of its file, for errors.
        as_typed: whether values stay as they were typed: ``01000`` a postcode, ``no`` a word.

    Raises:
        DocumentError: the text is broken, too long or too deep, or has aliases, which can make a few lines endless.
    """
    if len(text) > LARGEST:
        raise DocumentError("E_YAML_LONG", N_("The file {file} is too long to be one of names and values."), file=name)
    try:
        _check(text, name)
        return yaml.load(text, Loader=yaml.BaseLoader if as_typed else yaml.SafeLoader)  # noqa: S506  (plain values)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _broken(name, mark.line + 1 if mark else 1) from None
    except (yaml.YAMLError, ValueError, RecursionError):  # such as a date that no calendar has
        raise _broken(name, 1) from None


def _check(text: str, name: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, _OPENINGS) - isinstance(event, _CLOSINGS)
        if depth > _DEEPEST or isinstance(event, yaml.AliasEvent):
            raise DocumentError(
                "E_YAML_DEEP",
                N_("The file {file}, line {line}: neither aliases (*name) nor lists deep within lists are read."),
                file=printable(name),
                line=event.start_mark.line + 1 if event.start_mark else 1,
            )


def _broken(name: str, line: int) -> DocumentError:
    return DocumentError(
        "E_YAML",
        N_("The file {file} is not valid YAML from line {line} on: look there for a missing quote, bracket or colon."),
        file=printable(name),
        line=line,
    )
