"""How many of something, in words."""

from __future__ import annotations

import pytest

from api.services.answers import many


@pytest.mark.parametrize(
    ("count", "noun", "told"),
    [(1, "customer", "1 customer"), (0, "day", "0 days"), (2_000, "more party", "2,000 more parties"), (1, "party", "1 party")],
)  # fmt: skip
def test_the_noun_is_in_its_number(count: int, noun: str, told: str) -> None:
    assert many(count, noun) == told
