"""Web addresses without the secrets that people and exports leave in them.

A parameter is recognised as a secret by its name, by the host, by the signature scheme that it belongs to, or by a
random-looking value: ``t=152`` is a position in a film, ``t=xoxe-1-…`` a key to Slack's files.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, unquote, urlsplit

#: Slack's own tokens, wherever they stand in a text: xoxe-, xoxb-, xoxp-, xapp-…
TOKEN = re.compile(r"\b(?:xox[a-z]|xapp)-[\w.%-]+")

#: Names of secrets on any host: passwords, OAuth tokens, and the signatures of cloud stores.
_OWN_NAMES = (
    "password|passwd|access_token|refresh_token|id_token|api_key|apikey|client_secret|pub_secret|tempauth|"
    "x-amz-[^=&]*|x-goog-[^=&]*"
)
#: Names that are ambiguous: their value, or the parameters beside them, show whether it is a secret.
_OPEN_NAMES = "token|auth|auth_token|key|sig|signature|secret|authkey"
_SLACK_NAMES = "t|token|secret"
_is_secret = re.compile(f"(?:{_OWN_NAMES})", re.IGNORECASE).fullmatch
_may_open = re.compile(f"(?:{_OPEN_NAMES})", re.IGNORECASE).fullmatch
_opens_slack = re.compile(f"(?:{_SLACK_NAMES})", re.IGNORECASE).fullmatch
_SLACK_HOST = re.compile(r"(?:^|\.)slack(?:-files|-edge)?\.com$", re.IGNORECASE)
_signs = re.compile(r"sig|signature", re.IGNORECASE).fullmatch
#: The parameters beside a signature in addresses of Amazon's, Google's and Microsoft's stores.
_SIGNED = frozenset(("expires", "awsaccesskeyid", "googleaccessid", "key-pair-id", "policy", "se", "sv"))
#: A random-looking value: long, without a space, letters and digits mixed.
_looks_random = re.compile(r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[\w.~+/=-]{16,}", re.ASCII).fullmatch

#: Three small patterns: one combined pattern would be tried at every character of the address.
_NAMED = re.compile(f"[?&#;](?:{_OWN_NAMES}|{_OPEN_NAMES}|{_SLACK_NAMES})=", re.IGNORECASE)
_NAMED_USER = re.compile(r"//[^/\s<>]*@")
_AND = re.compile("(&(?:amp;)?)")
_ADDRESS = re.compile(r"\b(?:https?|ftps?)://[^\s<>|\"`]+", re.IGNORECASE)
_WEB = frozenset(("http", "https", "ftp", "ftps"))


def without_secrets(url: str) -> str:
    """Return an address without the secrets of its query, user name and password.

    The rest stays as it is. An address that cannot be parsed loses everything after its ``?``.
    """
    if not _may_hold_secret(url):
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return TOKEN.sub("", url.partition("?")[0])
    on_slack = _SLACK_HOST.search(_host(parts)) is not None
    query, fragment = _clean_query(parts.query, on_slack), _clean_query(parts.fragment, on_slack)
    clean = url
    if (query, fragment) != (parts.query, parts.fragment):
        clean = url.partition("#")[0].partition("?")[0] + (f"?{query}" if query else "")
        clean += f"#{fragment}" if fragment else ""
    if _has_account(parts):
        clean = clean.replace(f"//{parts.netloc}", f"//{parts.netloc.rpartition('@')[2]}", 1)
    return TOKEN.sub("", clean)


def without_secrets_in(text: str) -> str:
    """Return a text without Slack's tokens and the secrets of its addresses; ``&`` may be written ``&amp;``."""
    if "xox" in text or "xapp" in text:
        text = _ADDRESS.sub(_without_secrets, text) if "://" in text else text
        return TOKEN.sub("…", text)
    return _ADDRESS.sub(_without_secrets, text) if "://" in text and _may_hold_secret(text) else text


def _without_secrets(match: re.Match[str]) -> str:
    return without_secrets(match[0])


def _may_hold_secret(url: str) -> bool:
    if "=" in url and _NAMED.search(url):
        return True
    if "@" in url and _NAMED_USER.search(url):
        return True
    return "xox" in url or "xapp" in url


def _host(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[2].partition(":")[0]


def _has_account(parts: SplitResult) -> bool:
    """Whether an address begins with a personal account; the one of ``ssh://git@…`` is shared."""
    user = parts.netloc.rpartition("@")[0]
    return bool(user) and (":" in user or parts.scheme.lower() in _WEB)


def _clean_query(query: str, on_slack: bool) -> str:
    """Return a query, or a fragment that looks like one, without its secrets."""
    pieces = _AND.split(query)
    pairs = [(name, value) for name, _, value in (piece.partition("=") for piece in pieces[::2])]
    signed = any(name.lower() in _SIGNED for name, _ in pairs)
    clean = ""
    for number, (name, value) in enumerate(pairs):
        if not value or not _is_secret_pair(name, unquote(value), on_slack, signed):
            clean += (pieces[2 * number - 1] if clean else "") + pieces[2 * number]
    return clean


def _is_secret_pair(name: str, value: str, on_slack: bool, signed: bool) -> bool:
    if _is_secret(name) or TOKEN.search(value):
        return True
    if on_slack and _opens_slack(name):
        return True
    if signed and _signs(name):
        return True
    return _may_open(name) is not None and _looks_random(value) is not None
