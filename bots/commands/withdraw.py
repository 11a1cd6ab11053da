"""``retirer``, ``withdraw``: withdraws one's own content, however old."""

from __future__ import annotations

from datetime import timedelta

from bots.answers import correcting, writing
from bots.card import Card, Field, Fields
from bots.command import Command, Group
from bots.request import Request
from reseau.contents import changing, moderation
from reseau.contents.changing import Withdrawal
from reseau.i18n import N_

_FRESH = timedelta(minutes=writing.UNDO_MINUTES)


def answer(request: Request) -> Card:
    """Withdraw one's own content: at once while it is new, later once confirmed."""
    t = request.t
    if (card := correcting.unnamed(request, N_("What do you take back? Example: {example}"))) is not None:
        return card
    about = correcting.named(request)
    correcting.own(request, about)
    content = about.content
    lost = content.replies if not content.is_reply else 0
    fields = (Fields((Field(t("With it"), t.plural("{count} reply", "{count} replies", lost)),)),) if lost else ()
    if request.tx.now - content.created_at > _FRESH and not request.confirmed:
        title = t("Take back {number}? Nobody will see it any more.", number=about.typed)
        line = request.to_type("withdraw", about.typed)
        blocks = (correcting.quoted(content), *fields)
        return correcting.preview(request, line, title, t("Take it back"), *blocks, danger=True)
    remaining = correcting.left_in_channels(request, content.id)
    changing.withdraw(request.tx, [Withdrawal(content.id, request.me.id)], request.acting)
    again = moderation.lost_by(request.tx, content.root_id, request.me.id).index(content.id) + 1
    place = str(again) if content.is_reply else ""
    return Card(
        title=t(content.kind.withdrawn, code=content.code),
        blocks=(correcting.quoted(content), *fields, *remaining),
        buttons=(request.button(t("Bring it back"), "restore", content.code, place),),
        code="" if content.is_reply else content.code,
        done=True,
    )


command = Command(
    id="withdraw",
    forms={"fr": ("retirer", "reprendre"), "en": ("withdraw", "take back")},
    group=Group.SHARE,
    summary=N_("Takes back a question, an idea or a reply of yours, however old it is. You can bring it back."),
    examples={"fr": "retirer Q12", "en": "withdraw Q12"},
    answer=answer,
    rank=42,
    traced=True,
    heard=(
        *("retire", "retirez", "effacer", "efface", "effacez", "supprimer", "supprime", "supprimez"),
        *("delete", "remove", "withdrawing"),
    ),
)
