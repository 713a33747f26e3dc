"""The demo bank that benches work on: made once a size, loaded once, kept in a cache folder outside the repository.

GUANXI_BENCH_CACHE names the folder (default: `guanxi/bench` in the user's cache folder). What other code than today's
made or loaded is used, and the table says so: `--only demo` makes the files anew, `--only load` or `--again` the home.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import command, demo
from bench.memory import Peaks
from graph.embedded import EmbeddedServer
from graph.embedded.settings import read_settings
from graph.store import Store
from loaders.demo.manifest import Manifest
from loaders.demo.sizes import Size

MAPPING = "credit_core_hr"
LOAD_TIMEOUT_S = 3_600.0
RUN_TIMEOUT_S = 1_800.0
LIVE_MEMORY = {"GUANXI_NEO4J_HEAP": "1536m", "GUANXI_NEO4J_PAGECACHE": "1g"}
"""Less than what a server with a large store takes on this machine by itself; a new home's empty one takes 640 MB."""
_ROOT = Path(__file__).parents[1]
_LOADED = "loaded.json"


@dataclass(frozen=True)
class Loaded:
    """How the home was filled: seconds, peaks of memory, the loader's own report; then the analysis run's."""

    seconds: float
    peaks: Peaks
    load: dict[str, Any]
    run_seconds: float
    run_peaks: Peaks
    run: dict[str, Any]
    code: str

    @property
    def rows(self) -> int:
        """Rows read from the source."""
        return sum(table["read"] for table in self.load["tables"])

    @property
    def written(self) -> int:
        """Nodes and links made."""
        return sum(change["created"] for change in self.load["changes"].values())


@dataclass
class Bank:
    """A size of the demo bank, in the cache folder. `again`: load anew although the home would do."""

    size: Size
    folder: Path
    again: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def files(self) -> Path:
        """The source tables, as Parquet whatever the size."""
        return self.folder / f"files-{self.size}"

    @property
    def home(self) -> Path:
        """The home of the embedded database that holds it."""
        return self.folder / f"home-{self.size}"

    def manifest(self) -> Manifest:
        """What was planted. Makes the files where they are missing."""
        self.made()
        return Manifest.read(self.files)

    def made(self, again: bool = False) -> dict[str, Any]:
        """The figures of making the files, made now or kept from when they were."""
        told = self.folder / f"{self.files.name}.json"
        code = _digest("loaders/demo")
        if again or not told.exists():
            shutil.rmtree(self.files, ignore_errors=True)
            told.unlink(missing_ok=True)
            self.folder.mkdir(parents=True, exist_ok=True)
            made = demo.in_own_process(self.size, self.files) | {"code": code}
            told.write_text(json.dumps(made), encoding="utf-8")
        figures: dict[str, Any] = json.loads(told.read_text(encoding="utf-8"))
        if figures["code"] != code:
            self.notes.append(f"the files of the {self.size} bank were made by earlier code")
        return figures

    def loaded(self, again: bool = False) -> Loaded:
        """The home filled and analysed: now, or as it was kept."""
        told = self.home / _LOADED
        code = _digest("loaders", "graph", "cypher", "api/services")
        if not (again or self.again) and told.exists():
            kept = _read(told)
            if kept.code != code:
                self.notes.append(f"the {self.size} home was loaded by earlier code")
            return kept
        self.again = False
        self._load(code)
        return _read(told)

    def _load(self, code: str) -> None:
        self.made()
        EmbeddedServer(self.home).stop(force=True)
        shutil.rmtree(self.home, ignore_errors=True)
        load = command.run(
            [command.guanxi(), "load", MAPPING, "--from", str(self.files), "--json", "--keep-db"],
            self.home,
            LOAD_TIMEOUT_S,
        )
        run = command.run([command.guanxi(), "run", "--json"], self.home, RUN_TIMEOUT_S)
        EmbeddedServer(self.home).stop()
        told = {
            "seconds": load.seconds,
            "peaks": vars(load.peaks),
            "load": load.json(),
            "run_seconds": run.seconds,
            "run_peaks": vars(run.peaks),
            "run": run.json(),
            "code": code,
            "at": time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()),
        }
        (self.home / _LOADED).write_text(json.dumps(told), encoding="utf-8")

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The loaded bank, its server started for the block."""
        self.loaded()
        with EmbeddedServer(self.home) as connection, Store(connection) as store:
            yield store

    @contextmanager
    def scratch_store(self, name: str) -> Iterator[Store]:
        """An empty store of its own, gone after the block, with the memory that a bank's store in use has."""
        home = self.folder / f"scratch-{name}"
        EmbeddedServer(home).stop(force=True)
        shutil.rmtree(home, ignore_errors=True)
        try:
            with EmbeddedServer(home, env={**os.environ, **LIVE_MEMORY}) as connection, Store(connection) as store:
                yield store
        finally:
            shutil.rmtree(home, ignore_errors=True)


def _read(path: Path) -> Loaded:
    told = json.loads(path.read_text(encoding="utf-8"))
    told.pop("at")
    return Loaded(**{**told, "peaks": Peaks(**told["peaks"]), "run_peaks": Peaks(**told["run_peaks"])})


def _digest(*folders: str) -> str:
    """Eight digits of the code below these folders."""
    found = hashlib.sha256()
    for folder in folders:
        for path in sorted((_ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".cypher", ".yaml"}:
                found.update(path.relative_to(_ROOT).as_posix().encode() + path.read_bytes())
    return found.hexdigest()[:8]


def cache_folder() -> Path:
    """GUANXI_BENCH_CACHE, else beside the server's jars in the user's cache folder."""
    given = os.environ.get("GUANXI_BENCH_CACHE")
    return Path(given).expanduser().absolute() if given else read_settings().cache / "bench"
