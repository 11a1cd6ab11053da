"""Notices: a person learns in private, once, of what concerns them, unless they chose to hear less."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bots.answers.excerpts import headline
from bots.card import Button, Card, Quote, Style
from bots.command import all_commands
from bots.platform import Address, Answer, Courier, LaterError, RefusedError
from bots.request import verb
from bots.sending import gathered
from bots.sending.delivery import Record
from reseau import access, activity
from reseau.channels import copies, links
from reseau.contents import thanks, threads
from reseau.contents.threads import Content
from reseau.exchange.outbox import Taken
from reseau.i18n import Words, known_language
from reseau.keys import AccountKey
from reseau.kinds import PRESENT
from reseau.network import Network
from reseau.people import members, preferences
from reseau.people.members import Member
from reseau.people.preferences import Notice
from reseau.store import Transaction

TOPICS = tuple(notice.value for notice in Notice if notice is not Notice.REACTION)  # reactions go into one notice
_MOST_REPLIES = 1000  # as far as ``accept`` numbers them
_WAITS = 5  # tries, a pause apart, for the reply to appear in the channel, where the platform itself notifies
_PAUSE = 2.0


@dataclass(frozen=True, slots=True)
class _News:
    """A notice in the making: the delivery, its reader and the reader's words."""

    tx: Transaction
    taken: Taken
    to: Member
    t: Words
    accounts: Sequence[AccountKey]

    def member(self) -> Member | None:
        """The member who did it, if known."""
        member_id = self.taken.payload.get("by")
        return members.known(self.tx, int(member_id)) if member_id is not None else None

    def content(self, name: str) -> Content | None:
        """A content of the delivery, if the reader may read it."""
        return threads.get(self.tx, access.viewer(self.tx, self.to.id), int(self.taken.payload.get(name) or 0))

    def button(self, label: str, command_id: str, *parts: str, style: Style = Style.PLAIN) -> Button:
        return Button(label, " ".join((verb(all_commands(), command_id, self.t), *parts)), style)

    def show(self, root: Content) -> Button:
        return self.button(self.t("Show {code}", code=root.code), "show", root.code)


class Notices:
    """Sends the deliveries of :data:`TOPICS`, each to one person, at one of the accounts that the person has."""

    paced = False

    def __init__(self, network: Network) -> None:
        self._network = network

    async def send(self, taken: Taken, couriers: Mapping[str, Courier]) -> Record | None:
        """Show a notice, unless it was taken back or the platform notifies by itself; try each account in turn."""
        card, language, ways = await asyncio.to_thread(self._read, taken)
        if card is None:
            return None
        if taken.topic in gathered.GATHERED and await asyncio.to_thread(self._many, taken):
            return lambda tx: gathered.gather(tx, taken)
        refused = RefusedError("no platform of this person is configured")
        for platform, to in ways:
            courier = couriers.get(platform)
            if courier is None:
                continue
            try:
                await courier.show(Answer(card, True, False, language), to)
            except RefusedError as error:
                refused = error
            else:
                return None
        raise refused

    def _many(self, taken: Taken) -> bool:
        with self._network.store.read() as tx:
            return gathered.many(tx, taken)

    def _read(self, taken: Taken) -> tuple[Card | None, str, list[tuple[str, Address]]]:
        settings = self._network.settings
        with self._network.store.read() as tx:
            to = members.known(tx, int(taken.payload["to"]))
            if to is None or to.status not in PRESENT:
                return None, settings.language, []
            t = Words(known_language(to.language, settings.language), settings.zone)
            news = _News(tx, taken, to, t, _accounts(tx, taken))
            notice = Notice(taken.topic)
            card = _CARDS[notice](news) if preferences.wants(tx, to.id, notice) else None
            card = card if card is None else gathered.with_less(card, notice, t)
            return (
                card,
                t.language,
                [(account.platform, gathered.address(tx, account)) for account in news.accounts],
            )


def _accounts(tx: Transaction, taken: Taken) -> list[AccountKey]:
    """The person's accounts, best first: where the thread began, then where the person was last active."""
    named = taken.payload.get("doors") or [taken.ordering_key.split(":", 2)]  # an older program queued one for each
    accounts = [AccountKey(*parts) for parts in named]
    begun = threads.platform_of(tx, int(taken.payload.get("root") or 0))
    last = [begun, *activity.last_platforms(tx, int(taken.payload["to"]))]
    return sorted(accounts, key=lambda account: last.index(account.platform) if account.platform in last else len(last))


def _replied(news: _News) -> Card | None:
    by, reply, root = news.member(), news.content("content"), news.content("root")
    if by is None or reply is None or root is None or _platform_tells(news, reply, root):
        return None
    t = news.t
    title = t("{name} replied to you: {code}, “{headline}”", name=by.name, code=root.code, headline=headline(root, 60))
    buttons = [news.show(root), news.button(t("Answer"), "answer", root.code)]
    place = _place(news, reply, root)
    if root.kind.answerable and root.accepted_id is None and place:
        helped = t("Answer {number} helped", number=place)
        buttons.insert(0, news.button(helped, "accept", root.code, str(place), style=Style.PRIMARY))
    return Card(title, (Quote(reply.text, by.name),), tuple(buttons), code=root.code)


