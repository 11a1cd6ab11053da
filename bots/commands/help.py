"""``aide``, ``help``: the most useful lines, on one short card."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bots.answers import examples, welcome
from bots.card import Block, Card, Field, Fields, Item, Items, Markdown, Text
from bots.command import GROUP_TITLES, Command, Group
from bots.request import Request
from reseau.folding import fold
from reseau.i18n import N_
from reseau.markup.markdown import code

_MOST_FOUND = 6
_EVERYTHING = ("tout", "all")
_FIRST_STEPS = ("feed", "communities", "profile")
_EXAMPLES = ("ask", "expert", "thanks")


def answer(request: Request) -> Card:
    """The whole list, the page of one verb, or the verbs whose help has a word."""
    word = fold(request.text.strip(" ?!.:"))
    visible = [command for command in request.commands if not command.hidden]
    if not word:
        return _short(request, visible)
    if word in _EVERYTHING:
        return _all(request, visible)
    for command in request.commands:
        if word in map(fold, command.all_forms()):
            return page(request, command)
    return _with_word(request, visible, word)


def _short(request: Request, commands: Sequence[Command]) -> Card:
    """Three whole lines that work for this person, and a way to the others."""
    t = request.t
    lines = [examples.typed(request, command) for command in commands if command.id in _EXAMPLES]
    listed = "\n".join(f"- {code(line)}" for line in lines)
    return Card(
        title=t("What you can do here"),
        blocks=(
            Text(" ".join((t(welcome.WHAT), t("Write to me as you would to a colleague in a hurry:")))),
            Text(Markdown(listed)),
        ),
        buttons=(
            *(
                request.button(command.name(t.language).capitalize(), command.id)
                for command in commands
                if command.id in _FIRST_STEPS
            ),
            request.button(t("All the words"), "help", t("all")),
        ),
        footer=t("More about a word: {line}", line=request.typed("help", _name(commands, "ask", t.language))),
    )


def _name(commands: Sequence[Command], id_: str, language: str) -> str:
    return next((command.name(language) for command in commands if command.id == id_), "")


def _all(request: Request, commands: Sequence[Command]) -> Card:
    t = request.t
    groups: dict[Group, list[str]] = {group: [] for group in Group}
    for command in commands:
        groups[command.group].append(command.name(t.language))
    fields = tuple(Field(t(GROUP_TITLES[group]), ", ".join(names)) for group, names in groups.items() if names)
    return Card(
        title=t("All the words"),
        blocks=(Text(t("Type a word, then what it is about.")), Fields(fields)),
        buttons=tuple(
            request.button(command.name(t.language).capitalize(), command.id)
            for command in commands
            if command.id in _FIRST_STEPS
        ),
        footer=t("More about a word: {line}", line=request.typed("help", _name(commands, "ask", t.language))),
    )


def page(request: Request, command: Command) -> Card:
    """The help of one verb: its purpose, an example, its other words."""
    t = request.t
    others = [form for form in command.forms[t.language][1:] if len(form) > 1][:4]
    blocks: list[Block] = [Text(t(command.summary)), Fields((Field(t("Example"), examples.typed(request, command)),))]
    if others:
        blocks.append(Fields((Field(t("Also"), ", ".join(others)),)))
    return Card(
        title=command.name(t.language),
        blocks=tuple(blocks),
        buttons=(request.button(t("All the words"), "help", t("all")),),
    )


def _with_word(request: Request, commands: Iterable[Command], word: str) -> Card:
    t = request.t
    matching = [
        command for command in commands if word in fold(f"{t(command.summary)} {' '.join(command.all_forms())}")
    ]
    if not matching:
        return Card(
            title=t("Help says nothing about “{text}”.", text=request.text),
            buttons=(
                request.button(t("All the words"), "help", t("all")),
                request.button(t("Search the network"), "search", f": {request.text}"),
            ),
        )
    items = tuple(
        Item(
            command.name(t.language), reason=t(command.summary), line=request.to_type("help", command.name(t.language))
        )
        for command in matching[:_MOST_FOUND]
    )
    return Card(title=t("Help about “{text}”", text=request.text), blocks=(Items(items),))


command = Command(
    id="help",
    forms={"fr": ("aide", "?", "sos", "commandes", "h"), "en": ("help", "?", "commands", "h")},
    group=Group.MINE,
    summary=N_("Shows what you can do here. Add a word to learn more about it."),
    examples={"fr": "aide publier", "en": "help post"},
    answer=answer,
    rank=30,
)
