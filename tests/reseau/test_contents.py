"""Publishing, editing and deleting contents."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from reseau.access import ClosedError, NotMemberError, viewer
from reseau.acting import Acting
from reseau.communities import belonging, opening
from reseau.communities.belonging import Appointment, Joining
from reseau.communities.opening import NewCommunity
from reseau.contents import changing, publishing, threads
from reseau.contents.changing import Acceptance, Edit, Withdrawal
from reseau.contents.kinds.answer import ANSWER
from reseau.contents.kinds.comment import COMMENT
from reseau.contents.kinds.discussion import DISCUSSION
from reseau.contents.kinds.idea import IDEA
from reseau.contents.kinds.question import QUESTION
from reseau.contents.publishing import ContentError, NewContent
from reseau.finding.lookup import find_contents
from reseau.kinds import CommunityKind, Origin, Privacy
from reseau.people import members
from reseau.people.members import NewMember
from reseau.store import Store
from reseau.store.tables import activity, content, outbox, revision
from reseau.store.transaction import Transaction

HERE = Acting("console")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def people(tx: Transaction, *names: str) -> list[int]:
    return members.add(tx, [NewMember(name) for name in names], HERE)


def space(tx: Transaction, name: str = "Vélo", privacy: Privacy = Privacy.OPEN) -> int:
    return opening.add(tx, [NewCommunity(name, CommunityKind.INTEREST, privacy)], HERE)[0]


def test_codes_count_up_by_kind_and_a_closed_community_has_its_own_series(store: Store) -> None:
    with store.write() as tx:
        (ana,) = people(tx, "Ana")
        open_, closed = space(tx), space(tx, "Direction", Privacy.PRIVATE)
        belonging.join(tx, [Joining(closed, ana)], HERE)
        batch = [
            NewContent(QUESTION, ana, "Où garer son vélo ?", open_),
            NewContent(QUESTION, ana, "Quel budget ?", closed),
            NewContent(QUESTION, ana, "Quel casque ?", open_),
            NewContent(IDEA, ana, "Un atelier", open_),
        ]
        codes = [content.code for content in publishing.publish(tx, batch, HERE)]

    assert [codes[0], codes[2], codes[3]] == ["Q1", "Q2", "I1"]
    assert codes[1] is not None
    assert codes[1].startswith("Q1-")


def test_a_reply_moves_its_thread_up_and_the_first_answer_of_somebody_else_answers(store: Store) -> None:
    with store.write() as tx:
        ana, bob = people(tx, "Ana", "Bob")
        place = space(tx)
        question = publishing.publish(tx, [NewContent(QUESTION, ana, "Qui sait ?", place, created_at=NOON)], HERE)[0]
        replies = [
            NewContent(COMMENT, ana, "Je précise", root_id=question.id, created_at=NOON + timedelta(hours=1)),
            NewContent(ANSWER, bob, "Moi", root_id=question.id, created_at=NOON + timedelta(hours=3)),
            NewContent(ANSWER, bob, "Encore", root_id=question.id, created_at=NOON + timedelta(hours=2)),
        ]
        publishing.publish(tx, replies, HERE)
        thread_read = threads.read(tx, viewer(tx, bob), question.id)

    assert thread_read.root is not None
    assert thread_read.root.replies == 3
    assert thread_read.root.last_at == NOON + timedelta(hours=3)
    assert thread_read.root.answered_at == NOON + timedelta(hours=2)
    assert [reply.text for reply in thread_read.replies] == ["Je précise", "Encore", "Moi"]


def test_what_was_withdrawn_before_it_came_is_neither_counted_nor_found(store: Store) -> None:
    with store.write() as tx:
        ana, bob = people(tx, "Ana", "Bob")
        seeded, place = Acting("import", Origin.SEEDED), space(tx)
        batch = [
            NewContent(DISCUSSION, ana, "Un casque", place, created_at=NOON, deleted_at=NOON),
            NewContent(QUESTION, ana, "Quel casque ?", place, created_at=NOON),
        ]
        question = publishing.publish(tx, batch, seeded)[1]
        late = NOON + timedelta(days=1)
        replies = [NewContent(ANSWER, bob, "Ce casque", root_id=question.id, created_at=late, deleted_at=late)]
        publishing.publish(tx, replies, seeded)
        thread_read = threads.read(tx, viewer(tx, bob), question.id)
        hits = find_contents(tx, viewer(tx, bob), "casque")

    assert thread_read.root is not None
    assert (thread_read.root.replies, thread_read.root.last_at, thread_read.root.answered_at) == (0, NOON, None)
    assert [hit.content.id for hit in hits] == [question.id]


def test_a_reply_of_unclear_language_has_that_of_its_thread(store: Store) -> None:
    with store.write() as tx:
        (ana,) = people(tx, "Ana")
        place = space(tx)
        thread = publishing.publish(tx, [NewContent(QUESTION, ana, "Where is the key to the shed?", place)], HERE)[0]
        reply = publishing.publish(tx, [NewContent(ANSWER, ana, "Garage 3", root_id=thread.id)], HERE)[0]
        languages = (
            tx.execute(select(content.c.language).where(content.c.id.in_([thread.id, reply.id]))).scalars().all()
        )
        alone = publishing.publish(tx, [NewContent(DISCUSSION, ana, "Garage 3", place)], HERE)[0]
        usual = tx.execute(select(content.c.language).where(content.c.id == alone.id)).scalar()

    assert languages == ["en", "en"]
    assert usual == "fr"


def test_an_edit_keeps_the_old_text_and_taking_back_hides_the_content(store: Store) -> None:
    with store.write() as tx:
        ana, bob = people(tx, "Ana", "Bob")
        post = publishing.publish(tx, [NewContent(DISCUSSION, ana, "Bonjour", space(tx))], HERE)[0]
        assert changing.edit(tx, [Edit(post.id, ana, "Bonjour à tous")], HERE) == 1
        assert changing.edit(tx, [Edit(post.id, ana, "Bonjour à tous")], HERE) == 0
        revisions = tx.execute(select(revision.c.text)).scalars().all()
        seen = threads.get(tx, viewer(tx, bob), post.code or "")
        changing.withdraw(tx, [Withdrawal(post.id, ana)], HERE)
        gone = threads.get(tx, viewer(tx, bob), post.code or "")

    assert revisions == ["Bonjour"]
    assert seen is not None
    assert seen.text == "Bonjour à tous"
    assert gone is None


def test_of_several_deleted_contents_the_named_one_comes_back(store: Store) -> None:
    with store.write() as tx:
        (ana,) = people(tx, "Ana")
        texts = ("Bonjour", "Bonsoir", "Adieu")
        posts = publishing.publish(tx, [NewContent(DISCUSSION, ana, text, space(tx, text)) for text in texts], HERE)
        changing.withdraw(tx, [Withdrawal(post.id, ana) for post in posts], HERE)
        assert changing.bring_back(tx, [Withdrawal(posts[1].id, ana)], HERE) == 1
        visible = [threads.get(tx, viewer(tx, ana), post.code or "") for post in posts]

    assert [item and item.text for item in visible] == [None, "Bonsoir", None]


def test_nobody_changes_another_members_text(store: Store) -> None:
    with store.write() as tx:
        ana, bob = people(tx, "Ana", "Bob")
        post = publishing.publish(tx, [NewContent(DISCUSSION, ana, "Bonjour", space(tx))], HERE)[0]
        with pytest.raises(ClosedError):
            changing.edit(tx, [Edit(post.id, bob, "Ha")], HERE)
        with pytest.raises(ClosedError):
            changing.withdraw(tx, [Withdrawal(post.id, bob)], HERE)


def test_writing_needs_rights_and_imports_do_not(store: Store) -> None:
    with store.write() as tx:
        (ana,) = people(tx, "Ana")
        private, secret = space(tx, "Comité", Privacy.PRIVATE), space(tx, "Cellule", Privacy.SECRET)
        with pytest.raises(NotMemberError, match="Comité"):
            publishing.publish(tx, [NewContent(DISCUSSION, ana, "Ici ?", private)], HERE)
        with pytest.raises(ClosedError):
            publishing.publish(tx, [NewContent(DISCUSSION, ana, "Ici ?", secret)], HERE)
        brought = Acting("import", Origin.SEEDED)
        assert publishing.publish(tx, [NewContent(DISCUSSION, ana, "Ici ?", secret)], brought)


def test_an_empty_text_a_reply_without_thread_and_a_thread_that_is_not_there_are_refused(store: Store) -> None:
    with store.write() as tx:
        (ana,) = people(tx, "Ana")
        for wrong in (
            NewContent(DISCUSSION, ana, " \n"),
            NewContent(ANSWER, ana, "Oui"),
            NewContent(DISCUSSION, ana, "x" * 200_001),
        ):
            with pytest.raises(ContentError):
                publishing.publish(tx, [wrong], HERE)
        with pytest.raises(ClosedError):
            publishing.publish(tx, [NewContent(ANSWER, ana, "Oui", root_id=99)], HERE)


def test_only_the_asker_or_an_animateur_accepts_an_answer(store: Store) -> None:
    with store.write() as tx:
        ana, bob, eve = people(tx, "Ana", "Bob", "Eve")
        place = space(tx)
        question = publishing.publish(tx, [NewContent(QUESTION, ana, "Qui ?", place)], HERE)[0]
        answer = publishing.publish(tx, [NewContent(ANSWER, bob, "Moi", root_id=question.id)], HERE)[0]
        with pytest.raises(ContentError, match="animateur"):
            changing.accept(tx, [Acceptance(question.id, answer.id, eve)], HERE)
        belonging.appoint(tx, [Appointment(place, eve)], HERE)
        changing.accept(tx, [Acceptance(question.id, answer.id, eve)], HERE)
        read = threads.get(tx, viewer(tx, ana), question.id)

    assert read is not None
    assert read.accepted_id == answer.id


def test_every_change_leaves_its_trace_and_a_failed_one_leaves_none(store: Store) -> None:
    with store.write() as tx:
        ana, bob = people(tx, "Ana", "Bob")
        place = space(tx)
        question = publishing.publish(tx, [NewContent(QUESTION, ana, "Qui ?", place)], HERE)[0]
        answer = publishing.publish(tx, [NewContent(ANSWER, bob, "Moi", root_id=question.id)], HERE)[0]
        changing.accept(tx, [Acceptance(question.id, answer.id, ana)], HERE)
        traces = [
            tuple(row)
            for row in tx.execute(
                select(activity.c.verb, activity.c.kind, activity.c.target_id).order_by(activity.c.id)
            )
        ]
    with pytest.raises(ContentError), store.write() as tx:
        publishing.publish(tx, [NewContent(IDEA, ana, "Bien", place)], HERE)
        publishing.publish(tx, [NewContent(IDEA, ana, "")], HERE)
    with store.read() as tx:
        after = tx.execute(select(func.count()).select_from(activity)).scalar()

    assert traces == [
        ("opened", "interest", None),
        ("published", "question", None),
        ("replied", "answer", ana),
        ("accepted", "answer", None),
    ]
    assert after == 4


def test_two_batches_of_several_types_at_once_wait_for_each_other_and_both_come_in(store: Store) -> None:
    with store.write() as tx:
        ana, place = people(tx, "Ana")[0], space(tx)

    def other() -> list[str | None]:
        batch = [NewContent(QUESTION, ana, "Qui ?", place), NewContent(IDEA, ana, "Un banc", place)]
        with store.write() as tx:
            return [content.code for content in publishing.publish(tx, batch, HERE)]

    with ThreadPoolExecutor(1) as pool:
        with store.write() as tx:
            publishing.publish(tx, [NewContent(IDEA, ana, "Un vélo", place)], HERE)
            waiting = pool.submit(other)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
            publishing.publish(tx, [NewContent(QUESTION, ana, "Où ?", place)], HERE)

        assert waiting.result(timeout=30) == ["Q2", "I2"]


def test_a_reply_is_queued_for_the_asker_where_the_asker_is_known(store: Store) -> None:
    from reseau.people import identities
    from reseau.people.identities import NewIdentity

    with store.write() as tx:
        ana, bob = people(tx, "Ana", "Bob")
        identities.add(tx, [NewIdentity(ana, "slack", "T1", "U1", "administrator")], HERE)
        question = publishing.publish(tx, [NewContent(QUESTION, ana, "Qui ?", space(tx))], HERE)[0]
        publishing.publish(tx, [NewContent(ANSWER, bob, "Moi", root_id=question.id)], HERE)
        publishing.publish(tx, [NewContent(COMMENT, ana, "Merci", root_id=question.id)], HERE)
        queued = tx.execute(select(outbox.c.topic, outbox.c.ordering_key, outbox.c.payload)).all()

    unanswered, expert, reply = queued  # reminders to possible answerers and to an expert, and a notice of the reply
    assert (unanswered.topic, unanswered.payload) == ("routing", {"content": question.id, "occasion": "first"})
    assert (expert.topic, expert.payload) == ("routing", {"content": question.id, "occasion": "known"})
    assert (reply.topic, reply.ordering_key, reply.payload["root"]) == ("reply", "slack:T1:U1", question.id)
