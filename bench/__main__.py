"""`python -m bench`: the figures of docs/benchmarks.md, as one table; `--only NAME` repeats one bench.

What is needed is made once and kept (`bench/bank.py`). Every bench is bounded in time, talks to loopback only, and
stops what it started.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, get_args

from api.cli import HUGE_PAGES
from bench import figures
from bench.bank import Bank, cache_folder
from bench.figures import Figure
from bench.machine import facts
from loaders.demo.sizes import Size

BENCHES = (
    "demo",
    "load",
    "bolt",
    "snapshot",
    "run",
    "incremental",
    "kernel",
    "control",
    "ownership",
    "guarantees",
    "referrals",
    "households",
    "planted",
    "matching",
    "openings",
    "degenerate",
    "growth",
    "answers",
    "paths",
    "batch",
    "book",
    "what-if",
    "start",
)
BY_NAME_ONLY = ("first-run",)


def main(arguments: list[str] | None = None) -> int:
    """Prints the table as it grows. Ends with 1 where a bench could not be carried out, whatever the figures."""
    asked = _parser().parse_args(arguments)
    os.environ.setdefault(HUGE_PAGES, "0")  # in the processes that measure, as the installed command has it
    bank = Bank(asked.size, asked.cache or cache_folder(), again=asked.again)
    lines: list[str] = []
    found: list[dict[str, Any]] = []

    def tell(text: str) -> None:
        print(text, flush=True)
        lines.append(text)

    for fact in facts():
        tell(fact)
    tell(f"demo bank: {asked.size}\n\n{figures.head()}")
    failed = 0
    for name in asked.only or BENCHES:
        begun = time.perf_counter()
        try:
            for figure in _bench(name)(bank):
                tell(figures.line(figures.cells(name, figure, asked.size)))
                found.append(figures.as_json(name, figure))
        except Exception as error:  # one bench that fails must not take the others' figures along
            failed += 1
            traceback.print_exc(file=sys.stderr)
            tell(figures.line((name, "could not be measured", "", "", "NO", f"{type(error).__name__}: {error}"[:300])))
        print(f"{name}: {time.perf_counter() - begun:.0f} s in all", file=sys.stderr, flush=True)
    if bank.notes:
        tell("\n" + "\n".join(dict.fromkeys(bank.notes)))
    if asked.out:
        as_text = json.dumps({"facts": facts(), "figures": found}, ensure_ascii=False, indent=1)
        asked.out.write_text(as_text if asked.out.suffix == ".json" else "\n".join(lines) + "\n", encoding="utf-8")
    return 1 if failed else 0


def _bench(name: str) -> Callable[[Bank], Iterable[Figure]]:
    found: Callable[[Bank], Iterable[Figure]] = importlib.import_module(f"bench.{name.replace('-', '_')}").measure
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="The figures of docs/benchmarks.md.")
    parser.add_argument("--only", action="append", choices=(*BENCHES, *BY_NAME_ONLY), help="this one; may be repeated")
    parser.add_argument("--size", choices=get_args(Size), default="large", help="of the demo bank")
    parser.add_argument("--out", type=Path, help="also write the table to this file (or all figures, to a .json)")
    parser.add_argument("--cache", type=Path, help="folder that keeps the bank (default: GUANXI_BENCH_CACHE)")
    parser.add_argument("--again", action="store_true", help="load the bank anew although it is there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
