"""The table: limits are judged on the large bank only, percentiles are the nearest rank."""

import pytest

from bench.figures import Figure, Limit, cells, percentile


@pytest.mark.parametrize(
    ("value", "limit", "met"),
    [
        (10.0, Limit(10), "yes"),
        (10.1, Limit(10), "NO"),
        (9.0, Limit(10, "at least"), "NO"),
        (10.0, Limit(10, "at least"), "yes"),
    ],
)
def test_a_limit_is_met_or_missed(value: float, limit: Limit, met: str) -> None:
    assert cells("b", Figure("f", value, "ms", limit), "large")[4] == met


def test_limits_are_not_judged_on_a_smaller_bank() -> None:
    assert cells("b", Figure("f", 1e9, "ms", Limit(10)), "small")[4] == "-"


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(n) for n in range(100, 0, -1)]
    assert [percentile(values, share) for share in (0.5, 0.99, 1.0)] == [50.0, 99.0, 100.0]
    assert percentile([7.0], 0.99) == 7.0
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)
