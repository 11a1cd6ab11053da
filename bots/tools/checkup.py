"""The general examination of an installation: store, folder, disk, clock, addresses. Nothing here needs a network."""

from __future__ import annotations

import errno
import http.client
import ipaddress
import os
import shutil
import socket
import sqlite3
import stat
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from reseau.examination import Finding, Level
from reseau.i18n import N_
from reseau.launch.day import LaunchDayError, launch_day
from reseau.network import Network
from reseau.settings import SETTINGS_FILE, Settings, setting_names
from reseau.settings.errors import misspelt
from reseau.store import Store, schema
from reseau.store.engine import OLDEST_SQLITE
from reseau.store.outage import explained
from reseau.store.tables import activity

_LITTLE, _TOO_LITTLE = 2_000_000_000, 200_000_000  # bytes that are free on the disk
_DRIFT = timedelta(minutes=5)  # the difference that Slack and Microsoft accept
_FIRST_YEAR = 2026  # a machine that lost its clock begins long before

Check = Callable[[Network], Iterator[Finding]]


def examine(network: Network) -> Iterator[Finding]:
    """All general checks, in the order to mend them; nothing is changed.

    Args:
        network: its store may be one that does not answer, or has no tables yet.
    """
    yield Finding("version", Level.WELL, N_("reseau {version}"), values={"version": version("reseau")})
    for check in (
        _folder,
        _disk,
        _settings_file,
        _variables,
        _store,
        _launch,
        _sqlite,
        _clock,
        _public_url,
        _port,
        _page,
    ):
        yield from check(network)


def _folder(network: Network) -> Iterator[Finding]:
    folder = network.settings.folder.absolute()
    values = {"folder": folder}
    if not folder.is_dir():
        parent = next(path for path in folder.parents if path.exists())
        if os.access(parent, os.W_OK) and parent.is_dir():
            yield Finding(
                "data", Level.WELL, N_("The data folder {folder} will be made at the first start."), "", values
            )
        else:
            yield Finding("data", Level.FATAL, N_("The data folder {folder} cannot be made."), _RIGHTS, values)
        return
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield Finding(
            "data", Level.FATAL, N_("This account may not write in the data folder {folder}."), _RIGHTS, values
        )
        return
    yield Finding("data", Level.WELL, N_("The data folder is {folder}."), "", values)
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        yield Finding(
            "data",
            Level.WARNING,
            N_("Other accounts on this machine can read {folder}, where private conversations are kept."),
            N_("Close it: chmod 700 {folder}"),
            values,
        )


_RIGHTS = N_("Give it to the account that runs reseau, or choose another folder: RESEAU_DATA.")


def _disk(network: Network) -> Iterator[Finding]:
    folder = network.settings.folder.absolute()
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    level = Level.FATAL if free < _TOO_LITTLE else Level.WARNING if free < _LITTLE else Level.WELL
    yield Finding(
        "disk",
        level,
        N_("{free} GB are free on the disk of the data folder."),
        "" if level is Level.WELL else N_("Make room: what cannot be written is refused, and the page stops."),
        {"free": f"{free / 1e9:.1f}"},
    )


def _settings_file(_network: Network) -> Iterator[Finding]:
    file = Path(SETTINGS_FILE)
    try:
        open_to_others = stat.S_IMODE(file.stat().st_mode) & 0o077
        names = set(tomllib.loads(file.read_text("utf-8")))
    except FileNotFoundError:
        values = {"file": SETTINGS_FILE, "folder": Path.cwd()}
        yield Finding(
            "settings", Level.WELL, N_("There is no {file} in {folder}: the environment alone counts."), "", values
        )
        return
    except (OSError, ValueError):
        return  # a broken one would have been reported before
    if open_to_others and names & _secret_names():
        yield Finding(
            "settings",
            Level.WARNING,
            N_("Other accounts on this machine can read {file}, which holds secrets."),
            N_("Close it: chmod 600 {file}"),
            {"file": file},
        )


def _variables(_network: Network) -> Iterator[Finding]:
    """Variables of the environment that would have set something, had they been spelt right."""
    for name, near in misspelt(setting_names()):
        sentence = N_("{name} is set in the environment, but there is no such setting.")
        how = N_("Did you mean {near}?") if near else N_("Remove it, or check its spelling.")
        yield Finding("settings", Level.WARNING, sentence, how, {"name": name, "near": near})


def _secret_names() -> set[str]:
    """The names of secrets in the settings file."""
    names = {"store"}
    for name, field in Settings.model_fields.items():
        if field.annotation in (SecretStr, SecretStr | None):
            names |= {name, *(str(choice) for choice in getattr(field.validation_alias, "choices", ()))}
    return names


