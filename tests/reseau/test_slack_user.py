"""The names of Slack's people, in exports and in live messages."""

from __future__ import annotations

from bots.platforms.slack.account import account_of
from reseau.markup.slack_user import full_name, name_shown


def test_people_see_the_name_that_was_chosen_else_the_full_name_else_the_accounts() -> None:
    full = {
        "id": "U1",
        "name": "lea.m",
        "real_name": "Léa M.",
        "profile": {"display_name": "", "real_name": "Léa Martin"},
    }

    assert name_shown(full) == "Léa Martin"
    assert name_shown({**full, "profile": {"display_name": "lea"}}) == "lea"
    assert name_shown({"id": "U1", "name": "lea.m"}) == "lea.m"
    assert name_shown({"id": "U1", "profile": {"real_name": "  "}}) == ""


def test_a_snapshot_on_a_message_is_read_as_a_person_is() -> None:
    assert name_shown({"display_name": "", "real_name": "Nour  Haddad"}) == "Nour Haddad"


def test_a_directory_holds_full_names() -> None:
    assert full_name({"id": "U1", "profile": {"display_name": "momo", "real_name": "Mohamed Petit"}}) == "Mohamed Petit"


def test_what_slack_escapes_is_plain_in_the_directory() -> None:
    account = account_of(
        {"id": "U1", "team_id": "T1", "profile": {"real_name": "Léa &amp; Co", "title": "R&amp;D\u0000"}}, "T1"
    )

    assert account.name == "Léa & Co"
    assert account.job == "R&D"
