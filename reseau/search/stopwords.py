"""Stop words: those that search leaves out, and those that distinguish French from English."""

from __future__ import annotations

_FRENCH = """
a à ai aie aient aies ait alors as au aucun aucune aujourd aura aurai auraient aurais aurait auras aurez auriez aurions
aurons auront aussi autre autres aux avaient avais avait avant avec avez aviez avions avoir avons ayant c ça car ce ceci
cela celle celles celui ces cet cette ceux chez ci comme comment d dans de des depuis donc dont du elle elles en encore
entre es est et étaient étais était étant été êtes être eu eue eux fait fut furent ici il ils j je jusqu juste l la là
le les leur leurs lorsqu lui m ma mais me même mêmes mes moi moins mon n ne ni non nos notre nous on ont ou où par pas
peu peut plus pour pourquoi puis puisqu qu quand que quel quelle quelles quels qui quoi s sa sans se sera serai seraient
serait seront ses si soi soit sommes son sont sous suis sur t ta te tes toi ton tous tout toute toutes tu un une vos
votre vous y
sait sais savez savent peux pouvez peuvent pourrait pourriez connaît connais connaissez quelqu quelque quelques qqun qqn
"""
_ENGLISH = """
a about above after again all am an and any are as at be because been before being below between both but by can could
did do does doing don down during each few for from further had has have having he her here hers him his how i if in
into is it its itself just ll me more most my no nor not now of off on once only or other our ours out over own re s
same she should so some such t than that the their theirs them then there these they this those through to too under
until up ve very was we were what when where which while who whom why will with would you your yours
"""

STOP_WORDS = {"fr": tuple(_FRENCH.split()), "en": tuple(_ENGLISH.split())}

_both = set(STOP_WORDS["fr"]) & set(STOP_WORDS["en"])
_TELLING_FRENCH = "bonjour merci svp bonne avez nos deux après où réunion équipe"
_TELLING_ENGLISH = "hello thanks please hi let us meeting team anyone someone does need we'll"

#: Words that belong to one language only.
MARKS = {
    "fr": frozenset((set(STOP_WORDS["fr"]) - _both) | set(_TELLING_FRENCH.split())),
    "en": frozenset((set(STOP_WORDS["en"]) - _both) | set(_TELLING_ENGLISH.split())),
}
