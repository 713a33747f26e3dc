"""Check digits of whole columns agree with python-stdnum, number by number, right ones and damaged ones."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import lei
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10

from loaders import identifiers

DIGITS, ALNUM = "0123456789", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
DISTRICTS = ("110101", "110103", "110112", "310115", "119999", "999999", "000000")
"""Held always, until 2010, from 1997, always; a known province without such a district; neither known."""


@st.composite
def resident_ids(draw: st.DrawFn) -> str:
    year, month, day = draw(st.integers(1900, 2030)), draw(st.integers(0, 13)), draw(st.integers(0, 32))
    serial = draw(st.text(DIGITS, min_size=3, max_size=3))
    body = f"{draw(st.sampled_from(DISTRICTS))}{year:04}{month:02}{day:02}{serial}"
    return f"{body}{ric.calc_check_digit(body + '0')}"


@st.composite
def social_credit_codes(draw: st.DrawFn) -> str:
    body = draw(st.text(DIGITS, min_size=8, max_size=8)) + draw(st.text(USCC, min_size=9, max_size=9))
    return f"{body}{uscc.calc_check_digit(body)}"


@st.composite
def legal_entity_identifiers(draw: st.DrawFn) -> str:
    body = draw(st.text(ALNUM, min_size=18, max_size=18))
    return f"{body}{mod_97_10.calc_check_digits(body)}"


@st.composite
def damaged(draw: st.DrawFn, numbers: st.SearchStrategy[str]) -> str:
    """A number, often with one character put in, replaced or left out."""
    number = draw(numbers)
    at = draw(st.integers(0, len(number) - 1))
    put = draw(st.sampled_from([*"0X9IOZaxé ", "-", "０", "·", ""]))
    found: str = draw(
        st.sampled_from([number, number, number[:at] + put + number[at + 1 :], number[:at] + put + number[at:]])
    )
    return found


def library_says_wrong(check: Callable[[str], object], number: str) -> bool:
    try:
        check(number)
    except (ValidationError, KeyError):  # KeyError: what it raises for an unknown district of a known province
        return True
    return False


@settings(max_examples=150, deadline=None)
@given(st.lists(st.none() | damaged(resident_ids()), min_size=1, max_size=20))
def test_resident_ids(numbers: list[str | None]) -> None:
    values = pl.Series([number and f"resident_id:{number}" for number in numbers], dtype=pl.String)
    expected = [number is not None and library_says_wrong(ric.validate, number) for number in numbers]
    assert identifiers.wrong("certificate", values).to_list() == expected


@settings(max_examples=150, deadline=None)
@given(st.lists(st.none() | damaged(social_credit_codes()), min_size=1, max_size=20))
def test_social_credit_codes(numbers: list[str | None]) -> None:
    expected = [number is not None and library_says_wrong(uscc.validate, number) for number in numbers]
    assert identifiers.wrong("uscc", pl.Series(numbers, dtype=pl.String)).to_list() == expected
    certificates = pl.Series([number and f"uscc:{number}" for number in numbers], dtype=pl.String)
    assert identifiers.wrong("certificate", certificates).to_list() == expected


@settings(max_examples=150, deadline=None)
@given(st.lists(st.none() | damaged(legal_entity_identifiers()), min_size=1, max_size=20))
def test_legal_entity_identifiers(numbers: list[str | None]) -> None:
    expected = [number is not None and library_says_wrong(lei.validate, number) for number in numbers]
    assert identifiers.wrong("lei", pl.Series(numbers, dtype=pl.String)).to_list() == expected


@pytest.mark.parametrize(
    ("certificate", "wrong"),
    [("passport:E1234567", False), ("passport:", True), ("passport", True), (":1", False), ("resident_id:", True)],
)
def test_certificates_without_check_digits_need_a_number_only(certificate: str, wrong: bool) -> None:
    assert identifiers.wrong("certificate", pl.Series([certificate])).to_list() == [wrong]


def test_right_numbers_are_not_asked_of_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """A million of them would take a minute."""
    monkeypatch.setattr(identifiers, "_valid", lambda name, value: pytest.fail(f"{name} {value} was asked for"))
    numbers = ["11010519491231002X", "91110000600037341L"]
    assert not identifiers.wrong("certificate", pl.Series([f"resident_id:{numbers[0]}"])).any()
    assert not identifiers.wrong("uscc", pl.Series([numbers[1]])).any()


ROOM = "北京市朝阳区望京东路8号悦府2-1-501"


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("北京市朝阳区望京东路8号悦府2号楼1单元501室", ROOM),
        ("北京市 朝阳区，望京东路８号 悦府2栋1单元501", ROOM),
        ("北京市朝阳区望京东路8号悦府2－1－501", ROOM),
        (ROOM, ROOM),
        ("北京市朝阳区望京东路8号悦府21-501", "北京市朝阳区望京东路8号悦府21-501"),
        ("悦府1号楼1单元1户", "悦府1-1-1"),
        ("望京东路8号501室", "望京东路8号501"),
        ("Flat 5B, 12 Main Street", "flat5b12mainstreet"),
        (" ,。", None),
    ],
)
def test_an_address_is_one_however_its_room_is_written(written: str, plain: str | None) -> None:
    assert pl.select(identifiers.plain_address(pl.lit(written))).item() == plain
