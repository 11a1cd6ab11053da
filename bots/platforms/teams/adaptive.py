"""Cards and posts on Teams: Adaptive Cards 1.5, the newest that Teams shows, within its limit of size."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bots.card import Block, Button, Card, Field, Fields as FieldsBlock, Item, Items, Quote, Style, Text
from bots.markup import plaintext
from bots.markup.cardtext import Part, in_one_line, literal, parts
from bots.markup.fitting import Element, Group, kept, laid_out, left_out, pressable, shortened, to_type
from bots.markup.pieces import pieces
from bots.markup.tree import Cited, Tree, read
from bots.markup.wording import worded
from bots.platform import Answer, Named, Post
from bots.platforms.teams import dialogs
from reseau.i18n import Words
from reseau.markup.visible import one_line

VERSION = "1.5"
MOST_BYTES = 28_000  # a card as UTF-8; with it, the whole message stays far below 100 KB of UTF-16
_READ = 28_000  # characters of a text that are read for a card: no card holds more
_SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
_ACTIONS = 6  # more in one row are hidden behind « … »
_WIDE, _EDGES = 40, 3  # characters of a row on a phone, and the width of a button's edges in characters
_BLOCK = 4000  # characters of one block of text, so that cards can be cut between blocks
_TITLE = 500
_LABEL = 100
_VALUE = 2000
_REASON = 1000
_PIECES = 30  # of one text on a card: more than there is room for
_LINES = 5000  # of all buttons together
_TEXT = 3000
_FALLBACK = 500  # characters of text within the card, for clients that cannot show cards
_STYLES = {Style.PRIMARY: "positive", Style.DANGER: "destructive"}


def of_answer(answer: Answer) -> Element:
    """The Adaptive Card of a card."""
    card = answer.card
    builder = _Builder(Words(answer.language))
    names = [_name(person) for person in answer.named]
    head = [_title(card), *([_text(" ".join(f"<at>{name}</at>" for name in names))] if names else [])]
    groups = [group for block in card.blocks for group in builder.block(block)]
    tail = [*builder.buttons(card.buttons), *_footer(card.footer)]
    fallback = _whole(plaintext.of_card(card, _FALLBACK))

    def whole(part: Sequence[Group], rest: str) -> Element:
        note = [_subtle(rest)] if rest else []
        whole = _card([*head, *_elements(part), *note, *tail], answer.language, fallback)
        return _mentioning(whole, answer.named) if answer.named else whole

    def fits(part: Sequence[Group]) -> bool:
        rest = "" if len(part) == len(groups) else left_out(builder.t, len(groups), True)
        return _bytes(whole(part, rest)) <= MOST_BYTES

    fitting, counted, others = kept(groups, fits)
    return whole(fitting, left_out(builder.t, counted, others) if counted or others else "")


def _mentioning(card: Element, named: Sequence[Named]) -> Element:
    """The card with the accounts of its ``<at>`` marks, so that Teams notifies them."""
    entities = [
        {
            "type": "mention",
            "text": f"<at>{_name(person)}</at>",
            "mentioned": {"id": person.person, "name": _name(person)},
        }
        for person in named
    ]
    return {**card, "msteams": {**card["msteams"], "entities": entities}}


def _name(person: Named) -> str:
    """A name without any markup, neither of cards nor of Teams."""
    return re.sub(r"[<>*_`\[\]\\{}]", " ", shortened(one_line(person.name), _LABEL)).strip() or "…"


def of_post(post: Post) -> list[Element]:
    """A content as a linked channel shows it, in as many cards as it needs, each under its author's name."""
    builder = _Builder(Words(post.language))
    tail = [*([_subtle(post.reactions)] if post.reactions else []), *builder.buttons(post.buttons)]
    texts = [group.elements for group in builder.text(read(post.text))] or [(_text("…"),)]
    fallback = _post_plain(post, _FALLBACK)

    def whole(body: Sequence[Element], number: int, of: int) -> Element:
        last = tail if number == of else []
        return _card([_author(post, number, of), *body, *last], post.language, fallback)

    room = MOST_BYTES - _bytes(whole([], 99, 99))
    bodies: list[list[Element]] = [[]]
    taken = 0
    for elements in texts:
        size = sum(_bytes(element) + len(", ") for element in elements)
        if bodies[-1] and taken + size > room:
            bodies.append([])
            taken = 0
        bodies[-1].extend(elements)
        taken += size
    return [whole(body, number, len(bodies)) for number, body in enumerate(bodies, 1)]


