"""The rules of privacy, each broken in turn, with a small company in which the attack must notice.

A rule is broken by patching its function. These cases test the attack, not the rules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import pytest

from analytics import roster
from analytics.metric import Metric
from analytics.privacy import rules, staircase, subtraction
from analytics.privacy.rules import SHOWN, Ruling
from analytics.published.record import History
from analytics.publishing import edition
from analytics.tables import Tables
from tests.analytics.staged import Person

Breaking = Callable[[pytest.MonkeyPatch], None]


def crowd(size: int, department: str = "Achats", **fields: Any) -> list[Person]:
    """Return identical people."""
    return [_person(Person(department, **fields)) for _ in range(size)]


def _person(person: Person) -> Person:
    """Return a copy with its own sets and mappings."""
    return replace(person, active=set(person.active), engaged=set(person.engaged), wrote=dict(person.wrote))


EVERY = set(range(12))


def _departments(*sizes: tuple[str, int, int]) -> list[Person]:
    """Return departments from names, sizes and numbers of activated people; up to six of these engage every week."""
    people = []
    for name, size, activated in sizes:
        people += crowd(min(activated, 6), name, activated=0, engaged=EVERY)
        people += crowd(activated - min(activated, 6), name, activated=0) + crowd(size - activated, name)
    return people


def one_small() -> list[Person]:
    """One of a department of 3 has activated, which the total minus the other two departments reveals."""
    return _departments(("D3", 3, 1), ("Achats", 30, 15), ("Ventes", 30, 14))


def several_small() -> list[Person]:
    """Departments of 9, 10 and 11 people beside a large one."""
    return _departments(("D9", 9, 4), ("D10", 10, 1), ("D11", 11, 6), ("Achats", 40, 20))


def all_of_ten() -> list[Person]:
    """All of a department of 10 and four of a department of 80 (a range) have activated: fourteen together."""
    return _departments(("D10", 10, 10), ("D80", 80, 4), ("Achats", 50, 20), ("Ventes", 60, 30))


def nearly_everybody() -> list[Person]:
    """All but six have activated, which is published as a range of ten numbers, and of five in each department."""
    return _departments(("Achats", 30, 27), ("Ventes", 30, 27))


def tiny() -> list[Person]:
    """Fifteen people, of whom twelve have activated and write."""
    return crowd(12, activated=0, wrote={0: {"idea": 1}}) + crowd(3)


def few_of_many() -> list[Person]:
    """Four of forty have activated."""
    return crowd(4, activated=0, engaged=EVERY) + crowd(36)


def others_each_week() -> list[Person]:
    """Ten engage in the first week and nine others in each of the next, so the block's number is the weeks' sum."""
    engaged = [crowd(size, activated=0, engaged={week}) for week, size in enumerate((10, 9, 9, 9))]
    return [*(person for group in engaged for person in group), *crowd(13, activated=0), *crowd(10)]


def left_and_silent() -> list[Person]:
    """The same twelve engage in every week, and someone left after the first."""
    stay = [*crowd(12, activated=0, engaged=EVERY), *crowd(14, activated=0), *crowd(14)]
    return [*stay, *crowd(1, activated=0, leaves=0)]


def twelve_leave() -> list[Person]:
    """Twelve leave together, all of them activated, and nobody activates meanwhile."""
    return [*crowd(12, activated=0, leaves=3), *crowd(25, activated=0, active=EVERY), *crowd(33)]


def twelve_leave_one() -> list[Person]:
    """Twelve leave a department together, all of them activated, while ten of another department activate."""
    return [
        *crowd(12, "D40", activated=0, leaves=3),
        *crowd(13, "D40", activated=0, active=EVERY, engaged=EVERY),
        *crowd(15, "D40"),
        *crowd(25, "Achats", activated=0, active=EVERY, engaged=EVERY),
        *crowd(10, "Achats", activated=4),
        *crowd(15, "Achats"),
    ]


def one_leaves() -> list[Person]:
    """One leaves after four weeks; in the fifth, three activate and nobody else does anything."""
    return [*crowd(20, activated=0, active={1, 2, 3}), *crowd(3, activated=4), *crowd(16), *crowd(1, leaves=3)]


def twelve_change_in_a_quiet_week() -> list[Person]:
    """Twelve leave after four weeks; in the fifth, three activate and nobody else does anything."""
    return [*crowd(25, activated=0, active={1, 2, 3}), *crowd(3, activated=4), *crowd(20), *crowd(12, leaves=3)]


def a_range_between_rosters() -> list[Person]:
    """Twelve leave, all of them activated; two weeks later three activate, fewer than the range leaves open."""
    active = {1, 2, 3, 4, 5, 6, 7}
    return [
        *crowd(12, activated=0, leaves=3),
        *crowd(30, activated=0, active=active),
        *crowd(3, activated=5),
        *crowd(33),
    ]


def few_come_in() -> list[Person]:
    """Twenty activate in the first week and seven in the second, in which nobody else does anything."""
    return [*crowd(20, activated=0), *crowd(7, activated=1), *crowd(13)]


def late() -> list[Person]:
    """The activation of one of twenty-one people becomes known only after the first publishing."""
    return [*crowd(20, activated=0, active=EVERY), *crowd(1, activated=0, active=EVERY, late=5), *crowd(19)]


def _writers(kinds: dict[str, int], *, week: int = 0, size: int = 1, **fields: Any) -> list[Person]:
    return crowd(size, activated=0, wrote={week: kinds}, **fields)


def ideas_of_one() -> list[Person]:
    """Fifteen write comments and twelve write questions; one of them writes all ideas."""
    return [
        *_writers({"comment": 2}, size=14),
        *_writers({"comment": 2, "idea": 3}),
        *_writers({"question": 2}, size=12),
        *crowd(20),
    ]


def a_week_of_three() -> list[Person]:
    """Twelve write in the first week, three in the second."""
    write = [*_writers({"comment": 2}, size=12), *_writers({"comment": 1}, size=3, week=1)]
    return [*write, *crowd(10, activated=0), *crowd(20)]


def nine_and_a_guest() -> list[Person]:
    """Nine employees write, and one guest."""
    write = [*_writers({"comment": 2}, size=9), *_writers({"comment": 2}, guest=True)]
    return [*write, *crowd(12, activated=0), *crowd(20)]


def questions_of_a_hidden_week() -> list[Person]:
    """Twelve ask two questions each in the first week; three ask one each in the second, which is hidden."""
    ask = [*_writers({"question": 2}, size=12), *_writers({"question": 1}, size=3, week=1)]
    return [*ask, *crowd(10, activated=0), *crowd(20)]


def _always(metric: Metric, tables: Tables, cells: pd.DataFrame, k: int) -> pd.Series[bool]:
    return pd.Series(True, index=cells.index)


def _replace(owner: object, name: str, value: object) -> Breaking:
    return lambda patch: patch.setattr(owner, name, value)


def _republish(patch: pytest.MonkeyPatch) -> None:
    """Publish every period anew each time."""
    patch.setattr(History, "fresh", lambda self, cells, part: cells)
    patch.setattr(edition, "_nothing_new", lambda *_: False)
    patch.setattr(edition, "_blocks", lambda tables, history, part: tables.calendar.blocks())


def _kinds_of_all_weeks(patch: pytest.MonkeyPatch) -> None:
    """Count kinds over hidden weeks too."""
    weeks = edition._weeks

    def all_shown(metric: Metric, tables: Tables, history: History) -> History:
        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(edition, "_weeks", lambda history: weeks(history).assign(shown="value"))
            return with_kinds(metric, tables, history)

    with_kinds = edition._with_kinds
    patch.setattr(edition, "_with_kinds", all_shown)


def _publish_small_steps(patch: pytest.MonkeyPatch) -> None:
    """Let activation change in weeks in which few people were active."""
    rule = staircase.rule_growing

    def lenient(cells: pd.DataFrame, history: pd.DataFrame, people: staircase.Roster, k: int) -> list[Ruling]:
        return rule(cells.assign(first=1_000), history, people, k)

    patch.setattr(edition, "rule_growing", lenient)


@dataclass(frozen=True, slots=True)
class Break:
    """A rule to break, and a company in which the attack must notice.

    Attributes:
        rule: a description of the broken rule.
        people: the company.
        breaks: replaces the rule's function.
        weeks: the numbers of weeks after which the figures are published.
        measures: rules of measurement to break instead (``staged``).
    """

    rule: str
    people: Callable[[], list[Person]]
    breaks: Breaking = lambda patch: None
    weeks: tuple[int, ...] = (4,)
    measures: tuple[str, ...] = ()


BREAKS = (
    Break("k and the other side of it", few_of_many, _replace(staircase, "_rule_few", lambda *_: None)),
    Break("the size of a company", tiny, _replace(staircase, "rule_size", lambda *_: SHOWN)),
    Break(
        "the size of a roster behind a volume",
        tiny,
        _replace(edition, "_enough", lambda *arguments: pd.Series(True, index=arguments[2].index)),
    ),
    Break("the size of a segment", several_small, _replace(subtraction, "rule_people", lambda *_: SHOWN)),
    Break("totals less segments", one_small, _replace(subtraction.Cut, "_next_to_hide", lambda _: None)),
    Break("remainders that narrow", all_of_ten, _replace(subtraction, "_stays_wide", lambda *_: True)),
    Break("segments of a whole that is a range", nearly_everybody, _replace(edition, "_open", lambda *_: True)),
    Break("a block that narrows a week", others_each_week, _replace(staircase.Within, "_rule_block", lambda *_: SHOWN)),
    Break("a block with a leaver", left_and_silent, _replace(staircase.Within, "_rule_block", lambda *_: SHOWN)),
    Break("steps of the whole", twelve_leave, _replace(staircase, "_rule_step", lambda *_: SHOWN), (8,)),
    Break("steps of a segment", twelve_leave_one, _replace(subtraction.Steps, "reveals", lambda *_: False), (8,)),
    Break("one roster a block", one_leaves, _replace(roster, "_moved", lambda *_: 1_000), (8,)),
    Break("activation that waits for k", few_come_in, _publish_small_steps),
    Break("a period is published once", late, _republish, (4, 8)),
    Break("k behind a volume", a_week_of_three, _replace(rules, "rule_volume", lambda *_: SHOWN)),
    Break("k behind a kind", ideas_of_one, _replace(rules, "_fit", lambda *_: True)),
    Break("kinds of shown weeks alone", a_week_of_three, _kinds_of_all_weeks),
    Break("only who is counted opens a volume", nine_and_a_guest, measures=("everybody_opens",)),
    Break("questions of shown weeks alone", questions_of_a_hidden_week, weeks=(4, 5), measures=("hidden_weeks_too",)),
)

#: Further companies to attack, which no single rule protects.
OTHERS = ((twelve_change_in_a_quiet_week, (8,)), (a_range_between_rosters, (8,)))
