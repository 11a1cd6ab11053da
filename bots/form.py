"""The form port: the values that a verb needs, described once for every platform.

A :class:`Form` belongs to a verb. A :class:`Sheet` is that form as one person gets it: in that person's language, with
what is known already, and with what that person may choose. Slack, Teams, the console and the web pages draw sheets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

MOST_STEPS = 2
MOST_ENTRIES = 5  # of a step
MOST_CHOICES = 100  # Slack's own limit of one list
NONE = "-"  # the value of the choice that is none: a list that had one chosen cannot be emptied everywhere
_LONGEST_TEXT = 3000  # characters; Slack's own limit of one field
_LONGEST_WORDS = 150


class Kind(StrEnum):
    """The kinds of entries: written or chosen."""

    SHORT = "short"
    LONG = "long"
    CHOICE = "choice"
    COMMUNITY = "community"
    PERSON = "person"
    DATE = "date"


class Among(StrEnum):
    """Which communities a person chooses from."""

    WRITABLE = "writable"
    OTHERS = "others"
    MINE = "mine"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few choices: the verb's value, and the label that people read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to write or choose.

    Attributes:
        name: ``text``, or an option that the verb reads: ``in``, ``tag``, ``number``, ``person``.
        label: what it is, marked by ``N_``.
        kind: a community's value is ``#slug``, a person's ``@handle``, a date's ``2026-02-03``.
        hint: below it, marked by ``N_``; empty if there is none.
        required: whether the form is refused without it.
        most: characters that it takes; none: the limit of its kind.
        choices: for ``CHOICE``, their labels marked by ``N_``.
        among: for ``COMMUNITY``, which ones.
    """

    name: str
    label: str
    kind: Kind = Kind.SHORT
    hint: str = ""
    required: bool = False
    most: int = 0
    choices: tuple[Choice, ...] = ()
    among: Among = Among.WRITABLE

    @property
    def longest(self) -> int:
        """The most characters that it takes."""
        return self.most or (_LONGEST_TEXT if self.kind is Kind.LONG else _LONGEST_WORDS)


@dataclass(frozen=True, slots=True)
class Form:
    """A value that a verb needs.

    Attributes:
        title: marked by ``N_``, at most 24 characters in either language.
        submit: on the button that sends it, marked by ``N_``, at most 24 characters.
        steps: at most two, of at most five entries; names are unique over both.
        intro: above the entries, marked by ``N_``; empty if there is none.
        opener: the words after the verb in a line that opens the form, by language; empty: the verb alone does.
    """

    title: str
    submit: str
    steps: tuple[tuple[Entry, ...], ...]
    intro: str = ""
    opener: Mapping[str, str] = field(default_factory=dict)

    @property
    def entries(self) -> Iterator[Entry]:
        """The entries of all steps."""
        return (entry for step in self.steps for entry in step)

    def lacks(self, values: Mapping[str, str]) -> bool:
        """Whether something that is required is missing; a form that requires nothing always lacks its words."""
        required = [entry.name for entry in self.entries if entry.required]
        return not required or any(not values.get(name, "").strip() for name in required)


@dataclass(frozen=True, slots=True)
class Known:
    """The values that are known before a form is filled in.

    Attributes:
        values: what the entries begin with, by name.
        note: what the form is about, such as the question that is answered; plain text in the reader's language.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Blank:
    """An entry as one person gets it.

    Attributes:
        entry: its description.
        label: in the reader's language, as the other texts here.
        hint: empty if there is none.
        value: what it begins with; for a person, the ``@handle``.
        choices: what can be chosen, never more than the person may see; for ``CHOICE`` and ``COMMUNITY``.
        account: for a person, the platform's id of the account, empty where the platform has none.
        fault: why what was written is refused, empty if it is not.
    """

    entry: Entry
    label: str
    hint: str = ""
    value: str = ""
    choices: tuple[Choice, ...] = ()
    account: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A step of a form as one person gets it.

    Attributes:
        verb: the id of the verb that gets the values.
        title: in the reader's language, as the other texts here.
        submit: on the button that sends it.
        blanks: what is to be filled in.
        language: of the reader.
        intro: above the blanks; empty if there is none.
        note: what the form is about, plain text; empty if there is none.
        step: which one it is, from 0.
        steps: how many there are.
    """

    verb: str
    title: str
    submit: str
    blanks: tuple[Blank, ...]
    language: str = "fr"
    intro: str = ""
    note: str = ""
    step: int = 0
    steps: int = 1

    @property
    def faults(self) -> Mapping[str, str]:
        """The reasons why values are refused, by the name of the entry."""
        return {blank.entry.name: blank.fault for blank in self.blanks if blank.fault}
