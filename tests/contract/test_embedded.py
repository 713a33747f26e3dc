"""The embedded server on a real Neo4j: shared, killed, found again, dumped, restored, filled, corrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from neo4j import GraphDatabase

from graph.connect import Connection, verify
from graph.embedded import EmbeddedServer, ImportFiles, LinkFiles, NodeFiles
from graph.embedded.lock import find_line
from graph.errors import BadInput, Conflict, GuanxiError, StoreUnavailable

pytestmark = pytest.mark.contract

_OTHER_PROCESS = """
import sys
from pathlib import Path
from graph.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]), line=sys.argv[2])
server.start()
print(server.status().pid, flush=True)
sys.stdin.read()
print(server.release(), flush=True)
"""


_KILLED_WHILE_STARTING = """
import os, signal, sys
from pathlib import Path
from graph.embedded import EmbeddedServer, ready
ready.wait_until_ready = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
EmbeddedServer(Path(sys.argv[1]), line=sys.argv[2]).start()
"""


@contextmanager
def _other_process(home: Path, line: str, env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Another Guanxi process that connects to the home; `_server_of` waits until it has."""
    root = str(Path(__file__).parents[2])
    with subprocess.Popen(
        [sys.executable, "-c", _OTHER_PROCESS, str(home), line],
        env=env | {"PYTHONPATH": root},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        try:
            yield other
        finally:
            if other.poll() is None:
                other.communicate(timeout=60)


def _server_of(other: subprocess.Popen[str]) -> int:
    """The process id of the server that the other process is connected to."""
    assert other.stdout is not None
    return int(other.stdout.readline())


@pytest.fixture
def server(own_home: Path, server_line: str, server_env: dict[str, str]) -> Iterator[EmbeddedServer]:
    """A server of the test's own, not yet started, certainly stopped at the end."""
    server = EmbeddedServer(own_home, line=server_line, env=server_env)
    yield server
    server.release()
    server.stop(force=True)


def _write(connection: Connection, name: str) -> None:
    with GraphDatabase.driver(connection.uri, auth=(connection.username, connection.password)) as driver:
        driver.execute_query("CREATE (:Kept {name: $name})", name=name)


def _names(connection: Connection) -> list[str]:
    with GraphDatabase.driver(connection.uri, auth=(connection.username, connection.password)) as driver:
        records, _, _ = driver.execute_query("MATCH (n:Kept) RETURN n.name AS name ORDER BY name")
    return [record["name"] for record in records]


def _kill(pid: int) -> None:
    process = psutil.Process(pid)
    process.kill()
    psutil.wait_procs([process], timeout=20)


def test_the_server_answers_on_loopback_with_a_password_and_without_http(
    neo4j_server: EmbeddedServer, connection: Connection, server_line: str
) -> None:
    status = neo4j_server.status()
    assert status.running
    assert status.ready
    assert os.getpid() in status.users
    assert status.rss_bytes is not None
    assert status.rss_bytes < 1.5 * (1 << 30)
    listening = [c.laddr for c in psutil.Process(status.pid).net_connections("tcp") if c.status == "LISTEN"]
    assert {address.ip.removeprefix("::ffff:") for address in listening} == {"127.0.0.1"}
    assert [address.port for address in listening] == [int(connection.uri.rsplit(":", 1)[1])]
    with GraphDatabase.driver(connection.uri, auth=(connection.username, connection.password)) as driver:
        info = verify(driver, connection)
    assert info.version == find_line(server_line).version
    assert info.edition == "community"


def test_a_wrong_password_and_an_unknown_database_are_said_in_one_sentence(connection: Connection) -> None:
    with (
        GraphDatabase.driver(connection.uri, auth=("neo4j", "not-the-password")) as driver,
        pytest.raises(StoreUnavailable, match="refuses user 'neo4j': set NEO4J_USERNAME and NEO4J_PASSWORD right"),
    ):
        verify(driver, connection)
    elsewhere = Connection(connection.uri, connection.username, connection.password, "nowhere")
    with (
        GraphDatabase.driver(connection.uri, auth=(connection.username, connection.password)) as driver,
        pytest.raises(StoreUnavailable, match="has no database 'nowhere'"),
    ):
        verify(driver, elsewhere)


def test_one_server_is_started_by_two_outlives_both_killed_and_the_last_of_its_users_stops_it(
    server: EmbeddedServer, own_home: Path, server_line: str, server_env: dict[str, str]
) -> None:
    with (
        _other_process(own_home, server_line, server_env) as starter,
        _other_process(own_home, server_line, server_env) as at_once,
    ):
        pid = _server_of(starter)
        assert _server_of(at_once) == pid
        for process in (starter, at_once):
            process.send_signal(signal.SIGKILL)
            process.wait(20)
    server.start()
    assert server.status().pid == pid
    assert server.status().users == (os.getpid(),)
    with _other_process(own_home, server_line, server_env) as other:
        assert _server_of(other) == pid
        with pytest.raises(Conflict, match=str(other.pid)):
            server.stop()
        with pytest.raises(Conflict, match="no restore meanwhile"):
            server.restore(Path(__file__))
        said = server.release()
        assert said is not None
        assert f"process {other.pid}" in said
        assert server.status().ready
    assert not server.status().running


def test_a_killed_server_is_started_again_with_its_data_and_without_touching_a_foreign_process(
    server: EmbeddedServer, own_home: Path
) -> None:
    first = server.start()
    _write(first, "before")
    pid = server.status().pid
    assert pid is not None
    _kill(pid)
    assert not server.status().running
    bystander = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    state = own_home / "run" / "server.json"
    state.write_text(state.read_text().replace(f'"pid": {pid}', f'"pid": {bystander.pid}'))
    second = first.revive()
    assert second.uri == first.uri
    assert _names(second) == ["before"]
    assert bystander.poll() is None
    bystander.communicate()
    state.write_text("garbled")
    (own_home / "embedded.json").write_text("garbled")
    before = server.status().pid
    assert _names(server.start()) == ["before"]
    assert server.status().pid == before
    assert "keeps running" in (server.release(keep=True) or "")
    assert server.status().ready
    assert server.status().kept


@pytest.mark.long
def test_what_was_written_after_a_first_start_cut_short_stays(
    server: EmbeddedServer, own_home: Path, server_line: str, server_env: dict[str, str]
) -> None:
    command = [sys.executable, "-c", _KILLED_WHILE_STARTING, str(own_home), server_line]
    env = server_env | {"PYTHONPATH": str(Path(__file__).parents[2])}
    assert subprocess.run(command, env=env, check=False, timeout=120).returncode == -signal.SIGKILL
    _write(server.start(), "first")
    server.release()
    assert not server.status().running
    assert _names(server.start()) == ["first"]


def test_a_server_can_be_stopped_while_the_disk_is_nearly_full(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.start()
    monkeypatch.setattr("graph.embedded.home._NEEDED_BYTES", 1 << 60)
    with pytest.raises(StoreUnavailable, match="The disk is full"):
        server.start()
    server.release()
    assert not server.status().running


@pytest.mark.long
def test_dump_and_restore_bring_back_the_dumped_state(server: EmbeddedServer, tmp_path: Path) -> None:
    _write(server.start(), "dumped")
    server.release()
    server.dump(tmp_path / "bank.dump")
    with pytest.raises(BadInput, match="exists already"):
        server.dump(tmp_path / "bank.dump")
    (tmp_path / "bad.dump").write_bytes(b"no dump at all")
    with pytest.raises(GuanxiError, match="Neo4j failed in restoring"):
        server.restore(tmp_path / "bad.dump")
    assert not server.status().running
    _write(server.start(), "later")
    assert _names(server.start()) == ["dumped", "later"]
    server.release(keep=True)
    server.restore(tmp_path / "bank.dump")
    assert server.status().ready
    assert server.status().kept
    assert _names(server.start()) == ["dumped"]
    assert not (server.home / "swap").exists()


@pytest.mark.long
def test_the_offline_import_fills_an_empty_database_only(server: EmbeddedServer, tmp_path: Path) -> None:
    nodes, links = tmp_path / "nodes.csv", tmp_path / "links.csv"
    nodes.write_text("id:ID,name\n1,甲\n2,乙\n", encoding="utf-8")
    links.write_text(":START_ID,:END_ID,share:double\n1,2,0.5\n", encoding="utf-8")
    report = server.import_full(lambda: ImportFiles([NodeFiles((nodes,), ("Kept",))], [LinkFiles((links,), "OWNS")]))
    assert (report.nodes, report.links) == (2, 1)
    assert _names(server.start()) == ["乙", "甲"]
    with pytest.raises(Conflict, match="holds 2 nodes"):
        server.import_full(lambda: ImportFiles([NodeFiles((nodes,), ("Kept",))], []))


@pytest.mark.long
def test_files_that_cannot_be_made_leave_the_database_as_it_was(server: EmbeddedServer) -> None:
    server.start()
    seen: list[bool] = []

    def make() -> ImportFiles:
        seen.append(server.status().running)
        raise BadInput("this cannot be planned")

    with pytest.raises(BadInput, match="cannot be planned"):
        server.import_full(make)
    assert seen == [False]
    assert server.status().ready
    assert _names(server.start()) == []
    assert not (server.home / "swap").exists()


@pytest.mark.long
def test_a_garbled_store_and_a_lost_password_name_the_log_and_the_way_out(
    server: EmbeddedServer, own_home: Path
) -> None:
    server.start()
    server.release()
    store = own_home / "data" / "databases" / "neo4j" / "neostore"
    store.write_bytes(bytes(255 - byte for byte in store.read_bytes()))
    with pytest.raises(StoreUnavailable, match=r"cannot be opened: .*debug\.log.*guanxi db restore"):
        server.start()
    assert not server.status().running
    assert server.status().users == ()
    (own_home / "password").write_text("")
    with pytest.raises(StoreUnavailable, match="the file `password` is missing, garbled"):
        server.start()
