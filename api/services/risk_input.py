"""What a run reads of lending: contracts, drawdowns, borrowers, guarantees, collateral, payments, statements,
dependence, kin, key managers, institutions, declared groups, referrals, capital and rates of one view.

Kept as tables whose parties are ordinals and whose contracts are rows, in an order that does not depend on the store.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from algorithms.columns import IntArray, LookUp, distinct, joined
from api.services.digests import digests_of_tables
from api.services.payment_input import (
    Ends,
    Holders,
    payment_months,
    recent,
    rows_where,
    summed,
    transfers,
    until_month,
)
from api.services.rule_sets import RuleSet
from api.services.run_input import RunInput
from api.services.run_reading import Part, Reading
from api.services.snapshots import Columns, not_read
from graph import times

SELF = "self"
"""What a party is to the bank where it is the bank itself."""
PARTIES: Mapping[str, tuple[str, ...]] = {
    "facilities": (),
    "drawdowns": (),
    "borrowers": ("party",),
    "guarantees": ("guarantor", "debtor"),
    "securities": ("issuer",),
    "institutions": ("party",),
    "dependence": ("dependent", "provider"),
    "statements": ("party",),
    "payments": ("payer", "payee"),
    "payment_months": (),
    "transfers": ("payer", "payee"),
    "outside_accounts": (),
    "paid_into": ("payee",),
    "repayments": ("payer",),
    "kin": ("person", "relative"),
    "key_managers": ("person", "company"),
    "declared": ("party",),
    "referrals": ("referrer", "referred"),
    "capital": (),
    "rates": (),
}
"""The tables, each with its columns of party ordinals."""

_ALWAYS = (
    "transfers",
    "facilities",
    "drawdowns",
    "borrowers",
    "guarantees",
    "securities",
    "repaid_from",
    "paid_into",
    "institutions",
    "dependence",
    "statements",
    "declared_members",
    "account_holders",
    "referrals",
    "key_managers",
)
"""The snapshots that every run reads. The largest begins, and goes on beside the small ones."""
_IF_ASKED = ("kin",)
_BETWEEN_PARTIES = ("institutions", "dependence", "statements", "kin", "key_managers")
"""The tables that are read as they are, but for the ordinals of parties."""
_STATED: Mapping[str, tuple[str, ...]] = {
    "capital": ("day", "currency", "net_capital", "net_tier_1", "tier_1", "source"),
    "rates": ("from_currency", "to_currency", "day", "rate"),
}
"""The tables of a few rows, with their columns."""
_TEXTS = frozenset(
    {
        "facility_id",
        "group_id",
        "currency",
        "secured_currency",
        "item_kind",
        "commitment_kind",
        "link",
        "collateral",
        "kind",
        "institution",
        "exempt",
        "bank_role",
        "drawdown",
        "criterion",
        "relation",
        "post",
        "source",
        "from_currency",
        "to_currency",
        "campaign",
        "product",
        "outcome",
    }
)


@dataclass(frozen=True)
class RiskInput:
    """Tables by name; -1 in a column of numbers is unknown. unseen: rows left out because an end is not in the view."""

    tables: Mapping[str, pl.DataFrame]
    unseen: int = 0

    def column(self, table: str, name: str) -> IntArray:
        """A column of whole numbers."""
        return self.tables[table][name].to_numpy().astype(np.int64)

    def texts(self, table: str, name: str) -> list[str]:
        """A column of texts."""
        return self.tables[table][name].to_list()

    @property
    def reporting_banks(self) -> tuple[int, ...]:
        """The parties that are the bank itself."""
        itself = self.tables["institutions"].filter(pl.col("bank_role") == SELF)["party"]
        return tuple(itself.unique().sort().to_list())

    def digests(self, party_ids: Sequence[str], known: Mapping[str, str] | None = None) -> dict[str, str]:
        """Of each table. known: those that need not be worked out."""
        return digests_of_tables(self.tables, PARTIES, party_ids, known)


def read_risk_input(reading: Reading, given: RunInput, sets: Sequence[RuleSet]) -> RiskInput:
    """Read what the rule sets ask for of the view's snapshot. Only a view of everything may be read."""
    view, asked = reading.view, statements(sets)
    stated = {name: _rows(view.read(f"snapshot/{name}"), columns) for name, columns in _STATED.items()}
    besides = (view.as_of.year, view.as_of.month)
    part = reading.part("risk", asked, besides, lambda rows: _made(reading, rows, given), anew=stated)
    return RiskInput(part.tables, part.counts["unseen"])


