"""Subjects that can be followed, as commands name them: ``@ana``, ``Q12``, ``#sales`` or a name."""

from __future__ import annotations

from dataclasses import dataclass

from bots.answers.named import people, places
from bots.card import Button
from bots.request import RefusalError, Request
from bots.speech import grammar
from reseau.access import ClosedError, Viewer
from reseau.contents import tags, threads
from reseau.folding import fold
from reseau.i18n import N_
from reseau.kinds import FollowKind
from reseau.people import members
from reseau.store import Transaction

_MOST_REPLIES = 1000  # a thread's replies are numbered from its first, as ``voir`` shows them


@dataclass(frozen=True, slots=True)
class Subject:
    """Something to follow.

    Attributes:
        name: as people read it.
        typed: as it can be typed again.
    """

    kind: FollowKind
    id: int
    name: str
    typed: str


def of_content(tx: Transaction, viewer: Viewer, content_id: int) -> dict[str, str]:
    """A content as the entries of a form describe it: its thread's number, its author, and its place among the replies.

    Empty for a content that the viewer may not read.
    """
    root = threads.get(tx, viewer, threads.code_of_root(tx, content_id))
    if root is None:
        return {}
    replies = threads.read(tx, viewer, root.root_id, limit=_MOST_REPLIES).replies
    place = next((n for n, reply in enumerate(replies, 1) if reply.id == content_id), 0)
    author = members.get(tx, replies[place - 1].author_id if place else root.author_id)
    return {"number": root.code, "person": f"@{author.handle}", **({"place": str(place)} if place else {})}


def named(request: Request, text: str) -> Subject:
    """The subject that a text names: a number, then ``@``, then a community or tag after ``#``, then any name.

    Raises:
        ClosedError: the number is of nothing that the person may read.
        RefusalError: nothing fits, or several things do.
    """
    name = text.strip()
    if code := grammar.first_number(name)[0]:
        content = threads.get(request.tx, request.viewer, code)
        if content is None:
            raise ClosedError
        return Subject(FollowKind.CONTENT, content.root_id, content.code, content.code)
    if name.startswith("@"):
        return _person(request, name)
    if name.startswith("#"):
        return _community(request, name) or _tag(request, name)
    return _community(request, name) or _anybody(request, name)


def _person(request: Request, name: str, *others: Button) -> Subject:
    person = people.single(request, name, lambda handle: request.to_type(request.command.id, handle), *others)
    return Subject(FollowKind.MEMBER, person.id, person.name, f"@{person.handle}")


def _community(request: Request, typed: str) -> Subject | None:
    """A community by its whole name; part of one must not hide a person or a tag."""
    called = {fold(name) for name in places.names(typed)}
    exact = [place for place in places.matching(request, typed) if called & {fold(place.name), place.slug}]
    if len(exact) != 1:
        return None
    return Subject(FollowKind.COMMUNITY, exact[0].id, request.t("“{name}”", name=exact[0].name), f"#{exact[0].slug}")


def _tag(request: Request, name: str) -> Subject:
    """A tag may be followed before anyone has used it, so the answer reveals nothing that is not open."""
    label = grammar.unquoted(name)
    if not label:
        raise RefusalError("E_TEXT_MISSING", N_("A tag needs a word after #. Example: {example}"), example="#python")
    return Subject(FollowKind.TAG, tags.ids_of(request.tx, [label])[fold(label)], f"#{label}", f"#{label}")


def _anybody(request: Request, name: str) -> Subject:
    if not people.matching(request, name) and places.matching(request, name):
        place = places.single(request, name, lambda slug: request.to_type(request.command.id, slug))
        return Subject(FollowKind.COMMUNITY, place.id, request.t("“{name}”", name=place.name), f"#{place.slug}")
    return _person(request, name, *places.near(request, name, lambda slug: request.to_type(request.command.id, slug)))
