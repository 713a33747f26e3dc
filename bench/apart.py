"""One measurement in a process of its own, so that its peak of memory is its own too."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Measured:
    """What one step took: wall time, processor time, and the peak of the process so far, its input included."""

    wall_s: float
    processor_s: float
    peak_mb: int
    found: str

    @property
    def told(self) -> str:
        """In words."""
        return f"{self.found}; {self.processor_s:.2f} s of processor, {self.peak_mb:,} MB in all"


def measured(task: Callable[[], str]) -> Measured:
    """Carry out a step that tells what it found."""
    wall, processor = time.perf_counter(), time.process_time()
    found = task()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return Measured(wall, processor, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 // 1_000_000, found)


def apart(run: Callable[..., Found], *arguments: object) -> Found:
    """Call a function of a module in a new process; the result."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(run, arguments)
