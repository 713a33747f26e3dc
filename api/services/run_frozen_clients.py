"""The frozen input of figures: written beside the tables of a run, and read back by a replay."""

from __future__ import annotations

from api.services.client_input import TABLES, ClientInput
from api.services.run_archive import Archive
from api.services.run_before import Before
from api.services.run_frozen import keep, thaw_table
from api.services.run_input import RunInput


def freeze_clients(
    tables: Archive, given: RunInput, clients: ClientInput, before: Before | None = None
) -> dict[str, str]:
    """Keep what figures are found from. The digests of it by table. before: as for `freeze`."""
    keep(tables, {f"given_{name}": frame for name, frame in clients.tables.items()}, before)
    return clients.digests(given.party_ids)


def thaw_clients(tables: Archive) -> ClientInput:
    """What figures are found from, as it was."""
    return ClientInput({name: thaw_table(tables, f"given_{name}") for name in TABLES})
