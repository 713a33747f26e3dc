"""How long the steps of a run take."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from graph.embedded.progress import Progress


@dataclass
class Clock:
    """Durations by step, told to whoever watches."""

    progress: Progress
    durations: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str, text: str) -> Iterator[None]:
        self.progress.step(text)
        start = time.perf_counter()
        yield
        self.durations[name] = round((time.perf_counter() - start) * 1000)
