"""The committed lists of jars that make a Neo4j server: coordinates, sha256 and size of each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files

from graph.errors import BadInput, GuanxiError

_LINE = re.compile(r"^(?P<coordinates>[^\s:]+(?::[^\s:]+){2,3}) (?P<sha256>[0-9a-f]{64}) (?P<size>\d+)$")


@dataclass(frozen=True, order=True)
class Jar:
    """One artifact; `size` in bytes."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str
    size: int

    @property
    def file_name(self) -> str:
        """The name that every repository and copy gives it."""
        tail = f"-{self.classifier}" if self.classifier else ""
        return f"{self.artifact}-{self.version}{tail}.jar"

    @property
    def repository_path(self) -> str:
        """Where it lies below a repository's address."""
        return f"{self.group.replace('.', '/')}/{self.artifact}/{self.version}/{self.file_name}"

    @property
    def coordinates(self) -> str:
        """group:artifact:version, then the classifier where there is one."""
        return ":".join(filter(None, (self.group, self.artifact, self.version, self.classifier)))


@dataclass(frozen=True)
class Line:
    """A line of Neo4j releases that we can start."""

    name: str
    version: str
    main_class: str
    quiet_setting: str
    """The setting that makes Bolt stop at once instead of after ten seconds; it was renamed between lines."""


LINES = {
    "current": Line(
        "current",
        "2026.08.1",
        "org.neo4j.server.Neo4jCommunity",
        "internal.dbms.bolt.netty_server_shutdown_quiet_period_duration=0s",
    ),
    "lts": Line(
        "lts",
        "5.26.30",
        "org.neo4j.server.CommunityEntryPoint",
        "internal.dbms.bolt.netty_server_shutdown_quiet_period=0",
    ),
}


def find_line(name: str) -> Line:
    """The line called `name`. Raises BadInput naming the known ones."""
    known = LINES.get({"2026": "current", "5.26": "lts"}.get(name, name))
    if known is None:
        message = f"There is no Neo4j line {name!r}; known are {' and '.join(LINES)}."
        raise BadInput(message, field="line", value=name)
    return known


def read_lock(line: Line) -> tuple[Jar, ...]:
    """The jars of a line, as locked."""
    return parse_lock(files("graph.embedded").joinpath(f"locks/{line.name}.lock").read_text(encoding="utf-8"))


def parse_lock(text: str) -> tuple[Jar, ...]:
    """Jars from lines `group:artifact:version[:classifier] sha256 size`; `#` starts a comment line.

    Raises GuanxiError naming the first line that is none.
    """
    jars = []
    for number, row in enumerate(text.splitlines(), start=1):
        if not row.strip() or row.startswith("#"):
            continue
        found = _LINE.match(row)
        if found is None:
            raise GuanxiError(f"The list of jars is damaged at line {number}. Install Guanxi again.")
        group, artifact, version, *rest = found["coordinates"].split(":")
        classifier = rest[0] if rest else ""
        jars.append(Jar(group, artifact, version, classifier, found["sha256"], int(found["size"])))
    return tuple(jars)


def format_lock(line: Line, jars: list[Jar]) -> str:
    """The text that `parse_lock` reads back."""
    head = (
        f"# The jars of Neo4j {line.version}: coordinates, sha256, bytes.\n"
        "# Written by `python -m graph.embedded.relock`.\n"
    )
    return head + "".join(f"{jar.coordinates} {jar.sha256} {jar.size}\n" for jar in sorted(jars))
