"""The card of a person's news: a line for each thread, the personal ones first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bots.answers import choices, reacting
from bots.answers.excerpts import headline
from bots.card import Button, Card, Item, Items
from bots.command import all_commands
from bots.request import verb
from reseau.exchange.notices import Cadence, Notice
from reseau.exchange.waiting import Waiting
from reseau.finding import digest
from reseau.finding.digest import Digest, Entry, Thanked
from reseau.i18n import N_, Words
from reseau.kinds import AnimateurRole
from reseau.people import preferences
from reseau.store import Transaction

MOST = 10  # lines
_MOST_NAMES, _MOST_THANKS = 2, 3

ROLES: Mapping[str, str] = {
    AnimateurRole.ANIMATEUR: N_("You are now an animateur of “{community}”."),
    AnimateurRole.SPONSOR: N_("You are now a sponsor of “{community}”."),
    "administrator": N_("You are now an administrator of the network."),
}


def card(tx: Transaction, title: str, news: Digest, member_id: int, t: Words) -> Card:
    """A digest as a card. The first button shows its first thread."""
    others = [line for row in news.others if (line := other(tx, row, member_id, t)) is not None]
    thanked = _thanked(news.thanks, t)
    lines = [*others, *thanked, *(_line(entry, t) for entry in news.entries)]
    more = len(lines) - MOST
    buttons = [Button(t("My feed"), verb(all_commands(), "feed", t))]
    if news.entries:
        code = news.entries[0].content.code
        buttons.insert(0, Button(t("Show {code}", code=code), f"{verb(all_commands(), 'show', t)} {code}"))
    buttons.append(Button(t("My settings"), verb(all_commands(), "settings", t)))
    footer = t.plural("{count} more is in your feed.", "{count} more are in your feed.", more) if more > 0 else ""
    return Card(title, (Items(tuple(lines[:MOST])),), tuple(buttons), footer)


def _thanked(received: Sequence[Thanked], t: Words) -> list[Item]:
    """Thanks with their reasons; many of them as one line with their number."""
    if len(received) <= _MOST_THANKS:
        return [Item(t("{name} thanks you", name=thanks.giver), reason=thanks.reason) for thanks in received]
    names = list(dict.fromkeys(thanks.giver for thanks in received))[:_MOST_NAMES]
    title = t.plural("You were thanked {count} time", "You were thanked {count} times", len(received))
    return [Item(title, reason=", ".join(names))]


def summary(tx: Transaction, title: str, news: Digest, member_id: int, t: Words) -> Card:
    """A digest as a scheduled card, with a button that makes summaries rarer."""
    drawn = card(tx, title, news, member_id, t)
    chosen = preferences.chosen(tx, member_id).values()
    rarer = Cadence.WEEKLY if Cadence.DAILY in chosen else Cadence.NEVER
    line = f"{verb(all_commands(), 'settings', t)} {choices.summaries(rarer, t.language)}"
    return replace(drawn, buttons=(*drawn.buttons, Button(t("Fewer of these"), line)))


def other(tx: Transaction, row: Waiting, member_id: int, t: Words) -> Item | None:
    """A notice about no thread as a line."""
    if row.notice is Notice.APPLICANT:
        line = verb(all_commands(), "admit", t)
        return Item(
            t("{name} came and is not let in yet.", name=row.payload["name"]), line=line, label=t("See who came")
        )
    sentence = role(tx, row.payload, member_id, t)
    return None if sentence is None else Item(sentence)


def role(tx: Transaction, payload: Mapping[str, object], member_id: int, t: Words) -> str | None:
    """The sentence of a role that was given; none if the community is closed to the person by now."""
    sentence, place = ROLES.get(str(payload.get("role"))), payload.get("community")
    if sentence is None:
        return None
    name = "" if place is None else digest.community_name(tx, member_id, int(str(place)))
    return t(sentence, community=name) if place is None or name else None


def _line(entry: Entry, t: Words) -> Item:
    root = entry.content
    show = f"{verb(all_commands(), 'show', t)} {root.code}"
    reasons = [cause for notice, count in entry.causes.items() if (cause := _cause(notice, count, t))]
    if entry.people:
        reasons.append(", ".join(list(entry.people)[:_MOST_NAMES]))
    if entry.liked is not None:
        reasons.append(reacting.line(entry.liked, t))
    if entry.source:
        reasons.append(entry.source)
    if entry.new:
        reasons.append(t.plural("{count} new reply", "{count} new replies", entry.new))
    return Item(headline(root, 60), root.code, " · ".join(reasons or [root.author]), show)


def _cause(notice: Notice, count: int, t: Words) -> str:
    """The reason why a thread is listed; empty if its source already says so."""
    match notice:
        case Notice.MENTION:
            return t.plural("you are mentioned", "you are mentioned {count} times", count)
        case Notice.REPLY:
            return t.plural("{count} reply to you", "{count} replies to you", count)
        case Notice.FOLLOWED:
            return t.plural("{count} reply, and you follow it", "{count} replies, and you follow it", count)
        case Notice.CALL:
            return t("everybody is called")
        case Notice.ASKED | Notice.EXPERTISE:
            return t("a question on what you know")
        case Notice.ACCEPTED:
            return t.plural("your answer helped", "{count} of your answers helped", count)
        case _:
            return ""
