"""How a table of the demo bank's sources is described: data that the writer, the docs and the tests share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "code", "date", "month", "amount", "percent", "rate", "int", "list"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what its text means, and where a code is looked up (`CODE_LIBRARY.CODENO`)."""

    name: str
    kind: Kind
    meaning: str
    codes: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a source system. `key` names the columns whose values make a row's key, joined by `|`."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    known: bool = True
    gzipped: bool = False

    @property
    def column_names(self) -> list[str]:
        return [column.name for column in self.columns]


@dataclass(frozen=True, slots=True)
class System:
    """One source system: the first part of its source keys, and how its text files are written."""

    source: str
    title: str
    encoding: str
    delimiter: str
    date_format: str
    notes: str
    tables: tuple[Table, ...]
    known: bool = True


def columns(text: str) -> tuple[Column, ...]:
    """Columns from lines `NAME kind[:CodeNo]  meaning`, so that a table reads as a table in the source."""
    found = []
    for line in filter(str.strip, text.splitlines()):
        name, kind, meaning = line.split(maxsplit=2)
        kind, _, codes = kind.partition(":")
        found.append(Column(name, kind, meaning.strip(), codes))  # type: ignore[arg-type]
    return tuple(found)
