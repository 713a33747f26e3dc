"""From a fresh clone with empty caches to the first answered search, by `make run`: 240 s at most, then 20 s.

Clones this repository's last commit into a temporary folder, with caches of its own there (packages, jars). Run it by
name (`--only first-run`): it downloads everything anew.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.bank import Bank
from bench.figures import Figure, Limit
from bench.serving import HOST, free_port

TIMEOUT_S = 900.0
STOP_S = 60.0
SEARCH = "/v1/search?q=%E6%9C%89%E9%99%90%E5%85%AC%E5%8F%B8"
_ROOT = Path(__file__).parents[1]


def measure(_: Bank) -> Iterator[Figure]:
    """The demo bank is the small one, as `make run` makes it."""
    with tempfile.TemporaryDirectory(prefix="guanxi-bench-", ignore_cleanup_errors=True) as folder:
        clone = Path(folder) / "guanxi"
        subprocess.run(["git", "clone", "--quiet", str(_ROOT), str(clone)], check=True, timeout=120)
        for what, limit in (("the first `make run`, all caches empty", 240), ("the second `make run`", 20)):
            seconds, found = _run(clone, Path(folder) / "cache")
            yield Figure(f"{what}: to the first answered search", seconds, "s", Limit(limit), f"{found} hits")


def _run(clone: Path, cache: Path) -> tuple[float, int]:
    port = free_port()
    dropped = ("NEO4J_", "GUANXI_", "VIRTUAL_ENV", "PYTHON", "MAKE")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(dropped)}
    env = {**kept, "XDG_CACHE_HOME": str(cache), "PIP_CACHE_DIR": str(cache / "pip"), "GUANXI_PORT": str(port)}
    told = (clone.parent / "make.log").open("wb")
    begun = time.perf_counter()
    child = subprocess.Popen(["make", "run"], cwd=clone, env=env, stdout=told, stderr=told, start_new_session=True)
    try:
        while time.perf_counter() - begun < TIMEOUT_S:
            if found := _search(port):
                return time.perf_counter() - begun, found
            if child.poll() is not None:
                raise RuntimeError(f"make run ended: {Path(told.name).read_text(encoding='utf-8')[-2000:]}")
            time.sleep(0.1)
        raise RuntimeError(f"make run did not answer a search within {TIMEOUT_S:.0f} s")
    finally:
        told.close()
        _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    """As Ctrl-C in a terminal would."""
    try:
        os.killpg(child.pid, signal.SIGINT)
        child.wait(timeout=STOP_S)
    except ProcessLookupError:
        return
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _search(port: int) -> int:
    link = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        link.request("GET", SEARCH)
        answer = link.getresponse()
        body = answer.read()
        return len(json.loads(body)["hits"]) if answer.status == 200 else 0
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        link.close()
