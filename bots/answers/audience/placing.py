"""Places for texts that name no community: the network proposes the one that fits, with its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bots.card import Button
from bots.request import Request
from reseau.finding import proposals
from reseau.finding.proposals import Proposal

#: What people call the place that everybody reads, without case and accents; the first of a language is its button's.
EVERYBODY = {
    *("tout le monde", "tous", "toutes", "tout le reseau", "toute l'entreprise", "mur", "mon mur"),
    *("everybody", "everyone", "all", "the whole company", "wall", "my wall"),
}
_WORDS = {"fr": "tout le monde", "en": "everybody"}


def fitting(request: Request, text: str) -> list[Proposal]:
    """The communities that fit a text, best first; empty if none fits well."""
    labels = request.arguments.options.get("tag", ())
    return proposals.fitting(request.tx, request.viewer, text, labels)


def reason(request: Request, proposal: Proposal) -> str:
    """Why a community is proposed, in a few words: « 3 échanges proches y ont eu lieu · vous en êtes membre »."""
    t = request.t
    near = proposal.near
    parts = (
        t.plural("{count} similar thread is there", "{count} similar threads are there", near) if near else "",
        t("#{tag} is used there", tag=proposal.tag) if proposal.tag else "",
        t("it is about “{word}”", word=proposal.word) if proposal.word else "",
        t("you belong to it") if proposal.mine else "",
    )
    return " · ".join(part for part in parts if part)


def others(
    request: Request, fitting: Sequence[Proposal], again: Callable[[str], str], *, everybody: bool
) -> tuple[Button, ...]:
    """A button for each other place: everybody, then the next best community.

    Args:
        again: makes the line that does the same in a place.
        everybody: whether the best community was taken, so that everybody is another place.
    """
    if not fitting:
        return ()
    t = request.t
    buttons = [
        Button(t("In “{name}” instead", name=proposal.community.name), again(proposal.community.slug))
        for proposal in (fitting[1:] if everybody else fitting)
    ]
    return (Button(t("For everybody instead"), again(_WORDS[t.language])), *buttons) if everybody else tuple(buttons)
