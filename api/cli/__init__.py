"""The command line: `guanxi COMMAND`. Thin: every command calls a service."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module

PANELS = {
    "Start here": {
        "up": "serving",
        "demo": "working",
        "load": "working",
        "run": "running",
        "rollback": "working",
        "replay": "replaying",
        "match": "matching",
        "db": "database",
        "doctor": "diagnosis",
    },
    "Look": {
        "search": "reading",
        "show": "reading",
        "map": "reading",
        "owners": "owning",
        "controllers": "controlling",
        "controlled": "controlling",
        "path": "referring",
        "changes": "group_pages",
        "export": "reading",
    },
    "Groups and risk": {
        "groups": "group_pages",
        "group": "one_group",
        "group-diff": "supervising",
        "why": "explaining",
        "why-not": "explaining",
        "what-if": "thinking",
        "weakest": "thinking",
        "circles": "guaranteeing",
        "contagion": "thinking",
        "payment-patterns": "supervising",
        "bank-related-parties": "supervising",
        "coverage": "explaining",
        "report": "reporting",
    },
    "Customers and managers": {
        "book": "managing",
        "reminders": "managing",
        "handover": "managing",
        "handovers": "managing",
        "event": "happening",
        "event-state": "happening",
        "tag": "marking",
        "household": "home_pages",
        "family": "home_pages",
        "linkage": "linking",
        "performance": "figuring",
        "figures": "figuring",
    },
    "Selling": {
        "openings": "offering",
        "segment": "segmenting",
        "campaign": "campaigning",
        "referrals": "referring",
        "referrers": "referring",
    },
    "Decide and register, two persons each": {
        "queue": "deciding",
        "decide": "deciding",
        "decide-household": "deciding",
        "register-party": "registering",
        "correct-party": "registering",
        "register-link": "registering",
        "correct-link": "registering",
        "close-link": "registering",
        "approve": "deciding",
        "withdraw": "deciding",
        "decisions": "deciding",
    },
}
"""The commands as `guanxi --help` shows them, each with the module that adds it: a command waits for what it needs, not
for what all others need."""
COMMANDS = {name: module for panel in PANELS.values() for name, module in panel.items()}

SELDOM = (100_000, 50, 100)
"""When Python looks for garbage in circles: after so many more objects made than freed, and how much more seldom among
older ones. The tables of a load or run are millions of objects that all stay; by Python's own numbers, looking through
them again and again takes a fifth of the processor time."""


HUGE_PAGES = "NUMPY_MADVISE_HUGEPAGE"
"""Whether numpy asks the system for huge pages of memory, where whoever starts the process has not said so. The columns
of a run are made, used once and given back: cleaning a huge page for each takes longer than it saves, up to a third of
the time in which control is found."""


def main(arguments: Sequence[str] | None = None) -> None:
    """The installed command. Ends with 0, 1 (failure), 2 (bad input) or 130 (stopped), never with a traceback."""
    from api.cli.interrupts import interrupts, leave_at_once

    leave_at_once()
    os.environ.setdefault(HUGE_PAGES, "0")  # numpy reads it at its import
    from api.cli.frame import in_panels, run_safely

    given = list(sys.argv[1:] if arguments is None else arguments)
    first = given[0] if given else ""
    needed = {COMMANDS[first]} if first in COMMANDS else set(COMMANDS.values())  # help names them all
    gc.disable()  # what modules make at import stays: looking for garbage meanwhile costs up to half a second
    try:
        for module in sorted(needed):
            import_module(f"api.cli.{module}")
        in_panels(PANELS)
    finally:
        gc.freeze()
        gc.set_threshold(*SELDOM)
        gc.enable()
    interrupts.end(run_safely(given))
