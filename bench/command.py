"""Runs the installed command as its users do: in a process of its own, timed, its memory watched, bounded in time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.memory import Peaks, Watch


class CommandFailed(RuntimeError):
    """A command ended with an error or took too long; the message is what it printed."""


@dataclass
class Done:
    """How a command ended: seconds of the clock, peak memory, what it printed."""

    seconds: float
    peaks: Peaks
    out: str
    err: str
    phases: dict[str, float] = field(default_factory=dict)

    def json(self) -> Any:
        """What it printed with `--json`."""
        return json.loads(self.out)


def guanxi() -> str:
    """The installed command beside this Python."""
    return str(Path(sys.executable).parent / "guanxi")


def environment(home: Path, **changes: str) -> dict[str, str]:
    """This process's environment, with this home and without what would lead to another database."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("NEO4J_") and k != "GUANXI_HOME"}
    return {**kept, "GUANXI_HOME": str(home), **changes}


def run(command: list[str], home: Path, timeout_s: float, **changes: str) -> Done:
    """Run a command to its end. Raises CommandFailed."""
    begun = time.perf_counter()
    with (
        subprocess.Popen(
            command, env=environment(home, **changes), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as child,
        Watch(child.pid, home) as peaks,
    ):
        try:
            out, err = child.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            child.terminate()
            child.wait(timeout=60)
            raise CommandFailed(f"{' '.join(command[:3])} took more than {timeout_s:.0f} s") from None
        seconds = time.perf_counter() - begun
    if child.returncode:
        raise CommandFailed(f"{' '.join(command[:3])} ended with {child.returncode}: {err.strip()[-2000:]}")
    return Done(seconds, peaks, out, err)
