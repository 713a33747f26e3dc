"""The frozen input of households and families: written beside the tables of a run, and read back by a replay."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from api.services.household_input import TABLES, HomeInput
from api.services.run_archive import Archive
from api.services.run_before import Before
from api.services.run_frozen import keep, kept_digests, thaw_earlier, thaw_table
from api.services.run_input import RunInput
from api.services.run_results import FAMILY, HOUSEHOLD, EarlierGroups


def freeze_homes(
    tables: Archive,
    given: RunInput,
    homes: HomeInput,
    earlier: tuple[pl.DataFrame, pl.DataFrame],
    parts: Mapping[str, str],
    before: Before | None = None,
) -> dict[str, str]:
    """Keep what households and families are found from. The digests of it by table.

    earlier: both kinds of the runs before, see `EarlierHomes.frame`. parts: the digests of the other input, `parties`
    among them. before: as for `freeze`.
    """
    same = keep(tables, homes.tables, before)
    for kind, frame in zip((HOUSEHOLD, FAMILY), earlier, strict=True):
        tables.write(f"earlier_{kind}", frame)
    return homes.digests(given.party_ids, kept_digests(before, same, TABLES, parts["parties"]))


def thaw_homes(tables: Archive) -> tuple[HomeInput, tuple[EarlierGroups, EarlierGroups]]:
    """What households and families are found from, as it was, and both kinds of the runs before."""
    found = {name: thaw_table(tables, f"given_{name}") for name in TABLES}
    return HomeInput(found), (thaw_earlier(tables, HOUSEHOLD), thaw_earlier(tables, FAMILY))
