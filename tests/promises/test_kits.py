"""Promises of every starter kit: two whole languages, links that lead somewhere, words to fill, talk of work."""

from __future__ import annotations

import re

import pytest

from migration.kits.installed import kits
from migration.kits.kit import LINK, PLACEHOLDER, Kit, Text
from migration.kits.values import AUTOMATIC, ValuesError, check, fill
from reseau.i18n import LANGUAGES
from tests.ground.typography import faults

KITS = kits()
LONGEST_TITLE, LONGEST_BODY, LONGEST_REPLY = 90, 260, 140  # characters, words, words
ANY_LINK = re.compile(r"\]\((?!https?://)([^)]*)\)")

WORK = re.compile(
    r"travail|métier|équipe|client|service|atelier|collègue|réunion|entreprise|projet|maintenance|courriel|salarié|devis|sécurité"
    r"|work|job|team|customer|department|workshop|colleague|meeting|company|project|e-mail|employee|quote|safety",
    re.IGNORECASE,
)
LEISURE = re.compile(r"\b(blagues?|foot|apéro|loto|horoscope|potins?|memes?|jokes?|football|lottery|gossip)\b", re.I)


def texts(kit: Kit, language: str) -> dict[str, Text]:
    return {item.file: kit.texts[language, item.file] for item in kit.items}


def words(text: str) -> int:
    return len(text.split())


def signs(text: Text, pattern: re.Pattern[str], group: int) -> list[list[str]]:
    """Return the matches of a pattern in each part of a text, in any order within the part."""
    return [sorted(match.group(group) for match in pattern.finditer(part)) for part in text.parts()]


@pytest.mark.parametrize("name", KITS)
def test_a_kit_says_the_same_in_both_languages(name: str) -> None:
    kit = KITS[name]
    french, english = (texts(kit, language) for language in LANGUAGES)

    for file in french:
        assert len(french[file].replies) == len(english[file].replies), file
        assert signs(french[file], PLACEHOLDER, 1) == signs(english[file], PLACEHOLDER, 1), file
        assert signs(french[file], LINK, 2) == signs(english[file], LINK, 2), file
        assert french[file].body != english[file].body, file


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", KITS)
def test_the_links_of_a_kit_lead_to_its_own_texts(name: str, language: str) -> None:
    kit = KITS[name]
    parts = [part for text in texts(kit, language).values() for part in text.parts()]

    assert len(kit.published_order(language)) == len(kit.items)
    assert [link for part in parts for link in ANY_LINK.findall(part) if not link.endswith(".md")] == []
    assert sum(len(ANY_LINK.findall(part)) for part in parts) == sum(len(LINK.findall(part)) for part in parts)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", KITS)
def test_every_placeholder_of_a_kit_is_declared_and_used(name: str, language: str) -> None:
    kit = KITS[name]
    words = " ".join(part for text in texts(kit, language).values() for part in text.parts())
    words += " ".join(space.name[language] + space.purpose[language] for space in kit.spaces)
    declared = {placeholder.name for placeholder in kit.placeholders}

    assert set(PLACEHOLDER.findall(words)) - set(AUTOMATIC) == declared
    assert "{{" not in fill(words, dict.fromkeys((*declared, *AUTOMATIC), "x"))


@pytest.mark.parametrize("name", KITS)
def test_a_kit_with_an_unfilled_placeholder_is_refused_by_name(name: str) -> None:
    kit = KITS[name]
    for left_out in kit.placeholders:
        values = {
            placeholder.name: placeholder.example for placeholder in kit.placeholders if placeholder is not left_out
        }
        with pytest.raises(ValuesError, match=left_out.name):
            check(kit, values, "fr")
    check(kit, {placeholder.name: placeholder.example for placeholder in kit.placeholders}, "fr")


@pytest.mark.parametrize("name", KITS)
def test_no_community_of_a_kit_opens_empty_or_without_a_role_to_fill(name: str) -> None:
    kit = KITS[name]
    keys = [space.key for space in kit.spaces]

    assert len(keys) == len(set(keys))
    assert {item.space for item in kit.items} <= set(keys)
    for space in kit.spaces:
        assert sum(item.space == space.key for item in kit.items) >= 2, space.key
        assert all(space.animateur[language] and space.purpose[language] for language in LANGUAGES), space.key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", KITS)
def test_the_texts_of_a_kit_are_short(name: str, language: str) -> None:
    for file, text in texts(KITS[name], language).items():
        assert len(text.title) <= LONGEST_TITLE, file
        assert words(text.body) <= LONGEST_BODY, file
        assert all(words(reply) <= LONGEST_REPLY for reply in text.replies), file


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", KITS)
def test_a_kit_speaks_of_work(name: str, language: str) -> None:
    for file, text in texts(KITS[name], language).items():
        whole = "\n".join(text.parts())
        assert WORK.search(whole), file
        assert not LEISURE.search(whole), file


@pytest.mark.parametrize("name", KITS)
def test_the_french_of_a_kit_is_well_set(name: str) -> None:
    kit = KITS[name]
    parts = [part for text in texts(kit, "fr").values() for part in text.parts()]
    parts += [words["fr"] for space in kit.spaces for words in (space.name, space.purpose, space.animateur)]
    lines = [PLACEHOLDER.sub("x", line) for part in parts for line in part.replace("**", "").splitlines()]

    assert [(line, faults(line)) for line in lines if faults(line)] == []
