"""``docs/verbs.md``, made from the verbs themselves: ``python -m bots.tools.guide > docs/verbs.md``."""

from __future__ import annotations

import sys

from bots.command import Command, Options, all_commands
from bots.form import Form

_BEGINNING = """\
# The verbs

<!-- Made by `python -m bots.tools.guide > docs/verbs.md` from `bots/commands/`; a test compares the two. -->

What people type is the same on every platform: `verb [what it is about] [options] text`. French and English are both
understood at any time, whatever the language of the answers. Accents and capitals of a verb do not matter; those of a
text are kept. Three letters are enough if they begin one verb only. An unknown word is never guessed at: the nearest
verbs are proposed as buttons, and nothing is done. A form that is also an everyday word (`i`, `c`, `s`, `moi`, `me`,
`-`) is a verb only when it stands alone, before a colon, or before a number or an `@`: `r Q12 oui`, `i : des vélos`.
« Aide moi » and « what can you do? » mean the verb `aide`.

Polite and small words before a verb are skipped, and the verb may be conjugated (`montrez-moi mon fil`, « bonjour,
pourriez-vous me dire qui gère les badges ? »). A verb that shows something shows it, and a verb that is always
previewed is previewed. A verb that acts at once is proposed as a button if the sentence is a wish, a question or a
conjugated form (« puis-je rejoindre Vélo ? »). A negated verb is never proposed: « je ne veux plus suivre Ana »
proposes `ne plus suivre`. « comment publier ? » shows the help of that verb. The name of a person or community alone
shows it, and so does a number.

- **People** are `@handle`, an e-mail or a name, in whole words or their beginnings; **contents** are their number
  (`Q12`, or `Q3-k7fpx` in a closed community); **communities** and **tags** are a name, `#name`, or
  `"a name of several words"` between quotes of any kind. Small words before them are skipped
  (`rejoindre la communauté Veille`, `répondre à Q12 oui`), and a misspelt name proposes the nearest ones.
- **Options** stand before the text: `dans Veille : texte`. The colon is needed after a name of several words without
  quotes. A colon at the very beginning says that everything after it is text: `demander : dans quel service … ?`.
  `publier Veille : texte` goes to Veille too, if exactly that name is a community the person may write in.
- **Numbers** may be said: `Q 12`, `la question 12`. **Days** are `lundi`, `hier`, `5 jours`, `2j`, `le 1er`, `cette
  semaine`, `la semaine dernière`, `3/2/26`, `2026-02-03`, in either language, and never in the future.
- **Replies** are named by their place in the thread, as `voir` numbers them: `modifier Q12 2 : texte`.
- **Without a community** a text is proposed the open community that fits it best, with the reason;
  `dans tout le monde` / `in everybody` keeps it on one's wall. People may be asked by what the directory says of them,
  job, department, site, country or kind: `demander pour les commerciaux du Sud : texte`, `ask for site Lyon: text`.
- What others will see is **shown first**, with its audience and how many people can read it, and kept for 24 hours
  until it is confirmed. An answer is posted at once where 50 people or fewer can read it, and thanks where no channel
  sees them. What was posted can be taken back for 10 minutes, thanks too.
- **Words that are missing** are asked for: the next message completes the line, within 15 minutes. A verb typed alone,
  with a colon, an option, a number or a name is that verb instead; `annuler` gives up.
- **Forms**: in Slack and Teams, a button that lacks words opens a form, and so does a verb typed alone behind `/rse`.
  Each field reaches the verb by itself, so that « dans Veille » in a text stays text. A wrong field says so, and what
  was typed is kept for a day. A terminal asks for the fields one after the other.
- The number of a content alone shows it. A question without a verb is posted nowhere: asking and searching are
  proposed.

## The neutral card

Every line is answered by one card, and `reseau chat --json` writes it as one JSON object on one line. Keys may be
added, never renamed or taken away.

- `title`: one line of plain text.
- `blocks`: a list; each has a `type`:
  `text` with `markdown`;
  `fields` with `fields`, a list of `label` and `value`;
  `list` with `heading` and `items`, each with `text` (Markdown), `code`, `reason`, `line`, `link` and `whole`, which
  says that the text keeps its lines;
  `quote` with `text` and `author`.
- `buttons`: a list of `label`, `line` (pressing it does what typing the line does) and `style`, which is `plain`,
  `primary` or `danger`.
- `footer`: small print.
- `visibility`: `private`, only who asked sees it; `public`, it may appear in the conversation.
- `error`: the code of what could not be done, such as `E_TEXT_MISSING`; empty when all went well.
- `code`: the number of the content that the card is about; empty when it is about none.
- `done`: whether the line changed the network; previews, errors and reading leave it false.
"""

_OPTIONS = {
    "in": "`dans` / `in` a community",
    "for": "`pour` / `for` a community",
    "since": "`depuis` / `since` a day",
    "before": "`avant` / `before` a day",
    "tag": "`tag:` a word",
    "anonymous": "`anonyme` / `anonymous`",
    "language": "`en` / `lang` a language",
}


def guide() -> str:
    """The whole page, in Markdown."""
    return "\n".join([_BEGINNING, *map(_section, all_commands())]).rstrip() + "\n"


def _section(command: Command) -> str:
    lines = [f"## {command.name('fr')} · {command.name('en')}\n", f"{command.summary}\n"]
    lines += [f"    {example}" for example in command.examples.values()]
    others = [f"`{form}`" for form in command.all_forms() if form not in (command.name("fr"), command.name("en"))]
    lines.append("\nAlso: " + ", ".join(others) + ".\n" if others else "")
    if command.takes:
        where = "before the text" if command.options is Options.FIRST else "anywhere"
        options = "; ".join(_OPTIONS[name] for name in _OPTIONS if name in command.takes)
        lines.append(f"Options, {where}: {options}.\n")
    if command.form is not None:
        lines.append(_form(command, command.form))
    return "\n".join(lines)


def _form(command: Command, form: Form) -> str:
    """Return the entries of a form, and the line that opens it unless the verb alone does."""
    opener = " / ".join(f"`{command.name(language)} {words}`" for language, words in form.opener.items())
    required = [entry.label.rstrip("?") for entry in form.entries if entry.required]
    others = [entry.label.rstrip("?") for entry in form.entries if not entry.required]
    entries = "; ".join(part for part in (", ".join(required), others and f"if you like: {', '.join(others)}") if part)
    return f"Form{f', opened by {opener}' if opener else ''}: {entries}.\n"


if __name__ == "__main__":
    sys.stdout.write(guide())
