"""Surnames as banks meet them."""

import polars as pl
import pytest

from api.services.surnames import surname


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("王小明", "王"),
        ("欧阳娜娜", "欧阳"),
        ("东方明德", "东方"),
        ("东方", "东"),
        ("爱新觉罗启", "爱新觉罗"),
        ("李", "李"),
        ("Anna Maria Novak", "novak"),
        ("NOVAK, Anna", "novak"),
        ("Ｎｏｖａｋ", "novak"),
        ("", None),
        ("123", None),
        (None, None),
    ],
)
def test_surnames(name: str | None, expected: str | None) -> None:
    assert pl.select(surname(pl.lit(name, dtype=pl.String))).item() == expected
