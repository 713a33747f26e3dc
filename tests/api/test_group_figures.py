"""What a run keeps of a group's exposure, and how near a test is to its limit."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from algorithms.exposure import Members, exposure_of_groups, exposure_of_parties
from algorithms.limits import NEAREST, Limit, LimitResult
from algorithms.threshold import PPB
from api.services.declared_groups import declared_groups
from api.services.exposure_totals import group_totals
from api.services.group_figures import STATES, UNTESTED, digest_of, group_figures
from api.services.run_exposure import EXPOSURES
from tests.algorithms.naive_exposure import Facility, World
from tests.api.risk_tables_given import risk

LIMIT = Limit("group", "group", "any", "exposure", "tier_1", PPB // 5)


def result(amounts: list[int], allowed: Fraction | None) -> LimitResult:
    column = np.asarray(amounts, dtype=np.int64)
    nothing = np.zeros(column.size, dtype=np.int64)
    return LimitResult(LIMIT, "firm", 1, allowed, column, nothing, nothing, ())


@given(
    amounts=st.lists(st.integers(0, 2**62), min_size=1, max_size=5),
    allowed=st.fractions(min_value=Fraction(1, 10**9), max_value=2**62),
)
def test_nearness_is_the_exact_quotient_rounded_down(amounts: list[int], allowed: Fraction) -> None:
    found = result(amounts, allowed).nearness(np.arange(len(amounts)))
    assert found == [min(floor(amount / allowed * PPB), NEAREST) for amount in amounts]


def test_nearness_where_nothing_is_allowed_or_known() -> None:
    assert result([0, 1], Fraction(0)).nearness(np.arange(2)) == [0, NEAREST]
    assert result([0, 1], None).nearness(np.arange(2)) == [None, None]


def row(subject: int, rules: str, test: str, status: str, state: str, nearness: int | None) -> dict[str, object]:
    same = {"party": -1, "amount_minor": 7, "unknown": 1, "base_minor": None, "limit_ppb": 5, "allowed_minor": None}
    own = {"subject": subject, "rules": rules, "test": test, "status": status, "state": state, "nearness": nearness}
    return {**same, **own}


def test_the_worst_state_and_the_nearest_test_speak_for_a_group() -> None:
    rows = [
        row(1, "b", "t", "firm", "undecided", None),
        row(1, "a", "t", "potential", "within", 30),
        row(1, "a", "t", "firm", "within", 20),
        row(-1, "a", "single", "firm", "breach", 2 * PPB),
        row(0, "a", "t", "firm", "breach", 2 * PPB),
    ]
    found = group_figures(pl.DataFrame(rows, schema=EXPOSURES), ["G-0", "G-1", "G-2"], "CNY")
    assert set(found) == {"G-0", "G-1"}
    one = found["G-1"]
    assert (one["state"], one["nearness"], one["currency"]) == ("undecided", 30, "CNY")
    assert (one["test_rules"], one["test_status"]) == (["a", "a", "b"], ["firm", "potential", "firm"])
    assert (one["test_nearness"], one["test_bases"], one["test_allowed"]) == ([20, 30, -1], [-1] * 3, [-1] * 3)
    assert one.keys() == UNTESTED.keys()
    assert STATES.index("breach") > STATES.index("warning") > STATES.index("undecided") > STATES.index("within")


def test_the_digest_sees_every_figure() -> None:
    rows = pl.DataFrame([row(0, "a", "t", "firm", "within", 20)], schema=EXPOSURES)
    before = digest_of(group_figures(rows, ["G"], "CNY")["G"])
    assert digest_of(group_figures(rows, ["G"], "CNY")["G"]) == before
    for change in (
        pl.lit(8).alias("amount_minor"),
        pl.lit(0).alias("unknown"),
        pl.lit("breach").alias("state"),
        pl.lit(21).alias("nearness"),
    ):
        assert digest_of(group_figures(rows.with_columns(change), ["G"], "CNY")["G"]) != before
    assert digest_of(group_figures(rows, ["G"], "USD")["G"]) != before


def test_joint_contracts_are_what_members_add_up_to_more() -> None:
    world = World(3, [Facility(40, 40, borrowers=(0, 1)), Facility(7, 7, borrowers=(2,))])
    claims, exempt = world.columns(), world.parties().exempt
    groups = Members(np.asarray([0, 2, 4]), np.asarray([0, 1, 1, 2]))
    single = exposure_of_parties(claims, exempt)
    found = exposure_of_groups(claims, groups, exempt)
    rows = group_totals("r", "firm", found, single, groups, np.asarray([5, -1]))
    assert rows.select("subject", "before_minor", "joint_minor").rows() == [(5, 40, 40)]


def test_declared_groups_hold_each_member_once() -> None:
    told = [("B", 2), ("A", 1), ("B", 0), ("B", 2)]
    found = declared_groups(risk(declared=[{"group_id": group, "party": party} for group, party in told]))
    assert (found.ids, found.members.first.tolist(), found.members.party.tolist()) == (("A", "B"), [0, 1, 3], [1, 0, 2])
    assert declared_groups(risk()).ids == ()
    assert len(declared_groups(risk()).members) == 0
