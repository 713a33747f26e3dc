"""Before and around a start: settings, port, memory, swaps cut short, and the reasons a log gives."""

from __future__ import annotations

import itertools
import json
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

import pytest

from graph.embedded import ready, swap
from graph.embedded.conf import (
    MemoryPlan,
    configured_port,
    pagecache_after_import,
    plan_memory,
    write_conf,
    write_java_options,
)
from graph.embedded.home import Home
from graph.embedded.launch import Launcher
from graph.embedded.lock import LINES, Line
from graph.embedded.progress import Silent
from graph.embedded.settings import home_folder, read_settings
from graph.errors import BadInput, StoreUnavailable

GB = 1 << 30
MB = 1 << 20


class Notes(Silent):
    """A progress that keeps what was said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def note(self, text: str) -> None:
        self.said.append(text)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.prepare()
    return home


def _launcher(home: Home, progress: Notes, **env: str) -> Launcher:
    return Launcher(home, LINES["current"], read_settings(env), progress)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GUANXI_NEO4J_PORT", "seven"),
        ("GUANXI_NEO4J_PORT", "70000"),
        ("GUANXI_NEO4J_HEAP", "2 gigs"),
        ("GUANXI_NEO4J_REPLAN", "0"),
        ("GUANXI_MAVEN_REPOSITORY", "mirror"),
        ("GUANXI_JARS", "/nowhere/at/all"),
    ],
)
def test_a_setting_that_cannot_be_taken_is_named(name: str, value: str) -> None:
    with pytest.raises(BadInput, match=name):
        read_settings({name: value})


def test_homes_and_caches_default_to_the_working_folder_and_the_users_cache() -> None:
    assert home_folder({}) == Path.cwd() / ".guanxi"
    assert read_settings({"XDG_CACHE_HOME": "/x"}).cache == Path("/x/guanxi")
    assert read_settings({"GUANXI_NEO4J_HEAP": "2g"}).heap == 2 * GB


def test_a_remembered_port_is_kept_and_a_taken_one_changed_and_said(home: Home) -> None:
    notes = Notes()
    launcher = _launcher(home, notes)
    port = launcher.choose_port()
    assert notes.said == []
    home.remember(port=port)
    assert launcher.choose_port() == port
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        assert launcher.choose_port() != port
        assert notes.said[0].startswith(f"Port {port} is taken by another program; the database now uses ")
        with pytest.raises(StoreUnavailable, match=rf"Port {port} \(GUANXI_NEO4J_PORT\) is taken"):
            _launcher(home, notes, GUANXI_NEO4J_PORT=str(port)).choose_port()


def test_memory_stays_under_a_gigabyte_for_a_small_store_and_grows_with_a_large_one() -> None:
    none = read_settings({})
    small = plan_memory(none, 24 * GB, 10 * MB)
    assert small.heap + small.pagecache <= GB
    large = plan_memory(none, 24 * GB, 3 * GB)
    assert large.heap == 2 * GB
    assert large.pagecache > 3 * GB
    tiny = plan_memory(none, 2 * GB, 3 * GB)
    assert tiny.heap + tiny.pagecache <= GB
    assert plan_memory(read_settings({"GUANXI_NEO4J_HEAP": "3g"}), 24 * GB, 0).heap == 3 * GB


def test_after_an_import_the_page_cache_leaves_memory_to_the_importing_process() -> None:
    none = read_settings({})
    assert pagecache_after_import(none, 24 * GB) == 1536 * MB
    assert pagecache_after_import(none, 6 * GB) == GB
    assert pagecache_after_import(read_settings({"GUANXI_NEO4J_PAGECACHE": "3g"}), 24 * GB) == 3 * GB


@pytest.mark.parametrize(("heap", "collector"), [(2 * GB, "UseParallelGC"), (8 * GB, "UseG1GC")])
def test_a_large_heap_is_collected_beside_the_program(home: Home, heap: int, collector: str) -> None:
    options = write_java_options(home, [], MemoryPlan(heap, GB), []).read_text(encoding="utf-8")
    assert re.findall(r"-XX:\+(Use\w+GC)", options) == [collector]
    assert "-XX:+UseCompactObjectHeaders" in options
    assert ("NewRatio" in options) == (collector == "UseParallelGC")  # the other one sizes what is young by itself


@pytest.mark.parametrize("line", LINES.values(), ids=lambda line: line.name)
def test_the_configuration_binds_loopback_with_authentication_and_tells_its_port(home: Home, line: Line) -> None:
    assert configured_port(home) is None
    write_conf(home.conf, line, 7001, plan_memory(read_settings({}), 8 * GB, 0))
    rows = (home.conf / "neo4j.conf").read_text().splitlines()
    assert "server.default_listen_address=127.0.0.1" in rows
    assert "server.http.enabled=false" in rows
    assert "dbms.security.auth_enabled=true" in rows
    assert "dbms.usage_report.enabled=false" in rows
    assert configured_port(home) == 7001
    kept = {"dbms.cypher.min_replan_interval=3600s", "internal.cypher.use_parameter_size=false"}
    assert not [row for row in rows if "cypher" in row]
    write_conf(home.conf, line, 7001, plan_memory(read_settings({}), 8 * GB, 0), 3600)
    assert kept <= {*(home.conf / "neo4j.conf").read_text().splitlines()}


def _store(home: Home, text: str) -> None:
    for kind in ("databases", "transactions"):
        folder = home.data / kind / "neo4j"
        folder.mkdir(parents=True)
        (folder / "file").write_text(text)


def _stored(home: Home) -> set[str]:
    return {(home.data / kind / "neo4j" / "file").read_text() for kind in ("databases", "transactions")}


@contextmanager
def _cut_after(renames: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Power fails after so many renames."""
    done = itertools.count()

    def rename(source: Path, target: Path) -> None:
        if next(done) == renames:
            raise KeyboardInterrupt
        real(source, target)

    real = swap._rename
    with monkeypatch.context() as patched, suppress(KeyboardInterrupt):
        patched.setattr(swap, "_rename", rename)
        yield


