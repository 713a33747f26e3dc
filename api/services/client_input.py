"""What a run reads of customers for figures and grades: their branches, who looks after them and did, what each month
tells, and the score table.

Kept as tables whose parties are ordinals, in an order of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from api.services.digests import digests_of_tables
from api.services.grading_rules import GradingFile, grading_rules
from api.services.measures import KEPT
from api.services.run_input import RunInput
from api.services.run_reading import Part, Reading
from api.services.snapshots import Columns

MONTHLY = tuple(KEPT.values())
TABLES: Mapping[str, tuple[str, ...]] = {
    "client_branches": ("party",),
    "client_managers": ("party",),
    "client_years": ("party",),
}
"""The tables, each with its columns of party ordinals."""
COLUMNS: Mapping[str, dict[str, pl.DataType]] = {
    "client_branches": {"party": pl.Int64(), "branch": pl.String()},
    "client_managers": {
        "party": pl.Int64(), "manager": pl.String(), "main": pl.Int64(), "since": pl.Int64(), "until": pl.Int64()
    },
    "client_years": {
        "party": pl.Int64(), "year": pl.Int64(), "currency": pl.String(),
        **dict.fromkeys(MONTHLY, pl.List(pl.Int64)),
    },
}  # fmt: skip
"""Their columns. since, until: days since 1970, half-open. Measures: at most twelve months, minor units, January first;
empty where nothing is told."""
RULES = "grading_rules"
READ = {"client_branches": "branches", "client_managers": "managed_ever", "client_years": "year_figures"}


@dataclass(frozen=True)
class ClientInput:
    """Tables by name, see `COLUMNS`. grading: the score table asked for."""

    tables: Mapping[str, pl.DataFrame]
    grading: GradingFile

    def digests(self, party_ids: Sequence[str], known: Mapping[str, str] | None = None) -> dict[str, str]:
        """Of each table, and of the score table. known: those of tables that need not be worked out."""
        told = digests_of_tables(self.tables, TABLES, party_ids, known)
        return told | {RULES: self.grading.digest}


def no_clients() -> ClientInput:
    """Nothing read."""
    return ClientInput({name: pl.DataFrame(schema=schema) for name, schema in COLUMNS.items()}, grading_rules())


def read_client_input(reading: Reading, given: RunInput, grading: GradingFile) -> ClientInput:
    """Read it. Only a view of everything may be read."""

    def make(rows: dict[str, Columns]) -> Part:
        rows["branches"]["branch"] = rows["branches"].pop("value")
        return Part({name: _table(name, rows[statement], given) for name, statement in READ.items()})

    return ClientInput(reading.part("clients", READ.values(), None, make).tables, grading)


def _table(name: str, rows: Columns, given: RunInput) -> pl.DataFrame:
    """Rows whose parties the view knows, in an order of their own values."""
    columns = [
        pl.Series(one, given.ordinal_of(rows[one]) if one in TABLES[name] else rows[one].tolist(), dtype=kind)
        for one, kind in COLUMNS[name].items()
    ]
    return pl.DataFrame(columns).filter(pl.col("party") >= 0).sort(list(COLUMNS[name]))
