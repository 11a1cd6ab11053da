"""The source of all figures of the pages: the published cubes and their dates, nothing finer."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from dashboards.figures.cells import Cell, from_frame

if TYPE_CHECKING:
    from analytics.metric import Metric
    from analytics.published.reading import Attention, Freshness


class Source(Protocol):
    """Published figures, by metric, grain and kind of segment (empty for the whole organisation)."""

    def measure(self, name: str) -> Metric: ...

    def cells(self, name: str, grain: str, segment_kind: str = "") -> list[Cell]: ...

    def state(self) -> Freshness: ...

    def attention(self) -> Attention: ...


class Published:
    """The cubes of one data folder, read again only when a file has changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def measure(self, name: str) -> Metric:
        from analytics.metric import METRICS

        return METRICS[name]

    def cells(self, name: str, grain: str, segment_kind: str = "") -> list[Cell]:
        return list(_read(self._folder, _stamp(self._folder, name), name, grain, segment_kind))

    def state(self) -> Freshness:
        from analytics.published.reading import freshness

        return freshness(self._folder)

    def attention(self) -> Attention:
        from analytics.published.reading import attention

        return attention(self._folder)


class Until:
    """The figures of a source as they were on a day, without the lists for attention, which are about the present."""

    def __init__(self, source: Source, day: date) -> None:
        self._source = source
        self._day = day

    def measure(self, name: str) -> Metric:
        return self._source.measure(name)

    def cells(self, name: str, grain: str, segment_kind: str = "") -> list[Cell]:
        return [cell for cell in self._source.cells(name, grain, segment_kind) if cell.end <= self._day]

    def state(self) -> Freshness:
        return self._source.state()

    def attention(self) -> Attention:
        from analytics.published.reading import Attention

        return Attention()


def _stamp(folder: Path, name: str) -> tuple[int, int]:
    """Return a stamp that changes when a cube is rewritten; zeros if there is no cube."""
    try:
        status = (folder / "analytics" / "cubes" / f"{name}.parquet").stat()
    except FileNotFoundError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=256)
def _read(folder: Path, stamp: tuple[int, int], name: str, grain: str, segment_kind: str) -> tuple[Cell, ...]:
    from analytics.published.reading import cells

    return tuple(from_frame(cells(folder, name, grain, segment_kind))) if stamp != (0, 0) else ()
