"""A verb that lacks its words asks for them, and takes the next message of that person in that conversation.

A preview takes it too where it is a yes, a no or a correction, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bots.card import Block, Button, Card, Text
from bots.command import Command
from bots.platform import Incoming
from bots.request import RefusalError, Request, verb
from bots.speech import grammar
from bots.speech.everyday import Sense
from bots.speech.parser import Everyday, Nothing, Numbered, Parsed, Understood, Wondered, behind_verb, parse
from reseau.contents import drafts
from reseau.exchange import awaited
from reseau.exchange.awaited import Awaited
from reseau.folding import fold
from reseau.i18n import Words
from reseau.store import Transaction

#: The text of the button that gives up, behind ``cancel``: people never type it, so it cannot take anything else back.
NEVER_MIND = "…"
_MINUTES = int(awaited.KEPT.total_seconds() // 60)
_GIVES_UP = {
    *("annuler", "annule", "abandonner", "abandon", "laisse tomber", "laissez tomber", "rien", "oublie", "oubliez"),
    *("stop", "cancel", "never mind", "nevermind", "forget it", "plus tard", "later"),
}
#: What people answer to a preview, without marks or accents.
_YES = {
    *("oui", "ouais", "ok", "okay", "d accord", "dac", "oui merci", "oui svp", "oui vas y", "vas y", "allez y", "go"),
    *("c est bon", "c est ca", "parfait", "publie", "publiez", "publier", "envoie", "envoyez", "envoyer", "confirmer"),
    *("confirme", "je confirme", "valide", "valider", "yes", "yep", "yeah", "yes please", "sure", "go ahead", "do it"),
    *("post", "post it", "send", "send it", "publish", "publish it", "confirm", "looks good"),
}
_NO = {
    *("non", "nan", "non merci", "surtout pas", "annule tout", "annulez", "ne publie pas", "no", "nope", "no thanks"),
    *("nvm", "don t", "don t post it", "do not post it", "undo", "tant pis", "laisse"),
}
_SORRY = r"(?:(?:ah |oh )?(?:non|nan|no|oups|oops|pardon|sorry|zut|wait|attends?)\b[\s,;:.!-]*)?"
_CORRECTION = re.compile(
    rf"{_SORRY}(?:en fait|actually)?[\s,]*(?:je (?:voulais|veux) (?:dire|demander|écrire)|plut[oô]t"
    r"|i (?:meant|mean|wanted to (?:say|ask|write))|rather|make that|correction|rectification)\b[\s,:]*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class GivenUp:
    """The person was asked for words and does not want to give any."""


@dataclass(frozen=True, slots=True)
class Completed:
    """A line with the words that were asked for.

    Attributes:
        line: the complete line.
        typed: the added words alone.
        rather: the verb that the words would have been otherwise.
    """

    parsed: Understood
    line: str
    typed: str
    rather: Command | None = None


def card(request: Request, question: str, begun: str, refusal: RefusalError, *blocks: Block) -> Card:
    """Ask for the words of a line.

    Args:
        question: in the reader's words.
        begun: the line that the words complete; a colon ends it if free text may follow.
        refusal: raised if no message can follow.
        blocks: blocks about the subject of the words.

    Raises:
        RefusalError: ``refusal``, if no message can follow.
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
        (*_form(request, begun), *refusal.buttons, request.button(t("Never mind"), "cancel", NEVER_MIND)),
        footer=t("I will wait {minutes} minutes.", minutes=_MINUTES),
    )


def _form(request: Request, begun: str) -> tuple[Button, ...]:
    """The button that opens the form if the verb has one; a terminal cannot open any."""
    if request.command.form is None or request.platform == "console":
        return ()
    return (Button(request.t("Open the form"), begun.rstrip(" :")),)


def decision(request: Request, token: str) -> None:
    """Wait for the reply to a preview: « oui » confirms it, as its button does."""
    if request.conversation:
        line = request.to_type("confirm", token)
        awaited.ask(request.tx, request.me.id, request.platform, request.conversation, line)


def decided(request: Request, token: str) -> None:
    """Stop waiting for a yes to this preview; words that were asked for meanwhile are still awaited."""
    waiting = awaited.of(request.tx, request.me.id, request.platform)
    if waiting is not None and waiting.line.endswith(f" {token}"):
        awaited.forget(request.tx, request.me.id, request.platform)


