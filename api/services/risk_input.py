"""What a run reads of lending: contracts, drawdowns, borrowers, guarantees, collateral, payments, statements,
dependence, kin, key managers, declared groups, capital and rates of one view.

Kept as tables whose parties are ordinals and whose contracts are rows, in an order that does not depend on the store.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from algorithms.columns import IntArray, find
from api.services.payment_input import Holders, read_payments
from api.services.run_input import RunInput
from graph.store import View

_Columns = Mapping[str, np.ndarray[Any, Any]]

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
    "repayments": ("payer",),
    "kin": ("person", "relative"),
    "key_managers": ("person", "company"),
    "declared": ("party",),
    "capital": (),
    "rates": (),
}
"""The tables, each with its columns of party ordinals."""

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
        "item_kind",
        "commitment_kind",
        "link",
        "collateral",
        "kind",
        "institution",
        "exempt",
        "criterion",
        "relation",
        "post",
        "source",
        "from_currency",
        "to_currency",
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

    def digest(self, party_ids: list[str]) -> str:
        """Over ids, texts and integers: parties are numbered by their place among those that the tables name."""
        hashed = hashlib.blake2b(digest_size=16)
        named = [self.column(table, name) for table, names in PARTIES.items() for name in names]
        used = np.unique(np.concatenate([*named, np.empty(0, dtype=np.int64)]))
        used = used[used >= 0]
        hashed.update("\n".join(party_ids[i] for i in used.tolist()).encode())
        for table, parties in PARTIES.items():
            frame = self.tables[table]
            hashed.update(f"\n{table} {frame.height} {' '.join(frame.columns)}\n".encode())
            for name in frame.columns:
                if frame.schema[name] == pl.String:
                    hashed.update("\x1f".join(frame[name].to_list()).encode())
                    continue
                values = self.column(table, name)
                if name in parties:
                    values = np.where(values >= 0, np.searchsorted(used, values), -1).astype(np.int64)
                hashed.update(np.ascontiguousarray(values).tobytes())
        return hashed.hexdigest()


def read_risk_input(view: View, given: RunInput) -> RiskInput:
    """Read the view's snapshot. Only a view of everything may be read."""
    facilities = _frame(view.snapshot("snapshot/facilities"), "facility_id")
    nodes = facilities["node"].to_numpy().astype(np.int64)
    by_node = np.argsort(nodes, kind="stable")
    by_id = {facility_id: row for row, facility_id in enumerate(facilities["facility_id"].to_list())}

    def rows_of(column: np.ndarray[Any, Any]) -> IntArray:
        at, there = find(nodes[by_node], column)
        return np.where(there, by_node[at] if by_node.size else -1, -1)

    drawdowns = view.snapshot("snapshot/drawdowns")
    drawdowns["facility"] = rows_of(drawdowns["facility"])
    borrowers = view.snapshot("snapshot/borrowers")
    borrowers |= {"facility": rows_of(borrowers["facility"]), "party": given.ordinal_of(borrowers["party"])}
    guarantees = view.snapshot("snapshot/guarantees")
    guarantees |= {name: given.ordinal_of(guarantees[name]) for name in ("guarantor", "debtor")}
    of_contract = [by_id.get(one, -1) for one in guarantees["facility_id"].tolist()]
    guarantees["facility"] = np.asarray(of_contract, dtype=np.int64)
    securities = view.snapshot("snapshot/securities")
    securities |= {"facility": rows_of(securities["facility"]), "issuer": given.ordinal_of(securities["issuer"])}
    between = {name: _ordinals(view.snapshot(f"snapshot/{name}"), given, PARTIES[name]) for name in _BETWEEN_PARTIES}
    holders = Holders(view, given)
    declared = _ordinals(view.snapshot("snapshot/declared_members"), given, PARTIES["declared"])
    repayments = view.snapshot("snapshot/repaid_from")
    repayments |= {"facility": rows_of(repayments["facility"]), "payer": holders.of(repayments.pop("account"))}
    payments, months = read_payments(view, holders)
    found = {
        "facilities": facilities.drop("node"),
        "drawdowns": _frame(drawdowns, "facility", "matures", "balance", "currency"),
        "borrowers": _frame(borrowers, "facility", "party"),
        "guarantees": _frame({k: v for k, v in guarantees.items() if k != "facility_id"}, "link"),
        "securities": _frame(securities, "facility", "collateral", "until"),
        "payments": payments,
        "payment_months": months,
        "repayments": _frame(repayments, "facility", "payer"),
        "declared": _frame(declared, "group_id", "party"),
        **{name: _frame(columns, *PARTIES[name]) for name, columns in between.items()},
    }
    needed = {"drawdowns": ("facility",), "borrowers": ("facility", "party"), "guarantees": ("guarantor", "debtor")}
    needed |= {
        "securities": ("facility",),
        "repayments": ("facility",),
        "declared": ("party",),
        **{name: PARTIES[name] for name in _BETWEEN_PARTIES},
    }
    seen = {name: _seen(frame, needed.get(name, ())) for name, frame in found.items()}
    unseen = sum(found[name].height - seen[name].height for name in found)
    for name, columns in _STATED.items():
        seen[name] = _rows(view.read(f"snapshot/{name}"), columns)
    return RiskInput(seen, unseen)


def _ordinals(columns: _Columns, given: RunInput, parties: tuple[str, ...]) -> _Columns:
    return {**columns, **{name: given.ordinal_of(columns[name]) for name in parties}}


def _frame(columns: _Columns, *order: str) -> pl.DataFrame:
    """A table in an order of its own values: by these columns, then by all others."""
    frame = pl.DataFrame([_series(name, values) for name, values in columns.items()])
    return frame.sort(*order, *(name for name in columns if name not in order))


def _series(name: str, values: np.ndarray[Any, Any]) -> pl.Series:
    if name in _TEXTS:
        return pl.Series(name, values.tolist(), dtype=pl.String)
    return pl.Series(name, values.astype(np.int64))


def _kind(name: str) -> type[pl.DataType]:
    return pl.String if name in _TEXTS else pl.Int64


def _seen(frame: pl.DataFrame, ends: tuple[str, ...]) -> pl.DataFrame:
    return frame.filter(pl.all_horizontal(pl.col(end) >= 0 for end in ends)) if ends else frame


def _rows(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> pl.DataFrame:
    schema = {name: _kind(name) for name in columns}
    return pl.DataFrame([[row[name] for name in columns] for row in rows], schema=schema, orient="row")
