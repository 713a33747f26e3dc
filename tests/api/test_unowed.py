"""Contracts that nobody owes, amounts without a currency or a rate: each is told, by runs and by the coverage."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from algorithms.control import control
from algorithms.groups import control_groups
from algorithms.votes import Bases, Stakes
from api.services.coverage import covered, frame, thawed
from api.services.exposure_basis import basis_of
from api.services.run_exposure import compute_risk
from api.services.run_input import RunInput
from api.services.unowed import Unowed, unowed
from graph import times
from tests.api.risk_tables_given import risk

DAY = times.EPOCH + timedelta(days=20_000)
OWED = {"limit_amount": 100, "drawn_amount": 100}
NOBODYS = {"limit_amount": 900, "drawn_amount": 300}


def told(**tables: list[dict[str, Any]]) -> tuple[tuple[str, ...], dict[str, str]]:
    """The warnings of a run over one company, and what is said of coverage, by topic."""
    empty = np.empty(0, dtype=np.int64)
    given = RunInput(["A"], empty, empty, Stakes(empty, empty, empty), Bases(), (), rows=0, merged=0, unseen=0)
    settled, lent = control(given.stakes, 1), risk(**tables)
    found = compute_risk(given, lent, settled, control_groups(settled), (), DAY)
    items = covered(given, lent, DAY)
    assert thawed(frame(items)) == [one.model_copy(update={"text": ""}) for one in items]
    return found.warnings, {one.topic: one.text for one in items if one.missing}


def test_contracts_without_a_borrower_are_counted_with_what_they_come_to() -> None:
    warnings, coverage = told(facilities=[OWED, NOBODYS, NOBODYS], borrowers=[{"facility": 0, "party": 0}])
    assert warnings == (
        "2 contracts without a known borrower, in no exposure: CNY 18.00 by limits, or what is drawn where that is more",
    )
    assert coverage["unowed"] == (
        "no borrower known for 66% of contracts (2 of 3; CNY 18.00 by their limits, or what is drawn where that is "
        "more): they are in no exposure"
    )
    warnings, coverage = told(facilities=[OWED], borrowers=[{"facility": 0, "party": 0}])
    assert (warnings, "unowed" in coverage) == ((), False)


@pytest.mark.parametrize(
    ("contract", "drawn", "expected"),
    [
        (NOBODYS, [], Unowed(1, 900, 0)),
        (NOBODYS, [500, 450], Unowed(1, 950, 0)),
        (NOBODYS, [500, -1], Unowed(1, 900, 0)),
        ({}, [], Unowed(1, 0, 1)),
        ({}, [-1], Unowed(1, 0, 1)),
        ({"drawn_amount": 70}, [], Unowed(1, 70, 0)),
        ({"limit_amount": 70, "currency": "USD"}, [], Unowed(1, 504, 0)),
        ({"limit_amount": 70, "currency": "CHF"}, [], Unowed(1, 0, 1)),
    ],
)
def test_a_contract_comes_to_its_limit_or_what_is_drawn(
    contract: dict[str, Any], drawn: list[int], expected: Unowed
) -> None:
    lent = risk(
        facilities=[OWED, contract],
        borrowers=[{"facility": 0, "party": 0}],
        drawdowns=[{"facility": 1, "balance": balance} for balance in drawn],
        rates=[{"rate": 7_200_000_000}],
    )
    assert unowed(lent, basis_of(lent, DAY)) == expected


def test_the_euro_without_a_rate_is_told_like_any_currency() -> None:
    owed = [{**OWED, "currency": code} for code in ("EUR", "USD")]
    warnings, coverage = told(facilities=owed, borrowers=[{"facility": k, "party": 0} for k in range(2)])
    assert warnings == ("no rate known for EUR, USD: these amounts are unknown",)
    assert coverage["rates"] == "no rate known for EUR and USD: amounts in these are unknown"
    assert told()[0] == ()


def test_amounts_that_state_no_currency_are_told_with_the_one_they_are_taken_in() -> None:
    owed: list[dict[str, Any]] = [{**OWED, "currency": ""}, {"currency": ""}, OWED]
    borrowers = [{"facility": k, "party": 0} for k in range(3)]
    warnings, coverage = told(facilities=owed, borrowers=borrowers, payments=[{"amount": 5, "currency": ""}])
    assert warnings == ("2 rows with amounts in no stated currency: taken as CNY",)
    assert coverage["no_currency"] == "no currency stated in 2 rows with amounts: they are taken as CNY"
