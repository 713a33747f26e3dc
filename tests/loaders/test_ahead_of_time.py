"""Days and moments of what has happened cannot lie ahead; planned things may."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from graph import times
from loaders.mapping import load_mapping
from tests.loaders.reading import Result, mapping_of
from tests.loaders.test_bods import _company
from tests.loaders.test_doubtful_values import told_of

TODAY = date(2025, 6, 30)
REASON = "lies ahead, after today and the day of the data"


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(times, "today", lambda _zone: TODAY)


@pytest.mark.parametrize("column", ["birth_day", "registered_on", "customer_since"])
def test_a_day_of_a_party_that_lies_ahead_is_told_and_left_out(tmp_path: Path, column: str) -> None:
    result, told = told_of(tmp_path, party=f"party,{column}\nP1,2099-01-01\nP2,2025-06-30\nP3,2025-07-01\nP4,\n")
    today = times.to_day(TODAY)
    assert result.records[column].to_list() == [None, today, None, None]
    assert told == [
        ("2", "flagged", column, "2099-01-01", REASON),
        ("4", "flagged", column, "2025-07-01", REASON),
    ]
    assert result.records["flags"].to_list() == [[f"value:{column}"], [], [f"value:{column}"], []]
    assert result.count("party").flags == {f"value:{column}": 2}


@pytest.mark.parametrize(
    ("data_date", "stated", "taken"),
    [(None, "", False), (date(2025, 7, 2), "", True), (date(2024, 12, 31), "", False), (None, "2025-07-02", True)],
)
def test_the_day_of_the_data_may_be_later_than_today(
    tmp_path: Path, data_date: date | None, stated: str, taken: bool
) -> None:
    (tmp_path / "party.csv").write_text(f"party,registered_on,data_date\nC1,2025-07-02,{stated}\n")
    result = Result(load_mapping("exchange"), tmp_path, data_date=data_date)
    assert (result.records["registered_on"][0] is not None) is taken


@pytest.mark.parametrize(
    ("kind", "state", "kept"),
    [
        ("interaction", "", False),
        ("interaction", "done", False),
        ("interaction", "open", True),
        ("signing", "open", True),
        ("risk", "open", False),
        ("service_request", "open", False),
        ("", "", False),
    ],
)
def test_an_event_that_has_happened_does_not_lie_ahead(tmp_path: Path, kind: str, state: str, kept: bool) -> None:
    rows = f"event,event_kind,state,at,due_at\nE1,{kind},{state},2099-10-09T06:00:00Z,2099-10-10T06:00:00Z\n"
    result, told = told_of(tmp_path, event=rows)
    event = result.nodes("Event").row(0, named=True)
    assert (event["at"] is not None) is kept
    assert event["due_at"] is not None
    assert [row[1:4] for row in told] == ([] if kept else [("flagged", "at", "2099-10-09T06:00:00Z")])


@pytest.mark.parametrize(("at", "kept"), [("2025-06-30T15:59:59Z", True), ("2025-06-30T16:00:00Z", False)])
def test_the_day_ends_where_the_source_is(tmp_path: Path, at: str, kept: bool) -> None:
    (tmp_path / "event.csv").write_text(f"event,event_kind,at\nE1,interaction,{at}\n")
    found = Result(load_mapping("exchange"), tmp_path).nodes("Event")["at"][0]
    assert (found == int(datetime.fromisoformat(at).timestamp() * 1000)) if kept else found is None


def test_maturities_and_periods_lie_ahead(tmp_path: Path) -> None:
    files = {
        "facility": "facility,starts_on,matures_on\nF1,2098-01-01,2099-01-01\n",
        "ownership": "owner,company,share,valid_from,valid_to\nA,B,0.1,2098-01-01,2099-01-01\n",
    }
    result, told = told_of(tmp_path, **files)
    assert told == []
    assert result.nodes("Facility").select(pl.col("starts_on", "matures_on").is_not_null().all()).row(0) == (True, True)


def test_referrals_and_answers_have_happened(tmp_path: Path) -> None:
    referral = "referrer,referred,at,bought_on\nA,B,2099-01-01T00:00:00Z,2099-01-01\n"
    result, told = told_of(tmp_path, referral=referral)
    assert result.links("REFERRED").select("at", "bought_on").row(0) == (None, None)
    assert [row[2] for row in told] == ["at", "bought_on"]


@pytest.mark.parametrize(("action", "rejected", "kept"), [("reject", 1, []), ("ignore", 0, [True])])
def test_the_mapping_says_what_is_done(tmp_path: Path, action: str, rejected: int, kept: list[bool]) -> None:
    mapping = mapping_of(f"""
name: bank
sources: {{core: {{}}}}
tables: {{CUST: {{key: NO}}}}
entries:
- {{party: person, table: CUST, properties: {{birth_day: D}}, checks: {{value: {action}}}}}
""")
    (tmp_path / "CUST.csv").write_text("NO,D\n1,2099-01-01\n")
    result = Result(mapping, tmp_path)
    assert (result.count("CUST").rejected, result.count("CUST").flags) == (rejected, {})
    assert [day is not None for day in result.records["birth_day"]] == kept


def test_statements_tell_days_that_have_been(tmp_path: Path) -> None:
    given = [_company("a", foundingDate="2099-01-01"), _company("b", foundingDate="2020-01-01")]
    (tmp_path / "s.json").write_text(json.dumps(given))
    records = Result(load_mapping("bods"), tmp_path).records.sort("key")
    assert records["registered_on"].to_list() == [None, times.to_day(date(2020, 1, 1))]
    assert records["flags"].to_list() == [["value:registered_on=2099-01-01"], []]
