"""Reactions: the content that a line reacts to, and the way reactions are shown."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bots.answers import asking, examples, refusals
from bots.card import Card
from bots.request import RefusalError, Request
from bots.speech import grammar
from reseau.access import ClosedError
from reseau.contents import threads
from reseau.contents.reactions import Gathered
from reseau.contents.threads import Content
from reseau.i18n import N_, Words

_MOST_EMOJI, _MOST_NAMES = 5, 3
_MOST_REPLIES = 1000  # a thread's replies are numbered from its first, as ``voir`` shows them
_REPLY = re.compile(r"[#°n?]*\s*(\d{1,5})(?!\w)\.?\s*")
_EMOJI_NAME = re.compile(r":[^\s:]+:")


@dataclass(frozen=True, slots=True)
class Target:
    """The content that a line reacts to.

    Attributes:
        typed: what names it in a line: ``Q12``, or ``Q12 2`` for the second reply.
        rest: what the line says besides.
    """

    content: Content
    typed: str
    rest: str


def target(request: Request) -> Target:
    """The content that a line names, a reply by its place; in a thread, its beginning needs no number.

    Raises:
        ClosedError: nothing that the person may read has this number.
        RefusalError: the thread has no such reply.
    """
    code, rest = grammar.first_number(request.text)
    content = threads.get(request.tx, request.viewer, code or request.thread)
    if content is None:
        raise ClosedError
    reply = _REPLY.match(rest.strip()) if code else None
    if reply is None:
        return Target(content, content.code, rest if code else request.text)
    number = int(reply[1])
    replies = threads.read(request.tx, request.viewer, content.root_id, limit=_MOST_REPLIES).replies
    if not 1 <= number <= len(replies):
        raise RefusalError(
            "E_NUMBER_MISSING",
            N_("{number} has no reply {reply}."),
            request.button(request.t("Show {code}", code=content.code), "show", content.code),
            number=content.code,
            reply=number,
        )
    return Target(replies[number - 1], f"{content.code} {number}", rest.strip()[reply.end() :])


def without_target(request: Request, question: str) -> Card | None:
    """The answer to a line that names no content: it asks for one, or takes the line for the sentence that it is.

    Args:
        question: what is asked, with an ``{example}``.
    """
    if grammar.first_number(request.text)[0]:
        return None
    if re.search(r"\w", _EMOJI_NAME.sub("", request.text)):
        return refusals.not_understood(request, request.line)  # « j’aime bien votre idée »
    if request.thread:
        return None
    refusal = RefusalError("E_NUMBER_MISSING", question, example=examples.here(request))
    return asking.card(request, refusal.sentence(request.t), request.to_type(request.command.id), refusal)


def line(gathered: Gathered, t: Words) -> str:
    """« 👍 🎉 Léa, Karim and 2 others »: plain text, the first by name and the others counted."""
    signs, names = " ".join(gathered.emoji[:_MOST_EMOJI]), gathered.names[:_MOST_NAMES]
    others, named = gathered.people - len(names), ", ".join(names)
    if not names:
        return f"{signs} {others}"
    if not others:
        return f"{signs} {named}"
    people = t.plural("{names} and {count} other", "{names} and {count} others", others, names=named)
    return f"{signs} {people}"


def brief(gathered: Gathered) -> str:
    """« 👍 🎉 4 », for cards without room for names."""
    return f"{' '.join(gathered.emoji[:_MOST_EMOJI])} {gathered.people}"
