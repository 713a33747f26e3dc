"""What of a run is reported to the supervisor: exposures that pass a part of capital before or after protection, exempt
parts too, and the largest ones (DOMAIN.md 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from algorithms.exposure import Exposure
from algorithms.limits import Capital, reportable
from api.services.rule_sets import RuleFile
from api.services.rule_settings import ReportingSetting
from api.services.run_archive import Archive
from api.services.run_exposure import FIRMLY, POTENTIALLY

_AMOUNTS = ("loans_minor", "before_minor", "after_minor", "exempt_minor", "unknown")
_IDS = ("group_id", "party_id")


@dataclass(frozen=True)
class Reported:
    """rows: `group_id` or `party_id`, the other is null; amounts of `_AMOUNTS`; `passes`, `among_largest`; the largest
    first. base_minor: the capital; None where it is not known, and then `missing` says so."""

    rules: str
    rule: ReportingSetting
    base_minor: int | None
    rows: pl.DataFrame
    missing: tuple[str, ...]


def reported(tables: Archive, sets: Sequence[RuleFile], basis: pl.DataFrame, day: date) -> list[Reported]:
    """By rule set and rule in force on the day. A group is told with what its flagged links add; a party of such a
    group is not told by itself."""
    known = {name: amount for kind, name, amount in basis.select("kind", "name", "amount_minor").iter_rows()
             if kind == "capital"}  # fmt: skip
    capital = Capital(day.isoformat(), **{name: known.get(name) for name in ("net_capital", "net_tier_1", "tier_1")})
    found = []
    for one in sets:
        rules = one.rules.reporting_on(day)
        counted = _counted(tables, one.rules.id) if rules else pl.DataFrame()
        for rule in rules:
            columns = (counted[name].to_numpy().astype(np.int64) for name in _AMOUNTS)
            told = reportable(rule.reporting(), Exposure(*columns), capital)
            rows = counted.with_columns(passes=told.passes, among_largest=told.among_largest)
            rows = rows.filter(pl.col("passes") | pl.col("among_largest"))
            found.append(Reported(one.rules.id, rule, capital.of(rule.base), rows, told.why))
    return found


def _counted(tables: Archive, rules: str) -> pl.DataFrame:
    """Groups, and parties that are in none of them, the largest first."""
    mine = pl.col("rules") == rules
    groups = tables.scan("group_totals", ()).filter(mine & pl.col("status").is_in([FIRMLY, POTENTIALLY])).collect()
    groups = groups.sort("group_id", "status").unique("group_id", keep="last", maintain_order=True)  # potential last
    members = tables.scan("members", ("group_id", "party_id")).select("group_id", "party_id").collect()
    inside = members.join(groups, on="group_id", how="semi")["party_id"].unique()
    parties = tables.scan("party_totals", ()).filter(mine).collect()
    alone = parties.filter(~pl.col("party_id").is_in(inside.to_list()))
    both = pl.concat([groups.select("group_id", *_AMOUNTS), alone.select("party_id", *_AMOUNTS)], how="diagonal")
    ids = [pl.lit(None, pl.String).alias(name) for name in _IDS if name not in both.columns]
    return both.with_columns(ids).sort("after_minor", "before_minor", *_IDS, descending=[True, True, False, False])
