"""What economic dependence is found from: payments, statements, guarantees and repayments, in one currency."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from algorithms.columns import BoolArray, IntArray, sums
from algorithms.currency import convert
from algorithms.dependence import CRITERIA, DependenceRule, Figures, Found, Sums, find_dependence
from algorithms.exposure import Exposure
from algorithms.near_dependence import Flows
from algorithms.threshold import UNKNOWN, Threshold
from api.services.exposure_basis import Basis
from api.services.payment_input import OUTSIDE
from api.services.risk_input import RiskInput
from api.services.rule_sets import RuleSet

NO_EQUITY = -9_007_199_254_740_991
"""What `snapshot/statements` tells for an unknown equity, which may itself be below 0."""
CONFIRMED, REBUTTED = 1, 2
"""Statuses as `snapshot/dependence` tells them."""
_STATED = {"receipts": "revenue", "expenditure": "expenditure", "guarantee": "equity"}
"""The column of a statement that each criterion divides by."""


@dataclass(frozen=True)
class FoundDependence:
    """Flagged links of dependence, each pair and criterion once.

    dependent, provider: party ordinals. criterion: place in `CRITERIA`. part, whole: minor units of the reporting
    currency. weight: parts per billion. All of the shape (n_links,).
    """

    dependent: IntArray
    provider: IntArray
    criterion: IntArray
    part: IntArray
    whole: IntArray
    weight: IntArray

    def __len__(self) -> int:
        return int(self.dependent.size)

    def rows(self, rows: IntArray) -> FoundDependence:
        """Some of the links."""
        return FoundDependence(
            self.dependent[rows],
            self.provider[rows],
            self.criterion[rows],
            self.part[rows],
            self.whole[rows],
            self.weight[rows],
        )

    def key(self, row: int) -> tuple[int, int, str]:
        """Dependent, provider and the word for the criterion."""
        return int(self.dependent[row]), int(self.provider[row]), CRITERIA[self.criterion[row]]


def assess_dependence(
    risk: RiskInput, basis: Basis, rules: RuleSet, exposure: Exposure
) -> tuple[FoundDependence | None, tuple[str, ...]]:
    """What the data show under a rule set, and what a reader should know; None where it speaks of no dependence."""
    flows = dependence_flows(risk, basis, rules, exposure)
    if flows is None:
        return None, ()
    found = find_dependence(
        flows.figures,
        flows.payments,
        flows.guarantees,
        flows.repayments,
        Sums(*np.empty((3, 0), dtype=np.int64)),
        flows.tier1_minor,
        flows.rule,
        risk.reporting_banks,
    )
    return _once(found), found.warnings


def dependence_flows(risk: RiskInput, basis: Basis, rules: RuleSet, exposure: Exposure) -> Flows | None:
    """What dependence is found from under a rule set; None where it speaks of no dependence."""
    connection = rules.connection
    if connection is None or not connection.dependence:
        return None
    asked = connection.assessed_above
    tier_1 = basis.capital.of(asked.base if asked else "tier_1")
    return Flows(
        _figures(risk, basis, exposure),
        _payments(risk, basis),
        _guarantees(risk, basis),
        _repayments(risk, basis),
        tier_1 if tier_1 is None or tier_1 > 0 else None,
        DependenceRule(assessed=Threshold(asked.ratio, "more_than")) if asked else DependenceRule(),
    )


def year_of_whole(risk: RiskInput, basis: Basis, party: int, criterion: str, whole: int) -> int | None:
    """The year of the statement that tells the whole which a party's part is compared with; None where it is the sum of
    what the party's accounts show."""
    rows = np.flatnonzero(risk.column("statements", "party") == party)
    if criterion not in _STATED or not rows.size:
        return None
    column, year = _STATED[criterion], risk.column("statements", "year")[rows]
    row = rows[np.lexsort((risk.column("statements", "single")[rows], year))[-1:]]
    stated, currency = np.abs(risk.column("statements", column)[row]), basis.coded(risk, "statements")[row]
    told = convert(column, stated, currency, basis.rates)
    return int(year.max()) if int(told[0]) == abs(whole) else None


def standing(risk: RiskInput, found: FoundDependence | None) -> BoolArray:
    """Which links of dependence that were read stand: what a person decided about a run's finding does until the data
    show other amounts. Shape: the rows of `dependence`."""
    by_run = risk.column("dependence", "by_run") == 1
    stands: BoolArray = np.ones(by_run.size, dtype=np.bool_)
    if found is None or not by_run.any():
        return stands
    now = {found.key(row): (int(found.part[row]), int(found.whole[row])) for row in range(len(found))}
    part, whole = (risk.column("dependence", name).tolist() for name in ("part", "whole"))
    keys = _keys(risk)
    for row in np.flatnonzero(by_run).tolist():
        then = part[row], whole[row]
        stands[row] = now.get(keys[row], then) == then
    return stands


def undecided(risk: RiskInput, found: FoundDependence) -> IntArray:
    """The rows of `found` that no source tells and no standing decision speaks of."""
    keys, stands = _keys(risk), standing(risk, found).tolist()
    told = {key for key, stood in zip(keys, stands, strict=True) if stood}
    return np.asarray([row for row in range(len(found)) if found.key(row) not in told], dtype=np.int64)


def stated_shares(risk: RiskInput) -> dict[tuple[int, int, str], tuple[int, int]]:
    """The part and the whole that sources state of a dependence that nobody has rebutted, by dependent, provider and
    criterion: in the link's own currency, where both are told and the whole is above 0."""
    names = ("part", "whole", "status", "by_run")
    rows = zip(_keys(risk), *(risk.column("dependence", name).tolist() for name in names), strict=True)
    return {
        key: (part, whole)
        for key, part, whole, status, by_run in rows
        if status != REBUTTED and not by_run and part >= 0 and whole > 0
    }


