"""The list for attention: communities by their animateurs, and unanswered questions; never people."""

from __future__ import annotations

from datetime import timedelta

import pytest

from analytics.published import reading
from analytics.published.reading import Attention, Charge, Question, Waiting
from analytics.publishing import cubes
from reseau.contents.kinds.question import QUESTION
from reseau.kinds import MemberStatus, Origin, Privacy
from reseau.network import Network
from tests.analytics.story import MONDAY, activate, appoint, moment, people, places, replied, tell, wrote

NOW = moment(38)  # a Thursday: the last whole week ends on the day 34


def refreshed(network: Network) -> Attention:
    cubes.refresh(network, at=NOW, only=["living_communities"])
    return reading.attention(network.settings.folder)


def charges(network: Network) -> dict[str, Charge]:
    return {community_.community: community_.charge for community_ in refreshed(network).communities}


def test_communities_are_grouped_by_the_activity_of_their_animateurs(sqlite_network: Network) -> None:
    staff = people(sqlite_network, 12)
    activate(sqlite_network, staff, 0)
    vacant, silent, alone, second, covered, new = places(sqlite_network, 6, opened=0)
    for place, who in ((silent, 0), (alone, 1), (second, 2), (second, 3), (covered, 4), (covered, 5)):
        appoint(sqlite_network, place, staff[who], since=0)
    appoint(sqlite_network, vacant, staff[6], since=0, until=20)
    appoint(sqlite_network, new, staff[7], since=30)
    lines = ((alone, 1), (second, 2), (covered, 4), (covered, 5))
    tell(sqlite_network, [wrote(staff[who], 100 + who, 10, place=place) for place, who in lines])

    assert charges(sqlite_network) == {
        str(vacant): Charge.NOBODY,
        str(silent): Charge.SILENT,
        str(alone): Charge.ALONE,
        str(second): Charge.SECOND_SILENT,
        str(covered): Charge.COVERED,
        str(new): Charge.ALONE,
    }


def test_leavers_are_in_charge_of_nothing(sqlite_network: Network) -> None:
    staff = people(sqlite_network, 3)
    gone = people(sqlite_network, 1, status=MemberStatus.LEFT, left_on=MONDAY + timedelta(days=20))
    activate(sqlite_network, staff, 0)
    (place,) = places(sqlite_network, 1, opened=0)
    appoint(sqlite_network, place, gone[0], since=0)

    assert charges(sqlite_network) == {str(place): Charge.NOBODY}


def test_no_community_is_listed_before_four_complete_weeks(sqlite_network: Network) -> None:
    activate(sqlite_network, people(sqlite_network, 30), 9)
    places(sqlite_network, 2, opened=0)

    assert refreshed(sqlite_network).communities == ()


def test_secret_communities_are_in_no_list(sqlite_network: Network) -> None:
    staff = people(sqlite_network, 3)
    activate(sqlite_network, staff, 0)
    (place,) = places(sqlite_network, 1, opened=0, privacy=Privacy.SECRET)
    tell(sqlite_network, [wrote(staff[0], 1, 10, QUESTION, place=place)])

    attention = refreshed(sqlite_network)
    assert (attention.communities, attention.waiting) == ((), ())


def test_questions_wait_until_somebody_else_replies(sqlite_network: Network) -> None:
    staff = people(sqlite_network, 3)
    activate(sqlite_network, staff, 0)
    first, second = places(sqlite_network, 2, opened=0)
    closed = places(sqlite_network, 1, opened=0, privacy=Privacy.PRIVATE)[0]
    questions = [
        *((1, 3, first), (2, 4, first), (3, 5, first)),
        *((4, 2, second), (5, 6, closed)),
    ]
    tell(sqlite_network, [wrote(staff[0], id_, day, QUESTION, place=at) for id_, day, at in questions])
    tell(sqlite_network, [wrote(staff[0], 6, 4, QUESTION, place=first)], Origin.SEEDED)
    tell(
        sqlite_network,
        [replied(staff[0], 11, 1, 5, place=first), replied(staff[1], 12, 2, 5, place=first)],
    )

    one, three, four = (Question(id_, MONDAY + timedelta(days=day)) for id_, day in ((1, 3), (3, 5), (4, 2)))
    assert refreshed(sqlite_network).waiting == (
        Waiting(str(first), 2, one, (three, one)),
        Waiting(str(second), 1, four, (four,)),
    )


@pytest.mark.parametrize("content", ["", "{", "[]", '{"until": "lundi"}', '{"until": null, "communities": 3}'])
def test_a_spoilt_list_is_no_list(sqlite_network: Network, content: str) -> None:
    file = reading.attention_file(sqlite_network.settings.folder)
    file.parent.mkdir(parents=True)
    file.write_text(content, "utf-8")

    assert reading.attention(sqlite_network.settings.folder) == Attention()
