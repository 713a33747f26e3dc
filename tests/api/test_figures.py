"""Figures for management against their definition taken literally, over banks of a few customers made at random."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from api.services.client_input import COLUMNS as CLIENTS
from api.services.figures import FiguresAsked, all_figures
from api.services.figures_answer import FiguresAnswer, UnitFigures
from api.services.household_input import no_homes
from api.services.measures import FLOWS
from api.services.months import last_day, month_of, read_month, told_month
from api.services.opening_input import COLUMNS as OFFERED
from api.services.opening_input import no_openings
from api.services.performance import holder
from api.services.run_archive import Archive
from api.services.run_figures import _first_steps, find_figures, standing
from graph import times
from graph.store import EVERYTHING

TODAY = date(2025, 3, 31)
PARENTS = {"YZ": ["NB"], "NB": ["HO"], "X": ["Y"], "Y": ["X", "HO"]}
BRANCHES = ("HO", "NB", "YZ", "X", "Y")
FIRST, LAST = (read_month(text, "month") or 0 for text in ("2023-11", "2025-02"))


@dataclass
class Customer:
    """branches, managers as assignments, since when one is a customer (0 where it is not told), and of each year a
    currency with two lists of at most twelve months."""

    branches: list[str]
    managers: list[tuple[str, str, int, int]]
    since: int = 0
    years: dict[int, tuple[str, list[int], list[int]]] = field(default_factory=dict)

    def is_one(self, month: int) -> bool:
        return self.since <= min(last_day(month), times.to_day(TODAY))

    def month(self, measure: str, month: int) -> tuple[str, int] | None:
        currency, deposits, revenue = self.years.get(month // 12, ("", [], []))
        months = deposits if measure == "deposits" else revenue
        return (currency, months[month % 12]) if len(months) > month % 12 else None


DAYS = [
    times.to_day(day)
    for day in (date(2023, 6, 1), date(2024, 3, 1), date(2024, 7, 31), date(2025, 2, 28), date(2025, 6, 1))
]
SPANS = st.sampled_from([(since, until) for since in DAYS for until in DAYS if since < until])
ASSIGNED = st.builds(
    lambda who, role, span: (who, role, *span), st.sampled_from("mno"), st.sampled_from(["main", "assisting"]), SPANS
)
LISTS = st.lists(st.integers(-9, 9), max_size=12)
CUSTOMERS = st.lists(
    st.builds(
        Customer,
        st.lists(st.sampled_from(BRANCHES), max_size=2, unique=True),
        st.lists(ASSIGNED, max_size=3),
        st.sampled_from([0, *DAYS]),
        st.dictionaries(st.sampled_from([2023, 2024, 2025]), st.tuples(st.sampled_from(["CNY", "USD"]), LISTS, LISTS)),
    ),
    max_size=5,
)


class NothingLoaded:
    """A store that knows of no load."""

    def read(self, *_: Any, **__: Any) -> list[dict[str, Any]]:
        return []


class FakeView:
    """Answers the statements as their headers say."""

    as_of, day, is_past, seq, pending, known_at, known_on = TODAY, times.to_day(TODAY), False, 1, (), 0, None
    store = NothingLoaded()
    run_id, run_is_stale, run_is_behind, other_run, scope = "run-1", False, False, None, EVERYTHING

    def read(self, name: str, **_: Any) -> list[dict[str, Any]]:
        if name == "figures/organisation":
            units = [{"id": one, "name": one, "code": one} for one in BRANCHES]
            parts = [[unit, over] for unit, above in PARENTS.items() for over in above]
            people = [{"id": one, "name": one, "code": one} for one in "mno"]
            return [{"branches": units, "teams": [], "managers": people, "products": [], "parts": parts, "members": []}]
        raise AssertionError(name)


def found(customers: list[Customer]) -> dict[str, pl.DataFrame]:
    """What a run finds of them: all persons without openings, who hold nothing."""
    n = range(len(customers))
    managers = [(at, who, int(role == "main"), *days) for at in n for who, role, *days in customers[at].managers]
    years: list[tuple[Any, ...]] = [
        (at, year, *told, [], [], []) for at in n for year, told in customers[at].years.items()
    ]
    clients = [(at, 1, "", "", 0) for at in n]
    none = {**no_openings().tables, **no_homes().tables}
    branches = [(at, branch) for at in n for branch in customers[at].branches]
    given: dict[str, list[Any]] = {"client_branches": branches, "client_managers": managers}
    order = ["party", "year", "currency", "deposits", "bank_revenue", "loans", "assets_managed", "contribution"]
    told = pl.DataFrame(years, schema={one: CLIENTS["client_years"][one] for one in order}, orient="row")
    tables = {
        **none,
        **{name: pl.DataFrame(rows, schema=CLIENTS[name], orient="row") for name, rows in given.items()},
        "client_years": told.select(list(CLIENTS["client_years"])),
        "refer_clients": pl.DataFrame(
            [(at, customers[at].since) for at in n if customers[at].since],
            schema=OFFERED["refer_clients"],
            orient="row",
        ),
        "offer_clients": pl.DataFrame(clients, schema=OFFERED["offer_clients"], orient="row"),
    }
    saved = pl.DataFrame(schema={"party": pl.Int64, "segment_id": pl.String})
    return find_figures(standing(tables, saved, np.ones(len(customers), dtype=np.bool_)), TODAY)


def asked(customers: list[Customer], by: str) -> FiguresAnswer:
    """The answer from what the run found."""
    with TemporaryDirectory() as folder:
        tables = Archive(Path(folder), FakeView.run_id)
        tables.begin()
        for name, frame in found(customers).items():
            tables.write(name, frame)
        view: Any = FakeView()
        question = FiguresAsked(by, first="2023-11", last="2025-02", measures=("deposits", "revenue"))
        return all_figures(view, Path(folder), question)


def literal(customers: list[Customer], by: str, unit: str | None, measure: str) -> tuple[dict[str, int], int, int]:
    """Sums by currency, known and unknown months of customers of a unit, or of all."""

    def is_in(one: Customer, month: int) -> bool:
        if unit is None:
            return True
        if by == "branch":
            return any(unit == branch or unit in _above(branch) for branch in one.branches)
        day = min(last_day(month), FakeView.day)
        return unit == (holder(one.managers, day) if by == "manager" else str(month))

    last = int(unit) if by == "month" and unit else LAST
    months = range(FIRST, LAST + 1) if measure in FLOWS else (last,)
    inside = [(one, month) for one in customers for month in months if is_in(one, month)]
    sums: dict[str, int] = {}
    for one, month in inside:
        if amount := one.month(measure, month):
            sums[amount[0]] = sums.get(amount[0], 0) + amount[1]
    told = [one.month(measure, month) for one, month in inside if one.is_one(month)]
    return sums, sum(one is not None for one in told), sum(one is None for one in told)


def _above(unit: str, seen: tuple[str, ...] = ()) -> set[str]:
    over = [one for one in PARENTS.get(unit, []) if one not in seen]
    return set(over) | {far for one in over for far in _above(one, (*seen, unit))}


def found_of(row: UnitFigures, measure: Any) -> tuple[dict[str, int], int, int]:
    figure = row.figures[measure]
    sums = {one.currency or "": round(float(one.amount) * 100) for one in figure.amounts}
    return sums, figure.known, figure.unknown


def test_what_is_worked_on_after_a_sale_is_another_opening() -> None:
    steps = [(1, "CD", 10, "taken_up"), (1, "CD", 12, "taken_up"), (1, "CD", 20, "sold"), (2, "CD", 21, "sold")]
    again = [(1, "CD", 400, "taken_up"), (1, "CD", 410, "sold"), (1, "FUND", 410, "taken_up")]
    told = pl.DataFrame([*steps, *again], schema=OFFERED["offer_outcomes"], orient="row")
    assert sorted(_first_steps(told, 500).rows()) == [
        (1, "CD", 10, 1, 0), (1, "CD", 20, 0, 1), (1, "CD", 400, 1, 0), (1, "CD", 410, 0, 1),
        (1, "FUND", 410, 1, 0), (2, "CD", 21, 0, 1),
    ]  # fmt: skip


@settings(max_examples=25)
@given(CUSTOMERS, st.sampled_from(["branch", "manager", "month"]))
def test_figures_are_as_defined(customers: list[Customer], by: str) -> None:
    answer = asked(customers, by)
    assert (answer.first, answer.last, month_of(TODAY)) == ("2023-11", "2025-02", LAST + 1)
    for measure in ("deposits", "revenue"):
        assert found_of(answer.total, measure) == literal(customers, by, None, measure)
        for row in answer.rows:
            if row.id is not None:
                unit = str(read_month(row.id, "month")) if by == "month" else row.id
                assert found_of(row, measure) == literal(customers, by, unit, measure), row.id
    then = [one for one in customers if one.is_one(LAST)]
    assert answer.total.customers == len(then)
    if by == "month":
        months = {row.id: row.customers for row in answer.rows}
        for month in range(FIRST, LAST + 1):
            assert months.get(told_month(month), 0) == sum(one.is_one(month) for one in customers)
    if by == "manager":
        held = Counter(holder(one.managers, last_day(LAST)) for one in then)
        assert {row.id: row.customers for row in answer.rows if row.customers} == held
    if by == "branch":
        told = {row.id: row.customers for row in answer.rows if row.id}
        for unit in BRANCHES:
            below = [one for one in then if any(unit in {b, *_above(b)} for b in one.branches)]
            assert told.get(unit, 0) == len(below)
