"""The card of a notice: each class has its own; an outdated or closed subject has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bots.answers import choices, digests
from bots.answers.excerpts import headline
from bots.card import Button, Card, Quote, Style
from bots.command import all_commands
from bots.platform import LaterError
from bots.request import verb
from reseau import access
from reseau.channels import copies, links
from reseau.contents import thanks, threads
from reseau.contents.threads import Content
from reseau.exchange import notifications
from reseau.exchange.notices import Notice
from reseau.i18n import Words
from reseau.keys import AccountKey
from reseau.people import members, preferences
from reseau.people.members import Member
from reseau.store import Transaction

_MOST_REPLIES = 1000  # as far as ``accept`` numbers them
_WAITS = 5  # tries, with pauses, for the reply to appear in the channel: the platform itself notifies there
_PAUSE = 2.0


@dataclass(frozen=True, slots=True)
class News:
    """A notice in the making: its subject, its reader and the reader's words.

    Attributes:
        payload: of its delivery.
        attempts: the number of tries, with this one.
    """

    tx: Transaction
    payload: Mapping[str, Any]
    attempts: int
    to: Member
    t: Words
    accounts: Sequence[AccountKey]

    def member(self) -> Member | None:
        """The member who acted, if known."""
        member_id = self.payload.get("by")
        return members.known(self.tx, int(member_id)) if member_id is not None else None

    def content(self, name: str) -> Content | None:
        """A content of the delivery, if the reader may read it."""
        return threads.get(self.tx, access.viewer(self.tx, self.to.id), int(self.payload.get(name) or 0))

    def button(self, label: str, command_id: str, *parts: str, style: Style = Style.PLAIN) -> Button:
        return Button(label, " ".join((verb(all_commands(), command_id, self.t), *parts)), style)

    def show(self, root: Content) -> Button:
        return self.button(self.t("Show {code}", code=root.code), "show", root.code)


def _replied(news: News) -> Card | None:
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


def _place(news: News, reply: Content, root: Content) -> int:
    """The number of the reply in the thread, as the reader counts; 0 if it is not there."""
    thread = threads.read(news.tx, access.viewer(news.tx, news.to.id), root.id, limit=_MOST_REPLIES)
    return next((number for number, candidate in enumerate(thread.replies, 1) if candidate.id == reply.id), 0)


def _platform_tells(news: News, reply: Content, root: Content) -> bool:
    """Whether the reply is below a message that the reader wrote in a linked channel: platforms notify of that.

    A message that we posted there belongs to the app, so the platform notifies nobody of replies to it.

    Raises:
        LaterError: the reply is still on its way there.
    """
    linked = links.of_communities(news.tx, {root.community_id}) if root.community_id is not None else []
    own = {(account.platform, account.tenant) for account in news.accounts}
    for link in linked:
        is_written = any(copy.written for copy in copies.of(news.tx, root.id, link.id))
        if not is_written or (link.platform, link.tenant) not in own:
            continue
        if copies.of(news.tx, reply.id, link.id):
            return True
        if news.attempts < _WAITS:
            raise LaterError(_PAUSE, "the reply is on its way to the channel")
    return False


def _thanked(news: News) -> Card | None:
    by = news.member()
    if by is None:
        return None
    thanks_ = news.payload.get("thanks")  # a delivery of an older program lacks it
    reason = thanks.reason_of(news.tx, int(thanks_)) if thanks_ else thanks.latest_reason(news.tx, by.id, news.to.id)
    if reason is None:
        return None
    root = news.content("root") or news.content("content")
    profile = news.button(by.name, "profile", f"@{by.handle}")
    buttons = (news.show(root), profile) if root is not None else (profile,)
    return Card(news.t("{name} thanks you for this:", name=by.name), (Quote(reason),), buttons)


def _mentioned(news: News) -> Card | None:
    by, content = news.member(), news.content("content")
    if by is None or content is None:
        return None
    t = news.t
    title = t(
        "{name} mentions you: {code}, “{headline}”", name=by.name, code=content.code, headline=headline(content, 60)
    )
    buttons = (news.show(content), news.button(t("Answer"), "answer", content.code))
    return Card(title, (Quote(content.text, by.name),), buttons, code=content.code)


def _followed(news: News) -> Card | None:
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


def _kept(news: News) -> Card | None:
    by, reply, root = news.member(), news.content("content"), news.content("root")
    if by is None or reply is None or root is None or root.accepted_id != reply.id:
        return None
    title = news.t("{name} says that your answer to {code} helped.", name=by.name, code=root.code)
    return Card(title, (Quote(reply.text, news.to.name),), (news.show(root),), code=root.code)


def _waits(news: News) -> Card | None:
    if not news.to.administrator:
        return None
    title = news.t("{name} came and is not let in yet.", name=news.payload["name"])
    return Card(title, buttons=(news.button(news.t("See who came"), "admit", style=Style.PRIMARY),))


def _asked(news: News) -> Card | None:
    by, question = news.member(), news.content("content")
    if by is None or question is None or question.answered_at is not None:
        return None
    t = news.t
    audience = news.payload.get("audience", "")
    title = (
        t("{name} has a question for {audience}: {code}", name=by.name, audience=audience, code=question.code)
        if audience
        else t("{name} has a question that you may be able to answer: {code}", name=by.name, code=question.code)
    )
    buttons = (
        news.button(t("Answer"), "answer", question.code, style=Style.PRIMARY),
        news.button(t("Somebody else knows better"), "pass_on", question.code),
    )
    return Card(title, (Quote(_whole(question), by.name),), buttons, t("Nobody has answered yet."), code=question.code)


def _whole(question: Content) -> str:
    return f"{question.title}\n\n{question.text}" if question.title.strip() else question.text


def _called(news: News) -> Card | None:
    by, content = news.member(), news.content("content")
    if by is None or content is None:
        return None
    t = news.t
    title = t(
        "{name} calls everybody in “{community}”: {code}",
        name=by.name,
        community=content.community or "",
        code=content.code,
    )
    buttons = (news.show(content), news.button(t("Answer"), "answer", content.code))
    return Card(title, (Quote(content.text, by.name),), buttons, code=content.code)


def _known(news: News) -> Card | None:
    by, question = news.member(), news.content("content")
    if by is None or question is None or question.answered_at is not None:
        return None
    if notifications.was_asked(news.tx, question.id, news.to.id):  # the class above this one takes it
        return None
    t = news.t
    title = t("{name} has a question on what you know: {code}", name=by.name, code=question.code)
    buttons = (news.button(t("Answer"), "answer", question.code, style=Style.PRIMARY), news.show(question))
    return Card(title, (Quote(_whole(question), by.name),), buttons, code=question.code)


def _appointed(news: News) -> Card | None:
    sentence = digests.role(news.tx, news.payload, news.to.id, news.t)
    if sentence is None:
        return None
    return Card(sentence, buttons=(news.button(news.t("What you can do here"), "help"),))


_CARDS: Mapping[Notice, Callable[[News], Card | None]] = {
    Notice.MENTION: _mentioned,
    Notice.REPLY: _replied,
    Notice.FOLLOWED: _followed,
    Notice.ASKED: _asked,
    Notice.CALL: _called,
    Notice.EXPERTISE: _known,
    Notice.ACCEPTED: _kept,
    Notice.THANKS: _thanked,
    Notice.ROLE: _appointed,
    Notice.APPLICANT: _waits,
}


def card(news: News, notice: Notice) -> Card | None:
    """The card of a notice, with a button that makes its class rarer.

    Raises:
        bots.platform.LaterError: the platform may tell it by itself, which shows in a moment.
    """
    notice_card = _CARDS[notice](news)
    return None if notice_card is None else with_less(notice_card, news.tx, news.to, notice, news.t)


def with_less(drawn: Card, tx: Transaction, to: Member, notice: Notice, t: Words) -> Card:
    """A notice with the button that makes its class rarer by one step."""
    rarer = choices.rarer(notice, preferences.cadence(tx, to.id, notice))
    line = f"{verb(all_commands(), 'settings', t)} {choices.line(notice, rarer, t.language)}"
    return replace(drawn, buttons=(*drawn.buttons, Button(t("Fewer of these"), line)))
