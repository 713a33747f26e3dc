"""From what a run reads of lending to what exposure and dependence are made of."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
import pytest

from algorithms.control import control
from algorithms.exposure import Exposure, exposure_of_parties
from algorithms.groups import control_groups
from algorithms.threshold import PPB, UNKNOWN
from algorithms.votes import Bases, Stakes
from api.services.connection_basis import connect_rule, dependence_of, kin_of, significant
from api.services.dependence_basis import FoundDependence, assess_dependence
from api.services.exposure_basis import basis_of
from api.services.exposure_claims import claims_under, loans_of
from api.services.payment_input import OUTSIDE, recent, summed, until_month
from api.services.risk_input import RiskInput
from api.services.rule_sets import read_rule_set, rule_set
from api.services.run_exposure import RiskFound, compute_risk
from api.services.run_input import RunInput
from graph import times
from tests.api.risk_tables_given import risk

DAY = times.EPOCH + timedelta(days=20_000)
CHINA = rule_set("cn-large-exposure").rules
A, B, C, D = range(4)


def column(*values: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.asarray(values, dtype=np.int64)


def owed(given: object, n: int = 4, rules: str = "cn-large-exposure") -> tuple[list[int], list[int]]:
    """Exposure of each party before and after protection."""
    basis = basis_of(given, DAY)  # type: ignore[arg-type]
    claims = claims_under(given, rule_set(rules).rules, basis, n)  # type: ignore[arg-type]
    found = exposure_of_parties(claims, np.zeros(n, dtype=np.bool_))
    return found.before.tolist(), found.after.tolist()


def limits_of(given: RiskInput, n: int, rules: str) -> RiskFound:
    """All limits of a rule set, for parties that nobody controls."""
    none = column()
    known = RunInput(list("ABCD")[:n], none, none, Stakes(none, none, none), Bases(), (), rows=0, merged=0, unseen=0)
    alone = control(known.stakes, n)
    return compute_risk(known, given, alone, control_groups(alone), [rule_set(rules).rules], DAY)


LOAN = {"limit_amount": 100, "drawn_amount": 100}


def test_rates_are_taken_as_stated_or_turned_round_the_latest_first() -> None:
    given = risk(
        facilities=[{"currency": code} for code in ("USD", "JPY", "CHF", "HKD")],
        rates=[
            {"from_currency": "USD", "rate": 7_200_000_000},
            {"from_currency": "USD", "day": 19_000, "rate": 6_000_000_000},
            {"from_currency": "CNY", "to_currency": "HKD", "rate": 1_250_000_000},
            {"from_currency": "JPY", "rate": 50_000_000},
        ],
    )
    basis = basis_of(given, DAY)
    assert {one.currency: one.rate for one in basis.used} == {
        "USD": Fraction(36, 5),
        "HKD": Fraction(4, 5),
        "JPY": Fraction(1, 20),
    }
    assert basis.rates.of("JPY") == 5  # a yen has no smaller unit: one is five fen
    assert basis.without_rate == ("CHF",)


def test_capital_is_that_of_the_latest_day_and_never_guessed() -> None:
    basis = basis_of(risk(capital=[{"net_tier_1": 500}, {"day": 19_000, "net_capital": 900}]), DAY)
    assert (basis.capital.of("net_tier_1"), basis.capital.of("net_capital"), basis.capital_day) == (500, None, DAY)
    assert basis_of(risk(), DAY).capital.missing("tier_1") == f"no tier 1 capital known for {DAY}"


@pytest.mark.parametrize(
    ("provider", "until", "after"),
    [
        ({"institution": "bank"}, times.UNTIL_FURTHER, [70, 30]),
        ({"exempt": "sovereign"}, times.UNTIL_FURTHER, [70, 30]),
        ({"institution": "financial"}, times.UNTIL_FURTHER, [100, 0]),
        ({"institution": "bank"}, 20_001, [70, 30]),  # holds up to the day of maturity itself
        ({"institution": "bank"}, 20_000, [100, 0]),
    ],
)
def test_a_guarantee_moves_debt_only_to_providers_that_the_rules_name(
    provider: dict[str, str], until: int, after: list[int]
) -> None:
    given = risk(
        facilities=[LOAN],
        borrowers=[{"party": A}],
        guarantees=[{"guarantor": B, "debtor": A, "amount": 30, "facility": 0, "until": until}],
        institutions=[{"party": B, **provider}],
    )
    assert owed(given, 2) == ([100, 0], after)


def test_collateral_that_secures_two_contracts_is_spent_once() -> None:
    given = risk(
        facilities=[{"facility_id": "F1", **LOAN}, {"facility_id": "F2", **LOAN}],
        borrowers=[{"facility": 0, "party": A}, {"facility": 1, "party": B}],
        securities=[{"facility": f, "collateral": "K", "kind": "own_deposit", "value": 120} for f in (0, 1)],
    )
    assert owed(given, 2) == ([100, 100], [0, 80])


@pytest.mark.parametrize(
    ("pledged", "after"),
    [
        ({}, 0),
        ({"secured": 30}, 70),
        ({"secured": 0}, 100),
        ({"secured": 10, "secured_currency": "USD"}, 28),
        ({"secured": 10, "secured_currency": "CHF"}, 100),
    ],
)
def test_collateral_covers_no_more_than_it_is_pledged_for(pledged: dict[str, Any], after: int) -> None:
    given = risk(
        facilities=[LOAN],
        borrowers=[{"party": A}],
        securities=[{"kind": "own_deposit", "value": 200, **pledged}],
        capital=[{"net_tier_1": 500, "net_capital": 500}],
        rates=[{"rate": 7_200_000_000}],
    )
    found = limits_of(given, 1, "cn-large-exposure")
    assert found.totals.parties.select("before_minor", "after_minor").row(0) == (100, after)
    (amount,) = found.exposures.filter(pl.col("test") == "single-exposure")["amount_minor"].to_list() or [0]
    assert amount == after
    assert basis_of(given, DAY).without_rate == (("CHF",) if "CHF" in pledged.values() else ())


@pytest.mark.parametrize(
    ("rates", "owed_in", "converted"),
    [
        ([{"from_currency": "EUR", "rate": 7_812_345_679}], "EUR", 78_123_457),
        ([{"from_currency": "CNY", "to_currency": "IDR", "rate": 2_204_123_456_789}], "IDR", 4_537),
    ],
)
def test_a_rate_of_nine_decimals_is_applied_either_way(
    rates: list[dict[str, Any]], owed_in: str, converted: int
) -> None:
    owes = {"limit_amount": 10_000_000, "drawn_amount": 10_000_000, "currency": owed_in}
    assert owed(risk(facilities=[owes], borrowers=[{"party": A}], rates=rates), 1) == ([converted], [converted])


@pytest.mark.parametrize("itself", ["global_bank", "bank"])
@pytest.mark.parametrize("rules", ["cn-large-exposure", "basel-lex", "hkma", "eu-crr"])
def test_limits_between_g_sibs_are_tested_where_the_bank_is_one(rules: str, itself: str) -> None:
    """D is the bank: nothing is owed by it to itself that these limits are for, nor by a bank that is no G-SIB."""
    given = risk(
        facilities=[{"facility_id": f"F{k}", "limit_amount": 160, "drawn_amount": 160} for k in (A, B, D)],
        borrowers=[{"facility": k, "party": party} for k, party in enumerate((A, B, D))],
        institutions=[
            {"party": A, "institution": "global_bank"},
            {"party": B, "institution": "bank"},
            {"party": D, "institution": itself, "bank_role": "self"},
        ],
        capital=[{"net_tier_1": 1_000, "tier_1": 1_000, "net_capital": 1_000}],
    )
    tests = limits_of(given, 4, rules).exposures.filter(pl.col("limit_ppb") == PPB * 15 // 100)
    g_sib = {one.id for one in rule_set(rules).rules.limits if one.counterparties == "g_sib" and one.who == "single"}
    told = tests.filter(pl.col("test").is_in(g_sib)).select("party", "amount_minor", "state").rows()
    assert told == ([(A, 160, "breach")] if itself == "global_bank" else [])


def test_what_the_source_states_goes_before_the_factor_of_the_rules() -> None:
    given = risk(
        facilities=[
            {"facility_id": "F1", "limit_amount": 100, "drawn_amount": 60, "commitment_kind": "committed"},
            {"facility_id": "F2", **LOAN, "item_kind": "trade_contingent"},
            {"facility_id": "F3", **LOAN, "item_kind": "trade_contingent", "factor": PPB // 2},
            {"facility_id": "F4", "limit_amount": 100, "commitment_kind": "committed", "factor": PPB // 2},
        ],
        drawdowns=[{"facility": 3, "balance": 60}],
        borrowers=[{"facility": k, "party": k} for k in range(4)],
    )
    assert owed(given, 4, "basel-lex")[0] == [60 + 16, 20, 50, 60 + 20]
    assert loans_of(given, basis_of(given, DAY), 4).tolist() == [60, 0, 0, 60]


def test_an_unknown_balance_makes_the_loans_unknown() -> None:
    given = risk(
        facilities=[LOAN], drawdowns=[{"balance": 40}, {"balance": UNKNOWN}], borrowers=[{"party": A}, {"party": B}]
    )
    assert loans_of(given, basis_of(given, DAY), 3).tolist() == [UNKNOWN, UNKNOWN, 0]


def test_payments_are_summed_by_pair_and_what_a_party_pays_itself_is_left_out() -> None:
    rows = [(A, B, 5), (A, B, 7), (A, B, -1), (A, A, 9), (OUTSIDE, OUTSIDE, 3)]
    frame = pl.DataFrame([(*row, "CNY") for row in rows], schema=["payer", "payee", "amount", "currency"], orient="row")
    found = summed(frame).select("payer", "payee", "amount").rows()
    assert found == [(OUTSIDE, OUTSIDE, 3), (A, B, -1), (A, B, 12)]


def exposure(*before: int) -> Exposure:
    amounts = column(*before)
    nothing = np.zeros(amounts.size, dtype=np.int64)
    return Exposure(amounts, amounts, amounts, nothing, nothing)


def found_dependence(**tables: list[dict[str, Any]]) -> list[tuple[int, int, str, int, int]]:
    given = risk(capital=[{"net_tier_1": 1_000}], **tables)
    found, _ = assess_dependence(given, basis_of(given, DAY), CHINA, exposure(100, 100, 50, 0))
    assert found is not None
    return [(*found.key(row), int(found.part[row]), int(found.whole[row])) for row in range(len(found))]


def test_receipts_are_the_larger_of_the_statement_and_the_accounts() -> None:
    paid = [{"payer": B, "payee": A, "amount": 60}, {"payer": OUTSIDE, "payee": A, "amount": 40}]
    receipts = [(A, B, "receipts", 60, 100)]
    alone = [(B, A, "expenditure", 60, 60)]
    assert found_dependence(payments=paid) == [*receipts, *alone]
    assert found_dependence(payments=paid, statements=[{"party": A, "revenue": 90}]) == [*receipts, *alone]
    assert found_dependence(payments=paid, statements=[{"party": A, "revenue": 121}]) == alone
    older = [{"party": A, "revenue": 50}, {"party": A, "revenue": 121, "year": 2023}]
    assert found_dependence(payments=paid, statements=older) == [*receipts, *alone]
    own = [{"party": A, "revenue": 50}, {"party": A, "revenue": 121, "single": 0}]
    assert found_dependence(payments=paid, statements=own) == [*receipts, *alone]


def test_receipts_of_which_some_are_unknown_are_what_a_statement_tells_or_unknown() -> None:
    known: dict[str, Any] = {"payer": B, "payee": A, "amount": 50}
    paid = [known, {"payer": OUTSIDE, "payee": A, "amount": UNKNOWN}]
    in_dollars = [known, {"payer": OUTSIDE, "payee": A, "amount": 950, "currency": "USD"}]
    alone = [(B, A, "expenditure", 50, 50)]
    assert found_dependence(payments=paid) == found_dependence(payments=in_dollars) == alone
    assert found_dependence(payments=paid, statements=[{"party": A, "revenue": 40}]) == alone
    stated = found_dependence(payments=paid, statements=[{"party": A, "revenue": 100}])
    assert stated == [(A, B, "receipts", 50, 100), *alone]


def test_who_owes_an_unknown_amount_beside_a_small_one_is_assessed_and_so_is_who_took_debt_over() -> None:
    paid = [{"payer": B, "payee": A, "amount": 60}]
    given = risk(capital=[{"net_tier_1": 1_000}], payments=paid)
    small, nothing = column(10, 0), column(0, 0)
    for told, assessed in (
        (Exposure(small, small, small, nothing, nothing), False),
        (Exposure(small, small, small, nothing, column(1, 0)), True),
        (Exposure(nothing, nothing, column(100, 0), nothing, nothing), True),
        (Exposure(nothing, nothing, column(40, 0), column(60, 0), nothing), True),
    ):
        found, _ = assess_dependence(given, basis_of(given, DAY), CHINA, told)
        assert found is not None
        assert (len(found) > 0) is assessed


def test_payments_are_those_of_twelve_months_up_to_the_last_known_on_the_day() -> None:
    months = [202301, 202306, 202401, 202407, 202412, 202501, -1]
    rows = {"month": column(*months), "amount": column(*range(len(months)))}
    known = until_month(rows, date(2024, 12, 1))
    assert known["month"].tolist() == [202301, 202306, 202401, 202407, 202412, -1]
    assert recent(known)["amount"].tolist() == [2, 3, 4]
    assert recent(until_month(rows, date(2020, 1, 1)))["amount"].tolist() == []


def test_holdings_of_one_pair_are_added_before_they_are_significant() -> None:
    fifteen, ten = PPB * 15 // 100, PPB // 10
    held = significant(column(A, A, B, C), column(D, D, D, A), column(fifteen, ten, fifteen, UNKNOWN))
    assert held.tolist() == [A]


def test_nobody_at_five_hundredths_of_tier_1_is_assessed() -> None:
    assert found_dependence(payments=[{"payer": B, "payee": C, "amount": 60}]) == [(B, C, "expenditure", 60, 60)]


def test_a_guarantee_beyond_equity_is_dependence_also_where_equity_is_below_nothing() -> None:
    given = [{"guarantor": A, "debtor": B, "amount": 30}]
    for equity, flagged in ((30, False), (29, True), (-50, True)):
        found = found_dependence(guarantees=given, statements=[{"party": A, "equity": equity}])
        assert ([one[:3] for one in found] == [(A, B, "guarantee")]) is flagged
    assert found_dependence(guarantees=given) == []


def test_loans_repaid_from_another_partys_account_are_dependence_of_each_borrower() -> None:
    found = found_dependence(
        facilities=[LOAN],
        borrowers=[{"party": A}, {"party": B}],
        repayments=[{"payer": D, "amount": 60}, {"payer": A, "amount": 40}],
    )
    assert [one[:3] for one in found if one[2] == "repayment"] == [(A, D, "repayment"), (B, D, "repayment")]


def test_what_is_repaid_from_accounts_of_nobody_known_counts_in_the_whole() -> None:
    loan = {"facilities": [LOAN], "borrowers": [{"party": A}]}
    known = {"payer": B, "amount": 10}
    assert found_dependence(**loan, repayments=[known, {"payer": OUTSIDE, "amount": 90}]) == []
    assert found_dependence(**loan, repayments=[known, {"payer": OUTSIDE, "amount": 9}])[0][2:] == ("repayment", 10, 19)


def test_without_capital_nobody_is_assessed_and_it_is_said() -> None:
    given = risk(payments=[{"payer": B, "payee": A, "amount": 60}])
    found, told = assess_dependence(given, basis_of(given, DAY), CHINA, exposure(100, 100))
    assert (found is not None and len(found), told) == (
        0,
        ("there is no figure of tier 1: no party was assessed for dependence",),
    )


def test_a_decision_goes_before_what_the_data_show() -> None:
    given = risk(
        dependence=[
            {"dependent": A, "provider": B, "status": 2},
            {"dependent": A, "provider": C, "status": 1},
            {"dependent": D, "provider": D, "status": 1},
        ]
    )
    shown = column(A, A, B)
    found = FoundDependence(shown, column(B, C, C), column(0, 0, 0), shown, shown, shown)
    depends = dependence_of(given, found)
    links = depends.links
    rows = list(zip(links.dependent.tolist(), links.provider.tolist(), links.firm.tolist(), strict=True))
    assert rows == [(A, C, True), (B, C, False)]
    assert depends.criteria == ["receipts", "receipts"]


def test_in_laws_are_no_close_kin_and_siblings_count_two_generations() -> None:
    told = [("spouse", 0), ("sibling", 2), ("in_law", None), ("grandparent", 3)]
    kin = kin_of(risk(kin=[{"person": A, "relative": B, "relation": relation} for relation, _ in told]))
    assert kin.generations.tolist() == [generations for _, generations in told if generations is not None]
    assert kin.lineal.tolist() == [True, False, True]


def test_rule_sets_without_connections_connect_nobody() -> None:
    assert connect_rule(rule_set("cn-bo").rules) is None
    eu = connect_rule(rule_set("eu-crr").rules)
    assert eu is not None
    assert (eu.sovereign, eu.flagged_counts) == ("alternative", True)


def example_4_5(capital: list[dict[str, Any]], *sets: str) -> tuple[list[tuple[object, ...]], tuple[str, ...]]:
    """A controls B, D depends on B (flagged) and controls E; F controls G. Exposures as in 5.2, in this order."""
    held = Stakes(column(0, 2, 4), column(1, 3, 5), column(600_000_000, 600_000_000, 600_000_000))
    given = RunInput(list("ABDEFG"), column(), column(), held, Bases(), (), rows=3, merged=0, unseen=0)
    facilities = [
        {"facility_id": name, "limit_amount": amount, "drawn_amount": amount}
        for name, amount in zip("ABDEFG", (80, 50, 60, 20, 7, 3), strict=True)
    ]
    lent = risk(
        facilities=facilities,
        borrowers=[{"facility": k, "party": k} for k in range(6)],
        dependence=[{"dependent": 2, "provider": 1}],
        guarantees=[{"guarantor": 0, "debtor": 1, "amount": 5}],
        capital=capital,
    )
    settled = control(held, 6)
    rules = [rule_set(name).rules for name in sets]
    found = compute_risk(given, lent, settled, control_groups(settled), rules, date(2025, 1, 1))
    rows = found.exposures.filter(pl.col("test") == "group-exposure")
    members = [found.book.groups[k].party.tolist() for k in rows["subject"].to_list()]
    told = zip(members, rows["status"], rows["amount_minor"], rows["base_minor"], rows["state"], strict=True)
    return sorted(told, key=repr), found.warnings


def test_firm_and_potential_figures_stand_side_by_side() -> None:
    rows, warnings = example_4_5([{"net_tier_1": 1_000}], "cn-large-exposure")
    assert rows == [
        ([0, 1, 2, 3], "firm", 130, 1_000, "within"),
        ([0, 1, 2, 3], "potential", 210, 1_000, "breach"),
        ([2, 3], "firm", 80, 1_000, "within"),
        ([4, 5], "firm", 10, 1_000, "within"),  # all of it is firm: it has no second figure
    ]
    assert "1 guarantee without a contract: in circles and chains, protecting no exposure" in warnings


@pytest.mark.parametrize("sets", ["cn-large-exposure", "basel-lex", "eu-crr"])
@pytest.mark.parametrize(
    "tables",
    [
        {"payments": [{"payer": 1, "payee": 0, "amount": 60}, {"payer": 2, "payee": 0, "amount": 70}]},
        {"payments": [{"payer": 0, "payee": 1, "amount": 60}, {"payer": 0, "payee": 2, "amount": 70}]},
        {"repayments": [{"facility": 0, "payer": 0, "amount": 9}, {"facility": 1, "payer": 0, "amount": 9}]},
        {"dependence": [{"dependent": k, "provider": 0, "status": 1, "criterion": "funding"} for k in (1, 2)]},
    ],
    ids=["pays the bank", "is paid by the bank", "repaid from the bank's account", "funded by the bank"],
)
def test_3_the_bank_itself_never_connects_its_borrowers(tables: dict[str, list[dict[str, Any]]], sets: str) -> None:
    """The bank Z lends to B and C; whatever they pay each other connects nobody."""
    none = Stakes(column(), column(), column())
    given = RunInput(list("ZBC"), column(), column(), none, Bases(), (), rows=0, merged=0, unseen=0)
    asked: dict[str, list[dict[str, Any]]] = {
        "facilities": [{"facility_id": name, "limit_amount": 140, "drawn_amount": 140} for name in "BC"],
        "borrowers": [{"facility": k, "party": k + 1} for k in range(2)],
        "institutions": [{"party": 0, "bank_role": "self"}],
        "capital": [{"net_tier_1": 1_000, "tier_1": 1_000, "net_capital": 1_000}],
        **tables,
    }
    settled = control(none, 3)
    found = compute_risk(
        given, risk(**asked), settled, control_groups(settled), [rule_set(sets).rules], date(2025, 1, 1)
    )
    assert [group.party.tolist() for group in found.book.groups] == []
    other = risk(**{**asked, "institutions": []})  # were Z any other party, the same would connect them
    found = compute_risk(given, other, settled, control_groups(settled), [rule_set(sets).rules], date(2025, 1, 1))
    assert found.book.groups


def test_a_rule_set_that_is_not_in_force_on_the_day_is_told() -> None:
    _, warnings = example_4_5([{"net_tier_1": 1_000}], "cn-large-exposure", "eu-amlr")
    told = [one for one in warnings if "in force" in one]
    assert told == ["eu-amlr is in force from 2027-07-10, not on 2025-01-01: what it finds is told all the same"]


def test_no_limit_is_tested_of_a_rule_set_before_its_day() -> None:
    text = rule_set("cn-large-exposure").text.replace("since: 2018-07-01", "since: 2025-01-02")
    rules = read_rule_set(text.replace("id: cn-large-exposure", "id: later"), "later.yaml").rules
    given = RunInput(["A"], column(), column(), Stakes(column(), column(), column()), Bases(), (), 0, 0, 0)
    lent = risk(
        facilities=[{"facility_id": "F", "limit_amount": 9, "drawn_amount": 9}],
        borrowers=[{"facility": 0, "party": 0}],
        capital=[{"net_tier_1": 10, "net_capital": 10, "tier_1": 10}],
    )
    settled = control(given.stakes, 1)
    for day, tested in ((date(2025, 1, 1), False), (date(2025, 1, 2), True)):
        found = compute_risk(given, lent, settled, control_groups(settled), [rules], day)
        assert bool(found.exposures.height) is tested
        assert any("its limits are not tested" in one for one in found.warnings) is not tested


@pytest.mark.parametrize("dependence", [[], [{"dependent": C, "provider": B}]])
def test_a_control_group_with_one_exposure_stays_a_group_when_flagged_dependence_widens_it(
    dependence: list[dict[str, Any]],
) -> None:
    """A, who owes 160, controls B; C, who owes nothing, depends on B (flagged) and adds nothing to a potential figure."""
    held = Stakes(column(A), column(B), column(600_000_000))
    given = RunInput(list("ABC"), column(), column(), held, Bases(), (), rows=1, merged=0, unseen=0)
    lent = risk(
        facilities=[{"facility_id": "F", "limit_amount": 160, "drawn_amount": 160}],
        borrowers=[{"facility": 0, "party": A}],
        dependence=dependence,
        capital=[{"net_tier_1": 1_000}],
    )
    settled = control(held, 3)
    found = compute_risk(given, lent, settled, control_groups(settled), [CHINA], date(2025, 1, 1))
    rows = found.exposures.filter(pl.col("test") == "group-exposure").select(
        "subject", "status", "amount_minor", "state"
    )
    assert rows.rows() == [(0, "firm", 160, "warning")]
    assert [group.party.tolist() for group in found.book.groups] == [[A, B]]
    assert found.totals.groups.select("subject", "status", "after_minor").rows() == [(0, "firm", 160)]


def test_missing_capital_is_said() -> None:
    rows, warnings = example_4_5([], "cn-large-exposure", "cn-bo")
    assert {row[3:] for row in rows} == {(None, "undecided")}
    assert "no net tier 1 capital known for 2025-01-01" in warnings
    assert not [one for one in warnings if one.startswith("cn-bo")]
