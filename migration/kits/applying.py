"""Application of a kit to a network through its write functions; a second application duplicates nothing.

The ledger holds the object of each part of the kit. An unchanged text follows the kit and its values; one that a member
edited or withdrew is kept as the member left it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from sqlalchemy import Row, select

from migration.kits.kit import LINK, Item, Kit, Space
from migration.kits.values import automatic, check, fill
from migration.loading import ledger
from reseau import keys
from reseau.acting import Acting
from reseau.communities import belonging, opening, reading
from reseau.communities.belonging import Appointment, Joining
from reseau.communities.opening import NewCommunity
from reseau.contents import changing, publishing
from reseau.contents.changing import Acceptance, Edit
from reseau.contents.publishing import NewContent
from reseau.errors import ReseauError
from reseau.folding import fold
from reseau.i18n import N_
from reseau.kinds import MemberStatus, Origin, Privacy
from reseau.network import Network
from reseau.people import members
from reseau.people.members import NewMember
from reseau.store.tables import community, content
from reseau.store.transaction import Transaction

KIT = Acting("kit", Origin.SEEDED)
_NO_RUN = 0  # in the ledger's column of import runs: a kit is not an import
_STEP = timedelta(seconds=1)


class ApplyError(ReseauError):
    """A kit cannot be applied as asked."""


@dataclass(slots=True)
class Order:
    """The parameters of an application.

    Attributes:
        language: the language of the published texts, ``fr`` or ``en``.
        values: the values of the placeholders, without the automatic ones.
        author_id: the author; ``None`` for the network's own account.
        animateurs: the members who become animateurs, by community key.
        reader: the language of error messages.
        dry: whether to roll everything back at the end.
    """

    kit: Kit
    language: str
    values: Mapping[str, str]
    author_id: int | None = None
    animateurs: Mapping[str, int] = field(default_factory=dict)
    reader: str = "fr"
    dry: bool = False


@dataclass(slots=True)
class Outcome:
    """The outcome of an application. Replies count as contents; ``kept`` are titles of texts that members changed."""

    communities: int = 0
    published: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: list[str] = field(default_factory=list)
    vacant: list[str] = field(default_factory=list)  # names of communities without an animateur


class _TakeBackError(Exception):
    """Rolls a dry run back."""


def apply(network: Network, order: Order) -> Outcome:
    """Apply a kit in one transaction.

    Raises:
        migration.kits.values.ValuesError: a placeholder is not filled.
        ApplyError: an animateur was given for a community that the kit does not have.
    """
    check(order.kit, order.values, order.reader)
    unknown = sorted(set(order.animateurs) - {space.key for space in order.kit.spaces})
    if unknown:
        sentence = N_("The kit has no community “{name}”; it has: {known}.")
        spaces = ", ".join(space.key for space in order.kit.spaces)
        raise ApplyError("E_KIT_COMMUNITY", sentence, name=unknown[0], known=spaces)
    outcome = Outcome()
    values = {**automatic(network.settings), **order.values}
    try:
        with network.store.write() as tx:
            _Application(tx, order, values, outcome, network.settings.name).run()
            if order.dry:
                raise _TakeBackError
    except _TakeBackError:
        pass
    return outcome


class _Application:
    """The work of one transaction."""

    def __init__(
        self, tx: Transaction, order: Order, values: Mapping[str, str], outcome: Outcome, network_name: str
    ) -> None:
        self.tx, self.order, self.values, self.outcome = tx, order, values, outcome
        self.network_name = network_name
        self.entries = ledger.find(tx, self._every_key())
        self.codes: dict[str, str] = {}  # file → code

    def run(self) -> None:
        author = self.order.author_id or self._own_account()
        places = {space.key: self._open(space, author) for space in self.order.kit.spaces}
        for position, item in self._in_order():
            self._put(item, position, places[item.space], author)
        self._fill_roles(places)

    def _in_order(self) -> Iterable[tuple[int, Item]]:
        positions = {item.file: position for position, item in enumerate(self.order.kit.items)}
        return [(positions[item.file], item) for item in self.order.kit.published_order(self.order.language)]

    # -- keys ----------------------------------------------------------------------------------------------------------

    def _key(self, kind: str, *parts: str) -> str:
        return keys.foreign("kit", self.order.kit.name, kind, self.order.language, *parts)

    def _every_key(self) -> list[str]:
        kit, language = self.order.kit, self.order.language
        posts = [
            self._key("post", item.file, str(number))
            for item in kit.items
            for number in range(len(kit.texts[language, item.file].replies) + 1)
        ]
        return [_ACCOUNT, *(self._key("place", space.key) for space in kit.spaces), *posts]

    # -- author --------------------------------------------------------------------------------------------------------

    def _own_account(self) -> int:
        """Return the network's own account, so that no member appears as the author of a text they did not write."""
        if _ACCOUNT in self.entries:
            return self.entries[_ACCOUNT].object_id
        account = NewMember(self.network_name, status=MemberStatus.BOT)
        id_ = members.add(self.tx, [account], KIT)[0]
        ledger.enter(self.tx, "person", _NO_RUN, [(_ACCOUNT, id_, 0)])
        return id_

    # -- communities ---------------------------------------------------------------------------------------------------

    def _open(self, space: Space, author: int) -> int:
        key, language = self._key("place", space.key), self.order.language
        if key in self.entries:
            return self.entries[key].object_id
        name = fill(space.name[language], self.values)
        id_ = self._namesake(name)
        if id_ is None:
            purpose = fill(space.purpose[language], self.values)
            new = NewCommunity(name, space.kind, space.privacy, language, purpose, created_by=author)
            id_ = opening.add(self.tx, [new], KIT)[0]
            self.outcome.communities += 1
        ledger.enter(self.tx, "place", _NO_RUN, [(key, id_, 0)])
        return id_

    def _namesake(self, name: str) -> int | None:
        """Return an existing open community of the same name, which the kit uses instead of opening a second one."""
        same = select(community.c.id).where(
            community.c.folded_name == fold(name),
            community.c.privacy == Privacy.OPEN,
            community.c.conversation.is_(False),
            community.c.archived_at.is_(None),
        )
        community_id: int | None = self.tx.execute(same.order_by(community.c.id).limit(1)).scalar()
        return community_id

    # -- contents ------------------------------------------------------------------------------------------------------

    def _put(self, item: Item, position: int, place: int, author: int) -> None:
        text = self.order.kit.texts[self.order.language, item.file]
        # The last item of the kit is the newest, so that feeds show it first.
        at = self.tx.now - _STEP * (len(self.order.kit.items) - position)
        title, body = self._worded(text.title), self._worded(text.body)
        first = NewContent(item.kind, author, body, place, title, created_at=at, tags=item.tags)
        root = self._put_text(item, 0, first)
        reply = item.kind.reply_type
        for number, words in enumerate(text.replies, start=1):
            is_new = self._key("post", item.file, str(number)) not in self.entries
            answer = NewContent(reply, author, self._worded(words), root_id=root, created_at=at)
            id_ = self._put_text(item, number, answer)
            if is_new and number == 1 and item.kind.answerable:
                changing.accept(self.tx, [Acceptance(root, id_, author)], KIT)

    def _worded(self, text: str) -> str:
        """Return a text with its values, and the codes of the contents that it links to."""
        return LINK.sub(lambda link: f"{link[1]} ({self.codes[link[2]]})", fill(text, self.values))

    def _put_text(self, item: Item, number: int, new: NewContent) -> int:
        key, digest = self._key("post", item.file, str(number)), ledger.digest(new.title, new.text)
        entry = self.entries.get(key)
        if entry is None:
            published = publishing.publish(self.tx, [replace(new, language=self.order.language)], KIT)[0]
            ledger.enter(self.tx, "post", _NO_RUN, [(key, published.id, digest)])
            self.outcome.published += 1
            self.codes.setdefault(item.file, published.code or "")
            return published.id
        current = self._current(entry.object_id)
        self.codes.setdefault(item.file, current.code or "")
        self._update(key, entry, current, new, digest)
        return entry.object_id

    def _current(self, content_id: int) -> Row[tuple[str | None, str, str, int, object]]:
        columns = (content.c.code, content.c.title, content.c.text, content.c.author_id, content.c.deleted_at)
        return self.tx.execute(select(*columns).where(content.c.id == content_id)).one()

    def _update(
        self,
        key: str,
        entry: ledger.Entry,
        current: Row[tuple[str | None, str, str, int, object]],
        new: NewContent,
        digest: int,
    ) -> None:
        """Update a published text, unless a member has changed it."""
        changed = current.deleted_at is not None or ledger.digest(current.title, current.text) != entry.fingerprint
        if changed:
            self.outcome.kept.append(current.title or new.text.partition("\n")[0])
        elif digest == entry.fingerprint:
            self.outcome.unchanged += 1
        else:
            changing.edit(self.tx, [Edit(entry.object_id, current.author_id, new.text, new.title)], KIT)
            ledger.change(self.tx, _NO_RUN, [(key, digest)])
            self.outcome.updated += 1

    # -- roles ---------------------------------------------------------------------------------------------------------

    def _fill_roles(self, places: Mapping[str, int]) -> None:
        for key, member_id in self.order.animateurs.items():
            belonging.join(self.tx, [Joining(places[key], member_id)], KIT)
            belonging.appoint(self.tx, [Appointment(places[key], member_id)], KIT)
        for space in self.order.kit.spaces:
            if not reading.animateurs(self.tx, places[space.key]):
                self.outcome.vacant.append(space.name[self.order.language])


_ACCOUNT = keys.foreign("kit", "-", "person", "network")
