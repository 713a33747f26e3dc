"""The run before an incremental one: what of its input is the same now, and the tables that are taken over for it.

What was read is told by the tables themselves, or by the names of the columns that they are made of (`run_reading`),
whatever was written to the store meanwhile. A table that a run found is taken over where all that it follows from is
the same: what was read, what was asked, and the code. What is not just as it was kept, byte by byte, counts as lost.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl
from pydantic import TypeAdapter

from api.services.client_input import RULES as GRADING_RULES
from api.services.group_business import GROUP_BUSINESS
from api.services.group_business import READ as BUSINESS_READ
from api.services.risk_tables import OF_GUARANTEES, READ_OF_GUARANTEES
from api.services.rule_sets import RuleFile
from api.services.run_archive import Archive
from api.services.run_found_parts import CONNECTED, GROUPED, HOUSED, SELF_REFERRED
from api.services.run_further import Told
from api.services.run_grades import GRADES
from api.services.run_grades import READ as GRADES_READ
from api.services.run_likely_referrers import READ as REFERRERS_READ
from api.services.run_likely_referrers import TABLES as LIKELY_REFERRERS
from api.services.run_parameters import RunParameters
from api.services.run_reading import GIVEN, Origin
from api.services.run_referrals import TABLES as REFERRALS
from graph.errors import NotFound
from graph.schema import guanxi_version

DAY = "day"
_REFERRALS = frozenset({"parties", "referrals", "capital", "rates", SELF_REFERRED})
FOLLOWS_FROM: Mapping[str, frozenset[str]] = {
    "owners": frozenset({"parties", "control", "key_managers"}),
    "close_links": frozenset({"control"}),
    "payment_patterns": frozenset(
        {"transfers", "outside_accounts", "paid_into", "borrowers", "guarantees", "capital", "rates"}
    ),
    **dict.fromkeys(REFERRALS, _REFERRALS),
    **dict.fromkeys(LIKELY_REFERRERS, _REFERRALS | {HOUSED, *REFERRERS_READ}),
    GROUP_BUSINESS: frozenset({"parties", GROUPED, CONNECTED, *BUSINESS_READ}),
    **dict.fromkeys(OF_GUARANTEES, frozenset({"parties", GROUPED, CONNECTED, *READ_OF_GUARANTEES})),
    GRADES: frozenset({"parties", DAY, GRADING_RULES, *GRADES_READ}),
}
"""The tables that may be taken over, and the parts that each follows from, beside rules and parameters.

