"""Planted exposures stand in the tables: worked out here again from the files, with fractions, case by case."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

import polars as pl
import pytest

from loaders.demo.manifest import ExposureCase
from tests.loaders.demo.conftest import Bank

DATA_DAY = "2024/12/31"
NIL = {"2010": "own_deposit", "2011": "cash_margin", "2020": "government_bond"}
MOVES = {"2012": "other_deposit"}


def key(number: str) -> str:
    return f"credit:CUSTOMER_INFO:{number}"


def fen(text: str) -> Fraction:
    return Fraction(text) * 100


class Books:
    """What each party owes, by contract, and what protects each contract."""

    def __init__(self, bank: Bank) -> None:
        self.rates = {
            row["CURRENCY"]: Fraction(row["PRICE"])
            for row in bank.table("ERATE_INFO").filter(pl.col("RATEDATE") == DATA_DAY).iter_rows(named=True)
        }
        self.types = {row["TYPENO"]: row for row in bank.table("BUSINESS_TYPE").iter_rows(named=True)}
        self.contracts: dict[str, list[str]] = defaultdict(list)
        self.before: dict[str, Fraction | None] = {}
        self.matures: dict[str, str] = {}
        self.loans: dict[str, Fraction | None] = {}
        for row in bank.table("BUSINESS_CONTRACT").filter(pl.col("STATUS") == "1").iter_rows(named=True):
            for party in filter(None, (row["CUSTOMERID"], row["JOINTCUSTOMERID"])):
                self.contracts[key(party)].append(row["SERIALNO"])
            self.matures[row["SERIALNO"]] = row["MATURITY"]
            rate = self.rates.get(row["CURRENCY"])
            kind = self.types[row["BUSINESSTYPE"]]
            self.before[row["SERIALNO"]] = None if rate is None else rate * self._owed(row, kind)
            on_sheet = kind["OFFSHEET"] == "2"
            self.loans[row["SERIALNO"]] = None if rate is None else rate * fen(row["BALANCE"]) * on_sheet
        self.covers = self._covers(bank)

    @staticmethod
    def _owed(row: dict[str, str], kind: dict[str, str]) -> Fraction:
        drawn, factor = fen(row["BALANCE"]), Fraction(kind["CCF"]) / 100
        if kind["OFFSHEET"] == "1":
            return drawn * factor
        return drawn + (fen(row["BUSINESSSUM"]) - drawn) * factor

    def _covers(self, bank: Bank) -> dict[str, list[tuple[str, str | None, Fraction]]]:
        """Contract -> (kind, to whom it moves, amount) of what lasts as long as the debt."""
        collateral = {row["GUARANTYID"]: row for row in bank.table("GUARANTY_INFO").iter_rows(named=True)}
        banks = set(bank.table("CUSTOMER_INFO").filter(pl.col("CUSTOMERTYPE") == "0131")["CUSTOMERID"])
        found: dict[str, list[tuple[str, str | None, Fraction]]] = defaultdict(list)
        for row in bank.table("GUARANTY_DETAIL").drop_nulls("GUARANTYVALUE").iter_rows(named=True):
            contract = row["CONTRACTSERIALNO"]
            if contract is None or row["ENDDATE"] < self.matures.get(contract, ""):
                continue
            pledged = collateral.get(row["GUARANTYID"] or "", {})
            kind = pledged.get("GUARANTYTYPE", "")
            if kind in NIL:
                found[contract].append((NIL[kind], None, fen(row["GUARANTYVALUE"])))
            elif kind in MOVES:
                found[contract].append((MOVES[kind], key(pledged["ISSUERID"]), fen(row["GUARANTYVALUE"])))
            elif row["GUARANTYTYPE"] == "010" and row["GUARANTORID"] in banks:
                found[contract].append(("guarantee", key(row["GUARANTORID"]), fen(row["GUARANTYVALUE"])))
        return found

    def owed(self, party: str) -> tuple[Fraction | None, Fraction | None]:
        """Before and after protection, with what moved to the party from others."""
        amounts = [self.before[c] for c in self.contracts[party]]
        if any(amount is None for amount in amounts):
            return None, None
        before = sum((amount for amount in amounts if amount is not None), Fraction())
        left = sum((a for c in self.contracts[party] for _, _, a in self.covers[c]), Fraction())
        moved = sum((a for covers in self.covers.values() for _, to, a in covers if to == party), Fraction())
        return before, before - left + moved

    def group(self, members: list[str]) -> Fraction:
        """A group's exposure: a debt of several members counts once."""
        contracts = {c for member in members for c in self.contracts[member]}
        left = {c: sum((a for _, _, a in self.covers[c]), Fraction()) for c in contracts}
        moved = sum((a for covers in self.covers.values() for _, to, a in covers if to in members), Fraction())
        return moved + sum(((self.before[c] or Fraction()) - left[c] for c in contracts), Fraction())


