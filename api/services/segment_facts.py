"""Facts of parties that segments ask for, taken from the tables that a run froze or found: only those that some filter
names. In the run itself, and later from its archive, so that both find the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
import polars as pl

from algorithms.columns import BoolArray
from algorithms.segments import Fact
from api.services.credit_amounts import credit_drawn, credit_limits
from api.services.months import MONTHS, by_month, month_of
from api.services.reminders import birthday
from api.services.segment_fields import FIELDS, Kind
from graph import times

GROUPS = {"party": pl.Int64, "group_id": pl.String, "kind": pl.String}
HOMES = {"party": pl.Int64, "household_id": pl.String}
GRADED = {"party": pl.Int64, "grade": pl.String}


@dataclass(frozen=True)
class FactSource:
    """What a run read and found, parties by ordinals.

    table: what it froze, by name without `given_`. groups, homes, grades: as `GROUPS`, `HOMES` and `GRADED`. persons:
    who is a natural person, shape (n_parties,). as_of: its day.
    """

    table: Callable[[str], pl.LazyFrame]
    groups: Callable[[], pl.DataFrame]
    homes: Callable[[], pl.DataFrame]
    grades: Callable[[], pl.DataFrame]
    persons: BoolArray
    as_of: date

    @property
    def n_parties(self) -> int:
        """How many parties there are."""
        return int(self.persons.size)


def facts(source: FactSource, wanted: Iterable[str]) -> dict[str, Fact]:
    """The facts wanted, by name; an amount's name ends with its currency."""
    found = {}
    for fact in wanted:
        name, _, currency = fact.partition(":")
        field = FIELDS[name]
        rows = _rows(source, name, currency).filter(pl.col("party") >= 0).unique().sort("party", "value").collect()
        value = rows["value"].to_numpy()
        found[fact] = Fact(
            rows["party"].to_numpy().astype(np.int64),
            value.astype(object) if field.kind is Kind.TEXT else value.astype(np.int64),
            field.several,
        )
    return found


def _rows(source: FactSource, name: str, currency: str) -> pl.LazyFrame:
    """Rows of party and value; who has no value, or of whom it is not known, has none."""
    if FIELDS[name].kind is Kind.MONEY:
        return _MONEY[name](source, currency)
    own = _FOUND.get(name)
    return own(source) if own else _attribute(source, FIELDS[name].attribute)


def _attribute(source: FactSource, name: str) -> pl.LazyFrame:
    rows = source.table("fact_parties").select("party", value=name)
    is_text = rows.collect_schema()["value"] == pl.String
    return rows.filter(pl.col("value") != "" if is_text else pl.col("value").is_not_null())


def _everyone(source: FactSource) -> pl.LazyFrame:
    return pl.LazyFrame({"party": np.arange(source.n_parties, dtype=np.int64)})


def _ages(source: FactSource) -> pl.LazyFrame:
    born = _attribute(source, "birth_day").collect()
    days = born["value"].unique().to_list()
    ages = pl.DataFrame({"value": days, "age": [_age(day, source.as_of) for day in days]}, schema=_AGES)
    return born.join(ages, on="value").filter(pl.col("age") >= 0).select("party", value="age").lazy()


_AGES = {"value": pl.Int64, "age": pl.Int64}


def _age(birth_day: int, on: date) -> int:
    day = times.from_day(birth_day)
    if day is None:
        return -1
    return on.year - day.year - int(birthday(day, on.year) > on)


def _roles(source: FactSource) -> pl.LazyFrame:
    rows = source.table("fact_parties")
    names = FIELDS["role"].allowed
    return pl.concat([rows.filter(pl.col(name) == 1).select("party", value=pl.lit(name)) for name in names])


def _branches(source: FactSource) -> pl.LazyFrame:
    own = source.table("client_branches").join(source.table("fact_branches"), on="branch")
    return own.select("party", value="above")


def _managers(source: FactSource) -> pl.LazyFrame:
    day = times.to_day(source.as_of)
    holds = (pl.col("since") <= day) & (pl.col("until") > day)
    return source.table("client_managers").filter(holds).select("party", value="manager")


