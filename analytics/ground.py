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

from analytics import directory, facts, frozen
from analytics.manifest import part_files
from analytics.metric import SEGMENTS
from analytics.periods import Calendar, Period
from analytics.shelf import shelf
from reseau.kinds import MemberKind, MemberStatus, Origin, Privacy, Verb
from reseau.settings import Settings

#: Verbs that leave something written: a contributor (F1's C).
CONTRIBUTING = (Verb.PUBLISHED, Verb.REPLIED)
#: Verbs that say something to others, a reaction or more: engaged (F1's G). Following and joining are reading.
ENGAGING = (*CONTRIBUTING, Verb.REACTED, Verb.THANKED, Verb.ACCEPTED)
#: What is not the person's own doing: system entries of an import.
NOT_DONE = (Verb.NOTED,)

_LIVING_ORIGINS = (Origin.NATIVE, Origin.MIRRORED)
_PERIOD = pa.schema(
    [
        ("grain", pa.string()),
        ("start", pa.date32()),
        ("end", pa.date32()),
        ("complete", pa.bool_()),
        ("month", pa.string()),
    ]
)


class Ground:
    """What a metric may look at. Made by :func:`open_ground`; every table holds pseudonyms only.

    Attributes:
        calendar: which periods there are.
        now: the moment of the build (UTC): what has not happened by then is censored, not missing.
    """

    def __init__(self, settings: Settings, now: datetime, work: Path, launch: date | None) -> None:
        self.settings = settings
        self.now = now
        self._work = work
        self._engine = ibis.duckdb.connect()
        self.today = now.astimezone(settings.zone).date()
        self.calendar = Calendar(launch or self._first_day(), self.today)

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
        """Every fact, seeded ones too (columns of ``analytics.facts.SCHEMA``)."""
        files = part_files(self.settings.folder)
        return self._read(files) if files else self._kept("no_facts", facts.SCHEMA.empty_table())

    @cached_property
    def people(self) -> ir.Table:
        """The directory without bots, placeholders and those who left nobody knows when."""
        everybody = self._read([directory.people_file(self.settings.folder)])
        apart = everybody.status.isin([MemberStatus.BOT, MemberStatus.PLACEHOLDER])
        lost = (everybody.status == MemberStatus.LEFT) & everybody.left_on.isnull()
        return everybody.filter(~(apart | lost))

    @cached_property
    def communities(self) -> ir.Table:
        """The communities of management figures: not personal (R029), no conversation."""
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
        conversations, and what was written and has been deleted since.
        """
        done = self.facts.filter(self.facts.origin.isin(_LIVING_ORIGINS), ~self.facts.verb.isin(NOT_DONE))
        people = self.people.select("person", "left_on")
        done = done.inner_join(people, "person")
        done = done.filter(done.left_on.isnull() | (done.day < done.left_on))
        done = done.filter(done.day >= (self.calendar.launch or date.min), done.day <= self.today)
        done = done.filter(done.community.isnull() | done.community.isin(self.communities.community))
        written = done.verb.isin(CONTRIBUTING)
        done = done.mutate(writes=ibis.ifelse(written, done.content, None))
        return self._kept("acts", done.anti_join(self._deleted, done.writes == self._deleted.gone).drop("writes"))

    @cached_property
    def _deleted(self) -> ir.Table:
        gone = self.facts.filter(self.facts.verb == Verb.DELETED, self.facts.content.notnull())
        return gone.select(gone=gone.content).distinct()

    @cached_property
    def activations(self) -> ir.Table:
        """The first day of each person's own (F1's A): ``person``, ``activated_day``.

        The facts say it; the directory does for those whose activation is older than the facts. Somebody whose only
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
        """Some periods as a table: ``grain``, ``start``, ``end``, ``complete``, ``month``."""
        rows = [(p.grain.value, p.start, p.end, p.complete, p.month) for p in periods]
        columns = list(zip(*rows, strict=True)) or [()] * len(_PERIOD)
        arrays = [pa.array(values, field.type) for values, field in zip(columns, _PERIOD, strict=True)]
        return ibis.memtable(pa.Table.from_arrays(arrays, schema=_PERIOD))

    @cached_property
    def spans(self) -> ir.Table:
        """Weeks, 4 and 12 weeks, since launch."""
        return self.periods(self.calendar.spans())

    def employees(self, periods: ir.Table) -> ir.Table:
        """F1's E at each period's end: ``grain``, ``start``, ``end``, ``person``, ``activated_day``."""
        staff = self.people.filter(self.people.kind == MemberKind.EMPLOYEE)
        staff = staff.select("person", "hired_on", "left_on").left_join(self.activations, "person").drop("person_right")
        there = periods.inner_join(
            staff,
            [
                (staff.hired_on.isnull()) | (staff.hired_on <= periods.end),
                (staff.left_on.isnull()) | (staff.left_on > periods.end),
            ],
        )
        return there.select("grain", "start", "end", "person", "activated_day")

    @cached_property
    def segmented(self) -> ir.Table:
        """Employees by frozen segment for each complete period, like :meth:`employees` with the four segments."""
        whole = [period for period in self.calendar.spans() if period.complete]
        months = sorted({period.month for period in whole})
        frame = frozen.membership(self.settings.folder, months)
        schema = pa.schema([(name, pa.string()) for name in ("month", "person", *SEGMENTS)])
        members = self._kept("segmented", pa.Table.from_pandas(frame, schema=schema, preserve_index=False))
        members = members.left_join(self.activations, "person").drop("person_right")
        return self.periods(whole).inner_join(members, "month").drop("month", "complete")

    def during(self, acts: ir.Table, periods: ir.Table) -> ir.Table:
        """Acts laid into the periods that their days fall in (once for each)."""
        periods = periods.select("grain", "start", "end")
        return acts.inner_join(periods, [acts.day >= periods.start, acts.day <= periods.end])

    # -- how tables are kept

    def _first_day(self) -> date | None:
        """The day of the first native activation; where there is none, of the first act of anybody."""
        own = self.facts.filter(~self.facts.verb.isin(NOT_DONE)).semi_join(self.people, "person")
        native = (own.origin == Origin.NATIVE) & (own.verb == Verb.ACTIVATED)
        living = own.origin.isin(_LIVING_ORIGINS)
        found = self.frame(own.aggregate(launch=own.day.min(where=native), first=own.day.min(where=living)))
        launch, first = found.iloc[0]
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
def open_ground(settings: Settings, now: datetime, launch: date | None = None) -> Iterator[Ground]:
    """The ground over the facts and snapshots of a data folder.

    Args:
        settings: whose folder, zone and k.
        now: the moment figures are made for, UTC.
        launch: the first day that counts, where the installation has noted one.
    """
    work = shelf(settings.folder) / ".work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    ground = Ground(settings, now, work, launch)
    try:
        yield ground
    finally:
        ground.close()
        shutil.rmtree(work, ignore_errors=True)
