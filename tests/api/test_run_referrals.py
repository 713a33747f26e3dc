"""Referrals as tables of a run: flags with their details, chains, totals."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from api.services.exposure_basis import basis_of
from api.services.run_compute import compute_control
from api.services.run_parameters import read_parameters
from api.services.run_referrals import ReferralsFound, find_referrals
from graph import times
from tests.api.worlds import World, rows_of, world

DAY = 20_000
JAN, FEB, MAR, APR = DAY, DAY + 31, DAY + 60, DAY + 91
EXAMPLE_8_1 = [
    {"link": "L1", "referrer": "r1", "referred": "r2", "day": JAN, "outcome": "converted"},
    {"link": "L2", "referrer": "r2", "referred": "r3", "day": FEB, "value": 900, "bought": APR, "outcome": "converted"},
]


def on(day: int) -> date:
    return times.EPOCH + timedelta(days=day)


def found(
    one: World, referrals: list[dict[str, Any]], household: str = "", **tables: list[dict[str, Any]]
) -> ReferralsFound:
    """household: those who live together, parted by blanks."""
    given = one.risk(referrals=referrals, **tables)
    lives = np.asarray([0 if name in household.split() else -1 for name in one.names])
    return find_referrals(one.given, given, one.control, lives, basis_of(given, on(DAY)))


PARTIES = world("r1 r2 r3 r4 B C", [("r1", "B", 60), ("B", "C", 60)])


def flags(one: ReferralsFound) -> list[tuple[Any, ...]]:
    return rows_of(one.tables["referrals"], "link_id", "flag", "detail")


def test_example_8_1_as_chain_and_totals() -> None:
    tables = found(PARTIES, EXAMPLE_8_1).tables
    assert rows_of(tables["referral_chains"], "position", "party_id", "referred_at", "value_minor", "flag") == [
        (1, "r1", None, 0, None),
        (2, "r2", on(JAN), 0, None),
        (3, "r3", on(FEB), 900, None),
    ]
    assert tables["referral_totals"].rows() == [
        ("r1", 1, 1, 0, 2, 2, 0, 0, 450, 300, 0, "CNY"),
        ("r2", 1, 1, 1, 1, 1, 0, 900, 450, 600, 0, "CNY"),
    ]


def test_each_flag_is_told_with_what_it_stands_on_and_as_a_chain_of_two() -> None:
    more: list[dict[str, Any]] = [
        {"link": "L3", "referrer": "r3", "referred": "r1", "day": MAR},
        {"link": "L4", "referrer": "r1", "referred": "r4", "day": MAR},
        {"link": "L5", "referrer": "r1", "referred": "C", "day": MAR},
        {"link": "L6", "referrer": "r4", "referred": "r2", "day": MAR},
        {"link": "L7", "referrer": "B", "referred": "B", "day": MAR},
        {"link": "L8", "referrer": "r2", "referred": "B"},
    ]
    one = found(PARTIES, [*EXAMPLE_8_1, *more], "r1 r4")
    assert flags(one) == [
        ("L1", None, None),
        ("L2", None, None),
        ("L3", "loop", None),
        ("L4", "self_referral", "household"),
        ("L5", "self_referral", "controls"),
        ("L6", "not_first", "L1"),
        ("L7", "self_referral", "itself"),
        ("L8", "undated", None),
    ]
    assert one.warnings == ("1 referral without a day: nothing is earned there",)
    chains = one.tables["referral_chains"]
    assert chains["chain_id"].n_unique() == 1 + 6
    assert rows_of(chains.filter(pl.col("flag") == "loop"), "position", "party_id", "referred_at") == [
        (2, "r1", on(MAR))
    ]
    totals = {row["party_id"]: row for row in one.tables["referral_totals"].iter_rows(named=True)}
    assert {party: row["flagged"] for party, row in totals.items()} == {"r1": 2, "r2": 1, "r3": 1, "r4": 1, "B": 1}
    assert totals["r3"]["referred"] == totals["r3"]["even_minor"] == 0


def test_who_controls_as_one_with_a_spouse_refers_itself() -> None:
    one = world("p q B", [("p", "B", 30), ("q", "B", 30)])
    row = [{"link": "L", "referrer": "q", "referred": "B", "day": JAN}]
    assert flags(found(one, row)) == [("L", None, None)]
    one.given.__dict__["couples"] = ((1, 2),)
    control = compute_control(one.given, read_parameters(["control.family_as_one=true"]))
    assert flags(found(World(one.names, one.given, control), row)) == [("L", "self_referral", "controls")]


def test_a_chain_out_of_order_says_where() -> None:
    late = [
        {"link": "L1", "referrer": "r2", "referred": "r3", "day": JAN, "value": 900, "bought": MAR},
        {"link": "L2", "referrer": "r1", "referred": "r2", "day": FEB},
    ]
    tables = found(PARTIES, late).tables
    assert rows_of(tables["referral_chains"], "party_id", "flag") == [("r1", None), ("r2", "time_order"), ("r3", None)]
    assert rows_of(tables["referral_totals"], "party_id", "nearest_minor", "halving_minor") == [
        ("r1", 0, 0),
        ("r2", 900, 900),
    ]


def test_purchases_of_referrals_that_count_are_credited_and_unknown_ones_counted() -> None:
    flagged = {"link": "L3", "referrer": "r4", "referred": "r3", "day": MAR, "value": 800, "bought": APR}
    unvalued = {"link": "L4", "referrer": "r2", "referred": "B", "day": MAR, "bought": APR}
    undated = {"link": "L5", "referrer": "r1", "referred": "r4", "day": JAN, "value": 7}
    tables = found(PARTIES, [*EXAMPLE_8_1, flagged, unvalued, undated]).tables
    told = rows_of(tables["referral_totals"], "party_id", "bought", "nearest_minor", "even_minor", "unknown")
    assert told == [("r1", 1, 7, 7 + 450, 1), ("r2", 2, 900, 450, 1), ("r4", 0, 0, 0, 0)]
    bought = dict(rows_of(tables["referral_chains"], "party_id", "value_minor"))
    assert (bought["r3"], bought["r4"], bought["B"]) == (900, 7, None)


def test_what_was_bought_before_the_referral_counts_for_nothing() -> None:
    early = [
        {"link": "L1", "referrer": "r1", "referred": "r2", "day": MAR, "value": 500, "bought": FEB},
        {"link": "L2", "referrer": "r1", "referred": "r3", "day": MAR, "value": 70, "bought": MAR},
        {"link": "L3", "referrer": "r2", "referred": "r4", "day": MAR, "outcome": "converted", "bought": JAN},
        {"link": "L4", "referrer": "r2", "referred": "B", "day": MAR, "outcome": "converted"},
    ]
    tables = found(PARTIES, early).tables
    assert flags(found(PARTIES, early)) == [
        ("L1", None, "bought_before"),  # the referral counts
        ("L2", None, None),
        ("L3", None, "bought_before"),
        ("L4", None, None),
    ]
    names = ("party_id", "referred", "converted", "bought", "nearest_minor", "even_minor", "unknown")
    assert rows_of(tables["referral_totals"], *names) == [("r1", 2, 1, 1, 70, 70, 0), ("r2", 2, 1, 0, 0, 0, 0)]
    told = set(rows_of(tables["referral_chains"], "party_id", "value_minor", "flag"))
    assert told == {
        ("r1", 0, None),
        ("r2", 0, "bought_before"),
        ("r3", 70, None),
        ("r4", 0, "bought_before"),
        ("B", 0, None),
    }


def test_values_are_converted_and_those_without_a_rate_unknown() -> None:
    rows = [{"link": "L1", "referrer": "r1", "referred": "r2", "day": JAN, "value": 100, "currency": "USD"}]
    rate = [{"from_currency": "USD", "rate": 7 * 10**9}]
    names = ("nearest_minor", "unknown", "currency")
    assert rows_of(found(PARTIES, rows, rates=rate).tables["referral_totals"], *names) == [(700, 0, "CNY")]
    assert rows_of(found(PARTIES, rows).tables["referral_totals"], *names) == [(0, 1, "CNY")]


def test_no_referrals_give_empty_tables() -> None:
    tables = found(PARTIES, []).tables
    assert {name: table.height for name, table in tables.items()} == dict.fromkeys(tables, 0)
