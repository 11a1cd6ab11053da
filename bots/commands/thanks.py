"""``merci``, ``thanks``: thanks someone, with a reason, perhaps for a content."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bots.answers import asking, everybody, examples, refusals, writing
from bots.answers.excerpts import headline
from bots.answers.forms import entries
from bots.answers.named import people
from bots.card import Card, Fields, Markdown, Quote, Shared, Style, Text
from bots.command import Command, Group
from bots.form import Entry, Form, Kind, Known
from bots.request import Arguments, RefusalError, Request
from bots.speech import grammar
from reseau.access import ClosedError
from reseau.contents import thanks, threads
from reseau.contents.thanks import NewThanks
from reseau.contents.threads import Content
from reseau.folding import fold
from reseau.i18n import N_
from reseau.markup.markdown import plain
from reseau.people import members
from reseau.people.members import Member
from reseau.search.names import words_of as names_of

_TO = re.compile(r"^(?:à|a|to)\s+", re.IGNORECASE)
_FOR = re.compile(r"^(?:pour|for)\b\s*", re.IGNORECASE)
# Each begins at the start of a gap: tried at every space of a long one, it would take quadratic time.
_REASON = re.compile(r"(?<![\s,])[\s,]+(?=(?:pour|for)\b)|(?<!\s)\s*:\s*", re.IGNORECASE)
_CODE = re.compile(r"(?<![\w@#])[A-Za-z]\d+(?:-[A-Za-z0-9]+)?(?!\w)")

#: What is asked for politely: « merci de fermer la porte »; « merci de m’avoir aidé » thanks for what is done.
_REQUEST = re.compile(
    r"(?:de |d['’])(?:bien vouloir |ne pas |me |m['’]|nous |vous |te |le |la |les |l['’]|lui |leur |en |y )*"
    r"(?!avoir\b|être\b|etre\b)\w+(?:er|ir|re)\b(?! \w+ ?(?:é|ée|és|ées)\b)",
    re.IGNORECASE,
)
#: « merci pour ton retour », « thanks for your answer »: no name is given.
_REASON_ALONE = re.compile(
    r"(?:pour|for|of|de (?:votre|vos|ta|ton|tes|cette|ces|la|le|l['’]|rien)|d['’]avance|par avance)\b", re.IGNORECASE
)
_TELLING = re.compile(r"\w")  # an emoji alone is no reason

_LONGEST_NAME = 6  # words
_MOST_CODES = 5  # of a reason that are looked for

#: Words that make thanks warmer and name nobody, each after those before it: « merci infiniment à tous ».
_POLITE = tuple(
    """
    you all, you both, to you all, to you, to all of you, you, u, a toi, a vous tous, a vous toutes, a vous, toi, vous
    so, very, much, a lot, a million, a bunch, again, beaucoup, bcp, bien, encore, infiniment, vraiment
    mille fois, tout plein, d'avance, in advance, bye, svp, les amis
    a tous et a toutes, a toutes et a tous, a tous, a toutes, a tout le monde, tout le monde, tous, to all, to everyone
    to everybody, everybody, everyone, all, guys, l'equipe, la team, team
    pour tout, pour l'aide, pour votre aide, pour ton aide, for everything, for the help, for your help
    """.strip()
    .replace("\n    ", ", ")
    .split(", ")
)
_MARKS = " !.,…;:)(-"


def answer(request: Request) -> Card:
    """Thank; a number in the reason, or in place of the name, attaches it to a content."""
    if request.arguments.filled:
        who, text = request.arguments.option("person") or request.arguments.option("number"), request.text
        about = _about(request, grammar.number(request.arguments.option("number")), text)
    elif (card := _without_name(request)) is not None:
        return card
    else:
        who, text = _parted(request, request.text)
        about = _about(request, who, text)
    if not who:
        return _asked_whom(request)
    person = _thanked(request, who, text, about)
    reason = plain((text if _TELLING.search(text) else "") or (headline(about) if about is not None else ""))
    if not reason:
        return _asked_why(request, person)
    whole = _Thanks(person, reason, about)
    announced = everybody.is_announced(request, whole.place, mirrored=about is not None)
    asks = grammar.is_question(text) or _REQUEST.match(text) is not None
    guessed = not grammar.number(who) and not _is_called(person, who)
    if (announced or request.asked or asks or guessed) and not request.confirmed:
        return _preview(request, whole)
    return _given(request, whole, announced=announced)


def _without_name(request: Request) -> Card | None:
    """The answer to a line that begins like thanks but names nobody."""
    if _is_polite(request) or _names_nobody(request.text):
        return _with_pleasure(request)
    if _REQUEST.match(request.text):
        return refusals.not_understood(request, request.line)
    return None


def _is_called(person: Member, who: str) -> bool:
    """Whether the person is named by whole words, a handle or an address; the beginning of a name may mean another."""
    called = names_of(fold(grammar.without_small_words(who)))
    return "@" in who or set(called) <= {*names_of(fold(person.name)), *names_of(person.handle)}


@dataclass(frozen=True, slots=True)
class _Thanks:
    """The thanked person, the reason, and perhaps the content."""

    person: Member
    reason: str
    about: Content | None

    @property
    def place(self) -> int | None:
        return self.about.community_id if self.about is not None else None


def _given(request: Request, whole: _Thanks, *, announced: bool) -> Card:
    t, person, about = request.t, whole.person, whole.about
    content_id = about.id if about is not None else None
    new = NewThanks(request.me.id, person.id, whole.reason, content_id, whole.place)
    thanks.thank(request.tx, [new], request.acting)
    latest = thanks.latest_of(request.tx, request.me.id, None)
    assert latest is not None
    undo = request.button(t("Undo"), "cancel", request.command.name(t.language), str(latest.number), style=Style.DANGER)
    return Card(
        title=t("Your thanks to {name} are on their way.", name=person.name),
        blocks=(Quote(whole.reason, request.me.name),),
        buttons=(request.button(t("Profile"), "profile", f"@{person.handle}"), undo),
        footer=writing.undo_until(request),
        visibility=writing.visibility(request, whole.place),
        code=about.code if about is not None else "",
        done=True,
        shared=_shared(request, whole) if announced else None,
    )


def _preview(request: Request, whole: _Thanks) -> Card:
    """A preview, if a whole channel would be notified or the name is a guess."""
    t, person = request.t, whole.person
    arguments = request.arguments if request.arguments.filled else None
    token = writing.keep(request, "thanks", request.line, arguments)
    announced = everybody.announcement(request, whole.place, mirrored=whole.about is not None)
    return Card(
        title=t("Your thanks to {name}, before anybody sees them", name=person.name),
        blocks=(Quote(whole.reason, request.me.name), *((Fields(announced),) if announced else ())),
        buttons=(
            request.button(t("Thank"), "confirm", token, style=Style.PRIMARY),
            request.button(t("Cancel"), "cancel", token),
        ),
        footer=t("Nothing has been posted. Kept for 24 hours."),
    )


def _shared(request: Request, whole: _Thanks) -> Shared:
    """The card for the whole channel; the person is mentioned, so that the platform notifies them."""
    company = everybody.of_company(request)
    t, person, about = company.t, whole.person, whole.about
    buttons = (company.button(t("Show {code}", code=about.code), "show", about.code),) if about is not None else ()
    card = Card(
        title=t("{name} thanks {person}", name=request.me.name, person=person.name),
        blocks=(Quote(whole.reason, request.me.name),),
        buttons=(*buttons, company.button(person.name, "profile", f"@{person.handle}")),
        code=about.code if about is not None else "",
    )
    return everybody.shared(request, card, person.id)


def _asked_why(request: Request, person: Member) -> Card:
    """Ask for the reason of the thanks."""
    t = request.t
    refusal = RefusalError(
        "E_REASON_MISSING",
        N_("Please say in a few words what you thank {name} for. Example: {example}"),
        request.button(t("How it works"), "help", request.command.name(t.language)),
        name=person.name,
        example=examples.here(request),
    )
    opening = request.to_type("thanks", f"@{person.handle}", ":")
    return asking.card(request, t("What do you thank {name} for?", name=person.name), opening, refusal)


def _asked_whom(request: Request) -> Card:
    """Ask for the person to thank, and the reason."""
    t = request.t
    refusal = RefusalError(
        "E_TEXT_MISSING", N_("Whom do you thank, and what for? Example: {example}"), example=examples.here(request)
    )
    question = t("Whom do you thank, and what for? Example: {example}", example=examples.here(request))
    return asking.card(request, question, request.to_type("thanks"), refusal)


def _names_nobody(text: str) -> bool:
    """Whether the line begins with a reason and not with a content's number: « merci pour ton retour »."""
    bare = _past_politeness(text).strip(_MARKS)
    return _REASON_ALONE.match(bare) is not None and not grammar.first_number(_FOR.sub("", bare))[0]


