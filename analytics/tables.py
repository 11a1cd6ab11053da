"""The ground that metrics stand on: the facts as Ibis tables, with everything that never counts already left out.

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
from analytics.facts import directory, facts
from analytics.facts.manifest import part_files
from analytics.files import shelf
from analytics.metric import SEGMENTS
from analytics.periods import DAY, Calendar, Period
from analytics.published.record import Record
from reseau.kinds import MemberStatus, Origin, Privacy, Verb
from reseau.settings import Settings

#: Verbs that leave something written: a contributor (C in docs/metrics.md).
CONTRIBUTING = (Verb.PUBLISHED, Verb.REPLIED)
#: Verbs that say something to others, a reaction or more: engaged (G). Following and joining are reading.
ENGAGING = (*CONTRIBUTING, Verb.REACTED, Verb.THANKED, Verb.ACCEPTED)
#: What is not the person's own doing: system entries of an import.
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


class Ground:
    """What a metric may look at. Made by :func:`open_ground`; every table holds pseudonyms only.

    Attributes:
        calendar: which periods there are.
        now: the moment of the build (UTC): what has not happened by then is censored, not missing.
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
        """Let the engine go."""
        self._engine.disconnect()

    def frame(self, expression: ir.Table) -> pd.DataFrame:
        """Run an expression; days come as ``datetime.date``."""
        table: pd.DataFrame = self._engine.to_pyarrow(expression).to_pandas(date_as_object=True)
        return table

    # -- what was written down

    @cached_property
    def facts(self) -> ir.Table:
        """Every fact, seeded ones too (columns of ``analytics.facts.facts.SCHEMA``)."""
        files = part_files(self.settings.folder)
        return self._read(files) if files else self._kept("no_facts", facts.SCHEMA.empty_table())

    @cached_property
    def people(self) -> ir.Table:
        """The directory without bots and placeholders; who left is in it, with the day."""
        everybody = self._read([directory.people_file(self.settings.folder)])
        never = (everybody.status == MemberStatus.LEFT) & everybody.left_on.isnull()  # left before anyone looked
        return everybody.filter(~everybody.status.isin([MemberStatus.BOT, MemberStatus.PLACEHOLDER]), ~never)

    @cached_property
    def communities(self) -> ir.Table:
        """The communities of management figures: neither personal ones nor imported conversations."""
        every = self._read([directory.communities_file(self.settings.folder)])
        return every.filter(~every.personal & ~every.conversation)

    @cached_property
    def spoken_of(self) -> ir.Table:
        """The communities that figures may count one by one: the secret ones exist for their members only."""
        return self.communities.filter(self.communities.privacy != Privacy.SECRET)

    @cached_property
    def animateurs(self) -> ir.Table:
        """Who holds a role where, from ``since_day`` to ``until_day`` (none: still)."""
        return self._read([directory.animateurs_file(self.settings.folder)])

    # -- what counts

    @cached_property
    def acts(self) -> ir.Table:
        """The facts that count, from the launch to today: what people did themselves, here or in a linked channel.

        Left out: seeded rows, system entries, bots, leavers from the day they left, personal communities and
        conversations, and what was written and has been deleted since. What arrived after the figures of its day were
        published counts on the first day after them.
        """
        done = self.facts.filter(self.facts.origin.isin(_LIVING_ORIGINS), ~self.facts.verb.isin(NOT_DONE))
        people = self.people.select("person", "left_on")
        done = done.inner_join(people, "person")
        done = done.filter(done.left_on.isnull() | (done.day < done.left_on))
        done = done.filter(done.day >= (self.calendar.launch or date.min), done.day <= self.today)
        done = done.filter(done.community.isnull() | done.community.isin(self.communities.community))
        written = done.verb.isin(CONTRIBUTING)
        done = done.mutate(day=self._counted_on(done))
        done = done.mutate(writes=ibis.ifelse(written, done.content, None))
        return self._kept("acts", done.anti_join(self._deleted, done.writes == self._deleted.gone).drop("writes"))

    def _counted_on(self, done: ir.Table) -> ir.DateColumn:
        """The day of an act, or, where it came too late for it, the day after the figures that were published then."""
        late = [(done.id > reach.upto, ibis.literal(reach.until + DAY)) for reach in reversed(self.record.reached)]
        return ibis.greatest(done.day, ibis.cases(*late, else_=done.day)) if late else done.day

    @cached_property
    def _deleted(self) -> ir.Table:
        """What was taken back, removed or merged into another thread, and has not come back since."""
        ends = self.facts.filter(self.facts.verb.isin([*ENDING, Verb.RESTORED]), self.facts.content.notnull())
        back = ends.id.max(where=ends.verb == Verb.RESTORED)
        last = ends.group_by("content").aggregate(ended=ends.id.max(where=ends.verb != Verb.RESTORED), back=back)
        gone = last.filter(last.ended.notnull(), last.back.isnull() | (last.back < last.ended))
        return gone.select(gone=gone.content)

    @cached_property
    def activations(self) -> ir.Table:
        """The day on which each person was activated (A in docs/metrics.md): ``person``, ``activated_day``.

        The facts say it; the directory does for those whose activation is older than the facts. Someone whose only
        activation is seeded was activated by nobody.
        """
        own = self.facts.filter(self.facts.verb == Verb.ACTIVATED)
        counts = own.origin.isin(_LIVING_ORIGINS)
        first = own.group_by("person").aggregate(first_day=own.day.min(where=counts), known=own.count())
        joined = self.people.select("person", "activated_day").left_join(first, "person")
        day = ibis.ifelse(joined.known.notnull(), joined.first_day, joined.activated_day)
        dated = joined.select("person", activated_day=day)
        return self._kept("activations", dated.filter(dated.activated_day.notnull()))

    def periods(self, periods: Sequence[Period]) -> ir.Table:
        """Some periods as a table: ``grain``, ``start``, ``end``, ``block``."""
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
        """Everyone who is counted, block by block: ``block``, ``person``, the segments, ``activated_day``."""
        folder, blocks = self.settings.folder, sorted({period.block for period in self.calendar.spans()})
        frames = [roster.read_roster(folder, block).assign(block=block) for block in blocks]
        schema = pa.schema([("block", pa.date32()), *((name, pa.string()) for name in ("person", *SEGMENTS))])
        frame = pd.concat(frames) if frames else schema.empty_table().to_pandas()
        counted = self._kept("counted", pa.Table.from_pandas(frame, schema=schema, preserve_index=False))
        counted = counted.left_join(self.activations, "person").drop("person_right")
        left = self.people.select("person", "left_on")
        return self._kept("rosters", counted.left_join(left, "person").drop("person_right"))

    def counted(self, periods: ir.Table) -> ir.Table:
        """The eligible employees of each period (E in docs/metrics.md), with ``activated_day`` and the segments.

        ``gone`` and ``left`` say whether the person had left before the period began, and by its end.
        """
        counted = periods.inner_join(self._rosters, "block")
        gone, left = (counted.left_on.notnull() & (counted.left_on <= day) for day in (counted.start, counted.end))
        return counted.mutate(gone=gone, left=left).drop("block", "left_on")

    def during(self, acts: ir.Table, periods: ir.Table) -> ir.Table:
        """Acts laid into the periods that their days fall in (once for each)."""
        periods = periods.select("grain", "start", "end")
        return acts.inner_join(periods, [acts.day >= periods.start, acts.day <= periods.end])

    # -- how tables are kept

    def _first_day(self) -> date | None:
        """The day of the first native activation, or of the first act if nobody has activated."""
        own = self.facts.filter(~self.facts.verb.isin(NOT_DONE)).semi_join(self.people, "person")
        native = (own.origin == Origin.NATIVE) & (own.verb == Verb.ACTIVATED)
        living = own.origin.isin(_LIVING_ORIGINS)
        days = self.frame(own.aggregate(launch=own.day.min(where=native), first=own.day.min(where=living)))
        launch, first = days.iloc[0]
        return next((day for day in (launch, first) if isinstance(day, date)), None)

    def _kept(self, name: str, table: ir.Table | pa.Table) -> ir.Table:
        """A table worked out once and read from disk from then on, so that memory holds no log."""
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
def open_ground(
    settings: Settings, now: datetime, launch: date | None = None, record: Record | None = None
) -> Iterator[Ground]:
    """The ground over the facts and snapshots of a data folder.

    Args:
        settings: whose folder, zone and k.
        now: the moment figures are made for, UTC.
        launch: the first day that counts, where the installation has noted one.
        record: what was published before; none: nothing.
    """
    work = shelf(settings.folder) / ".work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    ground = Ground(settings, now, work, launch, record or Record(settings.folder))
    try:
        yield ground
    finally:
        ground.close()
        shutil.rmtree(work, ignore_errors=True)
