"""Openings and figures of the run before, where all that they follow from is the same: what was read, the day, and what
this run found before them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from api.services.household_input import TABLES as HOMES
from api.services.linkage_pairs import KEY_PERSONS
from api.services.opening_input import RULES
from api.services.opening_input import TABLES as OFFERS
from api.services.opening_tables import TABLES as OPENINGS
from api.services.run_archive import Archive, group_table
from api.services.run_before import Before
from api.services.run_compute import Computed
from api.services.run_figures import READ
from api.services.run_figures import TABLES as FIGURES
from api.services.run_input import RunInput

DAY = "day"
OPENINGS_FOLLOW_FROM = ("parties", DAY, *HOMES, *OFFERS, RULES)
FIGURES_FOLLOW_FROM = ("parties", DAY, *READ)


def of_day(as_of: date) -> dict[str, str]:
    """The day that a run speaks of, as a part of the input."""
    return {DAY: as_of.isoformat()}


def take_openings(
    before: Before, parts: Mapping[str, str], tables: Archive, given: RunInput, found: Computed
) -> dict[str, pl.LazyFrame] | None:
    """The tables of openings as the run before found them, kept again; None where they must be found anew.

    parts: the digests of what was read now. found: with households, groups and key persons.
    """
    if not _same(before, parts, OPENINGS_FOLLOW_FROM) or not _kept(before, OPENINGS):
        return None
    now = {
        "households": found.tables["households"],
        "groups": group_table(given, found.groups, found.group_ids, found.control),
        KEY_PERSONS: found.archived[KEY_PERSONS].collect(),
    }
    if not all(before.holds(name, table) for name, table in now.items()):
        return None
    if not all(before.is_readable(name) for name in OPENINGS):
        return None
    for name in OPENINGS:
        tables.take(name, before.tables)
    return {name: pl.scan_parquet(tables.table(name)) for name in OPENINGS}


def take_figures(before: Before, parts: Mapping[str, str], found: Computed) -> dict[str, pl.DataFrame] | None:
    """The figures as the run before found them; None where they must be added up anew. found: with segments."""
    if not _same(before, parts, FIGURES_FOLLOW_FROM) or not _kept(before, FIGURES):
        return None
    if not before.holds("segment_members", found.tables["segment_members"]):
        return None
    kept = {name: table for name in FIGURES if (table := before.table(name)) is not None}
    return kept if len(kept) == len(FIGURES) else None


def _same(before: Before, parts: Mapping[str, str], names: Sequence[str]) -> bool:
    return all(before.kept.given.get(name) == parts[name] for name in names)


def _kept(before: Before, tables: Mapping[str, object]) -> bool:
    return all(name in before.kept.found for name in tables)
