"""What was not taken, or taken with a doubt, and why: the rejects file, and each table's account:
read = accepted + rejected + skipped."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Literal

import numpy as np
import polars as pl

from graph.errors import BadInput
from loaders.canonical import Reject, TableCount, Unread
from loaders.csv_source import LINE
from loaders.spreadsheet_text import no_formula

ROW = "__row"
LIMIT = 0.001
_SHOWN = 500
_KEPT = 1000
Mode = Literal["fail", "keep-going"]
COLUMNS = ("source", "table", "line", "action", "column", "value", "reason")


@dataclass
class _Account:
    """The rows of one table, by ordinal: taken by an entry, rejected, by flag those that carry it, and those of which a
    flagged value is listed in the file. `broken` are lines that are no rows."""

    rows: int = 0
    broken: int = 0
    taken: np.ndarray[tuple[int], np.dtype[np.bool_]] = field(default_factory=lambda: np.zeros(0, np.bool_))
    rejected: np.ndarray[tuple[int], np.dtype[np.bool_]] = field(default_factory=lambda: np.zeros(0, np.bool_))
    flagged: dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]] = field(default_factory=dict)
    listed: np.ndarray[tuple[int], np.dtype[np.bool_]] = field(default_factory=lambda: np.zeros(0, np.bool_))


class RejectLog:
    """Collects what was rejected or flagged while tables are read; writes it to a file as it comes.

    path: the rejects file (CSV, UTF-8 with BOM so that spreadsheets read it), None for none; made at the first line.
    One of an earlier load is gone once a reading that found nothing ends.
    mode: `fail` raises at the end where more than `limit` of all rows were rejected.
    Raises BadInput for a path where something else lies, which would be lost.
    """

    def __init__(self, path: Path | None = None, mode: Mode = "fail", limit: float = LIMIT) -> None:
        if path and path.exists() and not is_of_rejects(path):
            told = f"{path} is no file of rejected rows, and would be overwritten. Name another file."
            raise BadInput(told, field="rejects_file", value=str(path))
        self.path, self.mode, self.limit = path, mode, limit
        self.kept: list[Reject] = []
        """The first thousand rejected, for display."""
        self.unread = Unread()
        """Known once a source is read to the end."""
        self.written: Path | None = None
        """The file, once it holds a line."""
        self._accounts: dict[str, _Account] = {}
        self._file: IO[str] | None = None

    def open_table(self, table: str, rows: int) -> None:
        """Says how many rows a table has; its account begins."""
        account = self._accounts.setdefault(table, _Account())
        account.rows = rows
        account.taken, account.rejected, account.listed = (np.zeros(rows, np.bool_) for _ in range(3))

    def broken(self, source: str, table: str, lines: list[tuple[int, str, str]]) -> None:
        """Lines of a file that are no rows: (line, text, reason)."""
        self._accounts.setdefault(table, _Account()).broken += len(lines)
        for line, text, reason in lines:
            self._write(Reject(source, table, line, "", text[:_SHOWN], reason))

    def reject(self, source: str, table: str, column: str, reason: str, rows: pl.DataFrame) -> None:
        """Rejects rows: a frame of `__row`, `__line` and `value` (text, may be null)."""
        self._accounts[table].rejected[rows[ROW].to_numpy()] = True
        for line, value in rows.select(LINE, "value").iter_rows():
            self._write(Reject(source, table, line, column, (value or "")[:_SHOWN], reason))

    def take(self, table: str, rows: pl.Series) -> None:
        """Rows (ordinals) that an entry has taken."""
        self._accounts[table].taken[rows.to_numpy()] = True

    def flag(self, table: str, flag: str, rows: pl.Series) -> None:
        """Rows (ordinals) that a check found doubtful."""
        account = self._accounts[table]
        account.flagged.setdefault(flag, np.zeros(account.rows, np.bool_))[rows.to_numpy()] = True

    def tell_flagged(self, source: str, table: str, column: str, reason: str, rows: pl.DataFrame) -> None:
        """Writes the values for which rows were flagged: a frame of `__row`, `__line`, `value` (text or null)."""
        self._accounts[table].listed[rows[ROW].to_numpy()] = True
        for line, value in rows.select(LINE, "value").iter_rows():
            self._write(Reject(source, table, line, column, (value or "")[:_SHOWN], reason, "flagged"))

    def rejected_rows(self, table: str) -> pl.Series | None:
        """Ordinals rejected so far, or None where there are none: later entries leave them out."""
        found = np.flatnonzero(self._accounts[table].rejected)
        return pl.Series(ROW, found, dtype=pl.UInt32) if len(found) else None

    def broken_lines(self, table: str) -> int:
        """How many lines of a table's file are no rows."""
        return self._accounts[table].broken

    def counts(self) -> list[TableCount]:
        """The account of each table read."""
        return [_counted(table, account) for table, account in self._accounts.items()]

    def close(self) -> None:
        """Ends the file; where tables were read and nothing is to be told, one of an earlier load goes."""
        if self._file:
            self._file.close()
            self._file = None
        if self.path and self.written is None and self._accounts and is_of_rejects(self.path):
            self.path.unlink()

    def enforce(self) -> None:
        """Raises BadInput where mode is `fail` and more rows than the limit were rejected."""
        counts = self.counts()
        read, rejected = sum(c.read for c in counts), sum(c.rejected for c in counts)
        if self.mode == "keep-going" or rejected <= self.limit * read:
            return
        worst = max(counts, key=lambda c: c.rejected)
        first = self.kept[0]
        where = f" They are listed in {self.written}." if self.written else ""
        raise BadInput(
            f"{rejected:,} of {read:,} rows were rejected, more than {self.limit:.1%}; most in {worst.table} "
            f"({worst.rejected:,} of {worst.read:,}). The first: {first.table} line {first.line}, "
            f"{first.column or 'row'} {first.value!r} {first.reason}.{where} "
            "Mend the source, or load with --rejects keep-going.",
            field="rejects",
            value=rejected,
        )

    def _write(self, reject: Reject) -> None:
        if reject.action == "rejected" and len(self.kept) < _KEPT:
            self.kept.append(reject)
        if self.path is None:
            return
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
            self.written = self.path
            csv.writer(self._file).writerow(COLUMNS)
        csv.writer(self._file).writerow([no_formula(str(getattr(reject, name))) for name in COLUMNS])


def is_of_rejects(path: Path) -> bool:
    """Whether a file was written by an earlier load; one that was ended at once left it empty."""
    if not path.is_file():
        return False
    if not path.stat().st_size:
        return True
    with path.open("rb") as stream:
        return stream.readline(_SHOWN).decode("utf-8-sig", errors="replace").strip() == ",".join(COLUMNS)


def _counted(table: str, account: _Account) -> TableCount:
    rejected = int(account.rejected.sum())
    taken = account.taken & ~account.rejected
    accepted = int(taken.sum())
    flags = {flag: int((rows & taken).sum()) for flag, rows in sorted(account.flagged.items())}
    flagged = np.logical_or.reduce([np.zeros(account.rows, np.bool_), *account.flagged.values()]) & taken
    return TableCount(
        table=table,
        read=account.rows + account.broken,
        accepted=accepted,
        rejected=rejected + account.broken,
        flagged=int(flagged.sum()),
        skipped=account.rows - rejected - accepted,
        listed=int((account.listed & taken).sum()),
        flags={flag: count for flag, count in flags.items() if count},
    )
