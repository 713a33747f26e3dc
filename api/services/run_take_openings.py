"""Key persons, openings and figures of the run before, where all that they follow from is the same: what was read, the
day, and what this run found before them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from api.services.household_input import TABLES as HOMES
from api.services.linkage_pairs import KEY_PERSONS
from api.services.opening_input import RULES
from api.services.opening_input import TABLES as OFFERS
from api.services.opening_tables import TABLES as OPENINGS
from api.services.run_archive import Archive
from api.services.run_before import DAY, Before
from api.services.run_compute import Computed
from api.services.run_figures import READ
from api.services.run_figures import TABLES as FIGURES
from api.services.run_found_parts import GROUPED, HOUSED, LINKED
from api.services.run_key_persons import READ as READ_OF_KEY_PERSONS

KEY_PERSONS_FOLLOW_FROM = ("parties", LINKED, *READ_OF_KEY_PERSONS)
OPENINGS_FOLLOW_FROM = ("parties", DAY, HOUSED, GROUPED, *HOMES, *OFFERS, RULES)
"""Key persons apart."""
FIGURES_FOLLOW_FROM = ("parties", DAY, *READ)


def take_key_persons(before: Before, parts: Mapping[str, str], tables: Archive) -> dict[str, pl.LazyFrame] | None:
    """The table of key persons as the run before found it, kept again; None where they must be found anew.

    parts: the digests of what was read, and of what was found first (`found_parts`).
    """
    return _keep_again(before, [KEY_PERSONS], tables) if _same(before, parts, KEY_PERSONS_FOLLOW_FROM) else None


def take_openings(
    before: Before, parts: Mapping[str, str], tables: Archive, key_persons: pl.LazyFrame | None
) -> dict[str, pl.LazyFrame] | None:
    """The tables of openings as the run before found them, kept again; None where they must be found anew.

    parts: as for `take_key_persons`. key_persons: None where they were taken over.
    """
    if not _same(before, parts, OPENINGS_FOLLOW_FROM):
        return None
    if key_persons is not None and not before.holds(KEY_PERSONS, key_persons.collect()):
        return None
    return _keep_again(before, OPENINGS, tables)


def take_figures(before: Before, parts: Mapping[str, str], found: Computed) -> dict[str, pl.DataFrame] | None:
    """The figures as the run before found them; None where they must be added up anew. found: with segments."""
    if not _same(before, parts, FIGURES_FOLLOW_FROM):
        return None
    if not before.holds("segment_members", found.tables["segment_members"]):
        return None
    kept = {name: one.table for name in FIGURES if (one := before.told(name)) is not None}
    return kept if len(kept) == len(FIGURES) else None


def _same(before: Before, parts: Mapping[str, str], names: Sequence[str]) -> bool:
    return all(before.kept.given.get(name) == parts[name] for name in names)


def _keep_again(before: Before, names: Collection[str], tables: Archive) -> dict[str, pl.LazyFrame] | None:
    """The tables in the archive of this run; None where one of them is lost or damaged."""
    if not all(name in before.kept.found and before.is_whole(name) for name in names):
        return None
    for name in names:
        tables.take(name, before.tables)
    return {name: pl.scan_parquet(tables.table(name)) for name in names}
