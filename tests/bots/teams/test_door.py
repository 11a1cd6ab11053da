"""Authentication at the Teams endpoint and its answers: never 500, and never a token in the log."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from bots.arrival import Line
from bots.platforms.teams import platform
from bots.platforms.teams.door import LARGEST
from reseau.errors import ReseauError
from reseau.network import Network
from tests.bots.teams.conftest import Networks
from tests.bots.teams.receptions import MemoryReception, application, door
from tests.served import served
from tests.simulators.teams import TeamsSimulator, private_key


@pytest.fixture
def reception() -> MemoryReception:
    return MemoryReception()


@pytest.fixture
def address(teams_network: Network, reception: MemoryReception) -> Iterator[str]:
    with door(teams_network, reception) as url:
        yield url


def test_a_message_of_teams_is_taken(microsoft: TeamsSimulator, reception: MemoryReception, address: str) -> None:
    status, body = microsoft.tell(address, microsoft.message("aide"))

    assert (status, body) == (200, "")
    line = reception.bodies[0]
    assert isinstance(line, Line)
    assert line.text == "aide"


def _header(case: str, microsoft: TeamsSimulator) -> str:
    now = int(time.time())
    sign = microsoft.sign
    forged = sign(key=9, name="key-0")
    unsigned = f"{sign().rpartition('.')[0]}."
    cases = {
        "forged": forged,
        "expired": sign(exp=now - 3600, nbf=now - 7200, iat=now - 7200),
        "not yet valid": sign(nbf=now + 3600),
        "wrong audience": sign(aud="33333333-3333-3333-3333-333333333333"),
        "no audience": sign(aud=None),
        "wrong issuer": sign(iss="https://sts.windows.net/elsewhere/"),
        "no end": sign(exp=None),
        "unknown key": sign(key=9, name="key-9"),
        "wrong service": sign(serviceurl="https://elsewhere.example/"),
        "no service": sign(serviceurl=None),
        "without signature": unsigned,
        "garbage": "garbage.garbage.garbage",
        "more garbage": "é\x7f" * 50,
        "half a header": "",
    }
    return f"Bearer {cases[case]}"


CASES = ["forged", "expired", "not yet valid", "wrong audience", "no audience", "wrong issuer", "no end"]
CASES += ["unknown key", "wrong service", "no service", "without signature", "garbage", "more garbage", "half a header"]


@pytest.mark.parametrize("case", CASES)
def test_a_token_that_teams_did_not_sign_for_us_is_answered_401(
    case: str,
    microsoft: TeamsSimulator,
    reception: MemoryReception,
    address: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    header = _header(case, microsoft)

    status, _ = microsoft.tell(address, microsoft.message("un secret bien gardé"), header)

    assert status == 401
    assert reception.arrivals == []
    logged = "".join(capfd.readouterr())
    assert "refused" in logged
    assert header.removeprefix("Bearer ").strip()[:40] not in logged or case == "half a header"
    assert "un secret" not in logged


def test_a_request_without_a_token_is_answered_401(
    microsoft: TeamsSimulator, reception: MemoryReception, address: str
) -> None:
    assert microsoft.tell(address, microsoft.message(), "")[0] == 401
    assert microsoft.tell(address, microsoft.message(), "Basic eDp5")[0] == 401
    assert reception.arrivals == []


def test_a_key_that_is_not_endorsed_for_teams_opens_nothing(
    microsoft: TeamsSimulator, reception: MemoryReception, teams_network: Network
) -> None:
    microsoft.endorsements = ["webchat"]
    with door(teams_network, reception) as address:
        assert microsoft.tell(address, microsoft.message())[0] == 401
    assert reception.arrivals == []


@pytest.mark.parametrize("missing", ["", None, "http://elsewhere.example/", "ftp://127.0.0.1/", 7])
def test_an_activity_without_an_address_to_answer_at_is_answered_401(
    missing: Any, microsoft: TeamsSimulator, reception: MemoryReception, address: str
) -> None:
    activity = microsoft.message(serviceUrl=missing)

    assert microsoft.tell(address, activity, f"Bearer {microsoft.sign(serviceurl=missing)}")[0] == 401
    assert reception.arrivals == []


def test_another_channel_of_azure_is_not_teams(
    microsoft: TeamsSimulator, reception: MemoryReception, address: str
) -> None:
    # Web Chat signs with the same keys, and lets any visitor choose a name.
    assert microsoft.tell(address, microsoft.message(channelId="webchat"))[0] == 401
    assert reception.arrivals == []


def test_after_a_rotation_the_next_message_is_accepted_within_a_minute(
    microsoft: TeamsSimulator, reception: MemoryReception, address: str
) -> None:
    assert microsoft.tell(address, microsoft.message())[0] == 200
    microsoft.rotate()
    began = time.monotonic()

    # The keys were read a moment ago: they are read again only after a few seconds, at the next message.
    while (status := microsoft.tell(address, microsoft.message())[0]) != 200 and time.monotonic() - began < 60:
        assert status == 401
        time.sleep(0.5)

    assert status == 200
    assert time.monotonic() - began < 60
    assert microsoft.tell(address, microsoft.message(), f"Bearer {microsoft.sign(key=0)}")[0] == 401


def test_a_token_is_believed_until_its_end_and_while_its_key_is_announced(
    microsoft: TeamsSimulator, address: str
) -> None:
    short = f"Bearer {microsoft.sign(exp=int(time.time()) - 300 + 2)}"  # clocks may differ by five minutes
    assert microsoft.tell(address, microsoft.message(), short)[0] == 200
    assert microsoft.tell(address, microsoft.message(), short)[0] == 200
    other = microsoft.tell(address, microsoft.message(serviceUrl="http://127.0.0.1:9/"), short)
    end = time.monotonic() + 60
    while microsoft.tell(address, microsoft.message(), short)[0] == 200 and time.monotonic() < end:
        time.sleep(0.2)

    assert other[0] == 401
    assert microsoft.tell(address, microsoft.message(), short)[0] == 401


def test_forgers_do_not_make_us_ask_for_keys_again_and_again(microsoft: TeamsSimulator, address: str) -> None:
    before = microsoft.looks

    for _ in range(30):
        assert microsoft.tell(address, microsoft.message(), f"Bearer {microsoft.sign(key=9)}")[0] == 401

    assert microsoft.looks - before <= 2


def test_while_the_keys_cannot_be_read_the_last_ones_stay_good(
    microsoft: TeamsSimulator, reception: MemoryReception, address: str
) -> None:
    assert microsoft.tell(address, microsoft.message())[0] == 200
    microsoft.openid_is_down = True

    assert microsoft.tell(address, microsoft.message())[0] == 200
    assert len(reception.arrivals) == 2


def test_without_any_key_teams_is_asked_to_come_again(
    microsoft: TeamsSimulator, reception: MemoryReception, teams_network: Network
) -> None:
    microsoft.openid_is_down = True
    with door(teams_network, reception) as address:
        assert microsoft.tell(address, microsoft.message())[0] == 503
    assert reception.arrivals == []


def test_what_could_not_be_kept_is_sent_again_and_kept_once(
    microsoft: TeamsSimulator, reception: MemoryReception, address: str
) -> None:
    reception.broken = 2
    activity = microsoft.message("une fois")

    assert microsoft.insist(address, activity, wait=0.05) == [503, 503, 200]
    assert microsoft.insist(address, activity, wait=0.05) == [200]
    assert [body.text for body in reception.bodies if isinstance(body, Line)] == ["une fois"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"not JSON", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"type": 7}', 400),
        (b"\xff\xfe", 400),
        (b"[" * 50_000, 400),
        (b" " * (LARGEST + 1), 413),
    ],
)
def test_what_is_no_activity_is_refused(body: bytes, status: int, microsoft: TeamsSimulator, address: str) -> None:
    assert microsoft.tell(address, body)[0] == status


@pytest.mark.parametrize("kind", ["typing", "event", "messageReaction", "installationUpdate", "endOfConversation", "x"])
def test_kinds_that_say_nothing_to_us_are_taken_and_dropped(
    kind: str, microsoft: TeamsSimulator, reception: MemoryReception, address: str
) -> None:
    assert microsoft.tell(address, microsoft.message(type=kind))[0] == 200
    assert reception.arrivals == []


def test_only_posting_is_possible(teams_network: Network, reception: MemoryReception) -> None:
    opened = platform.open(teams_network, reception)
    assert opened is not None
    with served(application(opened)) as address:
        status, headers, _ = address.request("/api/messages")
        assert (status, headers["allow"]) == (405, "POST")


def test_a_pressed_card_is_answered_with_a_card_at_once(
    microsoft: TeamsSimulator, reception: MemoryReception, address: str
) -> None:
    pressed = microsoft.message(
        type="invoke",
        name="adaptiveCard/action",
        replyToId="77",
        value={"action": {"type": "Action.Execute", "data": {"line": "fil"}}, "trigger": "manual"},
    )
    status, body = microsoft.tell(address, pressed)

    response = json.loads(body)
    assert (status, response["statusCode"]) == (200, 200)
    assert response["type"] == "application/vnd.microsoft.card.adaptive"
    assert response["value"]["type"] == "AdaptiveCard"
    line = reception.bodies[0]
    assert isinstance(line, Line)
    assert (line.text, line.message, line.pressed) == ("fil", "77", True)


def test_a_card_whose_answer_takes_longer_says_so_in_the_reader_s_language(
    microsoft: TeamsSimulator, reception: MemoryReception, address: str
) -> None:
    reception.card = None
    pressed = microsoft.message(type="invoke", name="adaptiveCard/action", value={"action": {"data": {"line": "fil"}}})
    french = json.loads(microsoft.tell(address, pressed)[1])
    english = json.loads(microsoft.tell(address, {**pressed, "locale": "en-GB"})[1])

    assert french["type"] == "application/vnd.microsoft.activity.message"
    assert "la réponse arrive" in french["value"]
    assert "the answer follows" in english["value"]


@pytest.mark.parametrize("name", ["composeExtension/query", "task/fetch", "signin/verifyState", "adaptiveCard/action"])
def test_other_calls_are_answered_501_and_leave_no_trace(
    name: str, microsoft: TeamsSimulator, reception: MemoryReception, address: str
) -> None:
    assert microsoft.tell(address, microsoft.message(type="invoke", name=name, value={"commandId": "x"})) == (501, "")
    assert reception.arrivals == []


# -- settings without an endpoint -------------------------------------------------------------------------------------


def test_without_an_app_and_without_the_development_setting_there_is_no_door(network_with: Networks) -> None:
    network = network_with()

    assert platform.open(network, MemoryReception()) is None
    assert platform.courier(network) is None
    assert not platform.configured(network.settings)


def test_the_demonstration_opens_no_door(network_with: Networks, microsoft: TeamsSimulator) -> None:
    network = network_with(**microsoft.settings(demo=True))

    assert platform.open(network, MemoryReception()) is None
    assert platform.courier(network) is None


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"http_host": "0.0.0.0"}, "beyond this machine"),
        ({"public_url": "https://rse.example.org"}, "public address"),
        ({"teams_app_id": "app", "teams_app_password": "secret"}, "MicrosoftAppId"),
    ],
)
def test_the_development_setting_is_refused_where_others_could_come_in(
    settings: dict[str, Any], reason: str, network_with: Networks
) -> None:
    network = network_with(teams_dev_unauthenticated=True, **settings)

    for opening in (lambda: platform.open(network, MemoryReception()), lambda: platform.courier(network)):
        with pytest.raises(ReseauError, match=reason) as refused:
            opening()
        assert refused.value.code == "E_TEAMS_DEVELOPMENT"


def test_an_app_without_its_secret_is_refused(network_with: Networks) -> None:
    with pytest.raises(ReseauError, match="MicrosoftAppPassword is not"):
        platform.open(network_with(teams_app_id="app"), MemoryReception())


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"teams_app_id": None}, "E_TEAMS_ID"),
        ({"teams_app_id": None, "teams_app_password": None}, "E_TEAMS_ID"),
        ({"teams_app_id": "RSE"}, "E_TEAMS_FORM"),
        ({"teams_tenant_id": "rse.example.org"}, "E_TEAMS_FORM"),
    ],
)
def test_half_an_app_does_not_start_in_silence(
    settings: dict[str, Any], code: str, microsoft: TeamsSimulator, network_with: Networks
) -> None:
    with pytest.raises(ReseauError) as refused:
        platform.open(network_with(**microsoft.settings(**settings)), MemoryReception())
    assert refused.value.code == code


def test_development_takes_programs_of_this_machine_and_nobody_else(
    network_with: Networks, microsoft: TeamsSimulator
) -> None:
    reception = MemoryReception()
    opened = platform.open(network_with(teams_dev_unauthenticated=True), reception)
    assert opened is not None
    body = json.dumps(microsoft.message())
    with served(application(opened)) as address:
        statuses = [
            address.request("/api/messages", "POST", body=body, headers=headers)[0]
            for headers in ({}, {"Origin": "https://elsewhere.example"}, {"Host": "rebound.example"})
        ]
    assert statuses == [200, 401, 401]
    assert len(reception.arrivals) == 1


def test_in_development_a_peer_of_another_machine_is_answered_401(
    network_with: Networks, microsoft: TeamsSimulator
) -> None:
    reception = MemoryReception()
    opened = platform.open(network_with(teams_dev_unauthenticated=True), reception)
    assert opened is not None
    inner = application(opened)

    async def from_elsewhere(scope: Any, receive: Any, send: Any) -> None:
        await inner({**scope, "client": ("192.0.2.7", 4711)} if scope["type"] == "http" else scope, receive, send)

    with served(from_elsewhere) as address:
        assert microsoft.tell(address.url, microsoft.message(), "")[0] == 401
    assert reception.arrivals == []


def test_the_simulator_signs_with_keys_of_its_own() -> None:
    assert private_key(0).public_key() != private_key(9).public_key()
