"""Slack's endpoint: only Slack is accepted, and no request breaks it or reaches the log."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import structlog
from hypothesis import HealthCheck, given, settings as trying, strategies as st
from structlog.testing import LogCapture

from bots.arrival import Line, Message
from bots.platforms.slack.adapter import Slack
from bots.platforms.slack.app import App, _beside
from bots.platforms.slack.home import Team
from bots.platforms.slack.names import Names
from reseau.network import Network
from tests import looped
from tests.bots.slack.conftest import Side
from tests.simulators.opened import running
from tests.simulators.reception import MemoryReception, out_of_order
from tests.simulators.slack import SECRET, TEAM, Workspace, post, signed

KIND = {"content-type": "application/json"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture
def log() -> Iterator[LogCapture]:
    """Every line of the log, as it would be written."""
    capture, before = LogCapture(), structlog.get_config()["processors"]
    structlog.configure(processors=[capture])
    yield capture
    structlog.configure(processors=before)


def event(text: str = "secret words") -> bytes:
    event = {"type": "message", "user": "U01ELODIE", "channel": "C01GENERAL", "text": text, "ts": "1700000000.000100"}
    return json.dumps({"type": "event_callback", "event_id": "Ev1", "team_id": TEAM, "event": event}).encode()


def test_a_signed_event_comes_in(side: Side) -> None:
    assert post(side.workspace.door, event("bonjour"), KIND | signed(event("bonjour"))) == (200, "")

    assert side.reception.wait_for(Message)[0].text == "bonjour"


@pytest.mark.parametrize(
    "headers",
    [
        dict,
        lambda: {"x-slack-signature": "v0=00"},
        lambda: {"x-slack-request-timestamp": str(int(time.time()))},
        lambda: signed(event(), secret="another-secret"),
        lambda: signed(b"another body"),
        lambda: signed(event(), at=time.time() - 310),
        lambda: signed(event(), at=time.time() + 330),
        lambda: signed(event()) | {"x-slack-request-timestamp": "now"},
        lambda: signed(event()) | {"x-slack-request-timestamp": "-1"},
        lambda: signed(event()) | {"x-slack-request-timestamp": "9" * 400},
        lambda: signed(event()) | {"x-slack-request-timestamp": "1_700_000_000"},
        lambda: signed(event()) | {"x-slack-signature": "v0=é"},
        lambda: signed(event()) | {"x-slack-signature": ""},
    ],
    ids="nothing no-stamp no-signature secret body stale future word negative huge python accent empty".split(),
)
def test_a_forged_stale_or_malformed_signature_is_refused_and_logged_without_the_token(
    side: Side, log: LogCapture, headers: Callable[[], dict[str, str]]
) -> None:
    made = headers()

    status, text = post(side.workspace.door, event(), KIND | made)

    assert status == 401
    assert side.reception.arrivals == []
    logged = f"{log.entries} {text}"
    assert "refused" in logged
    for secret in ("secret words", SECRET, "xoxb", made.get("x-slack-signature") or "v0="):
        assert secret not in logged


def test_bytes_that_are_no_text_cannot_have_been_signed(side: Side) -> None:
    assert post(side.workspace.door, b"\xff\xfe", KIND | signed(b""))[0] == 401


def test_a_request_that_is_no_post_is_refused(side: Side) -> None:
    for method in ("GET", "PUT", "DELETE"):
        assert post(side.workspace.door, b"", {}, method)[0] == 405


def test_a_body_over_a_megabyte_is_refused_before_it_is_read(side: Side) -> None:
    assert post(side.workspace.door, b"{}", KIND | {"content-length": "1000001"})[0] == 413


def test_a_body_that_does_not_say_its_length_is_read_up_to_a_megabyte(side: Side) -> None:
    body = b"{" + b" " * 1_000_001 + b"}"
    chunks = (body[start : start + 100_000] for start in range(0, len(body), 100_000))

    assert post(side.workspace.door, chunks, KIND | signed(body))[0] == 413
    assert side.reception.arrivals == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"payload=[1]",
        b"payload={",
        b"a=%ff",
        b"&" * 500,
        b"{}",
        b'{"type":"event_callback","event":[]}',
        b'{"type":"event_callback","event":{"type":7}}',
        b'{"type":"block_actions","actions":7}',
        b'payload={"type":"block_actions","actions":[[]]}',
        b"command=%2Frse",
    ],
)
def test_signed_garbage_is_answered_and_never_breaks_the_door(side: Side, body: bytes) -> None:
    status, _ = side.workspace.post(body, "application/json")

    assert status in (200, 400)
    assert side.reception.arrivals == []


@trying(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from(
            "type event event_id command payload actions user team channel container message team_id user_id "
            "channel_id trigger_id authorizations api_app_id".split()
        ),
        JSON | st.sampled_from(["event_callback", "block_actions", "url_verification", "view_submission", "/rse"]),
        max_size=8,
    )
)
def test_no_signed_json_is_answered_as_our_failure(side: Side, body: dict[str, object]) -> None:
    status, _ = side.workspace.post(json.dumps(body).encode(), "application/json")

    assert status < 500


def test_slack_may_check_that_the_address_is_ours(side: Side) -> None:
    sent = side.workspace.post(b'{"type":"url_verification","challenge":"c-1"}', "application/json")

    assert (sent[0], json.loads(sent[1])) == (200, {"challenge": "c-1"})


def test_a_command_is_answered_in_its_acknowledgement(side: Side) -> None:
    sent = side.workspace.command("U01ELODIE", "C01GENERAL", "aide &lt;moi&gt; &amp; &amp;lt;")

    assert (sent.status, sent.json["response_type"]) == (200, "ephemeral")
    assert "echo aide" in sent.json["text"]
    (line,) = side.reception.bodies(Line)
    assert (line.person, line.where.conversation, line.where.personal) == ("U01ELODIE", "C01GENERAL", False)
    assert line.text == "aide \\<moi> & \\&lt;"
    assert line.answer_at.startswith(side.workspace.url)


def test_an_answer_that_takes_longer_leaves_an_empty_acknowledgement(side: Side) -> None:
    side.reception.answers = lambda _line: None

    sent = side.workspace.command("U01ELODIE", "C01GENERAL", "aide")

    assert (sent.status, sent.text) == (200, "")


def test_an_acknowledgement_comes_before_slack_gives_up_however_long_the_answer_takes(side: Side) -> None:
    side.reception.hanging = True

    start = time.monotonic()
    sent = side.workspace.command("U01ELODIE", "C01GENERAL", "aide")

    assert (sent.status, sent.text) == (200, "")
    assert time.monotonic() - start < 3


def test_what_was_waited_for_before_is_taken_from_the_time_for_the_answer() -> None:
    class SlowHome(KnownHome):
        async def team(self) -> Team:
            await asyncio.sleep(0.3)
            return await super().team()

    async def within() -> float:
        reception = MemoryReception()
        app = App(reception, SlowHome(), Names(), "fr")  # type: ignore[arg-type]
        body = {"command": "/rse", "user_id": "U1", "channel_id": "C1", "trigger_id": "1.2", "text": "aide"}
        await app.dispatch(body)
        return reception.within[0]

    assert 0 < looped.run(within()) < 2.2


def test_a_broken_reception_gives_the_words_back_and_logs_none_of_them(side: Side, log: LogCapture) -> None:
    with out_of_order(side.reception):
        sent = side.workspace.command("U01ELODIE", "C01GENERAL", "demander Quoi ?")

    assert (sent.status, sent.json["response_type"]) == (200, "ephemeral")
    assert "demander Quoi ?" in sent.text
    assert "Quoi" not in str(log.entries)
    assert "xoxb" not in str(log.entries) + sent.text


def test_an_event_that_cannot_be_kept_is_sent_again_until_it_is(side: Side) -> None:
    event = {"type": "message", "user": "U01ELODIE", "channel": "C01GENERAL", "text": "gardez-moi", "ts": "1.000001"}
    with out_of_order(side.reception):
        assert side.workspace.event(event, "Ev7").statuses == (503, 503, 503, 503)

    assert side.workspace.event(event, "Ev7").statuses == (200,)
    assert side.workspace.event(event, "Ev7").statuses == (200,)
    assert [message.text for message in side.reception.bodies(Message)] == ["gardez-moi"]
    assert [arrival.event.native_id for arrival in side.reception.again] == ["Ev7"]


def test_a_retry_alone_is_taken_in(side: Side) -> None:
    body = event()

    status, _ = side.workspace.post(body, "application/json", {"x-slack-retry-num": "2"})

    assert (status, len(side.reception.bodies(Message))) == (200, 1)


def test_until_slack_has_said_which_workspace_it_is_nothing_is_lost(
    slack_network: Network, workspace: Workspace
) -> None:
    workspace.fail("auth.test", "status", 502)
    reception = MemoryReception()
    opened = Slack().open(slack_network, reception)
    assert opened is not None
    event = {"type": "message", "user": "U01ELODIE", "channel": "C01GENERAL", "text": "bonjour", "ts": "1.000001"}

    with running(opened) as address:
        workspace.door = f"{address.url}/slack/events"
        assert workspace.event(event, "Ev1", attempts=1).statuses == (503,)
        sent = workspace.command("U01ELODIE", "C01GENERAL", "demander Quoi ?")
        assert (sent.status, "demander Quoi ?" in sent.text) == (200, True)
        deadline = time.monotonic() + 60
        while workspace.event(event, "Ev1", attempts=1).status != 200 and time.monotonic() < deadline:
            time.sleep(0.1)

    assert [message.text for message in reception.bodies(Message)] == ["bonjour"]
    assert reception.bodies(Line) == []
    assert len(workspace.called("auth.test")) == 2


def test_what_nobody_here_listens_to_is_acknowledged(side: Side) -> None:
    assert side.workspace.event({"type": "reaction_added", "user": "U01ELODIE", "reaction": "tada"}).statuses == (200,)
    assert side.workspace.form({"payload": '{"type":"view_closed","view":{}}'}).status == 200
    assert side.reception.arrivals == []


def test_long_messages_at_once_arrive_whole(side: Side) -> None:
    long = "_" * 39_000 + " fin"
    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(post, side.workspace.door, body, KIND | signed(body)) for body in map(event, [long] * 4)]
        answers = [message.result() for message in sent]

    assert {status for status, _ in answers} == {200}
    assert side.reception.wait_for(Message)[0].text.endswith("fin")


def nested(depth: int) -> dict[str, object]:
    leaf: dict[str, object] = {"type": "text", "text": "au fond"}
    for _ in range(depth):
        leaf = {"type": "rich_text_section", "elements": [leaf]}
    return leaf


def test_a_message_of_an_endless_depth_is_taken_once_and_keeps_its_words(side: Side) -> None:
    response = json.loads(event("autour"))
    response["event"]["blocks"] = [{"type": "rich_text", "elements": [nested(300)]}]
    body = json.dumps(response).encode()

    assert post(side.workspace.door, body, KIND | signed(body)) == (200, "")
    assert "au fond" in side.reception.wait_for(Message)[0].text


def test_long_messages_are_read_beside_the_others_and_short_ones_at_once() -> None:
    async def is_read_here(text: str) -> bool:
        threads: list[int] = []
        await _beside({"text": text}, lambda: threads.append(threading.get_ident()))
        return threads == [threading.get_ident()]

    assert looped.run(is_read_here("court"))
    assert not looped.run(is_read_here("x" * 20_000))


def test_what_cannot_be_read_at_all_is_acknowledged_and_noted(log: LogCapture) -> None:
    class Refusing(dict[str, object]):
        def get(self, name: str, default: object = None) -> object:
            if name == "subtype":
                raise RecursionError(name)
            return super().get(name, default)

    async def received() -> int:
        names, reception = Names(), MemoryReception()
        app = App(reception, KnownHome(), names, "fr")  # type: ignore[arg-type]
        body = {"type": "event_callback", "event_id": "Ev9", "event": Refusing(type="message", text="secret words")}
        return (await app.dispatch(body)).status

    assert looped.run(received()) == 200
    assert "secret words" not in str(log.entries)
    assert [entry["event"] for entry in log.entries if entry["log_level"] == "error"] == ["event lost"]


class KnownHome:
    async def team(self) -> Team:
        return Team(id=TEAM, user="U0RSE", bot="B0RSE")
