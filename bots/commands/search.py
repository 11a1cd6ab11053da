"""``chercher``, ``search``: contents, documents and people, wherever they are."""

from __future__ import annotations

from collections.abc import Sequence

from bots.answers import asking, examples
from bots.answers.excerpts import item
from bots.answers.forms import entries
from bots.card import Card, Item, Items, Style, phrase, strong
from bots.command import Command, Group
from bots.request import RefusalError, Request
from reseau.finding import lookup
from reseau.finding.lookup import Hit
from reseau.finding.people import Person
from reseau.i18n import N_
from reseau.markup.markdown import plain

_MOST_CONTENTS = 5
_MOST_PEOPLE = 3


def answer(request: Request) -> Card:
    """Three lists, each best first; finding nothing proposes to ask."""
    t = request.t
    query = request.text
    if not query:
        refusal = RefusalError(
            "E_TEXT_MISSING", N_("What are you looking for? Example: {example}"), example=examples.here(request)
        )
        return asking.card(request, t("What are you looking for?"), request.to_type("search", ":"), refusal)
    results = lookup.find(request.tx, request.viewer, query, limit=_MOST_CONTENTS)
    ask = request.button(t("Ask the network"), "ask", f": {plain(query)}", style=Style.PRIMARY)
    if results.nothing:
        return Card(title=t("Nothing found about “{text}”.", text=query), buttons=(ask,))
    lists = (
        Items(_contents(request, results.contents), t("Posts")),
        Items(_contents(request, results.documents), t("Documents")),
        Items(tuple(_person(request, person) for person in results.people[:_MOST_PEOPLE]), t("People")),
    )
    return Card(
        title=t("About “{text}”", text=query),
        blocks=tuple(hits for hits in lists if hits.items),
        buttons=(request.button(t("Who knows?"), "expert", f": {query}"), ask),
        footer=t("There is more: add a word to narrow it down.") if results.more else "",
    )


def _contents(request: Request, hits: Sequence[Hit]) -> tuple[Item, ...]:
    return tuple(item(request, hit.content, _state(request, hit)) for hit in hits)


def _state(request: Request, hit: Hit) -> str:
    content = hit.content
    if content.kind.answerable and content.accepted_id is not None:
        return request.t("answered, an answer was kept")
    return request.t.date(content.created_at)


def _person(request: Request, person: Person) -> Item:
    facts = ", ".join(person.matching) or person.member.job or ""
    handle = f"@{person.member.handle}"
    return Item(phrase(strong(person.member.name), handle), reason=facts, line=request.to_type("profile", handle))


command = Command(
    id="search",
    forms={"fr": ("chercher", "rechercher", "trouver", "s"), "en": ("search", "find", "s")},
    group=Group.ASK,
    summary=N_("Finds posts, documents and people, everywhere you may read. No need to know where they are."),
    examples={"fr": "chercher marge brute", "en": "search gross margin"},
    answer=answer,
    form=entries.words(N_("Search"), N_("What are you looking for?"), N_("Search")),
    rank=30,
    heard=(
        "cherche",
        "cherchez",
        "cherchons",
        "cherches",
        "recherche",
        "recherchez",
        "trouve",
        "trouvez",
        "trouve-moi",
        "trouve moi",
        "finding",
        "looking for",
        "searching",
        "searching for",
        "look for",
        "look up",
        "find me",
    ),
)
