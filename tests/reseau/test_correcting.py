"""Editing, moving, merging, reopening, hiding, removing and reporting: rights, remaining data and readers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from reseau.access import ClosedError, viewer
from reseau.acting import Acting
from reseau.communities import belonging, opening
from reseau.communities.belonging import Appointment, Joining
from reseau.communities.opening import NewCommunity
from reseau.contents import changing, history, moderation, moving, publishing, reactions, thanks, threads
from reseau.contents.changing import Acceptance, Edit, Reopening, Withdrawal
from reseau.contents.kinds.answer import ANSWER
from reseau.contents.kinds.idea import IDEA
from reseau.contents.kinds.question import QUESTION
from reseau.contents.moderation import Decision
from reseau.contents.moving import Merger, Move
from reseau.contents.publishing import ContentError, NewContent, Published
from reseau.contents.reactions import NewReaction
from reseau.contents.thanks import NewThanks
from reseau.errors import ReseauError
from reseau.finding import feed
from reseau.finding.lookup import find_contents
from reseau.kinds import CommunityKind, FollowKind, MemberKind, Privacy, Verb
from reseau.people import follows, identities, members
from reseau.people.follows import NewFollow
from reseau.people.identities import NewIdentity
from reseau.people.members import NewMember
from reseau.store import Store
from reseau.store.tables import activity, content, outbox, revision, thread
from reseau.store.transaction import Transaction

HERE = Acting("console")


@dataclass(slots=True)
class Town:
    """Two open communities, a private one and a secret one, of a few people.

    Ana asks, Bob answers, Gus is a guest of the first, Zoe animates the first and the private one, Max administers and
    belongs to the first.
    """

    tx: Transaction
    ana: int
    bob: int
    gus: int
    zoe: int
    max: int
    open: int
    other: int
    private: int
    secret: int

    def ask(self, text: str, place: int | None, author: int | None = None) -> Published:
        return publishing.publish(self.tx, [NewContent(QUESTION, author or self.ana, text, place)], HERE)[0]

    def answer(self, to: Published, text: str, author: int | None = None) -> Published:
        return publishing.publish(self.tx, [NewContent(ANSWER, author or self.bob, text, root_id=to.id)], HERE)[0]

    def reads(self, who: int, code: str | int | None) -> bool:
        return threads.get(self.tx, viewer(self.tx, who), code or "") is not None

    def finds(self, who: int, words: str) -> list[int]:
        return [hit.content.id for hit in find_contents(self.tx, viewer(self.tx, who), words)]

    def root(self, published: Published, who: int | None = None) -> threads.Content:
        about = threads.get(self.tx, viewer(self.tx, who or self.zoe), published.id)
        assert about is not None
        return about

    def told(self, topic: str) -> list[int]:
        rows = self.tx.execute(select(outbox.c.payload).where(outbox.c.topic == topic).order_by(outbox.c.id)).scalars()
        return [payload["to"] for payload in rows]


def town(tx: Transaction) -> Town:
    names = [NewMember(name) for name in ("Ana", "Bob", "Zoe")]
    guest = NewMember("Gus", kind=MemberKind.CLIENT)
    ids = members.add(tx, [*names, guest, NewMember("Max", administrator=True)], HERE)
    ana, bob, zoe, gus, max_ = ids
    identities.add(tx, [NewIdentity(id_, "slack", "T1", f"U{id_}", "email") for id_ in ids], HERE)
    kinds = (
        ("Veille", Privacy.OPEN),
        ("Atelier", Privacy.OPEN),
        ("Comité", Privacy.PRIVATE),
        ("Cellule", Privacy.SECRET),
    )
    spaces = [NewCommunity(name, CommunityKind.PRACTICE, privacy) for name, privacy in kinds]
    open_, other, private, secret = opening.add(tx, spaces, HERE)
    inside = [(open_, gus), (open_, max_), (private, ana), (private, bob), (private, zoe), (secret, ana)]
    belonging.join(tx, [Joining(place, who) for place, who in inside], HERE)
    belonging.appoint(tx, [Appointment(place, zoe) for place in (open_, private)], HERE)
    return Town(tx, ana, bob, gus, zoe, max_, open_, other, private, secret)


def refused(code: str, act: object, *arguments: object) -> None:
    with pytest.raises(ReseauError) as error:
        act(*arguments)  # type: ignore[operator]
    assert error.value.code == code


def test_an_edit_is_in_the_history_and_what_was_said_before_a_move_is_not(store: Store) -> None:
    with store.write() as tx:
        here = town(tx)
        question = here.ask("Quel casque coûte 900 € ?", here.private)
        changing.edit(tx, [Edit(question.id, here.ana, "Quel casque prendre ? #casque")], HERE)
        assert [past.text for past in history.read(tx, here.root(question))] == ["Quel casque coûte 900 € ?"]
        labels = tx.connection.exec_driver_sql("SELECT folded FROM tag").scalars().all()

        moving.move(tx, [Move(question.id, here.open, here.ana)], HERE)
        assert history.read(tx, here.root(question, here.gus)) == []
        later = tx.now + timedelta(minutes=1)
        changing.edit(tx, [Edit(question.id, here.ana, "Quel casque choisir ?", at=later)], HERE)
        assert [past.text for past in history.read(tx, here.root(question, here.gus))] == [
            "Quel casque prendre ? #casque"
        ]

    assert labels == ["casque"]


def test_a_moved_thread_is_read_found_and_numbered_where_it_is_and_its_old_code_leads_there(store: Store) -> None:
    with store.write() as tx:
        here = town(tx)
        question = here.ask("Quelle perceuse ?", here.open)
        here.answer(question, "La perceuse bleue")
        code = moving.move(tx, [Move(question.id, here.private, here.ana)], HERE)[0]

        assert code.startswith("Q1-")
        assert here.root(question).code == code
        assert here.reads(here.bob, "Q1")
        assert not here.reads(here.gus, "Q1")
        assert not here.reads(here.max, "Q1")
        assert not here.reads(here.max, code)
        assert len(here.finds(here.bob, "perceuse")) == 2
        assert here.finds(here.max, "perceuse") == []
        assert question.id not in [item.content.id for item in feed.read(tx, viewer(tx, here.gus))]
        refused("E_REPLIES_STAY", moving.move, tx, [Move(question.id, here.open, here.ana)], HERE)
        assert moving.gained(tx, here.private, here.open) == 2  # Gus and Max
        assert moving.gained(tx, here.open, here.private) == 0
        assert moving.gained(tx, None, here.open) == 1  # the guest
        assert moving.gained(tx, here.secret, here.private) == 2


def test_only_its_author_or_an_animateur_with_a_reason_moves_a_thread_and_its_author_reads_where_it_goes(
    store: Store,
) -> None:
    with store.write() as tx:
        here = town(tx)
        asked, by_max = here.ask("Quelle perceuse ?", here.open), here.ask("Et le gaz ?", here.open, here.max)
        refused("E_PERMISSION", moving.move, tx, [Move(asked.id, here.other, here.bob, "ailleurs")], HERE)
        refused("E_REASON_MISSING", moving.move, tx, [Move(asked.id, here.other, here.zoe)], HERE)
        refused("E_ALREADY_THERE", moving.move, tx, [Move(asked.id, here.open, here.ana)], HERE)
        refused("E_PRIVATE_GONE", moving.move, tx, [Move(asked.id, here.secret, here.zoe, "ici")], HERE)
        refused("E_AUTHOR_OUTSIDE", moving.move, tx, [Move(by_max.id, here.private, here.zoe, "ici")], HERE)
        moving.move(tx, [Move(asked.id, here.other, here.zoe, "C’est un sujet d’atelier")], HERE)

        assert here.told("moderated") == [here.ana]
        assert here.root(asked).community == "Atelier"
        assert [entry.act for entry in moderation.log(tx, viewer(tx, here.zoe))] == [Verb.MOVED]
        assert moderation.log(tx, viewer(tx, here.bob)) == []


def test_two_merged_questions_are_one_thread_that_both_codes_name_until_it_is_undone(store: Store) -> None:
    with store.write() as tx:
        here = town(tx)
        kept, merged = here.ask("Quelle perceuse ?", here.open), here.ask("Une perceuse ?", here.open)
        first, second = here.answer(kept, "La bleue"), here.answer(merged, "La rouge")
        follows.follow(tx, [NewFollow(here.gus, FollowKind.CONTENT, merged.id)], HERE)
        reactions.react(tx, [NewReaction(second.id, here.gus, "tada")], HERE)
        changing.accept(tx, [Acceptance(merged.id, second.id, here.ana)], HERE)
        refused("E_PERMISSION", moving.merge, tx, [Merger(merged.id, kept.id, here.bob)], HERE)
        moving.merge(tx, [Merger(merged.id, kept.id, here.ana)], HERE)

        read = threads.read(tx, viewer(tx, here.gus), kept.id)
        assert [reply.id for reply in read.replies] == [first.id, second.id]
        assert here.root(kept).replies == 2
        assert here.root(kept).accepted_id == second.id
        assert threads.get(tx, viewer(tx, here.gus), "Q2") == read.root
        assert not here.reads(here.gus, merged.id)
        assert threads.replies_of(tx, kept.id, here.ana) == []
        assert sorted(here.finds(here.gus, "perceuse rouge")) == [kept.id, second.id]
        assert follows.followed(tx, here.gus, FollowKind.CONTENT) == [merged.id, kept.id]
        assert moving.merged_into(tx, here.root(kept)) == ["Q2"]
        assert tx.execute(select(thread.c.reactions).where(thread.c.root_id == kept.id)).scalar() == 1

        here.answer(kept, "Aucune")
        refused("E_UNDO_LATE", moving.unmerge, tx, "Q2", here.bob, HERE)
        again = moving.unmerge(tx, "Q2", here.ana, HERE)
        assert (again.code, again.replies, again.accepted_id) == ("Q2", 1, second.id)
        assert (here.root(kept).replies, here.root(kept).accepted_id) == (2, None)
        assert follows.followed(tx, here.gus, FollowKind.CONTENT) == [merged.id]


def test_a_merger_shows_nobody_more_and_is_undone_for_ten_minutes_alone(store: Store) -> None:
    with store.write() as tx:
        here = town(tx)
        open_, closed = here.ask("Quelle perceuse ?", here.open), here.ask("Une perceuse ?", here.private)
        idea = publishing.publish(tx, [NewContent(IDEA, here.ana, "Une perceuse", here.open)], HERE)[0]
        refused("E_TWO_PLACES", moving.merge, tx, [Merger(closed.id, open_.id, here.ana)], HERE)
        refused("E_TWO_PLACES", moving.merge, tx, [Merger(closed.id, open_.id, here.zoe, "pareil")], HERE)
        refused("E_TWO_KINDS", moving.merge, tx, [Merger(idea.id, open_.id, here.ana)], HERE)
        refused("E_SAME_THREAD", moving.merge, tx, [Merger(open_.id, open_.id, here.ana)], HERE)
        moving.merge(tx, [Merger(open_.id, closed.id, here.ana)], HERE)
        assert here.reads(here.bob, "Q1")
        assert not here.reads(here.gus, "Q1")
        moment = tx.now
    store.clock = lambda: moment + timedelta(minutes=11)
    with store.write() as tx:
        refused("E_UNDO_LATE", moving.unmerge, tx, "Q1", here.ana, HERE)


def test_a_reopened_question_waits_for_a_new_answer_and_people_are_looked_for_at_once(store: Store) -> None:
    with store.write() as tx:
        here = town(tx)
        question = here.ask("Quelle perceuse ?", None)
        answer = here.answer(question, "La bleue")
        for _ in range(2):
            changing.accept(tx, [Acceptance(question.id, answer.id, here.ana)], HERE)
        refused("E_PERMISSION", changing.reopen, tx, [Reopening(question.id, here.bob)], HERE)
        assert question.id not in [item.content.id for item in feed.read(tx, viewer(tx, here.zoe))]
        changing.reopen(tx, [Reopening(question.id, here.ana)], HERE)

        root = here.root(question)
        assert (root.replies, root.answered_at, root.accepted_id) == (1, None, None)
        assert question.id in [item.content.id for item in feed.read(tx, viewer(tx, here.zoe))]
        routed = (
            select(func.count())
            .select_from(outbox)
            .where(outbox.c.dedupe_key.contains("reopened"), outbox.c.due_at <= tx.now)
        )
        assert tx.execute(routed).scalar() == 1
        acts = tx.execute(select(activity.c.verb).where(activity.c.verb == Verb.ACCEPTED)).all()
        assert len(acts) == 1
        late = NewContent(
            ANSWER, here.bob, "Non, la rouge", root_id=question.id, created_at=tx.now + timedelta(minutes=1)
        )
        publishing.publish(tx, [late], HERE)
        assert here.root(question).answered_at == tx.now + timedelta(minutes=1)
        changing.withdraw(tx, [Withdrawal(answer.id, here.bob)], HERE)
        assert here.root(question).answered_at == tx.now + timedelta(minutes=1)


def test_what_is_hidden_is_read_by_its_author_alone_until_it_is_shown_again(store: Store) -> None:
    with store.write() as tx:
        here = town(tx)
        question = here.ask("Quelle perceuse ?", here.open)
        answer = here.answer(question, "Nulle, ta perceuse")
        changing.accept(tx, [Acceptance(question.id, answer.id, here.ana)], HERE)
        decision = Decision(answer.id, here.zoe, "Restons courtois")
        refused("E_REASON_MISSING", moderation.hide, tx, [Decision(answer.id, here.zoe, " ")], HERE)
        refused("E_PERMISSION", moderation.hide, tx, [Decision(answer.id, here.max, "non")], HERE)
        moderation.hide(tx, [decision], HERE)

        assert here.reads(here.bob, answer.id)
        assert not any(here.reads(who, answer.id) for who in (here.ana, here.gus, here.zoe, here.max))
        assert here.finds(here.bob, "perceuse") == [question.id]
        assert (here.root(question).replies, here.root(question).answered_at, here.root(question).accepted_id) == (
            0,
            None,
            None,
        )
        assert moderation.hidden_in(tx, question.id) == [answer.id]
        assert here.told("moderated") == [here.bob]
        refused("E_PRIVATE_GONE", moderation.hide, tx, [decision], HERE)
        refused("E_PERMISSION", moderation.show_again, tx, [Decision(answer.id, here.bob, "")], HERE)
        refused("E_PRIVATE_GONE", moving.move, tx, [Move(answer.id, here.other, here.bob)], HERE)
        moderation.show_again(tx, [Decision(answer.id, here.zoe, "")], HERE)
        assert here.reads(here.gus, answer.id)
        assert here.root(question).replies == 1


def test_what_an_administrator_removes_leaves_no_word_anywhere(store: Store) -> None:
    with store.write() as tx:
        here = town(tx)
        question = here.ask("Qui a le mot de passe xylophone ? #xylophone", here.open)
        changing.edit(tx, [Edit(question.id, here.ana, "Qui a le code xylophone ?")], HERE)
        thanks.thank(tx, [NewThanks(here.bob, here.ana, "le code xylophone", question.id)], HERE)
        closed = here.ask("Un xylophone au comité ?", here.private)
        refused("E_PERMISSION", moderation.remove, tx, [Decision(question.id, here.zoe, "secret")], HERE)
        refused("E_PRIVATE_GONE", moderation.remove, tx, [Decision(closed.id, here.max, "secret")], HERE)
        moderation.remove(tx, [Decision(question.id, here.max, "Un mot de passe ne s’écrit pas")], HERE)

        assert not here.reads(here.ana, "Q1")
        assert here.finds(here.ana, "xylophone") == [closed.id]
        assert tx.execute(select(revision.c.text)).all() == []
        assert changing.bring_back(tx, [Withdrawal(question.id, here.ana)], HERE) == 0
        assert here.told("moderated") == [here.ana]
    assert "xylophone" not in words_left(store, closed.id)


def words_left(store: Store, but: int) -> str:
    """All texts of the store, the content that is left out aside."""
    with store.read() as tx:
        left = [*tx.execute(select(content.c.title, content.c.text).where(content.c.id != but)).all()]
        for table in ("revision", "thanks", "outbox", "moderation", "activity"):
            left += tx.connection.exec_driver_sql(f'SELECT * FROM "{table}"').all()
        tagged = tx.connection.exec_driver_sql("SELECT count(*) FROM tagging").scalar()
        return f"{left} {tagged}" if tagged else str(left)


def test_a_report_goes_to_those_who_decide_and_its_author_never_learns_who_reported(store: Store) -> None:
    with store.write() as tx:
        here = town(tx)
        asked, wall = here.ask("Quelle perceuse ?", here.open), here.ask("Et le gaz ?", None)
        by_zoe = here.ask("Une annonce ?", here.open, here.zoe)
        refused("E_OWN_CONTENT", moderation.report, tx, Decision(asked.id, here.ana, "moi"), HERE)
        refused("E_PRIVATE_GONE", moderation.report, tx, Decision(wall.id, here.gus, "spam"), HERE)
        assert moderation.report(tx, Decision(asked.id, here.bob, "De la publicité"), HERE)
        assert not moderation.report(tx, Decision(asked.id, here.bob, "De la publicité !"), HERE)
        assert moderation.report(tx, Decision(wall.id, here.bob, "De la publicité"), HERE)
        assert moderation.report(tx, Decision(by_zoe.id, here.bob, "De la publicité"), HERE)

        # The animateur, the administrator for a wall, and the administrator if the animateur is the author.
        assert here.told("reported") == [here.zoe, here.max, here.max]
        payloads = tx.execute(select(outbox.c.payload).where(outbox.c.topic == "reported")).scalars()
        assert all(payload["by"] is None for payload in payloads)
        assert [(entry.code, entry.by, entry.open) for entry in moderation.log(tx, viewer(tx, here.zoe))] == [
            ("Q1", "", True)
        ]
        moderation.keep(tx, [Decision(asked.id, here.zoe, "")], HERE)
        refused("E_NOT_REPORTED", moderation.keep, tx, [Decision(asked.id, here.zoe, "")], HERE)
        assert moderation.report(tx, Decision(asked.id, here.bob, "Encore"), HERE)
        assert here.told("moderated") == []


def test_nobody_corrects_what_is_closed_to_them_and_absent_says_the_same(store: Store) -> None:
    with store.write() as tx:
        here = town(tx)
        closed, own = here.ask("Quelle perceuse ?", here.secret), here.ask("Et là ?", here.open, here.max)
        for id_ in (closed.id, 999_999):
            decision = Decision(id_, here.max, "parce que")
            for act in (moderation.hide, moderation.remove, moderation.keep, moderation.show_again):
                refused("E_PRIVATE_GONE", act, tx, [decision], HERE)
            refused("E_PRIVATE_GONE", moderation.report, tx, decision, HERE)
            refused("E_PRIVATE_GONE", moving.move, tx, [Move(id_, here.open, here.max, "x")], HERE)
            refused("E_PRIVATE_GONE", moving.merge, tx, [Merger(id_, own.id, here.max, "x")], HERE)
            refused("E_PRIVATE_GONE", changing.edit, tx, [Edit(id_, here.max, "x")], HERE)
    assert issubclass(ClosedError, ReseauError)
    assert issubclass(ContentError, ReseauError)
