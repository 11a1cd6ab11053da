"""``réglages``, ``settings``: which notices a person gets, when and where."""

from __future__ import annotations

import re

from bots.answers import choices
from bots.card import Button, Card, Item, Items, Style, Text
from bots.command import Command, Group
from bots.platform import title_of
from bots.request import RefusalError, Request
from reseau.exchange import notifications
from reseau.exchange.notices import CLASSES, Cadence, Notice
from reseau.folding import fold
from reseau.i18n import N_
from reseau.people import attention, preferences

_NIGHT = frozenset(("la nuit", "nuit", "night", "at night", "la nuit et le week-end", "hors horaires"))
_SUMMARIES = frozenset(fold(word) for words in choices.SUMMARIES.values() for word in words)
_WHERE = re.compile(r"(?:(.*?)\s+)?(?:dans|sur|in|on)\s+(\w+)")
_ANYWHERE = frozenset(("partout", "anywhere", "dernier", "last"))


def answer(request: Request) -> Card:
    """Show which notices a person gets, or change when or where for one class or all of them."""
    choice = fold(request.text.strip(" .:!?"))
    if not choice:
        return _card(request, request.t("What I tell you about"))
    place = _WHERE.fullmatch(choice)
    if place is not None and (choices.cadence(choice)[0] is None):
        return _sent_to(request, choices.notices(place[1] or ""), place[2], everything=not place[1])
    cadence, about = choices.cadence(choice)
    if about in _NIGHT and cadence is not None:
        return _at_night(request, wanted=cadence is not Cadence.NEVER)
    if about in _SUMMARIES and cadence is not None:
        return _summarized(request, cadence)
    notices = choices.notices(about)
    if cadence is None and len(notices) == 1:
        return _of_class(request, notices[0])
    if cadence is None or not notices:
        raise _unknown(request)
    for notice in notices:
        settled = choices.settled(notice, cadence, alone=len(notices) == 1)
        preferences.choose(request.tx, request.me.id, notice, settled)
    return _card(request, _changed(request, notices, cadence), done=True)


def _changed(request: Request, notices: list[Notice], cadence: Cadence) -> str:
    t = request.t
    if len(notices) > 1:
        return t("I tell you of nothing now.") if cadence is Cadence.NEVER else t("I tell you of all of this now.")
    settled = choices.settled(notices[0], cadence)
    title = t(CLASSES[notices[0]].title)
    return t("“{notice}”: {cadence} from now on.", notice=title, cadence=t(choices.MEANINGS[settled]))


def _unknown(request: Request) -> RefusalError:
    return RefusalError(
        "E_SETTING",
        N_("I know no setting “{text}”. Example: {example}"),
        request.button(request.t("My settings"), "settings"),
        text=request.text,
        example=request.typed("settings", "réactions non" if request.t.language == "fr" else "reactions off"),
    )


def _summarized(request: Request, cadence: Cadence) -> Card:
    """Choose how often summaries come: for all the classes that are in one."""
    for notice, now in preferences.chosen(request.tx, request.me.id).items():
        if now in (Cadence.DAILY, Cadence.WEEKLY) or (now is Cadence.NEVER and CLASSES[notice].only_read):
            preferences.choose(request.tx, request.me.id, notice, choices.settled(notice, cadence, alone=False))
    t = request.t
    return _card(request, t("My summaries come: {cadence}.", cadence=t(choices.MEANINGS[cadence])), done=True)


def _at_night(request: Request, *, wanted: bool) -> Card:
    """Send urgent notices at any hour, or only within working hours."""
    before, after = (Cadence.NOW, Cadence.ALWAYS) if wanted else (Cadence.ALWAYS, Cadence.NOW)
    for notice, cadence in preferences.chosen(request.tx, request.me.id).items():
        if cadence is before:
            preferences.choose(request.tx, request.me.id, notice, after)
    t = request.t
    title = t("I tell you at any hour from now on.") if wanted else t("I wait for your working hours from now on.")
    return _card(request, title, done=True)


