"""The command ``reseau kit``, by which a launch team publishes first contents before it opens the network."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reseau.errors import ReseauError
from reseau.i18n import LANGUAGES, N_, Words, known_language

if TYPE_CHECKING:
    from migration.kits.applying import Outcome
    from migration.kits.kit import Kit
    from reseau.network import Network
    from reseau.settings import Settings

kit = typer.Typer(help="Starter kits: communities and first contents, ready to publish.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
Language = Annotated[str, typer.Option("--language", "-l", help="fr or en; without it, the network's.")]


class UnknownLanguageError(ReseauError):
    """The command line names a language in which there are no kits."""


class MemberNameError(ReseauError):
    """A name on the command line matches nobody, or several people."""


@kit.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the kits."""
    from migration.kits.installed import kits

    language = context.obj.language
    lines = {name: kit.title[language] for name, kit in kits().items()}
    if as_json:
        typer.echo(json.dumps(lines, ensure_ascii=False))
        return
    for name, title in lines.items():
        typer.echo(f"{name}  {title}")


@kit.command()
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The kit's name, as `reseau kit list` says it.")],
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """Show what a kit would publish, and what it asks for."""
    from migration.kits.installed import kits

    chosen = _chosen(language, context.obj.language)
    kit = kits()[name]
    if as_json:
        typer.echo(json.dumps(_described(kit, chosen), ensure_ascii=False))
        return
    t = Words(context.obj.language)
    typer.echo(f"{kit.title[chosen]}\n{kit.purpose[chosen]}\n")
    typer.echo(t("To be filled in:"))
    for placeholder in kit.placeholders:
        typer.echo(f'  --set {placeholder.name}="{placeholder.example}"  ({placeholder.meaning[chosen]})')
    for space in kit.spaces:
        typer.echo(f"\n{space.name[chosen]}  [{space.key}]\n  {space.purpose[chosen]}")
        typer.echo("  " + t("Animateur to find: {whom}", whom=space.animateur[chosen]))
        for item in kit.items:
            if item.space == space.key:
                typer.echo(f"  - {kit.texts[chosen, item.file].title}")


def _described(kit: Kit, language: str) -> dict[str, object]:
    return {
        "name": kit.name,
        "title": kit.title[language],
        "placeholders": {placeholder.name: placeholder.meaning[language] for placeholder in kit.placeholders},
        "communities": [
            {"key": space.key, "name": space.name[language], "kind": space.kind, "animateur": space.animateur[language]}
            for space in kit.spaces
        ],
        "contents": [
            {"in": item.space, "kind": item.kind.name, "title": kit.texts[language, item.file].title}
            for item in kit.items
        ],
    }


@kit.command()
def apply(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The kit's name, as `reseau kit list` says it.")],
    pairs: Annotated[list[str] | None, typer.Option("--set", help="name=value, once for each placeholder.")] = None,
    values: Annotated[Path | None, typer.Option("--values", help="A YAML file of name: value lines.")] = None,
    language: Language = "",
    member: Annotated[str, typer.Option("--as", help="Who signs; without it, the network's own account.")] = "",
    animateurs: Annotated[
        list[str] | None, typer.Option("--animateur", help="community=member, who takes the role there.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Open a kit's communities and publish its contents; a second run adds nothing twice."""
    from migration.kits.applying import Order, apply as publish
    from migration.kits.installed import kits
    from migration.kits.values import check, read_values
    from reseau.network import open_network

    settings: Settings = context.obj
    chosen = _chosen(language, settings.language)
    kit, filled = kits()[name], read_values(pairs or (), values)
    check(kit, filled, settings.language)  # before a store is created
    network = open_network(settings)
    order = Order(
        kit=kit,
        language=chosen,
        values=filled,
        author_id=_member(network, member) if member else None,
        animateurs={key: _member(network, who) for key, who in read_values(animateurs or ()).items()},
        reader=settings.language,
        dry=dry_run,
    )
    outcome = publish(network, order)
    if as_json:
        typer.echo(json.dumps({**asdict(outcome), "dry_run": dry_run}, ensure_ascii=False))
        return
    for line in _summary(Words(settings.language), outcome, dry_run):
        typer.echo(line)


def _chosen(wish: str, default: str) -> str:
    """Return the language of the command line, else the network's.

    Raises:
        UnknownLanguageError: there is no such language.
    """
    chosen = known_language(wish, "") if wish.strip() else default
    if not chosen:
        raise UnknownLanguageError(
            "E_LANGUAGE",
            N_("There is no language “{value}” here; there are: {known}."),
            value=wish,
            known=", ".join(LANGUAGES),
        )
    return chosen


def _member(network: Network, text: str) -> int:
    from reseau.people import members

    with network.store.read() as tx:
        matches = members.find(tx, text)
    if not matches:
        raise MemberNameError(
            "E_MEMBER_NAME", N_("“{text}” names nobody; give an e-mail address or a @handle."), text=text
        )
    if len(matches) > 1:
        raise MemberNameError(
            "E_MEMBER_NAME", N_("“{text}” names several people; give an e-mail address or a @handle."), text=text
        )
    return matches[0].id


def _summary(t: Words, outcome: Outcome, dry_run: bool) -> list[str]:
    lines = [t("A trial run: nothing was written.")] if dry_run else []
    lines += [
        t.plural("{count} community opened.", "{count} communities opened.", outcome.communities),
        t.plural("{count} content published.", "{count} contents published.", outcome.published),
    ]
    if outcome.updated:
        lines.append(t.plural("{count} content updated.", "{count} contents updated.", outcome.updated))
    if outcome.unchanged:
        lines.append(t.plural("{count} content as it was.", "{count} contents as they were.", outcome.unchanged))
    if outcome.kept:
        lines.append(t("Kept as members left them: {titles}.", titles=", ".join(outcome.kept)))
    if outcome.vacant:
        names = ", ".join(outcome.vacant)
        lines.append(t("Animateurs still to be found for: {names}. Name one with --animateur.", names=names))
    return lines
