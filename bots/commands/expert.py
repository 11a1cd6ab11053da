"""``expert``: people who know about a subject, always with the evidence."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice

from bots.answers import alone, asking, examples
from bots.answers.forms import entries
from bots.answers.named import people
from bots.card import Card, Item, Items, Style, phrase, strong
from bots.command import Command, Group
from bots.request import Arguments, RefusalError, Request
from bots.speech import everyday
from bots.speech.grammar import is_question
from reseau.finding import experts
from reseau.finding.experts import Expert
from reseau.folding import fold
from reseau.i18n import N_
from reseau.markup.markdown import plain

_MOST = 5


def answer(request: Request) -> Card:
    """The people to ask, best first, and the question ready to be asked."""
    t = request.t
    if (profile := _who_is(request)) is not None:
        return profile
    topic = _topic(request.text)
    if not topic:
        refusal = RefusalError(
            "E_TEXT_MISSING", N_("About which subject? Example: {example}"), example=examples.here(request)
        )
        question = t("What should the person know about?")
        return asking.card(request, question, request.to_type("expert", ":"), refusal)
    # « Qui sait souder ? » is a whole question; « expert soudure » is a subject.
    words = request.words.strip()
    question = words if is_question(words) or _WHO.fullmatch(words) else request.text
    ask = request.button(t("Ask the network"), "ask", f": {plain(question)}", style=Style.PRIMARY)
    ranked = experts.rank(request.tx, request.viewer, topic, limit=_MOST)
    if not ranked:
        return Card(title=t("Nobody is known for this subject yet: “{topic}”.", topic=topic), buttons=(ask,))
    first = ranked[0].member
    return Card(
        title=t("Who knows about “{topic}”", topic=topic),
        blocks=(Items(tuple(_item(request, expert) for expert in ranked)),),
        buttons=(request.button(first.name, "profile", f"@{first.handle}"), ask),
    )


def _who_is(request: Request) -> Card | None:
    """The profile that « Qui est Karim ? » asks for, if a person has that name."""
    line = request.line.strip()
    name = _WHO_IS.fullmatch(line)
    if name is None and (short := _WHO.fullmatch(line)):
        return alone.of_verb(request, "profile", short.group(1)) if alone.is_somebody(request, short.group(1)) else None
    profile = next((command for command in request.commands if command.id == "profile"), None)
    if name is None or profile is None:
        return None
    called = (name.group(1) or name.group(2)).strip()
    nearly = len(called.split()) <= _LONGEST_NAME and people.nearly_called(request, called)
    if not people.matching(request, called) and not nearly:
        return None
    return profile.answer(replace(request, command=profile, arguments=Arguments(called)))


#: What stands before a subject in a question: « qui connaît la soudure ? » is about « soudure ».
_BEFORE_SUBJECT = frozenset(
    """
    sait savent connait connaissent gere gerent maitrise maitrisent utilise utilisent s'y s'occupe s'occupent est sont a
    ont peut peuvent pourrait travaille fait expert experte experts specialiste competent competente cale quelque chose
    m'aider aider repondre deja bien faire comment en sur de du des la le les un une au aux avec dans pour ici quelqu'un
    qui parle responsable responsables charge chargee charges contacter contact appeler joindre adresser m'adresser
    demander demande utiliser je on peut-on dois-je puis-je voir referent referente
    m'aider s'y quelqu'un qqn sait-il y a-t-il est-ce que quelqu'un connaissez connais vous tu
    knows know is are can could uses handles manages does works worked has have an the about in on with how to anything
    responsible charge takes take care of head i do does ask contact call talk speak to should use someone somebody
    anyone anybody something good at help me us of skilled familiar for here already
    """.split()
)
_ELIDED = ("l'", "d'")
_WHO_IS = re.compile(
    r"(?:(?:qui|ki) (?:est|é|c['’ ]?est)|c(?:['’ ]est)? (?:qui|ki)|qui c['’ ]est|who is|who['’]?s)"
    r"\s+([^?]{1,80}?)\s*[?!.]*"
    r"|who\s+([^?]{1,80}?)\s+is\s*[?!.]*",
    re.IGNORECASE,
)
_WHO = re.compile(r"(?:qui|ki|who)\s+([^?]{1,80}?)\s*[?!.]*", re.IGNORECASE)
_LONGEST_NAME = 2  # words, if no name matches exactly


def _topic(text: str) -> str:
    """The subject that a question is about: without its verb and small words before it, its marks after it."""
    topic = everyday.without_courtesies_behind(text.strip())
    bare = topic.rstrip("?!\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE} ").removeprefix("#")
    for word in islice(re.finditer(r"\S+", bare), _MOST_BEFORE):
        if fold(word.group()) not in _BEFORE_SUBJECT:
            start = word.start()
            elided = fold(word.group()[:2]) in _ELIDED and len(word.group()) > len("l'")
            return bare[start + 2 if elided else start :]
    return bare


_MOST_BEFORE = 8


def _item(request: Request, expert: Expert) -> Item:
    handle = f"@{expert.member.handle}"
    about = ", ".join(part for part in (expert.member.job, expert.member.site) if part)
    named = phrase(strong(expert.member.name), handle, f"— {about}" if about else "")
    return Item(named, reason=_evidence(request, expert), line=request.to_type("profile", handle))


def _evidence(request: Request, expert: Expert) -> str:
    t = request.t
    facts = []
    if expert.declared:
        facts.append(t("says: {words}", words=", ".join(expert.declared)))
    if expert.accepted:
        facts.append(t.plural("{count} answer that helped", "{count} answers that helped", expert.accepted))
    elif expert.answers:
        facts.append(t.plural("{count} answer", "{count} answers", expert.answers))
    if expert.contents:
        facts.append(t("wrote {codes}", codes=", ".join(dict.fromkeys(content.code for content in expert.contents))))
    return " · ".join(facts)


command = Command(
    id="expert",
    forms={
        "fr": ("expert", "experts", "qui", "quisait", "trouver un expert", "c'est qui"),
        "en": ("expert", "experts", "who", "who's", "find an expert"),
    },
    group=Group.ASK,
    summary=N_("Finds colleagues who know about a subject, and says why: their profile, their answers, their posts."),
    examples={"fr": "expert soudure", "en": "expert welding"},
    answer=answer,
    form=entries.words(N_("Find an expert"), N_("What should the person know about?"), N_("Search")),
    rank=40,
    heard=(
        "experte",
        "expertes",
        "ki",
        "whos",
        "spécialiste",
        "spécialistes",
        "specialist",
    ),
    nouns=("expertise",),
)
