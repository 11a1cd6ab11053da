"""Everyday sentences without any verb of ours: calls for help, small words. No verb is guessed from them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

from reseau.folding import fold
from reseau.search.stopwords import STOP_WORDS


class Sense(StrEnum):
    """The subject of an everyday sentence."""

    HELP = "help"
    THANKS = "thanks"
    ASKING = "asking"  # the person has a question but has not asked it yet
    OWN_DATA = "own data"
    MINE = "mine"  # the person's own posts, and whether they were answered
    TAKE_BACK = "take back"
    QUIET = "quiet"  # « arrête de m’envoyer ça »
    SMALL = "small"  # « oui », « test »: an answer without a question


_LONGEST = 100  # characters; a longer line is a sentence
_WORD = re.compile(r"[^\W_]+")

#: Polite words at the beginning or end of a line.
_COURTESIES = tuple(
    tuple(words.split())
    for words in (
        *("s il vous plait", "s il te plait", "s il vous plait merci", "merci d avance", "thanks in advance"),
        *("svp", "stp", "please", "pls", "plz", "merci", "thanks", "bonjour", "bonsoir", "salut", "coucou"),
        *("hello", "hi", "hey", "alors", "so", "euh", "dis", "dites", "dis moi", "dites moi", "tell me"),
    )
)

_SMALL = {
    *("oui", "non", "ok", "okay", "d accord", "dac", "ouais", "nan", "si", "yes", "no", "yep", "yeah", "nope"),
    *("test", "tests", "testing", "essai", "test test", "un test", "a test", "ping", "start"),
    *("please", "pls", "plz", "svp", "stp", "s il vous plait", "s il te plait", "pardon", "desole", "sorry"),
    *("quoi", "hein", "what", "euh", "hum", "hmm", "lol", "mdr", "cool", "super", "parfait", "genial", "top"),
    *("great", "nice", "perfect", "bof", "bien", "bon", "good", "vu", "compris", "understood", "got it", "bye"),
    *("ah", "oh", "bah", "ben", "eh", "allo", "alo", "noted", "note", "c est note", "bien note", "bien recu"),
    *("recu", "c est bon", "c bon", "ca marche", "ca roule", "d acc", "dacc", "entendu", "tres bien", "pas mal"),
    *("de rien", "pas de probleme", "no problem", "np", "no worries", "you re welcome", "sounds good", "all good"),
    *("all right", "alright", "sure", "bonne nuit", "good night", "a demain", "a tout a l heure", "see you tomorrow"),
    *("bon week end", "bonne soiree", "bonnes vacances", "ca va", "je vais bien", "rien", "nothing", "nope", "a voir"),
    *("y a quelqu un", "il y a quelqu un", "is anybody there", "anybody there", "anyone here", "are you there"),
    *("u there", "tu es la", "t es la", "vous etes la", "r u there", "pas de question", "pas de questions"),
    *("no question", "no questions", "pas besoin d aide", "no help needed", "s v p", "bonne reception", "ptdr", "xd"),
    *("au revoir", "a bientot", "a plus", "bonne journee", "bonne soiree", "see you", "goodbye", "peut etre", "maybe"),
    *("up", "never mind", "nevermind", "nvm", "laisse tomber", "laissez tomber", "forget it", "oublie", "oubliez"),
    *("tant pis", "haha", "ahah", "hihi", "xd", "ptdr", "wow", "bien vu", "bien recu", "noted", "note"),
}
#: A thumb up, a smile, « :tada: »: faces and signs without a word; punctuation does not count.
_FACES = re.compile(
    r"(?:\s|:[a-z0-9_+'-]+:|[^\w\s\x00-\u1fff\u2000-\u206f\u3000-\u303f]|[\u200d\ufe0f]|[:;][-']?[()DPpo]|\^\^|<3)+"
)
_VOTES = ("+1", "-1", "++", "+1 !", "+1!")

_YOU_CAN = (
    r"(?:(?:est ce que )?(?:peux tu|tu peux|pouvez vous|vous pouvez|pourriez vous|pourrais tu|tu pourrais)"
    r"|(?:est ce que )?vous pourriez"
    r"|can you|could you|will you|would you) "
)
_THIS = (
    r"(?: (?:ca|cela|ici|ici meme|ce (?:bot|robot|truc|machin|reseau|chat|outil|canal)"
    r"|cette (?:appli|application|chose)|le (?:bot|robot)|it|here|this|that|the (?:bot|app|network)"
    r"|this (?:bot|thing|app|network|tool|place)))?"
)
_HELP = (
    rf"(?:{_YOU_CAN})?(?:(?:m|nous) )?(?:aide|aides|aidez|aider|help)(?: (?:moi|nous|me|us))?"
    r"(?: (?:un peu|vite|out|now))?",
    r"(?:a l |de l |l )?aide|au secours|secours|sos|mayday|besoin d un coup de main|un coup de main",
    r"(?:j ai |on a |nous avons )?(?:vraiment |grand )?besoin d (?:aide|un coup de main|un peu d aide)",
    r"(?:i |we )?(?:really )?(?:need|want)(?: some| your| a little| a bit of)? (?:help|assistance)",
    r"(?:je veux|je voudrais|j aimerais|je cherche|ou est|ou trouver) (?:de )?l aide",
    r"where is the help|get help|show help",
    r"(?:que|qu est ce que|quoi) (?:je peux|puis je|on peut|peut on) (?:te |vous )?demander|what can i ask(?: you)?",
    r"(?:que|qu est ce que|what|quoi) (?:peux tu|pouvez vous|sais tu|savez vous|tu peux|vous pouvez|tu sais|vous savez|"
    r"puis je|peut on|je peux|on peut|can you|can i|can we|do you|should i)(?: me| nous)?"
    r" (?:faire|do)(?: pour moi| for me)?" + _THIS,
    r"(?:tu|vous) (?:fais|faites|peux|pouvez|sais|savez)(?: faire)? quoi|a quoi (?:tu sers|sers tu|servez vous)",
    r"(?:tu sers|ca sert|cela sert|vous servez) a quoi|a quoi (?:ca|cela) sert|a quoi sert" + _THIS,
    r"c est quoi" + _THIS + r"|qu est ce(?: que c est| que c est que)?" + _THIS + r"|kesako",
    r"(?:qui es tu|qui etes vous|tu es qui|t es qui|vous etes qui|who are you|what are you)",
    r"what (?:is|s)" + _THIS.removesuffix("?") + r"|what is it|what do you do|what (?:is|s) this for",
    r"comment (?:ca|cela) (?:marche|fonctionne)(?: ici)?|comment (?:marche|fonctionne)" + _THIS,
    r"comment (?:(?:je )?(?:t|vous|l|m en) )?(?:utilise|utiliser|se sert|servir)" + _THIS,
    r"how (?:does|do|it|to)(?: this| it| that| i| we| you| one)?(?: thing| bot| app)? (?:work|works|use)" + _THIS,
    r"mode d emploi|guide|tuto|tutoriel|manuel|manual|tutorial|menu",
    r"commencer|par ou commencer|get started|how to start",
    r"je suis (?:perdue?|nouveau|nouvelle)(?: ici)?|je (?:ne )?(?:comprends|sais) (?:rien|pas)(?: comment faire)?",
    r"i (?:am|m) (?:lost|new|new here|confused)|i (?:don t|do not) understand",
    r"(?:quelles sont )?(?:les )?commandes|what are the commands|list of commands|liste des commandes",
)
_QUESTION = r"(?:petites? |autres? |quick |small |other )?questions?"
_ASKING = (
    r"(?:j ai|jai|g|j aurais|on a|nous avons|i have|i ve|i ve got|i have got|i got|got|we have)"
    r"(?: juste| encore| just| also)? "
    r"(?:une|des|d|a|some|one|another|quelques) " + _QUESTION + r"(?: a (?:poser|te poser|vous poser)| to ask)?",
    r"(?:(?:une|a|another) )?(?:petite|rapide|quick|small|short|simple) questions?|questions? rapides?",
    r"(?:une|a|another) " + _QUESTION,
    r"(?:je (?:voudrais|veux|souhaite|souhaiterais|peux|dois)|j aimerais|puis je|est ce que je peux)(?: vous| te)? "
    r"(?:poser|demander)(?: une| des| quelques)?(?: " + _QUESTION + r"| quelque chose| un truc)?",
    r"(?:comment|ou)(?: je| puis je| peut on| on)? (?:pose|poser)(?: une| des) " + _QUESTION,
    r"(?:(?:how|where) )?(?:can|may|could|do|should) i ask(?: you)?(?: a| one| some)?(?: "
    + _QUESTION
    + r"| something)?",
    r"i (?:want|need|would like|d like) to ask(?: you)?(?: a| some)?(?: " + _QUESTION + r"| something)?",
)
_OWN_DATA = (
    r"(?:ou sont |voir |montre(?:z)?(?: moi)? |supprime(?:r|z)? |efface(?:r|z)? |telecharger |exporter |recuperer "
    r"|where (?:is|are) |show(?: me)? |delete |erase |remove |download |export |get )?"
    r"(?:toutes |all )?(?:mes|my) (?:personal )?(?:donnees|data|infos?|informations?)(?: personnelles?| perso)?",
    r"(?:mes |les )?donnees personnelles|personal data|rgpd|gdpr|protection des donnees|data protection|privacy",
    r"(?:que|qu est ce que|what do|what does) (?:savez vous|sais tu|tu sais|vous savez|you know|it know)"
    r" (?:de|sur|about) (?:moi|me)",
)
_THANKS = (
    r"(?:un |a )?(?:tres |very )?(?:grand|enorme|big|huge) (?:merci|thank you|thanks)|mille mercis?|many thanks|cheers",
)
_MY_POSTS = (
    r"(?:ma|mes|mon|my) (?:dernieres? |dernier |last |own )?"
    r"(?:questions?|messages?|idees?|ideas?|posts?|publications?|annonces?|demandes?|requests?)"
)
_TO_ME = (
    r"(?: (?:a|de) moi| pour moi| for me| me| (?:a|to|on|sur|about) (?:ma|mon|my) (?:question|message|post|idee|idea))?"
)
_MINE = (
    rf"(?:ou (?:est|en est|sont|est passee?)|voir|montre(?:z)?(?: moi)?|affiche(?:z)?|retrouver|where (?:is|are|s)"
    rf"|what about|show(?: me)?|find|what happened to|what happened with|qu est devenue) {_MY_POSTS}",
    r"mes (?:dernieres )?(?:questions|publications|idees|messages)|my (?:last )?(?:questions|posts|ideas|messages)",
    rf"(?:est ce qu(?:e |i )?)?(?:quelqu un|qqn|qui|on)(?: t il)?(?: m)? a(?: t on| t il)?(?: deja)? repondu{_TO_ME}",
    rf"(?:j ai |y a t il |il y a |est ce qu il y a |as tu |avez vous )?(?:eu )?(?:des|une) "
    rf"(?:nouvelles? )?(?:reponses?|nouvelles?){_TO_ME}",
    rf"(?:are there |is there |got |do i have )?(?:any|an|some) (?:new )?"
    rf"(?:answers?|repl(?:y|ies)|updates?|news)(?: yet)?{_TO_ME}",
    rf"(?:has |have |did )?(?:any|some)(?:one|body) (?:answered|replied|answer|reply){_TO_ME}(?: yet)?",
    rf"who (?:has )?(?:answered|replied){_TO_ME}|did i get (?:an|any) (?:answers?|repl(?:y|ies))",
)
_TAKE_BACK = (
    r"(?:comment )?(?:supprime|efface|enleve)(?:r|z)? (?:ma|mon|ce|cette)(?: dernier| derniere)? "
    r"(?:question|message|idee|post|publication|reponse|commentaire|merci)",
    r"(?:how (?:do|can) i )?(?:delete|remove|erase|take back|withdraw) (?:my|this|that|the)(?: last)? "
    r"(?:question|message|idea|post|answer|comment|thanks|reply)",
)
_WHAT_COMES = r"(?:notifications?|notifs?|messages?|alertes?|alerts?|mails?|e mails?|rappels?|reminders?|dms?|pings?)"
_CLASSES = r"(?:mentions|reponses|replies|reactions|likes|mercis|remerciements|kudos)"
_QUIET = (
    r"(?:stop|arret|silence|chut|tais toi|taisez vous|shut up|be quiet|leave me alone|laisse(?:z)? moi tranquille)",
    r"(?:arrete|arretez|arreter|cesse|cessez|stop)(?: (?:de|d))?(?: (?:m|me|nous))? "
    r"(?:envoyer|ecrire|notifier|deranger|spammer|harceler|embeter|prevenir|avertir|informer|alerter)(?: .{1,40})?",
    r"(?:ne )?(?:m|me) (?:envoie|envoyez|ecris|ecrivez|notifie|notifiez|derange|derangez|previens|prevenez|avertis"
    r"|avertissez|informe|informez|alerte|alertez) (?:plus|pas)(?: .{1,40})?",
    r"(?:je )?(?:(?:ne )?(?:veux|souhaite|voudrais) )?(?:ne )?(?:pas|plus) (?:"
    r"etre (?:prevenue?|avertie?|informee?|notifiee?|alertee?|derangee?)"
    r"|(?:qu on|que tu|que vous) (?:me|m) "
    r"(?:previennes?|preveniez|avertisses?|avertissiez|informes?|informiez|notifies?|notifiiez))(?: .{1,40})?",
    rf"(?:coupe|desactive|arrete|stoppe)(?:r|z)? (?:les |mes |toutes les |tous les )?{_CLASSES}|{_CLASSES} (?:off|non)",
    rf"(?:mute|disable|turn off|switch off|silence)(?: the| my| all)? {_CLASSES}",
    rf"(?:turn|switch) (?:the |my |all )?{_CLASSES} off",
    r"(?:please )?(?:don t|do not|never|stop) (?:tell|telling|inform|informing|alert|alerting) me(?: .{1,40})?",
    r"(?:i )?(?:don t|do not|no longer) (?:want|wish|need)(?: you)? to "
    r"(?:be (?:told|notified|informed|alerted)|hear about|(?:tell|notify|alert) me)(?: .{1,40})?",
    rf"(?:je )?(?:ne )?(?:veux |souhaite )?plus (?:recevoir )?(?:de |d |ces |tes |vos |aucune? )?{_WHAT_COMES}",
    rf"(?:comment )?(?:je (?:peux )?)?(?:coupe|desactive|arrete|stoppe)(?:r|z)? "
    rf"(?:les |ces |tes |vos |mes |toutes les )?{_WHAT_COMES}",
    r"(?:comment )?(?:je (?:peux |veux |voudrais )?)?(?:me|m|se) "
    r"(?:desabonne|desinscri[st]|desinscrire)(?:r|z)?(?: .{1,20})?",
    r"desabonne(?:z)? moi|desinscri(?:s|vez) moi|desabonnement|desinscription",
    rf"(?:how (?:do|can) i |please |i want to )?(?:mute|disable|turn off|switch off|stop|silence)"
    rf"(?: the| your| my| all| these)? {_WHAT_COMES}",
    rf"{_WHAT_COMES} (?:off|non)|no more {_WHAT_COMES}",
    r"(?:please )?(?:stop|quit) (?:sending|messaging|writing|spamming|bothering|notifying|pinging)(?: .{1,40})?",
    r"(?:please )?(?:don t|do not) (?:send|message|write|notify|ping|bother|contact)(?: .{1,40})?",
    r"(?:how (?:do|can) (?:i|we) |i want to )?(?:unsubscribe|opt out|mute)(?: me)?"
    r"(?: (?:from )?(?:you|this|it|here|all|everything|the bot))?",
)
_SENSES = {
    sense: re.compile("|".join(f"(?:{phrase})" for phrase in phrases))
    for sense, phrases in (
        (Sense.HELP, _HELP),
        (Sense.ASKING, _ASKING),
        (Sense.OWN_DATA, _OWN_DATA),
        (Sense.MINE, _MINE),
        (Sense.TAKE_BACK, _TAKE_BACK),
        (Sense.QUIET, _QUIET),
        (Sense.THANKS, _THANKS),
    )
}

#: Words that sentences begin with, no beginnings of verbs: « que » is not « question », « cher » not « chercher ».
_OPENINGS = frozenset(
    fold(word)
    for word in (
        *STOP_WORDS["fr"],
        *STOP_WORDS["en"],
        *("cher", "fin", "new", "pub", "mer", "ann", "act", "tro", "man", "hey", "per", "ban", "lie", "need"),
    )
)


def sense_of(line: str) -> Sense | None:
    """The sense of a line that is only an everyday sentence; a line with a colon is not one."""
    if len(line) > _LONGEST:
        return None
    if line.strip() in _VOTES or (line.strip() and _FACES.fullmatch(line)):
        return Sense.SMALL
    if ":" in line:
        return None
    if _MARKS_OF_HELP.fullmatch(line.strip()):
        return Sense.HELP
    words = _WORD.findall(_LONG_DRAWN.sub(r"\1", fold(line)))
    whole, bare = " ".join(words), " ".join(_without_courtesies(words))
    if whole in _SMALL:
        return Sense.SMALL
    if small := _small_words(words):
        return small
    return next(
        (sense for sense, pattern in _SENSES.items() if pattern.fullmatch(bare) or pattern.fullmatch(whole)), None
    )


_LONGEST_COURTESY = 5  # words
#: Faces and signs that may stand behind a name.
_FACE_BEHIND = re.compile(r"(?<![\w:;=8^-])(?:[:;=8]['^-]?[()DPpO3/|]+|\^\^)$|[^\w\s\"'’»”)\].?!]+$")
_COURTESY_WORDS = frozenset(_COURTESIES) - {(word,) for word in ("alors", "so", "dis", "dites", "hey", "hi", "hello")}


def without_courtesies_behind(text: str) -> str:
    """A name, subject or day without polite words after it: « Karim svp », « lundi, merci 🙏 ».

    Where nothing else is there, the text stays.
    """
    left = text.strip()
    while True:
        end = left[-_LONGEST:]  # a face stands at the end: a long line is not looked through for each beginning of one
        bare = (left[: len(left) - len(end)] + _FACE_BEHIND.sub("", end)).rstrip(" ,;")
        end = bare[-_LONGEST:]
        words = list(_WORD.finditer(end))
        for count in range(min(_LONGEST_COURTESY, len(words) - 1), 0, -1):
            if tuple(fold(word.group()) for word in words[-count:]) in _COURTESY_WORDS:
                bare = bare[: len(bare) - len(end) + words[-count].start()].rstrip(" ,;:(-–—")
                break
        if bare == left or not bare:
            return left
        left = bare


_MARKS_OF_HELP = re.compile(r"\?{2,}[?!]*")
_LONG_DRAWN = re.compile(r"([a-z])\1{2,}")  # « ouiiii », « nooon »
_THANKING = {"merci", "mci", "mrc", "thanks", "thank you", "thx", "ty", "tks", "thank u"}
_MORE = {"beaucoup", "bcp", "bien", "encore", "infiniment", "a lot", "so much", "very much", "a tous", "d avance"}
_LONGEST_SMALL = 4  # words of a small one


def _small_words(words: Sequence[str]) -> Sense | None:
    """Return the meaning of several small words: « ok merci beaucoup » thanks, « ah oui, bien reçu » is small."""
    left, thanked, small = tuple(words), False, False
    while left:
        for count in range(min(_LONGEST_SMALL, len(left)), 0, -1):
            phrase = " ".join(left[:count])
            if phrase in _THANKING or phrase in _SMALL or (phrase in _MORE and (thanked or small)):
                thanked, small = thanked or phrase in _THANKING, small or phrase in _SMALL
                left = left[count:]
                break
        else:
            return None
    if thanked and small:
        return Sense.THANKS
    return Sense.SMALL if small else None


def begins_sentences(word: str) -> bool:
    """Whether a word, folded, is one that sentences begin with."""
    return word in _OPENINGS


def _without_courtesies(words: Sequence[str]) -> Sequence[str]:
    left = tuple(words)
    while True:
        shorter = _without_one(left, _COURTESIES)
        if shorter == left:
            return left
        left = shorter


def _without_one(words: tuple[str, ...], courtesies: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    for courtesy in courtesies:
        if words[: len(courtesy)] == courtesy:
            return words[len(courtesy) :]
        if words[-len(courtesy) :] == courtesy:
            return words[: -len(courtesy)]
    return words
