"""Payment patterns against their definitions taken literally, and shapes that must be found or left alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithms.columns import IntArray
from algorithms.guarantees import Guarantees
from algorithms.loan_returns import Drawdowns, Holders, LoanReturns, ReturnRule, loan_returns
from algorithms.payment_fans import FanRule, payment_fans
from algorithms.payments import Payments, payment_table
from algorithms.threshold import PPB, UNKNOWN, Threshold
from tests.algorithms import naive_payments as naive

ACCOUNTS, PARTIES = 6, 4
SHARES = st.sampled_from([PPB // 2, PPB, PPB // 5, 333_333_333, 8 * PPB // 10])
THRESHOLDS = st.builds(Threshold, SHARES, st.sampled_from(["more_than", "at_least"]))


def column(values: list[int]) -> IntArray:
    return np.asarray(values, dtype=np.int64)


def payments(rows: list[naive.Payment]) -> Payments:
    return Payments(*(column([row[k] for row in rows]) for k in range(4)))


def rows_of(n: int, days: int) -> st.SearchStrategy[list[naive.Payment]]:
    end = st.integers(0, n - 1)
    amount = st.sampled_from([0, 3, 5, 5, 10, 10, 20, UNKNOWN])
    return st.lists(st.tuples(end, end, st.integers(0, days), amount), max_size=30)


def solved(
    rows: list[naive.Payment],
    loans: list[naive.Loan],
    holders: set[tuple[int, int]],
    backers: list[tuple[int, int]],
    rule: ReturnRule,
) -> LoanReturns:
    """backers: (guarantor, debtor)."""
    held = sorted(holders)
    return loan_returns(
        payment_table(payments(rows), ACCOUNTS),
        Drawdowns(
            *(column([getattr(loan, name) for loan in loans]) for name in ("borrower", "account", "day", "amount"))
        ),
        Holders(column([account for account, _ in held]), column([party for _, party in held])),
        Guarantees(column([g for g, _ in backers]), column([d for _, d in backers]), column([1 for _ in backers])),
        PARTIES,
        rule,
    )


LOAN = st.builds(
    naive.Loan,
    st.integers(0, PARTIES - 1),
    st.integers(0, ACCOUNTS - 1),
    st.integers(0, 4),
    st.sampled_from([0, 6, 10, 10, 20, UNKNOWN]),
)
HOLDERS = st.sets(st.tuples(st.integers(0, ACCOUNTS - 1), st.integers(0, PARTIES - 1)), max_size=8)
BACKERS = st.lists(st.tuples(st.integers(0, PARTIES - 1), st.integers(0, PARTIES - 1)), max_size=4)
RULES = st.builds(ReturnRule, st.integers(0, 6), st.integers(1, 4), THRESHOLDS, st.sampled_from([1, 2, 1_000]))


@settings(max_examples=150, deadline=None)
@given(rows_of(ACCOUNTS, 8), st.lists(LOAN, min_size=1, max_size=2), HOLDERS, BACKERS, RULES)
def test_loan_returns(
    rows: list[naive.Payment],
    loans: list[naive.Loan],
    holders: set[tuple[int, int]],
    backers: list[tuple[int, int]],
    rule: ReturnRule,
) -> None:
    result = solved(rows, loans, holders, backers, rule)
    assert not result.stopped.size
    found = {(one.drawdown, one.end): (one.route.accounts, one.route.amount) for one in result.found}
    expected: dict[tuple[int, int], tuple[tuple[int, ...], int]] = {}
    for row, loan in enumerate(loans):
        if naive.known(loan):
            mine = {guarantor for guarantor, debtor in backers if debtor == loan.borrower}
            each = naive.returns(rows, ACCOUNTS, loan, holders, mine, rule)
            expected |= {(row, end): told for end, told in each.items()}
    assert found == expected
    assert list(found) == sorted(found)
    assert result.not_assessed == sum(not naive.known(loan) for loan in loans)
    for one in result.found:
        assert one.to_guarantor == (one.end != loans[one.drawdown].borrower)
        for hop, payer, payee in zip(one.route.hops, one.route.accounts[:-1], one.route.accounts[1:], strict=True):
            for row, day, part in zip(hop.rows, hop.days, hop.carried, strict=True):
                assert rows[row][:3] == (payer, payee, day)
                assert 0 < part <= rows[row][3]


OWN, OVER, OTHER, BACK = range(4)
BORROWER, BRIDGE, GUARANTOR = range(3)
HELD = {(OWN, BORROWER), (OTHER, BORROWER), (OVER, BRIDGE), (BACK, GUARANTOR)}


def told(rows: list[naive.Payment], rule: ReturnRule | None = None) -> list[tuple[int, tuple[int, ...], int]]:
    loans = [naive.Loan(BORROWER, OWN, 10, 1_000)]
    result = solved(rows, loans, HELD, [(GUARANTOR, BORROWER)], rule or ReturnRule())
    return [(one.end, one.route.accounts, one.route.amount) for one in result.found]


def test_a_loan_that_comes_back_over_a_third_party() -> None:
    assert told([(OWN, OVER, 12, 900), (OVER, OWN, 14, 800)]) == [(BORROWER, (OWN, OVER, OWN), 800)]
    assert told([(OWN, OVER, 12, 900), (OVER, OTHER, 14, 800)]) == [(BORROWER, (OWN, OVER, OTHER), 800)]


def test_a_loan_that_reaches_the_guarantor() -> None:
    assert told([(OWN, BACK, 10, 500)]) == [(GUARANTOR, (OWN, BACK), 500)]
    assert told([(OWN, OVER, 12, 900), (OVER, BACK, 12, 800)]) == [(GUARANTOR, (OWN, OVER, BACK), 800)]


def test_an_account_of_borrower_and_guarantor_is_the_borrowers() -> None:
    loans, joint = [naive.Loan(BORROWER, OWN, 10, 1_000)], {(OWN, BORROWER), (OTHER, BORROWER), (OTHER, GUARANTOR)}
    backers = [(GUARANTOR, BORROWER)]
    assert solved([(OWN, OTHER, 12, 900)], loans, joint, backers, ReturnRule()).found == ()
    found = solved([(OWN, OVER, 12, 900), (OVER, OTHER, 12, 900)], loans, joint, backers, ReturnRule()).found
    assert [(one.end, one.to_guarantor) for one in found] == [(BORROWER, False)]


def test_an_account_reached_on_two_days_passes_on_from_the_first() -> None:
    early, late, meeting = OVER, 4, 5
    rows = [(OWN, early, 12, 900), (early, meeting, 13, 900), (meeting, OWN, 14, 900)]
    assert told([*rows, (OWN, late, 14, 900), (late, meeting, 15, 900)]) == [
        (BORROWER, (OWN, early, meeting, OWN), 900)
    ]


def test_money_moved_between_own_accounts_is_no_return() -> None:
    assert told([(OWN, OTHER, 12, 1_000)]) == []


def test_payments_against_time_or_outside_the_window_do_not_count() -> None:
    assert told([(OWN, OVER, 14, 900), (OVER, OWN, 12, 900)]) == []
    assert told([(OWN, OVER, 9, 900), (OVER, OWN, 12, 900)]) == []
    assert told([(OWN, OVER, 12, 900), (OVER, OWN, 41, 900)]) == []
    assert told([(OWN, OVER, 12, 900), (OVER, OWN, 40, 900)]) == [(BORROWER, (OWN, OVER, OWN), 900)]


def test_a_loan_in_pieces_is_followed_whole_and_no_further_than_the_loan() -> None:
    split = [
        (OWN, OVER, 12, 300),
        (OVER, OWN, 13, 300),
        (OWN, OVER, 14, 300),
        (OVER, OWN, 14, 150),
        (OVER, OWN, 15, 600),
    ]
    assert told(split) == [(BORROWER, (OWN, OVER, OWN), 600)]
    assert told([(OWN, OVER, 12, 5_000), (OVER, OWN, 14, 5_000)]) == [(BORROWER, (OWN, OVER, OWN), 1_000)]


def test_exactly_the_part_asked_for() -> None:
    half = [(OWN, OVER, 12, 500), (OVER, OWN, 14, 500)]
    assert told(half, ReturnRule(part=Threshold(PPB // 2, "at_least")))
    assert not told(half, ReturnRule(part=Threshold(PPB // 2, "more_than")))


def test_a_search_that_takes_too_many_steps_says_so() -> None:
    rows = [(OWN, OVER, 12, 900), (OVER, OWN, 14, 800)]
    loans = [naive.Loan(BORROWER, OWN, 10, 1_000)]
    result = solved(rows, loans, HELD, [], ReturnRule(most_steps=1))
    assert (result.found, result.stopped.tolist()) == ((), [0])


@settings(max_examples=200, deadline=None)
@given(rows_of(5, 9), st.builds(FanRule, st.integers(1, 3), st.integers(1, 3), st.integers(1, 12), THRESHOLDS))
def test_fans(rows: list[naive.Payment], rule: FanRule) -> None:
    result = payment_fans(payments(rows), 5, rule)
    columns = (result.party, result.first_day, result.payers, result.payees, result.paid_in, result.paid_out)
    assert list(zip(*(each.tolist() for each in columns), strict=True)) == naive.fans(rows, rule)
    assert result.left_out == len(rows) - len(naive.counting(rows))
    for k, (party, first) in enumerate(zip(result.party.tolist(), result.first_day.tolist(), strict=True)):
        paid_in = result.in_row[result.in_first[k] : result.in_first[k + 1]].tolist()
        paid_out = result.out_row[result.out_first[k] : result.out_first[k + 1]].tolist()
        assert sum(rows[row][3] for row in paid_in) == result.paid_in[k]
        assert sum(rows[row][3] for row in paid_out) == result.paid_out[k]
        assert all(first <= rows[row][2] < first + rule.days for row in paid_in + paid_out)
        assert {rows[row][1] for row in paid_in} == {rows[row][0] for row in paid_out} == {party}


def test_amounts_near_the_end_of_64_bits() -> None:
    most = 2**63 - 1
    rows = [(OWN, OVER, 12, most), (OVER, OWN, 14, most - 1), (2, 3, 12, most), (3, 2, 12, most)]
    loans = [naive.Loan(BORROWER, OWN, 10, most)]
    result = solved(rows, loans, HELD, [], ReturnRule())
    assert [one.route.amount for one in result.found] == [most - 1]
    with pytest.raises(ValueError, match="of one pair sums to"):
        payment_table(payments([(0, 1, 1, most), (0, 1, 2, 1)]), 2)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match=r"payments\.payee holds"):
        payment_fans(payments([(0, 5, 1, 1)]), 5)
    with pytest.raises(ValueError, match=r"payments\.amount holds the amount -2"):
        payment_table(payments([(0, 1, 1, -2)]), 5)
    with pytest.raises(ValueError, match=r"drawdowns\.account holds"):
        solved([], [naive.Loan(0, ACCOUNTS, 1, 1)], set(), [], ReturnRule())
    with pytest.raises(ValueError, match="hops is at least 1, not 0"):
        ReturnRule(hops=0)
    with pytest.raises(ValueError, match="days is at least 1, not 0"):
        FanRule(days=0)


def test_nothing_at_all() -> None:
    assert len(payment_fans(payments([]), 0)) == 0
    assert solved([], [], set(), [], ReturnRule()).found == ()
