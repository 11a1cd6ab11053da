"""Previews that a chat tool shows below our addresses: never more than the least privileged reader there may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from bots.answers.excerpts import headline
from bots.card import Card, Text
from reseau import access
from reseau.access import Viewer
from reseau.communities import reading
from reseau.contents import threads
from reseau.i18n import Words
from reseau.people import members
from reseau.store import Transaction
from reseau.store.tables import member

_MOST = 5  # addresses of one message
#: A colleague like any other, who belongs to nothing: what this one reads, every employee reads.
ANY_COLLEAGUE = Viewer(0, internal=True)


@dataclass(frozen=True, slots=True)
class Preview:
    """The preview below an address."""

    address: str
    card: Card


def previews(
    tx: Transaction, addresses: Iterable[str], base: str, t: Words, *, colleagues_alone: bool
) -> list[Preview]:
    """The previews of addresses of ours; other addresses have none.

    Args:
        base: what our addresses begin with.
        colleagues_alone: whether everyone who reads the place may read what is open; if not, previews say nothing
            that a reader could lack the right to know, not even whether something is there.
    """
    cards = []
    for address in list(dict.fromkeys(addresses))[:_MOST]:
        if (path := _path(address, base)) is not None:
            cards.append(Preview(address, _shown(tx, path, t) if colleagues_alone else _closed(path, t)))
    return cards


@dataclass(frozen=True, slots=True)
class _Path:
    """The kind of a page, and the name of its subject."""

    kind: str
    name: str


def _path(address: str, base: str) -> _Path | None:
    """Return the subject of one of our addresses; ``None`` for foreign addresses and for pages without a subject."""
    ours, theirs = urlsplit(base), urlsplit(address)
    if (theirs.scheme, theirs.netloc) != (ours.scheme, ours.netloc):
        return None
    kind, _, name = theirs.path.strip("/").partition("/")
    return _Path(kind, unquote(name)) if kind in _KINDS and name else None


_KINDS = ("contents", "people", "communities")


def _shown(tx: Transaction, path: _Path, t: Words) -> Card:
    """Return the card that every colleague may read; a closed subject looks as if it did not exist."""
    open_card = {"contents": _content, "people": _person, "communities": _community}[path.kind](tx, path.name, t)
    return open_card or _closed(path, t)


def _closed(path: _Path, t: Words) -> Card:
    titles = {
        "contents": t("A content of the network, for its readers"),
        "people": t("A person of the network"),
        "communities": t("A community of the network, for its readers"),
    }
    return Card(titles[path.kind])


def _content(tx: Transaction, code: str, t: Words) -> Card | None:
    root = threads.get(tx, ANY_COLLEAGUE, code)
    if root is None or root.is_reply:
        return None
    about = [t(root.kind.title), root.author, root.community or t("on the wall")]
    if root.replies:
        about.append(t.plural("{count} reply", "{count} replies", root.replies))
    if root.accepted_id is not None:
        about.append(t("an answer was kept"))
    return Card(f"{root.code} · {headline(root, 120)}", (Text(" · ".join(about)),))


def _person(tx: Transaction, handle: str, t: Words) -> Card | None:
    called = access.knowable_people(ANY_COLLEAGUE) & (member.c.handle == handle)
    person = next(iter(members.find(tx, f"@{handle}", 1, among=called)), None)
    if person is None:
        return None
    return Card(person.name, tuple(_lines(person.job, person.department, person.site)))


def _lines(*facts: str | None) -> Iterator[Text]:
    if about := " · ".join(fact for fact in facts if fact):
        yield Text(about)


def _community(tx: Transaction, slug: str, t: Words) -> Card | None:
    place = next((place for place in reading.find(tx, ANY_COLLEAGUE, slug) if place.slug == slug), None)
    if place is None or not access.may_read_community(tx, ANY_COLLEAGUE, place.id):
        return None
    return Card(place.name, tuple(_lines(place.purpose.strip().partition("\n")[0])))