def _place(news: _News, reply: Content, root: Content) -> int:
    """The number of the reply in the thread, as the reader counts; 0 if it is not there."""
    read = threads.read(news.tx, access.viewer(news.tx, news.to.id), root.id, limit=_MOST_REPLIES)
    return next((number for number, candidate in enumerate(read.replies, 1) if candidate.id == reply.id), 0)


def _platform_tells(news: _News, reply: Content, root: Content) -> bool:
    """Whether the reply stands below a message that the reader wrote in a linked channel: platforms notify of that.

    A message that we posted there belongs to the app, so the platform notifies nobody of replies to it.

    Raises:
        LaterError: the reply is still on its way there.
    """
    linked = links.of_communities(news.tx, {root.community_id}) if root.community_id is not None else []
    own = {(account.platform, account.tenant) for account in news.accounts}
    for link in linked:
        written = any(copy.written for copy in copies.of(news.tx, root.id, link.id))
        if not written or (link.platform, link.tenant) not in own:
            continue
        if copies.of(news.tx, reply.id, link.id):
            return True
        if news.taken.attempts < _WAITS:
            raise LaterError(_PAUSE, "the reply is on its way to the channel")
    return False


def _thanked(news: _News) -> Card | None:
    by = news.member()
    if by is None:
        return None
    thanks_ = news.taken.payload.get("thanks")  # a delivery of an older program lacks it
    reason = thanks.reason_of(news.tx, int(thanks_)) if thanks_ else thanks.latest_reason(news.tx, by.id, news.to.id)
    if reason is None:
        return None
    root = news.content("root") or news.content("content")
    profile = news.button(by.name, "profile", f"@{by.handle}")
    buttons = (news.show(root), profile) if root is not None else (profile,)
    return Card(news.t("{name} thanks you for this:", name=by.name), (Quote(reason),), buttons)


def _mentioned(news: _News) -> Card | None:
    by, content = news.member(), news.content("content")
    if by is None or content is None:
        return None
    t = news.t
    title = t(
        "{name} mentions you: {code}, “{headline}”", name=by.name, code=content.code, headline=headline(content, 60)
    )
    buttons = (news.show(content), news.button(t("Answer"), "answer", content.code))
    return Card(title, (Quote(content.text, by.name),), buttons, code=content.code)


def _followed(news: _News) -> Card | None:
    by, reply, root = news.member(), news.content("content"), news.content("root")
    if by is None or reply is None or root is None:
        return None
    t = news.t
    title = t(
        "{name} replied to {code}, which you follow: “{headline}”",
        name=by.name,
        code=root.code,
        headline=headline(root, 60),
    )
    buttons = (news.show(root), news.button(t("Unfollow"), "unfollow", root.code))
    return Card(title, (Quote(reply.text, by.name),), buttons, code=root.code)


def _kept(news: _News) -> Card | None:
    by, reply, root = news.member(), news.content("content"), news.content("root")
    if by is None or reply is None or root is None or root.accepted_id != reply.id:
        return None
    title = news.t("{name} says that your answer to {code} helped.", name=by.name, code=root.code)
    return Card(title, (Quote(reply.text, news.to.name),), (news.show(root),), code=root.code)


def _waits(news: _News) -> Card | None:
    if not news.to.administrator:
        return None
    title = news.t("{name} came and is not let in yet.", name=news.taken.payload["name"])
    return Card(title, buttons=(news.button(news.t("See who came"), "admit", style=Style.PRIMARY),))


def _asked(news: _News) -> Card | None:
    by, question = news.member(), news.content("content")
    if by is None or question is None or question.answered_at is not None:
        return None
    t = news.t
    audience = news.taken.payload.get("audience", "")
    title = (
        t("{name} has a question for {audience}: {code}", name=by.name, audience=audience, code=question.code)
        if audience
        else t("{name} has a question that you may be able to answer: {code}", name=by.name, code=question.code)
    )
    buttons = (
        news.button(t("Answer"), "answer", question.code, style=Style.PRIMARY),
        news.button(t("Somebody else knows better"), "pass_on", question.code),
    )
    text = f"{question.title}\n\n{question.text}" if question.title.strip() else question.text
    return Card(title, (Quote(text, by.name),), buttons, t("Nobody has answered yet."), code=question.code)


_CARDS: Mapping[Notice, Callable[[_News], Card | None]] = {
    Notice.MENTION: _mentioned,
    Notice.REPLY: _replied,
    Notice.FOLLOWED: _followed,
    Notice.ASKED: _asked,
    Notice.ACCEPTED: _kept,
    Notice.THANKS: _thanked,
    Notice.APPLICANT: _waits,
}
