"""Groups of several rule sets are found at once: their order, what is known already, and a failure."""

from __future__ import annotations

import time
from typing import Any

import pytest

from api.services import run_exposure
from api.services.rule_sets import rule_set
from api.services.run_exposure import RiskFound, compute_risk
from tests.api.small_world import DAY, inputs, world

SETS = [rule_set(name).rules for name in ("basel-lex", "cn-large-exposure", "hkma", "eu-crr")]


GIVEN, LENT = inputs()
WORLD = world()


def _found(**known: Any) -> RiskFound:
    return compute_risk(GIVEN, LENT, WORLD.control, WORLD.grouped.groups, SETS, DAY, **known)


def test_sets_are_told_in_the_order_given_as_each_by_itself() -> None:
    together = _found()
    assert list(together.by_rules) == [one.id for one in SETS]
    assert list(dict.fromkeys(together.exposures["rules"])) == [one.id for one in SETS]


def test_what_is_known_is_not_worked_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [found.under for found in _found().by_rules.values()]
    monkeypatch.setattr(run_exposure, "connected_under", None)
    again = _found(connected=known)
    assert [found.under for found in again.by_rules.values()] == known


def test_a_failure_is_raised_and_the_last_sets_are_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = []

    def fail(given: Any, risk: Any, control: Any, rules: Any, basis: Any) -> None:
        begun.append(rules.id)
        if rules.id == SETS[0].id:
            raise ValueError(rules.id)
        time.sleep(0.2)

    monkeypatch.setattr(run_exposure, "connected_under", fail)
    with pytest.raises(ValueError, match=SETS[0].id):
        _found()
    assert len(begun) < len(SETS)
