"""Peak memory and processor time of work in processes of ours, with Java apart: sampled over the process tree.

Resident bytes are what the system counts, pages of mapped files included; the peak is of samples ten a second.
Processor time stands beside the clock's, since a busy machine stretches only the latter.
"""

from __future__ import annotations

import threading
import time
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
    """Highest resident bytes: of our own processes, of Java (the server and Neo4j's tools), of both at one moment; and
    the processor time that each used meanwhile, in seconds."""

    ours: int = 0
    java: int = 0
    both: int = 0
    ours_s: float = 0.0
    java_s: float = 0.0

    def take(self, ours: int, java: int) -> None:
        """One sample."""
        self.ours = max(self.ours, ours)
        self.java = max(self.java, java)
        self.both = max(self.both, ours + java)

    def told(self) -> str:
        """In words."""
        return f"peaks: {self.ours / MB:,.0f} MB of ours, {self.java / MB:,.0f} MB of Java"

    def worked(self) -> str:
        """Processor time in words."""
        return f"processor time {self.ours_s:,.0f} s of ours, {self.java_s:,.0f} s of Java"


class Watch:
    """Samples while the block runs: the tree below `root` and the server of `home`."""

    def __init__(self, root: int, home: Path | None = None) -> None:
        self.peaks = Peaks()
        self._root = root
        self._home = Home(home) if home else None
        self._server: psutil.Process | None = None
        self._begun = time.time()
        self._work: dict[int, tuple[bool, float, float]] = {}
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
                is_java = one.name().startswith("java")
                size = int(one.memory_info().rss)
                self._note_work(one, is_java)
            except psutil.Error:
                continue
            ours, java = (ours, java + size) if is_java else (ours + size, java)
        self.peaks.ours_s = sum(last - first for is_java, first, last in self._work.values() if not is_java)
        self.peaks.java_s = sum(last - first for is_java, first, last in self._work.values() if is_java)
        return ours, java

    def _note_work(self, one: psutil.Process, is_java: bool) -> None:
        times = one.cpu_times()
        used = float(times.user + times.system)
        before = used if one.create_time() < self._begun else 0.0
        first = self._work.get(one.pid, (is_java, before, used))[1]
        self._work[one.pid] = (is_java, first, used)
