"""The report of a run, in HTML and JSON: imported records, refused ones with the reason, and notes on the run."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Integer, and_, case, cast, func, select

from migration.loading.run import Run
from migration.loading.tally import OUTCOMES
from migration.report.notes import sentence
from migration.report.wording import OUTCOME_WORDS, counted, kind_word, outcome as ended
from reseau.i18n import LANGUAGES, N_, Words
from reseau.store.moments import from_micros
from reseau.store.tables import community, content, import_note, provenance
from reseau.store.transaction import Transaction
from reseau.terminal import printable

MOST_NOTES = 500  # notes in a report; the counts include all
LONGEST_CELL = 1_000
_MOST_LINES = 20  # notes on a terminal
_DAY = 86_400_000_000  # microseconds

#: The last sentences of every report.
CLOSING = (
    N_("Direct messages and private places come in only when asked for, and only those who were in them read them."),
    N_("Secrets in web addresses were removed before anything was stored."),
    N_("A second run of the same export adds nothing; what people edited here since is left as it is."),
)


@dataclass(frozen=True, slots=True)
class Report:
    """A run, and what the store holds of it.

    Attributes:
        places: the name of each community with the number of contents of this run, the largest first. It includes
            communities that are not open: a report is for the launch team alone.
        months: the number of contents by month (``2026-02``).
        notes: code, place and detail of each note, losses first; at most ``MOST_NOTES``.
    """

    run: Run
    places: list[tuple[str, int]]
    months: list[tuple[str, int]]
    notes: list[tuple[str, str, str]]

    def as_dict(self) -> dict[str, Any]:
        return {
            **self.run.as_dict(),
            **self.run.tally.as_dict(),
            "places": [{"name": name, "posts": count} for name, count in self.places],
            "months": dict(self.months),
            "notes": [{"code": code, "where": where, "detail": detail} for code, where, detail in self.notes],
        }


def make(tx: Transaction, run: Run) -> Report:
    """Make the report of a run from the store."""
    written = and_(provenance.c.object_id == content.c.id, provenance.c.kind == "post", provenance.c.run_id == run.id)
    by_place = (
        select(community.c.name, func.count().label("posts"))
        .select_from(content.join(provenance, written).join(community, community.c.id == content.c.community_id))
        .group_by(community.c.id, community.c.name)
        .order_by(func.count().desc(), community.c.name)
    )
    day = cast(content.c.created_at, BigInteger().with_variant(Integer, "sqlite"))
    by_day = select((day.op("/")(_DAY)).label("day"), func.count()).select_from(content.join(provenance, written))
    notes = (
        select(import_note.c.code, import_note.c.place, import_note.c.detail)
        .where(import_note.c.run_id == run.id)
        .order_by(case((import_note.c.code.in_(run.tally.losses), 0), else_=1), import_note.c.id)
        .limit(MOST_NOTES)
    )
    return Report(
        run,
        [(row.name, row.posts) for row in tx.execute(by_place)],
        _months(tx.execute(by_day.group_by("day")).all()),
        [(row.code, row.place, row.detail) for row in tx.execute(notes)],
    )


def _months(days: Any) -> list[tuple[str, int]]:
    months: Counter[str] = Counter()
    for day, count in days:
        moment = from_micros(int(day) * _DAY)
        months[f"{moment.year:04}-{moment.month:02}"] += count
    return sorted(months.items())


def write(report: Report, folder: Path) -> list[Path]:
    """Write a report in both languages and as JSON into a folder; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"import-{report.run.id}"
    files = [folder / f"{stem}.json"]
    files[0].write_text(json.dumps(report.as_dict(), ensure_ascii=False, indent=1), "utf-8")
    for language in LANGUAGES:
        files.append(folder / f"{stem}.{language}.html")
        files[-1].write_text(html(report, Words(language)), "utf-8")
    return files


