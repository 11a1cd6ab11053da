"""Published figures of small companies; each docstring counts them by hand."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest

from analytics.cell import COLUMNS
from analytics.metrics.answered_72h import answered_share
from analytics.published import reading
from analytics.publishing import cubes
from reseau.contents.kinds.idea import IDEA
from reseau.contents.kinds.question import QUESTION
from reseau.kinds import MemberKind, MemberStatus, Origin, Privacy, Verb
from reseau.launch.day import LaunchDayError, set_launch_day
from reseau.network import Network, set_notice
from tests.analytics.story import MONDAY, activate, appoint, did, moment, people, places, replied, tell, wrote


def cell(
    network: Network, metric: str, grain: str = "week", kind: str = "", segment: str = "", at: int = 0
) -> pd.Series:
    """Return the published cell whose period begins ``day`` days after ``MONDAY``."""
    cells = reading.cells(network.settings.folder, metric, grain, kind)
    matching = cells.loc[(cells["segment"] == segment) & (cells["start"] == MONDAY + timedelta(days=at))]
    assert len(matching) == 1, cells
    return matching.iloc[0]


def test_activation_rate(sqlite_network: Network) -> None:
    """40 employees; 30 make first contact, 10 of them in the second week; 5 partners and a bot do not count.

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


def test_the_adoption_curve_rises_week_by_week_when_enough_are_active(sqlite_network: Network) -> None:
    """40 employees. Week 1: 20 activate. Week 2: 4 do, and nobody else is active. Week 3: 4 more do, and 10 read.

    In week 2 fewer than 10 were active, so the curve stays at 20; in week 3 it shows all 28. A newcomer of week 2 is
    not counted yet.
    """
    staff = people(sqlite_network, 40)
    people(sqlite_network, 1, hired_on=MONDAY + timedelta(days=8))
    activate(sqlite_network, staff[:20], 0)
    activate(sqlite_network, staff[20:24], 8)
    activate(sqlite_network, staff[24:28], 15)
    tell(sqlite_network, [did(who, Verb.USED, 15, kind="feed") for who in staff[:10]])
    cubes.refresh(sqlite_network, at=moment(22), only=["activation_curve"])

    curve = reading.cells(sqlite_network.settings.folder, "activation_curve", "week")
    assert curve["numerator"].tolist() == [20, 20, 28]
    assert curve["denominator"].tolist() == [40, 40, 40]


def test_engagement_rate(sqlite_network: Network) -> None:
    """50 employees, 30 activated. Week 1: 10 react, 3 of them also write, 2 only read: 10 / 30.

    Week 2: 10 others thank: 10 / 30. Weeks 3 and 4: nobody, which is "at most 9". Four weeks: 20 / 30, because nobody
    is in both.
    """
    staff = people(sqlite_network, 50)
    activate(sqlite_network, staff[:30], 0)
    tell(sqlite_network, [did(who, Verb.REACTED, 1) for who in staff[:10]])
    tell(sqlite_network, [wrote(who, who, 2) for who in staff[:3]])
    tell(sqlite_network, [did(who, Verb.USED, 2, kind="feed") for who in staff[10:12]])
    tell(sqlite_network, [did(who, Verb.THANKED, 9) for who in staff[20:30]])
    cubes.refresh(sqlite_network, at=moment(29), only=["engagement_rate"])

    assert cell(sqlite_network, "engagement_rate")["value"] == 1 / 3
    assert cell(sqlite_network, "engagement_rate", at=7)["value"] == 1 / 3
    third = cell(sqlite_network, "engagement_rate", at=14)
    assert (third["shown"], third["reason"], third["low"], third["high"]) == ("band", "k", 0, 9 / 30)
    assert cell(sqlite_network, "engagement_rate", "4w")["numerator"] == 20


def test_active_members(sqlite_network: Network) -> None:
    """50 employees. Week 1: 30 activate, all who can have been active, so a range is shown. Week 2: 12 read.

    5 partners who do the same are not counted.
    """
    staff, partners = people(sqlite_network, 50), people(sqlite_network, 5, kind=MemberKind.PARTNER)
    activate(sqlite_network, [*staff[:30], *partners], 0)
    tell(sqlite_network, [did(who, Verb.USED, 8) for who in [*staff[:12], *partners]])
    cubes.refresh(sqlite_network, at=moment(29), only=["active_members"])

    first, second = (cell(sqlite_network, "active_members", "week", "window", "7d", at=at) for at in (0, 7))
    assert (first["shown"], first["reason"], first["low"], first["high"]) == ("band", "homogeneous", 21, 30)
    assert (second["value"], second["n"]) == (12, 50)
    cells = reading.cells(sqlite_network.settings.folder, "active_members", segment_kind="window")
    assert set(zip(cells["grain"], cells["segment"], strict=True)) == {("week", "7d"), ("4w", "28d")}


