"""What a run froze, read back table by table."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from api.services.run_archive import Archive
from api.services.run_frozen import COLUMNS, Frozen, freeze, thaw_earlier
from api.services.run_results import CONNECTED, CONTROL, Earlier, EarlierGroups
from graph.errors import NotFound
from tests.api.risk_tables_given import risk as no_risk
from tests.api.worlds import world


def test_a_frozen_table_is_read_back_by_its_name(tmp_path: Path) -> None:
    tables = Archive(tmp_path, "run")
    tables.begin()
    kin = pl.DataFrame({"person": [1], "relative": [2], "relation": ["spouse"]})
    tables.write("given_kin", kin)
    frozen = Frozen(tables)
    assert frozen["kin"].equals(kin)
    assert {f"given_{name}" for name in frozen} < set(COLUMNS)
    assert "parties" not in frozen
    assert len(frozen) == len(list(frozen))
    with pytest.raises(NotFound, match="lacks the table given_facilities"):
        frozen["facilities"]


def test_earlier_groups_are_read_back_those_without_parties_and_those_that_are_gone_too(tmp_path: Path) -> None:
    tables = Archive(tmp_path, "run")
    tables.begin()
    groups = EarlierGroups({"G-2": frozenset("BA"), "G-1": frozenset()}, frozenset({"G-9", "G-0"}))
    nobody = EarlierGroups({}, frozenset())
    given, lent = world("A B", []), no_risk()
    freeze(tables, given.given, lent, [], Earlier.of_groups(groups, nobody))
    assert pl.read_parquet(tables.table(f"earlier_{CONTROL}")).rows() == [
        ("G-1", None, False),
        ("G-2", "A", False),
        ("G-2", "B", False),
        ("G-0", None, True),
        ("G-9", None, True),
    ]
    assert [thaw_earlier(tables, kind) for kind in (CONTROL, CONNECTED)] == [groups, nobody]
