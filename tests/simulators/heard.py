"""Messages of Microsoft's test client to its page, and its journal of every request and response."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import aiohttp

from tests.simulators.playground import Playground, until

_PAGE = "/_ws_conversation/v1/conversations/stream"
_JOURNAL = "/_ws/log/stream"
_CARD = "application/vnd.microsoft.card.adaptive"
Fields = dict[str, Any]


class Heard:
    """All messages of the client since the block began.

    Attributes:
        page: the messages on the person's page, new and changed ones.
        journal: every message and call, also in other people's chats.
    """

    def __init__(self) -> None:
        self.page: list[Fields] = []
        self.journal: list[Fields] = []

    def sent(self) -> list[Fields]:
        """The messages that we sent, in order; ``id`` is the client's."""
        logs = [message["log"] for message in self.journal if message.get("logAction") == "appendLog"]
        ours = [log for log in logs if log.get("activityName") == "message" and log.get("from") == "User Application"]
        return [
            {**log["request"]["body"], "id": log["response"]["body"]["id"]}
            for log in ours
            if log["response"]["statusCode"] == 201
        ]

    def shown(self) -> list[Fields]:
        """Our messages on the page as they are now; ``place`` is the chat or channel."""
        messages: dict[str, Fields] = {}
        for item in self.page:
            message = item.get("message")
            if message and message["from"]["id"] == "bot-id":
                place = item["actionConversationId"]
                messages[message["messageId"]] = {"place": place, **message}
        return list(messages.values())


def card(message: Fields) -> Fields:
    """The Adaptive Card of a message."""
    content: Fields = next(
        attachment["content"] for attachment in message["attachments"] if attachment["contentType"] == _CARD
    )
    return content


@contextmanager
def listening(client: Playground) -> Iterator[Heard]:
    """Listen to the client until the block ends."""
    heard, ready = Heard(), threading.Semaphore(0)
    loop = asyncio.new_event_loop()

    async def follow(path: str, events: list[Fields]) -> None:
        url = f"http://127.0.0.1:{client.port}{path}"
        async with aiohttp.ClientSession() as session, session.ws_connect(url) as stream:
            ready.release()
            async for event in stream:
                events.append(json.loads(event.data))

    async def both() -> None:
        await asyncio.gather(follow(_PAGE, heard.page), follow(_JOURNAL, heard.journal))

    following = loop.create_task(both())

    def run() -> None:
        try:
            loop.run_until_complete(following)
        except asyncio.CancelledError:
            pass
        finally:
            loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        until(lambda: ready.acquire(blocking=False), "the page's stream")
        until(lambda: ready.acquire(blocking=False), "the journal's stream")
        yield heard
    finally:
        loop.call_soon_threadsafe(following.cancel)
        thread.join(timeout=10)
