"""A kit: communities to open and texts to publish, read from a folder (``kit.yaml`` and Markdown files)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any

from migration.kits.document import parsed
from reseau.contents.content_type import TYPES, ContentType
from reseau.errors import ReseauError
from reseau.i18n import LANGUAGES, N_
from reseau.kinds import CommunityKind, Privacy

PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
#: A link to another file of the kit; not an address with a scheme, nor an anchor.
LINK = re.compile(r"\[([^\[\]]+)\]\(([\w-]+)\.md\)")

Both = Mapping[str, str]  # language → words


class KitError(ReseauError):
    """A kit's folder cannot be read as a kit."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A blank that each company fills in; ``meaning`` describes the value in each language."""

    name: str
    meaning: Both
    example: str


@dataclass(frozen=True, slots=True)
class Space:
    """A community of the kit; ``animateur`` describes who should take the role."""

    key: str
    kind: CommunityKind
    privacy: Privacy
    name: Both
    purpose: Both
    animateur: Both


@dataclass(frozen=True, slots=True)
class Item:
    """A content of the kit: the file of its text in each language, and the community in which it is published."""

    file: str
    space: str
    kind: ContentType
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """One file: a title, a body and the replies that follow it, all Markdown."""

    title: str
    body: str
    replies: tuple[str, ...]

    def parts(self) -> Iterator[str]:
        """Yield the title, the body and the replies, in reading order."""
        yield self.title
        yield self.body
        yield from self.replies


@dataclass(frozen=True, slots=True)
class Kit:
    """A whole kit; ``texts`` are by language and file."""

    name: str
    title: Both
    purpose: Both
    placeholders: tuple[Placeholder, ...]
    spaces: tuple[Space, ...]
    items: tuple[Item, ...]
    texts: Mapping[tuple[str, str], Text]

    def published_order(self, language: str) -> list[Item]:
        """Return the items, each after those that it links to, so that a link can show the code of its target.

        Raises:
            KitError: links form a circle, or the target of one does not exist.
        """
        by_file = {item.file: item for item in self.items}
        done: dict[str, Item] = {}
        for item in self.items:
            self._place(item.file, by_file, language, done, ())
        return list(done.values())

    def _place(
        self, file: str, items: Mapping[str, Item], language: str, done: dict[str, Item], above: tuple[str, ...]
    ) -> None:
        if file in done:
            return
        if file in above or file not in items:
            raise KitError(
                "E_KIT_LINK",
                N_("In the kit “{kit}”, the link to {file}.md leads nowhere or round in a circle."),
                kit=self.name,
                file=file,
            )
        for part in self.texts[language, file].parts():
            for linked in LINK.findall(part):
                self._place(linked[1], items, language, done, (*above, file))
        done[file] = items[file]


def read_kit(name: str, folder: Traversable) -> Kit:
    """Read the folder of a kit: ``kit.yaml`` and one folder of Markdown files for each language.

    Raises:
        KitError: a file is missing or does not have the form of ``docs/kits.md``.
        migration.kits.document.DocumentError: ``kit.yaml`` cannot be read as YAML.
    """
    try:
        values = parsed(folder.joinpath("kit.yaml").read_text("utf-8"), "kit.yaml")
        return _kit(name, values, folder)
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise KitError("E_KIT_FORM", N_("The kit “{kit}” cannot be read: {reason}."), kit=name, reason=reason) from None


def _kit(name: str, values: dict[str, Any], folder: Traversable) -> Kit:
    items = tuple(
        Item(str(entry["file"]), str(entry["in"]), TYPES[entry["kind"]], tuple(map(str, entry.get("tags", ()))))
        for entry in values["contents"]
    )
    return Kit(
        name=name,
        title=_both(values["title"]),
        purpose=_both(values["purpose"]),
        placeholders=tuple(
            Placeholder(str(key), _both(entry), str(entry["example"]))
            for key, entry in values.get("placeholders", {}).items()
        ),
        spaces=tuple(map(_space, values["communities"])),
        items=items,
        texts={
            (language, item.file): read_text(folder.joinpath(language, f"{item.file}.md").read_text("utf-8"))
            for language in LANGUAGES
            for item in items
        },
    )


def _space(values: dict[str, Any]) -> Space:
    return Space(
        key=str(values["key"]),
        kind=CommunityKind(values["kind"]),
        privacy=Privacy(values.get("privacy", Privacy.OPEN)),
        name=_both(values["name"]),
        purpose=_both(values["purpose"]),
        animateur=_both(values["animateur"]),
    )


def _both(texts: Mapping[str, Any]) -> Both:
    return {language: str(texts[language]).strip() for language in LANGUAGES}


_RULE = re.compile(r"^---$", re.MULTILINE)


def read_text(source: str) -> Text:
    """Read a file: ``# title`` and the body, then ``---`` before each reply.

    Raises:
        ValueError: there is no title, or a part is empty.
    """
    body, *replies = (part.strip() for part in _RULE.split(source))
    head, _, rest = body.partition("\n")
    if not head.startswith("# ") or not rest.strip() or not all(replies):
        raise ValueError(f"a text needs “# title”, a body and no empty part: {head[:60]}")
    return Text(head.removeprefix("# ").strip(), rest.strip(), tuple(replies))
