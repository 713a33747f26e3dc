"""Economic dependence found from data: flagged links, each with its arithmetic (DOMAIN.md 3).

Sources: China 2018 No. 1, Basel LEX10, Regulation (EU) 2024/1728. The links are flagged: a person confirms or rebuts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Literal

import numpy as np

from algorithms.columns import BoolArray, IntArray, by_row, distinct, rows, starts_of, sums
from algorithms.connections import Dependence
from algorithms.ratios import passes, share_of
from algorithms.threshold import PPB, UNKNOWN, Threshold
from algorithms.votes import check_ordinals

RECEIPTS, EXPENDITURE, GUARANTEE, REPAYMENT, FUNDING, SAME_SOURCE = range(6)
CRITERIA = ("receipts", "expenditure", "guarantee", "repayment", "funding", "same_source")

MOST_MINOR = 2**62
"""No sum of amounts may pass this."""

HALF = Threshold(PPB // 2, "at_least")
MAINLY = Threshold(PPB // 2, "more_than")


@dataclass(frozen=True, slots=True)
class Sums:
    """Yearly sums between parties, in minor units of one currency; arrays have the shape (n_rows,).

    giver, taker: party ordinals (who pays whom, who guarantees for whom, who lends to whom). amount_minor: 0 or more,
    or UNKNOWN. Several rows of a pair are summed.
    """

    giver: IntArray
    taker: IntArray
    amount_minor: IntArray


@dataclass(frozen=True, slots=True)
class Figures:
    """Yearly figures of the parties, in minor units; arrays have the shape (n_parties,).

    exposure, receipts, expenditure: 0 or more, or UNKNOWN. equity: any sign, meant only where `equity_known`.
    """

    exposure_minor: IntArray
    receipts_minor: IntArray
    expenditure_minor: IntArray
    equity_minor: IntArray
    equity_known: BoolArray


@dataclass(frozen=True, slots=True)
class DependenceRule:
    """When a party depends on another: each criterion's share, and the exposure (of tier 1) that is assessed."""

    assessed: Threshold = field(default_factory=lambda: Threshold(PPB // 20))
    receipts: Threshold = HALF
    expenditure: Threshold = HALF
    guarantee: Threshold = field(default_factory=lambda: Threshold(PPB))
    repayment: Threshold = MAINLY
    funding: Threshold = MAINLY
    same_source: Threshold = MAINLY

    def __post_init__(self) -> None:
        if self.same_source.ppb < PPB // 2 or self.same_source == HALF:
            raise ValueError("same_source asks for more than half, so that a party has one single source")


@dataclass(frozen=True, slots=True)
class Found:
    """Flagged links, sorted by (dependent, provider, criterion), and what could not be assessed.

    dependent, provider, criterion (index into `CRITERIA`), weight (the ratio in parts per billion, rounded down, at
    most one whole), numerator_minor, denominator_minor, source (for same_source the party from which both repay,
    else -1): shape (n_links,).
    assessed: shape (n_parties,), exposure above the set part of tier 1, or unknown; the others are "not assessed",
    never "independent". lacking: shape (n_criteria, n_parties), assessed parties without the figure that the
    criterion divides by. unknown_amounts: how many rows of the sums had no amount; nothing was counted for them.
    capital_known: whether there was a figure of tier 1; without it nobody is assessed.
    """

    dependent: IntArray
    provider: IntArray
    criterion: IntArray
    numerator_minor: IntArray
    denominator_minor: IntArray
    weight: IntArray
    source: IntArray
    assessed: BoolArray
    lacking: BoolArray
    unknown_amounts: int
    capital_known: bool

    def __len__(self) -> int:
        return int(self.dependent.size)

    def links(self) -> Dependence:
        """The links as flagged dependence, each pair once."""
        width = np.int64(max(self.assessed.size, 1))
        dependent, provider = np.divmod(distinct(self.dependent * width + self.provider), width)
        return Dependence(dependent, provider, np.zeros(dependent.size, dtype=np.bool_))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader of the result should know; shares are of the assessed parties, in percents rounded down."""
        if not self.capital_known:
            return ("there is no figure of tier 1: no party was assessed for dependence",)
        total = int(self.assessed.sum())
        below = self.assessed.size - total
        told = f"parties not assessed, for their exposure is not above the set part of tier 1: {below:,}"
        out = [told] if below else []
        for name, lacking in zip(CRITERIA, self.lacking.sum(axis=1).tolist(), strict=True):
            if lacking:
                percent = lacking * 100 // total
                out.append(f"no figures for {percent}% of the assessed ({total:,}): dependence by {name} not assessed")
        if self.unknown_amounts:
            out.append(f"unknown amounts, for which nothing was counted: {self.unknown_amounts:,}")
        return tuple(out)


@dataclass(frozen=True, slots=True)
class _Case:
    """One criterion's candidates: what of each dependent's denominator one provider makes up."""

    criterion: int
    threshold: Threshold
    dependent: IntArray
    provider: IntArray
    numerator: IntArray
    denominator: IntArray


def find_dependence(
    figures: Figures,
    payments: Sums,
    guarantees: Sums,
    repayments: Sums,
    funding: Sums,
    tier1_minor: int | None,
    rule: DependenceRule | None = None,
    reporting_banks: Sequence[int] = (),
) -> Found:
    """Economic dependence of every assessed party, by every criterion.

    payments: who pays whom. guarantees: giver guarantees for taker. repayments: from whose accounts (giver) whose loans
    (taker) are repaid, own accounts and outside ones included: the taker's total is the denominator. funding: all that
    lends to the taker, the reporting bank included, likewise. tier1_minor: None where the bank has loaded no capital
    figure: then nobody is assessed. reporting_banks: ordinals of the reporting bank, nobody's provider and no source.
    Assessed parties that repay mainly from one single source depend on each other: each is linked, both ways, with the
    lowest of them. A figure that is too small for its parts (receipts below one payer's payments) is used all the same.
    Raises ValueError for columns of other lengths, amounts below 0, ordinals out of range, sums past 2**62.
    Cost: linear in the rows, after sorting them.
    """
    rule = rule or DependenceRule()
    n = figures.exposure_minor.size
    _check(figures, n)
    tables = {"payments": payments, "guarantees": guarantees, "repayments": repayments, "funding": funding}
    for name, table in tables.items():
        _check_sums(name, table, n)
    assessed = _assessed(figures.exposure_minor, tier1_minor, rule.assessed)
    paid_to, paid_by = _by_pair(payments, n, "taker"), _by_pair(payments, n, "giver")
    given = _by_pair(guarantees, n, "giver")
    repaid, lent = _by_pair(repayments, n, "taker"), _by_pair(funding, n, "taker")
    equity = np.where(figures.equity_known, figures.equity_minor, 0)
    total_repaid, total_lent = _totals(repaid, n), _totals(lent, n)
    cases = [
        _Case(RECEIPTS, rule.receipts, *paid_to, figures.receipts_minor[paid_to[0]]),
        _Case(EXPENDITURE, rule.expenditure, *paid_by, figures.expenditure_minor[paid_by[0]]),
        _Case(GUARANTEE, rule.guarantee, *given, equity[given[0]]),
        _Case(REPAYMENT, rule.repayment, *repaid, total_repaid[repaid[0]]),
        _Case(FUNDING, rule.funding, *lent, total_lent[lent[0]]),
    ]
    lacking = np.zeros((len(CRITERIA), n), dtype=np.bool_)
    lacking[RECEIPTS] = figures.receipts_minor == UNKNOWN
    lacking[EXPENDITURE] = figures.expenditure_minor == UNKNOWN
    lacking[GUARANTEE] = ~figures.equity_known
    lacking[REPAYMENT] = lacking[SAME_SOURCE] = (total_repaid == 0) | _has_unknown(repayments, n)
    lacking[FUNDING] = (total_lent == 0) | _has_unknown(funding, n)
    rows = [_passing(case, assessed, lacking[case.criterion], reporting_banks) for case in cases]
    shared = _Case(SAME_SOURCE, rule.same_source, *repaid, total_repaid[repaid[0]])
    rows.append(_same_source(_passing(shared, assessed, lacking[SAME_SOURCE], reporting_banks)))
    unknown = sum(int(np.count_nonzero(table.amount_minor == UNKNOWN)) for table in tables.values())
    return _found(np.concatenate(rows, axis=1), assessed, lacking & assessed, unknown, tier1_minor is not None)


def _assessed(exposure: IntArray, tier1_minor: int | None, threshold: Threshold) -> BoolArray:
    if tier1_minor is None:
        return np.zeros(exposure.size, dtype=np.bool_)
    if not 0 < tier1_minor <= MOST_MINOR:
        raise ValueError(f"tier1_minor lies above 0 and at most at 2**62, not at {tier1_minor}")
    enough = passes(exposure, np.full(exposure.size, tier1_minor, dtype=np.int64), threshold)
    out: BoolArray = enough | (exposure == UNKNOWN)
    return out


def _by_pair(table: Sums, n: int, dependent: Literal["giver", "taker"]) -> tuple[IntArray, IntArray, IntArray]:
    """(dependent, other end, sum) of each pair, sorted. Unknowns and zeros are left out."""
    one, two = (table.giver, table.taker) if dependent == "giver" else (table.taker, table.giver)
    kept = table.amount_minor > 0
    first, other, amount = by_row(one[kept], two[kept], table.amount_minor[kept], (n, n))
    return rows(first), other, amount


def _has_unknown(table: Sums, n: int) -> BoolArray:
    """The takers whose total is not known, because an amount in it is not."""
    out = np.zeros(n, dtype=np.bool_)
    out[table.taker[table.amount_minor == UNKNOWN]] = True
    return out


def _totals(by_pair: tuple[IntArray, IntArray, IntArray], n: int) -> IntArray:
    return sums(by_pair[0], by_pair[2], n)


def _passing(case: _Case, assessed: BoolArray, lacking: BoolArray, reporting_banks: Sequence[int]) -> IntArray:
    """The rows of a case that pass, as columns of one array: dependent, provider, criterion, ratio, source."""
    kept = assessed[case.dependent] & ~lacking[case.dependent]
    kept &= (case.dependent != case.provider) & ~np.isin(case.provider, reporting_banks)
    kept &= passes(case.numerator, case.denominator, case.threshold)
    size = int(kept.sum())
    same = np.full(size, case.criterion), case.numerator[kept], case.denominator[kept], np.full(size, -1)
    return np.stack((case.dependent[kept], case.provider[kept], *same))


def _same_source(rows: IntArray) -> IntArray:
    """Links, both ways, between the lowest party that repays from each source and the others that do."""
    order = np.lexsort((rows[0], rows[1]))
    party, source, criterion, numerator, denominator, _ = rows[:, order]
    starts = starts_of(source)
    lowest = np.repeat(starts, np.diff(np.append(starts, source.size)))
    others = np.flatnonzero(np.arange(source.size) != lowest)
    lowest = lowest[others]
    dependent, provider = np.concatenate((others, lowest)), np.concatenate((lowest, others))
    out: IntArray = np.stack(
        (
            party[dependent],
            party[provider],
            criterion[dependent],
            numerator[dependent],
            denominator[dependent],
            source[dependent],
        )
    )
    return out


def _found(rows: IntArray, assessed: BoolArray, lacking: BoolArray, unknown: int, capital_known: bool) -> Found:
    dependent, provider, criterion, numerator, denominator, source = rows[
        :, np.lexsort((rows[5], rows[2], rows[1], rows[0]))
    ]
    weight = [share_of(*pair) for pair in zip(numerator.tolist(), denominator.tolist(), strict=True)]
    return Found(
        dependent=dependent,
        provider=provider,
        criterion=criterion,
        numerator_minor=numerator,
        denominator_minor=denominator,
        weight=np.asarray(weight, dtype=np.int64),
        source=source,
        assessed=assessed,
        lacking=lacking,
        unknown_amounts=unknown,
        capital_known=capital_known,
    )


def _check(figures: Figures, n: int) -> None:
    for each in fields(figures):
        column: IntArray = getattr(figures, each.name)
        if column.shape != (n,):
            raise ValueError(f"figures.{each.name} has the shape {column.shape}, not {(n,)}")
        least = -MOST_MINOR if each.name == "equity_minor" else UNKNOWN
        if n and each.name != "equity_known" and not least <= int(column.min()) <= int(column.max()) <= MOST_MINOR:
            raise ValueError(f"figures.{each.name} holds an amount outside {least}..2**62")


def _check_sums(name: str, table: Sums, n: int) -> None:
    check_ordinals(f"{name}.giver", table.giver, n)
    check_ordinals(f"{name}.taker", table.taker, n)
    if not table.giver.shape == table.taker.shape == table.amount_minor.shape:
        raise ValueError(f"{name} has columns of different shapes")
    if table.amount_minor.size and int(table.amount_minor.min()) < UNKNOWN:
        raise ValueError(f"{name}.amount_minor holds {int(table.amount_minor.min())}: amounts are 0 or more")
    # A float sum errs by far less than the factor of two that is left below 2**63.
    for end in (table.giver, table.taker):
        if (
            end.size
            and float(np.bincount(end, np.maximum(table.amount_minor, 0).astype(np.float64)).max()) > MOST_MINOR
        ):
            raise ValueError(f"{name}.amount_minor sums past 2**62 for one party")
