"""The beneficial owners of the companies that a change can touch; all others have those that the run before found.

Who owns a company follows from what stands above it: its holders, controllers and managers at any remove. So the
companies touched are those below a changed link, and they are worked out among all that stand above them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from algorithms.columns import IntArray, distinct, joined
from algorithms.company_owners import OwnerCases
from algorithms.control import Control
from algorithms.owners import NO_FIGURE, owner_warnings
from algorithms.ownership_rows import TooManyPairs
from algorithms.threshold import UNKNOWN
from algorithms.votes import ControlRule
from api.services.risk_input import RiskInput
from api.services.rule_sets import RuleSet
from api.services.run_further import Told
from api.services.run_input import RunInput
from api.services.run_owners import interests_of, owner_rules, owners_table
from api.services.run_region import TooWide, most_of

BELOW = {"stakes": ("owned",), "bases": ("controlled",), "couples": ("one", "other")}
"""The tables whose changed rows touch these ends and all that is below them."""
MANAGED = "given_key_managers"
"""The table whose changed rows touch the `company` alone."""


def find_owners_anew(
    given: RunInput,
    risk: RiskInput,
    control: Control,
    rule: ControlRule,
    sets: Sequence[RuleSet],
    before: Told,
    changed: Mapping[str, pl.DataFrame],
) -> Told | None:
    """What `run_owners.find_owners` finds, or None where only the whole can tell.

    before: what the run before found over the same parties. changed: the rows of the tables of `BELOW` and of `MANAGED`
    that differ from what it read. Raises TooWide where more than `run_region.most_of` parties stand above the companies
    touched.
    """
    rules = owner_rules(sets)
    if not rules or any(NO_FIGURE not in one for one in before.warnings):
        return None  # pairs not decided, or none told at all: of which companies is not known any more
    interests = interests_of(given, risk)
    cases = OwnerCases(interests, given.stakes, given.bases, control.families, rule)
    ends = joined(*(_whole(changed[table][end]) for table, names in BELOW.items() for end in names))
    companies = distinct(joined(cases.below(ends), _whole(changed[MANAGED]["company"])))
    nodes = cases.above(companies)
    if nodes.size > most_of(interests.n_parties):
        raise TooWide(nodes.size, most_of(interests.n_parties))
    try:
        found = cases.owners_among(nodes, rules)[1]
    except TooManyPairs:
        return None
    if found.undecided.size:
        return None
    ids = [given.party_ids[party] for party in nodes.tolist()]
    touched = pl.Series([given.party_ids[party] for party in companies.tolist()], dtype=pl.String).implode()
    fresh = owners_table(ids, found).filter(pl.col("company_id").is_in(touched))
    stay = before.table.filter(~pl.col("company_id").is_in(touched))
    unknown = {kind: int(np.count_nonzero(column == UNKNOWN)) for kind, column in interests.kinds().items()}
    return Told(pl.concat([stay, fresh]).sort("company_id", maintain_order=True), owner_warnings(unknown, 0))


def _whole(series: pl.Series) -> IntArray:
    return series.to_numpy().astype(np.int64)
