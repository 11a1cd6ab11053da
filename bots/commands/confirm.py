"""``confirmer``, ``confirm``: carries out a preview. Its buttons type it."""

from __future__ import annotations

from dataclasses import replace

from bots.answers import asking, previews
from bots.card import Card
from bots.command import Command, Group
from bots.request import Arguments, RefusalError, Request
from bots.speech.parser import Parsed, Understood, parse
from reseau.contents import drafts
from reseau.contents.drafts import Draft
from reseau.errors import ReseauError
from reseau.i18n import N_


def answer(request: Request) -> Card:
    """Do what the kept line asks for; a second press does nothing again, and says what became of it."""
    token = request.text.strip()
    asking.decided(request, token)
    draft = drafts.take(request.tx, request.me.id, token)
    parsed = _taken_up(request, draft) if draft is not None else None
    if draft is None or not isinstance(parsed, Understood):
        return previews.over(request, token)
    again = replace(
        request,
        command=parsed.command,
        arguments=parsed.arguments,
        line=draft.line,
        confirmed=True,
        channel=previews.channel(request, draft),
    )
    try:
        card = parsed.command.answer(again)
    except ReseauError as error:
        raise RefusalError.giving_back(error, draft.line) from None
    drafts.end(request.tx, token, card.code)
    return card


def _taken_up(request: Request, draft: Draft) -> Parsed | None:
    """Parse the request of a draft: the values of its form if it had one, else its line."""
    if draft.arguments is None:
        return parse(draft.line, request.commands, request.settings.roots)
    command = next((command for command in request.commands if command.id == draft.command), None)
    return None if command is None else Understood(command, Arguments.from_json(draft.arguments), draft.line)


command = Command(
    id="confirm",
    forms={"fr": ("confirmer",), "en": ("confirm",)},
    group=Group.SHARE,
    summary=N_("Posts what you were shown before. The button below it does the same."),
    examples={"fr": "confirmer 8sK2", "en": "confirm 8sK2"},
    answer=answer,
    traced=True,
    hidden=True,
)
