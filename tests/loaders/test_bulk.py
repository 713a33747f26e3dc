"""When a first load goes by the offline import."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace as Some
from typing import Any

import pytest

from graph.errors import BadInput
from loaders import bulk
from loaders.report import LoadOptions


def store(home: str) -> Any:
    server = Some(home=Path(home), status=lambda: Some(users=[1]))
    return Some(connection=Some(server=server), view=lambda: Some(seq=0))


def staged(rows: int) -> Any:
    return Some(traces=[Some(height=rows)], warnings=[])


def test_a_comma_in_the_home_sends_a_first_load_over_bolt_and_says_why() -> None:
    large = staged(bulk.WORTH_IT)
    assert bulk.serves(store("/data/guanxi"), large, LoadOptions())
    assert not large.warnings
    assert not bulk.serves(store("/data/a,b"), large, LoadOptions())
    assert large.warnings == [
        "The offline import takes no comma in the path of GUANXI_HOME: this load went over Bolt, which is slower."
    ]


def test_a_small_load_has_nothing_to_tell() -> None:
    small = staged(1)
    assert not bulk.serves(store("/data/a,b"), small, LoadOptions())
    assert not small.warnings


def test_where_it_was_asked_for_the_comma_is_refused() -> None:
    with pytest.raises(BadInput, match="takes no comma in the path of GUANXI_HOME"):
        bulk.serves(store("/data/a,b"), staged(1), LoadOptions(bulk="always"))
