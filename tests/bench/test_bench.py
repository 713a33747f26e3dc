"""The harness from end to end on the small bank: every figure comes, none is judged, what was started is stopped."""

import json
from pathlib import Path
from typing import Any

import psutil
import pytest

from bench.__main__ import BENCHES, main

UNITS = {"s", "MB", "rows/s", "a second", "links/s", "parties/s", "ids/s", "ms", "pairs/s", "times", "%"}


def figures(out: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(out.read_text(encoding="utf-8"))["figures"]
    return found


def test_one_bench_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "figures.json"
    code = main(["--only", "demo", "--size", "small", "--cache", str(tmp_path / "cache"), "--out", str(out)])
    assert code == 0
    assert [f["unit"] for f in figures(out)] == ["s", "MB"]
    printed = capsys.readouterr().out
    assert "cores" in printed
    assert "| demo | make small: 2," in printed


@pytest.mark.contract
@pytest.mark.long
def test_every_bench_on_the_small_bank(tmp_path: Path) -> None:
    names = [name for name in BENCHES if name != "start"]  # it downloads
    out = tmp_path / "figures.json"
    chosen = [part for name in names for part in ("--only", name)]
    code = main([*chosen, "--size", "small", "--cache", str(tmp_path / "cache"), "--out", str(out)])
    assert code == 0
    found = figures(out)
    assert {f["bench"] for f in found} == set(names)
    assert {f["unit"] for f in found} <= UNITS
    assert all(f["value"] > 0 for f in found)
    left = [p for p in psutil.process_iter(["cmdline"]) if str(tmp_path) in " ".join(p.info["cmdline"] or ())]
    assert not left
