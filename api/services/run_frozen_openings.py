"""The frozen input of openings: written beside the tables of a run, and read back by a replay."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from api.services.opening_input import RULES, TABLES, OpeningInput
from api.services.opening_rules import read_opening_rules
from api.services.run_archive import Archive
from api.services.run_before import Before
from api.services.run_frozen import keep, kept_digests, thaw_table
from api.services.run_input import RunInput


def freeze_openings(
    tables: Archive,
    given: RunInput,
    offers: OpeningInput,
    parts: Mapping[str, str],
    before: Before | None = None,
) -> dict[str, str]:
    """Keep what openings are found from. The digests of it by table.

    parts: the digests of the other input, `parties` among them. before: as for `freeze`.
    """
    same = keep(tables, offers.tables, before)
    tables.write(RULES, pl.DataFrame({"origin": [offers.file.origin], "text": [offers.file.text]}))
    return offers.digests(given.party_ids, kept_digests(before, same, TABLES, parts["parties"]))


def thaw_openings(tables: Archive) -> OpeningInput:
    """What openings are found from, as it was."""
    rules = thaw_table(tables, RULES).row(0, named=True)
    found = {name: thaw_table(tables, f"given_{name}") for name in TABLES}
    return OpeningInput(found, read_opening_rules(rules["text"], rules["origin"]))
