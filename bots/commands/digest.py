"""``résumé``, ``digest``: a person's news by thread, since the last summary or a day."""

from __future__ import annotations

from bots.answers import digests
from bots.answers.named import days
from bots.card import Card
from bots.command import Command, Group, Options
from bots.request import Request
from reseau.exchange import waiting
from reseau.finding import digest
from reseau.finding.digest import Period
from reseau.i18n import N_
from reseau.people import attention


def answer(request: Request) -> Card:
    """Show the news; later summaries leave them out."""
    t, tx = request.t, request.tx
    since = days.moment(request, request.arguments.option("since") or request.text.strip(" .!?"))
    when = (
        Period(since, since, asked=True)
        if since is not None
        else digest.period(attention.of(tx, request.me.id), tx.now, t.timezone, weekly=True, asked=True)
    )
    news = digest.read(tx, request.me.id, when)
    attention.summarize(tx, request.me.id, weekly=True)
    waiting.end(tx, news.ended)
    title = t("What is new for you since {day}", day=t.date(since)) if since else t("What is new for you")
    if not news:
        return Card(
            t("Nothing is new for you."),
            buttons=(request.button(t("My feed"), "feed"), request.button(t("My settings"), "settings")),
        )
    return digests.card(tx, title, news, request.me.id, t)


command = Command(
    id="digest",
    forms={"fr": ("résumé", "mon résumé", "récap"), "en": ("digest", "summary", "my digest", "recap")},
    group=Group.READ,
    summary=N_("Shows in ten lines what is new for you, thread by thread, since the last summary or since a day."),
    examples={"fr": "résumé depuis lundi", "en": "digest since monday"},
    answer=answer,
    rank=15,
    takes=frozenset({"since"}),
    options=Options.ANYWHERE,
    heard=("résume", "résumez", "récapitulatif", "summarize", "catch me up"),
)
