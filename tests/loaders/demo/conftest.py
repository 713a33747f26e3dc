"""One small demo bank for all tests of this folder, with a reader of its tables."""

from __future__ import annotations

import gzip
import io
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from loaders.demo.generate import generate
from loaders.demo.layout import SYSTEM_OF, TABLES
from loaders.demo.manifest import Manifest

SEED = 7


@dataclass
class Bank:
    folder: Path
    manifest: Manifest

    def table(self, name: str, *, clean: bool = True) -> pl.DataFrame:
        """A table as text; clean: without the dirty rows at its end."""
        text = io.BytesIO(self.text(name).encode())
        frame = pl.read_csv(text, separator=SYSTEM_OF[name].delimiter, infer_schema=False)
        dirty = sum(reject.table == name for reject in self.manifest.rejects)
        return frame.head(frame.height - dirty) if clean else frame

    def text(self, name: str) -> str:
        """The file of a table, spoilt bytes replaced."""
        system, table = SYSTEM_OF[name], TABLES[name]
        path = self.folder / system.source / (f"{name}.csv.gz" if table.gzipped else f"{name}.csv")
        data = gzip.decompress(path.read_bytes()) if table.gzipped else path.read_bytes()
        return data.decode(system.encoding, errors="replace")


@pytest.fixture(scope="session")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    folder = tmp_path_factory.mktemp("demo")
    return Bank(folder, generate("small", SEED, folder))
