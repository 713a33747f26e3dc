"""Limits of credit contracts, and what is drawn under them."""

from __future__ import annotations

import polars as pl


def credit_limits(facilities: pl.LazyFrame) -> pl.LazyFrame:
    """facility (the place of its row), amount, currency; below 0: unknown. facilities: as `given_facilities`."""
    return _numbered(facilities).select("facility", amount="limit_amount", currency="currency")


def credit_drawn(facilities: pl.LazyFrame, drawdowns: pl.LazyFrame) -> pl.LazyFrame:
    """The same of what is drawn: the drawdowns under a contract, a row each, else what the contract states."""
    told = drawdowns.select("facility", amount="balance", currency="currency")
    bare = _numbered(facilities).join(told, on="facility", how="anti")
    return pl.concat([told, bare.select("facility", amount="drawn_amount", currency="currency")])


def _numbered(facilities: pl.LazyFrame) -> pl.LazyFrame:
    return facilities.with_columns(facility=pl.int_range(pl.len(), dtype=pl.Int64))
