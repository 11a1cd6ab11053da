"""Teams' HTML as the network's Markdown."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from markdown_it import MarkdownIt

from reseau import keys
from reseau.markup.markdown import reference
from reseau.markup.teams import TeamsMarkup, is_formatted

markup = TeamsMarkup(lambda number, name: reference(f"@{name}", f"teams/-/person/{number or 'x'}"))
typed = TeamsMarkup(lambda number, name: "", typed=True)
MENTION = '<span itemscope itemtype="http://schema.skype.com/Mention" itemid="0">Léa</span>'


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("bonjour", "bonjour"),
        ("<p>un</p><p>deux</p>", "un\n\ndeux"),
        ("<div>un</div><div>deux</div>", "un\ndeux"),
        ("<div><div>un<br>deux</div></div>", "un\ndeux"),
        ("<p>un</p><p>&nbsp;</p><p>deux</p>", "un\n\ndeux"),
        ("a <b>gras</b> <strong>fort</strong>", "a **gras fort**"),
        ("<b>deux </b><b>mots</b>", "**deux mots**"),
        ("<i>ital</i> <em>em</em> <s>non</s> <del>plus</del>", "_ital em_ ~~non plus~~"),
        ("<b>gras <i>et ital</i></b>", "**gras _et ital_**"),
        ("un<b> deux </b>trois", "un **deux** trois"),
        ("a<b>b!</b>c", "ab!c"),
        ("mot<i>mot</i>", "motmot"),
        ("<b>un<br>deux</b>", "**un**\n**deux**"),
        ('<a href="https://x.example/a_b">ici</a>', "[ici](https://x.example/a_b)"),
        ('<a href="https://x.example/">https://x.example/</a>', "<https://x.example/>"),
        ('<a href="javascript:alert(1)">ici</a>', "ici"),
        ('<a href="reseau:teams/-/person/1">@Chef</a>', "@Chef"),
        ('<a href=" JaVaScRiPt:x">ici</a>', "ici"),
        ("<ul><li>un<ul><li>deux</li></ul></li><li>trois</li></ul>", "- un\n  - deux\n- trois"),
        ("<ul><li>un</li><ul><li>deux</li></ul></ul>", "- un\n  - deux"),
        ("<ol start=3><li>trois<li>quatre</ol>", "3. trois\n4. quatre"),
        ("<ol><li><p>un</p></li></ol><p>suite</p>", "1. un\n\nsuite"),
        ("<blockquote><p>un</p><p>deux</p></blockquote>non", "> un\n>\n> deux\n\nnon"),
        ("<pre><code>a\n  *b* ```</code></pre>", "````\na\n  *b* ```\n````"),
        ('<codeblock class="Python"><code>x = 1<br>y = 2</code></codeblock>', "```\nx = 1\ny = 2\n```"),
        ("tape <code>a*b`c</code>", "tape ``a*b`c``"),
        ("<h1>Titre</h1><p>texte</p>", "**Titre**\n\ntexte"),
        ("<table><tr><td>a</td><th>b</th></tr><tr><td>c<td>d</table>", "a | b\nc | d"),
        ('<img alt="🙂" itemtype="http://schema.skype.com/Emoji"> <emoji alt="👻"></emoji>', "🙂 👻"),
        ('<img src="https://graph.example/x">', ""),
        (f"{MENTION}&nbsp;merci", "[@Léa](reseau:teams/-/person/0) merci"),
        ('<at id="1">Léa Martin</at>!', "[@Léa Martin](reseau:teams/-/person/1)!"),
        ("vu!<at>X</at>", "vu\\![@X](reseau:teams/-/person/x)"),
        ("<custom>gardé</custom><attachment id=x></attachment>", "gardé"),
        ("<script>alert(1)</script><style>p{}</style>reste", "reste"),
        ("2*3*4 [x](reseau:y) &lt;b&gt; # `x`", "2\\*3\\*4 [x]\\(reseau:y) \\<b> # \\`x\\`"),
        ("<p># pas un titre</p><p>- pas une liste</p>", "\\# pas un titre\n\n- pas une liste"),
        ("un\n   deux\t trois", "un deux trois"),
        ("<p>jamais fermé <b>gras", "jamais fermé **gras**"),
        ("a </b> b </div></p> c", "a b c"),
        ("&amp;lt;", "&lt;".replace("&", "\\&")),
        ("", ""),
    ],
)
def test_html_keeps_its_meaning_in_markdown(html: str, text: str) -> None:
    assert markup.text(html) == text


def test_what_was_typed_can_stay_as_it_was() -> None:
    assert typed.text(
        f"<p>{MENTION} demander a*b*c &lt;x&gt; <a href='https://x.example'>https://x.example</a></p>"
    ) == ("demander a*b*c <x> https://x.example")


def test_a_message_has_a_form_when_somebody_gave_it_one() -> None:
    assert is_formatted("<div><p>un <b>mot</b></p></div>")
    assert is_formatted("<ul><li>x</li></ul>")
    assert not is_formatted("<div><p>un mot<br>deux</p></div>")


def test_depth_and_length_have_an_end() -> None:
    assert markup.text("<div>" * 5000 + "fond") == "fond"
    assert len(markup.text("x" * 500_000)) <= 100_000
    assert markup.text("<" * 3000).count("<") >= 1


def test_the_keys_of_teams_are_those_of_its_exports() -> None:
    guid = "AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE"
    assert keys.teams_person(guid) == f"teams/-/person/{guid.lower()}"
    assert keys.teams_person("29:aB_c") == "teams/-/person/29:aB_c"
    assert keys.teams_post("19:x@thread.tacv2;messageid=1", "2") == keys.teams_post("19:x@thread.tacv2", "2")


PIECES = ["<b>", "</b>", "<i>", "</i>", "<p>", "</p>", "<div>", "</div>", "<ul>", "<ol>", "<li>", "</ul>", "<br>"]
PIECES += ["<pre>", "</pre>", "<code>", "</code>", "<blockquote>", "<table>", "<tr>", "<td>", "<script>", "</script>"]
PIECES += ['<a href="javascript:alert(1)">', '<a href="https://x.example/?a=(b">', "</a>", "<at id=0>", "</at>", "<!--"]
PIECES += ['<img src=x onerror=alert(1) alt="[x](javascript:y)">', "&lt;img src=x onerror=y&gt;", "&#60;script>", "-->"]
PIECES += ["[x](javascript:alert(1))", "![x](http://y)", "`", "```", "*", "_", "~~", "# ", "> ", "- ", "1. ", "<", "&"]
PIECES += ["<http://x>", "\\", "\n", " ", "mot", "]", "(", "]:", "[x]: y", "<![CDATA[", "<?x", "<!x"]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=30).map("".join))
def test_no_html_makes_markup_that_is_not_ours(html: str) -> None:
    text = markup.text(html)

    tokens = MarkdownIt("commonmark").parse(text)
    inside = [token for block in tokens for token in [block, *(block.children or [])]]
    assert [token.content for token in inside if token.type in ("html_block", "html_inline", "image")] == []
    links = [str(token.attrs["href"]) for token in inside if token.type == "link_open"]
    assert [url for url in links if not url.startswith(("https://x.example", "reseau:teams/-/person/"))] == []


@given(st.text())
def test_whatever_was_typed_is_read_back_as_text(text: str) -> None:
    typed.text(text)
    markup.text(text)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<div>il faut :</div><div>- un</div><div>- deux</div><div>voilà</div>", "il faut :\n- un\n- deux\n\nvoilà"),
        ("<p>1. un<br>2. deux<br>fin</p>", "1. un\n2. deux\n\nfin"),
        ("<ul><li><blockquote>cité</blockquote>à moi</li></ul>", "- > cité\n  \n  à moi"),
        ("<ul><li>- tiret<br>suite</li></ul>", "- - tiret\n  \n  suite"),
    ],
)
def test_what_follows_a_list_or_a_quotation_is_none_of_it(html: str, text: str) -> None:
    assert markup.text(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<table><caption>Prix</caption><tr><td>a</td></tr></table>", "Prix\na"),
        ("<table><tr>b<td>a</td></tr></table>", "b | a"),
        ("<dl><dt>RSE</dt><dd>le réseau</dd></dl>", "RSE\nle réseau"),
        ("<pre><div>cd x</div><div>ls</div></pre>", "```\ncd x\nls\n```"),
        ('<a href="https://x.example/"><div>le plan</div></a>', "[le plan](https://x.example/)"),
        ('<a href="https://x.example/">fête <emoji alt="🎉"></emoji></a>', "[fête 🎉](https://x.example/)"),
        ('<a href="https://x.example/"><p>a</p><p>b</p></a>', "[a b](https://x.example/)"),
        ('<a href="mailto:a@x.example">a@x.example</a>', "[a@x.example](mailto:a@x.example)"),
        ("10<sup>3</sup> m<sup>2</sup>, H<sub>2</sub>O, x<sup>2a</sup>, 1<sup>er</sup>", "10³ m², H₂O, x^(2a), 1er"),
        ('<p>vois <img alt="image" src="https://graph.example/x"></p>', "vois"),
        ('<p>vois <img alt="le hall" src="https://graph.example/x"></p>', "vois le hall"),
    ],
)
def test_no_word_is_lost_nor_glued_to_another(html: str, text: str) -> None:
    assert markup.text(html) == text
