"""Answers before Dash: known paths only, strict headers on every answer, and the same answer wherever it is mounted."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from analytics.published.reading import Attention
from dashboards.entry.app import build_app
from dashboards.entry.login import OpenDashboardError
from dashboards.entry.service import protected, service, wsgi
from reseau.network import Network
from reseau.settings import load_settings
from tests.dashboards.service import furnish

MOMENT = datetime(2026, 11, 20, 9, tzinfo=UTC)
ANSWERS = ["/pilotage/", "/pilotage/nowhere", "/pilotage/_dash-layout", "/pilotage/assets/dashboard.css", "/"]


@pytest.fixture
def client(sqlite_network: Network) -> Client:
    furnish(sqlite_network)
    app = build_app(sqlite_network, clock=lambda: MOMENT)
    return Client(protected(app, sqlite_network.settings))


def drawn(client: Client, query: str = "", path: str = "/pilotage/") -> TestResponse:
    """Return the answer that Dash fetches to draw a page."""
    inputs = [
        {"id": "address", "property": "pathname", "value": path},
        {"id": "address", "property": "search", "value": query},
    ]
    question: dict[str, Any] = {
        "output": "page.children",
        "outputs": {"id": "page", "property": "children"},
        "inputs": inputs,
        "changedPropIds": ["address.pathname"],
    }
    return client.post("/pilotage/_dash-update-component", json=question)


@pytest.mark.parametrize(
    "path", ["/pilotage/nowhere", "/nowhere", "/pilotage/_dash", "/pilotage/_reload-hash", "/static/x", "//"]
)
def test_an_unknown_path_is_not_found_and_says_so(client: Client, path: str) -> None:
    response = client.get(path, headers={"Accept-Language": "en-GB,fr;q=0.5"})

    assert response.status_code == 404
    assert "There is no page here." in response.text
    assert '<html lang="en">' in response.text


@pytest.mark.parametrize("path", ["/", "/pilotage"])
def test_the_root_redirects_to_the_first_page_with_its_query(client: Client, path: str) -> None:
    response = client.get(f"{path}?periode=semaine")

    assert (response.status_code, response.location) == (302, "/pilotage/?periode=semaine")


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_carries_strict_headers(client: Client, path: str) -> None:
    headers = client.get(path, buffered=True).headers
    policy = headers["Content-Security-Policy"]

    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert not re.search(r"https?:|\*", policy)


def test_figures_are_never_kept_by_a_cache_but_scripts_are(client: Client) -> None:
    script = re.search(r'src="([^"]+dash_renderer[^"]+)"', client.get("/pilotage/").text)
    assert script is not None

    assert client.get("/pilotage/").headers["Cache-Control"] == "no-store"
    assert drawn(client).headers["Cache-Control"] == "no-store"
    assert "max-age=31536000" in client.get(script[1], buffered=True).headers["Cache-Control"]


@pytest.mark.parametrize(
    ("query", "wish", "language", "title"),
    [
        ("", "", "fr", "Vue d’ensemble · Réseau"),
        ("", "en-US,en;q=0.9", "en", "Overview · Réseau"),
        ("?langue=fr", "en-US", "fr", "Vue d’ensemble · Réseau"),
        ("?language=en", "fr", "en", "Overview · Réseau"),
    ],
)
def test_the_index_is_in_the_readers_language(client: Client, query: str, wish: str, language: str, title: str) -> None:
    index = client.get(f"/pilotage/{query}", headers={"Accept-Language": wish}).text

    assert f'<html lang="{language}">' in index
    assert f"<title>{title}</title>" in index


def test_the_index_names_no_other_host_and_no_detail_of_the_machine(client: Client) -> None:
    index = client.get("/pilotage/").text

    assert re.findall(r"https?:", index) == []
    assert "python_version" not in index


def test_what_is_typed_in_the_address_is_never_markup(client: Client) -> None:
    index = client.get('/pilotage/?langue="><script>alert(1)</script>').text

    assert "<script>alert" not in index
    assert '"><script' not in drawn(client, "?periode=<b>x</b>").text.replace('\\"', '"')


def test_a_wrong_value_is_a_sentence_on_a_page_that_works(client: Client) -> None:
    response = drawn(client, "?periode=banane&langue=fr")

    assert response.status_code == 200
    text = response.get_data(as_text=True).encode().decode("unicode_escape")
    assert "banane" in text
    assert "activation_rate" in text


def test_the_demonstration_says_so(client: Client) -> None:
    assert "Demonstration" in drawn(client, "?langue=en").text


def test_a_link_with_a_day_shows_the_figures_as_they_stood(client: Client) -> None:
    then = drawn(client, "?langue=en&period=4-weeks&until=2026-10-20").text

    assert "from 14 September to 11 October 2026" in then
    assert "These are the figures as they stood on 20 October 2026." in then
    assert "until=2026-10-20" in then, "the links of the page keep the day"


def test_a_day_before_all_figures_gives_a_note_and_the_newest_figures(client: Client) -> None:
    text = drawn(client, "?langue=en&period=4-weeks&until=2020-01-01").text

    assert "There are no figures up to 2020-01-01 yet" in text
    assert "from 12 October to 8 November 2026" in text


def test_a_page_that_fails_says_so_without_a_trace(sqlite_network: Network) -> None:
    class Broken:
        def measure(self, name: str) -> Any:
            return None

        def cells(self, name: str, grain: str, segment_kind: str = "") -> Any:
            raise RuntimeError("the secret of the machine")

        def state(self) -> Any:
            from tests.dashboards.company import FRESH

            return FRESH

        def attention(self) -> Attention:
            return Attention()

    app = build_app(sqlite_network, source=Broken(), clock=lambda: MOMENT)
    response = drawn(Client(protected(app, sqlite_network.settings)), "?langue=en")

    assert response.status_code == 200
    assert "This page could not be drawn." in response.text
    assert "secret" not in response.text


@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/_dash-layout", 200), ("/nowhere", 404)])
def test_the_answer_is_the_same_where_a_server_cuts_the_prefix_off(client: Client, path: str, status: int) -> None:
    assert client.get(path, base_url="http://localhost/pilotage").status_code == status


def test_the_service_refuses_to_be_open_to_everybody(sqlite_network: Network, tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path, http_host="0.0.0.0")

    with pytest.raises(OpenDashboardError):
        service.open(Network(settings, sqlite_network.store))
    assert service.home == "/pilotage/"


def test_a_login_protects_a_real_dashboard(sqlite_network: Network, tmp_path: Path) -> None:
    token = "a-token-of-the-launch-team"
    settings = load_settings(data=tmp_path, access_token=token)
    client = Client(wsgi(Network(settings, sqlite_network.store)))

    assert client.get("/pilotage/?periode=semaine").status_code == 401
    assert drawn(client).status_code == 401
    assert client.get("/pilotage/assets/dashboard.css", buffered=True).status_code == 200
    client.post("/pilotage/entree", data={"token": token})
    assert client.get("/pilotage/").status_code == 200
    assert "sortie" in drawn(client).text
