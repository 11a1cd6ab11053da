"""The network's text on each platform: kept marks, degraded ones, and no mention that notifies anyone."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, strategies as st
from markdown_it import MarkdownIt

from bots.markup import cardtext
from bots.markup.mrkdwn import GAP, JOINER, escaped, in_one_line, literal, mrkdwn
from bots.markup.pieces import pieces
from bots.markup.tree import Fence, Tree, read
from bots.markup.wording import worded
from reseau.markup.markdown import plain, reference, typed, without_control

KNOWN = {"slack/T1/U2": "U2ABC", "slack/T1/C3": "C3ABC", "slack/T1/U4": "<!here>"}
NASTY = st.one_of(
    st.text(st.sampled_from("<>!@#&|*_~`[]()\\ \nabchannelU1:/{}-.$1\u2060\u200b"), max_size=80), st.text(max_size=80)
)
PLACES = st.sampled_from(
    ["{}", "**{}**", "> {}", "- {}", "[{}](https://a.example/)", "`{}`", "```\n{}\n```", "# {}", "| {} |\n|-|"]
)
DEEPER = "\N{EM SPACE}" * 2
SAFE = ("https://", "http://", "mailto:", "tel:")


def slack(text: str) -> str:
    return mrkdwn(read(text), KNOWN)


def teams(text: str) -> list[str]:
    return [part.text for part in cardtext.parts(read(text))]


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("a **b** _c_ ~~d~~ `e`", "a *b* _c_ ~d~ `e`"),
        ("**a _b_ c**", "*a _b_ c*"),
        ("***a***", "*_a_*"),
        ("un mot**gras**mot", f"un mot{GAP}*gras*{GAP}mot"),
        ("a\nb", "a\nb"),
        ("a\n\nb", "a\n\nb"),
        ("# Titre **fort**", "*Titre fort*"),
        ("- a\n  - b\n- c", f"• a\n{DEEPER}◦ b\n• c"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("> a\n> b\n\nc", "> a\n> b\n\nc"),
        ("> - a\n> - b", "> • a\n> • b"),
        ("| a | b |\n|-|-|\n| 1 | 2 |", "*a* | *b*\n1 | 2"),
        ("---", "———"),
        ("`a*b*_c_<x>`", "`a*b*_c_&lt;x&gt;`"),
        ("```py\na *b* <c> & d\n  e\n```", "```a *b* &lt;c&gt; &amp; d\n  e```"),
        ("````\na ``` b\n````", f"```a ``{GAP}` b```"),
        ("5 * 3 * 2 et snake_case_ici", "5 * 3 * 2 et snake_case_ici"),
        (r"\*pas gras\*", f"{JOINER}*pas gras*{JOINER}"),
        (r"\> pas cité", f"{JOINER}&gt; pas cité"),
        ("a & b < c", "a &amp; b &lt; c"),
        ("&lt;!channel&gt;", "&lt;!channel&gt;"),
        ("<!channel> <@U1> <#C1> @here", f"&lt;!channel&gt; &lt;@U1&gt; &lt;#C1&gt; @{JOINER}here"),
        ("[ici](https://a.example/?b=1&c=2)", "<https://a.example/?b=1&amp;c=2|ici>"),
        ("[**ici**](https://a.example/)", "*<https://a.example/|ici>*"),
        ("voir https://a.example/b_c_d.", "voir <https://a.example/b_c_d>."),
        ("[x](javascript:alert(1)) [y](data:text/html,z)", "x y"),
        ("![plan](https://a.example/p.png)", "<https://a.example/p.png|plan>"),
        ("[@Léa](reseau:slack/T1/U2) [#ventes](reseau:slack/T1/C3)", "<@U2ABC> <#C3ABC>"),
        ("[@Guy](reseau:slack/T1/U9) [@Zoé](reseau:slack/T1/U4)", "@Guy @Zoé"),
    ],
)
def test_slack_shows_a_text_in_its_own_marks(markdown: str, text: str) -> None:
    assert slack(markdown) == text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("a **b** _c_ ~~d~~ `e`", ["a **b** _c_ d e"]),
        ("un mot**gras**mot", ["un motgrasmot"]),
        ("**Que faire\u202f?** a**(b)** **c**d", ["**Que faire\u202f?** a\\*\\*(b)\\*\\* cd"]),
        ("a\nb\n\nc", ["a\n\nb", "c"]),
        ("- a\n  - b\n- c", ["- a\n   - b\n- c"]),
        (r"\- pas une liste", [r"\- pas une liste"]),
        (r"1\. pas une liste", [r"1\. pas une liste"]),
        ("5 * 3 et snake_case_ici", ["5 * 3 et snake_case_ici"]),
        ("```\na  *b*\n  c\n```", [f"a\xa0\xa0\\*b\\*\n\n{JOINER}\xa0\xa0c"]),
        ("[ici](https://a.example/)", ["[ici](https://a.example/)"]),
        ("https://a.example/b", ["[https://a.example/b](https://a.example/b)"]),
        ("[x](javascript:alert)", ["x"]),
        ("Oh\\![ici](https://a.example/)", [r"Oh\![ici](https://a.example/)"]),
        ("[@Léa](reseau:slack/T1/U2)", ["@Léa"]),
        ("<at>Léa</at> @everyone", [f"<{JOINER}at>Léa<{JOINER}/at> @{JOINER}everyone"]),
        ("{{DATE(2026-01-01)}}", [f"{{{JOINER}{{DATE(2026-01-01)}}}}"]),
        ("| a | b |\n|-|-|\n| 1 | 2 |", ["**a** | **b**", "1 | 2"]),
        ("---", ["———"]),
    ],
)
def test_a_card_of_teams_keeps_bold_italics_lists_and_links(markdown: str, text: list[str]) -> None:
    assert teams(markdown) == text


def test_a_star_between_figures_that_were_typed_is_no_mark_and_code_keeps_every_sign() -> None:
    text = "2*3*4\n```\n2*3*4\n```\nsoit `2*3` et 5*6*7"

    assert worded(read(typed(text))) == "2*3*4\n\n2*3*4\n\nsoit 2*3 et 5*6*7"


def test_words_alone_keep_everything_that_is_read() -> None:
    text = "# Titre\n\n- **a**\n- [b](https://b.example/)\n\n> c\n> d\n\n```\ne\n```"

    assert worded(read(text)) == "Titre\n\n- a\n- b (https://b.example/)\n\n> c\n> d\n\ne"


@given(NASTY, PLACES)
@example("<!channel>", "`{}`")
@example("<@U123>", "```\n{}\n```")
@example("a|<!here>", "[{}](https://a.example/)")
def test_nothing_that_is_typed_calls_or_links_anybody(text: str, place: str) -> None:
    for drawn in (slack(place.format(text)), in_one_line(read(place.format(text))), literal(text), escaped(text)):
        assert not re.search(r"<[!@#]", drawn), drawn
        assert not re.search(r"@(channel|here|everyone)\b", drawn) or "`" in drawn
        assert all(
            link.startswith(("https://", "http://", "mailto:", "tel:")) for link in re.findall(r"<([^>]*)", drawn)
        )
    for drawn in (*teams(place.format(text)), cardtext.literal(text)):
        assert not re.search(r"</?at\b", drawn, re.IGNORECASE)
        assert "{{" not in drawn


@given(NASTY)
def test_what_is_plain_text_is_read_the_same_on_slack(text: str) -> None:
    text = without_control(text)
    drawn = slack(plain(text)).translate({ord(JOINER): None, ord(GAP): None})
    bare = re.sub(r"<([^>|]*)>", r"\1", drawn)
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        bare = bare.replace(entity, character)

    expected = worded(read(plain(text))).translate({ord(JOINER): None, ord(GAP): None})
    assert re.sub("[•◦▪]", "-", bare).split() == re.sub("[•◦▪]", "-", expected).split()


@given(NASTY, PLACES)
def test_what_a_card_says_is_read_the_same_by_commonmark(text: str, place: str) -> None:
    tree = read(place.format(text))
    html = "\n".join(MarkdownIt("commonmark", {"html": False}).render(part.text) for part in cardtext.parts(tree))

    assert "<img" not in html
    assert re.sub(r"<(?!/?(p|strong|em|a|ul|ol|li)\b)[^>]*>", "!", html) == html


def test_a_reference_made_by_the_network_is_found_again() -> None:
    assert slack(reference("@Léa Petit", "slack/T1/U2")) == "<@U2ABC>"
    assert slack(reference("@Léa [Petit]", "slack/T1/U0")) == "@Léa [Petit]"


# -- pieces ------------------------------------------------------------------------------------------------------------


def cut(text: str, most: int) -> list[str]:
    def size(tree: Tree) -> int:
        return len(mrkdwn(tree))

    return [mrkdwn(piece) for piece in pieces(read(text), size, most)]


def test_a_text_is_cut_between_paragraphs_else_lines_else_words() -> None:
    assert cut("un deux\n\ntrois quatre\n\ncinq", 22) == ["un deux\n\ntrois quatre", "cinq"]
    assert cut("un deux\ntrois quatre\ncinq six", 21) == ["un deux\ntrois quatre", "cinq six"]
    assert cut("un deux trois quatre", 12) == ["un deux", "trois quatre"]
    assert cut("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]


def test_a_fence_that_is_cut_is_two_fences() -> None:
    pieces = cut("```\n" + "\n".join(f"ligne {n}" for n in range(10)) + "\n```", 50)

    assert len(pieces) > 1
    assert all(piece.startswith("```") and piece.endswith("```") and piece.count("```") == 2 for piece in pieces)


def test_a_link_is_never_cut() -> None:
    pieces = cut("mot " * 8 + "[une longue étiquette](https://a.example/b) fin", 60)

    assert "".join(pieces).count("<https://a.example/b|une longue étiquette>") == 1


def test_a_numbered_list_goes_on_with_its_numbers() -> None:
    pieces = cut("\n".join(f"{n}. point" for n in range(1, 9)), 30)

    assert [int(match) for piece in pieces for match in re.findall(r"^(\d+)\.", piece, re.MULTILINE)] == list(
        range(1, 9)
    )


@given(st.lists(st.tuples(PLACES.filter(lambda word: "http" not in word), NASTY), max_size=6), st.integers(60, 200))
def test_pieces_fit_and_hold_every_word(parts: list[tuple[str, str]], most: int) -> None:
    tree = read("\n\n".join(place.format(text) for place, text in parts))

    def letters(text: Tree) -> str:
        return re.sub(r"[\s>\-—|.\d]", "", worded(text))

    cut = list(pieces(tree, lambda piece: len(mrkdwn(piece)), most))

    assert all(cut)
    assert all(len(mrkdwn(piece)) <= most for piece in cut)
    if not any(isinstance(block, Fence) for block in tree):
        assert "".join(map(letters, cut)) == letters(tree)