def plain(answer: Answer) -> str:
    """A card in words, for notifications and clients that cannot show it."""
    return _whole(plaintext.of_card(answer.card))


def post_plain(post: Post) -> str:
    """A content in words, for notifications and clients that cannot show it."""
    return _post_plain(post, _TEXT)


def _post_plain(post: Post, most: int) -> str:
    label = f" · {post.label}" if post.label else ""
    return _whole(f"{post.author}{label}\n{plaintext.of_text(post.text, most)}")


def _whole(text: str) -> str:
    return shortened(text.replace("<at>", "<\N{WORD JOINER}at>"), _TEXT).strip() or "…"


def _card(body: Sequence[Element], language: str, fallback: str) -> Element:
    return {
        "type": "AdaptiveCard",
        "$schema": _SCHEMA,
        "version": VERSION,
        "lang": language,
        "fallbackText": shortened(fallback, _FALLBACK).strip() or "…",
        "msteams": {"width": "Full"},
        "body": list(body),
    }


def _bytes(card: Element) -> int:
    return len(json.dumps(card, ensure_ascii=False).encode())


def _elements(groups: Sequence[Group]) -> Iterator[Element]:
    for group in groups:
        yield from group.elements


def _text(text: str, **look: object) -> Element:
    return {"type": "TextBlock", "text": text, "wrap": True, **look}


def _subtle(text: str) -> Element:
    return _text(_limited(text, _REASON), isSubtle=True, size="Small")


def _footer(footer: str) -> list[Element]:
    return [_subtle(footer)] if footer.strip() else []


def _limited(text: str, most: int) -> str:
    return literal(shortened(text, most)) or "…"


def _title(card: Card) -> Element:
    """The card's heading. Errors are shown as plain text, not as a heading."""
    title = _limited(one_line(card.title), _TITLE)
    look = {} if card.error else {"size": "Large", "style": "heading"}
    return _text(title, weight="Bolder", **look)


def _author(post: Post, number: int, of: int) -> Element:
    """The author with a photo if there is one, the kind of content, and the number of the part."""
    name = _limited(post.author, _LABEL)
    parts = (post.label.strip() if number == 1 else "", f"{number}/{of}" if of > 1 else "")
    about = " · ".join(part for part in parts if part)
    lines = [_text(name, weight="Bolder")]
    if about:
        lines.append(_text(_limited(about, _LABEL), isSubtle=True, size="Small", spacing="None"))
    columns: list[Element] = [{"type": "Column", "width": "stretch", "items": lines}]
    columns[0]["verticalContentAlignment"] = "Center"
    if post.photo_url.startswith("https://") and len(post.photo_url) <= _VALUE:
        named = shortened(post.author, _LABEL).strip() or "…"
        face = {"type": "Image", "url": post.photo_url, "style": "Person", "size": "Small", "altText": named}
        columns.insert(0, {"type": "Column", "width": "auto", "items": [face]})
    return {"type": "ColumnSet", "columns": columns}


