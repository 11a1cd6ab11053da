"""The sources of the demonstration: the written company, names, communities, threads and templates (``data/``)."""

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
    """The company, and what its people write on their profiles."""

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
    """A role in a community: the department and site of its holder, and how active the holder is."""

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
    """A written reply: the speaker and the words."""

    by: str
    text: str
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """A written thread, or a template of threads. ``ago`` is the number of days before the end of the year."""

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
    """All written sources."""

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
    """Return the story, which is read from its files once."""
    threads = files(migration.demo).joinpath("data", "threads")
    names = sorted(file.name for file in threads.iterdir() if file.name.endswith(".yaml"))
    everyday = _read("templates.yaml")
    return Story(
        company=_company(_read("company.yaml"), _read("names.yaml")),
        places={place["key"]: _place(place) for place in _read("communities.yaml")},
        written=tuple(_script(script) for name in names for script in _read("threads", name)),
        templates=tuple(_script(template) for template in everyday["threads"]),
        slots={key: tuple(map(str, values)) for key, values in _read("slots.yaml").items()},
        closings=_lists(everyday["closings"]),
        hosting=_lists(everyday["hosting"]),
        thanks=_lists(everyday["thanks"]),
    )


def _read(*path: str) -> Any:
    # PyYAML's wheels have the C loader, which is ten times as fast.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(files(migration.demo).joinpath("data", *path).read_text("utf-8"), loader)  # noqa: S506


def _lists(lists: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(values) for key, values in lists.items()}


def _company(values: Mapping[str, Any], names: Mapping[str, Any]) -> Company:
    return Company(
        name=values["name"],
        domain=values["domain"],
        sites={
            key: Site(key, entry["name"], entry["country"], entry["timezone"], entry["language"], entry["wave"])
            for key, entry in values["sites"].items()
        },
        departments={
            key: Department(
                key,
                entry["name"],
                entry["share"],
                entry["slack"],
                entry["sites"],
                tuple(tuple(job) for job in entry["jobs"]),
            )
            for key, entry in values["departments"].items()
        },
        first_names=values["first_names"],
        first=_lists(names["first"]),
        last=_lists(names["last"]),
        expertise=_lists(values["expertise"]),
        expertise_en=_lists(values["expertise_en"]),
        interests=tuple(values["interests"]),
        tools=tuple(values["tools"]),
        ask_me=tuple(values["ask_me"]),
    )


def _place(values: Mapping[str, Any]) -> Place:
    sponsor = values.get("sponsor")
    return Place(
        key=values["key"],
        name=values["name"],
        kind=CommunityKind(values["kind"]),
        privacy=Privacy(values.get("privacy", "open")),
        language=values.get("language", "fr"),
        personal=bool(values.get("personal")),
        purpose=values["purpose"],
        who=values["who"],
        pulse=values["pulse"],
        opens=int(values.get("opens", 0)),
        until=int(values.get("until", 99)),
        weight=float(values["weight"]),
        animateurs=tuple(map(_duty, values["animateurs"])),
        sponsors=(_duty(sponsor),) if sponsor else (),
    )


def _duty(values: Mapping[str, Any]) -> Duty:
    return Duty(values["from"], values.get("site", ""), values["style"], int(values.get("fades", 99)))


def _script(values: Mapping[str, Any]) -> Script:
    places = values["in"] if isinstance(values["in"], list) else [values["in"]]
    return Script(
        places=tuple(places),
        kind=TYPES[values["kind"]],
        by=values["by"],
        title=values["title"].strip(),
        text=values["text"].strip(),
        tags=tuple(values.get("tags", ())),
        replies=tuple(
            Line(line["by"], line["text"].strip(), bool(line.get("accepted"))) for line in values.get("replies", ())
        ),
        language=values.get("language"),
        ago=values.get("ago"),
        seeded=bool(values.get("seeded")),
        reactions=int(values.get("reactions", 3)),
    )
