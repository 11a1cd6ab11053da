"""``aide``, ``help``: what can be done here, on one short card."""

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
    wanted = fold(request.text.strip(" ?!.:"))
    shown = [one for one in request.commands if not one.hidden]
    if not wanted:
        return _short(request, shown)
    if wanted in _EVERYTHING:
        return _all(request, shown)
    for one in request.commands:
        if wanted in map(fold, one.all_forms()):
            return page(request, one)
    return _with_word(request, shown, wanted)


def _short(request: Request, shown: Sequence[Command]) -> Card:
    """Three whole lines that work for this person, and where the others are."""
    t = request.t
    lines = [examples.typed(request, one) for one in shown if one.id in _EXAMPLES]
    said = "\n".join(f"- {code(line)}" for line in lines)
    return Card(
        title=t("What you can do here"),
        blocks=(
            Text(" ".join((t(welcome.WHAT), t("Write to me as you would to a colleague in a hurry:")))),
            Text(Markdown(said)),
        ),
        buttons=(
            *(request.button(one.name(t.language).capitalize(), one.id) for one in shown if one.id in _FIRST_STEPS),
            request.button(t("All the words"), "help", t("all")),
        ),
        footer=t("More about a word: {line}", line=request.typed("help", _name(shown, "ask", t.language))),
    )


def _name(shown: Sequence[Command], id_: str, language: str) -> str:
    return next((one.name(language) for one in shown if one.id == id_), "")


def _all(request: Request, shown: Sequence[Command]) -> Card:
    t = request.t
    groups: dict[Group, list[str]] = {group: [] for group in Group}
    for one in shown:
        groups[one.group].append(one.name(t.language))
    fields = tuple(Field(t(GROUP_TITLES[group]), ", ".join(names)) for group, names in groups.items() if names)
    return Card(
        title=t("All the words"),
        blocks=(Text(t("Type a word, then what it is about.")), Fields(fields)),
        buttons=tuple(
            request.button(one.name(t.language).capitalize(), one.id) for one in shown if one.id in _FIRST_STEPS
        ),
        footer=t("More about a word: {line}", line=request.typed("help", _name(shown, "ask", t.language))),
    )


def page(request: Request, one: Command) -> Card:
    """The help of one verb: what it does, an example, the other words for it."""
    t = request.t
    others = [form for form in one.forms[t.language][1:] if len(form) > 1][:4]
    blocks: list[Block] = [Text(t(one.summary)), Fields((Field(t("Example"), examples.typed(request, one)),))]
    if others:
        blocks.append(Fields((Field(t("Also"), ", ".join(others)),)))
    return Card(
        title=one.name(t.language),
        blocks=tuple(blocks),
        buttons=(request.button(t("All the words"), "help", t("all")),),
    )


def _with_word(request: Request, shown: Iterable[Command], wanted: str) -> Card:
    t = request.t
    found = [one for one in shown if wanted in fold(f"{t(one.summary)} {' '.join(one.all_forms())}")]
    if not found:
        return Card(
            title=t("Help says nothing about “{text}”.", text=request.text),
            buttons=(
                request.button(t("All the words"), "help", t("all")),
                request.button(t("Search the network"), "search", f": {request.text}"),
            ),
        )
    items = tuple(
        Item(one.name(t.language), reason=t(one.summary), line=request.to_type("help", one.name(t.language)))
        for one in found[:_MOST_FOUND]
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
