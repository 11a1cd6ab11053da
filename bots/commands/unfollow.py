"""``ne plus suivre``, ``unfollow``: stops following a person or thing."""

from __future__ import annotations

from bots.answers import asking, examples
from bots.answers.forms import entries
from bots.answers.named import subjects
from bots.card import Card
from bots.command import Command, Group
from bots.request import RefusalError, Request
from reseau.i18n import N_
from reseau.people import follows
from reseau.people.follows import NewFollow


def answer(request: Request) -> Card:
    """End a follow; the other person is not notified."""
    t = request.t
    named = request.text.strip() or request.thread  # « suivre » within a thread is about that thread
    if not named:
        missing = N_("Whom or what do you want to stop following? Example: {example}")
        refusal = RefusalError("E_TEXT_MISSING", missing, example=examples.here(request))
        return asking.card(request, refusal.sentence(t), request.to_type("unfollow"), refusal)
    subject = subjects.named(request, named)
    ended = follows.unfollow(request.tx, [NewFollow(request.me.id, subject.kind, subject.id)], request.acting)
    if ended:
        title = t("You no longer follow {name}.", name=subject.name)
    else:
        title = t("You were not following {name}.", name=subject.name)
    return Card(title=title, buttons=(request.button(t("Follow"), "follow", subject.typed),), done=bool(ended))


command = Command(
    id="unfollow",
    forms={
        "fr": ("ne plus suivre", "nepassuivre", "ne pas suivre", "arrêter", "désabonner", "-"),
        "en": ("unfollow", "-"),
    },
    group=Group.READ,
    summary=N_("Takes a person or thing out of your feed. Nobody is told."),
    examples={"fr": "ne plus suivre @ana", "en": "unfollow @ana"},
    answer=answer,
    form=entries.words(N_("Stop following"), N_("Whom or what?"), N_("Stop following"), entries.SUBJECTS),
    rank=40,
    traced=True,
    heard=(
        "ne suis plus",
        "ne suivez plus",
        "plus suivre",
        "arrête de suivre",
        "arrêtez de suivre",
        "arrêter de suivre",
        "stop following",
        "don't follow",
        "do not follow",
        "désabonne-moi de",
        "désabonnez-moi de",
        "me désabonner de",
        "unsubscribe",
        "unsubscribe me from",
    ),
)
