"""``merci``, ``thanks``: thanks somebody, with a reason, perhaps for a content."""

from __future__ import annotations

import re

from bots import grammar, people, writing
from bots.card import Card, Markdown, Quote, Text
from bots.command import Command, Group
from bots.excerpts import headline
from bots.request import RefusalError, Request
from reseau import members, thanks, threads
from reseau.access import ClosedError
from reseau.folding import fold
from reseau.i18n import N_
from reseau.markup.markdown import plain
from reseau.members import Member
from reseau.thanks import NewThanks
from reseau.threads import Content

_TO = re.compile(r"^(?:à|a|to)\s+", re.IGNORECASE)
_FOR = re.compile(r"^(?:pour|for)\b\s*", re.IGNORECASE)
_REASON = re.compile(r"[\s,]+(?=(?:pour|for)\b)|\s*:\s*", re.IGNORECASE)
_CODE = re.compile(r"(?<![\w@#])[A-Za-z]\d+(?:-[A-Za-z0-9]+)?(?!\w)")

_POLITE = {
    "beaucoup",
    "bien",
    "infiniment",
    "mille fois",
    "a tous",
    "a toutes",
    "a tous et a toutes",
    "tout le monde",
    "d'avance",
    "you",
    "you very much",
    "you so much",
    "a lot",
    "a million",
    "everybody",
    "everyone",
    "all",
    "to all",
}


def answer(request: Request) -> Card:
    """Thank; a number in the reason, or in place of the name, attaches it to a content."""
    t = request.t
    if _is_polite(request):
        return _with_pleasure(request)
    who, said = _parted(request.text)
    about = _about(request, who, said)
    person = _thanked(request, who, said, about)
    reason = plain(said or (headline(about) if about is not None else ""))
    if not reason:
        raise RefusalError(
            "E_REASON_MISSING",
            N_("Please say in a few words what you thank {name} for. Example: {example}"),
            request.button(t("How it works"), "help", request.command.name(t.language)),
            name=person.name,
            example=request.example(),
        )
    place = about.community_id if about is not None else None
    content_id = about.id if about is not None else None
    thanks.thank(request.tx, [NewThanks(request.me.id, person.id, reason, content_id, place)], request.acting)
    return Card(
        title=t("Your thanks to {name} are on their way.", name=person.name),
        blocks=(Quote(reason, request.me.name),),
        buttons=(request.button(t("Profile"), "profile", f"@{person.handle}"),),
        visibility=writing.visibility(request, place),
        code=about.code if about is not None else "",
        done=True,
    )


def _is_polite(request: Request) -> bool:
    """Whether the line thanks nobody in particular: « merci ! », « merci beaucoup »."""
    said = fold(request.text.strip(" !.,…"))
    return said in _POLITE or (not said and "!" in request.line)


def _with_pleasure(request: Request) -> Card:
    t = request.t
    example = request.to_type("thanks", t("@first.last for…"))
    return Card(
        title=t("With pleasure!"),
        blocks=(Text(Markdown(t("To thank a colleague: `{line}`", line=example))),),
        buttons=(request.button(t("How it works"), "help", request.command.name(t.language)),),
    )


def _parted(text: str) -> tuple[str, str]:
    """Whom and what for: « @ana pour l’article », « "Ana Roux" : l’article », « à Ana, pour l’article »."""
    said = _TO.sub("", text.strip())
    parts = _REASON.split(said, maxsplit=1)
    if grammar.quoted(said.removeprefix("@")) is not None or len(parts) == 1:
        who, reason = grammar.first_name(said)
    else:
        who, reason = parts
    return who.strip(), _FOR.sub("", reason.strip()).strip()


def _about(request: Request, who: str, reason: str) -> Content | None:
    """The content thanked for: the one named in place of a person, else the first readable one in the reason."""
    if code := grammar.number(who):
        found = threads.get(request.tx, request.viewer, code)
        if found is None:
            raise ClosedError
        return found
    for word in _CODE.findall(reason):
        found = threads.get(request.tx, request.viewer, grammar.number(word))
        if found is not None:
            return found
    return None


def _thanked(request: Request, who: str, reason: str, about: Content | None) -> Member:
    if not who:
        raise RefusalError(
            "E_TEXT_MISSING", N_("Whom do you thank, and what for? Example: {example}"), example=request.example()
        )
    if about is not None and grammar.number(who):
        return members.get(request.tx, about.author_id)
    return people.one(request, who, lambda handle: request.to_type("thanks", handle, f": {reason}" if reason else ""))


command = Command(
    id="thanks",
    forms={"fr": ("merci", "bravo", "remercier"), "en": ("thanks", "kudos", "thx", "thank")},
    group=Group.SHARE,
    summary=N_("Thanks a colleague and says what for. Add a number to thank for a post or an answer."),
    examples={"fr": "merci @ana pour l’article", "en": "thanks @ana for the article"},
    answer=answer,
    rank=30,
    traced=True,
)
