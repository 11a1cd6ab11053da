"""A text without any markup, for notifications and for readers that show none."""

from __future__ import annotations

from collections.abc import Sequence

from bots.markup.tree import Block, Cited, Fence, Heading, Listing, Paragraph, Rule, Run, Table, Tree

_INDENT = "  "


def worded(tree: Tree) -> str:
    """Everything that is read, in lines; where a link leads stands behind its words."""
    return "\n\n".join(text for block in tree if (text := _block(block)))


def _block(block: Block) -> str:
    match block:
        case Paragraph(runs) | Heading(runs):
            return _runs(runs)
        case Fence(text):
            return text
        case Cited(blocks):
            inside = worded(blocks)
            return "\n".join(f"> {line}".rstrip() for line in inside.split("\n"))
        case Listing(items, start):
            return "\n".join(_item(item, start, number) for number, item in enumerate(items))
        case Table(rows):
            return "\n".join(" | ".join(_runs(cell) for cell in row) for row in rows)
        case Rule():
            return "———"


def _item(item: Tree, start: int | None, number: int) -> str:
    lead = "-" if start is None else f"{start + number}."
    first, *others = "\n".join(_block(block) for block in item).split("\n")
    return "\n".join([f"{lead} {first}".rstrip(), *(_INDENT + line for line in others)])


def _runs(runs: Sequence[Run]) -> str:
    return "".join(f"{run.text} ({run.url})" if run.url and run.url != run.text else run.text for run in runs)
