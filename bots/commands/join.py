"""``rejoindre``, ``join``: becomes a member of an open community."""

from __future__ import annotations

from bots.answers import asking, examples
from bots.answers.forms import entries
from bots.answers.named import places
from bots.card import Button, Card, Text
from bots.command import Command, Group
from bots.form import Among
from bots.request import RefusalError, Request
from reseau import access
from reseau.communities import belonging, reading
from reseau.communities.belonging import Joining
from reseau.communities.reading import Community
from reseau.i18n import N_
from reseau.people import members


def answer(request: Request) -> Card:
    """Join; a community for members only is entered by its animateurs' word alone."""
    t = request.t
    if not request.text.strip():
        refusal = RefusalError(
            "E_TEXT_MISSING",
            N_("Which community do you want to join? Example: {example}"),
            request.button(t("See the communities"), "communities"),
            example=examples.here(request),
        )
        return asking.card(request, refusal.sentence(t), request.to_type("join"), refusal)
    place = places.single(request, request.text, lambda slug: request.to_type("join", slug))
    # Who may read it is in already, or it is open.
    if not access.may_read_community(request.tx, request.viewer, place.id):
        raise RefusalError(
            "E_NOT_MEMBER",
            N_("“{community}” is for its members only. Its animateur can let you in."),
            *_hosts(request, place),
            community=place.name,
        )
    new = belonging.join(request.tx, [Joining(place.id, request.me.id)], request.acting)
    title = (
        t("You are now in “{name}”.", name=place.name) if new else t("You are in “{name}” already.", name=place.name)
    )
    return Card(
        title=title,
        blocks=(Text(place.purpose),) if place.purpose.strip() else (),
        buttons=(request.button(t("My feed"), "feed"), request.button(t("Leave"), "leave", f"#{place.slug}")),
        done=bool(new),
    )


def _hosts(request: Request, place: Community) -> tuple[Button, ...]:
    """The profile of the first animateur that one may know: the person to write to."""
    named = [id_ for id_, _ in reading.animateurs(request.tx, place.id)]
    knowable = access.may_know(request.tx, request.viewer, named)
    hosts = members.get_all(request.tx, [id_ for id_ in named if id_ in knowable][:1])
    return tuple(request.button(host.name, "profile", f"@{host.handle}") for host in hosts.values())


command = Command(
    id="join",
    forms={"fr": ("rejoindre", "entrer"), "en": ("join",)},
    group=Group.COMMUNITIES,
    summary=N_("Makes you a member of a community: what is said there comes to your feed."),
    examples={"fr": "rejoindre Veille", "en": "join Veille"},
    answer=answer,
    form=entries.community(N_("Join a community"), N_("Join"), Among.OTHERS),
    rank=20,
    traced=True,
    heard=(
        "rejoins",
        "rejoignez",
        "rejoignons",
        "joining",
        "entre dans",
        "entrez dans",
        "inscris-moi à",
        "inscrivez-moi à",
        "m'inscrire à",
    ),
    nouns=("inscription",),
)
