"""The export of a Slack workspace, a zip or a folder, with people, channels, messages, reactions and details of files.

The messages of a channel are read a day at a time, so that memory does not grow with the export. An export lacks the
dates on which people joined (except in join entries), former members, the moments of reactions, and former texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import chain

from migration.reading.bundle import Bundle, InputError
from migration.reading.records import Note, Record
from migration.reading.source import Detection, Options
from migration.sources.slack_export.age import covers_until
from migration.sources.slack_export.messages import Messages
from migration.sources.slack_export.notes import NOTES
from migration.sources.slack_export.workspace import Workspace
from reseau.i18n import N_, Words
from reseau.terminal import printable

_SIGNS = ("channels.json", "groups.json", "dms.json", "mpims.json")
_PEOPLE = ("users.json", "org_users.json")
_WORKSPACE = re.compile(r"(^|/)teams/[^/]+/$")
_DAY = re.compile(r"(^|/)\d{4}-\d{2}-\d{2}\.json$")


class SlackExport:
    """See :class:`migration.reading.source.Source`."""

    name = "slack_export"
    title = N_("Slack export")
    notes = NOTES

    def detect(self, bundle: Bundle) -> Detection:
        """Recognise the names of the lists: no other export has ``users.json`` beside ``channels.json``."""
        names = {name.rpartition("/")[2] for name in bundle.names}
        lists = not names.isdisjoint(_SIGNS)
        if lists and not names.isdisjoint(_PEOPLE):
            return Detection(95, N_("It holds the lists of people and channels of a Slack workspace."))
        if lists:
            return Detection(40, N_("It holds lists of Slack channels, but nobody's names."))
        if any(map(_DAY.search, names)):
            return Detection(30, N_("It holds days of messages as Slack gives them, but no list of channels."))
        return Detection(0, "")

    def check(self, bundle: Bundle) -> None:
        """See :class:`migration.reading.source.ChecksInput`."""
        home = _home(bundle)
        if any(_DAY.match(name.removeprefix(home)) for name in bundle.names if name.startswith(home)):
            raise InputError(
                "E_SLACK_LISTS",
                N_(
                    "In “{name}” the lists ({lists}) lie in the folder of a channel, among its days. "
                    "Put them beside the folders of the channels, as Slack gave them, and try again."
                ),
                name=printable(bundle.name),
                lists=", ".join(name for name in (*_PEOPLE, *_SIGNS) if home + name in bundle),
            )

    def read(self, bundle: Bundle, options: Options) -> Iterator[Record]:
        """See :meth:`migration.reading.source.Source.read`."""
        home = _home(bundle)
        beside = _beside(bundle, home)
        if home:
            bundle = bundle.below(home)
        workspace = Workspace(bundle, options)
        messages = Messages(bundle, workspace, Words(options.language))
        channels = workspace.channels
        places = [channel.place for channel in channels]
        notes = chain(beside, workspace.notes)
        return chain(notes, workspace.people, places, chain.from_iterable(map(messages.read, channels)))

    def covers_until(self, bundle: Bundle, now: datetime) -> datetime | None:
        """See :class:`migration.reading.source.Dated`; the moments are those of the last day and of profile changes."""
        home = _home(bundle)
        return covers_until(bundle.below(home) if home else bundle, now)


def _home(bundle: Bundle) -> str:
    """Return the folder of the export, with its slash: people unpack exports and repack them with other files.

    Raises:
        InputError: there is no export, or there are several.
    """
    folders = {name[: -len(sign)] for name in bundle.names for sign in _SIGNS if name.endswith(sign)}
    folders = {folder for folder in folders if folder == "" or folder.endswith("/")}
    # In the export of an organisation, the lists of its workspaces lie below its own lists.
    homes = {
        folder.partition("teams/")[0] if re.search(r"(^|/)teams/[^/]+/$", folder) else folder for folder in folders
    }
    if len(homes) > 1 and "" not in homes:
        raise InputError(
            "E_SLACK_SEVERAL",
            N_("“{name}” holds several exports ({folders}): bring them in one after the other, each by its folder."),
            name=printable(bundle.name),
            folders=", ".join(printable(folder.rstrip("/")) for folder in sorted(homes)[:5]),
        )
    if not homes:
        people = sorted({name for name in bundle.names if name.rpartition("/")[2] in _PEOPLE})
        raise InputError(
            "E_SLACK_NO_LISTS",
            N_(
                "“{name}” holds days of messages, but not {missing}, without which nobody can say who may read them. "
                "Download the whole export from Slack again, or put the file beside the folders of the channels."
            ),
            name=printable(bundle.name),
            missing="channels.json" if people else "channels.json, users.json",
        )
    return "" if "" in homes else homes.pop()


def _beside(bundle: Bundle, home: str) -> list[Note]:
    """Return a note for each file or folder beside the export."""
    outside = (name for name in bundle.names if not name.startswith(home))
    return [Note("beside_export", name) for name in sorted({_outermost(name, home) for name in outside})]


def _outermost(name: str, home: str) -> str:
    parts = name.split("/")
    shared = next(
        (at for at, (left, right) in enumerate(zip(parts, home.split("/"), strict=False)) if left != right), 0
    )
    return "/".join(parts[: shared + 1])


source = SlackExport()
