"""Seed records: the neutral form of everything that is imported, between a source and the loader.

A source makes them, and the loader writes them. ``reading/lines.py`` stores them as JSON lines;
``docs/seed-records.md`` is their public contract.

``key`` is the provenance key of the object (:mod:`reseau.keys`). A field that names another object holds its key,
whether that object came before or comes later. ``where`` is the entry of the input, and its line, where the record was
read. Every moment is zone-aware. ``None`` or ``""`` means that the source does not know.
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
    placeholder: bool = False  # known only from messages and in no list of people, until a person claims it
    where: str = ""


@dataclass(slots=True)
class Place:
    """A place for writing: a community, or a private conversation."""

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
    """A person's membership of a place, from one moment and perhaps until another."""

    key: str
    place: str
    person: str
    joined: datetime | None = None
    left: datetime | None = None
    role: str = ""  # reseau.kinds.AnimateurRole, or empty
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
    """A text that someone wrote in a place, in Markdown. It starts a thread, unless it has a ``root``."""

    key: str
    place: str
    author: str
    text: str
    created: datetime
    root: str = ""
    root_author: str = ""  # the author of the root, in case the root never comes
    kind: str = ""  # the name of a content type; if empty, a discussion, or a comment for a reply
    title: str = ""
    parent: str = ""
    edited: datetime | None = None
    deleted: datetime | None = None
    language: str = ""
    tags: tuple[str, ...] = ()
    placeholder: bool = False  # not a content at the source; it only holds replies or reactions
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
    """A file attached to a post. The same ``file`` may be attached to several posts."""

    key: str
    file: str
    post: str
    name: str
    media_type: str = ""
    size: int | None = None
    sha256: str = ""
    locator: str = ""  # the address of the bytes, never with a secret
    available: bool = True
    owner: str = ""
    created: datetime | None = None
    where: str = ""


@dataclass(slots=True)
class Tag:
    """A tag of a post."""

    key: str
    post: str
    label: str
    where: str = ""


@dataclass(slots=True)
class Link:
    """A web address of another post in a post's text, which is rewritten once that post is imported."""

    key: str
    post: str
    target: str
    url: str
    where: str = ""


@dataclass(slots=True)
class Event:
    """A meeting."""

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
    """A problem of the input: a code, the place and a detail.

    ``refused`` is the kind of the record that was lost, if one was.
    """

    code: str
    where: str = ""
    detail: str = ""
    refused: str = ""


Record: TypeAlias = (
    Person | Place | Membership | Document | Post | Reaction | File | Tag | Link | Event | Feed | Activity | Note
)

#: The name of each kind of record, in JSON lines and in counts.
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
