"""What every creating verb does: find the place, show a preview with its audience, publish once confirmed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bots import grammar, places
from bots.card import Block, Button, Card, Field, Fields, Quote, Style, Visibility
from bots.parser import Arguments
from bots.request import RefusalError, Request
from reseau import access, communities, contents, drafts
from reseau.communities import Community
from reseau.contents import NewContent
from reseau.folding import fold
from reseau.i18n import N_
from reseau.kinds import ContentKind, Privacy

LONGEST_LINE = 500  # characters that one line of chat is meant for (R016)
UNDO_MINUTES = 10


_LAST = re.compile(r"(.*\S)\s+(?:dans|in)\s+(\S.*)", re.DOTALL | re.IGNORECASE)
_MOST_PLACES = 2
#: Words in the name of a community that is made for a kind, without case or accents.
_MADE_FOR = {
    ContentKind.IDEA: {"idee", "idees", "idea", "ideas"},
    ContentKind.QUESTION: {"entraide", "question", "questions", "help", "aide"},
}


@dataclass(frozen=True, slots=True)
class Draft:
    """Something to publish, before anybody else sees it.

    Attributes:
        kind: what it will be.
        place: its community; none is the author's own wall.
        reached: how many people will be able to read it.
    """

    kind: ContentKind
    text: str
    place: Community | None
    reached: int


def draft(request: Request, kind: ContentKind, missing: str) -> Draft:
    """What a line with a text and perhaps a community would publish.

    Args:
        request: its text is kept exactly as typed.
        kind: of the content.
        missing: the sentence when there is no text, with ``{example}``.

    Raises:
        RefusalError: the text is missing, or the community is unknown, several or closed.
    """
    if not request.text.strip():
        raise RefusalError(
            "E_TEXT_MISSING",
            missing,
            request.button(request.t("How it works"), "help", request.command.name(request.t.language)),
            example=request.example(),
        )
    if kind is not ContentKind.QUESTION:
        request = _placed_last(request)
    place = _place(request)
    return Draft(kind, request.text, place, communities.audience(request.tx, place.id if place else None))


def _place(request: Request) -> Community | None:
    wish = request.arguments.option("in") or request.arguments.option("for")
    if not wish:
        if (linked := _linked(request)) is not None:
            return linked
        if not request.viewer.internal:
            raise RefusalError(
                "E_NOT_MEMBER",
                N_("Say in which of your communities."),
                request.button(request.t("See the communities"), "communities"),
            )
        return None
    if not request.arguments.option("in") and not places.found(request, wish):
        raise RefusalError("E_AUDIENCE_EMPTY", N_("Nobody matches “{audience}”."), *_as_text(request), audience=wish)
    place = places.one(request, wish, lambda slug: _in_place(request, slug), *_as_text(request))
    if not access.may_post(request.tx, request.viewer, place.id):
        raise RefusalError(
            "E_NOT_MEMBER",
            N_("“{community}” is for its members only."),
            request.button(request.t("Ask to join"), "join", f"#{place.slug}"),
            community=place.name,
        )
    return place


def _linked(request: Request) -> Community | None:
    """The community that the channel is linked to, where the person may write in it."""
    linked = request.channel.community_id if request.channel is not None else None
    if linked is None or not access.may_post(request.tx, request.viewer, linked):
        return None
    return communities.get(request.tx, request.viewer, linked)


def _placed_last(request: Request) -> Request:
    """The request with « … dans Veille » at the end of its text read as an option, where a community is so called."""
    arguments = request.arguments
    last = _LAST.fullmatch(request.text.strip())
    if last is None or "in" in arguments.options or "for" in arguments.options:
        return request
    name = last.group(2)
    called = {fold(one) for place in places.found(request, name) for one in (place.name, place.slug)}
    if fold(grammar.unquoted(name)) not in called:
        return request
    return replace(request, arguments=Arguments(last.group(1), {**arguments.options, "in": (name,)}))


def _in_place(request: Request, slug: str) -> str:
    word = {"fr": "dans", "en": "in"}[request.t.language]
    tags = [f'tag:"{tag}"' for tag in request.arguments.options.get("tag", ())]
    return request.to_type(request.command.id, word, slug, *tags, f": {request.text}")


def _as_text(request: Request) -> tuple[Button, ...]:
    """A way out for words that looked like an option: the whole of them, as text, for everybody."""
    if not request.viewer.internal:
        return ()
    form = request.line.strip().split(maxsplit=1)
    rest = form[1] if len(form) > 1 else request.text
    return (request.button(request.t("Write it for everybody"), request.command.id, f": {rest.strip()}"),)


def audience(request: Request, one: Draft) -> str:
    """Where it goes and how many people may read it there, in one sentence."""
    t = request.t
    where = t("On your wall") if one.place is None else t("In “{community}”", community=one.place.name)
    if one.place is not None and one.place.privacy is not Privacy.OPEN:
        where = t("In “{community}”, for its members only", community=one.place.name)
    return t.plural(
        "{where}, readable by {count} person", "{where}, readable by {count} people", one.reached, where=where
    )


def preview(request: Request, one: Draft, title: str, label: str, *before: Block, error: str = "") -> Card:
    """The card that asks for confirmation; the line is kept for 24 hours."""
    token = drafts.keep(request.tx, request.me.id, request.command.id, _kept_line(request, one))
    t = request.t
    if not error and len(one.text) > LONGEST_LINE:
        error = "E_TOO_LONG"
        title = t(
            "{count} characters: a line of chat has {most} at most.", count=t.number(len(one.text)), most=LONGEST_LINE
        )
        label = t("Publish all of it")
    return Card(
        title=title,
        blocks=(*before, Quote(one.text, request.me.name), Fields((Field(t("Audience"), audience(request, one)),))),
        buttons=(
            request.button(label, "confirm", token, style=Style.PRIMARY),
            *_rather(request, one),
            request.button(t("Cancel"), "cancel", token),
        ),
        footer=t("Nothing has been posted. Kept for 24 hours."),
        error=error,
    )


def _kept_line(request: Request, one: Draft) -> str:
    """The line to do once confirmed, with the place that the channel gave: its button may be pressed elsewhere."""
    linked = request.channel.community_id if request.channel is not None else None
    named = request.arguments.option("in") or request.arguments.option("for") or one.text != request.text
    if one.place is None or one.place.id != linked or named:
        return request.line
    return _in_place(request, f'"{one.place.slug}"')


def _rather(request: Request, one: Draft) -> tuple[Button, ...]:
    """The same line in the person's own communities made for its kind, where it named none."""
    wanted = _MADE_FOR.get(one.kind, set())
    if one.place is not None or not wanted or len(one.text) > LONGEST_LINE:
        return ()
    fitting = [
        place
        for place in communities.listed(request.tx, request.viewer)
        if place.mine and place.privacy is Privacy.OPEN and wanted & set(re.findall(r"\w+", fold(place.name)))
    ]
    return tuple(
        Button(request.t("Rather in “{name}”", name=place.name), _in_place(request, f'"{place.slug}"'))
        for place in fitting[:_MOST_PLACES]
    )


