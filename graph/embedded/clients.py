"""Who is connected to the server of a home: a locked file each, which a killed process gives up by itself."""

from __future__ import annotations

import fcntl
import os
import uuid
from pathlib import Path

from filelock import FileLock

from graph.embedded.home import Home

_LOOK_S = 5.0
"""How long a file may be held by others: they only look at it, for a moment."""


class Client:
    """Our own registration. Take and give only while the home's start lock is held; anybody may look at any time."""

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
        self._clear()
        path = self._folder / f"{os.getpid()}-{uuid.uuid4().hex[:8]}.lock"
        lock = FileLock(path, timeout=_LOOK_S, thread_local=False)
        lock.acquire()
        self._lock = lock

    def give(self) -> None:
        """Count us no more."""
        if self._lock is not None:
            path = Path(self._lock.lock_file)
            self._lock.release()
            path.unlink(missing_ok=True)
            self._lock = None
            self._clear()

    def users(self) -> list[int]:
        """Process ids of all users alive, ours included."""
        return [_pid(path) for path in self._files() if self._mine(path) or _held(path)]

    def others(self) -> list[int]:
        """Process ids of the other users alive (our own again, when another part of us is connected)."""
        return [_pid(path) for path in self._files() if not self._mine(path) and _held(path)]

    def _clear(self) -> None:
        """Remove what dead users left."""
        for path in self._files():
            if not self._mine(path) and not _held(path):
                path.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("*.lock"))

    def _mine(self, path: Path) -> bool:
        return self._lock is not None and Path(self._lock.lock_file) == path


def _pid(path: Path) -> int:
    return int(path.name.split("-")[0])


def _held(path: Path) -> bool:
    """Whether its user lives. Our look is a shared lock, so that two who look never take each other for the user."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False
