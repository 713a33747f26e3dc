"""What a load is asked to do, and what it reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

Mode = Literal["merge", "full", "delta"]


@dataclass(frozen=True)
class LoadOptions:
    """mode: `merge` (default) takes what is new or changed, closes what the rows loaded no longer say, and only counts
    what the source no longer has; `full` closes that too; `delta` does not look for it at all.
    allow_closing: let `full` close more than 5% of a table, and what rejected rows may describe whose keys cannot be
    told. bulk: the offline import where it can serve (`auto`).
    """

    mode: Mode = "merge"
    rejects: Literal["fail", "keep-going"] = "fail"
    rejects_file: Path | None = None
    data_date: date | None = None
    user: str = "unknown"
    allow_closing: bool = False
    bulk: Literal["auto", "never", "always"] = "auto"


@dataclass
class TableReport:
    """Rows of one source table: read = loaded + unchanged + consulted + rejected + skipped; flagged ones are taken.

    skipped: rows that the mapping leaves aside on purpose. consulted: of a table read for others' sake alone, joined or
    looked up. flags: how many rows carry each flag. listed: of the flagged rows those of which a value stands in the
    file of rejects, with its reason.
    """

    table: str
    read: int
    loaded: int
    unchanged: int
    rejected: int
    flagged: int
    skipped: int = 0
    consulted: int = 0
    listed: int = 0
    flags: dict[str, int] = field(default_factory=dict)

    def check(self) -> None:
        """Nothing is lost silently."""
        told = self.loaded + self.unchanged + self.consulted + self.rejected + self.skipped
        assert self.read == told, self
        assert min(self.loaded, self.unchanged, self.consulted) >= 0, self


@dataclass
class Change:
    """What happened to the nodes of a label or the links of a type.

    missing: the source no longer has them. kept: it may have them in rejected rows whose keys cannot be told.
    resummed: sums that this load's rows replaced.
    """

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    closed: int = 0
    missing: int = 0
    moved: int = 0
    kept: int = 0
    resummed: int = 0

    @property
    def touched(self) -> int:
        return self.created + self.changed + self.closed + self.moved


@dataclass
class LoadReport:
    """What a load did. `path` says how it wrote: over Bolt, or by the offline import.

    rejects_file: where values that were rejected or flagged are told, None where there are none.
    """

    load_id: str
    number: int
    published_seq: int
    mapping: str
    mode: Mode
    path: Literal["bolt", "bulk"]
    tables: list[TableReport] = field(default_factory=list)
    changes: dict[str, Change] = field(default_factory=dict)
    joined_parties: int = 0
    rejects_file: Path | None = None
    warnings: list[str] = field(default_factory=list)
    elapsed_ms: int = 0

    def counts(self) -> dict[str, Any]:
        """For the LoadRun: rows by table, changes by label or type."""
        return {
            "tables": [vars(t) for t in self.tables],
            "changes": {name: vars(c) for name, c in self.changes.items() if c.touched or c.missing or c.unchanged},
            "joined_parties": self.joined_parties,
            "path": self.path,
        }
