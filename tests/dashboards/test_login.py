"""The login: no path is open without the token, and wrong guesses cost time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest
import structlog
from hypothesis import given, strategies as st
from werkzeug.test import Client, TestResponse

from dashboards.entry.login import COOKIE, Login, OpenDashboardError, Patience, Sessions, guarded, safe
from dashboards.entry.responses import Headers, content_policy
from reseau.i18n import Words
from reseau.settings import load_settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TOKEN = "a-token-of-the-launch-team"
DEEP = "/pilotage/?periode=semaine&langue=en"
PATHS = [
    "/pilotage/",
    DEEP,
    "/pilotage/nowhere",
    "/pilotage/_dash-layout",
    "/pilotage/_dash-dependencies",
    "/pilotage/_dash-component-suites/dash/deps/react.js",
    "/pilotage/sortie",
    "/pilotage/entree",
    "/",
]


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def figures(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer as the application that the login protects."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"FIGURES"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(clock: Clock) -> Client:
    return Client(Login(figures, TOKEN, "fr", clock))


def enter(client: Client, token: str = TOKEN, **more: str) -> TestResponse:
    return client.post("/pilotage/entree?langue=en", data={"token": token, **more})


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_shown_before_the_login(client: Client, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 401
    assert b"FIGURES" not in response.data
    assert "Jeton d’accès" in response.text or "Access token" in response.text


def test_dash_gives_no_figure_before_the_login(client: Client) -> None:
    response = client.post("/pilotage/_dash-update-component", json={"output": "page.children"})

    assert (response.status_code, b"FIGURES" in response.data) == (401, False)


def test_the_token_opens_the_page_that_was_asked_for(client: Client) -> None:
    form = client.get(DEEP).text
    assert 'name="next" value="/pilotage/?periode=semaine&amp;langue=en"' in form

    response = enter(client, next=DEEP)
    assert (response.status_code, response.location) == (303, DEEP)
    assert client.get(DEEP).data == b"FIGURES"
    assert client.get("/pilotage/_dash-layout").data == b"FIGURES"


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(client: Client) -> None:
    cookie = enter(client).headers["Set-Cookie"]

    assert all(flag in cookie for flag in ("HttpOnly", "SameSite=Lax", "Path=/pilotage/", "Max-Age=43200"))
    assert "Secure" not in cookie
    assert TOKEN not in cookie


@pytest.mark.parametrize("way", [{"base_url": "https://pilotage.example"}, {"headers": {"X-Forwarded-Proto": "https"}}])
def test_the_cookie_of_a_secure_visit_is_secure(client: Client, way: dict[str, str]) -> None:
    response = client.open("/pilotage/entree", method="POST", data={"token": TOKEN}, **way)  # type: ignore[arg-type]

    assert "; Secure" in response.headers["Set-Cookie"]


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", TOKEN[:-1], "é" * 300, TOKEN.upper()])
def test_another_token_opens_nothing(client: Client, token: str) -> None:
    response = enter(client, token)

    assert response.status_code == 403
    assert "This is not the access token" in response.text
    assert "Set-Cookie" not in response.headers
    assert client.get("/pilotage/").status_code == 401


def test_guessing_takes_longer_and_longer(client: Client, clock: Clock) -> None:
    for _ in range(3):
        assert enter(client, "wrong").status_code == 403
    refused = enter(client, "another")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "2")
    assert "Please wait 2 seconds." in refused.text

    clock.now += 2
    assert enter(client, "wrong").status_code == 403
    clock.now += 1.5
    assert enter(client, "wrong").status_code == 429


def test_the_right_token_opens_the_page_whatever_others_have_tried_from_the_same_address(client: Client) -> None:
    for _ in range(12):
        enter(client, "wrong")

    assert enter(client, "wrong").status_code == 429
    assert enter(client).status_code == 303


def test_a_wait_is_never_longer_than_a_minute_and_belongs_to_one_address(clock: Clock) -> None:
    patience = Patience(clock)
    for _ in range(40):
        patience.missed("192.0.2.1")

    assert patience.wait("192.0.2.1") == 60
    assert patience.wait("192.0.2.2") == 0
    clock.now += 3700
    patience.missed("192.0.2.3")
    assert patience.wait("192.0.2.1") == 0


def test_logging_out_ends_the_session_even_for_a_stolen_cookie(client: Client) -> None:
    enter(client)
    stolen = client.get_cookie(COOKIE, path="/pilotage/")
    assert stolen is not None
    assert client.post("/pilotage/sortie").status_code == 303
    client.set_cookie(COOKIE, stolen.value, path="/pilotage/")

    assert client.get("/pilotage/").status_code == 401


def test_a_session_ends_after_twelve_hours(client: Client, clock: Clock) -> None:
    enter(client)
    clock.now += 12 * 3600 - 1
    assert client.get("/pilotage/").status_code == 200
    clock.now += 2
    assert client.get("/pilotage/").status_code == 401


def test_a_new_token_ends_every_session() -> None:
    cookie = Sessions("the-first-token-here").open()

    assert Sessions("the-first-token-here").good(cookie)
    assert not Sessions("the-second-token-here").good(cookie)


@given(st.text(), st.integers(0, 200), st.characters(codec="ascii"))
def test_a_spoilt_cookie_is_no_session(anything: str, at: int, letter: str) -> None:
    sessions = Sessions(TOKEN)
    good = sessions.open()
    at %= len(good)
    spoilt = good[:at] + letter + good[at + 1 :]

    assert not sessions.good(anything)
    assert sessions.good(spoilt) == (spoilt == good)


def test_a_form_of_another_site_is_refused(client: Client) -> None:
    response = client.post("/pilotage/entree", data={"token": TOKEN}, headers={"Sec-Fetch-Site": "cross-site"})

    assert (response.status_code, "Set-Cookie" in response.headers) == (403, False)


@pytest.mark.parametrize(
    "to",
    [
        "https://example.org/pilotage/",
        "//example.org/pilotage/",
        "/pilotage/\r\nSet-Cookie: a=b",
        "/pilotage\\@example.org",
        "/autre",
        "",
        "/pilotage/entree",
        "/pilotage/sortie",
    ],
)
def test_a_login_never_leads_elsewhere(client: Client, to: str) -> None:
    assert enter(client, next=to).location == "/pilotage/"


@given(st.text())
def test_where_a_login_leads_is_always_a_path_of_the_dashboard(to: str) -> None:
    path = safe(to)

    assert path.startswith("/pilotage/")
    assert not set(path) & set("\r\n\\ ")


def test_the_token_is_never_logged(client: Client) -> None:
    with structlog.testing.capture_logs() as lines:
        enter(client, "a-guess-that-is-wrong")
        enter(client)

    assert [line["event"] for line in lines] == ["wrong access token", "dashboard opened"]
    assert TOKEN not in repr(lines)
    assert "a-guess" not in repr(lines)


def test_what_was_asked_for_is_never_markup(client: Client) -> None:
    response = client.get('/pilotage/?a="><script>alert(1)</script>')

    assert "<script" not in response.text


def test_beyond_this_machine_the_dashboard_does_not_open_without_a_token() -> None:
    with pytest.raises(OpenDashboardError) as refusal:
        guarded(figures, load_settings(http_host="0.0.0.0"))

    assert refusal.value.code == "E_OPEN_DASHBOARD"
    assert "RESEAU_ACCESS_TOKEN" in refusal.value.sentence(Words("fr"))


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1"])
def test_with_a_token_there_is_a_login_everywhere(host: str) -> None:
    app = guarded(figures, load_settings(http_host=host, access_token=TOKEN))

    assert Client(app).get("/pilotage/").status_code == 401


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8050", 200),
        ("localhost", 200),
        ("[::1]:8050", 200),
        ("evil.example", 403),
        ("127.0.0.1.evil.example", 403),
    ],
)
def test_without_a_token_only_this_machine_is_answered(host: str, status: int) -> None:
    response = Client(guarded(figures, load_settings())).get("/pilotage/", headers={"Host": host})

    assert response.status_code == status
    assert (b"FIGURES" in response.data) == (status == 200)


def test_the_login_page_carries_the_security_headers(client: Client) -> None:
    response = Client(Headers(Login(figures, TOKEN, "fr"), content_policy())).get("/pilotage/")

    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Cache-Control"] == "no-store"