@pytest.fixture(scope="module")
def books(bank: Bank) -> Books:
    return Books(bank)


def test_each_party_owes_what_is_said(bank: Bank, books: Books) -> None:
    assert {case.case for case in bank.manifest.exposures} >= {
        "5.5", "5.5 provider", "5.7", "off the balance sheet", "nil", "deposit at another bank", "protection too short",
        "joint debt", "other currencies", "no rate",
    }  # fmt: skip
    for case in bank.manifest.exposures:
        before, after = books.owed(case.party)
        assert before == case.before_minor, case.case
        assert after == case.after_minor, case.case


def test_protections_are_those_of_the_contracts(bank: Bank, books: Books) -> None:
    for case in bank.manifest.exposures:
        found = sorted((k, to or "", int(a)) for c in books.contracts[case.party] for k, to, a in books.covers[c])
        told = sorted((p.kind, p.provider or "", p.amount_minor) for p in case.protections if p.counts)
        assert found == told, case.case
    assert _kinds(bank.manifest.exposures) == {
        ("guarantee", True), ("guarantee", False), ("own_deposit", True), ("other_deposit", True),
        ("cash_margin", True), ("government_bond", True),
    }  # fmt: skip


def _kinds(cases: list[ExposureCase]) -> set[tuple[str, bool]]:
    return {(protection.kind, protection.counts) for case in cases for protection in case.protections}


def test_limits_are_kept_neared_and_broken_as_said(bank: Bank, books: Books) -> None:
    latest = bank.table("CAPITAL_INFO").row(-1, named=True)
    assert latest["DATADATE"] == DATA_DAY
    columns = {"net_capital": "NETCAPITAL", "net_tier_1": "NETTIER1"}
    for case in bank.manifest.limit_cases:
        base = fen(latest[columns[case.base]])
        if case.test == "customer_loans":
            exposure = sum((books.loans[c] or Fraction() for c in books.contracts[case.members[0]]), Fraction())
        else:
            exposure = books.group(case.members)
        assert exposure == case.exposure_minor, case.case
        assert base == case.base_minor, case.case
        part = exposure / base / Fraction(case.limit_percent, 100)
        state = "breach" if part > 1 else "warning" if part >= Fraction(4, 5) else "within"
        assert state == case.state, case.case
    states = {(case.test, case.state) for case in bank.manifest.limit_cases}
    assert {state for test, state in states if test == "group_exposure"} == {"within", "warning", "breach"}
    assert states >= {("customer_loans", "warning"), ("customer_exposure", "breach"), ("bank_exposure", "warning")}


def test_capital_is_told_by_quarter_and_not_all_of_it(bank: Bank) -> None:
    rows = bank.table("CAPITAL_INFO")
    assert [row["DATADATE"].replace("/", "-") for row in rows.iter_rows(named=True)] == [
        told.day for told in bank.manifest.capital
    ]
    for row, told in zip(rows.iter_rows(named=True), bank.manifest.capital, strict=True):
        amounts = [row[column] and int(fen(row[column])) for column in ("NETCAPITAL", "NETTIER1", "TIER1")]
        assert amounts == [told.net_capital_minor, told.net_tier_1_minor, told.tier_1_minor]
    assert [told.day for told in bank.manifest.capital if told.tier_1_minor is None] == ["2023-12-31"]


def test_rates_of_the_manifest_are_those_of_the_table(bank: Bank) -> None:
    rows = bank.table("ERATE_INFO").select("CURRENCY", pl.col("RATEDATE").str.replace_all("/", "-"), "PRICE").rows()
    assert rows == [(told.currency, told.day, told.rate) for told in bank.manifest.rates]
