"""``modération``, ``moderation``: reports and decisions about contents that the person decides about."""

from __future__ import annotations

from collections.abc import Mapping

from bots.card import Card, Item, Items
from bots.command import Command, Group
from bots.request import RefusalError, Request
from reseau.contents import moderation
from reseau.contents.moderation import Entry
from reseau.i18n import N_
from reseau.kinds import Verb

_MOST = 15
_ACTS: Mapping[Verb, str] = {
    Verb.REPORTED: N_("reported"),
    Verb.KEPT: N_("kept by {name}"),
    Verb.HIDDEN: N_("hidden by {name}"),
    Verb.RESTORED: N_("shown again by {name}"),
    Verb.MOVED: N_("moved by {name}"),
    Verb.MERGED: N_("merged by {name}"),
    Verb.REMOVED: N_("removed by {name}"),
}


def answer(request: Request) -> Card:
    """The log of decisions, newest first, for animateurs of its places and administrators."""
    t = request.t
    if not moderation.decides(request.tx, request.viewer):
        raise RefusalError(
            "E_PERMISSION",
            N_("Animateurs and administrators see what was decided where they look after contents."),
            request.button(t("Communities"), "communities"),
        )
    entries = moderation.log(request.tx, request.viewer, _MOST)
    if not entries:
        return Card(t("Nothing was reported or decided."), buttons=(request.button(t("My feed"), "feed"),))
    waiting = sum(entry.open for entry in entries)
    return Card(
        title=t.plural("{count} report waits for you.", "{count} reports wait for you.", waiting)
        if waiting
        else t("What was reported and decided"),
        blocks=(Items(tuple(_item(request, entry) for entry in entries)),),
        buttons=(request.button(t("Communities"), "communities"),),
    )


def _item(request: Request, entry: Entry) -> Item:
    t = request.t
    act = t(_ACTS[entry.act], name=entry.by) if entry.act is not Verb.REPORTED else t(_ACTS[entry.act])
    about = (entry.author, act, t("nobody has decided") if entry.open else "", t.date(entry.at))
    line = request.to_type("show", entry.code) if entry.code else ""
    return Item(entry.reason or "…", entry.code, " · ".join(part for part in about if part), line)


command = Command(
    id="moderation",
    forms={"fr": ("modération", "signalements"), "en": ("moderation", "reports")},
    group=Group.COMMUNITIES,
    summary=N_("Shows animateurs and administrators what was reported and decided in their communities, and why."),
    examples={"fr": "modération", "en": "moderation"},
    answer=answer,
    rank=65,
)
