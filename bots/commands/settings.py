"""``réglages``, ``settings``: which notices a person gets."""

from __future__ import annotations

from bots.answers import choices
from bots.card import Card, Item, Items, Text
from bots.command import Command, Group
from bots.request import RefusalError, Request
from reseau.folding import fold
from reseau.i18n import N_
from reseau.people import preferences
from reseau.people.preferences import TITLES, Cadence, Notice


def answer(request: Request) -> Card:
    """Show which notices a person gets, or change one class or all of them."""
    choice = fold(request.text.strip(" .:!?"))
    if not choice:
        return _card(request, request.t("What I tell you about"))
    cadence, about = choices.cadence(choice)
    notices = choices.notices(about)
    if cadence is None or not notices:
        raise RefusalError(
            "E_SETTING",
            N_("I know no setting “{text}”. Example: {example}"),
            request.button(request.t("My settings"), "settings"),
            text=request.text,
            example=request.typed("settings", "réactions non" if request.t.language == "fr" else "reactions off"),
        )
    for notice in notices:
        preferences.choose(request.tx, request.me.id, notice, cadence)
    t = request.t
    if len(notices) > 1:
        title = t("I tell you of all of this now.") if cadence is Cadence.NOW else t("I tell you of nothing now.")
    elif cadence is Cadence.NOW:
        title = t("I tell you from now on: “{notice}”.", notice=t(TITLES[notices[0]]))
    else:
        title = t("I tell you no more: “{notice}”.", notice=t(TITLES[notices[0]]))
    return _card(request, title, done=True)


def _card(request: Request, title: str, *, done: bool = False) -> Card:
    t, chosen = request.t, preferences.chosen(request.tx, request.me.id)
    offered = [notice for notice in Notice if notice is not Notice.APPLICANT or request.viewer.administrator]
    items = tuple(_item(request, notice, chosen[notice]) for notice in offered)
    hint = t("What you find in your feed stays the same.")
    return Card(title, (Items(items), Text(hint)), done=done)


def _item(request: Request, notice: Notice, cadence: Cadence) -> Item:
    """A class and whether it is on; pressing the button changes that."""
    t, is_told = request.t, cadence is Cadence.NOW
    other = Cadence.NEVER if is_told else Cadence.NOW
    line = request.to_type("settings", choices.line(notice, other, t.language))
    state, label = (t("yes"), t("Switch off")) if is_told else (t("no"), t("Switch on"))
    return Item(t(TITLES[notice]), reason=state, line=line, label=label)


command = Command(
    id="settings",
    forms={"fr": ("réglages", "alertes", "mes réglages"), "en": ("settings", "notices", "my settings")},
    group=Group.MINE,
    summary=N_("Shows what I tell you about, such as mentions, replies and reactions, and switches each on or off."),
    examples={"fr": "réglages réactions non", "en": "settings reactions off"},
    answer=answer,
    rank=25,
    heard=("réglage", "notifications", "mes alertes", "mes notifications", "my notices", "my notifications"),
)
