"""Which run a view of a day without one names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from graph import times
from graph.connect import Connection
from graph.store import Store


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Whose nearest run, when asked for it, is one made later over the tenth day."""
    with Store(Connection("bolt://127.0.0.1:1", "neo4j", "secret", "neo4j")) as store:
        monkeypatch.setattr(store, "read", lambda *_, **__: [{"run_id": "run-past", "run_day": 10}])
        yield store


def test_a_run_made_later_over_a_past_day_may_be_nearer_than_the_current_one(store: Store) -> None:
    current: dict[str, Any] = {"seq": 9, "run_id": "run-now", "run_day": 5}
    assert store._other_run(current, 5) is None
    assert store._other_run(current, 11) == ("run-past", times.EPOCH + timedelta(days=10))
    today = times.to_day(times.today(store.zone))
    assert store._other_run(current, today) == ("run-now", times.EPOCH + timedelta(days=5))
