"""``publier``, ``post``: starts a discussion, in a community or on one's own wall."""

from __future__ import annotations

from bots.answers import writing
from bots.answers.forms import entries
from bots.card import Card
from bots.command import Command, Group
from bots.request import Request
from reseau.contents.kinds.discussion import DISCUSSION
from reseau.i18n import N_

_FORM = writing.Form(
    DISCUSSION,
    asks=N_("What would you like to post?"),
    missing=N_("The text of your post is missing. Example: {example}"),
    preview=N_("Your post, before anybody sees it"),
    label=N_("Post it"),
    done=N_("Your post {code} is posted."),
    shared=N_("{name} has posted something · {code}"),
)


def answer(request: Request) -> Card:
    """Preview the post with its audience; publish it once confirmed."""
    return writing.written(request, _FORM)


command = Command(
    id="post",
    forms={"fr": ("publier", "poster", "dire"), "en": ("post", "write")},
    group=Group.SHARE,
    summary=N_(
        "Posts a text in a community, or on your own wall when you name none. "
        "You see it first, with how many people can read it."
    ),
    examples={
        "fr": "publier dans Veille : le nouveau tarif du cuivre est sorti",
        "en": "post in Veille: the new price of copper is out",
    },
    answer=answer,
    rank=10,
    takes=frozenset({"in", "tag", "language"}),
    traced=True,
    writes=True,
    form=entries.writing(N_("Post something"), N_("Your text")),
    previews=True,
    heard=(
        "publie",
        "publiez",
        "publions",
        "poste",
        "postez",
        "postons",
        "posting",
        "publish",
        "publishing",
    ),
    nouns=("publication",),
)
