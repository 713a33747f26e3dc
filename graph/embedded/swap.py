"""Putting a new database in the place of the old one, so that a power cut leaves the one or the other.

The new store is made whole in `swap/data/`; then a marker is written and the folders are renamed. A start that finds
the marker finishes the renaming; one that finds no marker throws the unfinished store away.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from graph.embedded.home import DATABASE, Home

_KINDS = ("databases", "transactions")


def place(home: Home) -> Path:
    """The folder in which the new store is made; it is a home of its own, with data and conf."""
    return home.root / "swap"


def begin(home: Home) -> Home:
    """An empty scratch home beside the data."""
    shutil.rmtree(place(home), ignore_errors=True)
    scratch = Home(place(home))
    scratch.prepare()
    return scratch


def commit(home: Home) -> None:
    """Put the new store in place; the old one stays in `swap/old/` until `finish` or `undo`."""
    _marker(home).touch()
    _move(home)


def finish(home: Home) -> None:
    """The new store is good: drop the old one."""
    shutil.rmtree(place(home), ignore_errors=True)


def undo(home: Home) -> None:
    """The new store is no good: put the old one back (or nothing where there was none)."""
    _marker(home).unlink(missing_ok=True)
    for kind in _KINDS:
        live, old = home.data / kind / DATABASE, place(home) / "old" / kind
        if live.exists():
            shutil.rmtree(live)
        if old.exists():
            old.rename(live)
    finish(home)


def recover(home: Home) -> None:
    """After a crash: finish a swap whose new store was whole, forget one whose was not."""
    if not place(home).exists():
        return
    if _marker(home).exists():
        _move(home)
    finish(home)


def _marker(home: Home) -> Path:
    return place(home) / "complete"


def _move(home: Home) -> None:
    for kind in _KINDS:
        new, live, old = place(home) / "data" / kind / DATABASE, home.data / kind / DATABASE, place(home) / "old" / kind
        if not new.exists():
            continue
        if live.exists():
            old.parent.mkdir(exist_ok=True)
            live.rename(old)
        live.parent.mkdir(parents=True, exist_ok=True)
        new.rename(live)
