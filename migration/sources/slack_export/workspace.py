"""The lists of an export: people, channels, and the entries that hold each channel's messages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from migration.reading.bundle import Bundle, InputError
from migration.reading.records import Note, Person, Place
from migration.reading.source import Options
from migration.sources.slack_export.decoding import decode
from migration.sources.slack_export.folders import DAY, Folders, lasting
from reseau import keys
from reseau.foreign import part, texts, word
from reseau.markup.locator import without_secrets
from reseau.markup.slack_user import SLACKBOT, name_shown, plain_line

#: Slack opened in August 2013; an earlier date is a placeholder of the export.
_OLDEST = datetime(2013, 1, 1, tzinfo=UTC)
_UPLOAD = re.compile(r"(?:^|/)(?:__uploads/([A-Z0-9]+)/[^/]+|attachments/([A-Z0-9]+)-[^/]+)$")
#: The readers of the channels of each list. A channel that is not open does not exist for outsiders, so that
#: ``private`` becomes a secret community. Comments on a canvas are for those whom the list names.
_LISTS = {
    "channels.json": "open",
    "file_conversations.json": "private",
    "groups.json": "private",
    "mpims.json": "direct",
    "dms.json": "direct",
}
_STRICTNESS = ("open", "private", "direct")
PEOPLE = ("users.json", "org_users.json")
_IS_DAY = re.compile(r"(?:^|/)\d{4}-\d{2}-\d{2}[^/]*\.json$", re.IGNORECASE)
_SKIPPED = frozenset("canvases.json content_flags.json lists.json huddle_transcripts.json".split())
_CANVAS = re.compile(r"^FC:F[A-Z0-9]+:")
#: Kinds of communities, with the first words of channel names that indicate them.
_KINDS = {
    "sector": "sector secteur marche market industry client clients",
    "practice": "practice pratique metier achats vente ventes rh qualite juridique",
    "expertise": "expertise tech data dev cloud securite ia ai",
    "interest": "interet interest club loisir loisirs sport velo cuisine random fun social",
    "project": "projet project proj chantier",
}
_KIND_OF_WORD = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_DIRECT = re.compile(r"^(?:mpdm-|[DG][A-Z0-9]{7,}$)")
_CONVERSATION = re.compile(r"^(?:mpdm-|D[A-Z0-9]{7,}$)")  # without ids in G, which may be those of channels
EXPORT_BUG = "U00"


@dataclass(slots=True)
class Channel:
    """A channel or conversation, and the entries with its messages, one for each day."""

    place: Place
    id: str
    members: list[str] = field(default_factory=list)
    days: list[str] = field(default_factory=list)
    listed: bool = True


@dataclass(slots=True)
class _Listed:
    """A channel of the lists of one workspace, with the days of the folders of its name."""

    item: dict[str, Any]
    where: str
    reach: str  # open, private, direct
    names: list[str]  # possible names of its folder
    days: list[str] = field(default_factory=list)


class Workspace:
    """The lists of an export, read once.

    Attributes:
        names: the names of people and bots, by every id that messages use for them.
        person_keys: their provenance keys, by the same ids.
        channels: the channels to import, in the order of the lists.
        notes: the notes on the lists.
        uploads: entries with a file's bytes, by the file's id; some tools add them to an export.
    """

    def __init__(self, bundle: Bundle, options: Options) -> None:
        self.notes: list[Note] = []
        self.names: dict[str, str] = {}
        self.person_keys: dict[str, str] = {}
        self.people: list[Person] = []
        self.channels: list[Channel] = []
        self._closed: set[str] = set()  # ids of the channels that are not open, imported or not
        self.uploads: dict[str, str] = {}
        self._bundle = bundle
        self._include = {"open"} | options.include
        self._look_around()
        self.listed: set[str] = set()  # ids of the people and programs of the lists
        self.team = ""  # the workspace's own id, if its people have it
        self._read_people()
        self._read_channels()

    def person_key(self, user: str) -> str:
        """Return the provenance key of a person, by any of their ids."""
        key = self.person_keys.get(user)
        return keys.slack_person(user) if key is None else key

    # -- entries -------------------------------------------------------------------------------------------------------

    def _look_around(self) -> None:
        """Find uploads, and note the entries that are skipped."""
        for name in self._bundle.names:
            if upload := _UPLOAD.search(name):
                self.uploads[upload[1] or upload[2]] = name
            elif name.rpartition("/")[2] in _SKIPPED:
                self.notes.append(Note("part_skipped", name))
            elif _IS_DAY.search(name) and not DAY.match(name):
                self.notes.append(Note("day_elsewhere", name, "", "entry"))

    def _list(self, name: str, kind: str) -> list[dict[str, Any]]:
        """Return the items of a list; an unreadable item counts as a record of ``kind``."""
        if name not in self._bundle:
            return []
        try:
            items, faults = decode(self._bundle.read(name))
        except InputError as error:
            self.notes.append(Note("entry_unreadable", name, str(error), "entry"))
            return []
        self.notes += [fault.note(name, kind) for fault in faults]
        identified = []
        for number, item in enumerate(items, 1):
            if word(item, "id"):
                identified.append(item)
            elif item != "":  # Slack's mark of an empty list
                self.notes.append(Note("item_unreadable", name, f"#{number}", kind))
        return identified

    # -- people --------------------------------------------------------------------------------------------------------

    def _read_people(self) -> None:
        for name in self._bundle.names:
            if name.rpartition("/")[2] not in PEOPLE:
                continue
            for user in self._list(name, "person"):
                if user["id"] not in self.names:
                    self._add(user, name)

    def _add(self, user: dict[str, Any], where: str) -> None:
        self.team = self.team or word(user, "team_id")
        person = _person(user, where)
        self.people.append(person)
        profile = part(user, "profile")
        for alias in (user["id"], word(profile, "bot_id")):
            if alias and alias not in self.names:
                self.listed.add(alias)
                self.names[alias] = person.name
                self.person_keys[alias] = person.key

    # -- channels ------------------------------------------------------------------------------------------------------

    def _read_channels(self) -> None:
        """Read every channel of the lists with its folder, then the unlisted folders."""
        names = self._bundle.names
        folders = Folders(names)
        listed = [
            (prefix, channel)
            for prefix in sorted({_prefix(name) for name in names if name.rpartition("/")[2] in _LISTS} | {""})
            for channel in self._listed(prefix)
        ]
        self._closed = {channel.item["id"] for _, channel in listed if channel.reach != "open"}
        for prefix, channel in listed:
            channel.days = folders.take(prefix, channel.names)
        for prefix, channel in listed:  # after all exact names, which take precedence over similar ones
            channel.days += [day for name in channel.names for day in folders.take_alike(prefix, name)]
        for _, channel in listed:
            if channel.item["id"] in self._closed and channel.reach == "open":
                channel.reach = "private"  # another workspace of the same export closes it
            if channel.reach in self._include:
                self.channels.append(self._channel(channel))
        for folder, days in folders.left():
            self._unlisted(folder, days)

    def _listed(self, prefix: str) -> Iterable[_Listed]:
        """Return the channels of one workspace; if several lists have a channel, the strictest entry counts."""
        channels: dict[str, _Listed] = {}
        for list_name, reach in _LISTS.items():
            for item in self._list(prefix + list_name, "place"):
                names = [word(item, "name"), item["id"]]
                channel = _Listed(item, prefix + list_name, _closer(item, reach), names)
                first = channels.setdefault(item["id"], channel)
                if first is not channel:
                    self.notes.append(Note("channel_in_two_lists", channel.where, item["id"]))
                    channel.names = first.names = [*first.names, *channel.names]
                if _STRICTNESS.index(channel.reach) > _STRICTNESS.index(first.reach):
                    channels[item["id"]] = channel
        return channels.values()

    def _channel(self, listed: _Listed) -> Channel:
        item, days, direct = listed.item, sorted(listed.days, key=_day_of), listed.reach == "direct"
        members = _people(item)
        if direct and not members:  # everyone who wrote in a conversation belongs to it, since nobody can leave one
            members = list(dict.fromkeys([*filter(None, [word(item, "user")]), *self._writers(days)]))
        created = _moment(item.get("created"))
        archived = (_moment(item.get("updated"), 1000) or created or _OLDEST) if item.get("is_archived") else None
        place = Place(
            keys.slack_place(item["id"]),
            self._name(item, direct, members),
            _kind(word(item, "name")),
            "open" if listed.reach == "open" else "secret",
            plain_line(word(part(item, "purpose"), "value") or word(part(item, "topic"), "value")),
            conversation=direct,
            created=created,
            creator=self.person_keys.get(word(item, "creator"), ""),
            archived=archived,
            where=listed.where,
        )
        self._note(listed, place, members, days)
        return Channel(place, item["id"], members, days)

    def _note(self, listed: _Listed, place: Place, members: list[str], days: list[str]) -> None:
        name = place.name if listed.reach == "open" else listed.item["id"]
        if not days:
            self.notes.append(Note("channel_without_messages", listed.where, name))
        elif listed.reach != "open" and not members:
            self.notes.append(Note("place_without_readers", listed.where, name))

    def _name(self, item: dict[str, Any], direct: bool, members: list[str]) -> str:
        if direct:
            return ", ".join(self.names.get(user, user) for user in members) or item["id"]
        return plain_line(_CANVAS.sub("", word(item, "name"))) or item["id"]

    def _writers(self, days: list[str]) -> list[str]:
        """Return the authors of these days. Only conversations without a list of members need this second reading."""
        writers: dict[str, None] = {}
        for day in days:
            try:
                items, _ = decode(self._bundle.read(day))
            except InputError:
                continue  # it is noted when its messages are read
            users = (word(item, "user") for item in items)
            writers.update((user, None) for user in users if user and user != EXPORT_BUG)
        return list(writers)

    def _unlisted(self, folder: str, days: list[str]) -> None:
        """Read an unlisted folder as a secret, archived place: nobody can say who was allowed to read it."""
        name = lasting(folder.rpartition("/")[2])
        direct = _DIRECT.match(name) is not None
        if direct and "direct" not in self._include:
            self.notes.append(Note("folder_direct_unlisted", name))
            return
        self.notes.append(Note("folder_unlisted", folder))
        archived = _evening(days[-1].rpartition("/")[2].removesuffix(".json"))
        members = self._writers(days) if _CONVERSATION.match(name) else []
        title = self._name({"id": name, "name": name}, bool(members), members)
        key = keys.slack_place(lasting(folder))
        place = Place(key, title, _kind(name), "secret", conversation=direct, archived=archived, where=folder)
        self.channels.append(Channel(place, lasting(folder), members, days, listed=False))

    def places(self) -> Iterator[tuple[str, str]]:
        """Yield the ids and names of the listed channels that are imported.

        All closed channels come without their name, because everyone may read the messages that mention them.
        """
        yield from ((id_, "") for id_ in sorted(self._closed))
        open_ones = (channel for channel in self.channels if channel.listed and channel.id not in self._closed)
        yield from ((channel.id, channel.place.name) for channel in open_ones)

    def may_reveal(self, channel: str, other: str) -> bool:
        """Whether a text in a channel may reveal that another channel was imported."""
        return channel == other or other not in self._closed


def _prefix(name: str) -> str:
    return name[: name.rfind("/") + 1]


def _day_of(entry: str) -> str:
    return entry.rpartition("/")[2]


def _closer(item: dict[str, Any], reach: str) -> str:
    """Return the reach of a channel, from its list or its own flags, whichever is stricter."""
    direct, private = any(map(item.get, ("is_im", "is_mpim"))), any(map(item.get, ("is_private", "is_group")))
    own = "direct" if direct else "private" if private else "open"
    return max(own, reach, key=_STRICTNESS.index)


def _people(item: dict[str, Any]) -> list[str]:
    """Return the members of a channel, each once."""
    return list(dict.fromkeys(user for user in texts(item.get("members")) if user and user != EXPORT_BUG))


def _person(user: dict[str, Any], where: str) -> Person:
    profile = part(user, "profile")
    is_bot = bool(user.get("is_bot")) or user["id"] == SLACKBOT
    status = "bot" if is_bot else "left" if user.get("deleted") else "invited"
    return Person(
        keys.slack_person(user["id"]),
        name_shown(user) or user["id"],
        handle=word(user, "name"),
        email="" if is_bot else word(profile, "email").strip(),
        kind="partner" if user.get("is_restricted") or user.get("is_ultra_restricted") else "employee",
        status=status,
        job=plain_line(word(profile, "title")),
        timezone=word(user, "tz"),
        phone=word(profile, "phone").strip(),
        photo=without_secrets(word(profile, "image_192") or word(profile, "image_72")),
        where=where,
    )


def _kind(name: str) -> str:
    return _KIND_OF_WORD.get(re.split(r"[-_ ]", name, maxsplit=1)[0], "functional")


def _moment(value: object, unit: int = 1) -> datetime | None:
    """Return the moment of a number or a string of digits; ``None`` for placeholders."""
    try:
        moment = datetime.fromtimestamp(int(value) // unit, UTC)  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    return moment if moment >= _OLDEST else None


def _evening(day: str) -> datetime:
    """Return the end of the day in a file's name."""
    try:
        return datetime.fromisoformat(f"{day}T23:59:59+00:00")
    except ValueError:
        return _OLDEST
