"""The frozen input of figures and grades: written beside the tables of a run, and read back by a replay."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from api.services.client_input import RULES, TABLES, ClientInput
from api.services.grading_rules import read_grading
from api.services.run_archive import Archive
from api.services.run_before import Before
from api.services.run_frozen import keep, kept_digests, thaw_table
from api.services.run_input import RunInput


def freeze_clients(
    tables: Archive,
    given: RunInput,
    clients: ClientInput,
    parts: Mapping[str, str],
    before: Before | None = None,
) -> dict[str, str]:
    """Keep what figures and grades are found from. The digests of it by table.

    parts: the digests of the other input, `parties` among them. before: as for `freeze`.
    """
    same = keep(tables, clients.tables, before)
    tables.write(RULES, pl.DataFrame({"origin": [clients.grading.origin], "text": [clients.grading.text]}))
    return clients.digests(given.party_ids, kept_digests(before, same, TABLES, parts["parties"]))


def thaw_clients(tables: Archive) -> ClientInput:
    """What figures and grades are found from, as it was."""
    rules = thaw_table(tables, RULES).row(0, named=True)
    found = {name: thaw_table(tables, f"given_{name}") for name in TABLES}
    return ClientInput(found, read_grading(rules["text"], rules["origin"]))
