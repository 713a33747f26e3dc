"""Figures for management as a run finds them: customers, amounts and openings by unit, of all days and months told.

A unit is what customers are counted by: the branches that each is in (all of them together, so that what lies below one
counts once), the manager with whom it counts on a day, its segments, the products that it holds. `units` is empty for
customers who are in none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from algorithms.columns import BoolArray
from api.services.client_input import TABLES as CLIENTS
from api.services.measures import KEPT
from api.services.months import MONTHS, by_month, last_day
from graph import times

CUSTOMERS, AMOUNTS, OPENINGS, HOLDERS = "figures_customers", "figures_amounts", "figures_openings", "figures_holders"
TABLES: Mapping[str, dict[str, pl.DataType]] = {
    CUSTOMERS: {"by": pl.String(), "units": pl.List(pl.String), "since": pl.Int64(), "customers": pl.Int64()},
    AMOUNTS: {
        "by": pl.String(), "units": pl.List(pl.String), "month": pl.Int64(), "measure": pl.String(),
        "currency": pl.String(), "amount": pl.Int64(), "known": pl.Int64(),
    },
    OPENINGS: {
        "by": pl.String(), "units": pl.List(pl.String), "day": pl.Int64(), "taken_up": pl.Int64(), "sold": pl.Int64()
    },
    HOLDERS: {"by": pl.String(), "segment": pl.String(), "product_id": pl.String(), "holders": pl.Int64()},
}  # fmt: skip
"""Tables with their columns. customers: so many more from day `since` on (fewer, below 0). month: twelve times its year
and the month from 0. amount: a sum of minor units. known: customers of whom anything is told, each at the first of its
currencies. day: on which openings were first taken up or sold. holders: customers of the segment who hold the product.
"""
EVERYONE, BRANCH, MANAGER, SEGMENT, SAVED, PRODUCT = "all", "branch", "manager", "segment", "saved_segment", "product"
STEPS = ("taken_up", "sold")
READ = (*CLIENTS, "offer_clients", "refer_clients", "offer_outcomes", "home_products")
"""The frozen tables that figures follow from, beside the members of segments."""
_BETWEEN = "\x1f"
"""Stands between the units of one key; none may hold it."""
_KEYED = {"party": pl.Int64, "key": pl.String}


@dataclass(frozen=True)
class Standing:
    """What figures follow from, of customers alone but for `steps`; parties are ordinals.

    customers: party, segment (of the source, or its kind), since (the day of becoming one; `SINCE_EVER` where no source
    says it). branches: party, branch. managers: party, manager, main,
    since, until. years: party, year, currency, and of each measure a list of months. holdings: party, product. steps:
    party, product, day, outcome, in turn. saved: party, segment_id.
    """

    customers: pl.DataFrame
    branches: pl.DataFrame
    managers: pl.DataFrame
    years: pl.DataFrame
    holdings: pl.DataFrame
    steps: pl.DataFrame
    saved: pl.DataFrame


def standing(tables: Mapping[str, pl.DataFrame], saved: pl.DataFrame, persons: BoolArray) -> Standing:
    """From the frozen tables by their names without `given_`, and the members of saved segments."""
    clients = tables["offer_clients"].filter(pl.col("customer") == 1)
    kind = pl.when(pl.Series(persons).gather(clients["party"])).then(pl.lit("person")).otherwise(pl.lit("company"))
    told = pl.when(pl.col("segment") == "").then(kind).otherwise("segment")
    ours = {
        name: tables[name].join(clients.select("party"), on="party", how="semi")
        for name in ("client_branches", "client_managers", "client_years", "home_products")
    }
    begun = clients.join(tables["refer_clients"], on="party", how="left", maintain_order="left")["since"]
    return Standing(
        customers=clients.select("party", segment=told, since=begun.fill_null(times.SINCE_EVER)),
        branches=tables["client_branches"],
        managers=tables["client_managers"],
        years=ours["client_years"],
        holdings=ours["home_products"],
        steps=tables["offer_outcomes"],
        saved=saved,
    )


def find_figures(found: Standing, as_of: date) -> dict[str, pl.DataFrame]:
    """The tables of `TABLES`, sorted."""
    day = times.to_day(as_of)
    known = _by_unit(found)
    held = _held(found.customers, found.managers)
    counts, openings = [], []
    steps = _first_steps(found.steps, day)
    for by, keyed in known.items():
        ours = keyed.join(found.customers.select("party", "since"), on="party")
        counts.append(_counted(by, ours.with_columns(customers=1)))
        told = steps.with_columns(key="product") if by == PRODUCT else steps.join(keyed, on="party", how="left")
        openings.append(_stepped(by, told.with_columns(pl.col("key").fill_null(""))))
    begun = held.join(found.customers.select("party", begun="since"), on="party")
    counts.append(_counted(MANAGER, begun.with_columns(since=pl.max_horizontal("since", "begun"))))
    others = steps.join(found.customers, on="party", how="anti").select("party").unique()
    openings.append(_stepped(MANAGER, _on_day(steps, pl.concat([held, _held(others, found.managers)]))))
    tables = {
        CUSTOMERS: _listed(pl.concat(counts), CUSTOMERS),
        AMOUNTS: _listed(_amounts(found, known, held, as_of), AMOUNTS),
        OPENINGS: _listed(pl.concat(openings), OPENINGS),
        HOLDERS: pl.concat([_holders(by, known[by], found.holdings) for by in (SEGMENT, SAVED)]),
    }
    return {name: frame.select(list(TABLES[name])).cast(TABLES[name]) for name, frame in tables.items()}  # type: ignore[arg-type]


def _by_unit(found: Standing) -> dict[str, pl.DataFrame]:
    """Of each way to count by that does not change with days, the key or keys of each party; "" for none."""
    everyone = pl.concat([found.customers.select("party"), found.steps.select("party")]).unique()
    branches = found.branches.group_by("party").agg(key=pl.col("branch").unique().sort().str.join(_BETWEEN))

    def whole(keyed: pl.DataFrame) -> pl.DataFrame:
        told = everyone.join(keyed.select(list(_KEYED)), on="party", how="left")
        return told.with_columns(pl.col("key").fill_null(""))

    return {
        EVERYONE: everyone.with_columns(key=pl.lit("")),
        BRANCH: whole(branches),
        SEGMENT: whole(found.customers.rename({"segment": "key"})),
        SAVED: whole(found.saved.rename({"segment_id": "key"})),
        PRODUCT: whole(found.holdings.rename({"product": "key"}).unique()),
    }


def _held(parties: pl.DataFrame, managers: pl.DataFrame) -> pl.DataFrame:
    """From which day on each party counts with whom, as `api.services.performance.holder` has it: party, since, key,
    customers. A row with 1 of customers where it begins, and one with -1 of the manager before.
    """
    own = managers.join(parties.select("party"), on="party", how="semi")
    ever = parties.select("party", since=pl.lit(times.SINCE_EVER, pl.Int64))
    days = pl.concat([ever, own.select("party", "since"), own.select("party", since="until")]).unique()
    first = ["main", "from", "manager"]
    inside = days.join(own.rename({"since": "from"}), on="party").filter(
        (pl.col("from") <= pl.col("since")) & (pl.col("since") < pl.col("until"))
    )
    told = (
        inside.sort(first, descending=[True, False, False])
        .group_by("party", "since")
        .agg(key=pl.col("manager").first())
    )
    begun = days.join(told, on=["party", "since"], how="left").with_columns(pl.col("key").fill_null(""))
    begun = begun.sort("party", "since").with_columns(before=pl.col("key").shift().over("party"))
    begun = begun.filter(pl.col("before").is_null() | (pl.col("key") != pl.col("before")))
    ended = begun.filter(pl.col("before").is_not_null()).select("party", "since", key="before", customers=-1)
    return pl.concat([begun.select("party", "since", "key", customers=1), ended])


def _on_day(rows: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Rows of party and day with the manager of that day as their key; "" for none."""
    begun = held.filter(pl.col("customers") > 0).select("party", "key", day="since").sort("day")
    found = rows.sort("day").join_asof(begun, on="day", by="party", check_sortedness=False)
    return found.with_columns(pl.col("key").fill_null(""))


