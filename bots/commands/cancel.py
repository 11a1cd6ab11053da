"""``annuler``, ``cancel``: takes back the newest content, or gives up a preview."""

from __future__ import annotations

import re
from datetime import timedelta

from bots.answers import asking, previews, writing
from bots.answers.excerpts import headline
from bots.card import Card, Field, Fields, Quote
from bots.command import Command, Group
from bots.markup.fitting import shortened
from bots.request import RefusalError, Request
from bots.speech import grammar
from reseau.contents import changing, drafts, thanks, threads
from reseau.contents.changing import Withdrawal
from reseau.contents.content_type import all_types
from reseau.contents.threads import Content
from reseau.exchange import awaited
from reseau.folding import fold
from reseau.i18n import N_
from reseau.people import members

#: Words for the newest content.
_NEWEST = {
    *("ca", "cela", "it", "that", "this", "stp", "svp", "please", "le dernier", "la derniere", "the last one"),
    *("tout de suite", "mon message", "ma publication", "my post", "my message"),
    *(f"{own} {fold(word)}" for kind in all_types().values() for word in kind.words for own in ("mon", "ma", "my")),
}
_MOST_REPLIES = 1000
_WINDOW = timedelta(minutes=writing.UNDO_MINUTES)


_TOKEN = re.compile(r"[\w-]{12}", re.ASCII)
_THANKS = re.compile(r"(?:merci|remerciements?|thanks)(?:\s+(\d{1,17}))?", re.IGNORECASE)


def answer(request: Request) -> Card:
    """Take back the content that is named, or the newest, if it is ten minutes old at most."""
    text = request.text.strip()
    if text == asking.NEVER_MIND:
        awaited.forget(request.tx, request.me.id, request.platform)
        return asking.given_up(request.t)
    token = text or _previewed_last(request)
    draft = drafts.take(request.tx, request.me.id, token) if token else None
    if draft is not None:
        asking.decided(request, draft.token)
        drafts.end(request.tx, draft.token, drafts.CANCELLED)
        return Card(title=request.t("Cancelled. Nothing has been posted."), blocks=(Quote(draft.line),))
    if _TOKEN.fullmatch(text) and not grammar.number(text):
        return previews.over(request, text)  # never the newest in place of a preview that is over
    if named := _THANKS.fullmatch(text):
        return _thanks_back(request, int(named.group(1)) if named.group(1) else None)
    if not text and _thanked_last(request):
        return _thanks_back(request, None)
    return _content_back(request, _mine(request, text))


def _content_back(request: Request, mine: Content) -> Card:
    if request.tx.now - mine.created_at > _WINDOW:
        raise RefusalError(
            "E_UNDO_LATE",
            N_("“{headline}” is more than {minutes} minutes old: take it back with “{verb}”."),
            request.button(request.t("Take it back"), "withdraw", mine.code, _place(request, mine)),
            request.button(request.t("Show {code}", code=mine.code), "show", mine.code),
            headline=headline(mine, 40),
            minutes=writing.UNDO_MINUTES,
            verb=request.to_type("withdraw"),
        )
    changing.withdraw(request.tx, [Withdrawal(mine.id, request.me.id)], request.acting)
    t = request.t
    lost = mine.replies if not mine.is_reply else 0
    fields = (Field(t("With it"), t.plural("{count} reply", "{count} replies", lost)),) if lost else ()
    return Card(
        title=t(mine.kind.withdrawn, code=mine.code),
        blocks=(Quote(mine.text, request.me.name), *((Fields(fields),) if fields else ())),
        code="" if mine.is_reply else mine.code,
        done=True,
    )


def _place(request: Request, mine: Content) -> str:
    """The place of a reply in its thread, as ``withdraw`` takes it."""
    replies = threads.read(request.tx, request.viewer, mine.root_id, limit=_MOST_REPLIES).replies
    return next((str(number) for number, reply in enumerate(replies, 1) if reply.id == mine.id), "")


def _thanks_back(request: Request, number: int | None) -> Card:
    """Take thanks back: they no longer count, and a notice that has not gone out is dropped."""
    t = request.t
    mine = thanks.latest_of(request.tx, request.me.id, number)
    if mine is None:
        raise RefusalError("E_NOTHING_TO_UNDO", N_("There is nothing of yours here to take back."))
    if request.tx.now - mine.at > _WINDOW:
        raise RefusalError(
            "E_UNDO_LATE",
            N_("“{headline}” is more than {minutes} minutes old, so it stays."),
            headline=shortened(mine.reason, 40),
            minutes=writing.UNDO_MINUTES,
        )
    thanks.take_back(request.tx, mine, request.acting)
    title = t("Your thanks to {name} are taken back.", name=members.get(request.tx, mine.receiver_id).name)
    return Card(title, (Quote(mine.reason, request.me.name),), done=True)


def _previewed_last(request: Request) -> str:
    """The token of a waiting preview that is newer than anything the person published, or an empty text."""
    waiting = drafts.waiting(request.tx, request.me.id)
    latest, newest = thanks.latest_of(request.tx, request.me.id, None), _newest(request)
    if waiting is None or (latest is not None and latest.at > waiting.created_at):
        return ""
    return waiting.token if newest is None or newest.created_at <= waiting.created_at else ""


def _thanked_last(request: Request) -> bool:
    """Whether the person's latest act was to thank."""
    last, newest = thanks.latest_of(request.tx, request.me.id, None), _newest(request)
    return last is not None and (newest is None or last.at > newest.created_at)


def _newest(request: Request) -> Content | None:
    return next(iter(threads.recent_of(request.tx, request.viewer, request.me.id, limit=1)), None)


def _mine(request: Request, text: str) -> Content:
    content: Content | None
    code, number = grammar.first_number(text)
    if code:
        content = threads.get(request.tx, request.viewer, code)
        if content is not None and number.isdecimal() and len(number) < 10:
            mine = threads.replies_of(request.tx, content.root_id, request.me.id)
            wished = mine[int(number) - 1 : int(number)]
            content = threads.get(request.tx, request.viewer, wished[0]) if wished else None
    elif text and fold(text.strip(" .!")) not in _NEWEST:
        content = None  # « annuler la réunion » names no content, and a number without its letter names none
    else:
        content = _newest(request)
    if content is None or content.author_id != request.me.id:
        raise RefusalError("E_NOTHING_TO_UNDO", N_("There is nothing of yours here to take back."))
    return content


command = Command(
    id="cancel",
    forms={"fr": ("annuler",), "en": ("cancel", "undo")},
    group=Group.SHARE,
    summary=N_("Takes back what you have just posted, within 10 minutes. Nobody sees it any more."),
    examples={"fr": "annuler Q12", "en": "cancel Q12"},
    answer=answer,
    rank=40,
    traced=True,
    heard=(
        "annulez",
        "annulons",
        "cancelled",
        "canceled",
        "cancelling",
    ),
    nouns=("annulation",),
)
