"""Applying a starter kit: texts are published once, and updated until a member changes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from migration.kits import cli
from migration.kits.applying import ApplyError, Order, Outcome, apply
from migration.kits.document import DocumentError
from migration.kits.installed import InstalledKits, kits
from migration.kits.kit import Kit, KitError, read_kit, read_text
from migration.kits.values import ValuesError, read_values
from reseau import access
from reseau.acting import SYSTEM, Acting
from reseau.communities import opening, reading
from reseau.communities.opening import NewCommunity
from reseau.contents import changing, publishing
from reseau.contents.changing import Edit
from reseau.contents.kinds.question import QUESTION
from reseau.contents.publishing import NewContent
from reseau.errors import ReseauError
from reseau.i18n import Words
from reseau.kinds import CommunityKind, MemberStatus
from reseau.network import Network
from reseau.people import members
from reseau.people.members import NewMember
from reseau.plugins import UnknownPlugError
from reseau.settings import load_settings
from reseau.store.tables import activity, community, content, member, thread

VALUES = {
    "entreprise": "Ateliers Martin",
    "sponsor": "Claire Dubois",
    "contact": "reseau@ateliers-martin.example",
    "outil": "Teams",
}
Applying = Callable[..., Outcome]


@pytest.fixture
def network(sqlite_network: Network) -> Network:
    """A network on SQLite; ``test_engines.py`` compares both engines."""
    return sqlite_network


@pytest.fixture
def base() -> Kit:
    return kits()["base"]


@pytest.fixture
def applying(network: Network, base: Kit) -> Applying:
    order = Order(base, "fr", VALUES)
    return lambda **changes: apply(network, replace(order, **changes))


@pytest.fixture
def camille(network: Network) -> int:
    with network.store.write() as tx:
        return members.add(tx, [NewMember("Camille Martin", email="camille@example.org")], SYSTEM)[0]


def count(network: Network, table: object = content) -> int:
    with network.store.read() as tx:
        return int(tx.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def titled(network: Network, title: str) -> tuple[int, str, int]:
    """Return the id, text and author of the content with a title."""
    with network.store.read() as tx:
        row = tx.execute(select(content).where(content.c.title == title)).one()
        return row.id, row.text, row.author_id


def test_a_kit_opens_its_communities_and_publishes_its_texts(network: Network, applying: Applying, base: Kit) -> None:
    outcome = applying()

    assert outcome.communities == count(network, community) == 4
    assert (
        outcome.published == count(network) == sum(1 + len(base.texts["fr", item.file].replies) for item in base.items)
    )
    _, text, _ = titled(network, "Bienvenue sur Réseau")
    assert "Ateliers Martin" in text
    assert "Claire Dubois" in text


def test_ten_first_questions_come_with_an_accepted_answer(network: Network, applying: Applying) -> None:
    applying()

    with network.store.read() as tx:
        accepted = (
            select(func.count())
            .select_from(thread.join(content, content.c.id == thread.c.root_id))
            .where(content.c.kind == QUESTION.name, thread.c.accepted_id.is_not(None))
        )
        assert tx.execute(accepted).scalar() == 10


def test_nothing_of_a_kit_counts_as_activity(network: Network, applying: Applying) -> None:
    applying()

    with network.store.read() as tx:
        for table in (content, activity, community, member):
            assert set(tx.execute(select(table.c.origin)).scalars()) == {"seeded"}, table.name


def test_a_kit_applied_twice_doubles_nothing(network: Network, applying: Applying) -> None:
    first = applying()
    before = count(network), count(network, community), count(network, member), count(network, activity)
    second = applying()

    assert (second.communities, second.published, second.updated) == (0, 0, 0)
    assert second.unchanged == first.published
    assert before == (count(network), count(network, community), count(network, member), count(network, activity))


def test_a_text_that_nobody_touched_follows_the_values(network: Network, applying: Applying) -> None:
    applying()
    outcome = applying(values={**VALUES, "sponsor": "Paul Durand"})

    _, text, _ = titled(network, "Bienvenue sur Réseau")
    assert "Paul Durand" in text
    assert outcome.updated == 4
    assert outcome.published == 0


def test_a_text_that_a_member_edited_is_kept(network: Network, applying: Applying, camille: int) -> None:
    applying(author_id=camille)
    title = "Notre charte : oser partager".replace(" :", "\N{NO-BREAK SPACE}:")
    id_, _, author = titled(network, title)
    with network.store.write() as tx:
        changing.edit(tx, [Edit(id_, author, "Notre version à nous.")], Acting("console"))
    outcome = applying(author_id=camille, values={**VALUES, "sponsor": "Paul Durand"})

    assert titled(network, title)[1] == "Notre version à nous."
    assert outcome.kept == [title]


def test_links_become_the_codes_of_what_was_published(network: Network, applying: Applying) -> None:
    applying()

    with network.store.read() as tx:
        codes = set(tx.execute(select(content.c.code).where(content.c.code.is_not(None))).scalars())
    _, text, _ = titled(network, "Bienvenue sur Réseau")
    assert ".md" not in text
    assert any(f"votre fiche ({code})" in text for code in codes)


def test_a_trial_run_writes_nothing_and_says_what_it_would(network: Network, applying: Applying) -> None:
    outcome = applying(dry=True)

    assert outcome.published > 20
    assert (count(network), count(network, community), count(network, member)) == (0, 0, 0)


def test_the_networks_own_account_signs_unless_a_member_does(
    network: Network, applying: Applying, camille: int
) -> None:
    applying()
    with network.store.read() as tx:
        signer = members.get(tx, titled(network, "Bienvenue sur Réseau")[2])
    assert (signer.name, signer.status) == ("Réseau", MemberStatus.BOT)

    applying(language="en", author_id=camille)
    assert titled(network, "Welcome to Réseau")[2] == camille


def test_a_community_of_the_same_name_is_moved_into(network: Network, applying: Applying) -> None:
    with network.store.write() as tx:
        place = opening.add(tx, [NewCommunity("entraide", CommunityKind.PRACTICE)], SYSTEM)[0]
    outcome = applying()

    assert outcome.communities == 3
    with network.store.read() as tx:
        assert tx.execute(select(func.count()).where(content.c.community_id == place)).scalar_one() > 3


def test_roles_are_filled_or_named_as_vacant(network: Network, applying: Applying, camille: int) -> None:
    outcome = applying(animateurs={"entraide": camille})

    assert len(outcome.vacant) == 3
    assert "Entraide" not in outcome.vacant
    with network.store.read() as tx:
        line = reading.find(tx, access.viewer(tx, camille), "Entraide")[0]
        assert [who for who, _ in reading.animateurs(tx, line.id)] == [camille]
    with pytest.raises(ApplyError, match="entraide"):
        applying(animateurs={"cantine": camille})


def test_members_find_what_a_kit_published(network: Network, applying: Applying, camille: int) -> None:
    applying()
    with network.store.write() as tx:
        place = reading.find(tx, access.viewer(tx, camille), "Entraide")[0].id
        new = NewContent(QUESTION, camille, "Et ensuite ?", place)
        assert publishing.publish(tx, [new], Acting("console"))[0].code


# -- values ------------------------------------------------------------------------------------------------------------


def test_an_unfilled_kit_names_each_word_and_how_to_fill_it(network: Network, applying: Applying) -> None:
    with pytest.raises(ValuesError) as refused:
        applying(values={"entreprise": "Ateliers Martin", "sponsor": " ", "contact": "{{contact}}"})

    text = str(refused.value)
    assert all(word in text for word in ("sponsor", "contact", "outil", "--set", "--values"))
    assert "entreprise (" not in text
    assert count(network, member) == 0


def test_a_value_for_nothing_is_refused(applying: Applying) -> None:
    with pytest.raises(ValuesError, match="cantine"):
        applying(values={**VALUES, "cantine": "x"})


def test_pairs_win_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "values.yaml"
    file.write_text("sponsor: Claire Dubois\noutil: Slack\ncontact:\n", "utf-8")

    assert read_values(["outil=Teams", "entreprise=A=B"], file) == {
        "sponsor": "Claire Dubois",
        "outil": "Teams",
        "contact": "",
        "entreprise": "A=B",
    }


_LAUGHS = "a: &a [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}' if n else '*a'] * 9)}]\n" for n in range(9))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"- a\n- b\n", "E_KIT_VALUES_FORM"),
        (b"a: [x]\n", "E_KIT_VALUES_FORM"),
        (b"a: {b: c}\n", "E_KIT_VALUES_FORM"),
        (b"a: x\nb: [", "E_YAML"),
        (b"\x00", "E_YAML"),
        (b"[" * 100_000, "E_YAML_DEEP"),
        (_LAUGHS.encode(), "E_YAML_DEEP"),
        (b"a: &a [*a]\n", "E_YAML_DEEP"),
        (b"a: x\n" * 300_000, "E_YAML_LONG"),
        (b"a: \xff\xfe", "E_KIT_VALUES"),
    ],
)
def test_a_file_without_values_is_refused_in_a_sentence(content: bytes, code: str, tmp_path: Path) -> None:
    file = tmp_path / "values.yaml"
    file.write_bytes(content)
    with pytest.raises(ReseauError, match=r"values\.yaml") as refused:
        read_values([], file)

    assert refused.value.code == code
    assert refused.value.sentence(Words("fr")) != refused.value.sentence(Words("en"))


@pytest.mark.parametrize("typed", ["01000", "no", "1:30:00", "2026-03-04", "0x1F", "1_000", "3.10", "yes", ".inf"])
def test_a_value_is_what_was_typed(tmp_path: Path, typed: str) -> None:
    (tmp_path / "values.yaml").write_text(f'site: {typed}\nvide: ~\nrien:\ncoupé: "\\ud83d"\n', "utf-8")

    assert read_values([], tmp_path / "values.yaml") == {"site": typed, "vide": "", "rien": "", "coupé": "?"}


@pytest.mark.parametrize("name", ["absent.yaml", "x" * 300, "."])
def test_missing_values_are_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValuesError) as refused:
        read_values([], tmp_path / name)

    assert refused.value.code == "E_KIT_VALUES"
    assert "Errno" not in str(refused.value)


def test_a_broken_document_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text("a: x\nb: y\nc: [\n", "utf-8")
    with pytest.raises(DocumentError, match="line 4"):
        read_values([], tmp_path / "values.yaml")


def test_a_pair_without_an_equals_sign_is_refused() -> None:
    with pytest.raises(ValuesError, match="Ateliers"):
        read_values(["Ateliers"])


# -- kits as folders ---------------------------------------------------------------------------------------------------

SMALL = """
title: {fr: Un, en: One}
purpose: {fr: Un essai, en: A trial}
communities:
  - {key: a, kind: practice, name: {fr: A, en: A}, purpose: {fr: a, en: a}, animateur: {fr: a, en: a}}
