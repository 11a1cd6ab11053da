"""What Slack's people and public channels are called, as far as we have heard: text is read without asking Slack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_MOST = 50_000


class Names:
    """Names by id. Ids are unique over all of Slack, so one process needs one of these.

    Attributes:
        people: what people and bots are called.
        places: what public channels are called; the name of a private one stays where it is.
        bots: who is a program.
    """

    def __init__(self) -> None:
        self.people: dict[str, str] = {"USLACKBOT": "Slackbot"}
        self.places: dict[str, str] = {}
        self.bots: set[str] = set()

    def learn(self, user: Mapping[str, Any]) -> None:
        """Remember a user object of Slack's."""
        person = user.get("id")
        if not isinstance(person, str) or not person:
            return
        _keep(self.people, person, "Slackbot" if person == "USLACKBOT" else called(user))
        if user.get("is_bot") is True or person == "USLACKBOT":
            self.bots.add(person)

    def learn_place(self, channel: str, name: str) -> None:
        """Remember a public channel."""
        _keep(self.places, channel, name)

    def unknown(self, people: Iterable[str]) -> list[str]:
        """Those of whom we have not heard."""
        return [person for person in people if person not in self.people]


def called(user: Mapping[str, Any]) -> str:
    """The name that people see: what somebody chose, else the full name, else the account's."""
    profile = user.get("profile")
    sources = [profile if isinstance(profile, dict) else {}, user]
    for field in ("display_name", "real_name", "name"):
        for source in sources:
            name = source.get(field)
            if isinstance(name, str) and name.strip():
                return " ".join(name.split())
    return ""


def _keep(names: dict[str, str], key: str, name: str) -> None:
    if len(names) >= _MOST and key not in names:
        del names[next(iter(names))]  # the one heard of first
    names[key] = name
