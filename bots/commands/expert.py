"""``expert``: who knows about a subject, always with the evidence."""

from __future__ import annotations

from bots.card import Card, Item, Items, Style, phrase, strong
from bots.command import Command, Group
from bots.grammar import is_question
from bots.request import RefusalError, Request
from reseau import experts
from reseau.experts import Expert
from reseau.i18n import N_
from reseau.markup.markdown import plain

_MOST = 5


def answer(request: Request) -> Card:
    """The people to ask, best first, and the question ready to be asked."""
    t = request.t
    topic = request.text.strip().rstrip("?\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE} ").removeprefix("#")
    if not topic:
        raise RefusalError("E_TEXT_MISSING", N_("About which subject? Example: {example}"), example=request.example())
    # « Qui sait souder ? » is a whole question; « expert soudure » is a subject.
    question = request.words.strip() if is_question(request.words) else request.text
    ask = request.button(t("Ask the network"), "ask", f": {plain(question)}", style=Style.PRIMARY)
    found = experts.rank(request.tx, request.viewer, topic, limit=_MOST)
    if not found:
        return Card(title=t("Nobody has shown yet that they know about “{topic}”.", topic=topic), buttons=(ask,))
    first = found[0].member
    return Card(
        title=t("Who knows about “{topic}”", topic=topic),
        blocks=(Items(tuple(_item(request, one) for one in found)),),
        buttons=(request.button(first.name, "profile", f"@{first.handle}"), ask),
    )


def _item(request: Request, one: Expert) -> Item:
    handle = f"@{one.member.handle}"
    about = ", ".join(part for part in (one.member.job, one.member.site) if part)
    named = phrase(strong(one.member.name), handle, f"— {about}" if about else "")
    return Item(named, reason=_evidence(request, one), line=request.to_type("profile", handle))


def _evidence(request: Request, one: Expert) -> str:
    t = request.t
    known = []
    if one.declared:
        known.append(t("says: {words}", words=", ".join(one.declared)))
    if one.accepted:
        known.append(t.plural("{count} answer that helped", "{count} answers that helped", one.accepted))
    elif one.answers:
        known.append(t.plural("{count} answer", "{count} answers", one.answers))
    if one.contents:
        known.append(t("wrote {codes}", codes=", ".join(dict.fromkeys(content.code for content in one.contents))))
    return " · ".join(known)


command = Command(
    id="expert",
    forms={
        "fr": ("expert", "experts", "qui", "quisait", "trouver un expert"),
        "en": ("expert", "experts", "who", "find an expert"),
    },
    group=Group.ASK,
    summary=N_("Finds colleagues who know about a subject, and says why: their profile, their answers, their posts."),
    examples={"fr": "expert soudure", "en": "expert welding"},
    answer=answer,
    rank=40,
)
