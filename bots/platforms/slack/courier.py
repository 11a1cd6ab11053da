"""Carries cards and posts to Slack."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from bots.arrival import Where
from bots.card import Card
from bots.markup.fitting import beside, texts_of
from bots.markup.mrkdwn import unparsed
from bots.platform import Address, Answer, Audience, DoubtError, LaterError, Post, RefusedError
from bots.platforms.slack.account import account_of
from bots.platforms.slack.api import Api
from bots.platforms.slack.blocks import of_answer, of_post, plain, post_plain
from bots.platforms.slack.events import SEEN_BY_ALL
from bots.platforms.slack.names import Names
from reseau.people.accounts import Account

EVENT_TYPE = "reseau_post"
_PAGE = 200
_MOST_PAGES = 50
_MOST_PEOPLE = 200  # pages of a thousand: more than the largest workspace has
_ONE_BY_ONE = 20  # as many unknown people are asked for each; more, and the whole directory is quicker
_PATIENCE = 30.0  # seconds that the parts of one post may wait for each other
_MOST_WAITED = 900.0  # seconds that one list may wait in all, between its pages
_BEFORE = 5.0  # seconds that clocks may differ


class SlackCourier:
    """Keeps ``bots.platform.Courier`` over one session.

    Args:
        api: the Web API with the bot's token.
        names: filled with the names of people and channels.
    """

    name = "slack"
    gap = 1.0  # one message a second in a channel (docs.slack.dev/apis/web-api/rate-limits)

    def __init__(self, api: Api, names: Names) -> None:
        self.api = api
        self._names = names
        self._chats: dict[str, str] = {}

    async def account(self, tenant: str, person: str, where: Where) -> Account:
        response = await self.api.read("users.info", user=person, include_locale="true")
        user = response.get("user")
        if not isinstance(user, dict):
            raise RefusedError("user_not_found")
        self._names.learn(user)
        return account_of(user, tenant)

    async def close(self) -> None:
        await self.api.close()

    # -- who reads -----------------------------------------------------------------------------------------------------

    async def audience(self, tenant: str, where: Where) -> Audience:
        response = await self.api.read("conversations.info", channel=where.conversation)
        channel = response.get("channel")
        if not isinstance(channel, dict):
            raise RefusedError("channel_not_found")
        name = str(channel.get("name") or "")
        closed = any(channel.get(kind) for kind in ("is_private", "is_im", "is_mpim", "is_group"))
        if name and not closed:
            self._names.learn_place(where.conversation, name)
        shared = any(channel.get(kind) for kind in ("is_ext_shared", "is_pending_ext_shared", "pending_shared"))
        if channel.get("is_im"):
            people = [str(channel["user"])] if channel.get("user") else await self._members(where.conversation)
        else:
            people = await self._members(where.conversation)
        readers = await self._without_bots(people)
        accounts = tuple(account_of(user, tenant) for user in self._names.users(readers))
        return Audience(name, not closed, shared, readers, accounts)

    async def _members(self, channel: str) -> list[str]:
        return [str(person) async for person in self._everybody("conversations.members", channel=channel)]

    async def _without_bots(self, people: Sequence[str]) -> tuple[str, ...]:
        # Who is taken for closed is asked about again: an account may be opened anew, and its owner then reads.
        unknown = [*self._names.unknown(people), *filter(self._names.closed, people)]
        if 0 < len(unknown) <= _ONE_BY_ONE:
            await asyncio.gather(*(self._learn(person) for person in unknown))
        elif unknown:
            async for user in self._everybody("users.list"):
                self._names.learn(user)
        return tuple(id_ for id_ in people if id_ not in self._names.bots and not self._names.closed(id_))

    async def _learn(self, person: str) -> None:
        try:
            response = await self.api.read("users.info", user=person)
        except RefusedError:
            return  # the person stays unknown
        self._names.learn(response.get("user") or {})

    async def _everybody(self, method: str, **params: Any) -> AsyncIterator[Any]:
        """A list of people to its very end: part of it would hide readers."""
        pages = 0
        async for page in self._pages(method, limit=1000, **params):
            pages += 1
            if pages > _MOST_PEOPLE:
                raise RefusedError(f"{method}: too many people")
            for person in page.get("members") or ():
                yield person

    async def _pages(self, method: str, **params: Any) -> AsyncIterator[dict[str, Any]]:
        """Yield Slack's pages of a list; if Slack asks for a short wait between two of them, wait."""
        waited = 0.0
        while True:
            try:
                page = await self.api.read(method, **params)
            except LaterError as error:
                waited += error.seconds
                if "cursor" not in params or error.seconds > _PATIENCE or waited > _MOST_WAITED:
                    raise
                await asyncio.sleep(error.seconds)
                continue
            yield page
            after = (page.get("response_metadata") or {}).get("next_cursor")
            if not after:
                return
            params["cursor"] = after

    # -- cards ---------------------------------------------------------------------------------------------------------

    async def show(self, answer: Answer, to: Address) -> str:
        message = await beside(lambda: {"text": plain(answer), "blocks": of_answer(answer)}, texts_of(answer.card))
        if to.where.personal or not to.where.conversation:
            return await self._show_personally(answer, message, to)
        address, _, seen_by_all = to.answer_at.partition(SEEN_BY_ALL[0])
        if address:
            # A public card is never replaced by a private one, nor a private card by a public one.
            replaces = answer.replaces and answer.private and not seen_by_all
            payload = {
                "response_type": "ephemeral" if answer.private else "in_channel",
                "replace_original": replaces,
                **message,
            }
            if to.where.thread and not replaces:
                payload["thread_ts"] = to.where.thread
            if await self.api.respond(address, payload):
                if answer.replaces and not answer.private and not seen_by_all:
                    await self.api.respond(address, {"delete_original": True})  # the pressed card is over
                return to.message if replaces else ""
        try:
            return await self._show_there(answer, message, to)
        except RefusedError:
            if not to.person:
                raise
            return await self._send(await self._chat(to.person), message)

    async def _show_there(self, answer: Answer, message: dict[str, Any], to: Address) -> str:
        thread = {"thread_ts": to.where.thread} if to.where.thread else {}
        channel = to.where.conversation
        if answer.private:
            if not to.person:
                raise RefusedError("a private card for nobody")
            response = await self.api.write("chat.postEphemeral", channel=channel, user=to.person, **thread, **message)
            return str(response.get("message_ts") or "")
        if answer.replaces and to.message:
            response = await self.api.write("chat.update", channel=channel, ts=to.message, **message)
            return str(response.get("ts") or to.message)
        return await self._send(channel, message | thread)

    async def _show_personally(self, answer: Answer, message: dict[str, Any], to: Address) -> str:
        channel = to.where.conversation or await self._chat(to.person)
        if answer.replaces and to.message:
            try:
                response = await self.api.write("chat.update", channel=channel, ts=to.message, **message)
            except RefusedError:
                pass  # gone, or too old to be changed: the new card appears below
            else:
                return str(response.get("ts") or to.message)
        return await self._send(channel, message | ({"thread_ts": to.where.thread} if to.where.thread else {}))

    async def _send(self, channel: str, message: dict[str, Any]) -> str:
        response = await self.api.write("chat.postMessage", channel=channel, **message)
        return str(response.get("ts") or "")

    async def _chat(self, person: str) -> str:
        """The chat between a person and us."""
        if not person:
            raise RefusedError("nobody to send it to")
        if person not in self._chats:
            try:
                response = await self.api.write("conversations.open", users=person)
            except DoubtError as error:
                raise LaterError(5, str(error)) from None  # opening twice does no harm
            self._chats[person] = str((response.get("channel") or {}).get("id") or "")
        return self._chats[person]

    # -- posts ---------------------------------------------------------------------------------------------------------

    async def post(self, post: Post, to: Address) -> tuple[str, ...]:
        channel = to.where.conversation or await self._chat(to.person)
        ids: list[str] = []
        return await self._add(ids, post, await _drawn(post), channel, to.where.thread)

    async def edit(self, parts: Sequence[str], post: Post, to: Address) -> tuple[str, ...]:
        channel, drawn = to.where.conversation or await self._chat(to.person), await _drawn(post)
        shown_parts = list(parts[: len(drawn)])
        for number, (ts, blocks) in enumerate(zip(shown_parts, drawn, strict=False), 1):
            await self.api.write("chat.update", channel=channel, ts=ts, **_message(post, number, blocks))
        await self.remove(parts[len(drawn) :], to)
        if len(shown_parts) == len(drawn):
            return tuple(shown_parts)
        # Others may have written after the old parts: new parts go into the thread, and never twice.
        thread = to.where.thread or shown_parts[0]
        posted = await self._numbered(post.key, "conversations.replies", channel=channel, ts=thread)
        while len(shown_parts) < len(drawn) and len(shown_parts) + 1 in posted:
            shown_parts.append(posted[len(shown_parts) + 1])
        return await self._add(shown_parts, post, drawn, channel, thread)

    async def _add(
        self, sent: list[str], post: Post, drawn: Sequence[list[dict[str, Any]]], channel: str, thread: str
    ) -> tuple[str, ...]:
        """Post the missing parts; once one is posted, no error may ask for all of them again."""
        in_thread = {"thread_ts": thread} if thread else {}
        extra = {"username": unparsed(post.author)} if post.author else {}
        if post.photo_url.startswith("https://"):
            extra["icon_url"] = post.photo_url
        quiet = {"unfurl_links": False, "unfurl_media": False}
        waited = 0.0
        while len(sent) < len(drawn):
            message = _message(post, len(sent) + 1, drawn[len(sent)])
            try:
                sent.append(await self._send(channel, {**message, **in_thread, **extra, **quiet}))
            except LaterError as error:
                waited += error.seconds
                if not sent:
                    raise
                if waited > _PATIENCE:
                    raise DoubtError(f"after {len(sent)} parts: {error}") from None
                await asyncio.sleep(error.seconds)
            except RefusedError as error:
                if not sent:
                    raise
                raise DoubtError(f"after {len(sent)} parts: {error}") from None
        return tuple(sent)

    async def remove(self, parts: Sequence[str], to: Address) -> None:
        channel = to.where.conversation or await self._chat(to.person)
        for ts in parts:
            try:
                await self.api.write("chat.delete", channel=channel, ts=ts)
            except RefusedError as error:
                if str(error) != "message_not_found":
                    raise

    async def unfold(self, cards: Mapping[str, Card], to: Address) -> None:
        """Show cards below the addresses of a message."""
        unfurls = {address: {"blocks": of_answer(Answer(card))} for address, card in cards.items()}
        await self.api.write("chat.unfurl", channel=to.where.conversation, ts=to.message, unfurls=unfurls)

    async def posted(self, key: str, to: Address, since: float) -> tuple[str, ...]:
        channel = to.where.conversation or await self._chat(to.person)
        oldest = f"{max(since - _BEFORE, 0):.6f}"
        if to.where.thread:
            parts = await self._numbered(
                key, "conversations.replies", channel=channel, ts=to.where.thread, oldest=oldest
            )
        else:
            parts = await self._numbered(key, "conversations.history", channel=channel, oldest=oldest)
        return tuple(parts[number] for number in sorted(parts))

    async def _numbered(self, key: str, method: str, **params: Any) -> dict[int, str]:
        """The parts of a post in a conversation, by their number."""
        parts: dict[int, str] = {}
        pages = 0
        async for page in self._pages(method, limit=_PAGE, include_all_metadata="true", **params):
            for message in page.get("messages") or ():
                metadata = message.get("metadata") or {}
                payload = metadata.get("event_payload") or {}
                if metadata.get("event_type") == EVENT_TYPE and payload.get("key") == key:
                    parts[int(payload.get("part") or 1)] = str(message.get("ts"))
            pages += 1
            if pages >= _MOST_PAGES:
                break
        return parts


async def _drawn(post: Post) -> list[list[dict[str, Any]]]:
    return await beside(lambda: of_post(post), (post.text,))


def _message(post: Post, number: int, blocks: list[dict[str, Any]]) -> dict[str, Any]:
    # Everyone in the workspace can read this: keys only.
    metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": post.key, "part": number}}
    return {"text": post_plain(post), "blocks": blocks, "metadata": metadata}
