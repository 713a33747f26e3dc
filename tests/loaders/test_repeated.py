"""Rows without a key of their own that say twice what a link says."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from loaders.mapping import load_mapping
from loaders.rejects import RejectLog
from tests.loaders.reading import Result, mapping_of

OWNS = """
name: bank
sources: {core: {}}
tables: {HOLD: {}}
entries:
- {link: OWNS, table: HOLD, from: A, to: B, properties: {share: S}, valid_from: SINCE, status: ST, checks: CHECKS}
"""
TRANSFERS = """
name: bank
sources: {core: {currency: CNY}}
tables: {ACC: {key: NO, named_only: true}, PAY: {}}
entries:
- {link: TRANSFERS_TO, table: PAY, from: {ref: ACC, column: A}, to: {ref: ACC, column: B}, properties: PROPERTIES}
"""
SHAPES = {
    "months as the source sums them": "{month: M, amount: V}",
    "payments that the mapping sums": "{month: M, amount: {column: V, gather: sum}, count: {gather: count}}",
}


def owns(folder: Path, rows: str, checks: str = "{}", rejects: RejectLog | None = None) -> Result:
    (folder / "HOLD.csv").write_text(f"A,B,S,SINCE,ST\n{rows}")
    text = OWNS.replace("from: A, to: B", "from: {ref: P, column: A}, to: {ref: P, column: B}")
    text = text.replace("{HOLD: {}}", "{P: {key: NO, named_only: true}, HOLD: {}}").replace("CHECKS", checks)
    return Result(mapping_of(text), folder, rejects=rejects)


def told(result: Result) -> list[tuple[object, ...]]:
    return result.links("OWNS").sort("row_key").select("row_key", "share", "flags").rows()


def test_the_further_ones_of_equal_rows_are_flagged_and_listed(tmp_path: Path) -> None:
    log = RejectLog(tmp_path / "rejects.csv")
    result = owns(tmp_path, "a,b,0.1,,\na,b,0.2,,\na,b,0.1,,\nc,b,0.1,,\na,b,0.1,,\n", rejects=log)
    assert told(result) == [
        ("HOLD:#1", 0.1, []),
        ("HOLD:#1", 0.1, []),
        ("HOLD:#2", 0.1, ["repeated"]),
        ("HOLD:#3", 0.1, ["repeated"]),
        ("HOLD:#4", 0.2, []),
    ]
    assert result.count("HOLD").flags == {"repeated": 2}
    listed = pl.read_csv(tmp_path / "rejects.csv")
    assert listed.select("line", "action", "column", "value").rows() == [
        (4, "flagged", "A", "a"),
        (6, "flagged", "A", "a"),
    ]
    assert listed["reason"][0].startswith("repeats an earlier row in everything that its link says")


@pytest.mark.parametrize("rows", [["a,b,0.1,,", "a,b,0.3,,", "a,b,0.1,,"], ["a,b,0.1,,", "a,b,0.1,,", "a,b,0.3,,"]])
def test_the_order_of_rows_decides_nothing(tmp_path: Path, rows: list[str]) -> None:
    forth = owns(tmp_path, "\n".join(rows) + "\n").links("OWNS").sort("id")
    back = owns(tmp_path, "\n".join(reversed(rows)) + "\n").links("OWNS").sort("id")
    assert forth.equals(back)
    assert forth["flags"].list.len().sum() == 1


@pytest.mark.parametrize("other", ["a,b,0.1,2024-01-01,", "a,b,,,", "a,b,0.1,,flagged", "a,c,0.1,,", "c,b,0.1,,"])
def test_rows_that_say_anything_else_are_no_repetition(tmp_path: Path, other: str) -> None:
    result = owns(tmp_path, f"a,b,0.1,,\n{other}\n", "{unknown: ignore}")
    assert not result.count("HOLD").flags


def test_a_status_that_is_not_told_is_confirmed(tmp_path: Path) -> None:
    assert owns(tmp_path, "a,b,0.1,,\na,b,0.1,,confirmed\n").count("HOLD").flags == {"repeated": 1}


@pytest.mark.parametrize(("action", "shares", "rejected"), [("reject", [0.1], 1), ("ignore", [0.1, 0.1], 0)])
def test_the_mapping_says_whether_they_are_rejected(
    tmp_path: Path, action: str, shares: list[float], rejected: int
) -> None:
    result = owns(tmp_path, "a,b,0.1,,\na,b,0.1,,\n", f"{{repeated: {action}}}")
    assert [(share, flags) for _, share, flags in told(result)] == [(share, []) for share in shares]
    assert (result.count("HOLD").rejected, result.count("HOLD").flags) == (rejected, {})


def test_row_keys_tell_equal_rows_apart(tmp_path: Path) -> None:
    (tmp_path / "ownership.csv").write_text("owner,company,share,row_key\na,b,0.1,1\na,b,0.1,2\na,b,0.1,\na,b,0.1,\n")
    result = Result(load_mapping("exchange"), tmp_path)
    flags = dict(result.links("OWNS").select("row_key", "flags").iter_rows())
    keyless = {key: found for key, found in flags.items() if "#" in key}
    assert flags["ownership:1"] == flags["ownership:2"] == []
    assert sorted(keyless.values()) == [[], ["repeated"]]


@pytest.mark.parametrize("shape", SHAPES)
def test_payments_may_well_be_equal(tmp_path: Path, shape: str) -> None:
    (tmp_path / "PAY.csv").write_text("A,B,M,V\n1,2,2024-01,5\n1,2,2024-01,5\n")
    result = Result(mapping_of(TRANSFERS.replace("PROPERTIES", SHAPES[shape])), tmp_path)
    assert not result.count("PAY").flags
    assert result.links("TRANSFERS_TO")["amount"].sum() == 1000


def test_the_first_number_is_the_one_without_a_flag(tmp_path: Path) -> None:
    found = owns(tmp_path, "a,b,0.2,,\n" * 3000 + "a,b,0.1,,\n" * 3000, "{above_one: ignore}").links("OWNS")
    plain = found.filter(pl.col("flags").list.len() == 0)
    assert sorted(plain.select("row_key", "share").rows()) == [("HOLD:#1", 0.1), ("HOLD:#3001", 0.2)]
