"""A network: its settings and its store."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import entry_points

from sqlalchemy import select

from reseau.i18n import N_
from reseau.settings import Settings, SettingsError
from reseau.store import Store, open_store
from reseau.store.prepared import Prepared, parameter
from reseau.store.tables import notice
from reseau.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Network:
    """A network, as it is passed to the rooms."""

    settings: Settings
    store: Store


def open_network(settings: Settings, *, inhabited: bool = True) -> Network:
    """Open the store of the settings, creating or upgrading it as needed.

    Args:
        settings: the settings with the address of the store.
        inhabited: whether to fill an empty demonstration; the command that fills it passes ``False``.

    Raises:
        reseau.errors.ReseauError: the store cannot be opened.
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
        for point in entry_points(group="reseau.demonstrations"):
            point.load()(network)
    return network


def get_notice(tx: Transaction, name: str) -> object | None:
    """Return the installation's note under a name (``demonstration``, ``launch``…), or ``None``."""
    row = _NOTICE.first(tx, name=name)
    return None if row is None else row[0]


_NOTICE = Prepared(select(notice.c.value).where(notice.c.name == parameter("name")))


def set_notice(tx: Transaction, name: str, value: object) -> None:
    """Set a note of the installation."""
    clear_notice(tx, name)
    tx.execute(notice.insert().values(name=name, value=value))


def clear_notice(tx: Transaction, name: str) -> None:
    """Delete a note of the installation."""
    tx.execute(notice.delete().where(notice.c.name == name))