def test_contributions_by_kind(sqlite_network: Network) -> None:
    """12 people ask one question each, 15 react twice each, 3 write an idea, all in the first of four weeks.

    The week's total is 12 + 30 + 3 = 45 by 15 people, of 20 who have activated. Only 3 people wrote ideas, so
    these join “other”; 3 people are too few for that as well, so questions, the next kind by people, join too: 30
    reactions and 15 others.
    """
    activated = people(sqlite_network, 30)[:20]
    activate(sqlite_network, activated, 0)
    staff = activated[:15]
    tell(sqlite_network, [wrote(who, who, 1, QUESTION) for who in staff[:12]])
    tell(sqlite_network, [wrote(who, 100 + who, 1, IDEA) for who in staff[:3]])
    tell(sqlite_network, [did(who, Verb.REACTED, 1, hour, content_id=1) for who in staff for hour in (1, 2)])
    cubes.refresh(sqlite_network, at=moment(29), only=["contributions"])

    total = cell(sqlite_network, "contributions")
    assert (total["value"], total["n"]) == (45, 10)
    kinds = reading.cells(sqlite_network.settings.folder, "contributions", "4w", "kind")
    assert dict(zip(kinds["segment"], kinds["value"], strict=True)) == {"reaction": 30, "other": 15}
    assert [cell(sqlite_network, "contributions", grain)["value"] for grain in ("4w", "launch")] == [45, 45]


@pytest.mark.parametrize("tenth", ["a guest", "somebody who came meanwhile", "a colleague"])
def test_only_counted_people_open_a_cell_of_a_volume(sqlite_network: Network, tenth: str) -> None:
    """Nine employees react, and so does a tenth person who is not counted.

    If that person opened the cell, it would reveal them to readers who know that at most 9 employees were engaged.
    """
    staff = people(sqlite_network, 30)
    guest = people(sqlite_network, 1, kind=MemberKind.PARTNER)
    newcomer = people(sqlite_network, 1, hired_on=MONDAY + timedelta(days=1))
    also = {"a guest": guest, "somebody who came meanwhile": newcomer, "a colleague": staff[9:10]}[tenth]
    activate(sqlite_network, [*staff, *also], 2)
    tell(sqlite_network, [did(who, Verb.REACTED, 2) for who in [*staff[:9], *also]])
    cubes.refresh(sqlite_network, at=moment(29), only=["contributions"])

    state = "value" if tenth == "a colleague" else "hidden"
    assert cell(sqlite_network, "contributions")["shown"] == state
    assert cell(sqlite_network, "contributions", "4w")["shown"] == state


def test_only_counted_people_open_a_kind(sqlite_network: Network) -> None:
    """Twenty employees react; nine of them and two guests write: only reactions are shown as a kind."""
    staff, guests = people(sqlite_network, 30)[:20], people(sqlite_network, 2, kind=MemberKind.PARTNER)
    activate(sqlite_network, [*staff, *guests], 0)
    tell(sqlite_network, [did(who, Verb.REACTED, 2) for who in staff])
    tell(sqlite_network, [wrote(who, who, 2) for who in [*staff[:9], *guests]])
    cubes.refresh(sqlite_network, at=moment(29), only=["contributions"])

    assert cell(sqlite_network, "contributions")["value"] == 31
    kinds = reading.cells(sqlite_network.settings.folder, "contributions", "4w", "kind")
    assert kinds.to_dict("records") == []


def test_a_company_whose_employees_are_few_shows_no_volume_however_many_guests_it_has(sqlite_network: Network) -> None:
    """12 of 15 employees and 30 guests write: a volume of at least 10 employees would reveal nearly each of them."""
    staff = people(sqlite_network, 15)
    people(sqlite_network, 30, kind=MemberKind.PARTNER)
    activate(sqlite_network, staff, 0)
    tell(sqlite_network, [wrote(who, who, 2) for who in staff[:12]])
    cubes.refresh(sqlite_network, at=moment(8), only=["contributions"])

    assert cell(sqlite_network, "contributions")["shown"] == "hidden"


