"""Openings (DOMAIN.md 9), worked by hand: a bank of five customers and four products, and what is said of it."""

from __future__ import annotations

import json
from math import isqrt
from pathlib import Path

import numpy as np
import pytest

from algorithms.item_similarity import Holdings, similarities
from algorithms.threshold import PPB
from api.cli import main
from api.services.openings_quality import evaluate

CARD, DEPOSIT, FUND, LOAN = range(4)
HELD = [(0, CARD), (0, DEPOSIT), (1, CARD), (1, DEPOSIT), (2, CARD), (2, DEPOSIT), (2, FUND), (3, CARD), (4, LOAN)]


def test_9_similarity_is_the_cosine_of_who_holds_what() -> None:
    """card: 4 holders, deposit: 3, both: 3; fund: 1, within both of these; loan: nobody else's."""
    customer, product = (np.asarray(side, dtype=np.int64) for side in zip(*HELD, strict=True))
    similar = similarities(Holdings(customer, product, 5, 4), shrinkage=0).toarray()
    assert similar[CARD, DEPOSIT] == isqrt(9 * PPB**2 // 12)  # 3 / sqrt(4 * 3)
    assert similar[CARD, FUND] == PPB // 2  # 1 / sqrt(4 * 1)
    assert similar[DEPOSIT, FUND] == isqrt(PPB**2 // 3)
    assert not similar[LOAN].any()
    assert not similar.diagonal().any()
    assert (similar == similar.T).all()
    shrunk = similarities(Holdings(customer, product, 5, 4), shrinkage=2).toarray()
    assert shrunk[CARD, FUND] == PPB // 4  # 1 / (sqrt(4 * 1) + 2)


FILE = """customer_id,product_id,since
ann,card,2020-01-01
ann,deposit,2021-01-01
bob,card,2020-01-01
bob,deposit,2021-01-01
cai,deposit,2020-01-01
cai,card,2021-01-01
dai,card,2020-01-01
dai,fund,2021-01-01
eva,loan,2020-01-01
fay,loan,2020-01-01
gao,loan,2020-01-01
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "holdings.csv"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_9_hold_out_of_the_last_product_in_time(file: Path) -> None:
    """Hidden: deposit of ann and bob, card of cai, fund of dai. Left: card 3, loan 3, deposit 1 holders, none together.

    So nothing is similar and both offer by popularity, without what is held: to ann, bob, dai loan, deposit, fund; to cai
    card, loan, fund. Found at 1: cai's card. At 3: all, for three products are left.
    """
    told = evaluate(file)
    assert (told.customers, told.products, told.holdings, told.hidden, told.last_in_time) == (7, 4, 11, 4, 4)
    assert [(one.k, one.found, one.popular, one.lift) for one in told.rates] == [
        (1, 1, 1, "1.000"),
        (3, 4, 4, "1.000"),
        (5, 4, 4, "1.000"),
        (10, 4, 4, "1.000"),
    ]
    assert told.rates[0].hit_rate == "0.250000000"
    assert told.found == "no better than popularity here: as many found at 3"


def test_9_what_is_held_together_is_offered_before_what_is_popular(tmp_path: Path) -> None:
    """Ten hold tea with milk for good; three took milk after tea; thirty hold only coffee, which is more popular."""
    rows = ["customer_id,product_id,since"]
    rows += [f"a{n},{what},{day}" for n in range(10) for what, day in (("milk", "2020-01-01"), ("tea", "2020-01-01"))]
    rows += [f"a{n},sugar,2021-01-01" for n in range(10)]
    rows += [f"b{n},{what}" for n in range(3) for what in ("tea,2020-01-01", "milk,2021-01-01")]
    rows += [f"c{n},coffee,2020-01-01" for n in range(30)]
    path = tmp_path / "more.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    at_1 = evaluate(path).rates[0]
    assert (at_1.found, at_1.popular, at_1.lift) == (3, 0, None)


def test_9_a_worse_ranking_is_told_as_worse(tmp_path: Path) -> None:
    """Who holds a and b together misleads: five hold a and c, and what they took last is d, which all others hold."""
    rows = ["customer_id,product_id,since"]
    rows += [f"p{n},{what},2020-01-01" for n in range(5) for what in ("a", "c")]
    rows += [f"p{n},x{n},2021-01-01" for n in range(5)]
    rows += [f"q{n},a,2020-01-01" for n in range(5)] + [f"q{n},d,2021-01-01" for n in range(5)]
    rows += [f"r{n},d,2020-01-01" for n in range(20)]
    path = tmp_path / "worse.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    at_1 = evaluate(path).rates[0]
    assert (at_1.found, at_1.popular, at_1.lift) == (0, 5, "0.000")


def test_9_the_command_prints_the_table_and_json(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for more, wanted in ((), "no better than popularity here"), (("--json",), '"hidden": 4'):
        with pytest.raises(SystemExit) as ended:
            main(["openings", "evaluate", "--holdings", str(file), *more])
        told = capsys.readouterr().out
        assert (ended.value.code or 0, wanted in told) == (0, True)
    assert json.loads(told)["rates"][0]["k"] == 1
