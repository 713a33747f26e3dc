"""Small worlds for what a run finds: parties by name, holdings as percents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from algorithms.control import Control, control
from algorithms.threshold import PPB, UNKNOWN
from algorithms.votes import Bases, Stakes
from api.services.household_input import no_homes
from api.services.risk_input import RiskInput
from api.services.run_homes import HomesFound, find_homes
from api.services.run_input import RunInput
from api.services.run_results import EarlierGroups
from tests.api.risk_tables_given import risk


def numbers(*values: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.asarray(values, dtype=np.int64)


Held = tuple[str, str, float | None]


@dataclass(frozen=True)
class World:
    """names: sorted; those that begin with a small letter are persons."""

    names: tuple[str, ...]
    given: RunInput
    control: Control

    def at(self, name: str) -> int:
        return self.names.index(name)

    def risk(self, **tables: list[dict[str, Any]]) -> RiskInput:
        """Rows in which parties stand by name."""
        told = {
            table: [{k: self.at(v) if v in self.names else v for k, v in row.items()} for row in rows]
            for table, rows in tables.items()
        }
        return risk(**told)


def world(names: str, held: Sequence[Held], votes: Sequence[float | None] = (), band: Sequence[Held] = ()) -> World:
    """names: parted by blanks. held: (owner, company, percent or None where unknown). votes: percents beside them.

    band: (owner, company, lower end) of holdings that are known no nearer; the upper end is ten percents more.
    """
    known = tuple(sorted(names.split()))
    rows = [*held, *((a, b, None) for a, b, _ in band)]
    share = _ppb([percent for _, _, percent in rows])
    low = _ppb([None] * len(held) + [percent for _, _, percent in band])
    cast = _ppb([*votes, *([None] * len(band))]) if votes else share
    stakes = Stakes(
        numbers(*(known.index(a) for a, _, _ in rows)),
        numbers(*(known.index(b) for _, b, _ in rows)),
        cast,
        low,
        np.where(low == UNKNOWN, UNKNOWN, low + PPB // 10),
    )
    given = RunInput(
        party_ids=list(known),
        nodes=numbers(),
        ordinals=numbers(),
        stakes=stakes,
        bases=Bases(),
        couples=(),
        rows=len(rows),
        merged=0,
        unseen=0,
        share=share,
        person=np.asarray([name[0].islower() for name in known], dtype=np.bool_),
    )
    return World(known, given, control(stakes, len(known)))


def no_households(given: RunInput, lent: RiskInput) -> HomesFound:
    """What a run finds of households where nothing is known of any."""
    nobody = EarlierGroups({}, frozenset())
    control_found = control(given.stakes, len(given.party_ids), bases=given.bases)
    return find_homes(given, lent, no_homes(), control_found, (nobody, nobody), date(2025, 1, 1))


def _ppb(percents: Sequence[float | None]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return numbers(*(UNKNOWN if one is None else round(one * PPB / 100) for one in percents))


def rows_of(table: pl.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return table.select(columns).rows()
