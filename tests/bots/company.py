"""A small company for tests: it holds the people and contents of the verbs' examples, and some of it is closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from bots.answers.handling import Handler
from bots.arrival import Where
from bots.card import Card, words
from bots.command import Command, Role, all_commands
from bots.platform import Audience, Channel, Incoming
from bots.speech.parser import Understood, parse
from reseau.acting import Acting
from reseau.channels import links
from reseau.channels.links import NewLink
from reseau.communities import belonging, opening
from reseau.communities.belonging import Appointment, Joining
from reseau.communities.opening import NewCommunity
from reseau.contents import publishing, reactions
from reseau.contents.kinds.answer import ANSWER
from reseau.contents.kinds.question import QUESTION
from reseau.contents.publishing import NewContent
from reseau.contents.reactions import NewReaction
from reseau.keys import EventKey
from reseau.kinds import CommunityKind, MemberKind, Privacy
from reseau.network import Network
from reseau.people import applicants, members
from reseau.people.accounts import Account, Standing
from reseau.people.members import NewMember, ProfileItems
from reseau.settings import load_settings
from reseau.store import open_store
from reseau.store.moments import now

CONSOLE = Acting("console")
#: A word that only the closed communities of the company know.
CLOSED_WORD = "xylophone"
#: The channels for administrators' verbs: one that everyone reads, and one that is linked to Veille.
_EVERYBODY = Audience("général", everybody=True, outsiders=False, people=())
CHANNELS = {
    "link": Channel(Where("C1"), None, _EVERYBODY),
    "links": Channel(Where("C1"), None, _EVERYBODY),
    "unlink": Channel(Where("C9"), None, _EVERYBODY),
}
_keys = count(1)


@dataclass(slots=True)
class Company:
    """A network with people in it.

    Attributes:
        people: ids of members by handle.
        places: ids of communities by slug.
        closed: codes of contents that only Franck may read.
    """

    network: Network
    commands: tuple[Command, ...] = field(default_factory=all_commands)
    people: dict[str, int] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)

    def ask(
        self,
        line: str,
        who: str = "",
        *,
        confirmed: bool = False,
        language: str = "",
        key: str = "",
        thread: str = "",
    ) -> Card:
        """The answer to a line typed by Léa, or by Franck in a channel if the verb is for administrators."""
        reserved = self._reserved(line)
        who = who or ("franck" if reserved else "lea")
        member_id = self.people.get(who, 999_999)
        event_key = key or f"event-{next(_keys)}"
        handler = Handler(self.network, self.commands)
        return handler.answer(
            Incoming(
                member_id,
                line,
                EventKey("console", "", event_key),
                language=language,
                confirmed=confirmed,
                thread=thread,
                channel=CHANNELS.get(reserved),
            )
        )

    def _reserved(self, line: str) -> str:
        """The id of the verb that only administrators may use, empty for any other line."""
        parsed = parse(line, self.commands)
        reserved = isinstance(parsed, Understood) and parsed.command.role is Role.ADMINISTRATOR
        return parsed.command.id if isinstance(parsed, Understood) and reserved else ""

    def press(self, card: Card, label: str, who: str = "", key: str = "") -> Card:
        """Press a button of a card, by its label."""
        line = next(button.line for button in card.buttons if button.label == label)
        return self.ask(line, who, key=key)

    def rows(self, *tables: str) -> dict[str, int]:
        """Count the rows of each table."""
        with self.network.store.read() as tx:
            return {
                name: int(tx.connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one())
                for name in tables
            }


def company(network: Network, *, closed: bool = True) -> Company:
    """Léa, who animates Veille, Ana inside, Franck who also reads closed contents, and a guest of one open community.

    Twelve questions are there, the last one Léa's, answered by Ana a moment ago; all but Nina have activated
    their accounts, so that no card begins with the welcome of a newcomer.
    """
    here = Company(network)
    with network.store.write() as tx:
        batch = [
            NewMember("Léa Petit", "lea", email="lea@example.org", job="Acheteuse", site="Lyon", level="1"),
            NewMember("Ana Roux", "ana", email="ana@example.org", job="Soudeuse", level="9"),
            NewMember(
                "Franck Morel", "franck", email="franck@example.org", phone="+33 1 23 45 67 89", administrator=True
            ),
            NewMember("Guy Dupont", "guy", kind=MemberKind.CLIENT),
            NewMember("Nina Neuf", "nina"),
        ]
        here.people = dict(zip(("lea", "ana", "franck", "guy", "nina"), members.add(tx, batch, CONSOLE), strict=True))
        joining = [id_ for handle, id_ in here.people.items() if handle != "nina"]
        members.activate(tx, joining, CONSOLE, tx.now - timedelta(days=30))
        members.set_profile(tx, [ProfileItems(here.people["ana"], "expertise", ("soudure, python, welding",))], CONSOLE)
        applicants.note(tx, Account("slack", "T1", "UEVE", Standing.GUEST, "Ève Morin"))
        opened = [
            NewCommunity("Veille", CommunityKind.PRACTICE, purpose="Ce qui se passe chez les autres", slug="veille"),
            NewCommunity("Vélo", CommunityKind.INTEREST, slug="velo", personal=True),
            NewCommunity("Appels d'offres", CommunityKind.FUNCTIONAL, slug="appels-d-offres"),
        ]
        ids = opening.add(tx, opened, CONSOLE)
        here.places = dict(zip(("veille", "velo", "appels-d-offres"), ids, strict=True))
        veille = here.places["veille"]
        belonging.join(tx, [Joining(veille, here.people[who]) for who in ("lea", "ana", "franck", "guy")], CONSOLE)
        belonging.appoint(tx, [Appointment(veille, here.people["lea"])], CONSOLE)
        questions = [
            NewContent(QUESTION, here.people["ana"], f"Quel est le prix numéro {n} du cuivre ?", veille)
            for n in range(1, 12)
        ]
        questions.append(
            NewContent(QUESTION, here.people["lea"], "Qui a déjà posé des bancs d’essai ? #soudure", veille)
        )
        links.add(tx, NewLink(veille, "console", "", "C9", "veille", here.people["franck"]))
        last = publishing.publish(tx, questions, CONSOLE)[-1]
        reply = NewContent(ANSWER, here.people["ana"], "Moi, à **Lyon**, en 2024.", root_id=last.id)
        publishing.publish(tx, [reply], CONSOLE)
        reactions.react(tx, [NewReaction(last.id, here.people["lea"], "tada")], CONSOLE)
    if closed:
        _add_closed(here)
    return here


def _add_closed(company: Company) -> None:
    """A private and a secret community of Franck alone, each with a question that holds the closed word."""
    franck = company.people["franck"]
    with company.network.store.write() as tx:
        ids = opening.add(
            tx,
            [
                NewCommunity("Direction", CommunityKind.FUNCTIONAL, Privacy.PRIVATE, slug="direction"),
                NewCommunity("Rachat", CommunityKind.PROJECT, Privacy.SECRET, slug="rachat", purpose=CLOSED_WORD),
            ],
            CONSOLE,
        )
        company.places.update(zip(("direction", "rachat"), ids, strict=True))
        belonging.join(tx, [Joining(id_, franck) for id_ in ids], CONSOLE)
        batch = [NewContent(QUESTION, franck, f"Qui joue du {CLOSED_WORD} ? #{CLOSED_WORD}", id_) for id_ in ids]
        company.closed = [published.code or "" for published in publishing.publish(tx, batch, CONSOLE)]


@dataclass(frozen=True, slots=True)
class Model:
    """A company once made, to be copied for each test: much quicker than making it anew."""

    file: Path
    company: Company

    def copy(self, folder: Path, at: datetime | None = None) -> Iterator[Company]:
        """A company of its own in ``folder``, while a test runs; its clock stops at a moment of the test's choice."""
        (folder / "reseau.db").write_bytes(self.file.read_bytes())
        store = open_store(f"sqlite:///{folder / 'reseau.db'}", make=False)
        held = now() if at is None else at
        store.clock = lambda: held  # two answers that differ by a minute differ for no other reason
        yield copied(self.company, Network(load_settings(data=folder), store))
        store.close()


def copied(made: Company, network: Network) -> Company:
    """The same company in another network that holds the same rows."""
    return Company(network, people=dict(made.people), places=dict(made.places), closed=list(made.closed))


def model(folder: Path, template: Path, *, closed: bool = True, clock: Callable[[], datetime] | None = None) -> Model:
    """Make a company in ``folder``, from the empty network in the file ``template``."""
    file = folder / "model.db"
    file.write_bytes(template.read_bytes())
    store = open_store(f"sqlite:///{file}", make=False)
    store.clock = clock or store.clock
    made = company(Network(load_settings(data=folder), store), closed=closed)
    # The journal is folded into the file when the store is closed.
    store.close()
    return Model(file, made)


def labels(card: Card) -> list[str]:
    return [button.label for button in card.buttons]


def spaced(text: str) -> str:
    """The text with plain spaces, to be compared without regard to French typography."""
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def card_text(card: Card) -> str:
    """Everything that is read on a card, with plain spaces."""
    return spaced(words(card))
