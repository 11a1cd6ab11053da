"""Reading Slack's messages: the words of every part, their meaning, and a note for each loss."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from bots.markup.tree import Block, Cited, Fence, Heading, Listing, Paragraph, Table, read as read_markdown
from reseau import keys
from reseau.i18n import Words
from reseau.markup.emoji import from_code_points, with_emoji
from reseau.markup.markdown import plain, stacked
from reseau.markup.runs import Run, marked
from reseau.markup.slack import SlackMarkup, unescape
from reseau.markup.slack_message import BLOCK_WORDLESS, FORM_LOST, SlackReader

Fields = dict[str, Any]
PEOPLE = {"U1": "Inès Morel", "U2": "Paul Roche"}
READER = SlackReader(SlackMarkup(PEOPLE, {"C1": "atelier"}, keys.slack_person, keys.slack_place))
GONE = "📎 un fichier qui n’est plus visible"


def reading(text: str = "", **parts: Any) -> str:
    return READER.read({"ts": "1700000000.000100", "text": text, **parts}).text


def leaf(text: str, **style: bool) -> Fields:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def section(*leaves: Fields) -> Fields:
    return {"type": "rich_text_section", "elements": list(leaves)}


def quoted(*leaves: Fields) -> Fields:
    return {"type": "rich_text_quote", "elements": list(leaves)}


def listed(*items: str, style: str = "bullet", **more: int) -> Fields:
    return {"type": "rich_text_list", "style": style, "elements": [section(leaf(item)) for item in items], **more}


LINKED = {"type": "link", "url": "https://exemple.fr", "text": "ici"}


def rich(*elements: Fields) -> list[Fields]:
    return [{"type": "rich_text", "elements": list(elements)}]


def composed(*elements: Fields) -> str:
    return reading(blocks=rich(*elements))


def form(markdown: str) -> list[object]:
    """Return the structure of Markdown: its blocks with their words, and quotations and items with their contents."""

    def shown(block: Block) -> object:
        match block:
            case Cited(blocks):
                return ["quote", *map(shown, blocks)]
            case Listing(items, start):
                return ["list" if start is None else f"list from {start}", *([*map(shown, item)] for item in items)]
            case Paragraph(runs) | Heading(runs):
                return "".join(run.text for run in runs)
            case Fence(text):
                return ["code", text]
            case Table(rows):
                return ["table", *rows]
        return "rule"

    return [*map(shown, read_markdown(markdown))]


# -- text or blocks ----------------------------------------------------------------------------------------------------


def test_bold_comes_from_blocks_and_not_from_the_text_beside_them() -> None:
    blocks = rich(section(leaf("Le "), leaf("jeu", bold=True), leaf("di, au "), leaf("quai", bold=True)))

    assert reading("Le *jeu*di, au *quai*", blocks=blocks) == "Le **jeu**di, au **quai**"


@pytest.mark.parametrize("stock", ["This content can't be displayed.", "Nouvelle commande", ""])
def test_of_an_app_the_blocks_are_the_message_and_the_text_a_notification(stock: str) -> None:
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "Commande 81"}},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "*Client :* Roche"},
            "fields": [{"type": "mrkdwn", "text": "12 caisses"}],
        },
        {"type": "divider"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "reçue de <@U2>"}]},
    ]

    assert reading(stock, blocks=blocks) == (
        "**Commande 81**\n**Client :** Roche\n12 caisses\nreçue de [@Paul Roche](reseau:slack/-/person/U2)"
    )


def test_a_text_stays_if_blocks_hold_only_buttons() -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Oui"}, "value": "secret-of-the-app"}

    assert reading("On ferme ?", blocks=[{"type": "actions", "elements": [button]}]) == "On ferme ?\nOui"


def test_what_can_be_chosen_is_read_and_a_button_is_not_repeated() -> None:
    choice = {
        "type": "static_select",
        "options": [{"text": {"type": "plain_text", "text": choice}, "value": "x"} for choice in ("nord", "sud")],
    }
    vote = {"type": "button", "text": {"type": "plain_text", "text": ":one:"}}
    blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": "Quel quai ?"}, "accessory": choice},
        {"type": "section", "text": {"type": "mrkdwn", "text": ":one: lundi"}, "accessory": vote},
    ]

    assert reading("", blocks=blocks) == "Quel quai ?\nnord\nsud\n1️⃣ lundi"


@pytest.mark.parametrize(
    "block",
    [
        {
            "type": "timeline",
            "entries": [{"caption": "Four allumé", "block_id": "b1"}, {"details": {"note": "450 degrés"}}],
        },
        {
            "type": "card",
            "title": {"type": "mrkdwn", "text": "Four allumé"},
            "body": {"text": "450 degrés"},
            "icon_url": "x",
        },
        {
            "type": "table",
            "rows": [[{"type": "raw_text", "text": "Four allumé"}, {"type": "raw_text", "text": "450 degrés"}]],
        },
        {
            "type": "video",
            "title": {"type": "plain_text", "text": "Four allumé"},
            "alt_text": "450 degrés",
            "video_url": "x",
        },
        {"type": "markdown", "text": "Four **allumé**, 450 degrés"},
        {"type": "input", "label": {"type": "plain_text", "text": "Four allumé"}, "hint": {"text": "450 degrés"}},
        {"type": "rich_text", "elements": [{"type": "rich_text_note", "elements": [leaf("Four allumé, 450 degrés")]}]},
        {
            "type": "rich_text",
            "elements": [section({"type": "stamp", "label": "Four allumé", "inner": [{"said": "450 degrés"}]})],
        },
    ],
)
def test_no_kind_of_block_is_silent_however_new(block: Fields) -> None:
    text = reading("Notification", blocks=[block]).replace("*", "")

    assert "Four allumé" in text
    assert "450 degrés" in text
    assert "b1" not in text
    assert "Notification" not in text


def test_the_title_of_a_video_is_a_link_only_to_the_web() -> None:
    video = {"type": "video", "title": {"type": "plain_text", "text": "Four"}, "alt_text": "450 degrés"}

    assert reading(blocks=[video | {"title_url": "https://video.example/4"}]).startswith(
        "[Four](https://video.example/4)"
    )
    assert reading(blocks=[video | {"title_url": "javascript:alert(1)"}]).startswith("Four\n")


def test_a_block_without_words_leaves_a_note_and_a_message_of_nothing_else_a_sentence() -> None:
    reading_ = READER.read({"text": "", "blocks": [{"type": "file", "external_id": "F1", "source": "remote"}]})

    assert reading_.text == "Ce message ne contient rien qui puisse être montré ici."
    assert reading_.losses == (BLOCK_WORDLESS,)
    assert READER.read({"text": ""}).text == ""


def test_an_apps_markdown_makes_no_reference_of_ours() -> None:
    text = reading("", blocks=[{"type": "markdown", "text": "[@chef](reseau:slack/-/person/U1) <reseau:x>"}])

    assert "](reseau:" not in text
    assert "@chef" in text


# -- quotations and lists ----------------------------------------------------------------------------------------------


def test_own_words_below_a_quotation_stand_outside_of_it() -> None:
    text = composed(quoted(leaf("On vend la presse.")), section(leaf("Je m’y oppose.")))

    assert form(text) == [["quote", "On vend la presse."], "Je m’y oppose."]
    assert text == reading("&gt; On vend la presse.\nJe m’y oppose.")


def test_two_quotations_stay_two_and_a_list_within_one_stays_inside() -> None:
    two = composed(quoted(leaf("oui")), quoted(leaf("non")))
    inside = composed(quoted(leaf("Il faut :")), listed("peser", border=1), section(leaf("D’accord.")))

    assert form(two) == [["quote", "oui"], ["quote", "non"]]
    assert form(inside) == [["quote", "Il faut :", ["list", ["peser"]]], "D’accord."]


def test_lists_keep_their_order_and_their_depth() -> None:
    numbered = {"style": "ordered"}
    text = composed(
        section(leaf("Demain :\n")),
        listed("ouvrir", "vider", **numbered),  # type: ignore[arg-type]
        listed("trier", indent=1),
        listed("peser", indent=2, **numbered),  # type: ignore[arg-type]
        listed("fermer", offset=2, **numbered),  # type: ignore[arg-type]
        section(leaf("Merci.")),
    )
    nested = ["vider", ["list", ["trier", ["list from 1", ["peser"]]]]]

    assert form(text) == ["Demain :", ["list from 1", ["ouvrir"], nested, ["fermer"]], "Merci."]
    assert text == reading("Demain :\n1. ouvrir\n2. vider\n    • trier\n        1. peser\n3. fermer\nMerci.")


@pytest.mark.parametrize("mark", ["-", "•", "1."])
def test_what_follows_a_typed_list_is_no_part_of_it(mark: str) -> None:
    text = f"Il reste :\n{mark} le quai\n{mark} la cour\nMerci,\nPaul"
    expected = ["Il reste :", ["list from 1" if mark == "1." else "list", ["le quai"], ["la cour"]], "Merci,\nPaul"]

    assert form(reading(text)) == expected
    assert form(composed(section(leaf(text)))) == expected
    assert form(composed(quoted(leaf(text)))) == [["quote", *expected]]
    if mark != "•":
        assert form(plain(text)) == expected


def test_lists_typed_deeper_than_readers_go_keep_every_word() -> None:
    text = "\n".join(f"{'  ' * depth}- mot{depth}" for depth in range(60))

    for markdown in (reading(text), plain(text), reading("- " * 300 + "mot59")):
        assert "mot59" in str(form(markdown))


@given(st.lists(st.sampled_from(["mot", "> dit", "- un\n  suite", "1. a", "4. d", "```\nx\n```", "**g**"]), max_size=6))
@settings(deadline=None)
def test_consecutive_blocks_keep_their_kinds(pieces: list[str]) -> None:
    """Neighbouring blocks of one kind may merge, but none swallows another."""
    kinds = [part[0] if isinstance(part, list) else "text" for piece in pieces for part in form(piece)]
    names_of_pieces = [piece[0] if isinstance(piece, list) else "text" for piece in form(stacked(pieces))]

    def told(names: list[str]) -> list[str]:
        plainly = ["list" if name.startswith("list") else name for name in names]
        return [name for at, name in enumerate(plainly) if not at or plainly[at - 1] != name]

    assert told(names_of_pieces) == told(kinds)


# -- marks -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("leaves", "text"),
    [
        ([leaf("prix"), leaf("(net)", bold=True), leaf("ici")], "prix(net)ici"),
        ([leaf("bravo !"), LINKED], "bravo \\![ici](https://exemple.fr)"),
        ([leaf("bravo !", bold=True), LINKED], "**bravo !**[ici](https://exemple.fr)"),
        ([leaf("bravo ! "), LINKED], "bravo ! [ici](https://exemple.fr)"),
        ([leaf("[note]"), {"type": "emoji", "name": "presse"}], "[note]\\:presse:"),
        ([leaf("a <"), LINKED], "a <[ici](https://exemple.fr)"),
        ([leaf("mot", bold=True), leaf("s")], "**mot**s"),
        ([leaf("un "), leaf(" deux ", italic=True), leaf("trois")], "un  _deux_ trois"),
        (
            [leaf("un ", italic=True), leaf("deux", italic=True, bold=True), leaf(" trois", italic=True)],
            "_un **deux** trois_",
        ),
        (
            [leaf("un ", bold=True), leaf("deux", italic=True, bold=True), leaf(" trois", italic=True)],
            "**un _deux_** _trois_",
        ),
        ([leaf("🎉"), leaf("fête", italic=True)], "🎉fête"),
        ([leaf("x`y ", code=True), leaf("z")], "``x`y`` z"),
        ([{"type": "user", "user_id": "U1", "style": {"bold": True}}], "**[@Inès Morel](reseau:slack/-/person/U1)**"),
        ([leaf("2024", bold=True), leaf(". "), leaf("# non")], "**2024**. # non"),
    ],
)
def test_marks_are_written_only_if_they_are_read_as_marks(leaves: list[Fields], text: str) -> None:
    assert composed(section(*leaves)) == text


RUNS = st.lists(
    st.builds(
        Run,
        st.text("ab *_~([.é🎉-1>#`", min_size=1, max_size=4),
        st.frozensets(st.sampled_from(["bold", "italic", "strike"])),
        st.just(False),
    ),
    max_size=6,
)


@given(RUNS)
@settings(max_examples=500, deadline=None)
def test_no_mark_is_ever_shown_and_no_letter_lost(runs: list[Run]) -> None:
    typed = "x " + "".join(run.text for run in runs)
    (text,) = form(marked([Run("x "), *runs]))

    assert re.sub(r"\s+", " ", str(text)).strip() == re.sub(r"\s+", " ", typed).strip()


# -- small elements ----------------------------------------------------------------------------------------------------


def test_emoji_are_emoji_and_those_of_a_company_keep_their_name() -> None:
    emoji: list[Fields] = [
        {"type": "emoji", "name": "tada", "unicode": "1f389"},
        {"type": "emoji", "name": "wave", "unicode": "1f44b-1f3fd", "skin_tone": 4},
        {"type": "emoji", "name": "+1::skin-tone-6"},
        {"type": "emoji", "name": "flag-fr"},
        {"type": "emoji", "name": "presse"},
    ]

    assert composed(section(*emoji)) == "🎉👋🏽👍🏿🇫🇷:presse:"
    assert reading(":tada: :wave::skin-tone-4: :+1::skin-tone-6: :flag-fr: :presse: `:tada:`") == (
        "🎉 👋🏽 👍🏿 🇫🇷 :presse: `:tada:`"
    )
    assert with_emoji("12:100:30, a:x:b, :100:, :x:") == "12:100:30, a:x:b, 💯, ❌"
    assert [from_code_points(code) for code in ("1f389", "1f44b-1f3fd")] == ["🎉", "👋🏽"]
    assert [from_code_points(code) for code in ("41", "d83d", "zz", "", "1f389-" * 40)] == [""] * 5


def test_a_number_too_long_for_markdown_becomes_a_hyphen() -> None:
    lists = [listed("seul", style="ordered", offset=offset) for offset in (10**9 - 2, 10**9 - 1)]

    assert [composed(element) for element in lists] == ["999999999. seul", "- seul"]


def test_colours_groups_and_moments_leave_their_words() -> None:
    leaves = [
        {"type": "color", "value": "#00AA55"},
        leaf(" "),
        {"type": "usergroup", "usergroup_id": "S1"},
        leaf(" "),
        {"type": "usergroup", "usergroup_id": "S2"},
        leaf(" "),
        {"type": "date", "timestamp": 1700000000, "fallback": "mardi"},
    ]

    assert reading("<!subteam^S1|@quai>", blocks=rich(section(*leaves))) == "#00AA55 @quai @groupe mardi"
    english = SlackReader(SlackMarkup({}, {}, keys.slack_person, keys.slack_place, Words("en")))
    assert english.read({"text": "<!subteam^S2>"}).text == "@group"


# -- forwarded messages and cards --------------------------------------------------------------------------------------

ADDRESS = "https://acme.slack.com/archives/C7/p1700000000000200"


def shared(**more: Any) -> Fields:
    inner = {"message": {"blocks": rich(section(leaf("Le camion part "), leaf("mardi", bold=True)))}}
    return {
        "is_share": True,
        "is_msg_unfurl": True,
        "from_url": ADDRESS,
        "author_id": "U2",
        "author_name": "paul",
        "text": "Le camion part *mardi*",
        "footer": "Slack conversation",
        "message_blocks": [inner],
        **more,
    }


@pytest.mark.parametrize("comment", ["Qui s’en charge ?", ""])
def test_a_forwarded_message_is_a_quotation_with_author_and_place(comment: str) -> None:
    text = reading(comment, attachments=[shared()])
    quotation = f"> [Paul Roche]({ADDRESS})\n> Le camion part **mardi**"

    assert text == (f"{comment}\n\n{quotation}" if comment else quotation)


def test_a_link_preview_is_not_repeated_beside_the_address() -> None:
    assert reading(f"Vu : <{ADDRESS}>", attachments=[shared(is_share=False)]) == f"Vu : <{ADDRESS}>"


def test_files_and_messages_within_a_forwarded_message_come_along() -> None:
    inner = shared(author_id="U1", from_url="", message_blocks=[], text="le premier", files=[])
    text = reading("", attachments=[shared(files=[{"title": "bon.pdf"}], attachments=[inner])])

    assert "> 📎 bon.pdf" in text
    assert "> > **Inès Morel**\n> > le premier" in text


def test_a_card_of_an_app_keeps_its_blocks_fields_and_buttons() -> None:
    card = {
        "pretext": "Alerte",
        "title": "Four 3",
        "fields": [{"title": "Degrés", "value": "900"}],
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "trop *chaud*"}}],
        "actions": [{"name": "stop", "text": "Éteindre", "type": "button"}],
        "fallback": "no preview",
    }

    assert reading("", attachments=[card]) == "Alerte\nFour 3\ntrop **chaud**\nDegrés: 900\nÉteindre"


# -- files -------------------------------------------------------------------------------------------------------------


def test_words_inside_files_are_kept() -> None:
    mail = {
        "title": "Devis",
        "mode": "email",
        "from": [{"original": "Client <a@b.example>"}],
        "plain_text": "Bonjour,\r\n40 caisses",
    }
    post = {"title": "Bilan", "mode": "space", "preview": "<document><p>Rien à signaler</p></document>"}
    snippet = {"title": "a.sh", "mode": "snippet", "preview": "# rm *"}

    assert reading(files=[mail]) == "📎 Devis — Client \\<a@b.example>\n> Bonjour,\n> 40 caisses"
    assert reading(files=[post]) == "📎 Bilan\n> Rien à signaler"
    assert form(reading(files=[snippet])) == ["📎 a.sh", ["quote", ["code", "# rm *"]]]


def test_the_authors_comment_on_a_file_appears_once_and_others_keep_their_names() -> None:
    def upload(text: str, user: str) -> str:
        file = {"title": "a.png", "initial_comment": {"comment": "vu du quai", "user": user}}
        return reading(text, user="U1", files=[file])

    assert upload("", "U1") == "vu du quai\n\n📎 a.png"
    assert upload("envoie a.png : vu du quai", "U1") == "envoie a.png : vu du quai\n\n📎 a.png"
    assert upload("", "U2") == "📎 a.png"


@pytest.mark.parametrize(
    "file",
    [
        {"id": "F12345678", "mode": "hidden_by_limit"},
        {"id": "F12345678", "mode": "tombstone"},
        {"id": "F12345678", "file_access": "check_file_info"},
    ],
)
def test_a_file_that_is_hidden_or_gone_is_a_sentence_and_no_id(file: Fields) -> None:
    assert reading("Le plan", files=[file, None]) == f"Le plan\n\n{GONE}"
    assert reading(files=[{"id": "F12345678"}]) == "📎 un fichier"


# -- arbitrary texts ---------------------------------------------------------------------------------------------------

WORD = st.text("abcdefghiéàç", min_size=1, max_size=3)
GLUE = st.sampled_from(
    [
        " ",
        "\n",
        "*",
        " *",
        "* ",
        "_",
        "~",
        "`",
        "```",
        "\n- ",
        "\n1. ",
        "\n  ",
        "\n&gt; ",
        "&lt;",
        ": ",
        "\n\n",
        "[",
        "](",
        "!",
        "\\",
    ]
)
TYPED = st.lists(st.tuples(WORD, GLUE), max_size=12).map(lambda pairs: "".join(f"{word}{glue}" for word, glue in pairs))


def words(text: str) -> list[str]:
    return re.findall(r"[a-zéàç]+", text)


def shown_words(markdown: str) -> list[str]:
    def texts(tokens: object) -> str:
        if isinstance(tokens, str):
            return tokens
        assert isinstance(tokens, list)
        # A quotation, a list and code begin with the word for them; an item does not.
        named = bool(tokens) and isinstance(tokens[0], str) and tokens[0].startswith(("quote", "list", "code"))
        return "\n".join(map(texts, tokens[1:] if named else tokens))

    return words("\n".join(texts(block) for block in form(markdown)))


@given(TYPED)
@settings(max_examples=400, deadline=None)
def test_every_letter_that_was_typed_is_shown_in_its_order(typed: str) -> None:
    expected = "".join(words(unescape(typed)))

    # Marks within a word do not split it for readers, so only letters are compared.
    assert "".join(shown_words(reading(typed))) == expected
    assert "".join(shown_words(composed(section(leaf(unescape(typed)))))) == expected


LEAF = st.builds(
    lambda text, bold, italic: leaf(unescape(text), bold=bold, italic=italic), TYPED, st.booleans(), st.booleans()
)
ELEMENT = st.one_of(
    st.lists(LEAF, max_size=4).map(lambda leaves: section(*leaves)),
    st.lists(LEAF, max_size=3).map(lambda leaves: quoted(*leaves)),
    st.builds(
        lambda items, indent: listed(*items, indent=indent), st.lists(WORD, min_size=1, max_size=3), st.integers(0, 9)
    ),
)


@given(st.lists(ELEMENT, max_size=5))
@settings(max_examples=300, deadline=None)
def test_every_letter_that_was_composed_is_shown_in_its_order(elements: list[Fields]) -> None:
    expected = [
        word
        for element in elements
        for child in element["elements"]
        for word in words("".join(inner["text"] for inner in child.get("elements", [child])))
    ]

    assert "".join(shown_words(composed(*elements))) == "".join(expected)


@given(TYPED, st.lists(ELEMENT, max_size=3), st.sampled_from(["", "me_message", "file_comment", "bot_message"]))
@settings(max_examples=300, deadline=None)
def test_a_message_without_anything_beside_its_words_reads_as_any_other(
    typed: str, elements: list[Fields], subtype: str
) -> None:
    message = {"text": typed, "subtype": subtype, "blocks": rich(*elements)}

    # An entry that is no file adds nothing, but the reader then checks the message for everything else.
    assert READER.read(message) == READER.read({**message, "files": [None]})


def nest(depth: int) -> Fields:
    block: Fields = {"type": "text", "text": "au fond"}
    for _ in range(depth):
        block = {"type": "rich_text_section", "elements": [block]}
    return block


def test_an_endless_depth_keeps_its_words() -> None:
    share: Fields = {"is_share": True, "text": "au fond"}
    for _ in range(900):
        share = {"is_share": True, "text": "autour", "attachments": [share]}

    assert "au fond" in composed(nest(900))
    assert "au fond" in reading(attachments=[share])
    assert "au fond" in reading(blocks=[nest(900)])


def test_a_form_that_breaks_the_reading_leaves_the_words_and_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(dict[str, Any]):
        def get(self, name: str, default: object = None) -> Any:
            if name == "blocks":
                raise TypeError
            return super().get(name, default)

    reading_ = READER.read({"text": "au quai", "attachments": [Broken(text="deux caisses", is_share=True)]})

    assert reading_.losses == (FORM_LOST,)
    assert reading_.text == "au quai\ndeux caisses"


HOSTILE: dict[str, Callable[[int], Fields]] = {
    **{
        text: (lambda size, text=text: {"text": text * (size // len(text))})  # type: ignore[misc]
        for text in (
            "_",
            "*",
            "~_",
            "`",
            "```",
            "<",
            "<@U1>",
            "&gt;",
            "&gt; a\n",
            "&gt;&gt;&gt;```\n",
            "*a_b~",
            "- ",
            "- a\n  b\n",
            ":a",
            "[a](",
            "http://a?t=",
        )
    },
    "leaves": lambda size: {
        "blocks": rich(section(*[leaf("(a", bold=bool(at % 2), italic=bool(at % 3)) for at in range(size // 40)]))
    },
    "lists": lambda size: {"blocks": rich(*[listed("a\nb", indent=at % 9) for at in range(size // 40)])},
    "quotes": lambda size: {"blocks": rich(*[quoted(leaf("a")) for _ in range(size // 40)])},
    "blocks": lambda size: {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "- a"}}] * (size // 40)},
    "cards": lambda size: {"attachments": [{"text": "a", "fields": [{"title": "b"}]}] * (size // 40)},
    "files": lambda size: {"files": [{"title": "a", "preview": "b"}] * (size // 40)},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_message_takes_more_than_its_share_of_steps_or_depth(name: str) -> None:
    few, shallow = steps(HOSTILE[name](10_000))
    many, deep = steps(HOSTILE[name](20_000))

    assert many <= 2.3 * few + 500
    assert deep <= shallow + 2 < 60


def steps(message: Fields) -> tuple[int, int]:
    """Return the number of calls that a reading takes, and their greatest depth."""
    count = depth = deepest = 0

    def watch(_frame: object, event: str, _argument: object) -> None:
        nonlocal count, depth, deepest
        count += 1
        depth += {"call": 1, "return": -1}.get(event, 0)
        deepest = max(deepest, depth)

    READER.read({"text": "a", **message})  # fill the caches first
    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        READER.read(message)
    finally:
        sys.setprofile(before)
    return count, deepest


# -- whole pieces ------------------------------------------------------------------------------------------------------


def test_code_within_a_quotation_is_quoted() -> None:
    assert form(reading("> Essaie : ```ls\n> pwd```\n> puis dis-moi\nCela ne suffit pas.")) == [
        ["quote", "Essaie :", ["code", "ls\npwd"], "puis dis-moi"],
        "Cela ne suffit pas.",
    ]
    assert form(reading("> ```if a:\nb```\nNon.")) == [["quote", ["code", "if a:\nb"]], "Non."]
    assert form(reading("```a\n> b```")) == [["code", "a\n> b"]]


def test_code_keeps_names_of_people_and_channels() -> None:
    leaves = (
        leaf("cc "),
        {"type": "user", "user_id": "U1"},
        {"type": "channel", "channel_id": "C1"},
        {"type": "broadcast", "range": "here"},
        {"type": "usergroup", "usergroup_id": "S1"},
        {"type": "date", "timestamp": 1700000000, "fallback": "le 14"},
    )
    code = {"type": "rich_text_preformatted", "elements": list(leaves)}
    assert form(composed(code)) == [["code", "cc @Inès Morel#atelier@here@groupele 14"]]


def test_a_date_keeps_its_link_and_is_never_shown_as_code() -> None:
    date = {"type": "date", "timestamp": 1700000000, "fallback": "le 14", "url": "https://agenda.example/14"}
    assert composed(section(date)) == "[le 14](https://agenda.example/14)"
    assert reading("<!date^1700000000^{date}^https://agenda.example/14|le 14>") == composed(section(date))
    assert composed(section(leaf("vers "), {"type": "date", "timestamp": None})) == "vers "
    assert composed(section({"type": "date", "timestamp": 1700000000.5})) == "2023-11-14 22:13 UTC"


def test_a_button_keeps_the_address_that_it_opens() -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Ouvrir"}, "url": "https://suivi.example/7"}
    ticket = {"type": "section", "text": {"type": "mrkdwn", "text": "Panne"}, "accessory": button}
    assert reading(blocks=[ticket]) == "Panne\n[Ouvrir](https://suivi.example/7)"
    unsafe = {**button, "url": "javascript:void(0)"}
    assert reading("x", blocks=[{"type": "actions", "elements": [unsafe]}]) == "x\nOuvrir"


def test_figures_of_a_table_are_words_of_it() -> None:
    rows = [[{"type": "raw_text", "text": "Pièces"}, {"type": "raw_number", "value": 12.5}]]
    assert reading(blocks=[{"type": "table", "rows": rows}]) == "Pièces | 12.5"


def test_a_row_of_a_table_is_kept_unless_all_its_cells_are_empty() -> None:
    rows = [[{"type": "raw_text", "text": text} for text in row] for row in (("Pièces", ""), ("", ""), ("", "12"))]

    assert reading(blocks=[{"type": "table", "rows": rows}]) == "Pièces | \n | 12"


@pytest.mark.parametrize(
    "written", ["```\nls", "~~~\nls\n```", "| a |\n|---|\n| 1 |", "- ```\n  ls\n  ```", "> ```\n> ls"]
)
def test_what_an_app_writes_ends_with_its_own_block(written: str) -> None:
    below = {"type": "section", "text": {"type": "mrkdwn", "text": "La suite"}}
    assert form(reading(blocks=[{"type": "markdown", "text": written}, below]))[-1] == "La suite"


@pytest.mark.parametrize(
    "written",
    [
        "[Inès](&#114;eseau:slack/-/person/U1)",
        "[Inès](reseau&colon;slack/-/person/U1)",
        "[Inès](<reseau\\:slack/-/person/U1>)",
        "[Inès][i]\n\n[i]: reseau:slack/-/person/U1",
        "[Inès][i]\n\n[i]:\n  <RESEAU:slack/-/person/U1>",
    ],
)
def test_an_app_names_nobody_by_an_address_of_ours(written: str) -> None:
    read = read_markdown(reading(blocks=[{"type": "markdown", "text": written}]))
    assert not any(run.key for block in read if isinstance(block, Paragraph) for run in block.runs)


def test_a_headline_between_spaces_is_bold() -> None:
    block = {"type": "header", "text": {"type": "plain_text", "text": " Bilan "}}
    assert reading(blocks=[block]) == "**Bilan**"


def test_texts_within_newer_kinds_are_read_as_they_are_written() -> None:
    notice = {"type": "notice", "level": 2, "body": {"type": "mrkdwn", "text": "*Arrêt* <@U1>"}}
    inside = {"type": "notice", "note": {"type": "rich_text", "elements": [section(leaf("fait", bold=True))]}}
    assert reading(blocks=[notice, inside]) == "**Arrêt** [@Inès Morel](reseau:slack/-/person/U1)\n**fait**"
    pressed = {"type": "votes", "yes": {"text": {"type": "plain_text", "text": "Oui"}, "value": "v1"}}
    assert reading(blocks=[pressed]) == "Oui"


def test_elements_without_words_leave_a_note() -> None:
    reading_ = READER.read({"text": "", "blocks": rich(section(leaf("voir "), {"type": "team", "team_id": "T1"}))})
    assert reading_ == ("voir ", (BLOCK_WORDLESS,))


def test_the_block_of_a_file_that_is_named_loses_nothing() -> None:
    block = {"type": "file", "external_id": "e1", "source": "remote"}
    assert READER.read({"text": "", "blocks": [block], "files": [{"id": "F1", "name": "plan.pdf"}]}).losses == ()
    assert READER.read({"text": "", "blocks": [block]}).losses == (BLOCK_WORDLESS,)


def test_what_an_app_shows_of_an_address_is_a_preview() -> None:
    card = {"app_unfurl_url": "https://suivi.example/7", "is_app_unfurl": True, "text": "Panne, ouverte"}
    assert reading("voir <https://suivi.example/7>", attachments=[card]) == "voir <https://suivi.example/7>"
    assert reading(attachments=[card]) == "Panne, ouverte"


def test_a_quotation_within_a_list_is_a_quotation() -> None:
    items = {"type": "rich_text_list", "style": "bullet", "elements": [quoted(leaf("cité")), section(leaf("à moi"))]}
    assert form(composed(items)) == [["list", [["quote", "cité"]], ["à moi"]]]
