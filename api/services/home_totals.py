"""What households and families have with the bank: balances, credit, revenue, contribution and products of members.

What several members hold or owe together counts once: a joint account, a contract of two borrowers, a product held by
both. Currencies are not mixed. An amount that is not known is counted, never taken for zero.
"""

from __future__ import annotations

import polars as pl

from algorithms.columns import IntArray
from api.services.credit_amounts import credit_drawn, credit_limits
from api.services.household_input import HomeInput
from api.services.risk_input import RiskInput

TOTALS = {
    "figure": pl.String, "year": pl.Int64, "currency": pl.String,
    "amount_minor": pl.Int64, "count": pl.Int64, "unknown": pl.Int64,
}  # fmt: skip
"""figure: balances, credit_limits, drawn, revenue and contribution (of `year`), products (only counted). count:
accounts, contracts, drawdowns, months or products behind it; unknown: how many of them have no known amount."""

ROLLED_UP = ("home_balances", "home_joint_balances", "home_revenue", "home_contribution", "home_products")
CREDIT = ("facilities", "drawdowns", "borrowers")
"""The tables of `HomeInput` and `RiskInput` that they are of."""

Totals = tuple[tuple[str, int, str, int, int, int], ...]
MONTHS = 12


def roll_up(unit: IntArray, party: IntArray, homes: HomeInput, risk: RiskInput) -> dict[int, Totals]:
    """The totals of each unit, by unit. unit, party: shape (n_memberships,)."""
    members = pl.DataFrame({"unit": unit, "party": party}, schema={"unit": pl.Int64, "party": pl.Int64})
    earned = (_earned(members, homes, figure) for figure in ("revenue", "contribution"))
    parts = [_balances(members, homes), *_credit(members, risk), *earned, _products(members, homes)]
    rows = pl.concat([part.select("unit", *TOTALS) for part in parts]).sort("unit", "figure", "currency")
    found = rows.group_by("unit", maintain_order=True).agg(row=pl.struct(*TOTALS))
    return {one: tuple(tuple(row.values()) for row in some) for one, some in found.iter_rows()}


def _balances(members: pl.DataFrame, homes: HomeInput) -> pl.DataFrame:
    own = members.join(homes.tables["home_balances"], on="party")
    joint = members.join(homes.tables["home_joint_balances"], on="party").unique(("unit", "account"))
    known = pl.col("amount").is_not_null()
    joint = joint.with_columns(count=pl.lit(1, pl.Int64), unknown=(~known).cast(pl.Int64))
    columns = ("unit", "currency", "amount", "count", "unknown")
    return _summed(pl.concat((own.select(columns), joint.select(columns))), "balances")


def _credit(members: pl.DataFrame, risk: RiskInput) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Limits of contracts, and what is drawn: the drawdowns under a contract, else what the contract states."""
    facilities, drawdowns = risk.tables["facilities"].lazy(), risk.tables["drawdowns"].lazy()
    limits, drawn = pl.collect_all([credit_limits(facilities), credit_drawn(facilities, drawdowns)])
    borrowers = risk.tables["borrowers"].select("facility", "party")
    borrowed = members.join(borrowers, on="party").unique(("unit", "facility"))
    is_known = pl.col("amount") >= 0
    counted = (pl.lit(1, pl.Int64).alias("count"), (~is_known).cast(pl.Int64).alias("unknown"))
    found = (
        borrowed.join(part, on="facility").with_columns(*counted, amount=pl.when(is_known).then(pl.col("amount")))
        for part in (limits, drawn)
    )
    of_limits, of_drawn = found
    return _summed(of_limits, "credit_limits"), _summed(of_drawn, "drawn")


def _earned(members: pl.DataFrame, homes: HomeInput, figure: str) -> pl.DataFrame:
    """Revenue, or contribution, of the latest year of which anything is told of a member."""
    rows = members.join(homes.tables[f"home_{figure}"], on="party")
    latest = rows.filter(pl.col("year") == pl.col("year").max().over("unit")).with_columns(
        count=pl.lit(MONTHS, pl.Int64)
    )
    return _summed(latest.select("unit", "currency", "amount", "count", "unknown", "year"), figure)


def _products(members: pl.DataFrame, homes: HomeInput) -> pl.DataFrame:
    held = members.join(homes.tables["home_products"], on="party").unique(("unit", "product"))
    one = held.select(
        "unit", currency=pl.lit(""), amount=pl.lit(0, pl.Int64), count=pl.lit(1, pl.Int64), unknown=pl.lit(0, pl.Int64)
    )
    return _summed(one, "products")


def _summed(rows: pl.DataFrame, figure: str) -> pl.DataFrame:
    year = pl.col("year").first() if "year" in rows.columns else pl.lit(0, pl.Int64).first()
    return rows.group_by("unit", "currency").agg(
        figure=pl.lit(figure).first(),
        year=year,
        amount_minor=pl.col("amount").fill_null(0).sum(),
        count=pl.col("count").sum(),
        unknown=pl.col("unknown").sum(),
    )


def as_properties(totals: Totals) -> dict[str, list[str] | list[int]]:
    """Totals as a node keeps them: lists with a place each."""
    columns = list(zip(*totals, strict=True)) or [() for _ in TOTALS]
    names = ("totals", "total_years", "total_currencies", "total_amounts", "total_counts", "total_unknown")
    return {name: list(column) for name, column in zip(names, columns, strict=True)}
