"""Steps of every creating verb: find the place, show a preview with its audience, publish once confirmed."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace

from bots.answers import asking, everybody, examples
from bots.answers.audience import addressing, placing
from bots.answers.named import places
from bots.card import Block, Button, Card, Field, Fields, Quote, Shared, Style, Visibility
from bots.request import Arguments, RefusalError, Request
from reseau import access
from reseau.communities import reading
from reseau.communities.reading import Community
from reseau.contents import calls, drafts, publishing
from reseau.contents.addressing import Audience
from reseau.contents.content_type import ContentType
from reseau.contents.publishing import NewContent
from reseau.folding import fold
from reseau.i18n import N_
from reseau.kinds import Privacy

LONGEST_LINE = 500  # characters that one line of chat is meant for
UNDO_MINUTES = 10


_LAST = re.compile(r"(.*\S)\s+(?:dans|in)\s+(\S.*)", re.DOTALL | re.IGNORECASE)
_FIRST = re.compile(r"([^:\n]{2,60}?)\s*:\s")
_MOST_PLACES = 2


@dataclass(frozen=True, slots=True)
class Draft:
    """Something to publish, before anyone else sees it.

    Attributes:
        kind: what it will be.
        place: its community; none is the author's own wall.
        reached: how many people will be able to read it.
        audience: whom it is for, of those.
    """

    kind: ContentType
    text: str
    place: Community | None
    reached: int
    audience: Audience | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """The sentences of a creating verb, each marked by ``N_``.

    Attributes:
        asks: the question for a missing text.
        missing: the refusal of a missing text if no message can follow, with ``{example}``.
        preview: above the preview.
        label: of the button that publishes it.
        done: once it is out, with ``{code}``.
        shared: the same for everyone in a channel, with ``{name}`` and ``{code}``.
    """

    kind: ContentType
    asks: str
    missing: str
    preview: str
    label: str
    done: str
    shared: str


def written(request: Request, form: Form) -> Card:
    """The answer of a creating verb: ask for missing parts, show a preview, then publish."""
    current = draft(request, form.kind)
    if calls.is_called(current.text):
        calls.check(request.tx, current.place.id if current.place else None, request.me.id)
    if not current.text.strip():
        return asked(request, form)
    if request.confirmed:
        return publish(request, current, form)
    return preview(request, current, request.t(form.preview), request.t(form.label))


def asked(request: Request, form: Form) -> Card:
    """Ask for the text; the place and tags of the line stay.

    Raises:
        RefusalError: no message can follow.
    """
    refusal = RefusalError(
        "E_TEXT_MISSING",
        form.missing,
        request.button(request.t("How it works"), "help", request.command.name(request.t.language)),
        example=examples.here(request),
    )
    return asking.card(
        request, request.t(form.asks), request.to_type(request.command.id, *_options(request), ":"), refusal
    )


def _options(request: Request) -> list[str]:
    """The options of the line, to be typed again."""
    words = {"in": {"fr": "dans", "en": "in"}, "for": {"fr": "pour", "en": "for"}}
    options = request.arguments.options
    typed_options = [f'{words[name][request.t.language]} "{options[name][-1]}"' for name in words if name in options]
    typed_options += [f'tag:"{tag}"' for tag in options.get("tag", ())]
    return typed_options + [f"lang {language}" for language in options.get("language", ())[-1:]]


def draft(request: Request, kind: ContentType) -> Draft:
    """Return the content that a line with a text and perhaps a community would publish. The text is kept as typed.

    Raises:
        RefusalError: the community is unknown, several or closed.
    """
    request = _placed_first(request)
    if not kind.answerable:  # « Qui sait souder dans Lyon ? » ends as a question does
        request = _placed_last(request)
    chosen = addressing.chosen(request, *_as_text(request))
    place = _place(request, addressed=chosen is not None)
    place_id = place.id if place else None
    if chosen is not None:
        addressing.check(request, chosen, place_id)
    return Draft(kind, request.text, place, reading.audience(request.tx, place_id), chosen)


def _place(request: Request, *, addressed: bool) -> Community | None:
    """The community that a line names; ``addressed`` says that its « pour » names people."""
    wish = request.arguments.option("in") or ("" if addressed else request.arguments.option("for"))
    if fold(wish) in placing.EVERYBODY and not _is_called(request, wish):
        wish = ""
    # A form asks for the community, so none is a choice; a line goes to its channel's community.
    elif not wish and not request.arguments.filled and (linked := _linked(request)) is not None:
        return linked
    if not wish:
        if not request.viewer.internal:
            raise RefusalError(
                "E_NOT_MEMBER",
                N_("Say in which of your communities."),
                request.button(request.t("See the communities"), "communities"),
            )
        return None
    place = places.single(request, wish, lambda slug: _in_place(request, slug), *_as_text(request))
    if not access.may_post(request.tx, request.viewer, place.id):
        raise RefusalError(
            "E_NOT_MEMBER",
            N_("“{community}” is for its members only."),
            request.button(request.t("Ask to join"), "join", f"#{place.slug}"),
            community=place.name,
        )
    return place


def _linked(request: Request) -> Community | None:
    """The community that the channel is linked to, if the person may write in it."""
    linked = request.channel.community_id if request.channel is not None else None
    if linked is None or not access.may_post(request.tx, request.viewer, linked):
        return None
    return reading.get(request.tx, request.viewer, linked)


def _placed_first(request: Request) -> Request:
    """The request with the community that its text begins with read as an option: « publier Entraide : bonjour ».

    Only where one is exactly so called and the author may write there; a colon before it all says that it is text.
    """
    arguments = request.arguments
    first = _FIRST.match(request.text)
    if first is None or arguments.verbatim or "in" in arguments.options or "for" in arguments.options:
        return request
    name, text = first.group(1), request.text[first.end() :].strip()
    if not text or not _is_called(request, name):
        return request
    fitting = places.matching(request, name)
    if len(fitting) != 1 or not access.may_post(request.tx, request.viewer, fitting[0].id):
        return request
    return replace(request, arguments=Arguments(text, {**arguments.options, "in": (name,)}))


def _is_called(request: Request, name: str) -> bool:
    """Whether a community that the person may know has exactly this name, small words before it left out."""
    called = {fold(label) for place in places.matching(request, name) for label in (place.name, place.slug)}
    return bool(called & {fold(label) for label in places.names(name)})


def _placed_last(request: Request) -> Request:
    """The request with « … dans Veille » at the end of its text read as an option, if a community has that name."""
    arguments = request.arguments
    last = _LAST.fullmatch(request.text.strip())
    if last is None or arguments.filled or "in" in arguments.options or "for" in arguments.options:
        return request
    name = last.group(2)
    if not _is_called(request, name):
        return request
    return replace(request, arguments=Arguments(last.group(1), {**arguments.options, "in": (name,)}))


def _in_place(request: Request, slug: str) -> str:
    word = {"fr": "dans", "en": "in"}[request.t.language]
    tags = [f'tag:"{tag}"' for tag in request.arguments.options.get("tag", ())]
    language = [f"lang {name}" for name in request.arguments.options.get("language", ())[-1:]]
    people = addressing.option(request)
    return request.to_type(request.command.id, word, slug, *people, *tags, *language, f": {request.text}")


def _as_text(request: Request) -> tuple[Button, ...]:
    """A button that posts all the words as text, if some of them only looked like an option."""
    if not request.viewer.internal:
        return ()
    form = request.line.strip().split(maxsplit=1)
    rest = form[1] if len(form) > 1 else request.text
    return (request.button(request.t("Write it for everybody"), request.command.id, f": {rest.strip()}"),)


def audience(request: Request, draft: Draft) -> str:
    """Say where the content goes and how many people may read it there, in one sentence."""
    t = request.t
    where = t("On your wall") if draft.place is None else t("In “{community}”", community=draft.place.name)
    if draft.place is not None and draft.place.privacy is not Privacy.OPEN:
        where = t("In “{community}”, for its members only", community=draft.place.name)
    return t.plural(
        "{where}, readable by {count} person", "{where}, readable by {count} people", draft.reached, where=where
    )


def preview(request: Request, draft: Draft, title: str, label: str, *before: Block, error: str = "") -> Card:
    """The card that asks for confirmation. The line is kept for 24 hours.

    Without a community, the one that fits best is proposed, if one does; a form asked for it, so that none is a choice.
    """
    fitting = placing.fitting(request, draft.text) if _may_be_placed(request, draft) else []
    chosen = request.arguments.filled
    draft = _placed(request, draft, fitting[0].community) if fitting and not chosen else draft
    token = keep(request, request.command.id, _kept_line(request, draft), _kept_arguments(request, draft))
    t = request.t
    if not error and len(draft.text) > LONGEST_LINE:
        title = t("Your text is long: here it is, before anybody sees it.")
        label = t("Publish all of it")
    fields = (
        Field(t("Audience"), audience(request, draft)),
        *addressing.fields(request, draft.audience, draft.place.id if draft.place else None),
        *(Field(t("Why there"), placing.reason(request, proposal)) for proposal in fitting[: 0 if chosen else 1]),
        *everybody.announcement(request, draft.place.id if draft.place else None),
        *_called(request, draft),
    )
    return Card(
        title=title,
        blocks=(*before, Quote(draft.text, request.me.name), Fields(fields)),
        buttons=(
            request.button(label, "confirm", token, style=Style.PRIMARY),
            *placing.others(request, fitting, lambda name: _in_place(request, f'"{name}"'), everybody=not chosen),
            *_rather(request, draft),
            request.button(t("Cancel"), "cancel", token),
        ),
        footer=t("Nothing has been posted. Kept for 24 hours."),
        error=error,
    )


def _called(request: Request, draft: Draft) -> tuple[Field, ...]:
    """Say how many people a call to everybody reaches, each with a notice of their own."""
    if not calls.is_called(draft.text):
        return ()
    count = calls.count(request.tx, draft.place.id if draft.place else None, request.me.id)
    notices = request.t.plural("{count} person gets a notice", "{count} people get a notice", count)
    return (Field(request.t("Called"), notices),)


def _may_be_placed(request: Request, draft: Draft) -> bool:
    """Whether the line names no place, and its text fits into the buttons that send it elsewhere."""
    named = request.arguments.option("in") or request.arguments.option("for")
    return draft.place is None and not named and len(draft.text) <= LONGEST_LINE


def _placed(request: Request, draft: Draft, place: Community) -> Draft:
    return replace(draft, place=place, reached=reading.audience(request.tx, place.id))


def keep(request: Request, command: str, line: str, arguments: Arguments | None = None) -> str:
    """Keep a line until it is confirmed, with the channel it was typed in; returns the token that takes it up.

    Args:
        request: whose line it is.
        command: the id of the verb.
        line: to be done.
        arguments: the values of a form, which are then used in place of the line.
    """
    channel = request.channel
    spot = {"platform": request.platform, "tenant": request.tenant, **asdict(channel.where)} if channel else None
    token = drafts.keep(
        request.tx, request.me.id, command, line, spot, arguments.as_json() if arguments is not None else None
    )
    asking.decision(request, token)
    return token


def _kept_line(request: Request, draft: Draft) -> str:
    """The line to do once confirmed, with the channel's place or the proposed one.

    Its button may be pressed elsewhere, and by then another place may fit better.
    """
    named = request.arguments.option("in") or request.arguments.option("for") or draft.text != request.text
    if draft.place is None or named:
        return request.line
    return _in_place(request, f'"{draft.place.slug}"')


def _kept_arguments(request: Request, draft: Draft) -> Arguments | None:
    """Return the values of a form, with the place that is proposed; empty for a line."""
    arguments = request.arguments
    if not arguments.filled or draft.place is None:
        return arguments if arguments.filled else None
    return replace(arguments, options={**arguments.options, "in": (f"#{draft.place.slug}",)})


def _rather(request: Request, draft: Draft) -> tuple[Button, ...]:
    """The same line in the person's own communities made for its kind, if it named none."""
    places = draft.kind.places
    if draft.place is not None or not places or len(draft.text) > LONGEST_LINE:
        return ()
    fitting = [
        place
        for place in reading.listed(request.tx, request.viewer)
        if place.mine and place.privacy is Privacy.OPEN and places & set(re.findall(r"\w+", fold(place.name)))
    ]
    return tuple(
        Button(request.t("In “{name}” instead", name=place.name), _in_place(request, f'"{place.slug}"'))
        for place in fitting[:_MOST_PLACES]
    )


