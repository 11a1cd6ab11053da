"""The command ``reseau chat``: the console platform."""

from __future__ import annotations

import sys
from typing import Annotated, TextIO

import typer

_PREVIEWS = ("E_SIMILAR_FOUND",)  # something to look at first, not something refused


def chat(
    context: typer.Context,
    line: Annotated[list[str] | None, typer.Argument(help="One line and out; without it, a conversation.")] = None,
    member: Annotated[
        str, typer.Option("--as", help="Who talks: e-mail, handle or id. Without it, the local administrator.")
    ] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="Answer with the neutral card, one JSON object a line.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Confirm what a person would be asked to confirm.")] = False,
) -> None:
    """Talk to the network: ask, answer, follow, search; “help” says how. A dash comes after --."""
    # Heavy imports wait until here, so that every other command starts fast.
    from bots import conversation
    from reseau import logs
    from reseau.network import open_network

    logs.set_up(context.obj)

    for stream in (sys.stdin, sys.stdout):
        _never_fail_on_letters(stream)
    talking = conversation.begin(open_network(context.obj), member, confirmed=yes, as_json=as_json, once=bool(line))
    if not line:
        conversation.talk(talking)
        return
    card = talking.say(" ".join(line))
    if card.error and card.error not in _PREVIEWS:
        raise typer.Exit(2)


def _never_fail_on_letters(stream: TextIO) -> None:
    """Letters that a pipe or terminal cannot carry become question marks instead of an error."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
