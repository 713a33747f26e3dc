"""The exchange layout: its own examples load, and it can carry all that loads put into the graph."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from graph import model
from graph.errors import BadInput
from graph.model import Origin
from loaders.exchange_layout import FILES, LINK_COLUMNS, NODE_FILES, columns, properties, required
from loaders.mapping import load_mapping
from loaders.rejects import RejectLog
from tests.loaders.reading import Result

EXCHANGE = load_mapping("exchange")
PROMISED = """
    party identifier ownership control position kin guarantee dependence facility drawdown collateral account transfer
    product holding referral campaign contact staff branch assignment event"""


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("exchange")
    for file in FILES:
        with (folder / f"{file.name}.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([list(file.example), list(file.example.values())])
    return Result(EXCHANGE, folder)


def test_every_promised_file_is_there() -> None:
    assert set(PROMISED.split()) <= {file.name for file in FILES}


def test_the_examples_load_without_reject_or_flag(examples: Result) -> None:
    assert examples.log.kept == []
    assert not any(count.flags for count in examples.log.counts())
    assert not any(batch.warnings for batch in examples.batches)
    assert {c.table for c in examples.log.counts()} == {file.name for file in FILES}
    assert all(c.read == c.accepted == 1 for c in examples.log.counts())


def test_every_loaded_node_and_link_type_has_a_home() -> None:
    links = {link.type for file in FILES for link in file.links if link.whole}
    loaded = {link.type for link in model.LINKS if link.origin is Origin.LOADED}
    assert loaded - links == {"IDENTIFIES", "HAS_IDENTIFIER"}  # carried by `party` and `identifier`
    nodes = {node.label for node in model.NODES if node.origin is Origin.LOADED}
    assert nodes - set(NODE_FILES) == {"SourceRecord", "Identifier"}


def test_every_end_a_link_type_may_join_has_a_home() -> None:
    for link in model.LINKS:
        if link.origin is not Origin.LOADED or link.type in ("IDENTIFIES", "HAS_IDENTIFIER"):
            continue
        carried = {(w.start[1], w.end[1]) for file in FILES for w in file.links if w.whole and w.type == link.type}
        derived = {ends for ends in link.ends if {"Household", "Family"} & set(ends)}
        assert carried == set(link.ends) - derived, link.type


def test_every_loaded_property_has_a_column() -> None:
    for file in FILES:
        for of in [file.node, *(link for link in file.links if link.whole)]:
            if of:
                assert {of.column(p.name) for p in properties(of)} <= set(columns(file))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_column_means_two_things(file: object) -> None:
    from loaders.exchange_layout import File

    assert isinstance(file, File)
    assert set(file.example) <= set(columns(file))
    assert set(required(file)) <= set(columns(file))
    own = [] if file.node is None else [file.node.column(p.name) for p in properties(file.node)]
    ends = {end[0] for link in file.links for end in (link.start, link.end)}
    assert len(own) == len(set(own))
    assert not ends & set(own)
    assert not set(own) & set(LINK_COLUMNS) - {"flags"}


def test_ids_that_are_source_keys_stay(tmp_path: Path) -> None:
    (tmp_path / "party.csv").write_text(
        "party,party_id,kind,name\ncore:CIF20PF:7,P-AAAAAAAAAAAAAAAA,company,甲\nC1,,,\n"
    )
    (tmp_path / "ownership.csv").write_text(
        "owner,company,share,row_key,source,status,flags,valid_from\n"
        "C1,core:CIF20PF:7,0.25,HOLD:9,core,flagged,a;b,2020-01-01\n"
    )
    result = Result(EXCHANGE, tmp_path)
    records = result.records.select("record_id", "source", "table", "key", "party_id", "kind").rows()
    assert records == [
        ("core:CIF20PF:7", "core", "CIF20PF", "7", "P-AAAAAAAAAAAAAAAA", "company"),
        ("exchange:party:C1", "exchange", "party", "C1", None, None),
    ]
    link = result.links("OWNS").row(0, named=True)
    assert (link["from_key"], link["to_key"]) == ("exchange:party:C1", "core:CIF20PF:7")
    assert (link["row_key"], link["source"], link["status"], link["flags"]) == ("HOLD:9", "core", "flagged", ["a", "b"])


@pytest.mark.parametrize(
    ("file", "rows", "column", "value", "words"),
    [
        ("loan_payment", "drawdown,account,direction\nD1,A1,{}\nD1,A2,in\n", "direction", "inn", "in, out"),
        ("loan_payment", "drawdown,account,direction\nD1,A1,{}\nD1,A2,in\n", "direction", "", "in, out"),
        ("loan_payment", "drawdown,account\nD1,A1\n", "direction", "", "in, out"),
        ("belonging", "kind,id,branch\n{},A1,B1\nstaff,S1,B1\n", "kind", "acount", "party, staff, facility, account"),
        (
            "unit",
            "unit_kind,unit,part_of_kind,part_of,hierarchy\n{},T1,branch,B1,coverage\n",
            "unit_kind",
            "Team",
            "branch, team, staff",
        ),
        (
            "unit",
            "unit_kind,unit,part_of_kind,part_of,hierarchy\nteam,T1,{},B1,coverage\n",
            "part_of_kind",
            "staff",
            "branch, team",
        ),
    ],
)
def test_a_word_that_says_which_link_a_row_is_is_rejected_where_there_is_no_such(
    tmp_path: Path, file: str, rows: str, column: str, value: str, words: str
) -> None:
    (tmp_path / f"{file}.csv").write_text(rows.format(value))
    log = Result(EXCHANGE, tmp_path).log
    assert [(one.column, one.value, one.reason) for one in log.kept] == [(column, value, f"is none of {words}")]
    (count,) = log.counts()
    assert (count.read - count.accepted, count.rejected, count.skipped) == (1, 1, 0)


def test_single_payments_are_summed_by_month(tmp_path: Path) -> None:
    (tmp_path / "transfer.csv").write_text(
        "from_account,to_account,date,amount,currency\n"
        "A1,A2,2024-11-09,50.50,CNY\nA1,A2,2024-11-03,100,CNY\nA1,A2,2024-12-01,1,CNY\n"
    )
    result = Result(EXCHANGE, tmp_path)
    rows = result.links("TRANSFERS_TO").sort("month").select("month", "amount", "count", "amounts").rows()
    assert rows == [("2024-11", 15_050, 2, [10_000, 5_050]), ("2024-12", 100, 1, [100])]
    assert sorted(result.nodes("Account")["account_id"]) == ["exchange:account:A1", "exchange:account:A2"]
    assert all(batch.stub for batch in result.batches if batch.entry.startswith("Account"))


def test_the_post_of_legal_representative_is_a_link_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "position.csv").write_text("person,company,post\nP,C,legal_representative\nP,C,director\nQ,C,\n")
    result = Result(EXCHANGE, tmp_path)
    assert result.links("LEGAL_REPRESENTATIVE_OF")["from_key"].to_list() == ["exchange:party:P"]
    assert result.links("EXECUTIVE_OF").select("from_key", "post").rows() == [
        ("exchange:party:P", "director"),
        ("exchange:party:Q", None),
    ]


def test_parquet_files_do_as_well(tmp_path: Path) -> None:
    frame = pl.DataFrame({"owner": [1], "company": [2], "share": [0.5]})
    frame.write_parquet(tmp_path / "ownership.parquet")
    assert Result(EXCHANGE, tmp_path).links("OWNS")["share"].to_list() == [0.5]


def test_misspelt_files_and_unknown_columns_are_named(tmp_path: Path) -> None:
    (tmp_path / "party.csv").write_text("party,kind,hobby\nP1,person,a\n")
    (tmp_path / "onwership.csv").write_text("owner,company,share\nP1,C1,0.5\n")
    (tmp_path / "book.xlsx").write_bytes(b"PK")
    (tmp_path / "README.md").write_text("not data")
    result = Result(load_mapping("exchange"), tmp_path)
    sheet, file, column = (warning for batch in result.batches for warning in batch.warnings)
    assert sheet.startswith("book.xlsx is not read: it is a spreadsheet.")
    assert file == "onwership.csv is not read: it is no table of the mapping exchange. Did you mean 'ownership'?"
    assert column.startswith("party.csv: nobody reads the column(s) hobby.")


@pytest.mark.parametrize(
    ("column", "meant"),
    [("shares", "share"), ("sahre", "share"), ("Share", "share"), ("vote", "votes"), ("validFrom", "valid_from")],
)
def test_a_misspelt_column_is_refused_and_the_meant_one_named(tmp_path: Path, column: str, meant: str) -> None:
    (tmp_path / "ownership.csv").write_text(f"owner,company,{column}\nP1,C1,\n")
    with pytest.raises(BadInput, match=f"ownership.csv has no column '{meant}' but one named '{column}'"):
        Result(EXCHANGE, tmp_path)


@pytest.mark.parametrize("columns", ["share,shares", "notes", "share_pct", "remark"])
def test_columns_of_another_meaning_are_told_and_left_aside(tmp_path: Path, columns: str) -> None:
    (tmp_path / "ownership.csv").write_text(f"owner,company,{columns}\nP1,C1,{',' * columns.count(',')}\n")
    warnings = [warning for batch in Result(EXCHANGE, tmp_path).batches for warning in batch.warnings]
    assert [columns.split(",")[-1] in warning for warning in warnings] == [True]


def test_a_file_is_the_table_it_is_named_after(tmp_path: Path) -> None:
    (tmp_path / "ownership.csv").write_text("owner,company,share\nP1,C1,0.5\n")
    assert [c.table for c in Result(EXCHANGE, tmp_path / "ownership.csv").log.counts()] == ["ownership"]
    (tmp_path / "ownership.csv").rename(tmp_path / "mine.csv")
    with pytest.raises(BadInput, match=r"mine.csv holds none of the tables.*give the folder"):
        Result(EXCHANGE, tmp_path / "mine.csv")
    with pytest.raises(BadInput, match=r"It holds mine.csv. Name files after their tables: party, "):
        Result(EXCHANGE, tmp_path)


@pytest.mark.parametrize("other", ["party.parquet", "exchange/party.csv", "PARTY.csv"])
def test_two_files_for_one_table_are_refused(tmp_path: Path, other: str) -> None:
    (tmp_path / "exchange").mkdir()
    for name in ("party.csv", other):
        (tmp_path / name).write_text("party,kind\nP1,person\n")
    with pytest.raises(BadInput, match="two files for the table party"):
        Result(load_mapping("exchange"), tmp_path)


def test_rows_of_one_id_that_tell_otherwise_are_flagged(tmp_path: Path) -> None:
    rows = "A1,a,5,2024-01-01\nA1,a,,\nA1,b,5,\nA2,c,,\nA2,c,7,\nA3,d,1,\nA3,d,1,\n"
    (tmp_path / "account.csv").write_text(f"account,account_no,balance,opened_on\n{rows}")
    log = RejectLog(tmp_path / "rejects.csv")
    result = Result(EXCHANGE, tmp_path, rejects=log)
    assert result.nodes("Account")["account_no"].to_list() == ["a", "c", "d"]
    assert result.count("account").flags == {"duplicate": 2}
    told = (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    assert [line.split(",")[2:6] for line in told] == [
        [n, "flagged", "account", a] for n, a in (("4", "A1"), ("6", "A2"))
    ]
