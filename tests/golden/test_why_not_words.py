"""Why two parties are in no group together, in words: near misses of DOMAIN.md 1, 3 and 4."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from algorithms.threshold import PPB
from api.services.why_not_pair import look
from api.services.why_not_phrases import PHRASES
from api.services.why_not_words import PairTeller
from api.services.why_phrases import Lang, joined
from api.services.why_words import Cast
from tests.api.told_worlds import Given, world
from tests.golden.test_why_words import FIELD, HELD_4_1, STATE

SMALL: list[dict[str, Any]] = [{"net_tier_1": 100_000, "tier_1": 100_000, "net_capital": 100_000}]
"""Capital beside which an exposure of 100 is not assessed for dependence."""
SOLD: list[dict[str, Any]] = [{"payer": 0, "payee": 1, "amount": 41_00}, {"payer": -1, "payee": 1, "amount": 59_00}]
"""A (0) paid B (1) 41 of the 100 that B's accounts took in."""

EXAMPLES: dict[str, tuple[Given, str, str]] = {
    "1.2 edge": (Given({"A D": 50}), "A", "D"),
    "1.4 uncertain": (Given(names="A B", bands={"A B": (45, 55)}), "A", "B"),
    "1.4b undisclosed": (Given({"A B": 45, "C B": 30}), "A", "B"),
    "48% held": (Given({"A B": 48, "C B": 52}), "A", "B"),
    "held by the head of the group": (Given({"A A1": 60, "A B": 48, "C B": 52}), "A1", "B"),
    "4.1 its controller does not depend": (Given(HELD_4_1, ("D on B",)), "A", "X"),
    "4.1 in one group": (Given(HELD_4_1, ("D on B",)), "A", "E"),
    "4.5": (Given(HELD_4_1, ("D on B",), firm=False), "A", "E"),
    "4.6 fan": (Given({}, ("D on P", "D on Q")), "P", "Q"),
    "4.7 China": (Given(STATE, sovereign="S"), "X", "Y"),
    "4.7 China, the sovereign": (Given(STATE, sovereign="S"), "S", "Y"),
    "4.7 EU": (Given(STATE, sovereign="S", rules="eu-crr"), "X", "Y"),
    "banks by control only": (
        Given({}, ("D on B",), tables={"institutions": [{"party": 0, "institution": "bank"}]}),
        "B",
        "D",
    ),
    "a rule set without dependence": (Given({}, ("D on B",), rules="cn-group-credit"), "B", "D"),
    "rebutted": (
        Given(names="B D", tables={"dependence": [{"dependent": 1, "provider": 0, "status": 2}]}),
        "B",
        "D",
    ),
    "3 half is needed": (Given(names="A B", tables={"payments": SOLD}), "A", "B"),
    "3 not assessed": (Given(names="A B", tables={"payments": SOLD, "capital": SMALL}), "A", "B"),
    "3 no capital": (Given(names="A B", tables={"capital": []}), "A", "B"),
    "3 no equity known": (
        Given(names="A B", tables={"guarantees": [{"guarantor": 0, "debtor": 1, "amount": 30_00}]}),
        "A",
        "B",
    ),
    "nothing near": (Given(names="A B"), "A", "B"),
}


def why_not(given: Given, a: str, b: str, lang: Lang) -> str:
    names, teller, stakes = world(given)
    pair = look(teller, stakes, names.index(a), names.index(b))
    speaking = replace(teller, lang=lang, cast=Cast(lang, teller.cast.seen))
    told = PairTeller(speaking, stakes, pair)
    return joined(lang, [told.verdict(), *(reason.text for reason in told.reasons())])


def kept() -> dict[str, tuple[str, str]]:
    """The texts agreed on, English and Chinese, by example."""
    blocks = Path(__file__).with_name("why_not_words.txt").read_text(encoding="utf-8").strip().split("\n\n")
    return {name: (en, zh) for name, en, zh in (block.split("\n") for block in blocks)}


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_pair_in_words(example: str) -> None:
    given, a, b = EXAMPLES[example]
    assert (why_not(given, a, b, "en"), why_not(given, a, b, "zh")) == kept()[example]


def test_every_text_agreed_on_is_of_an_example() -> None:
    assert list(kept()) == list(EXAMPLES)


def test_both_languages_name_the_same() -> None:
    fields = {name: [set(FIELD.findall(text)) for text in pair] for name, pair in PHRASES.items()}
    assert {name: pair for name, pair in fields.items() if pair[0] != pair[1]} == {}


def test_arithmetic_stands_in_whole_numbers() -> None:
    names, teller, stakes = world(Given({"A B": 48, "C B": 52}))
    (reason,) = PairTeller(teller, stakes, look(teller, stakes, 0, 1)).reasons()
    (found,) = reason.arithmetic
    assert names == ["A", "B", "C"]
    assert (found.part, found.threshold_ppb, found.text) == (48 * PPB // 100, PPB // 2, "48% ≤ 50%")
