"""Slack's structured messages (blocks and attachments) as the network's own text, for messages without a text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reseau.locator import TOKEN
from reseau.markup.markdown import code, fence, plain, quote, without_control
from reseau.markup.slack import SlackMarkup, address, special

Block = dict[str, Any]
_STYLES = (("strike", "~~"), ("italic", "_"), ("bold", "**"))
_DEEPEST = 12  # blocks nest three deep; anything deeper was made to hurt


class SlackBlocks:
    """Converts blocks and attachments with the markup (people, channels) of a workspace. Never raises."""

    def __init__(self, markup: SlackMarkup) -> None:
        self._markup = markup

    def blocks(self, blocks: object) -> str:
        """Markdown of a message's ``blocks``: rich text as it is, the texts and button labels of app messages."""
        return "\n".join(filter(None, (self._block(block) for block in _dicts(blocks))))

    def attachments(self, attachments: object, *, previews: bool) -> str:
        """Markdown of cards that apps attach; link previews only where ``previews`` asks for them."""
        shown = []
        for card in _dicts(attachments):
            if previews or not (card.get("from_url") or card.get("original_url") or card.get("is_msg_unfurl")):
                shown.append(self._card(card))
        return "\n\n".join(filter(None, shown))

    def _block(self, block: Block) -> str:
        kind = block.get("type")
        if kind == "rich_text":
            return "\n".join(filter(None, (self._rich(element, 0) for element in _dicts(block.get("elements")))))
        if kind == "header":
            text = self._object(block.get("text"))
            return f"**{text}**" if text else ""
        if kind in ("image", "video"):
            return plain(_word(block, "alt_text"))
        if kind == "divider":
            return ""
        texts = [self._object(block.get("text")), *map(self._object, _dicts(block.get("fields")))]
        texts += [self._object(element.get("text") or element) for element in _dicts(block.get("elements"))]
        accessory = block.get("accessory")
        texts.append(self._object(accessory.get("text")) if isinstance(accessory, dict) else "")
        return "\n".join(filter(None, texts))

    def _object(self, text: object) -> str:
        if isinstance(text, str):
            return self._markup.text(text)
        if not isinstance(text, dict) or not isinstance(text.get("text"), str):
            return ""
        is_markup = text.get("type") == "mrkdwn"
        return self._markup.text(text["text"]) if is_markup else plain(without_control(text["text"]))

    # -- rich text -----------------------------------------------------------------------------------------------------

    def _rich(self, element: Block, depth: int) -> str:
        kind = element.get("type")
        elements = list(_dicts(element.get("elements")))
        if depth > _DEEPEST:
            return ""
        if kind == "rich_text_list":
            return self._list(element, elements, depth)
        if kind == "rich_text_preformatted":
            return fence("".join(_raw(one) for one in elements).strip("\n"))
        text = _joined(self._leaf(one) for one in elements)
        return quote(text.removesuffix("\n")) if kind == "rich_text_quote" else text.removesuffix("\n")

    def _list(self, element: Block, elements: list[Block], depth: int) -> str:
        indent = _number(element, "indent")
        first = _number(element, "offset") + 1
        ordered = element.get("style") == "ordered"
        lines = []
        for number, item in enumerate(elements, first):
            mark = f"{number}." if ordered else "-"
            text = self._rich(item, depth + 1).replace("\n", "\n" + " " * (len(mark) + 1))
            lines.append(f"{mark} {text}")
        margin = "   " * min(indent, 8)
        return "\n".join(margin + line for line in "\n".join(lines).split("\n"))

    def _leaf(self, leaf: Block) -> str:
        kind = leaf.get("type")
        if kind == "text":
            return self._text(leaf)
        if kind == "link":
            return address(_word(leaf, "url"), _word(leaf, "text"))
        if kind == "user":
            return self._markup.mention(_word(leaf, "user_id"))
        if kind == "channel":
            return self._markup.place(_word(leaf, "channel_id"))
        if kind == "emoji":
            return f":{_word(leaf, 'name')}:"
        if kind == "broadcast":
            return f"@{_word(leaf, 'range')}"
        if kind == "usergroup":
            return plain(f"@{_word(leaf, 'usergroup_id')}")
        if kind == "date":
            return plain(special(f"date^{leaf.get('timestamp', '')}", _word(leaf, "fallback")))
        return plain(_word(leaf, "text") or _word(leaf, "fallback"))

    def _text(self, leaf: Block) -> str:
        text = TOKEN.sub("…", without_control(_word(leaf, "text")))
        style = leaf.get("style")
        if not isinstance(style, dict) or not text.strip():
            return plain(text)
        bare = text.strip()
        before, after = text[: text.index(bare)], text[text.index(bare) + len(bare) :]
        if style.get("code"):
            return before + code(bare.replace("\n", " ")) + after
        shown = "\n".join(_dressed(plain(line), style) for line in bare.split("\n"))
        return before + shown + after

    # -- attachments ---------------------------------------------------------------------------------------------------

    def _card(self, card: Block) -> str:
        convert = self._markup.text
        title, url = _word(card, "title"), _word(card, "title_link")
        lines = [convert(_word(card, "pretext")), plain(_word(card, "author_name"))]
        lines.append(address(url, title) if url and title else convert(title))
        lines.append(convert(_word(card, "text")) or self.blocks(card.get("blocks") or _message_blocks(card)))
        for field in _dicts(card.get("fields")):
            lines.append(": ".join(filter(None, (plain(_word(field, "title")), convert(_word(field, "value"))))))
        lines.append(plain(_word(card, "footer")))
        shown = "\n".join(filter(None, lines))
        return shown or convert(_word(card, "fallback"))


def _message_blocks(card: Block) -> list[Block]:
    """The blocks of a message that was shared into another."""
    shared = (one.get("message") for one in _dicts(card.get("message_blocks")))
    return [block for message in shared if isinstance(message, dict) for block in _dicts(message.get("blocks"))]


def _dressed(line: str, style: Block) -> str:
    if not line:
        return line
    for name, mark in _STYLES:
        if style.get(name):
            line = f"{mark}{line}{mark}"
    return line


def _joined(leaves: Iterable[str]) -> str:
    shown = ""
    for leaf in leaves:
        if shown.endswith("!") and leaf.startswith("["):
            shown = f"{shown[:-1]}\\!"
        shown += leaf
    return shown


def _raw(leaf: Block) -> str:
    return without_control(_word(leaf, "text") or _word(leaf, "url"))


def _dicts(found: object) -> Iterable[Block]:
    """The objects of a list, whatever else an export put there."""
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _word(found: Block, name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""


def _number(found: Block, name: str) -> int:
    value = found.get(name)
    return value if isinstance(value, int) and value > 0 else 0
