"""Web addresses without the secrets that people and exports leave in them.

A parameter is a secret by the scheme that signs an address, by the host, or by a value that nobody would choose:
``t=152`` is a moment of a film, ``t=xoxe-1-…`` a key to Slack's files.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, unquote, urlsplit

#: Slack's own tokens, wherever they stand in a text: xoxe-, xoxb-, xoxp-, xapp-…
TOKEN = re.compile(r"\b(?:xox[a-z]|xapp)-[\w.%-]+")

#: Names that say it themselves, on any host: passwords, tokens of OAuth, and what cloud stores sign addresses with.
_OWN_NAMES = (
    "password|passwd|access_token|refresh_token|id_token|api_key|apikey|client_secret|pub_secret|tempauth|"
    "x-amz-[^=&]*|x-goog-[^=&]*"
)
#: Names that may open something and may as well say which page: the value decides, or what stands beside.
_OPEN_NAMES = "token|auth|auth_token|key|sig|signature|secret|authkey"
_SLACK_NAMES = "t|token|secret"
_is_secret = re.compile(f"(?:{_OWN_NAMES})", re.IGNORECASE).fullmatch
_may_open = re.compile(f"(?:{_OPEN_NAMES})", re.IGNORECASE).fullmatch
_opens_slack = re.compile(f"(?:{_SLACK_NAMES})", re.IGNORECASE).fullmatch
_SLACK_HOST = re.compile(r"(?:^|\.)slack(?:-files|-edge)?\.com$", re.IGNORECASE)
_signs = re.compile(r"sig|signature", re.IGNORECASE).fullmatch
#: What stands beside the signature of Amazon's, Google's and Microsoft's stores.
_SIGNED = frozenset(("expires", "awsaccesskeyid", "googleaccessid", "key-pair-id", "policy", "se", "sv"))
#: Nobody chooses such a value: long, without a space, letters and digits mixed.
_DRAWN = re.compile(r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[\w.~+/=-]{16,}", re.ASCII).fullmatch

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
    if not _may_tell(url):
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return TOKEN.sub("", url.partition("?")[0])
    on_slack = _SLACK_HOST.search(_host(parts)) is not None
    query, fragment = _kept(parts.query, on_slack), _kept(parts.fragment, on_slack)
    clean = url
    if (query, fragment) != (parts.query, parts.fragment):
        clean = url.partition("#")[0].partition("?")[0] + (f"?{query}" if query else "")
        clean += f"#{fragment}" if fragment else ""
    if _opens(parts):
        clean = clean.replace(f"//{parts.netloc}", f"//{parts.netloc.rpartition('@')[2]}", 1)
    return TOKEN.sub("", clean)


def without_secrets_in(text: str) -> str:
    """Return a text without Slack's tokens and the secrets of its addresses; ``&`` may be written ``&amp;``."""
    if "xox" in text or "xapp" in text:
        text = _ADDRESS.sub(_without_secrets, text) if "://" in text else text
        return TOKEN.sub("…", text)
    return _ADDRESS.sub(_without_secrets, text) if "://" in text and _may_tell(text) else text


def _without_secrets(match: re.Match[str]) -> str:
    return without_secrets(match[0])


def _may_tell(url: str) -> bool:
    if "=" in url and _NAMED.search(url):
        return True
    if "@" in url and _NAMED_USER.search(url):
        return True
    return "xox" in url or "xapp" in url


def _host(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[2].partition(":")[0]


def _opens(parts: SplitResult) -> bool:
    """Whether an address begins with a personal account; that of ``ssh://git@…`` is shared."""
    user = parts.netloc.rpartition("@")[0]
    return bool(user) and (":" in user or parts.scheme.lower() in _WEB)


def _kept(query: str, on_slack: bool) -> str:
    """Return a query, or a fragment that looks like one, without its secrets."""
    pieces = _AND.split(query)
    pairs = [(name, value) for name, _, value in (piece.partition("=") for piece in pieces[::2])]
    signed = any(name.lower() in _SIGNED for name, _ in pairs)
    clean = ""
    for number, (name, value) in enumerate(pairs):
        if not value or not _tells(name, unquote(value), on_slack, signed):
            clean += (pieces[2 * number - 1] if clean else "") + pieces[2 * number]
    return clean


def _tells(name: str, value: str, on_slack: bool, signed: bool) -> bool:
    if _is_secret(name) or TOKEN.search(value):
        return True
    if on_slack and _opens_slack(name):
        return True
    if signed and _signs(name):
        return True
    return _may_open(name) is not None and _DRAWN(value) is not None
