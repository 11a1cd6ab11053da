"""Two ids of one account: the lasting one of Entra, and the one that our app sees in chats."""

from __future__ import annotations

from collections.abc import Mapping

_MOST = 50_000  # accounts remembered; the oldest are forgotten first and asked for again


class People:
    """Remembers pairs of ids as Teams sends them."""

    def __init__(self) -> None:
        self._lasting: dict[str, str] = {}
        self._chat: dict[str, str] = {}

    @property
    def lasting(self) -> Mapping[str, str]:
        """Lasting ids by those of chats."""
        return self._lasting

    def chat(self, lasting: str) -> str:
        """The id in chats of an account, or its lasting id if no other is known."""
        return self._chat.get(lasting, lasting)

    def remember(self, chat: str, lasting: str) -> None:
        """Note that both are one account."""
        if not chat or not lasting or self._lasting.get(chat) == lasting:
            return
        if len(self._lasting) >= _MOST:
            oldest = next(iter(self._lasting))
            self._chat.pop(self._lasting.pop(oldest), None)
        self._lasting[chat] = lasting
        self._chat[lasting] = chat
