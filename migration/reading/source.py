"""The port of a source, which recognises an export and reads seed records from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import NamedTuple, Protocol, runtime_checkable

import migration.sources
from migration.reading import reach
from migration.reading.bundle import Bundle
from migration.reading.records import KIND_OF, Note, Person, Place, Post, Record
from reseau.errors import ReseauError
from reseau.i18n import N_
from reseau.plugins import Plugins
from reseau.terminal import printable

#: The words that ``--include`` takes; by default, none of this is imported.
INCLUDABLE = ("private", "direct")


@dataclass(frozen=True, slots=True)
class Options:
    """The options of an import, which by default takes only what everyone at the source could read.

    Attributes:
        include: further places to import: ``private`` (private places with their members), ``direct`` (conversations).
        language: the language of the network, for the few words that a source adds.
    """

    include: frozenset[str] = frozenset()
    language: str = "fr"

    @classmethod
    def parse(cls, include: str) -> Options:
        """Return the options of ``private,direct``.

        Raises:
            OptionError: a word is unknown.
        """
        words = {word.strip().lower() for word in include.split(",")} - {""}
        for unknown in sorted(words - set(INCLUDABLE)):
            raise OptionError(
                "E_INCLUDE",
                N_("“{word}” cannot be included; what can be: {known}."),
                word=unknown,
                known=", ".join(INCLUDABLE),
            )
        return cls(frozenset(words))


class OptionError(ReseauError):
    """An option of a run is unknown."""


class Detection(NamedTuple):
    """The certainty that a bundle belongs to a source, from 0 to 100, and a sentence with the reason."""

    score: int
    reason: str


@dataclass(slots=True)
class Plan:
    """The counts of what a run would import.

    Attributes:
        counts: records by kind.
        refused: records that will be refused, by kind.
        people: people and bots by status.
        places: places by privacy.
        warnings: notes by code.
        channels: posts by the key of their place.
        names: names of places by key.
    """

    counts: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    people: Counter[str] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    names: dict[str, str] = field(default_factory=dict)

    def largest(self, most: int | None = None) -> list[tuple[str, int]]:
        """Return the names of places with their number of posts, the largest first."""
        ranked = sorted(self.channels.items(), key=lambda place: (-place[1], self.names.get(place[0], place[0])))
        return [(self.names.get(key, key), count) for key, count in ranked[:most]]

    def add(self, record: Record) -> None:
        if isinstance(record, Note):
            self.warnings[record.code] += 1
            if record.refused:
                self.refused[record.refused] += 1
            return
        notes: list[Note] = []
        inside = reach.within_reach(record, notes)
        for note in notes:
            self.add(note)
        if inside is None:
            return
        kind = KIND_OF[type(record)]
        if isinstance(record, Person):
            self.people[record.status] += 1
        elif isinstance(record, Place):
            self.places["direct" if record.conversation else record.privacy] += 1
            self.names[record.key] = record.name
            self.channels[record.key] += 0
        elif isinstance(record, Post) and not record.placeholder:
            self.channels[record.place] += 1
        self.counts["placeholder" if getattr(record, "placeholder", False) else kind] += 1


@runtime_checkable
class Source(Protocol):
    """Recognises an export and reads its records. A source is one file (or folder) of ``migration/sources``.

    Attributes:
        name: the name of its file.
        title: the name that people read, marked for translation.
        notes: the sentences, marked for translation, of codes of a ``Note`` that only this source gives; shared ones
            are in ``report/notes.py``. A code without a sentence is shown as it is.
    """

    name: str
    title: str
    notes: Mapping[str, str]

    def detect(self, bundle: Bundle) -> Detection:
        """Return whether a bundle is of this source, judging by names and first bytes only."""
        ...

    def read(self, bundle: Bundle, options: Options) -> Iterator[Record]:
        """Yield every record, always the same ones in the same order; a part that cannot be read becomes a ``Note``.

        A record may name another that comes later. Private places and direct conversations are left out unless
        ``options`` include them.
        """
        ...


@runtime_checkable
class Dated(Protocol):
    """A source that knows the age of an export, so that an older export does not overwrite a newer one.

    It must also give the moment of each edit.
    """

    def covers_until(self, bundle: Bundle, now: datetime) -> datetime | None:
        """Return the latest moment up to ``now`` that the export covers, or ``None`` if it has no moments."""
        ...


@runtime_checkable
class ChecksInput(Protocol):
    """A source that can check, before it reads, whether an input of its kind can be imported."""

    def check(self, bundle: Bundle) -> None:
        """Check the names of a bundle.

        Raises:
            migration.reading.bundle.InputError: the bundle cannot be imported; the sentence says why and what to do.
        """
        ...


# A protocol with attributes cannot be checked by isinstance of its class; Plugins asks for any object here.
SOURCES: Plugins[Source] = Plugins(migration.sources, "source", Source, "reseau.sources")  # type: ignore[type-abstract]


class UnknownSourceError(ReseauError):
    """No source recognises the input."""

    def sentence(self, t: Callable[..., str]) -> str:
        """See :class:`reseau.errors.ReseauError`; ``{known}`` names every source."""
        titles = ", ".join(t(SOURCES[name].title) for name in SOURCES)
        return t(self.message, **{**self.values, "known": titles})


def detect(bundle: Bundle) -> list[tuple[str, Detection]]:
    """Return the sources that recognise a bundle, the surest first."""
    matches = [(name, SOURCES[name].detect(bundle)) for name in SOURCES]
    return sorted((match for match in matches if match[1].score > 0), key=lambda match: (-match[1].score, match[0]))


def recognise(bundle: Bundle) -> Source:
    """Return the source that a bundle comes from.

    Raises:
        UnknownSourceError: no source recognises it.
        migration.reading.bundle.InputError: one does, but the bundle cannot be imported.
    """
    matches = detect(bundle)
    if not matches:
        raise _unknown(bundle)
    source = SOURCES[matches[0][0]]
    if isinstance(source, ChecksInput):
        source.check(bundle)
    return source


def _unknown(bundle: Bundle) -> UnknownSourceError:
    """Return the error for an input that no source recognises."""
    name, inside = printable(bundle.name), [note.where for note in bundle.notes if note.code == "nested_archive"]
    if bundle.names:
        return UnknownSourceError(
            "E_UNKNOWN_EXPORT",
            N_(
                "“{name}” is not an export that can be read here. What can be read, zipped or not: {known}. "
                "A list of staff can be written as seed records: see docs/seed-records.md."
            ),
            name=name,
            known=", ".join(SOURCES),
        )
    if inside:
        return UnknownSourceError(
            "E_NESTED_EXPORT",
            N_("“{name}” holds another archive ({inside}): please take it out and name it instead."),
            name=name,
            inside=printable(inside[0]),
        )
    return UnknownSourceError(
        "E_EMPTY_EXPORT", N_("“{name}” holds no file that can be read: download or unpack the export again."), name=name
    )


def plan(source: Source, bundle: Bundle, options: Options, watch: Callable[[int, str], None] | None = None) -> Plan:
    """Read everything and count it, with the code that a run uses.

    Args:
        source: the source of the bundle.
        bundle: the input.
        options: the options of the run.
        watch: called from time to time with the number of records and the entry of the last one.
    """
    counted = Plan()
    for number, record in enumerate(chain(bundle.notes, source.read(bundle, options)), 1):
        counted.add(record)
        if watch is not None and number % 2_000 == 0:
            watch(number, record.where)
    return counted
