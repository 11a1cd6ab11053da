"""Long texts in pieces: cut between paragraphs, else lines, else words; never within a link, and a fence stays one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from bots.markup.tree import Block, Cited, Fence, Heading, Listing, Paragraph, Run, Table, Tree

Size = Callable[[Tree], int]
_NEAR = 32  # of many places to cut at, one is taken that leaves no more than this part of the room: a 32nd
_GOOD = 2  # a boundary is taken when it leaves at least this part of the room filled: a half


def pieces(tree: Tree, size: Size, most: int) -> Iterator[Tree]:
    """A text in trees that fit, none of them empty.

    Args:
        tree: the text.
        size: how long a tree is once it is written: never shorter than its characters, nor than a part of it.
        most: the room of one piece, enough for a single character.
    """
    left = tree
    while left:
        piece, left = _first(left, size, most)
        if piece := tuple(block for block in piece if not _empty(block)):
            yield piece


def _first(tree: Tree, size: Size, most: int) -> tuple[Tree, Tree]:
    whole = _most(_nearby(tree, most), lambda count: size(tree[:count]), most)
    if whole == len(tree):
        return tree, ()
    if whole and sum(length(block) for block in tree[:whole]) * _GOOD >= most:
        return tree[:whole], tree[whole:]
    kept, following = tree[:whole], tree[whole]
    near, beyond = _cut(following, most)
    long = _most(length(near), lambda count: size((*kept, _cut(near, count)[0])), most)
    if not long and kept:
        return kept, tree[whole:]
    if long < length(near) or not _empty(beyond):
        long = _boundary(following, max(long, 1))
    head, rest = _cut(following, long)
    return (*kept, head), (() if _empty(rest) else (rest,)) + tree[whole + 1 :]


def _nearby(tree: Tree, most: int) -> int:
    """Return how many blocks fit into the first ``most`` characters; writing makes none shorter."""
    seen = 0
    for count, block in enumerate(tree):
        seen += length(block, most)
        if seen > most:
            return count
    return len(tree)


def _most(high: int, size: Callable[[int], int], room: int) -> int:
    """A great number up to ``high`` whose size has room; 0 when none has.

    The greatest where there are few; else it stops a little below, for each question costs a rendering. What is asked
    next is found by proportion, for a text is much the same all along; every other time, where it is not, the middle.
    """
    if high < 1 or (above := size(high)) <= room:
        return max(high, 0)
    least, below, over = 0, 0, high  # the greatest that is known to fit with its size, the smallest that does not
    near = high // _NEAR
    by_proportion = True
    while over - least > 1 and not (least and near and (over - least <= near or room - below <= room // _NEAR)):
        part = (room - below) / max(above - below, 1) if by_proportion else 0.5
        guess = min(max(least + int((over - least) * part), least + 1), over - 1)
        most = size(guess)
        if most <= room:
            least, below = guess, most
        else:
            over, above = guess, most
        by_proportion = not by_proportion
    return least


def length(block: Block, most: int | None = None) -> int:
    """Return the number of characters of a block, with line ends; stop counting once past ``most``."""
    total = 0
    for text in _texts(block):
        total += len(text)
        if most is not None and total > most:
            break
    return total


def _texts(block: Block) -> Iterator[str]:
    """The characters of a block, a bit at a time."""
    match block:
        case Paragraph(runs) | Heading(runs):
            yield from _of_runs(runs)
        case Fence(text):
            yield text or "\n"
        case Cited(blocks):
            yield from _between(map(_texts, blocks))
        case Listing(items):
            yield from _between(_between(map(_texts, item)) for item in items)
        case Table(rows):
            yield from _between(_between(map(_of_runs, row)) for row in rows)
        case _:
            yield "\n"


def _between(parts: Iterable[Iterable[str]]) -> Iterator[str]:
    """Parts with a line end between them; one alone if there is none."""
    number = -1
    for number, part in enumerate(parts):
        if number:
            yield "\n"
        yield from part
    if number < 0:
        yield "\n"


def _of_runs(runs: Sequence[Run]) -> Iterator[str]:
    """The characters, without gaps inside words that must not be cut, so that no boundary is found there."""
    for run in runs:
        yield "x" * len(run.text) if run.whole else run.text
    if not runs:
        yield "\n"


def _boundary(block: Block, size: int) -> int:
    """The best place to cut within the first ``size`` characters: after a line, else a word, else anywhere."""
    text = ""
    for more in _texts(block):
        text += more
        if len(text) > size:
            break
    text = text[: size + 1]
    for gap in ("\n", " "):
        at = text.rfind(gap, 1)
        if at * _GOOD >= size:
            return min(at + 1, size)
    return _before_whole(block, size)


def _before_whole(block: Block, size: int) -> int:
    """The start of a link that a cut at ``size`` would break, unless the link begins the text."""
    if not isinstance(block, Paragraph | Heading):
        return size
    at = 0
    for run in block.runs:
        if run.whole and at < size < at + len(run.text):
            return at or size
        at += len(run.text)
    return size


def _cut(block: Block, size: int) -> tuple[Block, Block]:
    """A block in two, the first with ``size`` characters; the second may be empty."""
    match block:
        case Paragraph(runs):
            head, rest = _cut_runs(runs, size)
            return Paragraph(head), Paragraph(rest)
        case Heading(runs):
            head, rest = _cut_runs(runs, size)
            return Heading(head), Paragraph(rest)
        case Fence(text):
            return Fence(text[:size].removesuffix("\n")), Fence(text[size:])
        case Cited(blocks):
            before, behind = _cut_all(blocks, size)
            return Cited(before), Cited(behind)
        case Listing():
            return _cut_list(block, size)
        case Table(rows):
            return _cut_table(rows, size)
        case _:
            return block, Paragraph(())


def _cut_runs(runs: tuple[Run, ...], size: int) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    for at, run in enumerate(runs):
        if len(run.text) >= size:
            head = replace(run, text=run.text[:size])
            rest = (replace(run, text=run.text[size:]),) if run.text[size:] else ()
            return _trimmed((*runs[:at], head)), _trimmed((*rest, *runs[at + 1 :]))
        size -= len(run.text)
    return runs, ()


def _trimmed(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """The runs without white space at either end, which a cut may leave."""
    first, last = 0, len(runs)
    while first < last and not runs[first].text.strip():
        first += 1
    while first < last and not runs[last - 1].text.strip():
        last -= 1
    inner = list(runs[first:last])
    if inner and not inner[0].whole:
        inner[0] = replace(inner[0], text=inner[0].text.lstrip())
    if inner and not inner[-1].whole:
        inner[-1] = replace(inner[-1], text=inner[-1].text.rstrip())
    return tuple(inner)


def _cut_all(blocks: Tree, size: int) -> tuple[Tree, Tree]:
    for at, block in enumerate(blocks):
        if (long := length(block, size)) >= size:
            head, rest = _cut(block, size)
            return (*blocks[:at], head), (() if _empty(rest) else (rest,)) + blocks[at + 1 :]
        size = max(size - long - 1, 1)
    return blocks, ()


def _empty(block: Block) -> bool:
    match block:
        case Paragraph(runs) | Heading(runs):
            return not runs
        case Fence(text):
            return not text
        case Cited(blocks):
            return not blocks
        case Listing(items):
            return not items
        case Table(rows):
            return not rows
        case _:
            return False


def _cut_list(block: Listing, size: int) -> tuple[Block, Block]:
    for at, item in enumerate(block.items):
        long = max(sum(length(inner, size) + 1 for inner in item) - 1, 1)
        if long >= size:
            head, rest = _cut_all(item, size)
            follows = at if rest else at + 1
            start = None if block.start is None else block.start + follows
            items = ((rest,) if rest else ()) + block.items[at + 1 :]
            return replace(block, items=(*block.items[:at], head)), Listing(items, start)
        size = max(size - long - 1, 1)
    return block, Listing(())


def _cut_table(rows: tuple[tuple[tuple[Run, ...], ...], ...], size: int) -> tuple[Block, Block]:
    for at, row in enumerate(rows):
        long = max(sum(sum(map(len, _of_runs(cell))) + 1 for cell in row) - 1, 1)
        if long >= size and at:
            return Table(rows[:at]), Table(rows[at:])
        if long >= size:
            words = tuple(run for cell in row for run in (*cell, Run("\n")))[:-1]
            head, rest = _cut_runs(words, size)
            after = (Table(rows[1:]),) if rows[1:] else ()
            return Paragraph(head), Cited((Paragraph(rest), *after)) if after else Paragraph(rest)
        size = max(size - long - 1, 1)
    return Table(rows), Paragraph(())
