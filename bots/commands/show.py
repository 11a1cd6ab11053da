"""``voir``, ``show``: a thread, its newest replies last."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bots.answers import alone, asking, examples, reacting, refusals
from bots.answers.excerpts import headline, is_said_by_its_headline, on_page
from bots.answers.forms import entries
from bots.card import Block, Button, Card, Item, Items, Markdown, Quote, Style, Text, phrase, strong
from bots.command import Command, Group
from bots.request import RefusalError, Request
from bots.speech import grammar
from bots.speech.parser import Understood, parse
from reseau.access import ClosedError
from reseau.contents import moderation, moving, reactions, threads
from reseau.contents.reactions import Gathered
from reseau.contents.threads import Content, Thread, code_of
from reseau.i18n import N_
from reseau.kinds import MemberStatus
from reseau.people import members

_MOST_REPLIES = 10
_MOST_BUTTONS = 3


def answer(request: Request) -> Card:
    """The thread of a number, as far as the reader may see it."""
    if not request.text and not request.thread:
        refusal = RefusalError(
            "E_NUMBER_MISSING",
            N_("Which one do you want to see? Example: {example}"),
            request.button(request.t("My feed"), "feed"),
            example=examples.here(request),
        )
        return asking.card(request, refusal.sentence(request.t), request.to_type("show"), refusal)
    code, _ = grammar.first_number(request.text)
    if request.text and not code:
        return _otherwise(request)
    content = threads.get(request.tx, request.viewer, code or request.thread)
    thread = threads.read(request.tx, request.viewer, content.root_id, limit=_MOST_REPLIES) if content else None
    if thread is None or thread.root is None:
        return _hidden(request, code or request.thread)
    return _card(request, thread, thread.root)


def _hidden(request: Request, code: str) -> Card:
    """Say that the beginning of a thread was hidden, to people who may read its place.

    Raises:
        ClosedError: there is no such thread.
    """
    about = moderation.hidden_by_code(request.tx, request.viewer, code)
    if about is None:
        raise ClosedError
    t = request.t
    decides = moderation.moderates(request.tx, request.viewer, about.community_id)
    return Card(
        title=t("{code} was hidden by an animateur.", code=about.code)
        if about.community_id is not None
        else t("{code} was hidden by an administrator.", code=about.code),
        blocks=(Quote(about.text, about.author),) if decides else (),
        buttons=(request.button(t("Show it again"), "restore", about.code),)
        if decides
        else (request.button(t("My feed"), "feed"),),
        code=about.code,
    )


def _otherwise(request: Request) -> Card:
    """« voir mon profil », « show me the communities », « voir Karim »: another verb, a name, else a sentence."""
    text = request.text
    parsed = parse(text, request.commands)
    if isinstance(parsed, Understood) and not parsed.command.traced and parsed.command.id not in ("show", "greet"):
        again = replace(request, command=parsed.command, arguments=parsed.arguments, line=parsed.line)
        return parsed.command.answer(again)
    digits = re.fullmatch(r"\s*(?:#|n\s?[°ºo]\s*)?(\d{1,9})\W*", text, re.IGNORECASE)
    if digits:
        codes = refusals.numbered(request, digits.group(1))
        buttons = [request.button(request.t("Show {code}", code=code), "show", code) for code in codes]
        raise RefusalError(
            "E_NUMBER_MISSING",
            N_("Which one do you want to see? Example: {example}"),
            *buttons,
            example=examples.here(request),
        )
    if code_of(text) is not None:
        raise ClosedError
    return alone.answer(request, text) or refusals.not_understood(request, request.line)


def _card(request: Request, thread: Thread, root: Content) -> Card:
    t = request.t
    hidden = max(root.replies - len(thread.replies), 0)
    title, text = _parted(request, root)
    blocks: list[Block] = [Text(_byline(request, root)), *((Text(Markdown(text)),) if text else ())]
    liked = reactions.gathered(request.tx, [root.id, *(reply.id for reply in thread.replies)], request.viewer)
    if root.id in liked:
        blocks.append(Text(reacting.line(liked[root.id], t)))
    if thread.replies:
        items = tuple(
            _reply(request, root, number, reply, liked.get(reply.id))
            for number, reply in enumerate(thread.replies, hidden + 1)
        )
        blocks.append(Items(items, t.plural("{count} reply", "{count} replies", root.replies)))
    blocks.extend(on_page(request, lambda at: at.content(root.code)))
    return Card(
        title=f"{root.code} · {title}",
        blocks=tuple(blocks),
        buttons=_buttons(request, root, thread),
        footer=_footer(request, root, hidden),
        code=root.code,
    )


def _footer(request: Request, root: Content, older: int) -> str:
    """Say how much the card leaves out, and which threads were merged into this one."""
    t = request.t
    masked = len(moderation.hidden_in(request.tx, root.id))
    merged = moving.merged_into(request.tx, root)
    parts = (
        t.plural("{count} older reply is not shown.", "{count} older replies are not shown.", older) if older else "",
        t.plural("{count} reply was hidden by an animateur.", "{count} replies were hidden by an animateur.", masked)
        if masked
        else "",
        t("{codes} is part of it.", codes=", ".join(merged)) if merged else "",
    )
    return " ".join(part for part in parts if part)


def _parted(request: Request, root: Content) -> tuple[str, str]:
    """The head of a thread and its text, which is left out if the head shows all of it."""
    if root.title.strip():
        return root.title, root.text
    if is_said_by_its_headline(root):
        return headline(root), ""
    return request.t(root.kind.title), root.text


def _byline(request: Request, root: Content) -> Markdown:
    t = request.t
    where = t("on the wall") if root.community is None else t("in “{community}”", community=root.community)
    parts = (t(root.kind.title), strong(root.author), where, t.date(root.created_at))
    return phrase(*parts, *((t("edited"),) if root.edited_at else ()), between=" · ")


def _reply(request: Request, root: Content, number: int, reply: Content, liked: Gathered | None) -> Item:
    t = request.t
    about = [reply.author, t.date(reply.created_at)]
    if reply.id == root.accepted_id:
        about.append(t("this is the answer"))
    if liked is not None:
        about.append(reacting.brief(liked))
    return Item(Markdown(reply.text), code=str(number), reason=" · ".join(about), whole=True)


def _buttons(request: Request, root: Content, thread: Thread) -> tuple[Button, ...]:
    t = request.t
    buttons = [
        request.button(t("Answer"), "answer", root.code, style=Style.PRIMARY),
        request.button(t("Like"), "react", root.code),
        request.button(t("Follow"), "follow", root.code),
    ]
    if root.author_id != request.me.id and members.get(request.tx, root.author_id).status is not MemberStatus.BOT:
        buttons.append(request.button(t("Thank"), "thanks", root.code))
    if root.kind.answerable and root.author_id == request.me.id and root.accepted_id is None:
        first = root.replies - len(thread.replies) + 1
        helpful = [n for n, reply in enumerate(thread.replies, first) if reply.author_id != request.me.id]
        buttons += [
            request.button(t("Answer {number} helped", number=n), "accept", root.code, str(n))
            for n in helpful[-_MOST_BUTTONS:]
        ]
    return (*buttons, *_corrections(request, root))


def _corrections(request: Request, root: Content) -> Iterator[Button]:
    """Return the buttons of corrections that the reader may make to the thread."""
    t = request.t
    mine = root.author_id == request.me.id
    decides = moderation.moderates(request.tx, request.viewer, root.community_id)
    if mine:
        yield request.button(t("Edit"), "edit", root.code)
        yield request.button(t("Take it back"), "withdraw", root.code)
    if root.kind.answerable and root.accepted_id is not None and (mine or decides):
        yield request.button(t("Open it again"), "reopen", root.code)
    if root.edited_at:
        yield request.button(t("History"), "history", root.code)
    if decides and not mine:
        yield request.button(t("Hide"), "hide", root.code)
    elif not mine:
        yield request.button(t("Report"), "report", root.code)


command = Command(
    id="show",
    forms={"fr": ("voir", "lire", "ouvrir"), "en": ("show", "read", "open")},
    group=Group.READ,
    summary=N_("Shows a question, an idea or a discussion with its replies. Its number alone does the same."),
    examples={"fr": "voir Q12", "en": "show Q12"},
    answer=answer,
    form=entries.words(N_("Show"), N_("Number"), N_("Show"), N_("Such as Q12")),
    rank=20,
    heard=(
        "voyons",
        "vois",
        "voyez",
        "montre",
        "montrez",
        "montrer",
        "montre-moi",
        "montre moi",
        "montrez-moi",
        "montrez moi",
        "affiche",
        "affichez",
        "afficher",
        "ouvre",
        "ouvrez",
        "lis",
        "lisez",
        "display",
        "show me",
        "let me see",
    ),
)
