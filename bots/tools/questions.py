"""A form at the console: its entries are asked for one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bots.answers import asking
from bots.arrival import Filled
from bots.card import Block, Card, Item, Items, Text
from bots.form import NONE, Blank, Choice, Sheet
from reseau.i18n import Words

_MOST_CHOICES = 9


@dataclass(slots=True)
class Questions:
    """A form that is being filled in.

    Attributes:
        sheet: its step.
        values: the answers, and the form's first values.
        left: the entries that are still to be asked for, in their order.
    """

    sheet: Sheet
    values: dict[str, str] = field(default_factory=dict)
    left: list[Blank] = field(default_factory=list)

    @classmethod
    def of(cls, sheet: Sheet, told: Mapping[str, str], answered: Mapping[str, str] | None = None) -> Questions:
        """The questions of a form.

        Args:
            sheet: the form; where something is wrong in it, that alone is asked for again.
            told: what the line said already, which is not asked for.
            answered: what was answered before.
        """
        values = {**{blank.entry.name: blank.value for blank in sheet.blanks}, **(answered or {})}
        wrong = [blank for blank in sheet.blanks if blank.fault]
        return cls(sheet, values, wrong or [blank for blank in sheet.blanks if not told.get(blank.entry.name)])

    @property
    def filled(self) -> Filled:
        """The form with its current values."""
        return Filled(self.sheet.verb, self.values, self.sheet.step)

    def question(self, t: Words) -> Card:
        """Return the next question."""
        blank = self.left[0]
        blocks: list[Block] = [Text(text) for text in (blank.fault or self.sheet.note, blank.hint) if text]
        if choices := _listed(blank):
            blocks.append(Items(tuple(Item(choice.label, str(n)) for n, choice in enumerate(choices, 1))))
        if held := self.values.get(blank.entry.name):
            blocks.append(Text(t("Now: {value}", value=_label(blank, held))))
        ways = t("An empty line leaves it as it is; “{word}” gives up.", word=t("cancel"))
        return Card(t("{form}: {entry}", form=self.sheet.title, entry=blank.label), tuple(blocks), footer=ways)

    def answer(self, line: str, t: Words) -> bool:
        """Take an answer; return whether the form goes on. An empty line keeps the value, or skips an entry."""
        if asking.gives_up(line):
            return False
        blank = self.left[0]
        text = line.strip()
        if text:
            self.values[blank.entry.name] = _chosen(blank, text)
        if blank.entry.required and not self.values.get(blank.entry.name):
            self.left[0] = replace(blank, fault=t("Please fill this in."))
            return True
        del self.left[0]
        return True


def _listed(blank: Blank) -> Sequence[Choice]:
    """The choices that are numbered; none at all is an empty line."""
    return [choice for choice in blank.choices if choice.value != NONE][:_MOST_CHOICES]


def _chosen(blank: Blank, text: str) -> str:
    """The choice of a number or a name, else the text itself."""
    listed = _listed(blank)
    if text.isdecimal() and 1 <= int(text[:4]) <= len(listed):
        return listed[int(text) - 1].value
    return next((choice.value for choice in blank.choices if choice.label.casefold() == text.casefold()), text)


def _label(blank: Blank, value: str) -> str:
    return next((choice.label for choice in blank.choices if choice.value == value), value)