def _is_polite(request: Request) -> bool:
    """Whether the line names nobody: « merci », « merci bcp ! », « thanks a lot 🙏 »."""
    if len(request.text) > _LONGEST_POLITE:
        return False
    return not _past_politeness(_FACES.sub(" ", request.text)).strip(_MARKS)


_LONGEST_POLITE = 80
_MOST_POLITE = 4
_FACES = re.compile(r":[a-z0-9_+'-]+:|[^\w\s@#«»“”\"'’.,:()-]", re.IGNORECASE)  # « :pray: », 🙏


def _past_politeness(text: str) -> str:
    """The text from the name on: « beaucoup Karim » gives « Karim »."""
    for _ in range(_MOST_POLITE):
        bare = text.lstrip(_MARKS)
        polite = next((phrase for phrase in _POLITE if _begins(bare, phrase)), None)
        if polite is None:
            break
        count = len(polite.split())
        text = "".join(bare.split(maxsplit=count)[count:])
    return text


def _begins(text: str, words: str) -> bool:
    """Whether a text begins with whole words, whatever their case and accents."""
    count = len(words.split())
    return fold(" ".join(text.split(maxsplit=count)[:count])).strip(_MARKS) == words


def _with_pleasure(request: Request) -> Card:
    t = request.t
    example = examples.here(request)
    return Card(
        title=t("With pleasure!"),
        blocks=(Text(Markdown(t("To thank a colleague: `{line}`", line=example))),),
        buttons=(request.button(t("How it works"), "help", request.command.name(t.language)),),
    )


