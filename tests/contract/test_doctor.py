"""`guanxi doctor` on an embedded database that is whole, locked out of, or overwritten."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.embedded import EmbeddedServer
from tests.contract.commands import Called

pytestmark = pytest.mark.contract


@pytest.fixture
def server(own_home: Path, server_env: dict[str, str]) -> Iterator[EmbeddedServer]:
    """A database of the test's own that was made and stopped."""
    server = EmbeddedServer(own_home, env=server_env)
    server.start()
    server.release()
    yield server
    server.release()
    server.stop(force=True)


@pytest.fixture
def called(
    own_home: Path,
    server_env: dict[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Called:
    for name in ("NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    home = {"GUANXI_HOME": str(own_home), "GUANXI_PORT": "1", "GUANXI_START_CACHE": "off"}
    return Called({**server_env, **home}, tmp_path, capsys, monkeypatch)


def looked(called: Called, status: int, what: str) -> tuple[str, str]:
    """What is told of one thing and the way out, the same in words and as JSON."""
    found = json.loads(called("doctor", "--json", status=status).stdout)
    assert found["well"] == (status == 0)
    (one,) = (finding for finding in found["findings"] if finding["what"] == what)
    assert one["well"] == (status == 0)
    return one["told"], one["way_out"] or ""


def test_the_doctor_starts_a_store_that_does_not_run_and_stops_it_again(server: EmbeddedServer, called: Called) -> None:
    told, _ = looked(called, 0, "store")
    assert told.startswith("Neo4j ")
    assert told.endswith("empty")
    assert not server.status().running
    server.start()
    looked(called, 0, "store")
    assert server.status().users == (os.getpid(),)
    assert server.status().ready


def test_the_doctor_tells_a_password_that_is_not_this_stores(
    server: EmbeddedServer, called: Called, own_home: Path
) -> None:
    (own_home / "password").write_text("of-another-store\n", encoding="utf-8")
    told, way_out = looked(called, 1, "store")
    assert "the file `password` is missing, garbled or not this store's" in told
    assert way_out.startswith("Put the file back")
    assert not server.status().running
    (own_home / "password").unlink()
    said = called("doctor", status=1).stdout
    assert "look" in said
    assert "Put the file back" in " ".join(said.split())


def test_the_doctor_tells_a_store_that_was_overwritten(server: EmbeddedServer, called: Called, own_home: Path) -> None:
    lots = random.Random(1)
    for file in (own_home / "data" / "databases" / "neo4j").rglob("*"):
        if file.is_file():
            file.write_bytes(lots.randbytes(max(8_192, file.stat().st_size)))
    told, way_out = looked(called, 1, "store")
    assert str(own_home / "data") in told
    assert "guanxi db restore" in way_out
    assert not server.status().running
