"""Who is likely to refer: the fit against scipy's minimum, the measures against their definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from algorithms.likely_referrers import ONE, Seen, area, held_out, learn, ranked


def world(n: int = 2_000, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Features of which the first two matter, and who refers."""
    random = np.random.default_rng(seed)
    feature = np.column_stack([random.poisson(mean, n) for mean in (1, 2, 3)]).astype(np.int64)
    raw = -3.0 + 0.9 * feature[:, 0] - 0.3 * feature[:, 1]
    return feature, random.random(n) < 1 / (1 + np.exp(-raw))


def test_the_weights_are_those_that_make_the_answers_most_likely() -> None:
    feature, refers = world()
    mean, spread = feature.mean(axis=0), feature.std(axis=0)

    def loss(weights: np.ndarray) -> float:
        raw = weights[0] + ((feature - mean) / spread) @ weights[1:]
        return float(np.logaddexp(0, raw).sum() - raw[refers].sum() + (weights[1:] ** 2).sum() / 2)

    best = minimize(loss, np.zeros(4), method="BFGS", options={"gtol": 1e-9}).x
    model = learn(feature, refers)
    assert model.weight / ONE == pytest.approx(best[1:] / spread, abs=2e-4)
    assert model.intercept / ONE == pytest.approx(best[0] - (best[1:] / spread) @ mean, abs=5e-4)
    assert model.weight[0] / ONE == pytest.approx(0.9, abs=0.15)
    assert model.weight[1] / ONE == pytest.approx(-0.3, abs=0.15)
    assert model.score(feature).sum() / ONE == pytest.approx(refers.sum(), rel=1e-3)
    contributions = model.contributions(feature).sum(axis=1)
    centred = model.raw(feature) - model.raw(feature).mean()
    assert np.abs(contributions - centred).max() <= 10


def test_the_order_of_rows_decides_nothing_and_constant_features_weigh_nothing() -> None:
    feature, refers = world()
    with_constant = np.column_stack((feature, np.full(len(feature), 7)))
    order = np.random.default_rng(1).permutation(len(feature))
    one, other = learn(with_constant, refers), learn(with_constant[order], refers[order])
    assert (one.weight == other.weight).all()
    assert one.intercept == other.intercept
    assert one.weight[3] == 0


def test_features_that_part_the_two_perfectly_are_learned_too() -> None:
    feature = np.repeat([[0], [1]], 40, axis=0).astype(np.int64)
    model = learn(feature, feature[:, 0] == 1)
    assert 0 < model.score(feature)[0] < ONE // 4
    assert ONE * 3 // 4 < model.score(feature)[-1] < ONE


def test_too_few_to_learn_from_are_refused() -> None:
    feature = np.zeros((100, 1), dtype=np.int64)
    with pytest.raises(ValueError, match="19 of 100 refer"):
        learn(feature, np.arange(100) < 19)
    with pytest.raises(ValueError, match="do not go together"):
        learn(feature, np.ones(99, dtype=np.bool_))


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=30))
def test_the_area_is_the_part_of_pairs_in_order(rows: list[tuple[int, bool]]) -> None:
    score = np.array([score for score, _ in rows], dtype=np.int64)
    refers = np.array([refers for _, refers in rows], dtype=np.bool_)
    pairs = [(a, b) for a, yes in rows if yes for b, also in rows if not also]
    twice = sum(2 * (a > b) + (a == b) for a, b in pairs)
    assert area(score, refers) == (twice * ONE // (2 * len(pairs)) if pairs else ONE // 2)


def test_who_is_ranked_first() -> None:
    score, last = np.array([1, 2, 2, 1, 2]), np.array([9, 5, 7, 9, 7])
    assert ranked(score, last).tolist() == [2, 4, 1, 0, 3]


def test_a_model_is_held_against_referred_before() -> None:
    feature, refers = world()
    model = learn(feature, refers)
    later, came = world(seed=4)
    told = held_out(model, Seen(later, later[:, 0], np.zeros(len(later), dtype=np.int64)), came, at=(1, 100))
    assert (told.rows, told.referrers) == (2_000, int(came.sum()))
    first = np.argsort(-model.raw(later), kind="stable")[:100]
    assert told.model.hits == (int(came[first[0]]), int(came[first].sum()))
    assert told.model.area > told.before.area > ONE // 2
    plain = held_out(model, Seen(later, np.zeros(len(later), dtype=np.int64), np.arange(len(later))), came)
    assert plain.before.area == ONE // 2
    assert plain.before.hits[-1] == int(came[:500].sum())
