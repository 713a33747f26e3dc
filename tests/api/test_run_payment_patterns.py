"""Payment patterns as a table of a run: from party to party, accounts of nobody known among them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from api.services.exposure_basis import basis_of
from api.services.payment_input import outside
from api.services.run_payment_patterns import PatternsFound, find_patterns
from graph import times
from tests.api.worlds import World, numbers, rows_of, world

DAY = 20_000
BRIDGE = int(outside(numbers(0))[0])


def on(day: int) -> date:
    return times.EPOCH + timedelta(days=day)


def found(
    one: World, transfers: list[tuple[str | int, str | int, int, int]], **tables: list[dict[str, Any]]
) -> PatternsFound:
    """One loan of 100 to B, paid to B on `DAY` and guaranteed by G."""
    names = ("payer", "payee", "day", "amount")
    given = one.risk(
        transfers=[dict(zip(names, row, strict=True)) for row in transfers],
        outside_accounts=[{"account_id": "pay:OUTSIDE:1"}],
        facilities=[{"facility_id": "F1"}],
        borrowers=[{"facility": 0, "party": "B"}],
        paid_into=[{"drawdown": "D1", "facility": 0, "payee": "B", "day": DAY, "amount": 100}],
        guarantees=[{"guarantor": "G", "debtor": "B", "amount": 10}],
        **tables,
    )
    return find_patterns(one.given, given, basis_of(given, on(DAY)))


PARTIES = world("B G M X", [])


def test_loan_money_that_comes_back_over_another_party_is_told_payment_by_payment() -> None:
    table = found(PARTIES, [("B", "M", DAY + 1, 90), ("M", "B", DAY + 5, 30), ("M", "B", DAY + 9, 40)]).table
    assert rows_of(table, "step", "from_id", "to_id", "day", "paid_minor") == [
        (1, "B", "M", on(DAY + 1), 90),
        (2, "M", "B", on(DAY + 5), 30),
        (2, "M", "B", on(DAY + 9), 40),
    ]
    whole = ("kind", "party_id", "end_id", "drawdown_id", "drawn_minor", "amount_minor", "first_day", "last_day")
    kinds = set(rows_of(table, *whole))
    assert kinds == {("loan_returns_to_borrower", "B", "B", "D1", 100, 70, on(DAY + 1), on(DAY + 9))}
    assert table["pattern_id"].n_unique() == 1


def test_an_account_of_nobody_known_may_stand_between_borrower_and_guarantor() -> None:
    table = found(PARTIES, [("B", BRIDGE, DAY, 60), (BRIDGE, "G", DAY + 2, 55)]).table
    assert rows_of(table, "kind", "end_id", "from_id", "to_id", "paid_minor") == [
        ("loan_returns_to_guarantor", "G", "B", "pay:OUTSIDE:1", 60),
        ("loan_returns_to_guarantor", "G", "pay:OUTSIDE:1", "G", 55),
    ]


def test_too_little_too_late_and_undated_money_is_no_pattern() -> None:
    for back in ((DAY + 2, 49), (DAY + 31, 90), (-1, 90)):
        one = found(PARTIES, [("B", "M", DAY, 90), ("M", "B", *back)])
        assert one.table.height == 0
        assert bool(one.warnings) == (back[0] == -1)


def test_a_fan_lists_what_came_in_and_went_out_within_days() -> None:
    many = world("B G HUB " + " ".join(f"I{n} O{n}" for n in range(5)), [])
    into = [(f"I{n}", "HUB", DAY + n, 10) for n in range(5)]
    out = [("HUB", f"O{n}", DAY + 6, 8) for n in range(5)]
    table = found(many, [*into, *out]).table
    assert set(rows_of(table, "kind", "party_id", "end_id", "amount_minor", "first_day", "last_day")) == {
        ("fan", "HUB", None, 40, on(DAY), on(DAY + 6))
    }
    assert rows_of(table.filter(step=1), "from_id", "paid_minor") == [(f"I{n}", 10) for n in range(5)]
    assert table.filter(step=2)["to_id"].to_list() == [f"O{n}" for n in range(5)]
    assert found(many, [*into, *out[:4]]).table.height == 0


def test_amounts_in_other_currencies_are_converted_and_those_without_a_rate_left_out() -> None:
    rate = [{"from_currency": "USD", "rate": 7 * 10**9}]
    one = world("B G M", [])
    given = [{"payer": "B", "payee": "M", "day": DAY, "amount": 10, "currency": "USD"}]
    given += [{"payer": "M", "payee": "B", "day": DAY + 1, "amount": 60, "currency": "CNY"}]
    lent = one.risk(
        transfers=given,
        facilities=[{"facility_id": "F1"}],
        borrowers=[{"facility": 0, "party": "B"}],
        paid_into=[{"drawdown": "D1", "facility": 0, "payee": "B", "day": DAY, "amount": 100}],
        rates=rate,
    )
    table = find_patterns(one.given, lent, basis_of(lent, on(DAY))).table
    assert rows_of(table, "paid_minor") == [(70,), (60,)]
    bare = one.risk(transfers=given, paid_into=[{"drawdown": "D1", "payee": "B", "day": DAY, "amount": 100}])
    assert find_patterns(one.given, bare, basis_of(bare, on(DAY))).table.height == 0
