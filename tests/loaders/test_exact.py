"""Values as exports write them: whatever a source held comes back from the file as it was."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import times
from graph.model import Kind
from loaders import exact
from loaders.exchange_layout import FILES
from loaders.exchange_parts import kinds
from loaders.exchange_values import as_columns, as_text
from loaders.mapping import load_mapping
from loaders.targets import POLARS
from tests.loaders.reading import Result

EXCHANGE = load_mapping("exchange")
FILE = {file.name: file for file in FILES}
HARD = [
    "=1+1",
    "  two blanks before",
    "a full-width one behind\u3000",
    '"quoted", with a comma',
    "first line\nsecond line\r\nthird",
    "\u3402\U00020bb7\U0002a6d6",  # in GB18030 and in no older Chinese set
    'json:"x"',
    "json:x",
    "\ufffd",
    "a;b",
    "\t",
]
TEXT = st.one_of(
    st.sampled_from(HARD),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters=exact.SEPARATOR), min_size=1),
)


def load_back(name: str, rows: list[dict[str, Any]], form: str) -> Result:
    """Rows of a file, in the graph's own values, written as an export does and read as a load does."""
    of = kinds(FILE[name])
    frame = pl.DataFrame(
        {column: [row.get(column) for row in rows] for column in of}, {c: POLARS[k] for c, k in of.items()}
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.{form}"
        as_text(frame, of).write_csv(path) if form == "csv" else as_columns(frame, of).write_parquet(path)
        result = Result(EXCHANGE, Path(folder))
    assert result.log.kept == []
    return result


@pytest.mark.parametrize("form", ["csv", "parquet"])
@settings(max_examples=25, deadline=None)
@given(names=st.lists(TEXT, min_size=1, max_size=6), former=st.lists(TEXT | st.just(""), max_size=4))
def test_texts_and_lists_come_back(form: str, names: list[str], former: list[str]) -> None:
    rows = [{"party": f"s:t:{n}", "name": name, "former_names": former} for n, name in enumerate(names)]
    found = load_back("party", rows, form).records.sort("record_id")
    assert found["name"].to_list() == names
    assert [names_before or [] for names_before in found["former_names"].to_list()] == [former] * len(names)


def test_only_what_would_be_spoilt_is_marked() -> None:
    plain = ["恒泰贸易有限公司", "=1+1", 'with "quotes", commas\nand lines', "a;b", None]
    assert exact.written(pl.Series("name", plain)).to_list() == plain
    lists = [["a", "b c"], ["a;b"], [], None]
    assert exact.written_lists(pl.Series("l", lists)).to_list() == ["a;b c", 'json:["a;b"]', None, None]


@pytest.mark.parametrize("text", ['json:"\\ud800x"', 'json:["\\ud800x"]', "json:" + "[" * 200_000, 'json:"' + "[" * 9])
def test_what_cannot_be_a_text_stands(text: str) -> None:
    assert exact.read(pl.Series("name", [text])).to_list() == [text]
    assert exact.read_lists(pl.Series("name", [text])).to_list() == [None]


def test_what_follows_the_mark_and_is_no_json_stands() -> None:
    column = pl.Series("name", ['json:"open', "json:[1", 'json:"x"', None])
    assert exact.read(column).to_list() == ['json:"open', "json:[1", "x", None]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_amounts_come_back_by_currency(form: str) -> None:
    amounts = [
        ("CNY", -5),
        ("CNY", 2**53 + 1),
        ("JPY", 1234),
        ("KWD", 1),
        ("CLF", 10_001),
        (None, 7),
        ("CNY", None),
        ("CNY", 0),
    ]
    rows = [
        {"owner": "s:t:1", "company": "s:t:2", "holding_kind": f"{n}", "currency": c, "amount": a}
        for n, (c, a) in enumerate(amounts)
    ]
    found = load_back("ownership", rows, form).links("OWNS").sort("holding_kind")
    assert list(zip(found["currency"], found["amount"], strict=True)) == amounts
    lists = [{"figures": f"s:t:{c}", "currency": c, "deposits": [1, -100, 0]} for c in ("CNY", "JPY", "KWD")]
    assert load_back("figures", lists, form).nodes("YearFigures")["deposits"].to_list() == [[1, -100, 0]] * 3


def test_amounts_are_decimals_by_currency() -> None:
    of = {"amount": Kind.MONEY, "currency": Kind.TEXT}
    frame = pl.DataFrame({"amount": [-5, 100, 100, 100, 100], "currency": ["CNY", "JPY", "KWD", "CLF", None]})
    assert as_text(frame, of)["amount"].to_list() == ["-0.05", "100", "0.100", "0.0100", "1.00"]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_shares_days_and_moments_come_back(form: str) -> None:
    shares = [1 / 3, 1e-9, 0.1 + 0.2, 1.0, 0.0, None]
    days = [(times.SINCE_EVER, times.UNTIL_FURTHER), (-1, 0), (20_000, 20_001)] * 2
    rows = [
        {
            "owner": "s:t:1",
            "company": "s:t:2",
            "share": share,
            "holding_kind": f"{n}",
            "valid_from": start,
            "valid_to": end,
        }
        for n, (share, (start, end)) in enumerate(zip(shares, days, strict=True))
    ]
    found = load_back("ownership", rows, form).links("OWNS").sort("holding_kind")
    assert found["share"].to_list() == shares
    assert list(zip(found["valid_from"], found["valid_to"], strict=True)) == days
    events = [{"event": "s:t:1", "at": 1_700_000_000_123, "due_at": -1000}]
    assert load_back("event", events, form).nodes("Event").select("at", "due_at").rows() == [(1_700_000_000_123, -1000)]


def test_days_and_moments_are_iso() -> None:
    frame = pl.DataFrame({"d": [0, times.UNTIL_FURTHER], "m": [0, 1]})
    shown = as_text(frame, {"d": Kind.DAY, "m": Kind.MOMENT})
    assert shown.rows() == [("1970-01-01", "1970-01-01T00:00:00Z"), (None, "1970-01-01T00:00:00.001Z")]
