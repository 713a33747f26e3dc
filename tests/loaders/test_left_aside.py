"""Files and tables that a mapping does not read are named, whatever the mapping."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from loaders.mapping import load_mapping
from loaders.rejects import RejectLog
from tests.loaders.reading import Result, mapping_of, real

MAPPING = """
name: bank
sources: {core: {}}
tables: {CUST: {key: NO}, OLD: {optional: true}, NAMED: {key: NO, named_only: true}, CODES: {optional: true}}
entries:
- {party: company, table: CUST, properties: {name: {column: NAME, as: {codes: {table: CODES, key: K, value: V}}}}}
"""
BESIDE = ("README.txt", "LICENSE.txt", "licence.csv", "manifest.json", "notes.md", ".hidden.csv", "NOTICE")


def warnings(result: Result) -> list[str]:
    return [text for batch in result.batches for text in batch.warnings]


def bank(folder: Path, *others: str) -> list[str]:
    (folder / "CUST.csv").write_text("NO,NAME\n1,a\n")
    (folder / "CODES.csv").write_text("K,V\na,A\n")
    for name in others:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"A,B\n1,2\n")
    return warnings(Result(mapping_of(MAPPING), folder))


def test_files_that_no_entry_reads_are_named_together(tmp_path: Path) -> None:
    others = ("withdraw.csv.gz", "medium.parquet", "core/signIn.txt", "NAMED.csv", "OLD.csv", "month.tsv")
    assert bank(tmp_path, *others, *BESIDE) == [
        "NAMED.csv, OLD.csv, medium.parquet, month.tsv, signIn.txt, withdraw.csv.gz are not read: they are no tables of "
        "the mapping bank."
    ]


def test_what_lies_beside_tables_and_what_a_load_rejected_is_not_told(tmp_path: Path) -> None:
    with_rejects = RejectLog(tmp_path / "rejected.csv")
    with_rejects.open_table("CUST", 1)
    with_rejects.broken("core", "CUST", [(1, "x", "is no row")])
    with_rejects.close()
    assert bank(tmp_path, *BESIDE, "another/CUST2.csv") == []


def test_one_that_may_be_a_misspelt_table_is_told_by_itself(tmp_path: Path) -> None:
    (tmp_path / "CUST.csv").write_text("NO,NAME\n1,a\n")
    (tmp_path / "CODE.csv").write_text("K,V\na,A\n")
    (tmp_path / "zeta.csv").write_text("K\n1\n")
    mapping = mapping_of(MAPPING.replace(", as: {codes: {table: CODES, key: K, value: V}}", ""))
    assert warnings(Result(mapping, tmp_path)) == [
        "CODE.csv, zeta.csv are not read: they are no tables of the mapping bank."
    ]
    optional = MAPPING + "- {party: person, table: CODES, key: K}\n"
    mapping = mapping_of(optional.replace(", as: {codes: {table: CODES, key: K, value: V}}", ""))
    assert warnings(Result(mapping, tmp_path)) == [
        "CODE.csv is not read: it is no table of the mapping bank. Did you mean 'CODES'?",
        "zeta.csv is not read: it is no table of the mapping bank. Not there of its tables: CODES.",
    ]


def test_many_are_counted(tmp_path: Path) -> None:
    (told,) = bank(tmp_path, *(f"T{n:03}.csv" for n in range(60)))
    assert told.startswith("T000.csv, T001.csv,")
    assert told.endswith(", T049.csv and 10 more are not read: they are no tables of the mapping bank.")


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("main.CUST", ["OTHER is not read: it is no table of the mapping bank."]),
        ("SELECT NO, NAME FROM cust JOIN other USING (NO)", []),
        ("cust", ["OTHER is not read: it is no table of the mapping bank."]),
    ],
)
def test_tables_of_a_database_are_named_too(tmp_path: Path, sql: str, told: list[str]) -> None:
    with sqlite3.connect(tmp_path / "bank.db") as database:
        database.executescript(
            "CREATE TABLE CUST (NO, NAME); INSERT INTO CUST VALUES (1, 'a'); CREATE TABLE CODES (K, V);"
            "CREATE TABLE OTHER (NO); CREATE VIEW SEEN AS SELECT * FROM OTHER"
        )
    database.close()
    mapping = mapping_of(
        MAPPING.replace("CUST: {key: NO}", f"CUST: {{key: NO, sql: '{sql}'}}").replace("OLD: {optional: true}, ", "")
    )
    assert warnings(Result(mapping, f"sqlite:///{tmp_path / 'bank.db'}")) == told


def test_finbench_names_the_four_files_that_it_leaves_aside() -> None:
    told = warnings(Result(load_mapping("finbench"), real("finbench-sf0.1")))
    assert told == [
        "loantransfer.csv.gz, medium.csv.gz, signIn.csv.gz, withdraw.csv.gz are not read: they are no tables of the "
        "mapping finbench."
    ]


@pytest.mark.parametrize(
    ("mapping", "folder"), [("sec13d", "sec13d"), ("cn_executives", "cn-executives"), ("bods", "bods")]
)
def test_the_other_shipped_mappings_read_all_that_lies_there(mapping: str, folder: str) -> None:
    assert warnings(Result(load_mapping(mapping), real(folder))) == []


def test_tables_beside_statements_are_named(tmp_path: Path) -> None:
    (tmp_path / "levent.json").write_bytes((real("bods") / "levent.json").read_bytes())
    (tmp_path / "people.csv").write_text("a\n1\n")
    assert warnings(Result(load_mapping("bods"), tmp_path)) == [
        "people.csv is not read: it is no table of the mapping bods."
    ]
