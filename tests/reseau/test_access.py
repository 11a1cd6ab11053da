"""The read gate: in random networks, no reader ever sees anything private.

The property is non-interference: the contents of closed communities change nothing that outsiders see, be it a text, a
count, a code or the order of results.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from reseau import access
from reseau.acting import Acting
from reseau.communities import belonging, opening, reading
from reseau.communities.belonging import Joining
from reseau.communities.opening import NewCommunity
from reseau.contents import publishing, thanks, threads
from reseau.contents.kinds.answer import ANSWER
from reseau.contents.kinds.discussion import DISCUSSION
from reseau.contents.kinds.document import DOCUMENT
from reseau.contents.kinds.idea import IDEA
from reseau.contents.kinds.question import QUESTION
from reseau.contents.publishing import NewContent
from reseau.contents.thanks import NewThanks
from reseau.finding import experts, feed, lookup, people, questions
from reseau.kinds import CommunityKind, FollowKind, MemberKind, Privacy
from reseau.people import follows, members
from reseau.people.follows import NewFollow
from reseau.people.members import NewMember, ProfileItems
from reseau.store import Store, open_store
from reseau.store.transaction import Transaction

HERE = Acting("console")
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
WORDS = ("banc", "soudure", "tarif", "robot")
KINDS = (DISCUSSION, QUESTION, IDEA, DOCUMENT)


@dataclass(frozen=True)
class Post:
    author: int
    place: int  # 0 open, 1 private, 2 secret, 3 conversation, 4 the wall
    kind: int
    words: tuple[int, ...]
    reply_to: int  # index of an earlier thread in the same place; out of range for a new thread


posts = st.lists(
    st.builds(
        Post,
        author=st.integers(0, 2),
        place=st.integers(0, 4),
        kind=st.integers(0, len(KINDS) - 1),
        words=st.lists(st.integers(0, len(WORDS) - 1), min_size=1, max_size=5).map(tuple),
        reply_to=st.integers(-3, 3),
    ),
    max_size=12,
)


NAMES = ("Ana", "Anna", "Odile Banc", "Bob Petit", "Gus", "Chloe")
CALLED = ("Ana", "an", "Odil", "banc", "gus", "@gus", "@ana", "petit", "Bbo", "3", "99")


@dataclass(frozen=True)
class Hidden:
    """A guest whom only insiders may know: all the guest's communities are closed."""

    name: int
    places: tuple[int, ...]
    word: int
    about: int  # the insider whom the guest follows and thanks


hidden_people = st.lists(
    st.builds(
        Hidden,
        name=st.integers(0, len(NAMES) - 1),
        places=st.lists(st.sampled_from([1, 2, 3]), min_size=1, max_size=3, unique=True).map(tuple),
        word=st.integers(0, len(WORDS) - 1),
        about=st.integers(0, 2),
    ),
    max_size=4,
)


@pytest.fixture(scope="session")
def empty_network(sqlite_template: Path) -> Path:
    return sqlite_template


@contextmanager
def new_store(template: Path) -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(shutil.copy(template, Path(folder) / "one.db"))
        store = open_store(f"sqlite:///{file}")
        yield store
        store.close()


def build(tx: Transaction, plan: list[Post], with_closed: bool, hidden: list[Hidden] | None = None) -> dict[str, int]:
    """Build the network of a plan, with or without its closed contents, and return the ids of three readers.

    Members 0 to 2 are insiders; the outsider and the guest belong to the open community alone.
    """
    ids = members.add(
        tx,
        [NewMember(name) for name in ("Ana", "Bob", "Chloé", "Odile")] + [NewMember("Gus", kind=MemberKind.PARTNER)],
        HERE,
    )
    members.set_profile(tx, [ProfileItems(ids[0], "expertise", ("soudure",))], HERE)
    places = opening.add(
        tx,
        [
            NewCommunity("Atelier", CommunityKind.PRACTICE),
            NewCommunity("Comité robot", CommunityKind.FUNCTIONAL, Privacy.PRIVATE, purpose="Le robot secret"),
            NewCommunity("Fusion tarif", CommunityKind.PROJECT, Privacy.SECRET, purpose="Banc caché"),
            NewCommunity("Ana et Bob", CommunityKind.PROJECT, Privacy.SECRET, conversation=True),
        ],
        HERE,
    )
    belonging.join(tx, [Joining(place, id_) for place in places for id_ in ids[:3]], HERE)
    belonging.join(tx, [Joining(places[0], ids[3]), Joining(places[0], ids[4])], HERE)
    follows.follow(tx, [NewFollow(ids[3], FollowKind.MEMBER, id_) for id_ in ids[:3]], HERE)
    if with_closed:
        follows.follow(tx, [NewFollow(ids[3], FollowKind.COMMUNITY, place) for place in places[1:]], HERE)
    roots: dict[int, list[int]] = {place: [] for place in range(5)}
    for number, post in enumerate(plan):
        if post.place in (1, 2, 3) and not with_closed:
            continue
        _publish(tx, post, number, ids, places, roots)
    if with_closed:
        _hide(tx, hidden or [], ids, places, roots)
    return {"outsider": ids[3], "guest": ids[4], "insider": ids[1]}