def _made(reading: Reading, rows: dict[str, Columns], given: RunInput) -> Part:
    view = reading.view
    rows |= {name: not_read(view, name) for name in _IF_ASKED if name not in rows}
    rows["key_managers"] = _confirmed(rows["key_managers"])
    facilities = _frame(rows["facilities"], "facility_id")
    nodes = facilities["node"].to_numpy().astype(np.int64)
    by_node = np.argsort(nodes, kind="stable").astype(np.int64)
    rows_of = LookUp(nodes[by_node], by_node).of
    by_id = {facility_id: row for row, facility_id in enumerate(facilities["facility_id"].to_list())}

    guarantees, securities = rows["guarantees"], rows["securities"]
    guarantees |= {name: given.ordinal_of(guarantees[name]) for name in ("guarantor", "debtor")}
    of_contract = [by_id.get(one, -1) for one in guarantees.pop("facility_id").tolist()]
    guarantees["facility"] = np.asarray(of_contract, dtype=np.int64)
    for name in ("drawdowns", "borrowers", "securities", "repaid_from", "paid_into"):
        rows[name]["facility"] = rows_of(rows[name]["facility"])
    rows["borrowers"]["party"] = given.ordinal_of(rows["borrowers"]["party"])
    securities["issuer"] = given.ordinal_of(securities["issuer"])
    holders = Holders(rows.pop("account_holders"), given)
    rows["repaid_from"]["payer"] = holders.of(rows["repaid_from"].pop("account"))
    paid = _paid(reading, rows.pop("transfers"), rows["paid_into"], holders)
    rows["statements"] = rows_where(rows["statements"], rows["statements"]["year"] <= view.as_of.year)
    referrals = _ordinals(rows.pop("referrals"), given, PARTIES["referrals"])
    at = referrals.pop("at")
    referrals["day"] = np.where(at >= 0, _days(at, view.store.zone), referrals["day"])
    found = {
        "facilities": facilities.drop("node"),
        "drawdowns": _frame(rows["drawdowns"], "facility", "matures", "balance", "currency"),
        "borrowers": _frame(rows["borrowers"], "facility", "party"),
        "guarantees": _frame(guarantees, "link"),
        "securities": _frame(securities, "facility", "collateral", "until"),
        "repayments": _frame(rows["repaid_from"], "facility", "payer"),
        "declared": _frame(_ordinals(rows["declared_members"], given, PARTIES["declared"]), "group_id", "party"),
        "referrals": _frame(referrals, "link"),
        **paid,
        **{name: _frame(_ordinals(rows[name], given, PARTIES[name]), *PARTIES[name]) for name in _BETWEEN_PARTIES},
    }
    needed = {"drawdowns": ("facility",), "borrowers": ("facility", "party"), "guarantees": ("guarantor", "debtor")}
    needed |= {
        "securities": ("facility",),
        "repayments": ("facility",),
        "declared": ("party",),
        "paid_into": ("facility",),
        "referrals": PARTIES["referrals"],
        **{name: PARTIES[name] for name in _BETWEEN_PARTIES},
    }
    seen = {name: _seen(frame, needed.get(name, ())) for name, frame in found.items()}
    unseen = sum(found[name].height - seen[name].height for name in found)
    return Part(seen, {"unseen": unseen})


def statements(sets: Sequence[RuleSet]) -> list[str]:
    """Those that it is read by. Some rule sets ask for more."""
    kin = any(one.related or (one.connection and one.connection.kin != "none") for one in sets)
    return [*_ALWAYS, *(_IF_ASKED if kin else ())]


def _confirmed(posts: Columns) -> Columns:
    confirmed = rows_where(posts, posts["status"] == "confirmed")
    return {name: confirmed[name] for name in ("person", "company", "post")}


def _paid(reading: Reading, known: Columns, loans: Columns, holders: Holders) -> dict[str, pl.DataFrame]:
    """Payments one by one and summed, the accounts of nobody known, and where the money of drawdowns was paid."""
    view = reading.view
    known = until_month(known, view.as_of)
    payments = recent(known)
    nodes = distinct(joined(payments["payer"], payments["payee"], loans["account"]))
    ends = Ends(holders, nodes, lambda accounts: reading.of("accounts", accounts=accounts))
    one_by_one = transfers(payments, ends)
    loans["payee"] = ends.of(loans.pop("account"))
    at = loans.pop("at")
    loans["day"] = np.where(at >= 0, _days(at, view.store.zone), loans["day"])
    return {
        "payments": summed(one_by_one),
        "payment_months": payment_months(known),
        "transfers": one_by_one,
        "outside_accounts": pl.DataFrame({"account_id": pl.Series(ends.outside_ids, dtype=pl.String)}),
        "paid_into": _frame(loans, "drawdown", "facility"),
    }


def _ordinals(columns: Columns, given: RunInput, parties: tuple[str, ...]) -> Columns:
    return {**columns, **{name: given.ordinal_of(columns[name]) for name in parties}}


def _frame(columns: Columns, *order: str) -> pl.DataFrame:
    """A table in an order of its own values: by these columns, then by all others."""
    frame = pl.DataFrame([_series(name, values) for name, values in columns.items()])
    return frame.sort(*order, *(name for name in columns if name not in order))


def _series(name: str, values: np.ndarray[Any, Any]) -> pl.Series:
    if name in _TEXTS:
        return pl.Series(name, values.tolist(), dtype=pl.String)
    return pl.Series(name, values.astype(np.int64))


def _kind(name: str) -> type[pl.DataType]:
    return pl.String if name in _TEXTS else pl.Int64


def _days(at: IntArray, zone: str) -> IntArray:
    """The bank's days of moments."""
    moments, place = np.unique(at, return_inverse=True)
    return np.asarray([times.day_of(one, zone) for one in moments.tolist()], dtype=np.int64)[place]


def _seen(frame: pl.DataFrame, ends: tuple[str, ...]) -> pl.DataFrame:
    return frame.filter(pl.all_horizontal(pl.col(end) >= 0 for end in ends)) if ends else frame


def _rows(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> pl.DataFrame:
    schema = {name: _kind(name) for name in columns}
    return pl.DataFrame([[row[name] for name in columns] for row in rows], schema=schema, orient="row")
