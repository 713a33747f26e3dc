"""What a run finds beside groups and exposures: beneficial owners, close links, payment patterns, referral chains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from algorithms.columns import IntArray
from algorithms.control import Control
from api.services.exposure_basis import Basis
from api.services.risk_input import RiskInput
from api.services.rule_sets import RuleSet
from api.services.run_close_links import find_close_links
from api.services.run_input import RunInput
from api.services.run_owners import find_owners
from api.services.run_payment_patterns import find_patterns
from api.services.run_referrals import TABLES as REFERRAL_TABLES
from api.services.run_referrals import find_referrals


@dataclass(frozen=True)
class Told:
    """A table, and what a reader of it should know."""

    table: pl.DataFrame
    warnings: tuple[str, ...]


def find_further(
    given: RunInput,
    risk: RiskInput,
    control: Control,
    household: IntArray,
    sets: Sequence[RuleSet],
    basis: Basis,
    taken: Mapping[str, Told],
) -> dict[str, Told]:
    """All of it by table, under the rule sets of a run; control is by the run's own test.

    household: the household of each party, -1: none. taken: the tables that are known already.
    """
    found = dict(taken)
    if "owners" not in found:
        owners = find_owners(given, risk, control, sets)
        found["owners"] = Told(owners.table, owners.warnings)
    if "close_links" not in found:
        close = find_close_links(given, control)
        found["close_links"] = Told(close.table, close.warnings)
    if "payment_patterns" not in found:
        patterns = find_patterns(given, risk, basis)
        found["payment_patterns"] = Told(patterns.table, tuple(patterns.warnings))
    if not found.keys() >= set(REFERRAL_TABLES):
        referrals = find_referrals(given, risk, control, household, basis)
        found |= {name: Told(table, ()) for name, table in referrals.tables.items()}
        found["referrals"] = Told(referrals.tables["referrals"], tuple(referrals.warnings))
    return {name: found[name] for name in ("owners", "close_links", "payment_patterns", *REFERRAL_TABLES)}
