"""Seed records: the neutral form that everything brought in takes between a source and the loader.

A source makes them, the loader writes them, ``reading/lines.py`` keeps them as JSON lines; ``docs/seed-records.md``
is their public contract.

``key`` is the provenance key of the thing (:mod:`reseau.keys`); a field that names another thing holds that thing's
key, whether it came before or comes later. ``where`` is the entry of the input (and its line) that it was read from.
Every moment is zone-aware; ``None`` or ``""`` says that the source does not know.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from typing import Any, TypeAlias


@dataclass(slots=True)
class Person:
    """A person or a bot who wrote something or belongs to a place."""

    key: str
    name: str
    handle: str = ""
    email: str = ""
    kind: str = "employee"  # reseau.kinds.MemberKind
    status: str = "invited"  # reseau.kinds.MemberStatus
    department: str = ""
    site: str = ""
    country: str = ""
    job: str = ""
    language: str = ""
    timezone: str = ""
    phone: str = ""
    photo: str = ""
    bio: str = ""
    placeholder: bool = False  # in no list of people: known only by what it wrote, until someone claims it
    where: str = ""


@dataclass(slots=True)
class Place:
    """A place where people write: a community, or the private conversation of a few."""

    key: str
    name: str
    kind: str = "functional"  # reseau.kinds.CommunityKind
    privacy: str = "open"  # reseau.kinds.Privacy
    purpose: str = ""
    language: str = ""
    conversation: bool = False
    created: datetime | None = None
    creator: str = ""
    archived: datetime | None = None
    where: str = ""


@dataclass(slots=True)
class Membership:
    """A person's membership of a place, since a moment, perhaps until another."""

    key: str
    place: str
    person: str
    joined: datetime | None = None
    left: datetime | None = None
    role: str = ""  # reseau.kinds.AnimateurRole, or nothing
    where: str = ""


@dataclass(slots=True)
class Document:
    """A text with a title: minutes, an agenda, a page, an article."""

    key: str
    place: str
    author: str
    title: str
    text: str
    created: datetime
    kind: str = "minutes"  # minutes, agenda, page, article
    edited: datetime | None = None
    language: str = ""
    tags: tuple[str, ...] = ()
    where: str = ""


@dataclass(slots=True)
class Post:
    """What someone wrote in a place, in Markdown: it starts a thread, or replies when it has a ``root``."""

    key: str
    place: str
    author: str
    text: str
    created: datetime
    root: str = ""
    root_author: str = ""  # who started the thread, should its root never come
    kind: str = ""  # the name of a content type; nothing: a discussion, or a comment when it replies
    title: str = ""
    parent: str = ""
    edited: datetime | None = None
    deleted: datetime | None = None
    language: str = ""
    tags: tuple[str, ...] = ()
    placeholder: bool = False  # no content at the source: it only holds the replies or reactions that others gave it
    where: str = ""


@dataclass(slots=True)
class Reaction:
    """A person's reaction to a post with an emoji, named without colons."""

    key: str
    post: str
    person: str
    emoji: str
    at: datetime | None = None
    where: str = ""


@dataclass(slots=True)
class File:
    """A file that a post carries; the same ``file`` may be carried by several posts."""

    key: str
    file: str
    post: str
    name: str
    media_type: str = ""
    size: int | None = None
    sha256: str = ""
    locator: str = ""  # where the bytes are, never with a secret
    available: bool = True
    owner: str = ""
    created: datetime | None = None
    where: str = ""


@dataclass(slots=True)
class Tag:
    """A word that a post is filed under."""

    key: str
    post: str
    label: str
    where: str = ""


@dataclass(slots=True)
class Link:
    """A web address in a post's text that is another post: rewritten once that one is here."""

    key: str
    post: str
    target: str
    url: str
    where: str = ""


@dataclass(slots=True)
class Event:
    """A meeting: when, where, about what."""

    key: str
    place: str
    author: str
    title: str
    starts: datetime
    ends: datetime | None = None
    location: str = ""
    text: str = ""
    created: datetime | None = None
    where: str = ""


@dataclass(slots=True)
class Feed:
    """A feed of news that a place follows."""

    key: str
    place: str
    title: str
    url: str
    where: str = ""


@dataclass(slots=True)
class Activity:
    """An event that is not a content, such as a join, a changed topic or a pin."""

    key: str
    place: str
    person: str
    what: str  # the source's own word, such as channel_topic
    at: datetime
    where: str = ""


@dataclass(slots=True)
class Note:
    """Something that the source could not read as it is: what, where, and a detail.

    ``refused`` is the kind of the record that was lost, or nothing when nothing was.
    """

    code: str
    where: str = ""
    detail: str = ""
    refused: str = ""


Record: TypeAlias = (
    Person | Place | Membership | Document | Post | Reaction | File | Tag | Link | Event | Feed | Activity | Note
)

#: The word that names each kind of record, in JSON lines and in counts.
KINDS: dict[str, type[Record]] = {
    "person": Person,
    "place": Place,
    "membership": Membership,
    "document": Document,
    "post": Post,
    "reaction": Reaction,
    "file": File,
    "tag": Tag,
    "link": Link,
    "event": Event,
    "feed": Feed,
    "activity": Activity,
    "note": Note,
}

KIND_OF: dict[type[Record], str] = {form: kind for kind, form in KINDS.items()}


#: The names of the fields of each kind of record, in their order.
FIELDS: dict[str, tuple[str, ...]] = {kind: tuple(field.name for field in fields(form)) for kind, form in KINDS.items()}
#: The defaults of the fields of each kind, by name.
DEFAULTS: dict[str, dict[str, Any]] = {
    kind: {field.name: field.default for field in fields(form) if field.default is not MISSING}
    for kind, form in KINDS.items()
}
