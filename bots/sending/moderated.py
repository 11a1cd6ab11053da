"""Decisions about contents: notices to their authors, with the reason, and questions to the people who decide."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bots.answers.excerpts import headline
from bots.card import Button, Card, Field, Fields, Quote, Style
from bots.command import all_commands
from bots.platform import Courier
from bots.request import verb
from bots.sending import ways
from bots.sending.delivery import Record
from bots.sending.ways import Letter
from reseau import access
from reseau.contents import moderation, threads
from reseau.contents.threads import Content
from reseau.exchange import notifications
from reseau.exchange.outbox import Taken
from reseau.i18n import N_, Words
from reseau.kinds import Verb
from reseau.network import Network
from reseau.people import members
from reseau.people.members import Member
from reseau.store import Transaction

TOPICS = (notifications.MODERATED, notifications.REPORTED)
_MOST_REPLIES = 1000
#: What became of a content, with its number and by whom.
_SENTENCES: Mapping[Verb, str] = {
    Verb.HIDDEN: N_("{name} has hidden what you wrote in {code}: only you still see it."),
    Verb.RESTORED: N_("{name} shows what you wrote in {code} again."),
    Verb.MOVED: N_("{name} has moved {code} to another community."),
    Verb.MERGED: N_("{name} has merged {code} with another thread."),
    Verb.REMOVED: N_("{name} has removed what you wrote in {code}."),
}


@dataclass(frozen=True, slots=True)
class _News:
    """A notice in the making: the delivery, its reader and the reader's words."""

    tx: Transaction
    taken: Taken
    to: Member
    t: Words

    @property
    def record_id(self) -> int:
        return int(self.taken.payload["moderation"])

    def content(self, name: str = "content") -> Content | None:
        """A content of the delivery, if the reader may read it."""
        return threads.get(self.tx, access.viewer(self.tx, self.to.id), int(self.taken.payload.get(name) or 0))

    def button(self, label: str, command_id: str, *parts: str, style: Style = Style.PLAIN) -> Button:
        return Button(label, " ".join((verb(all_commands(), command_id, self.t), *parts)), style)


class Moderated:
    """Sends the deliveries of :data:`TOPICS`. Nobody can decline them: they are about one's words, or one's charge."""

    paced = False

    def __init__(self, network: Network) -> None:
        self._network = network

    async def send(self, taken: Taken, couriers: Mapping[str, Courier]) -> Record | None:
        """Show a notice at the first account of the person that takes it."""
        letter = await asyncio.to_thread(self._read, taken)
        if letter is not None:
            await ways.send(letter, couriers)
        return None

    def _read(self, taken: Taken) -> Letter | None:
        with self._network.store.read() as tx:
            to = ways.reader(tx, int(taken.payload["to"]))
            if to is None:
                return None
            t = ways.words(to, self._network.settings)
            card = _CARDS[taken.topic](_News(tx, taken, to, t))
            accounts = ways.accounts(tx, to, None, int(taken.payload.get("root") or 0))
            return None if card is None else Letter(card, t.language, ways.of(tx, accounts))


def _decided(news: _News) -> Card | None:
    by = members.known(news.tx, int(news.taken.payload["by"]))
    reason = moderation.reason_of(news.tx, news.record_id)
    if by is None or reason is None:
        return None
    t, content = news.t, news.content()
    code = moderation.code_of(news.tx, int(news.taken.payload["content"]))
    title = t(_SENTENCES[moderation.act_of(news.tx, news.record_id)], name=by.name, code=code)
    blocks = (Quote(reason, by.name),) if reason else ()
    about = (Fields((Field(t("About"), headline(content)),)),) if content is not None else ()
    if news.content("root") is None:  # the notice is about no content then, and is read although that one is gone
        return Card(title, (*blocks, *about))
    return Card(title, (*blocks, *about), (news.button(t("Show {code}", code=code), "show", code),), code=code)


def _reported(news: _News) -> Card | None:
    content = news.content()
    reason = moderation.reason_of(news.tx, news.record_id)
    if content is None or reason is None:  # gone, or decided meanwhile
        return None
    t = news.t
    place = _place(news, content)
    typed = f"{content.code} {place}".strip()
    buttons = (
        news.button(t("Hide it"), "hide", typed, style=Style.DANGER),
        news.button(t("Keep it"), "keep", typed),
        news.button(t("Show {code}", code=content.code), "show", content.code),
    )
    text = f"{content.title}\n\n{content.text}" if content.title.strip() else content.text
    fields = Fields((Field(t("Reason"), reason),))
    return Card(
        t("Somebody reports what {name} wrote in {code}.", name=content.author, code=content.code),
        (Quote(text, content.author), fields),
        buttons,
        t("The author does not learn who reported it."),
        code=content.code,
    )


def _place(news: _News, content: Content) -> str:
    """The number of a reply in its thread, as the reader counts; empty for its beginning."""
    if not content.is_reply:
        return ""
    thread = threads.read(news.tx, access.viewer(news.tx, news.to.id), content.root_id, limit=_MOST_REPLIES)
    return next((str(number) for number, reply in enumerate(thread.replies, 1) if reply.id == content.id), "")


_CARDS: Mapping[str, Callable[[_News], Card | None]] = {
    notifications.MODERATED: _decided,
    notifications.REPORTED: _reported,
}
