"""Applicants are admitted by administrators and by nobody else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bots.card import words
from reseau import access
from reseau.keys import AccountKey
from reseau.kinds import MemberKind, MemberStatus
from reseau.people import accounts, applicants, identities, members
from reseau.people.accounts import Account, Standing
from reseau.people.applicants import KEPT
from reseau.people.identities import NewIdentity
from reseau.people.members import MemberChange
from reseau.store import Store
from tests import looped
from tests.bots.company import CONSOLE, Company, spaced
from tests.bots.memory import TENANT, MemoryCourier, Room, room

GUEST = Account("slack", TENANT, "U7", Standing.GUEST, "Max Invité")


def run(here: Company, story: Callable[[Room], Awaitable[None]], *accounts: Account) -> None:
    async def telling() -> None:
        async with room(here.network, MemoryCourier(accounts={bot.native_id: bot for bot in accounts})) as bot:
            await story(bot)

    looped.run(telling())


def number(here: Company, native_id: str) -> int:
    with here.network.store.read() as tx:
        return next(applicant.id for applicant in applicants.listed(tx, 100) if applicant.native_id == native_id)


def member_of(here: Company, native_id: str) -> int | None:
    with here.network.store.read() as tx:
        return identities.member_of(tx, AccountKey("slack", TENANT, native_id))


def test_a_guest_comes_is_listed_and_let_into_one_community(anywhere: Company) -> None:
    async def story(bot: Room) -> None:
        assert (await bot.ask("fil", "U7")).card.error == "E_NOT_ADMITTED"
        assert (await bot.ask("aide", "U7")).card.error == "E_NOT_ADMITTED"
        listed = anywhere.ask("admettre")
        assert spaced(listed.title) == "2 personnes sont venues et ne sont pas entrées."
        assert "Max Invité" in words(listed)
        assert listed.buttons == ()
        typed = f"admettre {number(anywhere, 'U7')}"
        assert anywhere.ask(typed).error == "E_PLACE_MISSING"
        assert anywhere.ask(f"{typed} dans Nulle-Part").error == "E_NO_COMMUNITY"
        assert member_of(anywhere, "U7") is None
        assert anywhere.ask(f"{typed} dans Veille").title == "Max Invité peut entrer."
        assert anywhere.ask(f"{typed} dans Veille").error == "E_NO_APPLICANT"
        assert (await bot.ask("communautés", "U7")).card.error == ""

    run(anywhere, story, GUEST)
    guest = member_of(anywhere, "U7")
    assert guest is not None
    with anywhere.network.store.read() as tx:
        assert members.get(tx, guest).kind is MemberKind.PARTNER
        viewer = access.viewer(tx, guest)
        allowed = {name for name, id_ in anywhere.places.items() if access.may_read_community(tx, viewer, id_)}
    assert allowed == {"veille"}


def test_a_further_account_speaks_for_its_member_and_changes_nothing_about_it(anywhere: Company) -> None:
    with anywhere.network.store.write() as tx:
        identities.add(tx, [NewIdentity(anywhere.people["ana"], "slack", TENANT, "UANA", "email")], CONSOLE)

    async def story(bot: Room) -> None:
        await bot.ask("fil", "U7")
        assert anywhere.ask(f"admettre {number(anywhere, 'U7')} @ana").title == "Ana Roux peut entrer."
        assert "Ana Roux" in words((await bot.ask("profil", "U7")).card)

    run(anywhere, story, GUEST)
    with anywhere.network.store.write() as tx:
        for standing in (Standing.GUEST, Standing.GONE):
            accounts.meet(tx, Account("slack", TENANT, "U7", standing), "open")
        ana = members.get(tx, anywhere.people["ana"])
        assert (ana.kind, ana.status) == (MemberKind.EMPLOYEE, MemberStatus.ACTIVE)
        accounts.meet(tx, Account("slack", TENANT, "UANA", Standing.GUEST), "open")
        assert members.get(tx, ana.id).kind is MemberKind.PARTNER


def test_a_colleague_whom_the_directory_does_not_know_is_let_in_whole(anywhere: Company) -> None:
    with anywhere.network.store.write() as tx:
        applicants.note(tx, Account("slack", TENANT, "U8", Standing.HOME, "Zoé", "zoe@example.org", language="en"))
    listed = anywhere.ask("admettre")
    assert [button.label for button in listed.buttons] == ["Laisser entrer Zoé"]
    assert anywhere.press(listed, "Laisser entrer Zoé", "franck").done
    zoe = member_of(anywhere, "U8")
    assert zoe is not None
    with anywhere.network.store.read() as tx:
        person = members.get(tx, zoe)
    assert (person.kind, person.email, person.language) == (MemberKind.EMPLOYEE, "zoe@example.org", "en")


@pytest.mark.parametrize("named", ["", " @lea"])
def test_whoever_left_is_not_let_in_again_by_another_account(named: str, anywhere: Company) -> None:
    with anywhere.network.store.write() as tx:
        applicants.note(tx, Account("slack", TENANT, "U8", Standing.HOME, "Léa", "lea@example.org"))
        members.change(tx, [MemberChange(anywhere.people["lea"], {"status": "left"})], CONSOLE)
    card = anywhere.ask(f"admettre {number(anywhere, 'U8')}{named}", "franck")

    assert card.error in ("E_LEFT", "E_NO_MEMBER")
    assert member_of(anywhere, "U8") is None


@pytest.mark.parametrize("line", ["admettre", "admettre 1 dans Veille", "admettre 1 @lea"])
def test_nobody_else_sees_who_came_or_lets_in(line: str, anywhere: Company) -> None:
    before = anywhere.rows("applicant", "identity", "member")
    for who in ("lea", "guy"):
        card = anywhere.ask(line, who)
        assert card.error == "E_PERMISSION"
        assert "Ève" not in words(card)
    assert anywhere.rows("applicant", "identity", "member") == before


def test_an_administrator_lets_nobody_into_what_he_may_not_read_himself(anywhere: Company) -> None:
    with anywhere.network.store.write() as tx:
        members.change(tx, [MemberChange(anywhere.people["lea"], {"administrator": True})], CONSOLE)
        closed = [
            name
            for name, id_ in anywhere.places.items()
            if not access.may_read_community(tx, access.viewer(tx, anywhere.people["lea"]), id_)
        ]
    assert closed
    for place in closed:
        assert anywhere.ask(f"admettre 1 dans #{place}", "lea").error in ("E_NOT_MEMBER", "E_NO_COMMUNITY")
    assert member_of(anywhere, "UEVE") is None


@pytest.mark.parametrize("sentence", ["x", "0", "99999999999999999999", "²", "1.5", "-1"])
def test_a_number_that_nobody_has_is_said(sentence: str, anywhere: Company) -> None:
    assert anywhere.ask(f"admettre {sentence}").error == "E_NO_APPLICANT"


def test_applicants_are_kept_once_and_a_month(store: Store) -> None:
    moment = store.clock()
    with store.write() as tx:
        for standing in (Standing.GUEST, Standing.OUTSIDE, Standing.BOT, Standing.GONE):
            applicants.note(tx, Account("slack", "T1", f"U{standing}", standing, "X"))
            applicants.note(tx, Account("slack", "T1", f"U{standing}", standing, "Y"))
        assert {(applicant.native_id, applicant.name) for applicant in applicants.listed(tx, 9)} == {
            ("Uguest", "Y"),
            ("Uoutside", "Y"),
        }
    store.clock = lambda: moment + KEPT + timedelta(seconds=5)
    with store.write() as tx:
        applicants.note(tx, Account("slack", "T1", "U9", Standing.GUEST, ""))
        assert [(applicant.native_id, applicant.name) for applicant in applicants.listed(tx, 9)] == [("U9", "U9")]
