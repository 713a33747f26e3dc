"""The command line: `guanxi COMMAND`. Thin: every command calls a service."""

from __future__ import annotations

import sys

from api.cli import database, diagnosis, reading, serving, working  # noqa: F401  # they add their commands
from api.cli.frame import app, run_safely

__all__ = ["app", "main"]


def main() -> None:
    """The installed command. Ends with 0, 1 (failure) or 2 (bad input), never with a traceback."""
    sys.exit(run_safely())
