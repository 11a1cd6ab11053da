"""``reseau facts`` and ``reseau metrics``: the figures without a browser."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from reseau.i18n import N_, Words
from reseau.settings import Settings

if TYPE_CHECKING:
    from analytics.publishing.cubes import Published, Refreshed

facts = typer.Typer(help="The facts that figures are made from.", no_args_is_help=True)
metrics = typer.Typer(help="The figures, as published.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]


_FORMATS = N_(
    "table, csv or json; csv is for a spreadsheet of the reader’s language (in French, semicolons and decimal commas), "
    "json for scripts."
)


class Format(StrEnum):
    """The format in which a figure is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@facts.command()
def build(context: typer.Context, as_json: AsJson = False) -> None:
    """Add what is new to the facts and publish the figures again."""
    _refresh(context.obj, anew=False, as_json=as_json)


@facts.command()
def rebuild(context: typer.Context, as_json: AsJson = False) -> None:
    """Make all facts again from the network's log, then publish the figures."""
    _refresh(context.obj, anew=True, as_json=as_json)


def _refresh(settings: Settings, *, anew: bool, as_json: bool) -> None:
    from analytics.publishing import cubes
    from reseau import logs
    from reseau.network import open_network

    logs.set_up(settings, quiet=True)
    network = open_network(settings)
    try:
        refreshed = cubes.refresh(network, anew=anew)
    finally:
        network.store.close()
    if as_json:
        typer.echo(json.dumps(asdict(refreshed), default=str))
    else:
        typer.echo(_sentences(refreshed, Words(settings.language, settings.zone)))
    if refreshed.cubes.failed:
        raise typer.Exit(1)


def _sentences(refreshed: Refreshed, t: Words) -> str:
    added, rows = refreshed.facts.added, refreshed.facts.rows
    lines = [
        t.plural(
            "{count} act added to the facts, which hold {rows}.",
            "{count} acts added to the facts, which hold {rows}.",
            added,
            rows=t.number(rows),
        ),
        t.plural("{count} figure published.", "{count} figures published.", len(refreshed.cubes.cells)),
    ]
    if refreshed.facts.damaged:
        lines.insert(
            0,
            t.plural(
                "{count} file of the facts was damaged: all of them were made again from the network’s log.",
                "{count} files of the facts were damaged: all of them were made again from the network’s log.",
                refreshed.facts.damaged,
            ),
        )
    return "\n".join([*lines, *_changes(refreshed.cubes, t)])


def _changes(published: Published, t: Words) -> list[str]:
    """Return sentences about damaged files, figures that begin anew and figures that failed."""
    lines = [t("A file of the figures was damaged and was made again: {file}", file=file) for file in published.mended]
    if published.lost:
        lines.append(
            t(
                "The record of what was published is gone. No past is told twice, so figures begin anew after {day}. "
                "To have the earlier ones back, put the folder “published” back from a backup and build again.",
                day=t.date(published.lost),
            )
        )
    if published.earlier:
        lines.append(
            t(
                "The figures of the version before were set aside, in the folder “published/earlier”: they were made "
                "in another way. The first new ones are those of the week that begins on {day}.",
                day=t.date(published.earlier),
            )
        )
    for name, reason in published.failed.items():
        lines.append(
            t("The figure “{name}” could not be made, its last publication stands: {reason}", name=name, reason=reason)
        )
    return lines


@metrics.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """Say which figures there are, and how each is calculated."""
    from analytics.metric import METRICS

    settings: Settings = context.obj
    t = Words(settings.language, settings.zone)
    figures = [
        {
            "name": metric.name,
            "title": t(metric.title),
            "method": t(metric.method),
            "denominator": t(metric.denominator),
            "unit": metric.unit,
            "better": metric.better,
            "target": metric.target,
            "target_grain": metric.target_grain,
        }
        for metric in METRICS.values()
    ]
    if as_json:
        typer.echo(json.dumps(figures, ensure_ascii=False))
        return
    typer.echo("\n\n".join(f"{line['name']}\n  {line['title']}\n  {line['method']}" for line in figures))


@metrics.command()
def show(
    context: typer.Context,
    name: str,
    by: Annotated[str, typer.Option("--by", help="department, site, country, job, kind, window or community.")] = "",
    grain: Annotated[str | None, typer.Option("--grain", help="week, 4w, 12w or launch.")] = None,
    form: Annotated[Format, typer.Option("--format", help=_FORMATS, case_sensitive=False)] = Format.TABLE,
) -> None:
    """Print one figure, of the whole organisation or cut by segment."""
    from analytics.cut import cut
    from analytics.metric import METRICS
    from analytics.printing import as_records, as_table
    from analytics.published import reading
    from analytics.spreadsheet import as_csv

    settings: Settings = context.obj
    t = Words(settings.language, settings.zone)
    cells = cut(settings.folder, METRICS[name], by, grain)
    if form is Format.TABLE:
        typer.echo(as_table(cells, reading.freshness(settings.folder), t))
        return
    if missing := cells.emptiness(t):
        typer.echo(missing, err=True)
    if form is Format.CSV:
        typer.echo(as_csv(cells.cells, settings.language), nl=False)
    else:
        typer.echo(json.dumps(as_records(cells.cells), ensure_ascii=False))
