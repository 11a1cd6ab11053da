"""The messages of a channel as records, read a day at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import chain
from types import NoneType
from typing import Any

from migration.reading.bundle import Bundle, InputError
from migration.reading.reach import END
from migration.reading.records import Activity, File, Link, Membership, Note, Person, Post, Reaction, Record
from migration.sources.slack_export.decoding import LARGE, Fault, decode, pieces
from migration.sources.slack_export.workspace import EXPORT_BUG, Channel, Workspace
from reseau import keys
from reseau.foreign import dicts, items, texts, word
from reseau.i18n import Words
from reseau.markup.locator import without_secrets
from reseau.markup.markdown import plain
from reseau.markup.slack import SlackMarkup, unescape
from reseau.markup.slack_blocks import forwarded_files, is_forwarded
from reseau.markup.slack_files import HIDDEN, NAMELESS, is_visible
from reseau.markup.slack_message import WORDLESS, SlackReader
from reseau.markup.slack_user import SLACKBOT, name_shown, plain_line

#: Subtypes of messages by people and programs. Others are events of the channel: joins, topics, canvases, huddles.
_MESSAGE_SUBTYPES = frozenset(
    "bot_message me_message thread_broadcast reply_broadcast file_share file_comment file_mention slackbot_response "
    "tombstone".split()
)
#: Subtypes of events. An entry of a newer subtype with text of its own counts as a message.
_EVENT_SUBTYPES = frozenset(
    "channel_join channel_leave group_join group_leave channel_topic channel_purpose channel_name channel_archive "
    "channel_unarchive channel_convert_to_private channel_convert_to_public channel_posting_permissions group_topic "
    "group_purpose group_name group_archive group_unarchive pinned_item unpinned_item bot_add bot_remove bot_enable "
    "bot_disable reminder_add huddle_thread sh_room_created sh_room_shared channel_canvas_updated document_mention "
    "document_comment_root app_conversation_join app_conversation_leave assistant_app_thread ekm_access_denied".split()
)
#: Endings of their names, and probably of those that Slack will add later.
_looks_like_event = re.compile(
    r"(?:_join|_leave|_topic|_purpose|_name|_archive|_unarchive|_updated|_added|_removed|_created|_deleted|_shared"
    r"|_mention|_enabled?|_disabled?|_permissions|_item|_add|_remove|_changed)$"
).search
#: Subtypes of logs about other messages, which are in the export themselves.
_LOGS = frozenset(("message_changed", "message_deleted", "message_replied"))
_JOINS = frozenset(("channel_join", "group_join"))
_is_ts = re.compile(r"[0-9]{1,11}\.[0-9]{1,6}").fullmatch
#: Whole digits; the pattern below ends in the year 2096, up to which a float is exact to the microsecond.
_is_digits = re.compile(r"[0-9]{9,11}").fullmatch
_is_usual_ts = re.compile(r"[0-3][0-9]{9}\.[0-9]{6}").fullmatch
_MESSAGE_LINK = re.compile(r"https?://[\w.-]+/archives/([CDG][A-Z0-9]+)/p(\d{10})(\d{6})[^\s|>)]*")
_NO_AUTHOR = "UNKNOWN"
LARGEST = 2**63  # bytes; a store cannot hold a larger number
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_from_timestamp = datetime.fromtimestamp  # looked up once: an attribute of the class is slow
Message = dict[str, Any]

_thread = lru_cache(maxsize=1000)(keys.slack_post)  # all replies of a thread need the same key


class Messages:
    """Reads the channels of a workspace, one after another."""

    def __init__(self, bundle: Bundle, workspace: Workspace, words: Words) -> None:
        self._bundle = bundle
        self._workspace = workspace
        self._keys = workspace.person_keys
        self._words = words
        places = dict(workspace.places())
        self._reader = SlackReader(SlackMarkup(workspace.names, places, workspace.person_key, keys.slack_place, words))
        self._unnamed: set[str] = set()  # unlisted people whose name is not known yet

    def read(self, channel: Channel) -> Iterator[Record]:
        """Return the records of a channel: its messages by day, then its members."""
        return chain.from_iterable(self._parts(channel))

    def _parts(self, channel: Channel) -> Iterator[list[Record]]:
        joined: dict[str, datetime] = {}
        seen: dict[str, int] = {}
        for entry in channel.days:
            yield from self._day(channel, entry, seen, joined)
        yield self._members(channel, joined)

    def _day(
        self, channel: Channel, entry: str, seen: dict[str, int], joined: dict[str, datetime]
    ) -> Iterator[list[Record]]:
        """Yield the records of a day in lists: a generator for each message would take as long as reading it."""
        number = 0
        try:
            for items, faults in self._items(entry):
                out: list[Record] = [fault.note(entry, "post") for fault in faults]
                for number, item in enumerate(items, number + 1):  # noqa: B020  (counts on from piece to piece)
                    self._item(out, channel, item, f"#{number}", entry, seen, joined)
                yield out
        except InputError as error:
            yield [Note("entry_unreadable", entry, str(error), "entry")]

    def _items(self, entry: str) -> Iterator[tuple[list[Any], list[Fault]]]:
        """Yield the items of a day; a large day comes in pieces."""
        if self._bundle.size(entry) <= LARGE:
            yield decode(self._bundle.read(entry))
            return
        with self._bundle.open(entry) as stream:
            yield from pieces(stream)

    def _item(
        self,
        out: list[Record],
        channel: Channel,
        item: Any,
        number: str,
        entry: str,
        seen: dict[str, int],
        joined: dict[str, datetime],
    ) -> None:
        ts = item.get("ts") if type(item) is dict else None
        at = moment(ts)
        if at is None and type(item) is dict and (completed := stamp(ts)):
            out.append(Note("moment_completed", entry, f"{number}: {ts}"))
            ts, at = completed, moment(completed)
            item["ts"] = ts
        if at is None or type(ts) is not str:
            code = "message_without_ts" if type(item) is dict else "not_a_message"
            out.append(Note(code, entry, number, "post"))  # its place in the file
        elif ts in seen:
            is_same = seen[ts] == _digest(item)
            out.append(Note("message_twice", entry, ts) if is_same else Note("moment_taken", entry, ts, "post"))
        elif item.get("user") == EXPORT_BUG:
            out.append(Note("export_bug_skipped", entry, ts))
        else:
            seen[ts] = _digest(item)
            before = len(out)
            try:
                self._message(out, channel, item, at, entry, joined)
            except (TypeError, ValueError, AttributeError, KeyError, RecursionError, OverflowError) as error:
                # A message with values of an unexpected type must not affect the others.
                out[before:] = [record for record in out[before:] if isinstance(record, Person)]
                out.append(Note("message_unreadable", entry, f"{ts}: {error}", "post"))

    def _members(self, channel: Channel, joined: dict[str, datetime]) -> list[Record]:
        out: list[Record] = []
        for user in channel.members:
            if user not in self._keys:
                self._stranger(out, user, {}, channel.place.where)
            since = joined.get(user) or channel.place.created
            key = keys.slack_membership(channel.id, user)
            out.append(Membership(key, channel.place.key, self._keys[user], since, where=channel.place.where))
        return out

    # -- a message -----------------------------------------------------------------------------------------------------

    def _message(
        self,
        out: list[Record],
        channel: Channel,
        message: Message,
        at: datetime,
        entry: str,
        joined: dict[str, datetime],
    ) -> None:
        ts, subtype, thread = message["ts"], message.get("subtype"), _thread_of(message)
        if type(subtype) is not str:
            subtype = None
        if subtype in _LOGS:
            out.append(Note("log_skipped", entry, ts))
            return
        user = self._speaker(message, channel)
        if user not in self._keys or user in self._unnamed:
            self._stranger(out, user, message, entry)
        author = self._keys[user]
        is_event = subtype is not None and _is_event(message)
        if is_event:
            key = keys.slack_entry(channel.id, ts)
            out.append(Activity(key, channel.place.key, author, str(subtype), at, entry))
            if subtype in _JOINS:
                joined[user] = at
            if thread is None and "reactions" not in message and "files" not in message:
                return
        post = keys.slack_post_at(channel.id, ts)
        root = root_author = ""
        if thread is not None and thread != ts:
            root = _thread(channel.id, thread)
            root_author = self._root_author(out, message, entry)
        if not (text := self._text(out, message, entry)):
            out.append(Note("message_wordless", entry, ts))
            return
        record = Post(
            key=post,
            place=channel.place.key,
            author=author,
            text=text,
            created=at,
            root=root,
            root_author=root_author,
            edited=_edited(message["edited"]) if "edited" in message else None,
            deleted=at if subtype == "tombstone" else None,
            placeholder=is_event,
            where=entry,
        )
        out.append(record)
        self._attachments(out, channel, message, post, user, at, entry)

    def _root_author(self, out: list[Record], message: Message, entry: str) -> str:
        parent = message.get("parent_user_id")
        if type(parent) is not str or not parent:
            return ""
        if parent not in self._keys:
            self._stranger(out, parent, {}, entry)
        return self._keys[parent]

    def _text(self, out: list[Record], message: Message, entry: str) -> str:
        """Return the text of a message; empty for one without words that nobody answered."""
        title = message.get("assistant_app_thread")
        if type(title) is dict and type(title.get("title")) is str and title["title"].strip():
            return plain(plain_line(title["title"]))
        reading = self._reader.read(message)
        out.extend(Note(loss, entry, message["ts"]) for loss in reading.losses)
        if reading.text.strip():
            return reading.text
        answered = "thread_ts" in message or message.get("reactions")
        return self._words(WORDLESS) if answered else ""

    # -- attachments of a message --------------------------------------------------------------------------------------

    def _attachments(
        self, out: list[Record], channel: Channel, message: Message, post: str, user: str, at: datetime, entry: str
    ) -> None:
        if "reactions" in message:
            self._reactions(out, message, channel.id, post, at, entry)
        if "files" in message or "file" in message:
            self._files(out, message, post, user, at, entry)
        cards = message.get("attachments")
        if cards:
            self._forwarded_files(out, cards, post, user, at, entry)
        text = message.get("text")
        addresses = [text] if type(text) is str and "/archives/" in text else []
        for card in dicts(cards) if cards else ():
            url = card.get("from_url")
            if is_forwarded(card) and type(url) is str:
                addresses.append(url)
        if addresses:
            out.extend(self._links(" ".join(addresses), channel.id, post, entry))

    def _forwarded_files(
        self, out: list[Record], cards: object, post: str, user: str, at: datetime, entry: str
    ) -> None:
        for file in (file for card in dicts(cards) if is_forwarded(card) for file in forwarded_files(card)):
            if type(file.get("id")) is str:
                owner = file.get("user")
                uploader = owner if type(owner) is str and owner in self._keys else user
                out.append(self._file(file, post, self._keys[uploader], at, entry))

    def _reactions(
        self, out: list[Record], message: Message, channel: str, post: str, at: datetime, entry: str
    ) -> None:
        ts = message["ts"]
        for reaction in items(message["reactions"]):
            if type(reaction) is not dict or type(reaction.get("name")) is not str:
                out.append(Note("reaction_unreadable", entry, ts, "reaction"))
                continue
            name = reaction["name"]
            for user in dict.fromkeys(texts(reaction.get("users"))):
                if user not in self._keys:
                    self._stranger(out, user, {}, entry)
                key = keys.slack_reaction(channel, ts, name, user)
                out.append(Reaction(key, post, self._keys[user], name, at, entry))

    def _files(self, out: list[Record], message: Message, post: str, user: str, at: datetime, entry: str) -> None:
        # An empty list of files and a null in it are not lost files.
        for file in items(message.get("files")) or filter(None, [message.get("files") or message.get("file")]):
            if type(file) is not dict or type(file.get("id")) is not str:
                out.append(Note("file_unreadable", entry, message["ts"], "file"))
                continue
            owner = file.get("user")
            if type(owner) is not str or owner not in self._keys:
                owner = user
            out.append(self._file(file, post, self._keys[owner], at, entry))

    def _file(self, file: Message, post: str, owner: str, at: datetime, entry: str) -> File:
        id_ = file["id"]
        available = is_visible(file)
        url = file.get("url_private") or file.get("permalink") or ""
        upload = self._workspace.uploads.get(id_)
        size = file.get("size")
        created = file.get("created")
        key = keys.slack_file(id_)
        return File(
            f"{key}@{post}",
            key,
            post,
            plain_line(str(file.get("name") or file.get("title") or self._words(NAMELESS if available else HIDDEN))),
            str(file.get("mimetype") or ""),
            size if type(size) is int and 0 <= size < LARGEST else None,
            locator=f"export:{upload}" if upload else without_secrets(str(url)) if available else "",
            available=available,
            owner=owner,
            created=moment(f"{created}.0") or at if type(created) is int else at,
            where=entry,
        )

    def _links(self, text: str, channel: str, post: str, entry: str) -> Iterator[Record]:
        """Yield links to other messages, with their addresses in the converted text."""
        matches = {match[0]: match for match in _MESSAGE_LINK.finditer(unescape(text))}
        for match in matches.values():
            if self._workspace.may_reveal(channel, match[1]):
                target = keys.slack_post(match[1], f"{match[2]}.{match[3]}")
                yield Link(f"{post}>{target}", post, target, without_secrets(match[0]), entry)

    # -- unlisted people -----------------------------------------------------------------------------------------------

    def _speaker(self, message: Message, channel: Channel) -> str:
        """Return the author of a message: an id, and the name on the message if the id has several."""
        user = message.get("user")
        if type(user) is str and user and not message.get("bot_id"):
            return user
        id_ = user if type(user) is str and user else _author(message)
        if not id_:
            # There is one unknown author for each workspace, or for each channel without one.
            id_ = f"{_NO_AUTHOR}@{self._workspace.team or channel.id}"
        name = plain_line(str(message.get("username") or ""))
        if not name or name == self._own_name(id_, message):
            return id_
        return f"{id_}:{name}"

    def _own_name(self, id_: str, message: Message) -> str:
        """Return a program's own name, from the list of people or from its profile."""
        if id_ in self._workspace.listed:
            return self._workspace.names.get(id_, "")
        bot = message.get("bot_profile")
        return name_shown(bot) or word(bot, "id")

    def _stranger(self, out: list[Record], user: str, message: Message, entry: str) -> None:
        """Add a placeholder for an unlisted person, and the name as soon as a message gives it."""
        has_placeholder = user in self._keys
        key = self._keys[user] = keys.slack_person(user)
        id_, _, name_in_message = user.partition(":")
        name = name_in_message or _name_on(message, id_)
        if has_placeholder and not name:
            return
        if name:
            self._unnamed.discard(user)
        elif not user.startswith(_NO_AUTHOR):
            self._unnamed.add(user)
        self._workspace.names[user] = name or user
        if not has_placeholder and id_ not in self._workspace.listed:
            out.append(Note("person_unlisted", entry, user))
        is_bot = bool(name_in_message) or user.startswith("B") or user == SLACKBOT
        status = "bot" if is_bot else "placeholder"
        out.append(Person(key, name or user, status=status, placeholder=True, where=entry))