def publish(request: Request, draft: Draft, form: Form) -> Card:
    """Publish and confirm: number, place, audience, and ten minutes to take it back; the channel gets a card, too."""
    new = NewContent(
        draft.kind,
        request.me.id,
        draft.text,
        community_id=draft.place.id if draft.place else None,
        language=request.arguments.option("language") or None,
        tags=request.arguments.options.get("tag", ()),
    )
    published = publishing.publish(request.tx, [new], request.acting)[0]
    code = published.code or ""
    t = request.t
    fields = (
        Field(t("Audience"), audience(request, draft)),
        *addressing.fields(request, draft.audience, new.community_id),
    )
    if draft.audience is not None:
        addressing.address(request, published.id, draft.audience, new.community_id)
    return Card(
        title=t(form.done, code=code),
        blocks=(
            Quote(draft.text, request.me.name),
            Fields(fields),
        ),
        buttons=(request.button(t("Show {code}", code=code), "show", code), undo(request, code)),
        footer=undo_until(request),
        visibility=visibility(request, draft.place.id if draft.place else None),
        code=code,
        done=True,
        shared=_shared(request, draft, form, code),
    )


def _shared(request: Request, draft: Draft, form: Form, code: str) -> Shared | None:
    """The card for the whole channel, in neutral words."""
    if not everybody.is_announced(request, draft.place.id if draft.place else None):
        return None
    company = everybody.of_company(request)
    t, name = company.t, request.me.name
    where = (
        t("On the wall of {name}", name=name)
        if draft.place is None
        else t("In “{community}”", community=draft.place.name)
    )
    return everybody.shared(
        request,
        Card(
            title=t(form.shared, name=name, code=code),
            blocks=(Quote(draft.text, name),),
            buttons=(
                company.button(t("Show {code}", code=code), "show", code),
                company.button(t("Answer"), "answer", code),
            ),
            footer=" · ".join((where, t("Answer with the button: what is written below stays in this channel."))),
            code=code,
        ),
    )


def visibility(request: Request, community_id: int | None) -> Visibility:
    """Return who may see the card of the new content, see :func:`bots.answers.everybody.visibility`."""
    return everybody.visibility(request, community_id)


def undo(request: Request, code: str, reply: int = 0) -> Button:
    """The button that takes a fresh content back.

    Args:
        request: of the author.
        code: of the content, or of the thread that it replies in.
        reply: which of the author's replies in that thread it is; ids would reveal how much is written elsewhere.
    """
    return request.button(request.t("Undo"), "cancel", code, str(reply or ""), style=Style.DANGER)


def undo_until(request: Request) -> str:
    """Say how long the button works."""
    return request.t("You can take it back for {minutes} minutes.", minutes=UNDO_MINUTES)
