"""Web addresses as they may be kept: without the secrets that exports leave in them."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

#: Slack's own tokens, wherever they stand in a text: xoxe-, xoxb-, xoxp-, xapp-…
TOKEN = re.compile(r"\b(?:xox[a-z]|xapp)-[\w.%-]+")

_NAMES = "t|token|access_token|auth|key|api_key|sig|signature|secret|pub_secret|password|x-amz-[^=]*"
_SECRET = re.compile(f"^(?:{_NAMES})$", re.IGNORECASE)
#: Three looks, for one that sought all of them at once would try each at every sign of the address.
_NAMED = re.compile(f"[?&#](?:{_NAMES})=", re.IGNORECASE)
_NAMED_USER = re.compile("//[^/]*@")


def without_secrets(url: str) -> str:
    """The address without the parts of its query that open something, and without user name and password.

    An address that cannot be taken apart loses all that follows its ``?``.
    """
    if not _may_tell(url):
        return url
    try:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return TOKEN.sub("", url.partition("?")[0])
    kept = [(name, value) for name, value in pairs if not (_SECRET.match(name) or TOKEN.search(value))]
    query = parts.query if len(kept) == len(pairs) else urlencode(kept)
    fragment = "" if _may_tell(f"#{parts.fragment}") else parts.fragment
    host = parts.netloc.rpartition("@")[2]
    return TOKEN.sub("", urlunsplit((parts.scheme, host, parts.path, query, fragment)))


def _may_tell(url: str) -> bool:
    if "=" in url and _NAMED.search(url):
        return True
    if "@" in url and _NAMED_USER.search(url):
        return True
    return "xox" in url or "xapp" in url
