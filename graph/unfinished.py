"""Loads and runs that were begun and neither published nor swept, and how one tells a dead one."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path

import psutil

from graph import times
from graph.store import Store, Tx

SILENT_AFTER_MS = 60_000


@dataclass(frozen=True)
class Unfinished:
    """A load or run that was begun and neither published nor swept.

    silent_ms: since its last sign of life, by the server's clock.
    """

    id: str
    label: str
    number: int
    state: str
    user: str
    host: str
    process: str
    started_at: int
    silent_ms: int
    touched: tuple[str, ...]

    @property
    def is_dead(self) -> bool:
        """Its process is gone for certain (same machine), or it has been silent for too long, or is half swept."""
        if self.state == "sweeping" or self.silent_ms > SILENT_AFTER_MS:
            return True
        return self.host == this_host() and not _process_lives(self.process)

    def __str__(self) -> str:
        return f"{self.id} of user {self.user!r}, begun {times.iso_moment(self.started_at)} on {self.host}"


def this_host() -> str:
    """This machine, its boot and (in containers) the space of process ids, so that an id means what it says."""
    try:
        space = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        space = ""
    return f"{socket.gethostname()}/{int(psutil.boot_time())}/{space}".rstrip("/")


def this_process() -> str:
    """This process and its start time: ids are reused."""
    return f"{os.getpid()}/{psutil.Process().create_time():.0f}"


def _process_lives(text: str) -> bool:
    pid, _, created = text.partition("/")
    try:
        return f"{psutil.Process(int(pid)).create_time():.0f}" == created
    except (psutil.Error, ValueError):
        return False


def unfinished(store: Store) -> list[Unfinished]:
    """All unfinished loads and runs."""
    return store.transact(unfinished_in)


def unfinished_in(tx: Tx) -> list[Unfinished]:
    """The same within a transaction."""
    rows = tx.run("publishing/unfinished")
    return [Unfinished(**{**row, "touched": tuple(row["touched"])}) for row in rows]
