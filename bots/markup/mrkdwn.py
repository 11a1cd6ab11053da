"""Slack's message text ("mrkdwn"), from the network's own: nothing in it mentions anyone unless we mean it.

Slack has no way to escape its marks, so an invisible joiner stands beside a character that it would take for one, and
an invisible gap where marks stand within a word. Texts of blocks want ``verbatim``, so that Slack makes no links and
mentions of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from bots.markup.marks import LONGEST_ADDRESS, Dialect, addressed, written
from bots.markup.tree import (
    BOLD,
    CODE,
    ITALIC,
    STRIKE,
    Block,
    Cited,
    Fence,
    Heading,
    Listing,
    Paragraph,
    Rule,
    Run,
    Table,
    Tree,
    lines,
)

JOINER = "\N{WORD JOINER}"
GAP = "\N{ZERO WIDTH SPACE}"
_BULLETS = ("•", "◦", "▪")
_INDENT = "\N{EM SPACE}\N{EM SPACE}"  # a plain space at the start of a line is lost in some clients
_LINE = "———"
#: A mark that could open, one that could close; where neither is, the character stands as it is.
_OPENS = re.compile(r"(?<![^\W_])([*_~])(?=\S)")
_CLOSES = re.compile(r"(?<=\S)([*_~])(?![^\W_])")
_BREAKING = re.compile(r"[ \t\r\n]+")  # spaces that must not break, as French sets them, stay as they are
_FIRST = re.compile(r"^(\s*)(&gt;)")
_BROADCAST = re.compile(r"@(?=(?:channel|here|everyone|group)\b)", re.IGNORECASE)
_CALL = re.compile(r"<(?=[!@#])")
_SPECIAL = re.compile(r"[&<>@*_~`]")
_ID = re.compile(r"[UWCG][A-Z0-9]{2,}")

Known = Mapping[str, str]


def escaped(text: str) -> str:
    """Plain text for Slack: markup becomes entities, and no word notifies a whole channel."""
    return _BROADCAST.sub(f"@{JOINER}", _entities(text))


def unparsed(text: str) -> str:
    """Text for fields in which Slack reads no markup; mentions are broken all the same."""
    return _CALL.sub(f"<{JOINER}", _BROADCAST.sub(f"@{JOINER}", text))


def literal(text: str) -> str:
    """Text among mrkdwn: :func:`escaped`, and none of its characters is a mark; addresses can be pressed."""
    return "".join(
        f"<{_address(part)}>" if is_address and len(part) <= LONGEST_ADDRESS else unmarked(part)
        for part, is_address in addressed(text)
    )


def mrkdwn(tree: Tree, ids: Known | None = None) -> str:
    """A text in mrkdwn.

    Args:
        tree: what :func:`bots.markup.tree.read` gave.
        ids: Slack's id of the people and channels that references name, by provenance key; another reference shows
            its words.
    """
    dialect = _dialect(tuple(sorted((ids or {}).items())))
    return "\n\n".join(_block(block, dialect) for block in tree)


def in_one_line(tree: Tree, ids: Known | None = None) -> str:
    """A text in mrkdwn on one line, for a list or small print."""
    return _BREAKING.sub(" ", mrkdwn(tree, ids).replace("```", "`")).strip()


@lru_cache(maxsize=16)
def _dialect(named: tuple[tuple[str, str], ...]) -> Dialect:
    ids = dict(named)

    def leaf(run: Run) -> str:
        if run.key:
            return _reference(ids.get(run.key, "")) or unmarked(run.text)
        if run.url and len(run.url) <= LONGEST_ADDRESS:
            return f"<{_address(run.url)}|{unmarked(run.text).replace('|', '¦') or _address(run.url)}>"
        if CODE in run.styles and "`" not in run.text:
            return f"`{_entities(run.text)}`"
        return unmarked(run.text) if run.bare else literal(run.text)

    return Dialect({BOLD: "*", ITALIC: "_", STRIKE: "~"}, leaf, lambda *_: True, GAP)


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _reference(native: str) -> str:
    """The sequence that mentions a person or channel; empty if the id is not one of Slack's."""
    if not _ID.fullmatch(native):
        return ""
    return f"<#{native}>" if native[0] in "CG" else f"<@{native}>"


def _address(url: str) -> str:
    return url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")


def unmarked(text: str) -> str:
    """Plain text within mrkdwn: no character of it is a mark, and it contains no links."""
    if not _SPECIAL.search(text):
        return text
    safe = _OPENS.sub(rf"{JOINER}\1", escaped(text))
    safe = _CLOSES.sub(rf"\1{JOINER}", safe)
    if safe.count("`") > 1:
        safe = safe.replace("`", f"{JOINER}`{JOINER}")
    return _FIRST.sub(rf"\1{JOINER}\2", safe)


def _block(block: Block, dialect: Dialect, depth: int = 0) -> str:
    match block:
        case Paragraph(runs):
            return _lines(runs, dialect)
        case Heading(runs):
            return _lines(_without(runs, BOLD, every=BOLD), dialect)
        case Fence(text):
            return _fenced(_entities(text).replace("```", f"``{GAP}`"))
        case Cited(blocks):
            inside = "\n\n".join(_block(inner, dialect, depth) for inner in blocks)
            return "\n".join(f"> {line}".rstrip() for line in inside.split("\n"))
        case Listing(items, start):
            return "\n".join(_item(item, start, number, dialect, depth) for number, item in enumerate(items))
        case Table(rows):
            return "\n".join(_row(row, dialect, head=not number) for number, row in enumerate(rows))
        case Rule():
            return _LINE


def _fenced(code: str) -> str:
    """Code between fences, which follow its first and last character directly and must not merge with them."""
    before = GAP if code.startswith("`") else ""
    behind = GAP if code.endswith("`") else ""
    return f"```{before}{code or ' '}{behind}```"


def _lines(runs: Sequence[Run], dialect: Dialect) -> str:
    return "\n".join(written(line, dialect) for line in lines(runs))


def _without(runs: Sequence[Run], less: str, every: str = "") -> tuple[Run, ...]:
    more = {every} if every else set()
    return tuple(replace(run, styles=(run.styles - {less}) | more) for run in runs)


def _item(item: Tree, start: int | None, number: int, dialect: Dialect, depth: int) -> str:
    lead = _BULLETS[min(depth, len(_BULLETS) - 1)] if start is None else f"{start + number}."
    inside = "\n".join(_block(block, dialect, depth + 1) for block in item)
    first, *others = inside.split("\n")
    return "\n".join([f"{lead} {first}", *(_INDENT + line if line else "" for line in others)])


def _row(row: Sequence[Sequence[Run]], dialect: Dialect, *, head: bool) -> str:
    cells = [_without(cell, BOLD, every=BOLD) if head else tuple(cell) for cell in row]
    return " | ".join(written(cell, dialect) for cell in cells)
