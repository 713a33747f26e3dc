"""The households of the run before, where they follow from the same and the store holds just them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date

import numpy as np
import polars as pl

from algorithms.columns import BoolArray, IntArray
from api.services.household_input import TABLES, HomeInput
from api.services.run_before import Before
from api.services.run_earlier_homes import EarlierHomes
from api.services.run_households import HouseholdsFound, minors_from
from api.services.run_members import CONFIRMED

OF_AGE = "of_age"
_FOLLOW_FROM = ("parties", OF_AGE, *TABLES, "facilities", "drawdowns", "borrowers")
_KEPT = ("households", "household_totals")


def of_age(homes: HomeInput, as_of: date) -> dict[str, str]:
    """A digest of who is of age on a day, as a part of the input."""
    grown = homes.column("home_persons", "born") < minors_from(as_of)
    return {OF_AGE: hashlib.blake2b(np.packbits(grown).tobytes(), digest_size=16).hexdigest()}


def take_households(
    before: Before, current_run: str | None, parts: Mapping[str, str], party_ids: list[str], earlier: EarlierHomes
) -> HouseholdsFound | None:
    """Them as the run before found them; None where they must be found anew.

    current_run: whose figures the store holds. parts: the digests of what was read now. earlier: what the store holds.
    """
    if before.tables.run_id != current_run or any(before.kept.given.get(one) != parts[one] for one in _FOLLOW_FROM):
        return None
    kept = {name: table for name in _KEPT if (table := before.table(name)) is not None and name in before.kept.found}
    if len(kept) < len(_KEPT) or not _same(kept["households"], earlier):
        return None
    household, confirmed = _labels(kept["households"], party_ids)
    return HouseholdsFound(household, confirmed, kept, None)


def _same(kept: pl.DataFrame, earlier: EarlierHomes) -> bool:
    columns = ["household_id", "party_id", "role", "status"]
    held = earlier.table.rename({"group_id": "household_id"}).select(columns)
    return held.height == kept.height and held.sort(columns).equals(kept.select(columns).sort(columns))


def _labels(kept: pl.DataFrame, party_ids: list[str]) -> tuple[IntArray, BoolArray]:
    """The household of each party, numbered by their lowest members, and whether its membership is confirmed."""
    everybody = pl.DataFrame({"party_id": pl.Series(party_ids, dtype=pl.String)}).with_row_index("at")
    members = everybody.join(kept, on="party_id").sort("at")
    lowest = members.group_by("household_id", maintain_order=True).agg(pl.len()).with_row_index("number")
    members = members.join(lowest, on="household_id", maintain_order="left")
    household, confirmed = np.full(len(party_ids), -1, dtype=np.int64), np.zeros(len(party_ids), dtype=np.bool_)
    at = members["at"].to_numpy().astype(np.int64)
    household[at] = members["number"].to_numpy()
    confirmed[at] = (members["status"] == CONFIRMED).to_numpy()
    return household, confirmed
