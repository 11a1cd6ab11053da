"""Markdown becomes a few tags and honest links, whatever was written."""

from __future__ import annotations

from html import unescape

import pytest
from hypothesis import given, strategies as st

from bots.platforms.web.text import html, in_one_line
from reseau.markup.html import tree
from reseau.settings import load_settings
from reseau.settings.addresses import Addresses, addresses

TAGS = {*"p strong em s code pre blockquote ul ol li a br hr table tr th td div".split()}
ATTRIBUTES = {"dir", "href", "rel", "tabindex", "class", "start", "scope"}
_BITS = [
    "[a](",
    "javascript:x)",
    "https://e.example",
    "<img src=x>",
    "**",
    "`",
    "\n",
    "- ",
    "> ",
    "@ana",
    "#tag",
    "&lt;",
]


@given(st.text() | st.lists(st.sampled_from(_BITS) | st.text(max_size=5)).map("".join))
def test_only_our_tags_and_safe_addresses_come_out(text: str) -> None:
    for drawn in (html(text), in_one_line(text)):
        for element in tree(str(drawn)).elements():
            assert element.tag in TAGS
            assert set(element.attributes) <= ATTRIBUTES
            href = element.attributes.get("href", "/")
            assert href.startswith(("/people/", "/tags/", "http://", "https://", "mailto:", "tel:", "/"))
            assert not href.startswith("//")


@pytest.mark.parametrize(
    ("markdown", "drawn"),
    [
        ("**a** *b* ~~c~~ `d`", "<strong>a</strong> <em>b</em> <s>c</s> <code>d</code>"),
        (
            "demandez à @ana.roux, #Soudure",
            '<a href="/people/ana.roux">@ana.roux</a>, <a href="/tags/Soudure">#Soudure</a>',
        ),
        ("a@b.fr et x#y", "a@b.fr et x#y"),
        ("[@Ana](reseau:slack/-/person/U1)", "@Ana"),
        (
            "[https://intranet.example](https://evil.example)",
            '<p dir="auto">https://intranet.example (<a href="https://evil.example"',
        ),
        ("`@ana #x`", "<code>@ana #x</code>"),
    ],
)
def test_forms_people_and_tags(markdown: str, drawn: str) -> None:
    assert drawn in unescape(str(html(markdown)))


def test_lists_tables_code_and_quotations_keep_their_form() -> None:
    text = "2. deux\n3. trois\n\n> cité\n\n```\n<b>\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n---"
    markup = str(html(text))

    assert '<ol start="2"><li dir="auto">deux</li>' in markup
    assert "<blockquote>" in markup
    assert "<code>&lt;b&gt;</code>" in markup
    assert '<th scope="col" dir="auto">a</th>' in markup
    assert markup.endswith("<hr>")


def test_an_address_is_the_same_for_whoever_makes_it() -> None:
    far = addresses(load_settings(public_url="https://rse.example.org/", http_host="0.0.0.0"))

    assert far == Addresses("https://rse.example.org")
    assert far.content("Q3-k7f") == "https://rse.example.org/contents/Q3-k7f"
    assert Addresses().tag("café/été") == "/tags/caf%C3%A9%2F%C3%A9t%C3%A9"
    assert Addresses().search("a&b=c #d") == "/search?q=a%26b%3Dc%20%23d"
    assert addresses(load_settings(http_host="::1")) == Addresses("http://[::1]:8050")
    assert addresses(load_settings(http_host="0.0.0.0")) is None
