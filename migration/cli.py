"""The command ``reseau migrate``, which imports a company's earlier conversations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reseau.i18n import Words
from reseau.terminal import printable

if TYPE_CHECKING:
    from migration.loading.run import Run
    from migration.reading.bundle import Bundle
    from migration.reading.source import Plan, Source
    from reseau.network import Network

migrate = typer.Typer(help="Bring in what was said elsewhere: Slack exports, seed records.", no_args_is_help=True)

Input = Annotated[Path, typer.Argument(help="A zip, a folder or a file, as the other tool gave it.", readable=False)]
Include = Annotated[str, typer.Option(help="What else to bring in: private, direct, or private,direct.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]


@migrate.command()
def detect(context: typer.Context, path: Input, as_json: AsJson = False) -> None:
    """Say what an input is, from its names and first bytes alone."""
    from migration.reading.source import SOURCES, detect as detected, recognise

    t = Words(context.obj.language)
    with _opened(path) as bundle:
        recognise(bundle)
        detections = detected(bundle)
    if as_json:
        _print_json(
            [{"source": name, "score": detection.score, "reason": detection.reason} for name, detection in detections]
        )
        return
    for name, detection in detections:
        typer.echo(f"{t(SOURCES[name].title)} ({detection.score} %): {t(detection.reason)}")


@migrate.command()
def plan(context: typer.Context, path: Input, include: Include = "", as_json: AsJson = False) -> None:
    """Read everything and count it, without writing anything."""
    from migration.reading.source import Options, plan as planned
    from migration.report.progress import Progress

    t = Words(context.obj.language)
    options = Options.parse(include)
    with _opened(path) as bundle:
        source, progress = _source(bundle), Progress(bundle, t)
        result = planned(source, bundle, options, progress)
        progress.end()
    if as_json:
        counted = {name: dict(sorted(getattr(result, name).items())) for name in _PLANNED}
        _print_json({**counted, "channels": [{"name": name, "posts": count} for name, count in result.largest()]})
        return
    typer.echo(_plan_text(t, result, source.name))


_MOST_CHANNELS = 40  # listed on a terminal
_PLANNED = ("counts", "refused", "people", "places", "warnings")


@migrate.command()
def run(context: typer.Context, path: Input, include: Include = "", as_json: AsJson = False) -> None:
    """Bring an export in; again, it goes on where it was cut off, and adds nothing twice."""
    from migration.loading.run import run as load
    from migration.reading.source import Options
    from migration.report.progress import Progress
    from migration.report.report import summary
    from migration.report.wording import ending

    t = Words(context.obj.language)
    options = Options.parse(include)
    with _opened(path) as bundle, _network(context) as network:
        source = _source(bundle)
        progress = Progress(bundle, t)
        loaded = load(network, source, bundle, options, progress)
        progress.end()
    if as_json:
        typer.echo(_warnings(t, loaded), err=True, nl=False)
        _print_json(loaded.tally.as_dict())
    else:
        typer.echo(summary(t, loaded))
        typer.echo(ending(t, loaded.tally.as_dict()["refused"], printable(str(path), most=4_096)))
    raise typer.Exit(1 if loaded.tally.total("refused") else 0)


@migrate.command()
def report(context: typer.Context, path: Input, as_json: AsJson = False) -> None:
    """Write the report of the last run of an input (HTML in French and English, JSON) into the data folder."""
    from migration.loading.run import last_of
    from migration.report import report as reports

    t = Words(context.obj.language)
    with _opened(path) as bundle, _network(context) as network, network.store.read() as tx:
        last = last_of(tx, bundle.fingerprint)
        if last is None:
            raise _not_yet(bundle.name)
        document = reports.make(tx, last)
    files = reports.write(document, context.obj.folder / "reports")
    if as_json:
        _print_json(document.as_dict())
        return
    typer.echo(reports.summary(t, last))
    typer.echo(reports.named(t, document), nl=False)
    for file in files:
        typer.echo(t("Written: {file}", file=file))


@migrate.command()
def status(context: typer.Context, as_json: AsJson = False) -> None:
    """List what was brought in so far, the latest first."""
    from migration.loading.run import runs

    t = Words(context.obj.language)
    with _network(context) as network, network.store.read() as tx:
        past_runs = runs(tx)
    if as_json:
        _print_json([{**run.as_dict(), "position": run.position} for run in past_runs])
        return
    for run in past_runs:
        state = t("done") if run.finished_at else t("cut off: run it again to go on")
        typer.echo(f"{run.id}  {t.moment(run.started_at)}  {printable(run.input)}  {t.number(run.position)}  {state}")
    if not past_runs:
        typer.echo(t("Nothing was brought in yet."))


def _plan_text(t: Words, result: Plan, source: str) -> str:
    from migration.report.notes import sentence
    from migration.report.wording import counted, outcome

    lines, refused = [t("What this export holds:")], result.refused
    for kind, count in sorted((result.counts + refused).items()):
        loss = outcome(t, "refused", refused[kind]) if refused[kind] else ""
        lines.append(f"  {counted(t, kind, count, loss)}")
    if result.channels:
        lines.append(t("By community"))
        lines += [f"  {t.number(count):>9}  {printable(name)}" for name, count in result.largest(_MOST_CHANNELS)]
    unlisted = len(result.channels) - _MOST_CHANNELS
    if unlisted > 0:
        lines.append(
            "  " + t.plural("and {count} more, which --json names", "and {count} more, which --json names", unlisted)
        )
    lines += [f"  ! {t.number(count)} × {sentence(t, code, source)}" for code, count in sorted(result.warnings.items())]
    return "\n".join(lines)


def _warnings(t: Words, run: Run) -> str:
    from migration.report.notes import sentence

    counts = sorted(run.tally.warnings.items())
    return "".join(f"{t.number(count)} × {sentence(t, code, run.source)}\n" for code, count in counts)


def _not_yet(name: str) -> Exception:
    from reseau.errors import ReseauError
    from reseau.i18n import N_

    return ReseauError(
        "E_NO_RUN",
        N_("“{name}” was not brought in yet, so there is nothing to report. First: reseau migrate run"),
        name=name,
    )


def _source(bundle: Bundle) -> Source:
    from migration.reading.source import recognise

    return recognise(bundle)


@contextmanager
def _opened(path: Path) -> Iterator[Bundle]:
    from migration.reading.bundle import open_bundle

    with open_bundle(path) as bundle:
        yield bundle


@contextmanager
def _network(context: typer.Context) -> Iterator[Network]:
    from reseau.network import open_network

    network = open_network(context.obj)
    try:
        yield network
    finally:
        network.store.close()


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False))