def _families(source: FactSource) -> pl.LazyFrame:
    sold = source.table("offer_products").filter(pl.col("family") != "")
    return source.table("home_products").join(sold, on="product").select("party", value="family")


def _products_held(source: FactSource) -> pl.LazyFrame:
    held = source.table("home_products").group_by("party").agg(value=pl.len().cast(pl.Int64))
    return _everyone(source).join(held, on="party", how="left").with_columns(pl.col("value").fill_null(0))


def _household_sizes(source: FactSource) -> pl.LazyFrame:
    homes = source.homes()
    sizes = homes.select("party", value=pl.len().over("household_id").cast(pl.Int64))
    persons = np.flatnonzero(source.persons)
    alone = persons[~np.isin(persons, homes["party"].to_numpy())]
    one = pl.DataFrame({"party": alone, "value": np.ones(alone.size, dtype=np.int64)})
    return pl.concat([sizes.group_by("party").agg(pl.max("value")), one]).lazy()


def _balances(source: FactSource, currency: str) -> pl.LazyFrame:
    """Sums of balances; parties with an account of unknown balance have no row, those without an account 0."""
    columns = ("party", "amount", "unknown")
    own = source.table("home_balances").filter(pl.col("currency") == currency).select(columns)
    joint = source.table("home_joint_balances").filter(pl.col("currency") == currency)
    unknown = pl.col("amount").is_null().cast(pl.Int64)
    return _known_sums(source, pl.concat([own, joint.with_columns(unknown=unknown).select(columns)]))


def _credit(source: FactSource, currency: str, *, drawn: bool) -> pl.LazyFrame:
    """Limits of contracts, or what is drawn of them, summed as balances are."""
    facilities = source.table("facilities")
    amounts = credit_drawn(facilities, source.table("drawdowns")) if drawn else credit_limits(facilities)
    owed = source.table("borrowers").select("party", "facility").unique().join(amounts, on="facility")
    unknown = (pl.col("amount") < 0).cast(pl.Int64)
    own = owed.filter((pl.col("currency") == currency) & (pl.col("party") >= 0))
    return _known_sums(source, own.select("party", pl.col("amount").clip(0), unknown=unknown))


def _revenue(source: FactSource, currency: str) -> pl.LazyFrame:
    """Sums of the twelve months up to the last of which anything is told of a customer; who has none of them in the
    currency has no row."""
    months = by_month(source.table("client_years"), "bank_revenue")
    months = months.filter(pl.col("month") <= month_of(source.as_of))
    latest = months.filter(pl.col("month") > pl.col("month").max().over("party") - MONTHS)
    return latest.filter(pl.col("currency") == currency).group_by("party").agg(value=pl.col("amount").sum())


def _known_sums(source: FactSource, rows: pl.LazyFrame) -> pl.LazyFrame:
    """rows: party, amount, unknown. The sum of each party of which nothing is unknown; 0 for who has no row."""
    sums = rows.group_by("party").agg(value=pl.col("amount").sum(), unknown=pl.col("unknown").sum())
    told = _everyone(source).join(sums, on="party", how="left")
    return told.filter(pl.col("unknown").fill_null(0) == 0).select("party", pl.col("value").fill_null(0))


def _plain(table: str, column: str, source: FactSource) -> pl.LazyFrame:
    return source.table(table).select("party", value=column)


_FOUND: Mapping[str, Callable[[FactSource], pl.LazyFrame]] = {
    "role": _roles,
    "branch": _branches,
    "manager": _managers,
    "tag": partial(_plain, "fact_tags", "tag"),
    "product": partial(_plain, "home_products", "product"),
    "product_family": _families,
    "products_held": _products_held,
    "group": lambda source: source.groups().lazy().select("party", value="group_id"),
    "group_kind": lambda source: source.groups().lazy().select("party", value="kind"),
    "household": lambda source: source.homes().lazy().select("party", value="household_id"),
    "household_size": _household_sizes,
    "grade": lambda source: source.grades().lazy().select("party", value="grade"),
    "age": _ages,
}
_MONEY: Mapping[str, Callable[[FactSource, str], pl.LazyFrame]] = {
    "balance": _balances,
    "credit_limit": partial(_credit, drawn=False),
    "credit_drawn": partial(_credit, drawn=True),
    "revenue": _revenue,
}
