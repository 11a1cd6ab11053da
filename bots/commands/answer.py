"""``répondre``, ``answer``: answers a question, or comments on another content."""

from __future__ import annotations

from collections.abc import Mapping

from bots.answers import asking, everybody, examples, writing
from bots.answers.excerpts import headline
from bots.answers.forms import entries
from bots.card import Card, Field, Fields, Quote, Shared, Style
from bots.command import Command, Group
from bots.form import Entry, Form, Kind, Known
from bots.request import Arguments, RefusalError, Request
from bots.speech import grammar
from reseau.access import ClosedError
from reseau.communities import reading
from reseau.contents import publishing, threads
from reseau.contents.publishing import NewContent
from reseau.contents.threads import Content
from reseau.i18n import N_

_MANY = 50  # more readers than this, and the answer is previewed (docs/verbs.md, “shown first”)


def answer(request: Request) -> Card:
    """Reply at once, or preview the reply if many people can read it."""
    code, text = _parted(request)
    if not code:
        return _asked_which(request)
    root = threads.get(request.tx, request.viewer, code)
    if root is None:
        raise ClosedError
    if not text:
        return _asked(request, root)
    reached = reading.audience(request.tx, root.community_id)
    if (reached > _MANY or request.asked) and not request.confirmed:
        return _preview(request, root, text, reached)
    return _publish(request, root, text, reached)


def _parted(request: Request) -> tuple[str, str]:
    if request.arguments.filled:
        return grammar.number(request.arguments.option("number")), request.text
    code, text = grammar.first_number(request.text)
    if code:
        return code, text
    return request.thread, request.text


def _asked_which(request: Request) -> Card:
    """Ask which content is answered; words that were typed without a number are given back."""
    refusal = RefusalError(
        "E_NUMBER_MISSING",
        N_("Which question do you answer? Example: {example}"),
        request.button(request.t("My feed"), "feed"),
        example=examples.here(request),
    )
    if request.text:
        raise refusal
    return asking.card(request, refusal.sentence(request.t), request.to_type("answer"), refusal)


def _asked(request: Request, root: Content) -> Card:
    """Ask for the words; the card quotes the content that they answer."""
    t = request.t
    refusal = RefusalError(
        "E_TEXT_MISSING",
        N_("The text of your answer to {number} is missing. Example: {example}"),
        request.button(t("Show {code}", code=root.code), "show", root.code),
        number=root.code,
        example=request.typed("answer", root.code, t("yes, I have.")),
    )
    question = t("What would you like to answer to {code}?", code=root.code)
    opening = request.to_type("answer", root.code, ":")
    return asking.card(request, question, opening, refusal, Quote(headline(root, 200), root.author))


def _preview(request: Request, root: Content, text: str, reached: int) -> Card:
    t = request.t
    # In a thread the number was not typed; the kept line says it, since the thread is not kept with it.
    arguments = Arguments(text, {"number": (root.code,)}) if request.arguments.filled else None
    token = writing.keep(request, "answer", request.to_type("answer", root.code, ":", text), arguments)
    return Card(
        title=t("Your answer to {code}, before anybody sees it", code=root.code),
        blocks=(Quote(text, request.me.name), _audience(request, root, reached, announced=True)),
        buttons=(
            request.button(t("Answer"), "confirm", token, style=Style.PRIMARY),
            request.button(t("Cancel"), "cancel", token),
        ),
        footer=t("Nothing has been posted. Kept for 24 hours."),
        code=root.code,
    )


def _publish(request: Request, root: Content, text: str, reached: int) -> Card:
    new = NewContent(root.kind.reply_type, request.me.id, text, root_id=root.root_id)
    publishing.publish(request.tx, [new], request.acting)
    t = request.t
    return Card(
        title=t("Your answer to {code} is posted.", code=root.code),
        blocks=(Quote(text, request.me.name), _audience(request, root, reached)),
        buttons=(
            request.button(t("Show {code}", code=root.code), "show", root.code),
            writing.undo(request, root.code, len(threads.replies_of(request.tx, root.root_id, request.me.id))),
        ),
        footer=writing.undo_until(request),
        visibility=writing.visibility(request, root.community_id),
        code=root.code,
        done=True,
        shared=_shared(request, root, text),
    )


def _shared(request: Request, root: Content, text: str) -> Shared | None:
    """The card for everyone in the channel; everyone there may read the thread, too."""
    if not everybody.is_announced(request, root.community_id):
        return None
    company = everybody.of_company(request)
    t, name = company.t, request.me.name
    card = Card(
        title=t("{name} answers {code}: “{headline}”", name=name, code=root.code, headline=headline(root, 60)),
        blocks=(Quote(text, name),),
        buttons=(
            company.button(t("Show {code}", code=root.code), "show", root.code),
            company.button(t("Answer"), "answer", root.code),
        ),
        code=root.code,
    )
    return everybody.shared(request, card)


def _audience(request: Request, root: Content, reached: int, *, announced: bool = False) -> Fields:
    t = request.t
    people = t.plural("{count} person can read it", "{count} people can read it", reached)
    more = everybody.announcement(request, root.community_id) if announced else ()
    return Fields((Field(t("In reply to"), headline(root)), Field(t("Audience"), people), *more))


def _known(request: Request, values: Mapping[str, str]) -> Known:
    """Fill in the number of the answered thread, and describe the thread."""
    code = grammar.number(values.get("number", "")) or request.thread
    root = threads.get(request.tx, request.viewer, code) if code else None
    if root is None:
        return Known()
    return Known({"number": root.code}, entries.about(request, root))


command = Command(
    id="answer",
    forms={"fr": ("répondre", "r"), "en": ("answer", "reply", "r")},
    group=Group.ASK,
    summary=N_("Answers a question or joins a discussion: give its number, then your text."),
    examples={
        "fr": "répondre Q12 oui, j’ai travaillé avec eux en 2024",
        "en": "answer Q12 yes, I worked with them in 2024",
    },
    answer=answer,
    rank=20,
    traced=True,
    writes=True,
    form=Form(
        N_("Answer"),
        N_("Answer"),
        ((entries.NUMBER, Entry("text", N_("Your answer"), Kind.LONG, required=True)),),
    ),
    fill=entries.numbered,
    known=_known,
    heard=(
        "réponds",
        "répondez",
        "répondons",
        "answering",
        "replying",
    ),
    nouns=(
        "réponse",
        "re",
    ),
)