def test_a_new_store_that_is_not_whole_is_forgotten(home: Home) -> None:
    _store(home, "old")
    _store(swap.begin(home), "new")
    swap.recover(home)
    assert _stored(home) == {"old"}
    assert not swap.place(home).exists()


@pytest.mark.parametrize("renames", range(5))
def test_a_swap_cut_short_is_finished_and_keeps_the_old_store_until_the_new_one_answered(
    home: Home, renames: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _store(home, "old")
    _store(swap.begin(home), "new")
    with _cut_after(renames, monkeypatch):
        swap.commit(home)
    swap.recover(home)
    assert _stored(home) == {"new"}
    assert swap.is_open(home)
    swap.undo(home)
    assert _stored(home) == {"old"}
    assert not swap.place(home).exists()


@pytest.mark.parametrize("renames", range(5))
@pytest.mark.parametrize("again", range(3))
def test_an_undo_cut_short_twice_brings_the_old_store_back(
    home: Home, renames: int, again: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _store(home, "old")
    _store(swap.begin(home), "new")
    swap.commit(home)
    with _cut_after(renames, monkeypatch):
        swap.undo(home)
    with _cut_after(again, monkeypatch):
        swap.recover(home)
    swap.recover(home)
    swap.undo(home)
    assert _stored(home) == {"old"}
    assert not swap.place(home).exists()


@pytest.mark.parametrize("renames", range(3))
def test_where_there_was_no_store_an_undo_leaves_none(
    home: Home, renames: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _store(swap.begin(home), "new")
    swap.commit(home)
    with _cut_after(renames, monkeypatch):
        swap.undo(home)
    swap.recover(home)
    assert not (home.data / "databases" / "neo4j").exists()


def test_the_old_store_is_dropped_once_the_new_one_has_answered(home: Home) -> None:
    _store(home, "old")
    _store(swap.begin(home), "new")
    swap.commit(home)
    swap.finish(home)
    swap.undo(home)
    assert _stored(home) == {"new"}
    assert not swap.place(home).exists()


def test_what_is_half_dropped_is_never_renamed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    _store(home, "old")
    _store(swap.begin(home), "new")
    swap.commit(home)
    with monkeypatch.context() as patched:
        patched.setattr("shutil.rmtree", lambda *_, **__: None)
        swap.undo(home)
    swap.recover(home)
    assert _stored(home) == {"old"}


class _Starts(Launcher):
    """A launcher whose server answers, or ends by itself."""

    fails: bool = False

    def _start_mending(self) -> int:
        assert _stored(self.home) == {"new"}
        if self.fails:
            raise ready.DidNotStart("It is damaged.", damaged_jar=False)
        return 7001


@pytest.mark.parametrize("fails", [False, True])
def test_a_start_after_a_cut_swap_decides_which_store_stays(home: Home, fails: bool) -> None:
    _store(home, "old")
    _store(swap.begin(home), "new")
    swap.commit(home)
    launcher = _Starts(home, LINES["current"], read_settings({}), Silent())
    launcher.fails = fails
    with pytest.raises(ready.DidNotStart) if fails else nullcontext():
        assert launcher.start() == 7001
    assert _stored(home) == ({"old"} if fails else {"new"})
    assert not swap.place(home).exists()
    assert home.memory().initialised is (None if fails else True)


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("java.io.IOException: No space left on device", "the disk is full"),
        ("java.nio.file.AccessDeniedException: /x/data", "no permission"),
        ("java.lang.OutOfMemoryError: Java heap space", "not enough memory"),
        ("Caused by: StoreLockException: in use", "another program has its store open"),
        ("Caused by: org.neo4j.Odd: never seen before", "org.neo4j.Odd: never seen before"),
    ],
)
def test_the_reason_in_the_log_is_told_with_a_way_out(home: Home, printed: str, words: str) -> None:
    home.console_log.write_text(f"starting\n{printed}\n\tat org.neo4j.Some.place(Some.java:1)\n")
    told = ready.reason(home)
    assert isinstance(told, ready.DidNotStart)
    assert words in str(told)
    assert str(home.root) in str(told)
    assert "\n" not in str(told)


def test_broken_program_files_and_a_taken_port_are_told_apart(home: Home) -> None:
    home.console_log.write_text("Error: Invalid or corrupt jarfile x.jar\n")
    told = ready.reason(home)
    assert isinstance(told, ready.DidNotStart)
    assert told.damaged_jar
    home.console_log.write_text("Caused by: java.net.BindException: Address already in use\n")
    assert isinstance(ready.reason(home), ready.PortTaken)


def test_a_store_error_is_found_in_the_log(home: Home) -> None:
    trace = "java.lang.RuntimeException: java.lang.IllegalStateException: Store is odd.\n\tat org.neo4j"
    row = {"message": "Failed to start DatabaseId{1[neo4j]}", "stacktrace": trace}
    (home.logs / "debug.log").write_text(json.dumps(row, separators=(",", ":")) + "\n")
    assert "cannot be opened: Store is odd. The log is" in str(ready.damaged_store(home))
