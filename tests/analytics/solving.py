"""A linear system of whole numbers, and what it tells of some sums of them: the least and the most that each can be.

Every solution that is found answers for all questions at once: a sum that was seen far enough apart needs no solving.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, csr_array, vstack

NEAR = 1e-6
_LARGE = 5_000  # unknowns
_DRAWS = 12  # directions in which many sums are pushed apart
Var = tuple[Any, ...]
Numbers = npt.NDArray[np.float64]


@dataclass(slots=True)
class System:
    """Unknown whole numbers, and what is known of sums of them."""

    names: dict[Var, int] = field(default_factory=dict)
    most: list[float] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    def var(self, name: Var, most: float) -> int:
        if name not in self.names:
            self.names[name] = len(self.most)
            self.most.append(most)
        return self.names[name]

    def say(self, terms: dict[int, float], low: float, high: float) -> None:
        self.rows.append((terms, low, high))


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is told and must not be."""

    what: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Question:
    """A sum of unknowns, and whether what is known of it leaves enough open.

    Attributes:
        what: what the sum is.
        columns: the unknowns that it adds up.
        open: from the least and the most that it may be.
    """

    what: str
    columns: Collection[int]
    open: Callable[[float, float], bool]


class ContradictionError(Exception):
    """What is published cannot be true all together."""


@dataclass(slots=True)
class Limit:
    """How long the solving may take, in seconds: all of it, and one question."""

    whole: float = float("inf")
    one: float = float("inf")
    started: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> float:
        return self.whole - (time.monotonic() - self.started)


class Solver:
    """Asks a system for the least and the most of sums.

    Args:
        system: what is known.
        questions: the sums.
        exact: whether the unknowns are whole numbers; else anything between them too, which is quicker and finds less.
        limit: how long it may take.

    Attributes:
        undecided: the questions that the time did not suffice for.
        solved: how many solutions were sought.
    """

    def __init__(
        self, system: System, questions: Sequence[Question], *, exact: bool = False, limit: Limit | None = None
    ) -> None:
        self._questions, self._limit = list(questions), limit or Limit()
        self._system, self._whole = system, np.full(len(system.most), int(exact))
        self._bounds = Bounds(np.zeros(len(system.most)), np.array(system.most))
        self._matrix = _matrix([row[0] for row in system.rows], len(system.most))
        self._least, self._most = (np.array([row[at] for row in system.rows]) for at in (1, 2))
        self._constraint = LinearConstraint(self._matrix, self._least, self._most)
        self._sums = _matrix([dict.fromkeys(q.columns, 1.0) for q in self._questions], len(system.most))
        self._low = np.full(len(self._questions), np.inf)
        self._high = np.full(len(self._questions), -np.inf)
        self.undecided: list[str] = []
        self.solved = 0

    def findings(self) -> Iterator[Finding]:
        """Every question that what is known does not leave open.

        Raises:
            ContradictionError: what is known cannot be true.
        """
        self._seek_many()
        for place, question in enumerate(self._questions):
            if self._open(place):
                continue
            ends = [self._end(place, sign) for sign in (1.0, -1.0) if not self._open(place)]
            if self._open(place):
                continue
            if all(ends):
                yield Finding(question.what, float(self._low[place]), float(self._high[place]))
            else:
                self.undecided.append(question.what)

    def _seek_many(self) -> None:
        """Push many sums apart at once, in directions drawn by lot: most questions need no solving of their own."""
        draw = np.random.default_rng(7)
        for _ in range(min(_DRAWS, len(self._questions) // 8)):
            shut = np.array([not self._open(place) for place in range(len(self._questions))])
            if not shut.any():
                return
            signs = draw.choice((-1.0, 1.0), len(self._questions)) * shut
            for direction in (signs, -signs):
                self._seek(self._sums.T @ direction)

    def _open(self, place: int) -> bool:
        low, high = float(self._low[place]), float(self._high[place])
        return low <= high and self._questions[place].open(low, high)

    def _end(self, place: int, sign: float) -> bool:
        """Seek the least (or, of the sign, the most) of a sum; whether it was found for certain."""
        cost = np.zeros(len(self._system.most))
        cost[list(self._questions[place].columns)] = sign
        return self._seek(cost)

    def _seek(self, cost: Numbers) -> bool:
        """Seek the solution of the least cost, learn from it, and say whether it was found for certain."""
        seconds = min(self._limit.one, self._limit.left)
        if seconds <= 0:
            return False
        options: Any = {} if seconds == float("inf") else {"time_limit": seconds}
        if len(cost) > _LARGE and not self._whole.any():
            result = self._through_the_inside(cost, options)
        else:
            result = milp(
                cost, constraints=self._constraint, bounds=self._bounds, integrality=self._whole, options=options
            )
        self.solved += 1
        if result.status == 2:  # infeasible
            raise ContradictionError(f"what is published contradicts itself: {result.message}")
        if result.x is not None:
            self._learn(result.x)
        return bool(result.status == 0)

    def _through_the_inside(self, cost: Numbers, options: Any) -> Any:
        """An interior-point method, which needs a third of the time where there are many unknowns."""
        matrix = self._matrix
        low, high = self._least, self._most
        same = low == high
        under, over = ~same & np.isfinite(high), ~same & np.isfinite(low)
        constraints: Any = {  # the stubs of linprog know no sparse ones
            "A_ub": vstack([matrix[under], -matrix[over]]),
            "b_ub": np.concatenate([high[under], -low[over]]),
            "A_eq": matrix[same],
            "b_eq": high[same],
            "bounds": np.column_stack([np.zeros(len(cost)), np.array(self._system.most)]),
        }
        return linprog(cost, **constraints, method="highs-ipm", options=options)

    def _learn(self, solution: Numbers) -> None:
        """Take in what a solution makes of every sum."""
        sums = self._sums @ solution
        self._low, self._high = np.minimum(self._low, sums), np.maximum(self._high, sums)


def _matrix(rows: Sequence[dict[int, float]], width: int) -> csr_array:
    entries = [(row, column, value) for row, terms in enumerate(rows) for column, value in terms.items()]
    places, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
    return coo_array((values, (places, columns)), shape=(len(rows), width)).tocsr()
