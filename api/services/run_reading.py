"""What a run reads, part by part: a part is taken from the run before where all that it is made of is the same.

What was read from the store is told by the names of the columns (`graph.kept_columns`), which tell what is in them;
rules, parameters and code are those of the run before, else it is none (`run_before`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from api.services.snapshots import Columns, Snapshots
from graph.store import View

if TYPE_CHECKING:
    from api.services.run_archive import Archive
    from api.services.run_before import Before

GIVEN = "given_"
"""Before the names of tables of what was read, in the archive."""
_PARTIES = "parties"
"""The columns that ordinals come from."""


@dataclass(frozen=True)
class Origin:
    """What a part was made of: the names of columns, and a digest of what else (`besides`); the names of its tables,
    and what it counted."""

    besides: str
    columns: list[str]
    tables: list[str]
    counts: dict[str, int]


@dataclass(frozen=True)
class Part:
    """Tables by name. counts: of what was left out of them, or of what they do not tell."""

    tables: Mapping[str, pl.DataFrame]
    counts: Mapping[str, int] = field(default_factory=dict)


class KeptTables(Mapping[str, pl.DataFrame]):
    """Tables of what an earlier run read, each read back when it is first asked for, and others."""

    def __init__(self, tables: Archive, names: Iterable[str], others: Mapping[str, pl.DataFrame]) -> None:
        self._tables, self._names, self._found = tables, sorted({*names, *others}), dict(others)

    def __getitem__(self, name: str) -> pl.DataFrame:
        if name not in self._found:
            if name not in self._names:
                raise KeyError(name)
            self._found[name] = pl.read_parquet(self._tables.table(f"{GIVEN}{name}"))
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class Reading(Snapshots):
    """What a run reads of one view. before: the run before; None: all is made anew.

    origins: what each part was made of, for the run after. before: with what is known to be the same by now.
    """

    def __init__(self, view: View, before: Before | None = None) -> None:
        super().__init__(view)
        self.before = before
        self.origins: dict[str, Origin] = {}

    def part(
        self,
        name: str,
        statements: Iterable[str],
        besides: object,
        make: Callable[[dict[str, Columns]], Part],
        *,
        after: str | None = None,
        anew: Mapping[str, pl.DataFrame] | None = None,
    ) -> Part:
        """A part, made of the columns of statements (and those that `of` gives meanwhile), the ordinals of parties and
        what is told here.

        besides: whatever else it is made of, as its `repr` tells. after: another part that it is made of.
        anew: tables that belong to it, and that are read anew in any case.
        """
        kept, others, asked = self.view.kept, dict(anew or {}), list(statements)
        if kept is None:
            made = make(self.rows(asked))
            return Part({**made.tables, **others}, made.counts)
        told = self._told(besides, after)
        was = self.before.kept.read.get(name) if self.before else None
        if self.before and was and was.besides == told and self.before.keeps(was.tables):
            self.wait_for(asked)  # what was written again may be the same
            if kept.take(was.columns):
                self.origins[name] = was
                self.before = replace(self.before, same=self.before.same | {f"{GIVEN}{one}" for one in was.tables})
                return Part(KeptTables(self.before.tables, was.tables, others), was.counts)
        self.noted = set()
        made = make(self.rows(asked))
        self.origins[name] = Origin(told, sorted(self.noted), sorted(made.tables), dict(made.counts))
        return Part({**made.tables, **others}, made.counts)

    def _told(self, besides: object, after: str | None) -> str:
        told = (self._name_of(_PARTIES, {}), self.view.store.zone, besides, self.origins[after] if after else None)
        return hashlib.blake2b(repr(told).encode(), digest_size=16).hexdigest()
