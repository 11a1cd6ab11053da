"""``mon accueil``, ``my home``: news, open tasks and next steps on one card. Slack shows it in the Home tab."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bots.answers import profiles
from bots.answers.excerpts import item
from bots.card import Block, Button, Card, Items, Style, Text
from bots.command import Command, Group
from bots.request import Request
from reseau.communities import reading
from reseau.contents.threads import Content
from reseau.finding import feed, questions
from reseau.i18n import N_
from reseau.people import applicants

_MOST_FEED, _MOST_QUESTIONS, _MOST_APPLICANTS = 5, 3, 10


def answer(request: Request) -> Card:
    """The feed, the reader's open questions, the next step, and open tasks of animateurs and administrators."""
    t = request.t
    news = feed.read(request.tx, request.viewer, _MOST_FEED)
    step = _step(request)
    blocks: list[Block] = [
        *((Text(step.sentence),) if step is not None else ()),
        *_listed(request, t("Your feed"), [entry.content for entry in news]),
        *_listed(request, t("Your open questions"), questions.open_of(request.tx, request.viewer, _MOST_QUESTIONS)),
        *_listed(request, t("They wait for an answer"), questions.waiting(request.tx, request.viewer, _MOST_QUESTIONS)),
        *_applicants(request),
    ]
    return Card(
        title=t("Hello {name}", name=request.me.name),
        blocks=tuple(blocks),
        buttons=(
            *((step.button,) if step is not None else ()),
            request.button(t("Ask a question"), "ask"),
            request.button(t("Propose an idea"), "idea"),
            request.button(t("Find an expert"), "expert"),
            request.button(t("Search"), "search"),
            request.button(t("My feed"), "feed"),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Step:
    """The next thing to do, and its button."""

    sentence: str
    button: Button


def _step(request: Request) -> _Step | None:
    """Return the next useful steps for this person: join a community first, then get a profile that can be found."""
    t = request.t
    if not any(place.mine for place in reading.listed(request.tx, request.viewer, limit=1, counted=False)):
        button = request.button(t("Communities"), "communities", style=Style.PRIMARY)
        return _Step(t("Next: join a community, and your feed fills by itself."), button)
    lists = profiles.lines(request.tx, request.me)
    if not lists["expertise"] and not lists["ask_me"]:
        opener = "modifier" if t.language == "fr" else "edit"
        button = request.button(t("Fill in my profile"), "profile", opener, style=Style.PRIMARY)
        return _Step(t("Next: say what you know about, so that colleagues find you."), button)
    return None


def _listed(request: Request, heading: str, contents: Sequence[Content]) -> tuple[Items, ...]:
    """A list under its heading; no block for an empty one."""
    t = request.t
    items = tuple(
        item(
            request,
            content,
            t.plural("{count} reply", "{count} replies", content.replies) if content.replies else t("no reply yet"),
        )
        for content in contents
    )
    return (Items(items, heading),) if items else ()


def _applicants(request: Request) -> tuple[Text, ...]:
    """For administrators: the number of people who were not admitted."""
    if not request.viewer.administrator:
        return ()
    waiting = len(applicants.listed(request.tx, _MOST_APPLICANTS))
    if not waiting:
        return ()
    sentence = request.t.plural(
        "{count} person came and was not let in.", "{count} people came and were not let in.", waiting
    )
    how = request.t("To see who: {line}", line=request.typed("admit"))
    return (Text(f"{sentence} {how}"),)


command = Command(
    id="home",
    forms={"fr": ("mon accueil",), "en": ("my home",)},
    group=Group.READ,
    summary=N_("Shows your feed, your open questions and your next step on one card."),
    examples={"fr": "mon accueil", "en": "my home"},
    answer=answer,
    hidden=True,
)
