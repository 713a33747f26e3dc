"""The worked examples of guarantees, DOMAIN.md 6, each under its number."""

from __future__ import annotations

import numpy as np
import pytest

from algorithms.columns import IntArray
from algorithms.contagion import Contagion, contagion
from algorithms.guarantee_chains import ChainRule, guarantee_chains
from algorithms.guarantee_circles import guarantee_circles
from algorithms.guarantees import Guarantees, guarantee_pairs
from algorithms.real_cover import real_cover
from algorithms.threshold import UNKNOWN

A, B, C, Z = range(4)
P, Q, R = range(3)


def column(*values: int) -> IntArray:
    return np.asarray(values, dtype=np.int64)


def guarantees(*rows: tuple[int, int, int]) -> Guarantees:
    """(guarantor, debtor, amount)."""
    return Guarantees(*(column(*(row[k] for row in rows)) for k in range(3)))


def calls(result: Contagion, given: Guarantees) -> list[tuple[int, int, int, int]]:
    """(round, who is called, by whose fall, for how much)."""
    rows = result.call_row
    columns = (result.call_round, given.guarantor[rows], given.debtor[rows], given.amount[rows])
    return list(zip(*(each.tolist() for each in columns), strict=True))


def fallen(result: Contagion) -> list[tuple[int, int]]:
    return list(zip(result.fell_in.tolist(), result.fallen.tolist(), strict=True))


def test_6_1_circle() -> None:
    result = guarantee_circles(guarantees((A, B, 10), (B, C, 20), (C, A, 30)), 3)
    assert [result.members(k).tolist() for k in range(len(result))] == [[A, B, C]]
    assert result.pairs.known[result.links(0)].tolist() == [10, 20, 30]
    assert not result.mutual_pair.size
    assert [(c.party.tolist(), c.told) for c in result.components] == [([A, B, C], "1 circle")]


def test_6_2_mutual_pairs() -> None:
    result = guarantee_circles(guarantees((A, B, 1), (B, A, 2), (B, C, 3), (C, B, 4)), 3)
    assert len(result) == 0
    pairs = result.pairs
    there, back = result.mutual_pair, result.mutual_back
    assert list(zip(pairs.guarantor[there].tolist(), pairs.debtor[there].tolist(), strict=True)) == [(A, B), (B, C)]
    assert pairs.known[there].tolist() == [1, 3]
    assert pairs.known[back].tolist() == [2, 4]
    assert [(c.party.tolist(), c.found, c.told) for c in result.components] == [([A, B, C], 0, "0 circles")]


def test_6_3_real_cover() -> None:
    pairs = guarantee_pairs(guarantees((A, B, 100), (B, A, 100)), 2)
    cover = real_cover(pairs, column(40, 30), column(0, 2), column(A, B))
    assert (cover.nominal.tolist(), cover.total.tolist(), cover.not_assessed.tolist()) == ([200], [70], [0])
    assert cover.real.tolist() == [40, 30]


def test_6_3_real_cover_with_an_outside_guarantee() -> None:
    pairs = guarantee_pairs(guarantees((A, B, 100), (B, A, 100), (C, A, 25)), 3)
    cover = real_cover(pairs, column(40, 30, 1_000), column(0, 2), column(A, B))
    assert (cover.nominal.tolist(), cover.total.tolist()) == ([200], [95])


@pytest.mark.parametrize(("second_day", "chain"), [(130, [Q, R]), (99, []), (466, [])])
def test_6_4_chain(second_day: int, chain: list[int]) -> None:
    """In time order and within a year; the later guarantee must not come before the first, nor too long after it."""
    given = guarantees((P, Q, 10), (Q, R, 20))
    result = guarantee_chains(given, column(100, second_day), column(7, 500, 300), ChainRule(window=365))
    assert result.guarantor.tolist() == ([P] if chain else [])
    if chain:
        assert result.members(0).tolist() == chain
        assert result.loans.tolist() == [800]
        assert [result.route(place) for place in range(2)] == [[0], [0, 1]]


def test_6_5_contagion() -> None:
    given = guarantees((A, B, 100), (Z, A, 55))
    result = contagion(given, column(40, 0, 0, 1_000), column(B))
    assert calls(result, given) == [(1, A, B, 100), (2, Z, A, 55)]
    assert fallen(result) == [(0, B), (1, A)]
    assert dict(zip(result.party.tolist(), result.paid.tolist(), strict=True)) == {A: 40, Z: 55}
    assert (result.n_rounds, result.total_called, result.total_paid) == (2, 155, 95)


def test_6_6_calls_add_up() -> None:
    given = guarantees((C, A, 30), (C, B, 30))
    equity = column(0, 0, 40)
    together = contagion(given, equity, column(A, B))
    assert calls(together, given) == [(1, C, A, 30), (1, C, B, 30)]
    assert (together.called.tolist(), together.paid.tolist()) == ([60], [40])
    assert fallen(together) == [(0, A), (0, B), (1, C)]
    for one in (A, B):
        assert fallen(contagion(given, equity, column(one))) == [(0, one)]


def test_6_zero_and_unknown_amounts() -> None:
    """Zeros are counted and left out, unknown amounts stay, several of one pair are summed and kept apart."""
    given = guarantees((A, B, 0), (A, B, 10), (A, B, UNKNOWN), (A, B, 5), (B, C, 1), (C, A, UNKNOWN), (C, C, 9))
    result = guarantee_circles(given, 3)
    links = result.links(0)
    assert (result.pairs.known[links].tolist(), result.pairs.unknown[links].tolist()) == ([15, 1, 0], [1, 0, 1])
    assert result.pairs.rows(int(links[0])).tolist() == [1, 2, 3]
    assert (result.pairs.zero, result.pairs.to_itself) == (1, 1)
