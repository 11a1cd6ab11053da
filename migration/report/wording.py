"""What people read of a run: a word for each kind of record and a sentence for each warning."""

from __future__ import annotations

from reseau.i18n import N_, Words

KIND_WORDS = {
    "person": N_("people"),
    "placeholder": N_("placeholders"),
    "place": N_("communities and conversations"),
    "membership": N_("memberships"),
    "document": N_("documents"),
    "post": N_("posts and replies"),
    "reaction": N_("reactions"),
    "file": N_("files"),
    "tag": N_("tags"),
    "link": N_("links between posts"),
    "event": N_("meetings"),
    "feed": N_("feeds"),
    "activity": N_("system entries (arrivals, changes of topic)"),
    "record": N_("unreadable lines"),
    "entry": N_("unreadable entries"),
}

#: Heads of columns. French says them with nouns, which agree with whatever they count.
OUTCOME_WORDS = {
    "read": N_("read"),
    "inserted": N_("inserted"),
    "updated": N_("updated"),
    "unchanged": N_("unchanged"),
    "refused": N_("refused"),
}

#: Notes that tell of something lost: a report names them first.
REFUSALS = (
    *("cut_file", "damaged_part", "day_elsewhere", "folder_unreadable", "moment_refused", "moment_taken", "name_twice"),
    *("bomb_refused", "entry_locked", "entry_unreadable", "feed_not_yet", "file_unreadable", "folder_direct_unlisted"),
    *(
        "item_unreadable",
        "line_unreadable",
        "link_refused",
        "message_unreadable",
        "message_without_ts",
        "not_a_list",
        "not_a_message",
        "not_utf8",
    ),
    *("packing_unknown", "reaction_unreadable", "record_refused", "target_missing", "text_missing", "unsafe_name"),
)

WARNINGS = {
    "address_dropped": N_("An e-mail address is not valid: it was left out."),
    "block_wordless": N_("A part of a message holds no words: it was left out, the rest was kept."),
    "beside_export": N_("A file or folder beside the export was left aside."),
    "bomb_refused": N_("An entry unpacks to far more than any export: it was left aside."),
    "channel_in_two_lists": N_("A channel stands in two lists: the one that closes it counts."),
    "channel_without_messages": N_("A channel is listed, but the export holds no message of it."),
    "cut_file": N_("A file is broken off: what stood before the break was kept."),
    "day_elsewhere": N_("A day of messages lies where no channel's folder is, or has another name: it was left aside."),
    "damaged_part": N_("A part of a file is damaged: it was left aside, and the rest was read."),
    "damaged_text": N_("A few letters of a file are damaged: a sign stands for each."),
    "entry_locked": N_("An entry is protected by a password: it was left aside."),
    "entry_unreadable": N_("An entry is damaged: it was left aside."),
    "export_bug_skipped": N_("A message of the user U00, a known fault of exports, was passed over."),
    "feed_not_yet": N_("A feed was passed over: feeds cannot be brought in yet."),
    "file_unreadable": N_("A file has no identifier: it was left aside."),
    "folder_direct_unlisted": N_("A folder of direct messages is in no list: it was left aside."),
    "form_lost": N_("A message has a form that cannot be read: its words were kept without it."),
    "folder_unreadable": N_("A folder could not be opened: it was left aside."),
    "folder_unlisted": N_("A folder is in no list of channels: it became a hidden, archived community."),
    "item_unreadable": N_("An item of a list has no identifier: it was left aside."),
    "latin1": N_("A file is not in UTF-8: it was read as Windows Latin."),
    "line_unreadable": N_("A line is not a seed record."),
    "link_refused": N_("An entry is a link to elsewhere: it was left aside."),
    "link_unresolved": N_("A link names a message that was not brought in: it keeps its address."),
    "log_skipped": N_("A log of an edit or a deletion was passed over: the message itself says how it ended."),
    "message_twice": N_("A message stands twice in the export: it was taken once."),
    "message_without_ts": N_("A message has no moment, so it has no identity: it was left aside."),
    "message_unreadable": N_("A message does not have the form that Slack gives: it was left aside."),
    "message_wordless": N_("An entry says nothing and nobody answered it: it was left aside."),
    "moment_completed": N_("A message's moment was a number or had no decimals: it was read as Slack writes it."),
    "moment_dropped": N_("A moment is outside the years 1970 to 2099: it was left out."),
    "moment_refused": N_(
        "A moment is outside the years 1970 to 2099, or has no time zone: what needs it was left aside."
    ),
    "moment_taken": N_("Another message has the same moment, which is all that names it: this one was left aside."),
    "name_twice": N_("Two entries have the same name: the first was read."),
    "nested_archive": N_("An archive inside the archive was not opened."),
    "not_a_list": N_("A file does not hold a list: nothing of it could be read."),
    "not_a_message": N_("An item of a file is not a message: it was left aside."),
    "not_utf8": N_("A file is not in UTF-8, and nothing of it could be read: save it as UTF-8 and try again."),
    "packing_unknown": N_("An entry is packed in an unknown way: it was left aside."),
    "part_skipped": N_("This part of the export cannot be brought in yet."),
    "person_back": N_("Somebody taken for gone has another account in use, so they are back."),
    "person_kept": N_("Somebody's own account was left as it is."),
    "person_matched": N_("Somebody was recognised by the e-mail address."),
    "person_unlisted": N_("Somebody who wrote is in no list of people: a placeholder holds the place."),
    "place_without_readers": N_(
        "Nothing says who was in a closed place: it came in, and nobody reads it until somebody is let in."
    ),
    "place_unlisted": N_("A place is in no list: it became a hidden, archived community."),
    "post_kept": N_("A post was edited here since: it was left as it is."),
    "post_older": N_("A post is newer here than in this export: it was left as it is."),
    "post_unchangeable": N_("A post changed at the source, but can no longer be changed here."),
    "reaction_unreadable": N_("A reaction has no name: it was left aside."),
    "record_older": N_("What a newer export said of somebody or of a place was left as it is."),
    "record_refused": N_("A record cannot be kept as it is: it was left aside, and the rest came in."),
    "record_twice": N_("A record comes twice: the first was taken."),
    "root_missing": N_("The start of a thread is gone: a placeholder holds its replies."),
    "target_missing": N_("A reaction, file or tag belongs to a post that never came: it was left aside."),
    "text_cut": N_("A text is longer than a post can be: its end was left out."),
    "text_missing": N_("A post has neither text nor title: it was left aside."),
    "unsafe_name": N_("An entry has a name that leads outside the export: it was left aside."),
}