def _store(network: Network) -> Iterator[Finding]:
    url = make_url(network.settings.store_url)
    values = {"kind": "SQLite" if url.get_backend_name() == "sqlite" else "PostgreSQL", "place": _place(url)}
    if not made(network.settings):
        sentence = N_("The store, {kind} in {place}, will be made at the first start.")
        yield Finding("store", Level.WELL, sentence, "", values)
        return
    try:
        revision = schema.current(network.store.engine)
        damage = _damage(network.store)
    except SQLAlchemyError as error:
        yield _silent(url, error, values)
        return
    if damage:
        yield Finding(
            "store",
            Level.FATAL,
            N_("The store, in {place}, is damaged: {reason}"),
            _BACKUP,
            {**values, "reason": damage},
        )
        return
    yield Finding("store", Level.WELL, N_("The store answers: {kind} in {place}."), "", values)
    yield from _open_to_others(url)
    if revision != schema.NEWEST:
        yield Finding(
            "store",
            Level.WARNING,
            N_("The tables are not in this version’s form."),
            N_("Back the store up, then: reseau db upgrade. The next start does it too."),
        )


_BACKUP = N_("Stop reseau and put a backup in its place: docs/serving.md says how.")


def _damage(store: Store) -> str:
    """Return the faults in the pages of a SQLite file, empty if there are none; PostgreSQL checks its own."""
    if store.engine.dialect.name != "sqlite":
        return ""
    with store.engine.connect() as connection:
        verdict = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
    return "" if verdict == "ok" else verdict.splitlines()[0]


def _open_to_others(url: URL) -> Iterator[Finding]:
    """A store's file that other accounts may read, as earlier versions made it."""
    file = Path(str(url.database))
    if url.get_backend_name() == "sqlite" and file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
        sentence = N_("Other accounts on this machine can read the store {file}, where private conversations are kept.")
        yield Finding("store", Level.WARNING, sentence, N_("Close it: chmod 600 {file}*"), {"file": file})


def _launch(network: Network) -> Iterator[Finding]:
    """The day from which figures count, if there is a store to ask."""
    try:
        if not made(network.settings) or schema.current(network.store.engine) != schema.NEWEST:
            return
        with network.store.read() as tx:
            day = launch_day(tx)
    except SQLAlchemyError:
        return  # the check of the store reports it
    except LaunchDayError as error:
        yield Finding("launch", Level.WARNING, error.message, "", error.values)
        return
    if day is None:
        sentence = N_("No launch day is set: figures count from the first person who comes in.")
        how = N_("To set one: reseau launch day {day}")
        today = datetime.now(network.settings.zone).date()
        yield Finding("launch", Level.WELL, sentence, how, {"day": today.isoformat()})
        return
    yield Finding("launch", Level.WELL, N_("Figures count from the launch day, {day}."), "", {"day": day.isoformat()})


def _silent(url: URL, error: SQLAlchemyError, values: Mapping[str, object]) -> Finding:
    """The finding for a store that does not answer."""
    if "@" in (url.host or ""):  # a piece of the password, which the reason would show
        sentence, how = N_("RESEAU_STORE is badly written."), N_("An @ in its password must be written %40, a / %2F.")
        return Finding("store", Level.FATAL, sentence, how)
    outage = explained(error)
    if outage.code != "E_STORE_AWAY":
        return Finding("store", Level.FATAL, outage.message, "", outage.values)
    return Finding(
        "store",
        Level.FATAL,
        N_("The store, {kind} in {place}, does not answer: {reason}"),
        N_("Check RESEAU_STORE, and that the database is started and lets this machine in."),
        {**values, **outage.values},
    )


def made(settings: Settings) -> bool:
    """Whether there is a store to ask; a file of SQLite is made by the first start, and not by looking for it."""
    try:
        url = make_url(settings.store_url)
    except ArgumentError:
        return True  # opening it reports what is wrong
    return url.get_backend_name() != "sqlite" or Path(str(url.database)).exists()


def _place(url: URL) -> str:
    """Describe the location of a store; never its whole address, which may hold a password."""
    return (
        str(url.database) if url.get_backend_name() == "sqlite" else f"{url.host or 'localhost'}/{url.database or ''}"
    )


def _sqlite(network: Network) -> Iterator[Finding]:
    if not network.settings.store_url.startswith("sqlite"):
        return
    version, oldest = sqlite3.sqlite_version, ".".join(map(str, OLDEST_SQLITE))
    values = {"version": version, "oldest": oldest}
    with sqlite3.connect(":memory:") as memory:
        options = {name for (name,) in memory.execute("PRAGMA compile_options")}
    memory.close()
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        yield Finding(
            "sqlite",
            Level.FATAL,
            N_("This Python carries SQLite {version}; at least {oldest} is needed."),
            _OTHER_PYTHON,
            values,
        )
    elif "ENABLE_FTS5" not in options:
        yield Finding(
            "sqlite", Level.FATAL, N_("SQLite {version} cannot search here: it lacks FTS5."), _OTHER_PYTHON, values
        )
    else:
        yield Finding("sqlite", Level.WELL, N_("SQLite {version} has what is needed."), "", values)


