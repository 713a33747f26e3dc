"""Which process is ours: never by its number alone."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from graph.embedded import make_start_cache, process
from graph.embedded.clients import Client
from graph.embedded.home import Home
from graph.embedded.lock import LINES
from graph.embedded.process import State
from graph.errors import StoreUnavailable

_MAIN = "org.neo4j.server.Neo4jCommunity"
_IDLE = "print('up', flush=True); import sys; sys.stdin.read()"
_HOLD = """
import sys
from pathlib import Path
from graph.embedded.clients import Client
from graph.embedded.home import Home
client = Client(Home(Path(sys.argv[1])))
client.take()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.prepare()
    return home


@contextmanager
def _running(code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        try:
            yield child
        finally:
            if child.poll() is None:
                child.kill()


def _created(pid: int) -> float:
    return float(psutil.Process(pid).create_time())


def test_a_process_that_took_the_number_of_our_server_is_not_ours_and_not_ended(home: Home) -> None:
    with _running(_IDLE) as other:
        process.write_state(home, State(other.pid, _created(other.pid), 7001))
        assert process.find(home) is None
        process.end(psutil.Process(other.pid), home, wait_s=0.1)
        assert other.poll() is None


def test_a_server_of_another_home_is_not_ours(home: Home, tmp_path: Path) -> None:
    with _running(_IDLE, _MAIN, f"--home-dir={tmp_path / 'home2'}") as other:
        process.write_state(home, State(other.pid, _created(other.pid), 7001))
        assert process.find(home) is None


@pytest.mark.parametrize("state", ["missing", "garbled", "another number"])
def test_our_server_is_found_when_the_state_file_is_no_help(home: Home, state: str) -> None:
    with _running(_IDLE, _MAIN, f"--home-dir={home.root}") as server:
        if state == "garbled":
            home.state_file.write_text("{")
        elif state == "another number":
            process.write_state(home, State(os.getpid(), _created(os.getpid()), 7001))
        found = process.find(home)
        assert found is not None
        assert found.pid == server.pid
        process.end(found, home, wait_s=5)
        assert server.wait(5) == -signal.SIGTERM


def test_one_that_does_not_stop_when_asked_is_killed(home: Home) -> None:
    code = (
        "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); sys.stdin.read()"
    )
    with _running(code, _MAIN, f"--home-dir={home.root}") as server:
        process.end(psutil.Process(server.pid), home, wait_s=0.2)
        assert server.wait(5) == -signal.SIGKILL


def test_users_are_counted_while_they_live_and_a_killed_one_no_more(home: Home) -> None:
    ours = Client(home)
    ours.take()
    with _running(_HOLD, str(home.root)) as other:
        assert sorted(ours.users()) == sorted([os.getpid(), other.pid])
        assert ours.others() == [other.pid]
        other.kill()
        other.wait(5)
    assert ours.users() == [os.getpid()]
    ours.give()
    assert ours.users() == []
    assert list((home.run / "clients").iterdir()) == []


def test_two_users_in_one_process_count_as_two(home: Home) -> None:
    first, second = Client(home), Client(home)
    first.take()
    second.take()
    first.take()
    assert first.others() == [os.getpid()]
    second.give()
    assert first.others() == []
    first.give()


def test_who_only_looks_is_no_user_and_in_nobodys_way(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uuid.uuid4", lambda: uuid.UUID(int=0))
    ours = Client(home)
    path = home.run / "clients" / f"{os.getpid()}-00000000.lock"
    path.parent.mkdir()
    path.touch()
    look = path.open()
    fcntl.flock(look, fcntl.LOCK_SH)
    assert ours.users() == []
    assert path.exists()
    threading.Timer(0.2, look.close).start()
    monkeypatch.setattr(ours, "_clear", lambda: None)
    ours.take()
    assert ours.users() == [os.getpid()]
    ours.give()


def test_options_of_the_surrounding_shell_do_not_reach_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JAVA_TOOL_OPTIONS", "CLASSPATH", "NEO4J_CONF"):
        monkeypatch.setenv(name, "x")
    assert {"JAVA_TOOL_OPTIONS", "CLASSPATH", "NEO4J_CONF"}.isdisjoint(process.clean_environment())


def test_the_server_that_a_killed_cache_maker_left_is_ended_before_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "start.aot"
    home = Home(target.with_suffix(".home"))

    def spawn(*_: object) -> None:
        raise StoreUnavailable("no server in this test")

    monkeypatch.setattr(process, "spawn", spawn)
    with _running(_IDLE, _MAIN, f"--home-dir={home.root}") as orphan:
        with pytest.raises(StoreUnavailable, match="no server"):
            make_start_cache._train(LINES["current"], [], target)
        assert orphan.wait(5) == -signal.SIGTERM
    assert not home.root.exists()


def test_a_session_that_gives_way_is_nice_as_a_whole() -> None:
    """Where the kernel shares the processors out among processes alone there is no such file, and nothing to do."""
    with subprocess.Popen([sys.executable, "-c", _IDLE], stdin=subprocess.PIPE, start_new_session=True) as other:
        share = Path(f"/proc/{other.pid}/autogroup")
        assert not share.exists() or share.read_text(encoding="ascii").endswith("nice 0\n")
        process.give_way(psutil.Process(other.pid))
        assert not share.exists() or share.read_text(encoding="ascii").endswith("nice 19\n")
        other.kill()


def test_a_server_trained_idly_gives_way_and_another_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gave: list[str] = []

    def not_ready(*_: object) -> None:
        raise StoreUnavailable("no server in this test")

    monkeypatch.setattr(process, "spawn", lambda *_: "server")
    monkeypatch.setattr(process, "end", lambda *_: None)
    monkeypatch.setattr(process, "give_way", gave.append)
    monkeypatch.setattr(make_start_cache, "wait_until_ready", not_ready)
    for idly in (False, True):
        with pytest.raises(StoreUnavailable, match="no server"):
            make_start_cache._train(LINES["current"], [], tmp_path / "start.aot", idly)
        assert gave == ["server"] * idly


def test_a_cache_maker_that_is_asked_to_end_leaves_orderly() -> None:
    code = """
import sys, time
from graph.embedded import make_start_cache as maker
def make(*_):
    try:
        print("up", flush=True)
        time.sleep(60)
    finally:
        print("server ended", flush=True)
maker.make = make
maker.main([])
"""
    with _running(code) as made:
        made.terminate()
        said, _ = made.communicate(timeout=20)
        assert said == "server ended\n"
        assert made.returncode == 128 + signal.SIGTERM
