"""The export of a Slack workspace, a zip or a folder: people, channels, messages, reactions and what is known of files.

Messages of one channel are read a day at a time, so memory does not grow with the export. A few things it lacks: when
people joined (but for the join entries), who was a member once, when somebody reacted, the former texts of what was
edited.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain

from migration.bundle import Bundle
from migration.records import Record
from migration.source import Detection, Options
from migration.sources.slack_export.age import told_until
from migration.sources.slack_export.messages import Messages
from migration.sources.slack_export.workspace import Workspace
from reseau.i18n import N_, Words

_SIGNS = ("channels.json", "groups.json", "dms.json", "mpims.json")


class SlackExport:
    """See :class:`migration.source.Source`."""

    name = "slack_export"
    title = N_("Slack export")

    def detect(self, bundle: Bundle) -> Detection:
        """By the names of its lists: nothing else has ``users.json`` beside ``channels.json``."""
        people = "users.json" in bundle or "org_users.json" in bundle
        lists = [name for name in _SIGNS if name in bundle]
        if people and lists:
            return Detection(95, N_("It holds the lists of people and channels of a Slack workspace."))
        if lists:
            return Detection(40, N_("It holds lists of Slack channels, but nobody's names."))
        return Detection(0, "")

    def read(self, bundle: Bundle, options: Options) -> Iterator[Record]:
        """See :meth:`migration.source.Source.read`."""
        workspace = Workspace(bundle, options)
        messages = Messages(bundle, workspace, Words(options.language))
        channels = workspace.channels
        places = [channel.place for channel in channels]
        return chain(workspace.notes, workspace.people, places, chain.from_iterable(map(messages.read, channels)))

    def told_until(self, bundle: Bundle, now: datetime) -> datetime | None:
        """See :class:`migration.source.Dated`: by the last days of the export, and when people's sheets changed."""
        return told_until(bundle, now)


source = SlackExport()
