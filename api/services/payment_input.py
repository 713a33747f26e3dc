"""Payments between parties of one view: the last twelve months that it knows, one by one and summed by pair.

An account at another bank, or of nobody known, stands for a party of its own, by its place among such accounts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from algorithms.columns import BoolArray, IntArray, LookUp
from api.services.run_input import RunInput

MONTHS = 12
HOLDER = "holder"
OUTSIDE = -1
"""A payer or payee whose account nobody in the view holds."""
UNDATED = -1

_Columns = Mapping[str, np.ndarray[Any, Any]]
AccountIds = Callable[[list[int]], _Columns]
"""Asks for the ids of accounts by their nodes: columns `account`, `account_id`."""
_AT_ONCE = 50_000


def outside(place: IntArray) -> IntArray:
    """Accounts of nobody known, as a payer or payee: below `OUTSIDE`, by their place."""
    return OUTSIDE - 1 - place


class Holders:
    """Who holds each account: the holder; where only joint or authorised parties are told, the first of them by id."""

    def __init__(self, rows: _Columns, given: RunInput) -> None:
        party = given.ordinal_of(rows["party"])
        other = np.asarray([role != HOLDER for role in rows["role"].tolist()], dtype=np.int64)
        account = rows["account"].astype(np.int64)
        order = np.lexsort((party, other, account))
        order = order[party[order] >= 0]
        first = np.ones(order.size, dtype=np.bool_)
        first[1:] = account[order][1:] != account[order][:-1]
        self._party = LookUp(account[order][first], party[order][first])

    def of(self, account: np.ndarray[Any, Any]) -> IntArray:
        """The party that holds each account, or OUTSIDE."""
        return self._party.of(account.astype(np.int64))


class Ends:
    """The parties and outside accounts that payments go between. outside_ids: ascending."""

    def __init__(self, holders: Holders, accounts: IntArray, ids: AccountIds) -> None:
        """accounts: all nodes that payments start or end at."""
        self._holders = holders
        asked = accounts[holders.of(accounts) == OUTSIDE]
        parts = [ids(asked[start : start + _AT_ONCE].tolist()) for start in range(0, asked.size, _AT_ONCE)]
        found = [pair for part in parts for pair in zip(part["account_id"], part["account"], strict=True)]
        by_id = sorted(found)
        self.outside_ids = [account_id for account_id, _ in by_id]
        node = np.asarray([node for _, node in by_id], dtype=np.int64)
        place = np.argsort(node, kind="stable").astype(np.int64)
        self._place = LookUp(node[place], place)

    def of(self, account: np.ndarray[Any, Any]) -> IntArray:
        """The party that holds each account, else the account as one of nobody known."""
        party, place = self._holders.of(account), self._place.of(account.astype(np.int64))
        return np.where((party == OUTSIDE) & (place >= 0), outside(place), party)


def rows_where(rows: _Columns, kept: BoolArray) -> dict[str, np.ndarray[Any, Any]]:
    """Some rows of columns."""
    return {name: column[kept] for name, column in rows.items()}


def until_month(rows: _Columns, as_of: date) -> dict[str, np.ndarray[Any, Any]]:
    """The payments of months that had begun on a day, and those of no known month."""
    return rows_where(rows, rows["month"].astype(np.int64) <= as_of.year * 100 + as_of.month)


def recent(rows: _Columns) -> dict[str, np.ndarray[Any, Any]]:
    """The payments of the twelve months up to the last of which any is known."""
    number = rows["month"].astype(np.int64)
    count = number // 100 * 12 + number % 100
    last = int(count.max()) if count.size else 0
    return rows_where(rows, (number > 0) & (count > last - MONTHS))


def payment_months(rows: _Columns) -> pl.DataFrame:
    """The months known (YYYYMM), with how many pairs of accounts paid in each."""
    pairs = pl.DataFrame({name: rows[name].astype(np.int64) for name in ("month", "payer", "payee")}).unique()
    counted = pairs.filter(pl.col("month") > 0).group_by("month").agg(pairs=pl.len().cast(pl.Int64))
    return counted.sort("month")


def transfers(rows: _Columns, ends: Ends) -> pl.DataFrame:
    """Payments by payer and payee (party, or outside account), with day (or UNDATED), amount and currency.

    What a party pays itself is left out.
    """
    columns = {
        "payer": ends.of(rows["payer"]),
        "payee": ends.of(rows["payee"]),
        "day": rows["day"].astype(np.int64),
        "amount": rows["amount"].astype(np.int64),
        "currency": rows["currency"].tolist(),
    }
    frame = pl.DataFrame(columns, schema_overrides={"currency": pl.String})
    return frame.filter(pl.col("payer") != pl.col("payee")).sort(frame.columns)


def summed(payments: pl.DataFrame) -> pl.DataFrame:
    """One row a pair and currency, all accounts of nobody known as OUTSIDE: the known sum, and one of -1 beside it
    where some amount is unknown.

    What a party pays itself is left out.
    """
    ends = payments.select(pl.col("payer", "payee").clip(lower_bound=OUTSIDE), "amount", "currency")
    apart = ends.filter((pl.col("payer") != pl.col("payee")) | (pl.col("payer") == OUTSIDE))
    known = apart.filter(pl.col("amount") >= 0).group_by("payer", "payee", "currency").agg(pl.col("amount").sum())
    unknown = apart.filter(pl.col("amount") < 0).unique()
    return pl.concat([known.select(apart.columns), unknown]).sort("payer", "payee", "currency", "amount")
