"""A line of a platform, answered inside a transaction: whose it is, where it was typed, and how its card is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bots.answers.handling import AudienceNeededError, Desk, Turn
from bots.arrival import Arrival, Line, Where
from bots.card import Card, Shared, Visibility
from bots.mirror import audiences
from bots.platform import OWN_CHAT, Address, Answer, Audience, Channel, Incoming, Named
from bots.sending import messages
from reseau import access, provenance
from reseau.channels import copies, links
from reseau.contents import threads
from reseau.errors import ReseauError
from reseau.exchange import outbox
from reseau.people import contacts, identities, members
from reseau.people.contacts import Contact
from reseau.store import Transaction

#: No name is as long as the label may be: without an end each of many brackets would look through the whole text.
_REFERENCE = re.compile(r"\[([@#])((?:[^\[\]\\]|\\.){0,500}+)\]\(reseau:([^\s()]+)\)")
_TAKES_PLACE = ("confirm", "cancel")


class UnknownAccountError(Exception):
    """Nobody knows this account yet: the platform has to be asked who it is."""


@dataclass(frozen=True, slots=True)
class Readership:
    """Who reads a channel, as the platform said when it was asked for a line."""

    where: Where
    audience: Audience

    def of(self, where: Where) -> Audience | None:
        """Who reads a channel, where it is this one."""
        return self.audience if where.conversation == self.where.conversation else None


def incoming(tx: Transaction, arrival: Arrival, line: Line, readership: Readership | None = None) -> Incoming:
    """The line as the desk takes it.

    Raises:
        UnknownAccountError: its account belongs to no member yet.
    """
    event = arrival.event
    member_id = identities.member_of(tx, event.account(line.person))
    if member_id is None:
        raise UnknownAccountError
    channel, thread = None, ""
    conversation = OWN_CHAT if line.where.personal else line.where.conversation
    if line.where.personal:
        reached = Contact(event.platform, event.tenant, line.person, line.where.conversation, line.where.service)
        contacts.note(tx, reached)
    else:
        link = links.of_channel(tx, event.channel(line.where.conversation))
        audience = readership.of(line.where) if readership is not None else None
        channel = Channel(line.where, links.community_of(link), audience, line.channel_name)
        thread = _thread(tx, link.id, line.where.thread) if link is not None and line.where.thread else ""
    return Incoming(
        member_id=member_id,
        line=with_handles(tx, member_id, line.text),
        event=arrival.event,
        language=line.language,
        thread=thread,
        channel=channel,
        conversation=conversation,
        pressed=line.pressed,
        words=with_handles(tx, member_id, line.words),
    )


def _thread(tx: Transaction, link_id: int, native_id: str) -> str:
    copy = copies.at(tx, link_id, native_id)
    return threads.code_of_root(tx, copy.content_id) if copy is not None else ""


def with_handles(tx: Transaction, reader_id: int, text: str) -> str:
    """The line with people's references as the handles that one would type, and places as their names.

    Somebody of whom ``reader_id`` may not know is named as the platform names him or her.
    """

    def typed(found: re.Match[str]) -> str:
        mark, name, key = found.groups()
        member_id = provenance.object_of(tx, key, "person") if mark == "@" else None
        if mark == "@" and member_id is None:
            member_id = identities.member_of_key(tx, key)
        if member_id is None or not access.may_know(tx, access.viewer(tx, reader_id), [member_id]):
            return f"{mark}{name}"
        return f"@{members.get(tx, member_id).handle}"

    return _REFERENCE.sub(typed, text) if "](reseau:" in text else text


def turn(tx: Transaction, desk: Desk, arrival: Arrival, line: Line, readership: Readership | None = None) -> Answer:
    """Do what a line asks for.

    Raises:
        UnknownAccountError: the platform has to be asked first; nothing was done.
        bots.answers.handling.AudienceNeededError: the same.
        reseau.errors.ReseauError: it cannot be done; :func:`refuse` says so once this is undone.
    """
    asked = incoming(tx, arrival, line, readership)
    turned = desk.turn(tx, asked)
    shared = turned.card.shared
    private = _is_private(turned, asked.channel)
    where = _stage(turned, asked.channel, private=private)
    if where is not None and not _is_open_to_all(tx, arrival, where, readership):
        private, shared = True, None
    if shared is not None:
        _share(tx, arrival, line, shared, desk.network.settings.language)
    return _shown(turned, line, private)


def _stage(turned: Turn, channel: Channel | None, *, private: bool) -> Where | None:
    """The channel where everybody would see a card of a line; what is confirmed elsewhere goes where it was typed."""
    if turned.card.shared is not None:
        return turned.card.shared.where
    return None if private or channel is None or turned.to_channel else channel.where


def _is_open_to_all(tx: Transaction, arrival: Arrival, where: Where, readership: Readership | None) -> bool:
    """Whether everybody in a channel may read what is open.

    Raises:
        bots.answers.handling.AudienceNeededError: the platform has to be asked who reads it.
    """
    audience = readership.of(where) if readership is not None else None
    if audience is None:
        raise AudienceNeededError(where, required=False)
    readers = audiences.readers(tx, arrival.event.channel(where.conversation), audience)
    return links.may_see_what_is_open(tx, readers)


def _share(tx: Transaction, arrival: Arrival, line: Line, shared: Shared, language: str) -> None:
    """Queue what the whole channel is shown, besides the author's own card; it speaks the company's language."""
    here = shared.where.conversation == line.where.conversation
    event = arrival.event
    to = Address(event.tenant, shared.where, answer_at=line.answer_at if here else "")
    person = identities.on(tx, shared.named, event.platform, event.tenant) if shared.named is not None else ""
    named = (Named(person, members.get(tx, shared.named).name),) if person and shared.named is not None else ()
    answer = Answer(shared.card, private=False, language=language, named=named)
    outbox.queue(tx, [messages.letter(event.platform, answer, to, f"{event.native_id}:shared")])


def refuse(
    tx: Transaction, desk: Desk, arrival: Arrival, line: Line, error: ReseauError, readership: Readership | None = None
) -> Answer:
    """Say why a line cannot be done."""
    turned = desk.refuse(tx, incoming(tx, arrival, line, readership), error)
    return _shown(turned, line, _is_private(turned, None))


def _is_private(turned: Turn, channel: Channel | None) -> bool:
    """Whether a card is for whoever asked, whoever else is in the channel.

    A card that everybody sees shows what is open, perhaps words of others, and so it does only where everybody may
    read what is open. What was written stands in a linked channel by itself, under its author's name.
    """
    mirrored = channel is not None and channel.community_id is not None and turned.card.done
    alone = turned.card.visibility is Visibility.PRIVATE or turned.card.shared is not None
    return alone or (mirrored and bool(turned.card.code))


def _shown(turned: Turn, line: Line, private: bool) -> Answer:
    replaces = line.pressed and (turned.card.done or turned.command in _TAKES_PLACE)
    return Answer(turned.card, private, replaces, turned.language, line.pressed)


def unknown(arrival: Arrival, line: Line) -> Incoming:
    """The line of nobody in particular, to say that nothing works."""
    return Incoming(0, line.text, arrival.event, line.language)


def private(card: Card, language: str) -> Answer:
    """A card for one person."""
    return Answer(replace(card, visibility=Visibility.PRIVATE), True, False, language)
