"""What the groups that a run found have with the bank, in the figures that households are told in."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from api.services.home_results import Home, total_table
from api.services.home_totals import CREDIT, ROLLED_UP, roll_up
from api.services.household_input import HomeInput
from api.services.risk_input import RiskInput

GROUP_BUSINESS = "group_business"
READ = (*ROLLED_UP, *CREDIT)
"""The frozen tables that it follows from, beside the members of groups."""


def group_business(members: pl.DataFrame, party_ids: Sequence[str], homes: HomeInput, risk: RiskInput) -> pl.DataFrame:
    """A row a group, figure and currency: `TOTALS` of all its members, each once, whatever their status.

    members: rows of `run_members.MEMBERS`."""
    told = members.select("group_id", "party_id").unique()
    ordinals = pl.DataFrame({"party_id": party_ids}, schema={"party_id": pl.String}).with_row_index("party")
    told = told.join(ordinals, on="party_id").with_columns(unit=pl.col("group_id").rank("dense").cast(pl.Int64))
    unit, party = (told[name].cast(pl.Int64).to_numpy() for name in ("unit", "party"))
    totals = roll_up(unit, party, homes, risk)
    groups = told.group_by("unit").agg(pl.col("group_id").first(), size=pl.len()).sort("unit")
    made = [Home(id, "", size, totals.get(one, ())) for one, id, size in groups.iter_rows()]
    return total_table(made, "group_id")
