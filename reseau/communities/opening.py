"""Opening communities and changing them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import case, func, select, update

from reseau import activity
from reseau.acting import Acting
from reseau.activity import Trace
from reseau.channels import mirroring
from reseau.errors import ReseauError
from reseau.folding import fold, slug
from reseau.i18n import N_
from reseau.kinds import CommunityKind, Privacy, Verb
from reseau.people import follows
from reseau.search import index
from reseau.store.tables import community
from reseau.store.transaction import Transaction


@dataclass(slots=True)
class NewCommunity:
    """A community to open. ``conversation`` marks imported direct messages: never listed, read by its members."""

    name: str
    kind: CommunityKind
    privacy: Privacy = Privacy.OPEN
    language: str = "fr"
    purpose: str = ""
    slug: str = ""
    personal: bool = False
    conversation: bool = False
    created_at: datetime | None = None
    created_by: int | None = None
    archived_at: datetime | None = None


@dataclass(slots=True)
class CommunityChange:
    """New values of some columns of a community."""

    community_id: int
    fields: dict[str, object]


_CHANGEABLE = {"name", "purpose", "kind", "privacy", "language", "personal", "archived_at"}


@dataclass(slots=True)
class _Row(NewCommunity):
    id: int = 0
    folded_name: str = ""
    series: str = ""


class CommunityError(ReseauError):
    """A community cannot be opened or changed as asked."""


def add(tx: Transaction, batch: Sequence[NewCommunity], acting: Acting) -> list[int]:
    """Open communities and return their ids in the order given. Slugs are made unique.

    Raises:
        CommunityError: a name is missing.
    """
    for new in batch:
        if not new.name.strip():
            raise CommunityError("E_COMMUNITY_NAME", N_("A community needs a name."))
    ids = tx.ids(community, len(batch))
    slugs = _free_slugs(tx, batch)
    rows, traces = [], []
    for id_, new, own_slug in zip(ids, batch, slugs, strict=True):
        at = new.created_at or tx.now
        # What is not open is numbered apart: gaps in the open series would reveal its codes.
        series = "" if new.privacy is Privacy.OPEN and not new.conversation else _series()
        named = replace(new, name=new.name.strip(), slug=own_slug, created_at=at)
        rows.append(_Row(**asdict(named), id=id_, folded_name=fold(new.name), series=series))
        traces.append(Trace(at, new.created_by, Verb.OPENED, new.kind.value, community_id=id_))
    tx.insert(community, rows, origin=acting.origin)
    activity.append(tx, traces, acting)
    return list(ids)


_SERIES_LETTERS = "bcdfghjkmnpqrstvwxz23456789"  # no vowel: a random suffix must not become a word


def _series() -> str:
    return "".join(secrets.choice(_SERIES_LETTERS) for _ in range(5))


def _slug(new: NewCommunity) -> str:
    wish = slug(new.slug or new.name) or "communaute"
    # A secret community must not take a slug, which others would then find taken.
    return f"{wish}-{_series()}" if new.privacy is Privacy.SECRET or new.conversation else wish


def _free_slugs(tx: Transaction, batch: Sequence[NewCommunity]) -> list[str]:
    wishes = [_slug(new) for new in batch]
    taken: set[str] = set()
    for wish in sorted(set(wishes)):
        near = community.c.slug.startswith(wish, autoescape=True)
        taken.update(tx.execute(select(community.c.slug).where(near)).scalars())
    slugs = []
    for wish in wishes:
        free, suffix = wish, 2
        while free in taken:
            free, suffix = f"{wish}-{suffix}", suffix + 1
        taken.add(free)
        slugs.append(free)
    return slugs


def change(tx: Transaction, batch: Sequence[CommunityChange], acting: Acting) -> None:
    """Change communities; a change of privacy moves their contents to the right search index.

    The readers of their linked channels are then checked again. A community that becomes secret gets a slug that cannot
    be guessed, and loses the followers who do not belong to it.

    Raises:
        CommunityError: communities have no such field, or it cannot change.
    """
    for wish in batch:
        unknown = set(wish.fields) - _CHANGEABLE
        if unknown:
            raise CommunityError(
                "E_COMMUNITY_FIELD", N_("A community has no field “{field}”."), field=", ".join(sorted(unknown))
            )
        values = dict(wish.fields)
        if isinstance(values.get("name"), str):
            values["folded_name"] = fold(str(values["name"]))
        if "privacy" in values:
            index.take_out(tx, wish.community_id)
            if values["privacy"] != Privacy.OPEN:
                values["series"] = func.coalesce(func.nullif(community.c.series, ""), _series())
            if values["privacy"] == Privacy.SECRET:
                # A person who opens another community of that name must not find the slug taken.
                hidden = community.c.privacy == Privacy.SECRET
                values["slug"] = case((hidden, community.c.slug), else_=community.c.slug + f"-{_series()}")
        tx.execute(update(community).where(community.c.id == wish.community_id).values(**values))
        if "privacy" in values:
            if values["privacy"] == Privacy.SECRET:
                follows.end_of_strangers(tx, wish.community_id)
            index.put_in(tx, wish.community_id)
            mirroring.narrowed(tx, {wish.community_id})
