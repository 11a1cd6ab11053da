"""Promises of every content type: a new file in ``reseau/contents/kinds/`` is covered the moment it exists."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bots.command import COMMANDS
from bots.speech import grammar
from dashboards.sections.contributions import titled
from reseau.access import viewer
from reseau.contents import changing, publishing, threads
from reseau.contents.changing import Withdrawal
from reseau.contents.content_type import TYPES, ContentType, all_types, starting_types, type_of
from reseau.contents.publishing import NewContent, Published
from reseau.folding import fold
from reseau.i18n import LANGUAGES, Words
from tests.bots.company import CONSOLE, Company, card_text, model
from tests.ground.tree import ROOT

#: The letter of communities' own numbers.
TAKEN = "C"

every_type = pytest.mark.parametrize("name", sorted(TYPES))
every_start = pytest.mark.parametrize("name", [content_type.name for content_type in starting_types()])


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Company]:
    full = model(tmp_path_factory.mktemp("types"), sqlite_template)
    yield from full.copy(tmp_path_factory.mktemp("copy"))


def lacks(content_type: ContentType) -> list[str]:
    """Return what the file of a type lacks, in sentences."""
    return [sentence for sentence, kept in _rules(content_type).items() if not kept]


def _rules(content_type: ContentType) -> dict[str, bool]:
    others = [other for other in all_types().values() if other is not content_type]
    own = {fold(word) for word in content_type.words}
    taken = {fold(word) for other in others for word in other.words}
    rules = {
        "`withdrawn` must say which content is taken back: put {code} into it.": "{code}" in content_type.withdrawn,
        "`words` must hold what people write before a number, at least one word.": bool(content_type.words),
        f"`words` must be its own; {sorted(own & taken)} belongs to another type.": not own & taken,
        "`places` must be written without case and accents.": all(fold(word) == word for word in content_type.places),
    }
    if content_type.is_reply:
        return rules | {
            "A reply has no `letter`: people name it by its thread.": not content_type.letter,
            "A reply has no `label`: it stands below what it replies to.": not content_type.label,
            "A reply is not `answerable`: its thread is.": not content_type.answerable,
            "A reply has no `open_for`: its thread has.": content_type.open_for is None,
        }
    letters = {other.letter for other in others} | {TAKEN}
    return rules | {
        "`letter` must be one capital letter from A to Z.": (
            len(content_type.letter) == 1 and content_type.letter.isascii() and content_type.letter.isupper()
        ),
        f"`letter` must be its own: {content_type.letter} is taken.": content_type.letter not in letters,
        "`reply` must be a type that is a reply itself.": content_type.reply_type.is_reply,
        "`open_for` must be longer than nothing.": content_type.open_for is None or bool(content_type.open_for),
    }


def publish(here: Company, content_type: ContentType, root_id: int | None = None) -> Published:
    place = None if root_id else here.places["veille"]
    author = "lea" if root_id else "franck"
    new = NewContent(content_type, here.people[author], "Le banc de Lyon est libre", place, root_id=root_id)
    with here.network.store.write() as tx:
        return publishing.publish(tx, [new], CONSOLE)[0]


def started(here: Company, content_type: ContentType) -> Published:
    """A content of a type, in the thread that it needs."""
    if not content_type.is_reply:
        return publish(here, content_type)
    root_type = next(other for other in starting_types() if other.reply_type is content_type)
    return publish(here, content_type, publish(here, root_type).id)


@every_type
def test_the_file_of_a_type_lacks_nothing(name: str) -> None:
    assert lacks(TYPES[name]) == []


@every_type
def test_a_type_is_named_as_its_file_is(name: str) -> None:
    assert TYPES[name].name == name
    assert type_of(name) is TYPES[name]


@every_type
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_type_has_words_of_its_own_in_each_language(name: str, language: str) -> None:
    t, content_type = Words(language), TYPES[name]
    others = [other for other in all_types().values() if other is not content_type]

    assert t(content_type.title) not in {t(other.title) for other in others}
    assert t(titled(name)) not in {t(titled(other.name)) for other in others}
    assert "X9" in t(content_type.withdrawn, code="X9")


@every_start
def test_people_name_a_content_by_its_letter_and_by_the_words_of_its_type(name: str) -> None:
    letter = TYPES[name].letter

    assert grammar.number(f"{letter.lower()}12") == f"{letter}12"
    for word in TYPES[name].words:
        assert grammar.number_alone(f"{word} 12") == f"{letter}12"
        assert grammar.number_alone(f"{word.capitalize()} n° 12") == f"{letter}12"


@every_type
def test_a_content_of_a_type_is_published_read_and_taken_back(name: str, here: Company) -> None:
    content_type = TYPES[name]
    published = started(here, content_type)
    with here.network.store.write() as tx:
        content = threads.get(tx, viewer(tx, here.people["lea"]), published.id)
        assert content is not None
        assert content.kind is content_type
        assert (published.code or "").startswith(content_type.letter)
        assert changing.withdraw(tx, [Withdrawal(published.id, content.author_id)], CONSOLE) == 1
        assert threads.get(tx, viewer(tx, here.people["lea"]), published.id) is None


@every_start
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_of_a_thread_says_what_it_is(name: str, language: str, here: Company) -> None:
    code = publish(here, TYPES[name]).code or ""

    card = here.ask(f"{COMMANDS['show'].name(language)} {code}", language=language)

    assert Words(language)(TYPES[name].title) in card_text(card)


@every_type
def test_what_one_wrote_last_is_taken_back_by_the_word_for_it(name: str, here: Company) -> None:
    started(here, TYPES[name])
    author = "lea" if TYPES[name].is_reply else "franck"

    card = here.ask(f"annuler mon {TYPES[name].words[-1]}", author, language="fr")

    assert card.done
    assert card.title.startswith(Words("fr")(TYPES[name].withdrawn).partition("{code}")[0])


@every_start
def test_a_reply_counts_and_answers_only_what_can_be_answered(name: str, here: Company) -> None:
    root = publish(here, TYPES[name])
    publish(here, TYPES[name].reply_type, root.id)

    with here.network.store.read() as tx:
        thread = threads.get(tx, viewer(tx, here.people["lea"]), root.id)

    assert thread is not None
    assert thread.replies == 1
    assert (thread.answered_at is not None) is TYPES[name].answerable


def test_a_content_whose_type_is_no_longer_installed_reads_like_a_discussion(here: Company) -> None:
    gone = type_of("gone")

    assert gone.name == "gone"
    assert gone.title == type_of("discussion").title
    assert titled("gone") == "Gone"


def test_what_a_file_lacks_is_said_in_a_sentence() -> None:
    wrong = ContentType(
        name="wrong", title="", plural="", withdrawn="Gone.", reply=type_of("question"), letter="q", words=("idée",)
    )

    assert lacks(wrong) == [
        "`withdrawn` must say which content is taken back: put {code} into it.",
        "`words` must be its own; ['idee'] belongs to another type.",
        "`letter` must be one capital letter from A to Z.",
        "`reply` must be a type that is a reply itself.",
    ]


#: A type that animateurs alone publish and whose threads close after an hour.
POLL = """
from datetime import timedelta

