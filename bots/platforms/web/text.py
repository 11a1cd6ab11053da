"""Markdown as HTML: people's text, a few forms and honest links, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from bots.markup.marks import LONGEST_ADDRESS, addressed
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
    read,
)
from reseau.settings.addresses import Addresses

_TAGS = {BOLD: "strong", ITALIC: "em", STRIKE: "s", CODE: "code"}
#: People and tags as they are typed; what is no name leads to a page that says so, to everybody alike.
_NAMED = re.compile(r"(?<![\w@./&#-])(?:@(?P<person>[\w.\-]{0,60}\w)|#(?P<tag>[^\W\d_][\w-]{1,49}))")
_LONGEST = 60_000  # characters; no text of ours is longer
_pages = Addresses()


def html(markdown: str) -> Markup:
    """A text as HTML."""
    return Markup("").join(_block(block) for block in read(markdown[:_LONGEST]))


def in_one_line(markdown: str) -> Markup:
    """The same without blocks, for a list. Only paragraphs are kept."""
    blocks = read(markdown[:_LONGEST])
    return Markup(" ").join(_runs(block.runs) for block in blocks if isinstance(block, Paragraph | Heading))


def _block(block: Block) -> Markup:
    match block:
        case Paragraph(runs):
            return Markup('<p dir="auto">{}</p>').format(_runs(runs))
        case Heading(runs):  # a page has its own headings
            return Markup('<p dir="auto"><strong>{}</strong></p>').format(_runs(runs))
        case Fence(text):
            return Markup('<pre tabindex="0" dir="auto"><code>{}</code></pre>').format(text)
        case Cited(blocks):
            return Markup("<blockquote>{}</blockquote>").format(Markup("").join(map(_block, blocks)))
        case Listing():
            return _list(block)
        case Table(rows):
            return _table(rows)
        case Rule():
            return Markup("<hr>")


def _list(listing: Listing) -> Markup:
    items = Markup("").join(
        Markup('<li dir="auto">{}</li>').format(Markup("").join(_inside(item))) for item in listing.items
    )
    if listing.start is None:
        return Markup("<ul>{}</ul>").format(items)
    return Markup('<ol start="{}">{}</ol>').format(listing.start, items)


def _inside(item: Sequence[Block]) -> Iterator[Markup]:
    """An item of a list: a paragraph alone needs none of its own."""
    for block in item:
        yield _runs(block.runs) if isinstance(block, Paragraph) else _block(block)


def _table(rows: Sequence[Sequence[Sequence[Run]]]) -> Markup:
    lines = []
    for number, row in enumerate(rows):
        cell = Markup('<td dir="auto">{}</td>') if number else Markup('<th scope="col" dir="auto">{}</th>')
        lines.append(Markup("<tr>{}</tr>").format(Markup("").join(cell.format(_runs(runs)) for runs in row)))
    return Markup('<div class="scroll" tabindex="0"><table>{}</table></div>').format(Markup("").join(lines))


def _runs(runs: Sequence[Run]) -> Markup:
    return Markup("").join(map(_run, runs))


def _run(run: Run) -> Markup:
    if run.text == "\n":
        return Markup("<br>")
    text = _leaf(run)
    for style in (CODE, STRIKE, ITALIC, BOLD):
        if style in run.styles:
            text = Markup("<{0}>{1}</{0}>").format(_TAGS[style], text)
    return text


def _leaf(run: Run) -> Markup:
    if run.url and len(run.url) <= LONGEST_ADDRESS:
        return _outside(run.url, run.text)
    if run.key or run.bare or CODE in run.styles:
        return escape(run.text)
    return Markup("").join(
        _outside(piece, piece) if is_address else _named(piece) for piece, is_address in addressed(run.text)
    )


def _outside(url: str, words: str) -> Markup:
    return Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>').format(url, words)


def _named(text: str) -> Markup:
    """Plain words, in which people and tags lead to their pages."""
    parts, at = [], 0
    for match in _NAMED.finditer(text):
        path = _pages.person(match["person"]) if match["person"] else _pages.tag(match["tag"])
        parts += [escape(text[at : match.start()]), Markup('<a href="{}">{}</a>').format(path, match.group())]
        at = match.end()
    return Markup("").join([*parts, escape(text[at:])])
