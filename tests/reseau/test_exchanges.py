"""Reactions, thanks, follows, files, drafts and the inbox: repeating an act changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import example, given, strategies as st
from sqlalchemy import func, select, update

from reseau import keys
from reseau.access import STRANGER, viewer
from reseau.acting import Acting
from reseau.communities import belonging, opening, reading
from reseau.communities.belonging import Appointment, Joining
from reseau.communities.opening import NewCommunity
from reseau.contents import drafts, files, publishing, reactions, tags, thanks
from reseau.contents.files import NewFile
from reseau.contents.kinds.idea import IDEA
from reseau.contents.publishing import NewContent
from reseau.contents.reactions import NewReaction
from reseau.contents.thanks import NewThanks
from reseau.errors import ReseauError
from reseau.exchange import inbox, outbox
from reseau.exchange.outbox import Delivery
from reseau.keys import EventKey
from reseau.kinds import AnimateurRole, CommunityKind, FollowKind, MemberKind, MemberStatus, Privacy
from reseau.people import follows, identities, members
from reseau.people.follows import NewFollow
from reseau.people.identities import NewIdentity
from reseau.people.members import MemberChange, NewMember
from reseau.store import Store
from reseau.store.tables import activity, draft, tagging, thread
from reseau.store.transaction import Transaction

HERE = Acting("console")
OPEN, PRIVATE = Privacy.OPEN, Privacy.PRIVATE


def small(tx: Transaction) -> tuple[int, int, int, int]:
    ana, bob = members.add(tx, [NewMember("Ana"), NewMember("Bob")], HERE)
    place = opening.add(tx, [NewCommunity("Achats", CommunityKind.PRACTICE)], HERE)[0]
    published = publishing.publish(tx, [NewContent(IDEA, ana, "Un #Vélo et un #vélo, pas `#code`", place)], HERE)
    return ana, bob, place, published[0].id


def test_a_reaction_counts_once_and_can_be_taken_back(store: Store) -> None:
    with store.write() as tx:
        _, bob, _, published = small(tx)
        reaction = NewReaction(published, bob, "tada")
        assert reactions.react(tx, [reaction, reaction], HERE) == 1
        assert reactions.react(tx, [reaction, NewReaction(999, bob, "tada")], HERE) == 0
        assert tx.execute(select(thread.c.reactions)).scalar() == 1
        assert reactions.unreact(tx, [reaction], HERE) == 1
        assert reactions.unreact(tx, [reaction], HERE) == 0
        assert tx.execute(select(thread.c.reactions)).scalar() == 0


def test_thanks_need_somebody_else_and_a_reason(store: Store) -> None:
    with store.write() as tx:
        ana, bob, place, published = small(tx)
        assert thanks.thank(tx, [NewThanks(bob, ana, " pour l’idée ", published, place)], HERE) == 1
        with pytest.raises(ReseauError, match="somebody else"):
            thanks.thank(tx, [NewThanks(bob, bob, "moi")], HERE)
        with pytest.raises(ReseauError, match="what the thanks are for"):
            thanks.thank(tx, [NewThanks(bob, ana, "  ")], HERE)
        seen = viewer(tx, bob)
        assert (thanks.received(tx, seen, ana), thanks.received(tx, seen, bob)) == (1, 0)
        assert thanks.received(tx, STRANGER, ana) == 0


def test_thanks_are_traced_with_their_recipient_and_content(store: Store) -> None:
    with store.write() as tx:
        ana, bob, place, said = small(tx)
        thanks.thank(tx, [NewThanks(bob, ana, "pour l’idée", said, place)], HERE)
        trace = tx.execute(select(activity).where(activity.c.verb == "thanked")).one()

    assert (trace.member_id, trace.target_id, trace.content_id, trace.community_id) == (bob, ana, said, place)


def test_following_is_one_way_and_once(store: Store) -> None:
    with store.write() as tx:
        ana, bob, place, published = small(tx)
        expected = [
            NewFollow(bob, FollowKind.MEMBER, ana),
            NewFollow(bob, FollowKind.CONTENT, published),
            NewFollow(bob, FollowKind.COMMUNITY, place),
        ]
        assert follows.follow(tx, expected, HERE) == 3
        assert follows.follow(tx, expected, HERE) == 0
        seen = viewer(tx, bob)
        assert (follows.counts(tx, seen, ana), follows.counts(tx, seen, bob)) == ((1, 0), (0, 1))
        assert follows.unfollow(tx, expected[:1], HERE) == 1
        assert follows.unfollow(tx, expected[:1], HERE) == 0
        with pytest.raises(ReseauError):
            follows.follow(tx, [NewFollow(ana, FollowKind.MEMBER, ana)], HERE)
        verbs = tx.execute(select(activity.c.verb).where(activity.c.member_id == bob)).scalars().all()

    assert verbs == ["followed", "followed", "followed", "unfollowed"]


def test_a_community_that_becomes_secret_loses_the_follows_of_strangers_only(store: Store) -> None:
    with store.write() as tx:
        ana, bob, place, _ = small(tx)
        carl = members.add(tx, [NewMember("Carl")], HERE)[0]
        belonging.join(tx, [Joining(place, ana)], HERE)
        wishes = [
            NewFollow(who, kind, target)
            for who in (ana, carl)
            for kind, target in ((FollowKind.COMMUNITY, place), (FollowKind.MEMBER, bob))
        ]
        follows.follow(tx, wishes, HERE)
        follows.end_of_strangers(tx, place)
        followed = {who: follows.followed(tx, who, FollowKind.COMMUNITY) for who in (ana, carl)}
        colleagues = {who: follows.followed(tx, who, FollowKind.MEMBER) for who in (ana, carl)}

    assert followed == {ana: [place], carl: []}
    assert colleagues == {ana: [bob], carl: [bob]}


def test_hashtags_ignore_case_and_code_has_none(store: Store) -> None:
    with store.write() as tx:
        small(tx)
        assert list(tags.find(tx, ["velo", "code"])) == ["velo"]
        assert tx.execute(select(func.count()).select_from(tagging)).scalar() == 1


def test_somebody_belongs_once_at_a_time_and_a_second_stay_has_its_own_dates(store: Store) -> None:
    with store.write() as tx:
        _, bob, place, _ = small(tx)
        assert belonging.join(tx, [Joining(place, bob), Joining(place, bob)], HERE) == 1
        assert belonging.leave(tx, [Joining(place, bob)], HERE) == 1
        assert belonging.leave(tx, [Joining(place, bob)], HERE) == 0
        assert belonging.join(tx, [Joining(place, bob)], HERE) == 1


def test_a_role_lasts_from_its_first_day_until_it_ends(store: Store) -> None:
    with store.write() as tx:
        ana, bob, place, _ = small(tx)
        start = tx.now - timedelta(days=3)
        over = Appointment(place, ana, since=start, until=tx.now - timedelta(days=1))
        assert belonging.appoint(tx, [Appointment(place, bob, since=start), over], HERE) == 2
        assert belonging.appoint(tx, [Appointment(place, bob)], HERE) == 0
        assert reading.animateurs(tx, place) == [(bob, AnimateurRole.ANIMATEUR)]


def test_a_file_is_put_to_a_content_once(store: Store) -> None:
    with store.write() as tx:
        ana, _, _, published = small(tx)
        (file,) = files.add(tx, [NewFile("plan.pdf", "application/pdf", 12, owner_id=ana)], HERE)
        files.attach(tx, [(published, file), (published, file)], HERE)
        files.attach(tx, [(published, file)], HERE)
        assert files.names(tx, published) == ["plan.pdf"]


def test_a_draft_is_used_once_by_its_author_within_a_day(store: Store) -> None:
    with store.write() as tx:
        ana, bob, _, _ = small(tx)
        token = drafts.keep(tx, ana, "ask", "demander qui ?")
        assert drafts.take(tx, bob, token) is None
        taken_draft = drafts.take(tx, ana, token)
        assert taken_draft is not None
        assert taken_draft.line == "demander qui ?"
        assert drafts.take(tx, ana, token) is None
        late = drafts.keep(tx, ana, "ask", "demander quand ?")
        tx.execute(update(draft).values(expires_at=tx.now - timedelta(seconds=1)))
        assert drafts.take(tx, ana, late) is None


def test_an_audience_is_everybody_who_may_read(store: Store) -> None:
    kinds = [MemberKind.EMPLOYEE, MemberKind.EMPLOYEE, MemberKind.PARTNER, MemberKind.CLIENT, MemberKind.ADVISER]
    with store.write() as tx:
        ana, _bob, paul, carl, alix = members.add(tx, [NewMember(kind.value, kind=kind) for kind in kinds], HERE)
        members.add(tx, [NewMember("x", status=MemberStatus.LEFT), NewMember("y", status=MemberStatus.BOT)], HERE)
        new = [NewCommunity(name, CommunityKind.PRACTICE, privacy) for name, privacy in (("o", OPEN), ("p", PRIVATE))]
        open_, private = opening.add(tx, new, HERE)
        belonging.join(tx, [Joining(place, who) for place in (open_, private) for who in (ana, paul, carl)], HERE)
        members.change(tx, [MemberChange(carl, {"status": MemberStatus.LEFT.value})], HERE)
        belonging.join(tx, [Joining(private, alix)], HERE)
        before = [reading.audience(tx, place) for place in (None, open_, private)]
        belonging.leave(tx, [Joining(place, paul) for place in (open_, private)], HERE)
        after = [reading.audience(tx, place) for place in (None, open_, private)]

    assert (before, after) == ([2, 3, 3], [2, 2, 2])


def test_an_event_is_taken_once(store: Store) -> None:
    with store.write() as tx:
        assert inbox.once(tx, EventKey("slack", "T1", "Ev1"), "message")
        assert not inbox.once(tx, EventKey("slack", "T1", "Ev1"), "message")
        assert inbox.once(tx, EventKey("slack", "T2", "Ev1"), "message")


def test_an_event_that_was_kept_is_taken_up_once_and_that_of_another_workspace_waits(store: Store) -> None:
    here, there = EventKey("slack", "T1", "Ev1"), EventKey("slack", "T2", "Ev1")
    with store.write() as tx:
        assert inbox.keep(tx, here, "message", {})
        assert not inbox.is_kept(tx, there)
        assert inbox.keep(tx, there, "message", {})
        assert inbox.once(tx, here, "message")
        assert not inbox.once(tx, here, "message")
        assert [arrival.event for arrival in inbox.waiting(tx)] == [there]


def test_a_delivery_is_queued_once(store: Store) -> None:
    with store.write() as tx:
        delivery = Delivery("k1", "reply", "slack:T1:U1", {"content": 1})
        outbox.queue(tx, [delivery])
        outbox.queue(tx, [delivery, Delivery("k2", "reply", "slack:T1:U1")])
        assert outbox.waiting(tx) == 2


@example(["\ud800", "\ud801"])  # JSON may bring halves of characters
@given(st.lists(st.text(max_size=8), min_size=2, max_size=2, unique=True))
def test_two_outside_things_never_share_a_key(ids: list[str]) -> None:
    assert keys.foreign("s", "i", "post", ids[0]) != keys.foreign("s", "i", "post", ids[1])
    assert keys.foreign("s", "i", "post", *ids) != keys.foreign("s", "i", "post", "/".join(ids))


def test_a_message_has_one_key_however_it_comes() -> None:
    assert keys.slack_post("C1", "1736554636.807919") == "slack/-/post/C1/1736554636.807919"


def test_the_same_id_in_another_workspace_or_on_another_platform_is_another_account(store: Store) -> None:
    event = EventKey("slack", "T1", "Ev1")
    with store.write() as tx:
        ana, bob = members.add(tx, [NewMember("Ana"), NewMember("Bob")], HERE)
        new = [NewIdentity(ana, "slack", "T1", "U1", "home"), NewIdentity(bob, "slack", "T2", "U1", "home")]
        identities.add(tx, new, HERE)

        assert identities.member_of(tx, event.account("U1")) == ana
        assert identities.member_of(tx, EventKey("slack", "T2", "Ev1").account("U1")) == bob
        assert identities.member_of(tx, EventKey("teams", "T1", "Ev1").account("U1")) is None
    assert str(event.account("U1")) == "slack:T1:U1"  # queued deliveries of older programs have such ordering keys
    assert str(event.channel("C1")) == "slack:T1:C1"
