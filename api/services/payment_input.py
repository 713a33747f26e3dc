"""Payments between parties of one view: the last twelve months that it knows, summed by pair."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from algorithms.columns import IntArray, find
from api.services.run_input import RunInput
from graph.store import View

MONTHS = 12
HOLDER = "holder"
OUTSIDE = -1
"""A payer or payee whose account nobody in the view holds."""


class Holders:
    """Who holds each account: the holder; where only joint or authorised parties are told, the first of them by id."""

    def __init__(self, view: View, given: RunInput) -> None:
        rows = view.snapshot("snapshot/account_holders")
        party = given.ordinal_of(rows["party"])
        other = np.asarray([role != HOLDER for role in rows["role"].tolist()], dtype=np.int64)
        account = rows["account"].astype(np.int64)
        order = np.lexsort((party, other, account))
        order = order[party[order] >= 0]
        first = np.ones(order.size, dtype=np.bool_)
        first[1:] = account[order][1:] != account[order][:-1]
        self._account, self._party = account[order][first], party[order][first]

    def of(self, account: np.ndarray[Any, Any]) -> IntArray:
        """The party that holds each account, or OUTSIDE."""
        if not self._account.size:
            return np.full(account.size, OUTSIDE, dtype=np.int64)
        at, there = find(self._account, account.astype(np.int64))
        return np.where(there, self._party[at], OUTSIDE)


def read_payments(view: View, holders: Holders) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Sums by (payer, payee, currency) over the last twelve months, ends without a known holder as OUTSIDE; and the
    months known (YYYYMM), with how many pairs of accounts paid in each."""
    rows = view.snapshot("snapshot/transfers")
    month = rows["month"].astype(np.int64)
    months, pairs = np.unique(month[month > 0], return_counts=True)
    recent = np.isin(month, months[-MONTHS:])
    columns = {
        "payer": holders.of(rows["payer"][recent]),
        "payee": holders.of(rows["payee"][recent]),
        "amount": rows["amount"][recent].astype(np.int64),
        "currency": rows["currency"][recent].tolist(),
    }
    known = pl.DataFrame({"month": months, "pairs": pairs.astype(np.int64)})
    return summed(pl.DataFrame(columns, schema_overrides={"currency": pl.String})), known


def summed(payments: pl.DataFrame) -> pl.DataFrame:
    """One row a pair and currency: the known sum, and one of -1 beside it where some amount is unknown.

    What a party pays itself is left out.
    """
    apart = payments.filter((pl.col("payer") != pl.col("payee")) | (pl.col("payer") == OUTSIDE))
    known = apart.filter(pl.col("amount") >= 0).group_by("payer", "payee", "currency").agg(pl.col("amount").sum())
    unknown = apart.filter(pl.col("amount") < 0).unique()
    return pl.concat([known.select(apart.columns), unknown]).sort("payer", "payee", "currency", "amount")
