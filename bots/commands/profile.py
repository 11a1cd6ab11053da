"""``profil``, ``profile``: shows a profile, and fills one's own from a line."""

from __future__ import annotations

from collections.abc import Mapping

from bots.answers import profiles
from bots.answers.excerpts import headline, on_page
from bots.answers.named import people
from bots.card import Button, Card, Field, Fields, Item, Items, Markdown, Style, Text
from bots.command import Command, Group
from bots.form import Entry, Form, Kind, Known
from bots.request import Arguments, RefusalError, Request
from bots.speech import everyday
from reseau.contents import thanks, threads
from reseau.folding import fold
from reseau.i18n import N_
from reseau.kinds import FollowKind
from reseau.people import follows, members
from reseau.people.members import Member

_ME = (
    "moi",
    "me",
    "de moi",
    "of me",
    "moi-meme",
    "myself",
    "s'il vous plait",
    "svp",
    "stp",
    "please",
    "merci",
    "suis-je",
)
_OPENERS = {"fr": "modifier", "en": "edit"}
_LATER = ("plus tard", "passer", "later", "skip")


def answer(request: Request) -> Card:
    """The reader's own profile, a line of it written, or another person's profile."""
    if request.arguments.filled:
        return _filled(request)
    text = request.text.strip()
    bare = fold(everyday.without_courtesies_behind(text)).strip(" ?!.")
    if not bare or bare in _ME or _fill(request.arguments) is not None:
        return _mine(request)  # a platform without forms gets the form's button instead
    if fold(text) in _LATER:
        return _put_off(request)
    if change := profiles.change(text):
        return _write(request, change)
    if profiles.begins_with_line(text):
        raise RefusalError(
            "E_LINE",
            N_("To fill a line, put a colon after its name. The lines: {lines}. Example: {example}"),
            request.button(request.t("My profile"), "profile"),
            lines=", ".join(
                request.t(label).lower() for label in (*profiles.LISTS.values(), *profiles.COLUMNS.values())
            ),
            example=request.typed("profile", request.t("expertise: welding, Python")),
        )
    person = people.single(request, text, lambda handle: request.to_type("profile", handle))
    return _mine(request) if person.id == request.me.id else _theirs(request, person)


def _mine(request: Request) -> Card:
    t = request.t
    missing = profiles.empty(request.tx, request.me)
    example = t(missing[0].example if missing else profiles.EXAMPLES["expertise"])
    hint = Text(Markdown(t("To fill a line: `{line}`", line=request.typed("profile", example))))
    todo = Text(t("Still empty: {lines}.", lines=", ".join(t(line.label) for line in missing)))
    return Card(
        title=t("Your profile, {name}", name=request.me.name),
        blocks=(Fields(profiles.fields(request, request.me)), *((todo,) if missing else ()), hint),
        buttons=(
            request.button(t("Fill in my profile"), "profile", _OPENERS[t.language]),
            request.button(t("Communities"), "communities"),
            request.button(t("My feed"), "feed"),
        ),
        footer=_counts(request, request.me),
    )


def _filled(request: Request) -> Card:
    """All lines of the form; one that was emptied is cleared."""
    before = profiles.lines(request.tx, request.me)
    entered = {name: request.arguments.option(name) for name in before}
    changes = [profiles.Change(name, text) for name, text in entered.items() if text != before[name]]
    return _write(request, *changes)


def _fill(arguments: Arguments) -> Mapping[str, str] | None:
    """« profil modifier » opens the form; no other words do."""
    return {} if arguments.text.strip().casefold() in _OPENERS.values() else None


def _known(request: Request, _values: Mapping[str, str]) -> Known:
    return Known(profiles.lines(request.tx, request.me))


def _write(request: Request, *changes: profiles.Change) -> Card:
    for change in changes:
        profiles.write(request, change)
    me = members.get(request.tx, request.me.id)
    t = request.t
    return Card(
        title=t("Your profile is up to date: people find you by it."),
        blocks=(Fields(profiles.fields(request, me)),),
        buttons=(
            request.button(t("Communities"), "communities", style=Style.PRIMARY),
            request.button(t("My profile"), "profile"),
        ),
        done=True,
    )


def _put_off(request: Request) -> Card:
    t = request.t
    return Card(
        title=t("All right, your profile can wait. Here are places to start."),
        buttons=(
            request.button(t("Communities"), "communities", style=Style.PRIMARY),
            request.button(t("My feed"), "feed"),
            request.button(t("Help"), "help"),
        ),
    )


def _theirs(request: Request, person: Member) -> Card:
    t = request.t
    both = people.shared(request, person)
    lines = list(profiles.fields(request, person))
    if both:
        lines.append(Field(t("In common"), ", ".join(both)))
    recent = threads.recent_of(request.tx, request.viewer, person.id, limit=3)
    items = tuple(
        Item(headline(content), content.code, line=request.to_type("show", content.code)) for content in recent
    )
    return Card(
        title=person.name,
        blocks=(
            *((Fields(tuple(lines)),) if lines else ()),
            *((Items(items, t("Lately")),) if items else ()),
            *on_page(request, lambda at: at.person(person.handle)),
        ),
        buttons=_actions(request, person),
        footer=_counts(request, person),
    )


def _actions(request: Request, person: Member) -> tuple[Button, ...]:
    t = request.t
    handle = f"@{person.handle}"
    follows_already = person.id in follows.followed(request.tx, request.me.id, FollowKind.MEMBER)
    follow = (t("Stop following"), "unfollow") if follows_already else (t("Follow"), "follow")
    return (request.button(*follow, handle), request.button(t("Thank"), "thanks", handle))


def _counts(request: Request, person: Member) -> str:
    t = request.t
    followers, following = follows.counts(request.tx, request.viewer, person.id)
    thanked = thanks.received(request.tx, request.viewer, person.id)
    return " · ".join(
        (
            t.plural("{count} follower", "{count} followers", followers),
            t.plural("follows {count} person", "follows {count} people", following),
            t.plural("thanked {count} time", "thanked {count} times", thanked),
        )
    )


def _entry(name: str) -> Entry:
    """A line of a profile; the items of a list are joined by commas."""
    if name in profiles.COLUMNS:
        kind = Kind.LONG if name == "bio" else Kind.SHORT
        most = profiles.LONGEST if name == "bio" else 0
        return Entry(name, profiles.COLUMNS[name], kind, profiles.HINTS.get(name, ""), most=most)
    return Entry(name, profiles.LISTS[name], Kind.LONG, profiles.HINTS[name], most=profiles.LONGEST)


command = Command(
    id="profile",
    forms={"fr": ("profil", "fiche", "moi", "mon profil", "p"), "en": ("profile", "me", "my profile", "p")},
    group=Group.MINE,
    summary=N_("Shows your profile or somebody else’s. To fill a line of yours, add its name, a colon and your words."),
    examples={"fr": "profil @ana", "en": "profile @ana"},
    answer=answer,
    rank=10,
    form=Form(
        N_("My profile"),
        N_("Save"),
        (
            tuple(_entry(name) for name in ("expertise", "ask_me", "project", "interest", "tool")),
            (_entry("bio"), _entry("phone")),
        ),
        opener=_OPENERS,
    ),
    fill=_fill,
    known=_known,
    heard=(
        "profils",
        "profiles",
        "ma fiche",
        "mes infos",
    ),
)
