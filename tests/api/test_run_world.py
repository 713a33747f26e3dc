"""The world of a run comes back from its archive as the run found it, and is thawed once."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from algorithms.votes import Bases, Stakes
from api.services.client_input import no_clients
from api.services.household_input import no_homes
from api.services.opening_input import no_openings
from api.services.risk_input import RiskInput
from api.services.rule_sets import rule_set
from api.services.run_archive import Archive
from api.services.run_compute import compute_control, compute_found, compute_groups
from api.services.run_frozen import COLUMNS, freeze
from api.services.run_frozen_clients import freeze_clients
from api.services.run_frozen_homes import freeze_homes
from api.services.run_frozen_openings import freeze_openings
from api.services.run_frozen_segments import freeze_segments
from api.services.run_input import RunInput
from api.services.run_parameters import RunParameters
from api.services.run_results import Earlier, EarlierGroups
from api.services.run_world import World, Worlds, rows_by, thaw
from api.services.segment_input import no_segments
from graph.errors import BadInput, NotFound
from tests.api.risk_tables_given import risk
from tests.api.worlds import no_households

DAY = date(2025, 1, 1)
SETS = ("cn-large-exposure", "basel-lex")
BEFORE = EarlierGroups({"G-EARLIER": frozenset("AB")}, frozenset({"G-GONE"}))
NONE_BEFORE = EarlierGroups({}, frozenset())


def column(*values: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.asarray(values, dtype=np.int64)


def example_4_5() -> tuple[RunInput, RiskInput]:
    """A controls B, X controls D, D controls E; D depends on B (flagged). Parties A, B, D, E, X."""
    held = Stakes(column(0, 4, 2), column(1, 2, 3), column(600_000_000, 600_000_000, 600_000_000))
    given = RunInput(list("ABDEX"), column(), column(), held, Bases(), (), rows=3, merged=0, unseen=0)
    owed = zip("ABDEX", (80, 50, 60, 20, 10), strict=True)
    lent = risk(
        facilities=[{"facility_id": f"F-{who}", "limit_amount": much, "drawn_amount": much} for who, much in owed],
        borrowers=[{"facility": k, "party": k} for k in range(5)],
        dependence=[{"dependent": 2, "provider": 1}],
        guarantees=[{"guarantor": 0, "debtor": 1, "amount": 5, "facility": -1}],
        capital=[{"net_capital": 1_000, "net_tier_1": 1_000, "tier_1": 1_000}],
    )
    return given, lent


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive with the frozen input of `run-1`."""
    tables = Archive(tmp_path, "run-1")
    tables.begin()
    earlier = Earlier.of_groups(BEFORE, NONE_BEFORE)
    given, lent = example_4_5()
    parts = freeze(tables, given, lent, [rule_set(name) for name in SETS], earlier)
    nobody = pl.DataFrame(schema={"group_id": pl.String, "party_id": pl.String, "dissolved": pl.Boolean})
    freeze_homes(tables, given, no_homes(), (nobody, nobody), parts)
    freeze_openings(tables, given, no_openings(), parts)
    freeze_segments(tables, given, no_segments(), parts)
    freeze_clients(tables, given, no_clients(), parts)
    return tmp_path


@pytest.fixture
def world(archive: Path) -> World:
    return thaw(archive, "run-1", RunParameters(), DAY)


def test_the_digest_does_not_hang_on_the_ids_of_groups() -> None:
    given, lent = example_4_5()
    rules = [rule_set(name).rules for name in SETS]
    control = compute_control(given, RunParameters())
    lived = no_households(given, lent)
    one, other = (
        compute_found(given, lent, control, before, NONE_BEFORE, lived, rules, DAY) for before in (BEFORE, NONE_BEFORE)
    )
    assert one.subjects != other.subjects
    assert one.tables["guarantee_cover"]["group_id"].to_list() != other.tables["guarantee_cover"]["group_id"].to_list()
    assert one.digest() == other.digest()


def test_a_thawed_world_is_what_the_run_found(world: World) -> None:
    given, lent = example_4_5()
    rules = [rule_set(name).rules for name in SETS]
    control = compute_control(given, RunParameters())
    found = compute_groups(given, lent, control, BEFORE, NONE_BEFORE, rules, DAY)
    assert world.group_ids == found.subjects
    assert [one.party.tolist() for one in world.book.groups] == [one.party.tolist() for one in found.risk.book.groups]
    assert world.found.exposures.equals(found.risk.exposures)
    assert world.group_ids[0] == "G-EARLIER"
    members = {group_id: one.party.tolist() for group_id, one in zip(world.group_ids, world.book.groups, strict=True)}
    assert sorted(members.values()) == [[0, 1], [0, 1, 2, 3], [2, 3, 4]]


