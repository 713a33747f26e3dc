"""Matching of records: what agrees and how it is told, on small tables, real ones and the demo bank's planted ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
import pytest

from api.services import match_learning
from api.services.match_evaluate import MatchEvaluation, MatchFigures, evaluate_demo, evaluate_file
from api.services.match_records import prepared
from api.services.match_rules import shipped_match_rules
from api.services.matching import Matching, joined, match, ppb
from graph.errors import BadInput, NotFound
from loaders.demo.generate import generate
from tests.loaders.reading import real

PERSONS = shipped_match_rules("person")
COMPANIES = shipped_match_rules("company")
BORN = "1980-02-29"


def persons(*rows: Mapping[str, str | None]) -> Matching:
    table = pl.DataFrame([{"record_id": f"s:t:{at}", **row} for at, row in enumerate(rows)], infer_schema_length=None)
    return match(prepared(table, PERSONS), PERSONS)


def level(matching: Matching, field: str) -> str:
    (pair,) = matching.explained(matching.pairs)
    return next(one.level for one in pair.fields if one.field == field)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("张国伟", "张国伟", "the same name"),
        ("刘 浩嘉", "刘浩嘉", "the same name"),
        ("张国伟", "張國偉", "the same in pinyin (traditional characters or romanised)"),
        ("杨国阳", "YANG GUOYANG", "the same in pinyin (traditional characters or romanised)"),
        ("曾国藩", "Zeng Guofan", "the same in pinyin (traditional characters or romanised)"),
        ("陈国珍", "陈国", "one character differs"),
        ("Ouyang Shihong", "Ouyang Shihung", "one character differs"),
        ("Ouyang Shihong", "Ouyang Shi-Hongg Jr", "similar"),
        ("张国伟", "李建华", "different"),
        ("张国伟", None, "not known of both"),
    ],
)
def test_names_agree_as_people_write_them(one: str, other: str | None, said: str) -> None:
    phone = "13812345678"
    found = persons(
        {"name": one, "birth_day": BORN, "phone": phone}, {"name": other, "birth_day": BORN, "phone": phone}
    )
    assert level(found, "name") == said
    assert level(found, "phone") == "a telephone in common"


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("苏州澄湖电子有限公司", "苏州澄湖电子有限责任公司", "the same but for the legal form"),
        ("苏州砚池电子有限公司", "砚池（苏州市）电子有限公司", "the same characters in another order"),
        ("苏州漱玉电子有限公司", "漱玉 (苏州) 电子 有限公司", "the same characters in another order"),
        ("苏州听涛电子有限公司", "苏州听涛电子厂", "the same but for the legal form"),
        ("Acme Trading Co., Ltd.", "ACME TRADING LIMITED", "the same but for the legal form"),
        ("聽雨軒文化有限公司", "听雨轩文化有限公司", "the same in pinyin (traditional characters or romanised)"),
    ],
)
def test_companies_agree_but_for_form_and_order(one: str, other: str, said: str) -> None:
    rows = [{"record_id": "a", "name": one, "phone": "0512-60000000"}]
    rows += [{"record_id": "b", "name": other, "phone": "051260000000"}]
    assert level(match(prepared(pl.DataFrame(rows), COMPANIES), COMPANIES), "name") == said


def test_a_former_name_is_found() -> None:
    table = pl.DataFrame(
        {
            "record_id": ["a", "b"],
            "name": ["远山科技有限公司", "平均科技有限公司"],
            "former_names": [["平均科技有限公司"], None],
        }
    )
    assert level(match(prepared(table, COMPANIES), COMPANIES), "name") == "a former name of the other"


def test_weights_add_up_to_the_probability() -> None:
    row = {"name": "张国伟", "birth_day": BORN, "phone": "13812345678"}
    found = persons(row, row | {"phone": "13900000000"}, {"name": "李建华", "birth_day": "1950-01-01", "phone": None})
    (pair,) = found.explained(found.pairs)
    assert abs(pair.prior + sum(one.weight for one in pair.fields) - pair.weight) < 0.05
    odds = 2**pair.weight
    assert abs(pair.probability / 10**9 - odds / (1 + odds)) < 0.01
    assert {one.field: (one.left, one.right) for one in pair.fields}["phone"] == ("13812345678", "13900000000")


def test_a_telephone_of_many_proves_nothing() -> None:
    rows = [{"name": f"王{chr(0x4E00 + at)}", "birth_day": None, "phone": "02112345678"} for at in range(9)]
    assert persons(*rows).pairs.is_empty()
    assert not persons(*(row | {"birth_day": BORN} for row in rows[:2])).pairs.is_empty()


def test_the_order_of_rows_changes_nothing() -> None:
    table = pl.read_csv(real("er-fake1000") / "fake_1000.csv", infer_schema=False).head(300)
    found = [match(prepared(t, PERSONS, "unique_id"), PERSONS).pairs for t in (table, table.reverse())]
    assert found[0].equals(found[1])
    assert not found[0].is_empty()


def test_two_registration_codes_are_never_joined() -> None:
    rows = [{"record_id": key, "name": "苏州澄湖电子有限公司", "phone": "051260000000"} for key in "abc"]
    found = match(prepared(pl.DataFrame(rows), COMPANIES), COMPANIES)
    sure = found.at_least(ppb(COMPANIES.join_at))
    assert sure.height == 3
    numbers = pl.DataFrame({"record_id": ["a", "b", "c"], "uscc": ["1", "2", None]})
    made, told = joined(found, numbers)
    assert made.of.tolist() == [0, 1, 0]
    refused = told.filter("refused")
    assert sorted(refused.select("left", "right").iter_rows()) == [("a", "b"), ("b", "c")]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({"record_id": ["a"], "colour": ["red"]}, "no column to compare. Known names are name: name, full_name"),
        ({"record_id": ["a", "a"], "name": ["x", "y"]}, "record_id 'a' stands twice"),
        ({"record_id": ["a", None], "name": ["x", "y"]}, "1 records have no record_id"),
        ({"name": ["x", "y"]}, "no column 'record_id'"),
        ({"record_id": ["a"], "dob": ["29/02/1980"]}, "birth_day is '29/02/1980': write days as 1980-02-29"),
    ],
)
def test_tables_that_cannot_be_matched_are_told(rows: dict[str, Sequence[str]], said: str) -> None:
    with pytest.raises(BadInput) as told:
        prepared(pl.DataFrame(rows), PERSONS)
    assert said in str(told.value)


def test_a_table_of_one_has_no_pairs() -> None:
    assert persons({"name": "张国伟"}).pairs.is_empty()


def figures(one: MatchEvaluation, what: str) -> MatchFigures:
    return next(found for found in one.figures if found.what == what)


def test_persons_with_typing_errors_are_found_at_the_fixed_threshold() -> None:
    file = real("er-fake1000") / "fake_1000.csv"
    (told,) = evaluate_file(file, file).evaluations
    assert (told.join_at, told.truth) == ("0.95", "cluster of fake_1000.csv")
    assert float(figures(told, "clustered").f1 or 0) >= 0.95
    assert float(figures(told, "clustered").precision or 0) >= 0.99
    assert float(figures(told, "joined").precision or 0) >= 0.99
    assert figures(told, "asked").pairs > 0
    assert told.omitted == [f"{name}: the records have no column for it" for name in ("gender", "phone", "address")]


def test_learning_from_some_of_the_records_finds_much_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(match_learning, "MOST_RECORDS", 500)
    file = real("er-fake1000") / "fake_1000.csv"
    (told,) = evaluate_file(file, file).evaluations
    assert float(figures(told, "clustered").f1 or 0) >= 0.93
    assert float(figures(told, "joined").precision or 0) >= 0.99


def test_labelled_pairs_alone_are_counted(tmp_path: Path) -> None:
    """Of a part of the records: all of them stand in the test above."""
    folder = real("er-fake1000")
    records = pl.read_csv(folder / "fake_1000.csv", infer_schema=False).head(400)
    labels = pl.read_csv(folder / "fake_1000_labels.csv", infer_schema=False)
    among = labels.filter(pl.all_horizontal(pl.col("unique_id_l", "unique_id_r").is_in(records["unique_id"].implode())))
    records.write_csv(tmp_path / "records.csv")
    among.write_csv(tmp_path / "labels.csv")
    (told,) = evaluate_file(tmp_path / "records.csv", tmp_path / "labels.csv").evaluations
    assert told.truth == f"{among.height:,} labelled pairs of labels.csv"
    assert among.height > 1_000
    assert float(figures(told, "clustered").f1 or 0) >= 0.93
    assert float(figures(told, "joined").precision or 0) >= 0.99


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bank")
    generate("small", 1, folder)
    return folder


def test_the_planted_chinese_likenesses_are_found(bank: Path) -> None:
    of_persons, of_companies = evaluate_demo(bank).evaluations
    for told, planted in ((of_persons, 24), (of_companies, 16)):
        assert figures(told, "joined").there == planted
        for what in ("joined", "clustered"):
            assert float(figures(told, what).precision or 0) >= 0.99
            assert float(figures(told, what).f1 or 0) >= 0.93


def test_labels_that_do_not_fit_are_told(tmp_path: Path) -> None:
    records = tmp_path / "records.csv"
    records.write_text("unique_id,name\n1,张国伟\n2,張國偉\n", encoding="utf-8")
    labels = tmp_path / "labels.csv"

    def said(text: str) -> str:
        labels.write_text(text, encoding="utf-8")
        with pytest.raises(BadInput) as told:
            evaluate_file(records, labels)
        return str(told.value)

    assert "1 records have no party, 2 for one" in said("unique_id,cluster\n1,a\n")
    assert "neither pairs (record_id_l, record_id_r) nor the party" in said("unique_id,colour\n1,red\n")
    assert "name records that the file of records does not have" in said("unique_id_l,unique_id_r\n1,9\n")
    assert "match is no number" in said("unique_id_l,unique_id_r,match\n1,2,perhaps\n")
    with pytest.raises(NotFound, match="There is no file"):
        evaluate_file(records, tmp_path / "none.csv")
    with pytest.raises(NotFound, match=r"is no demo bank: it has no manifest\.json"):
        evaluate_demo(tmp_path)
