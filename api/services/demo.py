"""The demo bank: made by seed, loaded through the mapping a bank would use, analysed."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from api.services.catalogue import mappings_loaded
from api.services.run import RunReport, run
from api.services.run_parameters import RunParameters
from graph.embedded.progress import Progress
from graph.errors import BadInput
from graph.store import Store
from loaders.demo.generate import generate
from loaders.demo.sizes import Size
from loaders.engine import load
from loaders.report import LoadOptions, LoadReport

SEED = 1
MAPPING = "credit_core_hr"


@dataclass(frozen=True)
class DemoReport:
    """What was made: its folder, its load, its run."""

    folder: Path
    load: LoadReport
    run: RunReport


def check_size(size: str) -> None:
    """Raises BadInput for an unknown size."""
    if size not in get_args(Size):
        raise BadInput(f"There is no demo bank {size!r}: choose {', '.join(get_args(Size))}.", field="SIZE")


def make_demo(
    store: Store,
    home: Path,
    size: str,
    seed: int,
    user: str,
    progress: Progress,
    *,
    into_existing: bool = False,
    parameters: RunParameters | None = None,
) -> DemoReport:
    """Generate, load and run. Raises BadInput for an unknown size, or a store that holds other data.

    into_existing: mix it with what the store holds. parameters: of the run.
    """
    check_size(size)
    if not into_existing:
        _refuse_other_data(store, home)
    folder = home / "demo" / f"{size}-{seed}"
    progress.step(f"Making the {size} demo bank")

    def advance(_: str, done: int, of: int) -> None:
        progress.advance(done, of)

    with tempfile.TemporaryDirectory(dir=_made(folder.parent), prefix=".") as fresh:
        generate(size, seed, Path(fresh), advance)  # type: ignore[arg-type]
        _put(Path(fresh), folder)
    options = LoadOptions(rejects="keep-going", rejects_file=home / "rejects" / f"demo-{size}.csv", user=user)
    loaded = load(store, MAPPING, folder, options, progress)
    made = run(store, home / "archive", parameters or RunParameters(), user=user, progress=progress)
    return DemoReport(folder, loaded, made)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _put(fresh: Path, folder: Path) -> None:
    """Files take the place of those of the same name, each whole: another process may be loading them."""
    for file in sorted(path for path in fresh.rglob("*") if path.is_file()):
        place = folder / file.relative_to(fresh)
        file.replace(_made(place.parent) / place.name)


def _refuse_other_data(store: Store, home: Path) -> None:
    """Loads of the demo's own mapping may be a bank's too; they are the demo's where its folder lies in this home."""
    loaded = mappings_loaded(store.view())
    others = [name for name in loaded if name != MAPPING or not (home / "demo").is_dir()]
    if others:
        raise BadInput(
            f"This store holds data loaded through {', '.join(others)}, and the demo bank would be mixed with it. Set "
            "GUANXI_HOME to a new folder for the demo bank (and unset NEO4J_URI), or say --into-existing to mix them.",
            field="--into-existing",
        )
