"""Dependence that is near but not there: together with what is found it is all that flows between two parties."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings

from algorithms.dependence import CRITERIA, DependenceRule, Figures
from algorithms.near_dependence import Flows, Near, assessment, near_dependence
from algorithms.threshold import UNKNOWN
from tests.algorithms.test_control import column
from tests.algorithms.test_dependence import TIER1, Row, World, found, listed, small_worlds, sums_of, two


def flows_of(world: World, tier1: int | None = TIER1) -> Flows:
    figures = Figures(
        column(world.exposure),
        column(world.receipts),
        column(world.expenditure),
        column([each or 0 for each in world.equity]),
        np.asarray([each is not None for each in world.equity], dtype=np.bool_),
    )
    payments, guarantees, repayments = (sums_of(rows) for rows in (world.payments, world.guarantees, world.repayments))
    return Flows(figures, payments, guarantees, repayments, tier1, DependenceRule())


def near_of(world: World, dependent: int, tier1: int | None = TIER1) -> tuple[Near, ...]:
    return near_dependence(flows_of(world, tier1), dependent, np.ones(len(world.exposure), dtype=np.bool_))


def all_flows(world: World) -> dict[tuple[int, int, str], int]:
    """What flows between two parties by dependent, provider and criterion."""
    out: dict[tuple[int, int, str], int] = {}

    def add(rows: list[Row], criterion: str, dependent: int) -> None:
        for row in rows:
            one, other = row[dependent], row[1 - dependent]
            if row[2] > 0 and one != other:
                out[one, other, criterion] = out.get((one, other, criterion), 0) + row[2]

    add(world.payments, "receipts", 1)
    add(world.payments, "expenditure", 0)
    add(world.guarantees, "guarantee", 0)
    add(world.repayments, "repayment", 1)
    return out


@settings(max_examples=100, deadline=None)
@given(small_worlds())
def test_what_flows_is_either_found_or_near(drawn: World) -> None:
    world = replace(drawn, reporting_banks=())
    links = {row[:3] for row in listed(found(world)) if row[2] in ("receipts", "expenditure", "guarantee", "repayment")}
    near = [one for party in range(len(world.exposure)) for one in near_of(world, party)]
    told = {(one.dependent, one.provider, CRITERIA[one.criterion]): one.part for one in near}
    assert len(told) == len(near)
    assert told == {key: part for key, part in all_flows(world).items() if key not in links}
    for one in near:
        apart = assessment(flows_of(world), one.dependent)
        assert (one.shortfall == "not_assessed") == (apart == "not_assessed")
        if apart is None:
            assert one.shortfall == ("no_figure" if one.whole is None else "short")


def test_each_shortfall_is_told() -> None:
    paid = two(payments=[(1, 0, 40)], receipts=[100, UNKNOWN, UNKNOWN, UNKNOWN])
    (short,) = near_of(paid, 0)
    assert (short.provider, short.part, short.whole, short.shortfall) == (1, 40, 100, "short")
    assert [one.shortfall for one in near_of(paid, 1)] == ["not_assessed"]
    assert [one.shortfall for one in near_of(two(payments=[(1, 0, 40)]), 0)] == ["no_figure"]
    assert [one.shortfall for one in near_of(paid, 0, tier1=None)] == ["no_capital"]


def test_only_the_providers_asked_for_are_looked_at() -> None:
    world = two(payments=[(1, 0, 40), (2, 0, 10)], receipts=[100, UNKNOWN, UNKNOWN, UNKNOWN])
    asked = np.asarray([False, False, True, False])
    assert [one.provider for one in near_dependence(flows_of(world), 0, asked)] == [2]
