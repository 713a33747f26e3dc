"""Why a party is in a group, in words: the examples of DOMAIN.md 4 by number, from the tables that a run reads."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.services.why_membership import explain, told
from api.services.why_phrases import PHRASES, Lang
from api.services.why_words import Cast
from tests.api.told_worlds import Given, world

HELD_4_1 = {"A B": 60, "X D": 60, "D E": 60}
KIN: dict[str, Any] = {
    "held": {"P X": 30, "Q X": 30, "P Y": 60, "Q E": 60},
    "rules": "cn-group-credit",
    "names": "P Q X Y E",
    "tables": {"kin": [{"person": 0, "relative": 1, "relation": "sibling"}]},
}
FIELD = re.compile(r"\{(\w+)\}")


def why(given: Given, head: str, party: str, lang: Lang = "en") -> str:
    """The explanation of the party's membership in the group of the head, of confirmed links where these suffice."""
    names, teller, _ = world(given)
    connected = teller.under.connected
    for groups, firmly in ((connected.firm, True), (connected.potential, False)):
        for group in range(len(groups)):
            heads = [names[one] for one in groups.heads(group).tolist()]
            members = [names[one] for one in groups.members(group).tolist()]
            if head in heads and party in members:
                of = explain(teller.under.explainer(teller.control, firmly=firmly), groups, group, names.index(party))
                return told(replace(teller, lang=lang, cast=Cast(lang, teller.cast.seen)), of).text
    raise AssertionError(f"{party} is in no group of {head}")


STATE = {"S X": 100, "S Y": 80, "X X1": 60}
FUNDED = Given({}, ("B on F", "C on F"), owing_nothing="F")
COUPLE = Given({"P B": 30, "Q B": 30}, couple="P Q")
PAID: dict[str, list[dict[str, Any]]] = {
    "payments": [{"payer": 1, "payee": 2, "amount": 310_000_000}],
    "statements": [{"party": 2, "revenue": 500_000_000}],
}
"""B paid D 3.1 of the 5 million that D took in."""
OTHER_FLOWS: dict[str, list[dict[str, Any]]] = {
    "payments": [{"payer": 1, "payee": 0, "amount": 700_00}, {"payer": 1, "payee": -1, "amount": 300_00}],
    "guarantees": [{"guarantor": 2, "debtor": 0, "amount": 150_00}],
    "statements": [{"party": 2, "equity": 100_00}],
    "repayments": [{"facility": 3, "payer": 0, "amount": 2_00}, {"facility": 3, "payer": 3, "amount": 1_00}],
}
"""P (0) takes 70% of what B (1) spends, C (2) guarantees it beyond its equity, and pays two thirds of D's (3) debts."""
TIED = Given(names="P B C D", tables=OTHER_FLOWS)

EXAMPLES: dict[str, tuple[Given, str, str]] = {
    "4.1 what the dependent controls": (Given(HELD_4_1, ("D on B",)), "A", "E"),
    "4.1 the head": (Given(HELD_4_1, ("D on B",)), "A", "A"),
    "4.1 the other group": (Given(HELD_4_1, ("D on B",)), "X", "D"),
    "4.2": (Given(HELD_4_1, ("D on B", "X on D")), "A", "X"),
    "4.3": (Given({}, ("D on B", "E on D")), "B", "E"),
    "4.4": (FUNDED, "F", "B"),
    "4.4 the connector": (FUNDED, "F", "F"),
    "4.5": (Given(HELD_4_1, ("D on B",), firm=False), "A", "D"),
    "4.5 found in payments": (Given(HELD_4_1, tables=PAID), "A", "D"),
    "4.5 where flagged links count": (Given(HELD_4_1, tables=PAID, rules="eu-crr"), "A", "D"),
    "4.6 by P": (Given({}, ("D on P", "D on Q")), "P", "D"),
    "4.6 by Q": (Given({}, ("D on P", "D on Q")), "Q", "D"),
    "4.7 China": (Given(STATE, sovereign="S"), "X", "X1"),
    "4.7 China, the head": (Given(STATE, sovereign="S"), "X", "X"),
    "4.7 EU": (Given(STATE, sovereign="S", rules="eu-crr"), "S", "X1"),
    "4.8": (Given({}, ("D on P", "E on P")), "P", "E"),
    "1.1 joint": (Given({"A B": 60, "A C": 20, "B C": 31}), "A", "C"),
    "1.3 cycle": (Given({"A B": 51, "B A": 51}), "A", "B"),
    "1.5 family": (COUPLE, "P", "B"),
    "1.5 family, one of the couple": (COUPLE, "P", "P"),
    "1.7 basis feeds votes": (Given({"B C": 30, "A C": 25}, declared={"A B": "agreement"}), "A", "C"),
    "1.8 own shares": (Given({"P B": 45, "B B": 15}), "P", "B"),
    "3 expenditure": (TIED, "P", "B"),
    "3 guarantee": (TIED, "P", "C"),
    "3 repayment": (TIED, "P", "D"),
    "kin": (Given(**KIN), "P", "X"),
    "kin alone": (Given(**KIN), "P", "E"),
    "two routes": (Given({"A B": 60, "A C": 60}, ("C on B",)), "A", "C"),
}


def kept() -> dict[str, tuple[str, str]]:
    """The texts agreed on, English and Chinese, by example."""
    blocks = Path(__file__).with_name("why_words.txt").read_text(encoding="utf-8").strip().split("\n\n")
    return {name: (en, zh) for name, en, zh in (block.split("\n") for block in blocks)}


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_membership_in_words(example: str) -> None:
    given, head, party = EXAMPLES[example]
    assert (why(given, head, party, "en"), why(given, head, party, "zh")) == kept()[example]


def test_every_text_agreed_on_is_of_an_example() -> None:
    assert list(kept()) == list(EXAMPLES)


def test_both_languages_name_the_same() -> None:
    fields = {name: [set(FIELD.findall(text)) for text in pair] for name, pair in PHRASES.items()}
    assert {name: pair for name, pair in fields.items() if pair[0] != pair[1]} == {}
