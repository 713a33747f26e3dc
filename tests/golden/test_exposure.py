"""The worked examples of exposure against limits, DOMAIN.md 5, each under its number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from algorithms.exposure import Exposure, Members, exposure_of_groups, what_if
from algorithms.limit_tests import Exposures, limit_tests
from algorithms.limits import Capital, LimitResult, percent
from algorithms.threshold import PPB
from api.services.rule_sets import rule_set
from tests.algorithms.naive_exposure import Drawdown, Facility, Protection, World, whole

A, B, X, D, E, G = range(6)
DAY = date(2025, 12, 31)
CAPITAL = Capital(DAY.isoformat(), net_capital=1_200, net_tier_1=1_000, tier_1=1_000)
FIRM_4_1 = POTENTIAL_4_5 = [[A, B, D, E], [X, D, E]]
FIRM_4_5 = [[A, B], [X, D, E]]


def members(groups: list[list[int]]) -> Members:
    sizes = [0]
    for group in groups:
        sizes.append(sizes[-1] + len(group))
    return Members(whole(sizes), whole(party for group in groups for party in sorted(group)))


def loan(amount: int, party: int) -> Facility:
    return Facility(amount, amount, borrowers=(party,))


def bank(*protections: Protection, of_g: int = 0) -> World:
    """The loans of 5.1, in the order of the parties; G is a bank, without a loan if nothing else is said."""
    loans = [loan(80, A), loan(50, B), loan(10, X), loan(60, D), loan(20, E), loan(of_g, G)]
    return World(6, loans, protections=list(protections), bank={G})


def results_of(world: World, rules: str, groups: dict[str, list[list[int]]]) -> dict[tuple[str, str], LimitResult]:
    """Every limit of a rule set, by its id and reading."""
    one = rule_set(rules).rules
    assert one.warning is not None
    exposures = Exposures(world.columns(), world.parties(), {name: members(rows) for name, rows in groups.items()})
    results = limit_tests(one.limits_on(DAY), exposures, CAPITAL, one.warning.fraction)
    return {(result.limit.id, result.reading): result for result in results}


def told(result: LimitResult) -> list[tuple[int, str, str]]:
    """(amount, ratio, state) of each group."""
    ratios = [result.ratio(at) for at in range(result.amount.size)]
    return [
        (amount, percent(ratio or Fraction(0)), result.state_of(at))
        for at, (amount, ratio) in enumerate(zip(result.amount.tolist(), ratios, strict=True))
    ]


def test_5_1_groups_of_4_1() -> None:
    china = results_of(bank(), "cn-large-exposure", {"firm": FIRM_4_1})["group-exposure", "firm"]
    assert told(china) == [(210, "21.0%", "breach"), (90, "9.0%", "within")]
    basel = results_of(bank(), "basel-lex", {"firm": FIRM_4_1})["group", "firm"]
    assert told(basel) == [(210, "21.0%", "warning"), (90, "9.0%", "within")]
    assert (china.base, china.allowed, basel.allowed) == (1_000, Fraction(200), Fraction(250))


def test_5_2_firm_and_potential_side_by_side() -> None:
    found = results_of(bank(), "cn-large-exposure", {"firm": FIRM_4_5, "potential": POTENTIAL_4_5})
    assert told(found["group-exposure", "firm"]) == [(130, "13.0%", "within"), (90, "9.0%", "within")]
    assert told(found["group-exposure", "potential"]) == [(210, "21.0%", "breach"), (90, "9.0%", "within")]


def test_5_3_what_if_b_borrows_30_more() -> None:
    world = bank()
    exempt = world.parties().exempt
    added = replace(world, facilities=[loan(30, B)]).columns()
    removed = replace(world, facilities=[]).columns()
    after: dict[str, Exposure] = {}
    for reading, rows in (("firm", FIRM_4_5), ("potential", POTENTIAL_4_5)):
        groups = members(rows)
        now = exposure_of_groups(world.columns(), groups, exempt)
        after[reading] = what_if(now, removed, added, groups, exempt)
        assert now.after.tolist()[0] == {"firm": 130, "potential": 210}[reading], "nothing is stored"
    more = results_of(
        replace(world, facilities=[*world.facilities, loan(30, B)]),
        "cn-large-exposure",
        {"firm": FIRM_4_5, "potential": POTENTIAL_4_5},
    )
    assert told(more["group-exposure", "firm"])[0] == (160, "16.0%", "warning")
    assert told(more["group-exposure", "potential"])[0] == (240, "24.0%", "breach")
    for reading in after:
        assert after[reading].after.tolist() == more["group-exposure", reading].amount.tolist()


def test_5_3_sixteen_percent_is_exactly_where_the_warning_begins() -> None:
    for amount, state in ((159, "within"), (160, "warning"), (200, "warning"), (201, "breach")):
        world = World(2, [loan(amount, 0)], groups=[[0, 1]])
        assert told(results_of(world, "cn-large-exposure", {"firm": [[0, 1]]})["group-exposure", "firm"])[0][2] == state


def test_5_5_a_guaranteed_part_moves_to_the_guarantor() -> None:
    found = results_of(bank(Protection(G, 30, (B,))), "cn-large-exposure", {"firm": FIRM_4_1})
    assert found["single-exposure", "single"].amount.tolist() == [80, 20, 10, 60, 20, 30]
    assert told(found["group-exposure", "firm"])[0] == (180, "18.0%", "warning")
    assert found["single-bank", "single"].ratio(G) == Fraction(3, 100)
    assert found["single-bank", "single"].state_of(G) == "within"
    added = results_of(bank(Protection(G, 30, (B,)), of_g=15), "cn-large-exposure", {"firm": FIRM_4_1})
    assert added["single-exposure", "single"].amount.tolist() == [80, 20, 10, 60, 20, 45], "added to what G owes itself"
    assert added["single-bank", "single"].ratio(G) == Fraction(45, 1000)


@pytest.mark.parametrize(
    "guarantee",
    [
        Protection(G, 30, (B,), until=99),
        Protection(G, 30, (B,), eligible=False),
        Protection(G, 30, (B,), until=-1),
    ],
)
def test_5_5_only_what_is_eligible_and_lasts_moves(guarantee: Protection) -> None:
    found = results_of(bank(guarantee), "cn-large-exposure", {"firm": FIRM_4_1})["single-exposure", "single"]
    assert found.amount.tolist() == [80, 50, 10, 60, 20, 0]


def test_5_6_a_guarantor_of_the_same_group() -> None:
    found = results_of(bank(Protection(A, 30, (B,))), "cn-large-exposure", {"firm": FIRM_4_1})
    assert found["single-exposure", "single"].amount.tolist()[:2] == [110, 20]
    assert told(found["group-exposure", "firm"])[0] == (210, "21.0%", "breach")


def test_5_7_drawdowns_count_under_their_contract_once() -> None:
    contract = Facility(100, factor=PPB // 2, borrowers=(A,))
    world = World(1, [contract], [Drawdown(0, 40), Drawdown(0, 20)])
    found = results_of(world, "cn-large-exposure", {})
    assert found["single-exposure", "single"].amount.tolist() == [80]
    assert found["single-loans", "single"].amount.tolist() == [60]