def publish(request: Request, one: Draft, title: str) -> Card:
    """Publish and say so: number, place, audience, and ten minutes to take it back.

    Args:
        request: of the author.
        one: what to publish.
        title: the sentence, with ``{code}``.
    """
    new = NewContent(
        one.kind,
        request.me.id,
        one.text,
        community_id=one.place.id if one.place else None,
        language=request.arguments.option("language") or None,
        tags=request.arguments.options.get("tag", ()),
    )
    published = contents.publish(request.tx, [new], request.acting)[0]
    code = published.code or ""
    t = request.t
    return Card(
        title=t(title, code=code),
        blocks=(Quote(one.text, request.me.name), Fields((Field(t("Audience"), audience(request, one)),))),
        buttons=(request.button(t("Show {code}", code=code), "show", code), undo(request, code)),
        footer=undo_until(request),
        visibility=visibility(request, one.place.id if one.place else None),
        code=code,
        done=True,
    )


def visibility(request: Request, community_id: int | None) -> Visibility:
    """Who may see the card of what was written: it was typed somewhere, and that may not be where it went.

    What is on a wall or in an open community may appear in the conversation; the rest is for its author.
    """
    place = communities.get(request.tx, request.viewer, community_id) if community_id is not None else None
    is_open = community_id is None or (place is not None and place.privacy is Privacy.OPEN and not place.conversation)
    return Visibility.PUBLIC if is_open else Visibility.PRIVATE


def undo(request: Request, code: str, reply: int = 0) -> Button:
    """The button that takes a fresh content back.

    Args:
        request: of the author.
        code: of the content, or of the thread that it replies in.
        reply: which of the author's replies in that thread it is; ids would tell how much is written elsewhere.
    """
    return request.button(request.t("Undo"), "cancel", code, str(reply or ""), style=Style.DANGER)


def undo_until(request: Request) -> str:
    """How long the button works."""
    return request.t("You can take it back for {minutes} minutes.", minutes=UNDO_MINUTES)
