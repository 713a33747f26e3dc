"""Economic dependence that is near but not there: what part of a party's whole each provider makes up (DOMAIN.md 3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from algorithms.columns import BoolArray, IntArray, sum_by_key
from algorithms.dependence import EXPENDITURE, GUARANTEE, RECEIPTS, REPAYMENT, DependenceRule, Figures, Sums
from algorithms.ratios import passes
from algorithms.threshold import UNKNOWN, Threshold

Shortfall = Literal["short", "no_figure", "not_assessed", "no_capital"]


@dataclass(frozen=True, slots=True)
class Flows:
    """What dependence is found from: the input of `find_dependence`, without the funding by others."""

    figures: Figures
    payments: Sums
    guarantees: Sums
    repayments: Sums
    tier1_minor: int | None
    rule: DependenceRule


@dataclass(frozen=True, slots=True)
class Near:
    """One criterion by which a party does not depend on a provider, though something flows.

    criterion: index into `CRITERIA`. part, whole: minor units; whole is None where the figure is missing. shortfall:
    what keeps it from being dependence; of several the first of: no figure of tier 1, not assessed, no figure of the
    whole, too small a part.
    """

    dependent: int
    provider: int
    criterion: int
    part: int
    whole: int | None
    threshold: Threshold
    shortfall: Shortfall


def assessment(flows: Flows, party: int) -> Shortfall | None:
    """What keeps a party from being assessed for dependence, None where it is assessed."""
    if flows.tier1_minor is None:
        return "no_capital"
    exposure = int(flows.figures.exposure_minor[party])
    if exposure == UNKNOWN or flows.rule.assessed.met_by(exposure, flows.tier1_minor):
        return None
    return "not_assessed"


def near_dependence(flows: Flows, dependent: int, providers: BoolArray) -> tuple[Near, ...]:
    """All that flows between a party and the providers asked for, and passes no criterion or is not assessed.

    providers: shape (n_parties,). Sorted by criterion, then the largest part, then the provider. A single source of
    repayment that others share is not looked at. Cost: linear in the rows of the flows.
    """
    assessed = assessment(flows, dependent)
    out = []
    for criterion, threshold, provider, part, whole in _cases(flows, dependent):
        for one, amount in zip(provider.tolist(), part.tolist(), strict=True):
            if one == dependent or not providers[one]:
                continue
            shortfall = assessed or _shortfall(amount, whole, threshold)
            if shortfall is not None:
                out.append(Near(dependent, one, criterion, amount, whole, threshold, shortfall))
    return tuple(sorted(out, key=lambda near: (near.criterion, -near.part, near.provider)))


def _shortfall(part: int, whole: int | None, threshold: Threshold) -> Shortfall | None:
    if whole is None:
        return "no_figure"
    numerator, denominator = np.asarray([part], dtype=np.int64), np.asarray([whole], dtype=np.int64)
    return None if bool(passes(numerator, denominator, threshold)[0]) else "short"


def _cases(flows: Flows, dependent: int) -> Iterator[tuple[int, Threshold, IntArray, IntArray, int | None]]:
    """(criterion, threshold, providers, their parts, the whole or None where it is unknown)."""
    figures, rule, payments = flows.figures, flows.rule, flows.payments
    received, spent = int(figures.receipts_minor[dependent]), int(figures.expenditure_minor[dependent])
    equity = int(figures.equity_minor[dependent]) if figures.equity_known[dependent] else None
    repaid = flows.repayments.taker == dependent
    amounts = flows.repayments.amount_minor[repaid]
    told = amounts.size and int(amounts.min()) != UNKNOWN
    yield (RECEIPTS, rule.receipts, *_parts(payments.giver, payments.taker, payments, dependent), _known(received))
    yield (EXPENDITURE, rule.expenditure, *_parts(payments.taker, payments.giver, payments, dependent), _known(spent))
    given = flows.guarantees
    yield (GUARANTEE, rule.guarantee, *_parts(given.taker, given.giver, given, dependent), equity)
    back = flows.repayments
    total = sum(amounts.tolist()) if told else None
    yield (REPAYMENT, rule.repayment, *_parts(back.giver, back.taker, back, dependent), total)


def _known(figure: int) -> int | None:
    return None if figure == UNKNOWN else figure


def _parts(provider: IntArray, party: IntArray, sums: Sums, dependent: int) -> tuple[IntArray, IntArray]:
    """The known amounts of the rows of a party, summed by provider."""
    rows = np.flatnonzero((party == dependent) & (sums.amount_minor > 0))
    return sum_by_key(provider[rows], sums.amount_minor[rows])
