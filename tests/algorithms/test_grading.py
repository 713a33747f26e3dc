"""Bands and grades against their definitions."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from algorithms.grading import Band, grade_of, reached

BANDS = st.lists(st.integers(0, 50), min_size=1, max_size=6, unique=True).map(
    lambda starts: [Band(start, points) for points, start in enumerate(sorted(starts), 1)]
)


@given(st.integers(-10, 700), st.integers(1, 12), BANDS)
def test_the_highest_band_that_the_mean_reaches(value: int, parts: int, bands: list[Band]) -> None:
    below = [band for band in bands if Fraction(value, parts) >= band.at_least]
    assert reached(value, parts, bands) == (below[-1] if below else None)


@given(st.integers(0, 120))
def test_the_first_grade_whose_points_are_reached(points: int) -> None:
    grades = [("A", 75), ("B", 40), ("C", 0)]
    assert grade_of(points, grades) == max((least, grade) for grade, least in grades if points >= least)[1]
