"""Every command that only reads, with what it is asked on the demo bank; and whether its answer fits a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import typer
from rich.cells import cell_len

from api.cli import COMMANDS
from api.cli.frame import app

WHOLE = re.compile(r"\b(?:[A-Z]-[A-Z0-9]{16}|[A-Z]-[0-9a-f]{16}|[A-Z]{3} [\d,]+\.\d\d)(?!\w)")
"""Ids and amounts, which nobody can use in two parts."""


def reading_commands() -> set[str]:
    """The names of all that print an answer and write nothing, such as `openings show`."""
    for module in sorted(set(COMMANDS.values())):
        import_module(f"api.cli.{module}")
    return {" ".join(path) for path, options in _commands(typer.main.get_command(app), []) if _only_reads(options)}


def _commands(command: Any, path: list[str]) -> Iterator[tuple[list[str], set[str]]]:
    below = getattr(command, "commands", {})
    if not below or (command.invoke_without_command and path):
        yield path, {option.name for option in command.params}
    for name, one in below.items():
        yield from _commands(one, [*path, name])


def _only_reads(options: set[str]) -> bool:
    return "as_json" in options and not options & {"user", "key"}


def too_wide(said: str, columns: int) -> list[str]:
    """Lines that the terminal would break."""
    return [line for line in said.splitlines() if cell_len(line.rstrip()) > columns]


def broken(said: str, wide: str) -> list[str]:
    """Ids and amounts of the answer on a wide terminal that are not whole on this one."""
    whole = set(WHOLE.findall(said))
    return [one for one in dict.fromkeys(WHOLE.findall(wide)) if one not in whole]
