"""A page opens with a session, which a link of the bot's opens once, or with a choice on a demonstration."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from bots.platforms.web.site import COOKIE
from reseau.acting import Acting
from reseau.kinds import MemberStatus
from reseau.network import Network, set_notice
from reseau.people import identities, members, sessions
from reseau.people.members import MemberChange
from reseau.settings import load_settings
from reseau.store import Store
from tests.bots.company import Company, card_text
from tests.bots.web.browsing import Browser, browsing

ADDRESSES = ("/", "/contents/Q12", "/contents/Q999", "/people/ana", "/communities/rachat", "/tags/soudure", "/chat")


def ahead(store: Store, span: timedelta) -> None:
    moment = store.clock()
    store.clock = lambda: moment + span


def link(here: Company, who: str = "lea", line: str = "page") -> str:
    """The link that the bot gives, as a path."""
    words = card_text(here.ask(line, who))
    url = urlsplit(words.partition("](")[2].partition(")")[0])
    return f"{url.path}?{url.query}" if url.query else url.path


def test_the_bot_gives_a_link_that_opens_one_persons_page_once(anywhere: Company) -> None:
    browser, path = browsing(anywhere.network), link(anywhere)

    browser.get(path)  # a program that shows a preview looks at a link: that does not use it up
    offered = browser.get(path)
    assert (offered.status, "Léa Petit" in offered.page) == (200, True)
    page = browser.post(path, offered.fields())
    assert (page.status, page.headers["location"]) == (303, "/")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(page.headers["set-cookie"].split("; "))
    assert "Léa Petit" in browser.get("/").page
    other = browsing(anywhere.network)
    assert other.get(path).status == 410
    assert other.post(path, {**offered.fields(), "form": ""}).status == 403
    assert other.get("/").status == 401


def test_a_link_leads_to_the_content_that_was_named_and_nowhere_else(here: Company) -> None:
    browser, path = browsing(here.network), link(here, line="page Q12")

    assert path.endswith("?to=/contents/Q12")
    offered = browser.get(path)
    assert browser.post(path, {**offered.fields(), "to": "//evil.example"}).headers["location"] == "/"
    assert link(here, line=f"page {here.closed[0]}").count("?") == 0


def test_a_link_is_too_old_after_ten_minutes_and_void_when_there_is_a_newer_one(here: Company) -> None:
    browser = browsing(here.network)
    first, second = link(here), link(here)

    assert (browser.get(first).status, browser.get(second).status) == (410, 200)
    ahead(here.network.store, timedelta(minutes=11))
    assert browser.get(second).status == 410


def test_a_session_ends_after_twelve_hours_and_by_signing_out(here: Company) -> None:
    late, leaving = (browsing(here.network, here.people["lea"]) for _ in range(2))
    token = leaving.cookies[COOKIE]

    assert leaving.post("/sign-out", leaving.get("/").fields(label="English")).status == 303
    leaving.cookies[COOKIE] = token
    assert leaving.get("/").status == 401
    assert late.get("/").status == 200
    ahead(here.network.store, timedelta(hours=13))
    assert late.get("/").status == 401


@pytest.mark.parametrize("status", [MemberStatus.LEFT, MemberStatus.PLACEHOLDER, MemberStatus.BOT])
def test_whoever_left_or_never_came_has_no_page(here: Company, status: MemberStatus) -> None:
    browser, path = browsing(here.network, here.people["ana"]), link(here, "ana")
    offered = browsing(here.network)
    fields = offered.get(path).fields()
    key = browser.get("/chat").fields(back="/chat")
    with here.network.store.write() as tx:
        members.change(tx, [MemberChange(here.people["ana"], {"status": status})], Acting("console"))
    before = here.rows("content", "activity")

    assert browser.get("/").status == 401
    assert browser.post("/say", {**key, "line": "publier : bonjour"}).status == 401
    assert (offered.get(path).status, offered.post(path, fields).status) == (410, 410)
    assert here.rows("content", "activity") == before


def test_without_a_session_every_address_says_the_same_in_both_languages(here: Company) -> None:
    browser = browsing(here.network)
    pages = [browser.get(path) for path in ADDRESSES]

    assert {page.status for page in pages} == {401}
    assert len({page.page for page in pages}) == 1
    assert "Pour ouvrir la vôtre, écrivez" in pages[0].page
    assert "To open yours, write “page”" in pages[0].page


def test_the_links_token_is_nowhere_in_the_store_nor_in_the_log(
    here: Company, capfd: pytest.CaptureFixture[str], tmp_path: object
) -> None:
    path = link(here)
    token = path.rpartition("/")[2]
    browser = browsing(here.network)
    browser.post(path, browser.get(path).fields())
    session = browser.cookies[COOKIE]
    with here.network.store.read() as tx:
        digests = tx.connection.exec_driver_sql("SELECT digest FROM page_key").scalars().all()

    output = capfd.readouterr()
    assert digests
    assert not {token, session} & set(digests)
    assert token not in output.out + output.err


def test_beyond_this_machine_the_address_has_to_be_known(here: Company) -> None:
    settings = load_settings(data=here.network.settings.data, http_host="0.0.0.0")
    silent = Company(Network(settings, here.network.store), people=here.people)
    public = Network(settings.model_copy(update={"public_url": "https://rse.example.org/"}), here.network.store)

    assert silent.ask("page").error == "E_NO_ADDRESS"
    assert "https://rse.example.org/link/" in card_text(Company(public, people=here.people).ask("page"))
    assert "https://rse.example.org/link/" not in card_text(here.ask("page"))


def test_cards_elsewhere_lead_to_the_page_where_its_address_is_public(here: Company) -> None:
    public = here.network.settings.model_copy(update={"public_url": "https://rse.example.org"})
    company = Company(Network(public, here.network.store), people=here.people)

    assert "https://rse.example.org/contents/Q12" in card_text(company.ask("voir Q12"))
    assert "https://rse.example.org/people/ana" in card_text(company.ask("profil @ana"))
    assert "/contents/Q12" not in card_text(here.ask("voir Q12"))


def test_over_https_the_cookie_goes_nowhere_else(here: Company) -> None:
    path = link(here)
    browser = browsing(here.network)
    fields = browser.get(path).fields()
    browser.headers["x-forwarded-proto"] = "https"

    assert "Secure" in browser.post(path, fields).headers["set-cookie"].split("; ")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        *((host, 200) for host in ("127.0.0.1", "LOCALHOST:8050", "[::1]:8050")),
        *((host, 403) for host in ("rebound.example:8050", "localhost.evil", "rebound.example:", "[", "a@localhost")),
        *((host, 403) for host in ("[::ffff:127.0.0.1]", "localhost/x", "é.example", "")),
    ],
)
def test_a_name_that_only_leads_to_this_machine_opens_nothing(here: Company, host: str, status: int) -> None:
    browser = browsing(here.network, here.people["lea"])
    browser.host = host

    assert browser.get("/assets/page.css").status == status


# -- choosing ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def demonstration(here: Company) -> Company:
    """The company as a demonstration that this machine alone reaches."""
    with here.network.store.write() as tx:
        set_notice(tx, "demonstration", {"seed": 1})
    settings = here.network.settings.model_copy(update={"demo": True})
    return Company(Network(settings, here.network.store), people=here.people, closed=here.closed)


def chair(browser: Browser, handle: str, path: str = "/who") -> dict[str, str]:
    return browser.get(path).fields(handle=handle)


def test_on_a_demonstration_a_visitor_chooses_who_to_be_and_changes(demonstration: Company) -> None:
    browser = browsing(demonstration.network)
    choice = browser.get("/contents/Q12")

    assert (choice.status, "Qui voulez-vous être" in choice.page) == (200, True)
    became = browser.post("/who", choice.fields(handle="ana"))
    assert became.headers["location"] == "/contents/Q12"
    assert "Ana Roux" in browser.get("/").page
    assert 'href="/pilotage/' in choice.page
    first = browser.cookies[COOKIE]
    browser.post("/who", {**chair(browser, "franck"), "language": "en"})
    page = browser.get("/").page
    assert ("Franck Morel" in page, "Be somebody else" in page) == (True, True)
    browser.cookies[COOKIE] = first
    assert browser.get("/").fields(handle="ana")  # the earlier person's session has ended


def test_whoever_becomes_somebody_is_told_on_the_page(demonstration: Company) -> None:
    browser = browsing(demonstration.network)
    browser.post("/who", chair(browser, "ana"))
    ana = demonstration.people["ana"]

    with demonstration.network.store.read() as tx:
        assert identities.on(tx, ana, "web", "") == str(ana)


@pytest.mark.parametrize(
    ("settings", "host", "client", "headers"),
    [
        ({"public_url": "http://127.0.0.1:8050"}, "127.0.0.1:8050", "127.0.0.1", {}),
        ({"http_host": "0.0.0.0", "public_url": "http://rse.example"}, "127.0.0.1:8050", "127.0.0.1", {}),
        ({"demo": False}, "127.0.0.1:8050", "127.0.0.1", {}),
        ({}, "127.0.0.1:8050", "192.0.2.7", {}),
        ({}, "127.0.0.1:8050", "127.0.0.1", {"x-forwarded-for": "192.0.2.7"}),
        ({}, "127.0.0.1:8050", "127.0.0.1", {"x-real-ip": "192.0.2.7"}),
        ({}, "127.0.0.1:8050", "127.0.0.1", {"via": "1.1 front"}),
    ],
)
def test_nobody_chooses_who_to_be_anywhere_else(
    demonstration: Company, settings: dict[str, object], host: str, client: str, headers: dict[str, str]
) -> None:
    here = browsing(demonstration.network)
    fields = chair(here, "ana")
    network = demonstration.network
    changed = network.settings.model_copy(update=settings)
    browser = browsing(Network(changed, network.store))
    browser.host, browser.client, browser.cookies = host, client, dict(here.cookies)
    browser.headers |= headers

    assert "chair" not in browser.get("/").page
    assert browser.post("/who", fields).status in (401, 403, 404)
    assert browser.get("/").status == 401


def test_who_is_chosen_belongs_to_the_demonstration(demonstration: Company) -> None:
    browser = browsing(demonstration.network)
    with demonstration.network.store.write() as tx:
        change = MemberChange(demonstration.people["lea"], {"status": MemberStatus.LEFT})
        members.change(tx, [change], Acting("console"))
    fields = chair(browser, "ana")

    for handle in ("lea", "nobody", "", "' OR 1=1 --"):
        assert browser.post("/who", {**fields, "handle": handle}).status == 200
    with demonstration.network.store.read() as tx:
        assert sessions.member_of(tx, browser.cookies[COOKIE]) is None
