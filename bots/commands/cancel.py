"""``annuler``, ``cancel``: takes back what one has just published, or gives a preview up."""

from __future__ import annotations

from datetime import timedelta

from bots import grammar, writing
from bots.card import Card, Field, Fields, Quote
from bots.command import Command, Group
from bots.excerpts import headline
from bots.request import RefusalError, Request
from reseau import contents, drafts, threads
from reseau.contents import Withdrawal
from reseau.i18n import N_
from reseau.kinds import ContentKind
from reseau.threads import Content

_MESSAGE = N_("Your message {code} is cancelled: nobody sees it any more.")
_TAKEN_BACK = {
    ContentKind.QUESTION: N_("Your question {code} is cancelled: nobody sees it any more."),
    ContentKind.IDEA: N_("Your idea {code} is cancelled: nobody sees it any more."),
    ContentKind.ANSWER: N_("Your answer to {code} is cancelled: nobody sees it any more."),
    ContentKind.COMMENT: N_("Your comment on {code} is cancelled: nobody sees it any more."),
}
_WINDOW = timedelta(minutes=writing.UNDO_MINUTES)


def answer(request: Request) -> Card:
    """Withdraw a content of ten minutes at most: the one named, else the newest."""
    wanted = request.text.strip()
    draft = drafts.take(request.tx, request.me.id, wanted) if wanted else None
    if draft is not None:
        return Card(title=request.t("Cancelled. Nothing has been posted."), blocks=(Quote(draft.line),))
    mine = _mine(request, wanted)
    if request.tx.now - mine.created_at > _WINDOW:
        raise RefusalError(
            "E_UNDO_LATE",
            N_("“{headline}” is more than {minutes} minutes old, so it stays."),
            request.button(request.t("Show {code}", code=mine.code), "show", mine.code),
            headline=headline(mine, 40),
            minutes=writing.UNDO_MINUTES,
        )
    contents.withdraw(request.tx, [Withdrawal(mine.id, request.me.id)], request.acting)
    t = request.t
    lost = mine.replies if not mine.is_reply else 0
    fields = (Field(t("With it"), t.plural("{count} reply", "{count} replies", lost)),) if lost else ()
    return Card(
        title=t(_TAKEN_BACK.get(mine.kind, _MESSAGE), code=mine.code),
        blocks=(Quote(mine.text, request.me.name), *((Fields(fields),) if fields else ())),
        code="" if mine.is_reply else mine.code,
        done=True,
    )


def _mine(request: Request, wanted: str) -> Content:
    found: Content | None
    code, number = grammar.first_number(wanted)
    if code:
        found = threads.get(request.tx, request.viewer, code)
        if found is not None and number.isdecimal() and len(number) < 10:
            mine = threads.replies_of(request.tx, found.root_id, request.me.id)
            wished = mine[int(number) - 1 : int(number)]
            found = threads.get(request.tx, request.viewer, wished[0]) if wished else None
    elif wanted.isdecimal():
        found = None  # no number of ours is without its letter
    else:
        found = next(iter(threads.recent_of(request.tx, request.viewer, request.me.id, limit=1)), None)
    if found is None or found.author_id != request.me.id:
        raise RefusalError("E_NOTHING_TO_UNDO", N_("There is nothing of yours here to take back."))
    return found


command = Command(
    id="cancel",
    forms={"fr": ("annuler", "retirer"), "en": ("cancel", "undo")},
    group=Group.SHARE,
    summary=N_("Takes back what you have just posted, within 10 minutes. Nobody sees it any more."),
    examples={"fr": "annuler Q12", "en": "cancel Q12"},
    answer=answer,
    rank=40,
    traced=True,
)
