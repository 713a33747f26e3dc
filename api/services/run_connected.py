"""Who is connected under one rule set: what the bank is owed as the set counts it, what connects, and the groups."""

from __future__ import annotations

from dataclasses import dataclass

from algorithms.claims import Claims
from algorithms.columns import BoolArray
from algorithms.connected import Connected, connected_groups
from algorithms.connections import ConnectRule, Parties
from algorithms.control import Control
from algorithms.exposure import Exposure, exposure_of_parties
from algorithms.kin import Kin
from algorithms.limit_tests import Parties as Counterparties
from algorithms.why import Explainer
from api.services.connection_basis import Depends, connect_rule, connected_parties, dependence_of, kin_of
from api.services.dependence_basis import FoundDependence, assess_dependence
from api.services.exposure_basis import Basis, parties_of
from api.services.exposure_claims import claims_under
from api.services.risk_input import RiskInput
from api.services.rule_sets import RuleSet
from api.services.run_input import RunInput


@dataclass(frozen=True)
class ConnectedUnder:
    """What one rule set makes of the parties and links of a run.

    claims: what the bank is owed, as the set counts it. single: exposure of each party. parties, counterparties: what
    each party is to connections, and to limits. dependence: what the data show, None where the set speaks of none.
    depends: all links of dependence that count. told: what a reader should know of how dependence was found.
    """

    rules: RuleSet
    rule: ConnectRule
    claims: Claims
    single: Exposure
    parties: Parties
    counterparties: Counterparties
    dependence: FoundDependence | None
    depends: Depends
    kin: Kin
    connected: Connected
    told: tuple[str, ...]

    def explainer(self, control: Control, *, firmly: bool = False) -> Explainer:
        """Explains memberships: of potential groups, or of firm ones, by confirmed links alone."""
        arcs = self.connected.arcs.firmly() if firmly else self.connected.arcs
        return Explainer(control, self.depends.links, self.parties, self.rule, arcs, self.kin)


def connected_under(given: RunInput, risk: RiskInput, control: Control, rules: RuleSet, basis: Basis) -> ConnectedUnder:
    """The groups of connected clients under a rule set that speaks of them, and all that they are made of."""
    n = len(given.party_ids)
    claims = claims_under(risk, rules, basis, n)
    counterparties = parties_of(risk, rules, n)
    single = exposure_of_parties(claims, counterparties.exempt)
    has_exposure: BoolArray = (single.before > 0) | (single.after > 0) | (single.unknown > 0)
    parties = connected_parties(risk, given.stakes, has_exposure)
    dependence, told = assess_dependence(risk, basis, rules, single)
    depends = dependence_of(risk, dependence)
    rule, kin = connect_rule(rules) or ConnectRule(), kin_of(risk)
    return ConnectedUnder(
        rules=rules,
        rule=rule,
        claims=claims,
        single=single,
        parties=parties,
        counterparties=counterparties,
        dependence=dependence,
        depends=depends,
        kin=kin,
        connected=connected_groups(control, depends.links, parties, rule, kin),
        told=told,
    )
