"""Cards and posts as Adaptive Cards 1.5."""

from __future__ import annotations

from typing import Any

from bots.card import Button, Card, Fields, Items, Quote, Text, words
from bots.platform import Answer, Post


def of_answer(answer: Answer) -> dict[str, Any]:
    """The Adaptive Card of an answer."""
    return _card(list(_body(answer.card)), answer.card.buttons)


def of_post(post: Post) -> list[dict[str, Any]]:
    """The Adaptive Cards of a post, one a part."""
    head = " · ".join(part for part in (post.author, post.label) if part)
    return [_card([_text(f"**{head}**"), _text(post.text)], post.buttons)]


def plain(answer: Answer) -> str:
    """What a notification shows of an answer."""
    return words(answer.card).split("\n", maxsplit=1)[0]


def post_plain(post: Post) -> str:
    """What a notification shows of a post."""
    return f"{post.author}: {post.text}"[:200]


def _body(card: Card) -> list[dict[str, Any]]:
    body = [_text(f"**{card.title}**")]
    for block in card.blocks:
        match block:
            case Text(markdown):
                body.append(_text(markdown))
            case Fields(fields):
                facts = [{"title": one.label, "value": one.value} for one in fields]
                body.append({"type": "FactSet", "facts": facts})
            case Items(items, heading):
                body.append(_text(heading))
                body.extend(_text(f"{item.code} {item.text}") for item in items)
            case Quote(text, author):
                body.append(_text(f"{author} {text}"))
    return [*body, _text(card.footer)] if card.footer else body


def _card(body: list[dict[str, Any]], buttons: tuple[Button, ...]) -> dict[str, Any]:
    actions = [{"type": "Action.Submit", "title": one.label, "data": {"line": one.line}} for one in buttons]
    return {"type": "AdaptiveCard", "version": "1.5", "body": body, "actions": actions}


def _text(text: str) -> dict[str, Any]:
    return {"type": "TextBlock", "text": text, "wrap": True}
