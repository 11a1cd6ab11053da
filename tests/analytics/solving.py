"""Linear systems of whole numbers, and the least and greatest values of sums of their unknowns.

Every solution serves all questions at once: a sum whose known values lie far enough apart needs no more solving.
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
    """Unknown whole numbers, with bounds of sums of them."""

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
    """A fact that the published figures reveal and must not."""

    what: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Question:
    """A sum of unknowns whose value must stay uncertain.

    Attributes:
        what: a description of the sum.
        columns: the unknowns that it adds up.
        open: whether a least and a greatest value leave it uncertain enough.
    """

    what: str
    columns: Collection[int]
    open: Callable[[float, float], bool]


class ContradictionError(Exception):
    """The published figures contradict each other."""


@dataclass(slots=True)
class Limit:
    """The time that solving may take, in seconds.

    Attributes:
        whole: for all questions together.
        one: for each question.
    """

    whole: float = float("inf")
    one: float = float("inf")
    started: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> float:
        return self.whole - (time.monotonic() - self.started)


class Solver:
    """Finds the least and greatest values of sums.

    Args:
        system: the unknowns and their bounds.
        questions: the sums.
        exact: whether the unknowns are whole numbers; fractions are quicker to solve for, but leave more open.
        limit: the time that solving may take.

    Attributes:
        undecided: the questions that ran out of time.
        solved: the number of solver runs.
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
        """Yield every question whose sum is not uncertain enough.

        Raises:
            ContradictionError: the system has no solution.
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
        """Push many sums apart at once in random directions, which answers most questions without solving each."""
        draw = np.random.default_rng(7)
        for _ in range(min(_DRAWS, len(self._questions) // 8)):
            closed = np.array([not self._open(place) for place in range(len(self._questions))])
            if not closed.any():
                return
            signs = draw.choice((-1.0, 1.0), len(self._questions)) * closed
            for direction in (signs, -signs):
                self._seek(self._sums.T @ direction)

    def _open(self, place: int) -> bool:
        low, high = float(self._low[place]), float(self._high[place])
        return low <= high and self._questions[place].open(low, high)

    def _end(self, place: int, sign: float) -> bool:
        """Find the least value of a sum, or with the sign -1 the greatest, and return whether it is certain."""
        cost = np.zeros(len(self._system.most))
        cost[list(self._questions[place].columns)] = sign
        return self._seek(cost)

    def _seek(self, cost: Numbers) -> bool:
        """Find the solution of the least cost, record it, and return whether it is certain."""
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
        """Solve by an interior-point method, which takes a third of the time for many unknowns."""
        matrix = self._matrix
        low, high = self._least, self._most
        same = low == high
        under, over = ~same & np.isfinite(high), ~same & np.isfinite(low)
        constraints: Any = {  # linprog's stubs do not allow sparse matrices
            "A_ub": vstack([matrix[under], -matrix[over]]),
            "b_ub": np.concatenate([high[under], -low[over]]),
            "A_eq": matrix[same],
            "b_eq": high[same],
            "bounds": np.column_stack([np.zeros(len(cost)), np.array(self._system.most)]),
        }
        return linprog(cost, **constraints, method="highs-ipm", options=options)

    def _learn(self, solution: Numbers) -> None:
        """Widen the known range of every sum by a solution."""
        sums = self._sums @ solution
        self._low, self._high = np.minimum(self._low, sums), np.maximum(self._high, sums)


def _matrix(rows: Sequence[dict[int, float]], width: int) -> csr_array:
    entries = [(row, column, value) for row, terms in enumerate(rows) for column, value in terms.items()]
    places, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
    return coo_array((values, (places, columns)), shape=(len(rows), width)).tocsr()
