"""The README's first command, from a fresh clone with empty caches: it downloads everything anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import first_run
from bench.bank import Bank


@pytest.mark.long
def test_make_run_answers_a_search_the_first_and_the_second_time(tmp_path: Path) -> None:
    figures = list(first_run.measure(Bank("small", tmp_path)))
    assert len(figures) == 2
