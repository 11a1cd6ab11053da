"""Names of Slack's people and public channels, as far as they are known: text is read without asking Slack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from reseau.foreign import items, part, word
from reseau.markup.slack_user import SLACKBOT, name_shown

T = TypeVar("T")

_MOST = 200_000
#: The fields that show an account's owner and standing.
_STANDING = ("team_id", "deleted", "is_bot", "is_workflow_bot", "is_stranger", "is_restricted", "is_ultra_restricted")


class Names:
    """Names by id. Ids are unique over all of Slack, so one process needs one of these.

    Attributes:
        people: names of people and bots.
        places: names of public channels; the name of a private one is not kept.
        bots: ids of programs.
    """

    def __init__(self) -> None:
        self.people: dict[str, str] = {SLACKBOT: "Slackbot"}
        self.places: dict[str, str] = {}
        self.bots: set[str] = set()
        self._users: dict[str, Mapping[str, Any]] = {}

    def learn(self, user: Mapping[str, Any]) -> None:
        """Remember a user object of Slack's."""
        person = word(user, "id")
        if not person:
            return
        _keep(self.people, person, name_shown(user))
        if user.get("is_bot") is True or person == SLACKBOT:
            self.bots.add(person)
        _keep(self._users, person, _kept(user))

    def users(self, people: Iterable[str]) -> list[Mapping[str, Any]]:
        """The latest user objects of people, reduced to their standing in the workspace."""
        return [self._users[person] for person in people if person in self._users]

    def closed(self, person: str) -> bool:
        """Whether an account was closed."""
        return self._users.get(person, {}).get("deleted") is True

    def learn_place(self, channel: str, name: str) -> None:
        """Remember a public channel."""
        _keep(self.places, channel, name)

    def unknown(self, people: Iterable[str]) -> list[str]:
        """The ids that are not known yet."""
        return [person for person in people if person not in self.people]


def _kept(user: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields of a user object for its standing and e-mail: a directory of a hundred thousand fits in memory."""
    fields = {name: user[name] for name in _STANDING if user.get(name)}
    if email := word(part(user, "profile"), "email"):
        fields["profile"] = {"email": email}
    if teams := items(part(user, "enterprise_user").get("teams")):
        fields["enterprise_user"] = {"teams": teams}
    return {"id": user["id"], **fields}


def _keep(names: dict[str, T], key: str, name: T) -> None:
    if len(names) >= _MOST and key not in names:
        del names[next(iter(names))]  # the oldest one
    names[key] = name
