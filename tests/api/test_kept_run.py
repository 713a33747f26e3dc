"""Which run answers for which day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from api.services.kept_run import KeptRun, current_run
from graph.errors import NotFound
from graph.store import View

TODAY, YESTERDAY = date(2026, 3, 2), date(2026, 3, 1)


def view(run_id: str | None, other: tuple[str, date] | None = None, *, is_past: bool = False) -> View:
    day = YESTERDAY if is_past else TODAY
    return cast(View, SimpleNamespace(run_id=run_id, other_run=other, is_past=is_past, as_of=day))


@pytest.mark.parametrize(
    ("asked", "answers"),
    [
        (view("run-1"), "run-1"),
        (view("run-1", ("run-1", YESTERDAY)), "run-1"),  # the morning after: nothing newer is known
        (view("run-2", ("run-1", YESTERDAY), is_past=True), "run-1"),
        (view(None, ("run-1", TODAY)), "run-1"),
    ],
)
def test_today_the_latest_run_answers_and_for_another_day_one_of_that_day(asked: View, answers: str) -> None:
    assert current_run(asked) == answers


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (view("run-2", ("run-1", date(2026, 2, 1)), is_past=True), "no run for 2026-03-01; the nearest is run-1"),
        (view(None, ("run-1", date(2025, 1, 1))), "no run for 2026-03-02; the nearest is run-1"),
        (view(None), "guanxi run"),
    ],
)
def test_no_run_answers_for_days_it_does_not_speak_of(asked: View, told: str) -> None:
    with pytest.raises(NotFound, match=told):
        current_run(asked)


@pytest.mark.parametrize(
    ("asked", "day"),
    [
        (view("run-1"), TODAY),
        (view("run-1", ("run-1", YESTERDAY)), YESTERDAY),
        (view("run-2", ("run-1", YESTERDAY), is_past=True), YESTERDAY),
    ],
)
def test_what_a_run_kept_speaks_of_its_own_day(asked: View, day: date, tmp_path: Path) -> None:
    assert KeptRun(asked, tmp_path).day == day
