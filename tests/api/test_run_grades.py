"""Grades of all customers against the grade that each has by itself, over banks of a few customers made at random."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from api.services.client_input import COLUMNS as CLIENTS
from api.services.grading import _graded
from api.services.grading_rules import read_grading
from api.services.household_input import COLUMNS as HOMES
from api.services.measures import KEPT
from api.services.run_grades import READ, find_grades
from api.services.segment_input import COLUMNS
from graph import times
from tests.api.test_grading import TABLE

DAY = date(2025, 6, 30)
FILE = read_grading(TABLE, "own.yaml")
MONTHS = st.lists(st.integers(-2_000, 20_000), max_size=12)
FIGURES = st.builds(
    lambda year, currency, lists: {"year": year, "currency": currency, **lists},
    st.sampled_from([2023, 2024, 2025, 2026]),
    st.sampled_from(["CNY", "USD"]),
    st.fixed_dictionaries(dict.fromkeys(KEPT.values(), MONTHS)),
)
SINCE = st.none() | st.integers(times.to_day(date(2022, 1, 1)), times.to_day(DAY)) | st.just(times.SINCE_EVER)
CUSTOMERS = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["person", "company", ""]),
            "customer": st.booleans(),
            "since": SINCE,
            "products": st.integers(0, 3),
            "figures": st.lists(FIGURES, max_size=3, unique_by=lambda one: (one["year"], one["currency"])),
        }
    ),
    max_size=4,
)


def read(customers: list[dict[str, Any]]) -> dict[str, pl.DataFrame]:
    """What a run reads of them."""
    parties = [
        {"party": at, "customer": int(one["customer"]), "kind": one["kind"], "customer_since": one["since"]}
        for at, one in enumerate(customers)
    ]
    years = [{"party": at, **row} for at, one in enumerate(customers) for row in one["figures"]]
    held = [{"party": at, "product": str(n)} for at, one in enumerate(customers) for n in range(one["products"])]
    return {
        "fact_parties": pl.DataFrame(parties, schema=COLUMNS["fact_parties"]),
        "client_years": pl.DataFrame(years, schema=CLIENTS["client_years"]),
        "home_products": pl.DataFrame(held, schema=HOMES["home_products"]),
    }


def test_twelve_months_count_up_to_the_last_that_is_told() -> None:
    figures = {"currency": "CNY", **{name: [] for name in KEPT.values()}}
    before = {**figures, "year": 2024, "deposits": [999_999_99] + [100_00] * 11}
    own = {"kind": "person", "customer": True, "since": None, "products": 0}
    found = [
        find_grades(
            read([{**own, "figures": [before, {**figures, "year": 2025, "deposits": [100_00] * n}]}]),
            ["P"],
            FILE.rules,
            DAY,
        )
        for n in (0, 1)
    ]
    assert [one["points"].to_list() for one in found] == [[10 + 2], [5 + 2]]  # revenue is not known: 2 points


@settings(max_examples=40)
@given(CUSTOMERS)
def test_all_are_graded_as_each_is_by_itself(customers: list[dict[str, Any]]) -> None:
    ids, tables = [f"P-{at}" for at in range(len(customers))], read(customers)
    assert tables.keys() == set(READ)
    found = {id: (grade, points) for id, grade, points in find_grades(tables, ids, FILE.rules, DAY).iter_rows()}
    view: Any = SimpleNamespace(as_of=DAY)
    alone = {id: _graded(view, one, FILE) for id, one in zip(ids, customers, strict=True)}
    assert found == {id: (one.grade, one.points) for id, one in alone.items() if one.grade}