def _parted(request: Request, text: str) -> tuple[str, str]:
    """Split a line into person and reason: « @ana pour l’article », « "Ana Roux" : l’article »."""
    remainder = _TO.sub("", _past_politeness(text.strip()))
    code, rest = grammar.first_number(_FOR.sub("", remainder))
    if code:
        return code, _FOR.sub("", rest.strip()).strip()
    parts = _REASON.split(remainder, maxsplit=1)
    if (
        len(parts) == 1
        and 1 < len(remainder.split(maxsplit=_LONGEST_NAME)) < _LONGEST_NAME
        and people.matching(request, remainder)
    ):
        return remainder, ""  # « merci Ana Roux » is only a name
    if grammar.quoted(remainder.removeprefix("@")) is not None or len(parts) == 1:
        who, reason = grammar.first_name(remainder)
    else:
        who, reason = parts
    return who.strip(), _FOR.sub("", reason.strip()).strip()


def _about(request: Request, who: str, reason: str) -> Content | None:
    """The content thanked for: the one named in place of a person, else the first readable one in the reason."""
    if code := grammar.number(who):
        content = threads.get(request.tx, request.viewer, code)
        if content is None:
            raise ClosedError
        return content
    for word in _CODE.findall(reason)[:_MOST_CODES]:
        content = threads.get(request.tx, request.viewer, grammar.number(word))
        if content is not None:
            return content
    return None


def _thanked(request: Request, who: str, reason: str, about: Content | None) -> Member:
    if about is not None and grammar.number(who):
        return members.get(request.tx, about.author_id)
    return people.single(
        request, who, lambda handle: request.to_type("thanks", handle, f": {reason}" if reason else "")
    )


def _fill(arguments: Arguments) -> Mapping[str, str] | None:
    """« merci @ana » lacks its reason; « merci Q12 » is complete, as its first words are the reason."""
    remainder = _TO.sub("", _past_politeness(arguments.text.strip()))
    code, _ = grammar.first_number(_FOR.sub("", remainder))
    if code:
        return None
    who, reason = grammar.first_name(remainder)
    return {"person": who, "text": _FOR.sub("", reason.strip()).strip()}


def _known(request: Request, values: Mapping[str, str]) -> Known:
    """The author of the content that somebody is thanked for."""
    code = grammar.number(values.get("number", ""))
    content = threads.get(request.tx, request.viewer, code) if code else None
    if content is None:
        return Known()
    author = members.get(request.tx, content.author_id)
    return Known({"person": f"@{author.handle}"}, entries.about(request, content))


command = Command(
    id="thanks",
    forms={"fr": ("merci", "bravo", "remercier"), "en": ("thanks", "kudos", "thx", "thank")},
    group=Group.SHARE,
    summary=N_("Thanks a colleague and says what for. Add a number to thank for a post or an answer."),
    examples={"fr": "merci @ana pour l’article", "en": "thanks @ana for the article"},
    answer=answer,
    rank=30,
    form=Form(
        N_("Thank a colleague"),
        N_("Thank"),
        (
            (
                Entry("person", N_("Whom"), Kind.PERSON, required=True),
                Entry("text", N_("What for"), Kind.LONG, required=True, most=1000),
                Entry("number", N_("For a post or an answer"), hint=N_("Its number, such as Q12; else leave it empty")),
            ),
        ),
    ),
    fill=_fill,
    known=_known,
    traced=True,
    heard=(
        "mci",
        "mrc",
        "ty",
        "tks",
        "remerciez",
        "remercions",
        "félicitations",
        "félicitations à",
        "félicite",
        "congrats",
        "congratulations",
    ),
    nouns=(
        "remerciement",
        "remerciements",
    ),
)
