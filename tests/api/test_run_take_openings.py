"""Key persons, openings and figures are taken over only where each single thing that they follow from is the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import polars as pl
import pytest

from api.services import run_take_openings as taking
from api.services.linkage_pairs import KEY_PERSONS
from api.services.opening_tables import TABLES as OPENINGS
from api.services.run_archive import Archive
from api.services.run_before import DAY, Before, Kept
from api.services.run_compute import Computed
from api.services.run_figures import TABLES as FIGURES
from api.services.run_found_parts import GROUPED, HOUSED, LINKED
from api.services.run_frozen import COLUMNS

TABLE = pl.DataFrame({"party_id": ["P-A"]})
FOLLOW_FROM = (taking.KEY_PERSONS_FOLLOW_FROM, taking.OPENINGS_FOLLOW_FROM, taking.FIGURES_FOLLOW_FROM)
PARTS = {part: "same" for parts in FOLLOW_FROM for part in parts}
FOUND_FIRST = (HOUSED, GROUPED, LINKED)


@pytest.fixture
def before(tmp_path: Path) -> Before:
    tables = Archive(tmp_path, "run-1")
    tables.begin()
    for name in (*OPENINGS, *FIGURES, KEY_PERSONS, "segment_members"):
        tables.write(name, TABLE)
    found = dict.fromkeys((*OPENINGS, *FIGURES, KEY_PERSONS), "digest")
    return Before(tables, Kept("asked", given=PARTS, found=found).write(tables))


@pytest.fixture
def ask(before: Before, tmp_path: Path) -> Callable[..., tuple[bool, bool, bool]]:
    """Whether key persons, openings, and figures, are taken over. parts: what was read, and found first. other: a table
    that is found otherwise."""
    now = Archive(tmp_path, "run-2")
    now.begin()

    def asked(parts: dict[str, str] | None = None, other: str = "") -> tuple[bool, bool, bool]:
        for name in (*OPENINGS, KEY_PERSONS):
            (now.folder / f"{name}.parquet").unlink(missing_ok=True)
        read = PARTS | (parts or {})
        persons = taking.take_key_persons(before, read, now) if other != KEY_PERSONS else None
        anew = None if persons else TABLE.clear().lazy() if other == KEY_PERSONS else TABLE.lazy()
        openings = taking.take_openings(before, read, now, anew)
        members = TABLE.clear() if other == "segment_members" else TABLE
        figures = taking.take_figures(
            before, read, cast(Computed, SimpleNamespace(tables={"segment_members": members}))
        )
        for taken in (persons, openings):
            assert all(rows.collect().equals(TABLE) for rows in (taken or {}).values())
        return persons is not None, openings is not None, figures is not None

    return asked


def test_all_are_taken_over_where_everything_is_the_same(ask: Callable[..., Any]) -> None:
    assert ask() == (True, True, True)


@pytest.mark.parametrize("part", sorted(PARTS))
def test_each_part_counts(ask: Callable[..., Any], part: str) -> None:
    expected = tuple(part not in parts for parts in FOLLOW_FROM)
    assert ask({part: "another"}) == expected
    assert not all(expected)


def test_key_persons_that_are_found_otherwise_count_for_openings(ask: Callable[..., Any]) -> None:
    assert ask(other=KEY_PERSONS) == (False, False, True)


def test_members_of_segments_count_for_figures(ask: Callable[..., Any]) -> None:
    assert ask(other="segment_members") == (True, True, False)


@pytest.mark.parametrize("name", [*OPENINGS, *FIGURES, KEY_PERSONS])
def test_a_damaged_or_lost_table_is_found_anew(ask: Callable[..., Any], before: Before, name: str) -> None:
    path = before.tables.table(name)
    path.write_bytes(b"PAR1" + b"\0" * 40 + path.read_bytes()[44:])
    expected = name != KEY_PERSONS, name not in (*OPENINGS, KEY_PERSONS), name not in FIGURES
    assert ask() == expected
    path.unlink()
    assert ask() == expected


def test_every_part_is_one_that_a_run_keeps() -> None:
    frozen = {name.removeprefix("given_") for name in COLUMNS}
    assert PARTS.keys() - {DAY, *FOUND_FIRST} <= frozen