def _sent_to(request: Request, notices: list[Notice], name: str, *, everything: bool) -> Card:
    """Send notices to one platform on which the person has an account, or go back to the one used last."""
    t = request.t
    platform = "" if name in _ANYWHERE else name
    if not notices or (platform and platform not in _platforms(request)):
        raise _unknown(request)
    if everything:
        attention.prefer(request.tx, request.me.id, platform)
    else:
        for notice in notices:
            preferences.choose_platform(request.tx, request.me.id, notice, platform)
    if not platform:
        return _card(request, t("I write to you where you were last."), done=True)
    if everything:
        return _card(request, t("I write to you in {tool} from now on.", tool=title_of(platform)), done=True)
    title = t(CLASSES[notices[0]].title)
    return _card(request, t("“{notice}”: in {tool} from now on.", notice=title, tool=title_of(platform)), done=True)


def _platforms(request: Request) -> list[str]:
    """The platforms on which the person can get notices."""
    reached = notifications.accounts(request.tx, [request.me.id]).get(request.me.id, [])
    return sorted({account.platform for account in reached})


def _card(request: Request, title: str, *, done: bool = False) -> Card:
    t, chosen = request.t, preferences.chosen(request.tx, request.me.id)
    offered = [notice for notice in Notice if notice is not Notice.APPLICANT or request.viewer.administrator]
    items = tuple(_item(request, notice, chosen[notice]) for notice in offered)
    moments = attention.of(request.tx, request.me.id)
    hints = [t("“At once” means Monday to Friday, 9:00 to 18:00 in your time; what comes later waits.")]
    if moments.absent_until is not None and moments.absent(request.tx.now):
        hints.append(t("You are away until {day}: I keep everything for then.", day=t.date(moments.absent_until)))
    if moments.platform:
        hints.append(t("I write to you in {tool}.", tool=title_of(moments.platform)))
    return Card(title, (Items(items), Text(" ".join(hints))), _buttons(request, chosen, moments.platform), done=done)


def _buttons(request: Request, chosen: dict[Notice, Cadence], platform: str) -> tuple[Button, ...]:
    t, french = request.t, request.t.language == "fr"
    buttons = []
    if Cadence.ALWAYS in chosen.values():
        buttons.append(request.button(t("Not at night"), "settings", "la nuit non" if french else "night off"))
    else:
        buttons.append(request.button(t("At night too"), "settings", "la nuit oui" if french else "night on"))
    names = _platforms(request)
    if len(names) > 1:
        into = "dans" if french else "in"
        buttons += [
            request.button(t("Write to me in {tool}", tool=title_of(name)), "settings", into, name)
            for name in names
            if name != platform
        ]
    return tuple(buttons)


def _item(request: Request, notice: Notice, cadence: Cadence) -> Item:
    """A class and its cadence; its button makes it rarer by one step, and after the last step begins again."""
    t, other = request.t, choices.rarer(notice, cadence)
    line = request.to_type("settings", choices.line(notice, other, t.language))
    return Item(
        t(CLASSES[notice].title), reason=t(choices.MEANINGS[cadence]), line=line, label=t(choices.LABELS[other])
    )


def _of_class(request: Request, notice: Notice) -> Card:
    """One class with everything that may be chosen for it."""
    t, now = request.t, preferences.cadence(request.tx, request.me.id, notice)
    buttons = tuple(
        request.button(
            t(choices.LABELS[cadence]),
            "settings",
            choices.line(notice, cadence, t.language),
            style=Style.PRIMARY if cadence is now else Style.PLAIN,
        )
        for cadence in CLASSES[notice].cadences
    )
    meaning = t("Now: {cadence}.", cadence=t(choices.MEANINGS[now]))
    return Card(t(CLASSES[notice].title), (Text(meaning),), buttons)


command = Command(
    id="settings",
    forms={"fr": ("réglages", "alertes", "mes réglages"), "en": ("settings", "notices", "my settings")},
    group=Group.MINE,
    summary=N_(
        "Shows what I tell you about, such as mentions, replies and reactions. You choose for each: at once, once a "
        "day, once a week or never, and on which platform."
    ),
    examples={"fr": "réglages réactions non", "en": "settings reactions off"},
    answer=answer,
    rank=25,
    heard=(
        *("réglage", "notifications", "mes alertes", "mes notifications", "my notices", "my notifications"),
        *("de quoi me prévenez-vous", "ce dont on me prévient"),
    ),
)