def _amounts(found: Standing, known: Mapping[str, pl.DataFrame], held: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The amounts by everything, one measure after the other: all months of all customers at once take gigabytes."""
    years = found.years.filter(pl.col("year") <= as_of.year)
    begun = found.customers.filter(pl.col("since") > times.SINCE_EVER).select("party", begun=_month("since"))
    amounts = []
    for measure, name in KEPT.items():
        months = _months(years, name, begun)
        told_months = months["month"].unique().to_list()
        ends = {"month": told_months, "day": [min(last_day(one), times.to_day(as_of)) for one in told_months]}
        ending = pl.DataFrame(ends, schema={"month": pl.Int64, "day": pl.Int64})
        summed = [_summed(by, months.lazy().join(keyed.lazy(), on="party")) for by, keyed in known.items()]
        summed.append(_summed(MANAGER, _on_day(months.join(ending, on="month"), held).lazy()))
        amounts += [one.with_columns(measure=pl.lit(measure)) for one in summed]
    return pl.concat(amounts)


def _month(day: str) -> pl.Expr:
    """The number of the month of a column of days."""
    told = pl.col(day).cast(pl.Int32).cast(pl.Date)
    return told.dt.year().cast(pl.Int64) * MONTHS + told.dt.month().cast(pl.Int64) - 1


def _months(years: pl.DataFrame, amount: str, begun: pl.DataFrame) -> pl.DataFrame:
    """party, currency, month, amount of every month told, and `known`: 1 in its first currency, else 0, as before the
    month in which somebody became a customer. begun: party, begun; who is not in it always was one."""
    rows = by_month(years.lazy(), amount).group_by("party", "currency", "month").agg(pl.col("amount").sum()).collect()
    first = pl.col("currency") == pl.col("currency").min().over("party", "month")
    rows = rows.join(begun, on="party", how="left").with_columns(
        known=(first & (pl.col("begun").is_null() | (pl.col("month") >= pl.col("begun")))).cast(pl.Int64)
    )
    return rows.drop("begun")


def _first_steps(steps: pl.DataFrame, day: int) -> pl.DataFrame:
    """party, product, day, taken_up, sold: a row for the first time that an opening took each step, up to the day.

    After a sale it begins anew.
    """
    told = steps.filter(pl.col("outcome").is_in(STEPS) & (pl.col("day") <= day))
    sold = (pl.col("outcome") == "sold").cast(pl.Int64)
    told = told.with_columns(cycle=(sold.cum_sum() - sold).over("party", "product"))
    first = told.group_by("party", "product", "cycle", "outcome", maintain_order=True).agg(pl.col("day").first())
    return first.select(
        "party", "product", "day", **{step: (pl.col("outcome") == step).cast(pl.Int64) for step in STEPS}
    )


def _counted(by: str, rows: pl.DataFrame) -> pl.DataFrame:
    found = rows.group_by("key", "since").agg(pl.col("customers").cast(pl.Int64).sum())
    return found.filter(pl.col("customers") != 0).with_columns(by=pl.lit(by))


def _summed(by: str, rows: pl.LazyFrame) -> pl.DataFrame:
    sums = rows.group_by("key", "month", "currency").agg(pl.col("amount", "known").sum())
    return sums.with_columns(by=pl.lit(by)).collect(engine="streaming")


def _stepped(by: str, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by("key", "day").agg(pl.col(STEPS).sum()).with_columns(by=pl.lit(by))


def _listed(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """Sorted, with keys as lists."""
    keys = [one for one in TABLES[name] if one in ("since", "month", "measure", "currency", "day")]
    units = (
        pl.when(pl.col("key") == "").then(pl.lit([], pl.List(pl.String))).otherwise(pl.col("key").str.split(_BETWEEN))
    )
    return rows.sort("by", "key", *keys).with_columns(units=units)


def _holders(by: str, keyed: pl.DataFrame, holdings: pl.DataFrame) -> pl.DataFrame:
    rows = keyed.filter(pl.col("key") != "").join(holdings.unique(), on="party")
    counted = rows.group_by(segment="key", product_id="product").agg(holders=pl.len().cast(pl.Int64))
    return counted.with_columns(by=pl.lit(by)).sort("segment", "product_id")
