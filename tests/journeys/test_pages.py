"""The loop on the pages alone: somebody asks, somebody answers, the asker gets one notice and keeps the answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from reseau.network import Network, set_notice
from reseau.serve import application
from reseau.settings import load_settings
from tests.bots.company import Model, model
from tests.bots.conftest import during_work
from tests.bots.web.browsing import Browser, browsing
from tests.served import served
from tests.simulators.playground import until


@pytest.fixture(scope="module")
def model_company(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Model:
    return model(tmp_path_factory.mktemp("company"), sqlite_template, clock=during_work(25))


def told(browser: Browser) -> str:
    return browser.get("/chat/news?after=0").page


def test_a_question_is_asked_answered_told_and_kept_without_a_number_being_typed(
    model_company: Model, tmp_path: Path
) -> None:
    copies = model_company.copy(tmp_path, at=during_work()())  # notices wait for the hours of work
    here = next(copies)
    with here.network.store.write() as tx:
        set_notice(tx, "demonstration", {"seed": 1})
    network = Network(load_settings(data=tmp_path, demo=True), here.network.store)
    with served(application(network, ("bots", "worker"))):
        asker, expert = browsing(network), browsing(network)
        for browser, handle in ((asker, "lea"), (expert, "ana")):
            browser.post("/who", {**browser.get("/who").fields(handle="franck"), "handle": handle})

        form = {**asker.get("/").fields(back="/"), "line": "demander :", "text": "Qui a un étau ?"}
        answer = asker.post("/say", {**form, "label": "", "pressed": ""}, x_reseau_in_page="1")
        confirmed = asker.post("/say", answer.fields(pressed="1"), x_reseau_in_page="1")
        code = next(href for href in confirmed.page.split('"') if href.startswith("/contents/Q")).rpartition("/")[2]
        assert f'href="/contents/{code}"' in expert.get("/").page

        page = expert.get(f"/contents/{code}")
        answered = expert.post("/say", {**page.fields(line=f"répondre {code} :"), "text": "Moi, au **magasin**."})
        assert 'class="card done"' in answered.page
        until(lambda: "Ana Roux vous a répondu" in told(asker), "the asker was not told")
        assert told(asker).count("Ana Roux vous a répondu") == 1

        asker.post("/say", asker.get("/chat").fields(line=f"retenir {code} 1"))
        assert "une réponse a été retenue" in asker.get("/communities/veille").page + asker.get("/people/lea").page
        until(lambda: f"a retenu votre réponse à {code}" in told(expert), "who answered was not told")
    copies.close()  # type: ignore[attr-defined]
