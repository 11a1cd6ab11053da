"""The tables that metrics are made from: the facts as Ibis tables, already without everything that never counts.

The expressions here and in ``metrics/`` name no engine; DuckDB runs them over the Parquet files.
"""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analytics import roster
from analytics.cell import SEGMENTS
from analytics.facts import directory, facts
from analytics.facts.manifest import part_files
from analytics.files import analytics_folder
from analytics.periods import DAY, Calendar, Period
from analytics.published.record import Record
from reseau.kinds import MemberStatus, Origin, Privacy, Verb
from reseau.settings import Settings

#: The acts of a contributor (C in docs/metrics.md): something is written.
CONTRIBUTING = (Verb.PUBLISHED, Verb.REPLIED)
#: The acts of an engaged person (G): a reaction or more. Following and joining do not count.
ENGAGING = (*CONTRIBUTING, Verb.REACTED, Verb.THANKED, Verb.ACCEPTED)
#: System entries of an import, which are not the person's own acts.
NOT_DONE = (Verb.NOTED,)
#: After these a content counts no longer, unless it is restored.
ENDING = (Verb.DELETED, Verb.REMOVED, Verb.MERGED)

_LIVING_ORIGINS = (Origin.NATIVE, Origin.MIRRORED)
_PERIOD = pa.schema(
    [
        ("grain", pa.string()),
        ("start", pa.date32()),
        ("end", pa.date32()),
        ("block", pa.date32()),
    ]
)


