"""``suivre``, ``follow``: hear of a person, a community, a thread or a tag."""

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
    """Begin to follow; no consent is needed."""
    t = request.t
    named = request.text.strip() or request.thread  # « suivre » within a thread is about that thread
    if not named:
        missing = N_("Whom or what do you want to follow? Example: {example}")
        refusal = RefusalError("E_TEXT_MISSING", missing, example=examples.here(request))
        return asking.card(request, refusal.sentence(t), request.to_type("follow"), refusal)
    subject = subjects.named(request, named)
    new = follows.follow(request.tx, [NewFollow(request.me.id, subject.kind, subject.id)], request.acting)
    title = (
        t("You now follow {name}.", name=subject.name) if new else t("You follow {name} already.", name=subject.name)
    )
    return Card(
        title=title,
        buttons=(
            request.button(t("Stop following"), "unfollow", subject.typed),
            request.button(t("My feed"), "feed"),
        ),
        done=bool(new),
    )


command = Command(
    id="follow",
    forms={"fr": ("suivre", "abonner", "s'abonner", "+"), "en": ("follow", "subscribe", "+")},
    group=Group.READ,
    summary=N_("Puts somebody’s posts, a community, a thread or a tag in your feed. Nobody has to agree."),
    examples={"fr": "suivre @ana", "en": "follow @ana"},
    answer=answer,
    form=entries.words(N_("Follow"), N_("Whom or what do you want to follow?"), N_("Follow"), entries.SUBJECTS),
    rank=30,
    traced=True,
    heard=(
        "suivez",
        "suivons",
        "following",
        "follows",
        "abonne-moi à",
        "abonnez-moi à",
        "m'abonner à",
        "subscribe me to",
    ),
    nouns=(
        "suis",
        "abonnement",
    ),
)
