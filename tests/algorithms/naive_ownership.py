"""Integrated ownership taken literally from its definition: matrices of fractions inverted, sets tried out one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence, Set
from fractions import Fraction
from itertools import combinations

from algorithms.threshold import PPB, UNKNOWN

Stake = tuple[int, int, int]
Matrix = list[list[Fraction]]


class NaiveOwnership:
    """Stakes as (owner, owned, parts per billion); `matrix` is A of DOMAIN.md 2 with what is not computed left out."""

    def __init__(self, n: int, stakes: Sequence[Stake]) -> None:
        self.n = n
        self.held: dict[int, dict[int, int]] = {company: defaultdict(int) for company in range(n)}
        self.rows = [0] * n
        for owner, owned, share in stakes:
            self.rows[owned] += 1
            if share != UNKNOWN:
                self.held[owned][owner] += share
        self.total = [sum(self.held[company].values()) for company in range(n)]
        self.above_one = {k for k in range(n) if self.total[k] > PPB + self.rows[k]}
        self.closed = self._closed()
        self.stopped = self.above_one | self.closed
        self.matrix: Matrix = [[Fraction(0)] * n for _ in range(n)]
        for company in set(range(n)) - self.stopped:
            for owner, share in self.held[company].items():
                self.matrix[owner][company] = Fraction(share, max(self.total[company], PPB))

    def _closed(self) -> set[int]:
        """The union of all sets of companies all of whose shares are held inside the set."""
        candidates = [k for k in range(self.n) if self.total[k] > 0 and k not in self.above_one]
        found: set[int] = set()
        for size in range(1, len(candidates) + 1):
            for chosen in combinations(candidates, size):
                if all(sum(self.held[k].get(h, 0) for h in chosen) >= PPB - self.rows[k] for k in chosen):
                    found |= set(chosen)
        return found

    def integrated(self) -> Matrix:
        """Y = diag(M)^-1 (M - I), M = (I - A)^-1."""
        n = self.n
        m = inverse([[Fraction(i == j) - self.matrix[i][j] for j in range(n)] for i in range(n)])
        return [[(m[i][j] - (i == j)) / m[i][i] for j in range(n)] for i in range(n)]

    def weighted(self, party: int, company: int, whole: Set[int]) -> Fraction:
        """What the party has of the company where the holders `whole` count whole for it; own shares scale the rest."""
        if company in self.stopped:
            return Fraction(0)
        counting = set(whole) | {party}
        passed = [k for k in range(self.n) if k not in counting]
        size = len(passed)
        holds = [sum((self.share(h, k) for h in counting if h != k), Fraction(0)) for k in range(self.n)]
        # y = direct + y (share among those passed)
        equations = [[Fraction(i == j) - self.share(passed[i], passed[j]) for j in range(size)] for i in range(size)]
        y = row_times([holds[k] for k in passed], inverse(equations))
        return holds[company] + sum(
            (y[i] * self.share(passed[i], company) for i in range(size) if passed[i] != company), Fraction(0)
        )

    def share(self, holder: int, company: int) -> Fraction:
        """What the holder has of what the company does not hold in itself."""
        if holder == company:
            return Fraction(0)
        return self.matrix[holder][company] / (1 - self.matrix[company][company])


def row_times(row: list[Fraction], matrix: Matrix) -> list[Fraction]:
    return [sum((row[i] * matrix[i][j] for i in range(len(row))), Fraction(0)) for j in range(len(row))]


def inverse(matrix: Matrix) -> Matrix:
    """Gauss and Jordan."""
    size = len(matrix)
    work = [[*row, *(Fraction(i == j) for j in range(size))] for i, row in enumerate(matrix)]
    for column in range(size):
        pivot = next(row for row in range(column, size) if work[row][column])
        work[column], work[pivot] = work[pivot], work[column]
        work[column] = [value / work[column][column] for value in work[column]]
        for row in range(size):
            if row != column and work[row][column]:
                factor = work[row][column]
                work[row] = [a - factor * b for a, b in zip(work[row], work[column], strict=True)]
    return [row[size:] for row in work]
