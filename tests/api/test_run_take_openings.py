"""Openings and figures are taken over only where each single thing that they follow from is the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import polars as pl
import pytest

from api.services import run_take_openings as taking
from api.services.opening_tables import TABLES as OPENINGS
from api.services.run_archive import Archive
from api.services.run_before import Before, Kept
from api.services.run_compute import Computed
from api.services.run_figures import TABLES as FIGURES
from api.services.run_frozen import COLUMNS
from api.services.run_input import RunInput

TABLE = pl.DataFrame({"party_id": ["P-A"]})
PARTS = dict.fromkeys((*taking.OPENINGS_FOLLOW_FROM, *taking.FIGURES_FOLLOW_FROM), "same")
COMPARED = ("groups", "households", "key_persons")


@pytest.fixture
def before(tmp_path: Path) -> Before:
    tables = Archive(tmp_path, "run-1")
    tables.begin()
    for name in (*OPENINGS, *FIGURES, *COMPARED, "segment_members"):
        tables.write(name, TABLE)
    found = dict.fromkeys((*OPENINGS, *FIGURES), "digest")
    return Before(tables, Kept("asked", given=PARTS, found=found))


@pytest.fixture
def ask(before: Before, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[bool, bool]]:
    """Whether openings, and figures, are taken over. parts: what was read. other: a table that is found otherwise."""
    now = Archive(tmp_path, "run-2")
    now.begin()

    def asked(parts: dict[str, str] | None = None, other: str = "") -> tuple[bool, bool]:
        tables = {name: TABLE if name != other else TABLE.clear() for name in (*COMPARED, "segment_members")}
        monkeypatch.setattr(taking, "group_table", lambda *_: tables["groups"])
        found = cast(
            Computed,
            SimpleNamespace(
                tables=tables,
                archived={"key_persons": tables["key_persons"].lazy()},
                groups=None,
                group_ids=[],
                control=None,
            ),
        )
        for name in OPENINGS:
            (now.folder / f"{name}.parquet").unlink(missing_ok=True)
        read = PARTS | (parts or {})
        openings = taking.take_openings(before, read, now, cast(RunInput, None), found)
        figures = taking.take_figures(before, read, found)
        if openings is not None:
            assert all(rows.collect().equals(TABLE) for rows in openings.values())
        return openings is not None, figures is not None

    return asked


def test_both_are_taken_over_where_everything_is_the_same(ask: Callable[..., Any]) -> None:
    assert ask() == (True, True)


@pytest.mark.parametrize("part", sorted(PARTS))
def test_each_part_of_the_input_counts(ask: Callable[..., Any], part: str) -> None:
    expected = part not in taking.OPENINGS_FOLLOW_FROM, part not in taking.FIGURES_FOLLOW_FROM
    assert ask({part: "another"}) == expected
    assert not all(expected)


@pytest.mark.parametrize("table", COMPARED)
def test_what_was_found_before_openings_counts(ask: Callable[..., Any], table: str) -> None:
    assert ask(other=table) == (False, True)


def test_members_of_segments_count_for_figures(ask: Callable[..., Any]) -> None:
    assert ask(other="segment_members") == (True, False)


@pytest.mark.parametrize("name", [*OPENINGS, *FIGURES])
def test_a_damaged_or_lost_table_is_found_anew(ask: Callable[..., Any], before: Before, name: str) -> None:
    path = before.tables.table(name)
    path.write_bytes(b"PAR1" + b"\0" * 40 + path.read_bytes()[44:])
    assert ask() == (name not in OPENINGS, name not in FIGURES)
    path.unlink()
    assert ask() == (name not in OPENINGS, name not in FIGURES)


def test_every_part_is_one_that_a_run_freezes() -> None:
    frozen = {name.removeprefix("given_") for name in COLUMNS}
    assert PARTS.keys() - {taking.DAY, "parties"} <= frozen
