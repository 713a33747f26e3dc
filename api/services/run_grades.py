"""Grades of all customers by the score table, found at once by a run; `api.services.grading` tells one by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from algorithms.grading import Band, grade_of
from api.services.answers import day
from api.services.grading import Kind, whole_years
from api.services.grading_rules import GradedBy, GradingRules
from api.services.measures import FLOWS, KEPT, Measure
from api.services.months import MONTHS, by_month, month_of

GRADES = "grades"
COLUMNS = {"party_id": pl.String, "grade": pl.String, "points": pl.Int64}
"""One row a customer who is a person or a company, by id."""
READ = ("fact_parties", "home_products", "client_years")
"""The frozen tables that they follow from, beside the day and the rules."""
_KNOWN = {"party": pl.Int64, "value": pl.Int64, "parts": pl.Int64}
_MOST = 2**63 - 1
Tables = Mapping[str, pl.DataFrame]


def find_grades(read: Tables, party_ids: Sequence[str], rules: GradingRules, as_of: date) -> pl.DataFrame:
    """The table of `COLUMNS`. read: what the run read, by tables; its parties are ordinals into party_ids."""
    rows = pl.concat([_graded(read, kind, rules, as_of) for kind in ("person", "company")])
    points = rows["points"].unique().to_list()
    scale = [(one.grade, one.at_least) for one in rules.grades]
    grades = {"points": points, "grade": [grade_of(one, scale) for one in points]}
    told = rows.join(pl.DataFrame(grades, schema={"points": pl.Int64, "grade": pl.String}), on="points")
    ids = pl.Series(party_ids, dtype=pl.String)
    return told.with_columns(party_id=ids.gather(told["party"])).select(list(COLUMNS)).sort("party_id")


def _graded(read: Tables, kind: Kind, rules: GradingRules, as_of: date) -> pl.DataFrame:
    """party and points of all customers of a kind."""
    is_asked = (pl.col("customer") == 1) & (pl.col("kind") == kind)
    customers = read["fact_parties"].filter(is_asked).select("party", "customer_since")
    points = pl.lit(0, pl.Int64)
    for measure, rule in getattr(rules, kind).items():
        known = _known(read, customers, measure, rules.currency, as_of).rename(
            {"value": measure, "parts": f"in_{measure}"}
        )
        customers = customers.join(known, on="party", how="left")
        points += _points(measure, rules.bands(kind, measure), rule.unknown)
    return customers.select("party", points=points)


def _points(measure: GradedBy, bands: Sequence[Band], unknown: int) -> pl.Expr:
    """Points of the highest band that the mean reaches: rounded down it reaches the same, since bands are whole."""
    mean = pl.col(measure) // pl.col(f"in_{measure}")
    reached = pl.lit(0, pl.Int64)
    for band in bands:
        reached = pl.when(mean >= min(band.at_least, _MOST)).then(pl.lit(band.points, pl.Int64)).otherwise(reached)
    return pl.when(mean.is_null()).then(pl.lit(unknown, pl.Int64)).otherwise(reached)


def _known(read: Tables, customers: pl.DataFrame, measure: GradedBy, currency: str, as_of: date) -> pl.DataFrame:
    """Of each customer of whom a measure is known its value, and of how many parts it is the sum, as `_KNOWN`."""
    if measure == "products":
        held = read["home_products"].group_by("party").agg(value=pl.len().cast(pl.Int64))
        found = customers.join(held, on="party", how="left").with_columns(pl.col("value").fill_null(0), parts=1)
    elif measure == "years":
        starts = customers["customer_since"].drop_nulls().unique().to_list()
        years = {"customer_since": starts, "value": [whole_years(day(one), as_of) for one in starts]}
        told = pl.DataFrame(years, schema={"customer_since": pl.Int64, "value": pl.Int64}).drop_nulls()
        found = customers.join(told, on="customer_since").with_columns(parts=1)
    else:
        found = _sums(read["client_years"], measure, currency, as_of)
    return found.select(list(_KNOWN)).cast(_KNOWN)  # type: ignore[arg-type]


def _sums(years: pl.DataFrame, measure: Measure, currency: str, as_of: date) -> pl.DataFrame:
    """Sums over the twelve months up to the last that is told in any currency, of those told in the one asked for."""
    months = by_month(years.lazy(), KEPT[measure]).collect()
    last = pl.min_horizontal(pl.col("month").max().over("party"), pl.lit(month_of(as_of), pl.Int64))
    latest = months.filter((pl.col("month") <= last) & (pl.col("month") > last - MONTHS))
    parts = pl.lit(1) if measure in FLOWS else pl.col("month").n_unique()
    own = latest.filter(pl.col("currency") == currency)
    return own.group_by("party").agg(value=pl.col("amount").sum(), parts=parts.cast(pl.Int64))
