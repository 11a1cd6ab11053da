"""The simulated year, before it is written to a store: the same for a seed, and plausible."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from migration.demo.company import Person
from migration.demo.filling import PEOPLE, SEED
from migration.demo.happenings import Thread, Year
from migration.demo.life import live
from migration.demo.story import story
from reseau.contents.kinds.question import QUESTION
from reseau.folding import slug
from reseau.kinds import AnimateurRole

PROJECT = Path(__file__).parents[3]
UNTIL = date(2026, 6, 19)
END = datetime.combine(UNTIL, time(0), UTC)


@pytest.fixture(scope="module")
def year() -> Year:
    return live(7, 150, UNTIL)


def native(year: Year) -> list[Thread]:
    return [thread for thread in year.threads if not thread.seeded]


def questions(year: Year) -> list[Thread]:
    return [thread for thread in native(year) if thread.kind is QUESTION]


def answered(thread: Thread) -> bool:
    return any(reply.author is not thread.author for reply in thread.replies)


def voices(thread: Thread) -> list[tuple[Person, datetime]]:
    """Return the authors in a thread, with the moments of their texts."""
    return [(thread.author, thread.at), *((reply.author, reply.at) for reply in thread.replies)]


def all_voices(year: Year) -> list[tuple[Person, datetime]]:
    """Return the authors of all native texts, with their moments."""
    return [voice for thread in native(year) for voice in voices(thread)]


@pytest.mark.parametrize("page", ["README.md", "README.fr.md"])
@pytest.mark.parametrize("until", [date(2026, 1, 5), date(2028, 2, 29)])
def test_the_people_that_the_readme_names_exist_on_any_day(page: str, until: date) -> None:
    named = re.findall(r"^(?:merci|thanks) @(\S+)", (PROJECT / page).read_text("utf-8"), re.MULTILINE)
    names = {slug(person.name).replace("-", ".") for person in live(SEED, PEOPLE, until).people if person.here(until)}

    assert named
    assert names.issuperset(named)


def test_the_same_seed_gives_the_same_year() -> None:
    def told(seed: int) -> list[tuple[object, ...]]:
        year = live(seed, 30, UNTIL)
        return [
            *((person.name, person.job, person.site.key, person.hired_on, person.left_on) for person in year.people),
            *(
                (thread.at, thread.title, thread.author.name, [reply.text for reply in thread.replies])
                for thread in year.threads
            ),
            *((use.person.name, use.at, use.command) for use in year.uses),
        ]

    assert told(3) == told(3)
    assert told(3) != told(4)


def test_people_have_names_of_their_own_and_managers_above_them(year: Year) -> None:
    assert len(year.people) == 150
    assert len({person.email for person in year.people}) == 150
    assert [person.manager for person in year.people].count(None) == 1
    numbers = {person.number: person for person in year.people}
    for person in year.people:
        seen, boss = {person}, person.manager
        while boss is not None:
            assert numbers[boss] not in seen
            seen.add(numbers[boss])
            boss = numbers[boss].manager


def test_every_department_and_site_has_people(year: Year) -> None:
    company = story().company

    assert {person.department.key for person in year.people} == set(company.departments)
    assert {person.site.key for person in year.people} == set(company.sites)


@pytest.mark.parametrize("count", [25, 150, 320])
def test_about_a_fifth_of_the_questions_stay_unanswered(count: int) -> None:
    settled = [question for question in questions(live(7, count, UNTIL)) if question.at < END - timedelta(days=5)]

    assert 0.15 <= sum(not answered(question) for question in settled) / len(settled) <= 0.25


def test_six_in_ten_come_and_by_waves(year: Year) -> None:
    share = len(year.activated) / len(year.people)
    first = {person: at for person, at in year.activated.items() if year.week(at.date()) < 4}

    assert 0.5 < share < 0.8
    roles = {role.person for role in year.roles}
    assert {person.site.key for person in first if person not in roles} == {"angers"}


def test_nobody_speaks_before_coming_or_after_leaving(year: Year) -> None:
    for person, at in all_voices(year):
        assert year.activated[person] < at
        assert person.here(at.date())
        assert at < END
    for use in year.uses:
        assert year.activated[use.person] < use.at < END
        assert use.person.here(use.at.date())


def test_whoever_writes_somewhere_belongs_there(year: Year) -> None:
    for thread in year.threads:
        for author, at in voices(thread):
            assert year.joined[thread.place, author] <= at


def test_replies_follow_what_they_answer(year: Year) -> None:
    for thread in year.threads:
        moments = [thread.at, *(reply.at for reply in thread.replies)]
        assert moments == sorted(moments)
        assert len(set(moments)) == len(moments)
        assert all(reaction.at > thread.at for reaction in thread.reactions)
        assert all(thanks.at > thanks.reply.at and thanks.giver is not thanks.reply.author for thanks in thread.thanks)


def test_weekends_and_august_are_quiet(year: Year) -> None:
    days = Counter(at.date() for _, at in all_voices(year)) + Counter(use.at.date() for use in year.uses)
    weekend = sum(number for day, number in days.items() if day.weekday() >= 5)
    months = Counter({month: sum(n for day, n in days.items() if day.month == month) for month in range(1, 13)})

    assert weekend < 0.08 * days.total()
    assert months[8] < 0.7 * (months[7] + months[9]) / 2


def test_communities_die_and_others_live_to_the_end(year: Year) -> None:
    places = story().places
    newest = {thread.place: thread.last_at for thread in year.threads}

    for place in places.values():
        if place.pulse == "dying":
            assert year.week(newest[place.key].date()) <= place.until + 3, place.key
        elif place.for_everybody:
            assert newest[place.key] > END - timedelta(days=21), place.key


def test_some_animateurs_are_there_all_year_and_some_stop(year: Year) -> None:
    weeks = {
        role: {
            year.week(at.date())
            for thread in native(year)
            if thread.place == role.place
            for author, at in voices(thread)
            if author is role.person
        }
        for role in year.roles
    }
    present = [len(weeks[role]) for role in year.roles if role.style == "present" and role.place in ("entraide", "vie")]
    silent = [len(weeks[role]) for role in year.roles if role.style == "silent"]

    assert min(present) > 10
    assert max(silent) < 10
    assert {role.role for role in year.roles} == {AnimateurRole.ANIMATEUR, AnimateurRole.SPONSOR}


def test_people_are_hired_and_leave_during_the_year(year: Year) -> None:
    hired = [person for person in year.people if person.hired_on > year.first_day]
    left = [person for person in year.people if person.left_on is not None]

    assert len(hired) >= 8
    assert len(left) >= 3
    assert any(person in year.activated for person in hired)
