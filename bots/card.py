"""The neutral card: a command's answer, before any platform decides how it looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bots.arrival import Where
from reseau.markup.markdown import word
from reseau.markup.visible import one_line, visible

_LONGEST_TEXT = 60_000  # characters of a plain text; no card shows as many
_LONGEST_NAME = 3000  # characters; no section of a card holds more


class Style(StrEnum):
    """The emphasis of a button."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


class Visibility(StrEnum):
    """Private: only the person who asked sees it. Public: it may appear in the conversation."""

    PRIVATE = "private"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Markdown:
    """Markdown: people's words, or one of our sentences with marks. Anything else is plain text."""

    text: str


Wording = str | Markdown


def strong(name: str) -> Markdown:
    """A name or another short text, in strong letters."""
    text = word(_cut(name))
    return Markdown(f"**{text}**" if text.strip() else "")


def phrase(*parts: Wording, between: str = " ") -> Markdown:
    """Several words in one line. Those that are empty are left out."""
    return Markdown(between.join(words for part in parts if (words := _markdown(part))))


def _markdown(words: Wording) -> str:
    return words.text if isinstance(words, Markdown) else word(_cut(words))


def _cut(name: str) -> str:
    """A name cut to the longest that any card can show."""
    return name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME] + "…"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph or more: plain text, or marked Markdown."""

    words: Wording

    @property
    def markdown(self) -> str:
        """The words in Markdown."""
        if isinstance(self.words, Markdown):
            return self.words.text
        return "\n".join(map(word, visible(self.words[:_LONGEST_TEXT]).split("\n")))

    def as_json(self) -> dict[str, object]:
        return {"type": "text", "markdown": self.markdown}


@dataclass(frozen=True, slots=True)
class Field:
    """A label and its value."""

    label: str
    value: str

    def __post_init__(self) -> None:
        _fold(self, "label")
        object.__setattr__(self, "value", visible(self.value))


@dataclass(frozen=True, slots=True)
class Fields:
    """Pairs in a column, such as a profile."""

    fields: tuple[Field, ...]

    def as_json(self) -> dict[str, object]:
        return {"type": "fields", "fields": [{"label": field.label, "value": field.value} for field in self.fields]}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a list.

    Attributes:
        words: its name or first words: plain text, or Markdown that says so.
        code: the number people type (``Q12``); empty if it has none.
        reason: why it is shown, or facts about it.
        line: the line that opens it, for platforms that can make the item pressable.
        link: an address outside of the conversation, empty if there is none.
        whole: whether its words are a text that keeps its lines, with the code and the reason above.
        label: the button's label, in the reader's words; empty if it shows the item's subject.
    """

    words: Wording
    code: str = ""
    reason: str = ""
    line: str = ""
    link: str = ""
    whole: bool = False
    label: str = ""

    def __post_init__(self) -> None:
        _fold(self, "code", "reason", "label")

    @property
    def text(self) -> str:
        """The words in Markdown."""
        return _markdown(self.words)

    def as_json(self) -> dict[str, object]:
        return {
            "text": self.text,
            "code": self.code,
            "reason": self.reason,
            "line": self.line,
            "link": self.link,
            "whole": self.whole,
            "label": self.label,
        }


@dataclass(frozen=True, slots=True)
class Items:
    """A list, with an optional heading."""

    items: tuple[Item, ...]
    heading: str = ""

    def __post_init__(self) -> None:
        _fold(self, "heading")

    def as_json(self) -> dict[str, object]:
        return {"type": "list", "heading": self.heading, "items": [item.as_json() for item in self.items]}


@dataclass(frozen=True, slots=True)
class Quote:
    """A person's words, kept as they were typed, in Markdown."""

    text: str
    author: str = ""

    def __post_init__(self) -> None:
        _fold(self, "author")

    def as_json(self) -> dict[str, object]:
        return {"type": "quote", "text": self.text, "author": self.author}


Block = Text | Fields | Items | Quote


