"""The archive of a run: tables that come in parts are kept as those that come whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest

from api.services.linkage_pairs import KEY_PERSONS, PAIRS
from api.services.opening_tables import OPENINGS, TABLES
from api.services.run_archive import Archive

SCHEMAS: dict[str, dict[str, Any]] = {**TABLES, KEY_PERSONS: PAIRS}


def rows(first: int, last: int) -> dict[str, pl.DataFrame]:
    """A part of every table that comes in parts, with a value of each type and one that is null."""
    numbers = list(range(first, last))
    texts = [None if n % 3 == 0 else f"text {n}" for n in numbers]
    values: dict[Any, list[Any]] = {
        pl.String: texts,
        pl.Int64: numbers,
        pl.Boolean: [n % 2 == 0 for n in numbers],
        pl.Date: numbers,
        pl.List(pl.String): [[None, ["a", "b"], []][n % 3] for n in numbers],
    }
    return {
        name: pl.DataFrame(
            [pl.Series(column, values[kind]).cast(kind) for column, kind in schema.items()], schema=schema
        )
        for name, schema in SCHEMAS.items()
    }


def test_parts_are_kept_as_the_whole_is(tmp_path: Path) -> None:
    one, other = Archive(tmp_path, "in-parts"), Archive(tmp_path, "whole")
    one.begin()
    other.begin()
    kept = one.write_parts(SCHEMAS, iter([rows(0, 4), rows(4, 4), rows(4, 9)]))
    for name, frame in rows(0, 9).items():
        other.write(name, frame)
        assert pq.read_table(one.table(name)).equals(pq.read_table(other.table(name)))
        assert kept[name].collect().equals(frame)
    assert {path.suffix for path in one.folder.iterdir()} == {".parquet"}


def test_a_table_without_parts_is_empty(tmp_path: Path) -> None:
    tables = Archive(tmp_path, "run")
    tables.begin()
    assert tables.write_parts(SCHEMAS, iter(()))["openings"].collect().schema == OPENINGS


def test_what_fails_on_the_way_leaves_no_table(tmp_path: Path) -> None:
    tables = Archive(tmp_path, "run")
    tables.begin()
    with pytest.raises(KeyError):
        tables.write_parts(SCHEMAS, iter([{}]))
    assert not list(tables.folder.glob("*.parquet"))
