"""What the terminal prints of referrers."""

from __future__ import annotations

from datetime import date

import pytest

from api.cli import referring
from api.services.likely_referrers import LikelyQuality, LikelyReferrers


@pytest.mark.parametrize(("customers", "told"), [(1, "1 customer seen on"), (2_000, "2,000 customers seen on")])
def test_whom_the_quality_is_told_of_reads_right_in_any_number(
    customers: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    quality = LikelyQuality(
        learned_on=date(2024, 1, 1), held_on=date(2024, 6, 30), until=date(2025, 6, 30), customers=customers, referrers=1,
        area="0.7", before_area="0.6", rankings=[], found="better than chance",
    )  # fmt: skip
    referring._print_quality(LikelyReferrers.model_construct(quality=quality, empty=None))
    assert capsys.readouterr().out.startswith(f"{told} 2024-06-30, of whom 1 referred before 2025-06-30")
