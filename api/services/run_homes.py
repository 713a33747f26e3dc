"""Households and families of a run, found from what it read alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from algorithms.columns import IntArray
from algorithms.control import Control
from algorithms.stable_ids import Change
from api.services.home_results import Homes, member_table, total_table
from api.services.household_input import HomeInput
from api.services.risk_input import RiskInput
from api.services.run_families import find_families
from api.services.run_households import HouseholdsFound, find_households
from api.services.run_input import RunInput
from api.services.run_results import EarlierGroups


@dataclass(frozen=True)
class HomesFound:
    """What a run finds."""

    households: HouseholdsFound
    families: Homes

    @property
    def household(self) -> IntArray:
        """Shape (n_parties,), the household of each party, -1: none."""
        return self.households.household

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """As the archive keeps them."""
        return self.households.tables | {
            "families": member_table(self.families.members, "family_id"),
            "family_totals": total_table(self.families.homes, "family_id"),
        }

    @property
    def changes(self) -> list[Change]:
        """The feed of both."""
        lived = self.households.homes
        return sorted((*(lived.changes if lived else ()), *self.families.changes))


def find_homes(
    given: RunInput,
    risk: RiskInput,
    homes: HomeInput,
    control: Control,
    earlier: tuple[EarlierGroups, EarlierGroups],
    as_of: date,
) -> HomesFound:
    """Households and families with stable ids. earlier: both kinds of the runs before."""
    lived = find_households(given, risk, homes, earlier[0], as_of)
    return HomesFound(lived, find_families(given, risk, homes, lived, control, earlier[1]))
