"""The app's own entry in a chat tool: the verbs of its menu and a description.

Both come from the verb table, so that the tool never offers a word that the parser would not understand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bots.command import Command, Role
from bots.markup.fitting import shortened
from reseau.errors import ReseauError
from reseau.folding import slug
from reseau.i18n import N_, Words

#: Verbs that a newcomer can use at once: they need no number.
_FIRST = ("ask", "search", "expert", "post", "idea", "thanks", "feed", "communities", "profile", "help")


class ManifestError(ReseauError):
    """The settings cannot be made into an app of a platform."""


def menu(commands: Iterable[Command], most: int) -> tuple[Command, ...]:
    """At most ``most`` verbs: those for newcomers first, then the others in the order of the help.

    Hidden verbs and those reserved to some are left out.
    """
    offered = [command for command in commands if not command.hidden and command.role is Role.ANYONE]
    ordered = sorted(offered, key=lambda command: _FIRST.index(command.id) if command.id in _FIRST else len(_FIRST))
    return tuple(ordered[:most])


def first_sentence(text: str, most: int) -> str:
    """The beginning of a summary for a place that has room for ``most`` characters, cut between words if it must be."""
    sentence = re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0]
    return shortened(sentence, most)


def presentation(commands: Sequence[Command], t: Words, most: int) -> str:
    """A text about the app, with a line for each verb as long as there is room for ``most`` characters."""
    text = t(
        "The company’s social network, in the conversation you already have open: ask, answer, share, thank, and "
        "find who knows. Type a word, then what it is about."
    )
    for line in _lines(menu(commands, len(commands)), t):
        if len(text) + 1 + len(line) > most:
            break
        text += "\n" + line
    return text


def _lines(commands: Iterable[Command], t: Words) -> Iterator[str]:
    for command in commands:
        yield t("• {verb}: {what}", verb=command.name(t.language), what=t(command.summary))


def root(command: str, most: int) -> str:
    """The word before a verb, as a tool accepts it: « Réseau Dupont » gives ``reseau-dupont``.

    Raises:
        ManifestError: no letter of it can be typed in such a word.
    """
    word = slug(command, most)
    if not word:
        raise ManifestError(
            "E_COMMAND",
            N_("No command can be made of “{command}”. Choose one with Latin letters: RESEAU_COMMAND=rse"),
            command=command,
        )
    return word


def fitting(name: str, most: int) -> str:
    """A name as it is, if ``most`` characters are enough for it.

    Raises:
        ManifestError: it is longer.
    """
    if len(name) > most:
        raise ManifestError(
            "E_NAME_LONG",
            N_("The name “{name}” has {count} characters, and the platform takes {most}. Shorten RESEAU_NAME."),
            name=name,
            count=len(name),
            most=most,
        )
    return name