@dataclass(frozen=True, slots=True)
class Button:
    """A button: pressing it has the same effect as typing ``line``."""

    label: str
    line: str
    style: Style = Style.PLAIN

    def __post_init__(self) -> None:
        _fold(self, "label")

    def as_json(self) -> dict[str, object]:
        return {"label": self.label, "line": self.line, "style": self.style.value}


@dataclass(frozen=True, slots=True)
class Card:
    """An answer.

    Attributes:
        title: one line of plain text.
        blocks: the contents, from the top.
        buttons: what can be done next; the first is the next step.
        footer: small print.
        visibility: who may see it.
        error: the code of an error (``E_TEXT_MISSING``), empty when all went well.
        code: the number of the content that the card is about (``Q12``), empty when it is about none.
        done: whether the line changed the network; previews, errors and reading leave it false.
        shared: a further card for everyone in the channel.
    """

    title: str
    blocks: tuple[Block, ...] = ()
    buttons: tuple[Button, ...] = ()
    footer: str = ""
    visibility: Visibility = Visibility.PRIVATE
    error: str = ""
    code: str = ""
    done: bool = False
    shared: Shared | None = None

    def __post_init__(self) -> None:
        _fold(self, "title", "footer")


@dataclass(frozen=True, slots=True)
class Shared:
    """A card for a whole channel.

    Attributes:
        where: the channel.
        named: the id of a member to mention, so that the platform notifies that member.
    """

    card: Card
    where: Where
    named: int | None = None


def _fold(piece: object, *fields: str) -> None:
    """Reduce fields of a card to visible characters on one line, whatever someone put into them.

    Names reach every platform through here, so no platform has to clean them.
    """
    for name in fields:
        value = getattr(piece, name)
        if (folded := one_line(value)) != value:
            object.__setattr__(piece, name, folded)


def as_json(card: Card) -> dict[str, object]:
    """The card as plain values, the same keys in every card: the stable form of ``reseau chat --json``.

    ``docs/verbs.md`` describes it; keys may be added, never renamed or taken away.
    """
    return {
        "title": card.title,
        "blocks": [block.as_json() for block in card.blocks],
        "buttons": [button.as_json() for button in card.buttons],
        "footer": card.footer,
        "visibility": card.visibility.value,
        "error": card.error,
        "code": card.code,
        "done": card.done,
    }


def from_json(values: Mapping[str, Any]) -> Card:
    """The card that :func:`as_json` wrote.

    Raises:
        KeyError, TypeError, ValueError: the values are not those of a card.
    """
    return Card(
        title=values["title"],
        blocks=tuple(_block(block) for block in values["blocks"]),
        buttons=tuple(Button(button["label"], button["line"], Style(button["style"])) for button in values["buttons"]),
        footer=values["footer"],
        visibility=Visibility(values["visibility"]),
        error=values["error"],
        code=values["code"],
        done=values["done"],
    )


def _block(values: Mapping[str, Any]) -> Block:
    match values["type"]:
        case "text":
            return Text(Markdown(values["markdown"]))
        case "fields":
            return Fields(tuple(Field(**field) for field in values["fields"]))
        case "list":
            return Items(tuple(_item(item) for item in values["items"]), values["heading"])
        case "quote":
            return Quote(values["text"], values["author"])
        case other:
            raise ValueError(f"no block is called {other!r}")


def _item(values: Mapping[str, Any]) -> Item:
    return Item(
        Markdown(values["text"]),
        values["code"],
        values["reason"],
        values["line"],
        values["link"],
        values.get("whole", False),
        values.get("label", ""),
    )


def words(card: Card) -> str:
    """Everything of a card that is read, as plain lines: for counting, searching and tests."""
    lines = [card.title]
    for block in card.blocks:
        match block:
            case Text():
                lines.append(block.markdown)
            case Fields(fields):
                lines.extend(f"{field.label} {field.value}" for field in fields)
            case Items(items, heading):
                lines.append(heading)
                lines.extend(f"{item.code} {item.text} {item.reason}" for item in items)
            case Quote(text, author):
                lines.append(f"{author} {text}")
    lines.extend(button.label for button in card.buttons)
    lines.append(card.footer)
    return "\n".join(line for line in lines if line.strip())
