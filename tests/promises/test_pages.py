"""Promises of every page of the dashboard; a new file in ``dashboards/pages`` is covered as soon as it exists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from dash import dcc, html
from dash.development.base_component import Component
from playwright.sync_api import BrowserContext

from analytics.metric import METRICS
from dashboards.drawing.chart import CONFIG
from dashboards.drawing.frame import framed
from dashboards.figures.address import read_address
from dashboards.figures.cells import Cell
from dashboards.figures.presets import PRESETS
from dashboards.figures.reading import LEADING
from dashboards.figures.visit import Visit
from dashboards.page import PAGES, Page, ordered
from reseau.i18n import LANGUAGES, Words
from tests.dashboards import company
from tests.dashboards.browser import OPEN, SIZES, serious, watched, width
from tests.dashboards.company import COMMUNITIES, TODAY, Company
from tests.dashboards.service import Served, lumen_served
from tests.dashboards.spoken import parts, spoken, texts

SOURCES = (company.company, company.nobody, company.before_the_first_build, Company)
SLUGS = tuple(preset.slugs["fr"] for preset in PRESETS)

every_page = pytest.mark.parametrize("name", PAGES)
every_language = pytest.mark.parametrize("language", LANGUAGES)
every_source = pytest.mark.parametrize("source", SOURCES)


def visit(page: Page, language: str, source: Callable[[], Company] = company.company, slug: str = SLUGS[1]) -> Visit:
    address = read_address(f"/pilotage/{page.path}", f"?periode={slug}&langue={language}")
    return Visit(address, Words(language), source(), TODAY, communities=COMMUNITIES)


def whole(name: str, language: str, source: Callable[[], Company] = company.company, slug: str = SLUGS[1]) -> Component:
    page = PAGES[name]
    here = visit(page, language, source, slug)
    return framed(page, page.draw(here), here)


def of(tree: Component, *kinds: type[Component]) -> list[Component]:
    return [component for component in parts(tree) if isinstance(component, kinds)]


@every_page
def test_a_page_has_a_path_of_its_own_a_title_and_metrics_that_exist(name: str) -> None:
    page = PAGES[name]

    assert [other.path for other in ordered()].count(page.path) == 1, (
        f"`path` of {name} is another page's: {page.path!r}"
    )
    assert page.path == page.path.strip("/").lower(), f"`path` of {name} must be small letters, no slash at its ends"
    assert page.title, f"{name} needs a `title`"
    unknown = sorted(set(page.metrics) - set(METRICS))
    assert not unknown, f"`metrics` of {name} names what no file of analytics/metrics offers: {', '.join(unknown)}"


class Asked(Company):
    """The made-up company, which remembers its requests."""

    def __init__(self) -> None:
        super().__init__(**vars(company.company()))
        self.metrics: set[str] = set()

    def cells(self, name: str, grain: str, segment_kind: str = "") -> list[Cell]:
        self.metrics.add(name)
        return super().cells(name, grain, segment_kind)


@every_page
def test_a_page_names_the_metrics_that_it_shows(name: str) -> None:
    page, source = PAGES[name], Asked()
    page.draw(visit(page, "fr", lambda: source))

    unnamed = ", ".join(sorted(source.metrics - {LEADING, *page.metrics}))  # every page is dated by the leading one
    assert not unnamed, f"`metrics` of {name} lacks what it shows, so that its first visit would wait: {unnamed}"


@every_page
@every_language
@every_source
@pytest.mark.parametrize("slug", SLUGS)
def test_a_page_is_drawn_for_every_period_language_and_company(
    name: str, language: str, source: Callable[[], Company], slug: str
) -> None:
    tree = whole(name, language, source, slug)

    assert len(of(tree, html.H1)) == 1
    assert len(of(tree, html.Main)) == 1
    assert "nan" not in [text.lower() for text in texts(tree)]
    assert "None" not in spoken(tree)


@every_page
@every_source
def test_headings_never_skip_a_level(name: str, source: Callable[[], Company]) -> None:
    headings = of(whole(name, "fr", source), html.H1, html.H2, html.H3, html.H4)
    levels = [(int(type(heading).__name__[1]), spoken(heading)) for heading in headings]

    assert levels[0][0] == 1, f"{name} must begin with an h1"
    for (above, _), (below, words) in pairwise(levels):
        assert below - above <= 1, f"“{words}” of {name} is an h{below} below an h{above}: put an h{above + 1} between"


@every_page
@every_source
def test_ids_are_unique_and_links_within_the_page_lead_somewhere(name: str, source: Callable[[], Company]) -> None:
    tree = whole(name, "fr", source)
    ids = [component.id for component in parts(tree) if getattr(component, "id", None)]  # type: ignore[attr-defined]
    anchors = [str(a.href)[1:] for a in of(tree, html.A) if str(getattr(a, "href", "")).startswith("#")]  # type: ignore[attr-defined]

    assert len(ids) == len(set(ids))
    assert set(anchors) <= set(ids)


@every_page
def test_every_chart_has_a_text_a_table_twin_and_a_method_beside_it(name: str) -> None:
    for panel in of(whole(name, "fr"), html.Section):
        graphs = of(panel, dcc.Graph)
        if graphs:
            images = [component for component in parts(panel) if getattr(component, "role", None) == "img"]
            assert len(images) == len(graphs)
            assert all(getattr(image, "aria-label", "") for image in images)
            assert len(of(panel, html.Table)) == len(graphs)
            assert "Comment c’est calculé" in spoken(panel)


@every_page
def test_nothing_of_a_page_leads_or_sends_elsewhere(name: str) -> None:
    tree = whole(name, "en")
    links = [str(getattr(component, "href", "")) for component in of(tree, html.A)]

    assert all(link.startswith(("#", "/pilotage/")) for link in links)
    assert all(getattr(graph, "config", None) == CONFIG for graph in of(tree, dcc.Graph))
    assert of(tree, html.Img, html.Iframe, html.Script, html.ObjectEl, html.Embed) == []


@every_page
def test_the_other_language_and_the_other_periods_are_real_links(name: str) -> None:
    links = [str(getattr(component, "href", "")) for component in of(whole(name, "fr"), html.A)]

    for preset in PRESETS:
        assert any(f"periode={preset.slugs['fr']}" in link for link in links)
    assert any("language=en" in link for link in links)


@every_page
def test_no_english_is_left_on_a_french_page(name: str) -> None:
    french, english = set(texts(whole(name, "fr"))), set(texts(whole(name, "en")))
    same = {text for text in french & english if re.search(r"[^\W\d_]{4}", text)}

    same = {text.strip(" ()") for text in same if not re.fullmatch(r"[+−]\d+ points?", text)}
    known = {*COMMUNITIES.values(), "Date", "Articles", "Documents", "Discussions", "Questions", "stable"} | {
        "Contributions",
        "reseau kit list",
        "Réseau",  # the name of a network that has none of its own
    }
    assert not same - known, f"dashboards/locale/fr.po does not translate: {', '.join(sorted(same - known))}"


@every_page
def test_hidden_cells_are_never_a_zero_or_a_blank(name: str) -> None:
    def hidden() -> Company:
        made = company.company()
        for metric in made.rows:
            made.hide(metric)
        return made

    tree = whole(name, "fr", hidden)
    assert "" not in [spoken(component) for component in of(tree, html.Td)]
    assert not {"0", "0\N{NARROW NO-BREAK SPACE}%"} & set(texts(tree))


# -- in a browser ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with lumen_served(tmp_path_factory.mktemp("lumen")) as running:
        yield running


@pytest.mark.browser
@every_page
@every_language
@pytest.mark.parametrize("size", SIZES)
def test_a_page_is_shown_to_everybody_and_asks_nobody_else(
    name: str, language: str, size: str, browser: BrowserContext, served: Served
) -> None:
    with watched(browser, SIZES[size]) as watch:
        page = watch.open(served.page(f"{PAGES[name].path}?langue={language}"))
        for disclosures in ("closed", "open"):
            assert serious(page) == [], (
                f"axe finds what keeps people from reading {name} with {disclosures} disclosures"
            )
            assert width(page) == SIZES[size][0], f"{name} is wider than the window of a {size}"
            page.evaluate(OPEN)

        assert watch.errors == []
        assert [url for url in watch.requests if not url.startswith((f"{served.base}/", "data:", "blob:"))] == []
