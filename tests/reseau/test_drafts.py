"""Drafts that wait for their author, a person's contacts, and the newest code of a thread."""

from __future__ import annotations

from datetime import timedelta

from reseau.access import viewer
from reseau.acting import Acting
from reseau.contents import drafts, publishing, threads
from reseau.contents.kinds.answer import ANSWER
from reseau.contents.kinds.question import QUESTION
from reseau.contents.publishing import NewContent
from reseau.keys import AccountKey
from reseau.people import contacts, members
from reseau.people.contacts import Contact
from reseau.people.members import NewMember
from reseau.store import Store

HERE = Acting("console")


def test_the_newest_draft_waits_unless_a_token_names_another(store: Store) -> None:
    later = store.clock() + timedelta(minutes=1)
    with store.write() as tx:
        ana, karim = members.add(tx, [NewMember("Ana"), NewMember("Karim")], HERE)
        first = drafts.keep(tx, ana, "ask", "Question 0")
    store.clock = lambda: later
    with store.write() as tx:
        second = drafts.keep(tx, ana, "ask", "Question 1")
        newest, named = drafts.waiting(tx, ana), drafts.waiting(tx, ana, first)
        assert newest is not None
        assert (newest.token, newest.line) == (second, "Question 1")
        assert named is not None
        assert named.line == "Question 0"
        assert drafts.waiting(tx, karim) is None


def test_each_token_takes_up_its_own_draft(store: Store) -> None:
    with store.write() as tx:
        (ana,) = members.add(tx, [NewMember("Ana")], HERE)
        tokens = [drafts.keep(tx, ana, "ask", f"Question {number}") for number in range(3)]
        lines = [draft.line for token in reversed(tokens) if (draft := drafts.take(tx, ana, token)) is not None]

    assert lines == ["Question 2", "Question 1", "Question 0"]


def test_the_newest_code_may_be_that_of_an_answered_thread(store: Store) -> None:
    with store.write() as tx:
        ana, karim = members.add(tx, [NewMember("Ana"), NewMember("Karim")], HERE)
        questions = [NewContent(QUESTION, ana, "Quel casque ?"), NewContent(QUESTION, ana, "Quel vélo ?")]
        answered, open_ = publishing.publish(tx, questions, HERE)
        publishing.publish(tx, [NewContent(ANSWER, karim, "Le bleu.", root_id=answered.id)], HERE)
        reader = viewer(tx, karim)

        assert threads.newest_code(tx, reader, [QUESTION]) == open_.code
        assert threads.newest_code(tx, reader, [QUESTION], answered=True) == answered.code
        assert threads.newest_code(tx, reader, [QUESTION], author_id=karim) == ""


def test_a_contact_needs_no_address_of_its_service(store: Store) -> None:
    with store.write() as tx:
        contacts.note(tx, Contact("slack", "T1", "U1", "D1"))

        noted = contacts.get(tx, AccountKey("slack", "T1", "U1"))
    assert noted is not None
    assert (noted.conversation, noted.service) == ("D1", "")