def _keys(risk: RiskInput) -> list[tuple[int, int, str]]:
    """Dependent, provider and criterion of the links of dependence that were read."""
    dependent, provider = risk.column("dependence", "dependent"), risk.column("dependence", "provider")
    return list(zip(dependent.tolist(), provider.tolist(), risk.texts("dependence", "criterion"), strict=True))


def _once(found: Found) -> FoundDependence:
    """Of same_source a pair may come by several sources: the first stands for all."""
    key = np.stack((found.dependent, found.provider, found.criterion))
    _, rows = np.unique(key, axis=1, return_index=True)
    rows = np.sort(rows)
    return FoundDependence(
        found.dependent[rows],
        found.provider[rows],
        found.criterion[rows],
        found.numerator_minor[rows],
        found.denominator_minor[rows],
        found.weight[rows],
    )


def _converted(risk: RiskInput, basis: Basis, table: str, column: str) -> IntArray:
    return convert(f"{table}.{column}", risk.column(table, column), basis.coded(risk, table), basis.rates)


def _payments(risk: RiskInput, basis: Basis) -> Sums:
    payer, payee = risk.column("payments", "payer"), risk.column("payments", "payee")
    inside = (payer != OUTSIDE) & (payee != OUTSIDE)
    return Sums(payer[inside], payee[inside], _converted(risk, basis, "payments", "amount")[inside])


def _guarantees(risk: RiskInput, basis: Basis) -> Sums:
    amount = _converted(risk, basis, "guarantees", "amount")
    return Sums(risk.column("guarantees", "guarantor"), risk.column("guarantees", "debtor"), amount)


def _repayments(risk: RiskInput, basis: Basis) -> Sums:
    """From whose accounts whose loans are repaid: each borrower of a joint loan, from each account that pays.

    What comes from accounts of nobody known makes nobody a provider: it stands with what borrowers repay themselves.
    """
    facility, party = risk.column("borrowers", "facility"), risk.column("borrowers", "party")
    amount = _converted(risk, basis, "repayments", "amount")
    paid, payer = risk.column("repayments", "facility"), risk.column("repayments", "payer")
    order = np.argsort(facility, kind="stable")
    low, high = np.searchsorted(facility[order], paid), np.searchsorted(facility[order], paid, side="right")
    row = np.repeat(np.arange(paid.size), high - low)
    within = np.arange(row.size) - np.repeat(np.cumsum(high - low) - (high - low), high - low)
    borrower = party[order][low[row] + within]
    return Sums(np.where(payer[row] == OUTSIDE, borrower, payer[row]), borrower, amount[row])


def _figures(risk: RiskInput, basis: Basis, exposure: Exposure) -> Figures:
    """Yearly figures. Exposure: the party's own, or what it stands for since it protects others, if that is more; not
    known where an amount of it is not. Receipts and expenditure: what the latest statement tells, or what the accounts
    show if that is more; a party without either is not assessed by them, nor one of whose payments some are unknown, so
    that the accounts show more than the statement or there is none."""
    n = exposure.before.size
    latest = _latest(risk)
    party = risk.column("statements", "party")[latest]
    found = []
    for column, end in (("revenue", "payee"), ("expenditure", "payer")):
        seen, is_whole = _turnover(risk, basis, end, n)
        told = np.full(n, UNKNOWN, dtype=np.int64)
        told[party] = _converted(risk, basis, "statements", column)[latest]
        found.append(np.where(is_whole | (told >= seen), np.maximum(told, seen), UNKNOWN))
    equity, is_known = equity_of(risk, basis, n)
    figure = np.where(exposure.unknown == 0, np.maximum(exposure.before, exposure.after + exposure.exempt), UNKNOWN)
    return Figures(figure, found[0], found[1], equity, is_known)


def equity_of(risk: RiskInput, basis: Basis, n: int) -> tuple[IntArray, BoolArray]:
    """The equity of each party by its latest statement, reporting currency, and whether it is known; both of the shape
    (n,)."""
    equity = np.zeros(n, dtype=np.int64)
    is_known = np.zeros(n, dtype=np.bool_)
    latest = _latest(risk)
    party = risk.column("statements", "party")[latest]
    stated = risk.column("statements", "equity")[latest]
    known = stated != NO_EQUITY
    size = np.where(known, np.abs(stated), 0)
    worth = convert("statements.equity", size, basis.coded(risk, "statements")[latest], basis.rates)
    known &= worth != UNKNOWN
    equity[party[known]] = (np.sign(stated) * worth)[known]
    is_known[party[known]] = True
    return equity, is_known


def _turnover(risk: RiskInput, basis: Basis, end: str, n: int) -> tuple[IntArray, BoolArray]:
    """What the accounts of each party took in (`payee`) or paid out (`payer`), outside parties included, UNKNOWN where
    nothing is seen; and whether each amount of it is known. Both of the shape (n,)."""
    party, amount = risk.column("payments", end), _converted(risk, basis, "payments", "amount")
    is_whole: BoolArray = np.ones(n, dtype=np.bool_)
    is_whole[party[(party != OUTSIDE) & (amount == UNKNOWN)]] = False
    counted = (party != OUTSIDE) & (amount > 0)
    total = sums(party[counted], amount[counted], n)
    return np.where(total > 0, total, UNKNOWN), is_whole


def _latest(risk: RiskInput) -> IntArray:
    """One statement a party: of the latest year, its own before a consolidated one."""
    party, year = risk.column("statements", "party"), risk.column("statements", "year")
    order = np.lexsort((risk.column("statements", "single"), year, party))
    last: BoolArray = np.ones(order.size, dtype=np.bool_)
    last[:-1] = party[order][1:] != party[order][:-1]
    return order[last]
