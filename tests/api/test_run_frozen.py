"""What a run froze, read back table by table."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from api.services.run_archive import Archive
from api.services.run_frozen import COLUMNS, Frozen
from graph.errors import NotFound


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
