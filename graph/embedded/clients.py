"""Who is connected to the server of a home: a locked file each, which a killed process gives up by itself."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from filelock import FileLock, Timeout

from graph.embedded.home import Home


class Client:
    """Our own registration. Take, give and look only while the home's start lock is held."""

    def __init__(self, home: Home) -> None:
        self._folder = home.run / "clients"
        self._lock: FileLock | None = None

    @property
    def registered(self) -> bool:
        """Whether we are counted as a user; a forked child is not, whatever it inherited."""
        return self._lock is not None and self._lock.is_locked

    def take(self) -> None:
        """Count us as a user."""
        if self.registered:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{os.getpid()}-{uuid.uuid4().hex[:8]}.lock"
        lock = FileLock(path, timeout=0, thread_local=False)
        lock.acquire()
        self._lock = lock

    def give(self) -> None:
        """Count us no more."""
        if self._lock is not None:
            path = Path(self._lock.lock_file)
            self._lock.release()
            path.unlink(missing_ok=True)
            self._lock = None

    def users(self) -> list[int]:
        """Process ids of all users alive, ours included; leftovers of dead ones are cleared away."""
        pids = []
        for path in sorted(self._folder.glob("*.lock")):
            if self._mine(path) or _held(path):
                pids.append(int(path.name.split("-")[0]))
            else:
                path.unlink(missing_ok=True)
        return pids

    def others(self) -> list[int]:
        """Process ids of the other users alive (our own again, when another part of us is connected)."""
        return [
            int(p.name.split("-")[0]) for p in sorted(self._folder.glob("*.lock")) if not self._mine(p) and _held(p)
        ]

    def _mine(self, path: Path) -> bool:
        return self._lock is not None and Path(self._lock.lock_file) == path


def _held(path: Path) -> bool:
    probe = FileLock(path, timeout=0, thread_local=False)
    try:
        probe.acquire()
    except Timeout:
        return True
    probe.release()
    return False
