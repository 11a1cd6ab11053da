"""A member's first card: it begins with the profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bots.card import Button, Card, Markdown, Style, Text, Visibility, strong
from bots.command import Command
from bots.request import called, verb
from reseau.i18n import N_, Words
from reseau.people.members import Member

#: What the network is for, in one sentence.
WHAT = N_("Here you ask the whole company, find who knows, and thank a colleague.")


def begun(card: Card, me: Member, t: Words, commands: Sequence[Command], calling: str) -> Card:
    """The answer to a member's first line, below the first step: filling the profile.

    It is always private, even if the answer was public. Communities are proposed once the
    step is done or put off. ``calling`` is what stands before a line where it was typed.
    """
    profile = verb(commands, "profile", t)
    example = t("expertise: welding, Python")
    here = Text(t(WHAT))
    step = Text(
        Markdown(
            t("First step: your profile. Say what you know, so that people find you.")
            + "\n\n"
            + t("For example: `{line}`", line=called(calling, f"{profile} {example}"))
        )
    )
    later = Button(t("Later"), " ".join((profile, t("later"))))
    mine = Button(t("My profile"), profile, Style.PRIMARY)
    buttons = tuple(button for button in card.buttons if button.line not in (mine.line, later.line))
    return replace(
        card,
        title=t("Welcome, {name}!", name=me.name),
        blocks=(here, step, Text(strong(card.title)), *card.blocks),
        buttons=(mine, later, *buttons),
        visibility=Visibility.PRIVATE,
    )
