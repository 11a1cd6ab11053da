"""Typed names: with a slip, a misplaced space, or initials for first names."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, strategies as st

from reseau.folding import fold
from reseau.search import spelling

NAMES = [
    *("Nadia Haddad", "Jean-Paul Vidal", "Siobhán O’Connor", "Awa N’Dour", "Bo Li", "Entraide", "Bureau vert"),
    *("Anne-Laure de la Fontaine", "李小龙", "Νίκος Παππάς", "سارة يوسف", "João da Costa e Souza Lima Ribeiro"),
]
FOLDED = [(number, fold(name)) for number, name in enumerate(NAMES)]


def nearest(text: str) -> list[str]:
    return [NAMES[id_] for id_ in spelling.nearest(spelling.words_of(text), FOLDED, 3)]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("N. Haddad", "Nadia Haddad"),
        ("Nadia H.", "Nadia Haddad"),
        ("nadiahaddad", "Nadia Haddad"),
        ("jeanpaul vidal", "Jean-Paul Vidal"),
        ("J.-P. Vidal", "Jean-Paul Vidal"),
        ("JP Vidal", "Jean-Paul Vidal"),
        ("oconnor", "Siobhán O’Connor"),
        ("Ndour", "Awa N’Dour"),
        ("Ndou", "Awa N’Dour"),
        ("Ba Li", "Bo Li"),
        ("entr’aide", "Entraide"),
        ("entre aide", "Entraide"),
        ("bureauvert", "Bureau vert"),
        ("Anne Laure Delafontaine", "Anne-Laure de la Fontaine"),
        ("Παππα Νίκος", "Νίκος Παππάς"),
        ("سارة يوس", "سارة يوسف"),
        ("Joao da Costa e Sousa Lima Ribeiro", "João da Costa e Souza Lima Ribeiro"),
    ],
)
def test_a_name_is_near_as_people_write_it(typed: str, name: str) -> None:
    assert name in nearest(typed)


@pytest.mark.parametrize("typed", ["n h", "jp", "x", "", "!!!", "boulangerie", "nadia boulanger"])
def test_letters_alone_and_other_words_name_nobody(typed: str) -> None:
    assert nearest(typed) == []


LETTERS = st.sampled_from("abcdefghijklmnoprstuvyz")
WORDS = st.text(LETTERS, min_size=2, max_size=9)


@given(st.lists(WORDS, min_size=2, max_size=4), st.data())
def test_one_slip_in_a_name_of_several_words_finds_it(words: list[str], data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(words) - 1))
    word = words[number]
    at, letter = data.draw(st.integers(0, len(word) - 1)), data.draw(LETTERS)
    slipped = data.draw(
        st.sampled_from(
            [
                word[:at] + letter + word[at + 1 :],
                word[:at] + letter + word[at:],
                word[:at] + word[at + 1 :],
                word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
            ]
        )
    )
    assume(len(slipped) > 1)  # a single letter is always an initial
    typed = [*words[:number], slipped, *words[number + 1 :]]

    assert spelling.nearest(typed, [(1, " ".join(words))], 3) == [1]


@pytest.mark.parametrize("typed", ["un deux trois quatre cinq six sept huit neuf", "n" * 41, "de la " * 60])
def test_a_text_that_is_too_long_for_a_name_has_no_words(typed: str) -> None:
    assert spelling.words_of(typed) == []
