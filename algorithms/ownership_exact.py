"""Integrated ownership of single pairs as exact fractions: for thresholds, which floats must not decide."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from algorithms.columns import BoolArray, IntArray, find, sums
from algorithms.ownership_network import FloatArray, Shareholdings
from algorithms.threshold import PPB, Threshold

MAX_SUBSTITUTIONS = 20_000
"""An exact figure takes at most so many steps; beyond, it is given up."""

MARGIN = 1e-11
"""Floats this far from a threshold are on the side they seem to be on, whatever rounding did."""


class TooTangled(ValueError):
    """A pair's ownership takes more steps than are allowed to be worked out exactly."""


class TooManyAbove(TooTangled):
    """Too many holdings lead up from the company."""


@dataclass
class _Equation:
    """What the owner has of one company: `known`, and through companies still to be solved."""

    known: Fraction = field(default_factory=Fraction)
    through: dict[int, Fraction] = field(default_factory=dict)


def exact_ownership(
    holdings: Shareholdings,
    owner: int,
    owned: int,
    whole: Set[int] = frozenset(),
    most: int = MAX_SUBSTITUTIONS,
    too_large: Set[int] = frozenset(),
) -> Fraction:
    """What `owner` has of `owned`, directly and indirectly, exactly (DOMAIN.md 2).

    whole: companies that count whole for the owner, as those it controls do in the control-weighted measure.
    Only what leads up from `owned` to the owner is looked at: companies in the order of their holdings by putting one
    into the other, cycles by elimination. 0 where the owners of `owned` are not computed (closed, above 1).
    Raises TooTangled when that takes more than `most` steps, more than `most` holdings lead up (TooManyAbove, at once
    where one of the companies `too_large` is among them), or declared holdings above 1 leave no answer.
    """
    if holdings.stopped[owned]:
        return Fraction(0)
    equations = _equations(holdings, owner, owned, whole, most, too_large)
    target = _solve(equations, most)
    if owner != owned:
        return target
    own = Fraction(int(holdings.table.own[owned]), PPB)
    return own + (1 - own) * target


_TARGET = -1
"""The equation of the pair asked for; the company itself, where a cycle comes back to it, has another."""


def _equations(
    holdings: Shareholdings, owner: int, owned: int, whole: Set[int], most: int, too_large: Set[int]
) -> dict[int, _Equation]:
    table, stopped = holdings.table, holdings.stopped
    equations: dict[int, _Equation] = {}
    todo = [(_TARGET, owned)]
    links = 0
    while todo:
        name, company = todo.pop()
        if name in equations:
            continue
        equation = equations[name] = _Equation()
        rows = slice(int(table.first[company]), int(table.first[company + 1]))
        links += rows.stop - rows.start
        if links > most or company in too_large:
            raise TooManyAbove(f"more than {most:,} holdings lead up from the company")
        rest = PPB - int(table.own[company])
        for holder, share in zip(table.holder[rows].tolist(), table.votes[rows].tolist(), strict=True):
            part = Fraction(share, rest)
            if holder == owner or holder in whole:
                equation.known += part
            elif holdings.stakes[holder] and not stopped[holder]:
                equation.through[holder] = part
                todo.append((holder, holder))
    return equations


def _solve(equations: dict[int, _Equation], most: int) -> Fraction:
    """Put equations into one another until that of the target is left."""
    users: dict[int, set[int]] = {name: set() for name in equations}
    for name, equation in equations.items():
        for holder in equation.through:
            users[holder].add(name)
    ready = [name for name, equation in equations.items() if not equation.through and name != _TARGET]
    left = set(equations) - {_TARGET}
    steps = 0
    while left:
        # Where only cycles are left, the company that fewest others hang on goes first.
        name = ready.pop() if ready else min(left, key=lambda k: (len(users[k]) * len(equations[k].through), k))
        left.discard(name)
        equation = equations.pop(name)
        itself = equation.through.pop(name, Fraction(0))
        if itself >= 1:
            raise TooTangled("holdings above 1 in a cycle leave no integrated ownership")
        for holder in equation.through:
            users[holder].discard(name)
        for user in users.pop(name) - {name}:
            steps += 1 + len(equation.through)
            _put(equations[user], name, equation, itself)
            for holder in equation.through:
                users[holder].add(user)
            if not equations[user].through and user != _TARGET:
                ready.append(user)
        if steps > most:
            raise TooTangled(f"an exact figure takes more than {most:,} steps")
    return equations[_TARGET].known


def _put(user: _Equation, name: int, equation: _Equation, itself: Fraction) -> None:
    factor = user.through.pop(name) / (1 - itself)
    user.known += factor * equation.known
    for holder, part in equation.through.items():
        user.through[holder] = user.through.get(holder, Fraction(0)) + factor * part


def meets(
    holdings: Shareholdings,
    owner: IntArray,
    owned: IntArray,
    value: FloatArray,
    error: FloatArray,
    threshold: Threshold,
    whole: dict[int, Set[int]] | None = None,
    most: int = MAX_SUBSTITUTIONS,
) -> tuple[BoolArray, BoolArray]:
    """Whether pairs pass or reach a threshold: (passes, undecided), both of the shape (n_pairs,).

    value: what each owner has of the company, as a float, too low by at most `error`. Whatever is nearer to the
    threshold than that is worked out exactly; `undecided` are pairs for which that takes more than `most` steps:
    `passes` then goes by the float. whole: by owner, the companies that count whole for it.
    """
    limit = threshold.ppb / PPB
    passes: BoolArray = value > limit
    near = np.flatnonzero((value + error >= limit - MARGIN) & (value <= limit + MARGIN))
    undecided = np.zeros(value.size, dtype=np.bool_)
    flat = _flat(holdings)[owned[near]] & (owner[near] != owned[near]) & (not whole)
    passes[near[flat]] = _directly(holdings, owner[near[flat]], owned[near[flat]], threshold)
    too_large: set[int] = set()
    for pair in near[~flat].tolist():
        party, company = int(owner[pair]), int(owned[pair])
        counting = (whole or {}).get(party, frozenset())
        # What leads up is the same for all owners that cut nothing of it off.
        final = not counting and not holdings.stakes[party]
        try:
            exact = exact_ownership(holdings, party, company, counting, most, too_large if final else frozenset())
        except TooTangled as stopped:
            undecided[pair] = True
            if final and isinstance(stopped, TooManyAbove):
                too_large.add(company)
        else:
            passes[pair] = exact > 0 and threshold.met_by(exact.numerator, exact.denominator)
    return passes, undecided


def _flat(holdings: Shareholdings) -> BoolArray:
    """The companies none of whose holders is owned by anybody: what is held in them is held directly. Shape (n,)."""
    table = holdings.table
    further = (holdings.stakes[table.holder] > 0).astype(np.int64)
    flat: BoolArray = (sums(table.company, further, table.n_nodes) == 0) & ~holdings.stopped
    return flat


def _directly(holdings: Shareholdings, owner: IntArray, owned: IntArray, threshold: Threshold) -> BoolArray:
    """Whether direct holdings meet a threshold, own shares of the company left out."""
    table = holdings.table
    width = np.int64(max(table.n_nodes, 1))
    at, there = find(table.company * width + table.holder, owned * width + owner)
    held = np.where(there, table.votes[at] if table.votes.size else 0, 0)
    met: BoolArray = held > threshold.limits(np.maximum(PPB - table.own[owned], 0))
    return met
