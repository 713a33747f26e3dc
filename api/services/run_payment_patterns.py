"""Payment patterns of a run (DOMAIN.md 6): loan money that returns to its borrower or guarantor, and fans of payments.

Money is followed from party to party: what a party pays from one account counts for all of its accounts. An account at
another bank stands for a party of its own. All is flagged: a person decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import polars as pl

from algorithms.columns import IntArray
from algorithms.currency import convert
from algorithms.loan_returns import Drawdowns, Holders, LoanReturns, ReturnRule, loan_returns
from algorithms.payment_fans import FanRule, PaymentFans, payment_fans
from algorithms.payments import Payments, payment_table
from api.services.answers import many
from api.services.exposure_basis import Basis
from api.services.guarantee_cover import set_id
from api.services.id_columns import Names
from api.services.payment_input import OUTSIDE, UNDATED
from api.services.risk_input import RiskInput
from api.services.risk_tables import guarantees_of
from api.services.run_input import RunInput

Kind = Literal["loan_returns_to_borrower", "loan_returns_to_guarantor", "fan"]
TO_BORROWER, TO_GUARANTOR, FAN = get_args(Kind)

PATTERNS = {
    "pattern_id": pl.String,
    "kind": pl.String,
    "party_id": pl.String,
    "end_id": pl.String,
    "drawdown_id": pl.String,
    "drawn_minor": pl.Int64,
    "amount_minor": pl.Int64,
    "currency": pl.String,
    "first_day": pl.Date,
    "last_day": pl.Date,
    "step": pl.Int64,
    "from_id": pl.String,
    "to_id": pl.String,
    "day": pl.Date,
    "paid_minor": pl.Int64,
}
"""One row a payment. party_id: the borrower, or whom a fan goes through. end_id: whom loan money reached. amount_minor:
what was carried all the way; of a fan the smaller of the sums in and out. step: 1 for the first payments of a way.
paid_minor: what the payment carried of it. An account of nobody known goes by its own id."""


@dataclass(frozen=True)
class PatternsFound:
    """The rows of `PATTERNS`: loan money by drawdown and end, then fans by party and day."""

    table: pl.DataFrame
    warnings: tuple[str, ...]


def find_patterns(
    given: RunInput,
    risk: RiskInput,
    basis: Basis,
    returns: ReturnRule | None = None,
    fans: FanRule | None = None,
) -> PatternsFound:
    """All patterns in the payments of the last twelve months, amounts in the reporting currency."""
    found = _Search(given, risk, basis)
    loans, returned = found.loans(returns or ReturnRule())
    fanned = payment_fans(found.payments, found.size, fans)
    table = pl.concat([found.returns_table(loans, returned), found.fans_table(fanned)])
    return PatternsFound(table, (*_undated(risk), *_stopped(returned)))


class _Search:
    """Payments between nodes: parties by their ordinal, then accounts of nobody known."""

    def __init__(self, given: RunInput, risk: RiskInput, basis: Basis) -> None:
        self._risk, self._basis, self._parties = risk, basis, len(given.party_ids)
        outside = risk.texts("outside_accounts", "account_id")
        self.size = self._parties + len(outside)
        self._names = Names([*given.party_ids, *outside])
        payer, payee = (self._nodes(risk.column("transfers", end)) for end in ("payer", "payee"))
        day, currency = risk.column("transfers", "day"), basis.coded(risk, "transfers")
        amount = convert("transfers.amount", risk.column("transfers", "amount"), currency, basis.rates)
        kept = (payer >= 0) & (payee >= 0) & (day != UNDATED)
        self.payments = Payments(payer[kept], payee[kept], day[kept], amount[kept])

    def _nodes(self, ends: IntArray) -> IntArray:
        return np.where(ends < OUTSIDE, self._parties + OUTSIDE - 1 - ends, ends)

    def loans(self, rule: ReturnRule) -> tuple[pl.DataFrame, LoanReturns]:
        """The drawdowns that may be followed, a row a borrower, and what was found of them."""
        paid = self._risk.tables["paid_into"].with_columns(
            node=self._nodes(self._risk.column("paid_into", "payee")),
            converted=convert(
                "paid_into.amount",
                self._risk.column("paid_into", "amount"),
                self._basis.coded(self._risk, "paid_into"),
                self._basis.rates,
            ),
        )
        day = self.payments.day
        since, until = (int(day.min()) - rule.window, int(day.max())) if day.size else (0, -1)
        rows = (
            paid.filter((pl.col("node") >= 0) & pl.col("day").is_between(since, until))
            .join(self._risk.tables["borrowers"], on="facility")
            .sort("drawdown", "party", "node", "day", "converted")
        )
        columns = (rows[name].to_numpy().astype(np.int64) for name in ("party", "node", "day", "converted"))
        everybody = np.arange(self._parties)
        found = loan_returns(
            payment_table(self.payments, self.size),
            Drawdowns(*columns),
            Holders(everybody, everybody),
            guarantees_of(self._risk, self._basis),
            self._parties,
            rule,
        )
        return rows, found

    def returns_table(self, loans: pl.DataFrame, found: LoanReturns) -> pl.DataFrame:
        """The payments of each way that loan money took, step by step."""
        rows: list[tuple[Any, ...]] = []
        for one in found.found:
            drawdown, borrower, drawn = loans.select("drawdown", "party", "converted").row(one.drawdown)
            kind = TO_GUARANTOR if one.to_guarantor else TO_BORROWER
            hops = one.route.hops
            days = [day for hop in hops for day in hop.days]
            whole = (kind, borrower, one.end, drawdown, drawn, one.route.amount, min(days), max(days))
            ends = zip(one.route.accounts, one.route.accounts[1:], hops, strict=False)
            for step, (payer, payee, hop) in enumerate(ends, 1):
                rows += [
                    (*whole, step, payer, payee, day, carried)
                    for day, carried in zip(hop.days, hop.carried, strict=True)
                ]
        return self._told(pl.DataFrame(rows, schema=_NUMBERED, orient="row"))

    def fans_table(self, found: PaymentFans) -> pl.DataFrame:
        """The payments into and out of each fan."""
        into, out = (np.repeat(np.arange(len(found)), np.diff(first)) for first in (found.in_first, found.out_first))
        fan, row = np.concatenate((into, out)), np.concatenate((found.in_row, found.out_row))
        table = pl.DataFrame(
            {
                "kind": pl.repeat(FAN, fan.size, dtype=pl.String, eager=True),
                "party": found.party[fan],
                "end": np.full(fan.size, -1),
                "drawdown": pl.repeat(None, fan.size, dtype=pl.String, eager=True),
                "drawn_minor": pl.repeat(None, fan.size, dtype=pl.Int64, eager=True),
                "amount_minor": np.minimum(found.paid_in, found.paid_out)[fan],
                "first": found.first_day[fan],
                "last": self.payments.day[row],
                "step": np.repeat((1, 2), (into.size, out.size)),
                "payer": self.payments.payer[row],
                "payee": self.payments.payee[row],
                "on": self.payments.day[row],
                "paid_minor": self.payments.amount[row],
            },
            schema=_NUMBERED,
        )
        order = ("party", "first", "step", "on", "payer", "payee", "paid_minor")
        return self._told(table.with_columns(pl.col("last").max().over("party", "first")).sort(order))

    def _told(self, table: pl.DataFrame) -> pl.DataFrame:
        """The same with ids and dates."""
        names = {name: self._names.of(table[name].to_numpy()) for name in ("party", "end", "payer", "payee")}
        days = {name: table[name].cast(pl.Int32).cast(pl.Date) for name in ("first", "last", "on")}
        parts = [table["kind"], names["party"], names["end"], table["drawdown"], days["first"]]
        named = pl.select(pl.concat_str([pl.lit(part).fill_null("") for part in parts], separator="\x1f")).to_series()
        ids = {one: set_id("M-", [one]) for one in named.unique().to_list()}
        columns = {
            "pattern_id": named.replace_strict(ids, return_dtype=pl.String),
            "kind": table["kind"],
            "party_id": names["party"],
            "end_id": names["end"],
            "drawdown_id": table["drawdown"],
            "drawn_minor": table["drawn_minor"],
            "amount_minor": table["amount_minor"],
            "currency": pl.repeat(self._basis.currency, table.height, dtype=pl.String, eager=True),
            "first_day": days["first"],
            "last_day": days["last"],
            "step": table["step"],
            "from_id": names["payer"],
            "to_id": names["payee"],
            "day": days["on"],
            "paid_minor": table["paid_minor"],
        }
        return pl.DataFrame(columns, schema=PATTERNS)


_NUMBERED = {
    "kind": pl.String,
    "party": pl.Int64,
    "end": pl.Int64,
    "drawdown": pl.String,
    "drawn_minor": pl.Int64,
    "amount_minor": pl.Int64,
    "first": pl.Int64,
    "last": pl.Int64,
    "step": pl.Int64,
    "payer": pl.Int64,
    "payee": pl.Int64,
    "on": pl.Int64,
    "paid_minor": pl.Int64,
}


def _undated(risk: RiskInput) -> Sequence[str]:
    """How many payments are known by their monthly sum alone."""
    count = int((risk.column("transfers", "day") == UNDATED).sum())
    return [f"{many(count, 'monthly sum')} of payments without days, in no payment pattern"] if count else []


def _stopped(found: LoanReturns) -> Sequence[str]:
    count = found.stopped.size
    return [f"the money of {many(count, 'drawdown')} takes more ways than were looked at"] if count else []
