"""The forms of verbs that write, and their shared entries."""

from __future__ import annotations

from bots.answers.excerpts import headline
from bots.form import Among, Entry, Form, Kind
from bots.request import Arguments, Request
from bots.speech import grammar
from reseau.contents.threads import Content
from reseau.i18n import N_

COMMUNITY = Entry("in", N_("Community"), Kind.COMMUNITY, N_("Without one, everybody can read it."))
TAGS = Entry("tag", N_("Tags"), hint=N_("A word, or several with commas between them"))
SUBJECTS = N_("A person (@ana), a community or a tag (#sales), or a number (Q12)")
NUMBER = Entry("number", N_("Number"), hint=N_("Such as Q12"), required=True)


def writing(title: str, text: str, hint: str = "") -> Form:
    """The form of a verb that publishes a text: a preview follows, with the number of its readers.

    Args:
        title: of the form, marked by ``N_``.
        text: the label of its text, marked by ``N_``.
        hint: below it, marked by ``N_``.
    """
    entry = Entry("text", text, Kind.LONG, hint, required=True)
    return Form(title, N_("See it first"), ((entry, COMMUNITY, TAGS),))


def words(title: str, label: str, submit: str, hint: str = "") -> Form:
    """The form of a verb that needs a few words; all arguments are marked by ``N_``."""
    return Form(title, submit, ((Entry("text", label, Kind.SHORT, hint, required=True),),))


def community(title: str, submit: str, among: Among) -> Form:
    """The form of a verb that needs a community; the texts are marked by ``N_``."""
    return Form(title, submit, ((Entry("text", N_("Community"), Kind.COMMUNITY, "", required=True, among=among),),))


def numbered(arguments: Arguments) -> dict[str, str]:
    """The entries that a line fills if it begins with the number of a content: « répondre Q12 oui »."""
    code, text = grammar.first_number(arguments.text)
    return {"number": code, "text": text}


def about(request: Request, content: Content) -> str:
    """The subject of a form in one line: number, author and first words."""
    return request.t(
        "{code}, by {name}: {headline}", code=content.code, name=content.author, headline=headline(content, 200)
    )
