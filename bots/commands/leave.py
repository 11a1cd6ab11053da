"""``quitter``, ``leave``: leaves a community."""

from __future__ import annotations

from bots.answers import asking, examples
from bots.answers.forms import entries
from bots.answers.named import places
from bots.card import Card, Text
from bots.command import Command, Group
from bots.form import Among
from bots.request import RefusalError, Request
from reseau.communities import belonging
from reseau.communities.belonging import Joining
from reseau.i18n import N_
from reseau.kinds import Privacy


def answer(request: Request) -> Card:
    """Leave; offer a button to come back if no approval is needed."""
    t = request.t
    if not request.text.strip():
        refusal = RefusalError(
            "E_TEXT_MISSING",
            N_("Which community do you want to leave? Example: {example}"),
            request.button(t("My communities"), "communities"),
            example=examples.here(request),
        )
        return asking.card(request, refusal.sentence(t), request.to_type("leave"), refusal)
    place = places.single(request, request.text, lambda slug: request.to_type("leave", slug))
    left = belonging.leave(request.tx, [Joining(place.id, request.me.id)], request.acting)
    if not left:
        return Card(title=t("You were not in “{name}”.", name=place.name))
    back = request.button(t("Come back"), "join", f"#{place.slug}")
    return Card(
        title=t("You have left “{name}”.", name=place.name),
        blocks=(Text(t("What you wrote there stays.")),),
        buttons=(back,) if place.privacy is Privacy.OPEN else (),
        done=True,
    )


command = Command(
    id="leave",
    forms={"fr": ("quitter", "sortir"), "en": ("leave",)},
    group=Group.COMMUNITIES,
    summary=N_("Takes you out of a community. What you wrote there stays."),
    examples={"fr": "quitter Veille", "en": "leave Veille"},
    answer=answer,
    form=entries.community(N_("Leave a community"), N_("Leave"), Among.MINE),
    rank=30,
    traced=True,
    heard=(
        "quittez",
        "quittons",
        "leaving",
        "sors de",
        "sortez de",
    ),
)
