"""The command ``reseau``: global options here, sub-commands from the rooms (entry points ``reseau.cli``)."""

from __future__ import annotations

import os
import sys
from functools import cache
from importlib.metadata import EntryPoint, entry_points, version
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from reseau.cli import usage
from reseau.errors import ReseauError
from reseau.i18n import Words, known_language
from reseau.settings import Settings, default_language, load_settings
from reseau.terminal import printable_lines

app = typer.Typer(
    name="reseau",
    help="An enterprise social network, inside Slack and Teams.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(requested: bool) -> None:
    if requested:
        typer.echo(f"reseau {version('reseau')}")
        raise typer.Exit


@app.callback()
def _settings(
    context: typer.Context,
    demo: Annotated[bool, typer.Option("--demo", help="Work on the demonstration company.")] = False,
    data: Annotated[Path | None, typer.Option("--data", help="The data folder (RESEAU_DATA).")] = None,
    language: Annotated[str | None, typer.Option("--language", "-l", help="fr or en (RESEAU_LANGUAGE).")] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    chosen: dict[str, Any] = {"demo": True} if demo else {}
    if data is not None:
        chosen["data"] = data
    if language is not None:
        chosen["language"] = language
    context.obj = load_settings(**chosen)


@app.command()
def serve(
    context: typer.Context,
    port: Annotated[int | None, typer.Option(help="Port to listen on (RESEAU_HTTP_PORT).")] = None,
) -> None:
    """Serve everything in one process."""
    _serve(context.obj, port)


@app.command()
def bots(
    context: typer.Context,
    port: Annotated[int | None, typer.Option(help="Port to listen on (RESEAU_HTTP_PORT).")] = None,
) -> None:
    """Serve Slack and Teams alone: take in what people say there and answer."""
    _serve(context.obj, port, "bots")


@app.command()
def worker(
    context: typer.Context,
    port: Annotated[int | None, typer.Option(help="Port to listen on (RESEAU_HTTP_PORT).")] = None,
) -> None:
    """Send waiting messages to linked channels and people, and nothing else."""
    _serve(context.obj, port, "worker")


@app.command()
def dashboards(
    context: typer.Context,
    port: Annotated[int | None, typer.Option(help="Port to listen on (RESEAU_HTTP_PORT).")] = None,
) -> None:
    """Serve the dashboard alone."""
    _serve(context.obj, port, "dashboards")


def _serve(settings: Settings, port: int | None, *only: str) -> None:
    from reseau import logs, serve as server
    from reseau.network import open_network

    if port is not None:
        settings = settings.model_copy(update={"http_port": port})
    logs.set_up(settings)
    server.serve(open_network(settings), only)


db = typer.Typer(help="The store: its tables.", no_args_is_help=True)
app.add_typer(db, name="db")


@db.command()
def upgrade(context: typer.Context) -> None:
    """Create the tables, or bring them to this version's form."""
    from reseau.store import schema
    from reseau.store.engine import make_engine

    settings: Settings = context.obj
    settings.folder.mkdir(parents=True, exist_ok=True)
    upgraded = schema.upgrade(make_engine(settings.store_url))
    t = Words(settings.language)
    typer.echo(t("The tables are up to date.") if not upgraded else t("The tables were brought up to date."))


launch = typer.Typer(help="The launch: the day from which figures count.", no_args_is_help=True)
app.add_typer(launch, name="launch")


@launch.command("day")
def launch_day(
    context: typer.Context,
    day: Annotated[
        str | None, typer.Argument(help="The day to set, such as 2026-01-05; without it, the day is shown.")
    ] = None,
    clear: Annotated[
        bool, typer.Option("--clear", help="Set no day: figures count from the first person who comes in.")
    ] = False,
) -> None:
    """Show or set the launch day: figures count from it, and trials before it do not."""
    from reseau.launch.command import Launching

    settings: Settings = context.obj
    launching = Launching(settings)
    typer.echo(launching.clear() if clear else launching.show() if day is None else launching.set(day))


def _register(point: EntryPoint) -> None:
    registered = point.load()
    if isinstance(registered, typer.Typer):
        app.add_typer(registered, name=point.name)
    else:
        app.command(point.name)(registered)


@cache
def _add_rooms() -> None:
    """Add the commands of the rooms, once; one that cannot be loaded is reported and left out."""
    for point in sorted(entry_points(group="reseau.cli"), key=lambda point: point.name):
        try:
            _register(point)
        except Exception as error:  # noqa: BLE001  (the other commands must work even if a plug fails)
            t = Words(default_language())
            typer.echo(t("The command “{name}” cannot be loaded: {reason}", name=point.name, reason=error), err=True)


#: Files that the program writes may hold private conversations: only the account that runs it may read them.
_PRIVATE = 0o077


def main(arguments: list[str] | None = None) -> None:
    """Run one command line. Exit codes: 0 for success, 1 if some items were refused, 2 for failure."""
    os.umask(_PRIVATE)
    _add_rooms()
    t = Words(_requested_language(arguments))
    command = typer.main.get_command(app)
    usage.translate(command, t)
    try:
        code = command(args=arguments, prog_name="reseau", standalone_mode=False)
    except TyperException as error:
        typer.echo(usage.refusal(error, t), err=True)
        raise SystemExit(error.exit_code) from None
    except (typer.Abort, BrokenPipeError):
        raise SystemExit(1) from None
    except ReseauError as error:
        typer.echo(printable_lines(error.sentence(t)), err=True)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except _store_errors() as error:
        typer.echo(_outage(error, t), err=True)
        raise SystemExit(2) from None
    except Exception as error:
        if os.environ.get("RESEAU_LOG_LEVEL") == "debug":
            raise
        typer.echo(_unforeseen(error, t), err=True)
        raise SystemExit(2) from None
    if code:
        raise SystemExit(code)


def _outage(error: Exception, t: Words) -> str:
    from reseau.store.outage import explained

    return explained(error).sentence(t)


def _unforeseen(error: Exception, t: Words) -> str:
    return t(
        "Something went wrong that we did not foresee ({reason}). RESEAU_LOG_LEVEL=debug shows more.",
        reason=f"{type(error).__name__}: {error}",
    )


def _store_errors() -> tuple[type[Exception], ...]:
    """Return the errors of databases. Only called after an error, since the library is slow to load."""
    from sqlalchemy.exc import DBAPIError

    return (DBAPIError,)


def _requested_language(arguments: list[str] | None) -> str:
    words = sys.argv[1:] if arguments is None else arguments
    for flag, value in pairwise(words):
        if flag in ("--language", "-l"):
            return known_language(value, default_language())
    return default_language()
