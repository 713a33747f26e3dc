"""A party's attributes by source order, and how its names are spelt for search."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from loaders import parties
from loaders.parties import describe, with_labels
from loaders.pinyin import spellings
from tests.loaders.given import records


def described(*rows: dict[str, Any]) -> dict[str, Any]:
    frame = pl.concat([records(row, priority=row["priority"]).frame for row in rows], how="diagonal_relaxed")
    return describe(frame, frame.select("record_id", party_id=pl.lit("P"))).to_dicts()[0]


def test_the_first_value_by_source_order_counts() -> None:
    found = described(
        {"key": "2", "priority": 20, "kind": "company", "name": "Second", "rating": "A", "roles": ["Guarantor"]},
        {"key": "1", "priority": 10, "kind": None, "name": "First", "former_names": [], "roles": ["Customer"]},
        {"key": "3", "priority": 30, "kind": "company", "name": "Third", "rating": "B", "former_names": ["Old"]},
    )
    assert (found["name"], found["rating"], found["kind"], found["former_names"]) == (
        "First",
        "A",
        "company",
        ["Old", "Second", "Third"],
    )
    assert sorted(found["roles"]) == ["Customer", "Guarantor"]


def test_an_amount_comes_with_its_own_currency() -> None:
    found = described(
        {"key": "1", "priority": 10, "currency": "CNY"},
        {"key": "2", "priority": 20, "registered_capital": 500, "currency": "USD"},
    )
    assert (found["registered_capital"], found["currency"]) == (500, "USD")


@pytest.mark.parametrize(
    ("told", "counts"), [((False, True), True), ((None, True), True), ((False, None), False), ((None, None), None)]
)
def test_who_asked_one_system_not_to_be_approached_asked_all(
    told: tuple[bool | None, ...], counts: bool | None
) -> None:
    rows = [{"key": f"{n}", "priority": n, "marketing_opt_out": one} for n, one in enumerate(told)]
    assert described(*rows)["marketing_opt_out"] is counts


def test_labels_are_the_kind_and_known_roles() -> None:
    frame = pl.DataFrame({"kind": ["person", None], "roles": [["Customer", "Customer", "Odd"], []]})
    assert with_labels(frame)["labels"].to_list() == [["Customer", "Person"], []]


def test_no_party_is_cut_where_rows_are_taken_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(n, {"key": f"{n}", "name": f"N{n}", "rating": None if n % 3 else f"R{n}"}) for n in range(1, 12)]
    frame = pl.concat([records(row, priority=n).frame for n, row in rows], how="diagonal_relaxed")
    assigned = frame.select("record_id", party_id=pl.Series([*"CABBBACDDDD"]))
    whole = describe(frame, assigned).sort("party_id")
    for size in (1, 2, 5):
        monkeypatch.setattr(parties, "_PART", size)
        assert describe(frame, assigned).sort("party_id").equals(whole)


def test_records_of_other_parties_do_not_count() -> None:
    frame = pl.concat([records({"key": key, "name": key}, priority=1).frame for key in "ABC"])
    assigned = frame.select("record_id", party_id=pl.Series([*"PQP"])).filter(pl.col("party_id") == "P")
    assert describe(frame, assigned).select("party_id", "name", "former_names").rows() == [("P", "A", ["C"])]
    assert describe(frame, assigned.clear()).is_empty()


def spelt(name: str, person: bool = False) -> list[str]:
    found: list[str] = spellings(pl.Series([name]), pl.Series([person]))[0].to_list()
    return found


def test_names_are_spelt_whole_by_syllable_and_by_initials() -> None:
    assert spelt("张三", True) == ["zhangsan", "zhang san", "zs"]
    assert spelt("John Smith") == []
    assert spelt("ABC科技(上海)Ltd") == ["abckejishanghailtd", "abc ke ji shang hai ltd", "akjshl"]


def test_surnames_have_readings_of_their_own() -> None:
    assert spelt("单雄信", True)[:3] == ["shanxiongxin", "shan xiong xin", "sxx"]
    assert spelt("曾国藩", True)[0] == "zengguofan"
    assert spelt("尉迟恭", True)[0] == "yuchigong"
    assert "lubu" in spelt("吕布", True)


def test_words_decide_readings() -> None:
    assert spelt("重庆银行")[0] == "chongqingyinhang"
    assert spelt("长沙音乐厅")[1] == "chang sha yin yue ting"


def test_unknown_names_give_no_spellings() -> None:
    assert spellings(pl.Series([None, ""], dtype=pl.String), pl.Series([True, None])).to_list() == [[], []]


def test_the_names_of_all_records_are_kept_for_search() -> None:
    records = pl.DataFrame(
        {
            "record_id": ["a:t:1", "b:t:1", "a:t:2"],
            "priority": [10, 20, 10],
            "kind": ["person"] * 3,
            "name": ["張國棟", "张国栋", "李明"],
            "name_en": ["Zhang Guodong", "Zhang Guodong", None],
            "former_names": [["张栋"], ["张国栋"], ["李小明"]],
        }
    )
    assigned = records.select("record_id", party_id=pl.Series(["P", "P", "Q"]))
    found = {row["party_id"]: row for row in describe(records, assigned).iter_rows(named=True)}
    assert found["P"]["name"] == "張國棟"
    assert found["P"]["former_names"] == ["张国栋", "张栋"]
    assert found["Q"]["former_names"] == ["李小明"]
    assert "zhangdong" in found["P"]["pinyin"]
