"""The commands ``reseau chat``, the console platform, and ``reseau manifest``, the app for Slack or Teams."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, TextIO

import typer

from reseau.errors import ReseauError
from reseau.i18n import N_, Words
from reseau.settings import Settings

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
    from bots.tools import conversation
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
    """CardSender that a pipe or terminal cannot carry become question marks instead of an error."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")


manifest = typer.Typer(
    help="The app to give to Slack or to Teams, made from the verbs and the settings.", no_args_is_help=True
)


@manifest.command()
def slack(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option("--out", help="File to write; without it, the standard output.")] = None,
    http: Annotated[
        bool, typer.Option("--http", help="Slack calls RESEAU_PUBLIC_URL, in place of Socket Mode.")
    ] = False,
) -> None:
    """Slack’s manifest, in JSON: paste it where Slack makes a new app “from a manifest”."""
    from bots.platforms.slack.manifest import manifest as made

    settings: Settings = context.obj
    text = json.dumps(made(settings, http=http), ensure_ascii=False, indent=2) + "\n"
    if out is None:
        typer.echo(text, nl=False)
    else:
        _write(out, text.encode(), settings)


@manifest.command()
def teams(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", help="Zip to write.")] = Path("reseau-teams.zip"),
    version: Annotated[
        str, typer.Option(help="Version of Microsoft’s manifest: 1.29, or 1.20 for older tenants.")
    ] = "1.29",
    channels: Annotated[
        bool, typer.Option(help="Ask to read what is said in channels, which linked channels need.")
    ] = True,
    company: Annotated[str, typer.Option(help="Who gives the app to people; without it, the network’s name.")] = "",
    privacy: Annotated[str, typer.Option(help="Address of your page about personal data.")] = "",
    terms: Annotated[str, typer.Option(help="Address of your charter.")] = "",
) -> None:
    """The zip of the app, to upload to Teams."""
    from bots.platforms.teams.manifest import Form, Publisher, package

    settings: Settings = context.obj
    if version not in list(Form):
        raise ReseauError(
            "E_MANIFEST_VERSION",
            N_("There is no manifest of version {version} here; there is: {known}."),
            version=version,
            known=", ".join(Form),
        )
    publisher = Publisher(company, privacy, terms)
    _write(out, package(settings, publisher, form=Form(version), channels=channels), settings)


def _write(file: Path, content: bytes, settings: Settings) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise ReseauError(
            "E_OUT", N_("{file} cannot be written: {reason}."), file=file, reason=error.strerror or error
        ) from None
    t = Words(settings.language, settings.zone)
    typer.echo(t("Written: {file}", file=file))
