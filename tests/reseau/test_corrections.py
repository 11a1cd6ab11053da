"""After any corrections, nobody reads what they may not, and nothing is counted twice."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings

from reseau.store import Store, open_store
from tests.reseau.corrections import (
    Step,
    Town,
    check_codes,
    check_counters,
    check_facts,
    check_readers,
    steps,
)

#: A story that touches everything once, for the engine that is slow to set up.
STORY = [
    *(Step("ask", 0, place, 0) for place in (0, 0, 1, 2, 3, 4)),
    *(Step("answer", who, what, 0) for who, what in ((1, 0), (1, 1), (2, 3), (3, 4), (4, 5))),
    Step("accept", 0, 7, 0),
    Step("merge", 0, 1, 0),
    Step("move", 0, 0, 2),
    Step("move", 0, 3, 0),
    Step("move", 2, 2, 0),
    Step("split", 0, 1, 0),
    Step("hide", 2, 6, 0),
    Step("show", 2, 6, 0),
    Step("remove", 4, 2, 0),
    Step("reopen", 0, 0, 0),
    Step("withdraw", 0, 5, 0),
    Step("restore", 0, 5, 0),
]


def tell(store: Store, story: list[Step]) -> None:
    with store.write() as tx:
        town = Town.founded(tx)
        for step in story:
            town.do(step)
        tx.settle()
        for check in (check_readers, check_counters, check_facts, check_codes):
            check(town)


def test_a_story_of_corrections_holds_on_each_engine(store: Store) -> None:
    tell(store, STORY)


def test_no_story_of_corrections_shows_hides_or_counts_wrongly(sqlite_template: Path) -> None:
    @settings(max_examples=settings().max_examples // 8)
    @given(steps)
    def telling(story: list[Step]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "reseau.db"
            file.write_bytes(sqlite_template.read_bytes())
            store = open_store(f"sqlite:///{file}", make=False)
            try:
                tell(store, [*STORY[:7], *story])
            finally:
                store.close()

    telling()