`control` is holdings, declared control and couples; the others are tables that the run read, and what it found first
(`run_found_parts`)."""
_NAME = "kept.json"
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Kept:
    """What a run keeps for the next one. asked: a digest of rules, parameters and code. given, found: digests of what
    was read, by part, and of tables. told: what people should know of a table. read: what was made of what. files:
    SHA-256 of all tables as they lie there."""

    asked: str
    given: Mapping[str, str] = field(default_factory=dict)
    found: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, Sequence[str]] = field(default_factory=dict)
    read: Mapping[str, Origin] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> Kept:
        """As `write` wrote it. Raises ValueError for anything else."""
        return TypeAdapter(cls).validate_json(text)

    def write(self, tables: Archive, before: Before | None = None) -> Kept:
        """Keep it beside the tables, and tell how these lie there. before: whose very files some of them are."""
        known = before.sum_of if before else lambda _: None
        paths = sorted(tables.folder.glob("*.parquet"))
        kept = replace(self, files={path.stem: known(path) or _sha256(path) for path in paths})
        part = tables.folder / f"{_NAME}.part"
        part.write_text(json.dumps(asdict(kept), ensure_ascii=False), encoding="utf-8")
        part.replace(tables.folder / _NAME)
        return kept


@dataclass(frozen=True)
class Before:
    """The run before, with what it kept. same: tables of it that this run takes as they are."""

    tables: Archive
    kept: Kept
    same: frozenset[str] = frozenset()
    _whole: dict[str, Future[bool]] = field(default_factory=dict, repr=False)

    @contextmanager
    def looking_ahead(self) -> Iterator[None]:
        """Look beside what goes on inside which tables are whole, first those of what was read."""
        pool = ThreadPoolExecutor(1, "whole")
        try:
            for name in sorted(self.kept.files, key=lambda name: (not name.startswith(GIVEN), name)):
                self._whole[name] = pool.submit(self._look, name)
            yield
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def is_whole(self, name: str) -> bool:
        """Whether a table of it lies there just as it was kept."""
        found = self._whole.get(name)
        if found is None or found.cancel():  # nobody has begun to look
            found = Future()
            found.set_result(self._look(name))
            self._whole[name] = found
        return found.result()

    def sum_of(self, path: Path) -> str | None:
        """The SHA-256 of a table that is the very file of this run; None for another."""
        name = path.stem
        try:
            ours = path.samefile(self.tables.table(name)) and self.is_whole(name)
        except (OSError, NotFound):
            return None
        return self.kept.files.get(name) if ours else None

    def _look(self, name: str) -> bool:
        try:
            return _sha256(self.tables.table(name)) == self.kept.files.get(name)
        except (OSError, NotFound):
            return False

    def keeps(self, read: Iterable[str]) -> bool:
        """Whether tables of what it read are there, whole."""
        return all(self.is_whole(f"{GIVEN}{name}") for name in read)

    def holds(self, name: str, frame: pl.DataFrame) -> bool:
        """Whether it kept this very table."""
        kept = self.table(name)
        return kept is not None and frame.equals(kept)

    def differing(self, name: str, frame: pl.DataFrame) -> pl.DataFrame | None:
        """The rows that only one of the two tables has, in any order; None where there is no such table to compare."""
        kept = self.table(name)
        if kept is None or kept.schema != frame.schema:
            return None
        if frame.equals(kept):
            return frame.clear()
        both = pl.concat([frame.with_columns(times=pl.lit(1)), kept.with_columns(times=pl.lit(-1))])
        return both.group_by(frame.columns).agg(pl.sum("times")).filter(pl.col("times") != 0).drop("times")

    def told(self, name: str) -> Told | None:
        """A table that it found, with what people should know of it; None where it is not kept."""
        table = self.table(name)
        known = table is not None and name in self.kept.found
        return Told(table, tuple(self.kept.told.get(name, ()))) if table is not None and known else None

    def taken(self, given: Mapping[str, str]) -> dict[str, Told]:
        """The tables that are as they were. given: digests of what was read now, by part."""
        same = {part for part, digest in given.items() if self.kept.given.get(part) == digest}
        found = {name: self.told(name) for name, parts in FOLLOWS_FROM.items() if parts <= same}
        return {name: table for name, table in found.items() if table is not None}

    def table(self, name: str) -> pl.DataFrame | None:
        """A table that it kept; None where it did not, or where it is damaged."""
        return pl.read_parquet(self.tables.table(name)) if self.is_whole(name) else None


def of_day(as_of: date) -> dict[str, str]:
    """The day that a run speaks of, as a part of the input."""
    return {DAY: as_of.isoformat()}


def asked_of(sets: Sequence[RuleFile], parameters: RunParameters) -> str:
    """A digest of all that a run follows from beside its input: rules, parameters but for days, version and code."""
    hashed = hashlib.blake2b(digest_size=16)
    told = {name: value for name, value in parameters.told().items() if name not in ("rules", "as_of", "known_on")}
    rules = [[one.rules.id, one.origin, one.digest] for one in sets]
    hashed.update(json.dumps([told, rules, guanxi_version(), _code()], sort_keys=True).encode())
    return hashed.hexdigest()


def before_of(archive: Path, asked: str) -> Before | None:
    """The last run of this archive that was asked for the same; None where there is none that kept what it needs."""
    runs: list[tuple[float, Before]] = []
    for path in archive.glob(f"*/{_NAME}"):
        try:
            kept = Kept.of(path.read_text(encoding="utf-8"))
            at = path.stat().st_mtime
        except (OSError, ValueError):
            continue
        if kept.asked == asked:
            runs.append((at, Before(Archive(archive, path.parent.name), kept)))
    return max(runs, key=lambda run: run[0])[1] if runs else None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def _code() -> str:
    """A digest of the code that computes, so that what other code found is never taken over."""
    hashed = hashlib.blake2b(digest_size=16)
    for folder in ("algorithms", "api/services", "graph", "loaders"):
        for path in sorted((_ROOT / folder).rglob("*.py")):
            hashed.update(path.relative_to(_ROOT).as_posix().encode() + path.read_bytes())
    return hashed.hexdigest()
