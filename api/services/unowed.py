"""Contracts that nobody is known to owe, and amounts that state no currency: neither is passed over in silence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from algorithms.columns import IntArray, sums
from algorithms.currency import check_total, convert
from algorithms.threshold import UNKNOWN
from api.services.exposure_basis import Basis
from api.services.risk_input import RiskInput

_AMOUNTS = {
    "facilities": ("limit_amount", "drawn_amount"),
    "drawdowns": ("balance",),
    "guarantees": ("amount",),
    "securities": ("value",),
    "statements": ("revenue", "expenditure", "equity"),
    "payments": ("amount",),
    "transfers": ("amount",),
    "paid_into": ("amount",),
    "repayments": ("amount",),
    "referrals": ("value",),
}
"""The amounts of each table that stand in its `currency`."""


@dataclass(frozen=True)
class Unowed:
    """Contracts without a known borrower: they are in no exposure.

    amount: the limit of each, or what is drawn where that is more, minor units of the reporting currency. unknown: how
    many of them neither is known of.
    """

    contracts: int
    amount: int
    unknown: int


def unowed(risk: RiskInput, basis: Basis) -> Unowed:
    """What nobody is known to owe."""
    size = risk.tables["facilities"].height
    owed = np.zeros(size, dtype=np.bool_)
    owed[risk.column("borrowers", "facility")] = True
    if owed.all():
        return Unowed(0, 0, 0)
    most = np.maximum(_limits(risk, basis), _drawn(risk, basis, size))[~owed]
    known = most[most != UNKNOWN]
    check_total("contracts that nobody is known to owe", known)
    return Unowed(most.size, int(known.sum()), most.size - known.size)


def without_currency(risk: RiskInput) -> int:
    """How many rows have amounts above 0 and state no currency; they are taken as the reporting currency."""
    return sum(
        risk.tables[table].filter((pl.col("currency") == "") & pl.any_horizontal(pl.col(names) > 0)).height
        for table, names in _AMOUNTS.items()
        if table in risk.tables
    )


def _limits(risk: RiskInput, basis: Basis) -> IntArray:
    limit = risk.column("facilities", "limit_amount")
    return convert("facilities.limit", limit, basis.coded(risk, "facilities"), basis.rates)


def _drawn(risk: RiskInput, basis: Basis, size: int) -> IntArray:
    """What is drawn of each contract, as far as it is known; UNKNOWN where nothing of it is."""
    under, balance = risk.column("drawdowns", "facility"), risk.column("drawdowns", "balance")
    balance = convert("drawdowns.balance", balance, basis.coded(risk, "drawdowns"), basis.rates)
    stated = risk.column("facilities", "drawn_amount")
    stated = convert("facilities.drawn", stated, basis.coded(risk, "facilities"), basis.rates)
    is_known = balance != UNKNOWN
    has_known = np.bincount(under[is_known], minlength=size) > 0
    drawn = np.where(has_known, sums(under[is_known], balance[is_known], size), UNKNOWN)
    return np.where(np.bincount(under, minlength=size) > 0, drawn, stated)
