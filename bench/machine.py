"""The machine that figures were measured on: without it they say nothing."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from graph.embedded.lock import find_line
from graph.schema import guanxi_version

PACKAGES = ("neo4j", "neo4j-rust-ext", "numpy", "polars", "fastapi", "uvicorn")


def facts() -> list[str]:
    """Lines for the head of the table: cores, memory, load, versions."""
    memory = psutil.virtual_memory()
    busy = os.getloadavg()[0]
    return [
        f"{psutil.cpu_count()} cores ({_processor()}), {memory.total / 2**30:.0f} GiB of memory, "
        f"{platform.system()} {platform.release()}; load before the start {busy:.1f}",
        f"Guanxi {guanxi_version()}, Neo4j Community {find_line('current').version}, "
        f"Python {platform.python_version()}, " + ", ".join(f"{name} {_version(name)}" for name in PACKAGES),
    ]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [text.split(":", 1)[1].strip() for text in lines if text.startswith("model name")]
    return names[0] if names else platform.machine()