contents:
  - {file: one, in: a, kind: discussion}
  - {file: two, in: a, kind: discussion}
"""


def write_kit(folder: Path, first: str, second: str) -> Path:
    for language in ("fr", "en"):
        (folder / "small" / language).mkdir(parents=True)
        (folder / "small" / language / "one.md").write_text(first, "utf-8")
        (folder / "small" / language / "two.md").write_text(second, "utf-8")
    (folder / "small" / "kit.yaml").write_text(SMALL, "utf-8")
    return folder


def test_a_folder_with_a_kit_file_is_a_kit(tmp_path: Path) -> None:
    found_kits = InstalledKits(
        write_kit(tmp_path, "# One\n\nText, see [two](two.md).", "# Two\n\nText."), group="reseau.none"
    )

    assert list(found_kits) == ["small"]
    assert [item.file for item in found_kits["small"].published_order("fr")] == ["two", "one"]
    with pytest.raises(UnknownPlugError, match="small"):
        found_kits["large"]


@pytest.mark.parametrize("other", ["# Two\n\nSee [one](one.md).", "# Two\n\nSee [three](three.md)."])
def test_links_in_a_circle_or_into_the_void_are_refused(other: str, tmp_path: Path) -> None:
    kit = InstalledKits(write_kit(tmp_path, "# One\n\nSee [two](two.md).", other), group="reseau.none")["small"]

    with pytest.raises(KitError, match="small"):
        kit.published_order("fr")


def test_a_kit_that_cannot_be_read_says_which_and_why(tmp_path: Path) -> None:
    with pytest.raises(KitError, match="small"):
        read_kit("small", write_kit(tmp_path, "No title", "# Two\n\nText.") / "small")
    with pytest.raises(KitError, match="nowhere"):
        read_kit("nowhere", tmp_path / "nowhere")


def test_a_text_is_a_title_a_body_and_replies() -> None:
    text = read_text("# Title\n\nBody\nmore\n\n---\n\nFirst\n\n---\n\nSecond\n")

    assert (text.title, text.body, text.replies) == ("Title", "Body\nmore", ("First", "Second"))


# -- the command -------------------------------------------------------------------------------------------------------


def run(network: Network, *line: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli.kit, list(line), obj=network.settings)
    return done.exit_code, done.output if done.exception is None else f"{done.output}{done.exception}"


def test_the_command_lists_and_shows_kits(sqlite_network: Network) -> None:
    assert "base" in json.loads(run(sqlite_network, "list", "--json")[1])
    assert "Pour commencer" in run(sqlite_network, "list")[1]
    code, output = run(sqlite_network, "show", "base", "-l", "en")
    assert code == 0
    assert "Ask anyone" in output
    assert '--set entreprise="Ateliers Martin"' in output
    assert len(json.loads(run(sqlite_network, "show", "base", "--json")[1])["contents"]) == 19


def test_the_command_applies_a_kit_with_its_values(sqlite_network: Network, tmp_path: Path) -> None:
    file = tmp_path / "values.yaml"
    file.write_text("\n".join(f"{name}: {value}" for name, value in VALUES.items()), "utf-8")

    report = json.loads(run(sqlite_network, "apply", "base", "--values", str(file), "--json")[1])
    assert (report["communities"], report["published"]) == (4, 31)
    code, again = run(sqlite_network, "apply", "base", *(f"--set={name}={value}" for name, value in VALUES.items()))
    assert code == 0
    assert "31" in again
    assert "--animateur" in again


def test_the_command_refuses_an_unfilled_kit_and_an_unknown_member(sqlite_network: Network) -> None:
    code, output = run(sqlite_network, "apply", "base", "--set", "entreprise=A")
    assert code != 0
    assert "sponsor" in output
    code, output = run(
        sqlite_network, "apply", "base", *(f"--set={name}={value}" for name, value in VALUES.items()), "--as", "nobody"
    )
    assert code != 0
    assert "nobody" in output


@pytest.mark.parametrize("line", [("show", "base"), ("apply", "base")])
def test_a_language_that_no_kit_is_written_in_is_refused_before_anything_is_done(
    line: tuple[str, str], tmp_path: Path
) -> None:
    done = CliRunner().invoke(cli.kit, [*line, "--language", "de"], obj=load_settings(data=tmp_path / "new"))

    assert isinstance(done.exception, ReseauError)
    assert str(done.exception) == "There is no language “de” here; there are: fr, en."
    assert not (tmp_path / "new").exists()
