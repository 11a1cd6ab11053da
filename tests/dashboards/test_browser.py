"""The first page in chromium: in both languages, at desktop and phone sizes, and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import BrowserContext

from tests.dashboards.browser import NARROW, OPEN, SIZES, Watched, settled, watched, width
from tests.dashboards.service import Served

pytestmark = pytest.mark.browser

VIEWS = [(language, size) for language in ("fr", "en") for size in SIZES]
views = pytest.mark.parametrize("watch", VIEWS, indirect=True, ids=["-".join(view) for view in VIEWS])
SHUT = "document.querySelectorAll('details').forEach(element => element.open = false)"


class Views:
    """The first page in every language and size, each opened once, on first use."""

    def __init__(self, browser: BrowserContext, served: Served, closing: ExitStack) -> None:
        self._browser, self._served, self._closing = browser, served, closing
        self._found: dict[tuple[str, str], Watched] = {}

    def __getitem__(self, view: tuple[str, str]) -> Watched:
        if view not in self._found:
            language, size = view
            self._found[view] = self._closing.enter_context(watched(self._browser, SIZES[size]))
            self._found[view].open(self._served.page(f"?langue={language}"))
        return self._found[view]


@pytest.fixture(scope="module")
def opened(browser: BrowserContext, served: Served) -> Iterator[Views]:
    with ExitStack() as closing:
        yield Views(browser, served, closing)


@pytest.fixture
def watch(opened: Views, request: pytest.FixtureRequest) -> Iterator[Watched]:
    """One of these pages, unchanged since it was opened."""
    watched = opened[getattr(request, "param", VIEWS[0])]
    watched.page.bring_to_front()
    yield watched
    watched.page.evaluate(SHUT)
    watched.page.evaluate(
        "document.activeElement.blur(); history.replaceState(null, '', location.search); scrollTo(0, 0)"
    )


@pytest.fixture
def fresh(browser: BrowserContext, served: Served) -> Iterator[Watched]:
    """A new page, which a test may change."""
    with watched(browser, SIZES["desktop"]) as watch:
        watch.open(served.page("?langue=fr"))
        yield watch


@views
def test_the_page_is_drawn_without_a_fault_and_asks_nobody_else(watch: Watched, served: Served) -> None:
    assert watch.errors == []
    assert [url for url in watch.requests if not url.startswith((f"{served.base}/", "data:", "blob:"))] == []
    assert watch.page.locator(".figure .main-svg").count() >= 2


def test_a_name_without_a_space_stays_within_its_panel(watch: Watched) -> None:
    page = watch.page
    usual = page.evaluate("document.querySelector('.actions li strong, .actions li h3, .actions li').innerHTML")
    write = "text => document.querySelector('.actions li strong, .actions li h3, .actions li').textContent = text"
    try:
        page.evaluate(write, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2)
        assert width(page) == 1440
    finally:
        page.evaluate(write.replace("textContent", "innerHTML"), usual)


@pytest.mark.parametrize("wide", NARROW)
def test_a_small_phone_never_scrolls_sideways_and_every_period_fits_its_pill(watch: Watched, wide: int) -> None:
    page, usual = watch.page, watch.page.viewport_size
    assert usual is not None
    page.set_viewport_size({"width": wide, "height": 740})
    try:
        page.wait_for_timeout(300)
        assert width(page) == wide
        page.evaluate(OPEN)
        assert width(page) == wide
        assert page.evaluate("[...document.querySelectorAll('.periods a')].every(a => a.scrollWidth <= a.clientWidth)")
        pill = page.locator(".periods ul").bounding_box()
        last = page.locator(".periods li").last.bounding_box()
        assert pill is not None
        assert last is not None
        assert last["x"] + last["width"] <= pill["x"] + pill["width"] <= wide
    finally:
        page.set_viewport_size(usual)


def test_a_desk_shows_title_cards_and_curve_without_scrolling(watch: Watched) -> None:
    for place in ("h1", "#living_communities", "#adoption .figure", ".next"):
        box = watch.page.locator(place).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 900


def test_a_keyboard_reaches_every_link_and_disclosure_and_opens_them(fresh: Watched) -> None:
    page = fresh.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["y"] > 0  # type: ignore[index]
    seen = 1
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", page.evaluate("document.activeElement.outerHTML")
        seen += 1
    reachable = "a[href], details:not(details:not([open]) details) > summary"
    assert seen >= page.locator(reachable).count()

    page.locator("#activation_rate summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("#activation_rate .method p").is_visible()


def test_the_skip_link_leads_to_the_content(watch: Watched) -> None:
    watch.page.locator(".skip").focus()
    watch.page.keyboard.press("Enter")

    assert watch.page.evaluate("document.activeElement.id") == "content"


def test_periods_and_language_are_links_that_can_be_shared(fresh: Watched) -> None:
    page = fresh.page
    page.locator(".periods a", has_text="Semaine").first.click()
    page.wait_for_selector("h1")
    assert "periode=semaine" in page.url
    assert page.locator(".periods [aria-current]").inner_text() == "Semaine"

    page.locator(".languages a[lang=en]").click()
    page.wait_for_selector("h1")
    assert "period=week" in page.url
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.title() == "Overview · Lumen"


def test_an_action_leads_to_its_figure(watch: Watched) -> None:
    watch.page.locator(".actions a").first.click()
    name = watch.page.evaluate("location.hash.slice(1)")

    assert watch.page.locator(f"#{name}").is_visible()


def test_a_link_to_a_figure_opens_there(browser: BrowserContext, served: Served) -> None:
    with watched(browser, SIZES["desktop"]) as other:
        page = other.open(served.page("?langue=fr#animateur_coverage"))
        settled(page, "scrollY > 0")

        box = page.locator("#animateur_coverage").bounding_box()
        assert box is not None
        assert 0 <= box["y"] < 900
        assert other.errors == []


def test_paper_shows_every_community_wide_charts_the_address_and_the_day(
    browser: BrowserContext, served: Served
) -> None:
    with watched(browser, SIZES["desktop"]) as other:
        page = other.open(served.page("?langue=fr"))
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")

        assert page.locator(".presences .name:visible").count() == 9
        assert page.locator(".printed").inner_text() == (
            f"{served.base}/pilotage/?periode=4-semaines&langue=fr&jusqu-au=2026-11-19 · 20 novembre 2026"
        )
        for figure in page.locator(".figure").all():
            frame, drawing = figure.bounding_box(), figure.locator(".main-svg").first.bounding_box()
            assert frame is not None
            assert drawing is not None
            assert drawing["width"] >= 0.98 * frame["width"]
        sheets = page.pdf(prefer_css_page_size=True)
        assert sheets.count(b"/Type /Page\n") <= 4
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.locator(".more[open], .method[open]").count() == 0


def test_the_table_twin_opens_and_holds_the_figures(watch: Watched) -> None:
    watch.page.locator("#adoption .twin-box summary").click()

    assert watch.page.locator("#adoption table tbody tr").count() > 30


def test_a_wrong_period_gives_a_working_page_with_a_note(browser: BrowserContext, served: Served) -> None:
    with watched(browser, SIZES["phone"]) as other:
        page = other.open(served.page("?periode=banane"))

        assert "banane" in page.locator("[role=status]").inner_text()
        assert page.locator(".card").count() >= 5
        assert other.errors == []


def test_paper_gets_the_figures_without_the_controls(watch: Watched) -> None:
    watch.page.emulate_media(media="print")

    assert not watch.page.locator(".periods").is_visible()
    assert watch.page.locator("#activation_rate .figure-value").is_visible()
    watch.page.emulate_media(media="screen")
