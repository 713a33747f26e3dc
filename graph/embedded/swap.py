"""Putting a new database in the place of the old one, so that a power cut leaves the one or the other.

The new store is made whole in `swap/data/`; then the marker `complete` is written and the folders are renamed. The old
store stays in `swap/old/` until the new one has answered. A second marker, `undo`, says that the renaming goes back.
A start that finds a marker finishes the renaming that it names; one that finds none throws the unfinished store away.
Both ways are renames only, and a new store that lies in `swap/data/` tells how far they got.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from graph.embedded.home import DATABASE, Home

_KINDS = ("databases", "transactions")


def place(home: Home) -> Path:
    """The folder in which the new store is made; it is a home of its own, with data and conf."""
    return home.root / "swap"


def begin(home: Home) -> Home:
    """An empty scratch home beside the data."""
    finish(home)
    scratch = Home(place(home))
    scratch.prepare()
    return scratch


def commit(home: Home) -> None:
    """Put the new store in place; the old one stays in `swap/old/` until `finish` or `undo`."""
    for new, _, _ in _folders(home):
        new.mkdir(parents=True, exist_ok=True)
    _complete(home).touch()
    _forward(home)


def is_open(home: Home) -> bool:
    """Whether a new store is in place and has not answered yet."""
    return _complete(home).exists()


def finish(home: Home) -> None:
    """Drop what is not in place: the old store once the new one has answered, or a new one that is no good.

    The markers go first, so that what is half dropped is never renamed.
    """
    _complete(home).unlink(missing_ok=True)
    _undo(home).unlink(missing_ok=True)
    shutil.rmtree(place(home), ignore_errors=True)


def undo(home: Home) -> None:
    """The new store is no good: put the old one back (or nothing where there was none). Does nothing without a swap."""
    if not is_open(home):
        return
    _undo(home).touch()
    _backward(home)
    finish(home)


def recover(home: Home) -> None:
    """After a crash: finish the renaming that was cut short, forget a new store that was not whole."""
    if _undo(home).exists():
        _backward(home)
        finish(home)
    elif is_open(home):
        _forward(home)
    elif place(home).exists():
        finish(home)


def _complete(home: Home) -> Path:
    return place(home) / "complete"


def _undo(home: Home) -> Path:
    return place(home) / "undo"


def _folders(home: Home) -> Iterator[tuple[Path, Path, Path]]:
    """For each kind of files where the new, the live and the old ones lie."""
    for kind in _KINDS:
        yield place(home) / "data" / kind / DATABASE, home.data / kind / DATABASE, place(home) / "old" / kind


def _forward(home: Home) -> None:
    for new, live, old in _folders(home):
        if not new.exists():
            continue
        if live.exists():
            _rename(live, old)
        _rename(new, live)


def _backward(home: Home) -> None:
    for new, live, old in _folders(home):
        if live.exists() and not new.exists():
            _rename(live, new)
        if old.exists():
            _rename(old, live)


def _rename(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.rename(target)
