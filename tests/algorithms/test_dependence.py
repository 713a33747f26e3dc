"""Economic dependence found from data, against its definition taken literally, with fractions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithms.dependence import CRITERIA, DependenceRule, Figures, Found, Sums, find_dependence
from algorithms.threshold import PPB, UNKNOWN, Threshold
from tests.algorithms.test_control import column

Row = tuple[int, int, int]
TIER1 = 1000
NO_ROWS: list[Row] = []


@dataclass(frozen=True)
class World:
    """Equity None is unknown, other figures UNKNOWN. Rows: giver, taker, amount."""

    exposure: list[int]
    receipts: list[int]
    expenditure: list[int]
    equity: list[int | None]
    payments: list[Row]
    guarantees: list[Row]
    repayments: list[Row]
    funding: list[Row]
    reporting_banks: tuple[int, ...] = ()


def sums_of(rows: list[Row]) -> Sums:
    return Sums(*(column([row[k] for row in rows]) for k in range(3)))


def found(world: World, tier1: int | None = TIER1, rule: DependenceRule | None = None) -> Found:
    figures = Figures(
        column(world.exposure),
        column(world.receipts),
        column(world.expenditure),
        column([each or 0 for each in world.equity]),
        np.asarray([each is not None for each in world.equity], dtype=np.bool_),
    )
    payments, guarantees = sums_of(world.payments), sums_of(world.guarantees)
    repayments, funding = sums_of(world.repayments), sums_of(world.funding)
    return find_dependence(figures, payments, guarantees, repayments, funding, tier1, rule, world.reporting_banks)


def two(**rest: object) -> World:
    """Parties D (0) and P (1) of which only D owes more than 5% of tier 1; figures unknown unless given."""
    unknown = [UNKNOWN] * 4
    world = World([51, 0, 0, 0], unknown, unknown, [None] * 4, NO_ROWS, NO_ROWS, NO_ROWS, NO_ROWS)
    return replace(world, **rest)  # type: ignore[arg-type]


def listed(result: Found) -> list[tuple[int, int, str, int, int]]:
    columns = (result.dependent, result.provider, result.criterion, result.numerator_minor, result.denominator_minor)
    rows = zip(*(each.tolist() for each in columns), strict=True)
    return [(one, other, CRITERIA[criterion], top, bottom) for one, other, criterion, top, bottom in rows]


@st.composite
def small_worlds(draw: st.DrawFn) -> World:
    n = draw(st.integers(1, 5))
    party = st.integers(0, n - 1)
    amount = st.sampled_from([UNKNOWN, 0, 1, 2, 50, 51, 100, 2**59, 2**59 + 1])
    rows = st.lists(st.tuples(party, party, amount), max_size=7)
    column_of = st.lists(st.sampled_from([UNKNOWN, 0, 50, 51, 100, 2**60]), min_size=n, max_size=n)
    equity = st.lists(st.sampled_from([None, -5, 0, 50, 2**60]), min_size=n, max_size=n)
    return World(
        draw(column_of),
        draw(column_of),
        draw(column_of),
        draw(equity),
        draw(rows),
        draw(rows),
        draw(rows),
        draw(rows),
        tuple(draw(st.lists(party, max_size=2))),
    )


def literal(world: World) -> set[tuple[int, int, str, int, int]]:
    """Every link by the words of the definition; for one single source all pairs, not only those with the lowest."""
    out = set()

    def pairs(rows: list[Row]) -> dict[tuple[int, int], int]:
        known: dict[tuple[int, int], int] = defaultdict(int)
        for giver, taker, amount in rows:
            known[giver, taker] += max(amount, 0)
        return {pair: amount for pair, amount in known.items() if amount}

    def assessed(party: int) -> bool:
        exposure = world.exposure[party]
        return exposure == UNKNOWN or Fraction(exposure, TIER1) > Fraction(1, 20)

    def add(one: int, other: int, criterion: str, top: int, bottom: int | None, share: Fraction, reached: bool) -> None:
        if bottom is None or not assessed(one) or one == other or other in world.reporting_banks:
            return
        if top > share * bottom or (reached and top == share * bottom):
            out.add((one, other, criterion, top, bottom))

    def known(value: int) -> int | None:
        return None if value == UNKNOWN else value

    def total(rows: list[Row], party: int) -> int | None:
        amounts = [amount for _, taker, amount in rows if taker == party]
        return None if UNKNOWN in amounts else sum(amounts)

    half = Fraction(1, 2)
    for (payer, payee), amount in pairs(world.payments).items():
        add(payee, payer, "receipts", amount, known(world.receipts[payee]), half, True)
        add(payer, payee, "expenditure", amount, known(world.expenditure[payer]), half, True)
    for (giver, taker), amount in pairs(world.guarantees).items():
        add(giver, taker, "guarantee", amount, world.equity[giver], Fraction(1), False)
    for name, rows in (("repayment", world.repayments), ("funding", world.funding)):
        for (giver, taker), amount in pairs(rows).items():
            add(taker, giver, name, amount, total(rows, taker), half, False)
    return out


def sources(links: set[tuple[int, int, str, int, int]]) -> dict[int, int]:
    """The single source of each party that has one."""
    return {one: other for one, other, criterion, _, _ in links if criterion == "repayment"}


@settings(max_examples=200, deadline=None)
@given(small_worlds())
def test_links_are_those_of_the_definition(world: World) -> None:
    result = found(world)
    expected = literal(world)
    links = listed(result)
    assert links == sorted(links, key=lambda row: (row[0], row[1], CRITERIA.index(row[2])))
    assert {row for row in links if row[2] != "same_source"} == expected
    source = sources(expected)
    shared = {(one, other) for one, other, criterion, _, _ in links if criterion == "same_source"}
    for one, other in shared:
        assert source[one] == source[other]
        assert (other, one) in shared
    for one, of_one in source.items():
        for other, of_other in source.items():
            if one < other and of_one == of_other:
                lowest = min(party for party, each in source.items() if each == of_one)
                assert {(lowest, one), (lowest, other)} - {(lowest, lowest)} <= shared
    assert len(shared) == sum(1 for one in source if any(source[o] == source[one] for o in source if o < one)) * 2
    for weight, top, bottom in zip(
        result.weight.tolist(), result.numerator_minor.tolist(), result.denominator_minor.tolist(), strict=True
    ):
        exact = Fraction(top, bottom) if bottom > 0 else Fraction(1)
        assert weight == int(min(exact, Fraction(1)) * PPB)


def test_half_of_the_receipts_is_enough_and_a_unit_less_is_not() -> None:
    world = two(receipts=[100] * 4, payments=[(1, 0, 30), (1, 0, 20), (2, 0, 49)])
    assert listed(found(world)) == [(0, 1, "receipts", 50, 100)]


def test_a_guarantee_must_pass_the_set_part_of_equity() -> None:
    world = two(equity=[40, None, None, None], guarantees=[(0, 1, 40), (0, 2, 41)])
    assert listed(found(world)) == [(0, 2, "guarantee", 41, 40)]
    half = DependenceRule(guarantee=Threshold(PPB // 2, "at_least"))
    assert listed(found(replace(world, guarantees=[(0, 1, 20)]), rule=half)) == [(0, 1, "guarantee", 20, 40)]
    assert listed(found(two(equity=[-1, None, None, None], guarantees=[(0, 1, 1)]))) == [(0, 1, "guarantee", 1, -1)]


def test_one_single_source_makes_its_parties_depend_on_each_other() -> None:
    world = two(exposure=[51, 60, 0, 70], repayments=[(2, 0, 10), (2, 1, 9), (1, 1, 8), (2, 3, 5), (0, 3, 5)])
    links = [row[:3] for row in listed(found(world))]
    assert links == [(0, 1, "same_source"), (0, 2, "repayment"), (1, 0, "same_source"), (1, 2, "repayment")]
    assert found(world).source.tolist() == [2, -1, 2, -1]
    assert found(world).links().dependent.tolist() == [0, 0, 1, 1]
    assert not found(world).links().firm.any()


def test_exactly_five_percent_is_not_assessed() -> None:
    funding = [(1, 0, 10), (2, 3, 10)]
    result = found(two(exposure=[50, 0, 0, 51], funding=funding))
    assert result.assessed.tolist() == [False, False, False, True]
    assert [row[:3] for row in listed(result)] == [(3, 2, "funding")]
    assert result.warnings[0] == "parties not assessed, for their exposure is not above the set part of tier 1: 3"


def test_what_cannot_be_assessed_is_said() -> None:
    world = two(exposure=[51, 51, 51, 0], receipts=[100, UNKNOWN, UNKNOWN, UNKNOWN], payments=[(1, 0, UNKNOWN)])
    result = found(world)
    assert result.lacking[CRITERIA.index("receipts")].tolist() == [False, True, True, False]
    assert "no figures for 66% of the assessed (3): dependence by receipts not assessed" in result.warnings
    assert "unknown amounts, for which nothing was counted: 1" in result.warnings
    without = found(world, tier1=None)
    assert without.warnings == ("there is no figure of tier 1: no party was assessed for dependence",)
    assert not without.assessed.any()


def test_an_unknown_part_leaves_the_total_unknown() -> None:
    assert len(found(two(repayments=[(1, 0, 10), (2, 0, UNKNOWN)]))) == 0
    assert len(found(two(repayments=[(1, 0, 10), (2, 0, 0)]))) == 1


def test_the_reporting_bank_is_nobodys_provider() -> None:
    assert len(found(two(funding=[(1, 0, 10)], reporting_banks=(1,)))) == 0
    assert len(found(two(funding=[(1, 0, 10), (2, 0, 9)], reporting_banks=(1,)))) == 0


def test_bad_columns_are_refused() -> None:
    with pytest.raises(ValueError, match=r"payments\.amount_minor holds -2"):
        found(two(payments=[(0, 1, -2)]))
    with pytest.raises(ValueError, match=r"funding\.amount_minor sums past"):
        found(two(funding=[(1, 0, 2**62), (1, 0, 2**62)]))
    with pytest.raises(ValueError, match=r"figures\.receipts_minor holds an amount outside"):
        found(two(receipts=[-2, 0, 0, 0]))
    with pytest.raises(ValueError, match="tier1_minor lies above 0"):
        found(two(), tier1=0)
    with pytest.raises(ValueError, match="same_source asks for more than half"):
        DependenceRule(same_source=Threshold(PPB // 2, "at_least"))