_OTHER_PYTHON = N_("Use a newer Python, or PostgreSQL: RESEAU_STORE.")


def _clock(network: Network) -> Iterator[Finding]:
    now, zone = datetime.now(UTC), network.settings.timezone
    values = {"now": f"{now.astimezone(network.settings.zone):%Y-%m-%d %H:%M}", "zone": zone}
    last = _last_act(network.store)
    if now.year < _FIRST_YEAR or (last is not None and last - now > _DRIFT):
        yield Finding(
            "clock",
            Level.FATAL,
            N_("It is {now} by this machine’s clock ({zone}), which is earlier than what has happened here already."),
            N_("Set the clock, with NTP: Slack and Microsoft refuse a machine whose clock is some minutes off."),
            values,
        )
        return
    yield Finding("clock", Level.WELL, N_("It is {now} ({zone}). If it is not, set the clock."), "", values)


def _last_act(store: Store) -> datetime | None:
    """When the last thing happened here, as far as the store shows; imported rows may have any date."""
    lived = select(func.max(activity.c.at)).where(activity.c.origin == "native")
    try:
        with store.read() as tx:
            return tx.execute(lived).scalar()
    except SQLAlchemyError:
        return None


def _public_url(network: Network) -> Iterator[Finding]:
    settings = network.settings
    needs_one = _is_called(settings)
    if not settings.public_url:
        return  # a platform that needs an address reports it, and says where to enter it
    address = urlsplit(settings.public_url)
    values = {"url": f"{address.scheme}://{address.hostname or ''}" if address.scheme and address.hostname else "…"}
    if address.scheme == "https" and address.hostname and not _inside(address.hostname):
        yield Finding("public url", Level.WELL, N_("People and platforms reach this server at {url}."), "", values)
        return
    yield Finding(
        "public url",
        Level.FATAL if needs_one else Level.WARNING,
        N_(
            "RESEAU_PUBLIC_URL, {url}, cannot be reached from outside: it must begin with https:// and be a "
            "public name."
        ),
        N_("Put a proxy with a certificate in front, and give its address. docs/serving.md shows one."),
        values,
    )


def _is_called(settings: Settings) -> bool:
    """Whether a platform must be able to reach us from outside."""
    by_slack = settings.slack_signing_secret is not None and settings.slack_app_token is None
    return by_slack or (settings.teams_app_id is not None and not settings.teams_dev_unauthenticated)


def _inside(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal"))


def _port(network: Network) -> Iterator[Finding]:
    settings = network.settings
    values = {"host": settings.http_host, "port": settings.http_port}
    family = socket.AF_INET6 if ":" in settings.http_host else socket.AF_INET
    try:
        socket.create_server((settings.http_host, settings.http_port), family=family).close()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            sentence = N_("The server cannot listen at {host}: {reason}.")
            yield Finding("port", Level.FATAL, sentence, _OWN_ADDRESS, values | {"reason": error.strerror or error})
        elif _is_ours(settings):
            yield Finding("port", Level.WELL, N_("reseau is already serving at {host}, port {port}."), "", values)
        else:
            sentence = N_("Port {port} of {host} is taken by another program.")
            yield Finding("port", Level.FATAL, sentence, _OTHER_PORT, values)
        return
    yield Finding("port", Level.WELL, N_("Port {port} of {host} is free."), "", values)


_OTHER_PORT = N_("Choose another one: http_port in reseau.toml, or RESEAU_HTTP_PORT.")
_OWN_ADDRESS = N_("RESEAU_HTTP_HOST must be an address of this machine: 127.0.0.1, or 0.0.0.0 for all of them.")


def _is_ours(settings: Settings) -> bool:
    """Whether the program that holds the port answers as we do."""
    host = "127.0.0.1" if settings.http_host in ("0.0.0.0", "::") else settings.http_host  # noqa: S104  (compared, not bound)
    asking = http.client.HTTPConnection(host, settings.http_port, timeout=3)
    try:
        asking.request("GET", "/healthz")
        answer = asking.getresponse()
        return answer.status == 200 and answer.read(16) == b"ok\n"
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asking.close()


def _page(network: Network) -> Iterator[Finding]:
    settings = network.settings
    if settings.access_token is not None:
        yield Finding("page", Level.WELL, N_("The page asks for its access token."))
    elif settings.beyond_loopback:
        yield Finding(
            "page",
            Level.FATAL,
            N_("The server listens beyond this machine ({host}) and the page has no access token: it will not start."),
            N_("Set RESEAU_ACCESS_TOKEN to 16 characters or more, or RESEAU_HTTP_HOST to 127.0.0.1."),
            {"host": settings.http_host},
        )
    elif settings.public_url:
        yield Finding(
            "page",
            Level.WARNING,
            N_("The page has no access token: if your proxy shows it, everybody can open it."),
            N_("Set RESEAU_ACCESS_TOKEN to 16 characters or more."),
        )
    else:
        yield Finding("page", Level.WELL, N_("The page opens on this machine alone."))
