"""The command library in the reader's language: its help, and its sentences about invalid lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from reseau.cli import main
from reseau.cli.usage import sentence
from reseau.i18n import Words

ENGLISH_WORDS = ("No such", "Missing", "Invalid", "Got unexpected", "requires", "Show this message", "Error")


def run(capsys: pytest.CaptureFixture[str], folder: Path, *line: str, language: str = "fr") -> tuple[int, str]:
    """Return the exit code and everything that is printed."""
    try:
        main(["--data", str(folder), "--language", language, *line])
    except SystemExit as leaving:
        printed = capsys.readouterr()
        return int(leaving.code or 0), printed.out + printed.err
    printed = capsys.readouterr()
    return 0, printed.out + printed.err


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("serve", "--porte", "3"), "pas d’option --porte"),
        (("serve", "--nichts"), "pas d’option --nichts"),
        (("serve", "--port"), "L’option --port attend une valeur."),
        (("serve", "--port", "abc"), "--port attend un nombre entier."),
        (("serve", "--port", "99999"), "Il n’y a pas de port 99999"),
        (("metrics", "show"), "Il manque un mot ici\u00a0: name."),
        (("metrics", "show", "x", "--format", "xls"), "--format peut valoir\u00a0: table, csv, json."),
        (("migrate", "rn"), "pas de commande «\u00a0rn\u00a0»\u202f; vouliez-vous dire run"),
        (("frobnicate",), "pas de commande «\u00a0frobnicate\u00a0»"),
        (("db", "upgrade", "x", "y"), "«\u00a0x y\u00a0» est de trop ici"),
        (("demo", "--until", "lundi"), "--until attend une date comme 2026-01-31."),
    ],
)
def test_an_invalid_line_is_explained_in_the_readers_language(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, line: tuple[str, ...], words: str
) -> None:
    code, printed = run(capsys, tmp_path, *line)

    assert code == 2
    assert words in printed
    assert not [sentence for sentence in ENGLISH_WORDS if sentence in printed]


@pytest.mark.parametrize(
    "line", [("-h",), ("metrics", "-h"), ("metrics", "show", "-h"), ("demo", "-h"), ("launch", "day", "--help")]
)
def test_help_is_whole_in_the_readers_language(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, line: tuple[str, ...]
) -> None:
    code, printed = run(capsys, tmp_path, *line)

    assert code == 0
    assert "Affiche cette aide." in printed
    assert "Utilisation\u00a0: reseau" in printed
    for english in ("Show this message", "─ Commands ─", "Usage", "COMMAND ", "[required]", "[default"):
        assert english not in printed


@pytest.mark.parametrize("group", ["admin", "db", "facts", "kit", "launch", "manifest", "metrics", "migrate"])
def test_a_group_of_commands_alone_says_what_is_in_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, group: str
) -> None:
    assert "─ Commandes ─" in run(capsys, tmp_path, group)[1]


def test_help_in_english_follows_help_in_french(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    french = run(capsys, tmp_path, "metrics", "show", "-h")[1]
    english = run(capsys, tmp_path, "metrics", "show", "-h", language="en")[1]

    assert "[obligatoire]" in french
    assert "[par défaut\u00a0: table]" in french
    assert "Usage: reseau metrics show [OPTIONS]" in english
    assert "[required]" in english
    assert "[default: table]" in english


def test_the_version_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, printed = run(capsys, tmp_path, "--version")

    assert (code, printed.startswith("reseau 0.")) == (0, True)


def test_unknown_sentences_of_the_library_are_still_printed() -> None:
    assert sentence("Something quite new.", Words("fr")) == "Something quite new."


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("Invalid value for 'PATH': Path 'x' is not readable.", "This account may not read “x”."),
        ("Invalid value for '--out': File 'x' is a directory.", "“x” is a folder, and a file is needed."),
        ("Invalid value for '--out': Directory 'x' is a file.", "“x” is a file, and a folder is needed."),
        ("Invalid value for 'PATH': Path 'x' does not exist.", "There is no “x”."),
        ("Invalid value for '--x': something else", "The value given for --x cannot be used."),
    ],
)
def test_a_wrong_path_is_named_with_its_fault(message: str, words: str) -> None:
    assert sentence(message, Words("en")) == words
