"""The command ``reseau demo``, which fills and serves a fictional company."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reseau.i18n import N_, Words

if TYPE_CHECKING:
    from datetime import date

    from migration.demo.filling import Filled, Size
    from reseau.network import Network
    from reseau.settings import Settings

#: Lines to type next, in the language of the network; the demonstration has a good answer to each.
LINES = (
    N_("feed"),
    N_("expert cavitation"),
    N_("search mechanical seal"),
    N_("ask in Entraide: who could lend an ultrasonic flow meter for a week?"),
)


def demo(
    context: typer.Context,
    port: Annotated[int | None, typer.Option(help="Port to listen on (RESEAU_HTTP_PORT).")] = None,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve it, or only fill it.")] = True,
    seed: Annotated[int | None, typer.Option(help="Another seed, another year of the same company (7).")] = None,
    people: Annotated[int | None, typer.Option(help="How many people work there (320).")] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day after the year's last one; today.")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin again, in place of the one that is there.")] = False,
) -> None:
    """Fill a demonstration company under <data>/demo, unless it exists, and serve it."""
    from migration.demo import figures
    from reseau import logs, serve as server
    from reseau.network import open_network

    chosen = {"demo": True} if port is None else {"demo": True, "http_port": port}
    settings: Settings = context.obj.model_copy(update=chosen)
    logs.set_up(settings.model_copy(update={"log_level": "warning"}))
    t = Words(settings.language, settings.zone)
    listening = server.listen(settings) if serve else None  # before minutes are spent on filling it
    if fresh:
        _clear(settings.folder)
    network = open_network(settings, inhabited=False)
    demonstration = _ready(
        network, _size(settings, seed, people, until.date() if until else None), (seed, people, until), t
    )
    if not figures.fresh(network):
        typer.echo(t("The figures are being made…"))
        figures.build(network)
    address = server.address(*listening.getsockname()[:2]) if listening else ""
    for line in _greeting(t, network, demonstration, address):
        typer.echo(line)
    if serve:
        sys.stdout.flush()
        logs.set_up(settings)
        server.serve(network, listening=listening)


def _size(settings: Settings, seed: int | None, people: int | None, until: date | None) -> Size:
    from migration.demo.filling import PEOPLE, SEED, Size
    from reseau.store.moments import now

    today = now().astimezone(settings.zone).date()
    return Size(SEED if seed is None else seed, PEOPLE if people is None else people, until or today)


def _ready(network: Network, size: Size, options: tuple[object, ...], t: Words) -> Filled:
    """Return the existing demonstration, or make a new one."""
    from migration.demo.filling import Size, filled
    from migration.demo.readiness import make
    from migration.demo.renewal import renew

    if all(choice is None for choice in options):
        renew(network, size.until)
    with network.store.read() as tx:
        demonstration = filled(tx)
    if demonstration is not None:
        present = Size(demonstration.seed, demonstration.people, demonstration.until)
        if any(option is not None for option in options) and present != size:
            typer.echo(t("The demonstration that is there is kept. To begin again with your choices, add --fresh."))
        return demonstration
    make(network, size, t)
    with network.store.read() as tx:
        demonstration = filled(tx)
    assert demonstration is not None
    return demonstration


def _clear(folder: Path) -> None:
    """Remove the demonstration's own folder, which no installation ever uses."""
    import shutil

    if folder.name == "demo" and folder.is_dir():
        shutil.rmtree(folder)


def _greeting(t: Words, network: Network, demonstration: Filled, address: str) -> list[str]:
    settings = network.settings
    command = f"{_program()} --demo" if settings.data == Path("var") else f"{_program()} --data {settings.data} --demo"
    return [
        "",
        t(
            "DEMONSTRATION: {company} does not exist. {count} made-up people, a year that ends on {day} (seed {seed}).",
            company=demonstration.name,
            count=t.number(demonstration.people),
            day=t.date(demonstration.until),
            seed=demonstration.seed,
        ),
        "",
        *((t("To open:"), f"  {address}") if address else ()),
        t("To type next, in another window:"),
        *(f'  {command} chat "{t(line)}"' for line in LINES),
        "",
    ]


def _program() -> str:
    """Return the command as it was typed, so that it can be typed again."""
    program = Path(sys.argv[0])
    if program.is_absolute() and program.is_relative_to(Path.cwd()):
        program = program.relative_to(Path.cwd())
    return str(program) if program.name == "reseau" else "reseau"