def summary(t: Words, run: Run) -> str:
    """Return a run in a few lines of plain text."""
    counts = run.tally.as_dict()
    lines = [t("Import {number} of “{input}”", number=run.id, input=printable(run.input))]
    for kind, read in counts["read"].items():
        outcomes = ", ".join(
            ended(t, outcome, counts[outcome][kind]) for outcome in OUTCOMES if counts[outcome].get(kind)
        )
        lines.append(f"  {counted(t, kind, read, outcomes)}")
    lines += [f"  ! {t.number(count)} × {sentence(t, code, run.source)}" for code, count in counts["warnings"].items()]
    return "\n".join(lines)


def named(t: Words, report: Report) -> str:
    """Return the notes of a report in lines of plain text; an empty text if there are none."""
    lines = [
        "  " + " · ".join(filter(None, (printable(where), sentence(t, code, report.run.source), printable(detail))))
        for code, where, detail in report.notes[:_MOST_LINES]
    ]
    return "\n".join([t("One by one"), *lines, ""]) if lines else ""


# -- HTML --------------------------------------------------------------------------------------------------------------

_STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c1c28}
table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{padding:.35rem .6rem;border-bottom:1px solid #d6d6e0;
text-align:left;vertical-align:top;overflow-wrap:anywhere}td.n,th.n{text-align:right;white-space:nowrap}
caption{text-align:left;font-weight:600;padding:.5rem 0}@media(max-width:30rem){th,td{padding:.25rem}}"""


def html(report: Report, t: Words) -> str:
    """Return the report as one page that loads nothing from outside."""
    run, counts = report.run, report.run.tally.as_dict()
    title = t("Import {number} of “{input}”", number=run.id, input=printable(run.input))
    columns = ("read", *OUTCOMES)
    kinds = [[kind_word(t, kind), *(counts[outcome].get(kind, 0) for outcome in columns)] for kind in counts["read"]]
    warnings = [[count, sentence(t, code, run.source)] for code, count in counts["warnings"].items()]
    notes = [[where, sentence(t, code, run.source), detail] for code, where, detail in report.notes]
    parts = [
        f"<h1>{escape(title)}</h1><p>{escape(_when(t, run))}</p>",
        _table(t, t("What came"), [t("kind"), *(t(OUTCOME_WORDS[outcome]) for outcome in columns)], kinds),
        _table(t, t("What to know"), [t("times"), t("what")], warnings),
        _table(t, t("By community"), [t("community"), t("posts")], [list(place) for place in report.places]),
        _table(t, t("By month"), [t("month"), t("posts")], [list(month) for month in report.months]),
        _table(t, t("One by one"), [t("where"), t("what"), t("detail")], notes),
        "".join(f"<p>{escape(t(closing))}</p>" for closing in CLOSING),
    ]
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    body = f"<head>{head}<style>{_STYLE}</style></head><body>{''.join(parts)}</body>"
    return f'<!doctype html><html lang="{t.language}">{body}</html>'


def _when(t: Words, run: Run) -> str:
    if run.finished_at is None:
        return t("Begun on {start}, not finished: run it again to go on.", start=t.moment(run.started_at))
    if (run.finished_at - run.started_at).total_seconds() < 1:
        return t("Begun on {start}, done in less than a second.", start=t.moment(run.started_at))
    seconds = round((run.finished_at - run.started_at).total_seconds())
    return t("Begun on {start}, done in {seconds} s.", start=t.moment(run.started_at), seconds=t.number(seconds))


def _table(t: Words, caption: str, head: list[str], rows: list[list[Any]]) -> str:
    if not rows:
        return ""
    cells = "".join(f"<tr>{''.join(_cell(t, value) for value in row)}</tr>" for row in rows)
    heads = "".join(
        f'<th scope="col"{_number(value)}>{escape(name)}</th>' for name, value in zip(head, rows[0], strict=True)
    )
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{heads}</tr></thead><tbody>{cells}</tbody></table>"


def _cell(t: Words, value: Any) -> str:
    text = t.number(value) if isinstance(value, int) else printable(str(value), most=LONGEST_CELL)
    return f"<td{_number(value)}>{escape(text)}</td>"


def _number(value: Any) -> str:
    return ' class="n"' if isinstance(value, int) else ""
