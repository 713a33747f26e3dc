"""What a run finds beside groups and exposures: beneficial owners, close links, payment patterns, referral chains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from algorithms.control import Control
from api.services.exposure_basis import Basis
from api.services.risk_input import RiskInput
from api.services.rule_sets import RuleSet
from api.services.run_close_links import find_close_links
from api.services.run_input import RunInput
from api.services.run_owners import find_owners
from api.services.run_payment_patterns import find_patterns
from api.services.run_referrals import find_referrals


@dataclass(frozen=True)
class Further:
    """Tables by name, and what a reader should know."""

    tables: dict[str, pl.DataFrame]
    warnings: tuple[str, ...]


def find_further(given: RunInput, risk: RiskInput, control: Control, sets: Sequence[RuleSet], basis: Basis) -> Further:
    """All of it, under the rule sets of a run; control is by the run's own test."""
    owners = find_owners(given, risk, control, sets)
    close = find_close_links(given, control)
    patterns = find_patterns(given, risk, basis)
    referrals = find_referrals(given, risk, control, basis)
    tables = {
        "owners": owners.table,
        "close_links": close.table,
        "payment_patterns": patterns.table,
        **referrals.tables,
    }
    found = (owners, close, patterns, referrals)
    return Further(tables, tuple(one for part in found for one in part.warnings))
