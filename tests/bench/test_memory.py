"""Peaks are those of the whole process tree, Java apart."""

import subprocess
import sys

from bench.memory import MB, Watch

WAIT = "import sys; sys.stdin.read()"
CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', 'b = bytearray({60 * MB}); ' + {WAIT!r}])"


def test_a_child_of_the_child_counts() -> None:
    with subprocess.Popen([sys.executable, "-c", CHILD], stdin=subprocess.PIPE) as child:
        with Watch(child.pid) as peaks:
            for _ in range(100):
                if peaks.ours > 60 * MB:
                    break
                try:
                    child.wait(timeout=0.1)
                except subprocess.TimeoutExpired:
                    continue
        child.communicate()
    assert peaks.ours > 60 * MB
    assert peaks.java == 0
    assert peaks.both == peaks.ours
