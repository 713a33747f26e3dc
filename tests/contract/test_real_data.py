"""Real files, from the source to the answer: what the loader, the run and the search make of them."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pytest

from api.services.export import export
from api.services.run import run
from api.services.run_parameters import read_parameters
from api.services.search import search
from graph.store import Store
from loaders.engine import load
from loaders.report import LoadOptions

DATA = Path(__file__).parents[3] / "shared" / "data"

pytestmark = [
    pytest.mark.contract,
    pytest.mark.skipif(
        not DATA.is_dir() and not os.environ.get("CI"), reason="the folder of real data is not beside this one"
    ),
]


def read(store: Store, mapping: str, folder: str) -> dict[str, int]:
    report = load(store, mapping, DATA / folder, LoadOptions(user="tester", bulk="never"))
    assert sum(t.rejected for t in report.tables) == 0
    return {name: change.created for name, change in report.changes.items()}


def test_sec13d_gives_the_control_that_its_definition_gives(store: Store, tmp_path: Path) -> None:
    made = read(store, "sec13d", "sec13d")
    assert made["OWNS"] == 10_593
    settings = ["control.threshold=0.5", "control.sense=at_least", "control.own_shares=ignore"]
    report = run(store, tmp_path, read_parameters(settings), user="tester")
    out = io.StringIO()
    export(store.view(), "control", out, archive=tmp_path, run_id=report.run_id, source_keys=True)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert len(rows) == 1_066
    assert len({row["controlled_id"] for row in rows}) == 827
    assert all(row["controller_id"].startswith("sec13d:") for row in rows)


def test_finbench_keeps_its_traps_apart(store: Store) -> None:
    made = read(store, "finbench", "finbench-sf0.1")
    assert made["TRANSFERS_TO"] == 12_021
    assert made["Party"] == 2_000
    assert made["Account"] == 4_408


def test_an_executive_is_found_by_name_pinyin_and_initials(store: Store) -> None:
    read(store, "cn_executives", "cn-executives")
    for text in ("杜玉岱", "duyudai", "du yudai", "dyd"):
        hits = search(store.view(), text, limit=50).hits
        assert "杜玉岱" in {hit.name for hit in hits}, text


def test_flagged_holdings_do_not_count_for_control(store: Store, tmp_path: Path) -> None:
    """BODS says indirect interests beside the direct ones they follow from: they would count twice."""
    made = read(store, "bods", "bods")
    assert made["OWNS"] == 35
    report = run(store, tmp_path, read_parameters([]), user="tester")
    visible = len(store.view().for_run().snapshot("snapshot/owns")["id"])
    assert 0 < report.counts["holdings_read"] < visible
