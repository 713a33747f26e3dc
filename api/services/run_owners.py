"""Beneficial owners and integrated ownership of all companies, under the owner rule sets of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from algorithms.columns import BoolArray, IntArray
from algorithms.control import Control
from algorithms.owner_rules import MEASURES, Interests, OwnerRule
from algorithms.owners import BeneficialOwners, beneficial_owners, export_rows
from algorithms.ownership_rows import TooManyPairs
from algorithms.threshold import UNKNOWN
from algorithms.votes import Stakes
from api.services.id_columns import Names, flags_texts
from api.services.risk_input import RiskInput
from api.services.rule_sets import RuleSet
from api.services.run_input import RunInput

LEGAL_REPRESENTATIVE = "legal_representative"
SENIOR_MANAGER, NOT_DISCLOSED, NOT_COMPUTED = "senior_manager", "not_disclosed", "not_computed"
"""What `passes` says beside the measures: of a manager who stands in since no person passes, and of the parts of a
company that go up to nobody known, or to companies whose owners are not computed (closed sets, holdings above 1)."""
PASSES = (*MEASURES, SENIOR_MANAGER, NOT_DISCLOSED, NOT_COMPUTED)

NOBODY_OWNS = PASSES[len(MEASURES) :]
"""What `passes` says where no person is an owner by a measure."""

OWNERS = {
    "company_id": pl.String,
    "person_id": pl.String,
    "integrated": pl.Int64,
    "mixed": pl.Int64,
    "controls": pl.Boolean,
    "rules": pl.String,
    "passes": pl.String,
    "through_id": pl.String,
}
"""integrated, mixed (control-weighted): of the shares, parts per billion, null where below 1%. through_id: the company
by which a person passes `interest_in_controller`."""


@dataclass(frozen=True)
class OwnersFound:
    """The rows of `OWNERS`, sorted by company, rule set, person; companies of which nothing is told have none."""

    table: pl.DataFrame
    warnings: tuple[str, ...]


def owner_rules(sets: Sequence[RuleSet]) -> list[OwnerRule]:
    """The tests of beneficial owners that rule sets speak of."""
    return [OwnerRule(one.id, one.owners.test(), one.owners.measures) for one in sets if one.owners]


def interests_of(given: RunInput, risk: RiskInput) -> Interests:
    """Who holds what and manages what. Of a disclosed band the lower end counts: the rest is not disclosed.

    Of managers the legal representative comes first.
    """
    stakes = given.stakes
    capital = Stakes(stakes.owner, stakes.owned, given.capital, stakes.votes_min, stakes.votes_max)
    managers = risk.tables["key_managers"].with_columns(other=pl.col("post") != LEGAL_REPRESENTATIVE)
    once = managers.sort("company", "other", "person").unique(["company", "person"], keep="first", maintain_order=True)
    return Interests(
        owner=stakes.owner,
        owned=stakes.owned,
        share=capital.lower(),
        person=given.persons,
        votes=stakes.lower(),
        managed=once["company"].to_numpy().astype(np.int64),
        manager=once["person"].to_numpy().astype(np.int64),
    )


def find_owners(given: RunInput, risk: RiskInput, control: Control, sets: Sequence[RuleSet]) -> OwnersFound:
    """The beneficial owners under each rule set that speaks of them; control is by the run's own test."""
    rules = owner_rules(sets)
    if not rules:
        return OwnersFound(pl.DataFrame(schema=OWNERS), ())
    try:
        found = beneficial_owners(interests_of(given, risk), control, rules)
    except TooManyPairs as error:
        return OwnersFound(pl.DataFrame(schema=OWNERS), (f"beneficial owners are not told: {error}",))
    return OwnersFound(owners_table(given.party_ids, found), found.warnings)


def _told(interests: Interests) -> BoolArray:
    """The companies of which a holder or a manager is known."""
    told = np.zeros(interests.n_parties, dtype=np.bool_)
    told[interests.owned] = True
    told[interests.managed] = True
    return told


def owners_table(party_ids: Sequence[str], found: BeneficialOwners) -> pl.DataFrame:
    """The rows of `OWNERS`. party_ids: by the numbers that `found` gives parties, ascending."""
    rows = export_rows(found)
    kept = _told(found.interests)[rows["company_id"]]
    columns = {name: column[kept] for name, column in rows.items()}
    ids, rules = Names(party_ids), Names(rule.id for rule in found.rules)
    return pl.DataFrame(
        {
            "company_id": ids.of(columns["company_id"]),
            "person_id": ids.of(columns["person_id"]),
            "integrated": _known(columns["integrated"]),
            "mixed": _known(columns["mixed"]),
            "controls": columns["controls"] == 1,
            "rules": rules.of(columns["rules"]),
            "passes": flags_texts(PASSES).of(columns["passes"]),
            "through_id": ids.of(_through(found, columns)),
        },
        schema=OWNERS,
    )


def _known(figures: IntArray) -> pl.Series:
    return pl.DataFrame({"ppb": figures}).select(pl.when(pl.col("ppb") != UNKNOWN).then("ppb")).to_series()


def _through(found: BeneficialOwners, columns: dict[str, IntArray]) -> IntArray:
    """For each row the company through which its person passes, or -1."""
    n = np.int64(max(found.interests.n_parties, 1))
    key = found.company * n + found.person
    out = np.full(columns["company_id"].size, -1, dtype=np.int64)
    for number in range(len(found.rules)):
        rows = np.flatnonzero((columns["rules"] == number) & (columns["passes"] < 1 << len(MEASURES)))
        at = np.searchsorted(key, columns["company_id"][rows] * n + columns["person_id"][rows])
        out[rows] = found.through[number][at]
    return out
