"""Search: analysis, and the same results on both engines."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from reseau.access import Viewer, viewer
from reseau.acting import Acting
from reseau.communities import belonging, opening
from reseau.communities.belonging import Joining
from reseau.communities.opening import NewCommunity
from reseau.contents import changing, publishing
from reseau.contents.changing import Acceptance, Edit, Withdrawal
from reseau.contents.kinds.answer import ANSWER
from reseau.contents.kinds.article import ARTICLE
from reseau.contents.kinds.discussion import DISCUSSION
from reseau.contents.kinds.document import DOCUMENT
from reseau.contents.kinds.idea import IDEA
from reseau.contents.kinds.question import QUESTION
from reseau.contents.publishing import NewContent
from reseau.finding import experts, lookup, questions
from reseau.kinds import CommunityKind, Privacy
from reseau.people import members
from reseau.people.members import NewMember, ProfileItems
from reseau.search import analysis
from reseau.store import Store
from reseau.store.transaction import Transaction

HERE = Acting("console")
TEXTS = (
    "Quel banc d’essai pour la soudure des réservoirs ?",
    "Les réseaux de chaleur à Lyon : retour d’expérience",
    "La réunion du comité est décalée à mardi",
    "We should share the welding guide with the Lyon team",
    "Le banc de l’atelier est en panne, le banc de secours aussi",
)


def company(tx: Transaction) -> tuple[list[int], list[publishing.Published], Viewer]:
    people = members.add(
        tx, [NewMember("Ana Roy"), NewMember("Bob Lin"), NewMember("Chloé Petit", job="Soudeuse")], HERE
    )
    place = opening.add(tx, [NewCommunity("Atelier", CommunityKind.PRACTICE)], HERE)[0]
    batch = [NewContent(DISCUSSION, people[number % 2], text, place) for number, text in enumerate(TEXTS)]
    batch[0] = replace(batch[0], kind=QUESTION)
    batch[3] = replace(batch[3], kind=DOCUMENT)
    return people, publishing.publish(tx, batch, HERE), viewer(tx, people[0])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("reseau", [1]),
        ("RÉSEAUX", [1]),
        ("banc", [4, 0]),
        ("bancs d'essais", [0, 4]),
        ("lyon", [3, 1]),
        ("weld", [3]),
        ("réunions", [2]),
        ("le la de", []),
        ("introuvable", []),
        ('"; DROP TABLE content; -- NEAR( *', []),
        ("'", []),
    ],
)
def test_words_are_found_in_any_accents_case_number_and_language(store: Store, query: str, expected: list[int]) -> None:
    with store.write() as tx:
        _, _, who = company(tx)
        matches = lookup.find_contents(tx, who, query)

    assert [TEXTS.index(hit.content.text) for hit in matches] == expected


def test_articles_and_documents_are_listed_separately_from_discussions(store: Store) -> None:
    with store.write() as tx:
        (ana,) = members.add(tx, [NewMember("Ana")], HERE)
        place = opening.add(tx, [NewCommunity("Atelier", CommunityKind.PRACTICE)], HERE)[0]
        kinds = (DISCUSSION, QUESTION, IDEA, ARTICLE, DOCUMENT)
        publishing.publish(tx, [NewContent(kind, ana, "La soudure", place) for kind in kinds], HERE)
        matches = lookup.find(tx, viewer(tx, ana), "soudure")

    assert {hit.content.kind for hit in matches.documents} == {ARTICLE, DOCUMENT}
    assert {hit.content.kind for hit in matches.contents} == {DISCUSSION, QUESTION, IDEA}


def test_documents_and_people_have_their_own_lists(store: Store) -> None:
    with store.write() as tx:
        people, _, who = company(tx)
        members.set_profile(tx, [ProfileItems(people[1], "expertise", ("soudure TIG",))], HERE)
        welding = lookup.find(tx, who, "welding")
        soudure = lookup.find(tx, who, "soud")
        named = lookup.find(tx, who, "petit chloé")

    assert [hit.content.kind for hit in welding.documents] == [DOCUMENT]
    assert not welding.contents
    assert {(person.member.name, person.matching) for person in soudure.people} == {
        ("Bob Lin", ("soudure TIG",)),
        ("Chloé Petit", ()),
    }
    assert [person.member.name for person in named.people] == ["Chloé Petit"]


def test_search_follows_edits_and_deletions(store: Store) -> None:
    with store.write() as tx:
        people, published, who = company(tx)
        changing.edit(tx, [Edit(published[1].id, people[1], "Les pompes de Nantes")], HERE)
        changing.withdraw(tx, [Withdrawal(published[4].id, people[0])], HERE)
        assert [hit.content.text for hit in lookup.find_contents(tx, who, "pompe nantes")] == ["Les pompes de Nantes"]
        assert not lookup.find_contents(tx, who, "chaleur")
        assert len(lookup.find_contents(tx, who, "banc")) == 1
        figures = lookup.read_statistics(tx, ["banc"])

    assert (figures.documents, figures.frequency["banc"]) == (4, 1)


def test_experts_come_with_the_evidence_and_never_hold_the_asker(store: Store) -> None:
    with store.write() as tx:
        (ana, bob, chloe), published, who = company(tx)
        answers = publishing.publish(
            tx,
            [
                NewContent(ANSWER, bob, "Pour la soudure, le banc 3", root_id=published[0].id),
                NewContent(ANSWER, ana, "La soudure se fait ailleurs", root_id=published[0].id),
            ],
            HERE,
        )
        changing.accept(tx, [Acceptance(published[0].id, answers[0].id, ana)], HERE)
        members.set_profile(tx, [ProfileItems(chloe, "expertise", ("soudures",))], HERE)
        matches = experts.rank(tx, who, "soudure")

    assert {(expert.member.name, expert.declared, expert.answers, expert.accepted) for expert in matches} == {
        ("Chloé Petit", ("soudures",), 0, 0),
        ("Bob Lin", (), 1, 1),
    }


def test_the_small_words_of_a_question_name_nobody(store: Store) -> None:
    with store.write() as tx:
        (_, bob, chloe), _, who = company(tx)
        members.set_profile(tx, [ProfileItems(bob, "ask_me", ("qui appeler quand on ne sait pas qui appeler",))], HERE)
        members.set_profile(tx, [ProfileItems(chloe, "expertise", ("soudure",))], HERE)
        matches = experts.rank(tx, who, "qui sait faire une soudure ?")

    assert matches[0].member.name == "Chloé Petit"
    assert all(expert.declared == () for expert in matches[1:])


def test_a_single_word_offers_only_questions_that_hold_it(store: Store) -> None:
    with store.write() as tx:
        people, _, who = company(tx)
        batch = [NewContent(QUESTION, people[1], "Qui roule à vélo vers Leeds ?")]
        publishing.publish(tx, batch, HERE)
        assert list(questions.similar(tx, who, "roulement")) == []
        assert [question.text for question in questions.similar(tx, who, "soudure")] == [TEXTS[0]]


def test_a_question_is_offered_when_it_shares_half_of_the_words(store: Store) -> None:
    with store.write() as tx:
        _, _, who = company(tx)
        near = questions.similar(tx, who, "Qui a un banc pour essayer une soudure ?")
        far = questions.similar(tx, who, "Quelle banque pour financer un nouvel atelier de soudure à Nantes ?")

    assert [question.text for question in near] == [TEXTS[0]]
    assert list(far) == []


@given(st.text(max_size=80))
def test_analysis_takes_any_text(text: str) -> None:
    words = analysis.words(text)
    for language in ("fr", "en"):
        assert all(term and " " not in term for term in analysis.terms(words, language))


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60))
def test_a_text_is_found_by_its_own_words(text: str) -> None:
    words = analysis.words(text)
    terms = set(analysis.terms(words, analysis.language_of(words, "fr")))
    stems = {stem for group in analysis.query_terms(text) for stem in group}

    assert terms <= stems


#: Pieces of text for which splitting could change the analysis: spaces, marks, links, final sigmas.
ODD = st.sampled_from(
    [
        "](",
        "[a](les)",
        "<http:les>",
        "<",
        ">",
        ")",
        "_",
        "'",
        "’",
        "\u0301",
        "Σ",
        "É",
        "the",
        "les",
        "\x1c",
        "\xa0",
        "\u2000",
    ]
)


@given(st.lists(ODD | st.text(max_size=4), max_size=30).map("".join))
def test_a_text_in_pieces_gives_the_same_words_as_in_one(text: str) -> None:
    words = analysis.words(text)
    language = analysis.language_of(words, "en")

    assert analysis.reading(text, "en") == (language, " ".join(analysis.terms(words, language)))
    for language_hint in ("fr", "en"):
        assert analysis.reading(text, "en", language_hint) == (
            language_hint,
            " ".join(analysis.terms(words, language_hint)),
        )


def test_the_cache_of_words_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "_MOST_KEPT", 10)
    cache = analysis._Cache(len)

    assert [cache["a" * size] for size in range(60)] == list(range(60))
    assert 0 < len(cache) <= 10
    assert max(map(len, cache)) <= analysis._LONGEST_KEPT


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Bonjour, qui a déjà travaillé avec ce fournisseur ?", "fr"),
        ("Has anyone already worked with this supplier?", "en"),
        ("Le meeting est à 14 h dans la salle bleue", "fr"),
        ("Thanks, see you at the café", "en"),
        ("OK", "fr"),
    ],
)
def test_the_language_of_a_text_is_detected(text: str, language: str) -> None:
    assert analysis.language_of(analysis.words(text), "fr") == language


@pytest.mark.parametrize("privacy", list(Privacy))
def test_the_best_answer_is_found_among_many_newer_posts_with_one_of_the_words(store: Store, privacy: Privacy) -> None:
    best = "Le budget de la formation au soudage est voté"
    with store.write() as tx:
        (ana,) = members.add(tx, [NewMember("Ana")], HERE)
        (place,) = opening.add(tx, [NewCommunity("Direction", CommunityKind.FUNCTIONAL, privacy)], HERE)
        belonging.join(tx, [Joining(place, ana)], HERE)
        texts = [best, *(f"Le budget numéro {number} est reçu" for number in range(lookup.CANDIDATES + 20))]
        publishing.publish(tx, [NewContent(DISCUSSION, ana, text, place) for text in texts], HERE)
        matches = lookup.find_contents(tx, viewer(tx, ana), "budget formation soudage", 3)

    assert matches[0].content.text == best


def test_of_two_texts_with_a_word_equally_often_the_shorter_comes_first(store: Store) -> None:
    long = "La soudure, et beaucoup d’autres choses que le comité a vues mardi dans les ateliers de Lyon et de Lille"
    with store.write() as tx:
        (ana,) = members.add(tx, [NewMember("Ana")], HERE)
        texts = (long, "La soudure", long.replace("mardi", "jeudi"))
        batch = [NewContent(DISCUSSION, ana, text) for text in texts]
        published = publishing.publish(tx, batch, HERE)
        matches = lookup.find(tx, viewer(tx, ana), "soudure")

    assert matches.contents[0].content.id == published[1].id
