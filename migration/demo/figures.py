"""The demonstration's figures, made by the room that registered the command ``facts``."""

from __future__ import annotations

from importlib.metadata import entry_points

import typer
from sqlalchemy import func, select

from reseau.network import Network, get_notice, set_notice
from reseau.store.moments import now
from reseau.store.tables import activity
from reseau.store.transaction import Transaction

NOTICE = "demonstration figures"


def fresh(network: Network) -> bool:
    """Whether the figures were made today and no activity followed."""
    with network.store.read() as tx:
        return get_notice(tx, NOTICE) == mark(network, tx)


def build(network: Network) -> None:
    """Make the figures, if the package ``analytics`` is installed."""
    for point in entry_points(group="reseau.cli", name="facts"):
        facts = point.load()
        command = typer.main.get_command(facts)
        command.main(["build"], prog_name="facts", standalone_mode=False, obj=network.settings)
        with network.store.write() as tx:
            set_notice(tx, NOTICE, mark(network, tx))


def mark(network: Network, tx: Transaction) -> dict[str, object]:
    """Return the state from which figures would be made now: the newest act, and the day."""
    newest = tx.execute(select(func.max(activity.c.id))).scalar()
    return {"activity": newest, "day": now().astimezone(network.settings.zone).date().isoformat()}
