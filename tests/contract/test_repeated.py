"""Rows that nothing tells apart: both are links, the second flagged, whichever way they are written and however often."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.embedded import EmbeddedServer
from graph.store import Store
from loaders.report import LoadReport
from tests.contract.loads import contents
from tests.contract.test_untold import exchange, holdings, touched

pytestmark = pytest.mark.contract

FILES = {
    "ownership": "owner,company,share\nA,B,0.3\nC,B,0.1\nA,B,0.3\nA,B,0.2\n",
    "kin": "person,relative,relation\nP,Q,spouse\nP,Q,spouse\n",
}


@pytest.fixture
def own_store(own_home: Path, server_line: str, server_env: dict[str, str]) -> Iterator[Store]:
    server = EmbeddedServer(own_home, line=server_line, env=server_env)
    with server as connection, Store(connection) as store:
        yield store


def flags(report: LoadReport) -> dict[str, dict[str, int]]:
    return {table.table: table.flags for table in report.tables}


def test_both_paths_flag_the_same_and_a_second_load_changes_nothing(
    store: Store, own_store: Store, tmp_path: Path
) -> None:
    first = exchange(store, tmp_path, FILES)
    imported = exchange(own_store, tmp_path, FILES, bulk="always")
    assert (first.path, imported.path) == ("bolt", "bulk")
    assert flags(first) == flags(imported) == {"ownership": {"repeated": 1}, "kin": {"repeated": 1}}
    before = contents(store, numbers=False)
    assert before["links"] == contents(own_store, numbers=False)["links"]
    told = [(row["share"], row["flags"]) for row in holdings(store, "share", "flags")]
    assert sorted(told, key=repr) == [(0.1, None), (0.2, None), (0.3, None), (0.3, ["repeated"])]
    for mode in ("merge", "full"):
        again = exchange(store, tmp_path, FILES, mode=mode)
        assert (touched(again), flags(again)) == ({}, flags(first))
    assert contents(store, numbers=False) == before


def test_a_row_taken_out_takes_its_link_and_the_flag(store: Store, tmp_path: Path) -> None:
    exchange(store, tmp_path, {"ownership": "owner,company,share\nA,B,0.3\nA,B,0.3\n"})
    exchange(store, tmp_path, {"ownership": "owner,company,share\nA,B,0.3\n"})
    assert holdings(store, "share", "flags") == [{"share": 0.3, "flags": None}]
    exchange(store, tmp_path, {"ownership": "owner,company,share\nA,B,0.3\nA,B,0.4\n"})
    assert holdings(store, "share", "flags") == [{"share": 0.3, "flags": None}, {"share": 0.4, "flags": None}]


def test_a_file_with_fewer_columns_tells_nothing_of_repetition(store: Store, tmp_path: Path) -> None:
    exchange(store, tmp_path, {"ownership": "owner,company,share\nA,B,0.3\nA,B,0.4\n"})
    before = contents(store, numbers=False)
    report = exchange(store, tmp_path, {"ownership": "owner,company\nA,B\nA,B\n"})
    assert (touched(report), contents(store, numbers=False)) == ({}, before)
