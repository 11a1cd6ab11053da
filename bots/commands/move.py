"""``déplacer``, ``move``: takes a thread to another community."""

from __future__ import annotations

import re

from bots.answers import correcting
from bots.answers.audience import placing
from bots.answers.correcting import Named
from bots.answers.named import places
from bots.card import Button, Card, Field, Fields
from bots.command import Command, Group
from bots.request import RefusalError, Request
from bots.speech import grammar
from reseau.access import ClosedError
from reseau.communities.reading import Community
from reseau.contents import moving
from reseau.contents.moving import Move
from reseau.i18n import N_

_TOWARDS = re.compile(r"(?:vers|to|into)\s+", re.IGNORECASE)
_IN = {"fr": "dans", "en": "in"}


def answer(request: Request) -> Card:
    """Move a thread of one's own, or of a community that one animates; new readers are counted first."""
    if (card := correcting.unnamed(request, N_("What do you move? Example: {example}"))) is not None:
        return card
    about = correcting.named(request)
    if about.content.is_reply:
        raise RefusalError(
            "E_REPLY", N_("A reply stands where its thread stands: move the thread."), correcting.show(request, about)
        )
    name, reason = _parted(about.rest)
    if not name:
        raise _placeless(request, about)
    place = places.single(request, name, lambda slug: _line(request, about, slug, reason))
    more = moving.check_move(request.tx, request.viewer, about.content, place.id)
    if about.content.author_id != request.me.id and not reason:
        return correcting.reasonless(request, about, _IN[request.t.language], f'"{place.slug}"')
    if more and not request.confirmed:
        return _preview(request, about, place, reason, more)
    return _moved(request, about, place, reason)


def _parted(rest: str) -> tuple[str, str]:
    """The name of a community and a reason: « dans Veille : c’est de la veille »."""
    options, reason = grammar.split_first(_TOWARDS.sub("dans ", rest, count=1), ("in",))
    if options:
        return options[-1].value, reason
    name, _, reason = rest.partition(":")
    return name.strip(), reason.strip()


def _line(request: Request, about: Named, slug: str, reason: str) -> str:
    behind = f": {reason}" if reason else ""
    return request.to_type("move", about.typed, _IN[request.t.language], f'"{slug}"', behind)


def _placeless(request: Request, about: Named) -> RefusalError:
    """Ask for the destination, and propose communities that fit."""
    content = about.content
    fitting = placing.fitting(request, f"{content.title} {content.text}")
    buttons = (
        Button(proposal.community.name, _line(request, about, proposal.community.slug, ""))
        for proposal in fitting
        if proposal.community.id != content.community_id
    )
    return RefusalError(
        "E_TEXT_MISSING",
        N_("Where does {number} go? Example: {example}"),
        *buttons,
        request.button(request.t("See the communities"), "communities"),
        number=about.typed,
        example=request.typed("move", about.typed, _IN[request.t.language], "Veille"),
    )


def _preview(request: Request, about: Named, place: Community, reason: str, more: int) -> Card:
    t = request.t
    readers = t.plural("{count} more person will read it", "{count} more people will read it", more)
    title = t("Move {number} to “{community}”?", number=about.typed, community=place.name)
    fields = Fields((Field(t("Audience"), readers),))
    line = _line(request, about, place.slug, reason)
    return correcting.preview(request, line, title, t("Move it"), correcting.quoted(about.content), fields)


def _moved(request: Request, about: Named, place: Community, reason: str) -> Card:
    t = request.t
    remaining = correcting.left_in_channels(request, about.content.id)
    wish = Move(about.content.id, place.id, request.me.id, reason)
    code = next(iter(moving.move(request.tx, [wish], request.acting)), "")
    if not code:
        raise ClosedError
    fields = [Field(t("Replies"), t("they stand there, too"))] if about.content.replies else []
    if code != about.content.code:
        fields.append(Field(t("Number"), t("{old} leads there as well", old=about.content.code)))
    return Card(
        title=t("{code} stands in “{community}” now.", code=code, community=place.name),
        blocks=(correcting.quoted(about.content), *((Fields(tuple(fields)),) if fields else ()), *remaining),
        buttons=(request.button(t("Show {code}", code=code), "show", code),),
        code=code,
        done=True,
    )


command = Command(
    id="move",
    forms={"fr": ("déplacer",), "en": ("move",)},
    group=Group.SHARE,
    summary=N_("Takes a thread of yours, or of a community that you animate, to another community."),
    examples={"fr": "déplacer Q12 dans Vélo", "en": "move Q12 in Vélo"},
    answer=answer,
    rank=43,
    traced=True,
    heard=("déplace", "déplacez", "moving"),
)
