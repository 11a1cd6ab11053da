"""Deliveries in the outbox are sent even if the clock jumps meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from reseau.exchange import outbox
from reseau.exchange.outbox import Delivery, Taken
from reseau.store import Store

TOPICS = ("reply",)
ANA, BOB = "slack:T1:ana", "slack:T1:bob"
DAY = timedelta(days=1)


def queue(store: Store, *keys: str, conversation: str = ANA) -> None:
    with store.write() as tx:
        outbox.queue(tx, [Delivery(key, "reply", conversation) for key in keys])


def take(store: Store) -> list[Taken]:
    """Take the deliveries that are due, after looking first as the sender does."""
    with store.read() as tx:
        waits = outbox.due(tx, TOPICS)
    with store.write() as tx:
        taken = outbox.take(tx, TOPICS)
    assert waits or not taken
    return taken


def put_off(store: Store, seconds: float) -> None:
    (taken,) = take(store)
    with store.write() as tx:
        outbox.again(tx, taken.id, store.clock() + timedelta(seconds=seconds), "asked to wait")


def keys(taken: list[Taken]) -> list[str]:
    return sorted(delivery.key for delivery in taken)


@pytest.fixture
def moment(store: Store) -> datetime:
    """Stop the store's clock at a moment, and return it."""
    held = store.clock()
    store.clock = lambda: held
    return held


def test_a_delivery_that_was_put_off_is_not_taken_before_its_time(store: Store, moment: datetime) -> None:
    queue(store, "first")
    put_off(store, 3600)
    store.clock = lambda: moment + timedelta(minutes=59)
    assert take(store) == []
    store.clock = lambda: moment + timedelta(minutes=61)
    assert keys(take(store)) == ["first"]


def test_a_clock_set_back_a_day_holds_nothing_that_was_put_off(store: Store, moment: datetime) -> None:
    queue(store, "first")
    put_off(store, 5)
    store.clock = lambda: moment - DAY
    queue(store, "second")
    (first,) = take(store)
    assert first.key == "first"
    with store.write() as tx:
        outbox.confirm(tx, first.id)
    assert keys(take(store)) == ["second"]


def test_a_clock_set_back_a_day_holds_nothing_that_was_just_queued(store: Store, moment: datetime) -> None:
    queue(store, "first")
    queue(store, "other", conversation=BOB)
    store.clock = lambda: moment - DAY
    assert keys(take(store)) == ["first", "other"]


def test_what_a_dead_process_took_is_taken_again_after_the_clock_was_set_back(store: Store, moment: datetime) -> None:
    queue(store, "first")
    take(store)
    store.clock = lambda: moment - DAY
    (again,) = take(store)
    assert again.doubtful == moment
    assert take(store) == []  # it was taken by today's clock and is being sent


def test_a_clock_set_back_a_day_waits_as_long_as_asked_afterwards(store: Store, moment: datetime) -> None:
    queue(store, "first")
    put_off(store, 5)
    store.clock = lambda: moment - DAY
    put_off(store, 600)
    assert take(store) == []
    store.clock = lambda: moment - DAY + timedelta(minutes=11)
    assert keys(take(store)) == ["first"]


def test_servers_whose_clocks_differ_by_seconds_keep_the_requested_delay(store: Store, moment: datetime) -> None:
    queue(store, "first")
    put_off(store, 60)
    store.clock = lambda: moment - timedelta(seconds=30)
    assert take(store) == []
