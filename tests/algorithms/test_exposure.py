"""Exposure and limits against their definition taken literally, on random small banks of every kind."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from algorithms.claims import Claims
from algorithms.columns import nothing
from algorithms.cover import MOVES, NIL, NO_EFFECT, NOBODY
from algorithms.currency import check_total, convert, fraction_of, rates_of
from algorithms.exposure import Exposure, Members, exposure_of_groups, exposure_of_parties, what_if
from algorithms.limit_tests import Exposures, limit_tests
from algorithms.limits import STATES, Capital, Floor, Limit, Reporting, apply_limit, percent, ratio_ppb, reportable
from algorithms.threshold import PPB, UNKNOWN
from tests.algorithms.naive_exposure import (
    CODES,
    Drawdown,
    Facility,
    Figures,
    Protection,
    World,
    converted,
    mask,
    rates,
    rounded,
    whole,
)

small = st.integers(0, 120)
amounts = st.one_of(small, small, small, st.sampled_from([UNKNOWN, 0, 10**15 + 1, 333_333_333_333]))
factors = st.sampled_from([0, PPB, PPB // 2, PPB // 5, 333_333_333])
currencies = st.sampled_from([0, 0, 0, 1, 2, 3])
days = st.sampled_from([100, 100, 100, 101, 99, UNKNOWN])


@st.composite
def worlds(draw: st.DrawFn) -> World:
    n = draw(st.integers(1, 6))
    party = st.integers(0, n - 1)
    debtors = st.lists(party, max_size=3).map(tuple)
    facility = st.builds(
        Facility,
        amounts,
        amounts,
        currencies,
        factors,
        days,
        st.booleans(),
        st.sampled_from([False, False, True]),
        debtors,
    )
    facilities = draw(st.lists(facility, min_size=1, max_size=6))
    row = st.integers(0, len(facilities) - 1)
    drawdowns = draw(st.lists(st.builds(Drawdown, row, amounts, currencies, factors), max_size=6))
    provider = st.one_of(party, party, st.just(NOBODY))
    covers = st.lists(row, min_size=1, max_size=3).map(tuple)
    effects, eligible = st.sampled_from([MOVES, NIL, MOVES, NO_EFFECT]), st.sampled_from([True, True, True, False])
    most = st.tuples(st.one_of(st.just(UNKNOWN), small), currencies)
    protection = st.builds(Protection, provider, amounts, covers, effects, currencies, days, eligible, most)
    banks = draw(st.sets(party))
    return World(
        n,
        facilities,
        drawdowns,
        draw(st.lists(protection, max_size=5)),
        draw(st.lists(st.sets(party).map(sorted), max_size=4)),
        banks,
        draw(st.sets(st.sampled_from(sorted(banks)))) if banks else set(),
        draw(st.sets(party)),
        draw(st.sets(party, max_size=1)),
    )


def rows_of(exposure: Exposure) -> list[Figures]:
    names = ("loans", "before", "after", "exempt", "unknown")
    return list(zip(*(getattr(exposure, name).tolist() for name in names), strict=True))


@given(worlds())
@settings(max_examples=100, deadline=None)
def test_parties_and_groups_as_defined(world: World) -> None:
    claims, exempt = world.columns(), world.parties().exempt
    assert rows_of(exposure_of_parties(claims, exempt)) == [world.figures([party]) for party in range(world.n)]
    for counted in (None, set(range(world.n)) - world.bank):
        only = None if counted is None else mask(world.n, counted)
        found = rows_of(exposure_of_groups(claims, world.members(), exempt, only))
        assert found == [world.figures(group, counted) for group in world.groups]
    assert claims.unattributed == sum(not facility.borrowers for facility in world.facilities)


counterparties = st.sampled_from(["any", "non_bank", "bank", "g_sib", "related"])
limit_of = st.builds(
    Limit,
    st.just("one"),
    st.sampled_from(["single", "group", "all"]),
    counterparties,
    st.sampled_from(["loans", "exposure", "group_credit"]),
    st.just("tier_1"),
    st.sampled_from([PPB // 10, PPB // 4, PPB // 5, 333_333_333, PPB]),
    st.sampled_from([None, Floor(30, "CNY"), Floor(7, "USD", PPB // 2), Floor(40, "XXX")]),
)


@given(worlds(), limit_of, st.integers(-10, 600), st.sampled_from([PPB * 4 // 5, PPB, 1, 333_333_333]))
@settings(max_examples=100, deadline=None)
def test_limits_as_defined(world: World, limit: Limit, base: int, warning: int) -> None:
    exposures = Exposures(world.columns(), world.parties(), {"firm": world.members()})
    found = list(limit_tests([limit], exposures, Capital("2025-12-31", tier_1=base), warning, rates(), True))
    assert len(found) == 1
    floor = Fraction(0)
    if limit.floor and (rate := rates().of(limit.floor.currency)):
        floor = limit.floor.amount * rate
        if limit.floor.at_most:
            floor = min(floor, Fraction(base * limit.floor.at_most, PPB))
    subjects = {
        "single": [[party] for party in range(world.n)],
        "group": world.groups,
        "all": [sorted(world.class_of(limit.counterparties))],
    }[limit.who]
    expected = [world.state(limit, subject, base, Fraction(warning, PPB), floor) for subject in subjects]
    if limit.who == "all":
        expected = [state.replace("not_tested", "within") for state in expected]
    assert [STATES[state] for state in found[0].state.tolist()] == expected
    measured = [world.amount(limit, subject) for subject in subjects]
    assert [amount for amount, one in zip(found[0].amount.tolist(), measured, strict=True) if one is not None] == [
        one for one in measured if one is not None
    ]
    assert bool(found[0].why) == bool(base <= 0 or (limit.floor and limit.floor.currency == "XXX"))


@given(worlds(), st.data())
@settings(max_examples=50, deadline=None)
def test_what_if_is_the_same_as_working_it_all_out(world: World, data: st.DataObject) -> None:
    """Facilities without shared protection are replaced by others; the rest stands."""
    world.protections = [replace(one, covers=one.covers[:1]) for one in world.protections]
    at = data.draw(st.integers(0, len(world.facilities) - 1))

    def part(of: World, facilities: list[int]) -> World:
        number = {old: new for new, old in enumerate(facilities)}
        return replace(
            of,
            facilities=[of.facilities[old] for old in facilities],
            drawdowns=[replace(d, facility=number[d.facility]) for d in of.drawdowns if d.facility in number],
            protections=[
                replace(p, covers=tuple(number[f] for f in p.covers))
                for p in of.protections
                if set(p.covers) <= set(facilities)
            ],
        )

    new = replace(world, facilities=list(world.facilities))
    new.facilities[at] = replace(world.facilities[at], limit=data.draw(amounts), drawn=data.draw(amounts))
    exempt, groups = world.parties().exempt, world.members()
    now = exposure_of_groups(world.columns(), groups, exempt)
    changed = what_if(now, part(world, [at]).columns(), part(new, [at]).columns(), groups, exempt)
    assert rows_of(changed) == rows_of(exposure_of_groups(new.columns(), groups, exempt))


@given(st.lists(st.tuples(st.integers(-1, 10**17), st.integers(0, 3)), max_size=20))
def test_conversion_is_exact_and_half_up(rows: list[tuple[int, int]]) -> None:
    found = convert("x", whole(a for a, _ in rows), whole(c for _, c in rows), rates())
    assert [None if a == UNKNOWN else a for a in found.tolist()] == [converted(a, c) for a, c in rows]


FINE = st.fractions(Fraction(1, 10**6), 10**5, max_denominator=10**13)
NINE_DIGITS = st.integers(1, 10**13).map(lambda billionths: Fraction(billionths, 10**9))


@given(
    st.one_of(FINE, NINE_DIGITS, NINE_DIGITS.map(lambda rate: 1 / rate)),
    st.lists(st.integers(-1, 10**12), max_size=20),
)
@example(Fraction("7.812345679"), [1_000_000_000])
@example(1 / Fraction("2204.123456789"), [10**15])
@example(Fraction(2**31 + 2**30, 2**31 - 1), [2**60])
def test_conversion_is_exact_at_any_rate(rate: Fraction, amounts: list[int]) -> None:
    found = convert("x", whole(amounts), whole([0] * len(amounts)), rates_of(["EUR"], {"EUR": rate}))
    assert found.tolist() == [UNKNOWN if one == UNKNOWN else rounded(one * rate) for one in amounts]


@given(st.lists(st.tuples(st.integers(0, 2**62 - 1), st.integers(0, PPB)), max_size=20))
def test_fractions_of_amounts_are_exact_near_the_bound(rows: list[tuple[int, int]]) -> None:
    found = fraction_of(whole(a for a, _ in rows), whole(f for _, f in rows))
    assert found.tolist() == [rounded(Fraction(a * f, PPB)) for a, f in rows]


def test_rates_at_fault() -> None:
    with pytest.raises(ValueError, match="rate of USD is 0"):
        rates_of(CODES, {"USD": Fraction(0)})
    with pytest.raises(ValueError, match="too much once it is converted"):
        convert("limits", whole([2**61]), whole([1]), rates())
    assert rates().of("XXX") is None
    assert rates().of("GBP") is None


def test_amounts_at_fault() -> None:
    with pytest.raises(ValueError, match="x holds -2"):
        convert("x", whole([0, -2]), whole([0, 0]), rates())
    with pytest.raises(ValueError, match=str(2**62)):
        convert("x", whole([2**62]), whole([0]), rates())
    with pytest.raises(ValueError, match=r"outside 0\.\.3"):
        convert("x", whole([1]), whole([4]), rates())
    check_total("x", whole([2**62 - 2, 1]))
    with pytest.raises(ValueError, match="sums to"):
        check_total("x", whole([2**62 - 1, 1]))
    with pytest.raises(ValueError, match="exposure before protection sums"):
        World(1, [Facility(2**62 - 1, 0, borrowers=(0,))] * 3).columns()


@pytest.mark.parametrize(
    ("world", "told"),
    [
        (World(1, [Facility(1, 0, factor=PPB + 1)]), r"facilities\.factor"),
        (World(1, [Facility(1, 0)], [Drawdown(0, 1, factor=-1)]), r"drawdowns\.factor"),
        (World(1, [Facility(1, 0)], [Drawdown(1, 1)]), r"drawdowns\.facility"),
        (World(1, [Facility(1, 0, borrowers=(1,))]), r"borrowers\.party"),
        (World(1, [Facility(1, 0)], protections=[Protection(1, 1, (0,))]), r"protections\.provider"),
        (World(1, [Facility(1, 0)], protections=[Protection(0, 1, (1,))]), r"covers\.facility"),
        (World(1, [Facility(1, 0)], protections=[Protection(0, 1, (0,), effect=3)]), r"protections\.effect"),
    ],
)
def test_input_at_fault_is_named(world: World, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        world.columns()


def test_groups_at_fault_are_named() -> None:
    claims, exempt = World(2, [Facility(1, 0, borrowers=(0,))]).columns(), mask(2, set())
    with pytest.raises(ValueError, match=r"groups\.first"):
        exposure_of_groups(claims, Members(whole([0, 1]), whole([0, 1])), exempt)
    with pytest.raises(ValueError, match=r"groups\.party"):
        exposure_of_groups(claims, Members(whole([0, 1]), whole([2])), exempt)


def test_nothing_at_all() -> None:
    world = World(0, [])
    claims = world.columns()
    assert (len(claims), claims.unattributed) == (0, 0)
    assert len(exposure_of_parties(claims, world.parties().exempt)) == 0
    assert len(exposure_of_groups(claims, world.members(), world.parties().exempt)) == 0


def of_amounts(*after: int, before: tuple[int, ...] | None = None) -> Exposure:
    zero = np.zeros(len(after), dtype=np.int64)
    return Exposure(zero, whole(before or after), whole(after), zero, zero)


LIMIT = Limit("one", "single", "any", "exposure", "net_tier_1", PPB // 5)
EVERYBODY = np.ones(3, dtype=np.bool_)
WITH_BANK = Members(whole([0, 3, 5]), whole([0, 1, 2, 0, 2]))


def test_missing_capital_is_said() -> None:
    found = apply_limit(LIMIT, "single", of_amounts(0, 1, 2), EVERYBODY, Capital("2025-12-31", tier_1=5), PPB)
    assert found.why == ("no net tier 1 capital known for 2025-12-31",)
    assert {found.state_of(at) for at in range(3)} == {"undecided"}
    assert (found.base, found.allowed, found.ratio(0)) == (None, None, None)
    assert not found.certain.any()


@pytest.mark.parametrize("base", [0, -1])
def test_capital_of_nothing_allows_nothing(base: int) -> None:
    found = apply_limit(LIMIT, "single", of_amounts(0, 1, 2), EVERYBODY, Capital("2025-12-31", net_tier_1=base), PPB)
    assert [found.state_of(at) for at in range(3)] == ["within", "breach", "breach"]
    assert found.ratio(1) is None
    assert found.why == ("net tier 1 capital of 2025-12-31 is not above zero: no ratio to it is told",)


def test_limits_near_the_bound() -> None:
    huge = 2**62 - 1
    found = apply_limit(LIMIT, "single", of_amounts(huge, 0, 1), EVERYBODY, Capital("", net_tier_1=huge * 5), PPB)
    assert [found.state_of(at) for at in range(3)] == ["warning", "within", "within"]
    found = apply_limit(LIMIT, "single", of_amounts(huge, 0, 1), EVERYBODY, Capital("", net_tier_1=huge * 5 - 1), PPB)
    assert found.state_of(0) == "breach"
    found = apply_limit(LIMIT, "single", of_amounts(huge, 0, 1), EVERYBODY, Capital("", net_tier_1=10**30), PPB)
    assert found.state_of(0) == "within"
    with pytest.raises(ValueError, match="a warning begins"):
        apply_limit(LIMIT, "single", of_amounts(1, 2, 3), EVERYBODY, Capital(""), 0)


def test_unknown_amounts_leave_a_state_open_unless_it_is_a_breach() -> None:
    zero = np.zeros(3, dtype=np.int64)
    exposure = Exposure(zero, zero, whole([10, 10, 300]), zero, whole([0, 1, 1]))
    found = apply_limit(LIMIT, "single", exposure, EVERYBODY, Capital("", net_tier_1=1_000), PPB)
    assert found.certain.tolist() == [True, False, True]


@pytest.mark.parametrize("capital", [1_000, 0])
def test_nothing_is_said_of_an_exposure_of_which_nothing_is_known(capital: int) -> None:
    zero = np.zeros(3, dtype=np.int64)
    exposure = Exposure(zero, zero, whole([0, 0, 300]), zero, whole([0, 2, 2]))
    found = apply_limit(LIMIT, "single", exposure, EVERYBODY, Capital("", net_tier_1=capital), PPB)
    assert [found.state_of(at) for at in range(3)] == ["within", "undecided", "breach"]
    assert found.certain.tolist() == [True, False, True]
    assert [near is None for near in found.nearness(np.arange(3))] == [False, True, False]
    assert [found.ratio(at) is None for at in range(3)] == [capital == 0, True, capital == 0]
    assert ratio_ppb(0, 2, capital) is None


def test_reportable_before_or_after_protection() -> None:
    capital = Capital("2025-12-31", net_tier_1=1_000, tier_1=1_000)
    china = Reporting("x", ("exposure",), PPB // 40, "more_than", "net_tier_1")
    assert reportable(china, of_amounts(25, 26, 0), capital).passes.tolist() == [False, True, False]
    basel = Reporting("x", ("before_protection", "exposure", "exempt"), PPB // 10, "at_least", "tier_1", 2)
    found = reportable(basel, of_amounts(99, 100, 0, 99, before=(99, 100, 100, 99)), capital)
    assert found.passes.tolist() == [False, True, True, False]
    assert found.among_largest.tolist() == [True, True, False, False]
    missing = reportable(basel, of_amounts(1, 0), Capital("2025-12-31"))
    assert missing.why == ("no tier 1 capital known for 2025-12-31",)
    assert (missing.passes.tolist(), missing.among_largest.tolist()) == ([False, False], [True, False])


def after(world: World) -> list[int]:
    return [figures[2] for figures in rows_of(exposure_of_parties(world.columns(), world.parties().exempt))]


def test_a_debtor_does_not_cover_its_own_debt() -> None:
    joint = Facility(0, 50, borrowers=(0, 1))
    assert after(World(3, [joint], protections=[Protection(1, 30, (0,))])) == [50, 50, 0]
    assert after(World(3, [joint], protections=[Protection(2, 30, (0,))])) == [20, 20, 30]


def test_cash_is_spent_before_guarantees_and_nothing_twice() -> None:
    one, two = Facility(0, 50, borrowers=(0,)), Facility(0, 40, borrowers=(0,))
    guarantee, cash = Protection(1, 45, (0, 1)), Protection(NOBODY, 20, (0,), effect=NIL)
    assert after(World(2, [one, two], protections=[guarantee, cash])) == [25, 45]
    assert after(World(2, [one], protections=[replace(guarantee, covers=(0,)), replace(cash, amount=60)])) == [0, 0]
    assert after(World(2, [one], protections=[replace(guarantee, covers=(0, 0)), replace(guarantee, covers=(0,))])) == [
        0,
        50,
    ]


def test_protection_covers_no_more_than_it_is_pledged_for() -> None:
    debts = [Facility(0, 100, borrowers=(0,)), Facility(0, 100, borrowers=(1,))]
    deposit = Protection(NOBODY, 200, (0, 1), effect=NIL)
    assert after(World(2, debts, protections=[deposit])) == [0, 0]
    assert after(World(2, debts, protections=[replace(deposit, most=(30, 0))])) == [70, 70]
    assert after(World(2, debts, protections=[replace(deposit, most=(10, 1))])) == [28, 28], "10 dollars at 7.1884"
    assert after(World(2, debts, protections=[replace(deposit, most=(30, 3))])) == [100, 100], "no rate: nothing known"
    assert after(World(2, debts, protections=[replace(deposit, amount=40, most=(30, 0))])) == [70, 90]


def test_an_unknown_guarantee_stays_and_is_told_at_the_guarantor() -> None:
    world = World(2, [Facility(0, 50, borrowers=(0,))], protections=[Protection(1, UNKNOWN, (0,))])
    assert rows_of(exposure_of_parties(world.columns(), world.parties().exempt))[1] == (0, 0, 0, 0, 1)
    assert after(world) == [50, 0]


def test_a_mixed_group_counts_its_companies_and_with_its_bank() -> None:
    loans = [Facility(0, 150, borrowers=(0,)), Facility(0, 70, borrowers=(1,))]
    exposures = Exposures(World(3, loans, bank={1}).columns(), World(3, loans, bank={1}).parties(), {"firm": WITH_BANK})
    limits = [replace(LIMIT, who="group", counterparties=kind) for kind in ("non_bank", "bank", "any")]
    found = list(limit_tests(limits, exposures, Capital("", net_tier_1=1_000), PPB))
    assert [(one.amount.tolist(), one.state_of(0), one.state_of(1)) for one in found] == [
        ([150, 150], "within", "within"),
        ([220, 150], "breach", "not_tested"),
        ([220, 150], "breach", "within"),
    ]


def test_a_warning_begins_at_a_part_of_the_exact_limit() -> None:
    capital = Capital("", net_tier_1=1_001)
    found = apply_limit(LIMIT, "single", of_amounts(160, 161, 201), EVERYBODY, capital, PPB * 4 // 5)
    assert [found.state_of(at) for at in range(3)] == ["within", "warning", "breach"]
    assert found.allowed == Fraction(2002, 10)


def test_limits_between_g_sibs_are_for_g_sibs() -> None:
    world = World(1, [Facility(0, 200, borrowers=(0,))], groups=[[0]], bank={0}, g_sib={0})
    limit = replace(LIMIT, counterparties="g_sib", base="tier_1")
    exposures = Exposures(world.columns(), world.parties(), {})
    assert list(limit_tests([limit], exposures, Capital("", tier_1=1_000), PPB)) == []
    (found,) = limit_tests([limit], exposures, Capital("", tier_1=999), PPB, lender_is_g_sib=True)
    assert found.state_of(0) == "breach"


@pytest.mark.parametrize(
    ("ratio", "digits", "told"),
    [
        (Fraction(21, 100), 1, "21.0%"),
        (Fraction(1, 3), 1, "33.3%"),
        (Fraction(1, 2_000), 1, "0.1%"),
        (Fraction(-1, 4), 0, "-25%"),
        (Fraction(0), 2, "0.00%"),
    ],
)
def test_percents_for_people(ratio: Fraction, digits: int, told: str) -> None:
    assert percent(ratio, digits) == told


def test_claims_may_be_empty() -> None:
    none = nothing()
    empty = Claims(none, none, none, none, none.astype(np.bool_), none, none, 0)
    groups = Members(whole([0, 2, 2]), whole([0, 1]))
    assert rows_of(exposure_of_groups(empty, groups, mask(2, set()))) == [(0, 0, 0, 0, 0)] * 2
