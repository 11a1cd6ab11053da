"""Commands and buttons as lines: what asks for an answer of its own."""

from __future__ import annotations

from bots.arrival import Arrival, Line, Where
from bots.platforms.slack.envelope import Fields, identity, key, stamp
from bots.platforms.slack.home import Team
from bots.platforms.slack.names import Names
from bots.platforms.slack.writing import spoken
from reseau.foreign import dicts, part, word
from reseau.keys import EventKey

#: Behind the address for an answer to a card that everybody sees: a private answer must not take that card's place.
#: What follows a ``#`` never leaves this machine.
SEEN_BY_ALL = "#seen-by-all"


_NO_NAMES = ("directmessage", "privategroup")  # what Slack says in place of a name


def command(body: Fields, team: Team, names: Names, language: str = "fr") -> Arrival | None:
    """The arrival of a slash command, or nothing where its fields are no command's.

    Args:
        body: the command's fields.
        team: the home workspace.
        names: of people and channels.
        language: the network's own.
    """
    person, channel = identity(body, "user_id"), identity(body, "channel_id")
    named = key(body, "trigger_id")
    if not (person and channel and named):
        return None
    # A command in anybody's personal chat says "directmessage", so it never counts as the one with us.
    called = word(body, "channel_name")
    text, words = spoken(body, names, team.user, language)
    line = Line(
        person,
        Where(channel),
        text,
        answer_at=_address(body),
        channel_name="" if called in _NO_NAMES else called,
        words=words,
    )
    return Arrival(EventKey("slack", team.id, named), line)


def action(body: Fields, team: Team) -> Arrival | None:
    """The arrival of a pressed button, or nothing for one that stands for no line (it opens an address)."""
    first = next(iter(dicts(body.get("actions"))), {})
    text = word(first, "value") or word(part(first, "selected_option"), "value")
    person = identity(part(body, "user"), "id")
    if not (text.strip() and person):
        return None
    container, message = part(body, "container"), part(body, "message")
    where = _where(body, container, message)
    named = stamp(container, "message_ts") or stamp(message, "ts")
    pressing = key(first, "action_ts") or key(body, "trigger_id")
    answer_at = _address(body)
    if answer_at and not where.personal and container.get("is_ephemeral") is not True:
        answer_at += SEEN_BY_ALL
    pressed = Line(person, where, text, named, pressed=True, answer_at=answer_at)
    told = ("action", person, where.conversation, named, key(first, "action_id"), pressing)
    return Arrival(EventKey("slack", team.id, ":".join(told)), pressed) if pressing else None


def _where(body: Fields, container: Fields, message: Fields) -> Where:
    channel = identity(part(body, "channel"), "id") or identity(container, "channel_id")
    if not channel:
        return Where("", personal=True)  # our own page in Slack, where only this person is
    named = stamp(container, "message_ts") or stamp(message, "ts")
    thread = stamp(container, "thread_ts") or stamp(message, "thread_ts")
    # A card that only one person sees may stand in a chat between two others, after a command there.
    personal = channel.startswith("D") and container.get("is_ephemeral") is not True
    return Where(channel, "" if thread == named else thread, personal)


def _address(body: Fields) -> str:
    address = word(body, "response_url")
    return address if address.startswith(("https://", "http://")) else ""