def _name_on(message: Message, id_: str) -> str:
    """Return the name of a person or program from a message, if it gives one."""
    if id_ == SLACKBOT:
        return "Slackbot"
    profile = message.get("user_profile") if message.get("user") == id_ else None
    bot = message.get("bot_profile") if id_ in (message.get("bot_id"), message.get("user")) else None
    snapshot = profile if type(profile) is dict else bot if type(bot) is dict else {}
    return name_shown({**snapshot, "id": ""}) or (plain_line(str(message.get("username") or "")) if message else "")


def _is_event(message: Message) -> bool:
    """Whether an entry is an event and not a message: by its subtype, or because it reports an act of its author."""
    subtype = message.get("subtype")
    if subtype in _MESSAGE_SUBTYPES or not isinstance(subtype, str) or not subtype:
        return False
    if subtype in _EVENT_SUBTYPES or _looks_like_event(subtype) or message.get("hidden") is True:
        return True
    text, user = message.get("text"), message.get("user")
    if type(text) is str and type(user) is str and text.startswith((f"<@{user}>", f"<@{user}|")):
        return True
    return not (text or message.get("blocks") or message.get("attachments") or message.get("files"))


def moment(ts: object) -> datetime | None:
    """Return the moment of a ``ts``, exact to the microsecond; ``None`` if it is not one."""
    if type(ts) is not str:
        return None
    if _is_usual_ts(ts):
        return _from_timestamp(float(ts), UTC)
    if not _is_ts(ts):
        return None
    seconds, micros = ts.split(".")
    try:
        at = _EPOCH + timedelta(0, int(seconds), int(micros if len(micros) == 6 else micros.ljust(6, "0")))
    except OverflowError:
        return None
    return at if at < END else None


