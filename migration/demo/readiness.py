"""Preparation of the demonstration before a command: an empty one is filled, an old one is moved up to today."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import date

import typer

from migration.demo import figures
from migration.demo.filling import PEOPLE, SEED, NotEmptyError, Size, check_empty, fill, filled
from migration.demo.renewal import renew
from reseau.i18n import Words
from reseau.network import Network
from reseau.store.moments import now


def ready(network: Network, people: int = PEOPLE) -> None:
    """Fill or renew the demonstration. Messages go to standard error, before the command's own output.

    A store with other contents is left as it is.
    """
    t = Words(network.settings.language, network.settings.zone)
    with network.store.read() as tx:
        demonstration = filled(tx)
        if demonstration is None and not _empty(network):
            return
    with redirect_stdout(sys.stderr):
        if demonstration is None:
            make(network, Size(SEED, people, today(network)), t)
        elif not renew(network, today(network)):
            return
        typer.echo(t("The figures are being made…"))
        figures.build(network)


def make(network: Network, size: Size, t: Words) -> None:
    """Fill an empty demonstration and report progress. If another program fills it first, its demonstration is kept.

    Raises:
        NotEmptyError: the store holds other contents.
    """
    typer.echo(t("A company is being made up: {count} people, a year of their life.", count=size.people))
    try:
        with _progress(t("Filling")) as progress:
            fill(network, size, progress)
    except NotEmptyError:
        with network.store.read() as tx:
            if filled(tx) is None:
                raise


def today(network: Network) -> date:
    """Return today's date in the network's time zone."""
    return now().astimezone(network.settings.zone).date()


def _empty(network: Network) -> bool:
    with network.store.read() as tx:
        try:
            check_empty(tx)
        except NotEmptyError:
            return False
    return True


@contextmanager
def _progress(label: str) -> Iterator[Callable[[float], None]]:
    """Show a bar with the remaining time if standard error is a terminal."""
    if not sys.stderr.isatty():
        yield lambda share: None
        return
    with typer.progressbar(length=1000, label=label, file=sys.stderr) as bar:
        yield lambda share: bar.update(round(share * 1000) - bar.pos)