def _hide(
    tx: Transaction, hidden: list[Hidden], ids: list[int], places: list[int], roots: dict[int, list[int]]
) -> None:
    """Add guests of closed places, who follow, thank and write there and are followed."""
    for person in hidden:
        (guest,) = members.add(
            tx, [NewMember(NAMES[person.name], kind=MemberKind.CLIENT, job=WORDS[person.word])], HERE
        )
        members.set_profile(tx, [ProfileItems(guest, "expertise", (WORDS[person.word],))], HERE)
        belonging.join(tx, [Joining(places[place], guest) for place in person.places], HERE)
        follows.follow(tx, [NewFollow(guest, FollowKind.MEMBER, ids[person.about])], HERE)
        follows.follow(tx, [NewFollow(ids[person.about], FollowKind.MEMBER, guest)], HERE)
        thanks.thank(tx, [NewThanks(guest, ids[person.about], "merci")], HERE)
        post = Post(0, person.places[0], 1, (person.word,), -1)
        _publish(tx, post, 50, [guest], places, roots)


def _publish(
    tx: Transaction, post: Post, number: int, ids: list[int], places: list[int], roots: dict[int, list[int]]
) -> None:
    place = places[post.place] if post.place < 4 else None
    text = " ".join(WORDS[word] for word in post.words) + f" #{WORDS[post.words[0]]}"
    threads_here = roots[post.place]
    new = NewContent(
        KINDS[post.kind], ids[post.author], text, place, language="fr", created_at=START + timedelta(hours=number)
    )
    if 0 <= post.reply_to < len(threads_here):
        new = replace(new, kind=ANSWER, root_id=threads_here[post.reply_to])
    published = publishing.publish(tx, [new], HERE)[0]
    if new.root_id is None:
        threads_here.append(published.id)


def everything_seen(tx: Transaction, member_id: int) -> dict[str, Any]:
    """Return everything that a member can see, without internal ids."""
    who = access.viewer(tx, member_id)
    seen: dict[str, Any] = {
        "feed": [(_fields_of(item.content), item.reason, item.source) for item in feed.read(tx, who, 50)],
        "short feed": [_fields_of(item.content) for item in feed.read(tx, who, 2)],
        "communities": [
            (community.name, community.members, community.mine, community.purpose)
            for community in reading.listed(tx, who)
        ],
    }
    for word in WORDS:
        matches = lookup.find(tx, who, word, 50)
        seen[f"search {word}"] = (
            [(_fields_of(hit.content), round(hit.score, 9)) for hit in (*matches.contents, *matches.documents)],
            [(person.member.name, person.matching) for person in matches.people],
        )
        seen[f"experts {word}"] = [
            (expert.member.name, expert.declared, expert.answers, round(expert.score, 9))
            for expert in experts.rank(tx, who, word)
        ]
        seen[f"similar {word}"] = [_fields_of(question) for question in questions.similar(tx, who, word)]
        seen[f"named {word}"] = [community.name for community in reading.find(tx, who, word)]
    for author in range(1, 6):
        seen[f"written by {author}"] = [_fields_of(content) for content in threads.recent_of(tx, who, author, 50)]
        seen[f"followed and thanked {author}"] = follows.counts(tx, who, author), thanks.received(tx, who, author)
    knowable = access.knowable_people(who)
    for name in CALLED:
        seen[f"called {name}"] = [person.name for person in members.find(tx, name, among=knowable)]
        seen[f"nearly called {name}"] = [person.name for person in members.near(tx, name, among=knowable)]
        seen[f"people {name}"] = [match.member.name for match in people.find(tx, who, name, 2)]
    seen["known"] = access.may_know(tx, who, range(1, 20))
    return seen


def _fields_of(item: threads.Content) -> tuple[Any, ...]:
    return item.code, item.text, item.author, item.community, item.replies, item.last_at, item.answered_at


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=posts, hidden=hidden_people)
def test_closed_contents_and_their_people_change_nothing_that_outsiders_see(
    empty_network: Path, plan: list[Post], hidden: list[Hidden]
) -> None:
    with new_store(empty_network) as complete, new_store(empty_network) as reduced:
        with complete.write() as tx:
            ids = build(tx, plan, with_closed=True, hidden=hidden)
            seen = {name: everything_seen(tx, ids[name]) for name in ("outsider", "guest")}
        with reduced.write() as tx:
            ids = build(tx, plan, with_closed=False)
            expected = {name: everything_seen(tx, ids[name]) for name in ("outsider", "guest")}

    assert seen == expected