def completed(
    tx: Transaction,
    waiting: Awaited,
    incoming: Incoming,
    parsed: Parsed,
    commands: Sequence[Command],
    roots: Sequence[str],
) -> Completed | GivenUp | None:
    """Read a line after a request for words: as those words, as giving up, or as an ordinary line.

    A verb that is typed as one ends the waiting.
    """
    awaited.forget(tx, incoming.member_id, incoming.event.platform)
    typed = incoming.line.strip()
    opening = parse(waiting.line, commands, roots)
    if isinstance(opening, Understood) and opening.command.id == "confirm":
        return _decided(tx, incoming.member_id, opening, typed, commands, roots)
    if gives_up(typed):
        return GivenUp()
    if _is_meant_as_verb(parsed, typed, anything=waiting.line.endswith(":")):
        return None
    if isinstance(opening, Understood) and isinstance(parsed, Understood) and opening.command.id == parsed.command.id:
        # « répondre à l’accueil », from a person who was asked what to answer: the verb is typed twice.
        typed, parsed = parsed.arguments.text, Nothing()
    line = f"{waiting.line} {typed}"
    whole = parse(line, commands, roots)
    if incoming.words and isinstance(whole, Understood) and not whole.command.writes:
        line = f"{waiting.line} {incoming.words.strip()}"
        whole = parse(line, commands, roots)
    rather = parsed.command if isinstance(parsed, Understood) else None
    return Completed(whole, line, typed, rather) if isinstance(whole, Understood) else None


def gives_up(typed: str) -> bool:
    """Whether the person declines to give the words."""
    return fold(typed.strip(" .!…")) in _GIVES_UP


def _decided(
    tx: Transaction, member_id: int, begun: Understood, typed: str, commands: Sequence[Command], roots: Sequence[str]
) -> Completed | None:
    """Read the reply to a preview: yes, no, or a correction; any other text is a line of its own."""
    token, plain = begun.arguments.text.strip(), " ".join(_WORD.findall(fold(typed)))
    if plain in _YES:
        line = begun.line
    elif plain in _NO or plain in _GIVES_UP:
        line = f"cancel {token}"
    elif (instead := without_correction(typed)) != typed:
        line = _instead(tx, member_id, token, instead, commands, roots)
    else:
        return None
    whole = parse(line, commands, roots)
    return Completed(whole, line, typed) if isinstance(whole, Understood) else None


def without_correction(text: str) -> str:
    """« non, je voulais dire la DSN » without its beginning; the whole line if it begins otherwise."""
    begins = _CORRECTION.match(text)
    return text[begins.end() :].strip() or text if begins else text


def _instead(
    tx: Transaction, member_id: int, token: str, text: str, commands: Sequence[Command], roots: Sequence[str]
) -> str:
    """Cancel a preview and return its line with another text; empty if the line cannot be split."""
    draft = drafts.waiting(tx, member_id, token)
    parsed = parse(draft.line, commands, roots) if draft is not None else None
    if draft is None or not isinstance(parsed, Understood) or not parsed.command.writes:
        return ""
    if draft.arguments is not None:  # a form was filled in: it is corrected as a form
        return ""
    before = parsed.arguments.text
    if not before or not draft.line.rstrip().endswith(before):
        return ""
    code, _ = grammar.first_number(before)
    drafts.take(tx, member_id, token)
    drafts.end(tx, token, drafts.CANCELLED)
    head = draft.line.rstrip().removesuffix(before).rstrip(" :")
    return " ".join(part for part in (head, code, f": {text}") if part)


def way_out(t: Words, commands: Sequence[Command]) -> Button:
    """The button that gives up, below a refusal of words that are still waited for."""
    return Button(t("Never mind"), f"{verb(commands, 'cancel', t)} {NEVER_MIND}")


def given_up(t: Words) -> Card:
    """The answer to a person who gives up."""
    return Card(t("All right, never mind. Nothing has been posted."))


def _is_meant_as_verb(parsed: Parsed, typed: str, *, anything: bool) -> bool:
    """Whether a line is a verb with its arguments, and not a sentence that happens to begin with such a word."""
    if not anything:  # a name is asked for, and a question or an everyday sentence is not a name
        return isinstance(parsed, Understood | Wondered | Everyday)
    if isinstance(parsed, Everyday):
        return parsed.sense is Sense.QUIET
    if isinstance(parsed, Numbered):
        return True
    if not isinstance(parsed, Understood):
        return False
    if typed.startswith("/") or parsed.arguments.options:
        return True
    rest = behind_verb(parsed).strip(" ?!.,;")
    return not rest or rest[0] in ":@#" or bool(grammar.first_number(rest)[0])
