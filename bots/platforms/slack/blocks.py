"""Cards and posts as Slack's Block Kit, within all of Slack's limits and without mentions that notify anyone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, groupby

from bots.card import Block, Button, Card, Field, Fields as FieldsBlock, Item, Items, Quote, Style, Text
from bots.markup import plaintext
from bots.markup.fitting import Element, Group, kept, laid_out, left_out, pressable, shortened, to_type, units
from bots.markup.mrkdwn import escaped, in_one_line, mrkdwn, unmarked, unparsed
from bots.markup.pieces import pieces
from bots.markup.tree import BOLD, Cited, Fence, Paragraph, Run, Tree, read
from bots.markup.wording import worded
from bots.platform import Answer, Named, Post
from reseau.i18n import Words
from reseau.markup.visible import one_line

MOST_BLOCKS = 45  # Slack takes 50
MOST_CHARACTERS = 12_000  # of all blocks as JSON; near 13,200 Slack refuses, which it documents nowhere
_READ = 15_000  # characters of a text that are read for a card: more than fit
_HEADER = 150
_SECTION = 3000
_FIELD = 2000
_FIELDS = 10
_BUTTONS = 25
_LABEL = 75
_SMALL = 1000
_TITLE = 1000
_PIECES = 15  # of one text on a card: more than fit
_LINES = 5000  # of all buttons together
_TEXT = 3000  # of the text that notifications and screen readers use; Slack cuts at 40,000
_LONG_VALUE = 120  # characters; a longer value reads badly in half a line

_NOBODY: Mapping[str, str] = {}


def of_answer(answer: Answer, ids: Mapping[str, str] = _NOBODY) -> list[Element]:
    """Return the blocks of a card.

    Args:
        answer: the card and its reader's language.
        ids: Slack's id of the people and channels that its texts name, by provenance key.
    """
    making = _Making(Words(answer.language), ids)
    head = [making.title(answer.card), *([_mentions(answer.named)] if answer.named else [])]
    groups = [group for block in answer.card.blocks for group in making.block(block)]
    tail = [*making.buttons(answer.card.buttons), *_footer(answer.card.footer)]

    def fits(part: Sequence[Group]) -> bool:
        rest = _small(left_out(making.t, len(groups), True))
        return _room([*head, *_elements(part), *([rest] if len(part) < len(groups) else []), *tail])

    fitting, counted, others = kept(groups, fits)
    rest = [_small(left_out(making.t, counted, others))] if counted or others else []
    return [*head, *_elements(fitting), *rest, *tail]


def _mentions(named: Sequence[Named]) -> Element:
    """People as mentions, which Slack shows them."""
    return {"type": "section", "text": _mrkdwn(" ".join(f"<@{person.person}>" for person in named))}


def of_post(post: Post, ids: Mapping[str, str] = _NOBODY) -> list[list[Element]]:
    """A content as a linked channel shows it, in as many messages as it needs. Its author is named by the message.

    Args:
        post: the content.
        ids: Slack's id of the people and channels that it names, by provenance key.
    """
    making = _Making(Words(post.language), ids)
    tail = [*([_small(_limited(post.reactions, _SMALL // 2))] if post.reactions else []), *making.buttons(post.buttons)]
    sections = [group.elements[0] for group in making.text(read(post.text))] or [making.section(escaped("…"))]
    reserved = [_small(_limited(_numbered(post.label, 99, 99), _SMALL // 2))]
    parts: list[list[Element]] = [[]]
    for section in sections:
        if parts[-1] and not _room([*reserved, *parts[-1], section, *tail]):
            parts.append([])
        parts[-1].append(section)
    labels = [_numbered(post.label if number == 1 else "", number, len(parts)) for number in range(1, len(parts) + 1)]
    messages = [
        [*([_small(_limited(label, _SMALL // 2))] if label else []), *part]
        for label, part in zip(labels, parts, strict=True)
    ]
    messages[-1].extend(tail)
    return messages


def plain(answer: Answer) -> str:
    """A card in words, for notifications and screen readers, escaped as Slack wants the text of a message."""
    return _whole(plaintext.of_card(answer.card))


def post_plain(post: Post) -> str:
    """A content in words, for notifications and screen readers, escaped as Slack wants the text of a message."""
    label = f"{post.label}\n" if post.label else ""
    return _whole(label + plaintext.of_text(post.text))


def _whole(text: str) -> str:
    """Return an escaped text, shortened to the limit of a message."""
    most = _TEXT
    while units(whole := escaped(shortened(text.strip(), most))) > _TEXT:
        most = most * 3 // 4
    return whole.strip() or "…"


def _numbered(label: str, number: int, of: int) -> str:
    return " · ".join(part for part in (label.strip(), f"{number}/{of}" if of > 1 else "") if part)


def _room(blocks: Sequence[Element]) -> bool:
    return len(blocks) <= MOST_BLOCKS and units(json.dumps(blocks, ensure_ascii=False)) <= MOST_CHARACTERS


def _elements(groups: Sequence[Group]) -> Iterator[Element]:
    for group in groups:
        yield from group.elements


def _mrkdwn(text: str) -> Element:
    # Verbatim: Slack would else make channels, people and links of words that only look like them.
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _plain(text: str, most: int) -> Element:
    return {
        "type": "plain_text",
        "text": shortened(unparsed(one_line(text)), most).strip() or "…",
        "emoji": False,
    }


def _small(text: str) -> Element:
    return {"type": "context", "elements": [_mrkdwn(text)]}


def _limited(text: str, most: int, before: str = "", behind: str = "") -> str:
    """Plain text in mrkdwn, between marks, cut to fit."""
    room = most
    while units(limited := before + unmarked(shortened(text, room).strip() or "…") + behind) > most:
        room = room * 3 // 4
    return limited


def _footer(footer: str) -> list[Element]:
    return [_small(_limited(footer, _SMALL))] if footer.strip() else []


@dataclass(slots=True)
class _Making:
    """Builds one message. Its buttons are numbered, so that each has its own action id."""

    t: Words
    ids: Mapping[str, str]
    numbers: Iterator[int]

    def __init__(self, t: Words, ids: Mapping[str, str]) -> None:
        self.t = t
        self.ids = ids
        self.numbers = count(1)

    def title(self, card: Card) -> Element:
        """The card's heading. Errors are shown as plain text, not as a heading."""
        title = one_line(card.title) or "…"
        if not card.error and units(title) <= _HEADER:
            return {"type": "header", "text": _plain(title, _HEADER)}
        return self.section(_limited(title, _TITLE, "*", "*"))

    def section(self, text: str) -> Element:
        return {"type": "section", "text": _mrkdwn(text)}

    def text(self, tree: Tree, most: int | None = None) -> Iterator[Group]:
        """Yield a text in sections, split between its blocks."""

        def size(part: Tree) -> int:
            return units(mrkdwn(part, self.ids))

        # Code has a section of its own: clients disagree on the start of a fence within a text.
        runs = [tuple(group) for _, group in groupby(tree, lambda block: isinstance(block, Fence))]
        for number, piece in enumerate(piece for run in runs for piece in pieces(run, size, _SECTION)):
            if number == most:
                yield Group((), endless=True)
                return
            text = mrkdwn(piece, self.ids)
            if text.strip():
                yield Group((self.section(text),))

    def card_text(self, markdown: str, author: str | None = None) -> Iterator[Group]:
        """A text on a card, cut to what could fit; a quotation if an author is given."""
        tree = read(markdown[:_READ])
        yield from self.text(tree if author is None else _cited(tree, author), _PIECES)
        if len(markdown) > _READ:
            yield Group((), endless=True)

    def block(self, block: Block) -> Iterator[Group]:
        match block:
            case Text():
                yield from self.card_text(block.markdown)
            case FieldsBlock(fields):
                yield from self.fields(fields)
            case Items(items, heading):
                if heading.strip():
                    yield Group((self.section(_limited(heading, _SECTION, "*", "*")),))
                for item in items:
                    yield from self.whole_item(item) if item.whole else [Group(tuple(self.item(item)), counted=True)]
            case Quote(text, author):
                yield from self.card_text(text, author)

    def fields(self, fields: Sequence[Field]) -> Iterator[Group]:
        """Yield fields: two short values a row, or one long one."""
        short = [field for field in fields if len(field.value) <= _LONG_VALUE and len(fields) > 1]
        for at in range(0, len(short), _FIELDS):
            pairs = [_mrkdwn(_pair(field, "\n", _FIELD)) for field in short[at : at + _FIELDS]]
            yield Group(({"type": "section", "fields": pairs},))
        for field in fields:
            if field not in short:
                yield Group((self.section(_pair(field, "\n", _SECTION)),))

    def whole_item(self, item: Item) -> Iterator[Group]:
        """Yield an item of a list whose text keeps its lines, below its facts."""
        lead = " · ".join(part for part in (item.code, item.reason) if part.strip())
        head = (_small(_limited(lead, _SMALL)),) if lead else ()
        texts = list(self.card_text(item.text)) or [Group((self.section("…"),))]
        yield Group((*head, *texts[0].elements), counted=True, endless=texts[0].endless)
        yield from texts[1:]

    def item(self, item: Item) -> Iterator[Element]:
        """Yield an item of a list, its small print, and the button that types its line."""
        words = in_one_line(read(item.text), self.ids) or "…"
        code = f"`{escaped(shortened(item.code, _LABEL))}` " if item.code.strip() and "`" not in item.code else ""
        if units(code + words) > _SECTION:
            words = _limited(worded(read(item.text)), _SECTION // 2)
        section = self.section(code + words)
        button = Button(item.label or self.t("Show"), item.line)
        if item.line.strip() and pressable(button):
            named = " ".join(part for part in (button.label, item.code, worded(read(item.text))) if part)
            section["accessory"] = self.button(button) | {"accessibility_label": shortened(named, _LABEL)}
        yield section
        if item.reason.strip():
            yield _small(_limited(item.reason, _SMALL))

    def buttons(self, buttons: Sequence[Button]) -> list[Element]:
        """Return rows of buttons, and words for buttons that cannot be pressed."""
        pressed, typed = laid_out(buttons, _LINES)
        rows: list[Element] = [
            {"type": "actions", "elements": [self.button(button) for button in pressed[at : at + _BUTTONS]]}
            for at in range(0, len(pressed), _BUTTONS)
        ]
        return rows + [_small(_limited(to_type(self.t, button), _SMALL)) for button in typed]

    def button(self, button: Button) -> Element:
        element: Element = {
            "type": "button",
            "text": _plain(button.label, _LABEL),
            "action_id": f"line:{next(self.numbers)}",
            "value": button.line,
        }
        return element if button.style is Style.PLAIN else element | {"style": button.style.value}


def _cited(tree: Tree, author: str) -> Tree:
    """Return a person's words as a quotation under their name."""
    name = one_line(shortened(author, _LABEL))
    lead = (Paragraph((Run(name, frozenset({BOLD}), bare=True),)),) if name else ()
    inside = (*lead, *tree)
    return (Cited(inside),) if inside else ()


def _pair(field: Field, between: str, most: int) -> str:
    label = _limited(field.label, 200, "*", "*") + between
    return label + _limited(field.value or "…", most - units(label))
