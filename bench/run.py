"""How long `guanxi run` takes over the whole bank, and the steps within: the snapshot, control itself, writing back.

The first run writes all it finds; the second finds nothing new and so writes nothing, which is what every later run is
close to. `bench.control` measures control alone on the numpy kernel.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench import command
from bench.bank import RUN_TIMEOUT_S, Bank
from bench.figures import Figure
from bench.memory import MB, Peaks


def measure(bank: Bank) -> Iterator[Figure]:
    """The run kept from when the home was filled, and another now."""
    first = bank.loaded()
    yield from _figures("the first run", first.run_seconds, first.run_peaks, first.run)
    again = command.run([command.guanxi(), "run", "--json"], bank.home, RUN_TIMEOUT_S)
    yield from _figures("a run that finds nothing new", again.seconds, again.peaks, again.json())


def _figures(name: str, seconds: float, peaks: Peaks, report: dict[str, Any]) -> Iterator[Figure]:
    counts, took = report["counts"], report["durations_ms"]
    steps = ", ".join(f"{step} {ms / 1000:.1f} s" for step, ms in took.items())
    found = f"{counts['holdings_used']:,} holdings, {counts['control_pairs']:,} pairs, {counts['groups']:,} groups"
    yield Figure(f"{name}, starting the server included: {found}", seconds, "s", None, f"{steps}; {peaks.worked()}")
    yield Figure(f"{name}: control alone", took["control"] / 1000, "s")
    yield Figure(f"{name}: peak memory of ours", peaks.ours / MB, "MB", None, f"Java {peaks.java / MB:,.0f} MB")
