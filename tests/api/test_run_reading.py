"""A part of what a run reads is taken from the run before where all that it is made of is the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import polars as pl
import pytest

from api.services.run_archive import Archive
from api.services.run_before import Before, Kept
from api.services.run_frozen import keep
from api.services.run_reading import GIVEN, Part, Reading
from api.services.snapshots import Columns
from graph.columns import columns_of
from graph.kept_columns import KeptColumns
from graph.store import View

PARTIES, ONE, TWO = "parties", "one", "two"


@dataclass
class World:
    """A store of three statements with a column of one number each. writes: the statements that each write touched."""

    numbers: dict[str, int] = field(default_factory=lambda: {PARTIES: 0, ONE: 0, TWO: 0})
    writes: list[str] = field(default_factory=list)
    day: int = 20_000

    @property
    def seq(self) -> int:
        """Its publication."""
        return len(self.writes)

    @property
    def known_at(self) -> int:
        """The moment of it."""
        return self.seq

    def read(self, statement: str, **params: Any) -> list[dict[str, Any]]:
        """What the folder of columns asks."""
        if statement == "publishing/by_number":
            return [{"at": params["number"]}]
        since = params["since"]
        return [{"number": since + 1 + n, "touched": [one]} for n, one in enumerate(self.writes[since:])]


class Runs:
    """Runs one after the other in one archive."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runs = 0
        self.world = World()
        self.before: Before | None = None

    def write(self, statement: str, number: int) -> None:
        """Let a statement find another number, or the same one written again."""
        self.world.numbers[statement] = number
        self.world.writes.append(statement)

    def run(self, besides: object = 7) -> list[str]:
        """The statements whose parts were made; all tables are seen to be as the store is."""
        made: list[str] = []
        kept = KeptColumns(self._folder / "columns", self.world)

        def make(rows: dict[str, Columns]) -> Part:
            ((statement, columns),) = rows.items()
            made.append(statement)
            number = int(columns["n"][0])
            return Part({statement: pl.DataFrame({"n": [number]})}, {statement: number})

        with Reading(self._view(kept), self.before) as reading:
            reading.ahead([PARTIES, ONE, TWO])
            reading.rows([PARTIES])
            first = reading.part("first", [ONE], besides, make)
            others = {"others": pl.DataFrame({"n": [self._runs]})}
            second = reading.part("second", [TWO], None, make, after="first", anew=others)
        kept.close()
        self._keep(reading, {**first.tables, **second.tables})
        assert {**first.counts, **second.counts} == {one: self.world.numbers[one] for one in (ONE, TWO)}
        return made

    def _view(self, kept: KeptColumns) -> View:
        def snapshot(name: str) -> Columns:
            statement = name.removeprefix("snapshot/")
            known = kept.use(statement, {})
            columns = columns_of(known) if known is not None else {}
            if known is None:
                columns = {"n": np.asarray([self.world.numbers[statement]], dtype=np.int64)}
                kept.keep(statement, {}, [statement], columns)
            return columns

        statements = {f"snapshot/{one}": SimpleNamespace(text=one) for one in (PARTIES, ONE, TWO)}
        store = SimpleNamespace(zone="UTC", statements=statements)
        return cast(View, SimpleNamespace(kept=kept, store=store, snapshot=snapshot))

    def _keep(self, reading: Reading, found: Mapping[str, pl.DataFrame]) -> None:
        tables = Archive(self._folder, f"run-{self._runs}")
        tables.begin()
        keep(tables, found, reading.before)
        Kept("", read=reading.origins).write(tables)
        expected = {ONE: self.world.numbers[ONE], TWO: self.world.numbers[TWO], "others": self._runs}
        assert {name: frame.item() for name, frame in found.items()} == expected
        assert {name: pl.read_parquet(tables.table(f"{GIVEN}{name}")).item() for name in found} == expected
        self._runs += 1
        self.before = Before(tables, Kept.of((tables.folder / "kept.json").read_text(encoding="utf-8")))


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    found = Runs(tmp_path)
    assert found.run() == [ONE, TWO]
    assert found.run() == []
    return found


@pytest.mark.parametrize(
    ("written", "made"), [(ONE, [ONE, TWO]), (TWO, [TWO]), (PARTIES, [ONE, TWO])], ids=[ONE, TWO, PARTIES]
)
def test_a_part_is_made_anew_where_its_columns_or_the_parties_or_the_part_before_it_differ(
    runs: Runs, written: str, made: list[str]
) -> None:
    runs.write(written, 5)
    assert runs.run() == made
    assert runs.run() == []


def test_a_part_is_made_anew_where_what_else_it_is_made_of_differs(runs: Runs) -> None:
    assert runs.run(besides=8) == [ONE, TWO]
    assert runs.run(besides=8) == []


@pytest.mark.parametrize("written", [PARTIES, ONE, TWO])
def test_parts_are_taken_where_the_same_was_written_again(runs: Runs, written: str) -> None:
    runs.write(written, 0)
    assert runs.run() == []


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:50])


def flip(path: Path) -> None:
    """Another bit in the middle, which reading may not notice."""
    told = bytearray(path.read_bytes())
    told[len(told) // 2] ^= 1
    path.write_bytes(told)


@pytest.mark.parametrize("damage", [Path.unlink, cut, flip])
def test_a_part_is_made_anew_where_a_table_of_it_is_lost(runs: Runs, damage: Callable[[Path], object]) -> None:
    assert runs.before
    damage(runs.before.tables.table(f"{GIVEN}{TWO}"))
    assert runs.run() == [TWO]


def test_without_a_run_before_all_is_made_from_what_the_folder_has(runs: Runs) -> None:
    runs.before = None
    assert runs.run() == [ONE, TWO]
