"""What a bench yields: figures, and the table they stand in."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

HEAD = ("bench", "figure", "measured", "asked", "met", "beside it, in the same run")


@dataclass(frozen=True)
class Limit:
    """What was asked for, on the large demo bank."""

    value: float
    sense: Literal["at most", "at least"] = "at most"

    def holds(self, value: float) -> bool:
        """Whether a figure keeps it."""
        return value <= self.value if self.sense == "at most" else value >= self.value


@dataclass(frozen=True)
class Figure:
    """One row: what was measured, in which unit, what was asked, and what it is compared with."""

    what: str
    value: float
    unit: str
    asked: Limit | None = None
    beside: str = ""


def written(value: float) -> str:
    """A number to read: thousands apart, three digits where it is small."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) >= 10 else f"{value:,.2f}"


def cells(bench: str, figure: Figure, size: str) -> tuple[str, ...]:
    """A figure as the cells of the table. Limits are for the large bank; elsewhere they are not judged."""
    asked, met = "", ""
    if figure.asked:
        asked = f"{figure.asked.sense} {written(figure.asked.value)}"
        met = ("yes" if figure.asked.holds(figure.value) else "NO") if size == "large" else "-"
    return bench, figure.what, f"{written(figure.value)} {figure.unit}", asked, met, figure.beside


def line(parts: Iterable[str]) -> str:
    """One line of the table."""
    return "| " + " | ".join(parts) + " |"


def head() -> str:
    """The table's first two lines."""
    return line(HEAD) + "\n" + "|" + " --- |" * len(HEAD)


def as_json(bench: str, figure: Figure) -> dict[str, Any]:
    """A figure for the file of `--out x.json`."""
    return {"bench": bench, **asdict(figure)}


def percentile(values: Iterable[float], share: float) -> float:
    """The value that this share of them does not exceed (nearest rank). Raises ValueError when there are none."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    return ordered[max(0, min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1))]
