"""What an export says of its workspace: who there is, which channels, and where each channel's messages are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from migration.bundle import Bundle, InputError
from migration.records import Note, Person, Place
from migration.source import Options
from migration.sources.slack_export.decoding import decode
from reseau import keys
from reseau.locator import without_secrets
from reseau.markup.markdown import without_control
from reseau.markup.slack import unescape

#: Slack opened in August 2013; an earlier date is a placeholder of the export.
_OLDEST = datetime(2013, 1, 1, tzinfo=UTC)
DAY = re.compile(r"^((?:teams/[^/]+/)?)([^/]+)/\d{4}-\d{2}-\d{2}\.json$")
_UPLOAD = re.compile(r"(?:^|/)(?:__uploads/([A-Z0-9]+)/[^/]+|attachments/([A-Z0-9]+)-[^/]+)$")
_LISTS = {"channels.json": "open", "groups.json": "private", "mpims.json": "direct", "dms.json": "direct"}
PEOPLE = ("users.json", "org_users.json")
_SKIPPED = frozenset(
    "canvases.json content_flags.json file_conversations.json lists.json huddle_transcripts.json".split()
)
#: The kind that a channel's name announces, by its first word.
_KINDS = {
    "sector": "sector secteur marche market industry client clients",
    "practice": "practice pratique metier achats vente ventes rh qualite juridique",
    "expertise": "expertise tech data dev cloud securite ia ai",
    "interest": "interet interest club loisir loisirs sport velo cuisine random fun social",
    "project": "projet project proj chantier",
}
_KIND_OF_WORD = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_DIRECT = re.compile(r"^(?:mpdm-|[DG][A-Z0-9]{7,}$)")
EXPORT_BUG = "U00"
SLACKBOT = "USLACKBOT"


@dataclass(slots=True)
class Channel:
    """A channel or conversation and the entries that hold its messages, a day each."""

    place: Place
    id: str
    members: list[str] = field(default_factory=list)
    days: list[str] = field(default_factory=list)
    listed: bool = True


class Workspace:
    """The lists of an export, read once.

    Attributes:
        names: what people and bots are called, by every id that messages use for them.
        person_keys: provenance keys by the same ids.
        channels: those that are brought in, in the order of the lists.
        notes: what was wrong.
        uploads: entries that hold a file's bytes, by the file's id (only tools put them there).
    """

    def __init__(self, bundle: Bundle, options: Options) -> None:
        self.notes: list[Note] = []
        self.names: dict[str, str] = {}
        self.person_keys: dict[str, str] = {}
        self.people: list[Person] = []
        self.channels: list[Channel] = []
        self._closed: set[str] = set()  # ids of the places that not everybody reads, brought in or not
        self.uploads: dict[str, str] = {}
        self._bundle = bundle
        self._include = {"open"} | options.include
        folders = self._folders()
        self.listed: set[str] = set()  # ids of the people and programs of the lists
        self.team = ""  # the workspace's own id, where its people tell it
        self._read_people()
        for prefix in sorted({_prefix(name) for name in bundle.names if name.rpartition("/")[2] in _LISTS} | {""}):
            self._read_channels(prefix, folders)
        for folder in sorted(folders):
            self._unlisted(folder, folders[folder])

    def person_key(self, user: str) -> str:
        """The provenance key of somebody, under whichever id."""
        key = self.person_keys.get(user)
        return keys.slack_person(user) if key is None else key

    # -- entries -------------------------------------------------------------------------------------------------------

    def _folders(self) -> dict[str, list[str]]:
        """The day entries of each folder; other entries are uploads, lists, or named as passed over."""
        folders: dict[str, list[str]] = {}
        for name in self._bundle.names:
            if found := DAY.match(name):
                folders.setdefault(found[1] + found[2], []).append(name)
            elif found := _UPLOAD.search(name):
                self.uploads[found[1] or found[2]] = name
            elif name.rpartition("/")[2] in _SKIPPED:
                self.notes.append(Note("part_skipped", name))
        return folders

    def _list(self, name: str) -> list[dict[str, Any]]:
        if name not in self._bundle:
            return []
        try:
            items, wrong = decode(self._bundle.read(name))
        except InputError as error:
            self.notes.append(Note("entry_unreadable", name, str(error)))
            return []
        self.notes += [Note(code, name) for code in wrong]
        return [item for item in items if isinstance(item, dict) and isinstance(item.get("id"), str)]

    # -- people --------------------------------------------------------------------------------------------------------

    def _read_people(self) -> None:
        for name in self._bundle.names:
            if name.rpartition("/")[2] not in PEOPLE:
                continue
            for user in self._list(name):
                if user["id"] not in self.names:
                    self._add(user, name)

    def _add(self, user: dict[str, Any], where: str) -> None:
        self.team = self.team or _word(user, "team_id")
        person = _person(user, where)
        self.people.append(person)
        profile = _dict(user, "profile")
        for alias in (user["id"], _word(profile, "bot_id")):
            if alias and alias not in self.names:
                self.listed.add(alias)
                self.names[alias] = person.name
                self.person_keys[alias] = person.key

    # -- channels ------------------------------------------------------------------------------------------------------

    def _read_channels(self, prefix: str, folders: dict[str, list[str]]) -> None:
        for list_name, privacy in _LISTS.items():
            for item in self._list(prefix + list_name):
                name = _word(item, "name")
                folder = prefix + name if name and prefix + name in folders else prefix + item["id"]
                days = folders.pop(folder, [])
                if privacy != "open":
                    self._closed.add(item["id"])
                if privacy in self._include:
                    self.channels.append(self._channel(item, privacy, list_name, prefix + list_name, days))

    def _channel(self, item: dict[str, Any], privacy: str, list_name: str, where: str, days: list[str]) -> Channel:
        members = [one for one in item.get("members") or [] if isinstance(one, str) and one != EXPORT_BUG]
        created = _moment(item.get("created"))
        archived = (_moment(item.get("updated"), 1000) or created or _OLDEST) if item.get("is_archived") else None
        direct = privacy == "direct"
        place = Place(
            keys.slack_place(item["id"]),
            self._called(item, list_name, members),
            _kind(_word(item, "name")),
            "secret" if direct else privacy,
            clean(_word(_dict(item, "purpose"), "value") or _word(_dict(item, "topic"), "value")),
            conversation=direct,
            created=created,
            creator=self._known(_word(item, "creator")),
            archived=archived,
            where=where,
        )
        if not days:
            self.notes.append(Note("channel_without_messages", where, place.name if privacy == "open" else item["id"]))
        return Channel(place, item["id"], list(dict.fromkeys(members)), days)

    def _called(self, item: dict[str, Any], list_name: str, members: list[str]) -> str:
        if list_name in ("dms.json", "mpims.json"):
            return ", ".join(self.names.get(user, user) for user in dict.fromkeys(members)) or item["id"]
        return clean(_word(item, "name")) or item["id"]

    def _known(self, user: str) -> str:
        return self.person_keys.get(user, "")

    def _unlisted(self, folder: str, days: list[str]) -> None:
        """A folder in no list is brought in archived and closed: nobody can say who was allowed to read it."""
        name = folder.rpartition("/")[2]
        direct = _DIRECT.match(name) is not None
        if direct and "direct" not in self._include:
            self.notes.append(Note("folder_direct_unlisted", name))
            return
        self.notes.append(Note("folder_unlisted", folder))
        archived = _evening(days[-1].rpartition("/")[2].removesuffix(".json"))
        privacy = "secret" if direct else "private"
        key = keys.slack_place(folder)
        place = Place(key, clean(name), _kind(name), privacy, conversation=direct, archived=archived, where=folder)
        self.channels.append(Channel(place, folder, [], days, listed=False))

    def places(self) -> Iterator[tuple[str, str]]:
        """Ids and names of the listed channels that are brought in.

        Closed ones come without their name, brought in or not: what mentions them may be read by everybody.
        """
        yield from ((one, "") for one in sorted(self._closed))
        open_ones = (one for one in self.channels if one.listed and one.id not in self._closed)
        yield from ((one.id, one.place.name) for one in open_ones)

    def tells(self, channel: str, other: str) -> bool:
        """Whether what is written in a channel may tell that another one was brought in."""
        return channel == other or other not in self._closed


def _prefix(name: str) -> str:
    return name[: name.rfind("/") + 1]


def _person(user: dict[str, Any], where: str) -> Person:
    profile = _dict(user, "profile")
    is_bot = bool(user.get("is_bot")) or user["id"] == SLACKBOT
    status = "bot" if is_bot else "left" if user.get("deleted") else "invited"
    return Person(
        keys.slack_person(user["id"]),
        called(user),
        handle=_word(user, "name"),
        email="" if is_bot else _word(profile, "email").strip(),
        kind="partner" if user.get("is_restricted") or user.get("is_ultra_restricted") else "employee",
        status=status,
        job=clean(_word(profile, "title")),
        timezone=_word(user, "tz"),
        phone=_word(profile, "phone").strip(),
        photo=without_secrets(_word(profile, "image_192") or _word(profile, "image_72")),
        where=where,
    )


def called(user: dict[str, Any]) -> str:
    """The name to show of a user, a snapshot of one, or a bot."""
    if user.get("id") == SLACKBOT:
        return "Slackbot"
    profile = _dict(user, "profile") or user
    names = (_word(profile, "display_name"), _word(profile, "real_name"), _word(user, "real_name"), _word(user, "name"))
    return clean(next((name for name in names if name.strip()), "") or _word(user, "id"))


def clean(text: str) -> str:
    """A line of an export as plain text."""
    return without_control(unescape(text)).strip()


def _kind(name: str) -> str:
    return _KIND_OF_WORD.get(re.split(r"[-_ ]", name, maxsplit=1)[0], "functional")


def _moment(value: object, unit: int = 1) -> datetime | None:
    """A moment of an export, a number or digits, in parts of a second; placeholders are unknown."""
    try:
        moment = datetime.fromtimestamp(int(value) // unit, UTC)  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    return moment if moment >= _OLDEST else None


def _dict(item: dict[str, Any], name: str) -> dict[str, Any]:
    value = item.get(name)
    return value if isinstance(value, dict) else {}


def _word(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


def _evening(day: str) -> datetime:
    """The end of a day file's day; a name that is no day of the calendar says nothing."""
    try:
        return datetime.fromisoformat(f"{day}T23:59:59+00:00")
    except ValueError:
        return _OLDEST
