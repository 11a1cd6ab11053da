"""Accounts of platforms and the members that they belong to."""

from __future__ import annotations

from dataclasses import replace

from reseau.acting import Acting
from reseau.keys import AccountKey
from reseau.kinds import MemberStatus
from reseau.people import accounts, identities, members
from reseau.people.accounts import Account, Standing
from reseau.people.identities import ADMINISTRATOR, NewIdentity
from reseau.people.members import NewMember
from reseau.store import Store

HERE = Acting("console")
LEA = Account("slack", "T1", "U1", Standing.HOME, "Léa")


def test_a_member_has_only_the_fields_that_the_account_gives(store: Store) -> None:
    with store.write() as tx:
        member = members.get(tx, accounts.meet(tx, LEA, "open"))

    assert member.name == "Léa"
    assert (member.job, member.email, member.photo_url, member.timezone) == (None, None, None, None)


def test_closing_an_added_account_does_not_end_a_membership_but_closing_the_only_one_does(store: Store) -> None:
    with store.write() as tx:
        lea, ana = members.add(tx, [NewMember("Léa"), NewMember("Ana")], HERE)
        identities.add(
            tx,
            [
                NewIdentity(lea, "slack", "T1", "U1", "home"),
                NewIdentity(lea, "teams", "T2", "U2", ADMINISTRATOR),
                NewIdentity(ana, "teams", "T2", "U3", ADMINISTRATOR),
            ],
            HERE,
        )
        closed = replace(LEA, platform="teams", tenant="T2", standing=Standing.GONE)
        accounts.complete(tx, lea, replace(closed, native_id="U2"))
        accounts.complete(tx, ana, replace(closed, native_id="U3"))
        added = [identities.lent(tx, AccountKey("teams", "T2", native_id)) for native_id in ("U2", "U3")]
        statuses = [members.get(tx, member_id).status for member_id in (lea, ana)]

    assert added == [True, False]
    assert [status is MemberStatus.LEFT for status in statuses] == [False, True]
