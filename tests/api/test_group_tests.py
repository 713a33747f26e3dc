"""Tests against limits in words: what a ratio is told of, and why there is none."""

from __future__ import annotations

from typing import Any, cast

import pytest

from api.services.group_tests import because_of, limit_test
from api.services.words import owed_told, ratio_told
from graph.store import View


class Given:
    """A view of one run."""

    run_id = "run-1"


ROW = {"rules": "r", "test": "t", "status": "firm", "amounts": 21_000, "unknown": 0, "limits": 200_000_000}


@pytest.mark.parametrize(
    ("base", "state", "ratio", "said"),
    [
        (100_000, "breach", "0.21", "CNY 210.00 over CNY 1,000.00 is 21%, against a limit of 20%: breach"),
        (-100_000, "breach", None, "against a limit of 20%, and the capital is not above zero: breach"),
        (0, "breach", None, "against a limit of 20%, and the capital is not above zero: breach"),
        (-1, "undecided", None, "against a limit of 20%, and the capital is not known: undecided"),
    ],
)
def test_the_arithmetic_says_why_there_is_no_ratio(base: int, state: str, ratio: str | None, said: str) -> None:
    row: dict[str, Any] = {**ROW, "bases": base, "allowed": 0, "nearness": -1, "states": state}
    test = limit_test(row, {}, "CNY")
    assert test.ratio == ratio
    assert said in because_of(cast(View, Given()), "A", test, []).text


def test_an_exposure_of_which_nothing_is_known_is_no_zero() -> None:
    unknown = {"amounts": 0, "unknown": 2, "bases": 100_000, "allowed": 20_000, "nearness": -1, "states": "undecided"}
    test = limit_test({**ROW, **unknown}, {}, "CNY")
    assert (test.amount, test.unknown, test.ratio, test.nearness) == (None, 2, None, None)
    text = because_of(cast(View, Given()), "A", test, []).text
    assert "an unknown amount against a limit of 20%: undecided" in text
    told = [owed_told(test.amount, test.unknown), ratio_told(test.ratio, test.amount, test.base)]
    assert told == ["an unknown amount", "unknown"]
