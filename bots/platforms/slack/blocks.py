"""Cards and posts as Slack's blocks: the plainest form that can be read and pressed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bots.card import Button, Card, words
from bots.platform import Answer, Post

_LONGEST = 3000


def of_answer(answer: Answer) -> list[dict[str, Any]]:
    """The blocks of a card."""
    return [_section(words(_without_buttons(answer.card))), *_actions(answer.card.buttons)]


def of_post(post: Post) -> list[list[dict[str, Any]]]:
    """The blocks of a content, a list for each message that it takes."""
    text = f"*{post.label}*\n{post.text}" if post.label else post.text
    pieces = [text[start : start + _LONGEST] for start in range(0, max(len(text), 1), _LONGEST)]
    parts = [[_section(piece)] for piece in pieces]
    parts[-1].extend(_actions(post.buttons))
    return parts


def plain(answer: Answer) -> str:
    """What a notification says of a card."""
    return answer.card.title


def post_plain(post: Post) -> str:
    """What a notification says of a content."""
    return post.text[:_LONGEST]


def _without_buttons(card: Card) -> Card:
    return Card(card.title, card.blocks, footer=card.footer)


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:_LONGEST] or " "}}


def _actions(buttons: Sequence[Button]) -> list[dict[str, Any]]:
    elements = [
        {
            "type": "button",
            "action_id": f"line:{number}",
            "text": {"type": "plain_text", "text": button.label[:75]},
            "value": button.line[:2000],
        }
        for number, button in enumerate(buttons)
    ]
    return [{"type": "actions", "elements": elements}] if elements else []
