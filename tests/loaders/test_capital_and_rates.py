"""What exposures are measured with: rates stay exact, doubtful ones are told with their column, value and way out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import times
from graph.errors import BadInput
from graph.model import RATE_ONE, Kind
from loaders.exchange_values import as_columns, as_text
from loaders.mapping import load_mapping
from loaders.rejects import RejectLog
from tests.loaders.reading import Result, mapping_of
from tests.loaders.test_exact import load_back

EXCHANGE = load_mapping("exchange")
DAY = times.to_day(date(2024, 12, 31))
HEAD = "name: t\nsources: {core: {}}\ntables: {R: {key: NO}}\nentries:\n"
ENTRY = (
    "- {node: ExchangeRate, table: R, checks: {value: %s, code: %s}, properties: "
    "{from_currency: F, to_currency: T, day: D, rate: P}}\n"
)


def rates(folder: Path, prices: pl.Series, value: str = "P") -> list[int | None]:
    pl.DataFrame({"NO": [str(n) for n in range(len(prices))], "P": prices}).write_parquet(folder / "R.parquet")
    entry = f"- {{node: ExchangeRate, table: R, properties: {{rate: {value}}}}}\n"
    return Result(mapping_of(HEAD + entry), folder).nodes("ExchangeRate")["rate"].to_list()


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        (pl.Series(["7.1884", "0.000287", "7", "1,234.5", "0.123456789", "0.1234567890"]), [
            7_188_400_000, 287_000, 7 * RATE_ONE, 1_234_500_000_000, 123_456_789, 123_456_789,
        ]),
        (pl.Series(["0", "0.000000000", "-7.1", "0.1234567891", "1e-3", "seven", ".5", "1234567890", None]), [None] * 9),
        (pl.Series([7.1884, 0.926, 4.4e-7, 0.0, -1.0, float("nan")]), [7_188_400_000, 926_000_000, 440, None, None, None]),
        (pl.Series([7, 0, -7]), [7 * RATE_ONE, None, None]),
        (pl.Series(["7.18840000000", "0.12"]).cast(pl.Decimal(20, 11)), [7_188_400_000, 120_000_000]),
    ],
)  # fmt: skip
def test_rates_are_whole_billionths_or_nothing(tmp_path: Path, prices: pl.Series, expected: list[int | None]) -> None:
    assert rates(tmp_path, prices) == expected


def test_rates_quoted_for_a_hundred_units(tmp_path: Path) -> None:
    value = "{column: P, as: {rate: 100}}"
    assert rates(tmp_path, pl.Series(["4.6233", "718.84", "0.000000001"]), value) == [46_233_000, 7_188_400_000, None]


@pytest.mark.parametrize("argument", ["0", "-1", "x", "true", "1.5"])
def test_a_rate_is_quoted_for_a_number_of_units(argument: str) -> None:
    entry = f"- {{node: ExchangeRate, table: R, properties: {{rate: {{column: P, as: {{rate: {argument}}}}}}}}}\n"
    with pytest.raises(BadInput, match="step 'rate': takes the number of units that are quoted"):
        mapping_of(HEAD + entry)


FAULTS = (
    "NO,F,T,D,P\n1,USD,CNY,2024-12-31,7.1884\n2,USD,CNY,2024-12-30,0\n3,USX,CNY,2024-12-31,7\n4,USD,YEN,2024-12-31,7\n"
    "5,USD,CNY,2024-13-31,7\n6,CNY,CNY,2024-12-31,1\n7,CNY,CNY,2024-12-31,1.01\n8,USD,CNY,2024-12-29,\n"
)


def test_doubtful_rates_are_rejected_with_column_value_and_way_out(tmp_path: Path) -> None:
    (tmp_path / "R.csv").write_text(FAULTS)
    result = Result(mapping_of(HEAD + ENTRY % ("reject", "reject")), tmp_path)
    told = [(r.line, r.column, r.value, r.reason) for r in result.log.kept]
    assert sorted(told) == [
        (3, "P", "0", "is no rate above 0 with at most nine decimals, such as 7.1884"),
        (4, "F", "USX", "is no ISO 4217 currency"),
        (5, "T", "YEN", "is no ISO 4217 currency"),
        (6, "D", "2024-13-31", "is no date (YYYY-MM-DD or YYYYMMDD or YYYY/MM/DD)"),
        (8, "P", "1.01", "is a rate of a currency with itself, which is 1"),
    ]
    assert result.nodes("ExchangeRate")["rate_id"].to_list() == ["core:R:1", "core:R:6", "core:R:8"]
    assert result.count("R").flags == {"unknown:rate": 1}


def test_doubtful_rates_may_be_flagged_and_then_say_nothing(tmp_path: Path) -> None:
    (tmp_path / "R.csv").write_text(FAULTS)
    log = RejectLog(tmp_path / "rejects.csv")
    result = Result(mapping_of(HEAD + ENTRY % ("flag", "flag")), tmp_path, rejects=log)
    rows = {r["rate_id"][-1]: r for r in result.nodes("ExchangeRate").iter_rows(named=True)}
    assert [n for n, row in rows.items() if row["rate"] is None] == ["2", "7", "8"]
    assert (rows["3"]["from_currency"], rows["4"]["to_currency"], rows["5"]["day"]) == (None, None, None)
    assert result.count("R").flags == {
        "code:from_currency": 1, "code:to_currency": 1, "unknown:rate": 3, "value:day": 1, "value:rate": 2,
    }  # fmt: skip
    lines = (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    assert len(lines) == 5
    assert all(line.split(",")[3] == "flagged" for line in lines)


def test_capital_without_any_amount_is_flagged(tmp_path: Path) -> None:
    entry = "- {node: CapitalFigures, table: R, properties: {day: D, currency: C, net_capital: N, tier_1: T}}\n"
    (tmp_path / "R.csv").write_text("NO,D,C,N,T\n1,2024-12-31,CNY,1.50,\n2,2024-09-30,JPY,,7\n3,2024-06-30,CNY,,\n")
    result = Result(mapping_of(HEAD + entry), tmp_path)
    assert result.nodes("CapitalFigures").select("net_capital", "tier_1", "currency").rows() == [
        (150, None, "CNY"), (None, 7, "JPY"), (None, None, "CNY"),
    ]  # fmt: skip
    assert result.count("R").flags == {"unknown:net_capital": 1}


def test_files_written_by_hand_need_no_ids(tmp_path: Path) -> None:
    (tmp_path / "rate.csv").write_text(
        "from_currency,to_currency,day,rate\nUSD,CNY,2024-12-31,7.1884\nUSD,CNY,2024-12-30,7.2\nUSD,CNY,2024-12-31,7.1884\n"
    )
    (tmp_path / "capital.csv").write_text("day,currency,net_tier_1\n2024-12-31,CNY,10000000000.00\n")
    result = Result(EXCHANGE, tmp_path)
    assert result.log.kept == []
    assert result.nodes("ExchangeRate").select("rate_id", "from_currency", "day", "rate", "source").rows() == [
        ("exchange:rate:USD|CNY|2024-12-31", "USD", DAY, 7_188_400_000, "exchange"),
        ("exchange:rate:USD|CNY|2024-12-30", "USD", DAY - 1, 7_200_000_000, "exchange"),
    ]
    assert result.nodes("CapitalFigures").select("capital_id", "day", "net_tier_1", "currency").rows() == [
        ("exchange:capital:2024-12-31", DAY, 10**12, "CNY")
    ]


def test_rows_that_nothing_names_are_rejected_and_two_that_differ_flagged(tmp_path: Path) -> None:
    (tmp_path / "rate.csv").write_text(
        "from_currency,to_currency,day,rate\nUSD,,2024-12-31,7.1884\nUSD,CNY,2024-12-31,7.1\nUSD,CNY,2024-12-31,7.2\n"
    )
    result = Result(EXCHANGE, tmp_path)
    assert [(r.line, r.column, r.reason) for r in result.log.kept] == [
        (2, "from_currency, to_currency, day", "is empty")
    ]
    assert result.count("rate").flags == {"duplicate": 1}
    assert result.nodes("ExchangeRate")["rate"].to_list() == [7_100_000_000]


def test_a_file_without_a_needed_column_is_refused(tmp_path: Path) -> None:
    (tmp_path / "capital.csv").write_text("date,net_capital\n2024-12-31,1\n")
    with pytest.raises(BadInput, match="has no column 'day'"):
        Result(EXCHANGE, tmp_path)


@pytest.mark.parametrize("form", ["csv", "parquet"])
@given(rate=st.integers(1, 999_999_999 * RATE_ONE + 999_999_999))
def test_rates_come_back(form: str, rate: int) -> None:
    rows = [{"rate_id": "a:b:c|d", "from_currency": "USD", "to_currency": "CNY", "day": DAY, "rate": rate}]
    assert load_back("rate", rows, form).nodes("ExchangeRate").select("rate_id", "rate").rows() == [("a:b:c|d", rate)]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_capital_comes_back(form: str) -> None:
    rows: list[dict[str, object]] = [
        {"capital_id": "a:b:1", "day": DAY, "currency": "CNY", "net_capital": 125, "net_tier_1": None, "tier_1": -1},
        {"capital_id": "a:b:2", "day": None, "currency": "JPY", "net_capital": 7, "net_tier_1": 0, "tier_1": 2**53 + 1},
    ]
    found = load_back("capital", rows, form).nodes("CapitalFigures")
    assert found.select(list(rows[0])).rows(named=True) == rows


def test_rates_are_written_as_short_as_they_are_exact() -> None:
    frame = pl.DataFrame({"rate": [7_188_400_000, 7 * RATE_ONE, 10 * RATE_ONE, 1, 120_000_000, None]})
    shown = ["7.1884", "7", "10", "0.000000001", "0.12", None]
    assert as_text(frame, {"rate": Kind.RATE})["rate"].to_list() == shown
    assert as_columns(frame, {"rate": Kind.RATE})["rate"].dtype == pl.Decimal(38, 9)
