"""``reseau admin``: names the administrators. It needs access to this installation's store."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from reseau.errors import ReseauError
from reseau.i18n import N_, Words
from reseau.markup.visible import one_line
from reseau.settings import Settings

if TYPE_CHECKING:
    from reseau.people.members import Member
    from reseau.store.transaction import Transaction

admin = typer.Typer(
    help="The administrators of the network: they link channels and let people in.", no_args_is_help=True
)

Who = Annotated[str, typer.Argument(help="E-mail, handle or name of somebody who has spoken to the network once.")]
_MOST = 1000


class AdministratorError(ReseauError):
    """The name matches nobody, several people, or a person who cannot be administrator."""


@admin.command()
def add(context: typer.Context, who: Who) -> None:
    """Make someone an administrator."""
    member = name_administrator(context.obj, who, True)
    t = _words(context.obj)
    typer.echo(t("{name} is an administrator of the network.", name=one_line(member.name)))


@admin.command()
def remove(context: typer.Context, who: Who) -> None:
    """Make an administrator an ordinary member again."""
    member = name_administrator(context.obj, who, False)
    t = _words(context.obj)
    typer.echo(t("{name} is an ordinary member of the network.", name=one_line(member.name)))


@admin.command("list")
def list_(context: typer.Context) -> None:
    """List the administrators."""
    from reseau.network import open_network
    from reseau.people import members

    t = _words(context.obj)
    with closing(open_network(context.obj).store) as store, store.read() as tx:
        names = members.administrators(tx, _MOST)
    typer.echo("\n".join(map(one_line, names)) or t("Nobody yet. To name an administrator: reseau admin add E-MAIL"))


def name_administrator(settings: Settings, who: str, administrator: bool) -> Member:
    """Make a person an administrator, or take that away; returns the person.

    Raises:
        AdministratorError: nobody matches, several people do, or the person is not of the company.
        reseau.errors.ReseauError: the store cannot be opened.
    """
    from reseau.acting import Acting
    from reseau.kinds import MemberKind
    from reseau.network import open_network
    from reseau.people import members
    from reseau.people.members import MemberChange

    with closing(open_network(settings).store) as store, store.write() as tx:
        member = _one(tx, who)
        if administrator and member.kind is not MemberKind.EMPLOYEE:
            raise AdministratorError(
                "E_ADMINISTRATOR", N_("{name} is a guest here, and cannot run the network."), name=member.name
            )
        members.change(tx, [MemberChange(member.id, {"administrator": administrator})], Acting("console"))
    return member


def _one(tx: Transaction, who: str) -> Member:
    from reseau.people import members

    matching = members.find(tx, who)
    if len(matching) == 1:
        return matching[0]
    if not matching:
        raise AdministratorError(
            "E_NO_MEMBER",
            N_("Nobody here is “{text}”. People become members when they speak to the network for the first time."),
            text=who,
        )
    handles = ", ".join(f"@{member.handle}" for member in matching)
    raise AdministratorError(
        "E_SEVERAL_MEMBERS", N_("Several people fit “{text}”: {handles}."), text=who, handles=handles
    )


def _words(settings: Settings) -> Words:
    return Words(settings.language, settings.zone)
