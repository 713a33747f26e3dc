"""What a run makes of contracts that have ended, of what collateral is pledged for, and of amounts below zero."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from graph.connect import Connection
from graph.schema import apply_schema
from graph.store import Store
from tests.contract.answering import make
from tests.contract.conftest import empty
from tests.handmade import Bank

pytestmark = pytest.mark.contract


def lent() -> Bank:
    """A bank that has lent, as an older Guanxi may have loaded it."""
    bank = Bank()
    bank.node("CapitalFigures", "C1", day=19_000, currency="CNY", net_tier_1=1_000, net_capital=1_000, tier_1=1_000)
    for key in ("P-ENDED", "P-ACCEPTED", "P-OWING", "P-PLEDGED", "P-OVERPAID"):
        bank.party(key, key, roles=("Customer",))
        bank.link("BORROWS", key, f"F{key}", role="borrower")
    terms = {"currency": "CNY", "matures_on": 21_000}
    bank.node("Facility", "FP-ENDED", limit_amount=300, drawn_amount=0, state="ended", **terms)
    accepted = {"item_kind": "direct_substitute", "state": "ended", **terms}
    bank.node("Facility", "FP-ACCEPTED", limit_amount=300, drawn_amount=0, **accepted)
    bank.node("Facility", "FP-OWING", limit_amount=300, drawn_amount=300, state="ended", **terms)
    bank.node("Drawdown", "D1", balance=40, currency="CNY")
    bank.link("DRAWN_UNDER", "D1", "FP-OWING")
    bank.node("Facility", "FP-PLEDGED", limit_amount=100, drawn_amount=100, **terms)
    bank.node("Collateral", "K", protection_kind="own_deposit", value=200, currency="CNY")
    bank.link("SECURED_BY", "FP-PLEDGED", "K", amount=30, currency="CNY")
    bank.node("Facility", "FP-OVERPAID", limit_amount=-7, drawn_amount=-2, **terms)
    bank.node("Drawdown", "D2", balance=-500, amount=-500, currency="CNY")
    bank.link("DRAWN_UNDER", "D2", "FP-OVERPAID")
    bank.node("YearFigures", "Y", year=2024, currency="CNY", revenue=-5, expenditure=-6, equity=-7)
    bank.link("HAS_FIGURES", "P-OVERPAID", "Y")
    for account, party in (("A1", "P-OVERPAID"), ("A2", "P-PLEDGED")):
        bank.node("Account", account, currency="CNY")
        bank.link("HAS_ACCOUNT", party, account, role="holder")
    paid = {"month": "2024-11", "currency": "CNY"}
    bank.link("TRANSFERS_TO", "A1", "A2", amount=-20, **paid)
    bank.link("TRANSFERS_TO", "A2", "A1", amount=7, days=[20_030, 20_031], amounts=[10, -3], **paid)
    for kind in ("PAID_INTO", "REPAID_FROM"):
        bank.link(kind, "D2", "A1", amount=-4, currency="CNY")
    bank.link("REFERRED", "P-PLEDGED", "P-OWING", value=-6, currency="CNY", at=1)
    return bank


@pytest.fixture
def store(connection: Connection) -> Iterator[Store]:
    with Store(connection) as store:
        empty(store)
        apply_schema(store)
        lent().load(store)
        yield store


def test_what_is_owed_is_told_and_no_more(store: Store, tmp_path: Path) -> None:
    report = make(store, tmp_path, rules=("cn-large-exposure", "basel-lex"))
    kept = tmp_path / report.run_id
    totals = pl.read_parquet(kept / "party_totals.parquet").filter(pl.col("rules") == "cn-large-exposure")
    told = totals.select("party_id", "before_minor", "after_minor", "unknown").sort("party_id").rows()
    assert told == [("P-OVERPAID", 0, 0, 2), ("P-OWING", 40, 40, 0), ("P-PLEDGED", 100, 70, 0)]
    tests = pl.read_parquet(kept / "exposures.parquet").filter(group_id="P-OVERPAID")
    assert tests.select("amount_minor", "ratio", "nearness", "unknown", "state").unique().rows() == [
        (0, None, None, 2, "undecided")
    ], "of what is not known at all nothing is said, least of all that it is within"
    transfers = pl.read_parquet(kept / "given_transfers.parquet").select("amount", "day").sort("amount").rows()
    assert transfers == [(-1, -1), (7, -1)], "with a reversal among them, payments are told as their sum"
    statement = pl.read_parquet(kept / "given_statements.parquet").row(0, named=True)
    assert (statement["revenue"], statement["expenditure"], statement["equity"]) == (-1, -1, -7)
    for table in ("paid_into", "repayments"):
        assert pl.read_parquet(kept / f"given_{table}.parquet")["amount"].to_list() == [-1]
