"""A load or rollback killed at any point leaves no trace: readers see the state before, and the next one sweeps."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from typing import Any

import pytest

from graph.connect import Connection
from graph.rollback import rollback
from graph.schema import apply_schema
from graph.store import Store
from tests.contract.conftest import empty
from tests.contract.killed_load import first, second
from tests.contract.loads import contents, load, seen

pytestmark = pytest.mark.contract

SEED = 20_240_229


def run(connection: Connection, what: str, point: int) -> subprocess.CompletedProcess[str]:
    env = os.environ | {
        "NEO4J_URI": connection.uri,
        "NEO4J_USERNAME": connection.username,
        "NEO4J_PASSWORD": connection.password,
        "NEO4J_DATABASE": connection.database,
    }
    command = [sys.executable, "-m", "tests.contract.killed_load", what, str(point)]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)


def fresh(store: Store) -> None:
    empty(store)
    apply_schema(store)
    load(store, *first(), bulk="never")


def undisturbed(store: Store, connection: Connection) -> tuple[int, Any]:
    """How many transactions the load takes, and the graph it leaves."""
    fresh(store)
    done = run(connection, "load", 0)
    assert done.returncode == 0, done.stderr
    return int(done.stdout), contents(store, numbers=False)


def killed_at(store: Store, connection: Connection, point: int, expected: Any) -> None:
    fresh(store)
    before = seen(store)
    assert run(connection, "load", point).returncode == -signal.SIGKILL
    published = seen(store) != before
    report = load(store, *second(), mode="full", allow_closing=True, bulk="never")
    found = contents(store, numbers=False)
    assert found["nodes"] == expected["nodes"], f"killed at transaction {point}"
    assert found["links"] == expected["links"], f"killed at transaction {point}"
    assert published == (report.changes["OWNS"].changed == 0)


def test_a_load_killed_at_a_few_points(store: Store, connection: Connection) -> None:
    total, expected = undisturbed(store, connection)
    points = random.Random(SEED).sample(range(3, total + 1), 3)
    for point in points:
        killed_at(store, connection, point, expected)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_load_killed_at_ten_random_points(store: Store, connection: Connection) -> None:
    total, expected = undisturbed(store, connection)
    for point in random.Random(SEED + 1).sample(range(3, total + 1), 10):
        killed_at(store, connection, point, expected)


def test_a_killed_rollback_is_swept(store: Store, connection: Connection) -> None:
    fresh(store)
    before = seen(store)
    report = load(store, *second(), mode="full", allow_closing=True, bulk="never")
    loaded = seen(store)
    for point in (8, 13, 19):
        assert run(connection, report.load_id, point).returncode == -signal.SIGKILL
        assert seen(store) == loaded
    rollback(store, report.load_id, "tester")
    assert seen(store) == before


def test_a_killed_sweep_is_repeated(store: Store, connection: Connection) -> None:
    fresh(store)
    before = contents(store)
    assert run(connection, "load", 22).returncode == -signal.SIGKILL
    assert contents(store) != before
    for point in (3, 6, 9):
        assert run(connection, "sweep", point).returncode == -signal.SIGKILL
    assert run(connection, "sweep", 0).returncode == 0
    assert contents(store) == before
