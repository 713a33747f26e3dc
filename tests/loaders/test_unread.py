"""The keys of rejected rows are told, so that no load takes what they describe for gone."""

from __future__ import annotations

from pathlib import Path

from loaders.canonical import Batch
from loaders.staging import Staged
from tests.loaders.reading import Result, mapping_of

SHOP = """
name: shop
sources: { s: { data_date: "2024-12-31" } }
checks: { share: reject, reference: reject }
tables: { FIRM: { key: NO }, STAKE: { key: NO }, POST: {}, STAFF: { key: NO }, HUMAN: { named_only: true } }
entries:
  - { party: company, table: FIRM, properties: { name: NAME } }
  - { party: person, table: STAFF, key_of: HUMAN, properties: { name: NAME } }
  - link: OWNS
    table: STAKE
    from: { column: WHO, ref: FIRM }
    to: { column: FIRM, ref: FIRM }
    row_key: "NO"
    properties: { share: SHARE }
  - link: EXECUTIVE_OF
    table: POST
    from: { column: WHO, ref: HUMAN }
    to: { column: FIRM, ref: FIRM }
"""
TABLES = {
    "FIRM": "NO,NAME\n1,A\n2,B\n",
    "STAFF": "NO,NAME\n7,C\n7,D\n",
    "STAKE": "NO,WHO,FIRM,SHARE\na,1,2,0.5\nb,2,1,much\n",
    "POST": "WHO,FIRM\n7,1\n",
}


def read(folder: Path, **changed: str) -> Result:
    for name, text in (TABLES | changed).items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return Result(mapping_of(SHOP), folder)


def test_keys_go_by_the_name_of_what_the_row_would_have_made(tmp_path: Path) -> None:
    unread = read(tmp_path).log.unread
    assert unread.keys == {"OWNS": {"STAKE:b"}, "SourceRecord": {"s:HUMAN:7"}}
    assert not unread.unclear


def test_rows_without_keys_and_lines_that_are_no_rows_are_unclear(tmp_path: Path) -> None:
    found = read(
        tmp_path, FIRM="NO,NAME\n1,A\n,B\n2,B\n", STAKE="NO,WHO,FIRM,SHARE\na,1,2,0.5\nb\n", POST="WHO,FIRM\n7,9\n"
    )
    assert found.log.unread.unclear == {
        ("SourceRecord", "s", "FIRM"), ("OWNS", "s", "STAKE"), ("EXECUTIVE_OF", "s", "POST")
    }  # fmt: skip


def whole(batches: list[Batch], name: str) -> set[tuple[str, str]]:
    with Staged() as staged:
        staged.take(batches)
        return staged.whole.get(name, set())


def test_a_load_has_the_whole_of_what_all_its_tables_write(tmp_path: Path) -> None:
    found = read(tmp_path, STAFF="NO,NAME\n")
    assert whole(found.batches, "SourceRecord") == {("s", "FIRM"), ("s", "HUMAN")}
    text = SHOP.replace("STAFF: {", "OTHER: { key: NO, optional: true }, STAFF: {")
    text += "  - { party: person, table: OTHER, key_of: HUMAN, properties: { name: NAME } }\n"
    partly = Result(mapping_of(text), tmp_path)
    assert ("s", "HUMAN") not in whole([b for b in partly.batches if b.frame.is_empty()], "SourceRecord")