def test_a_guest_knows_nobody_by_a_place_that_either_has_left(store: Store) -> None:
    with store.write() as tx:
        ana, bob, gus = members.add(
            tx, [NewMember("Ana"), NewMember("Bob"), NewMember("Gus", kind=MemberKind.PARTNER)], HERE
        )
        (place,) = opening.add(tx, [NewCommunity("Atelier", CommunityKind.PRACTICE)], HERE)
        belonging.join(tx, [Joining(place, who) for who in (ana, bob, gus)], HERE)
        acquaintances = []
        for leaving in (None, ana, gus):
            if leaving is not None:
                belonging.leave(tx, [Joining(place, leaving)], HERE)
            acquaintances.append(access.may_know(tx, access.viewer(tx, gus), (ana, bob, gus)))

    assert acquaintances == [{ana, bob, gus}, {bob, gus}, {gus}]


def test_an_insider_sees_closed_contents(store: Store) -> None:
    plan = [Post(0, place, 1, (place % len(WORDS),), -1) for place in range(5)]
    with store.write() as tx:
        ids = build(tx, plan, with_closed=True)
        seen = everything_seen(tx, ids["insider"])

    assert {entry[0][3] for entry in seen["feed"]} == {"Atelier", "Comité robot", "Fusion tarif", "Ana et Bob"}
    assert [entry[0][1] for entry in seen["search soudure"][0]] == ["soudure #soudure"]


def test_an_outsider_knows_of_a_private_community_but_not_who_or_how_many_are_in(store: Store) -> None:
    with store.write() as tx:
        ids = build(tx, [], with_closed=True)
        lines = reading.listed(tx, access.viewer(tx, ids["outsider"]))
        guest = reading.listed(tx, access.viewer(tx, ids["guest"]))

    assert [(line.name, line.members) for line in lines] == [("Atelier", 5), ("Comité robot", None)]
    assert [line.name for line in guest] == ["Atelier"]


def test_walls_are_read_inside_and_not_by_guests(store: Store) -> None:
    with store.write() as tx:
        ids = build(tx, [Post(0, 4, 0, (0,), -1)], with_closed=True)
        outsider = lookup.find(tx, access.viewer(tx, ids["outsider"]), "banc")
        guest = lookup.find(tx, access.viewer(tx, ids["guest"]), "banc")

    assert [hit.content.community for hit in outsider.contents] == [None]
    assert guest.nothing


def test_members_who_left_and_unknown_ids_see_nothing(store: Store) -> None:
    with store.write() as tx:
        ids = build(tx, [Post(0, 0, 0, (0,), -1)], with_closed=True)
        members.change(tx, [members.MemberChange(ids["outsider"], {"status": "left"})], HERE)
        gone = everything_seen(tx, ids["outsider"])
        unknown = everything_seen(tx, 99)

    assert not any(value for key, value in gone.items() if not key.startswith(("search", "followed")))
    assert gone == unknown


def test_leaving_a_private_community_closes_it_at_once_and_closing_a_community_takes_its_words_from_search(
    store: Store,
) -> None:
    with store.write() as tx:
        ids = build(tx, [Post(0, 1, 0, (0,), -1), Post(0, 0, 0, (1,), -1)], with_closed=True)
        insider = access.viewer(tx, ids["insider"])
        private = reading.find(tx, insider, "Comité robot")[0]
        before = lookup.find(tx, insider, "banc")
        belonging.leave(tx, [Joining(private.id, ids["insider"])], HERE)
        after = lookup.find(tx, insider, "banc")
        atelier = reading.find(tx, insider, "Atelier")[0]
        opening.change(tx, [opening.CommunityChange(atelier.id, {"privacy": Privacy.PRIVATE})], HERE)
        statistics = lookup.read_statistics(tx, ["soudur"])
        still = lookup.find(tx, access.viewer(tx, ids["outsider"]), "soudure")

    assert len(before.contents) == 1
    assert not after.contents
    assert (statistics.documents, statistics.frequency.get("soudur", 0)) == (0, 0)
    assert len(still.contents) == 1  # the outsider belongs to the community that was closed


def test_a_guest_of_a_closed_community_is_found_by_its_members_only(store: Store) -> None:
    with store.write() as tx:
        ids = build(tx, [], with_closed=True, hidden=[Hidden(3, (2,), 0, 0)])
        inside, outside = (access.viewer(tx, ids[name]) for name in ("insider", "outsider"))
        names = [
            [person.name for person in members.find(tx, "petit", among=access.knowable_people(who))]
            for who in (inside, outside)
        ]
        counts = [follows.counts(tx, who, 1)[0] for who in (inside, outside)]

    assert names == [["Bob Petit"], []]
    assert counts == [2, 1]
