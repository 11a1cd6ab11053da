"""The sentences of notes, both shared ones and those of single sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from migration.reading.source import SOURCES
from reseau.i18n import N_, Words
from reseau.terminal import printable

#: The sentences of notes that the bundle, the loader or several sources give. Those of a single source are in its
#: ``notes`` (``migration.reading.source.Source``).
SHARED: Mapping[str, str] = {
    "address_dropped": N_("An e-mail address is not valid: it was left out."),
    "bomb_refused": N_("An entry unpacks to far more than any export: it was left aside."),
    "entry_locked": N_("An entry is protected by a password: it was left aside."),
    "entry_unreadable": N_("An entry is damaged: it was left aside."),
    "feed_not_yet": N_("A feed was passed over: feeds cannot be brought in yet."),
    "folder_unreadable": N_("A folder could not be opened: it was left aside."),
    "latin1": N_("A file is not in UTF-8: it was read as Windows Latin."),
    "link_refused": N_("An entry is a link to elsewhere: it was left aside."),
    "link_unresolved": N_("A link names a message that was not brought in: it keeps its address."),
    "moment_dropped": N_("A moment is outside the years 1970 to 2099: it was left out."),
    "moment_refused": N_(
        "A moment is outside the years 1970 to 2099, or has no time zone: what needs it was left aside."
    ),
    "name_twice": N_("Two entries have the same name: the first was read."),
    "nested_archive": N_("An archive inside the archive was not opened."),
    "packing_unknown": N_("An entry is packed in an unknown way: it was left aside."),
    "person_back": N_("Somebody taken for gone has another account in use, so they are back."),
    "person_kept": N_("Somebody's own account was left as it is."),
    "person_matched": N_("Somebody was recognised by the e-mail address."),
    "person_unlisted": N_("Somebody who wrote is in no list of people: a placeholder holds the place."),
    "place_unlisted": N_("A place is in no list: it became a hidden, archived community."),
    "post_kept": N_("A post was edited here since: it was left as it is."),
    "post_older": N_("A post is newer here than in this export: it was left as it is."),
    "post_unchangeable": N_("A post changed at the source, but can no longer be changed here."),
    "record_older": N_("What a newer export said of somebody or of a place was left as it is."),
    "record_refused": N_("A record cannot be kept as it is: it was left aside, and the rest came in."),
    "record_twice": N_("A record comes twice: the first was taken."),
    "root_missing": N_("The start of a thread is gone: a placeholder holds its replies."),
    "target_missing": N_("A reaction, file or tag belongs to a post that never came: it was left aside."),
    "text_cut": N_("A text is longer than a post can be: its end was left out."),
    "text_missing": N_("A post has neither text nor title: it was left aside."),
    "unsafe_name": N_("An entry has a name that leads outside the export: it was left aside."),
}


def sentence(t: Words, code: str, source: str) -> str:
    """Return the sentence of a note's code, or the code itself if it has none.

    Args:
        source: the name of the run's source, whose package may have been removed since.
    """
    return next((t(notes[code]) for notes in _offered(source) if code in notes), printable(code))


def _offered(source: str) -> Iterator[Mapping[str, str]]:
    """Yield the mappings that may hold a code. Other sources come last: seed records can hold the notes of any."""
    if source in SOURCES:
        yield SOURCES[source].notes
    yield SHARED
    for name in SOURCES:
        yield SOURCES[name].notes