@pytest.mark.parametrize("asker", ["a guest", "a colleague"])
def test_only_counted_people_open_the_figure_of_questions(sqlite_network: Network, asker: str) -> None:
    """Nine employees ask two questions each, and a tenth person two more; twelve react, so the week is shown."""
    staff, guests = people(sqlite_network, 30), people(sqlite_network, 1, kind=MemberKind.PARTNER)
    activate(sqlite_network, [*staff, *guests], 0)
    tell(sqlite_network, [did(who, Verb.REACTED, 2) for who in staff[10:22]])
    askers = [*staff[:9], *(guests if asker == "a guest" else staff[9:10])]
    questions = [wrote(who, 100 * n + who, 1, QUESTION) for who in askers for n in (1, 2)]
    tell(sqlite_network, questions)
    cubes.refresh(sqlite_network, at=moment(33), only=["contributions", "answered_72h"])

    cells = reading.cells(sqlite_network.settings.folder, "answered_72h")
    assert len(cells) == (asker == "a colleague")


def test_a_longer_period_adds_up_the_weeks_that_are_shown(sqlite_network: Network) -> None:
    """Week 1: 12 people write. Week 2: 3 do, which is hidden. Four weeks: 12, not 15."""
    activated = people(sqlite_network, 30)[:20]
    activate(sqlite_network, activated, 0)
    staff = activated[:15]
    tell(sqlite_network, [wrote(who, who, 1) for who in staff[:12]])
    tell(sqlite_network, [wrote(who, 100 + who, 8) for who in staff[:3]])
    cubes.refresh(sqlite_network, at=moment(29), only=["contributions"])

    assert cell(sqlite_network, "contributions", at=7)["reason"] == "k"
    assert cell(sqlite_network, "contributions", "4w")["value"] == 12


