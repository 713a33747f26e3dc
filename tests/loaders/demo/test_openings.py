"""What the customers of the demo bank hold can be learnt: openings find what is hidden, of persons and of companies."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from api.services.openings_quality import evaluate
from tests.loaders.demo.conftest import Bank


@pytest.mark.parametrize("kind", [None, "1", "2"])
def test_at_least_one_and_a_half_times_popularity_at_3(bank: Bank, tmp_path: Path, kind: str | None) -> None:
    """Also of each kind by itself: that persons are not offered what companies hold is too easily won."""
    held = bank.table("CRM_HOLDING").filter(pl.col("UNTIL").is_null() | (pl.col("UNTIL") == ""))
    chosen = held if kind is None else held.filter(CUST_KIND=kind)
    named = chosen.select(
        customer_id=pl.col("CUST_KIND") + ":" + pl.col("CUST_NO"), product_id="PRODUCT_ID", since="SINCE"
    )
    named.write_csv(tmp_path / "held.csv")
    told = evaluate(tmp_path / "held.csv")
    at_3 = next(one for one in told.rates if one.k == 3)
    assert told.last_in_time == told.hidden > 100
    assert Fraction(at_3.found, at_3.popular) >= Fraction(3, 2)
