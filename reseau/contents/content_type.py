"""The port of content types: a type is one file of ``reseau/contents/kinds/`` that offers ``content_type``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from functools import cache

import reseau.contents.kinds
from reseau import logs
from reseau.plugins import Plugins


class Authors(StrEnum):
    """The people who may publish contents of a type, among those who may write in the community."""

    ANYONE = "anyone"
    ANIMATEURS = "animateurs"  # of the community


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)  # a type is itself: it can then be a key
class ContentType:
    """A type of content: a question, an idea, a comment.

    Attributes:
        name: English and stable; the store, the facts and exports name the type by it.
        title: marked with ``N_``: one content of the type, as the head of a thread says it.
        plural: marked with ``N_``: several of them, as the dashboard counts them.
        withdrawn: marked with ``N_``: the sentence for its author after a withdrawal, with ``{code}``.
        reply: the type of a reply in its threads; ``None`` makes this type a reply itself.
        letter: begins the code of a content, the ``Q`` of ``Q12``; replies have none, people name them by their thread.
        label: marked with ``N_``: above the content in a linked channel, with ``{code}`` if it names the code.
        words: what people write before a number, in both languages: « question 12 ».
        places: words in the name of a community that is made for the type, without case or accents.
        authors: who may publish one.
        answerable: whether one of its replies may be kept as the answer, and until then it waits for one.
        document: whether a search lists it among the documents.
        open_for: how long its threads take replies; ``None`` is for ever.
    """

    name: str
    title: str
    plural: str
    withdrawn: str
    reply: ContentType | None
    letter: str = ""
    label: str = ""
    words: tuple[str, ...] = ()
    places: frozenset[str] = frozenset()
    authors: Authors = Authors.ANYONE
    answerable: bool = False
    document: bool = False
    open_for: timedelta | None = None

    @property
    def is_reply(self) -> bool:
        """Whether contents of this type belong to the thread of another one."""
        return self.reply is None

    @property
    def reply_type(self) -> ContentType:
        """The type of a reply in the thread of such a content; for a reply, its own type."""
        return self.reply or self


TYPES: Plugins[ContentType] = Plugins(reseau.contents.kinds, "content_type", ContentType, "reseau.contents")


@cache
def all_types() -> Mapping[str, ContentType]:
    """Return the content types by name; one that cannot be loaded is logged and left out."""
    types: dict[str, ContentType] = {}
    for plug in TYPES:
        try:
            types[TYPES[plug].name] = TYPES[plug]
        except Exception as error:  # noqa: BLE001  (whatever a plug does wrong, the other types must work)
            logs.get("contents").error("type not loaded", type=plug, reason=f"{type(error).__name__}: {error}")
    return types


@cache
def type_of(name: str) -> ContentType:
    """Return the type with a name; one that is no longer installed looks like a discussion."""
    types = all_types()
    return types[name] if name in types else replace(types["discussion"], name=name)


def starting_types() -> tuple[ContentType, ...]:
    """Return the types that start threads, the answerable ones first."""
    threads = (content_type for content_type in all_types().values() if not content_type.is_reply)
    return tuple(sorted(threads, key=lambda content_type: (not content_type.answerable, content_type.letter)))
