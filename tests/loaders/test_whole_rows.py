"""A row of a source is loaded whole or rejected: nothing stays of a row that a later entry rejects."""

from __future__ import annotations

from pathlib import Path

from tests.loaders.reading import Result, mapping_of

LENDING = """
name: lending
sources: { credit: { currency: CNY, data_date: "2024-12-31" } }
checks: { reference: reject }
tables: { PARTY: { key: NO }, CONTRACT: { key: NO }, DRAWING: { key: NO }, PAID: { key: NO }, ACCOUNT: { key: NO } }
entries:
  - party: company
    table: PARTY
    properties: { name: NAME }
  - node: Facility
    table: CONTRACT
    properties: { code: "NO" }
  - link: BORROWS
    table: CONTRACT
    from: { column: PARTY, ref: PARTY }
    to: { column: "NO", ref: CONTRACT }
  - node: Drawdown
    table: DRAWING
    properties: { code: "NO" }
  - link: DRAWN_UNDER
    table: DRAWING
    from: { column: "NO", ref: DRAWING }
    to: { column: CONTRACT, ref: CONTRACT }
  - node: Account
    table: ACCOUNT
    properties: { account_no: "NO" }
  - link: PAID_INTO
    table: PAID
    from: { column: DRAWING, ref: DRAWING }
    to: { column: ACCOUNT, ref: ACCOUNT }
"""


def read_lending(folder: Path) -> Result:
    tables = {
        "PARTY": "NO,NAME\n1,甲公司\n",
        "CONTRACT": "NO,PARTY\nC1,1\nC2,9\n",  # C2: no such party
        "DRAWING": "NO,CONTRACT\nD1,C1\nD2,C2\nD3,C9\n",  # D2 hangs on the contract that goes
        "ACCOUNT": "NO\nA1\n",
        "PAID": "NO,DRAWING,ACCOUNT\nP1,D1,A1\nP2,D2,A1\nP3,D3,A1\n",
    }
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return Result(mapping_of(LENDING), folder)


def test_a_node_goes_with_the_row_whose_link_is_rejected(tmp_path: Path) -> None:
    result = read_lending(tmp_path)
    assert result.nodes("Facility")["code"].to_list() == ["C1"]
    assert result.nodes("Drawdown")["code"].to_list() == ["D1"]


def test_what_hangs_on_it_is_rejected_too_and_told(tmp_path: Path) -> None:
    result = read_lending(tmp_path)
    assert result.links("DRAWN_UNDER")["from_key"].to_list() == ["credit:DRAWING:D1"]
    assert result.links("PAID_INTO")["from_key"].to_list() == ["credit:DRAWING:D1"]
    told = {(r.table, r.line, r.column, r.value) for r in result.log.kept}
    assert ("DRAWING", 3, "CONTRACT", "C2") in told
    assert {(table, line) for table, line, _, _ in told} == {
        ("CONTRACT", 3), ("DRAWING", 3), ("DRAWING", 4), ("PAID", 3), ("PAID", 4)
    }  # fmt: skip


def test_rows_read_are_rows_accepted_and_rejected(tmp_path: Path) -> None:
    result = read_lending(tmp_path)
    counts = {c.table: (c.read, c.accepted, c.rejected, c.skipped) for c in result.log.counts()}
    assert counts["DRAWING"] == (3, 1, 2, 0)
    assert counts["CONTRACT"] == (2, 1, 1, 0)
    assert counts["PAID"] == (3, 1, 2, 0)