def test_living_communities(sqlite_network: Network) -> None:
    """Four communities. The first has 3 people and a reply between two: it lives. The second: 3 people, no reply.

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
    cubes.refresh(sqlite_network, at=moment(29), only=["living_communities"])

    figures = cell(sqlite_network, "living_communities", "4w")
    assert (figures["numerator"], figures["denominator"], figures["value"]) == (1, 4, 0.25)


def test_questions_answered_within_72_hours(sqlite_network: Network) -> None:
    """20 questions on Monday at noon: 10 answered after a day, 5 after four days, 5 never, 9 days later.

    Nothing is censored before 72 hours, so 1 - S(72 h) is 10 / 20 = 50 %. A reply by the asker is no answer.
    """
    staff = people(sqlite_network, 20)
    activate(sqlite_network, staff, 0)
    tell(sqlite_network, [wrote(who, who, 0, QUESTION) for who in staff])
    tell(sqlite_network, [replied(who, 200 + who, who, 0, 13) for who in staff])
    tell(sqlite_network, [replied(staff[0], 300 + who, who, 1) for who in staff[1:11]])
    tell(sqlite_network, [replied(staff[1], 400 + who, who, 4) for who in staff[11:16]])
    cubes.refresh(sqlite_network, at=moment(32), only=["answered_72h"])

    figures = cell(sqlite_network, "answered_72h", "4w")
    assert (figures["numerator"], figures["denominator"], figures["value"]) == (10, 20, 0.5)


def test_four_weeks_of_few_questions_are_counted_with_the_next(sqlite_network: Network) -> None:
    """12 questions in the first four weeks, 12 in the next, all answered at once: one figure of eight weeks, 24."""
    staff = people(sqlite_network, 24)
    activate(sqlite_network, staff, 0)
    tell(sqlite_network, [wrote(who, who, 28 * (who % 2), QUESTION) for who in staff])
    tell(sqlite_network, [replied(staff[who == staff[0]], 200 + who, who, 28 * (who % 2), 13) for who in staff])
    cubes.refresh(sqlite_network, at=moment(32), only=["answered_72h"])
    assert len(reading.all_cells(sqlite_network.settings.folder, "answered_72h")) == 0

    cubes.refresh(sqlite_network, at=moment(60), only=["answered_72h"])

    figures = cell(sqlite_network, "answered_72h", "4w")
    assert (figures["denominator"], figures["value"], figures["end"]) == (24, 1.0, MONDAY + timedelta(days=55))


def test_questions_of_a_week_whose_contributions_are_hidden_are_not_counted(sqlite_network: Network) -> None:
    """Week 1: 22 people ask. Week 2: 3 do, which is hidden. 22 questions, not 25, since 25 - 22 would reveal the 3."""
    staff = people(sqlite_network, 24)[:22]
    activate(sqlite_network, staff, 0)
    tell(sqlite_network, [wrote(who, who, 1, QUESTION) for who in staff])
    tell(sqlite_network, [wrote(who, 100 + who, 8, QUESTION) for who in staff[:3]])
    cubes.refresh(sqlite_network, at=moment(32), only=["answered_72h"])

    assert cell(sqlite_network, "contributions", at=7)["shown"] == "hidden"
    assert cell(sqlite_network, "contributions", "4w", "kind", "question")["value"] == 22
    assert cell(sqlite_network, "answered_72h", "4w")["denominator"] == 22


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
    assert (1 - high, 1 - low) == pytest.approx((0.188, 0.680), abs=1e-3)  # as survival packages compute it


def test_presence_and_coverage_of_animateurs(sqlite_network: Network) -> None:
    """11 communities with one animateur each; the first also has a second. Week 1: 5 animateurs write; then none.

    Presence: week 1, 5 / 11; four weeks, 5 / 44. The second animateur writes too: 1 community of 11 has two active.
    """
    staff = people(sqlite_network, 12)
    activate(sqlite_network, staff, 0)
    community_ids = places(sqlite_network, 11)
    for who, place in zip(staff, community_ids, strict=False):
        appoint(sqlite_network, place, who, 0)
    appoint(sqlite_network, community_ids[0], staff[11], 0)
    writing = zip(staff[:5], community_ids, strict=False)
    tell(sqlite_network, [wrote(who, who, 1, place=place) for who, place in writing])
    tell(sqlite_network, [wrote(staff[n], 100 * n, 1, place=community_ids[0]) for n in (6, 11)])
    cubes.refresh(sqlite_network, at=moment(28), only=["animateur_presence", "animateur_coverage"])

    assert cell(sqlite_network, "animateur_presence")["value"] == 5 / 11
    assert cell(sqlite_network, "animateur_presence", "launch")["value"] == 5 / 44
    assert cell(sqlite_network, "animateur_presence", "4w", "community", str(community_ids[0]))["value"] == 0.25
    coverage = cell(sqlite_network, "animateur_coverage", "4w")
    assert (coverage["numerator"], coverage["denominator"]) == (1, 11)


def test_deleted_contents_no_longer_count(sqlite_network: Network) -> None:
    """15 of 20 write. Before the week is published, 4 texts are deleted, removed or merged, and one is restored: 12.

    Later deletions change nothing.
    """
    activated = people(sqlite_network, 30)[:20]
    activate(sqlite_network, activated, 0)
    staff = activated[:15]
    tell(sqlite_network, [wrote(who, who, 1) for who in staff])
    ends = (Verb.DELETED, Verb.REMOVED, Verb.MERGED, Verb.DELETED)
    tell(sqlite_network, [did(who, end, 7, content_id=who) for who, end in zip(staff, ends, strict=False)])
    tell(sqlite_network, [did(staff[3], Verb.RESTORED, 7, content_id=staff[3])])
    cubes.refresh(sqlite_network, at=moment(8), only=["contributions"])
    tell(sqlite_network, [did(who, Verb.DELETED, 9, content_id=who) for who in staff[3:5]])
    cubes.refresh(sqlite_network, at=moment(15), only=["contributions"])

    assert cell(sqlite_network, "contributions")["value"] == 12


def test_leavers_count_until_the_day_before_they_left(sqlite_network: Network) -> None:
    """22 people write on day 3, and so do one who leaves that day and one who leaves the next: 23."""
    staff = people(sqlite_network, 22)
    gone = people(sqlite_network, 1, left_on=MONDAY + timedelta(days=3))
    going = people(sqlite_network, 1, left_on=MONDAY + timedelta(days=4))
    activate(sqlite_network, staff, 0)
    tell(sqlite_network, [wrote(who, who, 3) for who in [*staff, *gone, *going]])
    cubes.refresh(sqlite_network, at=moment(8), only=["contributions"])

    assert cell(sqlite_network, "contributions")["value"] == 23


def test_late_rows_count_on_the_day_after_the_published_periods(sqlite_network: Network) -> None:
    """12 of 30 write in week 1. After that is published, 11 more acts of week 1 arrive: they count in week 2."""
    staff = people(sqlite_network, 30)
    activate(sqlite_network, staff, 0)
    tell(sqlite_network, [wrote(who, who, 1) for who in staff[:12]])
    cubes.refresh(sqlite_network, at=moment(8), only=["contributions"])
    tell(sqlite_network, [wrote(who, 100 + who, 2) for who in staff[:11]])
    cubes.refresh(sqlite_network, at=moment(15), only=["contributions"])

    assert [cell(sqlite_network, "contributions", at=at)["value"] for at in (0, 7)] == [12, 11]


def test_the_noted_launch_day_wins_over_the_first_activation(sqlite_network: Network) -> None:
    staff = people(sqlite_network, 30)
    activate(sqlite_network, staff, 0)
    with sqlite_network.store.write() as tx:
        set_notice(tx, "launch", (MONDAY + timedelta(days=7)).isoformat())
    cubes.refresh(sqlite_network, at=moment(22), only=["activation_rate"])

    weeks = reading.cells(sqlite_network.settings.folder, "activation_rate", "week")
    assert weeks["start"].tolist() == [MONDAY + timedelta(days=7), MONDAY + timedelta(days=14)]


def test_a_launch_day_that_is_set_later_leaves_the_weeks_before_it_out_and_changes_no_other(
    sqlite_network: Network,
) -> None:
    """Weeks of 12, 14 and 16 contributions; the launch day is moved to the second: 30 since launch, then 48."""
    staff = people(sqlite_network, 40)
    activate(sqlite_network, staff[:20], 0)
    for week, many in enumerate((12, 14, 16, 18)):
        tell(sqlite_network, [wrote(who, 100 * week + who, 7 * week + 1) for who in staff[:many]])
    cubes.refresh(sqlite_network, at=moment(21), only=["contributions"])
    assert cell(sqlite_network, "contributions", "launch")["value"] == 42
    with sqlite_network.store.write() as tx:
        set_launch_day(tx, MONDAY + timedelta(days=7))

    for at, since in ((22, 30), (28, 48)):
        cubes.refresh(sqlite_network, at=moment(at), only=["contributions"])
        weeks = reading.cells(sqlite_network.settings.folder, "contributions", "week")
        assert weeks["value"].tolist() == [14, 16, 18][: len(weeks)]
        assert cell(sqlite_network, "contributions", "launch", at=7)["value"] == since


def test_a_launch_day_to_come_leaves_nothing_to_show(sqlite_network: Network) -> None:
    staff = people(sqlite_network, 40)
    activate(sqlite_network, staff[:20], 0)
    cubes.refresh(sqlite_network, at=moment(8), only=["activation_rate"])
    with sqlite_network.store.write() as tx:
        set_launch_day(tx, MONDAY + timedelta(days=90))

    cubes.refresh(sqlite_network, at=moment(9), only=["activation_rate"])

    assert len(reading.all_cells(sqlite_network.settings.folder, "activation_rate")) == 0


def test_an_invalid_launch_day_is_reported(sqlite_network: Network) -> None:
    with sqlite_network.store.write() as tx:
        set_notice(tx, "launch", "lundi")

    with pytest.raises(LaunchDayError, match="lundi"):
        cubes.refresh(sqlite_network)


def test_freshness_gives_the_last_day_of_the_figures(sqlite_network: Network) -> None:
    staff = people(sqlite_network, 2)
    assert reading.freshness(sqlite_network.settings.folder).built_at is None
    tell(sqlite_network, [did(who, Verb.USED, 0) for who in staff])
    tell(sqlite_network, [did(who, Verb.USED, -300) for who in staff], Origin.SEEDED)
    cubes.refresh(sqlite_network, at=moment(4), only=["contributions"])

    fresh = reading.freshness(sqlite_network.settings.folder)
    assert (fresh.built_at, fresh.until, fresh.k, fresh.seeded) == (moment(4), MONDAY + timedelta(days=3), 10, 2)


def test_a_metric_that_was_never_published_has_no_cells(sqlite_network: Network) -> None:
    cells = reading.cells(sqlite_network.settings.folder, "activation_rate")

    assert (list(cells.columns), len(cells)) == (list(COLUMNS), 0)


def test_the_operator_neither_counts_nor_starts_the_launch(sqlite_network: Network) -> None:
    operator = people(sqlite_network, 1, status=MemberStatus.OPERATOR)
    tell(sqlite_network, [did(operator[0], Verb.ACTIVATED, -40), wrote(operator[0], 1, -40)])
    staff = people(sqlite_network, 60)
    activate(sqlite_network, staff[:30], 0)
    tell(sqlite_network, [wrote(operator[0], 2, 8), *(did(who, Verb.USED, 8) for who in staff[:15])])
    cubes.refresh(sqlite_network, at=moment(15))

    week = cell(sqlite_network, "activation_rate")
    folder = sqlite_network.settings.folder
    assert (week["numerator"], week["denominator"]) == (30, 60)
    assert reading.freshness(folder).launch == MONDAY
    assert cell(sqlite_network, "active_members", "week", "window", "7d", at=7)["value"] == 15
