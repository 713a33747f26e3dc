"""What is owed, by whom and after which protection, as one rule set counts it."""

from __future__ import annotations

import numpy as np

from algorithms.claims import Borrowers, Claims, Drawdowns, Facilities, claims_of
from algorithms.columns import BoolArray, IntArray, joined, sums
from algorithms.cover import NOBODY, Covers, Protections
from algorithms.currency import convert
from algorithms.threshold import PPB, UNKNOWN
from api.services.exposure_basis import Basis
from api.services.risk_input import RiskInput
from api.services.rule_sets import RuleSet
from graph import times

LOAN = "loan"
GUARANTEE = "guarantee"


def claims_under(risk: RiskInput, rules: RuleSet, basis: Basis, n_parties: int) -> Claims:
    """What the bank is owed as a rule set counts it.

    A conversion factor that the source states for a contract goes before that of the rule set.
    """
    facilities, drawdowns = _lent(risk, rules, basis)
    borrowers = Borrowers(risk.column("borrowers", "facility"), risk.column("borrowers", "party"))
    protections, covers = _protection(risk, rules, basis)
    return claims_of(facilities, drawdowns, borrowers, protections, covers, basis.rates, n_parties)


def loans_of(risk: RiskInput, basis: Basis, n_parties: int) -> IntArray:
    """What each party owes in drawn loans, shape (n_parties,); UNKNOWN where any of it is. Each borrower owes all."""
    under = risk.column("drawdowns", "facility")
    balance = convert(
        "drawdowns.balance", risk.column("drawdowns", "balance"), basis.coded(risk, "drawdowns"), basis.rates
    )
    size = risk.tables["facilities"].height
    drawn = convert(
        "facilities.drawn", risk.column("facilities", "drawn_amount"), basis.coded(risk, "facilities"), basis.rates
    )
    has_drawdowns = np.bincount(under, minlength=size) > 0
    owed = np.where(has_drawdowns, sums(under, np.maximum(balance, 0), size), drawn)
    owed[under[balance == UNKNOWN]] = UNKNOWN
    is_loan = np.asarray([kind in ("", LOAN) for kind in risk.texts("facilities", "item_kind")], dtype=np.bool_)
    facility, party = risk.column("borrowers", "facility"), risk.column("borrowers", "party")
    kept = is_loan[facility]
    facility, party = facility[kept], party[kept]
    loans = sums(party, np.maximum(owed[facility], 0), n_parties)
    loans[party[owed[facility] == UNKNOWN]] = UNKNOWN
    return loans


def _lent(risk: RiskInput, rules: RuleSet, basis: Basis) -> tuple[Facilities, Drawdowns]:
    """Contracts and drawdowns. What is drawn as a loan counts whole.

    What an off-balance contract states as drawn becomes a drawdown, so that the factor of its kind counts.
    """
    table = risk.tables["facilities"]
    item, commitment = risk.texts("facilities", "item_kind"), risk.texts("facilities", "commitment_kind")
    stated, drawn = risk.column("facilities", "factor"), risk.column("facilities", "drawn_amount")
    currency = basis.coded(risk, "facilities")
    is_loan = np.asarray([kind in ("", LOAN) for kind in item], dtype=np.bool_)
    factor = {kind: rules.factor(kind) for kind in {*item, *commitment}}
    of_item, of_rest = (np.asarray([factor[kind] for kind in kinds], dtype=np.int64) for kinds in (item, commitment))
    of_item = np.where(is_loan, PPB, np.where(stated == UNKNOWN, of_item, stated))
    of_rest = np.where(is_loan & (stated != UNKNOWN), stated, of_rest)
    under, balance = risk.column("drawdowns", "facility"), risk.column("drawdowns", "balance")
    bare = np.flatnonzero(~is_loan & (np.bincount(under, minlength=table.height) == 0))
    matures = np.full(table.height, UNKNOWN, dtype=np.int64)
    np.maximum.at(matures, under, risk.column("drawdowns", "matures"))
    facilities = Facilities(
        limit=risk.column("facilities", "limit_amount"),
        drawn=drawn,
        currency=currency,
        factor=of_rest,
        matures=np.maximum(matures, risk.column("facilities", "matures")),
        is_loan=is_loan,
        exempt=np.zeros(table.height, dtype=np.bool_),
    )
    facility = joined(under, bare)
    return facilities, Drawdowns(
        facility,
        joined(balance, drawn[bare]),
        joined(basis.coded(risk, "drawdowns"), currency[bare]),
        of_item[facility],
    )


def _protection(risk: RiskInput, rules: RuleSet, basis: Basis) -> tuple[Protections, Covers]:
    """Guarantees that name a contract, then collateral, each once with the contracts that it secures, and how far."""
    named = np.flatnonzero(risk.column("guarantees", "facility") >= 0)
    _, rows, at = np.unique(
        np.asarray(risk.texts("securities", "collateral"), dtype=np.str_), return_index=True, return_inverse=True
    )
    kinds = risk.texts("securities", "kind")
    kind = [GUARANTEE] * named.size + [kinds[row] for row in rows.tolist()]
    effect = {one: rules.effect(one) for one in set(kind)}
    provider = joined(risk.column("guarantees", "guarantor")[named], risk.column("securities", "issuer")[rows])
    protections = Protections(
        provider=np.where(provider >= 0, provider, NOBODY),
        amount=joined(risk.column("guarantees", "amount")[named], risk.column("securities", "value")[rows]),
        currency=joined(basis.coded(risk, "guarantees")[named], basis.coded(risk, "securities")[rows]),
        until=_last_day(joined(risk.column("guarantees", "until")[named], risk.column("securities", "until")[rows])),
        effect=np.asarray([effect[one] for one in kind], dtype=np.int64),
        eligible=_eligible(risk, rules, kind, provider),
    )
    covers = Covers(
        protection=joined(np.arange(named.size), named.size + at),
        facility=joined(risk.column("guarantees", "facility")[named], risk.column("securities", "facility")),
        amount=joined(np.full(named.size, UNKNOWN), risk.column("securities", "secured")),
        currency=joined(np.zeros(named.size, dtype=np.int64), basis.coded(risk, "securities", "secured_currency")),
    )
    return protections, covers


def _last_day(until: IntArray) -> IntArray:
    """Links hold up to the day before `valid_to`; those that hold until further notice outlast every debt."""
    return np.where(until == times.UNTIL_FURTHER, until, until - 1)


def _eligible(risk: RiskInput, rules: RuleSet, kind: list[str], provider: IntArray) -> BoolArray:
    """Whether the provider is of a kind that the rule set names for this protection (if it names any)."""
    told = risk.tables["institutions"].select("party", "institution", "exempt").iter_rows()
    kinds_of = {party: {institution, exempt} for party, institution, exempt in told}
    allowed = {one: rules.providers(one) for one in set(kind)}
    return np.asarray(
        [
            not allowed[one] or bool(allowed[one] & kinds_of.get(party, set()))
            for one, party in zip(kind, provider.tolist(), strict=True)
        ],
        dtype=np.bool_,
    )
