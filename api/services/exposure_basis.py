"""What exposures are measured in and against: the reporting currency, rates, the bank's capital, who is a bank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import polars as pl

from algorithms.columns import IntArray
from algorithms.currency import Rates, rates_of
from algorithms.limit_tests import Parties
from algorithms.limits import Capital
from algorithms.threshold import UNKNOWN
from api.services.risk_input import SELF, RiskInput
from api.services.rule_sets import RuleSet
from graph import times
from graph.model import RATE_ONE
from loaders.currencies import minor_digits

BANKS = frozenset({"bank", "global_bank"})
G_SIB = "global_bank"
_CURRENCIES = ("currency", "secured_currency")
"""The columns of currencies that amounts stand in."""
DEFAULT_CURRENCY = "CNY"
"""The reporting currency where no capital figures say another."""


@dataclass(frozen=True)
class RateUsed:
    """A rate that amounts were converted at: reporting units for one unit of the currency, exact, and of which day."""

    currency: str
    rate: Fraction
    day: date


@dataclass(frozen=True)
class Basis:
    """What all rule sets share: currency, rates, capital.

    currency: the reporting currency. used: the rates by currency. without_rate: currencies that amounts stand in and
    no rate is known of: these amounts are unknown. lender_is_g_sib: whether the bank itself is marked as a G-SIB.
    """

    currency: str
    rates: Rates
    used: tuple[RateUsed, ...]
    without_rate: tuple[str, ...]
    capital: Capital
    capital_day: date | None
    lender_is_g_sib: bool

    def coded(self, risk: RiskInput, table: str, column: str = "currency") -> IntArray:
        """The currencies of a table as places in the rates."""
        places = risk.tables[table][column].cast(pl.Enum(self.rates.codes)).to_physical()
        return places.to_numpy().astype(np.int64)


def basis_of(risk: RiskInput, as_of: date) -> Basis:
    """The reporting currency, the capital of the latest day up to `as_of`, and the rates of the latest days."""
    capital, currency, day = _capital(risk, as_of)
    columns = [frame[name] for frame in risk.tables.values() for name in _CURRENCIES if name in frame.columns]
    named = {code for column in columns for code in column.unique().to_list()}
    codes = sorted(named | {currency, "", "EUR"})
    used = _rates_used(risk, currency, codes)
    digits = minor_digits(currency)
    exact = {one.currency: one.rate * Fraction(10) ** (digits - minor_digits(one.currency)) for one in used.values()}
    exact |= {currency: Fraction(1), "": Fraction(1)}
    missing = tuple(code for code in codes if code not in exact and code in named)
    return Basis(currency, rates_of(codes, exact), tuple(used.values()), missing, capital, day, _lender_is_g_sib(risk))


def _capital(risk: RiskInput, as_of: date) -> tuple[Capital, str, date | None]:
    figures = risk.tables["capital"]
    if not figures.height:
        return Capital(as_of.isoformat()), DEFAULT_CURRENCY, None
    row = figures.row(0, named=True)
    told = {name: row[name] for name in ("net_capital", "net_tier_1", "tier_1") if row[name] != UNKNOWN}
    day = times.EPOCH + timedelta(days=row["day"])
    return Capital(day.isoformat(), **told), row["currency"] or DEFAULT_CURRENCY, day


def _rates_used(risk: RiskInput, currency: str, codes: Sequence[str]) -> dict[str, RateUsed]:
    """The latest rate of each currency, as stated, else turned round."""
    found: dict[str, RateUsed] = {}
    rows = list(risk.tables["rates"].iter_rows(named=True))
    for turned in (False, True):
        for row in rows:
            code, other = row["from_currency"], row["to_currency"]
            rate = Fraction(row["rate"], RATE_ONE)
            if turned:
                code, other, rate = other, code, 1 / rate
            if other == currency and code != currency and code in codes and code not in found:
                found[code] = RateUsed(code, rate, times.EPOCH + timedelta(days=row["day"]))
    return dict(sorted(found.items()))


def _lender_is_g_sib(risk: RiskInput) -> bool:
    itself = (pl.col("bank_role") == SELF) & (pl.col("institution") == G_SIB)
    return not risk.tables["institutions"].filter(itself).is_empty()


def parties_of(risk: RiskInput, rules: RuleSet, n_parties: int) -> Parties:
    """Which parties are banks, other G-SIBs than the bank itself, or exempt under a rule set."""
    columns = {name: np.zeros(n_parties, dtype=np.bool_) for name in ("bank", "g_sib", "related", "exempt")}
    told = risk.tables["institutions"].select("party", "institution", "exempt", "bank_role").iter_rows()
    for party, institution, exempt, bank_role in told:
        columns["bank"][party] = institution in BANKS
        columns["g_sib"][party] = institution == G_SIB and bank_role != SELF
        columns["exempt"][party] = bool(exempt) and rules.exempts(exempt)
    return Parties(**columns)
