"""The command line: `guanxi COMMAND`. Thin: every command calls a service."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from importlib import import_module

COMMANDS = {
    "search": "reading",
    "show": "reading",
    "map": "reading",
    "owners": "owning",
    "referrals": "referring",
    "referrers": "referring",
    "path": "referring",
    "openings": "offering",
    "book": "managing",
    "reminders": "managing",
    "performance": "figuring",
    "figures": "figuring",
    "handover": "managing",
    "handovers": "managing",
    "match": "matching",
    "tag": "marking",
    "segment": "segmenting",
    "campaign": "campaigning",
    "event": "happening",
    "event-state": "happening",
    "export": "reading",
    "groups": "group_pages",
    "changes": "group_pages",
    "household": "home_pages",
    "family": "home_pages",
    "linkage": "linking",
    "why": "explaining",
    "why-not": "explaining",
    "coverage": "explaining",
    "up": "serving",
    "load": "working",
    "rollback": "working",
    "run": "working",
    "replay": "replaying",
    "what-if": "thinking",
    "weakest": "thinking",
    "contagion": "thinking",
    "decide": "deciding",
    "decide-household": "deciding",
    "approve": "deciding",
    "withdraw": "deciding",
    "decisions": "deciding",
    "queue": "deciding",
    "register-party": "registering",
    "register-link": "registering",
    "correct-link": "registering",
    "close-link": "registering",
    "report": "reporting",
    "demo": "working",
    "db": "database",
    "doctor": "diagnosis",
}
"""Each command with the module that adds it: a command waits for what it needs, not for what all others need."""

SELDOM = (100_000, 50, 100)
"""When Python looks for garbage in circles: after so many more objects made than freed, and how much more seldom among
older ones. The tables of a load or run are millions of objects that all stay; by Python's own numbers, looking through
them again and again takes a fifth of the processor time."""


def main(arguments: Sequence[str] | None = None) -> None:
    """The installed command. Ends with 0, 1 (failure), 2 (bad input) or 130 (stopped), never with a traceback."""
    from api.cli.interrupts import interrupts, leave_at_once

    leave_at_once()
    from api.cli.frame import run_safely

    given = list(sys.argv[1:] if arguments is None else arguments)
    first = given[0] if given else ""
    needed = {COMMANDS[first]} if first in COMMANDS else set(COMMANDS.values())  # help names them all
    gc.disable()  # what modules make at import stays: looking for garbage meanwhile costs up to half a second
    try:
        for module in sorted(needed):
            import_module(f"api.cli.{module}")
    finally:
        gc.freeze()
        gc.set_threshold(*SELDOM)
        gc.enable()
    interrupts.end(run_safely(given))
