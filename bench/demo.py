"""How long the demo bank takes to make, with how much memory, and how big it is.

Making the large one may take 120 s. It is made in a process of its own, so that the peak of memory is its own.
Processor time stands beside the clock's, since a busy machine stretches only the latter.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from bench.figures import Figure, Limit
from bench.memory import MB, Watch
from loaders.demo.generate import generate
from loaders.demo.manifest import Manifest
from loaders.demo.sizes import Size

if TYPE_CHECKING:
    from bench.bank import Bank

SEED = 7
TIMEOUT_S = 900.0


def measure(bank: Bank) -> Iterator[Figure]:
    """Make the bank's files anew."""
    made = bank.made(again=True)
    manifest = Manifest.read(bank.files)
    yield Figure(
        f"make {bank.size}: {made['parties']:,} parties, {made['rows']:,} rows in {len(manifest.rows)} tables",
        made["seconds"],
        "s",
        Limit(120),
        f"{made['processor_s']:.1f} s of processor time, {made['files'] / MB:,.0f} MB of Parquet",
    )
    yield Figure(f"make {bank.size}: peak memory", made["peak"] / MB, "MB")


def in_own_process(size: Size, folder: Path) -> dict[str, Any]:
    """Make one bank in a process of its own; what it took (seconds, bytes)."""
    command = [sys.executable, "-m", "bench.demo", size, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child, Watch(child.pid) as peaks:
        try:
            out, _ = child.communicate(timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired:
            child.kill()
            raise
    if child.returncode:
        raise RuntimeError(f"making {size} failed with {child.returncode}")
    found: dict[str, Any] = json.loads(out)
    return found | {"peak": peaks.ours}


def _make(size: Size, folder: Path) -> dict[str, Any]:
    begun, used = time.perf_counter(), time.process_time()
    manifest = generate(size, SEED, folder, parquet=True)
    return {
        "seconds": time.perf_counter() - begun,
        "processor_s": time.process_time() - used,
        "parties": manifest.parties,
        "rows": sum(manifest.rows.values()),
        "files": sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
    }


if __name__ == "__main__":
    chosen = next(size for size in get_args(Size) if size == sys.argv[1])
    print(json.dumps(_make(chosen, Path(sys.argv[2]))))
