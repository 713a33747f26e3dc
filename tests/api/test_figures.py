"""Figures for management against their definition taken literally, over banks of a few customers made at random."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from api.services.figures import FiguresAsked, all_figures
from api.services.figures_answer import UnitFigures
from api.services.measures import FLOWS
from api.services.months import last_day, month_of, read_month
from api.services.performance import holder
from graph import times

TODAY = date(2025, 3, 31)
PARENTS = {"YZ": ["NB"], "NB": ["HO"], "X": ["Y"], "Y": ["X", "HO"]}
BRANCHES = ("HO", "NB", "YZ", "X", "Y")
FIRST, LAST = (read_month(text, "month") or 0 for text in ("2023-11", "2025-02"))


@dataclass
class Customer:
    """branches, managers as assignments, and of each year a currency with two lists of at most twelve months."""

    branches: list[str]
    managers: list[tuple[str, str, int, int]]
    years: dict[int, tuple[str, list[int], list[int]]] = field(default_factory=dict)

    def month(self, measure: str, month: int) -> tuple[str, int] | None:
        currency, deposits, revenue = self.years.get(month // 12, ("", [], []))
        months = deposits if measure == "deposits" else revenue
        return (currency, months[month % 12]) if len(months) > month % 12 else None


DAYS = st.integers(times.to_day(date(2023, 6, 1)), times.to_day(date(2025, 6, 1)))
LISTS = st.lists(st.integers(-9, 9), max_size=12)
CUSTOMERS = st.lists(
    st.builds(
        Customer,
        st.lists(st.sampled_from(BRANCHES), max_size=2, unique=True),
        st.lists(st.tuples(st.sampled_from("mn"), st.sampled_from(["main", "assisting"]), DAYS, DAYS), max_size=3),
        st.dictionaries(st.sampled_from([2023, 2024, 2025]), st.tuples(st.sampled_from(["CNY", "USD"]), LISTS, LISTS)),
    ),
    max_size=5,
)


class FakeView:
    """Answers the statements as their headers say."""

    as_of, day, is_past, seq, pending, known_at, known_on = TODAY, times.to_day(TODAY), False, 1, (), 0, None
    run_id, run_is_stale, run_is_behind, other_run = None, False, False, None

    def __init__(self, customers: list[Customer]) -> None:
        self._customers = customers

    def read(self, name: str, **asked: Any) -> list[dict[str, Any]]:
        if name == "figures/latest":
            return [{"month": LAST}]
        if name == "figures/openings":
            return [{"found": []}]
        if name == "figures/organisation":
            units = [{"id": one, "name": one, "code": one} for one in BRANCHES]
            parts = [[unit, over] for unit, above in PARENTS.items() for over in above]
            people = [{"id": one, "name": one, "code": one} for one in "mn"]
            return [{"branches": units, "teams": [], "managers": people, "products": [], "parts": parts, "members": []}]
        assert name == "figures/amounts"
        return [{"found": [cell for one in self._customers for cell in self._cells(one, **asked)]}]

    def _cells(self, one: Customer, by: str, names: list[str], spans: list[list[int]], **_: Any) -> list[list[Any]]:
        found: list[list[Any]] = []
        for number, year, first, last, day in spans:
            who = holder(one.managers, day)
            keys = {"branch": one.branches, "manager": [who] if who else [], "month": []}[by]
            found.append([keys, number, "", "", 1, 0])
            for name in names:
                measure = "revenue" if name == "bank_revenue" else name
                told = [one.month(measure, month) for month in range(year * 12 + first, year * 12 + last + 1)]
                known = [amount for amount in told if amount]
                if known:
                    found.append([keys, number, name, known[0][0], sum(minor for _, minor in known), len(known)])
        return found


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
    told = [one.month(measure, month) for one in customers for month in months if is_in(one, month)]
    sums: dict[str, int] = {}
    for amount in told:
        if amount:
            sums[amount[0]] = sums.get(amount[0], 0) + amount[1]
    return sums, sum(one is not None for one in told), sum(one is None for one in told)


def _above(unit: str, seen: tuple[str, ...] = ()) -> set[str]:
    over = [one for one in PARENTS.get(unit, []) if one not in seen]
    return set(over) | {far for one in over for far in _above(one, (*seen, unit))}


def found_of(row: UnitFigures, measure: Any) -> tuple[dict[str, int], int, int]:
    figure = row.figures[measure]
    sums = {one.currency or "": round(float(one.amount) * 100) for one in figure.amounts}
    return sums, figure.known, figure.unknown


@settings(max_examples=60)
@given(CUSTOMERS, st.sampled_from(["branch", "manager", "month"]))
def test_figures_are_as_defined(customers: list[Customer], by: str) -> None:
    view: Any = FakeView(customers)
    asked = FiguresAsked(by, first="2023-11", last="2025-02", measures=("deposits", "revenue"))
    answer = all_figures(view, asked)
    assert (answer.first, answer.last, month_of(TODAY)) == ("2023-11", "2025-02", LAST + 1)
    for measure in ("deposits", "revenue"):
        assert found_of(answer.total, measure) == literal(customers, by, None, measure)
        for row in answer.rows:
            if row.id is not None:
                unit = str(read_month(row.id, "month")) if by == "month" else row.id
                assert found_of(row, measure) == literal(customers, by, unit, measure), row.id
    assert answer.total.customers == len(customers)
    if by == "branch":
        told = {row.id: row.customers for row in answer.rows if row.id}
        for unit in BRANCHES:
            below = [one for one in customers if any(unit in {b, *_above(b)} for b in one.branches)]
            assert told.get(unit, 0) == len(below)
