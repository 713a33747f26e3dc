"""What the columns that a file lacks leave as it is known."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from graph import times
from loaders.untold import as_known, known_frame


def kept(told: dict[str, Any], known: dict[str, Any], *names: str, of: str = "GUARANTEES") -> dict[str, Any]:
    """One link as it is to be written, of what is told and known of it."""
    row = {"id": "1", "flags": [], "digest": 0, "old": 0, **told}
    frame = pl.DataFrame([row], schema_overrides={"flags": pl.List(pl.String)})
    before = known_frame(of, [{"id": "1", "properties": known}])
    return as_known(of, frame, frozenset(names), before).row(0, named=True)


def test_an_amount_that_is_not_told_stays_in_its_currency() -> None:
    known = {"amount": 5, "currency": "USD"}
    assert kept({"currency": "EUR"}, known, "amount")["currency"] == "USD"
    assert kept({"amount": 7, "currency": "EUR"}, known, "kind")["currency"] == "EUR"


@pytest.mark.parametrize(("currency", "whole"), [("USD", 9), ("EUR", None)])
def test_beside_an_amount_in_another_currency_it_is_not_known_any_more(currency: str, whole: int | None) -> None:
    known = {"part_amount": 5, "whole_amount": 9, "currency": "USD"}
    found = kept({"part_amount": 7, "currency": currency}, known, "whole_amount", of="DEPENDS_ON")
    assert (found["part_amount"], found["whole_amount"]) == (7, whole)


@pytest.mark.parametrize(
    ("told", "before", "now"),
    [
        (["unknown:share"], [], []),
        (["unknown:share", "self_link"], ["value:share"], ["self_link", "value:share"]),
        (["b", "a"], ["a", "b"], ["a", "b"]),
        (["a"], ["rounded:votes", "above_one=1.2"], ["a", "above_one=1.2"]),
    ],
)
def test_flags_of_what_is_kept_stay(told: list[str], before: list[str], now: list[str]) -> None:
    found = kept({"flags": told, "votes": 0.5}, {"share": 0.5, "flags": before}, "share", of="OWNS")
    assert found["flags"] == now


def test_what_is_known_neither_way_is_flagged_unknown() -> None:
    found = kept({"flags": ["unknown:share"]}, {"flags": ["unknown:share"]}, "share", "votes", "share_min", of="OWNS")
    assert found["flags"] == ["unknown:share"]


def test_the_digest_is_that_of_a_file_with_all_columns() -> None:
    told = {"share": 0.5, "votes": 0.4}
    whole = kept(told, {}, of="OWNS")
    assert kept({"votes": 0.4}, {"share": 0.5}, "share", of="OWNS")["digest"] == whole["digest"]
    assert kept({"votes": 0.4}, {"share": 0.6}, "share", of="OWNS")["digest"] != whole["digest"]


def test_a_status_that_persons_decided_is_none_of_the_load() -> None:
    assert kept({"status": "confirmed"}, {"status": "rebutted", "stated": "flagged"}, "status")["status"] == "flagged"
    assert kept({"status": "confirmed"}, {"status": "flagged"}, "status")["status"] == "flagged"


@pytest.mark.parametrize(
    ("known", "told", "now"),
    [
        ({"share": 0.5}, ["repeated", "self_link"], ["self_link"]),
        ({"share": 0.5, "flags": ["repeated"]}, ["repeated"], ["repeated"]),
        ({"share": 0.5, "flags": ["repeated"]}, [], []),
        ({}, ["repeated"], ["repeated"]),
        ({"valid_from": times.SINCE_EVER}, ["repeated"], ["repeated"]),
        ({"valid_from": 19_000}, ["repeated"], []),
    ],
)
def test_what_is_known_may_tell_rows_apart_that_a_file_does_not(
    known: dict[str, Any], told: list[str], now: list[str]
) -> None:
    row = {"flags": told, "votes": 0.5, "valid_from": 0}
    assert kept(row, known, "share", "valid_from", of="OWNS")["flags"] == now
