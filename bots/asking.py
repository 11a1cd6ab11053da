"""A verb that lacks its words asks for them, and takes the next message of that person in that conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bots import grammar
from bots.card import Block, Card, Text
from bots.command import Command
from bots.parser import Nothing, Numbered, Parsed, Understood, behind_verb, parse
from bots.platform import OWN_CHAT, Incoming
from bots.request import RefusalError, Request
from reseau import awaited
from reseau.folding import fold
from reseau.i18n import Words
from reseau.store import Transaction

#: What the button that gives up types behind ``cancel``: nobody types it, so it takes nothing else back.
NEVER_MIND = "…"
_MINUTES = int(awaited.KEPT.total_seconds() // 60)
_GIVES_UP = {
    *("annuler", "annule", "abandonner", "abandon", "laisse tomber", "laissez tomber", "rien", "oublie", "oubliez"),
    *("stop", "cancel", "never mind", "nevermind", "forget it", "plus tard", "later"),
}


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Somebody who was asked for words wants to say none."""


@dataclass(frozen=True, slots=True)
class Completed:
    """A line with the words that were asked for.

    Attributes:
        line: the whole.
        typed: the words alone.
        rather: the verb that they would else have been.
    """

    parsed: Understood
    line: str
    typed: str
    rather: Command | None = None


def card(request: Request, question: str, begun: str, refusal: RefusalError, *blocks: Block) -> Card:
    """Ask for the words of a line.

    Args:
        question: in the reader's words.
        begun: the line that the words complete; a colon ends it where anything may follow.
        refusal: where no message can follow.
        blocks: what the words are about.

    Raises:
        RefusalError: the one given.
    """
    if not request.conversation:
        raise refusal
    awaited.ask(request.tx, request.me.id, request.platform, request.conversation, begun)
    t = request.t
    how = t("Write it in your next message.")
    if request.calling:
        how = t("Write it after “{calling}”: your next line is taken.", calling=request.calling)
    return Card(
        question,
        (*blocks, Text(how)),
        (*refusal.buttons, request.button(t("Never mind"), "cancel", NEVER_MIND)),
        footer=t("I wait {minutes} minutes.", minutes=_MINUTES),
    )


def completed(
    tx: Transaction, incoming: Incoming, parsed: Parsed, commands: Sequence[Command], roots: Sequence[str]
) -> Completed | GivenUp | None:
    """What a line is where words were asked for: those words, a wish to say none, or nothing but itself.

    A verb that is typed as one ends the waiting; a button does not, for one may read before one answers.
    """
    if not incoming.conversation or incoming.pressed or isinstance(parsed, Nothing):
        return None
    waiting = awaited.of(tx, incoming.member_id, incoming.platform)
    if waiting is None or incoming.conversation not in (waiting.conversation, OWN_CHAT):
        return None
    awaited.forget(tx, incoming.member_id, incoming.platform)
    said = incoming.line.strip()
    if fold(said.strip(" .!…")) in _GIVES_UP:
        return GivenUp()
    if _is_meant_as_verb(parsed, said, anything=waiting.line.endswith(":")):
        return None
    line = f"{waiting.line} {said}"
    whole = parse(line, commands, roots)
    if incoming.words and isinstance(whole, Understood) and not whole.command.writes:
        line = f"{waiting.line} {incoming.words.strip()}"
        whole = parse(line, commands, roots)
    rather = parsed.command if isinstance(parsed, Understood) else None
    return Completed(whole, line, said, rather) if isinstance(whole, Understood) else None


def given_up(t: Words) -> Card:
    """The answer to whoever wants to say nothing."""
    return Card(t("All right, never mind. Nothing has been posted."))


def _is_meant_as_verb(parsed: Parsed, said: str, *, anything: bool) -> bool:
    """Whether a line is a verb with what belongs to it, and no sentence that happens to begin with such a word."""
    if not anything:
        return isinstance(parsed, Understood)
    if isinstance(parsed, Numbered):
        return True
    if not isinstance(parsed, Understood):
        return False
    if said.startswith("/") or parsed.arguments.options:
        return True
    rest = behind_verb(parsed).strip(" ?!.,;")
    return not rest or rest[0] in ":@#" or bool(grammar.first_number(rest)[0])
