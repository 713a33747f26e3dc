"""Corporate-retail linkage (公私联动): key persons of customers who are none, and customers' own companies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from algorithms.columns import BoolArray, IntArray
from algorithms.openings import APPROACHED, OPTED_OUT, REFUSED, SOLD, WHY_NOT
from algorithms.threshold import PPB
from api.services.id_columns import Names
from api.services.key_person_rules import ROLES
from api.services.opening_input import OpeningInput
from api.services.opening_tables import OPENINGS, SUPPRESSED, opening_ids
from api.services.run_input import RunInput
from api.services.run_members import CONFIRMED

LINKAGE = "linkage"


@dataclass(frozen=True)
class LinkageFound:
    """openings: the rows of `OPENINGS` without product. suppressed: of `SUPPRESSED`. Both by party."""

    openings: pl.DataFrame
    suppressed: pl.DataFrame


def find_linkage(
    given: RunInput, offers: OpeningInput, key_persons: pl.DataFrame, resting: BoolArray, day: int
) -> LinkageFound:
    """Who should be a customer, for somebody or something of theirs is one: every gap of the key persons, one opening a
    party. key_persons: the rows of `PAIRS`. resting: shape (n_parties,): whose household was approached lately. day: of
    the run."""
    told = _gaps(key_persons)
    ordinal = pl.DataFrame({"party_id": given.party_ids}, schema={"party_id": pl.String}).with_row_index("party")
    party = told.join(ordinal, on="party_id", how="left", maintain_order="left")["party"].cast(pl.Int64)
    why_not = _why_not(party.to_numpy(), offers, resting, day)
    told = told.with_columns(
        product_id=pl.lit(None, pl.String),
        score=pl.lit(int(offers.rules.weights.linkage * PPB), pl.Int64),
        source=pl.lit(LINKAGE),
        place=pl.lit(1, pl.Int64),
        is_new=pl.lit(False),
        why_not=Names(WHY_NOT).of(why_not),
    )
    told = told.with_columns(opening_id=opening_ids(told))
    offered = told.filter(pl.col("why_not") == "")
    left_out = told.filter(pl.col("why_not") != "").rename({"why_not": "reason"})
    return LinkageFound(_filled(offered, OPENINGS), _filled(left_out, SUPPRESSED))


def _filled(frame: pl.DataFrame, schema: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    """All columns of a table: what a linkage says nothing of is 0 or null."""
    columns = [
        pl.col(name)
        if name in frame.columns
        else (pl.lit(0, kind) if kind == pl.Int64 else pl.lit(None, kind)).alias(name)
        for name, kind in schema.items()
    ]
    return frame.select(columns)


def _gaps(key_persons: pl.DataFrame) -> pl.DataFrame:
    """Parties that are no customers, each with the tie that says most, a confirmed one before a flagged one.

    Columns `party_id`, `linked_id`, `linked_as`; by party.
    """
    sides = [
        key_persons.filter(pl.col(f"{other}_is_customer") & ~pl.col(f"{own}_is_customer")).select(
            party_id=f"{own}_id", linked_id=f"{other}_id", linked_as=pl.col("roles").list.first(), status="status"
        )
        for own, other in (("person", "company"), ("company", "person"))
    ]
    place = pl.col("linked_as").replace_strict({role: at for at, role in enumerate(ROLES)}, return_dtype=pl.Int64)
    found = pl.concat(sides).sort("party_id", pl.col("status") != CONFIRMED, place, "linked_id")
    return found.unique("party_id", keep="first", maintain_order=True).drop("status")


def _why_not(party: IntArray, offers: OpeningInput, resting: BoolArray, day: int) -> IntArray:
    """Why each is not asked, by code."""
    days = offers.rules.days
    done = offers.tables["offer_outcomes"].filter((pl.col("product") == "") & (pl.col("day") <= day))
    last = done.group_by("party", maintain_order=True).agg(pl.col("day", "outcome").last())

    def of(outcome: str, lasting: int) -> BoolArray:
        rows = last.filter((pl.col("outcome") == outcome) & (pl.col("day") >= day - lasting))
        return np.isin(party, rows["party"].to_numpy())

    shy = offers.tables["offer_clients"].filter(pl.col("opted_out") == 1)["party"].to_numpy()
    code = np.where(resting[party], APPROACHED, 0)
    code[of("refused", days.refused)] = REFUSED
    code[np.isin(party, shy)] = OPTED_OUT
    code[of("sold", days.sold)] = SOLD
    return code.astype(np.int64)
