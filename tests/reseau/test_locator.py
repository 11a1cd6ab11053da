"""Addresses keep everything but their secrets, which are recognised by scheme, host and value."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from reseau import keys
from reseau.markup.locator import without_secrets, without_secrets_in
from reseau.markup.slack import SlackMarkup
from reseau.markup.teams import TeamsMarkup

DRAWN = "9f8a7b6c5d4e3f2a1b0c"
SLACK = SlackMarkup({}, {}, keys.slack_person, keys.slack_place)
TEAMS = TeamsMarkup(lambda _number, name: name)


@pytest.mark.parametrize(
    "address",
    [
        "https://forum.exemple.fr/viewtopic.php?f=3&t=4711&start=20#p9",
        "https://video.exemple/abc?t=1m30s",
        "https://exemple.fr/film#t=90",
        "https://jeux.exemple/?key=rouge&auth=oui&token=2&sig=b&secret=jardin",
        "https://exemple.fr/a?b=%20c+d&e=%C3%A9;f",
        "https://exemple.fr/@ines?courriel=a@b.fr",
        "ssh://git@forge.exemple/projet.git",
        "https://slack.com.exemple.fr/?t=4",
    ],
)
def test_an_address_without_a_secret_stays_to_the_letter(address: str) -> None:
    assert without_secrets(address) == address
    assert without_secrets_in(f"voir {address}, merci") == f"voir {address}, merci"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://files.slack.com/a.pdf?t=ABC&p=2", "https://files.slack.com/a.pdf?p=2"),
        ("https://exemple.fr/?a=1&x=xoxe-1-2-ABC&b=2", "https://exemple.fr/?a=1&b=2"),
        ("https://s3.exemple/x?a=%2F1&X-Amz-Signature=ABC&X-Amz-Date=1", "https://s3.exemple/x?a=%2F1"),
        ("https://magasin.exemple/x?sv=2024&sr=b&sig=ABC", "https://magasin.exemple/x?sv=2024&sr=b"),
        (
            "https://cdn.exemple/x?Expires=1&Signature=ABC&Key-Pair-Id=K",
            "https://cdn.exemple/x?Expires=1&Key-Pair-Id=K",
        ),
        (f"https://exemple.fr/?token={DRAWN}&page=3", "https://exemple.fr/?page=3"),
        (f"https://exemple.fr/?key={DRAWN}", "https://exemple.fr/"),
        ("https://exemple.fr/?password=abc&page=3", "https://exemple.fr/?page=3"),
        ("https://exemple.fr/#access_token=abc&t=3", "https://exemple.fr/#t=3"),
        ("https://ines:abc@exemple.fr/a?b=1", "https://exemple.fr/a?b=1"),
    ],
)
def test_what_opens_something_goes_and_the_rest_stays(address: str, kept: str) -> None:
    assert without_secrets(address) == kept
    assert without_secrets_in(f"voir {address} ou non") == f"voir {kept} ou non"


@pytest.mark.parametrize("form", ["{}", "<{}>", "<{}|le plan>", "`{}`", "```{}```", "voir *{}*"])
def test_secrets_go_wherever_and_however_an_address_stands(form: str) -> None:
    address = f"https://files.slack.com/a.pdf?p=2&amp;t={DRAWN}"
    text = SLACK.text(form.format(address))

    assert DRAWN not in text
    assert "https://files.slack.com/a.pdf?p=2" in text


def test_teams_has_the_same_rule() -> None:
    html = (
        f'<p>https://files.slack.com/a?t={DRAWN}&amp;p=2 et <a href="https://x.fr/?t=4&amp;token={DRAWN}">ici</a></p>'
    )
    text = TEAMS.text(html)

    assert DRAWN not in text
    assert "files.slack.com/a?p=2" in text
    assert "(https://x.fr/?t=4)" in text


@given(
    st.lists(
        st.sampled_from(["https://", "a.fr", "?", "&", "t=", "/xoxb-1", "token=", DRAWN, "#", "//", "@", "[", "]", " "])
    ).map("".join)
)
def test_no_address_makes_it_fail_or_keeps_a_token(text: str) -> None:
    for masked in (without_secrets(text), without_secrets_in(text)):
        assert "xoxb-1" not in masked
    assert without_secrets_in(without_secrets_in(text)) == without_secrets_in(text)
