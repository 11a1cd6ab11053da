"""The courier to Teams: cards, posts and notices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from bots.arrival import Where
from bots.markup.fitting import beside, texts_of
from bots.platform import Address, Answer, Audience, DoubtError, LaterError, Post, RefusedError
from bots.platforms.teams.account import account, lasting_id, standing
from bots.platforms.teams.adaptive import of_answer, of_post, plain, post_plain
from bots.platforms.teams.connector import Connector, GoneError
from bots.platforms.teams.people import People
from bots.platforms.teams.places import Places
from bots.platforms.teams.wire import Wire
from reseau.foreign import word
from reseau.i18n import N_, Words
from reseau.people.accounts import Account, Standing
from reseau.settings import Settings

_MOST = 10_000  # chats and private messages remembered; forgotten ones are asked for again
_IN_PRIVATE = N_("I have answered you in private.")
_CARD = "application/vnd.microsoft.card.adaptive"


class TeamsCourier:
    """The courier of Teams.

    Args:
        settings: our app, the home tenant, and whether one person may be answered inside a channel.
        wire: the connections that go out, closed with the courier.
        connector: Teams' own doors.
        places: where Teams can be reached.
        people: the ids of accounts.
    """

    name = "teams"
    gap = 0.5  # sixty in thirty seconds in a conversation (msteams-docs, rate-limit)

    def __init__(self, settings: Settings, wire: Wire, connector: Connector, places: Places, people: People) -> None:
        self._settings = settings
        self._wire = wire
        self._connector = connector
        self._places = places
        self._people = people
        self._chats: dict[tuple[str, str], str] = {}
        self._whispers: dict[str, None] = {}

    # -- who is there --------------------------------------------------------------------------------------------------

    async def account(self, tenant: str, person: str, where: Where) -> Account:
        """The account of a member of a conversation that the bot is in."""
        if person.startswith("28:"):
            return account(tenant, {"id": person}, self._settings)
        service = await self._places.service(tenant, where.service)
        return account(tenant, await self._member(service, where.conversation, person), self._settings)

    async def audience(self, tenant: str, where: Where) -> Audience:
        """The members of a channel. Teams does not say who could join, so ``everybody`` is never set."""
        service = await self._places.service(tenant, where.service)
        people: list[Account] = []
        async for member in self._connector.members(service, where.conversation):
            if standing(member, self._settings) is not Standing.BOT:
                people.append(account(tenant, member, self._settings))
                self._people.remember(word(member, "id"), lasting_id(member))
        return Audience(
            await self._channel_name(service, where),
            everybody=False,
            outsiders=any(reader.standing != Standing.HOME for reader in people),
            people=tuple(reader.native_id for reader in people),
            accounts=tuple(people),
        )

    async def _member(self, service: str, conversation: str, person: str) -> Mapping[str, Any]:
        chat = self._people.chat(person)
        try:
            member = await self._connector.member(service, conversation, chat)
        except GoneError:
            if chat != person:
                raise
            # Not every Teams knows people by their lasting id here; the list of all members has both.
            listed = None
            async for candidate in self._connector.members(service, conversation):
                self._people.remember(word(candidate, "id"), lasting_id(candidate))
                if lasting_id(candidate) == person:
                    listed = candidate
                    break
            if listed is None:
                raise
            return listed
        self._people.remember(word(member, "id"), lasting_id(member))
        return member

    async def _channel_name(self, service: str, where: Where) -> str:
        team = await self._places.team(where.conversation)
        if not team:
            return ""
        try:
            for channel in await self._connector.channels(service, team):
                if word(channel, "id") == where.conversation and word(channel, "name"):
                    return word(channel, "name")
            return word(await self._connector.team(service, team), "name")
        except RefusedError:
            return ""

    # -- answers -------------------------------------------------------------------------------------------------------

    async def show(self, answer: Answer, to: Address) -> str:
        """Show a card. A private one is never shown to others."""
        service = await self._places.service(to.tenant, to.where.service)
        activity = await beside(lambda: _message(of_answer(answer), plain(answer)), texts_of(answer.card))
        if to.where.conversation and (to.where.personal or not answer.private):
            return await self._put(service, _thread(to.where), activity, to.message if answer.replaces else "")
        if not to.person:
            raise RefusedError("a private answer for nobody")
        if to.where.conversation and self._may_whisper():
            try:
                return await self._whisper(service, activity, to, replaces=answer.replaces)
            except RefusedError:
                pass  # an older Teams, or a person who is not in the channel: their own chat then
        card_id = await self._put(service, await self._chat(service, to), activity, "")
        if to.where.conversation and to.message and not answer.pressed:
            await self._hint(service, answer.language, to)
        return card_id

    async def _hint(self, service: str, language: str, to: Address) -> None:
        """Say in the channel that the answer was sent in private."""
        hint = Words(language)(_IN_PRIVATE)
        with suppress(LaterError, RefusedError, DoubtError):  # the answer itself was shown
            await self._connector.send(service, _thread(to.where, first=to.message), {"type": "message", "text": hint})

    def _may_whisper(self) -> bool:
        return self._settings.teams_targeted and bool(self._settings.teams_app_id)

    async def _whisper(self, service: str, activity: Mapping[str, Any], to: Address, *, replaces: bool) -> str:
        """Answer inside the channel, seen by one person. Only a private message may be replaced by a private one."""
        member = await self._member(service, to.where.conversation, to.person)
        whispered = {**activity, "recipient": {"id": word(member, "id"), "isTargeted": True}}
        where = _thread(to.where)
        if replaces and to.message in self._whispers:
            try:
                await self._connector.update(service, where, to.message, whispered, targeted=True)
            except RefusedError:
                pass  # gone by now: whispers last for a day
            else:
                return to.message
        card_id = await self._connector.send(service, where, whispered, targeted=True)
        _note(self._whispers, card_id, None)
        return card_id

    async def _put(self, service: str, conversation: str, activity: Mapping[str, Any], replaced: str) -> str:
        if replaced:
            try:
                await self._connector.update(service, conversation, replaced, activity)
            except RefusedError:
                pass  # Teams loses a card now and then: the new one appears below
            else:
                return replaced
        return await self._connector.send(service, conversation, activity)

    async def _chat(self, service: str, to: Address) -> str:
        """The person's own chat with us; Teams opens it, or gives the one that is open."""
        open_chat = self._chats.get((to.tenant, to.person))
        if open_chat is not None:
            return open_chat
        person = self._people.chat(to.person)
        if person == to.person and to.where.conversation:
            person = word(await self._member(service, to.where.conversation, to.person), "id")
        tenant = {"tenantId": to.tenant, "channelData": {"tenant": {"id": to.tenant}}} if to.tenant else {}
        us = {"id": f"28:{self._settings.teams_app_id}"} if self._settings.teams_app_id else {"id": ""}
        parameters = {"bot": us, "members": [{"id": person}], "isGroup": False, **tenant}
        chat = await self._connector.create(service, parameters)
        if not chat:
            raise RefusedError("Teams opened no chat")
        _note(self._chats, (to.tenant, to.person), chat)
        return chat

    # -- posts ---------------------------------------------------------------------------------------------------------

    async def post(self, post: Post, to: Address) -> tuple[str, ...]:
        """Post a content: in its thread, or as the first of a new one whose replies are the parts that follow."""
        service = await self._places.service(to.tenant, to.where.service)
        parts: list[str] = []
        for card in await beside(lambda: of_post(post), (post.text,)):
            where = _thread(to.where, first=parts[0] if parts else "")
            try:
                parts.append(await self._connector.send(service, where, _message(card, post_plain(post))))
            except (LaterError, RefusedError, DoubtError):
                await self._take_back(service, to.where, parts)
                raise
        return tuple(parts)

    async def _take_back(self, service: str, where: Where, parts: Sequence[str]) -> None:
        """All parts or none: the rest would be posted twice."""
        for part in parts:
            try:
                await self._connector.delete(service, where.conversation, part)
            except (LaterError, RefusedError):
                raise DoubtError("a part was posted, the next one not") from None

    async def edit(self, parts: Sequence[str], post: Post, to: Address) -> tuple[str, ...]:
        """Bring a post up to date; parts come and go with its length."""
        service = await self._places.service(to.tenant, to.where.service)
        cards = await beside(lambda: of_post(post), (post.text,))
        now = list(parts[: len(cards)])
        for part, card in zip(now, cards, strict=False):
            await self._connector.update(service, to.where.conversation, part, _message(card, post_plain(post)))
        for card in cards[len(now) :]:
            where = _thread(to.where, first=now[0] if now else "")
            now.append(await self._connector.send(service, where, _message(card, post_plain(post))))
        for part in parts[len(cards) :]:
            await self._connector.delete(service, to.where.conversation, part)
        return tuple(now)

    async def remove(self, parts: Sequence[str], to: Address) -> None:
        """Take a post away, the last part first: a thread may go with its first message."""
        service = await self._places.service(to.tenant, to.where.service)
        for part in reversed(parts):
            await self._connector.delete(service, to.where.conversation, part)

    async def posted(self, key: str, to: Address, since: float) -> tuple[str, ...]:
        """Nothing: a bot cannot read a Teams channel back, only Graph could, with a permission of its own."""
        return ()

    async def close(self) -> None:
        """Give the connections back."""
        await self._wire.close()


def _message(card: Mapping[str, Any], summary: str) -> dict[str, Any]:
    """A message that is a card. A notification shows its ``summary``; a ``text`` would appear above the card."""
    return {"type": "message", "summary": summary, "attachments": [{"contentType": _CARD, "content": card}]}


def _thread(where: Where, first: str = "") -> str:
    """A conversation as the connector names it, with its thread."""
    thread = where.thread or ("" if where.personal else first)
    return f"{where.conversation};messageid={thread}" if thread else where.conversation


def _note(remembered: dict[Any, Any], key: Any, value: Any) -> None:
    if len(remembered) >= _MOST:
        del remembered[next(iter(remembered))]
    remembered[key] = value
