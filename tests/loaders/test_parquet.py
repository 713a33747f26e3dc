"""Parquet as other programs write it: numbers with gaps, types that are no texts, damaged pages, odd letters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from graph.errors import BadInput
from loaders.mapping import load_mapping
from tests.loaders.reading import Result, flagged, mapping_of

EXCHANGE = load_mapping("exchange")


def read(folder: Path, **tables: dict[str, Any]) -> Result:
    for name, columns in tables.items():
        pl.DataFrame(columns).write_parquet(folder / f"{name}.parquet")
    return Result(EXCHANGE, folder)


def test_numbers_with_a_gap_name_the_same_parties(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        party={"party": [1001, 1002], "kind": ["company"] * 2, "name": [7.0, 7.5]},
        ownership={"owner": [1001.0, None, 1001.5, 2.0**53], "company": [1002.0] * 4, "share": [0.5] * 4},
    )
    assert result.links("OWNS").select("from_key", "to_key").rows() == [("exchange:party:1001", "exchange:party:1002")]
    assert [(r.line, r.column, r.value, r.reason) for r in result.log.kept] == [
        (3, "owner", "1001.5", "is no key"),
        (4, "owner", "9007199254740992.0", "is no key"),
        (2, "owner", "", "is empty"),
    ]
    assert result.records["name"].to_list() == ["7", "7.5"]


def test_a_fraction_is_no_key_of_a_record(tmp_path: Path) -> None:
    result = read(tmp_path, party={"party": [1.0, 1.5], "kind": ["company"] * 2})
    assert result.records["key"].to_list() == ["1"]
    assert [(r.column, r.value, r.reason) for r in result.log.kept] == [("party", "1.5", "is no whole number")]


def test_numbers_with_a_gap_are_looked_up_and_compared_as_whole_ones(tmp_path: Path) -> None:
    mapping = mapping_of("""
name: codes
sources: {core: {}}
tables: {CUST: {key: NO, one_of: {LIVE: ["1"]}}, CODE: {key: ID}, SIZE: {key: NO}}
entries:
- party: company
  table: CUST
  where: {LIVE: "1"}
  join: [{table: SIZE, on: {NO: NO}}]
  properties:
    name: {format: "no {NO}"}
    size: SIZE.WORD
    industry: {column: C, as: {codes: {table: CODE, key: ID, value: TEXT}}}
""")
    pl.DataFrame({"NO": [1.0, 2.0], "C": [7.0, None], "LIVE": [1.0, None]}).write_parquet(tmp_path / "CUST.parquet")
    pl.DataFrame({"ID": [7.0, None], "TEXT": ["trade", "x"]}).write_parquet(tmp_path / "CODE.parquet")
    pl.DataFrame({"NO": [1, 2], "WORD": ["large", "small"]}).write_parquet(tmp_path / "SIZE.parquet")
    found = Result(mapping, tmp_path).records
    assert found.select("key", "name", "size", "industry").rows() == [("1", "no 1", "large", "trade")]


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("party", [["a"]], "party.parquet: the column 'party' holds lists, and one value is wanted"),
        ("name", [["a"]], "party.parquet: the column 'name' holds lists"),
        ("party", [b"a"], "party.parquet: the column 'party' holds binary values"),
        ("name", [{"a": 1}], "party.parquet: the column 'name' holds struct values"),
    ],
)
def test_columns_that_are_no_texts_are_named(tmp_path: Path, column: str, values: list[Any], said: str) -> None:
    with pytest.raises(BadInput, match=said) as caught:
        read(tmp_path, party={"party": ["1"], "kind": ["company"], "name": ["a"]} | {column: values})
    assert caught.value.field == column


def test_columns_of_lists_are_lists_still(tmp_path: Path) -> None:
    result = read(tmp_path, party={"party": ["1"], "kind": ["company"], "former_names": [["a", "b\x1fc"]]})
    assert result.records["former_names"].to_list() == [["a", "b c"]]


def test_a_damaged_page_is_told_of_its_file(tmp_path: Path) -> None:
    names = [f"company {number} of {number * 7919 % 1000}" for number in range(5000)]
    frame = pl.DataFrame({"party": [str(n) for n in range(5000)], "kind": ["company"] * 5000, "name": names})
    path = tmp_path / "party.parquet"
    frame.write_parquet(path, compression="zstd")
    whole = bytearray(path.read_bytes())
    for place in range(1000, len(whole) // 2, 5):
        whole[place] ^= 0xFF
    path.write_bytes(whole)
    with pytest.raises(BadInput, match=r"party\.parquet is damaged"):
        Result(EXCHANGE, tmp_path)


def test_no_row_of_a_source_goes_by_the_name_of_runs(tmp_path: Path) -> None:
    stakes = {"owner": ["a", "b", "c"], "company": ["d"] * 3, "source": ["run", None, "manual"]}
    result = read(tmp_path, ownership=stakes)
    assert result.links("OWNS")["source"].to_list() == ["exchange", "manual"]
    assert [(r.line, r.column, r.value) for r in result.log.kept] == [(1, "source", "run")]


def test_words_of_a_category_are_texts(tmp_path: Path) -> None:
    kinds = pl.Series([" company", None], dtype=pl.Categorical)
    result = read(tmp_path, party={"party": ["1", "2"], "kind": kinds})
    assert result.records["kind"].to_list() == ["company", None]


def test_the_separator_of_our_lists_is_a_blank(tmp_path: Path) -> None:
    marked = 'json:"a\\u001fb"'
    (tmp_path / "party.csv").write_text(
        'party,kind,name,name_en,former_names\n1,company,"'
        + marked.replace('"', '""')
        + '",c\x1fd\x1f,"'
        + marked.replace('"a', '["a').replace('b"', 'b"]').replace('"', '""')
        + '"\n'
    )
    assert Result(EXCHANGE, tmp_path).records.select("name", "name_en", "former_names").rows() == [
        ("a b", "c d", ["a b"])
    ]


def test_what_is_looked_up_is_short(tmp_path: Path) -> None:
    long, fits = "号" * 667, "号" * 661
    result = read(
        tmp_path,
        party={"party": ["1", long, fits], "kind": ["company"] * 3, "same_as": [long, None, None]},
        ownership={"owner": ["1", long], "company": [fits, "1"], "share": [0.5] * 2},
        identifier={"party": ["1"] * 3, "kind": ["address"] * 3, "value": [long, fits, "\ufdfa" * 300]},
        branch={"branch": ["b", long], "code": [long, None]},
        account={"account": ["a"], "account_no": [long]},
    )
    assert sorted((r.table, r.line, r.column) for r in result.log.kept) == [
        ("branch", 2, "branch"),
        ("identifier", 1, "value"),
        ("identifier", 3, "value"),
        ("ownership", 2, "owner"),
        ("party", 2, "party"),
    ]
    assert {r.reason.partition(":")[0] for r in result.log.kept} == {"is too long"}
    assert result.records["key"].to_list() == ["1", fits]
    assert flagged(result.records, "value:same_as")["same_as"].to_list() == [None]
    assert result.nodes("Branch")["code"].to_list() == [None]
    assert result.nodes("Account")["account_no"].to_list() == [None]
