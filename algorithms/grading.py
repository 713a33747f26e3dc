"""Grading by a score table: points of the highest band reached, added up to a grade. Whole numbers only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Band(NamedTuple):
    """Reached by values of `at_least` and more."""

    at_least: int
    points: int


def reached(value: int, parts: int, bands: Sequence[Band]) -> Band | None:
    """The highest band that a mean reaches, exactly: value / parts >= at_least by cross-multiplication.

    bands: ascending. parts: how many values `value` is the sum of, at least 1; 1 for what is no mean.
    """
    return next((band for band in reversed(bands) if value >= band.at_least * parts), None)


def grade_of(points: int, grades: Sequence[tuple[str, int]]) -> str:
    """The first grade whose points are reached. grades: (grade, at_least), descending; the last one takes all."""
    return next((grade for grade, least in grades if points >= least), grades[-1][0])
