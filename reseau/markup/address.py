"""Web addresses: their hosts, and whether the label of a link names another address."""

from __future__ import annotations

import re
from urllib.parse import unquote

from reseau.markup.visible import alike

#: A scheme, the user before an ``@``, and the host.
_PARTS = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//(?:(?P<user>[^/?#\\]*)@)?(?P<host>[^/?#\\@:]+)", re.IGNORECASE)
#: An address in a label. The limits on its parts keep a search short in a text with many possible beginnings.
_NAMED = re.compile(
    r"""
    (?P<scheme>[a-z][a-z0-9+.-]{1,15}:/{1,3}|www\.)?
    (?P<host>(?:[^\W_][\w-]{0,62}\.){1,10}[^\W\d_][\w-]*|(?<=//)[\w.-]+)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_MAIL = re.compile(r"(?<![^\s@<>()])[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+")
_LONGEST = 2000  # characters; an honest label is shorter
#: Extensions of file names, which look like top-level domains.
_FILES = frozenset(
    "csv doc docx gif htm html jpeg jpg js json log md odp ods odt pdf png pptx ppt py rtf sh svg ts txt xls xlsx xlsm "
    "xml yaml yml zip".split()
)


def host(url: str) -> str:
    """Return the host of an address for comparison; empty if it has none."""
    match = _PARTS.match(url)
    return _bare(match["host"]) if match else ""


def has_user(url: str) -> bool:
    """Whether a user name precedes the host: ``https://intranet.example@elsewhere.example``."""
    match = _PARTS.match(url)
    return bool(match and match["user"])


def misleads(words: str, url: str) -> bool:
    """Whether the label of a link names, or looks like, another address than its own."""
    if len(words) > _LONGEST:
        return True
    label = alike(words)
    if label == url:
        return False
    if url.lower().startswith("mailto:"):
        address = unquote(url[len("mailto:") :].partition("?")[0]).lower()
        addresses = {match.lower() for match in _MAIL.findall(label)}
        return bool(addresses - {address}) or (not addresses and _names_another(label, address.rpartition("@")[2]))
    return _names_another(label, host(url)) or (bool(_MAIL.search(label)) and "@" not in url)


def _names_another(label: str, actual: str) -> bool:
    return any(not _same(_bare(match["host"]), actual) for match in _NAMED.finditer(label) if _is_address(match))


def _is_address(match: re.Match[str]) -> bool:
    return bool(match["scheme"]) or match["host"].rpartition(".")[2].lower() not in _FILES


def _same(host: str, actual: str) -> bool:
    """Whether a host in a label is the actual one, or a domain that contains it."""
    return host == actual or actual.endswith(f".{host}")


def _bare(name: str) -> str:
    name = name.lower().rstrip(".").removeprefix("www.")
    try:
        return name if name.isascii() else name.encode("idna").decode()
    except UnicodeError:
        return name
