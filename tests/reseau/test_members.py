"""Members: adding, finding, profiles, first contact."""

from __future__ import annotations

import contextlib
from datetime import date
from importlib import import_module

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from hypothesis import HealthCheck, example, given, settings, strategies as st
from sqlalchemy import select

from reseau.acting import Acting
from reseau.communities import reading
from reseau.errors import ReseauError
from reseau.kinds import MemberStatus
from reseau.people import identities, members
from reseau.people.identities import NewIdentity
from reseau.people.members import MemberChange, NewMember, ProfileItems
from reseau.store import Store
from reseau.store.tables import activity

HERE = Acting("console")


def test_handles_are_made_from_names_and_never_twice(store: Store) -> None:
    with store.write() as tx:
        ids = members.add(
            tx, [NewMember("Éloïse Brûlé"), NewMember("Eloise Brule"), NewMember("李"), NewMember("")], HERE
        )
        ids += members.add(tx, [NewMember("Éloïse BRÛLÉ")], HERE)
        handles = [members.get(tx, id_).handle for id_ in ids]

    assert handles == ["eloise.brule", "eloise.brule.2", "membre", "membre.2", "eloise.brule.3"]


def test_an_administrator_of_the_console_who_was_made_an_employee_is_none_any_more(store: Store) -> None:
    with store.write() as tx:
        local, named = members.add(tx, [NewMember("Administrateur", administrator=True), NewMember("Ana")], HERE)
        identities_ = (
            NewIdentity(local, "console", "", "local", "administrator"),
            NewIdentity(named, "slack", "T", "U1", "email"),
        )
        identities.add(tx, identities_, HERE)
        members.activate(tx, [local, named], HERE)
        with Operations.context(MigrationContext.configure(tx.connection)):
            import_module("reseau.store.migrations.versions.0008_operator").upgrade()

        mended, untouched = members.get(tx, local), members.get(tx, named)
        counted = reading.audience(tx, None)
    assert (mended.status, mended.activated_at, mended.administrator) == (MemberStatus.OPERATOR, None, True)
    assert untouched.status is MemberStatus.ACTIVE
    assert untouched.activated_at is not None
    assert counted == 1


class _UndoneError(Exception):
    """Rolls a transaction back."""


_wishes = st.lists(
    st.sampled_from(["Ana", "Ana 2", "Ana 3", "Ana 10", "Ana 11", "Ana 2 2", "Bob"]) | st.just("Ana"), max_size=30
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_wishes, max_size=4))
@example([["Ana", "Ana 10"], [*(f"Ana {number}" for number in range(2, 10)), "Ana"]])
def test_whoever_is_called_alike_gets_a_handle_and_the_first_the_plain_one(
    store: Store, arriving: list[list[str]]
) -> None:
    handles: list[str] = []
    with contextlib.suppress(_UndoneError), store.write() as tx:
        for wishes in arriving:
            ids = members.add(tx, [NewMember("x", handle=wish) for wish in wishes], HERE)
            handles += [members.get(tx, id_).handle for id_ in ids]
        raise _UndoneError

    assert len(set(handles)) == len(handles)
    plain = {wish.lower().replace(" ", ".") for wishes in arriving for wish in wishes}
    assert plain <= set(handles)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ELOISE@example.org", ["Éloïse Brûlé"]),
        ("@eloise.brule", ["Éloïse Brûlé"]),
        ("eloise brule", ["Éloïse Brûlé"]),
        ("brulé", ["Éloïse Brûlé", "Paul Brûlé"]),
        ("personne", []),
        ("  ", []),
        ("100 %", []),
    ],
)
def test_people_are_found_by_what_others_type(store: Store, typed: str, expected: list[str]) -> None:
    with store.write() as tx:
        members.add(tx, [NewMember("Éloïse Brûlé", email="Eloise@Example.org"), NewMember("Paul Brûlé")], HERE)
        people = members.find(tx, typed)

    assert [person.name for person in people] == expected


def test_a_first_contact_counts_once_and_an_account_made_for_somebody_is_none(store: Store) -> None:
    with store.write() as tx:
        ana, bob = members.add(tx, [NewMember("Ana", status=MemberStatus.INVITED), NewMember("Bob")], HERE)
        assert members.activate(tx, [ana], HERE) == 1
        assert members.activate(tx, [ana], HERE) == 0
        traces = tx.execute(select(activity.c.member_id, activity.c.verb)).all()
        activated = [members.get(tx, id_).activated_at is not None for id_ in (ana, bob)]
        status = members.get(tx, ana).status

    assert [tuple(trace) for trace in traces] == [(ana, "activated")]
    assert activated == [True, False]
    assert status is MemberStatus.ACTIVE


def test_a_list_on_the_sheet_is_made_of_separate_items(store: Store) -> None:
    with store.write() as tx:
        (ana,) = members.add(tx, [NewMember("Ana", hired_on=date(2020, 5, 4))], HERE)
        members.set_profile(tx, [ProfileItems(ana, "expertise", ("soudure ; Robots, robots\n#Qualité",))], HERE)
        first = members.profile(tx, ana)["expertise"]
        members.set_profile(tx, [ProfileItems(ana, "expertise", ("tôlerie",))], HERE)
        second = members.profile(tx, ana)["expertise"]
        hired = members.get(tx, ana).hired_on

    assert first == ["soudure", "Robots", "Qualité"]
    assert second == ["tôlerie"]
    assert hired == date(2020, 5, 4)


@given(st.lists(st.text(max_size=30), max_size=5))
def test_items_are_never_empty_nor_twice(values: list[str]) -> None:
    items = members.split_items(values)

    assert all(item.strip() for item in items.values())
    assert len({key.casefold() for key in items}) == len(items)


def test_a_change_of_name_is_found_under_the_new_one_and_an_unknown_field_is_named(store: Store) -> None:
    with store.write() as tx:
        (ana,) = members.add(tx, [NewMember("Ana")], HERE)
        members.change(tx, [MemberChange(ana, {"name": "Anaïs", "email": "A@B.fr", "department": "Achats"})], HERE)
        assert [person.email for person in members.find(tx, "anais")] == ["a@b.fr"]
        with pytest.raises(ReseauError, match="colour"):
            members.change(tx, [MemberChange(ana, {"colour": "blue"})], HERE)


def test_leavers_are_dated_when_this_is_noticed_and_returning_members_lose_the_date(store: Store) -> None:
    with store.write() as tx:
        seen = tx.now.date()
        ids = members.add(tx, [NewMember("Ana"), NewMember("Bob", left_on=date(2020, 1, 2)), NewMember("Cid")], HERE)
        members.change(tx, [MemberChange(id_, {"status": MemberStatus.LEFT}) for id_ in ids], HERE)
        left = [members.get(tx, id_).left_on for id_ in ids]
        members.change(tx, [MemberChange(ids[2], {"status": MemberStatus.ACTIVE})], HERE)

        assert left == [seen, date(2020, 1, 2), seen]
        assert members.get(tx, ids[2]).left_on is None


def test_whoever_is_not_there_makes_no_first_contact(store: Store) -> None:
    absent = (MemberStatus.LEFT, MemberStatus.BOT, MemberStatus.PLACEHOLDER)
    with store.write() as tx:
        ids = members.add(tx, [NewMember(status.value, status=status) for status in absent], HERE)

        assert members.activate(tx, ids, HERE) == 0
        assert [members.get(tx, id_).status for id_ in ids] == list(absent)
        assert tx.execute(select(activity.c.id).where(activity.c.verb == "activated")).first() is None
