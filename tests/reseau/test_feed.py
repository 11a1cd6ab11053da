"""The personal feed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from reseau.access import viewer
from reseau.acting import Acting
from reseau.communities import belonging, opening
from reseau.communities.belonging import Joining
from reseau.communities.opening import NewCommunity
from reseau.contents import changing, publishing, tags
from reseau.contents.changing import Withdrawal
from reseau.contents.kinds.answer import ANSWER
from reseau.contents.kinds.comment import COMMENT
from reseau.contents.kinds.discussion import DISCUSSION
from reseau.contents.kinds.idea import IDEA
from reseau.contents.kinds.question import QUESTION
from reseau.contents.publishing import NewContent
from reseau.finding import feed
from reseau.finding.feed import Reason
from reseau.kinds import CommunityKind, FollowKind, MemberKind, Privacy
from reseau.people import follows, members
from reseau.people.follows import NewFollow
from reseau.people.members import NewMember
from reseau.store import Store

HERE = Acting("console")
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def test_it_holds_recent_threads_newest_first_each_with_its_reason(store: Store) -> None:
    with store.write() as tx:
        ana, bob, eve = members.add(tx, [NewMember(name) for name in ("Ana", "Bob", "Eve")], HERE)
        mine, other, followed = opening.add(
            tx, [NewCommunity(name, CommunityKind.PRACTICE) for name in ("Achats", "Vente", "Qualité")], HERE
        )
        belonging.join(tx, [Joining(mine, ana)], HERE)
        published = publishing.publish(
            tx,
            [
                NewContent(DISCUSSION, eve, "ancien", mine, created_at=at(0)),
                NewContent(DISCUSSION, eve, "récent", mine, created_at=at(2)),
                NewContent(DISCUSSION, eve, "ailleurs", other, created_at=at(3)),
                NewContent(IDEA, bob, "sur mon mur", created_at=at(4)),
                NewContent(QUESTION, eve, "de la qualité", followed, created_at=at(5)),
                NewContent(DISCUSSION, eve, "des #bancs", other, created_at=at(6)),
            ],
            HERE,
        )
        publishing.publish(
            tx, [NewContent(COMMENT, bob, "je remonte", root_id=published[0].id, created_at=at(7))], HERE
        )
        tag = tags.find(tx, ["bancs"])["bancs"]
        follows.follow(
            tx,
            [
                NewFollow(ana, FollowKind.MEMBER, bob),
                NewFollow(ana, FollowKind.COMMUNITY, followed),
                NewFollow(ana, FollowKind.TAG, tag),
            ],
            HERE,
        )
        items = feed.read(tx, viewer(tx, ana))
        between = feed.read(tx, viewer(tx, ana), since=at(2), before=at(5))
        two = feed.read(tx, viewer(tx, ana), limit=2)

    assert [(item.content.text, item.reason, item.source) for item in items] == [
        ("ancien", Reason.FOLLOWED_MEMBER, "Bob"),
        ("des #bancs", Reason.FOLLOWED_TAG, "bancs"),
        ("de la qualité", Reason.FOLLOWED_COMMUNITY, "Qualité"),
        ("sur mon mur", Reason.FOLLOWED_MEMBER, "Bob"),
        ("récent", Reason.MY_COMMUNITY, "Achats"),
    ]
    assert [item.content.text for item in between] == ["sur mon mur", "récent"]
    assert [item.content.text for item in two] == ["ancien", "des #bancs"]


def test_no_feed_is_empty_if_a_community_is_open(store: Store) -> None:
    with store.write() as tx:
        ana, bob = members.add(tx, [NewMember("Ana"), NewMember("Bob")], HERE)
        place = opening.add(tx, [NewCommunity("Achats", CommunityKind.PRACTICE)], HERE)[0]
        publishing.publish(tx, [NewContent(DISCUSSION, bob, "bonjour", place)], HERE)
        items = feed.read(tx, viewer(tx, ana))

    assert [(item.content.text, item.reason) for item in items] == [("bonjour", Reason.TO_DISCOVER)]


def test_a_question_to_everybody_is_in_every_feed_until_somebody_replies(store: Store) -> None:
    with store.write() as tx:
        ana, bob, gus = members.add(
            tx, [NewMember("Ana"), NewMember("Bob"), NewMember("Gus", kind=MemberKind.PARTNER)], HERE
        )
        place = opening.add(tx, [NewCommunity("Achats", CommunityKind.PRACTICE)], HERE)[0]
        belonging.join(tx, [Joining(place, ana), Joining(place, gus)], HERE)
        publishing.publish(tx, [NewContent(DISCUSSION, bob, "bonjour", place)], HERE)
        question, _idea, _wall = publishing.publish(
            tx,
            [
                NewContent(QUESTION, bob, "Qui vient à vélo ?"),
                NewContent(IDEA, bob, "Un potager sur le toit"),
                NewContent(DISCUSSION, bob, "Sur mon mur"),
            ],
            HERE,
        )
        publishing.publish(tx, [NewContent(QUESTION, bob, "Il y a longtemps ?", created_at=at(0))], HERE)
        of_all = [item.content.text for item in feed.read(tx, viewer(tx, ana)) if item.reason is Reason.ASKED_OF_ALL]
        own = [item.reason for item in feed.read(tx, viewer(tx, bob))]
        of_guest = [item.content.text for item in feed.read(tx, viewer(tx, gus))]
        publishing.publish(tx, [NewContent(ANSWER, ana, "Moi", root_id=question.id)], HERE)
        after = [item.content.text for item in feed.read(tx, viewer(tx, ana))]

    assert of_all == ["Un potager sur le toit", "Qui vient à vélo ?"]
    assert own == [*[Reason.OWN] * 3, Reason.TO_DISCOVER], "one’s own words do not stand for a community"
    assert of_guest == ["bonjour"]
    assert after == ["Un potager sur le toit", "bonjour"]


def test_a_feed_holds_only_the_newest_few_that_are_asked_of_everybody(store: Store) -> None:
    with store.write() as tx:
        ana, bob = members.add(tx, [NewMember("Ana"), NewMember("Bob")], HERE)
        place = opening.add(tx, [NewCommunity("Achats", CommunityKind.PRACTICE)], HERE)[0]
        belonging.join(tx, [Joining(place, ana)], HERE)
        publishing.publish(tx, [NewContent(DISCUSSION, bob, "bonjour", place)], HERE)
        publishing.publish(tx, [NewContent(QUESTION, bob, f"Question {n} ?") for n in range(9)], HERE)
        texts = [item.content.text for item in feed.read(tx, viewer(tx, ana))]

    assert texts == ["Question 8 ?", "Question 7 ?", "Question 6 ?", "bonjour"]


def test_deleted_contents_leave_the_feed(store: Store) -> None:
    with store.write() as tx:
        ana, bob = members.add(tx, [NewMember("Ana"), NewMember("Bob")], HERE)
        place = opening.add(tx, [NewCommunity("Achats", CommunityKind.PRACTICE)], HERE)[0]
        belonging.join(tx, [Joining(place, ana)], HERE)
        published = publishing.publish(tx, [NewContent(DISCUSSION, bob, "bonjour", place)], HERE)[0]
        changing.withdraw(tx, [Withdrawal(published.id, bob)], HERE)

        assert feed.read(tx, viewer(tx, ana)) == []


def test_what_is_hidden_takes_no_place_in_the_feed(store: Store) -> None:
    with store.write() as tx:
        ana, bob = members.add(tx, [NewMember("Ana"), NewMember("Bob")], HERE)
        here, closed = opening.add(
            tx,
            [
                NewCommunity("Achats", CommunityKind.PRACTICE),
                NewCommunity("Cellule", CommunityKind.PROJECT, Privacy.SECRET),
            ],
            HERE,
        )
        belonging.join(tx, [Joining(closed, bob)], HERE)
        expected = [NewFollow(ana, FollowKind.MEMBER, bob), NewFollow(ana, FollowKind.COMMUNITY, closed)]
        follows.follow(tx, expected, HERE)
        ideas = [NewContent(IDEA, bob, f"ouvert {n}", here, created_at=at(n)) for n in range(2)]
        hidden = [NewContent(IDEA, bob, f"caché {n}", closed, created_at=at(10 + n)) for n in range(20)]
        publishing.publish(tx, ideas, HERE)
        before = feed.read(tx, viewer(tx, ana), limit=2)
        publishing.publish(tx, hidden, HERE)
        after = feed.read(tx, viewer(tx, ana), limit=2)

    assert [item.content.text for item in before] == ["ouvert 1", "ouvert 0"]
    assert after == before
