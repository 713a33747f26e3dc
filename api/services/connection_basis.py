"""What connects clients under a rule set: dependence, kin, who is a bank, a sovereign, a main person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from algorithms.columns import BoolArray, IntArray, by_row, distinct, joined, rows, sum_by_key
from algorithms.connections import ConnectRule, Dependence, KinSetting, Parties, Sovereign
from algorithms.kin import Kin
from algorithms.threshold import PPB
from algorithms.votes import Stakes
from api.services.dependence_basis import CONFIRMED, REBUTTED, FoundDependence, standing, undecided
from api.services.exposure_basis import BANKS
from api.services.risk_input import RiskInput
from api.services.rule_sets import RuleSet

SOVEREIGNS = frozenset({"sovereign", "central_bank"})
SIGNIFICANT = PPB // 5
"""From this share on an individual investor is a main one: significant influence (China, accounting standard No. 2)."""

GENERATIONS = {
    "spouse": (True, 0),
    "parent": (True, 2),
    "child": (True, 2),
    "grandparent": (True, 3),
    "grandchild": (True, 3),
    "sibling": (False, 2),
}
"""Relation -> in direct line, generations. Counted as Chinese law does: oneself is the first, so parents and siblings
are the second. Relations that are not listed (in-laws) are not close."""

_SOVEREIGN: dict[str, Sovereign] = {
    "does_not_connect": "no_connection",
    "each_controlled_apart": "alternative",
    "connects": "connects",
}
_KIN: dict[str, KinSetting] = {"none": "off", "controlled_with_close_kin": "firm_with_main_investor"}


def connect_rule(rules: RuleSet) -> ConnectRule | None:
    """How a rule set connects clients, as the algorithms take it; None where it speaks of no groups."""
    if rules.connection is None:
        return None
    connection = rules.connection
    return ConnectRule(
        flagged_counts=connection.flagged_counts,
        dependence=connection.dependence,
        banks_depend=connection.banks_depend,
        sovereign=_SOVEREIGN[connection.sovereign],
        kin=_KIN[connection.kin],
    )


@dataclass(frozen=True)
class Depends:
    """Links of dependence with the criterion of each: those that sources tell, then those that a run found."""

    links: Dependence
    criteria: list[str]


def dependence_of(risk: RiskInput, found: FoundDependence | None) -> Depends:
    """What sources tell and persons have confirmed, with what a run found and nobody has decided on.

    A rebutted link is none, and keeps the run's finding of the same pair and criterion out.
    """
    dependent, provider = risk.column("dependence", "dependent"), risk.column("dependence", "provider")
    status, criteria = risk.column("dependence", "status"), risk.texts("dependence", "criterion")
    rows = np.flatnonzero((dependent != provider) & (status != REBUTTED) & standing(risk, found))
    words = [criteria[row] for row in rows.tolist()]
    ends = [dependent[rows], provider[rows]]
    firm = status[rows] == CONFIRMED
    if found is not None:
        more = undecided(risk, found)
        ends = [joined(ends[0], found.dependent[more]), joined(ends[1], found.provider[more])]
        words += [found.key(row)[2] for row in more.tolist()]
        firm = np.concatenate((firm, np.zeros(more.size, dtype=np.bool_)))
    return Depends(Dependence(ends[0], ends[1], firm), words)


def kin_of(risk: RiskInput) -> Kin:
    """Close enough kin, by `GENERATIONS`."""
    relation = risk.tables["kin"]["relation"]
    lineal, generations = (
        relation.replace_strict({name: told[at] for name, told in GENERATIONS.items()}, default=None, return_dtype=kind)
        for at, kind in enumerate((pl.Boolean, pl.Int64))
    )
    kept = lineal.is_not_null().to_numpy()
    return Kin(
        person=risk.column("kin", "person")[kept],
        relative=risk.column("kin", "relative")[kept],
        lineal=lineal.drop_nulls().to_numpy(),
        generations=generations.drop_nulls().to_numpy(),
    )


def connected_parties(risk: RiskInput, stakes: Stakes, has_exposure: BoolArray) -> Parties:
    """What the parties are to connections. Main persons: who runs a company, or holds a significant share of one."""
    n = has_exposure.size
    columns = {name: np.zeros(n, dtype=np.bool_) for name in ("sovereign", "bank", "main_person")}
    for party, institution, exempt in risk.tables["institutions"].select("party", "institution", "exempt").iter_rows():
        columns["sovereign"][party] = exempt in SOVEREIGNS
        columns["bank"][party] = institution in BANKS
    first, _, held = by_row(stakes.owner, stakes.owned, np.maximum(stakes.lower(), 0), (n, n))
    columns["main_person"][rows(first)[held >= SIGNIFICANT]] = True
    columns["main_person"][risk.column("key_managers", "person")] = True
    flags = columns["sovereign"], columns["bank"], columns["main_person"]
    return Parties(has_exposure, *flags, reporting_banks=risk.reporting_banks)


def significant(owner: IntArray, owned: IntArray, share: IntArray) -> IntArray:
    """The owners, by whatever numbers, of a significant share of some company: rows of one pair are added.

    share: in parts per billion, UNKNOWN counts for nothing.
    """
    width = np.int64(owned.max(initial=0) + 1)
    pair, held = sum_by_key(owner * width + owned, np.maximum(share, 0))
    return distinct(pair[held >= SIGNIFICANT] // width)