class Tables:
    """Everything that a metric may read. Every table holds pseudonyms only. Made by :func:`open_tables`.

    Attributes:
        calendar: the periods.
        now: the moment of the build (UTC); statistically, what has not happened by then is censored, not missing.
        record: what was published before.
    """

    def __init__(self, settings: Settings, now: datetime, work: Path, launch: date | None, record: Record) -> None:
        self.settings = settings
        self.now = now
        self.record = record
        self._work = work
        self._engine = ibis.duckdb.connect()
        self.today = now.astimezone(settings.zone).date()
        day = launch or self._first_day()
        self.calendar = Calendar(day, self.today, record.anchor(day))

    def close(self) -> None:
        """Close the engine."""
        self._engine.disconnect()

    def frame(self, expression: ir.Table) -> pd.DataFrame:
        """Return the result of an expression, with days as ``datetime.date``."""
        table: pd.DataFrame = self._engine.to_pyarrow(expression).to_pandas(date_as_object=True)
        return table

    # -- facts and directory

    @cached_property
    def facts(self) -> ir.Table:
        """Every fact, seeded ones too (columns of ``analytics.facts.facts.SCHEMA``)."""
        files = part_files(self.settings.folder)
        return self._read(files) if files else self._saved("no_facts", facts.SCHEMA.empty_table())

    @cached_property
    def people(self) -> ir.Table:
        """The directory without bots and placeholders; it includes leavers, with the day they left."""
        directory_rows = self._read([directory.people_file(self.settings.folder)])
        undated = (directory_rows.status == MemberStatus.LEFT) & directory_rows.left_on.isnull()
        not_people = directory_rows.status.isin([MemberStatus.BOT, MemberStatus.PLACEHOLDER])
        return directory_rows.filter(~not_people, ~undated)

    @cached_property
    def communities(self) -> ir.Table:
        """The communities of management figures, without personal ones and imported conversations."""
        every = self._read([directory.communities_file(self.settings.folder)])
        return every.filter(~every.personal & ~every.conversation)

    @cached_property
    def listed_communities(self) -> ir.Table:
        """The communities whose existence everyone may know: all but the secret ones."""
        return self.communities.filter(self.communities.privacy != Privacy.SECRET)

    @cached_property
    def animateurs(self) -> ir.Table:
        """People with a role in a community, from ``since_day`` to ``until_day`` (null: they still have it)."""
        return self._read([directory.animateurs_file(self.settings.folder)])

    # -- what counts

    @cached_property
    def acts(self) -> ir.Table:
        """The facts that count, from the launch to today: what people did themselves, here or in a linked channel.

        They do not include seeded rows, system entries, acts of bots and of people who had left, personal communities,
        conversations, and contents that have been deleted since. A fact that arrived after the figures of its day were
        published counts on the first day after them.
        """
        acts = self.facts.filter(self.facts.origin.isin(_LIVING_ORIGINS), ~self.facts.verb.isin(NOT_DONE))
        people = self.people.select("person", "left_on")
        acts = acts.inner_join(people, "person")
        acts = acts.filter(acts.left_on.isnull() | (acts.day < acts.left_on))
        acts = acts.filter(acts.day >= (self.calendar.launch or date.min), acts.day <= self.today)
        acts = acts.filter(acts.community.isnull() | acts.community.isin(self.communities.community))
        written = acts.verb.isin(CONTRIBUTING)
        acts = acts.mutate(day=self._counted_on(acts))
        acts = acts.mutate(writes=ibis.ifelse(written, acts.content, None))
        return self._saved("acts", acts.anti_join(self._deleted, acts.writes == self._deleted.gone).drop("writes"))

    def _counted_on(self, acts: ir.Table) -> ir.DateColumn:
        """Return the day of an act or, if the act came too late, the first day after the figures it missed."""
        late = [
            (acts.id > publication.upto, ibis.literal(publication.until + DAY))
            for publication in reversed(self.record.publications)
        ]
        return ibis.greatest(acts.day, ibis.cases(*late, else_=acts.day)) if late else acts.day

    @cached_property
    def _deleted(self) -> ir.Table:
        """Contents that were taken back, removed or merged into another thread, and have not come back since."""
        ends = self.facts.filter(self.facts.verb.isin([*ENDING, Verb.RESTORED]), self.facts.content.notnull())
        back = ends.id.max(where=ends.verb == Verb.RESTORED)
        last = ends.group_by("content").aggregate(ended=ends.id.max(where=ends.verb != Verb.RESTORED), back=back)
        gone = last.filter(last.ended.notnull(), last.back.isnull() | (last.back < last.ended))
        return gone.select(gone=gone.content)

    @cached_property
    def activations(self) -> ir.Table:
        """The day on which each person activated (A in docs/metrics.md): ``person``, ``activated_day``.

        It comes from the facts, or from the directory for activations older than the facts. A person whose only
        activation is seeded has not activated.
        """
        own = self.facts.filter(self.facts.verb == Verb.ACTIVATED)
        counts = own.origin.isin(_LIVING_ORIGINS)
        first = own.group_by("person").aggregate(first_day=own.day.min(where=counts), facts=own.count())
        joined = self.people.select("person", "activated_day").left_join(first, "person")
        day = ibis.ifelse(joined.facts.notnull(), joined.first_day, joined.activated_day)
        dated = joined.select("person", activated_day=day)
        return self._saved("activations", dated.filter(dated.activated_day.notnull()))

    def periods(self, periods: Sequence[Period]) -> ir.Table:
        """Return periods as a table: ``grain``, ``start``, ``end``, ``block``."""
        rows = [(p.grain.value, p.start, p.end, p.block) for p in periods]
        columns = list(zip(*rows, strict=True)) or [()] * len(_PERIOD)
        arrays = [pa.array(values, field.type) for values, field in zip(columns, _PERIOD, strict=True)]
        return ibis.memtable(pa.Table.from_arrays(arrays, schema=_PERIOD))

    @cached_property
    def weeks(self) -> ir.Table:
        """The weeks that are over."""
        return self.periods(self.calendar.weeks())

    @cached_property
    def blocks(self) -> ir.Table:
        """The blocks that are over."""
        return self.periods(self.calendar.blocks())

    @cached_property
    def spans(self) -> ir.Table:
        """Weeks and blocks."""
        return self.periods(self.calendar.spans())

    @cached_property
    def _rosters(self) -> ir.Table:
        """The rosters of all blocks: ``block``, ``person``, the segments, ``activated_day`` and ``left_on``."""
        folder, blocks = self.settings.folder, sorted({period.block for period in self.calendar.spans()})
        frames = [roster.read_roster(folder, block).assign(block=block) for block in blocks]
        schema = pa.schema([("block", pa.date32()), *((name, pa.string()) for name in ("person", *SEGMENTS))])
        frame = pd.concat(frames) if frames else schema.empty_table().to_pandas()
        counted = self._saved("counted", pa.Table.from_pandas(frame, schema=schema, preserve_index=False))
        counted = counted.left_join(self.activations, "person").drop("person_right")
        left = self.people.select("person", "left_on")
        return self._saved("rosters", counted.left_join(left, "person").drop("person_right"))

    def counted(self, periods: ir.Table) -> ir.Table:
        """Return the eligible employees of each period (E in docs/metrics.md), with their segments.

        The other columns are ``activated_day``, ``gone`` (the person had left before the period began) and ``left``
        (the person had left by its end).
        """
        counted = periods.inner_join(self._rosters, "block")
        gone, left = (counted.left_on.notnull() & (counted.left_on <= day) for day in (counted.start, counted.end))
        return counted.mutate(gone=gone, left=left).drop("block", "left_on")

    def during(self, acts: ir.Table, periods: ir.Table) -> ir.Table:
        """Return the acts with the periods that contain their days, once for each."""
        periods = periods.select("grain", "start", "end")
        return acts.inner_join(periods, [acts.day >= periods.start, acts.day <= periods.end])

    # -- how tables are kept

    def _first_day(self) -> date | None:
        """Return the day of the first native activation, or of the first act if nobody has activated."""
        own = self.facts.filter(~self.facts.verb.isin(NOT_DONE)).semi_join(self.people, "person")
        native = (own.origin == Origin.NATIVE) & (own.verb == Verb.ACTIVATED)
        living = own.origin.isin(_LIVING_ORIGINS)
        days = self.frame(own.aggregate(launch=own.day.min(where=native), first=own.day.min(where=living)))
        launch, first = days.iloc[0]
        return next((day for day in (launch, first) if isinstance(day, date)), None)

    def _saved(self, name: str, table: ir.Table | pa.Table) -> ir.Table:
        """Evaluate a table once and return it as a file, so that memory never holds the whole log."""
        file = self._work / f"{name}.parquet"
        if isinstance(table, pa.Table):
            pq.write_table(table, file)
        else:
            self._engine.to_parquet(table, file)
        return self._read([file])

    def _read(self, files: Sequence[Path]) -> ir.Table:
        with warnings.catch_warnings():
            # Ibis 12 asks DuckDB 2 for the schema through a method that DuckDB has renamed.
            warnings.simplefilter("ignore", DeprecationWarning)
            return self._engine.read_parquet([str(file) for file in files])


@contextmanager
def open_tables(
    settings: Settings, now: datetime, launch: date | None = None, record: Record | None = None
) -> Iterator[Tables]:
    """Open the tables of a data folder.

    Args:
        settings: the settings with the folder, the time zone and k.
        now: the moment for which figures are made, UTC.
        launch: the first day that counts, if the installation has set one.
        record: what was published before; ``None`` to read it from the folder.
    """
    work = analytics_folder(settings.folder) / ".work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    tables = Tables(settings, now, work, launch, record or Record(settings.folder))
    try:
        yield tables
    finally:
        tables.close()
        shutil.rmtree(work, ignore_errors=True)
