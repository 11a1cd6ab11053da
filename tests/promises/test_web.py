"""Promises of the pages in the browser: everybody can read them, at any width, and nothing loads from other sites."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from bots.platforms.web.site import COOKIE, DOORS, Site
from reseau.acting import Acting
from reseau.contents import publishing
from reseau.contents.kinds.question import QUESTION
from reseau.contents.publishing import NewContent
from reseau.i18n import LANGUAGES
from reseau.network import Network, set_notice
from reseau.people import members, sessions
from reseau.people.members import MemberChange, NewMember
from reseau.services import Opened
from reseau.settings import load_settings
from tests.bots.company import Company, Model, model
from tests.dashboards.browser import SIZES, serious, watched, width
from tests.served import Address, served
from tests.simulators.opened import application

CONSOLE = Acting("console")
LONG = "Anne-Élisabeth " + "de la Rochefoucauld-Montmorency " * 5
RIGHT_TO_LEFT = "فاطمة الزهراء بنت عبد الرحمن"
PAGES = {
    "feed": "/",
    "content": "/contents/Q12",
    "long": "/contents/Q13",
    "profile": "/people/lea",
    "person": "/people/fatima",
    "communities": "/communities",
    "community": "/communities/veille",
    "tag": "/tags/soudure",
    "search": "/search?q=soudure",
    "chat": "/chat",
    "choice": "/who",
    "nothing": "/contents/Q999",
}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory, sqlite_template: object) -> Iterator[Company]:
    """The small company as a demonstration, with names of every kind."""
    made: Model = model(tmp_path_factory.mktemp("model"), sqlite_template)  # type: ignore[arg-type]
    here = next(copies := made.copy(tmp_path_factory.mktemp("company")))
    with here.network.store.write() as tx:
        set_notice(tx, "demonstration", {"seed": 1})
        people = members.add(tx, [NewMember(LONG, "anne", job=LONG), NewMember(RIGHT_TO_LEFT, "fatima")], CONSOLE)
        text = f"{RIGHT_TO_LEFT} `{'x' * 300}`\n\n" + "| a | b |\n|---|---|\n| " + "w" * 200 + " | 2 |"
        new = [NewContent(QUESTION, id_, text, here.places["veille"], title=LONG) for id_ in people]
        publishing.publish(tx, new, CONSOLE)
    settings = load_settings(data=here.network.settings.data, demo=True)
    yield Company(Network(settings, here.network.store), people=here.people)
    copies.close()  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def address(company: Company) -> Iterator[Address]:
    with served(application(Opened(_doors(Site(company.network))))) as opened:
        yield opened


def _doors(site: Site) -> dict[str, Site]:
    return dict.fromkeys(DOORS, site) | {"/{path:path}": site}


@pytest.fixture
def visiting(browser: BrowserContext, company: Company, address: Address) -> Iterator[BrowserContext]:
    """The browser, in which Léa has a session until the test ends."""
    with company.network.store.write() as tx:
        token = sessions.open_session(tx, company.people["lea"])
    browser.add_cookies([{"name": COOKIE, "value": token, "url": address.url}])
    yield browser
    browser.clear_cookies(name=COOKIE)


@pytest.mark.browser
@pytest.mark.parametrize(("language", "size"), list(zip(LANGUAGES, SIZES, strict=True)))
def test_pages_are_for_everybody_and_ask_nobody_else(
    language: str, size: str, visiting: BrowserContext, company: Company, address: Address
) -> None:
    with company.network.store.write() as tx:
        members.change(tx, [MemberChange(company.people["lea"], {"language": language})], CONSOLE)
    with watched(visiting, SIZES[size]) as watch:
        for name, path in PAGES.items():
            watch.page.goto(address.url + path)
            assert watch.page.get_attribute("html", "lang") == language or name == "choice"
            assert serious(watch.page) == [], f"axe finds what keeps people from reading {name}"
            assert width(watch.page) <= SIZES[size][0], f"{name} is wider than the window of a {size}"
        assert [error for error in watch.errors if "404" not in error] == []
        assert [url for url in watch.requests if not url.startswith(f"{address.url}/")] == []


@pytest.mark.browser
def test_a_page_answers_within_itself_and_by_the_keyboard(
    visiting: BrowserContext, company: Company, address: Address
) -> None:
    with company.network.store.write() as tx:
        members.change(tx, [MemberChange(company.people["lea"], {"language": "fr"})], CONSOLE)
    with watched(visiting, SIZES["phone"]) as watch:
        page: Page = watch.page
        page.goto(f"{address.url}/contents/Q1")
        page.get_by_role("button", name="J’aime", exact=False).first.press("Enter")
        page.locator("button[aria-pressed=true]").first.wait_for()
        assert "réaction" in (page.locator("#heard").text_content() or "")
        page.fill("textarea", "Quatre euros")
        page.locator("textarea + .buttons button").first.press("Enter")
        page.locator("#more-live").get_by_text("Quatre euros").wait_for()
        assert serious(page) == []

        page.goto(f"{address.url}/chat")
        page.fill("#line", "expert soudure")
        page.keyboard.press("Enter")
        page.locator("#log").get_by_text("Ana Roux").first.wait_for()
        page.get_by_role("button", name="Poser une question").first.click()
        page.locator("form.sheet textarea").wait_for()
        assert serious(page) == []
        assert watch.errors == []
