"""The pages show only what the reader may read, and a form does what its line does, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from starlette.requests import Request

from bots.answers.reasons import REASONS
from bots.arrival import Where
from bots.card import Button, Card, Item, Items, Quote
from bots.platform import Address, Answer, RefusedError
from bots.platforms.web.courier import PageCourier
from bots.platforms.web.sending import UnreadableError, read_form
from bots.sending.moderated import Moderated
from reseau import access
from reseau.acting import Acting
from reseau.communities import belonging, opening
from reseau.communities.belonging import Joining
from reseau.communities.opening import NewCommunity
from reseau.contents import publishing, reactions, threads
from reseau.contents.kinds.answer import ANSWER
from reseau.contents.kinds.question import QUESTION
from reseau.contents.publishing import NewContent
from reseau.contents.reactions import NewReaction
from reseau.exchange import notifications, waiting
from reseau.exchange.notices import Notice
from reseau.exchange.outbox import Taken
from reseau.finding import listing, surroundings
from reseau.finding.feed import Reason
from reseau.kinds import CommunityKind, MemberKind, Privacy
from reseau.network import Network
from reseau.people import members
from reseau.people.members import MemberChange, NewMember
from reseau.store.tables import outbox, page_notice
from tests import looped
from tests.bots.company import CLOSED_WORD, Company, company
from tests.bots.web.browsing import Browser, Shown, browsing
from tests.bots.web.test_entry import link

CONSOLE = Acting("console")
#: Every page of the company that one may look for.
PAGES = (
    *("/", "/contents/Q12", "/contents/Q1", "/contents/q12", "/people/lea", "/people/ana", "/people/franck"),
    *("/people/guy", "/communities", "/communities/veille", "/communities/velo", "/communities/direction"),
    *("/communities?q=veille", "/tags/soudure", "/search?q=soudure", f"/search?q={CLOSED_WORD}", "/search", "/chat"),
    *(f"/tags/{CLOSED_WORD}", "/communities/rachat", "/people/hidden", "/chat/news?after=0", "/contents/Q999"),
)


@pytest.fixture
def lea(here: Company) -> Browser:
    return browsing(here.network, here.people["lea"])


def test_pages_show_the_feed_a_thread_people_places_tags_and_what_is_found(anywhere: Company) -> None:
    lea = browsing(anywhere.network, anywhere.people["lea"])
    seen = {path: lea.get(path) for path in ("/", "/contents/Q12", "/people/ana", "/communities", "/tags/soudure")}
    found, place = lea.get("/search?q=soudure"), lea.get("/communities/veille")

    assert {page.status for page in (*seen.values(), found, place)} == {200}
    assert 'href="/contents/Q12"' in seen["/"].page
    assert "Moi, à <strong>Lyon</strong>, en 2024." in seen["/contents/Q12"].page
    assert 'href="/tags/soudure">#soudure</a>' in seen["/contents/Q12"].page
    assert "soudure, python, welding" in seen["/people/ana"].page
    assert "Vélo" in seen["/communities"].page
    assert "Qui a déjà posé des bancs" in seen["/tags/soudure"].page
    assert ("Ana Roux" in found.page, "Quel est le prix" in place.page) == (True, True)
    assert lea.get("/?before=2001-01-01").page.count('class="line"') == 0
    assert lea.get("/?before=nonsense").status == 200


def test_what_may_not_be_read_looks_like_what_does_not_exist(here: Company, lea: Browser) -> None:
    nothing = lea.get("/contents/Q999")
    closed = [
        *(f"/contents/{code}" for code in here.closed),
        *("/communities/rachat", "/communities/nowhere", f"/tags/{CLOSED_WORD}", "/tags/nothing", "/people/nobody"),
        *("/contents/" + "9" * 400, "/tags/%00%ff", "/people/..%2f..", "/contents/Q12/x"),
    ]

    assert nothing.status == 404
    for path in closed:
        assert (lea.get(path).status, lea.get(path).plain) == (404, nothing.plain), path
    private = lea.get("/communities/direction")
    assert (private.status, CLOSED_WORD in private.page) == (200, False)
    franck = browsing(here.network, here.people["franck"])
    assert {franck.get(f"/contents/{code}").status for code in here.closed} == {200}


def test_a_guest_reads_what_belongs_to_the_same_communities_and_no_contact_lines(here: Company) -> None:
    guy = browsing(here.network, here.people["guy"])

    assert guy.get("/contents/Q12").status == 200
    assert guy.get("/people/nina").status == 404
    assert "lea@example.org" not in guy.get("/people/lea").page
    assert "Direction" not in guy.get("/communities").page


def test_what_happens_behind_a_door_changes_no_byte_outside(network: Network) -> None:
    """A private community that the reader knows, and a secret one: their contents, and their members."""
    made = company(network, closed=False)
    held = network.store.clock()
    network.store.clock = lambda: held
    franck = made.people["franck"]
    with network.store.write() as tx:
        new = NewCommunity("Direction", CommunityKind.FUNCTIONAL, Privacy.PRIVATE, slug="direction")
        direction = opening.add(tx, [new], CONSOLE)[0]
        belonging.join(tx, [Joining(direction, franck)], CONSOLE)
    readers = [browsing(network, made.people[who]) for who in ("lea", "guy")]
    before = [[reader.get(path).plain for path in PAGES] for reader in readers]
    _fill(network, direction, franck)

    for reader, pages in zip(readers, before, strict=True):
        for path, page in zip(PAGES, pages, strict=True):
            assert reader.get(path).plain == page, path
    assert CLOSED_WORD in browsing(network, franck).get(f"/tags/{CLOSED_WORD}").page
    with network.store.read() as tx:  # newer hidden contents take no place of a short list
        tagged = listing.of_tag(tx, access.viewer(tx, made.people["lea"]), "soudure", limit=1)
    assert tagged is not None
    assert [content.code for content in tagged.contents] == ["Q12"]


def _fill(network: Network, direction: int, franck: int) -> None:
    with network.store.write() as tx:
        hidden = NewMember("Client Caché", "hidden", kind=MemberKind.CLIENT, job="soudure")
        hidden_id = members.add(tx, [hidden], CONSOLE)[0]
        secret = opening.add(
            tx, [NewCommunity("Rachat", CommunityKind.PROJECT, Privacy.SECRET, slug="rachat")], CONSOLE
        )[0]
        belonging.join(tx, [Joining(secret, franck), Joining(secret, hidden_id)], CONSOLE)
        text = f"Qui joue du {CLOSED_WORD} en soudure, @lea ? #{CLOSED_WORD} #soudure"
        new = [NewContent(QUESTION, franck, text, place) for place in (direction, secret)]
        contents = publishing.publish(tx, new, CONSOLE)
        replies = [NewContent(ANSWER, hidden_id, "Moi. #soudure", root_id=contents[1].id)]
        publishing.publish(tx, replies, CONSOLE)
        reactions.react(tx, [NewReaction(content.id, franck, "tada") for content in contents], CONSOLE)


# -- forms -------------------------------------------------------------------------------------------------------------


def test_a_button_on_a_content_does_what_its_line_does(here: Company, lea: Browser) -> None:
    page = lea.get("/contents/Q1")
    liked = lea.post("/say", page.fields(label="👍 J’aime"), x_reseau_in_page="1")

    assert (liked.status, liked.headers["x-reseau-done"]) == (200, "1")
    assert "Votre réaction est ajoutée" in liked.page
    assert "<html" not in liked.page
    again = lea.get("/contents/Q1")
    assert 'aria-pressed="true"' in again.page
    lea.post("/say", again.fields(label="👍 J’aime"))
    assert 'aria-pressed="true"' not in lea.get("/contents/Q1").page
    lea.post("/say", lea.get("/contents/Q1").fields(label="Suivre"))
    assert here.rows("follow") == {"follow": 1}


def test_an_answer_is_written_in_its_box_and_kept_with_one_tap(here: Company) -> None:
    ana, lea = (browsing(here.network, here.people[who]) for who in ("ana", "lea"))
    fields = ana.get("/contents/Q12").fields(line="répondre Q12 :")
    ana.post("/say", {**fields, "text": "Avec\ndeux lignes : *et* des marques"})
    page = lea.get("/contents/Q12")

    assert "Avec<br>deux lignes : <em>et</em> des marques" in page.page
    answer = lea.post("/say", page.fields(line="retenir Q12 2"))
    assert answer.status == 200
    assert "c’est la réponse" in lea.get("/contents/Q12").page


def test_a_form_that_is_sent_twice_is_done_once(anywhere: Company) -> None:
    lea = browsing(anywhere.network, anywhere.people["lea"])
    fields = {**lea.get("/contents/Q12").fields(line="répondre Q12 :"), "text": "Une fois"}
    pages = [lea.post("/say", fields) for _ in range(2)]

    assert "C’est déjà fait" in pages[1].page
    assert lea.get("/contents/Q12").page.count("Une fois") == 1
    ana = browsing(anywhere.network, anywhere.people["ana"])
    theirs = {**ana.get("/contents/Q12").fields(line="répondre Q12 :"), "text": "À moi", "event": fields["event"]}
    assert "C’est déjà fait" not in ana.post("/say", theirs).page  # a key of another session is not taken


def test_a_form_of_another_site_or_session_changes_nothing(here: Company, lea: Browser) -> None:
    fields = {**lea.get("/contents/Q12").fields(line="répondre Q12 :"), "text": "Non"}
    ana = browsing(here.network, here.people["ana"])
    before = here.rows("content", "activity", "reaction")
    forged = [
        lea.post("/say", fields, origin="https://evil.example"),
        lea.post("/say", fields, origin="null"),
        lea.post("/say", fields, origin="http://["),
        lea.post("/say", fields, sec_fetch_site="cross-site"),
        lea.post("/say", fields, sec_fetch_site="same-site"),
        lea.post("/say", {**fields, "form": ""}),
        lea.post("/say", {name: text for name, text in fields.items() if name != "form"}),
        lea.post("/say", {**fields, "form": "0" * 32}),
        lea.post("/say", {**fields, "form": "é"}),
        ana.post("/say", fields),
        browsing(here.network).post("/say", fields),
        lea.post("/sign-out", {"form": ""}),
        lea.post("/say", {**fields, "text": "x" * 300_000}),
    ]

    assert {response.status for response in forged} == {403, 413}
    assert here.rows("content", "activity", "reaction") == before
    assert lea.get("/say").status in (404, 405)
    assert lea.get("/").status == 200


def test_whatever_breaks_is_a_sentence_and_whoever_goes_away_is_no_error(here: Company, lea: Browser) -> None:
    path, fields = link(here), lea.get("/chat").fields(back="/chat")
    asked = browsing(here.network)
    form = asked.get(path).fields()
    with pytest.raises(UnreadableError):
        looped.run(read_form(gone()))
    with here.network.store.write() as tx:
        tx.connection.exec_driver_sql("ALTER TABLE page_key RENAME TO lost")
    broken = [
        lea.get("/nowhere"),
        lea.post("/chat", fields),
        lea.post("/sign-out", fields),
        asked.get(path),
        asked.post(path, form),
    ]

    assert [(shown.status, "Traceback" in shown.page) for shown in broken] == [(500, False)] * 5
    assert all("Cette page ne peut pas" in shown.page for shown in broken)


def gone() -> Request:
    """A request whose browser goes away in the middle."""

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    return Request({"type": "http", "method": "POST", "headers": []}, receive)


@pytest.mark.parametrize("token", ["x", "a" * 43, "'", "é", "0" * 4000])
def test_a_forged_cookie_opens_nothing(here: Company, token: str) -> None:
    browser = browsing(here.network)
    browser.cookies["reseau_page"] = token

    assert browser.get("/contents/Q12").status == 401


def test_nothing_is_loaded_from_elsewhere_and_no_script_stands_in_a_page(lea: Browser) -> None:
    page = lea.get("/contents/Q12")
    policy = page.headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["cache-control"] == "no-store"
    assert [script.attributes["src"].partition("?")[0] for script in page.elements("script")] == []  # none with words
    assert 'src="/assets/page.js?v=' in page.page
    assert lea.get("/assets/page.js").headers["content-type"].startswith("text/javascript")
    assert {lea.get(f"/assets/{name}").status for name in ("site.py", "..%2fsite.py", "nothing.css")} == {404}


def test_a_line_in_the_chat_is_answered_there_and_its_buttons_go_on(here: Company, lea: Browser) -> None:
    answer = lea.say("demander : Qui a un tournevis de précision ?", x_reseau_in_page="1")
    assert "<html" not in answer.page

    confirmed = lea.post("/say", answer.fields(pressed="1"))
    assert "Qui a un tournevis" in confirmed.page
    assert "Qui a un tournevis" in lea.get("/contents/Q13").page
    lea.post("/say", confirmed.fields(label="Annuler"))
    assert lea.get("/contents/Q13").status == 404


def test_words_that_are_asked_for_are_the_next_message(lea: Browser) -> None:
    assert "Que cherchez-vous" in lea.say("chercher").page
    assert "Ana Roux" in lea.say("soudure").page


def test_the_language_is_chosen_in_the_header_and_stays(lea: Browser) -> None:
    lea.post("/say", lea.get("/").fields(label="English"))

    assert '<html lang="en">' in lea.get("/").page
    assert "Your feed" in lea.get("/").page


def test_reading_a_page_counts_as_using_the_network(here: Company, lea: Browser) -> None:
    lea.get("/contents/Q12")
    with here.network.store.read() as tx:
        used = tx.connection.exec_driver_sql(
            "SELECT kind FROM activity WHERE verb = 'used' AND platform = 'web'"
        ).scalars()
        assert list(used) == ["show"]


# -- notices ----------------------------------------------------------------------------------------------------------


def tell(here: Company, who: str, card: Card) -> None:
    to = Address("", Where("", personal=True), str(here.people[who]))
    looped.run(PageCourier(here.network).show(Answer(card), to))


def test_a_notice_is_kept_once_and_read_in_the_chat_by_its_reader_alone(anywhere: Company) -> None:
    notice = Card("Ana vous a répondu", (Quote("Oui", "Ana"),), (Button("Voir Q12", "voir Q12"),), code="Q12")
    for _ in range(2):
        tell(anywhere, "lea", notice)
    lea, ana = (browsing(anywhere.network, anywhere.people[who]) for who in ("lea", "ana"))
    news = lea.get("/chat/news?after=0")

    assert news.page.count("Ana vous a répondu") == 1
    assert lea.get("/chat").page.count("Ana vous a répondu") == 1
    assert lea.get(f"/chat/news?after={news.headers['x-reseau-last']}").page.strip() == ""
    assert "Ana vous a répondu" not in ana.get("/chat").page


def test_a_notice_about_what_may_no_longer_be_read_is_not_shown(here: Company, lea: Browser) -> None:
    tell(here, "lea", Card("Franck vous a répondu", (Quote(CLOSED_WORD, "Franck"),), code=here.closed[0]))

    assert "Franck vous" not in lea.get("/chat").page
    assert CLOSED_WORD not in lea.get("/chat/news?after=0").page
    lines = (Item(CLOSED_WORD, here.closed[0]), Item("Les bancs d’essai", "Q12"), Item("Nina est là"))
    tell(here, "lea", Card("Votre semaine", (Items(lines),)))
    tell(here, "lea", Card("Votre mois", (Items(lines[:1]),)))
    page = lea.get("/chat").page
    assert [words in page for words in ("Les bancs d’essai", "Nina est là", "Votre mois", CLOSED_WORD)] == [
        True,
        True,
        False,
        False,
    ]


def test_what_is_removed_for_good_is_in_no_notice_and_its_author_reads_why(anywhere: Company) -> None:
    path, ana = link(anywhere, "ana"), browsing(anywhere.network)
    ana.post(path, ana.get(path).fields())
    tell(anywhere, "lea", Card("Ana répond", (Quote("Le mot de passe est 1234", "Ana"),), code="Q1"))
    tell(anywhere, "lea", Card("Ana répond", (Quote("Bonjour", "Ana"),), code="Q11"))
    assert anywhere.ask("supprimer Q1 : c’était un mot de passe", "franck", confirmed=True).done

    with anywhere.network.store.read() as tx:
        kept = str(tx.execute(select(page_notice.c.card)).scalars().all())
        queued = tx.execute(select(outbox).where(outbox.c.topic == notifications.MODERATED)).one()
    assert ("1234" in kept, "Bonjour" in kept) == (False, True)
    taken = Taken(queued.id, queued.dedupe_key, queued.topic, queued.ordering_key, queued.payload, 1)
    looped.run(Moderated(anywhere.network).send(taken, {"web": PageCourier(anywhere.network)}))
    assert "c’était un mot de passe" in ana.get("/chat").page


def test_notices_that_wait_for_working_hours_are_announced_with_their_hour(anywhere: Company) -> None:
    people = anywhere.people
    with anywhere.network.store.write() as tx:
        closed = threads.get(tx, access.viewer(tx, people["franck"]), anywhere.closed[0])
        assert closed is not None
        waiting.put(tx, people["ana"], Notice.THANKS, None, {}, tx.now + timedelta(hours=40))
        waiting.put(tx, people["lea"], Notice.REPLY, closed.root_id, {}, tx.now + timedelta(hours=40))
    ana, lea = (browsing(anywhere.network, people[who]) for who in ("ana", "lea"))

    for path in ("/", "/chat"):
        assert "heures de travail\u00a0: le prochain part le " in ana.get(path).page
        assert "heures de travail" not in lea.get(path).page, "a notice of a closed thread shows"
    shown = ana.post("/say", ana.get("/").fields(label="Lire tout de suite ce qui est nouveau"))
    assert shown.status == 200


def test_what_interrupts_is_changed_from_ones_own_page(here: Company, lea: Browser) -> None:
    opened = lea.post("/say", lea.get("/people/lea").fields(label="Ce dont je vous préviens"))

    assert "On vous mentionne" in opened.page
    assert "Ce dont je vous préviens" not in lea.get("/people/ana").page
    assert "On vous mentionne" in lea.say("de quoi me prévenez-vous ?").page


def test_the_chat_gives_as_an_example_what_somebody_knows(here: Company, lea: Browser) -> None:
    with here.network.store.read() as tx:
        subject = surroundings.known_subject(tx, access.viewer(tx, here.people["lea"]))

    assert subject not in ("", "soudure")
    assert f'value="expert {subject}"' in lea.get("/chat").page


def test_a_long_reply_in_a_list_goes_on_where_its_first_words_end(here: Company, lea: Browser) -> None:
    text = " ".join(f"mot{number}" for number in range(60))
    with here.network.store.write() as tx:
        publishing.publish(tx, [NewContent(QUESTION, here.people["ana"], text, here.places["veille"])], CONSOLE)
    page = lea.get("/people/ana").page

    assert (page.count("mot0 "), page.count("mot25 ")) == (1, 1)


def test_the_page_of_a_feed_has_words_for_every_reason(here: Company, lea: Browser) -> None:
    assert set(REASONS) == set(Reason)
    with here.network.store.write() as tx:
        question = NewContent(QUESTION, here.people["lea"], "Qui a une grande échelle ?", None)
        publishing.publish(tx, [question], CONSOLE)
    assert "vous l’avez écrit pour tous" in lea.get("/").page


def test_a_courier_of_pages_has_no_channels() -> None:
    with pytest.raises(RefusedError):
        looped.run(PageCourier.audience(None, "", Where("C1")))  # type: ignore[arg-type]


# -- hostile words -----------------------------------------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "[RH : mot de passe](https://evil.example)",
    "[ici](javascript:alert(1)) ![x](https://evil.example/x.png) <https://a@evil.example>",
    '{{ 7 * 7 }} {% raw %} &lt;b&gt; \u202egnp.exe\u202c " onmouseover="x',
    "ق" * 60 + " " + "W" * 200,
)


def links(page: Shown) -> Iterator[str]:
    yield from (element.attributes.get("href", "") for element in page.elements("a"))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_words(here: Company, text: str) -> None:
    """Of names, jobs, purposes and contents: as in the review of attacks, B4 and C7."""
    with here.network.store.write() as tx:
        ana: dict[str, object] = {"name": text, "job": text, "site": text, "bio": text}
        members.change(tx, [MemberChange(here.people["ana"], ana)], CONSOLE)
        place = opening.add(tx, [NewCommunity(text, CommunityKind.PRACTICE, purpose=text, slug="hostile")], CONSOLE)[0]
        new = NewContent(QUESTION, here.people["ana"], f"{text}\n\n- {text}", place, title=text)
        code = publishing.publish(tx, [new], CONSOLE)[0].code
    lea = browsing(here.network, here.people["lea"])
    lea.say("rejoindre #hostile")
    for path in (
        "/",
        f"/contents/{code}",
        "/people/ana",
        "/communities",
        "/communities/hostile",
        "/search?q=mot+passe",
    ):
        page = lea.get(path)
        assert page.status == 200
        assert [
            element.tag for element in page.tree.elements() if element.tag in ("img", "script", "b", "iframe")
        ] == []
        assert [name for element in page.tree.elements() for name in element.attributes if name.startswith("on")] == []
        assert [href for href in links(page) if "javascript" in href or "@evil" in href] == []
        assert " 49 " not in page.page
        assert "\u202e" not in page.page
        if text.startswith("[RH") and path not in (f"/contents/{code}", "/communities/hostile"):  # texts may have links
            assert not any(href.startswith("https://evil") for href in links(page)), path
    assert "alert(1)" not in lea.say("profil @ana").plain or "<script>" not in lea.say("profil @ana").page


# -- forms of verbs ----------------------------------------------------------------------------------------------------


def test_a_button_that_lacks_words_opens_a_form_and_what_is_wrong_is_said_beside_its_field(
    here: Company, lea: Browser
) -> None:
    form = lea.post("/say", lea.get("/chat").fields(label="Poser une question"), x_reseau_in_page="1")
    fields = form.fields(verb="ask")
    names = {element.attributes.get("name") for tag in ("textarea", "select") for element in form.elements(tag)}
    assert {"f-text", "f-in"} <= names
    assert "Veille" in form.page
    assert "Direction" not in form.page

    wrong = lea.post("/say", {**fields, "f-text": "", "f-in": "#rachat"}, x_reseau_in_page="1")
    assert 'class="fault"' in wrong.page
    again = wrong.fields(verb="ask")
    answer = lea.post("/say", {**again, "f-text": "Qui a un *étau* ?", "f-in": "#veille"}, x_reseau_in_page="1")
    assert "Qui a un <em>étau</em> ?" in answer.page
    lea.post("/say", answer.fields(pressed="1"))
    assert "Qui a un <em>étau</em> ?" in lea.get("/contents/Q13").page


def test_without_scripts_a_form_and_an_answer_are_whole_pages(lea: Browser) -> None:
    form = lea.post("/say", lea.get("/people/lea").fields(label="Compléter mon profil"))

    assert "<html" in form.page
    assert form.fields(verb="profile")["back"] == "/people/lea"
    answer = lea.say("expert soudure", back="/people/lea")
    assert 'href="/people/ana"' in answer.page  # a button that only shows something leads to its page
    assert 'href="/people/lea"' in answer.page


def test_a_form_of_a_verb_that_one_may_not_use_is_refused(here: Company, lea: Browser) -> None:
    fields = lea.post("/say", lea.get("/chat").fields(label="Poser une question")).fields(verb="ask")
    for verb in ("admit", "link", "nothing", ""):
        refused = lea.post(
            "/say", {**fields, "verb": verb, "step": "7", "event": verb, "f-text": "x", "f-person": "@ana"}
        )
        assert refused.status == 200
        assert 'class="card done"' not in refused.page