@dataclass(frozen=True, slots=True)
class _Builder:
    """Builds the elements of one card."""

    t: Words

    def text(self, tree: Tree, most: int | None = None) -> Iterator[Group]:
        """A text in blocks, none of them very long, quotations set apart."""

        def size(part: Tree) -> int:
            return sum(len(run.text.encode()) for run in parts(part))

        for number, piece in enumerate(pieces(tree, size, _BLOCK)):
            if number == most:
                yield Group((), endless=True)
                return
            for cited, run_parts in groupby(parts(piece), lambda part: part.cited):
                elements = [_part(part) for part in run_parts]
                yield from [Group((_set_apart(*elements),))] if cited else [Group((element,)) for element in elements]

    def card_text(self, markdown: str, author: str | None = None) -> Iterator[Group]:
        """A text on a card, cut to what could fit; a quotation if an author is given."""
        tree = read(markdown[:_READ])
        yield from self.text(tree if author is None or not tree else (Cited(tree),), _PIECES)
        if len(markdown) > _READ:
            yield Group((), endless=True)

    def block(self, block: Block) -> Iterator[Group]:
        match block:
            case Text():
                yield from self.card_text(block.markdown)
            case FieldsBlock(fields):
                facts = [_fact(field) for field in fields]
                for at in range(0, len(facts), 10):
                    yield Group(({"type": "FactSet", "facts": facts[at : at + 10]},))
            case Items(items, heading):
                if heading.strip():
                    yield Group((_text(_limited(heading, _TITLE), weight="Bolder", spacing="Medium"),))
                for item in items:
                    yield from self.whole_item(item) if item.whole else [Group((self.item(item),), counted=True)]
            case Quote(text, author):
                yield from self.quote(text, author)

    def quote(self, text: str, author: str) -> Iterator[Group]:
        name = [_text(_limited(author, _LABEL), weight="Bolder", size="Small")] if author.strip() else []
        for group in self.card_text(text, author):
            inside = group.elements[0]["items"] if group.elements else []
            yield group if group.endless else Group((_set_apart(*name, *inside),))
            name = []

    def whole_item(self, item: Item) -> Iterator[Group]:
        """A list item whose text keeps its lines, below its code and reason."""
        lead = " · ".join(part for part in (item.code, item.reason) if part.strip())
        look = {"isSubtle": True, "size": "Small", "spacing": "Medium"}
        head = (_text(_limited(lead, _REASON), **look),) if lead else ()
        texts = list(self.card_text(item.text)) or [Group((_text("…"),))]
        yield Group((*head, *texts[0].elements), counted=True, endless=texts[0].endless)
        yield from texts[1:]

    def item(self, item: Item) -> Element:
        """A list item; the whole of it can be pressed if it has a line."""
        words = in_one_line(read(item.text)) or "…"
        if len(words.encode()) > _BLOCK:
            words = _limited(worded(read(item.text)), _BLOCK // 4).replace("\n\n", " ")
        code = f"**{_limited(item.code, _LABEL)}** " if item.code.strip() else ""
        lines = [_text(code + words)]
        if item.reason.strip():
            lines.append(_text(_limited(item.reason, _REASON), isSubtle=True, size="Small", spacing="None"))
        container: Element = {"type": "Container", "items": lines, "spacing": "Small"}
        named = " ".join((item.label or self.t("Show"), item.code or worded(read(item.text))))
        button = Button(named, item.line)
        if item.line.strip() and pressable(button):
            lines[0]["color"] = "Accent"
            container["selectAction"] = _submit(button)
            if item.label:  # clients without buttons show the button's line
                lines.append(_text(_limited(item.label, _REASON), color="Accent", size="Small", spacing="None"))
        return container

    def buttons(self, buttons: Sequence[Button]) -> list[Element]:
        """Buttons in rows; lines that no button can carry as text."""
        pressed, typed = laid_out(buttons, _LINES)
        rows: list[Element] = [{"type": "ActionSet", "actions": row} for row in _rows(pressed)]
        return rows + [_subtle(to_type(self.t, button)) for button in typed]


def _rows(buttons: Sequence[Button]) -> list[list[Element]]:
    """Rows that fit a phone, which would cut off wider ones."""
    rows: list[list[Element]] = []
    wide = 0
    for button in buttons:
        wide += len(button.label) + _EDGES
        if not rows or wide > _WIDE or len(rows[-1]) == _ACTIONS:
            rows.append([])
            wide = len(button.label) + _EDGES
        rows[-1].append(_submit(button))
    return rows


def _part(part: Part) -> Element:
    match part.look:
        case "heading":
            return _text(part.text, weight="Bolder")
        case "code":
            return _text(part.text, fontType="Monospace")
        case _:
            return _text(part.text)


def _set_apart(*elements: Element) -> Element:
    return {"type": "Container", "style": "emphasis", "items": list(elements)}


def _fact(field: Field) -> Element:
    return {"title": _limited(field.label, _LABEL), "value": _limited(field.value, _VALUE)}


def _submit(button: Button) -> Element:
    element: Element = {
        "type": "Action.Submit",
        "title": shortened(one_line(button.label), _LABEL).strip() or "…",
        "data": dialogs.data(button.line),
    }
    return element if button.style is Style.PLAIN else element | {"style": _STYLES[button.style]}
