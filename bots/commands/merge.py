"""``fusionner``, ``merge``: merges two threads about the same subject."""

from __future__ import annotations

import re

from bots.answers import correcting
from bots.answers.excerpts import item
from bots.card import Card, Field, Fields, Item, Items
from bots.command import Command, Group
from bots.request import RefusalError, Request
from bots.speech import grammar
from reseau.access import ClosedError
from reseau.contents import moving, threads
from reseau.contents.moving import Merger
from reseau.contents.threads import Content
from reseau.i18n import N_

_WITH = re.compile(r"(?:avec|dans|et|and|with|into|in|to)\s+", re.IGNORECASE)
_MINUTES = int(moving.UNDO.total_seconds() // 60)


def answer(request: Request) -> Card:
    """Merge two threads of one's own, or of a community that one animates; both are shown first."""
    t = request.t
    if (card := correcting.unnamed(request, N_("Which two do you merge? Example: {example}"))) is not None:
        return card
    about = correcting.named(request)
    merged = about.content
    code, reason = grammar.first_number(_WITH.sub("", about.rest, count=1))
    if not code or merged.is_reply:
        raise RefusalError(
            "E_NUMBER_MISSING",
            N_("With which other one? Example: {example}"),
            correcting.show(request, about),
            example=request.typed("merge", merged.code, t("with"), "Q1"),
        )
    survivor = threads.get(request.tx, request.viewer, code)
    if survivor is None:
        raise ClosedError
    moving.check_merge(request.tx, request.viewer, merged, survivor)
    if merged.author_id != request.me.id and not reason:
        return correcting.reasonless(request, about, t("with"), survivor.code)
    if not request.confirmed:
        return _preview(request, merged, survivor, reason)
    remaining = correcting.left_in_channels(request, merged.id)
    moving.merge(request.tx, [Merger(merged.id, survivor.id, request.me.id, reason)], request.acting)
    merged_thread = threads.get(request.tx, request.viewer, survivor.id) or survivor
    return Card(
        title=t("{merged} is part of {code} now.", merged=merged.code, code=survivor.code),
        blocks=(Items((_line(request, merged_thread),)), *remaining),
        buttons=(
            request.button(t("Show {code}", code=survivor.code), "show", survivor.code),
            request.button(t("Part them again"), "split", merged.code),
        ),
        footer=t("You can take it back for {minutes} minutes.", minutes=_MINUTES),
        code=survivor.code,
        done=True,
    )


def _line(request: Request, about: Content) -> Item:
    return item(request, about, request.t.plural("{count} reply", "{count} replies", about.replies))


def _preview(request: Request, merged: Content, survivor: Content, reason: str) -> Card:
    t = request.t
    title = t("Make one thread of {merged} and {code}?", merged=merged.code, code=survivor.code)
    both = tuple(_line(request, about) for about in (survivor, merged))
    consequence = t(
        "{code} stays, with the replies of both; {merged} leads to it", code=survivor.code, merged=merged.code
    )
    line = request.to_type("merge", merged.code, t("with"), survivor.code, f": {reason}" if reason else "")
    blocks = (Items(both), Fields((Field(t("Then"), consequence),)))
    return correcting.preview(request, line, title, t("Merge them"), *blocks)


command = Command(
    id="merge",
    forms={"fr": ("fusionner", "réunir"), "en": ("merge",)},
    group=Group.SHARE,
    summary=N_("Makes one thread of two questions of yours, or of a community that you animate."),
    examples={
        "fr": "fusionner Q10 avec Q9 : c’est la même question",
        "en": "merge Q10 with Q9: it is the same question",
    },
    answer=answer,
    rank=44,
    traced=True,
    previews=True,
    heard=("fusionne", "fusionnez", "réunis", "réunissez", "merging"),
)
