"""Text of a Teams message: as typed if it is addressed to us, as Markdown if people write to each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reseau import keys
from reseau.foreign import dicts, word
from reseau.markup.locator import without_secrets_in
from reseau.markup.markdown import plain, reference, typed, without_control
from reseau.markup.teams import TeamsMarkup, is_formatted

_AT = re.compile(r"<at(?:\s[^<>]*)?>([^<]*)</at>", re.IGNORECASE)
_SPACES = re.compile(r"&nbsp;|\xa0")
_MARK = "\N{OBJECT REPLACEMENT CHARACTER}"
_NOBODY = frozenset(("tag", "channel", "team"))
_EVERYBODY = frozenset(("channel", "team"))
_PERSON = re.compile(r"8:orgid:(.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A person mentioned in a message.

    Attributes:
        id: the platform's id.
        name: as shown.
        person: the lasting id of the account, the platform's id where no better one is known; empty where it is nobody,
            but a tag, a channel or a team.
        everybody: whether it is a channel or a team.
    """

    id: str
    name: str
    person: str
    everybody: bool = False


def mentioned(activity: Mapping[str, Any], ids: Mapping[str, str]) -> list[Mentioned]:
    """Return the people named in a message, in its order.

    Args:
        activity: as Teams sent it.
        ids: the lasting ids of accounts, by the ids that Teams' chats use.
    """
    people = []
    for entity in dicts(activity.get("entities")):
        account = entity.get("mentioned")
        if entity.get("type") == "mention" and isinstance(account, dict):
            own = word(account, "id")
            words = _AT.search(word(entity, "text"))
            name = (words[1] if words else "") or word(account, "name")
            person = "" if _is_nobody(account) else lasting(own, word(account, "aadObjectId"), ids)
            people.append(Mentioned(own, without_control(name).strip(), person, _is_everybody(account)))
    return people


def _is_nobody(named: dict[str, Any]) -> bool:
    """Whether a mention calls a group of people by its tag, or a channel or team by its name."""
    kinds = (word(named, name).lower() for name in ("type", "mentionType", "conversationIdentityType"))
    return not _NOBODY.isdisjoint(kinds) or word(named, "id").startswith("19:")


def _is_everybody(named: dict[str, Any]) -> bool:
    kinds = {word(named, name).lower() for name in ("type", "mentionType", "conversationIdentityType")}
    return not kinds.isdisjoint(_EVERYBODY)


def lasting(own: str, entra: str, ids: Mapping[str, str]) -> str:
    """The id of an account that never changes: Entra's, if it is given or known; else the chat's own."""
    if entra:
        return entra
    tagged = _PERSON.fullmatch(own)
    return tagged[1] if tagged else ids.get(own, own)


class Speech:
    """The text of one message.

    Args:
        activity: as Teams sent it.
        people: who is named in it, from :func:`mentioned`.
        us: our own id, whose mention says nothing in a line for us.
    """

    def __init__(self, activity: Mapping[str, Any], people: Sequence[Mentioned], us: str) -> None:
        self._activity = activity
        self._people = people
        self._us = us
        self._by_name = {person.name: person for person in reversed(people)}
        self._naming: Callable[[Mentioned], str] = _silent

    def line(self) -> str:
        """In Markdown; people are references. A message without a form (bold words, a list) is Markdown as typed."""
        html = self.html()
        if html and is_formatted(html):
            return TeamsMarkup(self._numbered).text(html).strip()
        return typed(self.words())

    def words(self) -> str:
        """The words as typed, without any form; people are references."""
        html = self.html()
        if html:
            return TeamsMarkup(self._numbered, typed=True).text(html).strip()
        return self._text(escape=False)

    def markdown(self) -> str:
        """Return Markdown with the words that people read."""
        self._naming = _named_so
        html = self.html()
        text = TeamsMarkup(self._numbered).text(html).strip() if html else typed(self._text(escape=True))
        self._naming = _silent
        return text

    def begins_with_us(self) -> bool:
        """Whether the message begins by naming us."""
        self._naming = _marked
        html = self.html()
        text = TeamsMarkup(self._numbered, typed=True).text(html) if html else self._text(escape=False)
        self._naming = _silent
        return text.lstrip().startswith(_MARK)

    def html(self) -> str:
        """The message as Teams' own clients show it, if it is given; else empty."""
        for attachment in dicts(self._activity.get("attachments")):
            if word(attachment, "contentType") == "text/html" and word(attachment, "content").strip():
                return word(attachment, "content")
        return word(self._activity, "text") if word(self._activity, "textFormat") == "xml" else ""

    def _text(self, *, escape: bool) -> str:
        text = without_control(_SPACES.sub(" ", word(self._activity, "text")).replace("\r\n", "\n"))
        text = without_secrets_in(text)
        # Markdown that a person typed stays as it is; every reader shows it without running anything.
        escape = escape and word(self._activity, "textFormat") != "markdown"
        parts = []
        for number, piece in enumerate(_AT.split(text)):
            if number % 2:
                parts.append(self._named(piece.strip()))
            else:
                parts.append(plain(piece) if escape else piece)
        return "".join(parts).strip()

    def _numbered(self, number: str, name: str) -> str:
        """A mention in HTML: its number counts the message's mentions; if the name contradicts it, the name decides."""
        position = int(number) if number.isascii() and number.isdecimal() and len(number) < 5 else -1
        if 0 <= position < len(self._people):
            person = self._people[position]
            if not person.name or not name or name in person.name or person.name in name:
                return self._shown(person)
        return self._named(name)

    def _named(self, name: str) -> str:
        person = self._by_name.get(name)
        return self._shown(person) if person else plain(f"@{name}" if name else "")

    def _shown(self, person: Mentioned) -> str:
        if person.id == self._us:
            return self._naming(person)
        if person.everybody and self._naming is _silent:  # in a line for us it calls everybody, as ``@channel`` does
            return "@channel"
        if not person.person:
            return plain(f"@{person.name}")
        return reference(f"@{person.name or person.person}", keys.teams_person(person.person))


def _silent(_us: Mentioned) -> str:
    return ""


def _marked(_us: Mentioned) -> str:
    return _MARK


def _named_so(us: Mentioned) -> str:
    return plain(f"@{us.name}")
