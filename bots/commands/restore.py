"""``rétablir``, ``restore``: restores one's own withdrawn content or, for an animateur, a hidden one."""

from __future__ import annotations

from bots.answers import correcting
from bots.card import Card
from bots.command import Command, Group
from bots.request import RefusalError, Request
from reseau.access import ClosedError
from reseau.contents import changing, moderation, threads
from reseau.contents.changing import Withdrawal
from reseau.contents.moderation import Decision
from reseau.i18n import N_


def answer(request: Request) -> Card:
    """Bring a content back: the thread of a number, or one of its replies that are gone, by its place among them."""
    t = request.t
    if (card := correcting.unnamed(request, N_("What do you bring back? Example: {example}"))) is not None:
        return card
    code, place, _ = correcting.parted(request)
    root = moderation.begun(request.tx, request.viewer, code)
    if root is None:
        raise ClosedError
    hidden = moderation.hidden_in(request.tx, root.id)
    if moderation.moderates(request.tx, request.viewer, root.community_id) and hidden:
        content_id = _chosen(request, hidden, root.id, place)
        moderation.show_again(request.tx, [Decision(content_id, request.me.id, "")], request.acting)
    else:
        content_id = _chosen(request, moderation.lost_by(request.tx, root.id, request.me.id), root.id, place)
        changing.bring_back(request.tx, [Withdrawal(content_id, request.me.id)], request.acting)
    again = threads.get(request.tx, request.viewer, content_id)
    if again is None:
        raise ClosedError
    return Card(
        title=t("It is there again: {code}.", code=root.code),
        blocks=(correcting.quoted(again),),
        buttons=(request.button(t("Show {code}", code=root.code), "show", root.code),),
        code=root.code,
        done=True,
    )


def _chosen(request: Request, gone: list[int], root_id: int, place: int) -> int:
    """The content at a place in the thread; without a place, its beginning, else the only one."""
    if not gone:
        raise ClosedError
    if not place and (root_id in gone or len(gone) == 1):
        return root_id if root_id in gone else gone[0]
    if not 1 <= place <= len(gone):
        raise RefusalError("E_NUMBER_MISSING", N_("Which one? Say its number, from 1 to {count}."), count=len(gone))
    return gone[place - 1]


command = Command(
    id="restore",
    forms={"fr": ("rétablir", "remettre"), "en": ("restore", "bring back")},
    group=Group.SHARE,
    summary=N_("Brings back what you took back or, where you are an animateur, what was hidden."),
    examples={"fr": "rétablir Q12", "en": "restore Q12"},
    answer=answer,
    traced=True,
    hidden=True,
)
