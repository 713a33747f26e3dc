"""Who is taken for dead: a process that is gone from this very space of process ids, or one silent for long."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph import times
from graph.unfinished import SILENT_AFTER_MS, Unfinished, this_host, this_process

GONE = "999999999/1"


def writer(process: str, silent_ms: int = 0, state: str = "pending") -> Unfinished:
    return Unfinished("load-1", "LoadRun", 1, state, "tester", this_host(), process, times.now_ms(), silent_ms, ())


def test_one_whose_process_is_gone_or_that_is_silent_or_half_swept_is_dead() -> None:
    assert not writer(this_process()).is_dead
    assert writer(GONE).is_dead
    assert writer(this_process(), silent_ms=2 * SILENT_AFTER_MS).is_dead
    assert writer(this_process(), state="sweeping").is_dead


def test_a_process_id_of_another_container_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = writer(GONE)
    monkeypatch.setattr(Path, "readlink", lambda _: Path("pid:[1]"))
    assert not elsewhere.is_dead
    assert writer(GONE).is_dead
