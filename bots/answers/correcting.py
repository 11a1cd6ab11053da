"""Shared parts of the verbs that correct: the content that a line names, the words after it, and the preview."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bots.answers import asking, examples, refusals, writing
from bots.answers.excerpts import headline
from bots.card import Block, Button, Card, Field, Fields, Quote, Style
from bots.request import RefusalError, Request
from bots.speech import grammar
from reseau.access import ClosedError
from reseau.channels import copies
from reseau.contents import moderation, threads
from reseau.contents.threads import Content
from reseau.i18n import N_

_MOST_REPLIES = 1000  # a thread's replies are numbered from its first, as ``voir`` shows them
#: A reply by its place: nothing follows it, or a colon does, for a reason or a text may begin with a number.
_REPLY = re.compile(r"[#°n]*\s*(\d{1,5})\s*(?::\s*(?!\d)|\s(?=(?:dans|in|vers|to)\b)|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Named:
    """The content that a line is about.

    Attributes:
        typed: what names the content in a line: ``Q12``, or ``Q12 2`` for the second reply.
        rest: the words behind it.
    """

    content: Content
    typed: str
    rest: str


def named(request: Request, *, hidden: bool = False) -> Named:
    """The content that a line names: a thread by its number, a reply by its place in it.

    Args:
        hidden: whether what was hidden from the person counts as well, for somebody who decides about it.

    Raises:
        ClosedError: nothing that the person may read has this number.
        RefusalError: the thread has no such reply.
    """
    code, place, rest = parted(request)
    root = threads.get(request.tx, request.viewer, code)
    if root is None and hidden:
        root = moderation.hidden_by_code(request.tx, request.viewer, code)
    if root is None:
        raise ClosedError
    if not place:
        return Named(root, root.code, rest)
    replies = threads.read(request.tx, request.viewer, root.root_id, limit=_MOST_REPLIES).replies
    if place > len(replies):
        raise RefusalError(
            "E_NUMBER_MISSING",
            N_("{number} has no reply {reply}."),
            request.button(request.t("Show {code}", code=root.code), "show", root.code),
            number=root.code,
            reply=place,
        )
    return Named(replies[place - 1], f"{root.code} {place}", rest)


def parted(request: Request) -> tuple[str, int, str]:
    """The number that a line begins with, the place of a reply (0 without one), and the words after them."""
    text = request.text.strip()
    code, rest = grammar.first_number(text)
    if not code:
        return request.thread, 0, text
    before = text[: len(text) - len(rest)].rstrip() if text.endswith(rest) else ""
    reply = None if before.endswith(":") else _REPLY.match(rest)
    if reply is None or not int(reply[1]):
        return code, 0, rest
    return code, int(reply[1]), rest[reply.end() :].strip()


def unnamed(request: Request, question: str) -> Card | None:
    """The answer to a line that names no content: it asks for one, or takes the line for the sentence that it is.

    Args:
        question: what is asked, with an ``{example}``.
    """
    if parted(request)[0] and (request.thread or grammar.first_number(request.text)[0]):
        return None
    if re.search(r"\w", request.text):
        return refusals.not_understood(request, request.line)
    refusal = RefusalError("E_NUMBER_MISSING", question, example=examples.here(request))
    return asking.card(request, refusal.sentence(request.t), request.to_type(request.command.id), refusal)


def reasonless(request: Request, about: Named, *between: str) -> Card:
    """Ask for the reason: nobody decides about somebody's words without one, and the author gets it.

    Args:
        between: the words between the number and the reason.
    """
    refusal = RefusalError("E_REASON_MISSING", N_("Say why: the author receives your reason."), show(request, about))
    opening = request.to_type(request.command.id, about.typed, *between, ":")
    quote = Quote(headline(about.content, 200), about.content.author)
    return asking.card(request, refusal.sentence(request.t), opening, refusal, quote)


def own(request: Request, about: Named) -> None:
    """Check that the person wrote a content."""
    if about.content.author_id != request.me.id:
        raise RefusalError(
            "E_PERMISSION",
            N_("{number} is by {name}, who alone can do this."),
            show(request, about),
            number=about.typed,
            name=about.content.author,
        )


def show(request: Request, about: Named) -> Button:
    """The button that shows the thread."""
    return request.button(request.t("Show {code}", code=about.content.code), "show", about.content.code)


def preview(request: Request, line: str, title: str, label: str, *blocks: Block, danger: bool = False) -> Card:
    """A preview of what a line would do."""
    token = writing.keep(request, request.command.id, line)
    t = request.t
    style = Style.DANGER if danger else Style.PRIMARY
    return Card(
        title=title,
        blocks=blocks,
        buttons=(
            request.button(label, "confirm", token, style=style),
            request.button(t("Cancel"), "cancel", token),
        ),
        footer=t("Nothing has been changed. Kept for 24 hours."),
    )


def quoted(about: Content) -> Quote:
    """The words of a content, with its title."""
    return Quote(f"{about.title}\n\n{about.text}" if about.title.strip() else about.text, about.author)


def left_in_channels(request: Request, content_id: int) -> tuple[Fields, ...]:
    """Warn that a text stays in a channel because a person wrote it there, and only that person can change it."""
    names = copies.written_in(request.tx, content_id)
    if not names:
        return ()
    t = request.t
    channels = ", ".join(f"#{name.removeprefix('#')}" for name in names)
    stays = t("what was written in {channels} stays there: only its author can change it there", channels=channels)
    return (Fields((Field(t("In the channel"), stays),)),)