from reseau.contents.content_type import Authors, ContentType
from reseau.contents.kinds.comment import COMMENT

content_type = ContentType(
    name="poll",
    title="Poll",
    plural="Polls",
    withdrawn="Your poll {code} is cancelled.",
    reply=COMMENT,
    letter="P",
    label="Poll {code}",
    words=("sondage", "poll"),
    authors=Authors.ANIMATEURS,
    open_for=timedelta(hours=1),
)
"""
TRIAL = """
import sys
from datetime import timedelta
from pathlib import Path

import reseau.contents.kinds

reseau.contents.kinds.__path__.append(sys.argv[1])

from bots.speech import grammar
from reseau.acting import Acting
from reseau.communities import belonging
from reseau.communities.belonging import Appointment
from reseau.contents import publishing
from reseau.contents.content_type import type_of
from reseau.contents.publishing import ContentError, NewContent
from reseau.kinds import AnimateurRole, Origin
from reseau.store.moments import now
from tests.bots.company import CONSOLE, card_text, model

(here,) = model(Path(sys.argv[1]), Path(sys.argv[2])).copy(Path(sys.argv[3]), now())
poll, veille, ana = type_of("poll"), here.places["veille"], here.people["ana"]


def publish(*new, acting=CONSOLE):
    with here.network.store.write() as tx:
        return publishing.publish(tx, new, acting)[0].id


def refused(*new):
    try:
        publish(*new)
    except ContentError as error:
        return error.code
    return ""


first = NewContent(poll, ana, "Mardi ou jeudi ?", veille)
print(refused(first), refused(NewContent(poll, ana, "Mardi ou jeudi ?")))
publish(NewContent(poll, ana, "Hier ou demain ?", veille), acting=Acting("import", Origin.SEEDED))
with here.network.store.write() as tx:
    belonging.appoint(tx, [Appointment(veille, ana, AnimateurRole.ANIMATEUR)], CONSOLE)
root = publish(first)
print(grammar.number_alone("sondage 2"), "Poll" in card_text(here.ask("voir P2", language="en")))
publish(NewContent(poll.reply_type, ana, "Jeudi", root_id=root))
late = now() + timedelta(hours=2)
here.network.store.clock = lambda: late
print(refused(NewContent(poll.reply_type, ana, "Mardi", root_id=root)))
print(here.ask("annuler P2", "ana", language="en").error)
"""


def test_a_new_type_is_one_file(tmp_path: Path, sqlite_template: Path) -> None:
    folders = [tmp_path / "kinds", tmp_path / "copy"]
    for folder in folders:
        folder.mkdir()
    (folders[0] / "poll.py").write_text(POLL)

    command = [sys.executable, "-c", TRIAL, str(folders[0]), str(sqlite_template), str(folders[1])]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)

    assert (done.stdout.splitlines(), done.stderr) == (
        ["E_PERMISSION E_PERMISSION", "P2 True", "E_REPLIES_CLOSED", "E_UNDO_LATE"],
        "",
    )
