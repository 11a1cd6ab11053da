"""``historique``, ``history``: earlier versions of an edited content."""

from __future__ import annotations

from bots.answers import correcting
from bots.card import Card, Item, Items, Markdown
from bots.command import Command, Group
from bots.request import Request
from reseau.contents import history
from reseau.i18n import N_

_MOST = 5


def answer(request: Request) -> Card:
    """The former texts of a content that the person may read, the newest first."""
    t = request.t
    if (card := correcting.unnamed(request, N_("Of what? Example: {example}"))) is not None:
        return card
    about = correcting.named(request)
    past = history.read(request.tx, about.content, _MOST + 1)
    items = tuple(
        Item(
            Markdown(f"**{version.title}**\n\n{version.text}" if version.title.strip() else version.text),
            reason=t("until {day}, {time}", day=t.date(version.until), time=t.time(version.until)),
            whole=True,
        )
        for version in past[:_MOST]
    )
    return Card(
        title=t("{number} has never been changed.", number=about.typed)
        if not past
        else t("What {number} said before", number=about.typed),
        blocks=(Items(items),) if items else (),
        buttons=(correcting.show(request, about),),
        footer=t("Older texts are not shown.") if len(past) > _MOST else "",
        code=about.content.code,
    )


command = Command(
    id="history",
    forms={"fr": ("historique", "versions"), "en": ("history", "changes")},
    group=Group.READ,
    summary=N_("Shows what a question, an idea or a reply said before it was changed, and until when."),
    examples={"fr": "historique Q12", "en": "history Q12"},
    answer=answer,
    rank=60,
)
