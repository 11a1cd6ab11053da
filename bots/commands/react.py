"""``aimer``, ``like``: reacts to a content with a thumb, or with the emoji that is named."""

from __future__ import annotations

import re

from bots.answers import reacting
from bots.answers.excerpts import headline
from bots.card import Card, Quote, Text
from bots.command import Command, Group
from bots.request import RefusalError, Request
from reseau.contents import reactions
from reseau.contents.reactions import NewReaction
from reseau.i18n import N_
from reseau.markup.emoji import emoji

_LIKE = "+1"
_WITH = re.compile(r"(?:avec|with|d['’]un|par un|by)\s+", re.IGNORECASE)
_NAME = re.compile(r":?([a-z0-9_+'-]{1,60}):?", re.ASCII)
#: What may be an emoji: neither letters nor figures nor punctuation, no longer than the longest with its joiners.
_SIGN = re.compile(r"[^\w\s!-~¡-¿‐-⁞]{1,12}")


def answer(request: Request) -> Card:
    """React to a content by its number, to a reply by its place in the thread."""
    t = request.t
    unnamed = reacting.without_target(request, N_("What do you like? Example: {example}"))
    if unnamed is not None:
        return unnamed
    target = reacting.target(request)
    name = _emoji(target.rest)
    sign = reactions.shown(name)
    content = target.content
    new = reactions.react(request.tx, [NewReaction(content.id, request.me.id, name)], request.acting)
    gathered = reactions.gathered(request.tx, [content.id], request.viewer)[content.id]
    return Card(
        title=t("{emoji} Your reaction is there.", emoji=sign)
        if new
        else t("{emoji} Your reaction is there already.", emoji=sign),
        blocks=(Quote(headline(content), content.author), Text(reacting.line(gathered, t))),
        buttons=(
            request.button(t("Show {code}", code=content.code), "show", content.code),
            request.button(t("Take back"), "unreact", target.typed),
        ),
        code=content.code,
        done=bool(new),
    )


def _emoji(text: str) -> str:
    """The emoji that is named, as the store keeps it; a thumb if there is none.

    Raises:
        RefusalError: the name is not an emoji.
    """
    text = _WITH.sub("", text.strip(" .!,;:" if text.count(":") < 2 else " .!,;"), count=1)
    if not text:
        return _LIKE
    name = _NAME.fullmatch(text.lower())
    if name is not None and emoji(name[1]):
        return name[1]
    if _SIGN.fullmatch(text):
        return text
    raise RefusalError(
        "E_EMOJI", N_("I don’t know the emoji “{text}”. Examples: {examples}"), text=text, examples="👍 🎉 :tada:"
    )


command = Command(
    id="react",
    forms={"fr": ("aimer", "réagir", "j'aime"), "en": ("like", "react")},
    group=Group.SHARE,
    summary=N_("Reacts to a question, an idea or a reply: with a thumb, or with the emoji that you name."),
    examples={"fr": "aimer Q12", "en": "like Q12"},
    answer=answer,
    rank=35,
    traced=True,
    heard=("aime", "aimez", "liker", "likez", "réagis", "réagissez", "i like"),
)
