"""Make Java's start cache, `python -m graph.embedded.make_start_cache [LINE]`: about half a minute of work.

One extra start on a scratch home; Java writes the cache as it ends. `startcache` runs this in the background.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from graph.connect import Connection
from graph.embedded import process
from graph.embedded.cache import ensure_jars
from graph.embedded.conf import MemoryPlan, write_conf, write_java_options
from graph.embedded.home import DATABASE, USERNAME, Home
from graph.embedded.lock import Line, find_line
from graph.embedded.progress import Silent
from graph.embedded.ready import free_port, wait_until_ready
from graph.embedded.settings import Settings, read_settings
from graph.embedded.startcache import IDLE, place

_MAKING_S = 180.0
_PAUSE_S = 20.0
"""Before it begins in the background: who starts a server again does so soon, and they share more than processors."""


def make(line: Line, settings: Settings, idly: bool = False) -> Path:
    """Make the cache unless it is there or being made; its place. idly: only when nothing else is to be done."""
    jars = ensure_jars(line, settings, Silent())
    target = place(jars, settings)
    try:
        with FileLock(target.with_suffix(".lock"), timeout=0):
            if not target.exists():
                _train(line, jars, target, idly)
    except Timeout:
        pass
    return target


def _train(line: Line, jars: list[Path], target: Path, idly: bool = False) -> None:
    """Start a server on a scratch home, let it answer, stop it; Java writes the cache as it ends.

    The home has one place for each cache, so that the server which a killed maker left is found and ended.
    """
    part, home = target.with_suffix(".part"), Home(target.with_suffix(".home"))
    orphan = process.find(home)
    if orphan is not None:
        process.end(orphan, home, _MAKING_S)
    shutil.rmtree(home.root, ignore_errors=True)
    try:
        home.prepare()
        word = home.password()
        home.hand_over_password(word)
        port = free_port()
        memory = MemoryPlan(heap=512 << 20, pagecache=64 << 20)
        write_conf(home.conf, line, port, memory)
        java = write_java_options(home, jars, memory, [f"-XX:AOTCacheOutput={part}"])
        server = process.spawn(home, line, java)
        if idly:
            process.give_way(server)
        try:
            connection = Connection(f"bolt://127.0.0.1:{port}", USERNAME, word, DATABASE)
            wait_until_ready(server, connection, port, home, _MAKING_S)
        finally:
            process.end(server, home, _MAKING_S)
    finally:
        shutil.rmtree(home.root, ignore_errors=True)
    if part.exists():
        part.replace(target)


def main(names: list[str]) -> None:
    """Make the cache of one line; with IDLE beside it, only when the machine has nothing else to do."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # so that the server is ended with us
    if IDLE in names:  # a second `make run` may begin meanwhile
        with suppress(AttributeError, OSError):
            os.nice(15)
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        process.give_way(psutil.Process())
        time.sleep(_PAUSE_S)
    line = next((name for name in names if name != IDLE), "current")
    sys.stdout.write(f"{make(find_line(line), read_settings(), IDLE in names)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
