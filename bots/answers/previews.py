"""Previews that are over: their outcome, and the channel in which they were typed."""

from __future__ import annotations

from bots.arrival import Where
from bots.card import Card, Quote
from bots.platform import Channel
from bots.request import Request
from reseau.channels import links
from reseau.contents import drafts
from reseau.contents.drafts import Draft


def over(request: Request, token: str) -> Card:
    """The answer when the button of a preview is pressed again; nothing is done."""
    t = request.t
    became = drafts.outcome(request.tx, request.me.id, token)
    if became is None:
        title = t("This is more than 24 hours old, and nothing was posted. Please write it again.")
    elif became == drafts.CANCELLED:
        title = t("This was cancelled, and nothing was posted.")
    elif became:
        return Card(
            t("It is posted already: {code}.", code=became),
            buttons=(request.button(t("Show {code}", code=became), "show", became),),
            code=became,
        )
    else:
        return Card(t("This is done already."))
    # A button's line was not typed, so there is no text to give back.
    return Card(
        title,
        () if request.pressed else (Quote(request.line.strip()),),
        (request.button(t("Help"), "help"),),
        error="E_EXPIRED",
    )


def channel(request: Request, draft: Draft) -> Channel | None:
    """The channel that a line was typed in, wherever it is confirmed."""
    spot = dict(draft.spot or {})
    if (spot.pop("platform", ""), spot.pop("tenant", "")) != (request.platform, request.tenant) or not spot:
        return request.channel
    where = Where(**spot)
    link = links.of_channel(request.tx, request.channel_key(where))
    return Channel(where, links.community_of(link))
