"""A line of a platform, answered inside a transaction: whose it is, where it was typed, and how its card is shown."""

from __future__ import annotations

import re
from dataclasses import replace

from bots.arrival import Arrival, Line
from bots.card import Card, Visibility
from bots.desk import Desk, Turn
from bots.platform import Answer, Audience, Channel, Incoming
from reseau import contacts, copies, identities, links, members, provenance, threads
from reseau.contacts import Contact
from reseau.errors import ReseauError
from reseau.store import Transaction

_REFERENCE = re.compile(r"\[([@#])((?:[^\[\]\\]|\\.)*)\]\(reseau:([^\s()]+)\)")
_TAKES_PLACE = ("confirm", "cancel")


class UnknownAccountError(Exception):
    """Nobody knows this account yet: the platform has to be asked who it is."""


def incoming(tx: Transaction, arrival: Arrival, line: Line, audience: Audience | None = None) -> Incoming:
    """The line as the desk takes it.

    Raises:
        UnknownAccountError: its account belongs to no member yet.
    """
    member_id = identities.member_of(tx, arrival.platform, arrival.tenant, line.person)
    if member_id is None:
        raise UnknownAccountError
    channel, thread = None, ""
    if line.where.personal:
        reached = Contact(arrival.platform, arrival.tenant, line.person, line.where.conversation, line.where.service)
        contacts.note(tx, reached)
    else:
        link = links.of_channel(tx, arrival.platform, arrival.tenant, line.where.conversation)
        community_id = link.community_id if link is not None and not link.reason else None
        channel = Channel(line.where, community_id, audience)
        thread = _thread(tx, link.id, line.where.thread) if link is not None and line.where.thread else ""
    return Incoming(
        member_id=member_id,
        line=with_handles(tx, line.text),
        event_key=arrival.event_key,
        platform=arrival.platform,
        tenant=arrival.tenant,
        language=line.language,
        thread=thread,
        channel=channel,
        words=with_handles(tx, line.words),
    )


def _thread(tx: Transaction, link_id: int, native_id: str) -> str:
    copy = copies.at(tx, link_id, native_id)
    return threads.code_of_root(tx, copy.content_id) if copy is not None else ""


def with_handles(tx: Transaction, text: str) -> str:
    """The line with people's references as the handles that one would type, and places as their names."""

    def typed(found: re.Match[str]) -> str:
        mark, name, key = found.groups()
        member_id = provenance.object_of(tx, key, "person") if mark == "@" else None
        if mark == "@" and member_id is None:
            member_id = identities.member_of_key(tx, key)
        if member_id is None:
            return f"{mark}{name}"
        return f"@{members.get(tx, member_id).handle}"

    return _REFERENCE.sub(typed, text) if "](reseau:" in text else text


def turn(tx: Transaction, desk: Desk, arrival: Arrival, line: Line, audience: Audience | None = None) -> Answer:
    """Do what a line asks for.

    Raises:
        UnknownAccountError, bots.desk.AudienceNeededError: the platform has to be asked first; nothing was done.
        reseau.errors.ReseauError: it cannot be done; :func:`refuse` says so once this is undone.
    """
    asked = incoming(tx, arrival, line, audience)
    return _shown(desk.turn(tx, asked), line, asked.channel)


def refuse(
    tx: Transaction, desk: Desk, arrival: Arrival, line: Line, error: ReseauError, audience: Audience | None = None
) -> Answer:
    """Say why a line cannot be done."""
    return _shown(desk.refuse(tx, incoming(tx, arrival, line, audience), error), line, None)


def _shown(turned: Turn, line: Line, channel: Channel | None) -> Answer:
    # What was written stands in a linked channel by itself, under its author's name; the card is then for the author.
    mirrored = channel is not None and channel.community_id is not None and turned.card.done
    private = turned.card.visibility is Visibility.PRIVATE or (mirrored and bool(turned.card.code))
    replaces = line.pressed and (turned.card.done or turned.command in _TAKES_PLACE)
    return Answer(turned.card, private, replaces and private, turned.language)


def unknown(arrival: Arrival, line: Line) -> Incoming:
    """The line of nobody in particular, to say that nothing works."""
    return Incoming(0, line.text, arrival.event_key, arrival.platform, arrival.tenant, line.language)


def private(card: Card, language: str) -> Answer:
    """A card for one person."""
    return Answer(replace(card, visibility=Visibility.PRIVATE), True, False, language)
