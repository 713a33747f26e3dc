"""Contagion, DOMAIN.md 6.5 and 6.6, as the service is asked; Z of the examples is X, C is D."""

from __future__ import annotations

from typing import Any

import pytest

from api.services.contagion import ContagionAnswer, contagion
from graph.errors import NotFound
from tests.api.small_world import SmallView, world, worlds_of

A, B, D, E, X = range(5)


def guarantee(guarantor: int, debtor: int, amount: int) -> dict[str, Any]:
    return {"link": f"GUARANTEES-{guarantor}{debtor}", "guarantor": guarantor, "debtor": debtor, "amount": amount}


def ask(party: str, guarantees: list[dict[str, Any]], equity: dict[int, int]) -> ContagionAnswer:
    statements = [{"party": party, "equity": amount} for party, amount in equity.items()]
    one = world(guarantees=guarantees, statements=statements)
    return contagion(SmallView(), worlds_of(one), party)  # type: ignore[arg-type]


def told(answer: ContagionAnswer) -> list[tuple[str, str, str | None, int | None, bool]]:
    """(party, called, pays, falls in, assessed)."""
    return [
        (one.party.party_id, one.called.amount, one.pays.amount if one.pays else None, one.falls_in, one.assessed)
        for one in answer.called
    ]


def test_6_5_a_guarantor_falls_and_its_own_is_called() -> None:
    answer = ask("B", [guarantee(A, B, 100), guarantee(X, A, 70)], {A: 40, X: 500})
    calls = [
        (one.round, one.guarantor.party_id, one.debtor.party_id, one.amount and one.amount.amount)
        for one in answer.calls
    ]
    assert calls == [(1, "A", "B", "1.00"), (2, "X", "A", "0.70")]
    assert told(answer) == [("A", "1.00", "0.40", 1, True), ("X", "0.70", "0.70", None, True)]
    assert (answer.rounds, answer.fallen, answer.not_assessed) == (2, 1, 0)
    assert (answer.total_called.amount, answer.total_paid.amount) == ("1.70", "1.10")
    assert answer.because[0].links == ["GUARANTEES-01", "GUARANTEES-40"]


def test_6_6_calls_add_up() -> None:
    answer = ask("A", [guarantee(B, A, 50), guarantee(D, A, 30), guarantee(D, B, 30)], {B: 10, D: 40})
    assert told(answer) == [("B", "0.50", "0.10", 1, True), ("D", "0.60", "0.40", 2, True)]


def test_unknown_equities_and_amounts_are_told_and_fell_nobody() -> None:
    answer = ask("B", [guarantee(A, B, 100), guarantee(D, B, -1), guarantee(X, A, 5)], {D: 40})
    assert told(answer) == [("A", "1.00", None, None, False), ("D", "0.00", "0.00", None, False)]
    assert (answer.rounds, answer.not_assessed, answer.fallen) == (1, 2, 0)
    assert [one.unknown for one in answer.called] == [0, 1]
    assert answer.called[0].equity is None


def test_nobody_is_called_for_a_party_without_guarantors() -> None:
    answer = ask("E", [], {})
    assert (answer.calls, answer.called, answer.rounds) == ([], [], 0)


def test_an_unknown_party_is_said() -> None:
    with pytest.raises(NotFound, match="No party has the id 'Q'"):
        ask("Q", [], {})
