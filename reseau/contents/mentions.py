"""People mentioned in a text: by ``@handle``, or by a reference that a platform's own mention became."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from reseau import provenance
from reseau.folding import fold
from reseau.people import identities
from reseau.store.prepared import Prepared, parameters
from reseau.store.tables import member
from reseau.store.transaction import Transaction

_HANDLE = re.compile(r"(?<![\w@./-])@([\w.\-]{0,60}\w)")
#: A person or a place that a platform's own mention names: the mark, the name, and the key of ``reseau/keys.py``. No
#: name is as long as the label may be: without an end each of many brackets would look through the whole text.
REFERENCE = re.compile(r"\[([@#])((?:[^\[\]\\]|\\.){0,500}+)\]\(reseau:([^\s()]+)\)")
#: The most names in one text; a text with more mentions nobody.
MOST = 20


@dataclass(frozen=True, slots=True)
class Mentioned:
    """The members that a text mentions.

    Attributes:
        by_platform: members in a platform's own mention, whom that platform notifies itself.
        by_handle: members that only the network recognises.
    """

    by_platform: frozenset[int] = frozenset()
    by_handle: frozenset[int] = frozenset()


def mentioned(tx: Transaction, texts: Mapping[int, str]) -> dict[int, Mentioned]:
    """Return the people mentioned in each of some contents, by id; a text that mentions nobody is left out."""
    named = {id_: (_keys(text), _handles(text)) for id_, text in texts.items() if "@" in text}
    handles = _of_handles(tx, {handle for _, typed in named.values() for handle in typed})
    accounts = _of_keys(tx, {key for keys, _ in named.values() for key in keys})
    mentions = {
        id_: Mentioned(
            frozenset(accounts[key] for key in keys if key in accounts),
            frozenset(handles[handle] for handle in typed if handle in handles),
        )
        for id_, (keys, typed) in named.items()
    }
    return {id_: people for id_, people in mentions.items() if people != Mentioned()}


def _keys(text: str) -> list[str]:
    if "](reseau:" not in text:
        return []
    return _few(key for mark, _, key in REFERENCE.findall(text) if mark == "@")


def _handles(text: str) -> list[str]:
    return _few(fold(handle) for handle in _HANDLE.findall(REFERENCE.sub(" ", text)))


def _few(names: Iterable[str]) -> list[str]:
    every = list(dict.fromkeys(names))
    return every if len(every) <= MOST else []


def _of_handles(tx: Transaction, handles: set[str]) -> dict[str, int]:
    return {row.handle: int(row.id) for row in _HANDLES.rows(tx, wanted=sorted(handles))} if handles else {}


_HANDLES = Prepared(select(member.c.id, member.c.handle).where(member.c.handle.in_(parameters("wanted"))))


def _of_keys(tx: Transaction, keys: set[str]) -> dict[str, int]:
    people = provenance.objects_of(tx, keys, "person") if keys else {}
    for key in keys - set(people):
        member_id = identities.member_of_key(tx, key)
        if member_id is not None:
            people[key] = member_id
    return people
