"""Small cycles of holdings, solved exactly (up to rounding) by inverting them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from algorithms.columns import IntArray, offsets, starts_of
from algorithms.ownership_network import FloatArray
from algorithms.ownership_rows import Rows

EPSILON = float(np.finfo(np.float64).eps)


def inverse(inner: FloatArray) -> FloatArray:
    """(I - inner)^-1, shape (m, m); inner[j, l]: the share of member j that member l holds."""
    solved: FloatArray = np.maximum(np.linalg.inv(np.eye(inner.shape[0]) - inner), 0.0)
    return solved


def rounding(solved: FloatArray) -> float:
    """What rounding may have cost in what an inverse gives: the size of the knot times how often shares go round it."""
    often = float(solved.sum(axis=1).max())
    return 8.0 * float(solved.shape[0]) * EPSILON * often * often


def solved_knot(solved: FloatArray, inflow: Rows, member: IntArray, party: IntArray) -> Rows:
    """The rows of a knot's members.

    solved: the knot's inverse N. inflow: one row a member, what owners have of it without going round the knot. member,
    party: shape (n_whole,), the members that count whole for a party, sorted by party: itself, or what it controls.
    With z = N inflow, the rows of the plain system, a party's members W are raised to 1 by charges c with
    N[W, W] c = 1 - z[W]; then its rows are z + N[:, W] c, less c at the members W themselves, whose own entries say
    what is owned and not that it counts whole.
    """
    size = solved.shape[0]
    owner, column = np.unique(np.concatenate((inflow.owner.astype(np.int64), party)), return_inverse=True)
    flow = np.zeros((size, owner.size))
    flow[inflow.row(), column[: inflow.owner.size]] = inflow.value
    rows = solved @ flow
    if party.size:
        _raise(rows, solved, member, column[inflow.owner.size :])
    rows = np.maximum(rows, 0.0)
    at, which = np.nonzero(rows)
    return Rows(offsets(at.astype(np.int64), size), owner[which].astype(np.int32), rows[at, which])


def _raise(rows: FloatArray, solved: FloatArray, member: IntArray, column: npt.NDArray[np.intp]) -> None:
    """Raise the members that count whole to 1, column by column, in place."""
    start = starts_of(column.astype(np.int64))
    size = np.diff(np.append(start, column.size))
    one = start[size == 1]
    charge = (1.0 - rows[member[one], column[one]]) / solved[member[one], member[one]]
    rows[:, column[one]] += solved[:, member[one]] * charge
    rows[member[one], column[one]] -= charge
    for begin, count in zip(start[size > 1].tolist(), size[size > 1].tolist(), strict=True):
        whole, at = member[begin : begin + count], int(column[begin])
        charges = np.linalg.solve(solved[np.ix_(whole, whole)], 1.0 - rows[whole, at])
        rows[:, at] += solved[:, whole] @ charges
        rows[whole, at] -= charges
