"""The frozen input of openings: written beside the tables of a run, and read back by a replay."""

from __future__ import annotations

import polars as pl

from api.services.opening_input import RULES, TABLES, OpeningInput
from api.services.opening_rules import read_opening_rules
from api.services.run_archive import Archive
from api.services.run_before import Before
from api.services.run_frozen import keep, thaw_table
from api.services.run_input import RunInput


def freeze_openings(
    tables: Archive, given: RunInput, offers: OpeningInput, before: Before | None = None
) -> dict[str, str]:
    """Keep what openings are found from. The digests of it by table. before: as for `freeze`."""
    keep(tables, {f"given_{name}": frame for name, frame in offers.tables.items()}, before)
    tables.write(RULES, pl.DataFrame({"origin": [offers.file.origin], "text": [offers.file.text]}))
    return offers.digests(given.party_ids)


def thaw_openings(tables: Archive) -> OpeningInput:
    """What openings are found from, as it was."""
    rules = thaw_table(tables, RULES).row(0, named=True)
    found = {name: thaw_table(tables, f"given_{name}") for name in TABLES}
    return OpeningInput(found, read_opening_rules(rules["text"], rules["origin"]))
