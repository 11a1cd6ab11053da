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
    first = greeting(me, t, commands, calling)
    lines = {button.line for button in first.buttons}
    return replace(
        card,
        title=first.title,
        blocks=(*first.blocks, Text(strong(card.title)), *card.blocks),
        buttons=(*first.buttons, *(button for button in card.buttons if button.line not in lines)),
        visibility=Visibility.PRIVATE,
    )


def greeting(me: Member, t: Words, commands: Sequence[Command], calling: str = "") -> Card:
    """The card of a newcomer alone: the purpose of the network, and the first step."""
    profile = verb(commands, "profile", t)
    example = t("expertise: welding, Python")
    purpose = Text(t(WHAT))
    step = Text(
        Markdown(
            t("First step: your profile. Say what you know, so that people find you.")
            + "\n\n"
            + t("For example: `{line}`", line=called(calling, f"{profile} {example}"))
        )
    )
    later = Button(t("Later"), " ".join((profile, t("later"))))
    mine = Button(t("My profile"), profile, Style.PRIMARY)
    return Card(t("Welcome, {name}!", name=me.name), (purpose, step), (mine, later))
