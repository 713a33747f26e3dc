"""What an incremental run takes over from the run before, and what it works out anew of a table, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from algorithms.control import Control
from api.services.risk_input import RiskInput
from api.services.rule_sets import RuleSet
from api.services.run_before import Before
from api.services.run_frozen import input_tables
from api.services.run_further import Told
from api.services.run_input import RunInput
from api.services.run_owners_anew import BELOW, MANAGED, find_owners_anew
from api.services.run_parameters import RunParameters
from api.services.run_region import TooWide


@dataclass(frozen=True)
class Taken:
    """tables: those that need not be worked out. digests: of those among them that are just what the run before found.
    warnings: for people."""

    tables: Mapping[str, Told] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def with_same(self, before: Before | None, names: Iterable[str]) -> Taken:
        """With more tables that are just what the run before found."""
        if before is None:
            return self
        return replace(self, digests={**self.digests, **{name: before.kept.found[name] for name in names}})


def take_over(
    before: Before,
    parts: Mapping[str, str],
    given: RunInput,
    risk: RiskInput,
    control: Control,
    parameters: RunParameters,
    sets: Sequence[RuleSet],
) -> Taken:
    """All that the run before found and that holds still. parts: the digests of what was read now."""
    same = before.taken(parts)
    tables, warnings = dict(same), list[str]()
    if "owners" not in same and before.kept.given.get("parties") == parts["parties"]:
        try:
            owners = _owners(before, given, risk, control, parameters, sets)
            tables |= {"owners": owners} if owners else {}
        except TooWide as wide:
            warnings.append(f"worked out all owners again: {wide}")
    return Taken(tables, {name: before.kept.found[name] for name in same}, tuple(warnings))


def _owners(
    before: Before,
    given: RunInput,
    risk: RiskInput,
    control: Control,
    parameters: RunParameters,
    sets: Sequence[RuleSet],
) -> Told | None:
    kept = before.told("owners")
    if kept is None:
        return None
    frames = input_tables(given) | {MANAGED: risk.tables["key_managers"]}
    changed: dict[str, pl.DataFrame] = {}
    for name in (*BELOW, MANAGED):
        differing = before.differing(name, frames[name])
        if differing is None:
            return None
        changed[name] = differing
    return find_owners_anew(given, risk, control, parameters.rule, sets, kept, changed)
