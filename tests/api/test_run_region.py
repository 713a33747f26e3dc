"""A region gives, for whatever a change touches, what a computation of everything gives; the rest does not differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from algorithms.connected import ROLES
from algorithms.votes import Bases, Stakes
from api.services.risk_input import PARTIES, RiskInput
from api.services.rule_sets import RuleSet, rule_set
from api.services.run_change import NEW_PARTY, Change
from api.services.run_compute import compute_control, compute_groups, with_related
from api.services.run_exposure import DeclaredFound
from api.services.run_input import RunInput
from api.services.run_parameters import RunParameters
from api.services.run_region import Region, TooWide, region
from api.services.run_results import EarlierGroups
from api.services.run_world import World
from api.services.what_if_effects import all_rows, declared_ones, related_moves, together
from tests.api.risk_tables_given import risk

DAY = date(2025, 1, 1)
SETS = tuple(rule_set(name).rules for name in ("cn-large-exposure", "cn-group-credit", "eu-crr", "cn-related-party"))
RELATED = "cn-related-party"
NOBODY = EarlierGroups({}, frozenset())
NAMES = "ABCDEFGHIJ"
PERSONS = "ABJ"
HELD = {"stakes": ("owner", "owned"), "bases": ("controller", "controlled"), "couples": ("one", "other")}
NEW_FACILITY = "F0+"
"""Comes between the first and the second by its id."""
ONCE = {
    "guarantees": ("link",),
    "couples": ("one",),
    "institutions": ("party",),
    "securities": ("facility", "collateral"),
}
Row = dict[str, Any]
Tables = dict[str, list[Row]]


def party() -> st.SearchStrategy[str]:
    return st.sampled_from(NAMES)


def other() -> st.SearchStrategy[str | None]:
    return st.one_of(st.none(), party())


SHARES = st.sampled_from([50, 100, 200, 250, 300, 450, 500, 510, 600, 1000]).map(lambda each: each * 1_000_000)
AMOUNTS = st.sampled_from([-1, 0, 20, 60, 100, 200])
F_IDS = st.sampled_from([f"F{k}" for k in range(6)])
COLLATERAL: list[Row] = [
    {"collateral": "K0", "kind": "cash_margin", "value": 60, "issuer": None},
    {"collateral": "K1", "kind": "other_deposit", "value": 100, "issuer": "C"},
    {"collateral": "K2", "kind": "other_deposit", "value": 20, "issuer": "H"},
    {"collateral": "K3", "kind": "other_deposit", "value": -1, "issuer": "B"},
]
ROWS: dict[str, st.SearchStrategy[Row]] = {
    "stakes": st.fixed_dictionaries({"owner": party(), "owned": party(), "votes": SHARES, "share": SHARES}),
    "bases": st.fixed_dictionaries(
        {"controller": party(), "controlled": party(), "basis": st.sampled_from(["agreement", "board"])}
    ).filter(lambda row: row["controller"] != row["controlled"]),
    "couples": st.sampled_from([{"one": "A", "other": "B"}, {"one": "B", "other": "D"}, {"one": "C", "other": "J"}]),
    "drawdowns": st.fixed_dictionaries({"facility": F_IDS, "balance": AMOUNTS}),
    "borrowers": st.fixed_dictionaries({"facility": F_IDS, "party": party()}),
    "guarantees": st.fixed_dictionaries(
        {
            "link": st.sampled_from([f"L{k}" for k in range(9)]),
            "guarantor": party(),
            "debtor": party(),
            "amount": AMOUNTS,
            "facility": st.one_of(st.none(), F_IDS),
        }
    ),
    "securities": st.builds(
        lambda one, facility, secured: {**one, "facility": facility, "secured": secured},
        st.sampled_from(COLLATERAL),
        F_IDS,
        AMOUNTS,
    ),
    "institutions": st.fixed_dictionaries(
        {
            "party": party(),
            "institution": st.sampled_from(["", "bank", "global_bank"]),
            "exempt": st.sampled_from(["", "sovereign"]),
            "bank_role": st.sampled_from(["", "self", "insider"]),
        }
    ),
    "dependence": st.fixed_dictionaries(
        {
            "dependent": party(),
            "provider": party(),
            "criterion": st.sampled_from(["receipts", "repayment"]),
            "status": st.integers(0, 2),
        }
    ),
    "statements": st.fixed_dictionaries(
        {"party": party(), "revenue": AMOUNTS, "expenditure": AMOUNTS, "equity": st.sampled_from([-5, 0, 30, 100])}
    ),
    "payments": st.fixed_dictionaries({"payer": other(), "payee": other(), "amount": AMOUNTS}),
    "repayments": st.fixed_dictionaries({"facility": F_IDS, "payer": other(), "amount": AMOUNTS}),
    "kin": st.fixed_dictionaries(
        {"person": party(), "relative": party(), "relation": st.sampled_from(["spouse", "sibling", "in_law"])}
    ).filter(lambda row: row["person"] != row["relative"]),
    "key_managers": st.fixed_dictionaries({"person": party(), "company": party(), "post": st.just("chair")}),
}
DECLARED = st.fixed_dictionaries({"group_id": st.sampled_from(["GR1", "GR2", "GR3"]), "party": party()})
FACILITIES = st.lists(
    st.fixed_dictionaries(
        {
            "limit_amount": AMOUNTS,
            "drawn_amount": AMOUNTS,
            "item_kind": st.sampled_from(["loan", "guarantee"]),
            "commitment_kind": st.sampled_from(["", "committed"]),
        }
    ),
    min_size=6,
    max_size=6,
)


def once(table: str, rows: list[Row]) -> list[Row]:
    """Couples, guarantees, securities of a contract, and what a party is, are told once each."""
    key = ONCE.get(table)
    return list({tuple(row[name] for name in key): row for row in rows}.values()) if key else rows


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Tables, Tables, bool]:
    """Tables before and after a change, and whether couples count as one."""
    base = {name: draw(st.lists(rows, max_size=7 if name == "stakes" else 4)) for name, rows in ROWS.items()}
    base = {name: once(name, rows) for name, rows in base.items()}
    changed = draw(st.sets(st.sampled_from([*sorted(ROWS), "facilities"]), min_size=1, max_size=2))
    base["declared"] = draw(st.lists(DECLARED, max_size=6))
    base["facilities"] = [{"facility_id": f"F{k}", **row} for k, row in enumerate(draw(FACILITIES))]
    after = dict(base)
    for name in sorted(changed - {"facilities"}):
        kept = [row for row in base[name] if draw(st.booleans())]
        more = draw(st.lists(ROWS[name], max_size=2))
        after[name] = once(name, kept + more)
    if "facilities" in changed:
        fresh = draw(FACILITIES)
        kept = [
            row if draw(st.booleans()) else {**row, **new} for row, new in zip(base["facilities"], fresh, strict=True)
        ]
        after["facilities"] = [*kept, {"facility_id": NEW_FACILITY, **fresh[0]}]
        after["borrowers"] = [*after["borrowers"], {"facility": NEW_FACILITY, "party": draw(party())}]
    return base, after, draw(st.booleans())


def in_order(table: str, rows: list[Row]) -> list[Row]:
    """As a run reads them, where the order counts: protection is spent by it."""
    by = {
        "guarantees": ("link",),
        "securities": ("facility", "collateral"),
        "facilities": ("facility_id",),
        "couples": ("one", "other"),
    }.get(table)
    return sorted(rows, key=lambda row: [row[name] for name in by]) if by else rows


def numbered(rows: Sequence[Row], table: str, party_ids: Sequence[str], facility_ids: Sequence[str]) -> list[Row]:
    """Rows with ordinals in place of names, as a run reads them."""
    ends = (*HELD.get(table, ()), *PARTIES.get(table, ()))
    of_facility: dict[str | None, int] = {one: k for k, one in enumerate(facility_ids)}
    of_facility[None] = -1
    out = []
    for row in rows:
        one = {**row, **{end: -1 if row[end] is None else party_ids.index(row[end]) for end in ends if end in row}}
        if "facility" in row:
            one["facility"] = of_facility[row["facility"]]
        out.append(one)
    return in_order(table, out)


def column(rows: Sequence[Row], name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.asarray([row[name] for row in rows], dtype=np.int64)


def inputs(tables: Tables, party_ids: list[str]) -> tuple[RunInput, RiskInput]:
    """What a run reads of them."""
    facility_ids = [row["facility_id"] for row in in_order("facilities", tables["facilities"])]
    rows = {name: numbered(tables[name], name, party_ids, facility_ids) for name in tables}
    names = sorted({row["basis"] for row in rows["bases"]})
    couples = {(row["one"], row["other"]) for row in rows["couples"]}
    held = Stakes(*(column(rows["stakes"], name) for name in ("owner", "owned", "votes")))
    declared = [names.index(row["basis"]) for row in rows["bases"]]
    bases = Bases(
        column(rows["bases"], "controller"),
        column(rows["bases"], "controlled"),
        np.asarray(declared, dtype=np.int64),
        tuple(names),
    )
    share, person = column(rows["stakes"], "share"), np.asarray([one in PERSONS for one in party_ids], dtype=np.bool_)
    none = column([], "")
    run = RunInput(party_ids, none, none, held, bases, tuple(sorted(couples)), 0, 0, 0, share, person)
    capital = [{"net_capital": 500, "net_tier_1": 500, "tier_1": 500}]
    others = {name: rows[name] for name in rows if name not in HELD}
    return run, risk(capital=capital, **others)


def computed(run: RunInput, lent: RiskInput, parameters: RunParameters, sets: tuple[RuleSet, ...] = SETS) -> World:
    control = compute_control(run, parameters)
    grouped = compute_groups(run, lent, control, NOBODY, NOBODY, sets, DAY)
    tested, related = with_related(run, lent, control, grouped, sets, DAY)
    return World("run-1", DAY, parameters, sets, run, lent, control, tested, related.related)


def change_of(base: Tables, after: Tables, world: World) -> Change:
    """The rows that go, and those that come with parties as the world numbers them."""
    removed, added = {}, {}
    old = {row["facility_id"]: row for row in base["facilities"]}
    restated = {}
    for row in after["facilities"]:
        if row["facility_id"] not in old:
            added["facilities"] = frame_of("facilities", [row], world)
        elif row != old[row["facility_id"]]:
            terms = frame_of("facilities", [row], world).row(0, named=True)
            restated[world.facility_rows[row["facility_id"]]] = terms
    for name in base:
        if base[name] is after[name] or name == "facilities":
            continue
        left = list(after[name])
        gone = []
        for place, row in enumerate(in_order(name, base[name])):
            if row in left:
                left.remove(row)
            else:
                gone.append(place)
        known = [*world.given.party_ids]
        new = [one for one in NAMES if one not in known]
        places = {one: k for k, one in enumerate(known)} | {one: NEW_PARTY + k for k, one in enumerate(new)}
        rows = numbered(left, name, NAMES, [*sorted(old), NEW_FACILITY])
        for row in rows:
            ends = (*HELD.get(name, ()), *PARTIES.get(name, ()))
            row |= {end: places[NAMES[row[end]]] for end in ends if end in row and row[end] >= 0}
        removed[name] = np.asarray(gone, dtype=np.int64)
        added[name] = frame_of(name, rows, world)
    new_parties = tuple(one for one in NAMES if one not in world.given.party_ids)
    return Change(removed, added, restated, new_parties)


def frame_of(name: str, rows: list[Row], world: World) -> pl.DataFrame:
    if name == "stakes":
        rows = [{**row, "low": row["votes"], "high": row["votes"]} for row in rows]
    frame = world.table(name)
    if name in HELD:
        return pl.DataFrame([[row[c] for c in frame.columns] for row in rows], schema=frame.schema, orient="row")
    return risk(**{name: rows}).tables[name].select(frame.columns).cast(frame.schema)


@dataclass(frozen=True)
class Told:
    """Groups and exposures of one computation, by ids. together: tests of all related parties of the bank at once."""

    groups: set[tuple[Any, ...]]
    tests: set[tuple[Any, ...]]
    single: set[tuple[Any, ...]]
    together: set[tuple[Any, ...]]


def told(party_ids: list[str], found: Any) -> Told:
    members, groups = [], set()
    for group in found.book.groups:
        ties = [
            None
            if tie is None
            else ("" if tie.source < 0 else party_ids[tie.source], tie.kind, tie.criterion, tie.firm)
            for tie in group.ties or [None] * group.party.size
        ]
        columns = (group.party.tolist(), group.role.tolist(), group.status.tolist(), ties)
        rows = tuple((party_ids[p], ROLES[r], s, tie) for p, r, s, tie in zip(*columns, strict=True))
        heads = tuple(party_ids[p] for p in group.heads.tolist())
        members.append(rows)
        groups.add((rows, heads, tuple(sorted(group.rules)), group.control_group >= 0))
    tests, single, together = set(), set(), set()
    for subject, at, *rest in found.exposures.iter_rows():
        if subject >= 0:
            tests.add((members[subject], *rest))
        elif at >= 0:
            single.add((party_ids[at], *rest))
        else:
            together.add(tuple(rest))
    return Told(groups, tests, single, together)


def holding(rows: set[tuple[Any, ...]], parties: set[str], *, any_of: bool) -> set[tuple[Any, ...]]:
    return {row for row in rows if any(member[0] in parties for member in row[0]) == any_of}


def check(base: Tables, after: Tables, family_as_one: bool, fresh: bool = False) -> None:
    """Compare a region with all of it, on both sides."""
    parameters = RunParameters(family_as_one=family_as_one)
    named = {
        row[end] for rows in (HELD, PARTIES) for t, ends in rows.items() for row in base.get(t, []) for end in ends
    }
    known = sorted(one for one in NAMES if not fresh or one in named)
    before = computed(*inputs(base, known), parameters)
    whole = computed(*inputs(after, list(NAMES)), parameters)
    change = change_of(base, after, before)
    roles = [[row for row in side["institutions"] if row["bank_role"] == "self"] for side in (base, after)]
    if roles[0] != roles[1]:
        event("the bank is another")
        with pytest.raises(TooWide):
            region(before, change, most=1_000)
        return
    found = region(before, change, most=1_000)
    ids = found.party_ids
    touched = {ids[k] for k in np.flatnonzero(found.touched)}
    inner = {ids[k] for k in np.flatnonzero(found.inner)}
    assert touched <= inner
    old, new = told(known, before.found), told(list(NAMES), whole.found)
    for side, all_of_it in ((found.before, old), (found.after, new)):
        part = told(ids, side.found)
        assert holding(part.groups, touched, any_of=True) == holding(all_of_it.groups, touched, any_of=True)
        assert holding(part.tests, touched, any_of=True) == holding(all_of_it.tests, touched, any_of=True)
        assert {row for row in part.single if row[0] in inner} == {row for row in all_of_it.single if row[0] in inner}
    assert holding(old.groups, touched, any_of=False) == holding(new.groups, touched, any_of=False)
    assert holding(old.tests, touched, any_of=False) == holding(new.tests, touched, any_of=False)
    assert {row for row in old.single if row[0] not in inner} == {row for row in new.single if row[0] not in inner}
    check_related(found, before, whole)
    check_declared(found, before, whole)
    event(f"inner {len(inner)} of {len(NAMES)}")
    event(f"groups differ: {old.groups != new.groups}")


def check_related(found: Region, before: World, whole: World) -> None:
    """Who becomes related to the bank, who is no more, and what all of them owe together."""
    old, new = ({one.party_id(p) for p in one.related[RELATED].tolist()} for one in (before, whole))
    told_ones = related_moves(found).get(RELATED, ([], []))
    assert [set(each) for each in told_ones] == [new - old, old - new]
    figures = [
        {(row["rules"], row["test"]): (row["amount_minor"], row["unknown"], row["state"]) for row in rows}
        for rows in (all_rows(one.found).iter_rows(named=True) for one in (before, whole))
    ]
    differing = {key for key in figures[0].keys() | figures[1].keys() if figures[0].get(key) != figures[1].get(key)}
    got = together(found)
    assert {(one.rules, one.test) for one in got} == differing
    for one in got:
        sides = [None if side is None else (side.amount, side.unknown, side.state) for side in (one.before, one.after)]
        assert sides == [each.get((one.rules, one.test)) for each in figures]
    event(f"related differ: {old != new}; together differ: {bool(differing)}")


def check_declared(found: Region, before: World, whole: World) -> None:
    """The tests of groups that sources declare, on both sides; those not told do not differ."""
    of_all = [by_group(one.found.declared) for one in (before, whole)]
    got = {one.group_id: one for one in declared_ones(found)}
    for at, side in enumerate((found.before, found.after)):
        assert by_group(side.found.declared) == {id: rows for id, rows in of_all[at].items() if id in got}
    differing = {id for id in of_all[0].keys() | of_all[1].keys() if of_all[0].get(id) != of_all[1].get(id)}
    assert differing == {id for id, one in got.items() if one.differs}
    event(f"declared differ: {bool(differing)}")


def by_group(declared: DeclaredFound) -> dict[str, list[tuple[Any, ...]]]:
    out: dict[str, list[tuple[Any, ...]]] = {}
    for subject, _, *rest in declared.exposures.iter_rows():
        out.setdefault(declared.ids[subject], []).append(tuple(rest))
    return {id: sorted(rows) for id, rows in out.items()}


NOTHING: Tables = {name: [] for name in (*ROWS, "declared", "facilities")}


def held(pair: str, votes: int = 600_000_000) -> Row:
    return {"owner": pair[0], "owned": pair[1], "votes": votes, "share": votes}


def lent(facility: str, party: str) -> Tables:
    """A contract and who owes under it."""
    terms = {
        "facility_id": facility,
        "limit_amount": -1,
        "drawn_amount": -1,
        "commitment_kind": "",
        "item_kind": "loan",
    }
    return {"facilities": [terms], "borrowers": [{"facility": facility, "party": party}]}


def lent_to(base: Tables, facility: str, party: str) -> Tables:
    return base | {name: [*base[name], *rows] for name, rows in lent(facility, party).items()}


ON_B: Tables = {**NOTHING, **lent("F0", "A")}
ON_B["dependence"] = [{"dependent": "A", "provider": "B", "status": 0, "criterion": "receipts"}]
FAMILY: Tables = {
    **ON_B,
    "stakes": [held("AE")],
    "couples": [{"one": "A", "other": "C"}],
    "kin": [{"person": "A", "relative": "C", "relation": "spouse"}],
}
"""A family that controls something falls with a member who depends on somebody, though all it controls owes nothing."""
SOVEREIGN: Tables = {
    **ON_B,
    "institutions": [{"party": "B", "institution": "", "exempt": "sovereign", "bank_role": ""}],
}
"""Who depends on a sovereign stands with it once the sovereign owes, too."""
SPOUSES: Tables = {
    **NOTHING,
    **lent("F0", "E"),
    "stakes": [held("AE", 300_000_000), held("BE", 300_000_000), held("EF")],
    "key_managers": [{"person": "A", "company": "C", "post": "chair"}],
}
"""Two persons none of whom controls anything control a company together once they are kin."""
MARRIED: Tables = {**SPOUSES, "kin": [{"person": "A", "relative": "B", "relation": "spouse"}]}

CUT_OFF: Tables = {
    **NOTHING,
    **lent("F0", "A"),
    "stakes": [
        *(held(pair) for pair in ("AC", "CD", "CG", "BG", "EH", "FI")),
        *(held(pair, 300_000_000) for pair in ("ED", "FD")),
    ],
    "institutions": [{"party": "C", "institution": "", "exempt": "sovereign", "bank_role": ""}],
}
"""A tangle whose links would pass over a sovereign if they hung on what bystanders, E and F, hold elsewhere."""


@settings(max_examples=40)
@example(case=(CUT_OFF, lent_to(CUT_OFF, "F0+", "D"), False), fresh=False)
@example(case=(CUT_OFF, lent_to(CUT_OFF, "F0+", "C"), False), fresh=False)
@example(case=(SPOUSES, MARRIED, False), fresh=False)
@example(case=(FAMILY, lent_to(FAMILY, "F0+", "B"), True), fresh=False)
@example(case=(SOVEREIGN, lent_to(SOVEREIGN, "F0+", "B"), False), fresh=False)
@given(case=worlds(), fresh=st.booleans())
def test_a_region_gives_what_the_whole_gives(case: tuple[Tables, Tables, bool], fresh: bool) -> None:
    check(*case, fresh=fresh)


def test_another_bank_makes_everything_new() -> None:
    with pytest.raises(TooWide):
        region(*chain({"institutions": [{"party": "E", "institution": "bank", "exempt": "", "bank_role": "self"}]}))


def test_limits_between_g_sibs_are_tested_in_a_region_that_the_bank_has_no_part_in() -> None:
    both = [{"party": "C", "bank_role": ""}, {"party": "H", "bank_role": "self"}]
    base = {**NOTHING, "institutions": [{**one, "institution": "global_bank", "exempt": ""} for one in both]}
    after = lent_to(base, NEW_FACILITY, "C")
    world = computed(*inputs(base, list(NAMES)), RunParameters(), (rule_set("eu-crr").rules,))
    found = region(world, change_of(base, after, world))
    tested = found.after.found.exposures.filter(pl.col("test") == "single-g-sii")
    assert [found.party_ids[party] for party in tested["party"].to_list()] == ["C"]


def chain(after: dict[str, list[Row]]) -> tuple[World, Change]:
    """A holds B, C holds D; whatever comes besides."""
    base = {**NOTHING, "stakes": [held(pair) for pair in ("AB", "CD")]}
    world = computed(*inputs(base, list(NAMES)), RunParameters())
    return world, change_of(base, {**base, **after}, world)


def test_only_what_a_change_can_touch_is_in_the_region() -> None:
    world, change = chain({"stakes": [held(pair) for pair in ("AB", "CD", "BE")]})
    found = region(world, change)
    assert {found.party_ids[k] for k in np.flatnonzero(found.inner)} == {"A", "B", "E"}
    assert found.touches(np.asarray([found.party_ids.index("E")]))
    (group,) = (one for one in found.after.found.book.groups if found.touches(one.party))
    assert [found.party_ids[p] for p in group.party.tolist()] == ["A", "B", "E"]


def test_a_region_that_would_be_too_wide_is_none() -> None:
    world, change = chain({"dependence": [{"dependent": "D", "provider": "B", "criterion": "receipts", "status": 1}]})
    with pytest.raises(TooWide, match="a region has at most 3"):
        region(world, change, most=3)


def test_other_capital_or_rates_touch_everything() -> None:
    world, _ = chain({})
    with pytest.raises(TooWide):
        region(world, Change(removed={"capital": np.asarray([0])}))
