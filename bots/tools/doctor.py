"""``reseau doctor``: the missing steps of an installation, in words, and where to click."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from reseau.errors import ReseauError
from reseau.i18n import N_, Words
from reseau.markup.visible import visible
from reseau.settings import Settings

if TYPE_CHECKING:
    from bots.platform import Platform
    from reseau.examination import Finding
    from reseau.network import Network
    from reseau.store import Store

_SECONDS = 20.0  # for a platform to answer
_MARKS = {"well": ("✓", "green"), "warning": ("!", "yellow"), "fatal": ("✗", "red")}
_VERDICTS = {
    "well": N_("All is well."),
    "warning": N_("It works, and the lines marked “!” deserve a look."),
    "fatal": N_("It cannot work like this: begin with the first line marked “✗”."),
}
_EXIT = {"well": 0, "warning": 1, "fatal": 2}


def doctor(
    context: typer.Context,
    platform: Annotated[str, typer.Argument(help="slack or teams: also what one that is not set up yet needs.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Say what is missing, and where to click. Exit code 0: all is well; 1: warnings; 2: it cannot work like this."""
    from bots.platform import all_platforms
    from reseau import logs
    from reseau.examination import worst

    settings: Settings = context.obj
    logs.set_up(_hushed(settings))
    findings = examined(settings, chosen(all_platforms(), platform), chosen_name=platform)
    t = Words(settings.language, settings.zone)
    verdict = worst(findings)
    if as_json:
        typer.echo(json.dumps({"verdict": verdict.value, "findings": [finding.as_json(t) for finding in findings]}))
    else:
        _tell(findings, verdict.value, t)
    raise typer.Exit(_EXIT[verdict.value])


def _hushed(settings: Settings) -> Settings:
    """Silence the log unless it is at debug level: the list already names every fault."""
    return settings if settings.log_level == "debug" else settings.model_copy(update={"log_level": "error"})


def chosen(platforms: Sequence[Platform], name: str) -> Sequence[Platform]:
    """The platforms to examine: all of them, or the one that was named.

    Raises:
        reseau.errors.ReseauError: no platform has this name.
    """
    named = [platform for platform in platforms if name in ("", platform.name)]
    if name and not named:
        raise ReseauError(
            "E_PLATFORM",
            N_("There is no platform “{name}”; there is: {known}."),
            name=name,
            known=", ".join(platform.name for platform in platforms),
        )
    return named


def examined(settings: Settings, platforms: Sequence[Platform], chosen_name: str = "") -> list[Finding]:
    """All findings, the general ones first; the checks make or upgrade nothing.

    Args:
        settings: of the installation.
        platforms: those to examine.
        asked: the platform that was asked about, which is examined even if none of its settings are there.

    Raises:
        reseau.store.StoreUrlError: the store's address is malformed.
    """
    from bots.tools.checkup import examine
    from reseau.examination import by_rooms
    from reseau.network import Network
    from reseau.store import schema

    # An empty store replaces one that is missing or does not answer: platforms may read it.
    with _empty() as empty, closing(_existing(settings) or empty) as store:
        general = [*examine(Network(settings, store)), *by_rooms(Network(settings, store))]
        usable = store if _revision(store) == schema.NEWEST else empty
        return [*general, *asyncio.run(_platforms(Network(settings, usable), platforms, chosen_name))]


@contextmanager
def _empty() -> Iterator[Store]:
    from reseau.store import open_store

    with tempfile.TemporaryDirectory() as folder, closing(open_store(f"sqlite:///{folder}/empty.db")) as store:
        yield store


def _existing(settings: Settings) -> Store | None:
    from bots.tools.checkup import made
    from reseau.store import Store
    from reseau.store.engine import make_engine

    if not made(settings):
        return None
    address = hurried(settings.store_url)
    return Store(make_engine(address), address)


def hurried(address: str) -> str:
    """A store's address, with an end to waiting for a server that is not there."""
    from sqlalchemy.engine import make_url

    if not address.startswith("postgresql") or "connect_timeout" in make_url(address).query:
        return address
    return make_url(address).update_query_dict({"connect_timeout": "5"}).render_as_string(hide_password=False)


def _revision(store: Store) -> str | None:
    from sqlalchemy.exc import SQLAlchemyError

    from reseau.store import schema

    try:
        return schema.current(store.engine)
    except SQLAlchemyError:
        return None


async def _platforms(network: Network, platforms: Sequence[Platform], chosen_name: str) -> list[Finding]:
    findings: list[Finding] = []
    for platform in platforms:
        findings.extend(await _platform(network, platform, chosen_name))
    return findings


async def _platform(network: Network, platform: Platform, chosen_name: str) -> list[Finding]:
    from reseau.examination import Finding, Level

    values = {"platform": platform.title, "name": platform.name}
    try:
        is_needed = platform.name == chosen_name or begun(network.settings, platform.name)
        if not is_needed and not platform.configured(network.settings):
            how = N_("To set it up: docs/setup-{name}.md, then reseau doctor {name}")
            return [
                Finding(
                    platform.name, Level.WELL, N_("{platform} is not set up, and does not have to be."), how, values
                )
            ]
        async with asyncio.timeout(_SECONDS):
            missing = await platform.missing(network)
    except ReseauError as error:
        return [Finding(platform.name, Level.FATAL, error.message, "", error.values)]
    except Exception as error:  # noqa: BLE001  (a platform that cannot be examined must not hide the others)
        # Only the kind of the error: its words may hold an address with a secret.
        sentence = N_("{platform} could not be examined ({reason}).")
        how = N_("Can this machine reach the Internet? The rest of this list does not depend on it.")
        return [Finding(platform.name, Level.WARNING, sentence, how, values | {"reason": type(error).__name__})]
    if not missing:
        return [Finding(platform.name, Level.WELL, N_("{platform} has what it needs."), "", values)]
    return [
        Finding(platform.name, Level.FATAL if lack.fatal else Level.WARNING, lack.what, lack.how, lack.values)
        for lack in missing
    ]


def begun(settings: Settings, name: str) -> bool:
    """Whether any setting of a platform is set: one alone is worth reporting."""
    fields = type(settings).model_fields.items()
    return any(getattr(settings, field) != about.default for field, about in fields if field.startswith(f"{name}_"))


def _tell(findings: Sequence[Finding], verdict: str, t: Words) -> None:
    for finding in findings:
        mark, colour = _MARKS[finding.level.value]
        typer.echo(f"{typer.style(mark, fg=colour)} {visible(finding.sentence(t))}")
        if advice := finding.advice(t):
            typer.echo(f"  → {advice}")
    typer.echo(t(_VERDICTS[verdict]))
