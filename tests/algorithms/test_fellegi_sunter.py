"""Learning how often fields agree: chances that records were made by are found again."""

from __future__ import annotations

import numpy as np
import pytest

from algorithms.fellegi_sunter import UNKNOWN, learn

ONE = [np.array([0.1, 0.2, 0.7]), np.array([0.05, 0.95]), np.array([0.3, 0.7])]
TWO = [np.array([0.9, 0.08, 0.02]), np.array([0.97, 0.03]), np.array([0.95, 0.05])]
EVEN = [np.full(len(chances), 1 / len(chances)) for chances in ONE]


def made(pairs: int, matches: int) -> np.ndarray:
    """Levels of pairs, the first `matches` of one party, drawn by ONE, the others by TWO."""
    rng = np.random.default_rng(7)
    fields = [
        np.concatenate([rng.choice(len(m), matches, p=m), rng.choice(len(u), pairs - matches, p=u)])
        for m, u in zip(ONE, TWO, strict=True)
    ]
    return np.stack(fields, axis=1)


def test_the_chances_that_pairs_were_made_by_are_found_again() -> None:
    levels, counts = np.unique(made(200_000, 20_000), axis=0, return_counts=True)
    found = learn(levels, counts, EVEN, TWO, 20)
    for learnt, true in zip(found.one, ONE, strict=True):
        assert np.abs(learnt - true).max() < 0.02
    assert abs(found.matches - 20_000) < 1_000


def test_a_level_that_no_pair_shows_stays_possible() -> None:
    found = learn(np.array([[1, 1]]), np.array([1_000]), [np.array([0.2, 0.8])] * 2, [np.array([0.9, 0.1])] * 2, 20)
    for chances in found.one:
        assert abs(chances[0] - 0.2 * 20 / 1_020) < 1e-3
        assert abs(chances.sum() - 1) < 1e-12


def test_fields_not_known_say_nothing() -> None:
    found = learn(np.array([[UNKNOWN]]), np.array([50]), [np.array([0.2, 0.8])], [np.array([0.9, 0.1])], 5)
    assert np.allclose(found.one[0], [0.2, 0.8])
    assert abs(found.matches - 25) < 1e-6


def test_nothing_to_learn_from_leaves_what_is_stated() -> None:
    found = learn(np.empty((0, 1), np.int64), np.empty(0, np.int64), [np.array([0.2, 0.8])], [np.array([0.9, 0.1])], 5)
    assert found.one[0].tolist() == [0.2, 0.8]
    assert found.matches == 0


@pytest.mark.parametrize(("level", "stated"), [(2, 5.0), (-2, 5.0), (0, 0.0)])
def test_what_cannot_be_is_refused(level: int, stated: float) -> None:
    with pytest.raises(ValueError, match=r"out of range|not above 0"):
        learn(np.array([[level]]), np.array([1]), [np.array([0.2, 0.8])], [np.array([0.9, 0.1])], stated)
