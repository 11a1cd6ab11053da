"""Slack's text as Markdown with the same meaning: nothing lost, nothing forged, and code as it was typed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings, strategies as st
from markdown_it import MarkdownIt

from reseau import keys
from reseau.markup import markdown, slack
from reseau.markup.markdown import plain
from reseau.markup.slack import SlackMarkup, unescape
from reseau.markup.slack_blocks import SlackBlocks

MARKUP = SlackMarkup({"U1": "Léa [RH] Martin", "U2": "Hugo"}, {"C1": "ventes"}, keys.slack_person, keys.slack_place)
BLOCKS = SlackBlocks(MARKUP)
COMMONMARK = MarkdownIt("commonmark", {"html": True}).enable("strikethrough")


@pytest.mark.parametrize(
    ("typed", "markdown"),
    [
        ("Bonjour à tous, voilà !", "Bonjour à tous, voilà !"),
        ("R&amp;D : 3 &lt; 4", "R&D : 3 < 4"),
        ("&amp;lt; reste échappé", "\\&lt; reste échappé"),
        ("<@U2> et <@U9|bob>", "[@Hugo](reseau:slack/-/person/U2) et [@bob](reseau:slack/-/person/U9)"),
        ("<@U1>", "[@Léa \\[RH\\] Martin](reseau:slack/-/person/U1)"),
        ("<#C1|ventes> <#C1> <#C9|autre> <#C8|>", "[#ventes](reseau:slack/-/place/C1) " * 2 + "#autre #…"),
        ("<!here> <!channel|channel> <!everyone>", "@here @channel @everyone"),
        ("<!subteam^S1|@ventes> <!subteam^S2>", "@ventes @groupe"),
        ("<!date^1700000000^{date_short}|hier>", "hier"),
        ("<!date^1700000000^{date_short}>", "2023-11-14 22:13 UTC"),
        ("<https://exemple.fr/a?b=1&amp;c=2>", "<https://exemple.fr/a?b=1&c=2>"),
        ("<https://exemple.fr|le *site*>", "[le \\*site\\*](https://exemple.fr)"),
        ("<https://exemple.fr/a_(b)|x>", "[x](<https://exemple.fr/a_(b)>)"),
        ("<https://exemple.fr|exemple.fr>", "<https://exemple.fr>"),
        ("<mailto:a@b.fr|a@b.fr>", "[a@b.fr](mailto:a@b.fr)"),
        ("<tel:+33102030405>", "<tel:+33102030405>"),
        ("<javascript:alert(1)|clic>", "clic (javascript:alert(1))"),
        ("bravo !<https://exemple.fr|ici>", "bravo \\![ici](https://exemple.fr)"),
        ("*gras* _italique_ ~barré~", "**gras** _italique_ ~~barré~~"),
        ("*_tout_*, (~*deux*~)", "**_tout_**, (~~**deux**~~)"),
        ("mid*word*, snake_case, 2 * 3 * 4", "mid\\*word\\*, snake_case, 2 * 3 * 4"),
        ("*mid*word **word** ***x***", "\\*mid\\*word \\*\\*word\\*\\* \\*\\*\\*x\\*\\*\\*"),
        ("@_italics_ a_ _b", "@\\_italics\\_ a\\_ \\_b"),
        ("`a &lt;b&gt; *c* <https://x.fr>`", "`a <b> *c* https://x.fr`"),
        ("```x = a &amp;&amp; b &lt; c```", "```\nx = a && b < c\n```"),
        ("avant ```code``` après", "avant \n```\ncode\n```\n après"),
        ("&gt; citation\nsuite", "> citation\n\nsuite"),
        ("&gt;un\n&gt;deux", "> un\n> deux"),
        ("début\n&gt;&gt;&gt; tout\nle reste", "début\n> tout\n> le reste"),
        ("• un\n• deux\n    ◦ trois\nfin", "- un\n- deux\n  - trois\n\nfin"),
        ("# pas un titre\n---\n2024. année", "\\# pas un titre\n\\---\n2024\\. année"),
        (":tada: :wave::skin-tone-3: :white_check_mark: :logo:", "🎉 👋🏼 ✅ :logo:"),
        ("[x](http://y) [z]: q", "[x]\\(http://y) [z]\\: q"),
        ("&lt;!channel&gt; &lt;@U1&gt; &lt;b&gt;", "<\\!channel> <\\@U1> \\<b>"),
        ("<<!here> <<>! <!x|a&lt;>#b", "<\\@here <\\! a<\\#b"),
        ("a <<!x|script>", "a \\<script"),
        ("[<!x|a]>(http://y) [a]<>(http://y)", "[a]\\(http://y) [a]\\(http://y)"),
        ("fin\\", "fin\\\\"),
        ("a\x00b\x1ac\r\nd", "abc\nd"),
        ("", ""),
    ],
)
def test_what_is_typed_in_slack_is_shown_in_markdown(typed: str, markdown: str) -> None:
    assert MARKUP.text(typed) == markdown


@pytest.mark.parametrize(
    "typed",
    [
        "<https://files.slack.com/f.docx?t=xoxe-1-2-SECRET|doc>",
        "https://files.slack.com/f.docx?t=xoxe-1-2-SECRET",
        "`xoxb-12-SECRET`",
        "<https://s3.example/x?X-Amz-Signature=SECRET&amp;a=1>",
        "<https://moi:SECRET@exemple.fr/>",
    ],
)
def test_secrets_in_addresses_are_gone(typed: str) -> None:
    assert "SECRET" not in MARKUP.text(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "&gt;La rose des vents :\n&gt;<https://exemple.fr/images/rose.png>\n&gt;Un peu vieille",
        "&gt;La rose des vents :\n&gt;<https://exemple.fr|rose>\n&gt;Un peu vieille",
        "<http://exemple.fr/> est un bon site.",
        "écrivez à <mailto:lea@exemple.fr|lea@exemple.fr>",
        "écrivez à <mailto:lea@exemple.fr>",
        "(~bar ré!~, texte. ~Aussi ~)",
        "En~plein~ mot. Aussi ~~barré~~)",
        "ital ^_ique_, _de ux m@ts_.",
        "en_plein_mot, @_ital_",
        "(*gras*} et simple :* gras*.",
        "*en*plein **deux**",
        "***trois***",
        "*_gras et italique_*",
        "_*italique et gras*_",
        "~*gras*~ et *~barré~*.",
        "_~italique~_ et ~_barré_~",
    ],
)
def test_marks_that_touch_lose_no_word(typed: str) -> None:
    def words(text: str) -> set[str]:
        return set(re.findall(r"[^\W_]+", text.replace("mailto:", "")))

    assert words(MARKUP.text(typed)) == words(unescape(typed))


def test_rich_text_is_rebuilt_from_blocks() -> None:
    def text(words: str, **style: bool) -> dict[str, object]:
        return {"type": "text", "text": words, **({"style": style} if style else {})}

    section = {
        "type": "rich_text_section",
        "elements": [
            text("Bonjour "),
            {"type": "user", "user_id": "U2"},
            text(" gras ", bold=True, italic=True),
            {"type": "link", "url": "https://exemple.fr", "text": "ici"},
            {"type": "emoji", "name": "tada"},
            {"type": "broadcast", "range": "here"},
            text("x*y", code=True),
        ],
    }
    items = [{"type": "rich_text_section", "elements": [text(item)]} for item in ("un", "deux")]
    ordered = {"type": "rich_text_list", "style": "ordered", "indent": 0, "elements": items}
    nested = {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": items}
    quoted = {"type": "rich_text_quote", "elements": [text("dit\nhier")]}
    coded = {"type": "rich_text_preformatted", "elements": [text("a < b")]}
    blocks = [{"type": "rich_text", "elements": [section, ordered, nested, quoted, coded]}]

    assert BLOCKS.blocks(blocks).split("\n") == [
        "Bonjour [@Hugo](reseau:slack/-/person/U2) **_gras_** [ici](https://exemple.fr)🎉@here`x*y`",
        "1. un",
        "2. deux",
        "   - un",
        "   - deux",
        "> dit",
        "> hier",
        "```",
        "a < b",
        "```",
    ]


def test_a_poll_keeps_its_question_and_its_choices() -> None:
    blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Quel jour ?*"}},
        {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "lundi"}}]},
    ]
    assert BLOCKS.blocks(blocks) == "**Quel jour ?**\nlundi"


def test_cards_of_bots_are_kept_and_link_previews_are_not_doubled() -> None:
    card = {"title": "Veille", "title_link": "https://exemple.fr", "text": "*neuf*", "fallback": "non"}
    preview = {"title": "Aperçu", "from_url": "https://exemple.fr"}

    assert BLOCKS.attachments([card, preview], previews=False) == "[Veille](https://exemple.fr)\n**neuf**"
    assert BLOCKS.attachments([preview], previews=True) == "Aperçu"
    assert BLOCKS.attachments([{"fallback": "au moins ceci"}], previews=False) == "au moins ceci"


# -- arbitrary texts ---------------------------------------------------------------------------------------------------

SIGNS = st.sampled_from(
    [*"*_~`<>&|!@#[]()\\\n •-:;=+.1aé ", "&lt;", "&gt;", "&amp;", "```", "<!", "<@U1>", "\x1a"],
)
TYPED = st.one_of(st.text(max_size=80), st.lists(SIGNS, max_size=40).map("".join))
CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)|\\.", re.DOTALL)  # and characters that are escaped


@given(TYPED)
@settings(max_examples=400, deadline=None)
def test_nothing_typed_makes_it_fail_or_forges_a_call(typed: str) -> None:
    text = MARKUP.text(typed)

    assert not re.search(r"<[!@#]", CODE.sub(" ", text))
    assert "\x00" not in text
    assert "\x1a" not in text


class Anything:
    def __contains__(self, _: object) -> bool:
        return True


#: Beginnings of texts, of lines and of pieces of lines that enter and leave every shortcut of the parser.
BEGUN = st.lists(
    st.sampled_from(
        [
            ">",
            "&gt;",
            ">>>",
            "\n",
            "\r",
            "• ",
            "\t",
            " ",
            "a",
            "#",
            "2024. ",
            "- ",
            "*b*",
            "<@U1>",
            "`c`",
            "```",
            "]",
            "\x07",
        ]
    ),
    max_size=8,
).map("".join)


@given(TYPED | BEGUN)
@settings(max_examples=600, deadline=None)
def test_the_shortcuts_for_common_texts_give_the_same_result_as_the_parser(typed: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slack, "_SPECIAL", re.compile(""))
        for module, name in ((slack, "_QUOTES"), (slack, "_BLOCKS"), (slack, "MAY_BEGIN_ITEM"), (markdown, "_FIRST")):
            patch.setattr(module, name, Anything())
        patch.setattr(markdown, "_may_start", lambda _: True)
        patch.setattr(markdown, "_RISKY", re.compile(""))
        long_way = MARKUP.text(typed), plain(typed)

    assert (MARKUP.text(typed), plain(typed)) == long_way


@given(TYPED)
@settings(max_examples=400, deadline=None)
def test_plain_text_reads_as_it_was_typed(typed: str) -> None:
    """CommonMark shows the escaped text as plain words, without markup."""
    line = re.sub(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", typed).strip()
    line = re.sub(r"^(?:[-+*]|\d{1,9}[.)])(?= |$)", "x", line)  # lists stay lists
    tokens = COMMONMARK.parseInline(plain(line))[0].children or []

    assert {token.type for token in tokens} <= {"text", "text_special"}
    assert "".join(token.content for token in tokens) == line


@given(st.text(st.characters(codec="utf-8", exclude_characters="`<>&\x00\r", exclude_categories=["Cc"]), min_size=1))
@settings(deadline=None)
def test_code_comes_out_as_it_was_typed(typed: str) -> None:
    escaped = typed.replace("xox", "").replace("xapp", "") or "x"
    tokens = COMMONMARK.parseInline(MARKUP.text(f"`{escaped}`"))[0].children or []

    assert [token.content for token in tokens if token.type == "code_inline"] == [escaped]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "text", "elements", "style", "fields", "title", "indent", "user_id", "url"]),
            inner | st.sampled_from(["rich_text", "rich_text_list", "rich_text_section", "text", "section", "user"]),
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(JSON)
@settings(max_examples=300, deadline=None)
def test_no_shape_of_blocks_makes_it_fail(value: object) -> None:
    assert isinstance(BLOCKS.blocks(value), str)
    assert isinstance(BLOCKS.blocks([value]), str)
    assert isinstance(BLOCKS.attachments([value], previews=True), str)


def test_a_hostile_text_takes_no_more_than_its_share_of_time() -> None:
    for typed in (
        "*a" * 5_000,
        "_a " * 5_000,
        "`" * 10_000,
        "<" * 10_000,
        "*_~" * 3_000,
        "> " * 5_000,
        "&gt;&gt;&gt;" * 2_000,
    ):
        assert isinstance(MARKUP.text(typed), str)


def typed_in_a_leaf(words: str, *more: dict[str, object]) -> dict[str, object]:
    leaves = [{"type": "text", "text": words}, *more]
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": leaves}]}


@given(st.text(alphabet=" \t\n\r-=+#*_~>`[]()!&;:<@.\\0123aé•▪🎉\x00\x1a", max_size=12) | st.text(max_size=40))
@settings(deadline=None)
def test_a_block_of_plain_words_alone_reads_as_it_does_among_others(words: str) -> None:
    # With one more leaf, the words take the general path.
    nothing: dict[str, object] = {"type": "text", "text": ""}

    assert BLOCKS.blocks([typed_in_a_leaf(words)]) == BLOCKS.blocks([typed_in_a_leaf(words, nothing)])


@pytest.mark.parametrize("words", ["voir https://files.slack.com/f.docx?t=xoxe-1-2-SECRET", "xoxb-12-SECRET", "a\x00b"])
def test_a_block_of_plain_words_alone_keeps_no_secret_and_no_control_character(words: str) -> None:
    text = BLOCKS.blocks([typed_in_a_leaf(words)])

    assert "SECRET" not in text
    assert "\x00" not in text
