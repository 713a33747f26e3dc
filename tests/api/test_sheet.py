"""Tables on wide and narrow terminals."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from api.cli.frame import out
from api.cli.sheet import print_facts, print_sheet

HEADS = ("group", "name", "size", "amount")
ROWS = (
    ("G-e6390e820f07e0c5", "赤霞汽车集团有限公司", "4", "CNY 2,300,000,000.00"),
    ("", "", "", "CNY 1,300,000,000.00"),
    ("all", "", "12", "CNY 3,600,000,000.00"),
)


def printed(width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> list[str]:
    monkeypatch.setattr(out, "_width", width)
    print_sheet(HEADS, ROWS, numbers=("size", "amount"), title=("group", "name"), has_total=True)
    return capsys.readouterr().out.splitlines()


def test_with_room_it_is_a_table(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(80, monkeypatch, capsys)
    assert len(lines) == 4
    assert lines[0].split() == list(HEADS)
    assert {cell_len(line[: line.index("CNY")]) for line in lines[1:]} == {cell_len(lines[1][: lines[1].index("CNY")])}


def test_without_room_each_row_has_lines_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert printed(60, monkeypatch, capsys) == [
        "G-e6390e820f07e0c5  赤霞汽车集团有限公司",
        "    size 4 · amount CNY 2,300,000,000.00",
        "    amount CNY 1,300,000,000.00",
        "all",
        "    size 12 · amount CNY 3,600,000,000.00",
    ]


def test_what_belongs_together_is_not_broken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = printed(38, monkeypatch, capsys)
    assert lines[:2] == ["G-e6390e820f07e0c5", "  赤霞汽车集团有限公司"]
    assert lines[2:4] == ["    size 4", "    amount CNY 2,300,000,000.00"]


def test_long_texts_fold_in_a_table_and_ids_stay_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(out, "_width", 50)
    print_sheet(("party", "why"), [("P-22TQ55NOTG4NOUQL", "referred three customers of whom two have bought")])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[1].startswith("P-22TQ55NOTG4NOUQL  referred three")


@pytest.mark.parametrize("columns", [97, 80, 64])
def test_columns_that_stand_side_by_side_take_no_more_than_there_is(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(out, "_width", columns)
    row = (
        "1,378 days",
        "左丘文具有限公司及其他若干联合经营单位",
        "P-RQ4NO7IJE6RRH3F4",
        "CNY 300,000.00",
        "1 change since then",
    )
    print_sheet(("unseen", "customer", "party", "accounts", "since then"), [row], numbers=("unseen", "accounts"))
    said = capsys.readouterr().out
    assert max(map(cell_len, said.splitlines())) <= columns
    assert all(word in said for word in (row[0], row[2], row[3], "change"))


def test_heads_of_numbers_fold_and_numbers_do_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(out, "_width", 34)
    rows = [("总行", "368", "CNY 1,368.00")]
    print_sheet(("branch", "private customers", "worth"), rows, numbers=("private customers", "worth"))
    first, second, row = capsys.readouterr().out.splitlines()
    assert (first.split(), second.split()[:2]) == (["private"], ["branch", "customers"])
    assert row.split() == ["总行", "368", "CNY", "1,368.00"]


FACTS = (
    ("joined", "赤霞汽车集团有限公司及其他若干联合经营单位 G-e6390e820f07e0c5", "CNY 2,300,000,000.00"),
    ("apart", "G-0c5e6390e820f07e"),
)


def facts(width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> list[str]:
    monkeypatch.setattr(out, "_width", width)
    print_facts(FACTS)
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("columns", [70, 60, 46, 40])
def test_facts_fold_and_their_ids_and_amounts_do_not(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = facts(columns, monkeypatch, capsys)
    assert max(map(cell_len, lines)) <= columns
    assert all(
        any(one in line for line in lines) for one in ("G-e6390e820f07e0c5", "CNY 2,300,000,000.00", FACTS[1][1])
    )


def test_facts_without_room_have_lines_of_their_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert facts(40, monkeypatch, capsys)[-2:] == ["apart", "    G-0c5e6390e820f07e"]


def test_rows_of_facts_may_be_of_any_length(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(out, "_width", 80)
    print_facts([("a", "b"), ("c", "d", "e"), ("f",)])
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [["a", "b"], ["c", "d", "e"], ["f"]]
    print_facts([])
    assert capsys.readouterr().out == ""
