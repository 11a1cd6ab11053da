"""A text without any markup, for notifications and for readers that show none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bots.markup.tree import BOLD, CODE, Block, Cited, Fence, Heading, Listing, Paragraph, Rule, Run, Table, Tree
from reseau.markup.markdown import reference

_INDENT = "  "

#: How a run of characters is shown.
Dress = Callable[[Run], str]


def bare(run: Run) -> str:
    """The characters alone."""
    return run.text


def worded(tree: Tree, dress: Dress = bare) -> str:
    """The whole text, in lines; the target of a link follows its words.

    Args:
        tree: the text.
        dress: the style of its characters, if styles are possible.
    """
    return "\n\n".join(text for block in tree if (text := _block(block, dress)))


def first_words(tree: Tree) -> str:
    """The first words of a text without the targets of links: up to a list, with its first item.

    A quotation with the author's words below is not the beginning; a quotation alone is.
    """
    own = tuple(block for block in tree if not isinstance(block, Cited | Rule))
    parts: list[str] = []
    for block in own or tree:
        parts.append(_first_of(block))
        if isinstance(block, Listing) and parts[-1]:
            break
    return "\n".join(part for part in parts if part)


def _first_of(block: Block) -> str:
    match block:
        case Paragraph(runs) | Heading(runs):
            return "".join(run.text for run in runs)
        case Fence(text):
            return text
        case Cited(blocks):
            return first_words(blocks)
        case Listing(items):
            return next((words for item in items if (words := first_words(item))), "")
        case Table(rows):
            return " | ".join("".join(run.text for run in cell) for cell in rows[0]) if rows else ""
        case Rule():
            return ""


def typed_words(tree: Tree) -> str:
    """The words alone, line by line: no marks, no addresses, but the name for each reference."""

    def kept(run: Run) -> str:
        return reference(run.text, run.key) if run.key else run.text

    return "\n".join(_words_of(block, kept) for block in tree if not isinstance(block, Rule)).strip()


def _words_of(block: Block, dress: Dress) -> str:
    match block:
        case Paragraph(runs) | Heading(runs):
            return "".join(map(dress, runs))
        case Fence(text):
            return text
        case Cited(blocks):
            return "\n".join(_words_of(inner, dress) for inner in blocks)
        case Listing(items):
            return "\n".join(_words_of(inner, dress) for item in items for inner in item)
        case Table(rows):
            return "\n".join(" | ".join("".join(map(dress, cell)) for cell in row) for row in rows)
        case Rule():
            return ""


def _block(block: Block, dress: Dress) -> str:
    match block:
        case Paragraph(runs):
            return _runs(runs, dress)
        case Heading(runs):
            return _runs([replace(run, styles=run.styles | {BOLD}) for run in runs], dress)
        case Fence(text):
            return "\n".join(dress(Run(line, frozenset({CODE}))) for line in text.split("\n"))
        case Cited(blocks):
            inside = worded(blocks, dress)
            return "\n".join(f"> {line}".rstrip() for line in inside.split("\n"))
        case Listing(items, start):
            return "\n".join(_item(item, start, number, dress) for number, item in enumerate(items))
        case Table(rows):
            return "\n".join(" | ".join(_runs(cell, dress) for cell in row) for row in rows)
        case Rule():
            return "———"


def _item(item: Tree, start: int | None, number: int, dress: Dress) -> str:
    lead = "-" if start is None else f"{start + number}."
    first, *others = "\n".join(_block(block, dress) for block in item).split("\n")
    return "\n".join([f"{lead} {first}".rstrip(), *(_INDENT + line for line in others)])


def _runs(runs: Sequence[Run], dress: Dress) -> str:
    return "".join(f"{dress(run)} ({run.url})" if run.url and run.url != run.text else dress(run) for run in runs)
