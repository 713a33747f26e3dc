"""What the tests of mappings share: real files, and reading small sources written in the test."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from loaders.canonical import Batch, LinkTarget, NodeTarget, RecordTarget, TableCount
from loaders.mapping import Mapping, parse_mapping
from loaders.mapping_yaml import parse_document
from loaders.reader import read
from loaders.rejects import RejectLog

DATA = Path(__file__).parents[3] / "shared" / "data"


def real(folder: str) -> Path:
    """A folder of real files; skips where it is absent, but never in CI."""
    found = DATA / folder
    if not found.is_dir() and not os.environ.get("CI"):
        pytest.skip(f"shared/data/{folder} is absent: the real files are not part of this repository")
    return found


def mapping_of(text: str) -> Mapping:
    """A mapping from YAML written in the test."""
    return parse_mapping(parse_document(text, "test.yaml"))


class Result:
    """All batches of one reading, and its account."""

    def __init__(
        self,
        mapping: Mapping,
        location: Path | str,
        *,
        rejects: RejectLog | None = None,
        data_date: date | None = None,
        partial: bool = False,
    ) -> None:
        self.log = rejects or RejectLog(mode="keep-going")
        self.batches: list[Batch] = list(
            read(mapping, location, rejects=self.log, data_date=data_date, partial=partial)
        )

    def count(self, table: str) -> TableCount:
        return next(count for count in self.log.counts() if count.table == table)

    @property
    def records(self) -> pl.DataFrame:
        return pl.concat([b.frame for b in self.batches if isinstance(b.target, RecordTarget)], how="diagonal")

    def nodes(self, label: str) -> pl.DataFrame:
        found = [b.frame for b in self.batches if isinstance(b.target, NodeTarget) and b.target.label == label]
        return pl.concat(found, how="diagonal")

    def links(self, kind: str) -> pl.DataFrame:
        found = [b.frame for b in self.batches if isinstance(b.target, LinkTarget) and b.target.type == kind]
        return pl.concat(found, how="diagonal")


def flagged(frame: pl.DataFrame, flag: str) -> pl.DataFrame:
    """Rows that carry a flag."""
    return frame.filter(pl.col("flags").list.contains(flag))
