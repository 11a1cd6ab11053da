"""Answers to everyday talk that no verb handles: honest, with help at hand, and without doing anything."""

from __future__ import annotations

from bots.answers import choices
from bots.answers.excerpts import headline
from bots.card import Button, Card, Item, Items, Markdown, Quote, Style, Text
from bots.platform import title_of
from bots.request import Request
from bots.speech.everyday import Sense
from bots.speech.parser import Everyday
from reseau.contents import drafts, threads
from reseau.exchange.notices import CLASSES, Cadence, Notice
from reseau.i18n import Words
from reseau.people import members

_MOST_NAMES = 3
_MOST_POSTS = 5
_MOST_SWITCHES = 2
_MOST_LOOKED_AT = 20  # of a person's contents, replies included


def answered(request: Request, sentence: Everyday) -> Card:
    """The card for an everyday sentence."""
    match sentence.sense:
        case Sense.ASKING:
            return _asking(request)
        case Sense.OWN_DATA:
            return _own_data(request)
        case Sense.MINE:
            return _mine(request)
        case Sense.QUIET:
            return _quiet(request)
        case _:
            return _small(request)


def _asking(request: Request) -> Card:
    """Explain to a person who announced a question how to ask it, and where to look first."""
    t = request.t
    example = next(command.examples[t.language] for command in request.commands if command.id == "ask")
    return Card(
        title=t("What would you like to ask?"),
        blocks=(Text(Markdown(t("For example: `{line}`", line=example))),),
        buttons=(
            request.button(t("Ask a question"), "ask", style=Style.PRIMARY),
            request.button(t("Help"), "help"),
        ),
        footer=t("Nothing has been posted."),
    )


def _own_data(request: Request) -> Card:
    """Say which data the network has about a person, where to see it, and who can export, correct or delete it."""
    t = request.t
    people = ", ".join(members.administrators(request.tx, _MOST_NAMES))
    whom = (
        t("To have it all, or to have it corrected or deleted, ask {people}.", people=people)
        if people
        else t("To get all of it, or to have it corrected or deleted, ask the person who opened the network.")
    )
    summary = t(
        "What the network knows about you: your profile, what you posted, whom you thanked, and what you follow."
    )
    return Card(
        title=t("Your data is yours."),
        blocks=(Text(f"{summary}\n\n{whom}"),),
        buttons=(
            request.button(t("My profile"), "profile"),
            request.button(t("Help"), "help"),
        ),
    )


def _mine(request: Request) -> Card:
    """The person's latest posts with their number of replies; within a thread, that thread."""
    t = request.t
    recent = threads.recent_of(request.tx, request.viewer, request.me.id, limit=_MOST_LOOKED_AT)
    mine = [content for content in recent if not content.is_reply][:_MOST_POSTS]
    waiting = drafts.waiting(request.tx, request.me.id)
    unposted = t("What I showed you last is not posted yet: its button posts it.")
    before = [] if waiting is None else [Text(unposted)]
    if not mine:
        return Card(
            title=t("You have not posted anything yet."),
            blocks=tuple(before),
            buttons=(request.button(t("Ask a question"), "ask"), request.button(t("My feed"), "feed")),
        )
    items = tuple(
        Item(
            headline(content),
            content.code or "",
            _answered(t, content.replies),
            request.to_type("show", content.code or ""),
        )
        for content in mine
    )
    first = next((content for content in mine if content.replies), mine[0])
    return Card(
        title=t("What you posted"),
        blocks=(*before, Items(items)),
        buttons=(request.button(t("Show {code}", code=first.code), "show", first.code or ""),),
        footer=t("I will tell you here as soon as somebody answers you."),
    )


def _answered(t: Words, replies: int) -> str:
    return t.plural("{count} reply", "{count} replies", replies) if replies else t("no reply yet")


def _quiet(request: Request) -> Card:
    """The person wants fewer messages or none: when the bot writes, and how to switch each off, or mute it."""
    t = request.t
    when = t(
        "I write to you only about what concerns you: a mention, a reply, a reaction, thanks, a question that you may "
        "be able to answer, and a summary of what is new. Your settings make each of these rarer, or switch it off."
    )
    nothing = request.typed("settings", choices.everything(Cadence.NEVER, t.language))
    how = (
        t("To hear nothing at all, type “{line}”.", line=nothing)
        if request.platform == "console"
        else t(
            "To hear nothing at all, type “{line}”, or mute our conversation in {tool}.",
            line=nothing,
            tool=title_of(request.platform),
        )
    )
    return Card(
        title=t("You choose what I write to you about."),
        blocks=(Text(f"{when}\n\n{how}"),),
        buttons=(
            *(_switch(request, notice) for notice in choices.named(request.line)[:_MOST_SWITCHES]),
            request.button(t("My settings"), "settings"),
            request.button(t("Stop following"), "unfollow"),
            request.button(t("Help"), "help"),
        ),
    )


def _switch(request: Request, notice: Notice) -> Button:
    label = request.t("Switch off: {notice}", notice=request.t(CLASSES[notice].title))
    return request.button(label, "settings", choices.line(notice, Cadence.NEVER, request.t.language))


def _small(request: Request) -> Card:
    """« oui », « test », 👍: no question is open, and no verb is guessed from such a word."""
    t = request.t
    return Card(
        title=t("I am here. Nothing was waiting for an answer of yours."),
        blocks=(Quote(request.line.strip()),),
        buttons=(
            request.button(t("Help"), "help"),
            request.button(t("My feed"), "feed"),
            request.button(t("Ask a question"), "help", request.to_type("ask")),
        ),
        error="E_UNKNOWN_VERB",
    )
