"""``retenir``, ``accept``: marks the answer that helped."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bots.answers import asking, examples
from bots.answers.forms import entries
from bots.card import Button, Card, Quote
from bots.command import Command, Group
from bots.form import Entry, Form
from bots.request import Arguments, RefusalError, Request
from bots.speech import grammar
from reseau.access import ClosedError
from reseau.contents import changing, threads
from reseau.contents.changing import Acceptance
from reseau.contents.threads import Content
from reseau.i18n import N_
from reseau.kinds import MemberStatus
from reseau.people import members

_MOST_REPLIES = 1000  # a thread's replies are numbered from its first, as ``voir`` shows them


def answer(request: Request) -> Card:
    """Mark an answer as helpful, for the asker or an animateur of the community."""
    t = request.t
    code, which = _told(request)
    root = threads.get(request.tx, request.viewer, code or request.thread) if code or request.thread else None
    if not code and not request.thread:
        missing = N_("Which answer helped? Example: {example}")
        refusal = RefusalError("E_TEXT_MISSING", missing, example=examples.here(request))
        if request.text:
            raise refusal
        return asking.card(request, refusal.sentence(t), request.to_type("accept"), refusal)
    if root is None or not root.kind.answerable:
        raise ClosedError
    if not changing.may_accept(request.tx, root.id, request.me.id):
        raise RefusalError(
            "E_PERMISSION",
            N_("Only the person who asked {number}, or an animateur, can say which answer helped."),
            request.button(t("Show {code}", code=root.code), "show", root.code),
            number=root.code,
        )
    helpful = _numbered(request, root, which)
    changing.accept(request.tx, [Acceptance(root.id, helpful.id, request.me.id)], request.acting)
    return Card(
        title=t("Noted: {name}’s answer to {code} helped.", name=helpful.author, code=root.code),
        blocks=(Quote(helpful.text, helpful.author),),
        buttons=_thank(request, root, helpful),
        code=root.code,
        done=True,
    )


def _told(request: Request) -> tuple[str, str]:
    if request.arguments.filled:
        return grammar.number(request.arguments.option("number")), request.arguments.option("place")
    return _parted(request.text)


def _parted(text: str) -> tuple[str, str]:
    """The question's number and which answer: « Q12 2 », « la réponse 2 de Q12 », « answer 2 of Q12 »."""
    code, which = grammar.first_number(text)
    if code:
        return code, which
    match = _OF_QUESTION.fullmatch(text.strip())
    return (grammar.first_number(match.group(2))[0], match.group(1)) if match else ("", text)


_OF_QUESTION = re.compile(r"(?:(?:la|the)\s+)?(?:réponse|reponse|answer)\s+#?(\d{1,4})\s+(\S.*)", re.IGNORECASE)


def _thank(request: Request, root: Content, helpful: Content) -> tuple[Button, ...]:
    """The button that thanks the author of the answer, unless it is the reader or a bot."""
    author = members.get(request.tx, helpful.author_id)
    if author.id == request.me.id or author.status is MemberStatus.BOT:
        return ()
    return (request.button(request.t("Thank"), "thanks", f"@{author.handle}", f": {root.code}"),)


def _numbered(request: Request, root: Content, which: str) -> Content:
    replies = threads.read(request.tx, request.viewer, root.id, limit=_MOST_REPLIES).replies
    show = request.button(request.t("Show {code}", code=root.code), "show", root.code)
    if not replies:
        raise RefusalError("E_NO_ANSWER", N_("{number} has no answer yet."), show, number=root.code)
    number = which.strip(" .°#n?!")
    if not number and (only := _only(request, replies)) is not None:
        return only
    place = int(number) if number.isdecimal() and len(number) < 6 else 0
    if not 1 <= place <= len(replies):
        raise RefusalError(
            "E_NUMBER_MISSING",
            N_("Which answer of {number}? Say its number, from 1 to {count}."),
            show,
            number=root.code,
            count=len(replies),
        )
    return replies[place - 1]


def _only(request: Request, replies: Sequence[Content]) -> Content | None:
    """The only reply, or the only one by another person: it needs no number."""
    others = [reply for reply in replies if reply.author_id != request.me.id]
    fitting = replies if len(replies) == 1 else others
    return fitting[0] if len(fitting) == 1 else None


def _fill(arguments: Arguments) -> Mapping[str, str]:
    code, which = _parted(arguments.text)
    return {"number": code, "place": which}


command = Command(
    id="accept",
    forms={"fr": ("retenir", "c'est la réponse"), "en": ("accept", "this is the answer")},
    group=Group.ASK,
    summary=N_("Says which answer to your question helped, by its place in the thread."),
    examples={"fr": "retenir Q12 1", "en": "accept Q12 1"},
    answer=answer,
    form=Form(
        N_("Say which answer helped"),
        N_("This is the answer"),
        ((entries.NUMBER, Entry("place", N_("Which answer"), hint=N_("Its place in the thread, such as 1"))),),
    ),
    fill=_fill,
    traced=True,
    heard=(
        "retiens",
        "retenez",
        "retenons",
        "accepting",
    ),
)
