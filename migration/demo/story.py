"""What the demonstration is told from: the written company, names, communities, threads and templates (``data/``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

import migration.demo
from reseau.contents.content_type import TYPES, ContentType
from reseau.kinds import CommunityKind, Privacy

Shares = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Site:
    """A place of work; ``wave`` is the week in which it joins the network."""

    key: str
    name: str
    country: str
    timezone: str
    language: str
    wave: int


@dataclass(frozen=True, slots=True)
class Department:
    """A part of the company. ``jobs`` are (name, level, weight), the head's first; ``slack`` is a share of people."""

    key: str
    name: str
    share: float
    slack: float
    sites: Shares
    jobs: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True, slots=True)
class Company:
    """The company and what its people say of themselves on their profiles."""

    name: str
    domain: str
    sites: Mapping[str, Site]
    departments: Mapping[str, Department]
    first_names: Mapping[str, str]
    first: Mapping[str, tuple[str, ...]]
    last: Mapping[str, tuple[str, ...]]
    expertise: Mapping[str, tuple[str, ...]]
    expertise_en: Mapping[str, tuple[str, ...]]
    interests: tuple[str, ...]
    tools: tuple[str, ...]
    ask_me: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """Somebody's part in a community: where the person comes from, and how present he or she is."""

    department: str
    site: str
    style: str  # present, regular, fading, silent
    fades: int


@dataclass(frozen=True, slots=True)
class Place:
    """A community of the company, who joins it and how it lives."""

    key: str
    name: str
    kind: CommunityKind
    privacy: Privacy
    language: str
    personal: bool
    purpose: str
    who: Mapping[str, Any]
    pulse: str  # steady, growing, dying, late
    opens: int
    until: int
    weight: float
    animateurs: tuple[Duty, ...]
    sponsors: tuple[Duty, ...]

    @property
    def for_everybody(self) -> bool:
        return bool(self.who.get("everybody"))


@dataclass(frozen=True, slots=True)
class Line:
    """A reply as written: who speaks, and the words."""

    by: str
    text: str
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """A thread as written, or a template of threads. ``ago`` is in days before the end of the year."""

    places: tuple[str, ...]
    kind: ContentType
    by: str
    title: str
    text: str
    tags: tuple[str, ...]
    replies: tuple[Line, ...]
    language: str | None = None
    ago: int | None = None
    seeded: bool = False
    reactions: int = 3


@dataclass(frozen=True, slots=True)
class Story:
    """Everything written, read once."""

    company: Company
    places: Mapping[str, Place]
    written: tuple[Script, ...]
    templates: tuple[Script, ...]
    slots: Mapping[str, tuple[str, ...]]
    closings: Mapping[str, tuple[str, ...]]
    hosting: Mapping[str, tuple[str, ...]]
    thanks: Mapping[str, tuple[str, ...]]


@cache
def story() -> Story:
    """The story as the files tell it."""
    threads = files(migration.demo).joinpath("data", "threads")
    names = sorted(one.name for one in threads.iterdir() if one.name.endswith(".yaml"))
    everyday = _read("templates.yaml")
    return Story(
        company=_company(_read("company.yaml"), _read("names.yaml")),
        places={one["key"]: _place(one) for one in _read("communities.yaml")},
        written=tuple(_script(one) for name in names for one in _read("threads", name)),
        templates=tuple(_script(one) for one in everyday["threads"]),
        slots={key: tuple(map(str, values)) for key, values in _read("slots.yaml").items()},
        closings=_lists(everyday["closings"]),
        hosting=_lists(everyday["hosting"]),
        thanks=_lists(everyday["thanks"]),
    )


def _read(*path: str) -> Any:
    # The C loader is there wherever PyYAML's wheels are, and ten times as fast.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(files(migration.demo).joinpath("data", *path).read_text("utf-8"), loader)  # noqa: S506


def _lists(said: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(values) for key, values in said.items()}


def _company(said: Mapping[str, Any], names: Mapping[str, Any]) -> Company:
    return Company(
        name=said["name"],
        domain=said["domain"],
        sites={
            key: Site(key, one["name"], one["country"], one["timezone"], one["language"], one["wave"])
            for key, one in said["sites"].items()
        },
        departments={
            key: Department(
                key, one["name"], one["share"], one["slack"], one["sites"], tuple(tuple(job) for job in one["jobs"])
            )
            for key, one in said["departments"].items()
        },
        first_names=said["first_names"],
        first=_lists(names["first"]),
        last=_lists(names["last"]),
        expertise=_lists(said["expertise"]),
        expertise_en=_lists(said["expertise_en"]),
        interests=tuple(said["interests"]),
        tools=tuple(said["tools"]),
        ask_me=tuple(said["ask_me"]),
    )


def _place(said: Mapping[str, Any]) -> Place:
    sponsor = said.get("sponsor")
    return Place(
        key=said["key"],
        name=said["name"],
        kind=CommunityKind(said["kind"]),
        privacy=Privacy(said.get("privacy", "open")),
        language=said.get("language", "fr"),
        personal=bool(said.get("personal")),
        purpose=said["purpose"],
        who=said["who"],
        pulse=said["pulse"],
        opens=int(said.get("opens", 0)),
        until=int(said.get("until", 99)),
        weight=float(said["weight"]),
        animateurs=tuple(map(_duty, said["animateurs"])),
        sponsors=(_duty(sponsor),) if sponsor else (),
    )


def _duty(said: Mapping[str, Any]) -> Duty:
    return Duty(said["from"], said.get("site", ""), said["style"], int(said.get("fades", 99)))


def _script(said: Mapping[str, Any]) -> Script:
    places = said["in"] if isinstance(said["in"], list) else [said["in"]]
    return Script(
        places=tuple(places),
        kind=TYPES[said["kind"]],
        by=said["by"],
        title=said["title"].strip(),
        text=said["text"].strip(),
        tags=tuple(said.get("tags", ())),
        replies=tuple(
            Line(one["by"], one["text"].strip(), bool(one.get("accepted"))) for one in said.get("replies", ())
        ),
        language=said.get("language"),
        ago=said.get("ago"),
        seeded=bool(said.get("seeded")),
        reactions=int(said.get("reactions", 3)),
    )
