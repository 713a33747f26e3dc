"""With whom a month of a customer counts, and sums over months: by the definition taken literally."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api.services.measures import Tally, of_month
from api.services.performance import holder

ASSIGNMENTS = st.lists(
    st.tuples(
        st.sampled_from("abc"), st.sampled_from(["main", "assisting", ""]), st.integers(0, 9), st.integers(0, 12)
    ),
    max_size=5,
)


@given(ASSIGNMENTS, st.integers(0, 12))
def test_a_month_counts_with_one_manager(managers: list[tuple[str, str, int, int]], day: int) -> None:
    """Main before others; then who came first; then by id."""
    held = [one for one in managers if one[2] <= day < one[3]]
    main = [one for one in held if one[1] == "main"] or held
    first = [one for one in main if one[2] == min(other[2] for other in main)]
    assert holder(managers, day) == (min(one[0] for one in first) if first else None)


def figures(year: int, currency: str | None = "CNY", **lists: list[int]) -> dict[str, Any]:
    names = ("deposits", "loans", "assets_managed", "bank_revenue", "contribution")
    return {"year": year, "currency": currency, **dict.fromkeys(names), **lists}


def test_a_month_past_the_end_of_a_list_is_unknown_and_zero_is_known() -> None:
    rows = [figures(2024, deposits=[5, 0]), figures(2024, "USD", deposits=[7]), figures(2023, deposits=[1] * 12)]
    january = 2024 * 12
    assert of_month(rows, "deposits", january) == {"CNY": 5, "USD": 7}
    assert of_month(rows, "deposits", january + 1) == {"CNY": 0}
    assert of_month(rows, "deposits", january + 2) == {}
    assert of_month(rows, "deposits", january - 1) == {"CNY": 1}
    assert of_month(rows, "loans", january) == {}
    tally = Tally()
    for month in range(january, january + 3):
        tally.add(of_month(rows, "deposits", month))
    told = tally.figure()
    assert [(one.amount, one.currency) for one in told.amounts] == [("0.05", "CNY"), ("0.07", "USD")]
    assert (told.known, told.unknown) == (2, 1)


def test_rows_of_two_records_of_one_customer_add_up() -> None:
    rows = [figures(2024, bank_revenue=[5]), figures(2024, bank_revenue=[6])]
    assert of_month(rows, "revenue", 2024 * 12) == {"CNY": 11}
