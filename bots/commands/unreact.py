"""``ne plus aimer``, ``unlike``: takes one's reactions to a content back."""

from __future__ import annotations

from bots.answers import reacting
from bots.answers.excerpts import headline
from bots.card import Card, Quote
from bots.command import Command, Group
from bots.request import RefusalError, Request
from reseau.contents import reactions
from reseau.contents.reactions import NewReaction
from reseau.i18n import N_


def answer(request: Request) -> Card:
    """Remove all of one's reactions to a content."""
    t = request.t
    unnamed = reacting.without_target(request, N_("Which reaction do you take back? Example: {example}"))
    if unnamed is not None:
        return unnamed
    target = reacting.target(request)
    content, me = target.content, request.me.id
    mine = reactions.emoji_of(request.tx, content.id, me)
    if not mine:
        raise RefusalError(
            "E_NOTHING_TO_UNDO",
            N_("You have not reacted to {number}."),
            request.button(t("Show {code}", code=content.code), "show", content.code),
            number=target.typed,
        )
    reactions.unreact(request.tx, [NewReaction(content.id, me, emoji) for emoji in mine], request.acting)
    return Card(
        title=t("Your reaction to {number} is taken back.", number=target.typed),
        blocks=(Quote(headline(content), content.author),),
        buttons=(request.button(t("Show {code}", code=content.code), "show", content.code),),
        code=content.code,
        done=True,
    )


command = Command(
    id="unreact",
    forms={"fr": ("ne plus aimer", "je n'aime plus"), "en": ("unlike", "unreact")},
    group=Group.SHARE,
    summary=N_("Takes your reaction back."),
    examples={"fr": "ne plus aimer Q12", "en": "unlike Q12"},
    answer=answer,
    rank=36,
    heard=("n'aime plus", "plus aimer"),
)
