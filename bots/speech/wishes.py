"""Phrases before a verb: greetings, « je voudrais », « could you please »; the request follows them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reseau.folding import fold

_MOST_WORDS = 14  # before a verb; a longer beginning is a story
_READ = 200  # characters that are looked at for them
_WORD = re.compile(r"[^\W_]+")

#: Said to someone before a verb, which stays what it is.
_PLAIN = frozenset(
    """
    bonjour bonsoir salut slt bjr coucou cc hello hi hey yo hola good morning afternoon evening dear there all team
    everyone everybody toutes tous tout monde equipe les amis svp stp s il te vous plait please pls plz alors euh hum
    so oui yes ok okay non excusez excuse moi pardon sorry desole desolee
    """.split()
)
#: Said by who wishes or asks for something.
_WISHING = frozenset(
    """
    je j on nous i we tu vous you it ce est c peux peut pouvez peut pourrais pourrait pourriez pourrions puis pouvoir
    veux veut voulons voudrais voudrait voudrions souhaite souhaiterais souhaitons aimerais aimerait aimerions desire
    vais dois doit devrais faut faudrait ai aurais a eu as avez besoin envie possible serait sera moyen merci de d
    que qu bien vouloir juste me m te nous dis dites dire dit savoir sais savez connais connaissez indiquer expliquer
    qqun quelqun personne personnes
    explique
    essaie essaye essayer tape taper tapez ecris ecrire type ici maintenant aussi encore y t il elle quelqu un qqn
    cherche recherche chercher
    can could will would may might shall should do does want wants wanna need needs like d ll m am have has got ve going
    gonna to for let s us be able try trying just tell know looking help someone somebody anybody anyone who's is there
    now also wish hope
    """.split()
)
#: Said before a noun.
_ARTICLES = frozenset(
    """
    le la les l un une des du au aux mon ma mes notre nos ton ta votre ce cette ces the a an my our your this some
    petite petit autre quick small other another changer change modifier
    """.split()
)
#: No article stands before these: what begins so is no command.
_POLITE = frozenset("bonjour bonsoir salut coucou hello hi hey svp stp please pls plz s".split())
_NEGATIONS = frozenset(
    """
    ne n pas plus jamais rien aucun aucune sans not don doesn didn won never no longer stop stopping cannot arrete
    arreter arretez anymore without
    """.split()
)
_MANNERS = frozenset(("comment", "how"))
#: Words of which a negation needs none before it: « publie pas ça », « don’t ».
_AFTER_NEGATED = frozenset(("pas", "plus", "jamais", "rien", "not", "nothing", "never"))


@dataclass(frozen=True, slots=True)
class Beginning:
    """A way to read a line: its rest after the words of a wish.

    Attributes:
        rest: as typed.
        wishing: whether it is a wish or a question rather than a command.
        noun: whether an article directly precedes the rest.
        negated: whether the wish is negated.
        manner: whether it is asked how it is done.
    """

    rest: str
    wishing: bool
    noun: bool
    negated: bool
    manner: bool


def beginnings(line: str, names: Sequence[str]) -> Iterator[Beginning]:
    """The ways to read a line, most words left out first.

    Args:
        line: as typed.
        names: our names, folded: « rse, … » is addressed to us.
    """
    plain = _PLAIN | {word for name in names for word in name.split()}
    small_words = plain | _WISHING | _ARTICLES | _NEGATIONS | _MANNERS
    head = line.split("\n", maxsplit=1)[0][:_READ]
    words: list[str] = []
    ends: list[int] = []
    for word in _WORD.finditer(head):
        folded = fold(word.group())
        if folded not in small_words or len(words) == _MOST_WORDS or _ends_before(head, word.start()):
            break
        words.append(folded)
        ends.append(word.end())
    if words[:1] == ["a"] and set(words[1:2]) - _ARTICLES - {"t"}:  # neither « a-t-il » nor “a quick …”
        return
    for count in range(len(words), 0, -1):
        first_words = words[:count]
        rest = line[ends[count - 1] :].lstrip(" \t,;!.…-'’\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}")
        thanking, wondering = "merci" in first_words, first_words[-3:] == ["qu", "est", "ce"]
        if _WORD.search(rest) and not (thanking and first_words[-1] in _ARTICLES) and not wondering:
            yield Beginning(
                rest,
                wishing=any(word not in plain and word not in _ARTICLES for word in first_words)
                or any(pair[0] in _ARTICLES and pair[1] in _POLITE for pair in pairwise(first_words)),
                noun=first_words[-1] in _ARTICLES,
                negated=any(word in _NEGATIONS for word in first_words),
                manner=any(word in _MANNERS for word in first_words),
            )


def _ends_before(head: str, start: int) -> bool:
    """Whether a colon precedes a word, so that free text follows. Our own name may have a colon after it."""
    colon = head.rfind(":", 0, start)
    return colon != -1 and len(_WORD.findall(head[:colon])) > 1


def is_negated(text: str) -> bool:
    """Whether a verb's own text negates it: « publie pas ça »."""
    word = _WORD.match(text.lstrip())
    return word is not None and fold(word.group()) in _AFTER_NEGATED


def negates(line: str) -> bool:
    """Whether any part of a line is negated."""
    return any(fold(word) in _NEGATIONS for word in _WORD.findall(line[:_READ]))
