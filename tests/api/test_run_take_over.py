"""What an incremental run takes over, and the owners it finds anew, are what a full run finds."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithms.control import Control
from algorithms.threshold import PPB
from algorithms.votes import Bases
from api.services import run_compute, run_take_over
from api.services.household_input import no_homes
from api.services.opening_input import no_openings
from api.services.risk_input import PARTIES, RiskInput
from api.services.risk_tables import guaranteed
from api.services.rule_sets import RuleFile, rule_set
from api.services.run_archive import Archive
from api.services.run_before import DAY as DAY_OF_RUN
from api.services.run_before import FOLLOWS_FROM, Before, Kept, asked_of, before_of
from api.services.run_compute import (
    Computed,
    compute_control,
    compute_rest,
    compute_tested,
    with_business,
)
from api.services.run_found_parts import CONNECTED, GROUPED, HOUSED, LINKED, SELF_REFERRED, found_parts
from api.services.run_frozen import COLUMNS, freeze, given_digests
from api.services.run_grades import GRADES
from api.services.run_input import RunInput
from api.services.run_owners import find_owners
from api.services.run_parameters import RunParameters
from api.services.run_payment_patterns import find_patterns
from api.services.run_referrals import find_referrals
from api.services.run_region import TooWide
from api.services.run_results import Earlier, EarlierGroups, control_links
from api.services.run_take_over import Taken, take_over
from tests.api.worlds import Held, no_households, numbers, world

DAY = date(2025, 1, 1)
SETS: list[RuleFile] = [rule_set(name) for name in ("cn-bo", "eu-amlr", "cn-large-exposure")]
RULES = [one.rules for one in SETS]
NONE_BEFORE = EarlierGroups({}, frozenset())
NOBODY = Earlier.of_groups(NONE_BEFORE, NONE_BEFORE)
ASKED = RunParameters()
NAMES = "A B C D E F p q r"
PAID = 20_000
Input = tuple[RunInput, RiskInput]


def bank(held: list[Held], managed: list[tuple[str, str]] = [], declared: list[tuple[str, str]] = []) -> Input:  # noqa: B006
    """Holdings by name, who manages whom, who controls whom by agreement; a loan whose money comes back."""
    one = world(NAMES, held)
    over = [(one.at(a), one.at(b)) for a, b in declared]
    bases = Bases(numbers(*(a for a, _ in over)), numbers(*(b for _, b in over)), numbers(*(0 for _ in over)), ("x",))
    lent = one.risk(
        facilities=[{"facility_id": "F1", "limit_amount": 100, "drawn_amount": 100}],
        drawdowns=[{"facility": 0, "balance": 90}],
        borrowers=[{"facility": 0, "party": "B"}],
        paid_into=[{"drawdown": "D1", "facility": 0, "payee": "B", "day": PAID, "amount": 100}],
        guarantees=[{"guarantor": "A", "debtor": "B", "amount": 10, "facility": 0}],
        transfers=[
            {"payer": "B", "payee": -2, "day": PAID + 1, "amount": 90},
            {"payer": -2, "payee": "A", "day": PAID + 3, "amount": 80},
        ],
        outside_accounts=[{"account_id": "pay:1"}],
        key_managers=[{"person": a, "company": b, "post": "director"} for a, b in managed],
        capital=[{"net_capital": 1_000, "net_tier_1": 1_000, "tier_1": 1_000}],
        securities=[{"facility": 0}],
        institutions=[{"party": "C"}],
        dependence=[{"dependent": "C", "provider": "D"}],
        statements=[{"party": "C", "revenue": 5}],
        payments=[{"payer": "C", "payee": "D", "amount": 5}],
        payment_months=[{}],
        repayments=[{"facility": 0, "payer": "C", "amount": 3}],
        kin=[{"person": "p", "relative": "q", "relation": "spouse"}],
        declared=[{"party": "A"}],
        referrals=[{"referrer": "p", "referred": "q"}],
        rates=[{}],
    )
    return replace(one.given, bases=bases), lent


@dataclass(frozen=True)
class Run:
    """A run over such a bank; before: what the run before kept."""

    given: RunInput
    risk: RiskInput
    before: Before | None = None

    @property
    def taken(self) -> Taken:
        if self.before is None:
            return Taken()
        return take_over(self.before, self.parts, self.given, self.risk, self.control, ASKED, RULES)

    @cached_property
    def control(self) -> Control:
        return compute_control(self.given, ASKED)

    @cached_property
    def tested(self) -> run_compute.Tested:
        links = control_links(self.given, self.control)
        return compute_tested(self.given, self.risk, self.control, links, NONE_BEFORE, NONE_BEFORE, RULES, DAY)

    @property
    def parts(self) -> dict[str, str]:
        ids, lived = self.given.party_ids, no_households(self.given, self.risk)
        read = given_digests(self.given, self.risk) | no_homes().digests(ids) | no_openings().digests(ids)
        return {**read, **found_parts(self.risk, self.control, lived.household, self.tested.grouped)}

    def found(self, taken: Mapping[str, Any]) -> Computed:
        lived = no_households(self.given, self.risk)
        rest = compute_rest(self.given, self.risk, self.control, self.tested, lived, RULES, taken)
        return with_business(rest, self.given, self.risk, no_homes(), no_openings(), taken)

    def keep(self, folder: Path) -> Before:
        """Make the run, and keep what the next one takes over."""
        tables = Archive(folder, "run-1")
        tables.begin()
        freeze(tables, self.given, self.risk, SETS, NOBODY)
        found = self.found({})
        tables.write_found(self.given, found, ASKED.max_pairs)
        asked = asked_of(SETS, ASKED)
        Kept(asked, self.parts, found.digests({}), found.told).write(tables)
        before = before_of(folder, asked)
        assert before
        return before


def check(before: Input, after: Input) -> Taken:
    """Whatever is taken over or found anew is what the whole gives; what was taken over."""
    with TemporaryDirectory() as folder:
        now = Run(*after, Run(*before).keep(Path(folder)))
        taken = now.taken
        one, other = now.found(taken.tables), now.found({})
        for name, table in other.tables.items():
            assert one.tables[name].equals(table), name
        assert one.warnings == other.warnings
        assert one.digest(one.digests(taken.digests)) == other.digest()
    return taken


HELD: list[Held] = [("p", "A", 60), ("A", "B", 60), ("q", "C", 30), ("C", "D", 51)]
MANAGED = [("r", "E"), ("r", "B")]


def perturbed(part: str) -> Input:
    """The bank with one part of what was read another."""
    given, lent = bank(HELD, MANAGED)
    if part == "control":
        return bank([*HELD, ("q", "A", 30)], MANAGED)
    if part == "parties":
        person = given.persons.copy()
        person[given.party_ids.index("E")] = True
        return replace(given, person=person), lent
    frame = lent.tables[part]
    if part == "outside_accounts":
        return given, RiskInput({**lent.tables, part: frame.with_columns(account_id=pl.lit("pay:2"))})
    number = next((n for n in ("amount", "rate", "drawn_amount") if n in frame.columns), None)
    changed = frame.head(0) if number is None else frame.with_columns(pl.col(number) * 2)
    return given, RiskInput({**lent.tables, part: changed})


@pytest.mark.parametrize("part", ["control", "parties", *PARTIES])
def test_a_table_is_taken_over_where_nothing_that_it_follows_from_differs(part: str) -> None:
    one, other = bank(HELD, MANAGED), perturbed(part)
    before, now = Run(*one).parts, Run(*other).parts
    differing = {name for name in before if before[name] != now[name]}
    assert differing - {HOUSED, LINKED, GROUPED, CONNECTED, SELF_REFERRED} == {part}
    same = {name for name, parts in FOLLOWS_FROM.items() if not parts & differing}
    assert set(check(one, other).digests) == same - {GRADES}, "which this run does not find"


class Asked(dict[str, pl.DataFrame]):
    """Tables that note which of them were asked for."""

    def __init__(self, tables: Mapping[str, pl.DataFrame]) -> None:
        super().__init__(tables)
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> pl.DataFrame:
        self.names.add(name)
        return super().__getitem__(name)


def test_tables_follow_from_nothing_of_lending_but_what_is_said() -> None:
    """Each is found from the input without what was worked out before it."""
    run = Run(*bank(HELD, MANAGED))
    found = run.tested.grouped.risk
    household = no_households(run.given, run.risk).household

    def asked(find: Callable[[RiskInput], object]) -> set[str]:
        tables = Asked(run.risk.tables)
        find(RiskInput(tables))
        return tables.names

    patterns = asked(lambda risk: find_patterns(run.given, risk, found.basis))
    referrals = asked(lambda risk: find_referrals(run.given, risk, run.control, household, found.basis))
    guarantees = asked(
        lambda risk: guaranteed(
            risk, found, np.asarray([*run.given.party_ids, ""], dtype=object), run.tested.grouped.subjects
        )
    )
    owners = asked(lambda risk: find_owners(run.given, risk, run.control, RULES))
    assert patterns <= FOLLOWS_FROM["payment_patterns"]
    assert referrals <= FOLLOWS_FROM["referrals"]
    assert guarantees <= FOLLOWS_FROM["circles"]
    assert owners <= FOLLOWS_FROM["owners"]
    assert all((patterns, referrals, guarantees, owners))


@pytest.mark.parametrize(
    ("name", "part"), [(name, part) for name, parts in FOLLOWS_FROM.items() for part in sorted(parts)]
)
def test_each_single_part_of_a_table_counts(tmp_path: Path, name: str, part: str) -> None:
    given = dict.fromkeys(FOLLOWS_FROM[name], "same")
    tables = Archive(tmp_path, "run-1")
    tables.begin()
    tables.write(name, pl.DataFrame())
    before = Before(tables, Kept("", given, {name: "digest"}).write(tables))
    assert set(before.taken(given)) == {name}
    assert not before.taken(given | {part: "other"})


def test_every_part_is_one_that_a_run_keeps() -> None:
    read = {name.removeprefix("given_") for name in COLUMNS} | {"parties", "control", DAY_OF_RUN}
    found = {HOUSED, LINKED, GROUPED, CONNECTED, SELF_REFERRED}
    assert not read & found
    assert set().union(*FOLLOWS_FROM.values()) <= read | found


def test_what_is_found_first_says_what_it_is_named_after() -> None:
    """p holds A and by it B, and refers both, and q, who lives in the same household."""

    def parts(held: list[Held], household: Sequence[int] = (-1, -1, -1, -1), earlier: str = "") -> dict[str, str]:
        one = world("A B p q", held)
        told = [{"referrer": "p", "referred": "B"}, {"referrer": "p", "referred": "q"}]
        lent = one.risk(referrals=told)
        known = EarlierGroups({earlier: frozenset({"A", "p"})} if earlier else {}, frozenset())
        links = control_links(one.given, one.control)
        tested = compute_tested(one.given, lent, one.control, links, known, NONE_BEFORE, RULES, DAY)
        return dict(found_parts(lent, one.control, numbers(*household), tested.grouped))

    def differing(one: dict[str, str], other: dict[str, str]) -> set[str]:
        return {name for name in one if one[name] != other[name]}

    held: list[Held] = [("p", "A", 60), ("A", "B", 60)]
    before = parts(held)
    assert differing(before, parts([("p", "A", 70), ("A", "B", 60)])) == set()
    assert differing(before, parts([("p", "A", 60), ("p", "B", 60)])) == {LINKED}
    assert differing(before, parts([("p", "A", 60)])) == {LINKED, GROUPED, SELF_REFERRED}
    assert differing(before, parts(held, earlier="G-OLD")) == {GROUPED}
    assert differing(before, parts(held, (0, 0, -1, -1))) == {HOUSED}
    assert differing(before, parts(held, (-1, -1, 0, 0))) == {HOUSED, SELF_REFERRED}


def test_nothing_is_taken_over_by_other_rules_parameters_or_from_a_run_that_kept_nothing(tmp_path: Path) -> None:
    Run(*bank(HELD)).keep(tmp_path)
    assert before_of(tmp_path, asked_of(SETS, ASKED))
    assert before_of(tmp_path, asked_of(SETS[:1], ASKED)) is None
    assert before_of(tmp_path, asked_of(SETS, replace(ASKED, threshold_ppb=PPB // 3))) is None
    assert before_of(tmp_path / "run-1", asked_of(SETS, ASKED)) is None
    kept = tmp_path / "run-1" / "kept.json"
    whole = json.loads(kept.read_text(encoding="utf-8"))
    origin: dict[str, Any] = {"besides": "", "columns": None, "tables": [], "counts": {}}
    for damaged in ("{", *(json.dumps(whole | one) for one in ({"told": None}, {"read": {"stakes": origin}}))):
        kept.write_text(damaged, encoding="utf-8")
        assert before_of(tmp_path, asked_of(SETS, ASKED)) is None
    kept.write_text(json.dumps(whole), encoding="utf-8")
    assert before_of(tmp_path, asked_of(SETS, ASKED))


@pytest.mark.parametrize("ahead", [False, True])
def test_a_table_that_is_lost_is_found_again(tmp_path: Path, ahead: bool) -> None:
    now = Run(*bank(HELD), Run(*bank(HELD)).keep(tmp_path))
    (tmp_path / "run-1" / "owners.parquet").write_bytes(b"PAR1")
    (tmp_path / "run-1" / "stakes.parquet").unlink()
    assert now.before
    with now.before.looking_ahead() if ahead else nullcontext():
        assert set(now.taken.tables) == FOLLOWS_FROM.keys() - {"owners", GRADES}
        assert not now.before.holds("stakes", pl.DataFrame())


def test_whoever_stops_looking_ahead_waits_for_no_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Run(*bank(HELD), Run(*bank(HELD)).keep(tmp_path)).before
    assert before
    begun, go_on, looked = threading.Event(), threading.Event(), list[str]()

    def look(_: Before, name: str) -> bool:
        looked.append(name)
        begun.set()
        return go_on.wait(60)

    monkeypatch.setattr(Before, "_look", look)
    with before.looking_ahead():
        assert begun.wait(60)
    go_on.set()
    (first,) = looked
    other = next(name for name in sorted(before.kept.files) if name != first)
    assert before.is_whole(first)
    assert before.is_whole(other)
    assert looked == [first, other]


def test_a_change_that_reaches_too_many_has_all_owners_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_wide(*_: object) -> None:
        raise TooWide(9, 1)

    monkeypatch.setattr(run_take_over, "find_owners_anew", too_wide)
    taken = check(bank(HELD), bank([*HELD, ("q", "A", 30)]))
    assert "owners" not in taken.tables
    assert "all owners" in taken.warnings[0]


def test_same_tables_are_kept_as_the_same_files(tmp_path: Path) -> None:
    before = Run(*bank(HELD)).keep(tmp_path)
    after = bank([*HELD, ("q", "A", 30)])
    tables = Archive(tmp_path, "run-2")
    tables.begin()
    assert freeze(tables, *after, SETS, NOBODY, before) == given_digests(*after)
    same = {path.stem for path in tables.folder.iterdir() if path.samefile(before.tables.table(path.stem))}
    assert Kept("").write(tables, before).files == Kept("").write(tables).files
    assert {path.stem for path in tables.folder.glob("*.parquet") if before.sum_of(path)} == same
    assert "parties" in same
    assert "stakes" not in same
    assert same >= {f"given_{name}" for name in PARTIES}


COMPANIES, PERSONS = list("ABCDEF"), list("pqr")
stakes = st.dictionaries(
    st.tuples(st.sampled_from(COMPANIES + PERSONS), st.sampled_from(COMPANIES)),
    st.sampled_from([None, 5, 10, 25, 26, 30, 45, 50, 51, 60, 100]),
    max_size=9,
)
offices = st.lists(st.tuples(st.sampled_from(PERSONS), st.sampled_from(COMPANIES)), max_size=4)
agreed = st.lists(st.tuples(st.sampled_from(COMPANIES + PERSONS), st.sampled_from(COMPANIES)), max_size=2)


@settings(max_examples=10, deadline=None)
@given(stakes, stakes, offices, offices, agreed, st.booleans())
def test_owners_found_anew_are_those_of_the_whole(
    before: dict[tuple[str, str], float | None],
    more: dict[tuple[str, str], float | None],
    managed: list[tuple[str, str]],
    managed_now: list[tuple[str, str]],
    declared: list[tuple[str, str]],
    agrees: bool,
) -> None:
    def held(pairs: dict[tuple[str, str], float | None]) -> list[Held]:
        return [(a, b, share) for (a, b), share in sorted(pairs.items())]

    over = [(a, b) for a, b in declared if a != b]
    few = dict(list(more.items())[:2])
    one, other = bank(held(before), managed, over), bank(held(before | few), managed_now, over if agrees else [])
    assert "owners" in check(one, other).tables or any("figure" not in w for w in Run(*one).found({}).told["owners"])


def test_a_stake_between_the_sides_of_a_couple_touches_both(tmp_path: Path) -> None:
    """Spouses p and q hold .3 each in B: q's stake goes, and the couple controls B no more."""
    asked = replace(ASKED, family_as_one=True)
    sides = []
    for held in ([("p", "B", 30), ("q", "B", 30), ("B", "C", 60)], [("p", "B", 30), ("B", "C", 60)]):
        given, lent = bank([(a, b, float(share)) for a, b, share in held])
        couple = (given.party_ids.index("p"), given.party_ids.index("q"))
        sides.append((replace(given, couples=(couple,)), lent))
    (given, lent), (given_now, lent_now) = sides
    before = Run(given, lent).keep(tmp_path)
    control = compute_control(given_now, asked)
    taken = take_over(before, given_digests(given_now, lent_now), given_now, lent_now, control, asked, RULES)
    assert np.asarray(control.families).size == 2
    links = control_links(given_now, control)
    tested = compute_tested(given_now, lent_now, control, links, NONE_BEFORE, NONE_BEFORE, RULES, DAY)
    whole = compute_rest(given_now, lent_now, control, tested, no_households(given_now, lent_now), RULES)
    assert set(taken.tables["owners"].table["company_id"]) == set(whole.tables["owners"]["company_id"])
