"""Places of fields in a body or file."""

from __future__ import annotations

from collections.abc import Iterable


def place_of(parts: Iterable[int | str]) -> str:
    """The place that keys and indexes lead to: `changes[2].share`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).removeprefix(".")
