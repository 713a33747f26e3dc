"""The commands that the page on matching shows and that need no database are run as they stand, in an empty folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_page_shows_an_evaluation_that_works(tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parent.parent)
    first = BLOCK.findall((ROOT / "docs/matching.md").read_text(encoding="utf-8"))[0]
    env = {**os.environ, "GUANXI_HOME": str(tmp_path / "home"), "COLUMNS": "160", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", first], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    rows = [line.split() for line in done.stdout.splitlines()]
    assert rows[0][:4] == ["5", "records", "of", "a"]
    joined = next(row for row in rows if row[:1] == ["joined"])
    assert joined[-6:] == ["2", "2", "2", "1.0000", "1.0000", "1.0000"]
    assert not (tmp_path / "home").exists()
