"""The network in one hand: the settings it runs with and the store it lives in."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import entry_points

from sqlalchemy import select

from reseau.i18n import N_
from reseau.settings import Settings, SettingsError
from reseau.store import Store, open_store
from reseau.store.prepared import Prepared, given
from reseau.store.tables import notice
from reseau.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Network:
    """What a room is handed."""

    settings: Settings
    store: Store


def open_network(settings: Settings, *, inhabited: bool = True) -> Network:
    """Open the store that the settings name, made or upgraded as needed.

    Args:
        settings: which store, and whether it is that of the demonstration.
        inhabited: whether an empty demonstration is filled; the command that fills it does so by itself.

    Raises:
        reseau.errors.ReseauError: the store cannot be opened, said in one sentence.
    """
    try:
        settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # private conversations are kept in it
    except OSError as error:
        raise SettingsError(
            "E_DATA",
            N_("The data folder {folder} cannot be made: {reason}."),
            folder=settings.folder,
            reason=error.strerror or error,
        ) from None
    network = Network(settings, open_store(settings.store_url))
    if settings.demo and inhabited:
        for point in entry_points(group="reseau.demonstrations"):  # of whichever room tells one
            point.load()(network)
    return network


def get_notice(tx: Transaction, name: str) -> object | None:
    """What the installation notes under a name (``demonstration``, ``launch``…), or nothing."""
    row = _NOTICE.first(tx, name=name)
    return None if row is None else row[0]


_NOTICE = Prepared(select(notice.c.value).where(notice.c.name == given("name")))


def set_notice(tx: Transaction, name: str, value: object) -> None:
    """Note something about the installation, in place of what stood there."""
    clear_notice(tx, name)
    tx.execute(notice.insert().values(name=name, value=value))


def clear_notice(tx: Transaction, name: str) -> None:
    """Forget what is noted under a name."""
    tx.execute(notice.delete().where(notice.c.name == name))
