"""Maintenance: write the lists of jars anew, `python -m graph.embedded.relock [LINE ...]`.

After changing a version in `graph/embedded/lock.py`. Takes about two minutes a line from nothing.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from pathlib import Path

import jgo
from jgo.maven import Artifact

from graph.embedded.lock import LINES, Jar, Line, format_lock


def relock(line: Line) -> str:
    """Resolve the line's server with all it depends on; the new list's text."""
    version = line.version
    endpoint = f"org.neo4j:neo4j:{version}+org.neo4j.app:neo4j-server:{version}"
    return format_lock(line, [_jar(artifact) for artifact in jgo.resolve(endpoint)])


def _jar(artifact: Artifact) -> Jar:
    content = Path(artifact.resolve()).read_bytes()
    return Jar(
        group=artifact.groupId,
        artifact=artifact.artifactId,
        version=artifact.version,
        classifier=artifact.classifier or "",
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
    )


def main(names: list[str]) -> None:
    """Rewrite the named lines' lists, or all."""
    for name in names or list(LINES):
        text = relock(LINES[name])
        target = Path(__file__).parent / "locks" / f"{name}.lock"
        with tempfile.NamedTemporaryFile("w", dir=target.parent, delete=False, encoding="utf-8") as out:
            out.write(text)
        Path(out.name).replace(target)
        sys.stdout.write(f"{target.name}: {text.count(chr(10)) - 2} jars\n")


if __name__ == "__main__":
    main(sys.argv[1:])
