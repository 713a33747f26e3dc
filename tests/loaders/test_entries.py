"""What entries make of rows: conversions, checks, references, gathering, ordinals."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from graph import times
from graph.errors import BadInput
from loaders.rejects import RejectLog
from tests.loaders.reading import Result, flagged, mapping_of

HEAD = """
name: t
sources: {core: {currency: CNY, time_zone: Asia/Shanghai}}
tables: {A: {key: NO}, B: {key: NO}, L: {}, CODES: {}}
entries:
"""
DAY = times.to_day(date(2024, 3, 31))


def _load(folder: Path, entries: str, tables: dict[str, str], **more: object) -> Result:
    head = HEAD
    for name in ("A", "B", "L", "CODES"):
        text = tables.get(name)
        if text is None:
            head = head.replace(f"{name}: {{key: NO}}", f"{name}: {{key: NO, optional: true}}")
            head = head.replace(f"{name}: {{}}", f"{name}: {{optional: true}}")
        else:
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return Result(mapping_of(head + entries), folder, **more)  # type: ignore[arg-type]


def _values(folder: Path, node: str, properties: str, text: str, prop: str) -> list[object]:
    result = _load(folder, f"- {{node: {node}, table: A, properties: {properties}}}\n", {"A": text})
    return result.nodes(node)[prop].to_list()


@pytest.mark.parametrize(
    ("node", "properties", "text", "prop", "expected"),
    [
        ("Facility", "{starts_on: D}", "NO,D\n1,2024-03-31\n2,20240331\n3,2024/3/31\n4,31.3.24\n", "starts_on", [DAY] * 3 + [None]),
        ("Facility", "{starts_on: {column: D, as: {date: '%d.%m.%y'}}}", "NO,D\n1,31.3.24\n", "starts_on", [DAY]),
        ("Facility", "{starts_on: D}", "NO,D\n1,2024-03-31T00:00:00\n2,2024-03-31 23:59:59.5\n3,2024-03-30T16:00:00+00:00\n4,2024-03-31Tx\n", "starts_on", [DAY] * 3 + [None]),
        ("Facility", "{starts_on: {column: D, as: {date: '%d.%m.%Y'}}}", "NO,D\n1,31.03.2024\n2,2024-03-31T00:00:00\n3,20240331\n", "starts_on", [DAY, DAY, None]),
        ("Facility", "{matures_on: {column: D, as: [date, next_day]}}", "NO,D\n1,2024-03-30\n", "matures_on", [DAY]),
        ("Facility", "{starts_on: D}", "NO,D\n1,24/03/31\n2,2024331\n3,0024-03-31\n4,12024-03-31\n5,202403311\n", "starts_on", [None] * 5),
        ("Facility", "{starts_on: {column: D, as: {date: '%d.%m.%Y'}}}", "NO,D\n1,31.03.24\n2,31.3.2024\n", "starts_on", [None, DAY]),
        ("Facility", "{starts_on: {column: D, as: {date: '%y%m%d'}}}", "NO,D\n1,240331\n2,24331\n", "starts_on", [DAY, None]),
        ("Facility", "{matures_on: {column: D, as: [date, next_day]}}", "NO,D\n1,9999-12-31\n2,9999-12-30\n", "matures_on", [times.UNTIL_FURTHER] * 2),
        ("Facility", "{matures_on: D}", "NO,D\n1,0001-01-01\n2,9999-12-31\n3,9999-12-31T20:00:00Z\n", "matures_on", [times.SINCE_EVER] + [times.UNTIL_FURTHER] * 2),
        ("Facility", "{matures_on: {column: D, as: {epoch_s: day}}}", "NO,D\n1,253402300800\n", "matures_on", [times.UNTIL_FURTHER]),
        ("Facility", "{starts_on: {column: D, nulls: ['0']}}", "NO,D\n1,0\n2,20240331\n", "starts_on", [None, DAY]),
        ("Account", "{balance: V}", 'NO,V\n1,"1,234.56"\n2,-0.5\n3,12\n4,x\n', "balance", [123456, -50, 1200, None]),
        ("Account", "{balance: V}", 'NO,V\n1,"1,50"\n2,"1.000,50"\n3,"12,34,5"\n4,",5"\n5,"1,234,"\n6,"￥ -1，234，567.8"\n', "balance", [None] * 5 + [-123456780]),
        ("Facility", "{limit_amount: {column: V, as: {amount: minor}}}", 'NO,V\n1,"1,50"\n2,"1,500"\n', "limit_amount", [None, 1500]),
        ("Facility", "{limit_amount: V, currency: C}", 'NO,V,C\n1,"1,50",USD\n2,"1,500",JPY\n', "limit_amount", [None, 1500]),
        ("Facility", "{limit_amount: {value: '1,50'}}", "NO\n1\n", "limit_amount", [None]),
        ("Drawdown", "{rate: {column: R, as: rate_percent}}", 'NO,R\n1,"4,35"\n2,"4,35%"\n3,"1,200%"\n', "rate", [None, None, 12.0]),
        ("Event", "{at: W}", "NO,W\n1,24/03/31 08:00\n2,2024331\n3,2024033108000\n4,20240331080000\n", "at", [None, None, None, 1711843200000]),
        ("YearFigures", "{deposits: {column: L, as: [{split: ;}, amount]}}", 'NO,L\n1,"1,5;2"\n2,"1,500;2"\n', "deposits", [None, [150_000, 200]]),
        ("Facility", "{limit_amount: {column: V, as: {amount: ten_thousand}}}", "NO,V\n1,1.5\n", "limit_amount", [1_500_000]),
        ("Facility", "{limit_amount: {column: V, as: {amount: minor}}}", "NO,V\n1,150\n", "limit_amount", [150]),
        ("Facility", "{limit_amount: V, currency: C}", "NO,V,C\n1,10,JPY\n2,10,KWD\n3,10,USD\n", "limit_amount", [10, 10_000, 1000]),
        ("Facility", "{limit_amount: V, currency: C}", "NO,V,C\n1,10,ZZZ\n", "currency", [None]),
        ("Drawdown", "{rate: {column: R, as: rate_percent}}", "NO,R\n1,4.35\n2,-0.5%\n", "rate", [0.0435, -0.005]),
        ("Event", "{at: W}", "NO,W\n1,2024-03-31 08:00\n2,2024-03-31T00:00:00Z\n3,2024-03-31T08:00:00+08:00\n", "at", [1711843200000] * 3),
        ("Event", "{at: {column: W, as: {epoch_s: moment}}}", "NO,W\n1,1711843200\n", "at", [1711843200000]),
        ("Account", "{outside: O}", "NO,O\n1,是\n2,N\n3,maybe\n", "outside", [True, False, None]),
        ("Account", "{outside: {column: O, as: {yes_no: {yes: ['1'], no: ['2']}}}}", "NO,O\n1,1\n2,2\n", "outside", [True, False]),
        ("Branch", "{level: {column: K, as: {map: {'01': head office, '02': branch}}}}", "NO,K\n1,01\n2,09\n", "level", ["head office", None]),
        ("Branch", "{level: {column: K, as: {map: {'01': head office}, other: keep}}}", "NO,K\n1,01\n2,09\n", "level", ["head office", "09"]),
        ("Branch", "{name: {format: '{X}/{Y}'}}", "NO,X,Y\n1,a,b\n2,a,\n", "name", ["a/b", None]),
        ("Branch", "{name: {columns: [X, Y], with: '-'}}", "NO,X,Y\n1,a,b\n", "name", ["a-b"]),
        ("Branch", "{name: {first_of: [X, Y, {value: none}]}}", "NO,X,Y\n1,,b\n2,,\n", "name", ["b", "none"]),
        ("Branch", "{name: {concat: [{column: X, as: upper}, {value: ':'}, Y]}}", "NO,X,Y\n1,a,b\n", "name", ["A:b"]),
        ("Branch", "{name: {column: X, as: [{regex: '(\\d+)'}, {prefix: N}]}}", "NO,X\n1,ab12c\n", "name", ["N12"]),
        ("Branch", "{name: {column: X, as: {replace: ' +', with: ' '}}}", "NO,X\n1,a   b\n", "name", ["a b"]),
        ("Branch", "{name: {column: X, where: {K: '1'}}}", "NO,X,K\n1,a,1\n2,b,2\n", "name", ["a", None]),
        ("YearFigures", "{deposits: {column: L, as: [{split: ;, empty: '0'}, amount]}}", "NO,L\n1,1.5;;2\n", "deposits", [[150, 0, 200]]),
        ("YearFigures", "{deposits: {column: L, as: [{split: ;}, amount]}}", "NO,L\n1,1;x\n2,1;2\n", "deposits", [None, [100, 200]]),
        ("YearFigures", "{deposits: {column: L, as: [{split: ;}, amount]}}", "NO,L\n1,1;2; ;\n2,1;;3\n3,;;\n4,;2\n", "deposits", [[100, 200], None, [], None]),
        ("YearFigures", "{deposits: {column: L, as: [{split: ;}, amount]}}", f"NO,L\n1,{'1;' * 12}\n2,{'1;' * 13}\n", "deposits", [[100] * 12, None]),
        ("YearFigures", "{deposits: {column: L, as: [{split: ;}, amount]}}", "NO,L\n1,1;2\n", "currency", ["CNY"]),
        ("YearFigures", "{deposits: {list: [{column: X, as: amount}, {column: Y, as: amount}]}}", "NO,X,Y\n1,1,2\n", "deposits", [[100, 200]]),
    ],
)  # fmt: skip
def test_conversions(tmp_path: Path, node: str, properties: str, text: str, prop: str, expected: list[object]) -> None:
    assert _values(tmp_path, node, properties, text, prop) == expected


def test_days_of_a_month_in_a_list(tmp_path: Path) -> None:
    entry = (
        "- {link: TRANSFERS_TO, table: L, from: {ref: A, column: X}, to: {ref: A, column: Y}, properties: "
        "{month: {column: M, as: month}, days: {column: D, as: [{split: ;}, {day_in_month: M}]}}}\n"
        "- {node: Account, table: A}\n"
    )
    result = _load(tmp_path, entry, {"L": "X,Y,M,D\n1,2,202403,30;31\n", "A": "NO\n1\n2\n"})
    row = result.links("TRANSFERS_TO").row(0, named=True)
    assert (row["month"], row["days"]) == ("2024-03", [DAY - 1, DAY])
    rows = "1,2,202402,1;30\n1,2,202402,0;3\n1,2,202403,45\n1,2,202402,29\n"
    result = _load(tmp_path, entry, {"L": f"X,Y,M,D\n{rows}", "A": "NO\n1\n2\n"})
    assert result.links("TRANSFERS_TO")["days"].to_list() == [None, None, None, [DAY - 31]]
    assert result.count("L").flags == {"value:days": 3}


PAYMENTS = (
    "- {node: Account, table: A}\n- {link: TRANSFERS_TO, table: L, from: {ref: A, column: X}, to: {ref: A, column: Y}, "
)


def test_each_payment_of_a_list_has_its_day_and_its_amount(tmp_path: Path) -> None:
    entry = PAYMENTS + (
        "properties: {month: M, days: {column: D, as: [{split: ;}, {day_in_month: M}]}, "
        "amounts: {column: V, as: [{split: ;}, amount]}}}\n"
    )
    rows = "1,2,2024-01,1;2,5;6\n1,2,2024-02,1;2,5;6;7\n1,2,2024-03,1;2,\n1,2,2024-04,1;;3,5;6;7\n"
    links = _load(tmp_path, entry, {"A": "NO\n1\n2\n", "L": f"X,Y,M,D,V\n{rows}"}).links("TRANSFERS_TO")
    amounts = dict(links.select("month", "amounts").iter_rows())
    assert amounts == {"2024-01": [500, 600], "2024-02": None, "2024-03": None, "2024-04": [500, 600, 700]}
    assert dict(links.select("month", "flags").iter_rows()) == {
        "2024-01": [], "2024-02": ["value:days", "value:amounts"], "2024-03": [], "2024-04": ["value:days"],
    }  # fmt: skip


def test_gathered_lists_leave_out_a_payment_of_unknown_amount_together_with_its_day(tmp_path: Path) -> None:
    entry = PAYMENTS + (
        "properties: {month: {column: D, as: [date, month]}, count: {gather: count}, "
        "days: {column: D, as: date, gather: list}, amounts: {column: V, as: amount, gather: list}}}\n"
    )
    rows = "1,2,2024-03-29,5\n1,2,2024-03-30,x\n1,2,2024-03-31,7\n"
    links = _load(tmp_path, entry, {"A": "NO\n1\n2\n", "L": f"X,Y,D,V\n{rows}"}).links("TRANSFERS_TO")
    assert links.select("days", "amounts", "count", "flags").row(0) == (
        [DAY - 2, DAY],
        [500, 700],
        3,
        ["value:amounts"],
    )


@pytest.mark.parametrize("unknown", ["", "x"])
def test_a_sum_with_an_unknown_part_is_unknown(tmp_path: Path, unknown: str) -> None:
    entry = PAYMENTS + "properties: {month: M, amount: {column: V, gather: sum}, count: {gather: count}}}\n"
    rows = f"1,2,2024-01,100\n1,2,2024-01,{unknown}\n1,2,2024-01,5\n1,2,2024-02,7\n1,2,2024-02,8\n1,2,2024-03,\n"
    result = _load(tmp_path, entry, {"A": "NO\n1\n2\n", "L": f"X,Y,M,V\n{rows}"})
    links = result.links("TRANSFERS_TO").select("month", "amount", "count", "flags").sort("month").rows()
    unreadable = ["value:amount"] if unknown else []
    assert links == [
        ("2024-01", None, 3, ["unknown:amount", *unreadable]),
        ("2024-02", 1500, 2, []),
        ("2024-03", None, 1, ["unknown:amount"]),
    ]
    assert result.count("L").flags == {"unknown:amount": 2} | dict.fromkeys(unreadable, 1)


def test_what_is_not_asked_for_is_no_unknown_part_of_a_sum(tmp_path: Path) -> None:
    entry = (
        "- {node: Facility, table: L, key: X, key_of: A, "
        "properties: {drawn_amount: {column: V, where: {K: a}, gather: sum}}}\n"
    )
    result = _load(tmp_path, entry, {"L": "X,K,V\n1,a,5\n1,b,\n1,a,7\n2,a,\n2,a,1\n3,b,1\n"})
    assert result.nodes("Facility")["drawn_amount"].to_list() == [1200, None, None]
    assert result.count("L").flags == {"unknown:drawn_amount": 1}


def test_payments_in_two_currencies_are_not_added_together(tmp_path: Path) -> None:
    entry = PAYMENTS + (
        "properties: {month: {column: D, as: [date, month]}, count: {gather: count}, currency: C, "
        "amount: {column: V, gather: sum}}}\n"
    )
    rows = "1,2,2024-03-29,5,CNY\n1,2,2024-03-30,6,USD\n1,2,2024-03-31,7,CNY\n"
    links = _load(tmp_path, entry, {"A": "NO\n1\n2\n", "L": f"X,Y,D,V,C\n{rows}"}).links("TRANSFERS_TO")
    assert sorted(links.select("currency", "amount", "count").rows()) == [("CNY", 1200, 2), ("USD", 600, 1)]
    assert links["id"].n_unique() == 2


@pytest.mark.parametrize(("action", "rejected"), [("flag", []), ("reject", [(3, "C", "USD")])])
def test_a_node_gathers_amounts_of_one_currency(tmp_path: Path, action: str, rejected: list[object]) -> None:
    entry = (
        "- {node: Facility, table: L, key: X, key_of: A, checks: {value: %s}, "
        "properties: {currency: C, drawn_amount: {column: V, gather: sum}}}\n"
    )
    result = _load(tmp_path, entry % action, {"L": "X,C,V\n1,CNY,5\n1,USD,6\n1,CNY,7\n2,USD,8\n"})
    assert result.nodes("Facility").select("drawn_amount", "currency").rows() == [(1200, "CNY"), (800, "USD")]
    assert [(r.line, r.column, r.value) for r in result.log.kept if r.table == "L"] == rejected


def test_a_value_that_cannot_be_converted_is_flagged_or_rejected_as_said(tmp_path: Path) -> None:
    entry = "- {party: person, table: A, properties: {birth_day: D, name: N}%s}\n"
    tables = {"A": "NO,N,D\n1,a,nonsense\n2,b,1990-01-01\n"}
    result = _load(tmp_path, entry % "", tables)
    assert result.records["flags"].to_list() == [["value:birth_day"], []]
    result = _load(tmp_path, entry % ", checks: {value: reject}", tables)
    [reject] = result.log.kept
    assert (reject.line, reject.column, reject.value) == (2, "D", "nonsense")
    assert "is no date" in reject.reason


@pytest.mark.parametrize(
    ("values", "rounded"),
    [
        (pl.Series(["1.23", "1.239", "1.0000001", "1.0000000"]), 2),
        (pl.Series(["1.23", "1.239", "1.230", "2"]).cast(pl.Decimal(20, 3)), 1),
        (pl.Series([1.23, 1.239, 0.1 + 0.2, 123456789.01]), 1),
        (pl.Series([1, 2, 3, 4]), 0),
    ],
)
def test_amounts_finer_than_the_currency_are_flagged_whatever_their_type(
    tmp_path: Path, values: pl.Series, rounded: int
) -> None:
    pl.DataFrame({"NO": ["1", "2", "3", "4"], "V": values}).write_parquet(tmp_path / "A.parquet")
    head = HEAD.replace("B: {key: NO}, L: {}, CODES: {}", "B: {optional: true}")
    result = Result(mapping_of(head + "- {node: Facility, table: A, properties: {limit_amount: V}}\n"), tmp_path)
    assert result.nodes("Facility")["limit_amount"].null_count() == 0
    assert result.count("A").flags == ({"rounded:limit_amount": rounded} if rounded else {})


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_a_moment_of_parquet_is_the_day_that_its_text_is(tmp_path: Path, unit: str) -> None:
    at = pl.Series(["2024-12-31T16:30:00Z", "2024-12-31T15:59:59Z"])
    moments = at.str.to_datetime(time_unit=unit, time_zone="UTC")  # type: ignore[arg-type]
    pl.DataFrame({"NO": ["1", "2"], "D": moments, "T": at}).write_parquet(tmp_path / "A.parquet")
    head = HEAD.replace("B: {key: NO}, L: {}, CODES: {}", "B: {optional: true}")
    entry = "- {node: Facility, table: A, properties: {starts_on: D, matures_on: T, classification: {column: D, as: month}}}\n"
    found = (
        Result(mapping_of(head + entry), tmp_path).nodes("Facility").select("starts_on", "matures_on", "classification")
    )
    new_year = times.to_day(date(2025, 1, 1))
    assert found.rows() == [(new_year, new_year, "2025-01"), (new_year - 1, new_year - 1, "2024-12")]


def test_code_table_of_the_source(tmp_path: Path) -> None:
    codes = "- {node: Branch, table: A, properties: {level: {column: K, as: {codes: {table: CODES, key: ITEM, value: NAME, where: {LIST: Org}}}}}}\n"
    result = _load(tmp_path, codes, {"A": "NO,K\n1,01\n2,07\n", "CODES": "LIST,ITEM,NAME\nOrg,01,总行\nOther,07,x\n"})
    assert result.nodes("Branch")["level"].to_list() == ["总行", None]


PARTIES = "- {party: company, table: A}\n- {party: person, table: B}\n"
OWNS = (
    PARTIES
    + "- {link: OWNS, table: L, from: {ref: %s, column: X}, to: {ref: A, column: Y}, properties: {share: S}%s}\n"
)


def test_dangling_references_are_flagged_rejected_or_left_to_the_store(tmp_path: Path) -> None:
    tables = {"A": "NO\n1\n2\n", "B": "NO\n1\n", "L": "X,Y,S\n1,2,0.5\n7,2,0.1\n"}
    result = _load(tmp_path, OWNS % ("A", ""), tables)
    assert flagged(result.links("OWNS"), "reference:from")["from_key"].to_list() == ["core:A:7"]
    result = _load(tmp_path, OWNS % ("A", ", checks: {reference: reject}"), tables)
    assert [(r.line, r.reason) for r in result.log.kept] == [(3, "refers to no row of A")]
    result = _load(tmp_path, OWNS % ("A", ""), tables, partial=True)
    assert flagged(result.links("OWNS"), "reference:from").is_empty()
    assert not any(batch.whole for batch in result.batches)


def test_a_reference_whose_table_a_column_chooses(tmp_path: Path) -> None:
    tables = {"A": "NO\n1\n2\n", "B": "NO\n1\n", "L": "X,Y,S,K\n1,2,0.5,c\n1,2,0.1,p\n1,2,0.1,?\n"}
    result = _load(tmp_path, OWNS % ("{by: K, tables: {c: A, p: B}}", ""), tables)
    assert sorted(result.links("OWNS")["from_key"]) == ["core:A:1", "core:B:1"]
    assert "K says none of c, p" in result.log.kept[0].reason


def test_a_reference_by_another_column(tmp_path: Path) -> None:
    tables = {"A": "NO,CODE\n1,x\n2,y\n", "B": "NO\n1\n", "L": "X,Y,S\nx,2,0.5\nz,2,0.1\n"}
    result = _load(tmp_path, OWNS % ("A.CODE", ""), tables)
    assert result.links("OWNS")["from_key"].to_list() == ["core:A:1"]
    assert "is no CODE of A" in result.log.kept[0].reason


def test_shares_outside_zero_and_one_and_sums_above_one(tmp_path: Path) -> None:
    tables = {"A": "NO\n1\n2\n3\n", "B": "NO\n1\n", "L": "X,Y,S\n1,3,0.7\n2,3,0.4\n1,2,0.5\n3,2,0.5\n1,1,1.2\n2,1,\n"}
    result = _load(tmp_path, OWNS % ("A", ""), tables)
    stakes = result.links("OWNS")
    assert flagged(stakes, "above_one")["to_key"].to_list() == ["core:A:3"] * 2
    assert flagged(stakes, "unknown:share")["to_key"].to_list() == ["core:A:1"]
    assert [(r.line, r.value) for r in result.log.kept] == [(6, "1.2")]


def test_holdings_that_ended_do_not_count_above_one(tmp_path: Path) -> None:
    entry = OWNS % ("A", ", valid_from: F, valid_to: T")
    tables = {
        "A": "NO\n1\n2\n",
        "B": "NO\n1\n",
        "L": "X,Y,S,F,T\n1,2,1,2001-01-01,2010-01-01\n1,2,1,2010-01-01,\n2,1,1,2010-01-01,2009-01-01\n",
    }
    stakes = _load(tmp_path, entry, tables).links("OWNS")
    assert flagged(stakes, "above_one").is_empty()
    assert flagged(stakes, "period")["to_key"].to_list() == ["core:A:1"]


def test_rows_without_a_key_keep_their_ids_whatever_their_order(tmp_path: Path) -> None:
    rows = ["1,2,0.1", "1,2,0.2", "1,2,0.2", "2,1,0.3"]
    ids = []
    for seed in range(4):
        random.Random(seed).shuffle(rows)
        tables = {"A": "NO\n1\n2\n", "B": "NO\n1\n", "L": "X,Y,S\n" + "\n".join(rows) + "\n"}
        stakes = _load(tmp_path, OWNS % ("A", ""), tables).links("OWNS")
        ids.append({(row["id"], row["row_key"], row["share"]) for row in stakes.iter_rows(named=True)})
    assert len(ids[0]) == 4
    assert all(found == ids[0] for found in ids)
    assert {key for _, key, share in ids[0] if share == 0.2} == {"L:#2", "L:#3"}


def test_identifiers_with_wrong_check_digits_join_nobody(tmp_path: Path) -> None:
    entry = (
        "- {party: company, table: A, properties: {uscc: U, certificate: {concat: "
        "[{column: T, as: {map: {'1': resident_id, '2': passport}}}, {column: C}], with: ':'}}}\n"
    )
    text = "NO,U,T,C\n1,91310000132149237G,1,11010519491231002x\n2,91310000132149237X,1,110105194912310021\n3,,2,E123\n"
    records = _load(tmp_path, entry, {"A": text}).records
    assert records["uscc"].to_list() == ["91310000132149237G", None, None]
    assert records["certificate"].to_list() == ["resident_id:11010519491231002X", None, "passport:E123"]
    assert records["flags"].to_list()[1] == [
        "identifier:uscc=91310000132149237X",
        "identifier:certificate=resident_id:110105194912310021",
    ]


def test_phones_and_addresses_become_shared_identifiers(tmp_path: Path) -> None:
    entry = PARTIES + "- {identifier: phone, table: B, of: {ref: B, column: NO}, value: TEL, use: {value: mobile}}\n"
    result = _load(tmp_path, entry, {"A": "NO\n1\n", "B": "NO,TEL\n1,+86 138-0013-8000\n2,13800138000\n3,none\n"})
    assert result.nodes("Identifier")["identifier_id"].to_list() == ["identifier:phone:13800138000"]
    assert result.links("HAS_IDENTIFIER")["from_key"].to_list() == ["core:B:1", "core:B:2"]
    assert result.log.kept[0].reason == "is no telephone, address or e-mail"
    assert result.count("B").accepted == 2


def test_joined_columns_and_long_tables_become_one_node(tmp_path: Path) -> None:
    entry = (
        "- {node: YearFigures, table: L, key: R, key_of: A, join: [{table: A, on: {R: NO}}], properties: {year: A.Y, "
        "equity: {column: V, where: {S: '808'}, gather: first}, revenue: {column: V, where: {S: '501'}, gather: first}}}\n"
    )
    result = _load(tmp_path, entry, {"A": "NO,Y\nr1,2024\nr2,2023\n", "L": "R,S,V\nr1,808,5\nr1,501,7\nr2,501,3\n"})
    rows = result.nodes("YearFigures").sort("figures_id").select("figures_id", "year", "equity", "revenue").rows()
    assert rows == [("core:A:r1", 2024, 500, 700), ("core:A:r2", 2023, None, 300)]
    assert result.count("L").accepted == 3
    assert result.count("A").accepted == 2  # read for the join


JOINED = "- {node: Account, table: A, join: [{table: L, on: {NO: X}%s}], properties: {frozen_amount: L.V, holder_name: L.N}}\n"
FREEZES = {"A": "NO\n1\n2\n3\n", "L": "X,D,V,N\n1,20,1.5,b\n2,10,4,c\n1,10,2.25,a\n9,10,9,z\n"}


def test_a_join_that_meets_several_rows_flags_those_it_leaves_aside(tmp_path: Path) -> None:
    log = RejectLog(tmp_path / "rejects.csv", "keep-going")
    result = _load(tmp_path, JOINED % "", FREEZES, rejects=log)
    assert result.nodes("Account")["frozen_amount"].to_list() == [150, 400, None]
    count = result.count("L")
    assert (count.accepted, count.skipped, count.listed, count.flags) == (3, 1, 1, {"several": 1})
    assert "core,L,4,flagged,X,1,is one of several rows" in (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (", gather: {V: sum}", [(375, "b"), (400, "c"), (None, None)]),
        (", gather: {V: last, N: first}, order: D", [(150, "a"), (400, "c"), (None, None)]),
        (", order: D", [(225, "a"), (400, "c"), (None, None)]),
    ],
)
def test_what_a_join_makes_of_several_rows(tmp_path: Path, how: str, expected: list[object]) -> None:
    result = _load(tmp_path, JOINED % how, FREEZES)
    assert result.nodes("Account").select("frozen_amount", "holder_name").rows() == expected
    assert result.count("L").flags == {}


def test_a_joined_sum_of_what_is_no_amount_is_reported(tmp_path: Path) -> None:
    result = _load(tmp_path, JOINED % ", gather: {V: sum}", FREEZES | {"L": "X,V,N\n1,1.5,a\n1,much,b\n"})
    assert result.nodes("Account")["frozen_amount"].to_list() == [None] * 3
    assert result.count("A").flags == {"value:frozen_amount": 1}


def test_a_joined_sum_with_an_unknown_part_is_unknown(tmp_path: Path) -> None:
    result = _load(tmp_path, JOINED % ", gather: {V: sum}", FREEZES | {"L": "X,V,N\n1,1.5,a\n1,,b\n2,4,c\n"})
    assert result.nodes("Account")["frozen_amount"].to_list() == [None, 400, None]
    assert result.count("L").flags == {"unknown:V": 1}


def test_a_join_may_list_what_it_meets(tmp_path: Path) -> None:
    entry = (
        "- {party: company, table: A, join: [{table: L, on: {NO: X}, gather: {N: list}, order: D}], "
        "properties: {former_names: L.N}}\n"
    )
    assert _load(tmp_path, entry, FREEZES).records["former_names"].to_list() == [["a", "b"], ["c"], None]


def test_numbers_of_parquet_join_texts_of_csv(tmp_path: Path) -> None:
    pl.DataFrame({"NO": [1, 2]}).write_parquet(tmp_path / "A.parquet")
    (tmp_path / "L.csv").write_text("X,V,N\n2,4,c\n", encoding="utf-8")
    head = HEAD.replace("B: {key: NO}", "B: {optional: true}").replace("CODES: {}", "CODES: {optional: true}")
    result = Result(mapping_of(head + JOINED % ""), tmp_path)
    assert result.nodes("Account").select("account_id", "holder_name").rows() == [("core:A:1", None), ("core:A:2", "c")]


def test_a_rejected_part_of_a_split_row_is_shown_alone(tmp_path: Path) -> None:
    entry = (
        "- {party: company, table: A}\n- {link: EXECUTIVE_OF, table: L, from: {ref: A, column: X}, to: {ref: A, column: Y}, "
        "split_rows: {column: J, by: /}, properties: {post: {column: J, as: {map: {a: chair}}, else: reject}}}\n"
    )
    result = _load(tmp_path, entry, {"A": "NO\n1\n2\n", "L": "X,Y,J\n1,2,a/b\n"})
    assert [(r.line, r.value) for r in result.log.kept] == [(2, "b")]


def test_parts_of_a_split_row_with_equal_ends_are_links_of_their_own(tmp_path: Path) -> None:
    entry = (
        "- {party: company, table: A}\n- {link: EXECUTIVE_OF, table: L, from: {ref: A, column: X}, "
        "to: {ref: A, column: Y}, split_rows: {column: Y, by: /}, properties: {post: J}}\n"
    )
    result = _load(tmp_path, entry, {"A": "NO\n1\n2\n3\n", "L": "X,Y,J\n1,2/3,a\n1,3/2/2,a\n"})
    links = result.links("EXECUTIVE_OF")
    assert sorted(links.select("to_key", "row_key").rows()) == [
        *((f"core:A:{end}", f"L:#{n}") for end, count in (("2", 3), ("3", 2)) for n in range(1, count + 1))
    ]
    assert result.log.kept == []


def test_a_row_rejected_as_a_party_makes_no_link_either(tmp_path: Path) -> None:
    entry = (
        "- {party: company, table: A, properties: {birth_day: {column: D, else: reject}}}\n"
        "- {link: OWNS, table: A, from: {ref: A, column: NO}, to: {ref: A, column: P}}\n"
    )
    result = _load(tmp_path, entry, {"A": "NO,D,P\n1,x,2\n2,2020-01-01,1\n"})
    assert result.links("OWNS")["from_key"].to_list() == ["core:A:2"]
    count = result.count("A")
    assert (count.read, count.accepted, count.rejected) == (2, 1, 1)


def test_filtered_rows_are_skipped_and_counted(tmp_path: Path) -> None:
    entry = "- {party: company, table: A, where: {K: {not: '9'}}, roles: [{role: Customer, where: {K: '1'}}]}\n"
    result = _load(tmp_path, entry, {"A": "NO,K\n1,1\n2,9\n3,\n"})
    assert result.records.select("key", "roles").rows() == [("1", ["Customer"]), ("3", [])]
    count = result.count("A")
    assert (count.read, count.accepted, count.skipped) == (3, 2, 1)


def test_too_many_rejects_end_the_reading(tmp_path: Path) -> None:
    entry = "- {party: company, table: A}\n"
    text = "NO\n" + "\n".join(f'"{i}"' for i in range(999)) + '\n""\n'
    assert _load(tmp_path, entry, {"A": text}, rejects=RejectLog()).count("A").rejected == 1  # exactly 0.1%
    with pytest.raises(BadInput, match=r"2 of 1,001 rows were rejected, more than 0\.1%"):
        _load(tmp_path, entry, {"A": text + '""\n'}, rejects=RejectLog())


def test_data_dates(tmp_path: Path) -> None:
    entry = "- {party: company, table: A}\n"
    (tmp_path / "A.csv").write_text("NO,D\n1,2024-03-31\n")
    head = HEAD.replace("B: {key: NO}, L: {}, CODES: {}", "B: {optional: true}") + entry
    given = mapping_of(head.replace("currency: CNY", "data_date: given"))
    with pytest.raises(BadInput, match="--data-date"):
        Result(given, tmp_path)
    assert Result(given, tmp_path, data_date=date(2024, 3, 31)).records["data_day"].to_list() == [DAY]
    fixed = mapping_of(head.replace("currency: CNY", 'data_date: "2024-03-31"'))
    assert Result(fixed, tmp_path).records["data_day"].to_list() == [DAY]
    of_row = mapping_of(head.replace("currency: CNY", "data_date: {column: D, as: date}"))
    assert Result(of_row, tmp_path).records["data_day"].to_list() == [DAY]


def test_batches_come_as_records_nodes_links_with_the_rows_they_were_made_of(tmp_path: Path) -> None:
    entry = (
        "- {link: HAS_ACCOUNT, table: L, from: {ref: A, column: X}, to: {ref: B, column: Y}}\n"
        "- {node: Account, table: L, key: Y, key_of: B, only_if_missing: true}\n"
        "- {node: Account, table: B}\n- {party: company, table: A}\n"
    )
    result = _load(tmp_path, entry, {"A": "NO\n1\n", "B": "NO\n7\n", "L": "X,Y\n1,7\n1,8\n"})
    assert [(type(b.target).__name__, b.stub) for b in result.batches] == [
        ("RecordTarget", False), ("NodeTarget", False), ("NodeTarget", True), ("LinkTarget", False),
    ]  # fmt: skip
    assert result.batches[2].frame["account_id"].to_list() == ["core:B:8"]
    assert all(b.rows is not None and len(b.rows) == b.frame.height for b in result.batches)
    assert pl.concat([result.nodes("Account")]).height == 2
