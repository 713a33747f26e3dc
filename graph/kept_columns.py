"""Columns of the last snapshot, kept in a folder: what nobody has written since need not be read again.

Columns have names that tell what is in them: what differs has another name.

A statement's columns are those of another view if it speaks of the same store, if nothing that the statement reads was
published between the two, and if no link that it reads began or ended to hold between their days. All of it is read
from the store; where it cannot be told, the columns are read anew. Losing the folder costs time, nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import polars as pl

from graph import model
from graph.columns import table_of

Columns = dict[str, np.ndarray[Any, Any]]
_INDEX = "index.json"
_LINKS = frozenset(link.type for link in model.LINKS)


class Asked(Protocol):
    """What is needed of a view."""

    @property
    def seq(self) -> int:
        """Its publication."""

    @property
    def known_at(self) -> int:
        """The moment of it."""

    @property
    def day(self) -> int:
        """The day it speaks of, since 1970."""

    def read(self, statement: str, **params: Any) -> list[dict[str, Any]]:
        """Rows of a statement."""


@dataclass(frozen=True)
class _Entry:
    """Columns of one statement: the publication, its moment and the day for which they are known to hold."""

    file: str
    reads: list[str]
    seq: int
    at: int
    day: int


class KeptColumns:
    """The folder. Made for one view: `use` whatever holds for it, `keep` what was read, `close` at the end.

    told: names of the statements that were taken from the folder, of those that it held before.
    """

    def __init__(self, folder: Path, view: Asked, *, read_anew: bool = False) -> None:
        self._folder, self._view = folder, view
        self._entries: dict[str, _Entry] = {}
        self._read: set[str] = set()
        self.told: list[str] = []
        if not read_anew:
            self._entries = self._holding(_read_index(folder))

    def use(self, text: str, params: Mapping[str, Any]) -> pl.DataFrame | None:
        """The columns of a statement as a table, or None where they must be read."""
        key = _key(text, params)
        entry = self._entries.get(key)
        if entry is None:
            return None
        try:
            found = _load(self._folder / entry.file)
        except (OSError, pl.exceptions.PolarsError):
            del self._entries[key]
            return None
        self._tell(key)
        return found

    def take(self, names: Iterable[str]) -> bool:
        """Whether all columns of these names hold for the view. They are then as if used."""
        keys = {entry.file: key for key, entry in list(self._entries.items())}  # others may be read meanwhile
        wanted = set(names)
        if not wanted <= keys.keys():
            return False
        for name in wanted:
            self._tell(keys[name])
        return True

    def name_of(self, text: str, params: Mapping[str, Any]) -> str | None:
        """The name of a statement's columns; None where they must be read."""
        entry = self._entries.get(_key(text, params))
        return entry.file if entry else None

    def _tell(self, key: str) -> None:
        if key not in self._read and key not in self.told:
            self.told.append(key)

    def keep(self, text: str, params: Mapping[str, Any], reads: Iterable[str], columns: Columns) -> None:
        """Keep columns that were just read."""
        key = _key(text, params)
        self._read.add(key)
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{key}.part"
        table_of(columns).write_parquet(part, compression="lz4", statistics=False)
        with part.open("rb") as written:
            file = f"{key}-{hashlib.file_digest(written, _digest).hexdigest()}.parquet"
        part.replace(self._folder / file)
        self._entries[key] = _Entry(file, sorted(reads), self._view.seq, self._view.known_at, self._view.day)

    def close(self) -> None:
        """Write the index; only then do files that it no longer names go.

        Of a statement that the view asked, only what it asked for stays: nobody asks for earlier parameters again.
        """
        asked = {*self._read, *self.told}
        statements = {_statement(key) for key in asked}
        self._entries = {
            key: entry for key, entry in self._entries.items() if key in asked or _statement(key) not in statements
        }
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{_INDEX}.part"
        part.write_text(json.dumps({key: asdict(entry) for key, entry in self._entries.items()}), encoding="utf-8")
        part.replace(self._folder / _INDEX)
        named = {_INDEX, *(entry.file for entry in self._entries.values())}
        for path in self._folder.iterdir():
            if path.name not in named:
                path.unlink(missing_ok=True)

    def _holding(self, entries: Mapping[str, _Entry]) -> dict[str, _Entry]:
        """The entries that hold for the view, as of its publication and day."""
        view = self._view
        ours = {seq for seq in {e.seq for e in entries.values()} if self._is_of_this_store(seq, entries)}
        known = {key: e for key, e in entries.items() if e.seq in ours and e.seq <= view.seq}
        if not known:
            return {}
        written = view.read("snapshot/written_since", since=min(e.seq for e in known.values()))
        turning: dict[tuple[str, int], bool] = {}
        kept = {}
        for key, entry in known.items():
            later = [row["touched"] for row in written if row["number"] > entry.seq]
            if any(touched is None or set(touched) & set(entry.reads) for touched in later):
                continue
            if entry.day != view.day and any(self._turns(kind, entry.day, turning) for kind in entry.reads):
                continue
            kept[key] = _Entry(entry.file, entry.reads, view.seq, view.known_at, view.day)
        return kept

    def _is_of_this_store(self, seq: int, entries: Mapping[str, _Entry]) -> bool:
        """Whether this store published that number at that moment: another store, or one that was set back, did not."""
        moments = {e.at for e in entries.values() if e.seq == seq}
        return moments == {row["at"] for row in self._view.read("publishing/by_number", number=seq)}

    def _turns(self, kind: str, day: int, known: dict[tuple[str, int], bool]) -> bool:
        if kind not in _LINKS:
            return False
        if (kind, day) not in known:
            after, until = sorted((day, self._view.day))
            known[kind, day] = bool(self._view.read(f"snapshot/turns[{kind}]", after=after, until=until))
        return known[kind, day]


def _key(text: str, params: Mapping[str, Any]) -> str:
    told = json.dumps(params, sort_keys=True, default=str)
    return f"{_digest(text.encode()).hexdigest()}-{_digest(told.encode()).hexdigest()}"


def _statement(key: str) -> str:
    return key.partition("-")[0]


def _digest(told: bytes = b"") -> hashlib.blake2b:
    return hashlib.blake2b(told, digest_size=10)


def _read_index(folder: Path) -> dict[str, _Entry]:
    try:
        return {key: _Entry(**told) for key, told in json.loads((folder / _INDEX).read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _load(path: Path) -> pl.DataFrame:
    """Raises OSError where the file is not there, or is not just as it was written."""
    with path.open("rb") as file:
        if hashlib.file_digest(file, _digest).hexdigest() != path.stem.rpartition("-")[2]:
            raise OSError(f"{path.name} is damaged")
    return pl.read_parquet(path)