def stamp(ts: object) -> str:
    """Return the ``ts`` of a number or a string of digits; empty if it is not one."""
    if type(ts) is str and _is_digits(ts):
        return f"{ts}.000000"
    if type(ts) not in (int, float) or not 0 <= ts < 10**11:  # type: ignore[operator]  # its type is checked first
        return ""
    return f"{ts:.6f}"


def _thread_of(message: Message) -> str | None:
    thread = message.get("thread_ts")
    return thread if thread is None or type(thread) is str else stamp(thread) or None


def _digest(message: Message) -> int:
    """Return a number that differs for different messages of the same moment."""
    text = message.get("text")
    return hash(
        (message.get("user"), text) if type(text) is str and type(message.get("user")) in (str, NoneType) else 0
    )


def _edited(edited: object) -> datetime | None:
    if not isinstance(edited, dict):
        return None
    return moment(edited.get("ts")) or moment(stamp(edited.get("ts")))


def _author(message: Message) -> str:
    """Return the author of a message without ``user``; empty if there is none."""
    files = message.get("files")
    holders = [message.get("comment"), message.get("file"), *(files if type(files) is list else ())]
    for holder in (message.get("bot_id"), *(part.get("user") for part in holders if type(part) is dict)):
        if type(holder) is str and holder:
            return holder
    return SLACKBOT if message.get("subtype") == "slackbot_response" else ""
