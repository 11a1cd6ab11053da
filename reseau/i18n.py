"""Sentences that people read: the English one is in the code, the French one in ``<room>/locale/fr.po``.

The catalogues are read from their source, so a changed sentence takes effect at the next start without compiling. The
code translates a message by ``t("…")``, if it has the :class:`Words` of a reader, or marks it by ``N_("…")`` to be
translated later.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from gettext import GNUTranslations
from importlib.metadata import entry_points
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Formatter
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from reseau.folding import fold

LANGUAGES = ("fr", "en")
_LOCALES = {"fr": Locale("fr", "FR"), "en": Locale("en", "GB")}
_FIRST_OF_MONTH = re.compile(r"\b1 (?=\w)")
_NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"


def N_(message: str) -> str:
    """Mark a message for the catalogues; the reader's :class:`Words` translate it later."""
    return message


def known_language(wish: str | None, default: str = "fr") -> str:
    """Return the supported language that a tag such as ``en-GB`` asks for, else ``default``."""
    short = (wish or "").replace("_", "-").split("-", maxsplit=1)[0].strip().lower()
    return short if short in LANGUAGES else default


def catalogue_files(language: str) -> Iterator[Traversable]:
    """Yield the catalogues that the rooms (and other packages) registered under ``reseau.catalogues``."""
    for point in sorted(entry_points(group="reseau.catalogues"), key=lambda point: point.name):
        catalogue = files(point.value) / "locale" / f"{language}.po"
        if catalogue.is_file():
            yield catalogue


class Words:
    """Sentences, numbers and dates in the language of a reader.

    Calling it translates: ``t("{n} replies", n=3)``. Values are filled in by name after the translation. A French
    sentence says ``{name:de}`` and ``{name:que}`` where the word before a name is elided: « d’Élodie », « qu’Élodie ».
    """

    def __init__(self, language: str, timezone: ZoneInfo | None = None) -> None:
        self.language = language
        self.timezone = timezone or ZoneInfo("Europe/Paris")
        self.locale = _LOCALES[language]
        self._catalogues = _catalogues(language)

    def __call__(self, message: str, /, **values: object) -> str:
        return _fill(self._find(message), values)

    def plural(self, one: str, many: str, count: int, /, **values: object) -> str:
        """Return the form of a sentence for ``count`` (0 is singular in French), which it may show as ``{count}``."""
        sentence = many if count != 1 else one
        for catalogue in self._catalogues:
            translated = catalogue.ngettext(one, many, count)
            if translated not in (one, many) or self.language == "en":
                sentence = translated
                break
        return _fill(sentence, {"count": self.number(count), **values})

    def number(self, value: float) -> str:
        """Return ``3 500`` or ``3,500``; French thousands are separated by a narrow no-break space."""
        return str(numbers.format_decimal(value, locale=self.locale))

    def percent(self, share: float, digits: int = 1) -> str:
        """Return ``2,7 %`` or ``2.7%`` for a share between 0 and 1."""
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        formatted = numbers.format_decimal(share * 100, format=pattern, locale=self.locale)
        return f"{formatted}{_NARROW_SPACE}%" if self.language == "fr" else f"{formatted}%"

    def date(self, day: date | datetime, form: str = "long") -> str:
        """Return ``3 février 2026`` or ``3 February 2026``; the day of a moment is that of the reader's time zone."""
        if isinstance(day, datetime):
            day = day.astimezone(self.timezone).date()
        formatted = str(dates.format_date(day, form, locale=self.locale))
        return _FIRST_OF_MONTH.sub("1er ", formatted, 1) if self.language == "fr" and day.day == 1 else formatted

    def moment(self, moment: datetime) -> str:
        """Return the date and time of day in the reader's time zone: ``3 févr. 2026, 14:05:00``."""
        return str(dates.format_datetime(moment, "medium", tzinfo=self.timezone, locale=self.locale))

    def time(self, moment: datetime) -> str:
        """Return the time of day in the reader's time zone: ``14:05``."""
        return str(dates.format_time(moment, "short", tzinfo=self.timezone, locale=self.locale))

    def ago(self, span: timedelta) -> str:
        """Return ``il y a 3 heures`` or ``3 hours ago``."""
        return str(dates.format_timedelta(-span, add_direction=True, locale=self.locale))

    def _find(self, message: str) -> str:
        return _translated(self.language, message)


class _Eliding(Formatter):
    """Fills a French sentence: ``{name:de}`` becomes « d’Élodie » or « de Karim », ``{name:que}`` « qu’Élodie »."""

    def format_field(self, value: object, spec: str) -> str:
        if spec in _ELIDED:
            return after(spec, str(value))
        return str(super().format_field(value, spec))


_ELIDED = ("de", "que")
_ELIDES = re.compile(r":(?:de|que)\}")
_ELIDING = _Eliding()


def after(word: str, name: str) -> str:
    """Return a name after the French « de » or « que », which are elided before a vowel or a mute h."""
    # The h of a first name is nearly always mute: « d’Hélène ». A y is a vowel before a consonant: « d’Yves ».
    letters = fold(name).lstrip("@#«»“”\"'’( ")[:2]
    mute = letters[:1] in ("a", "e", "i", "o", "u", "h", "œ", "æ")
    mute = mute or (letters[:1] == "y" and letters[1:] not in ("", "a", "e", "i", "o", "u"))
    return f"{word[:-1]}’{name}" if mute else f"{word} {name}"


def _fill(sentence: str, values: dict[str, object]) -> str:
    if not values:
        return sentence
    return _ELIDING.vformat(sentence, (), values) if _ELIDES.search(sentence) else sentence.format(**values)


@cache
def _catalogues(language: str) -> tuple[GNUTranslations, ...]:
    return tuple(_compiled(catalogue, language) for catalogue in catalogue_files(language))


def _compiled(catalogue: Traversable, language: str) -> GNUTranslations:
    compiled = io.BytesIO()
    with catalogue.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


@lru_cache(maxsize=4096)  # more than there are messages
def _translated(language: str, message: str) -> str:
    for catalogue in _catalogues(language):
        translated = catalogue.gettext(message)
        if translated != message:
            return translated
    return message
