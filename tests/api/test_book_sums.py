"""Sums of a book against the definition taken literally: each account and contract once, each currency for itself."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api.services.book_answer import Total
from api.services.book_sums import balances, revenue

CURRENCIES = st.sampled_from(["CNY", "USD"])
MINOR = st.none() | st.integers(-(10**15), 10**15)


@st.composite
def books(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Customers who share accounts and contracts, each of which is the same wherever it stands."""
    accounts = {f"a{n}": [f"a{n}", draw(CURRENCIES), draw(MINOR)] for n in range(4)}
    drawdowns = st.lists(st.tuples(CURRENCIES, MINOR).map(list), max_size=2)
    contracts = {f"f{n}": [f"f{n}", draw(CURRENCIES), draw(MINOR), draw(MINOR), draw(drawdowns)] for n in range(3)}
    years = st.lists(st.tuples(st.integers(2022, 2024), CURRENCIES, st.integers(0, 100)).map(list), max_size=4)
    customers = draw(st.integers(0, 3))
    return [
        {
            "accounts": draw(st.lists(st.sampled_from(list(accounts.values())), max_size=4)),
            "contracts": draw(st.lists(st.sampled_from(list(contracts.values())), max_size=3)),
            "revenue": draw(years),
        }
        for _ in range(customers)
    ]


def expected(amounts: list[tuple[str, int | None]]) -> tuple[dict[str | None, int], int]:
    known = [(currency, minor) for currency, minor in amounts if minor is not None]
    sums: dict[str | None, int] = {c: sum(m for own, m in known if own == c) for c in {own for own, _ in known}}
    return sums, len(amounts) - len(known)


def told(total: Total) -> tuple[dict[str | None, int], int]:
    return {one.currency: int(Decimal(one.amount) * 100) for one in total.amounts}, total.unknown


@given(books())
def test_each_account_and_contract_counts_once(customers: list[dict[str, Any]]) -> None:
    found = balances(customers)
    accounts = {one[0]: (one[1], one[2]) for row in customers for one in row["accounts"]}
    contracts = {one[0]: one for row in customers for one in row["contracts"]}
    assert told(found.accounts) == expected(list(accounts.values()))
    assert told(found.agreed) == expected([(one[1], one[2]) for one in contracts.values()])
    drawn = [(own, minor) for one in contracts.values() for own, minor in (one[4] or [[one[1], one[3]]])]
    assert told(found.drawn) == expected(drawn)
    assert [one.currency for one in found.accounts.amounts] == sorted(
        one.currency or "" for one in found.accounts.amounts
    )


@given(books())
def test_revenue_is_that_of_the_latest_year(customers: list[dict[str, Any]]) -> None:
    found = revenue(customers)
    rows = [(at, *one) for at, row in enumerate(customers) for one in row["revenue"]]
    if not rows:
        assert found is None
        return
    assert found
    latest = [row for row in rows if row[1] == max(year for _, year, *_ in rows)]
    assert (found.year, found.customers) == (latest[0][1], len({at for at, *_ in latest}))
    sums, _ = expected([(currency, minor) for _, _, currency, minor in latest])
    assert {one.currency: int(Decimal(one.amount) * 100) for one in found.amounts} == sums
