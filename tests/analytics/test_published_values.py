"""Published figures of small companies, each counted by hand in its docstring."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest

from analytics import cubes, published
from analytics.metrics.answered_72h import answered_share
from reseau.kinds import ContentKind, MemberKind, MemberStatus, Origin, Privacy, Verb
from reseau.launch import LaunchDayError
from reseau.network import Network, set_notice
from tests.analytics.story import MONDAY, activate, appoint, did, moment, people, places, replied, tell, wrote


def cell(
    network: Network, metric: str, grain: str = "week", kind: str = "", segment: str = "", at: int = 0
) -> pd.Series:
    """One published cell: the one whose period begins that many days after ``MONDAY``."""
    cells = published.cells(network.settings.folder, metric, grain, kind)
    found = cells.loc[(cells["segment"] == segment) & (cells["start"] == MONDAY + timedelta(days=at))]
    assert len(found) == 1, cells
    return found.iloc[0]


def test_activation_rate(sqlite_network: Network) -> None:
    """40 employees; 30 make first contact, 10 of them in the second week; 5 partners and a bot do not matter.

    Week 1: 20 / 40 = 50 %, Wilson 35.2 % to 64.8 %. Week 2: 30 / 40 = 75 %.
    """
    staff = people(sqlite_network, 40)
    partners = people(sqlite_network, 5, kind=MemberKind.PARTNER)
    people(sqlite_network, 1, status=MemberStatus.BOT)
    activate(sqlite_network, [*staff[:20], *partners], 0)
    activate(sqlite_network, staff[20:30], 8)
    cubes.refresh(sqlite_network, at=moment(15), only=["activation_rate"])

    first, second = (cell(sqlite_network, "activation_rate", at=at) for at in (0, 7))
    assert (first["numerator"], first["denominator"], first["value"]) == (20, 40, 0.5)
    assert (first["low"], first["high"]) == pytest.approx((0.352, 0.648), abs=5e-4)
    assert second["value"] == 0.75
    assert bool(first["complete"])


def test_the_adoption_curve_rises_day_by_day(sqlite_network: Network) -> None:
    """40 employees; 20 on Monday, 4 more on Wednesday: 20, 20, 24 of 40; one hired on Wednesday: of 41."""
    staff = people(sqlite_network, 40)
    people(sqlite_network, 1, hired_on=MONDAY + timedelta(days=2))
    activate(sqlite_network, staff[:20], 0)
    activate(sqlite_network, staff[20:24], 2)
    cubes.refresh(sqlite_network, at=moment(2, 20), only=["activation_curve"])

    curve = published.cells(sqlite_network.settings.folder, "activation_curve", "day")
    assert curve["numerator"].tolist() == [20, 20, 24]
    assert curve["denominator"].tolist() == [40, 40, 41]
    assert curve["complete"].tolist() == [True, True, False]


def test_engagement_rate(sqlite_network: Network) -> None:
    """30 activated. Week 1: 6 react, 3 of them also write, 2 only look around: 6 / 30. Week 2: 3 others: 3 / 30.

    Four weeks, which end with week 2: 6 + 3 = 9 / 30, because nobody is in both.
    """
    staff = people(sqlite_network, 30)
    activate(sqlite_network, staff, 0)
    tell(sqlite_network, [did(who, Verb.REACTED, 1) for who in staff[:6]])
    tell(sqlite_network, [wrote(who, who, 2) for who in staff[:3]])
    tell(sqlite_network, [did(who, Verb.USED, 2, kind="feed") for who in staff[10:12]])
    tell(sqlite_network, [did(who, Verb.THANKED, 9) for who in staff[20:23]])
    cubes.refresh(sqlite_network, at=moment(14), only=["engagement_rate"])

    assert cell(sqlite_network, "engagement_rate")["value"] == 0.2
    assert cell(sqlite_network, "engagement_rate", at=7)["value"] == 0.1
    assert cell(sqlite_network, "engagement_rate", "4w", at=-14)["numerator"] == 9


def test_active_members(sqlite_network: Network) -> None:
    """12 people activate on day 0 (a trace each); 4 of them look in on day 1 and 2 others on day 7.

    Day 0: 12, 12, 12. Day 1: 4 of the day, 12 of 7 days. Day 7: 2 of the day; 7 days = days 1 to 7 = 4 + 2 = 6;
    28 days: 12. Day 8 (day 1 has lapsed): 0, 2, 12.
    """
    staff = people(sqlite_network, 12)
    activate(sqlite_network, staff, 0)
    tell(sqlite_network, [did(who, Verb.USED, 1) for who in staff[:4]])
    tell(sqlite_network, [did(who, Verb.USED, 7) for who in staff[4:6]])
    cubes.refresh(sqlite_network, at=moment(8, 20), only=["active_members"])

    found = {
        (day, window): cell(sqlite_network, "active_members", "day", "window", window, at=day)["value"]
        for day in (0, 1, 7, 8)
        for window in ("1d", "7d", "28d")
    }
    assert [found[0, window] for window in ("1d", "7d", "28d")] == [12, 12, 12]
    assert (found[1, "1d"], found[1, "7d"]) == (4, 12)
    assert [found[7, window] for window in ("1d", "7d", "28d")] == [2, 6, 12]
    assert [found[8, window] for window in ("1d", "7d", "28d")] == [0, 2, 12]


def test_contributions_by_kind(sqlite_network: Network) -> None:
    """12 people ask one question each, 15 react twice each, 3 write an idea.

    The total is 12 + 30 + 3 = 45 by 15 people. Ideas are of 3 people: hidden; the total less the rest would tell
    them, so the next kind by people, questions, goes too; 30 reactions are shown.
    """
    staff = people(sqlite_network, 15)
    activate(sqlite_network, staff, 0)
    tell(sqlite_network, [wrote(who, who, 1, ContentKind.QUESTION) for who in staff[:12]])
    tell(sqlite_network, [wrote(who, 100 + who, 1, ContentKind.IDEA) for who in staff[:3]])
    tell(sqlite_network, [did(who, Verb.REACTED, 1, hour, content_id=1) for who in staff for hour in (1, 2)])
    cubes.refresh(sqlite_network, at=moment(8), only=["contributions"])

    total = cell(sqlite_network, "contributions")
    assert (total["value"], total["n"]) == (45, 15)
    kinds = {
        name: cell(sqlite_network, "contributions", "week", "kind", name) for name in ("question", "idea", "reaction")
    }
    assert [kinds[name]["reason"] for name in ("question", "idea")] == ["complement", "k"]
    assert kinds["reaction"]["value"] == 30


def test_living_communities(sqlite_network: Network) -> None:
    """Four in use. The first has 3 people and a reply to another: it lives. The second: 3 people, nobody replies.

    The third: two people who reply to each other. The fourth: nothing. 1 / 4. A secret one and a personal one that
    would live are not counted.
    """
    staff = people(sqlite_network, 4)
    activate(sqlite_network, staff, 0)
    (
        lives,
        mute,
        pair,
        _,
    ) = places(sqlite_network, 4)
    apart = [*places(sqlite_network, 1, privacy=Privacy.SECRET), *places(sqlite_network, 1, personal=True)]
    for number, place in enumerate([lives, *apart]):
        tell(sqlite_network, [wrote(who, 1000 * number + who, 1, place=place) for who in staff[:2]])
        tell(
            sqlite_network,
            [replied(staff[2], 1000 * number + 500, 1000 * number + staff[0], 1, to=staff[0], place=place)],
        )
    tell(sqlite_network, [wrote(who, 7000 + who, 1, place=mute) for who in staff])
    tell(sqlite_network, [replied(staff[0], 7500, 7000 + staff[0], 1, to=staff[0], place=mute)])
    tell(sqlite_network, [wrote(staff[0], 8000, 1, place=pair), replied(staff[1], 8001, 8000, 1, place=pair)])
    cubes.refresh(sqlite_network, at=moment(8), only=["living_communities"])

    found = cell(sqlite_network, "living_communities")
    assert (found["numerator"], found["denominator"], found["value"]) == (1, 4, 0.25)


def test_questions_answered_within_72_hours(sqlite_network: Network) -> None:
    """20 questions on Monday at noon: 10 answered after a day, 5 after four days, 5 never, 9 days later.

    Nothing is censored before 72 hours, so 1 - S(72 h) is 10 / 20 = 50 %. A reply by the asker is no answer.
    """
    staff = people(sqlite_network, 20)
    activate(sqlite_network, staff, 0)
    tell(sqlite_network, [wrote(who, who, 0, ContentKind.QUESTION) for who in staff])
    tell(sqlite_network, [replied(who, 200 + who, who, 0, 13) for who in staff])
    tell(sqlite_network, [replied(staff[0], 300 + who, who, 1) for who in staff[1:11]])
    tell(sqlite_network, [replied(staff[1], 400 + who, who, 4) for who in staff[11:16]])
    cubes.refresh(sqlite_network, at=moment(9), only=["answered_72h"])

    found = cell(sqlite_network, "answered_72h")
    assert (found["numerator"], found["denominator"], found["value"]) == (10, 20, 0.5)
    assert not bool(cell(sqlite_network, "answered_72h", at=7)["complete"])


def test_waiting_questions_are_censored_not_failed() -> None:
    """Freireich 1963, the 6-MP arm, a standard example (weeks read as hours): S(10) = .753, S(23) = .448.

    Times 6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+, + censored; scaled so that 72 h falls
    at 23.
    """
    times = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    waiting = {3, 5, 7, 8, 11, 12, 13, 16, 17, 18, 19, 20}
    answered = [place not in waiting for place in range(len(times))]
    cohort = pd.DataFrame({"hours": [time * 72 / 23 for time in times], "answered": answered})

    share, low, high = answered_share(cohort)

    assert share == pytest.approx(1 - 0.4482, abs=5e-5)
    assert (1 - high, 1 - low) == pytest.approx((0.188, 0.680), abs=1e-3)  # as survival packages give it


def test_presence_and_coverage_of_animateurs(sqlite_network: Network) -> None:
    """11 communities with one animateur each; the first also has a second. Week 1: 5 animateurs write; week 2: none.

    Presence: week 1, 5 / 11; both weeks, 5 / 22. The second animateur writes too: 1 community of 11 has two active.
    """
    staff = people(sqlite_network, 12)
    activate(sqlite_network, staff, 0)
    where = places(sqlite_network, 11)
    for who, place in zip(staff, where, strict=False):
        appoint(sqlite_network, place, who, 0)
    appoint(sqlite_network, where[0], staff[11], 0)
    tell(sqlite_network, [wrote(who, who, 1, place=place) for who, place in zip(staff[:5], where, strict=False)])
    tell(sqlite_network, [wrote(staff[11], 500, 1, place=where[0]), wrote(staff[6], 600, 1, place=where[0])])
    cubes.refresh(sqlite_network, at=moment(14), only=["animateur_presence", "animateur_coverage"])

    assert cell(sqlite_network, "animateur_presence")["value"] == 5 / 11
    assert cell(sqlite_network, "animateur_presence", "launch")["value"] == 5 / 22
    assert cell(sqlite_network, "animateur_presence", "4w", "community", str(where[0]), -14)["value"] == 0.5
    coverage = cell(sqlite_network, "animateur_coverage", at=7)
    assert (coverage["numerator"], coverage["denominator"]) == (1, 11)


def test_what_was_deleted_does_not_count_any_more(sqlite_network: Network) -> None:
    """15 people write, all take it back but 12: 12 contributions."""
    staff = people(sqlite_network, 15)
    activate(sqlite_network, staff, 0)
    tell(sqlite_network, [wrote(who, who, 1) for who in staff])
    tell(sqlite_network, [did(who, Verb.DELETED, 20, content_id=who) for who in staff[:3]])
    cubes.refresh(sqlite_network, at=moment(21), only=["contributions"])

    assert cell(sqlite_network, "contributions")["value"] == 12


def test_leavers_count_until_the_day_before_they_left(sqlite_network: Network) -> None:
    """12 people write on day 3, with one who leaves that day and one who leaves the day after: 13."""
    staff = people(sqlite_network, 12)
    gone = people(sqlite_network, 1, left_on=MONDAY + timedelta(days=3))
    going = people(sqlite_network, 1, left_on=MONDAY + timedelta(days=4))
    activate(sqlite_network, staff, 0)
    tell(sqlite_network, [wrote(who, who, 3) for who in [*staff, *gone, *going]])
    cubes.refresh(sqlite_network, at=moment(8), only=["contributions"])

    assert cell(sqlite_network, "contributions")["value"] == 13


def test_the_noted_launch_day_wins_over_the_first_activation(sqlite_network: Network) -> None:
    staff = people(sqlite_network, 30)
    activate(sqlite_network, staff, 0)
    with sqlite_network.store.write() as tx:
        set_notice(tx, "launch", (MONDAY + timedelta(days=7)).isoformat())
    cubes.refresh(sqlite_network, at=moment(16), only=["activation_rate"])

    weeks = published.cells(sqlite_network.settings.folder, "activation_rate", "week")
    assert weeks["start"].tolist() == [MONDAY + timedelta(days=7), MONDAY + timedelta(days=14)]


def test_a_launch_day_that_is_no_date_is_said(sqlite_network: Network) -> None:
    with sqlite_network.store.write() as tx:
        set_notice(tx, "launch", "lundi")

    with pytest.raises(LaunchDayError, match="lundi"):
        cubes.refresh(sqlite_network)


def test_freshness_says_how_far_the_figures_reach(sqlite_network: Network) -> None:
    staff = people(sqlite_network, 2)
    assert published.freshness(sqlite_network.settings.folder).built_at is None
    tell(sqlite_network, [did(who, Verb.USED, 0) for who in staff])
    tell(sqlite_network, [did(who, Verb.USED, -300) for who in staff], Origin.SEEDED)
    cubes.refresh(sqlite_network, at=moment(4), only=["contributions"])

    fresh = published.freshness(sqlite_network.settings.folder)
    assert (fresh.built_at, fresh.until, fresh.k, fresh.seeded) == (moment(4), MONDAY + timedelta(days=3), 10, 2)


def test_a_metric_that_was_never_published_has_no_cells(sqlite_network: Network) -> None:
    cells = published.cells(sqlite_network.settings.folder, "activation_rate")

    assert (list(cells.columns), len(cells)) == (list(published.COLUMNS), 0)


def test_whoever_sits_at_the_machine_neither_counts_nor_starts_the_launch(sqlite_network: Network) -> None:
    operator = people(sqlite_network, 1, status=MemberStatus.OPERATOR)
    tell(sqlite_network, [did(operator[0], Verb.ACTIVATED, -40), wrote(operator[0], 1, -40)])
    staff = people(sqlite_network, 30)
    activate(sqlite_network, staff[:15], 0)
    tell(sqlite_network, [wrote(operator[0], 2, 1), *(did(who, Verb.USED, 1) for who in staff[:15])])
    cubes.refresh(sqlite_network, at=moment(8))

    week = cell(sqlite_network, "activation_rate")
    folder = sqlite_network.settings.folder
    days = published.cells(folder, "active_members", "day", "window")
    assert (week["numerator"], week["denominator"]) == (15, 30)
    assert published.freshness(folder).launch == MONDAY
    assert days.loc[days["segment"] == "7d", "numerator"].max() == 15
