"""Credit to the bank's own related parties against limits: one party, the group of a related company, all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl

from algorithms.columns import BoolArray, IntArray
from algorithms.exposure import Exposure, Members, exposure_of_parties
from algorithms.groups import Groups
from algorithms.limit_tests import ALL, Exposures, limit_tests
from algorithms.limits import apply_limit
from algorithms.threshold import PPB
from api.services.exposure_basis import Basis, parties_of
from api.services.exposure_claims import claims_under
from api.services.exposure_totals import group_totals, party_totals
from api.services.risk_input import RiskInput
from api.services.rule_sets import RuleSet
from api.services.run_exposure import EXPOSURES, FIRMLY, RiskFound, Totals, tests_told
from api.services.run_input import RunInput

ALL_RELATED = "all related parties of the bank 全部关联方"
"""What the test of all of them together is of: in tables its party or group is empty."""


def with_bank_limits(
    found: RiskFound,
    given: RunInput,
    risk: RiskInput,
    groups: Groups,
    sets: Sequence[RuleSet],
    related: Mapping[str, IntArray],
    as_of: date,
) -> RiskFound:
    """What the rule sets found, with the tests of those that name the bank's related parties beside it.

    related: the related parties by rule set, ordinals. The group of a related company is its control group; all of it
    counts, and what several members owe jointly counts once.
    """
    tests, parties, of_groups = [found.exposures], [found.totals.parties], [found.totals.groups]
    warnings = list(found.warnings)
    for rules in sets:
        limits = [one for one in rules.limits_on(as_of) if one.counterparties == "related"]
        if not (limits and rules.related):
            continue
        chosen = np.zeros(len(given.party_ids), dtype=np.bool_)
        chosen[related[rules.id]] = True
        claims = claims_under(risk, rules, found.basis, chosen.size)
        counterparties = replace(parties_of(risk, rules, chosen.size), related=chosen)
        places, members = _groups_of(groups, chosen & ~given.persons)
        exposures = Exposures(claims, counterparties, {FIRMLY: members})
        warning = rules.warning.fraction if rules.warning else PPB
        for result in limit_tests(limits, exposures, found.basis.capital, warning, found.basis.rates):
            tests.append(tests_told(rules.id, result, places if result.reading == FIRMLY else None))
            warnings += result.why
        if rules.connection:
            continue  # its totals are told already
        single = exposure_of_parties(claims, counterparties.exempt)
        parties.append(party_totals(rules.id, single, counterparties.bank))
        of_groups.append(group_totals(rules.id, FIRMLY, exposures.of(FIRMLY, "any"), single, members, places))
    return replace(
        found,
        exposures=pl.concat(tests),
        totals=Totals(pl.concat(parties), pl.concat(of_groups)),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def all_together(
    sets: Sequence[RuleSet], basis: Basis, owed: Mapping[tuple[str, str], tuple[int, int]], as_of: date
) -> pl.DataFrame:
    """The tests of all related parties together, from what they owe: (amount, unknown amounts) by rule set and test.

    Returns rows of `EXPOSURES`.
    """
    tests = [pl.DataFrame(schema=EXPOSURES)]
    for rules in sets:
        warning = rules.warning.fraction if rules.warning else PPB
        for limit in rules.limits_on(as_of):
            if (rules.id, limit.id) in owed:
                amount, unknown = (np.asarray([each], dtype=np.int64) for each in owed[rules.id, limit.id])
                figures = Exposure(loans=amount, before=amount, after=amount, exempt=amount, unknown=unknown)
                applies = np.ones(1, dtype=np.bool_)
                result = apply_limit(limit, ALL, figures, applies, basis.capital, warning, basis.rates)
                tests.append(tests_told(rules.id, result, None))
    return pl.concat(tests)


def _groups_of(groups: Groups, companies: BoolArray) -> tuple[IntArray, Members]:
    """The control groups with such a company: their places, which are those of the book, and their members."""
    group = np.repeat(np.arange(len(groups), dtype=np.int64), np.diff(groups.first))
    places = np.unique(group[companies[groups.party]])
    kept = np.isin(group, places)
    sizes = np.diff(groups.first)[places]
    return places, Members(np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(sizes))), groups.party[kept])
