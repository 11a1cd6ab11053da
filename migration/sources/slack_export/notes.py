"""The sentences of notes about a Slack export."""

from __future__ import annotations

from collections.abc import Mapping

from reseau.i18n import N_
from reseau.markup.slack_message import BLOCK_WORDLESS, FORM_LOST

#: A sentence for each code of a note that this source gives (``Source.notes``).
NOTES: Mapping[str, str] = {
    "beside_export": N_("A file or folder beside the export was left aside."),
    BLOCK_WORDLESS: N_("A part of a message holds no words: it was left out, the rest was kept."),
    "channel_in_two_lists": N_("A channel stands in two lists: the one that closes it counts."),
    "channel_without_messages": N_("A channel is listed, but the export holds no message of it."),
    "cut_file": N_("A file is broken off: what stood before the break was kept."),
    "damaged_part": N_("A part of a file is damaged: it was left aside, and the rest was read."),
    "damaged_text": N_("A few letters of a file are damaged: a sign stands for each."),
    "day_elsewhere": N_("A day of messages lies where no channel's folder is, or has another name: it was left aside."),
    "export_bug_skipped": N_("A message of the user U00, a known fault of exports, was passed over."),
    "file_unreadable": N_("A file has no identifier: it was left aside."),
    "folder_direct_unlisted": N_("A folder of direct messages is in no list: it was left aside."),
    "folder_unlisted": N_("A folder is in no list of channels: it became a hidden, archived community."),
    FORM_LOST: N_("A message has a form that cannot be read: its words were kept without it."),
    "item_unreadable": N_("An item of a list has no identifier: it was left aside."),
    "log_skipped": N_("A log of an edit or a deletion was passed over: the message itself says how it ended."),
    "message_twice": N_("A message stands twice in the export: it was taken once."),
    "message_unreadable": N_("A message does not have the form that Slack gives: it was left aside."),
    "message_without_ts": N_("A message has no moment, so it has no identity: it was left aside."),
    "message_wordless": N_("An entry says nothing and nobody answered it: it was left aside."),
    "moment_completed": N_("A message's moment was a number or had no decimals: it was read as Slack writes it."),
    "moment_taken": N_("Another message has the same moment, which is all that names it: this one was left aside."),
    "not_a_list": N_("A file does not hold a list: nothing of it could be read."),
    "not_a_message": N_("An item of a file is not a message: it was left aside."),
    "part_skipped": N_("This part of the export cannot be brought in yet."),
    "place_without_readers": N_(
        "Nothing says who was in a closed place: it came in, and nobody reads it until somebody is let in."
    ),
    "reaction_unreadable": N_("A reaction has no name: it was left aside."),
}
