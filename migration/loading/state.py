"""The state of a run, which the parts of the loader share: ids of people and places, counts, pending records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote

from migration.loading import ledger
from migration.loading.ledger import Age, Entry
from migration.loading.tally import Tally
from migration.reading.records import KIND_OF, Note, Record
from reseau.acting import Acting
from reseau.communities import opening
from reseau.communities.opening import NewCommunity
from reseau.i18n import N_, Words
from reseau.kinds import CommunityKind, MemberStatus, Origin, Privacy
from reseau.people import members
from reseau.people.members import NewMember
from reseau.store.transaction import Transaction

IMPORT = Acting("import", Origin.SEEDED)
NOBODY = N_("Unknown person")
STRANGER = N_("Unknown person ({id})")


@dataclass(slots=True)
class RunState:
    """The state of a run.

    Attributes:
        run_id: the id of the run.
        tally: its counts.
        words: the language of the network.
        people: ids of members by provenance key; there are at most thousands, so they are kept in memory.
        places: ids of communities by provenance key.
        notes: the notes of the present batch.
        waiting: records of the present batch that name something missing, each with the key that it waits for.
        ages: the ages of this run and those before it, by id.
    """

    run_id: int
    tally: Tally
    words: Words
    people: dict[str, int]
    places: dict[str, int]
    notes: list[Note] = field(default_factory=list)
    waiting: list[tuple[str, Record]] = field(default_factory=list)
    ages: dict[int, Age] = field(default_factory=dict)

    @property
    def dated(self) -> bool:
        """Whether the source of this run knows the age of its input and when posts were edited."""
        return self.ages[self.run_id].covers_until is not None

    @property
    def began(self) -> datetime:
        """The moment at which this run began."""
        return self.ages[self.run_id].began

    def is_older(self, entry: Entry) -> bool:
        """Whether the input of this run is older than the source of an entry."""
        present, before = self.ages[self.run_id].covers_until, self.ages.get(entry.run_id)
        return bool(present and before and before.covers_until and present < before.covers_until)

    def note(self, code: str, where: str, detail: str = "") -> None:
        self.notes.append(Note(code, where, detail))

    def refuse(self, record: Record, code: str, where: str, detail: str = "") -> None:
        """Note the loss of a record and its reason."""
        self.notes.append(Note(code, where, detail, KIND_OF[type(record)]))

    def wait(self, awaits: str, record: Record) -> None:
        """Keep a record until the object that it names has come."""
        self.waiting.append((awaits, record))

    def meet(self, tx: Transaction, keys: Iterable[str]) -> None:
        """Add placeholders for unknown people."""
        missing = sorted({key for key in keys if key and key not in self.people})
        if not missing:
            return
        batch = [NewMember(self.stranger(key), status=MemberStatus.PLACEHOLDER) for key in missing]
        placeholders = dict(zip(missing, members.add(tx, batch, IMPORT), strict=True))
        self._placeholders(tx, "person", placeholders)
        self.people.update(placeholders)

    def stranger(self, key: str) -> str:
        """Return the name for a person of whom only the id is known."""
        id_ = name_in(key)
        return self.words(NOBODY) if id_ == "?" or id_.partition("@")[0] == "UNKNOWN" else self.words(STRANGER, id=id_)

    def find_places(self, tx: Transaction, keys: Iterable[str]) -> None:
        """Add secret, archived communities for unknown places: nobody can say who may read them."""
        missing = sorted({key for key in keys if key and key not in self.places})
        if not missing:
            return
        batch = [
            NewCommunity(name_in(key), CommunityKind.FUNCTIONAL, Privacy.SECRET, archived_at=tx.now) for key in missing
        ]
        placeholders = dict(zip(missing, opening.add(tx, batch, IMPORT), strict=True))
        self._placeholders(tx, "place", placeholders)
        self.places.update(placeholders)

    def _placeholders(self, tx: Transaction, kind: str, ids: dict[str, int]) -> None:
        ledger.enter(tx, kind, self.run_id, [(key, id_, 0) for key, id_ in ids.items()])
        self.tally.add("inserted", "placeholder", len(ids))
        for key in ids:
            self.note(f"{kind}_unlisted", key)


def name_in(key: str) -> str:
    """Return the source's own id, which ends a provenance key."""
    return unquote(key.rpartition("/")[2]) or "?"