def test_what_each_rule_set_found_is_kept_so_that_it_can_be_explained(world: World) -> None:
    china = world.under("cn-large-exposure")
    potential = china.under.connected.potential
    at = china.potential.tolist().index(world.place(world.group_ids[-1]))
    why = china.under.explainer(world.control).why(potential, at, 3)
    assert [(step.kind, step.source, step.target) for step in why.steps] == [
        ("control", 0, 1),
        ("dependence", 1, 2),
        ("control", 2, 3),
    ]
    assert not why.firm
    assert {world.group_ids[k] for k in china.firm.tolist()} < set(world.group_ids)
    with pytest.raises(BadInput, match="found no groups of connected clients by 'eu-crr'"):
        world.under("eu-crr")


def test_parties_groups_and_rows_are_found(world: World) -> None:
    assert [world.ordinal(one) for one in ("A", "X", "C", "", "Z")] == [0, 4, None, None, None]
    assert world.party_id(4) == "X"
    assert world.rows("borrowers", "party", column(1, 3)).tolist() == [1, 3]
    assert world.rows("borrowers", "facility", column(4)).tolist() == [4]
    assert world.rows("guarantees", "facility", column(0, 1, 2, 3, 4)).size == 0
    assert world.rows("stakes", "owner", column(0, 4)).tolist() == [0, 1]
    assert world.rows("stakes", "owned", column(3, 99)).tolist() == [2]
    with pytest.raises(NotFound, match="found no group 'G-NONE'"):
        world.place("G-NONE")


def test_rows_that_name_nobody_are_in_no_index() -> None:
    index = rows_by(column(2, -1, 0, 2), 3)
    assert index.of(column(2, 0)).tolist() == [0, 3, 2]
    assert index.of(column(1)).size == 0


def test_an_archive_without_the_run_is_said(archive: Path) -> None:
    with pytest.raises(NotFound, match="not in the archive"):
        thaw(archive, "run-2", RunParameters(), DAY)


def test_every_frozen_table_is_known_with_all_its_columns(archive: Path) -> None:
    kept = {path.stem: set(pl.read_parquet_schema(path)) for path in (archive / "run-1").glob("*.parquet")}
    assert kept == {name: set(columns) for name, columns in COLUMNS.items()}


def test_an_archive_of_an_older_guanxi_is_said_with_what_it_lacks(archive: Path) -> None:
    table = archive / "run-1" / "given_securities.parquet"
    pl.read_parquet(table).drop("issuer", "value").write_parquet(table)
    with pytest.raises(NotFound, match=r"run-1 lacks value, issuer in the table given_securities.*`guanxi run`"):
        thaw(archive, "run-1", RunParameters(), DAY)
    table.unlink()
    with pytest.raises(NotFound, match=r"run-1 lacks the table given_securities.*`guanxi run`"):
        thaw(archive, "run-1", RunParameters(), DAY)


def test_a_world_is_thawed_once_and_the_oldest_is_forgotten(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    thawed: list[str] = []
    slow = threading.Event()

    def thawing(_: Worlds, run_id: str) -> World:
        thawed.append(run_id)
        slow.wait(0.05)
        return replace(world, run_id=run_id)

    monkeypatch.setattr(Worlds, "_thaw", thawing)
    worlds = Worlds(None, Path(), most=2)  # type: ignore[arg-type]
    asking = [threading.Thread(target=worlds.of_run, args=("run-1",)) for _ in range(4)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert thawed == ["run-1"]
    for run_id in ("run-2", "run-1", "run-3", "run-1"):
        assert worlds.of_run(run_id).run_id == run_id
    assert thawed == ["run-1", "run-2", "run-3"]
    worlds.of_run("run-2")
    assert thawed[-1] == "run-2"


@pytest.fixture
def without_search() -> Iterator[None]:
    """Nobody looks for garbage in circles."""
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


def test_a_world_is_left_out_of_the_search_for_garbage_and_needs_none_to_go(
    monkeypatch: pytest.MonkeyPatch, archive: Path, without_search: None
) -> None:
    class Circle:
        def __init__(self) -> None:
            self.me = self

    circle = weakref.ref(Circle())

    def thawing(_: Worlds, run_id: str) -> World:
        return replace(thaw(archive, "run-1", RunParameters(), DAY), run_id=run_id)

    monkeypatch.setattr(Worlds, "_thaw", thawing)
    worlds = Worlds(None, Path(), most=1)  # type: ignore[arg-type]
    world = worlds.of_run("run-1")
    assert circle() is None  # what is garbage by then does not stay with it
    assert not any(one is world.risk.tables for one in gc.get_objects())
    world.rows("stakes", "owner", column(0))
    assert world.graphs  # what is worked out when it is first asked for belongs to it, too
    gone = weakref.ref(world)
    del world
    worlds.of_run("run-2")
    assert gone() is None
