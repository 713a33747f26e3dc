"""The layout, its page and the tables written agree."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from loaders.demo.docs import render
from loaders.demo.layout import SYSTEMS, TABLES
from loaders.demo.layout.codes import CODES
from loaders.demo.write import write_table
from tests.loaders.demo.conftest import Bank

PAGE = Path(__file__).parents[3] / "docs" / "credit_core_hr.md"


def test_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "render it again: python -m loaders.demo.docs"


def test_page_says_that_columns_are_assumed() -> None:
    assert "**Assumed.**" in render()


@pytest.mark.parametrize("name", list(TABLES))
def test_written_columns_are_those_of_the_layout(bank: Bank, name: str) -> None:
    assert bank.table(name, clean=False).columns == TABLES[name].column_names


@pytest.mark.parametrize("name", list(TABLES))
def test_written_codes_are_in_their_lists(bank: Bank, name: str) -> None:
    table = bank.table(name)
    for column in TABLES[name].columns:
        if column.codes:
            known = {code.item for code in CODES[column.codes]}
            assert set(table[column.name].drop_nulls()) <= known, column.name


@pytest.mark.parametrize("name", list(TABLES))
def test_keys_are_unique_and_present(bank: Bank, name: str) -> None:
    key = bank.table(name).select(TABLES[name].key)
    assert key.null_count().sum_horizontal().item() == 0
    assert key.is_unique().all()


def test_systems_write_each_in_its_way() -> None:
    ways = {(system.encoding, system.delimiter, system.date_format) for system in SYSTEMS}
    assert len(ways) == len(SYSTEMS), "the mapping's conversions would not be exercised"


def test_a_table_out_of_line_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not what the layout says"):
        write_table(tmp_path, SYSTEMS[0], TABLES["CAPITAL_INFO"], pl.DataFrame({"X": ["1"]}), parquet=False)
