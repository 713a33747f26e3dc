"""The demo bank through the shipped mapping: what is dirty is rejected, all else is taken, from CSV and Parquet alike."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from loaders.canonical import Batch, LinkTarget, NodeTarget
from loaders.demo.generate import generate
from loaders.demo.layout import SYSTEM_OF
from loaders.demo.sizes import DATA_DAY
from loaders.mapping import load_mapping
from loaders.reader import read
from loaders.rejects import RejectLog
from tests.loaders.demo.conftest import SEED, Bank


def _read(folder: Path) -> tuple[list[Batch], RejectLog]:
    log = RejectLog()
    return list(read(load_mapping("credit_core_hr"), folder, rejects=log)), log


@pytest.fixture(scope="module")
def loaded(bank: Bank) -> tuple[list[Batch], RejectLog]:
    return _read(bank.folder)


def test_exactly_the_dirty_rows_are_rejected(bank: Bank, loaded: tuple[list[Batch], RejectLog]) -> None:
    found = {(r.table, r.line): r for r in loaded[1].kept}
    expected = {(r.table, r.line): r for r in bank.manifest.rejects}
    assert found.keys() == expected.keys()
    reasons = {(r.table, r.line, r.reason) for r in loaded[1].kept}
    for (table, line), reject in expected.items():
        assert any(t == table and n == line and why.startswith(reject.reason) for t, n, why in reasons), reject


def test_every_row_is_accounted_for(bank: Bank, loaded: tuple[list[Batch], RejectLog]) -> None:
    read_rows = {f"{SYSTEM_OF[c.table].source}:{c.table}": c.read for c in loaded[1].counts()}
    assert all(bank.manifest.rows[table] == rows for table, rows in read_rows.items())


def test_every_table_of_the_mapping_is_written_and_used(loaded: tuple[list[Batch], RejectLog]) -> None:
    mapping = load_mapping("credit_core_hr")
    unused = {c.table for c in loaded[1].counts() if c.accepted == 0 and c.table in {e.table for e in mapping.entries}}
    assert unused == set()


def test_every_row_key_names_a_table(loaded: tuple[list[Batch], RejectLog]) -> None:
    """Otherwise --full could not tell what its table no longer has."""
    tables = load_mapping("credit_core_hr").tables
    for batch in loaded[0]:
        if isinstance(batch.target, LinkTarget):
            assert set(batch.frame["row_key"].str.splitn(":", 2).struct[0]) <= set(tables), batch.entry


def test_control_of_a_share_and_a_day(bank: Bank, loaded: tuple[list[Batch], RejectLog]) -> None:
    """Percents became fractions, dates days, yuan fen: one stake looked at closely."""
    (owns,) = [b.frame for b in loaded[0] if isinstance(b.target, LinkTarget) and b.target.type == "OWNS"]
    row = bank.table("CUSTOMER_RELATIVE").filter(pl.col("INVESTMENTPROP") == "51.0000").row(0, named=True)
    link = owns.filter(pl.col("row_key") == f"CUSTOMER_RELATIVE:{row['SERIALNO']}").row(0, named=True)
    assert link["share"] == 0.51
    assert link["from_key"] == f"credit:CUSTOMER_INFO:{row['RELATIVEID']}"
    assert link["data_day"] == DATA_DAY


def test_statements_become_one_node_each(bank: Bank, loaded: tuple[list[Batch], RejectLog]) -> None:
    figures = [b.frame for b in loaded[0] if isinstance(b.target, NodeTarget) and b.target.label == "YearFigures"]
    statements = next(frame for frame in figures if "equity" in frame.columns)
    assert statements.height == bank.table("FINANCE_RECORD").height
    assert statements["equity"].null_count() == 0
    assert set(statements["year"]) == {2023, 2024}


def test_parquet_and_csv_load_alike(loaded: tuple[list[Batch], RejectLog], tmp_path: Path) -> None:
    generate("small", SEED, tmp_path, parquet=True)
    batches, log = _read(tmp_path)
    assert log.counts() == loaded[1].counts()
    assert [b.entry for b in batches] == [b.entry for b in loaded[0]]
    for here, there in zip(batches, loaded[0], strict=True):
        assert_frame_equal(here.frame, there.frame)


def test_staff_carry_the_post_they_hold_now(bank: Bank, loaded: tuple[list[Batch], RejectLog]) -> None:
    staff = [
        b.frame
        for b in loaded[0]
        if isinstance(b.target, NodeTarget) and b.target.label == "RelationshipManager" and "post" in b.frame.columns
    ]
    held = bank.table("HR_POST").filter(pl.col("END_DATE").is_null() | (pl.col("END_DATE") == ""))
    expected = dict(held.select("STAFF_ID", "POST_NAME").iter_rows())
    assert dict(staff[0].filter(pl.col("post").is_not_null()).select("code", "post").iter_rows()) == expected
