"""Writing the network's own text: Markdown, the subset of CommonMark that every platform can show.

A line break is a line break (readers render soft breaks as breaks). What a person typed as plain text stays plain
text: whatever CommonMark would take for markup gets a backslash, and nothing else does, so that words stay findable.
Neutral references are links whose address is a provenance key: ``[@Léa Martin](reseau:slack/T1/U2)`` is a mention,
``[#ventes](reseau:…)`` a community, ``[the text](reseau:…)`` another content; rendering resolves the key.
"""

from __future__ import annotations

import re

from reseau.markup.visible import one_line

SCHEME = "reseau:"

#: Only control characters that no text needs; PostgreSQL refuses the first.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

#: Without these a line holds no markup past its first characters: one quick search spares most texts the next one.
_RISKY = re.compile(r"[\\`*_~\]<&]")
_ESCAPED = re.compile(
    r"""
    \\(?=[!-/:-@\[-`{-~\n]|\Z)         # a backslash that would escape what follows, or break the line
  | `                                 # code
  | (?<!\s)\*|\*(?!\s)                # emphasis, unless it stands between spaces
  | (?<![^\W_])_(?!\s)|(?<!\s)_(?![^\W_])  # emphasis at a word's edge
  | ~(?=~|\Z)|(?<=~)~|\A~             # strike
  | (?<=\])[(:\[]                     # what would make a link of a word in brackets
  | (?<=<)[!@\#/?]|<(?=[A-Za-z])      # tags, comments, addresses, control sequences of chat tools
  | &(?=\#?\w+;)                      # entities
    """,
    re.VERBOSE,
)
#: Whatever could be a mark in some place, and the colon of an address; bullets and numbers at the start.
_MARKS = re.compile(r"[\\`*_\[\]<>~|&]|:(?=/)")
_LISTING = re.compile(r"^(\d{0,9})([#+\-=.)])(?=[\s#=.-]|$)")
#: A star within a word; an item of a list or a quotation, and what may go on with it.
_STAR = re.compile(r"(?<=[^\W_])\*(?=[^\W_])")
_PARTED = re.compile(r"[ ]{0,3}(?:[-+*]|\d{1,9}[.)]|>)(?:[ \t]|$)")
_CONTINUES = re.compile(r"[ \t]|(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)|>")
#: At the start of a line: bullets, headings, rules, quotes, and a year, which numbers no list.
_FIRST = frozenset(" \t-=+#*_>0123456789")
_may_start = re.compile(r" {4}| {0,3}[\t\-=+#*_>0-9]").match
_STARTS = re.compile(
    r"^[ ]{0,3}(?:\#{1,6}(?=[ \t]|$)|[-=](?=[-= \t]*$)|>|[+*](?=\s|$)|_|\d{3,9}[.)](?=\s|$))", re.MULTILINE
)
_DEEP = re.compile(r"^[ \t]{4,}|^ {0,3}\t[ \t]*", re.MULTILINE)
_PLAIN_URL = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>()\\`]+$")
_UNSAFE_URL = re.compile(r"[\s<>\\`\x00-\x20]")
_BRACKET = re.compile(r"`+[^`]*`+|\\.|[\[\]]", re.DOTALL)
_FENCES = re.compile(r"`{3,}")


def _mark(match: re.Match[str]) -> str:
    found = match[0]
    if found[-1] in ".)" and len(found) > 1:
        return f"{found[:-1]}\\{found[-1]}"
    bare = found.lstrip(" ")
    return f"{found[: len(found) - len(bare)]}\\{bare}"


def plain(text: str) -> str:
    """Text that says the same as Markdown; ``text`` may have several lines."""
    if _RISKY.search(text):
        text = _ESCAPED.sub(_mark, text)
    if "\n" in text or (text[:1] in _FIRST and _may_start(text)):
        text = _STARTS.sub(_mark, _DEEP.sub("   ", text))
    return text


def word(text: str) -> str:
    """A name or another short text as Markdown: its visible characters on one line, none of them markup.

    Unlike in :func:`plain` nothing around it can make markup of it, and an address in it is not one to press.
    """
    text = one_line(text)
    if _MARKS.search(text):
        text = _MARKS.sub(r"\\\g<0>", text)
    return _LISTING.sub(r"\1\\\2", text)


def typed(text: str) -> str:
    """Markdown of what somebody typed as Markdown without meaning all of it.

    What follows a list or a quotation on a line of its own stands below it, and a star between letters or digits
    (``2*3*4``) is no mark.
    """
    lines: list[str] = []
    in_code = False
    for line in text.split("\n"):
        before = lines[-1] if lines else ""
        if line.lstrip().startswith("```"):
            in_code = not in_code
        elif not in_code and _PARTED.match(before) and line.strip() and not _CONTINUES.match(line):
            lines.append("")
        lines.append(line if in_code or "*" not in line else _starred(line))
    return "\n".join(lines)


def _starred(line: str) -> str:
    """A line whose stars within words are no marks; code is left as it is."""
    pieces = line.split("`")
    return "`".join(piece if number % 2 else _STAR.sub(r"\\*", piece) for number, piece in enumerate(pieces))


def without_control(text: str) -> str:
    """Text without control characters but tab and line ends."""
    return _CONTROL.sub("", text)


def link(label: str, url: str) -> str:
    """A link; ``label`` is Markdown already, without a link in it. An empty label shows the address."""
    if _UNSAFE_URL.search(url):
        url = _UNSAFE_URL.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), url)
    if not label.strip():
        return f"<{url}>"
    if "[" in label or "]" in label:
        label = _BRACKET.sub(lambda match: match[0] if match[0][0] in "\\`" else f"\\{match[0]}", label)
    return f"[{label}]({url})" if _PLAIN_URL.match(url) else f"[{label}](<{url}>)"


def reference(label: str, key: str) -> str:
    """A neutral reference to what has this provenance key, under a label of plain text."""
    return link(plain(label.replace("\n", " ")), SCHEME + key)


def code(text: str) -> str:
    """Code in a line, as it is."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    mark = "`" * (longest + 1)
    spaced = text.startswith(("`", " ")) or text.endswith(("`", " "))
    return f"{mark} {text} {mark}" if spaced and text.strip() else f"{mark}{text}{mark}"


def fence(text: str, info: str = "") -> str:
    """A block of code, as it is, closed by a fence longer than any in it."""
    mark = "`" * max([3, *(len(run) + 1 for run in _FENCES.findall(text))])
    return f"{mark}{info}\n{text}\n{mark}"


def quote(text: str) -> str:
    """Every line of Markdown as a quotation."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
