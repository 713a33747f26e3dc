"""Exposure of parties and of groups: sums over the claims on them (DOMAIN.md 5)."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from algorithms.claims import Claims
from algorithms.columns import BoolArray, IntArray, distinct, find, offsets, order_by, rows_of, sums
from algorithms.currency import check_total
from algorithms.votes import check_ordinals


@dataclass(frozen=True, slots=True)
class Members:
    """Groups as lists of parties: group k has party[first[k]:first[k + 1]], ascending and distinct.

    first: CSR offsets, shape (n_groups + 1,). party: shape (n_memberships,). Groups may overlap.
    """

    first: IntArray
    party: IntArray

    def __len__(self) -> int:
        return int(self.first.size - 1)


@dataclass(frozen=True, slots=True)
class Exposure:
    """Exposure of parties or of groups, all arrays of the shape (n,), minor units of the reporting currency.

    loans: drawn loans before protection. before: everything before protection, exempt parts included. after: what
    counts against the limits. exempt: after protection, what is kept out of the limits. unknown: how many amounts are
    unknown; where it is not 0 every figure is "at least".
    """

    loans: IntArray
    before: IntArray
    after: IntArray
    exempt: IntArray
    unknown: IntArray

    def __len__(self) -> int:
        return int(self.after.size)

    def plus(self, other: Exposure, sign: int = 1) -> Exposure:
        """The sum with another exposure of the same parties or groups, or the difference (sign -1)."""
        return Exposure(*(getattr(self, f.name) + sign * getattr(other, f.name) for f in fields(Exposure)))


@dataclass(frozen=True, slots=True)
class _Rows:
    """Debtor rows: who owes which claim, and whether the debtor is kept out of the limits."""

    claim: IntArray
    party: IntArray
    is_exempt: BoolArray

    def of(self, kept: BoolArray) -> _Rows:
        return _Rows(self.claim[kept], self.party[kept], self.is_exempt[kept])


def exposure_of_parties(claims: Claims, exempt: BoolArray) -> Exposure:
    """The exposure of each party, shape (n_parties,). Each debtor of a joint claim is told all of it.

    exempt: shape (n_parties,), parties whose exposure is kept out of the limits (sovereigns and the like).
    Raises ValueError for ordinals out of range and totals of 2^62 and more. Linear.
    """
    rows = _rows(claims, exempt)
    return _summed(claims, rows.claim, rows.party, rows.is_exempt, exempt.size)


def exposure_of_groups(
    claims: Claims, groups: Members, exempt: BoolArray, counted: BoolArray | None = None
) -> Exposure:
    """The exposure of each group, shape (n_groups,): a claim that several members owe jointly counts once.

    exempt: as above; a joint claim is exempt in a group only if all its debtors there are. counted: shape (n_parties,),
    the parties that count at all (for instance those that are no banks); None: all.
    Raises ValueError as `exposure_of_parties`. Linear in claims and memberships; joint claims are looked up by group.
    """
    _check_groups(groups, exempt.size)
    rows = _rows(claims, exempt)
    if counted is not None:
        rows = rows.of(counted[rows.party])
    debtors = np.bincount(rows.claim, minlength=len(claims))
    is_joint = debtors[rows.claim] > 1
    alone, jointly = rows.of(~is_joint), rows.of(is_joint)
    of_party = _summed(claims, alone.claim, alone.party, alone.is_exempt, exempt.size)
    group, party = _memberships(groups, alone.party, exempt.size)
    parts = (sums(group, getattr(of_party, f.name)[party], len(groups)) for f in fields(Exposure))
    found = Exposure(*parts)
    return found.plus(_joint(claims, groups, jointly, exempt.size)) if jointly.claim.size else found


def what_if(
    now: Exposure,
    removed: Claims,
    added: Claims,
    groups: Members,
    exempt: BoolArray,
    counted: BoolArray | None = None,
) -> Exposure:
    """The exposure of groups once some claims are replaced by others; nothing is stored (example 5.3).

    now: the groups' exposure. removed, added: only the claims that change, each worked out with its own protection.
    Exposure is a sum over claims, so this is exact: the same as working out all of it again.
    """
    less = exposure_of_groups(removed, groups, exempt, counted)
    return now.plus(less, -1).plus(exposure_of_groups(added, groups, exempt, counted))


def _check_groups(groups: Members, n_parties: int) -> None:
    check_ordinals("groups.party", groups.party, n_parties)
    first = groups.first
    if not first.size or first[0] != 0 or first[-1] != groups.party.size or bool(np.any(np.diff(first) < 0)):
        raise ValueError(f"groups.first does not rise from 0 to {groups.party.size}, the number of memberships")


def _rows(claims: Claims, exempt: BoolArray) -> _Rows:
    check_ordinals("claims.party", claims.party, exempt.size)
    check_total("exposure before protection", claims.before)
    check_total("exposure after protection", claims.after)
    return _Rows(claims.claim, claims.party, claims.exempt[claims.claim] | exempt[claims.party])


def _summed(claims: Claims, claim: IntArray, owner: IntArray, is_exempt: BoolArray, n: int) -> Exposure:
    """Sum claims by owner (a party or a group); the pairs (claim, owner) are distinct."""
    free = ~is_exempt
    after = claims.after[claim]
    return Exposure(
        loans=sums(owner[free], claims.loans[claim[free]], n),
        before=sums(owner, claims.before[claim], n),
        after=sums(owner[free], after[free], n),
        exempt=sums(owner[is_exempt], after[is_exempt], n),
        unknown=sums(owner, claims.unknown[claim], n),
    )


def _memberships(groups: Members, parties: IntArray, n_parties: int) -> tuple[IntArray, IntArray]:
    """(group, party) of the memberships of these parties alone, both of the shape (n_found,)."""
    wanted = np.zeros(n_parties, dtype=np.bool_)
    wanted[parties] = True
    at = np.flatnonzero(wanted[groups.party])
    return np.searchsorted(groups.first, at, side="right") - 1, groups.party[at]


def _joint(claims: Claims, groups: Members, rows: _Rows, n_parties: int) -> Exposure:
    """Claims with several debtors, each once in every group that one of them is in."""
    width = np.int64(len(claims))
    group, party = _memberships(groups, rows.party, n_parties)
    order = order_by(party)
    row, place = rows_of(offsets(party[order], n_parties), rows.party)
    key = group[order][place] * width + rows.claim[row]
    pairs, free = distinct(key), distinct(key[~rows.is_exempt[row]])
    owner, claim = np.divmod(pairs, width)
    return _summed(claims, claim, owner, ~find(free, pairs)[1], len(groups))
