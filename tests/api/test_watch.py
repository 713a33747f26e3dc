"""Progress on a real terminal: it goes when the answer comes, and what is piped never lands in it."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def on_a_terminal(code: str, piped: Path) -> tuple[str, str]:
    """What a process prints on the terminal that is its stderr, and in a file that is its stdout."""
    ours, theirs = pty.openpty()
    with piped.open("w", encoding="utf-8") as out:
        child = subprocess.Popen(
            [sys.executable, "-c", f"import time, sys\nfrom api.cli import frame\nfrom pydantic import BaseModel\n{code}"],
            stdin=theirs, stdout=out, stderr=theirs, cwd=ROOT, env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
        )  # fmt: skip
    os.close(theirs)
    told = b""
    try:
        while part := os.read(ours, 4096):
            told += part
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert child.wait(60) == 0, told
    return told.decode(), piped.read_text(encoding="utf-8")


def test_what_is_piped_is_whole_while_progress_is_shown(tmp_path: Path) -> None:
    code = (
        "class Told(BaseModel):\n    n: int = 1\n"
        "with frame.Watch() as watch:\n"
        "    watch.step('Reading')\n    time.sleep(0.3)\n"
        "    frame.print_json(Told())\n    watch.step('Writing')\n    time.sleep(0.3)\n    sys.stdout.write('rows')"
    )
    told, piped = on_a_terminal(code, tmp_path / "out.json")
    assert piped == '{\n  "n": 1\n}\nrows'
    assert "Reading" in told
    assert "rows" not in told


@pytest.mark.parametrize(("seconds", "shown"), [(0.05, False), (0.6, True)])
def test_silence_is_broken_after_a_while_and_ends_with_the_answer(seconds: float, shown: bool, tmp_path: Path) -> None:
    code = (
        "frame._SOON = 0.2\n"
        "with frame.Watch() as watch:\n"
        f"    watch.step_soon('Working')\n    time.sleep({seconds})\n"
        "    frame.out.print('answer')\n    print('on', file=sys.stderr)\n    time.sleep(0.5)"
    )
    told, piped = on_a_terminal(code, tmp_path / "out.txt")
    assert piped == "answer\n"
    assert ("Working" in told) is shown
    assert "Working" not in told.partition("on\r\n")[2]