def kind_word(t: Words, kind: str) -> str:
    """What people call a kind of record."""
    return t(KIND_WORDS[kind]) if kind in KIND_WORDS else kind


def counted(t: Words, kind: str, count: int, said: str = "") -> str:
    """``messages: 3``, with what became of them between parentheses."""
    values = {"kind": kind_word(t, kind), "count": t.number(count)}
    return t("{kind}: {count} ({said})", **values, said=said) if said else t("{kind}: {count}", **values)


def outcome(t: Words, name: str, count: int) -> str:
    """``2 inserted``: how many records came to an end."""
    if name == "inserted":
        return t.plural("{count} inserted", "{count} inserted", count)
    if name == "updated":
        return t.plural("{count} updated", "{count} updated", count)
    if name == "unchanged":
        return t("{count} unchanged", count=t.number(count))
    return t.plural("{count} refused", "{count} refused", count)


def ending(t: Words, refused: dict[str, int], path: str) -> str:
    """The last line of a run: whether everything came in, and where to read what did not."""
    total = sum(refused.values())
    if not total:
        return t("Everything is in. `reseau migrate report` writes the report for the launch team.")
    if set(refused) == {"post"}:
        return t.plural(
            "The import is done; {count} message was refused: see the report (`reseau migrate report {path}`).",
            "The import is done; {count} messages were refused: see the report (`reseau migrate report {path}`).",
            total,
            path=path,
        )
    return t.plural(
        "The import is done; {count} item was refused: see the report (`reseau migrate report {path}`).",
        "The import is done; {count} items were refused: see the report (`reseau migrate report {path}`).",
        total,
        path=path,
    )


def warning(t: Words, code: str) -> str:
    """The sentence of a warning; another package's source may have codes of its own."""
    return t(WARNINGS[code]) if code in WARNINGS else code
