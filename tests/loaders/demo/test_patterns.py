"""Planted patterns grow with the bank, and each gives its answer; worked out from what was planted, bank by bank."""

from __future__ import annotations

from collections import defaultdict
from typing import TypeVar

import pytest

from loaders.demo import manifest
from loaders.demo.planted.planting import Planting, at
from loaders.demo.planted.settle import plant
from loaders.demo.sizes import COUNTS
from tests.loaders.demo.test_planted import Stakes, controlled


@pytest.fixture(scope="module")
def planting() -> Planting:
    return plant(COUNTS["medium"], 1)


Answer = TypeVar("Answer")


def _answers(planting: Planting, kind: type[Answer]) -> list[Answer]:
    return [answer for answer in planting.answers if isinstance(answer, kind)]


def test_a_large_bank_has_hundreds_of_each_and_a_small_one_its_cases_alone() -> None:
    kinds = ("ControlGroup", "DeclaredGroup", "DeclaredDependence", "Dependence", "Circle", "Duplicate")
    counted = {
        size: {kind: len(_answers(plant(COUNTS[size], 1), getattr(manifest, kind))) for kind in kinds}
        for size in ("small", "large")
    }
    assert counted["small"] == {
        "ControlGroup": 12, "DeclaredGroup": 2, "DeclaredDependence": 0, "Dependence": 5, "Circle": 6, "Duplicate": 42,
    }  # fmt: skip
    assert all(count >= 300 for count in counted["large"].values()), counted["large"]


def test_patterns_control_exactly_what_they_say(planting: Planting) -> None:
    stakes: Stakes = defaultdict(dict)
    declared: dict[str, set[str]] = defaultdict(set)
    for link in planting.relatives:
        if link.code == "5200":
            stakes[at(link.of)][at(link.who)] = max(0, link.share) / 10_000
        if link.code.startswith("07"):
            declared[at(link.who)].add(at(link.of))
    repeated = [g for g in _answers(planting, manifest.ControlGroup) if g.case.startswith("repeated")]
    assert len(repeated) == 3 * COUNTS["medium"].patterns
    for group in repeated:
        assert controlled(set(group.head), stakes, declared, at_least=False) == set(group.members), group
    assert all(sum(holders.values()) <= 100 for holders in stakes.values())


def test_declared_dependences_and_groups_stand_in_their_rows(planting: Planting) -> None:
    codes = {"0601": "receipts", "0602": "funding"}
    rows = {(at(row.of), at(row.who), codes[row.code]) for row in planting.relatives if row.code in codes}
    told = {(d.dependent, d.on, d.criterion) for d in _answers(planting, manifest.DeclaredDependence)}
    assert rows == told
    groups = _answers(planting, manifest.DeclaredGroup)
    differing = [bool(group.missing) + 2 * bool(group.extra) for group in groups]
    assert min(differing.count(kind) for kind in (1, 3)) > 10
    assert any({*group.declared} == {*group.found[1:]} for group in groups)


def test_every_planted_company_has_a_name_of_its_own(planting: Planting) -> None:
    names = [company["name"] for company in planting.companies]
    assert len(set(names)) == len(names)
