"""Signing in: by a link of the bot's, or, on a demonstration, by choosing a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from bots.platforms.web.drawing import drawn
from bots.platforms.web.visit import NAME, Asking, Visit, may_choose
from reseau.acting import Acting
from reseau.finding import examples
from reseau.finding.examples import Example
from reseau.i18n import LANGUAGES, N_, Words
from reseau.kinds import PRESENT, SPEAKING
from reseau.network import get_notice
from reseau.people import identities, members, sessions
from reseau.people.identities import NewIdentity
from reseau.people.members import Member, MemberChange
from reseau.settings import Settings
from reseau.store import Transaction
from reseau.store.tables import identity, member

_ACTING = Acting(NAME)


@dataclass(frozen=True, slots=True)
class Chair:
    """A person of the demonstration whose place a visitor can take.

    Attributes:
        role: what the person is here, in the reader's words.
        about: a sentence on the things to see.
    """

    person: Member
    role: str
    about: str


def may_choose_here(settings: Settings, asking: Asking) -> bool:
    """Whether this browser may choose a person."""
    return asking.here and may_choose(settings)


def safe(path: str) -> str:
    """A path of ours to continue with; any other address becomes the first page."""
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path
    printable = all(" " < letter < "\x7f" for letter in path)
    leads = plain and printable and not path.startswith(("/say", "/who", "/link", "/sign-out", "/chat/news"))
    return path if leads else "/"


# -- by a link ---------------------------------------------------------------------------------------------------------


def offer(tx: Transaction, settings: Settings, t: Words, token: str, form_key: str, to: str) -> str | None:
    """The page of a link that is still unused; ``None`` for any other link, and for people who left."""
    member_id = sessions.offered(tx, token)
    me = members.known(tx, member_id) if member_id is not None else None
    if me is None or me.status not in SPEAKING:
        return None
    language = me.language if me.language in LANGUAGES else t.language
    return drawn(
        "link.html", Words(language, t.timezone), network=settings.name, form_key=form_key, token=token, to=to, me=me
    )


def opened(tx: Transaction, token: str) -> str | None:
    """Open a session with a link; ``None`` if the link opens nothing."""
    member_id = sessions.offered(tx, token)
    if member_id is None or members.get(tx, member_id).status not in SPEAKING:
        return None
    _reach(tx, member_id)
    return sessions.open_by_link(tx, token)


def closed(settings: Settings, t: Words) -> str:
    """Explain how to sign in, in both languages: the reader's language is not known yet."""
    others = [Words(language) for language in LANGUAGES if language != t.language]
    return drawn("closed.html", t, network=settings.name, sentences=[_how(words) for words in (t, *others)])


def void(settings: Settings, t: Words) -> str:
    """The page for a link that was used, or is too old."""
    others = [Words(language) for language in LANGUAGES if language != t.language]
    return drawn("void.html", t, network=settings.name, sentences=[_how(words) for words in (t, *others)])


@dataclass(frozen=True, slots=True)
class How:
    """Explain how to sign in, in one language."""

    language: str
    title: str
    text: str


def _how(t: Words) -> How:
    return How(
        t.language,
        t("This page is for the members of the network."),
        t(
            "To open yours, write “page” to the network in Slack or Teams: it gives you a link. The link opens your "
            "page once, within ten minutes."
        ),
    )


def _reach(tx: Transaction, member_id: int) -> None:
    """Send notices to the page for a person without an account of a chat tool. The others get them there."""
    others = select(identity.c.id).where(
        identity.c.member_id == member_id, identity.c.platform.not_in(["console", NAME])
    )
    if tx.execute(others.limit(1)).first() is None:
        identities.add(tx, [NewIdentity(member_id, NAME, "", str(member_id), "sign-in")], _ACTING)


# -- by choosing -------------------------------------------------------------------------------------------------------


def become(tx: Transaction, handle: str, language: str) -> str | None:
    """A session of a person of the demonstration, who then has the visitor's language."""
    row = tx.execute(
        select(member.c.id, member.c.language).where(member.c.handle == handle, member.c.status.in_(PRESENT))
    ).first()
    if row is None or get_notice(tx, "demonstration") is None:
        return None
    if language in LANGUAGES and row.language != language:
        members.change(tx, [MemberChange(row.id, {"language": language})], _ACTING)
    _reach(tx, row.id)
    return sessions.open_session(tx, row.id)


def choice(tx: Transaction, settings: Settings, t: Words, form_key: str, back: str, here: Visit | None) -> str:
    """The page on which a visitor chooses a person."""
    return drawn(
        "who.html",
        t,
        network=settings.name,
        chairs=chairs(tx, t),
        form_key=form_key,
        back=back,
        me=here.me if here is not None else None,
        languages={"fr": "Français", "en": "English"},
    )


#: What each example is called here, and the things to see from its place.
_PLACES: Mapping[Example, tuple[str, str]] = {
    Example.EMPLOYEE: (N_("Employee"), N_("Reads, asks, answers: what everybody here does.")),
    Example.NEWCOMER: (N_("Newcomer"), N_("Has never come yet: this is how the network looks on the first day.")),
    Example.ANIMATEUR: (
        N_("Animateur"),
        N_("Looks after a community: welcomes people, and sees to it that questions are answered."),
    ),
    Example.SPONSOR: (
        N_("Manager"),
        N_("Sponsors a community and follows, on the page of figures, whether the network is used."),
    ),
    Example.ADMINISTRATOR: (N_("Administrator"), N_("Lets people in and links channels.")),
}


def chairs(tx: Transaction, t: Words) -> list[Chair]:
    """A handful of people: an employee, somebody new, an animateur, a sponsor, an administrator."""
    member_ids = examples.of_each(tx, t.language)
    people = members.get_all(tx, list(member_ids.values()))
    return [
        Chair(people[member_ids[example]], t(role), t(about))
        for example, (role, about) in _PLACES.items()
        if example in member_ids
    ]
