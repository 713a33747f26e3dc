"""Peak memory of work in processes of ours, with Java apart: sampled over the process tree.

Resident bytes are what the system counts, pages of mapped files included; the peak is of samples ten a second.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import psutil

from graph.embedded import process
from graph.embedded.home import Home

EVERY_S = 0.1
MB = 1_000_000


@dataclass
class Peaks:
    """Highest resident bytes: of our own processes, of Java (the server and Neo4j's tools), of both at one moment."""

    ours: int = 0
    java: int = 0
    both: int = 0

    def take(self, ours: int, java: int) -> None:
        """One sample."""
        self.ours = max(self.ours, ours)
        self.java = max(self.java, java)
        self.both = max(self.both, ours + java)

    def told(self) -> str:
        """In words."""
        return f"peak memory {self.ours / MB:,.0f} MB of ours, {self.java / MB:,.0f} MB of Java"


class Watch:
    """Samples while the block runs: the tree below `root` and the server of `home`."""

    def __init__(self, root: int, home: Path | None = None) -> None:
        self.peaks = Peaks()
        self._root = root
        self._home = Home(home) if home else None
        self._server: psutil.Process | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="memory", daemon=True)

    def __enter__(self) -> Peaks:
        self._thread.start()
        return self.peaks

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        turn = 0
        while not self._stop.wait(EVERY_S):
            if turn % 10 == 0 and not (self._server and process.running(self._server)):
                self._server = self._find()
            turn += 1
            self.peaks.take(*self._sample())

    def _find(self) -> psutil.Process | None:
        state = process.read_state(self._home) if self._home else None
        try:
            return psutil.Process(state.pid) if state else None
        except psutil.Error:
            return None

    def _sample(self) -> tuple[int, int]:
        try:
            root = psutil.Process(self._root)
            tree = {p.pid: p for p in (root, *root.children(recursive=True))}
        except psutil.Error:
            tree = {}
        if self._server:
            tree[self._server.pid] = self._server
        ours = java = 0
        for one in tree.values():
            try:
                size = int(one.memory_info().rss)
                if one.name().startswith("java"):
                    java += size
                else:
                    ours += size
            except psutil.Error:
                continue
        return ours, java
